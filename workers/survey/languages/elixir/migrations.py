"""Steps of Ecto's migrations: what they do to tables, in their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.elixir.values import (
    MOST_ITEMS,
    OPEN,
    UNKNOWN,
    Atom,
    Module,
    Names,
    Node,
    options_of,
    value_of,
)
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Callable

Step = dict[str, Any]
MOST_STEPS = 20_000
ON_DELETE = {"delete_all": "CASCADE", "nilify_all": "SET NULL", "restrict": "RESTRICT",
             "default_all": "SET DEFAULT"}  # fmt: skip
_TRANSPARENT = frozenset("if unless case cond __block__ with".split())
_OF_TABLES = re.compile(
    r"(?i)\b(?:alter|create|drop)\s{1,9}(?:unlogged\s{1,9})?table\s{1,9}(?:if\s{1,9}(?:not\s{1,9})?exists\s{1,9})?"
    r"(?:only\s{1,9})?([\w.\"]{1,120})"
    r"|\bindex\s{1,9}[^;]{0,200}?\bon\s{1,9}(?:only\s{1,9})?([\w.\"]{1,120})"
)
_OF_UNKNOWN_TABLES = re.compile(r"(?i)\b(?:alter|create|drop|rename)\b[^;]{0,40}\b(?:table|index)\b")
_INDEX_NAME = re.compile(r"[^\w]+")


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

    def __init__(self, defaults: Defaults) -> None:
        self.defaults = defaults
        self.listed: list[Step] = []
        self.missed: list[tuple[int, str]] = []
        self.functions: dict[str, Node] = {}
        self.depth = 0

    def run(self, body: list[Node], names: Names) -> None:
        """Follow statements."""
        if self.depth > NESTING // 4 or len(self.listed) > MOST_STEPS:
            return
        self.depth += 1
        for node in body:
            if node[0] == "=":
                names[node[1]] = value_of(node[2], names)
            elif node[0] == "@=":
                names[f"@{node[1]}"] = value_of(node[2], names)
            elif node[0] == "call":
                self._call(node, names)
        self.depth -= 1

    def _call(self, node: Node, names: Names) -> None:
        _, line, module, name, arguments, _, body = node
        if module is not None:
            self._of_module(line, value_of(module, names), name)
        elif name == "for":
            self._loop(node, names)
        elif name in _TRANSPARENT:
            self.run(body or [], names)
        elif name in CALLS:
            CALLS[name](self, worked_out(node, names))
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
        for one in node[4]:
            if one[0] != "+" or one[1] != "<-":
                continue
            following: list[Names] = []
            for bound in rounds:
                listed = value_of(one[3], bound)
                for value in listed if isinstance(listed, list) else [UNKNOWN]:
                    own = {one[2][1]: value} if one[2][0] == "v" else _of_tuple(one[2], value)
                    following.append({**bound, **own})
            rounds = following[:MOST_ITEMS]
        for bound in rounds:
            self.run(node[6] or [], bound)

    def unknown(self, table: str | None) -> None:
        """Keep that something about a table, or any, was not understood."""
        step: Step = {"do": "unknown", "table": table} if table else {"do": "unknown_all"}
        self.listed.append(step)


def _of_tuple(pattern: Node, value: Any) -> Names:
    if pattern[0] != "t" or not isinstance(value, tuple):
        return {}
    return {one[1]: own for one, own in zip(pattern[1], value, strict=False) if one[0] == "v"}


def worked_out(node: Node, names: Names) -> Call:
    """Return a call with its options worked out."""
    _, line, _, name, arguments, pairs, body = node
    options = options_of(pairs, names)
    default = next((pair[2] for pair in pairs if pair[0] == "default" and len(pair) > 2), None)
    return Call(name, line, arguments, options, default, body, names, pairs)


def _subject(call: Call) -> Call | None:
    """Return the `table(:x)` or `index(:x, ...)` that `create` and `drop` are about."""
    if call.arguments and call.arguments[0][0] == "call" and call.arguments[0][2] is None:
        return worked_out(call.arguments[0], call.names)
    return None


def _table_name(subject: Call) -> str | None:
    """Return the table of `table(:x, prefix: "y")`, None where it is not known."""
    name, prefix = subject.value(0), subject.options.get("prefix")
    if not isinstance(name, str) or OPEN in name:
        return None
    if isinstance(prefix, str) and prefix != "public":
        return f"{prefix}.{name}"
    return str(name) if prefix is None or isinstance(prefix, str) else None


def _create(steps: Steps, call: Call) -> None:
    subject = _subject(call)
    if subject is None:
        steps.unknown(None)
        return
    table = _table_name(subject)
    if subject.name == "table":
        _create_table(steps, call, subject, table)
    elif subject.name in {"index", "unique_index"}:
        _create_index(steps, subject, table)
    elif subject.name != "constraint":
        steps.unknown(table)


def _create_table(steps: Steps, call: Call, subject: Call, table: str | None) -> None:
    if table is None:
        steps.unknown(None)
        return
    columns, understood = _key(subject, steps.defaults)
    made = Made(columns, [], understood)
    made = _body(steps, call, made)
    steps.listed.append(
        {
            "do": "create", "table": table, "line": call.line, "columns": made.columns,
            "indexes": [], "foreign_keys": made.keys, "whole": made.understood,
            "primary_key": [one["name"] for one in made.columns if one["primary_key"]],
            "if_absent": call.name == "create_if_not_exists",
        }
    )  # fmt: skip


class Made(NamedTuple):
    """What a body adds to a table."""

    columns: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    understood: bool = True


def _key(subject: Call, defaults: Defaults) -> tuple[list[dict[str, Any]], bool]:
    """Return the key that a table has without being told."""
    told = subject.options.get("primary_key", True)
    name, kind = defaults.key_name, defaults.key_type
    if isinstance(told, dict):
        name = str(told.get("name", name or "id"))
        kind = str(told.get("type", kind))
    elif told is False or name is None:
        return [], True
    elif told is not True:
        return [], False
    return [column(str(name), kind, {"primary_key": True}, None)], True


def column(name: str, kind: str | None, options: dict[str, Any], default: str | None) -> dict[str, Any]:
    """Return a column with what its options say."""
    null = options.get("null", True)
    primary = options.get("primary_key") is True
    return {
        "name": name,
        "type": _sized(kind, options),
        "nullable": False if primary else null if isinstance(null, bool) else None,
        "primary_key": primary,
        "unique": False,
        "default": default if options.get("default") is not None else None,
    }


def _sized(kind: str | None, options: dict[str, Any]) -> str | None:
    size, precision, scale = (options.get(key) for key in ("size", "precision", "scale"))
    if kind is not None and isinstance(precision, int):
        return f"{kind}({precision},{scale})" if isinstance(scale, int) else f"{kind}({precision})"
    return f"{kind}({size})" if kind is not None and isinstance(size, int) else kind


def type_of(value: Any) -> str | None:
    """Return a type as it is written: `string`, `{:array, :string}`."""
    if isinstance(value, tuple) and len(value) == 2:
        inner = type_of(value[1])
        return f"{{:{value[0]}, :{inner}}}" if isinstance(value[0], str) and inner else None
    if isinstance(value, Module):
        return value.name
    return str(value) if isinstance(value, str) else None


def _body(steps: Steps, call: Call, made: Made) -> Made:
    """Return what the `add`s and `timestamps` of a new table's body declare."""
    for inner in _flat(call.body or [], dict(call.names)):
        if inner.name in {"add", "add_if_not_exists"}:
            own = _added(steps, inner)
        elif inner.name == "timestamps":
            own = Made(timestamps(inner, steps.defaults), [])
        else:
            own = None
        if own is None:
            made = made._replace(understood=False)
            continue
        made = Made([*made.columns, *own.columns], [*made.keys, *own.keys], made.understood)
    return made


