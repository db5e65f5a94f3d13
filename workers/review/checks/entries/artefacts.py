"""Artefacts: proposed SQL fits the tables of the repository and of the report."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import shown
from workers import sql
from workers.claims.ground import ground_of
from workers.claims.names import (
    bare,
    is_of_a_framework,
    may_be_derived,
    may_be_one,
    may_stand,
    stands,
)
from workers.claims.tables import has_all_tables
from workers.delivery import proposals
from workers.delivery.delivery import problem
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.survey.found import Table

_SURE = frozenset({"postgresql", "sqlite", "mysql"})
_SYSTEM_TABLES = ("pg_", "information_schema", "sqlite_", "sys", "dual", "mysql")


def proposed_sql_fits_the_tables(delivery: Delivery) -> Iterator[Problem]:
    """Tables and columns that proposed SQL uses exist, or the report creates them."""
    scripts = list(proposals.scripts(delivery))
    known = {
        plain(sql.last_part(str(entry.get("table_name"))))
        for _, entry in delivery.entries_of("table")
    }
    known |= {plain(table.name) for _, script in scripts for table in script.tables}
    known |= {plain(name) for _, script in scripts for name in script.made}
    for block, script in scripts:
        for name in sorted(script.used_tables):
            if plain(name) not in known and not name.startswith(_SYSTEM_TABLES):
                yield from _if_absent(delivery, name, block)
        if (block.place.pointer or "").endswith("/migration/down"):
            continue  # it undoes what may not have been understood
        for table, column in sorted(script.named_columns):
            columns = _columns_of(delivery, table)
            if columns is None or plain(column) in map(plain, columns):
                continue
            if not _is_spoken_of(delivery, table, column, block):
                name = shown(f"{table}.{column}", 80)
                message = f"the SQL uses the column {name}, which the table does not have"
                listed = shown(", ".join(columns), 200)[1:-1]
                hint = f"Write one of its columns ({listed}), or propose it first."
                yield problem("A12", message, hint, block.place)


def _if_absent(delivery: Delivery, name: str, block: proposals.Block) -> Iterator[Problem]:
    """Tell of a table that stands nowhere: an error where the map has all tables there are.

    In some dialects words of the language are read as names of tables.
    """
    lists = delivery.profile.keys_of("table")
    where = f", or list the table as proposed in {lists[0]}" if lists else ""
    hint = f"Correct the name{where}."
    place = block.place
    if block.likely <= _SURE and _all_tables_are_known(delivery, name):
        message = f"the SQL uses the table {shown(name, 60)}, which the repository does not have"
        yield problem("A12", message, hint, place)
    elif not may_stand(delivery.repository, name):
        message = f"the SQL uses the table {shown(name, 60)}, which is nowhere in the repository"
        yield problem("A08", message, hint, place)


def _all_tables_are_known(delivery: Delivery, name: str) -> bool:
    """Tell whether a table would be in the map, or its name in a file, if it were there.

    Where a model may make it of other names than its own, these are looked for as well.
    """
    survey = ground_of(delivery).survey
    if not has_all_tables(survey) or is_of_a_framework(name):
        return False
    is_plain = all(table.source == "sql" for table in survey.tables)
    if ground_of(delivery).tables_called(name) or stands(delivery.repository, name) is not False:
        return False
    return is_plain or not may_be_derived(delivery.repository, name)


def _columns_of(delivery: Delivery, table: str) -> list[str] | None:
    """Return the columns of a table, what the report proposes included; None if not all are known.

    A proposal that was not understood may add any.
    """
    proposed = _proposed(delivery)
    made = proposed.tables.get(plain(table), [])
    mapped = ground_of(delivery).tables_called(table)
    if not (mapped or made) or not _is_wholly_known(mapped):
        return None
    if any(one.copied for one in made) or not proposed.is_understood:
        return None
    columns = [column.name for one in mapped for column in one.columns]
    columns += [column.name for one in made for column in one.columns]
    return list(dict.fromkeys((*columns, *proposed.added.get(plain(table), ()))))


class _Proposed(NamedTuple):
    """What proposed SQL makes: tables, and columns that it adds or renames, by plain table name."""

    tables: dict[str, list[sql.Table]]
    added: dict[str, list[str]]
    is_understood: bool


@lru_cache(maxsize=4)
def _proposed(delivery: Delivery) -> _Proposed:
    scripts = [script for _, script in proposals.scripts(delivery)]
    tables: dict[str, list[sql.Table]] = {}
    added: dict[str, list[str]] = {}
    for script in scripts:
        for table in script.tables:
            tables.setdefault(plain(table.name), []).append(table)
        named = [(name, column.name) for name, column in script.added_columns]
        for name, column in (*named, *script.new_columns):
            added.setdefault(plain(name), []).append(column)
    return _Proposed(tables, added, not any(script.not_understood for script in scripts))


def _is_wholly_known(mapped: Sequence[Table]) -> bool:
    """Tell whether the map has every column of a table, as far as it has the table."""
    return all(one.whole and one.columns for one in mapped)


def _is_spoken_of(delivery: Delivery, table: str, column: str, block: proposals.Block) -> bool:
    """Tell whether the table's entry lists a column, or a proposal that is no SQL names it."""
    for _, entry in delivery.entries_of("table"):
        if plain(sql.last_part(str(entry.get("table_name")))) != plain(table):
            continue
        schema = entry.get("schema")
        rows = schema.get("columns") if isinstance(schema, dict) else None
        names = [row.get("name") for row in rows or [] if isinstance(row, dict)]
        if plain(column) in {plain(str(bare(str(name)) or name)) for name in names}:
            return True
    word = re.compile(rf"(?<!\w){re.escape(column)}(?!\w)", re.IGNORECASE)
    others = (one.block for one in proposals.judged(delivery) if one.finding.script is None)
    return any(one is not block and word.search(one.text) for one in others)


def ddl_makes_the_table_of_its_entry(delivery: Delivery) -> Iterator[Problem]:
    """The `ddl` of a table makes that table, not another."""
    made = {block.place.pointer: script for block, script in proposals.scripts(delivery)}
    listed = {
        plain(sql.last_part(str(e.get("table_name")))) for _, e in delivery.entries_of("table")
    }
    for pointer, entry in delivery.entries_of("table"):
        script = made.get(f"{pointer}/ddl")
        name = entry.get("table_name")
        if script is None or script.not_understood or not script.tables:
            continue
        # Of a name that is more than a name nothing is told.
        if not isinstance(name, str) or not re.fullmatch(r"[\w.`\"\[\]]+", name.strip()):
            continue
        wanted = sql.last_part(name)
        named = script.changed | script.made | {table.name for table in script.tables}
        others = {one for one in named if plain(one) != plain(wanted) and plain(one) in listed}
        if not any(may_be_one(wanted, other) for other in named - others):
            makes = ", ".join(shown(table.name, 60) for table in script.tables[:3])
            message = f"the `ddl` of {shown(name, 60)} makes another table: {makes}"
            hint = "Give each table an entry of its own, or correct the name."
            yield problem("A11", message, hint, delivery.in_json(f"{pointer}/ddl"))
