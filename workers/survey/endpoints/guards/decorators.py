"""What decorators ask, and how the code names what asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import spelled
from workers.survey.endpoints.routing import Asked, Router

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Class, Function
    from workers.survey.endpoints.statements import Expression


def named(form: Expression) -> str:
    """Return how the code names what asks: the function's name where a call makes it."""
    if form is not None and form[0] == "c":
        return named(form[1])
    if form is not None and form[0] == "f":
        return str(form[1][1] or "(inline)")
    return spelled(form) or "(inline)"


def decorators_asked(decorated: Function | Class, program: Program) -> list[Asked]:
    """Return what decorators ask; those that a router has declare routes and ask nothing."""
    asks: list[Asked] = []
    frame = decorated.frame
    for form in decorated.statement[4]:
        callee = form[1] if form is not None else None
        if callee is None:
            line = decorated.statement[5]
            asks.append(Asked("wrap", None, "a decorator", frame.file, line, program))
            continue
        if callee[0] == "a" and isinstance(program.value(callee[1], frame), Router):
            continue
        is_called = form[3] is not None
        value = program.value(form if is_called else callee, frame)
        name = named(callee)
        if name == "method_decorator" and form[2]:
            name = named(form[2][0])
        asks.append(Asked("wrap", value, name, frame.file, form[4], program))
    return asks