def _flat(body: list[Node], names: Names) -> list[Call]:
    """Return the calls of a body, those of loops over what is known among them."""
    listed: list[Call] = []
    waiting = [(node, names) for node in reversed(body)]
    while waiting and len(listed) < MOST_STEPS:
        node, bound = waiting.pop()
        if node[0] == "=":
            bound[node[1]] = value_of(node[2], bound)
        elif node[0] != "call" or node[2] is not None:
            listed.append(Call("?", 0, [], {}, None, None, {}, []))
        elif node[3] == "for" and node[4] and node[4][0][0] == "+":
            _, _, pattern, source = node[4][0]
            values = value_of(source, bound)
            for value in reversed(values if isinstance(values, list) else [UNKNOWN]):
                inside = {**bound, **({pattern[1]: value} if pattern[0] == "v" else _of_tuple(pattern, value))}
                waiting += [(one, inside) for one in reversed(node[6] or [])]
        elif node[3] in _TRANSPARENT:
            waiting += [(one, bound) for one in reversed(node[6] or [])]
        else:
            listed.append(worked_out(node, bound))
    return listed


def _added(steps: Steps, call: Call) -> Made | None:
    """Return what `add :x, :string, null: false` or `add :x, references(:y)` declares."""
    name = call.value(0)
    if not isinstance(name, str) or OPEN in name:
        return None
    kind = call.arguments[1] if len(call.arguments) > 1 else ["?"]
    reference = _reference(kind, call)
    if reference is None:
        own = column(str(name), type_of(value_of(kind, call.names)), call.options, call.default)
        return Made([own], [])
    told = type_of(reference.options.get("type")) or steps.defaults.reference_type
    own = column(str(name), told, call.options, call.default)
    return Made([own], _keys(str(name), reference))


