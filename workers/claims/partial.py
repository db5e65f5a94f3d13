"""Indexes on a part of a table's rows: `CREATE INDEX ... WHERE`, `postgresql_where=`, `condition=`.

The map keeps an index as its columns. Whether it has a condition is looked up where it is declared,
and only when a claim depends on it: one of a part of the rows neither serves all queries nor keeps
all rows apart, so it neither refutes nor confirms what is said of the whole table.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.repository.source import Source, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.ground import Ground
    from workers.survey.found import Index, Table

_FILES = 300
_SPAN = 1500
_DECLARES = lazy_pattern(
    r"\bcreate\s+(?:unique\s+)?index\b"
    r"|\b(?:unique|create|add)?_?index(?:es)?\s*\(|\bUniqueConstraint\s*\(|\.(?:unique|index)\s*\("
    r"|\bfields\s*:\s*\[",
    re.IGNORECASE,
)
_CONDITION = lazy_pattern(
    r"\bwhere\b|\b(?:postgresql|sqlite|mssql)_where\b|\bcondition\s*=|\bpredicate\s*:",
    re.IGNORECASE,
)
_ARGUMENT = lazy_pattern(r"\b\w+\s*[=:](?!=)")
_FOLDERS = ("migrations/", "migrate/", "versions/", "migration/")


class _Partial(NamedTuple):
    """A declaration with a condition: its words, and whether it is SQL, which names its table."""

    words: frozenset[str]
    is_sql: bool


def partial_indexes(ground: Ground, table: Table) -> list[Index]:
    """Return the indexes of a table that may be of a part of its rows."""
    if not table.indexes:
        return []
    return [
        index
        for index in table.indexes
        if any(_is_of(one, index, table) for one in _declared(ground, table.file))
    ]


def without_partial(ground: Ground, table: Table) -> tuple[Table, list[Index]]:
    """Return a table without the indexes of a part of its rows, and those indexes."""
    partial = partial_indexes(ground, table)
    if not partial:
        return table, []
    return replace(table, indexes=tuple(i for i in table.indexes if i not in partial)), partial


def _is_of(declared: _Partial, index: Index, table: Table) -> bool:
    if index.name and plain(index.name) not in declared.words and declared.is_sql:
        return False
    if declared.is_sql and plain(table.name) not in declared.words:
        return False
    return all(plain(column) in declared.words for column in index.columns)


@lru_cache(maxsize=64)
def _declared(ground: Ground, file: str) -> tuple[_Partial, ...]:
    """Return the declarations with a condition in a file, and in SQL and migrations."""
    others = [
        other
        for other in ground.repository.files
        if other != file and (other.endswith(".sql") or any(part in other for part in _FOLDERS))
    ]
    return tuple(one for name in (file, *others[:_FILES]) for one in _in_file(ground, name))


@lru_cache(maxsize=512)
def _in_file(ground: Ground, file: str) -> tuple[_Partial, ...]:
    source = ground.repository.searched(file)
    text = "\n".join(source.lines) if isinstance(source, Source) else ""
    if _CONDITION.search(text) is None:
        return ()
    return tuple(_conditional(text))


def _conditional(text: str) -> Iterator[_Partial]:
    for match in _DECLARES.finditer(text):
        is_sql = match[0].lower().startswith("create") and not match[0].endswith("(")
        span = _statement(text, match.start()) if is_sql else _call(text, match.start())
        if _CONDITION.search(span):
            span = span if is_sql else _ARGUMENT.sub("", span)
            words = frozenset(plain(word) for word in re.findall(r"\w+", span))
            yield _Partial(words, is_sql)


def _statement(text: str, start: int) -> str:
    """Return a statement of SQL from its first word to its end, or that of the text around it."""
    return re.split(r";|\"\"\"|\n\s*\n", text[start : start + _SPAN], maxsplit=1)[0]


def _call(text: str, start: int) -> str:
    """Return a call with its arguments and the calls chained to it, or an object from `fields:`."""
    is_object = text.startswith("fields", start)
    depth, end = 0, min(len(text), start + _SPAN)
    for at in range(start, end):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
            is_chained = re.match(r"\s*\.", text[at + 1 : at + 40]) is not None
            if depth < 0 or (depth == 0 and not is_chained and not is_object):
                return text[start : at + 1]
    return text[start:end]


def is_partly_unique(ground: Ground, table: Table, column: str) -> bool:
    """Tell whether an index keeps a column unique among a part of the rows."""
    return any(
        plain(column) in map(plain, index.columns) for index in partial_indexes(ground, table)
    )
