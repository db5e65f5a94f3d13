"""Steps of Active Record: what `schema.rb` and the migrations do to tables, in their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.ruby import columns
from workers.survey.languages.ruby.columns import REFERENCES, TYPES, Made, Version
from workers.survey.languages.ruby.values import (
    MOST_ITEMS,
    UNKNOWN,
    Environment,
    Node,
    Self,
    Unknown,
    items,
    options_of,
    value_of,
)
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.ruby.inflections import Inflections

Step = dict[str, Any]
MOST_STEPS = 20_000
_CHANGES_TABLES = re.compile(r"(?i)\b(?:create|alter|drop|rename)\b")
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
_PASSED = frozenset("check_constraint exclusion_constraint remove_check_constraint comment".split())


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

    def __init__(self, words: Inflections, version: Version, *, is_schema: bool) -> None:
        self.words = words
        self.version = version
        self.is_schema = is_schema
        self.listed: list[Step] = []
        self.functions: dict[str, Node] = {}
        self.depth = 0

    def run(self, body: list[Node], names: Environment) -> None:
        """Follow statements."""
        if self.depth > NESTING // 4 or len(self.listed) > MOST_STEPS:
            return
        self.depth += 1
        for node in body:
            if node[0] == "=":
                names[node[1]] = value_of(node[2], names)
            elif node[0] == "if":
                for inner in node[1]:
                    self.run(inner, names)
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
        _, line, receiver, name, arguments, pairs, block = node
        own = value_of(receiver, names) if receiver is not None else None
        if receiver is not None and isinstance(own, list) and block and name == "each":
            for value in own[:MOST_ITEMS]:
                values = value if isinstance(value, list) and len(block[0]) > 1 else [value]
                self.run(block[1], {**names, **dict(zip(block[0], values, strict=False))})
            return
        if receiver is not None and not isinstance(own, Self) and name in _TRANSPARENT and block:
            self.run(block[1], names)  # `dir.up do`, `ActiveRecord::Base.transaction do`
            return
        if receiver is not None and not isinstance(own, Self):
            return  # of a model: data
        call = _worked_out(node, names)
        if receiver is None and name in self.functions:
            self._function(self.functions[name], call.values, names)
        elif name in _TRANSPARENT:
            if block:
                self.run(block[1], names)
            else:  # `reversible(&method(:x))`
                self.unknown(None)
        elif name in CALLS:
            CALLS[name](self, call)
        elif name not in _SILENT and call.values and isinstance(call.values[0], str):
            self.unknown(call.values[0])
        del line, arguments, pairs

    def unknown(self, table: Any) -> None:
        """Keep that something about a table was not understood."""
        if isinstance(table, str):
            self.listed.append({"do": "unknown", "table": str(table)})
        else:
            self.listed.append({"do": "unknown_all"})

    def add(self, table: str, made: Made) -> None:
        """Add what a call on an existing table makes."""
        for one in made.columns:
            self.listed.append(_added(table, one))
        for index in made.indexes:
            self.listed.append({"do": "add_index", "table": table, "index": index})
        for key in made.keys:
            self.listed.append({"do": "add_key", "table": table, "foreign_key": key})
        if not made.understood:
            self.unknown(table)


def _added(table: str, column: dict[str, Any]) -> Step:
    return {"do": "add_column", "table": table, "column": column, "foreign_keys": [], "indexes": []}


def _worked_out(node: Node, names: Environment) -> Call:
    _, line, _, name, arguments, pairs, block = node
    values = [value_of(one, names) for one in arguments]
    options = options_of(pairs, names)
    if values and isinstance(values[-1], dict) and not pairs:
        options = values.pop()
    default = next((pair[2] for pair in pairs if len(pair) > 2), None)
    return Call(name, line, values, options, default, block, names)


def declared(call: Call, table: str, steps: Steps) -> Made | None:
    """Return what `t.string :a, :b` declares, None if it is no such call."""
    names, options = items(call.values), call.options
    if call.name in REFERENCES:
        return columns.references(table, names, options, call.default, steps.version, steps.words)
    if call.name == "timestamps":
        return columns.timestamps(options, steps.version)
    if call.name in {"index", "unique_constraint"}:
        own = {**options, "unique": options.get("unique") or call.name == "unique_constraint"}
        index = columns.index(table, call.values[0] if call.values else UNKNOWN, own)
        return Made([], [index] if index else [], [], index is not None)
    if call.name == "foreign_key":
        return _foreign_key(names, options, steps)
    kind: Any = call.name
    if call.name in {"column", "virtual"}:
        kind = options.get("type") if call.name == "virtual" else names[1] if len(names) > 1 else None
        names = names[:1]
    elif call.name == "primary_key":
        kind = names[1] if len(names) > 1 else steps.version.key_type
        names, options = names[:1], {**options, "primary_key": True}
    elif call.name == "attachment":
        return Made([], [], [], understood=False)
    elif call.name not in TYPES and not (steps.is_schema and names):
        return None
    return _columns(table, names, kind, call._replace(options=options))


def _columns(table: str, names: list[Any], kind: Any, call: Call) -> Made:
    known = str(kind) if isinstance(kind, str) else None
    good = [str(one) for one in names if isinstance(one, str) and "\0" not in one]
    made = [columns.column(name, known, call.options, call.default) for name in good]
    index = call.options.get("index")
    more = index if isinstance(index, dict) else {}
    indexes = [columns.index(table, name, more) for name in good] if index else []
    return Made(made, [one for one in indexes if one], [], len(good) == len(names) and bool(names))


def _foreign_key(names: list[Any], options: dict[Any, Any], steps: Steps) -> Made:
    if len(names) != 1 or not isinstance(names[0], str):
        return Made([], [], [], understood=False)
    table = str(names[0])
    own = options.get("column", f"{steps.words.singular(table.rpartition('.')[2])}_id")
    listed = own if isinstance(own, list) else [own]
    if not all(isinstance(one, str) for one in listed):
        return Made([], [], [], understood=False)
    return Made([], [], [columns.key_of([str(one) for one in listed], table, options)])


def _create_table(steps: Steps, call: Call) -> None:
    if not call.values or not isinstance(call.values[0], str) or "\0" in call.values[0]:
        steps.unknown(None)
        return
    table = str(call.values[0])
    made, keys = _key_column(call, steps.version)
    parts = Made(made, [], [])
    understood = not isinstance(call.options.get("id", True), Unknown)
    understood = understood and not any(isinstance(key, Unknown) for key in call.options)
    for inner in _flat(call.block[1] if call.block else [], call, steps):
        own = None if inner.name in _PASSED else declared(inner, table, steps)
        if own is None:
            understood = understood and inner.name in _PASSED
            continue
        understood = understood and own.understood
        parts.columns.extend(own.columns)
        parts.indexes.extend(own.indexes)
        parts.keys.extend(own.keys)
    primary = [one["name"] for one in parts.columns if one["primary_key"]]
    steps.listed.append(
        {
            "do": "create", "table": table, "line": call.line, "columns": parts.columns,
            "indexes": parts.indexes, "foreign_keys": parts.keys, "whole": understood,
            "primary_key": [*keys, *primary],
            "if_absent": call.options.get("if_not_exists") is True,
        }
    )  # fmt: skip


def _flat(body: list[Node], call: Call, steps: Steps) -> list[Call]:
    """Return the calls on `t` inside a block, those of loops and conditions among them."""
    names = {**call.names, **(dict.fromkeys(call.block[0], Self()) if call.block else {})}
    listed: list[Call] = []
    waiting = [(node, names) for node in reversed(body)]
    while waiting and len(listed) < MOST_STEPS:
        node, bound = waiting.pop()
        if node[0] == "=":
            bound[node[1]] = value_of(node[2], bound)
        elif node[0] == "if":
            waiting += [(one, bound) for inner in reversed(node[1]) for one in reversed(inner)]
        elif node[0] == "call" and node[2] is not None:
            own = value_of(node[2], bound)
            if isinstance(own, Self):
                listed.append(_worked_out(node, bound))
            elif isinstance(own, list) and node[6] and node[3] == "each":
                for value in reversed(own[:MOST_ITEMS]):
                    inside = {**bound, **dict.fromkeys(node[6][0], value)}
                    waiting += [(one, inside) for one in reversed(node[6][1])]
            else:
                listed.append(_worked_out(node, bound)._replace(name="?"))
        elif node[0] == "call":
            listed.append(_worked_out(node, bound)._replace(name="?"))
    return listed


def _key_column(call: Call, version: Version) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the key that a table has without being told, and the columns of one that is told."""
    identity, primary = call.options.get("id", True), call.options.get("primary_key")
    if isinstance(primary, list):
        return [], [str(one) for one in primary if isinstance(one, str)]
    if identity is False or identity is None:
        return [], []
    name = str(primary) if isinstance(primary, str) else "id"
    kind: str | None = version.key_type
    options: dict[Any, Any] = {}
    if isinstance(identity, dict):
        options = identity
        kind = str(identity["type"]) if isinstance(identity.get("type"), str) else kind
    elif isinstance(identity, str):
        kind = str(identity) if identity != "primary_key" else kind
    elif isinstance(identity, Unknown):
        kind = None
    own = {"limit": options.get("limit"), "primary_key": True}
    return [columns.column(name, kind, own, None)], []


