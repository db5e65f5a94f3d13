"""Elysia: a chain of calls on one application, groups and plugins in it: elysiajs.com."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import Call, Function, Module, Value, spelled
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import ROUTER_VERBS
from workers.survey.endpoints.routing import ANY, Route, Router, all_routers
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

_VERBS = {
    **{verb: verb.upper() for verb in ROUTER_VERBS - {"query", "search"}},
    "all": ANY,
    "ws": "WEBSOCKET",
}
_DEEP = 6


def _application(call: Call) -> Router:
    options = call.value(0)
    prefix = options.get("prefix", "") if isinstance(options, dict) else ""
    if call.has(0) and not isinstance(options, dict):
        prefix = None
    return Router("elysia", prefix=_written(prefix), join="segments")


def _written(path: Value) -> str | None:
    return braced(path) if isinstance(path, str) else None


def _verb(router: Router, name: str, call: Call) -> Value:
    if len(call.arguments) > 1:
        _add(router, _VERBS[name], call, 0)
    return router


def _route(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.route("M-SEARCH", "/x", handler)`."""
    method = call.text(0)
    if method is not None and len(call.arguments) > 2:
        _add(router, ANY if method.upper() in {"ALL", "*"} else method.upper(), call, 1)
    return router


def _add(router: Router, method: str, call: Call, position: int) -> None:
    handler = call.form(position + 1)
    call.value(position + 1)  # a handler may hand on to another framework's routes
    name = spelled(handler) if handler is not None and handler[0] in {"n", "a", "f"} else None
    path = _written(call.value(position))
    router.add(Route(method, path, name or "(inline)", call.file, call.line))


def _group(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.group("/v1", options, (app) => app.get(...))`."""
    return _inside(router, _written(call.value(0)), call)


def _guard(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.guard(options, (app) => app.get(...))`; without a function it adds nothing."""
    return _inside(router, "", call)


def _inside(router: Router, prefix: str | None, call: Call) -> Value:
    run = call.value(len(call.arguments) - 1) if call.arguments else None
    if isinstance(run, Function):
        child = Router("elysia", join="segments")
        router.mount(prefix, child)
        call.program.apply(run, [child])
    return router


def _use(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.use(plugin)`: another application, a function, a module, a list of them."""
    _plug(router, call.value(0), call.program)
    return router


def _plug(router: Router, plugin: Value, program: Program, depth: int = 0) -> None:
    if isinstance(plugin, Module):
        plugin = program.exported(plugin.file, "default")
    if isinstance(plugin, dict):
        plugin = plugin.get("default")
    if isinstance(plugin, list) and depth < _DEEP:
        for inner in plugin:
            _plug(router, inner, program, depth + 1)
    if isinstance(plugin, Function):
        plugin = program.apply(plugin, [router])
    if isinstance(plugin, Router) and plugin is not router:
        router.mount("", plugin)


def _serve(router: Router, _name: str, _call: Call) -> Value:
    router.root = True
    return router


def _finish(program: Program) -> None:
    """Say which applications are served as they are, where no call of `listen` does."""
    every = all_routers(program.routers)
    mounted = {id(mount.child) for router in every for mount in router.mounts}
    outer = [r for r in every if r.framework == "elysia" and id(r) not in mounted]
    if not any(router.root for router in outer):
        for router in outer:
            router.root = bool(router.mounts) or len(outer) == 1


FRAMEWORKS = (
    Framework(
        name="elysia",
        language="script",
        tokens=(b"new Elysia",),
        statements=frozenset({*_VERBS, "route", "use", "group", "guard"}),
        constructors=dict.fromkeys(("elysia.Elysia", "elysia"), _application),
        methods={
            **dict.fromkeys(_VERBS, _verb),
            "route": _route,
            "group": _group,
            "guard": _guard,
            "use": _use,
            "listen": _serve,
            "compile": _serve,
        },
        is_chained=True,
        finish=_finish,
        types=frozenset({"Elysia"}),
        imports=frozenset({"elysia"}),
        reads_guards=False,
    ),
)
