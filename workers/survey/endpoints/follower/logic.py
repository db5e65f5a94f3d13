"""What expressions with a condition stand for: nothing, where the condition is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Frame, Value


def first(program: Program, form: list[Value], frame: Frame) -> Value:
    """Return the first side of `Item | None` and `A & B`; who needs both reads the form."""
    return program.value(form[1][0], frame)


def negated(program: Program, form: list[Value], frame: Frame) -> Value:
    """Return `not a` where a is known."""
    inner = program.value(form[1], frame)
    return not inner if isinstance(inner, bool) else None


def choice(program: Program, form: list[Value], frame: Frame) -> Value:
    """Return `a if b else c` where b is known."""
    test = program.value(form[1], frame)
    if isinstance(test, bool):
        return program.value(form[2 if test else 3], frame)
    return None
