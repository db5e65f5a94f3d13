"""What `create_table` and the calls on a table declare."""

from __future__ import annotations

import re
from typing import Any

from workers.survey.languages.ruby import columns as of_columns
from workers.survey.languages.ruby.columns import REFERENCES, TYPES, Made, Version
from workers.survey.languages.ruby.steps import MOST_STEPS, Call, Steps, worked_out
from workers.survey.languages.ruby.values import (
    MOST_ITEMS,
    UNKNOWN,
    Environment,
    Node,
    Self,
    Unknown,
    items,
    value_of,
)

PASSED = frozenset("check_constraint exclusion_constraint remove_check_constraint comment".split())


def declared(call: Call, table: str, steps: Steps) -> Made | None:
    """Return what `t.string :a, :b` declares, None if it is no such call."""
    names, options = items(call.values), call.options
    if call.name in REFERENCES:
        return of_columns.references(
            of_columns.References(table, names, options, call.default), steps.version, steps.words
        )
    if call.name == "timestamps":
        return of_columns.timestamps(options, steps.version)
    if call.name in {"index", "unique_constraint"}:
        own = {**options, "unique": options.get("unique") or call.name == "unique_constraint"}
        index = of_columns.index(table, call.values[0] if call.values else UNKNOWN, own)
        return Made([], [index] if index else [], [], index is not None)
    if call.name == "foreign_key":
        return foreign_key(names, options, steps)
    return _typed(call, table, steps)


def _typed(call: Call, table: str, steps: Steps) -> Made | None:
    """Return what `t.string :a`, `t.column :a, :string` or `t.primary_key :a` declares."""
    names, options = items(call.values), call.options
    second = names[1] if len(names) > 1 else None
    if call.name == "virtual":
        return columns(table, names[:1], options.get("type"), call)
    if call.name == "column":
        return columns(table, names[:1], second, call)
    if call.name == "primary_key":
        own = call._replace(options={**options, "primary_key": True})
        return columns(table, names[:1], second or steps.version.key_type, own)
    if call.name == "attachment":
        return Made([], [], [], understood=False)
    if call.name not in TYPES and not (steps.is_schema and names):
        return None
    return columns(table, names, call.name, call)


def columns(table: str, names: list[Any], kind: Any, call: Call) -> Made:
    """Return columns of one type, with the indexes that they ask for."""
    known = str(kind) if isinstance(kind, str) else None
    good = [str(one) for one in names if isinstance(one, str) and "\0" not in one]
    made = [of_columns.column(name, known, call.options, call.default) for name in good]
    index = call.options.get("index")
    more = index if isinstance(index, dict) else {}
    indexes = [of_columns.index(table, name, more) for name in good] if index else []
    return Made(made, [one for one in indexes if one], [], len(good) == len(names) and bool(names))


def foreign_key(names: list[Any], options: dict[Any, Any], steps: Steps) -> Made:
    """Return what `t.foreign_key :users` declares."""
    if len(names) != 1 or not isinstance(names[0], str):
        return Made([], [], [], understood=False)
    table = str(names[0])
    own = options.get("column", f"{steps.words.singular(table.rpartition('.')[2])}_id")
    listed = own if isinstance(own, list) else [own]
    if not all(isinstance(one, str) for one in listed):
        return Made([], [], [], understood=False)
    return Made([], [], [of_columns.key_of([str(one) for one in listed], table, options)])


def create_table(steps: Steps, call: Call) -> None:
    """Follow `create_table :x do |t|`."""
    if not call.values or not isinstance(call.values[0], str) or "\0" in call.values[0]:
        steps.unknown(None)
        return
    table = str(call.values[0])
    made, keys = _key_column(call, steps.version)
    parts = Made(made, [], [])
    understood = not isinstance(call.options.get("id", True), Unknown)
    understood = understood and not any(isinstance(key, Unknown) for key in call.options)
    for inner in flat(call.block[1] if call.block else [], call):
        own = None if inner.name in PASSED else declared(inner, table, steps)
        if own is None:
            understood = understood and inner.name in PASSED
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


def flat(body: list[Node], call: Call) -> list[Call]:
    """Return the calls on `t` inside a block, those of loops and conditions among them."""
    names = {**call.names, **(dict.fromkeys(call.block[0], Self()) if call.block else {})}
    listed: list[Call] = []
    waiting = [(node, names) for node in reversed(body)]
    count = 0
    while waiting and count < MOST_STEPS:
        count += 1
        node, bound = waiting.pop()
        if node[0] == "=":
            bound[node[1]] = value_of(node[2], bound)
        elif node[0] == "if":
            waiting += [(one, bound) for inner in reversed(node[1]) for one in reversed(inner)]
        elif node[0] == "call":
            own = value_of(node[2], bound) if node[2] is not None else UNKNOWN
            if isinstance(own, list) and node[6] and node[3] == "each":
                waiting += reversed(_rounds(own, node[6], bound))
            else:
                inner = worked_out(node, bound)
                listed.append(inner if isinstance(own, Self) else inner._replace(name="?"))
    return listed


def _rounds(own: list[Any], block: list[Any], names: Environment) -> list[tuple[Node, Environment]]:
    """Return the statements of a loop, each with what is bound in its round."""
    rounds: list[tuple[Node, Environment]] = []
    for value in own[:MOST_ITEMS]:
        inside = {**names, **dict.fromkeys(block[0], value)}
        rounds += [(node, inside) for node in block[1]]
    return rounds


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
    return [of_columns.column(name, kind, own, None)], []


def join_table(steps: Steps, call: Call) -> None:
    """Follow `create_join_table :a, :b`, and `drop_join_table`."""
    pair = [str(one) for one in call.values[:2] if isinstance(one, str)]
    name = call.options.get("table_name")
    if len(pair) != 2:
        steps.unknown(None)
        return
    table = (
        str(name)
        if isinstance(name, str)
        else re.sub(r"^(.*_)(.*)\0\1(.*)$", r"\1\2_\3", "\0".join(sorted(pair))).replace("\0", "_")
    )
    if call.name == "drop_join_table":
        steps.listed.append({"do": "drop", "table": table})
        return
    more = call.options.get("column_options")
    options = {"null": False, **(more if isinstance(more, dict) else {})}
    own = [
        of_columns.column(f"{steps.words.singular(one)}_id", steps.version.key_type, options, None)
        for one in pair
    ]
    inner = call._replace(values=[table], options={"id": False})
    create_table(steps, inner)
    steps.listed[-1]["columns"] = [*own, *steps.listed[-1]["columns"]]
