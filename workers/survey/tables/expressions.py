"""Expressions of source code as plain data, the same for Python and JavaScript.

A literal is itself, a list is a list. `{"name": "sa.text"}` is a name with its attributes,
`{"call": "Column", "args": [..], "named": {..}, "line": 3}` a call (with `"on"` when it is a method
of another call; `Mapped[int]` reads as a call too), `{"map": {..}}` a dictionary or object, and
`{"text": ".."}` whatever else stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Expression = Any


def called(expression: Expression) -> str:
    """Return the last part of the name of what is called, "" where nothing is."""
    if isinstance(expression, dict) and "call" in expression:
        return str(expression["call"]).rpartition(".")[2]
    return ""


def whole_call(expression: Expression) -> str:
    """Return the whole name of what is called, with the object before it."""
    return str(expression.get("call", "")) if isinstance(expression, dict) else ""


def line_of(expression: Expression, otherwise: int = 1) -> int:
    """Return the line on which a call stands."""
    return int(expression.get("line", otherwise)) if isinstance(expression, dict) else otherwise


def arguments(expression: Expression) -> list[Expression]:
    """Return the positional arguments of a call."""
    return list(expression.get("args", ())) if isinstance(expression, dict) else []


def argument(expression: Expression, position: int) -> Expression:
    """Return one positional argument of a call, None where there is none."""
    positional = arguments(expression)
    return positional[position] if position < len(positional) else None


def named(expression: Expression) -> dict[str, Expression]:
    """Return the keyword arguments of a call, or the entries of a dictionary."""
    if not isinstance(expression, dict):
        return {}
    entries = expression.get("named") or expression.get("map") or {}
    return dict(entries)


def is_map(expression: Expression) -> bool:
    """Tell whether an expression is a dictionary or object."""
    return isinstance(expression, dict) and "map" in expression


def name_of(expression: Expression) -> str:
    """Return the dotted name that an expression is, "" for another one."""
    return str(expression.get("name", "")) if isinstance(expression, dict) else ""


def string(expression: Expression) -> str | None:
    """Return a literal string, None for anything else."""
    return expression if isinstance(expression, str) else None


def strings(expression: Expression) -> tuple[str, ...]:
    """Return the literal strings of a list, or the one that stands alone."""
    if isinstance(expression, str):
        return (expression,)
    listed = expression if isinstance(expression, list) else ()
    return tuple(one for one in listed if isinstance(one, str))


def chain(expression: Expression) -> list[Expression]:
    """Return the calls of `a.b().c()` in the order in which they are made."""
    calls: list[Expression] = []
    while isinstance(expression, dict) and "call" in expression:
        calls.append(expression)
        expression = expression.get("on")
    return calls[::-1]


def substituted(expression: Expression, bound: Mapping[str, Expression]) -> Expression:
    """Return an expression with the values that names are bound to put in their place."""
    if isinstance(expression, list):
        return [substituted(one, bound) for one in expression]
    if not isinstance(expression, dict):
        return expression
    if "name" in expression:
        return bound.get(expression["name"], expression)
    return {
        key: {name: substituted(one, bound) for name, one in value.items()}
        if key in {"named", "map"}  # their keys are words of the code, no marks of ours
        else substituted(value, bound)
        for key, value in expression.items()
    }


def words(expression: Expression) -> str:
    """Return an expression as a reader would write it, without the module before a name."""
    if isinstance(expression, str):
        return repr(expression)
    if isinstance(expression, list):
        return f"[{', '.join(map(words, expression))}]"
    if not isinstance(expression, dict):
        return str(expression)
    if "name" in expression:
        return name_of(expression).rpartition(".")[2]
    if "call" not in expression:
        return str(expression.get("text", "{...}"))
    inner = [*map(words, arguments(expression))]
    inner += [f"{key}={words(value)}" for key, value in named(expression).items()]
    left, right = ("[", "]") if expression.get("index") else ("(", ")")
    written = f"{called(expression)}{left}{', '.join(inner)}{right}"
    return written.removesuffix("()")
