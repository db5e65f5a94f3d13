"""What becomes of one file: ours goes in or comes out, every byte of others stays.

Nothing is read or written here. A plan is made from what is in the file and what the manifest
remembers of it, so it is the same after a kill, and when another program has changed the file.
"""

from __future__ import annotations

import hashlib
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import NotReadable, shown
from workers.integrations.install import json_text, toml_text
from workers.integrations.install.manifest import Part, Row, both
from workers.integrations.install.ours import is_our_file
from workers.integrations.install.sharing import (
    Known,
    place_of,
    rows_of_others,
    with_shared,
)

if TYPE_CHECKING:
    from workers.integrations.install.json_text import Entry
    from workers.integrations.install.targets import Content

_EMPTY = "{}\n"  # what a JSON file of others begins as, when there is nothing in it
_BLANK = "\ufeff \t\r\n"
_NOTHING = Part()


class Outcome(NamedTuple):
    """What becomes of a file: `after` is None where it goes, `part` is to be remembered.

    `kept` says what was left to the user, `missing` what install has yet to put there.
    """

    before: bytes | None
    after: bytes | None
    part: Part = _NOTHING
    kept: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        """The word for it."""
        if self.before == self.after:
            return "kept" if self.kept else "unchanged"
        if self.before is None:
            return "write"
        return "remove" if self.after is None else "change"


def put_in(content: Content, path: str, there: bytes | None, known: Known) -> Outcome:
    """Plan what `install` does to a file. Raises NotReadable when nothing can be merged into it."""
    if path in content.files:
        return _file_in(path, there, content.files[path].encode(), known)
    if path in content.former:
        return Outcome(there, there, both(known.part, known.before))
    try:
        if path in content.entries:
            return _entries_in(path, there, content.entries[path], known)
        return _section_in(path, there, content.sections[path], known)
    except toml_text.ByHand as error:
        hint = f"Add to it by hand: {content.by_hand[path]}. Then run this again."
        raise NotReadable(f"{shown(path)}: {error}", hint) from None
    except ValueError as error:
        raise NotReadable(f"{shown(path)}: {error}", "Repair it, then try again.") from None


def take_out(content: Content, path: str, there: bytes | None, known: Known) -> Outcome:
    """Plan what `uninstall` does to a file. Raises as `put_in`."""
    if there is None:
        return Outcome(None, None)
    if path in content.files:
        return _file_out(path, there, content.files[path].encode(), known)
    try:
        if path in content.entries or path in content.former:
            return _entries_out(path, there, known)
        return _section_out(path, there, known)
    except ValueError as error:
        raise NotReadable(f"{shown(path)}: {error}", "Repair it, then try again.") from None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _file_in(path: str, there: bytes | None, wanted: bytes, known: Known) -> Outcome:
    ours = {*known.part.digests, *known.before.digests}
    ours |= {digest for part in known.others for digest in part.digests}
    part = Part((_digest(wanted),))
    if there is None:
        return Outcome(None, wanted, part, missing=(path,))
    if there == wanted:
        return Outcome(there, there, part if ours else Part())
    if not ours:
        return Outcome(there, there, Part(), (f"{path} was there before: it is yours",))
    if _digest(there) not in ours or not is_our_file(there, wanted):
        notice = f"{path} was changed by you: it is kept"
        return Outcome(there, there, Part(tuple(sorted(ours))), (notice,))
    return Outcome(there, wanted, part)


def _file_out(path: str, there: bytes, wanted: bytes, known: Known) -> Outcome:
    ours = {*known.part.digests, *known.before.digests}
    if not ours or any(part.digests for part in known.others):
        return Outcome(there, there)
    if _digest(there) in ours and is_our_file(there, wanted):
        return Outcome(there, None)
    return Outcome(there, there, kept=(f"{path} was changed by you: it is kept",))


