"""What FastAPI injects: `Depends` and `Security` in parameters, annotations and lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import Class, External, LibraryObject, spelled
from workers.survey.endpoints.guards.decorators import named
from workers.survey.endpoints.routing import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Frame, Function, Value
    from workers.survey.endpoints.statements import Expression

_NESTING = 6
_INJECTS = frozenset({"Depends", "Security"})


def dependencies(function: Function, program: Program) -> list[Asked]:
    """Return what a function's parameters ask for."""
    asks: list[Asked] = []
    for _, annotation, default, _ in function.statement[2]:
        line = function.statement[5]
        asks += injected(annotation, program, function.frame, line)
        asks += injected(default, program, function.frame, line, annotation)
    return asks


def of_class(function: Function, program: Program) -> list[Asked]:
    """Return what the class of a method asks for: the attributes of a view that is a class."""
    asks: dict[str, list[Asked]] = {}
    if not isinstance(function.this, Class):
        return []
    for each in (function.this, *objects.bases(program, function.this)):
        if not isinstance(each, Class):
            continue
        for statement in each.statement[3]:
            if statement[0] == "=" and statement[1][0] == "n":
                own = injected(statement[2], program, each.body, statement[3])
                asks.setdefault(statement[1][1], own)
    return [asked for own in asks.values() for asked in own]


def injected(
    form: Expression, program: Program, frame: Frame, line: int, of: Expression = None
) -> list[Asked]:
    """Return what an expression injects; `of` is the type that `Depends()` without a name means."""
    return list(_Place(program, frame, line).injected(form, of, 0))


@dataclass(frozen=True)
class _Place:
    program: Program
    frame: Frame
    line: int

    def injected(self, form: Expression, of: Expression, depth: int) -> Iterator[Asked]:
        if form is None or depth > _NESTING:
            return
        kind = form[0]
        if kind == "c":
            yield from self._called(form, of)
        elif kind in {"l", "|", "&"}:
            for item in form[1] if kind == "l" else form[1][:1]:
                yield from self.injected(item, of, depth + 1)
        elif kind == "[]":
            inner = form[2]
            first = inner[1][0] if inner is not None and inner[0] == "l" and inner[1] else None
            yield from self.injected(inner, first, depth + 1)
        elif kind in {"n", "a"}:
            value = self.program.value(form, self.frame)
            if isinstance(value, LibraryObject) and value.name.endswith("Annotated"):
                whole: Expression = ["[]", ["n", "Annotated"], value.call.arguments[0]]
                place = _Place(self.program, value.call.frame, self.line)
                yield from place.injected(whole, None, depth + 1)

    def _called(self, form: list[Value], of: Expression) -> Iterator[Asked]:
        if (spelled(form[1]) or "").rsplit(".", 1)[-1] not in _INJECTS:
            return
        callee = self.program.value(form[1], self.frame)
        if isinstance(callee, External) or callee is None:
            asks = form[2][0] if form[2] else (form[3] or {}).get("dependency", of)
            value = self.program.value(asks, self.frame)
            name, file = named(asks), self.frame.file
            yield Asked("dependency", value, name, file, form[4], self.program)