def _on_table(steps: Steps, call: Call) -> str | None:
    """Return the table that a call is about; keep that it is not known."""
    name = call.values[0] if call.values else UNKNOWN
    if isinstance(name, str) and "\0" not in name:
        return str(name)
    steps.unknown(None)
    return None


def _change_table(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    for inner in _flat(call.block[1] if call.block else [], call, steps):
        change = _IN_TABLE.get(inner.name)
        if change is not None:
            inner = inner._replace(values=[table, *inner.values], name=change)
            CALLS[change](steps, inner)
            continue
        made = None if inner.name in _PASSED else declared(inner, table, steps)
        if made is not None:
            steps.add(table, made)
        elif inner.name not in _PASSED:
            steps.unknown(table)


def _add_column(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    names = call.values[1:2] if call.name == "add_column" else call.values[1:]
    kind = call.values[2] if len(call.values) > 2 else None
    if call.name == "add_columns":
        kind, names = call.options.get("type"), items(call.values[1:])
    if call.name == "add_timestamps":
        steps.add(table, columns.timestamps(call.options, steps.version))
    elif isinstance(kind, str) and kind in REFERENCES:
        steps.add(table, _references(steps, table, names, call))
    else:
        steps.add(table, _columns(table, names, kind, call))


def _references(steps: Steps, table: str, names: list[Any], call: Call) -> Made:
    return columns.references(
        table, names, call.options, call.default, steps.version, steps.words
    )


def _add_reference(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is not None:
        steps.add(table, _references(steps, table, call.values[1:], call))


def _remove(steps: Steps, call: Call) -> None:
    """Drop columns: `remove_column`, `remove_reference`, `remove_timestamps`."""
    table = _on_table(steps, call)
    if table is None:
        return
    names = items(call.values[1:2] if call.name == "remove_column" else call.values[1:])
    if call.name in {"remove_reference", "remove_belongs_to"}:
        more = [f"{one}_type" for one in names] if call.options.get("polymorphic") else []
        names = [*(f"{one}_id" for one in names), *more]
    elif call.name == "remove_timestamps":
        names = ["created_at", "updated_at"]
    for name in names:
        if isinstance(name, str):
            steps.listed.append({"do": "drop_column", "table": table, "name": str(name)})
        else:
            steps.unknown(table)


def _rename(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    others = [str(one) for one in call.values[1:] if isinstance(one, str)]
    if call.name == "rename_table" and len(others) == 1:
        steps.listed.append({"do": "rename", "table": table, "to": others[0]})
    elif call.name == "rename_column" and len(others) == 2:
        steps.listed.append({"do": "rename_column", "table": table, "name": others[0], "to": others[1]})
    elif call.name == "rename_index" and len(others) == 2:
        steps.listed.append({"do": "rename_index", "table": table, "name": others[0], "to": others[1]})
    else:
        steps.unknown(table)


def _change(steps: Steps, call: Call) -> None:
    """Change a column: its type, whether it may be null, its default."""
    table = _on_table(steps, call)
    if table is None:
        return
    name = call.values[1] if len(call.values) > 1 else UNKNOWN
    value = call.values[2] if len(call.values) > 2 else UNKNOWN
    if not isinstance(name, str):
        steps.unknown(table)
        return
    changes: dict[str, Any] = {}
    if call.name == "change_column_null":
        changes["nullable"] = value if isinstance(value, bool) else None
    elif call.name == "change_column_default":
        changes["default"] = _default(value, call.options)
    else:
        own = columns.column(str(name), str(value) if isinstance(value, str) else None,
                             call.options, call.default)  # fmt: skip
        changes = {key: own[key] for key in ("type", "nullable", "default")}
        if "null" not in call.options:
            del changes["nullable"]
        if "default" not in call.options:
            del changes["default"]
    steps.listed.append(
        {"do": "change_column", "table": table, "name": str(name), "changes": changes}
    )


def _default(value: Any, options: dict[Any, Any]) -> str | None:
    if "to" in options:
        value = options["to"]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return f'"{value}"' if isinstance(value, str) else None


def _drop_table(steps: Steps, call: Call) -> None:
    for name in items(call.values):
        if isinstance(name, str):
            steps.listed.append({"do": "drop", "table": str(name)})
        else:
            steps.unknown(None)


def _index(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    if call.name == "add_index":
        steps.add(table, _with_index(table, call))
        return
    name = call.options.get("name")
    own = call.options.get("column", call.values[1] if len(call.values) > 1 else UNKNOWN)
    if not isinstance(name, str):
        made = columns.index(table, own, {})
        name = made["name"] if made else None
    steps.listed.append(
        {"do": "drop_index", "table": table, "name": name}
        if name
        else {"do": "unknown", "table": table}
    )


def _with_index(table: str, call: Call) -> Made:
    index = columns.index(table, call.values[1] if len(call.values) > 1 else UNKNOWN, call.options)
    return Made([], [index] if index else [], [], index is not None)


def _key(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    others = call.values[1:]
    if call.name == "add_foreign_key":
        steps.add(table, _foreign_key(others, call.options, steps))
        return
    if not others and "to_table" in call.options:
        others = [call.options["to_table"]]
    made = _foreign_key(others or ["?"], call.options, steps)
    if made.understood and (others or "column" in call.options):
        steps.listed.append({"do": "drop_key", "table": table, "columns": made.keys[0]["columns"]})
    else:
        steps.unknown(table)


def _join_table(steps: Steps, call: Call) -> None:
    pair = [str(one) for one in call.values[:2] if isinstance(one, str)]
    name = call.options.get("table_name")
    if len(pair) != 2:
        steps.unknown(None)
        return
    table = str(name) if isinstance(name, str) else re.sub(
        r"^(.*_)(.*)\0\1(.*)$", r"\1\2_\3", "\0".join(sorted(pair))
    ).replace("\0", "_")
    if call.name == "drop_join_table":
        steps.listed.append({"do": "drop", "table": table})
        return
    more = call.options.get("column_options")
    options = {"null": False, **(more if isinstance(more, dict) else {})}
    own = [
        columns.column(f"{steps.words.singular(one)}_id", steps.version.key_type, options, None)
        for one in pair
    ]
    inner = call._replace(values=[table], options={"id": False})
    _create_table(steps, inner)
    steps.listed[-1]["columns"] = [*own, *steps.listed[-1]["columns"]]


def _execute(steps: Steps, call: Call) -> None:
    """Leave open what SQL does to tables; what only moves data changes none."""
    text = call.values[0] if call.values else UNKNOWN
    if not isinstance(text, str) or _CHANGES_TABLES.search(text):
        steps.unknown(None)


_IN_TABLE = {
    "remove": "remove_columns", "rename": "rename_column", "change": "change_column",
    "change_null": "change_column_null", "change_default": "change_column_default",
    "remove_references": "remove_reference", "remove_belongs_to": "remove_reference",
    "remove_timestamps": "remove_timestamps", "remove_index": "remove_index",
    "rename_index": "rename_index", "remove_foreign_key": "remove_foreign_key",
    "remove_columns": "remove_columns",
}  # fmt: skip
CALLS: dict[str, Callable[[Steps, Call], None]] = {
    "create_table": _create_table,
    "create_join_table": _join_table,
    "drop_join_table": _join_table,
    "change_table": _change_table,
    **dict.fromkeys(("add_column", "add_columns", "add_timestamps"), _add_column),
    **dict.fromkeys(("add_reference", "add_belongs_to"), _add_reference),
    **dict.fromkeys(
        ("remove_column", "remove_columns", "remove_reference", "remove_belongs_to",
         "remove_timestamps"), _remove
    ),
    **dict.fromkeys(("rename_table", "rename_column", "rename_index"), _rename),
    **dict.fromkeys(("change_column", "change_column_null", "change_column_default"), _change),
    "drop_table": _drop_table,
    **dict.fromkeys(("add_index", "remove_index"), _index),
    **dict.fromkeys(("add_foreign_key", "remove_foreign_key"), _key),
    "execute": _execute,
}  # fmt: skip
