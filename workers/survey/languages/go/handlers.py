"""Handlers of routes: what they are called, and the router that one may hand on to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.go.routers import Router
from workers.survey.languages.go.values import Function, Struct, Value, Wrapped

if TYPE_CHECKING:
    from workers.survey.languages.go.calls import Call
    from workers.survey.languages.go.follower import Follower

_DEPTH = 8


def handler_name(expression: Any, depth: int = 0) -> str:
    """Return what a handler is called: of one that is wrapped in calls, the innermost name."""
    if not expression or depth > _DEPTH:
        return ""
    kind = expression[0]
    if kind == "n":
        return str(expression[1])
    if kind == ".":
        before = handler_name(expression[1], depth + 1)
        return f"{before}.{expression[2]}" if before else str(expression[2])
    if kind == "c":
        for argument in reversed(expression[2]):
            if argument and argument[0] in {"n", ".", "c"}:
                inner = handler_name(argument, depth + 1)
                if inner:
                    return inner
        return handler_name(expression[1], depth + 1)
    return ""


def router_in(follower: Follower, value: Value) -> Wrapped | None:
    """Return the router that a handler hands on to, None for any other handler."""
    if isinstance(value, Router):
        return Wrapped(value)
    if isinstance(value, Wrapped):
        return value
    if isinstance(value, Struct) and value.key is not None:
        is_handler = follower.program.method(value.key, "ServeHTTP") is not None
        embedded = {name for name, _, _ in follower.program.embedded(value.key)}
        held = [
            content for name, content in value.fields.items()
            if isinstance(content, Router) and (is_handler or name in embedded)
        ]  # fmt: skip
        return Wrapped(held[0]) if len(held) == 1 else None
    return None


def run_with(call: Call, function: Value, router: Router) -> None:
    """Follow a function that is given a router."""
    if isinstance(function, Function):
        call.follower.run(function, [router])
    elif function is None:
        name = call.expressions[-1]
        if name and name[0] == ".":
            call.follower.open_calls.append((name[2], [router]))
        else:
            call.follower.lost.add(call.place)
