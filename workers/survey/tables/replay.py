"""Steps that make and change tables, replayed in order: what a history of migrations leaves.

A step is a dictionary: `do` says what, `table` where, `line` which line, the rest depends on `do`.
A step on a table that the history did not make is `Missed`: its table is declared elsewhere.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
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


@dataclass
class Missed:
    """What steps were about and a history had not made: names, the last part in lower case."""

    tables: set[str] = field(default_factory=set)
    dropped: set[tuple[str, str]] = field(default_factory=set)  # a table and a column of it
    indexes: set[str] = field(default_factory=set)
    all: bool = False  # a step on tables whose names are not known

    def add(self, step: Step) -> None:
        """Keep what a step is about."""
        name = last_part(plain(step.get("table") or ""))
        if step["do"] == "drop_column":
            self.dropped.add((name, step["name"].lower()))
        elif not step.get("if_there"):
            self.tables.add(name)

    def concerns(self, table: Table) -> bool:
        """Tell whether what was missed may change a table; dropping what it lacks does not."""
        name = last_part(table.name)
        return (
            name in self.tables
            or any((name, column.name.lower()) in self.dropped for column in table.columns)
            or any(bool(i.name) and str(i.name).lower() in self.indexes for i in table.indexes)
        )


def last_part(name: str) -> str:
    """Return a table's name without its schema, in lower case."""
    return name.rpartition(".")[2].lower()


def replay(
    schema: Schema, steps: Iterable[Step], origin: Origin, missed: Missed | None = None
) -> None:
    """Apply a file's steps to a schema, in order."""
    missed = missed or Missed()
    for step in steps:
        name = plain(step.get("table") or "").lower()
        if step["do"] == "create":
            schema[name] = _made(schema.get(name), step, origin)
        elif step["do"] == "drop":
            schema.pop(name, None)
        elif step["do"] in OF_INDEXES:
            if step["name"] and not _on_index(schema, step):
                missed.indexes.add(step["name"].lower())
        elif step["do"] == "unknown_all":
            missed.all = True
        elif name not in schema:
            missed.add(step)
        elif step["do"] == "rename":
            table = schema.pop(name)
            schema[plain(step["to"]).lower()] = replace(table, name=plain(step["to"]))
            _rename_references(schema, table.name, plain(step["to"]))
        else:
            schema[name] = CHANGES[step["do"]](schema[name], step)


def _made(before: Table | None, step: Step, origin: Origin) -> Table:
    """Make a table; which of two that differ is there is not known, unless one says IF NOT EXISTS.

    Of two files one may be of another database, or older.
    """
    table = _created(step, origin)
    if before is None:
        return table
    if step.get("if_absent") and before.file == origin.file:
        return before
    is_whole = before.whole and table.whole and says_the_same(before, table)
    return replace(before if step.get("if_absent") else table, whole=is_whole)


def says_the_same(first: Table, second: Table) -> bool:
    """Tell whether two declarations of a table differ in nothing but their places."""
    return _said(first) == _said(second)


def _said(table: Table) -> object:
    columns = {
        replace(one, name=one.name.lower(), type=" ".join((one.type or "").lower().split()))
        for one in table.columns
    }
    indexes = {(tuple(map(str.lower, one.columns)), one.unique) for one in table.indexes}
    keys = {
        (tuple(map(str.lower, one.columns)), one.table.lower(), one.referred)
        for one in table.foreign_keys
    }
    return columns, indexes, keys


def _created(step: Step, origin: Origin) -> Table:
    listed = [column(fields) for fields in step["columns"]]
    columns = _each_once(listed)
    return keyed(
        Table(
            plain(step["table"]),
            origin.file,
            step["line"],
            origin.source,
            columns=tuple(columns),
            indexes=tuple(map(index, step["indexes"])),
            foreign_keys=tuple(map(foreign_key, step["foreign_keys"])),
            whole=step.get("whole", False) and len(columns) == len(listed),
        ),
        step.get("primary_key", ()),
    )


def _each_once(columns: Iterable[Column]) -> list[Column]:
    """Return each column once: what two branches declare differently is not known."""
    by_name: dict[str, Column] = {}
    for declared in columns:
        name = declared.name.lower()
        before = by_name.get(name, declared)
        by_name[name] = declared if before == declared else _agreed(before, declared)
    return list(by_name.values())


def _agreed(first: Column, second: Column) -> Column:
    return Column(
        first.name,
        first.type if first.type == second.type else None,
        first.nullable if first.nullable == second.nullable else None,
        first.primary_key and second.primary_key,
        first.unique and second.unique,
        first.default if first.default == second.default else None,
    )


def keyed(table: Table, names: Iterable[str]) -> Table:
    """Return a table whose columns of these names are its primary key."""
    wanted = {name.lower() for name in names}
    columns = tuple(
        replace(one, primary_key=True, nullable=False) if one.name.lower() in wanted else one
        for one in table.columns
    )
    return replace(table, columns=columns)


OF_INDEXES = frozenset({"drop_index", "rename_index", "unknown_index"})


def _on_index(schema: Schema, step: Step) -> bool:
    """Drop or rename an index, whatever table has it; tell whether one has."""
    is_there = False
    for key, table in schema.items():
        own = [one for one in table.indexes if _is_called(one, step["name"])]
        if not own:
            continue
        is_there = True
        left = tuple(one for one in table.indexes if one not in own)
        if step["do"] == "unknown_index":
            schema[key] = replace(table, whole=False)
        elif step["do"] == "drop_index":
            schema[key] = replace(table, indexes=left)
        else:
            new = tuple(replace(one, name=step["to"]) for one in own)
            schema[key] = replace(table, indexes=(*left, *new))
    return is_there


def _is_called(index: Index, name: str) -> bool:
    return (index.name or "").lower() == name.lower()


def _drop_constraint(table: Table, step: Step) -> Table:
    """Drop a key by its name; which one an unknown name is of is not known."""
    left = tuple(one for one in table.indexes if not _is_called(one, step["name"]))
    is_known = len(left) < len(table.indexes)
    return replace(table, indexes=left, whole=table.whole and is_known)


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
    "drop_constraint": _drop_constraint,
    "add_primary": _add_primary,
    "unknown": _passed_over,
}
