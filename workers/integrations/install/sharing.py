"""Files and entries that several targets have: the last of them takes them out.

`.mcp.json` is read by Claude Code and Copilot, `.github/agents` by Copilot and VS Code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workers.integrations.install import json_text
from workers.integrations.install.manifest import Part, Row, both

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.integrations.install.json_text import Entry
    from workers.integrations.install.manifest import Record

NOTHING = Part()


class Known(NamedTuple):
    """What the manifest says of a file: ours now, ours before a run that did not end.

    `others`: what other targets have in it. An entry or a file of two goes with the last of them.
    """

    part: Part
    before: Part
    complete: bool
    others: tuple[Part, ...] = ()


def known_of(record: Record | None, path: str, others: Iterable[Record] = ()) -> Known:
    """Return what a record says of a file, and those of other targets."""
    theirs = [both(one.parts.get(path), one.before.get(path)) for one in others]
    shared = tuple(part for part in theirs if part.holds_something)
    if record is None:
        return Known(NOTHING, NOTHING, complete=True, others=shared)
    part, before = (parts.get(path, NOTHING) for parts in (record.parts, record.before))
    return Known(part, before, record.complete, shared)


def shared(part: Part, record: Record, path: str) -> Part:
    """Return what another target remembers of a file after one was installed that has it as well.

    While that is not done the file may hold the old or the new.
    """
    new = record.parts.get(path)
    if new is None:
        return part
    rows = {place_of(row): row for row in new.rows if row.entry.key is not None and not row.gone}
    ours = [row for row in part.rows if place_of(row) in rows]
    if record.complete:
        digests = new.digests if part.digests and new.digests else part.digests
        newest = (rows[place_of(row)] if row in ours else row for row in part.rows)
        return part._replace(digests=digests, rows=tuple(_once(newest)))
    digests = (*new.digests, *part.digests) if part.digests else ()
    more = [rows[place_of(row)] for row in ours]
    return part._replace(
        digests=tuple(dict.fromkeys(digests)), rows=tuple(_once([*part.rows, *more]))
    )


def _once(rows: Iterable[Row]) -> list[Row]:
    once: list[Row] = []
    for row in rows:
        if row not in once:
            once.append(row)
    return once


def place_of(row: Row) -> tuple[tuple[str, ...], str | None]:
    """Return where an entry is."""
    return row.entry.at, row.entry.key


def with_shared(known: Known, text: str, wanted: list[Entry]) -> Known:
    """Let an entry that another target has put there be ours as well, with all that it made."""
    places = [(entry.at, entry.key) for entry in wanted if entry.key is not None]
    theirs = [row for row in rows_of_others(known) if place_of(row) in places]
    theirs = _once(row for row in theirs if json_text.holds(text, row.entry))
    there = list(map(place_of, theirs))
    mine = [
        row
        for row in known.part.rows
        if place_of(row) not in there or json_text.holds(text, row.entry)
    ]
    entries = [row.entry for row in mine]
    new = tuple(row for row in theirs if row.entry not in entries)
    if not new:
        return known
    part = known.part
    for other in known.others:
        part = both(part, Part(made=other.made, blank=other.blank))
    return known._replace(part=part._replace(rows=(*mine, *new)))


def rows_of_others(known: Known) -> list[Row]:
    """Return the entries below a key that other targets have in a file."""
    rows = [row for part in known.others for row in part.rows]
    return [row for row in rows if row.entry.key is not None and not row.gone]
