"""What the methods of routers do: declare a route, make a group, put a router below another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.languages.go import gorilla, paths
from workers.survey.languages.go.handlers import handler_name, place_of, router_in, run_with
from workers.survey.languages.go.routers import EMPTY, Above, Builder, Route, Router, method_of
from workers.survey.languages.go.values import (
    Seq,
    Struct,
    Text,
    Value,
    Wrapped,
    as_text,
    joined,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.go.calls import Call

_CAPITALS = "GET POST PUT PATCH DELETE HEAD OPTIONS CONNECT TRACE"
_WORDS = "Get Post Put Patch Delete Head Options Connect Trace"
_UPPER = {name: name for name in _CAPITALS.split()}
_TITLE = {name: name.upper() for name in _WORDS.split()}
# Methods by which a router is the same router afterwards.
_SAME = frozenset(
    "Use With Pre UseEncodedPath StrictSlash SkipClean Name Domain BasePath Schemes".split()
)
_SERVES = frozenset("Run RunTLS RunUnix Listen ListenTLS Start StartTLS StartAutoTLS Listener "
                    "ServeHTTP RunListener StartServer".split())  # fmt: skip
__all__ = ["called", "router_in"]


def called(call: Call, of: Router | Builder | Wrapped) -> Value:
    """Return what a method of a router returns, and do what it does."""
    if isinstance(of, Wrapped):
        if of.stripped is not None:
            _hang(of, call.follower.front)
        return None
    if isinstance(of, Builder):
        return gorilla.on_route(call, of)
    if call.name in _SERVES:
        of.serve()
        return None
    does = _BY_KIND[of.kind].get(call.name)
    if does is not None:
        return does(call, of)
    verb = _verbs(of.kind).get(call.name)
    if verb is not None:
        return _verb(call, of, verb)
    for value in call.values:
        call.follower.hand_on(value)
    return of if call.name in _SAME else None


def _verbs(kind: str) -> dict[str, str]:
    if kind in {"gorilla/mux", "net/http"}:
        return {}
    return _TITLE if kind in {"chi", "fiber"} else _UPPER


# Routes


def declare(call: Call, of: Router, method: str | None, path: Text) -> None:
    """Add a route; a router that handles it hangs there as a handler."""
    name = handler_name(call)
    written = call.expressions[0] if call.expressions else None
    of.add(Route(method, Text(path.parts), name, place_of(call, path, written)))
    for value in call.values[1:]:
        inner = router_in(call.follower, value)
        if inner is not None:
            _hang(inner, of)


def _hang(inner: Wrapped, of: Router) -> None:
    inner.router.hang(Above(of, inner.stripped or EMPTY, as_handler=True))


def _verb(call: Call, of: Router, method: str | None) -> Value:
    if of.one_path:
        declare(call, of, method, EMPTY)
    elif len(call.values) > 1 or call.name == "OPTIONS":
        declare(call, of, method, as_text(call.value(0)))
    return of


def _any(call: Call, of: Router) -> Value:
    return _verb(call, of, "ANY")


def _with_method(call: Call, of: Router) -> Value:
    """Declare `Handle(method, path, handler)`."""
    call_ = call._replace(values=call.values[1:], expressions=call.expressions[1:])
    for method in _methods(call.value(0)):
        declare(call_, of, method, as_text(call.value(1)))
    return of


def _methods(value: Value) -> list[str | None]:
    """Return methods: one, or those of a list."""
    if isinstance(value, Seq):
        listed = [method_of(item) for item in value.items]
        return [*listed, None] if value.open else listed
    return [method_of(value)]


def _by_pattern(call: Call, of: Router) -> Value:
    """Declare `Handle(pattern, handler)`, in which a method may stand."""
    method, path = paths.with_method(as_text(call.value(0)))
    inner = router_in(call.follower, call.value(1))
    if inner is not None and inner.router is not of:
        _hang(inner, of)
    else:  # a handler, or one that sends the request through the same router once more
        declare(call, of, method, path)
    return None


def _files(call: Call, of: Router) -> Value:
    """Declare a folder of files."""
    ending = {"gin": "/*filepath", "echo": "*"}.get(of.kind, "")
    path = as_text(call.value(0))
    if of.kind == "gin" and path.parts[-1] is not None:
        path = Text((*path.parts[:-1], path.parts[-1].rstrip("/")), path.place)
    declare(call._replace(values=[]), of, "GET", joined(path, text(ending)))
    return of


# Groups and mounts


def _group(call: Call, of: Router) -> Value:
    return call.follower.made(of.group(as_text(call.value(0)) if call.values else EMPTY))


def _group_in_function(call: Call, of: Router) -> Value:
    """Follow chi's `Group(func(r chi.Router) {...})`, fiber's `Group("/x", ...)`."""
    child = call.follower.made(of.group(EMPTY))
    run_with(call, call.value(0), child)
    return child


def _route(call: Call, of: Router) -> Value:
    """Follow `Route("/x", func(r chi.Router) {...})`; of fiber 3 also without a function."""
    child = call.follower.made(of.group(as_text(call.value(0))))
    if len(call.values) > 1:
        run_with(call, call.value(1), child)
        return child if of.kind == "chi" else of
    child.one_path = True
    return child


def _mount(call: Call, of: Router) -> Value:
    """Put a router below a prefix; a handler of another kind gets the whole path."""
    inner = router_in(call.follower, call.value(1))
    prefix = as_text(call.value(0))
    if inner is None:
        call.follower.unmounted.add(call.place)
        call.follower.loose |= call.value(1) is None
    elif inner.router.kind == of.kind and inner.stripped is None:
        inner.router.hang(Above(of, prefix))
    else:
        _hang(inner, of)
    return of


def _use(call: Call, of: Router) -> Value:
    """Put an application of fiber below a prefix; anything else is a middleware."""
    prefixes = [text("")]
    first = call.value(0)
    if isinstance(first, Text):
        prefixes = [first]
    elif isinstance(first, Seq) and first.items and isinstance(first.items[0], Text):
        prefixes = [as_text(item) for item in first.items]
    for value in call.values:
        if isinstance(value, Router):
            for prefix in prefixes:
                value.hang(Above(of, prefix))
        else:
            call.follower.hand_on(value)
    return of


def _echo_route(call: Call, of: Router) -> Value:
    """Declare `AddRoute(echo.Route{Method: ..., Path: ...})` of echo 5."""
    route = call.value(0)
    if isinstance(route, Struct):
        declare(call, of, method_of(route.fields.get("Method")), as_text(route.fields.get("Path")))
    return None


def _host(call: Call, of: Router) -> Value:
    return call.follower.made(of.group(EMPTY))


Does = dict[str, "Callable[[Call, Router], Value]"]
_GIN: Does = {
    "Any": _any, "Handle": _with_method, "Match": _with_method, "Group": _group,
    "Static": _files, "StaticFS": _files, "StaticFile": _any, "StaticFileFS": _any,
}  # fmt: skip
_GIN["StaticFile"] = _GIN["StaticFileFS"] = lambda call, of: _verb(call, of, "GET")
_BY_KIND: dict[str, Does] = {
    "gin": _GIN,
    "echo": {
        "Any": _any, "Add": _with_method, "Match": _with_method, "Group": _group, "Host": _host,
        "Static": _files, "StaticFS": _files, "File": lambda call, of: _verb(call, of, "GET"),
        "FileFS": lambda call, of: _verb(call, of, "GET"), "AddRoute": _echo_route,
    },
    "chi": {
        "Handle": _by_pattern, "HandleFunc": _by_pattern, "Method": _with_method,
        "MethodFunc": _with_method, "Route": _route, "Group": _group_in_function, "Mount": _mount,
    },
    "fiber": {
        "All": _any, "Add": _with_method, "Group": _group, "Route": _route, "RouteChain": _route,
        "Mount": _mount, "Use": _use,
    },
    "httprouter": {
        "Handle": _with_method, "Handler": _with_method, "HandlerFunc": _with_method,
        "ServeFiles": _files,
    },
    "fasthttp": {
        "ANY": _any, "Handle": _with_method, "Group": _group, "ServeFiles": _files,
    },
    "net/http": {"Handle": _by_pattern, "HandleFunc": _by_pattern},
    "gorilla/mux": gorilla.METHODS,
}  # fmt: skip
