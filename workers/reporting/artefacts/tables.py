"""What a reported table says of its columns: typed fields, and words with one form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.reporting.artefacts.accepted import object_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ONE_OF = lazy_pattern(r"(?i)\b(?:in|enum)\s{0,9}\(\s{0,9}('[^()]*')\s{0,9}\)")


class Column(NamedTuple):
    """A column: None where nothing is reported; `choices` are the texts that it may hold."""

    name: str
    type: str
    nullable: bool | None
    unique: bool
    primary_key: bool
    references: tuple[str, str] | None
    choices: tuple[str, ...]
    default: Any = None


def columns_of(row: Mapping[str, Any]) -> list[Column]:
    """Return the columns of a reported table, each name once."""
    alone = {names[0] for names, unique in _indexes(row) if unique and len(names) == 1}
    columns: dict[str, Column] = {}
    for about in _rows(row, "columns"):
        name = text_of(about, "name")
        if name:
            columns.setdefault(name, _column(about, name, unique=name in alone))
    return list(columns.values())


def _column(about: dict[str, Any], name: str, *, unique: bool) -> Column:
    given_words = about.get("constraints")
    words = "; ".join(
        map(str, given_words if isinstance(given_words, list) else [given_words or ""])
    )
    is_key = about.get("primary_key") is True or _says(words, "primary key")
    nullable = about.get("nullable") if isinstance(about.get("nullable"), bool) else None
    if nullable is None and (is_key or _says(words, "not null")):
        nullable = False
    return Column(
        name,
        text_of(about, "type"),
        nullable,
        unique or about.get("unique") is True or _says(words, "unique"),
        is_key,
        _reference(text_of(about, "references")),
        _choices(f"{text_of(about, 'type')} {words}"),
        about.get("default"),
    )


def referred(row: Mapping[str, Any]) -> list[str]:
    """Return the tables that a reported table refers to by its columns."""
    return [one.references[0] for one in columns_of(row) if one.references]


def _says(words: str, clause: str) -> bool:
    """Tell whether a whole clause of some words is this one."""
    clauses = (" ".join(part.split()).casefold() for part in re.split(r"[;,]", words))
    return clause in clauses


def _reference(text: str) -> tuple[str, str] | None:
    """Return table and column of `table`, `table.column` or `table(column)`."""
    parts = re.fullmatch(r"([\w.\"-]+?)(?:\.([\w\"-]+)|\s*\(\s*([\w\"-]+)\s*\))?", text.strip())
    return (parts[1], parts[2] or parts[3] or "") if parts else None


def _choices(words: str) -> tuple[str, ...]:
    match = _ONE_OF.search(words)
    return tuple(re.findall(r"'([^']*)'", match[1])) if match else ()


def _indexes(row: Mapping[str, Any]) -> Iterator[tuple[list[str], bool]]:
    for about in _rows(row, "indexes"):
        names = about.get("columns")
        listed = [one for one in names if isinstance(one, str)] if isinstance(names, list) else []
        yield listed, about.get("unique") is True


def _rows(row: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = object_of(row, "schema").get(name)
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
