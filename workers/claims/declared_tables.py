"""What the repository declares of a table: the map's, and the cited file of SQL by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.claims.claim import words_on
from workers.claims.names import bare, may_be_one, plain_table
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.claim import Claim, Lines
    from workers.claims.ground import Ground
    from workers.repository.source import Source
    from workers.survey.found import Column, Table

# Literal declarations of tables, in languages that no reader knows too.
_DECLARES = lazy_pattern(
    r"""create\s+table\s+(?:if\s+not\s+exists\s+)?[`"\[]?(?:\w+[`"\]]?\.[`"\[]?)?"""
    r"""(?P<sql>\w+)(?!\w|\s\w+[`"\]])"""
    r"""|__tablename__\s*=\s*['"](?P<alchemy>\w+)['"]"""
    r"""|create_table\s*\(?\s*['":](?P<migration>\w+)"""
    r"""|createTable\s*\(\s*['"](?P<knex>\w+)['"]"""
    r"""|Schema::create\s*\(\s*['"](?P<laravel>\w+)['"]"""
    r"""|@Table\s*\(\s*(?:name\s*=\s*)?['"](?P<jpa>\w+)['"]"""
    r"""|\.ToTable\s*\(\s*['"](?P<ef>\w+)['"]""",
    re.IGNORECASE,
)
_NO_NAMES = frozenset("as if like with select".split())


def tables_of(ground: Ground, name: str, cited: tuple[Lines, ...]) -> list[Table]:
    """Return all that declares a table; where they differ, nothing is refuted."""
    own = [
        table
        for source, _, _ in cited
        for table in replayed(source)
        if plain_table(table.name) == plain_table(name)
    ]
    mapped = ground.tables_called(name)
    if any(table.source != "sql" for table in mapped):
        return mapped  # a model: SQL that made it once may have been changed since
    # Alone, a file says what a table was once: whether that is all, the map knows.
    is_whole = bool(mapped) and all(table.whole for table in mapped)
    own = [replace(table, whole=is_whole) for table in own]
    return [*mapped, *(table for table in own if table not in mapped)]


def may_be_otherwise(table: Table) -> bool:
    """Tell whether SQL that was not understood may have changed what a table's steps say."""
    return table.source == "sql" and not table.whole


@lru_cache(maxsize=64)
def replayed(source: Source) -> tuple[Table, ...]:
    """Return the tables that a file of SQL leaves by itself."""
    if not source.path.lower().endswith(".sql"):
        return ()
    from workers.survey.tables.history import History
    from workers.survey.tables.sql_source import steps

    read, failed = steps("\n".join(source.lines))
    tables = History("sql", [(source.path, read)]).tables()
    return () if failed else tuple(tables)


def names_on(cited: tuple[Lines, ...]) -> Iterator[str]:
    """Yield the names of tables that cited lines declare literally."""
    for source, first, last in cited:
        for match in _DECLARES.finditer("\n".join(source.lines[first - 1 : last])):
            name = next(name for name in match.groups() if name)
            if name.lower() not in _NO_NAMES:
                yield name


def declare_another(ground: Ground, claim: Claim) -> list[str]:
    """Return the tables that cited lines declare, when none of them can be the claimed one."""
    name = bare(claim.entry["table_name"])
    if name is None:
        return []
    mapped = ground.tables_at(claim.cited)
    names = {*names_on(claim.cited), *(table.name for table in mapped)}
    models = {table.model for table in mapped if table.model}
    if not names or any(may_be_one(name, other) for other in names | models):
        return []
    may_be_renamed = any(map(may_be_otherwise, mapped)) and not ground.tables_called(name)
    if may_be_renamed and ground.repository.has_word(name) is not False:
        return []
    return [] if plain(name) in words_on(claim.cited) else sorted(names)


def column_of(table: Table, name: str) -> Column | None:
    """Return the column of a name in a table."""
    return next((column for column in table.columns if plain(column.name) == plain(name)), None)


def keys_of(table: Table) -> list[tuple[tuple[str, ...], bool]]:
    """Return the columns of each index and key of a table, and whether it makes them unique."""
    primary = tuple(column.name for column in table.columns if column.primary_key)
    keys = [(index.columns, index.unique) for index in table.indexes]
    keys += [((column.name,), True) for column in table.columns if column.unique]
    keys += [(primary, True)] if primary else []
    return [(tuple(plain(name) for name in columns), unique) for columns, unique in keys]
