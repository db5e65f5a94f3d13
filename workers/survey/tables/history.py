"""What all readers found, put together: one table where models and migrations agree."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from workers.survey.tables.replay import (
    Missed,
    Origin,
    Schema,
    Step,
    replay,
    says_the_same,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from workers.survey.found import Column, NotUnderstood, Table


class History(NamedTuple):
    """Files with steps, in the order in which they are applied to one database."""

    source: str
    files: list[tuple[str, list[Step]]]

    def tables(self, missed: Missed | None = None) -> list[Table]:
        """Return the tables that all steps leave; SQL also tells what it missed."""
        schema: Schema = {}
        own = Missed()
        for file, steps in self.files:
            replay(schema, steps, Origin(file, self.source), own)
        if missed is not None and self.source == "sql":
            # An index that is dropped first and made then was not missed.
            made = {(i.name or "").lower() for table in schema.values() for i in table.indexes}
            missed.tables |= own.tables
            missed.dropped |= own.dropped
            missed.indexes |= own.indexes - made
            missed.all = missed.all or own.all
        own.indexes.clear()
        return [_without_missed(table, own, self.source) for table in schema.values()]


@dataclass
class Declarations:
    """What one language's files hold: declared by models, left by migrations, not understood."""

    declared: list[Table] = field(default_factory=list)
    derived: list[Table] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)
    not_understood: list[NotUnderstood] = field(default_factory=list)
    understood: set[str] = field(default_factory=set)  # files that rightly give no table

    @property
    def sources(self) -> set[str]:
        """What the tables say that declares them."""
        tables = {table.source for table in (*self.declared, *self.derived)}
        return tables | {history.source for history in self.histories}


def merged(parts: Iterable[Declarations], worded: Container[str] = ()) -> list[Table]:
    """Return every table once: where its model stands, else where a migration makes it.

    Tables of a source among `worded` have the types of their language, `Long` or `string`: what SQL
    says of a column is nearer to the database.
    """
    listed = list(parts)
    tables: list[Table] = []
    for part in listed:
        for table in part.declared:
            _keep(tables, table)
    # A model says what is meant, migrations what was done: they only fill what it leaves open.
    positions = {_key(table): position for position, table in enumerate(tables)}
    missed = Missed()
    for table in (*_derived(listed), *_left_by_histories(listed, missed)):
        position = positions.get(_key(table))
        if position is None:
            positions[_key(table)] = len(tables)
            tables.append(table)
        else:
            tables[position] = _together(tables[position], table, worded)
    tables = [_in_capitals(_without_missed(table, missed)) for table in tables]
    return sorted(tables, key=lambda table: (table.file, table.line, table.name))


def _derived(parts: Iterable[Declarations]) -> Iterator[Table]:
    for part in parts:
        yield from part.derived


def _left_by_histories(parts: Iterable[Declarations], missed: Missed) -> Iterator[Table]:
    for part in parts:
        for history in part.histories:
            yield from history.tables(missed)


def _together(table: Table, other: Table, worded: Container[str]) -> Table:
    """Fill a table from another history; of two that differ, neither is the whole truth."""
    filled = _filled(table, other, worded)
    if table.source != "sql" or other.source != "sql":
        return filled
    is_whole = table.whole and other.whole and says_the_same(table, other)
    return replace(filled, whole=is_whole)


def _without_missed(table: Table, missed: Missed, source: str = "sql") -> Table:
    """Say that a table is not wholly known if SQL changes it that no history applied to it."""
    if missed.concerns(table) or (missed.all and table.source in {"sql", source}):
        return replace(table, whole=False)
    return table


def _in_capitals(table: Table) -> Table:
    """Write what a delete does as SQL does, whatever the language writes."""
    keys = tuple(
        replace(key, on_delete=key.on_delete.upper()) if key.on_delete else key
        for key in table.foreign_keys
    )
    return replace(table, foreign_keys=keys)


def _key(table: Table) -> str:
    return table.name.lower()


def _keep(tables: list[Table], table: Table) -> None:
    """Keep a table unless another one of that name and source says as much or more."""
    names = _names(table)
    for position, other in enumerate(tables):
        if _key(other) == _key(table) and other.source == table.source:
            if names <= _names(other):
                return
            if _names(other) <= names:
                tables[position] = table
                return
    tables.append(table)


def _names(table: Table) -> set[str]:
    return {column.name.lower() for column in table.columns}


def _filled(table: Table, other: Table, worded: Container[str]) -> Table:
    """Fill what a model leaves open from what its migrations say."""
    known = {column.name.lower(): column for column in other.columns}
    is_worded = table.source in worded and other.source not in worded
    columns = tuple(
        _column(one, known.get(one.name.lower()), is_worded=is_worded) for one in table.columns
    )
    own = {index.columns for index in table.indexes}
    names = _names(table)
    indexes = tuple(
        one
        for one in other.indexes
        if one.columns not in own and {each.lower() for each in one.columns} <= names
    )
    referring = {key.columns for key in table.foreign_keys}
    keys = tuple(one for one in other.foreign_keys if one.columns not in referring)
    return replace(
        table,
        columns=columns or other.columns,
        indexes=(*table.indexes, *indexes),
        foreign_keys=(*table.foreign_keys, *(keys if columns else other.foreign_keys)),
    )


def _column(own: Column, other: Column | None, *, is_worded: bool) -> Column:
    """Fill a column; `is_worded`: its type is one of the language, the other's the database's."""
    if other is None:
        return own
    return replace(
        own,
        type=(other.type or own.type) if is_worded else own.type or other.type,
        nullable=other.nullable if own.nullable is None else own.nullable,
        default=own.default if own.default is not None else other.default,
    )
