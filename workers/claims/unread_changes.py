"""Tables changed in code that no reader knows: what cited lines show may be newer than the SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.claims.claim import words_on
from workers.repository.source import plain
from workers.survey.tables.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.claims.claim import Claim, Lines

_OF_MIGRATIONS = lazy_pattern(r"migrat|evolution|changelog|changeset|schema", re.IGNORECASE)
# What a line says that makes or changes a part of a table, in whatever language.
_CHANGES = lazy_pattern(
    r"(?<![a-z])(?:add|alter|change|modify|rename|create|drop)|\$table->|\bt\.\w+|ALTER\s+TABLE",
    re.IGNORECASE,
)


def may_be_changed(claim: Claim, names: Iterable[str]) -> bool:
    """Tell whether cited lines that nobody reads name a part of a table where it is changed."""
    wanted = {plain(name) for name in names}
    return any(
        language_of(lines[0].path) is None
        and (_OF_MIGRATIONS.search(lines[0].path) or _CHANGES.search(_text(lines)))
        and not wanted.isdisjoint(words_on((lines,)))
        for lines in claim.cited
    ) or _in_a_text_of_code(claim, wanted)


def _in_a_text_of_code(claim: Claim, wanted: set[str]) -> bool:
    """Tell whether cited code of a known language runs SQL of its own: `ALTER TABLE` in a text."""
    return any(
        not lines[0].path.lower().endswith((".sql", ".prisma"))
        and re.search(r"\bALTER\s+TABLE\b", _text(lines), re.IGNORECASE) is not None
        and not wanted.isdisjoint(words_on((lines,)))
        for lines in claim.cited
    )


def _text(lines: Lines) -> str:
    source, first, last = lines
    return "\n".join(source.lines[first - 1 : last])
