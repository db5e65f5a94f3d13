"""Restify, and the routers of restify-router that are applied to a server: restify.com/docs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import Call, Function, Value, spelled
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.routing import Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Callable

_VERBS = {
    "get": "GET",
    "head": "HEAD",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "del": "DELETE",
    "opts": "OPTIONS",
}


def _made(*, root: bool) -> Callable[[Call], Router]:
    def make(_call: Call) -> Router:
        return Router("restify", root, join="segments")

    return make


def _verb(router: Router, name: str, call: Call) -> Value:
    """Take up `server.get("/x", handler)` and `server.get({path: "/x", version}, handler)`."""
    if len(call.arguments) < 2:
        return router
    options = call.value(0)
    path = options.get("path", options.get("url")) if isinstance(options, dict) else options
    handler = spelled(call.arguments[-1]) or "(inline)"
    router.add(Route(_VERBS[name], _written(path), handler, call.file, call.line))
    return router


def _apply(router: Router, _name: str, call: Call) -> Value:
    """Take up `router.applyRoutes(server, "/prefix")`."""
    server = call.value(0)
    if isinstance(server, Router):
        server.mount(_prefix(call, 1), router)
    return router


def _add(router: Router, _name: str, call: Call) -> Value:
    """Take up `router.add("/prefix", other)`."""
    child = call.value(1)
    if isinstance(child, Router):
        router.mount(_prefix(call, 0), child)
    return router


def _group(router: Router, _name: str, call: Call) -> Value:
    """Take up `router.group("/prefix", (router) => router.get(...))`."""
    run = call.value(len(call.arguments) - 1) if call.arguments else None
    if isinstance(run, Function):
        child = Router("restify", join="segments")
        router.mount(_prefix(call, 0), child)
        call.program.apply(run, [child])
    return router


def _prefix(call: Call, position: int) -> str | None:
    value = call.value(position)
    is_given = call.has(position) and value is not False
    return _written(value) if is_given else ""


def _written(path: Value) -> str | None:
    return braced(path) if isinstance(path, str) else None


FRAMEWORKS = (
    Framework(
        name="restify",
        language="script",
        constructors={
            "restify.createServer": _made(root=True),
            "restify-router.Router": _made(root=False),
            "restify-router": _made(root=False),
        },
        methods={
            **dict.fromkeys(_VERBS, _verb),
            "applyRoutes": _apply,
            "add": _add,
            "group": _group,
        },
        types=frozenset({"Server"}),
        imports=frozenset({"restify", "restify-router"}),
        reads_guards=False,
    ),
)
