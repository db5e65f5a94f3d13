"""Steps of Kysely's migrations: `db.schema.createTable("pet").addColumn("id", "integer")`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.tables import script_source
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    chain,
    line_of,
    string,
    strings,
    substituted,
    whole_call,
    words,
)
from workers.survey.tables.replay import add_column, create

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tree_sitter import Node

    from workers.survey.tables.expressions import Expression
    from workers.survey.tables.replay import Step

WORD = b"ysely"
# What ends the building of a statement; the whole chain stands before it.
_ENDS = frozenset({"execute", "compile", "executeTakeFirst"})
_STEPS = 4_000


def facts(language: str, root: Node, constants: Mapping[str, str]) -> dict[str, Any]:
    """Return the steps of a file that knows Kysely, and what it does that is not understood."""
    steps: list[Step] = []
    failed: list[list[Any]] = []
    for call in script_source.outer_calls(language, root, _ENDS):
        calls = chain(substituted(call, constants))
        at = next((at for at, each in enumerate(calls) if called(each) in _STARTS), None)
        if at is None or ".schema" not in whole_call(calls[0]):
            continue
        start, rest = calls[at], calls[at + 1 :]
        name = string(argument(start, 0))
        if name is None:
            failed.append([line_of(start), "the name of a table is computed"])
        elif len(steps) < _STEPS:
            steps += _STARTS[called(start)](_in_schema(name, calls[:at]), start, rest)
    return {"steps": steps, "failed": failed}


def _in_schema(name: str, before: list[Expression]) -> str:
    """Return a table's name with the schema of `db.schema.withSchema("x")`."""
    schemas = [string(argument(call, 0)) for call in before if called(call) == "withSchema"]
    return f"{schemas[-1]}.{name}" if schemas and schemas[-1] not in {None, "public"} else name


def _created(name: str, start: Expression, rest: list[Expression]) -> Iterator[Step]:
    step = create(name, line_of(start))
    step["if_absent"] = any(called(one) == "ifNotExists" for one in rest)
    step["primary_key"] = []
    for call in rest:
        first = string(argument(call, 0))
        if called(call) == "addColumn" and first is not None:
            column, key = _column(first, call)
            step["columns"].append(column)
            step["foreign_keys"] += [key] if key else []
        elif called(call) == "addPrimaryKeyConstraint":
            step["primary_key"] += strings(argument(call, 1))
        elif called(call) == "addForeignKeyConstraint":
            step["foreign_keys"].append(_key_of_constraint(call))
        elif called(call) == "addUniqueConstraint":
            columns = strings(argument(call, 1))
            step["indexes"].append({"name": first, "columns": columns, "unique": True})
    yield step


def _altered(name: str, _: Expression, rest: list[Expression]) -> Iterator[Step]:
    for call in rest:
        first = string(argument(call, 0))
        if first is None:
            continue
        if called(call) == "renameTo":
            yield {"do": "rename", "table": name, "to": first}
            name = first
        elif called(call) in _CHANGES:
            yield from _CHANGES[called(call)](name, first, call)


def _add_column(table: str, name: str, call: Expression) -> Iterator[Step]:
    column, key = _column(name, call)
    yield add_column(table, column, [key] if key else [], [])


def _drop_column(table: str, name: str, _: Expression) -> Iterator[Step]:
    yield {"do": "drop_column", "table": table, "name": name}


def _rename_column(table: str, name: str, call: Expression) -> Iterator[Step]:
    new = string(argument(call, 1))
    if new is not None:
        yield {"do": "rename_column", "table": table, "name": name, "to": new}


def _alter_column(table: str, name: str, call: Expression) -> Iterator[Step]:
    changes = _changes(argument(call, 1))
    if changes:
        yield {"do": "change_column", "table": table, "name": name, "changes": changes}


def _add_key(table: str, _: str, call: Expression) -> Iterator[Step]:
    yield {"do": "add_key", "table": table, "foreign_key": _key_of_constraint(call)}


def _add_unique(table: str, name: str, call: Expression) -> Iterator[Step]:
    index = {"name": name, "columns": strings(argument(call, 1)), "unique": True}
    yield {"do": "add_index", "table": table, "index": index}


