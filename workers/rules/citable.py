"""What of a map a report can name: text that is one line, and files that a citation can hold.

Names in a repository are foreign: one may hold a line end and a heading, or what moves a cursor.
Such a thing is left out of the report and counted there, never written as if it were harmless.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import escaped
from workers.delivery.citation import read_citation

if TYPE_CHECKING:
    from workers.survey.found import Survey, Table

# In the name of a table or column these end it, in one language or another.
_ENDING = frozenset("`'\"\\[]")


def is_plain(text: str) -> bool:
    """Return whether a text is one line that can be shown as it is."""
    return escaped(text) == text


def is_citable(file: str) -> bool:
    """Return whether notes can cite a file: in backticks, with a line behind it."""
    if not is_plain(file) or "`" in file or "://" in file:
        return False
    citation = read_citation(f"{file}:1", 0)
    return citation is not None and citation.path == file


def _is_name(text: str) -> bool:
    return is_plain(text) and _ENDING.isdisjoint(text)


def citable_part(survey_map: Survey) -> Survey:
    """Return a map without what a report cannot name."""
    return replace(
        survey_map,
        endpoints=[
            one
            for one in survey_map.endpoints
            if is_citable(one.file) and is_plain(one.method + one.path)
        ],
        tables=[
            _with_names(one)
            for one in survey_map.tables
            if is_citable(one.file) and _is_name(one.name)
        ],
        dependencies=[
            one for one in survey_map.dependencies if is_citable(one.file) and is_plain(one.name)
        ],
    )


def _with_names(table: Table) -> Table:
    """Return a table without the columns, indexes and keys that no report can name."""
    return replace(
        table,
        columns=tuple(one for one in table.columns if _is_name(one.name)),
        indexes=tuple(
            one for one in table.indexes if all(map(_is_name, [one.name or "", *one.columns]))
        ),
        foreign_keys=tuple(
            one for one in table.foreign_keys if all(map(_is_name, [one.table, *one.columns]))
        ),
    )


def left_out(whole: Survey, part: Survey) -> int:
    """Return how many endpoints, tables and dependencies a report cannot name."""
    pairs = (
        (whole.endpoints, part.endpoints),
        (whole.tables, part.tables),
        (whole.dependencies, part.dependencies),
    )
    return sum(len(all_of_them) - len(named) for all_of_them, named in pairs)
