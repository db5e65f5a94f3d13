"""Steps that make and change tables, replayed in order: what a history of migrations leaves.

A step is a dictionary: `do` says what, `table` where, `line` which line, the rest depends on `do`.
A step on a table that the history did not make is passed over: its table is declared elsewhere.
"""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Column, ForeignKey, Index, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Step = dict[str, Any]
Schema = dict[str, Table]  # by lower-case name
DEFAULT_SCHEMAS = ("public.", "dbo.", "main.")


class Origin(NamedTuple):
    """Where steps stand: their file, and what kind of source it is."""

    file: str
    source: str


def plain(name: str) -> str:
    """Return a table's name without the schema that goes without saying."""
    for schema in DEFAULT_SCHEMAS:
        name = name.removeprefix(schema)
    return name


def create(
    name: str,
    line: int,
    columns: Iterable[Column] = (),
    indexes: Iterable[Index] = (),
    foreign_keys: Iterable[ForeignKey] = (),
) -> Step:
    """Return the step that makes a table."""
    return {
        "do": "create",
        "table": name,
        "line": line,
        "columns": [asdict(one) for one in columns],
        "indexes": [asdict(one) for one in indexes],
        "foreign_keys": [asdict(one) for one in foreign_keys],
    }


def add_column(
    table: str,
    column: dict[str, Any],
    foreign_keys: Iterable[dict[str, Any]] = (),
    indexes: Iterable[dict[str, Any]] = (),
) -> Step:
    """Return the step that adds a column, with the keys and indexes that it declares."""
    return {
        "do": "add_column",
        "table": table,
        "column": column,
        "foreign_keys": list(foreign_keys),
        "indexes": list(indexes),
    }


def column(fields: dict[str, Any]) -> Column:
    """Return a column that was kept as JSON."""
    return Column(**fields)


def index(fields: dict[str, Any]) -> Index:
    """Return an index that was kept as JSON."""
    return Index(fields["name"], tuple(fields["columns"]), fields.get("unique", False))


def foreign_key(fields: dict[str, Any]) -> ForeignKey:
    """Return a foreign key that was kept as JSON."""
    referred = tuple(fields.get("referred", ()))
    return ForeignKey(
        tuple(fields["columns"]), plain(fields["table"]), referred, fields.get("on_delete")
    )


def replay(schema: Schema, steps: Iterable[Step], origin: Origin) -> None:
    """Apply a file's steps to a schema, in order."""
    for step in steps:
        name = plain(step.get("table") or "").lower()
        if step["do"] == "create":
            if name not in schema or not step.get("if_absent"):
                schema[name] = _created(step, origin)
        elif step["do"] == "drop":
            schema.pop(name, None)
        elif step["do"] == "drop_index":
            _drop_index(schema, step["name"])
        elif name in schema and step["do"] == "rename":
            table = schema.pop(name)
            schema[plain(step["to"]).lower()] = replace(table, name=plain(step["to"]))
            _rename_references(schema, table.name, plain(step["to"]))
        elif name in schema:
            schema[name] = CHANGES[step["do"]](schema[name], step)


def _created(step: Step, origin: Origin) -> Table:
    return keyed(
        Table(
            plain(step["table"]),
            origin.file,
            step["line"],
            origin.source,
            columns=tuple(map(column, step["columns"])),
            indexes=tuple(map(index, step["indexes"])),
            foreign_keys=tuple(map(foreign_key, step["foreign_keys"])),
            whole=step.get("whole", False),
        ),
        step.get("primary_key", ()),
    )


def keyed(table: Table, names: Iterable[str]) -> Table:
    """Return a table whose columns of these names are its primary key."""
    wanted = {name.lower() for name in names}
    columns = tuple(
        replace(one, primary_key=True, nullable=False) if one.name.lower() in wanted else one
        for one in table.columns
    )
    return replace(table, columns=columns)


def _drop_index(schema: Schema, name: str) -> None:
    for key, table in schema.items():
        left = tuple(one for one in table.indexes if one.name != name)
        if len(left) < len(table.indexes):
            schema[key] = replace(table, indexes=left)


def _rename_references(schema: Schema, old: str, new: str) -> None:
    for key, table in schema.items():
        keys = tuple(
            replace(one, table=new) if one.table.lower() == old.lower() else one
            for one in table.foreign_keys
        )
        schema[key] = replace(table, foreign_keys=keys)


def _column_added(table: Table, step: Step) -> Table:
    new = column(step["column"])
    others = tuple(one for one in table.columns if one.name.lower() != new.name.lower())
    keys = [foreign_key(one) for one in step.get("foreign_keys", ())]
    indexes = [index(one) for one in step.get("indexes", ())]
    return replace(
        table,
        columns=(*others, new),
        foreign_keys=(*table.foreign_keys, *keys),
        indexes=(*table.indexes, *indexes),
    )


def _drop_column(table: Table, step: Step) -> Table:
    name = step["name"].lower()
    return replace(
        table,
        columns=tuple(one for one in table.columns if one.name.lower() != name),
        indexes=tuple(one for one in table.indexes if name not in _lower(one.columns)),
        foreign_keys=tuple(one for one in table.foreign_keys if name not in _lower(one.columns)),
    )


def _lower(names: Iterable[str]) -> set[str]:
    return {name.lower() for name in names}


def _rename_column(table: Table, step: Step) -> Table:
    old, new = step["name"].lower(), step["to"]

    def renamed(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if name.lower() == old else name for name in names)

    return replace(
        table,
        columns=tuple(
            replace(one, name=new) if one.name.lower() == old else one for one in table.columns
        ),
        indexes=tuple(replace(one, columns=renamed(one.columns)) for one in table.indexes),
        foreign_keys=tuple(
            replace(one, columns=renamed(one.columns)) for one in table.foreign_keys
        ),
    )


CHANGEABLE = frozenset(field.name for field in fields(Column))


def _change_column(table: Table, step: Step) -> Table:
    changes = {key: value for key, value in step["changes"].items() if key in CHANGEABLE}
    name = step["name"].lower()
    columns = tuple(
        replace(one, **changes) if one.name.lower() == name else one for one in table.columns
    )
    return replace(table, columns=columns)


def _add_index(table: Table, step: Step) -> Table:
    return replace(table, indexes=(*table.indexes, index(step["index"])))


def _add_key(table: Table, step: Step) -> Table:
    return replace(table, foreign_keys=(*table.foreign_keys, foreign_key(step["foreign_key"])))


def _drop_key(table: Table, step: Step) -> Table:
    left = tuple(one for one in table.foreign_keys if one.columns != tuple(step["columns"]))
    return replace(table, foreign_keys=left)


def _add_primary(table: Table, step: Step) -> Table:
    return keyed(table, step["columns"])


def _passed_over(table: Table, step: Step) -> Table:
    del step
    return replace(table, whole=False)


CHANGES: dict[str, Callable[[Table, Step], Table]] = {
    "add_column": _column_added,
    "drop_column": _drop_column,
    "rename_column": _rename_column,
    "change_column": _change_column,
    "add_index": _add_index,
    "add_key": _add_key,
    "drop_key": _drop_key,
    "add_primary": _add_primary,
    "unknown": _passed_over,
}