def _text_of(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 at byte {error.start}") from None


def _rows(known: Known, text: str) -> list[Row]:
    """Return a row for each entry: of those from several runs the one whose text is in the file."""
    rows: list[Row] = []
    for row in [*known.part.rows, *known.before.rows]:
        same = [number for number, other in enumerate(rows) if other.entry == row.entry]
        if not same:
            rows.append(row)
        elif row.piece and text.count(row.piece) == 1 and rows[same[0]].piece not in text:
            rows[same[0]] = row
    return rows


def _was_written(known: Known, text: str) -> bool:
    """Tell whether the file got what the manifest says: a file is replaced as a whole, or not."""
    if known.complete:
        return True
    old = [row.entry for row in known.before.rows]
    fresh = [row.entry for row in known.part.rows if row.entry not in old]
    return any(json_text.holds(text, entry) for entry in fresh)


class _Old(NamedTuple):
    """What is left of earlier installs: a text, its rows, what is not to be put in again."""

    text: str
    rows: tuple[Row, ...]
    kept: tuple[str, ...]
    blocked: tuple[Entry, ...]
    replaced: tuple[Entry, ...]


def _without(text: str, rows: list[Row]) -> tuple[str, list[Row]]:
    """Return a text without entries of ours, and the rows of those that were in it.

    First those whose own text is still there, whichever was put in last: byte for byte.
    """
    left, out = list(reversed(rows)), list[Row]()
    while True:
        pieces = (
            (row, json_text.remove_piece(text, row.entry, row.piece, row.made)) for row in left
        )
        values = ((row, json_text.remove(text, row.entry, row.made)) for row in left)
        taken = next(((row, rest) for row, rest in chain(pieces, values) if rest is not None), None)
        if taken is None:
            return text, out
        row, text = taken
        left.remove(row)
        out.append(row)


def _without_outdated(path: str, text: str, wanted: list[Entry], known: Known) -> _Old:
    rows, written = _rows(known, text), _was_written(known, text)
    is_current = all(row.gone or row.entry in wanted for row in rows)
    there = [row for row in rows if is_current and json_text.holds(text, row.entry)]
    out: list[Row] = []
    if not is_current:  # then all go, and in again: the last ones leave no trace of the first
        text, out = _without(text, rows)
    gone = _gone(rows, [*there, *out], known, written=written)
    meant = [_meant_by(row.entry, wanted, [row.entry for row in rows]) for row in gone]
    keeps = [row._replace(gone=row in gone) for row in rows if row in there or row in gone]
    blocked = tuple(entry for entries in meant for entry in entries)
    return _Old(text, tuple(keeps), _notes(path, gone), blocked, tuple(row.entry for row in out))


def _gone(rows: list[Row], seen: list[Row], known: Known, *, written: bool) -> list[Row]:
    """Return the rows that the user took out or changed: written once, and not there any more."""
    absent = [row for row in rows if row not in seen]
    return [row for row in absent if row.gone or (written and row in known.part.rows)]


def _notes(path: str, gone: list[Row]) -> tuple[str, ...]:
    return tuple(
        f"{_name(path, row.entry)} was changed or removed by you: it stays so" for row in gone
    )


def _entries_in(path: str, there: bytes | None, wanted: list[Entry], known: Known) -> Outcome:
    text = _EMPTY if there is None else _text_of(there)
    blank = None if text.strip(_BLANK) else text
    text = text if blank is None else _EMPTY
    known = with_shared(known, text, wanted)
    old = _without_outdated(path, text, wanted, known)
    text, notices, missing = old.text, list(old.kept), []
    added: list[Row] = []
    places = [(entry.at, entry.key) for entry in old.replaced]
    for entry in [entry for entry in wanted if entry not in old.blocked]:
        is_there = json_text.holds(text, entry)
        if is_there is None:
            notices.append(f"{_name(path, entry)} has a value of yours: it is kept")
        elif not is_there:
            made = json_text.made_for(text, entry)
            text, piece = json_text.insert(text, entry)
            added.append(Row(entry, piece, made))
            if (entry.at, entry.key) not in places:
                missing.append(_name(path, entry))
    rows = _with_containers([*old.rows, *added], [*known.part.rows, *known.before.rows])
    is_made = there is None or _made(known, ours_there=bool(old.rows or old.replaced))
    part = Part(rows=rows, made=is_made, blank=_blank_of(known) if blank is None else blank)
    after = there if blank is not None and not rows else text.encode()
    return Outcome(there, after, part, tuple(notices), tuple(missing))


def _with_containers(rows: list[Row], before: list[Row]) -> tuple[Row, ...]:
    """Let each row remember all containers on its way that were made by us, for whichever entry.

    The last one that is taken out takes them with it.
    """
    ours = {
        row.entry.at[:depth]
        for row in [*rows, *before]
        for depth in range(len(row.entry.at) - row.made + 1, len(row.entry.at) + 1)
    }
    return tuple(row._replace(made=_ours_at_the_end(row.entry.at, ours)) for row in rows)


def _ours_at_the_end(at: tuple[str, ...], ours: set[tuple[str, ...]]) -> int:
    depth = len(at)
    while depth and at[:depth] in ours:
        depth -= 1
    return len(at) - depth


def _meant_by(entry: Entry, wanted: list[Entry], rows: list[Entry]) -> list[Entry]:
    """Return what is wanted in the place of an entry that the user changed."""
    if entry in wanted:
        return [entry]
    place = (entry.at, entry.key)
    return [one for one in wanted if (one.at, one.key) == place and one not in rows]


def _made(known: Known, *, ours_there: bool) -> bool:
    """Tell whether a file that is there was made by us: not by a run that never wrote it."""
    return (known.part.made or known.before.made) and (known.complete or ours_there)


def _blank_of(known: Known) -> str | None:
    return known.before.blank if known.part.blank is None else known.part.blank


def _name(path: str, entry: Entry) -> str:
    return f"{'.'.join([*entry.at, entry.key or '']).rstrip('.')} in {path}"


def _entries_out(path: str, there: bytes, known: Known) -> Outcome:
    text = _text_of(there)
    theirs = list(map(place_of, rows_of_others(known)))
    rows = [row for row in _rows(known, text) if place_of(row) not in theirs]
    if not rows:
        return Outcome(there, there)
    notices: list[str] = []
    if text.strip(_BLANK):
        text, out = _without(text, rows)
        notices = [
            f"{_name(path, row.entry)} is not as it was put there: it stays so"
            for row in rows
            if known.complete and row not in out
        ]
    if text.split() in (["{}"], ["{", "}"]) and text.encode() != there:
        blank = _blank_of(known)
        if blank is not None:
            return Outcome(there, blank.encode(), kept=tuple(notices))
        if known.part.made or known.before.made:
            return Outcome(there, None, kept=tuple(notices))
    return Outcome(there, text.encode(), kept=tuple(notices))


def _without_section(text: str, known: Known) -> tuple[str, str]:
    """Return a text without our section, and the section as it is in there."""
    for section in [*known.part.sections, *known.before.sections]:
        if text.count(section) == 1:
            return text.replace(section, ""), section
    return text, ""


def _section_in(path: str, there: bytes | None, section: str, known: Known) -> Outcome:
    text = "" if there is None else _text_of(there)
    rest, ours = _without_section(text, known)
    begin = section.split("\n", 1)[0]
    old = Part(sections=known.part.sections + known.before.sections)
    old = old._replace(made=_made(known, ours_there=bool(ours)))
    if begin in rest:
        notice = f"the section {begin} in {path} was changed by you, or is yours: it is kept"
        return Outcome(there, there, old, (notice,))
    if path.endswith(".toml"):
        yours = toml_text.already_in(rest, section)
        if yours:
            return Outcome(there, there, old, (f"{yours} in {path} is yours: it is kept",))
    line_end = "\r\n" if "\r\n" in rest else "\n"
    gap = "" if not rest else "\n" if rest.endswith("\n") else "\n\n"
    piece = (gap + section).replace("\n", line_end)
    after = rest + piece
    if ours.strip() == piece.strip():
        after, piece = text, ours  # it is there, and somebody wrote on below it
    if path.endswith(".toml"):
        toml_text.check(after)
    part = Part(sections=(piece,), made=there is None or old.made)
    missing = () if ours else (f"the section {begin} in {path}",)
    return Outcome(there, after.encode(), part, missing=missing)


def _section_out(path: str, there: bytes, known: Known) -> Outcome:
    if not known.part.sections and not known.before.sections:
        return Outcome(there, there)
    text = _text_of(there)
    rest, ours = _without_section(text, known)
    if ours:
        gone = not rest and (known.part.made or known.before.made)
        return Outcome(there, None if gone else rest.encode())
    notice = f"the section in {path} is not as it was put there: it stays so"
    return Outcome(there, there, kept=(notice,) if known.complete else ())