def _reference(kind: Node, call: Call) -> Call | None:
    is_reference = kind[0] == "call" and kind[3] == "references"
    return worked_out(kind, call.names) if is_reference else None


def _keys(name: str, reference: Call) -> list[dict[str, Any]]:
    table = _table_name(reference)
    if table is None:
        return []
    on_delete = reference.options.get("on_delete")
    action = on_delete[0] if isinstance(on_delete, tuple) and on_delete else on_delete
    referred = reference.options.get("column", "id")
    return [
        {
            "columns": [name],
            "table": table,
            "referred": [str(referred)] if isinstance(referred, str) else [],
            "on_delete": "SET NULL" if action == "nilify" else ON_DELETE.get(str(action)),
        }
    ]


def timestamps(call: Call, defaults: Defaults) -> list[dict[str, Any]]:
    """Return the columns of `timestamps(type: :utc_datetime)`."""
    options = {"null": False, **dict(defaults.timestamps), **call.options}
    kind = type_of(options.get("type", Atom("naive_datetime")))
    columns = []
    for key in ("inserted_at", "updated_at"):
        name = options.get(key, key)
        own_kind = type_of(options.get(f"{key}_type")) or kind
        if isinstance(name, str):
            columns.append(column(str(name), own_kind, options, call.default))
    return columns


def _create_index(steps: Steps, subject: Call, table: str | None) -> None:
    if table is None:
        steps.unknown(None)
        return
    index = _index(subject, table)
    if index is None:
        steps.unknown(table)
    else:
        steps.listed.append({"do": "add_index", "table": table, "index": index})


def _index(subject: Call, table: str) -> dict[str, Any] | None:
    """Return the index of `index(:x, [:a, :b], unique: true)`."""
    listed = subject.value(1)
    listed = listed if isinstance(listed, list) else [listed]
    # An order or a prefix: `[desc: :a]`, `[:a, desc: :b]`.
    parts = [one for each in listed for one in (each.values() if isinstance(each, dict) else [each])]
    if not parts or not all(isinstance(one, str) and OPEN not in one for one in parts):
        return None
    columns = [str(one) for one in parts]
    unique = subject.name == "unique_index" or subject.options.get("unique") is True
    return {"name": _index_name(subject, table, columns), "columns": columns, "unique": unique}


def _index_name(subject: Call, table: str, columns: list[str]) -> str:
    name = subject.options.get("name")
    if isinstance(name, str):
        return str(name)
    parts = [_INDEX_NAME.sub("_", one).strip("_") for one in columns]
    return "_".join([table.rpartition(".")[2], *parts, "index"])


def _alter(steps: Steps, call: Call) -> None:
    subject = _subject(call)
    table = _table_name(subject) if subject is not None else None
    if table is None:
        steps.unknown(None)
        return
    for inner in _flat(call.body or [], dict(call.names)):
        name = inner.value(0)
        if inner.name in {"add", "add_if_not_exists"}:
            made = _added(steps, inner)
            if made is None:
                steps.unknown(table)
            else:
                steps.listed.append(_added_step(table, made))
        elif inner.name == "timestamps":
            for own in timestamps(inner, steps.defaults):
                steps.listed.append(_added_step(table, Made([own], [])))
        elif inner.name in {"remove", "remove_if_exists"} and isinstance(name, str):
            steps.listed.append({"do": "drop_column", "table": table, "name": str(name)})
        elif inner.name == "modify" and isinstance(name, str):
            _modify(steps, table, str(name), inner)
        else:
            steps.unknown(table)


