"""Robyn: robyn.tech/documentation/en/api_reference/getting_started."""

from __future__ import annotations

import re

from workers.survey.endpoints.follower.values import Call, Class, External, Function, Value
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import handler_of, not_judged, verbs_of
from workers.survey.endpoints.routing import Route, Router
from workers.survey.route_paths import braced

_VERBS = frozenset("get post put patch delete head options trace connect".split())


def _application(call: Call) -> Router:
    call.program.understood.add(call.file)
    return Router("robyn", root=True, join="segments")


def _sub_router(call: Call) -> Router:
    """Take up `SubRouter("/users")` and, as it was, `SubRouter(__file__, prefix="/users")`."""
    first = call.value(0)
    is_prefix = isinstance(first, str) and first.startswith("/")
    prefix = first if is_prefix else call.text(1, "prefix", default="")
    return Router("robyn", prefix=prefix, join="segments")


def _verb(router: Router, name: str, call: Call) -> Value:
    """Take up `@app.get("/x/:id")`, and `app.get("/x")(handler)`."""
    _add(router, call, [name.upper()], call.text(0, "endpoint"))


def _route(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_route("GET", "/x", handler)`."""
    method = call.value(0, "route_type")
    if isinstance(method, External):  # HttpMethod.GET
        method = method.name.rsplit(".", 1)[-1]
    if isinstance(method, str) and method.isalpha():
        _add(router, call, [method.upper()], call.text(1, "endpoint"), 2)
    else:
        call.program.lost.add((call.file, call.line))


def _view(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_view("/x", View)` and `@app.view("/x")`: a function a method in it."""
    view = call.decorated or call.value(1, "view")
    verbs: list[str] = []
    if isinstance(view, Class):
        verbs = verbs_of(view, call.program)
    elif isinstance(view, Function):
        inner = [s[1] for s in view.statement[3] if s[0] == "def"]
        verbs = [name.upper() for name in inner if name in _VERBS]
    if not verbs:
        call.program.lost.add((call.file, call.line))
    _add(router, call, verbs, call.text(0, "endpoint"), 1)


def _websocket(router: Router, _name: str, call: Call) -> Value:
    _add(router, call, ["WEBSOCKET"], call.text(0, "endpoint"))


def _include(router: Router, _name: str, call: Call) -> Value:
    child = call.value(0, "router")
    if isinstance(child, Router):
        router.mount("", child)


def _add(
    router: Router, call: Call, verbs: list[str], path: str | None, handler: int | None = None
) -> None:
    written = None if path is None else braced(re.sub(r"/\*(\w{1,60})$", r"/{\1}", path))
    name = handler_of(call) if call.decorated is not None else call.name(handler) or "(inline)"
    for verb in verbs:
        asks = (not_judged("Robyn", call),)
        router.add(Route(verb, written, name, call.file, call.line, asks=asks))


FRAMEWORKS = (
    Framework(
        name="robyn",
        language="python",
        tokens=(b"Robyn(", b"SubRouter("),
        constructors={
            "robyn.Robyn": _application,
            "robyn.SubRouter": _sub_router,
            "robyn.router.SubRouter": _sub_router,
        },
        methods={
            **dict.fromkeys(_VERBS, _verb),
            "add_route": _route,
            **dict.fromkeys(("view", "add_view"), _view),
            "websocket": _websocket,
            "include_router": _include,
        },
        statements=frozenset("add_route add_view include_router".split()),
        types=frozenset({"Robyn", "SubRouter"}),
        imports=frozenset({"robyn"}),
    ),
)
