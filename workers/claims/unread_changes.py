"""Tables changed in code that no reader knows: what cited lines show may be newer than the SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.claims.claim import words_on
from workers.repository.source import plain
from workers.survey.languages import reader_of
from workers.survey.tables.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from workers.claims.claim import Claim, Lines
    from workers.survey.found import Table

_OF_MIGRATIONS = lazy_pattern(r"migrat|evolution|changelog|changeset|schema\.rb$", re.IGNORECASE)
# What a line says that makes or changes a part of a table, in whatever language: `add :key`,
# `AddColumn(`, `t.string :key`; no `created_at`, no `Address`.
_CHANGES = lazy_pattern(
    r"(?<![A-Za-z])(?:[Aa]dd|[Aa]lter|[Cc]hange|[Mm]odify|[Rr]ename|[Cc]reate|[Dd]rop"
    r"|ADD|ALTER|CHANGE|MODIFY|RENAME|CREATE|DROP)(?![a-z])|\$table->|\bt\.\w+\s+:\w"
)
_ALTERS = lazy_pattern(r"\bALTER\s+TABLE\b", re.IGNORECASE)


def may_be_changed(claim: Claim, names: Iterable[str], known: Iterable[Table]) -> bool:
    """Tell whether cited lines name a part of a table where code that nobody reads changes it.

    `known` is what the map has of the table: what declares it there was read.
    """
    wanted = {plain(name) for name in names}
    declaring = {table.file for table in known}
    return any(
        _shows_a_change(lines, declaring) and not wanted.isdisjoint(words_on((lines,)))
        for lines in claim.cited
    )


def _shows_a_change(lines: Lines, declaring: Collection[str]) -> bool:
    """Tell whether lines change tables: in code that may not be read whole, or by SQL in a text."""
    path, code = lines[0].path, _text(lines)
    if language_of(path) is None or reader_of(path) is not None:
        if path in declaring:
            return False
        return _OF_MIGRATIONS.search(path) is not None or _CHANGES.search(code) is not None
    return not path.lower().endswith((".sql", ".prisma")) and _ALTERS.search(code) is not None


def _text(lines: Lines) -> str:
    source, first, last = lines
    return "\n".join(source.lines[first - 1 : last])