def _add_primary(table: str, _: str, call: Expression) -> Iterator[Step]:
    yield {"do": "add_primary", "table": table, "columns": strings(argument(call, 1))}


_CHANGES: dict[str, Callable[[str, str, Expression], Iterator[Step]]] = {
    "addColumn": _add_column,
    "dropColumn": _drop_column,
    "renameColumn": _rename_column,
    "alterColumn": _alter_column,
    "addForeignKeyConstraint": _add_key,
    "addUniqueConstraint": _add_unique,
    "addPrimaryKeyConstraint": _add_primary,
}


def _changes(function: Expression) -> dict[str, Any]:
    """Return what `(col) => col.setNotNull()` changes."""
    changes: dict[str, Any] = {}
    for call in _modifiers(function):
        if called(call) in {"setNotNull", "dropNotNull"}:
            changes["nullable"] = called(call) == "dropNotNull"
        elif called(call) == "setDataType":
            changes["type"] = _type(argument(call, 0))
        elif called(call) in {"setDefault", "dropDefault"}:
            first = argument(call, 0)
            changes["default"] = _default(first) if called(call) == "setDefault" else None
    return changes


def _dropped(name: str, _: Expression, __: list[Expression]) -> Iterator[Step]:
    yield {"do": "drop", "table": name}


def _indexed(name: str, _: Expression, rest: list[Expression]) -> Iterator[Step]:
    by_name = {called(call): call for call in rest}
    table = string(argument(by_name.get("on"), 0))
    columns = [
        column
        for call in rest
        if called(call) in {"column", "columns"}
        for column in strings(argument(call, 0))
    ]
    if table is not None and columns:
        plain = [column.partition(" ")[0] for column in columns]
        index = {"name": name, "columns": plain, "unique": "unique" in by_name}
        yield {"do": "add_index", "table": table, "index": index}


def _unindexed(name: str, _: Expression, __: list[Expression]) -> Iterator[Step]:
    yield {"do": "drop_index", "name": name}


_STARTS = {
    "createTable": _created,
    "alterTable": _altered,
    "dropTable": _dropped,
    "createIndex": _indexed,
    "dropIndex": _unindexed,
}


def _modifiers(function: Expression) -> list[Expression]:
    """Return the calls on the builder of a column."""
    body = function.get("body") if isinstance(function, dict) else None
    return chain(body[-1]) if body else []


def _column(name: str, call: Expression) -> tuple[dict[str, Any], dict[str, Any] | None]:
    modifiers = {called(one): one for one in _modifiers(argument(call, 2))}
    kind = _type(argument(call, 1))
    primary = "primaryKey" in modifiers
    default = modifiers.get("defaultTo")
    column = {
        "name": name,
        "type": kind,
        "nullable": not primary and "notNull" not in modifiers and kind not in _SERIAL,
        "primary_key": primary,
        "unique": "unique" in modifiers,
        "default": _default(argument(default, 0)) if default is not None else None,
    }
    referred = string(argument(modifiers.get("references"), 0))
    if referred is None or "." not in referred:
        return column, None
    table, _, target = referred.rpartition(".")
    action = string(argument(modifiers.get("onDelete"), 0))
    key = {"columns": [name], "table": table, "referred": [target], "on_delete": action}
    return column, key


_SERIAL = frozenset({"serial", "bigserial"})


def _key_of_constraint(call: Expression) -> dict[str, Any]:
    actions = {called(one): one for one in _modifiers(argument(call, 4))}
    return {
        "columns": strings(argument(call, 1)),
        "table": string(argument(call, 2)) or "",
        "referred": strings(argument(call, 3)),
        "on_delete": string(argument(actions.get("onDelete"), 0)),
    }


def _type(value: Expression) -> str | None:
    """Return a type: its word, or the SQL of sql`uuid`."""
    if isinstance(value, str):
        return value
    return _sql(value) or (words(value) if value is not None else None)


def _default(value: Expression) -> str:
    return _sql(value) or words(value)


def _sql(value: Expression) -> str | None:
    """Return the text of sql`gen_random_uuid()`."""
    if called(value) != "sql":
        return None
    parts = [part.get("text", "...") for part in arguments(value) if isinstance(part, dict)]
    return "".join(parts)
