"""aiohttp's server, as whoever adds it would write it: docs.aiohttp.org/en/stable/web.html."""

from __future__ import annotations

from workers.survey.endpoints.follower.values import Call, Function, LibraryObject, Value
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced

_VERBS = frozenset("get post put patch delete head options".split())


def _application(_call: Call) -> Router:
    return Router("aiohttp", root=True)


def _table(_call: Call) -> Router:
    return Router("aiohttp")


def _verb(router: Router, name: str, call: Call) -> Value:
    _add(router, call, name.removeprefix("add_").upper(), 0)


def _any_verb(router: Router, _name: str, call: Call) -> Value:
    _add(router, call, (call.text(0) or ANY).replace("*", ANY).upper(), 1)


def _routes(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_routes([web.get("/x", handler)])`, or a table of routes."""
    listed = call.value(0)
    if isinstance(listed, Router):
        router.mount("", listed)
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, LibraryObject):
            _add(router, item.call, item.name.rpartition(".")[2].upper(), 0)


def _below(router: Router, _name: str, call: Call) -> Value:
    child = call.value(1)
    if isinstance(child, Router):
        router.mount(call.text(0), child)


def _add(router: Router, call: Call, verb: str, position: int) -> None:
    path = call.text(position)
    function = call.decorated
    name = str(function.statement[1]) if isinstance(function, Function) else call.name(position + 1)
    written = None if path is None else braced(path)
    router.add(Route(verb, written, name or "(inline)", call.file, call.line))


FRAMEWORKS = (
    Framework(
        name="aiohttp",
        language="python",
        tokens=(b"aiohttp",),
        constructors={"aiohttp.web.Application": _application, "aiohttp.web.RouteTableDef": _table},
        methods={
            **dict.fromkeys(_VERBS, _verb),
            **dict.fromkeys((f"add_{verb}" for verb in _VERBS), _verb),
            "add_route": _any_verb,
            "add_routes": _routes,
            "add_subapp": _below,
        },
        imports=frozenset({"aiohttp"}),
        join="concatenate",
    ),
)
