"""Follows a migration of Ecto, and collects its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.elixir.values import (
    MOST_ITEMS,
    UNKNOWN,
    Module,
    Names,
    Node,
    options_of,
    value_of,
)
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Step = dict[str, Any]
MOST_STEPS = 20_000
MOST_STATEMENTS = 40_000  # that are followed of one file
TRANSPARENT = frozenset("if unless case cond __block__ with".split())


class Defaults(NamedTuple):
    """What an application's configuration says of keys and of timestamps."""

    key_name: str | None = "id"  # None: tables have no key of themselves
    key_type: str = "bigserial"
    reference_type: str = "bigint"
    timestamps: tuple[tuple[str, Any], ...] = ()


class Call(NamedTuple):
    """A call, its arguments as they are written; `options` are worked out."""

    name: str
    line: int
    arguments: list[Node]
    options: dict[str, Any]
    default: str | None
    body: list[Node] | None
    names: Names
    pairs: list[list[Any]]

    def value(self, position: int) -> Any:
        """Return what an argument comes to."""
        if position >= len(self.arguments):
            return UNKNOWN
        return value_of(self.arguments[position], self.names)


class Steps:
    """Collects the steps of one file."""

    def __init__(
        self, defaults: Defaults, calls: Mapping[str, Callable[[Steps, Call], None]]
    ) -> None:
        """Start without steps; `calls` is what each call does."""
        self.calls = calls
        self.defaults = defaults
        self.listed: list[Step] = []
        self.missed: list[tuple[int, str]] = []
        self.functions: dict[str, Node] = {}
        self.depth = 0
        self.count = 0

    def run(self, body: list[Node], names: Names) -> None:
        """Follow statements."""
        if self.depth > NESTING // 4 or len(self.listed) > MOST_STEPS:
            return
        self.count += len(body) + 1
        if self.count > MOST_STATEMENTS:
            self.listed.append({"do": "unknown_all"})
            return
        self.depth += 1
        for node in body:
            if node[0] == "=":
                names[node[1]] = value_of(node[2], names)
            elif node[0] == "@=":
                names[f"@{node[1]}"] = value_of(node[2], names)
            elif node[0] == "sql":
                self.listed += node[2]
                self.missed += [(node[1], why) for why in node[3]]
            elif node[0] == "call":
                self._call(node, names)
        self.depth -= 1

    def _call(self, node: Node, names: Names) -> None:
        _, line, module, name, arguments, _, body = node
        if module is not None:
            self._of_module(line, value_of(module, names), name)
        elif name == "for":
            self._loop(node, names)
        elif name in TRANSPARENT:
            self.run(body or [], names)
        elif name in self.calls:
            self.calls[name](self, worked_out(node, names))
        elif name in self.functions and self.depth < NESTING // 8:
            parameters, inner = self.functions[name][0], self.functions[name][1]
            values = [value_of(one, names) for one in arguments]
            self.run(inner, {**names, **dict(zip(parameters, values, strict=False))})

    def _of_module(self, line: int, module: Any, name: str) -> None:
        """Keep that a library makes tables of its own, and what a loop may do to some."""
        own = module.name if isinstance(module, Module) else ""
        if own.rpartition(".")[2] in {"Migration", "Migrations"} and name == "up":
            self.missed.append((line, f"the tables of `{own}` are of a library"))
        elif own == "Enum" and name in {"each", "map"}:
            self.unknown(None)

    def _loop(self, node: Node, names: Names) -> None:
        rounds: list[Names] = [dict(names)]
        for generator in node[4]:
            if generator[0] != "+" or generator[1] != "<-":
                continue
            following: list[Names] = []
            for bound in rounds:
                listed = value_of(generator[3], bound)
                for value in listed if isinstance(listed, list) else [UNKNOWN]:
                    own = (
                        {generator[2][1]: value}
                        if generator[2][0] == "v"
                        else of_tuple(generator[2], value)
                    )
                    following.append({**bound, **own})
            rounds = following[:MOST_ITEMS]
        for bound in rounds:
            self.run(node[6] or [], bound)

    def unknown(self, table: str | None) -> None:
        """Keep that something about a table, or any, was not understood."""
        step: Step = {"do": "unknown", "table": table} if table else {"do": "unknown_all"}
        self.listed.append(step)


def of_tuple(pattern: Node, value: Any) -> Names:
    """Return what the pattern `{a, b}` binds."""
    if pattern[0] != "t" or not isinstance(value, tuple):
        return {}
    return {one[1]: own for one, own in zip(pattern[1], value, strict=False) if one[0] == "v"}


def worked_out(node: Node, names: Names) -> Call:
    """Return a call with its options worked out."""
    _, line, _, name, arguments, pairs, body = node
    options = options_of(pairs, names)
    default = next((pair[2] for pair in pairs if pair[0] == "default" and len(pair) > 2), None)
    return Call(name, line, arguments, options, default, body, names, pairs)
