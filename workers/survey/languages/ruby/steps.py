"""Follows a schema or a migration of Active Record, and collects its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.ruby.values import (
    MOST_ITEMS,
    UNKNOWN,
    Environment,
    Node,
    Self,
    options_of,
    value_of,
)
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workers.survey.languages.ruby.columns import Made, Version
    from workers.survey.languages.ruby.inflections import Inflections

Step = dict[str, Any]
MOST_STEPS = 20_000
MOST_STATEMENTS = 40_000  # that are followed of one file
# What changes no column, no index and no key of a table.
_SILENT = frozenset(
    "enable_extension disable_extension create_enum add_enum_value rename_enum drop_enum"
    " create_view create_function create_trigger update_view drop_view update_function"
    " drop_function drop_trigger create_schema drop_schema create_virtual_table"
    " add_check_constraint remove_check_constraint validate_check_constraint"
    " validate_foreign_key change_table_comment change_column_comment puts say say_with_time"
    " raise require require_relative set_lock_timeout disable_ddl_transaction! private"
    " disable_statement_timeout sleep announce reset_column_information".split()
)
_TRANSPARENT = frozenset(
    "reversible up up_only safety_assured transaction say_with_time suppress_messages"
    " with_lock_retries disable_statement_timeout without_statement_timeout".split()
)


class Call(NamedTuple):
    """A call with its arguments worked out; `default` is its default as it is written."""

    name: str
    line: int
    values: list[Any]
    options: dict[Any, Any]
    default: str | None
    block: list[Any] | None
    names: Environment


class Steps:
    """Collects the steps of one file."""

    def __init__(
        self,
        words: Inflections,
        version: Version,
        calls: Mapping[str, Callable[[Steps, Call], None]],
        *,
        is_schema: bool,
    ) -> None:
        """Start without steps; `calls` is what each call does."""
        self.calls = calls
        self.words = words
        self.version = version
        self.is_schema = is_schema
        self.listed: list[Step] = []
        self.functions: dict[str, Node] = {}
        self.depth = 0
        self.count = 0

    def run(self, body: list[Node], names: Environment) -> None:
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
            elif node[0] == "if":
                for inner in node[1]:
                    self.run(inner, names)
            elif node[0] == "sql":
                self.listed += node[2]
            elif node[0] == "call":
                self._call(node, names)
            elif node[0] == "v" and node[1] in self.functions and node[1] not in names:
                self._function(self.functions[node[1]], [], names)
        self.depth -= 1

    def _function(self, node: Node, values: list[Any], names: Environment) -> None:
        if self.depth < NESTING // 8:
            bound = {**dict.fromkeys(node[2], UNKNOWN), **dict(zip(node[2], values, strict=False))}
            self.run(node[3], {**names, **bound})

    def _call(self, node: Node, names: Environment) -> None:
        _, _, receiver, name, _, _, block = node
        if receiver is not None:
            own = value_of(receiver, names)
            if not isinstance(own, Self):
                self._on_value(own, node, names)
                return
        if receiver is None and name in self.functions:
            self._function(self.functions[name], worked_out(node, names).values, names)
        elif name in _TRANSPARENT:
            if block:
                self.run(block[1], names)
            else:  # `reversible(&method(:x))`
                self.unknown(None)
        elif name in self.calls:
            self.calls[name](self, worked_out(node, names))
        elif name not in _SILENT:
            call = worked_out(node, names)
            if call.values and isinstance(call.values[0], str):
                self.unknown(call.values[0])

    def _on_value(self, own: Any, node: Node, names: Environment) -> None:
        """Follow a loop, `dir.up do`, `ActiveRecord::Base.transaction do`; models have data."""
        name, block = node[3], node[6]
        if block and name == "each" and isinstance(own, list):
            for value in own[:MOST_ITEMS]:
                values = value if isinstance(value, list) and len(block[0]) > 1 else [value]
                self.run(block[1], {**names, **dict(zip(block[0], values, strict=False))})
        elif block and name in _TRANSPARENT:
            self.run(block[1], names)

    def unknown(self, table: Any) -> None:
        """Keep that something about a table was not understood."""
        if isinstance(table, str):
            self.listed.append({"do": "unknown", "table": str(table)})
        else:
            self.listed.append({"do": "unknown_all"})

    def add(self, table: str, made: Made) -> None:
        """Add what a call on an existing table makes."""
        for column in made.columns:
            self.listed.append(_added(table, column))
        for index in made.indexes:
            self.listed.append({"do": "add_index", "table": table, "index": index})
        for key in made.keys:
            self.listed.append({"do": "add_key", "table": table, "foreign_key": key})
        if not made.understood:
            self.unknown(table)


def _added(table: str, column: dict[str, Any]) -> Step:
    return {"do": "add_column", "table": table, "column": column, "foreign_keys": [], "indexes": []}


def worked_out(node: Node, names: Environment) -> Call:
    """Return a call with its arguments worked out."""
    _, line, _, name, arguments, pairs, block = node
    values = [value_of(one, names) for one in arguments]
    options = options_of(pairs, names)
    if values and isinstance(values[-1], dict) and not pairs:
        options = values.pop()
    default = next((pair[2] for pair in pairs if len(pair) > 2), None)
    return Call(name, line, values, options, default, block, names)