def _added_step(table: str, made: Made) -> Step:
    return {
        "do": "add_column", "table": table, "column": made.columns[0],
        "foreign_keys": made.keys, "indexes": [],
    }  # fmt: skip


def _modify(steps: Steps, table: str, name: str, call: Call) -> None:
    made = _added(steps, call)
    if made is None:
        steps.unknown(table)
        return
    own = made.columns[0]
    changes = {"type": own["type"]}
    if "null" in call.options:
        changes["nullable"] = own["nullable"]
    if "default" in call.options:
        changes["default"] = own["default"]
    if call.options.get("primary_key") is True:
        changes |= {"primary_key": True, "nullable": False}
    steps.listed.append({"do": "change_column", "table": table, "name": name, "changes": changes})
    if made.keys:
        steps.listed.append({"do": "drop_key", "table": table, "columns": [name]})
        steps.listed.append({"do": "add_key", "table": table, "foreign_key": made.keys[0]})


def _rename(steps: Steps, call: Call) -> None:
    """Follow `rename table(:a), to: table(:b)` and `rename table(:a), :x, to: :y`."""
    subject = _subject(call)
    table = _table_name(subject) if subject is not None else None
    column_name, to = call.value(1), call.options.get("to")
    if table is None or subject is None:
        steps.unknown(None)
    elif subject.name == "index":
        steps.unknown(table)
    elif isinstance(column_name, str) and isinstance(to, str):
        step = {"do": "rename_column", "table": table, "name": str(column_name), "to": str(to)}
        steps.listed.append(step)
    else:
        node = next((pair for pair in call.pairs if pair[0] == "to"), None)
        other = worked_out(node[1], call.names) if node and node[1][0] == "call" else None
        new = _table_name(other) if other is not None else None
        if new is None:
            steps.unknown(table)
        else:
            steps.listed.append({"do": "rename", "table": table, "to": new})


def _drop(steps: Steps, call: Call) -> None:
    subject = _subject(call)
    table = _table_name(subject) if subject is not None else None
    if subject is None or table is None:
        steps.unknown(None)
    elif subject.name == "table":
        steps.listed.append({"do": "drop", "table": table})
    elif subject.name in {"index", "unique_index"}:
        index = _index(subject, table)
        name = subject.options.get("name") if index is None else index["name"]
        if isinstance(name, str):
            steps.listed.append({"do": "drop_index", "table": table, "name": str(name)})
        else:
            steps.unknown(table)
    elif subject.name == "constraint":
        _drop_constraint(steps, table, subject.value(1))


def _drop_constraint(steps: Steps, table: str, name: Any) -> None:
    """Drop a foreign key by the name that Ecto gives it; a check is no part of the map."""
    if not isinstance(name, str) or name.endswith("_pkey"):
        steps.unknown(table)
    elif name.endswith("_fkey"):
        own = name.removeprefix(f"{table.rpartition('.')[2]}_").removesuffix("_fkey")
        steps.listed.append({"do": "drop_key", "table": table, "columns": [own]})


def _execute(steps: Steps, call: Call) -> None:
    """Leave open what SQL does to tables; what only moves data changes none."""
    text = call.value(0)
    if not isinstance(text, str):
        steps.unknown(None)
        return
    names = [one or other for one, other in _OF_TABLES.findall(text)]
    for name in dict.fromkeys(names):
        steps.unknown(name.replace('"', "").removeprefix("public."))
    if (not names and _OF_UNKNOWN_TABLES.search(text)) or OPEN in "".join(names):
        steps.unknown(None)


CALLS: dict[str, Callable[[Steps, Call], None]] = {
    **dict.fromkeys(("create", "create_if_not_exists"), _create),
    **dict.fromkeys(("drop", "drop_if_exists"), _drop),
    "alter": _alter,
    "rename": _rename,
    "execute": _execute,
    "execute_file": lambda steps, _call: steps.unknown(None),
}
