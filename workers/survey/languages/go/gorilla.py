"""gorilla/mux: routes that a chain of calls puts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.languages.go.handlers import handler_name, place_of, router_in
from workers.survey.languages.go.paths import below
from workers.survey.languages.go.routers import EMPTY, Above, Builder, Router, method_of
from workers.survey.languages.go.values import Text, Value, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.go.calls import Call

_SETS_PATH = frozenset({"Path", "PathPrefix"})
_HANDLES = frozenset({"Handler", "HandlerFunc"})


def _start(call: Call, of: Router) -> Builder:
    builder = Builder(of, call.place)
    of.builders.append(builder)
    return builder


def on_route(call: Call, of: Builder) -> Value:
    """Return what a method of a route returns."""
    if call.name in _SETS_PATH:
        _set_path(call, of, as_text(call.value(0)))
    elif call.name in _HANDLES:
        _handle(call, of, 0)
    elif call.name == "Methods":
        of.methods = tuple(method_of(value) for value in call.values)
    elif call.name == "Subrouter":
        return call.follower.made(of.router.group(of.path, of.methods))
    elif call.name in _ASKS:
        return None
    return of


# Methods that ask something of a route and do not return it.
_ASKS = frozenset(
    "GetName GetHandler GetError GetPathTemplate GetMethods URL URLPath URLHost Match".split()
)


def _set_path(call: Call, of: Builder, path: Text) -> None:
    """Add a path to what the route has already; its line is that of the path."""
    of.path = below("gorilla/mux", of.path, path)
    of.place = call.place
    of.written = call.expressions[0] if call.expressions else None


def _handle(call: Call, of: Builder, position: int) -> None:
    of.handler = handler_name(call)
    of.place = place_of(call._replace(place=of.place), of.path, of.written)
    inner = router_in(call.follower, call.value(position))
    if inner is not None and inner.router is not of.router:
        inner.router.hang(Above(of.router, inner.stripped or EMPTY, as_handler=True))
        of.in_the_way = True


def _handle_path(call: Call, of: Router) -> Value:
    """Declare `HandleFunc("/x", handler)`, whose methods may follow."""
    builder = _start(call, of)
    _set_path(call, builder, as_text(call.value(0)))
    _handle(call, builder, 1)
    return builder


def _with_path(call: Call, of: Router) -> Value:
    return on_route(call, _start(call, of))


def _same(call: Call, of: Router) -> Value:
    del call
    return of


METHODS: dict[str, Callable[[Call, Router], Value]] = {
    "Handle": _handle_path,
    "HandleFunc": _handle_path,
    **dict.fromkeys(
        "Path PathPrefix Methods Host Headers HeadersRegexp Queries Schemes NewRoute Name"
        " MatcherFunc BuildVarsFunc".split(),
        _with_path,
    ),
    **dict.fromkeys("StrictSlash SkipClean UseEncodedPath Use".split(), _same),
}
