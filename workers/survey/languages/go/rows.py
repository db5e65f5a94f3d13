"""Rows of lists that loops go through, and what is told of arguments by their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.go.values import Function, Mapping, Place, Scope, Seq, Text, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ROUNDS = 2_000


def rounds(of: Value) -> Iterator[tuple[Value, Value]]:
    """Yield what a loop goes through, once what is not known where there may be more."""
    if isinstance(of, Seq | Mapping):
        items = of.items if isinstance(of, Mapping) else list(enumerate(of.items))
        yield from list(items)[:_MOST_ROUNDS]
        if not of.open and len(items) <= _MOST_ROUNDS:
            return
    yield None, None


def is_row(expression: list[Any], scope: Scope) -> bool:
    """Tell whether an expression is an element of a list: `routes[i]`, or `row` once more."""
    if expression[0] == "[]":
        return True
    holder = scope.holder(expression[1]) if expression[0] == "n" else None
    return holder is not None and expression[1] in holder.items


def serves(function: Function) -> bool:
    """Tell whether a function answers requests: `func(ctx context.Context, input *Input)`."""
    first = function.parameters[0][1] if function.parameters else None
    return len(function.parameters) > 1 and first == ["t", "context", "Context"]


def placed(value: Value, place: Place | None) -> Value:
    """Return an argument; a path that a name stood for stands where it is given."""
    if isinstance(value, Text) and value.place is None and value.is_path:
        return Text(value.parts, place)
    return value
