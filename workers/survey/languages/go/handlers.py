"""Handlers of routes: what they are called, and the router that one may hand on to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.go.routers import Router
from workers.survey.languages.go.values import Function, Place, Scope, Struct, Text, Value, Wrapped

if TYPE_CHECKING:
    from workers.survey.languages.go.calls import Call
    from workers.survey.languages.go.follower import Follower

_DEPTH = 8


def handler_name(call: Call) -> str:
    """Return what the handler of a route is called: of one that is wrapped, its own name."""
    return _name(call, call.expressions[-1] if call.expressions else None, 0)


def _name(call: Call, expression: Any, depth: int) -> str:
    if not expression or depth > _DEPTH:
        return ""
    kind = expression[0]
    if kind == "n":
        return str(expression[1])
    if kind == ".":
        before = _name(call, expression[1], depth + 1)
        return f"{before}.{expression[2]}" if before else str(expression[2])
    if kind != "c":
        return ""
    for argument in reversed(expression[2]):
        if argument and argument[0] == "c":
            inner = _name(call, argument, depth + 1)
            if inner:
                return inner
        elif argument and argument[0] in {"n", "."}:
            value = call.follower.value_of(argument, call.scope)
            if isinstance(value, Function):
                return _name(call, argument, depth + 1)
    return _name(call, expression[1], depth + 1)


def is_given(expression: Any, scope: Scope, depth: int = 0) -> bool:
    """Tell whether a handler came in by a parameter or out of a list: it stands elsewhere."""
    if not expression or depth > _DEPTH:
        return False
    kind = expression[0]
    if kind == "n":
        holder = scope.holder(expression[1])
        return holder is not None and expression[1] in holder.given | holder.items
    if kind == ".":
        of = expression[1]
        holder = scope.holder(of[1]) if of and of[0] == "n" else None
        return holder is not None and of[1] in holder.items
    if kind == "c":
        return any(is_given(one, scope, depth + 1) for one in expression[2])
    if kind == "fn":
        return any(is_given(["n", name], scope) for name in expression[4])
    return False


def place_of(call: Call, path: Text, written: Any) -> Place:
    """Return where a route is declared: where path and handler come from, if that is elsewhere.

    `written` is the expression of the path: of a row of a table it is the row that declares.
    """
    place = path.place
    handler = call.expressions[-1] if call.expressions else None
    is_of_row = bool(written) and written[0] == "." and is_given(written, call.scope)
    if place is None or not (is_of_row or is_given(handler, call.scope)):
        return call.place
    is_here = place.file == call.place.file and call.place.line <= place.line <= call.last
    return call.place if is_here else place


def router_in(follower: Follower, value: Value, depth: int = 0) -> Wrapped | None:
    """Return the router that a handler hands on to, None for any other handler."""
    if isinstance(value, Router):
        return Wrapped(value)
    if isinstance(value, Wrapped) or depth > _DEPTH:
        return value if isinstance(value, Wrapped) else None
    routers = [router_in(follower, inner, depth + 1) for inner in _inside(follower, value)]
    known = [router for router in routers if router is not None]
    return known[0] if len(known) == 1 else None


def _inside(follower: Follower, value: Value) -> list[Value]:
    """Return what a handler that wraps others may hand on to."""
    if isinstance(value, Function) and value.around is not None:
        holders = [(name, value.around.holder(name)) for name in value.calls]
        return [holder.names[name] for name, holder in holders if holder is not None]
    if not isinstance(value, Struct) or value.key is None:
        return []
    is_handler = follower.program.method(value.key, "ServeHTTP") is not None
    embedded = {name for name, _, _ in follower.program.embedded(value.key)}
    return [
        content for name, content in value.fields.items()
        if (is_handler and isinstance(content, Router | Wrapped | Function))
        or (name in embedded and isinstance(content, Router | Wrapped | Function | Struct))
    ]  # fmt: skip


def run_with(call: Call, function: Value, router: Router) -> None:
    """Follow a function that is given a router."""
    if isinstance(function, Function):
        call.follower.run(function, [router])
    elif function is None:
        name = call.expressions[-1] if call.expressions else None
        if name and name[0] == ".":
            call.follower.open_calls.append((name[2], [router]))
        else:
            call.follower.lost.add(call.place)
