"""What Ruby expressions of a file of routes come to; what is not known is UNKNOWN."""

from __future__ import annotations

from dataclasses import dataclass
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


class Symbol(str):
    """A symbol: a text, but no path of its own."""

    __slots__ = ()


class Application(NamedTuple):
    """What answers by itself: a constant, a redirect, a function."""

    name: str


class Pattern(NamedTuple):
    """A regular expression."""

    text: str


@dataclass(frozen=True)
class Self:
    """What routes are drawn on: `self`, the argument of a block of `with_options`."""

    options: tuple[tuple[str, Any], ...] = ()


Environment = dict[str, Any]


def value_of(node: Node | None, names: Mapping[str, Any], depth: int = 0) -> Any:
    """Return what an expression comes to: text, Symbol, list, dict, bool, None or UNKNOWN."""
    if node is None or depth > NESTING:
        return UNKNOWN
    reader = _READERS.get(node[0])
    return reader(node, names, depth + 1) if reader is not None else UNKNOWN


def options_of(pairs: list[list[Any]], names: Mapping[str, Any], depth: int = 0) -> dict[Any, Any]:
    """Return the options of a call; `**x` of something unknown is kept under the key UNKNOWN."""
    options: dict[Any, Any] = {}
    for key, node, *_ in pairs:
        value = value_of(node, names, depth + 1)
        if key is None and isinstance(value, dict):
            options |= value
        elif key is None:
            options[UNKNOWN] = UNKNOWN
        else:
            name = value_of(key, names, depth + 1)
            options[name if isinstance(name, (str, Application)) else UNKNOWN] = value
    return options


def items(values: list[Any]) -> list[Any]:
    """Return positional values with those of a splat among them."""
    flat: list[Any] = []
    for value in values:
        flat += value if isinstance(value, list) else [value]
    return flat[:MOST_ITEMS]


def text_of(value: Any) -> str:
    """Return a value as Ruby writes it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    return "" if value is None else OPEN


def _joined(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    return "".join(text_of(value_of(part, names, depth)) for part in node[1])[:LONGEST]


def _listed(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    values: list[Any] = []
    for item in node[1][:MOST_ITEMS]:
        value = value_of(item, names, depth)
        values += value if item[0] == "*" and isinstance(value, list) else [value]
    return values


def _mapped(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    return options_of(node[1], names, depth)


def _named(node: Node, names: Mapping[str, Any], _depth: int) -> Any:
    return names.get(node[1], UNKNOWN)


def _constant(node: Node, names: Mapping[str, Any], _depth: int) -> Any:
    return names.get(node[1], Application(node[1]))


def _element(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    own = value_of(node[1], names, depth)
    key = value_of(node[2][0], names, depth) if len(node[2]) == 1 else UNKNOWN
    if isinstance(own, dict) and isinstance(key, str):
        return own.get(key, UNKNOWN)
    if isinstance(own, list) and isinstance(key, int) and 0 <= key < len(own):
        return own[key]
    return UNKNOWN


def _combined(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    left, right = value_of(node[2], names, depth), value_of(node[3], names, depth)
    if node[1] == "+" and isinstance(left, str) and isinstance(right, str):
        return (left + right)[:LONGEST]
    if isinstance(left, list) and isinstance(right, list):
        if node[1] == "+":
            return [*left, *right][:MOST_ITEMS]
        if node[1] == "-" and not any(isinstance(one, Unknown) for one in (*left, *right)):
            return [one for one in left if one not in right]
    if node[1] == "/" and isinstance(left, str) and isinstance(right, str):
        return left.rstrip("/") + "/" + right
    return UNKNOWN


_SAME = frozenset(
    "freeze dup clone to_a to_h flatten compact uniq itself deep_dup symbolize_keys".split()
)


def _called(node: Node, names: Mapping[str, Any], depth: int) -> Any:
    _, _, receiver, name, arguments, pairs, _ = node
    if receiver is None:
        if name in {"redirect", "lambda", "proc"}:
            return Application(name)
        if name in names and not arguments and not pairs:
            return names[name]
        return UNKNOWN
    own = value_of(receiver, names, depth)
    if name in _SAME:
        return own
    if isinstance(own, Application) and not isinstance(own, Unknown):
        # `Api.new`, `Users.action(:index)`, `ActionCable.server`: what answers, if it is asked to
        return Application(own.name) if name in {"new", "action", "server", "call"} else UNKNOWN
    return _of_text_or_hash(own, name, [value_of(one, names, depth) for one in arguments])


def _of_text_or_hash(own: Any, name: str, arguments: list[Any]) -> Any:
    if isinstance(own, str) and name in {"to_s", "to_sym"} and not arguments:
        return Symbol(own) if name == "to_sym" else str(own)
    if isinstance(own, dict):
        if name in {"keys", "values"}:
            return list(getattr(own, name)())
        if name == "merge" and len(arguments) == 1 and isinstance(arguments[0], dict):
            return {**own, **arguments[0]}
    if isinstance(own, list) and name == "join" and all(isinstance(one, str) for one in own):
        separator = arguments[0] if arguments and isinstance(arguments[0], str) else ""
        return separator.join(own)[:LONGEST]
    return UNKNOWN


_READERS: dict[str, Callable[[Node, Mapping[str, Any], int], Any]] = {
    "s": lambda node, _names, _depth: node[1],
    "y": lambda node, _names, _depth: Symbol(node[1]),
    "b": lambda node, _names, _depth: node[1],
    "n": lambda node, _names, _depth: node[1],
    "r": lambda node, _names, _depth: Pattern(node[1]),
    "f": lambda _node, _names, _depth: Application("lambda"),
    "d": _joined,
    "l": _listed,
    "h": _mapped,
    "v": _named,
    "c": _constant,
    "+": _combined,
    "at": _element,
    "*": lambda node, names, depth: value_of(node[1], names, depth),
    "call": _called,
}
