"""Bottle, with its default application and others: bottlepy.org/docs/stable/api.html."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import Call, Function, Value
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import handler_of, methods_of, not_judged
from workers.survey.endpoints.routing import Route, Router

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

_VERBS = frozenset("get post put patch delete".split())


def _application(call: Call) -> Router:
    call.program.understood.add(call.file)
    return Router("bottle", root=True)


def _default(program: Program) -> Router:
    """Return the application that the decorators of the module itself add to."""
    router: Router | None = program.notes.get("bottle")
    if router is None:
        router = program.notes["bottle"] = program.router(Router("bottle", root=True))
    return router


def _default_application(call: Call) -> Value:
    return _default(call.program)


def _decorated(name: str, call: Call) -> None:
    """Take up `@route("/x")` and `@get("/x")` of the module."""
    word = name.rsplit(".", 1)[-1]
    call.program.understood.add(call.file)
    (_route if word == "route" else _verb)(_default(call.program), word, call)


def _called(call: Call) -> Value:
    """Take up `bottle.route("/x", "GET", handler)`."""
    return _route(_default(call.program), "route", call)


def _verb(router: Router, name: str, call: Call) -> Value:
    if call.decorated is not None or call.has(None, "callback"):
        _add(router, call, [name.upper()], None)


def _route(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.route("/x", method="POST")`, of a function that it decorates or is given."""
    if call.decorated is None and not call.has(2, "callback"):
        return
    methods = methods_of(call.value(1, "method")) if call.has(1, "method") else ["GET"]
    if methods is None:
        call.program.lost.add((call.file, call.line))
    _add(router, call, methods or [], 2)


def _add(router: Router, call: Call, methods: list[str], callback: int | None) -> None:
    has_path = call.has(0, "path")
    listed = call.value(0, "path") if has_path else _by_function(call)
    decorated = call.decorated is not None
    name = handler_of(call) if decorated else call.name(callback, "callback") or "(inline)"
    for path in listed if isinstance(listed, list) else [listed]:
        for verb in methods:
            written = _written(path) if isinstance(path, str) else None
            asks = (not_judged("Bottle", call),)
            router.add(Route(verb, written, name, call.file, call.line, asks=asks))


def _by_function(call: Call) -> str | None:
    """Return the path that a function without parameters has by its name."""
    function = call.decorated
    if not isinstance(function, Function) or function.statement[2]:
        return None
    return "/" + str(function.statement[1]).replace("__", "/").lstrip("/")


def _written(path: str) -> str:
    """Write `<id:int>`, `<name:re:[a-z]+>` and `:name` as `{id}`; one without a name is `{}`."""
    path = re.sub(r"<([A-Za-z_]\w{0,60})(?::[^<>]{0,200})?>", r"{\1}", path)
    path = re.sub(r"<:[^<>]{1,200}>", "{}", path)
    path = re.sub(r"(?<!\\):([A-Za-z_]\w{0,60})(?:#[^#]{0,200}#)?", r"{\1}", path)
    return path if path.startswith("/") else f"/{path}"


def _mount(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.mount("/x", other)`, which took them the other way round before."""
    values = [*call.values(), call.value(None, "prefix"), call.value(None, "app")]
    child = next((one for one in values if isinstance(one, Router)), None)
    prefix = next((one for one in values if isinstance(one, str)), None)
    if child is not None:
        router.mount(None if prefix is None else f"/{prefix.strip('/')}", child)


def _merge(router: Router, _name: str, call: Call) -> Value:
    child = call.value(0, "routes")
    if isinstance(child, Router):
        router.mount("", child)


_FUNCTIONS = tuple(f"bottle.{word}" for word in (*_VERBS, "route"))
FRAMEWORKS = (
    Framework(
        name="bottle",
        language="python",
        tokens=(b"Bottle(", b"@route(", b"bottle.route", b"bottle.get"),
        hints=(b"from bottle", b"import bottle"),
        constructors={"bottle.Bottle": _application},
        methods={
            **dict.fromkeys(_VERBS, _verb),
            "route": _route,
            "mount": _mount,
            "merge": _merge,
        },
        statements=frozenset({"route", "mount", "merge"}),
        decorated=dict.fromkeys(_FUNCTIONS, _decorated),
        external={
            "bottle.route": _called,
            "bottle.default_app": _default_application,
            "bottle.app": _default_application,
            "bottle.app.push": _application,
        },
        types=frozenset({"Bottle"}),
        copy=("bottle.py", "Bottle"),
        imports=frozenset({"bottle"}),
    ),
)
