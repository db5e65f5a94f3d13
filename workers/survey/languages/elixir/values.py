"""What Elixir expressions of a file of routes come to; what is not known is UNKNOWN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Node = list[Any]
OPEN = "\0"  # a part of a text that is not known
MOST_ITEMS = 500
LONGEST = 2_000


class Unknown:
    """The only value that is not known."""


UNKNOWN = Unknown()


class Atom(str):
    """An atom."""

    __slots__ = ()


class Module(NamedTuple):
    """The name of a module, as it is written."""

    name: str


Names = dict[str, Any]


def value_of(node: Node | None, names: Mapping[str, Any], depth: int = 0) -> Any:
    """Return what an expression comes to: text, Atom, Module, list, dict, bool, None or UNKNOWN."""
    if node is None or depth > NESTING:
        return UNKNOWN
    reader = _READERS.get(node[0])
    return reader(node, names, depth + 1) if reader is not None else UNKNOWN


def options_of(pairs: list[list[Any]], names: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return keywords."""
    return {pair[0]: value_of(pair[1], names, depth + 1) for pair in pairs}


def text_of(value: Any) -> str:
    """Return a value as Elixir writes it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int)) else "" if value is None else OPEN


def _joined(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    return "".join(text_of(value_of(part, names, depth)) for part in node[1])[:LONGEST]


def _combined(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    left, right = value_of(node[2], names, depth), value_of(node[3], names, depth)
    if node[1] == "<>":
        return (text_of(left) + text_of(right))[:LONGEST]
    if isinstance(left, list) and isinstance(right, list):
        if node[1] == "++":
            return [*left, *right][:MOST_ITEMS]
        if node[1] == "--":
            return [one for one in left if one not in right]
    return UNKNOWN


def _listed(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    return [value_of(one, names, depth) for one in node[1][:MOST_ITEMS]]


_READERS: dict[str, Callable[[Node, Mapping[str, Any], int], Any]] = {
    "s": lambda node, _names, _depth: node[1],
    "a": lambda node, _names, _depth: Atom(node[1]),
    "m": lambda node, _names, _depth: Module(node[1]),
    "b": lambda node, _names, _depth: node[1],
    "n": lambda node, _names, _depth: node[1],
    "d": _joined,
    "l": _listed,
    "t": lambda node, names, depth: tuple(_listed(node, names, depth)),
    "k": lambda node, names, depth: options_of(node[1], names, depth),
    "v": lambda node, names, _depth: names.get(node[1], UNKNOWN),
    "@": lambda node, names, _depth: names.get(f"@{node[1]}", UNKNOWN),
    "+": _combined,
}
