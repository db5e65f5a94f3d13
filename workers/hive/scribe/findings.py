"""Findings of many reports: those on the same lines together, and severities that differ."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

from workers.claims.paths import segments
from workers.deliverables.profile import SEVERITIES
from workers.hive.scribe.account import FINDING, are_apart, text_of
from workers.hive.scribe.contradiction import DOUBTED, Contradiction, Stated, side_of
from workers.hive.scribe.kinds import are_set_apart
from workers.hive.scribe.values import table_name
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from workers.hive.scribe.account import Account, Entry

SEVERITY = "X03"
ORDER = {name: rank for rank, name in enumerate(SEVERITIES.values())}
# A range of more lines than these is no place: it holds whatever is found in the file.
_PLACE_LINES = 80
_ALIKE_WORDS = 2
_SHORT = 4


def rated(accounts: Sequence[Account]) -> list[Entry]:
    """Return the findings, and the entries of any list that have a severity."""
    return [
        entry
        for account in accounts
        for entry in account.entries
        if entry.kind == FINDING or severity(entry)
    ]


def severity(entry: Entry) -> str:
    """Return the severity of an entry, empty for what is none."""
    name = text_of(entry.row, "severity").lower()
    return name if name in ORDER else ""


def groups(rows: Sequence[Entry]) -> list[list[Entry]]:
    """Return findings on the same lines together, each group worst first, the worst group first."""
    joined = {number: [number] for number in range(len(rows))}
    for first, second in sorted(_pairs_on_one_line(rows)):
        if joined[first] is not joined[second]:
            joined[first].extend(joined[second])
            for number in joined[second]:
                joined[number] = joined[first]
    unique = {id(numbers): numbers for numbers in joined.values()}.values()
    made = [sorted((rows[number] for number in numbers), key=_rank) for numbers in unique]
    return sorted(made, key=lambda group: _rank(group[0]))


def _rank(entry: Entry) -> tuple[int, str, str]:
    return ORDER.get(severity(entry), len(ORDER)), entry.worker, _number(entry.pointer)


def _number(pointer: str) -> str:
    """Return a pointer that sorts as its numbers do."""
    return re.sub(r"[0-9]+", lambda match: match[0].zfill(6), pointer)


def _pairs_on_one_line(rows: Sequence[Entry]) -> set[tuple[int, int]]:
    """Return the pairs of findings of two workers that cite a common place."""
    by_file: dict[str, list[tuple[int, int, int]]] = {}
    for number, entry in enumerate(rows):
        for place in entry.cited:
            # A range that is too wide for a place is only where the very same range is.
            is_wide = place.end - place.line > _PLACE_LINES
            file = place.text if is_wide else place.file
            by_file.setdefault(file, []).append((place.line, place.end, number))
    pairs: set[tuple[int, int]] = set()
    for places in by_file.values():
        before: list[tuple[int, int]] = []
        for line, end, number in sorted(places):
            before = [(last, other) for last, other in before if last >= line]
            pairs |= {
                (min(number, other), max(number, other))
                for _, other in before
                if rows[other].worker != rows[number].worker
            }
            before.append((end, number))
    return pairs


def subjects(entry: Entry) -> set[Hashable]:
    """Return what an entry is about in typed form: its kinds of claims and weaknesses."""
    about: set[Hashable] = set(_weaknesses(entry.row))
    claims = entry.row.get("claims")
    for claim in claims if isinstance(claims, list) else []:
        kind = claim.get("kind") if isinstance(claim, dict) else None
        if isinstance(kind, str) and kind != "stated_there":
            about.add(_claimed(kind, claim))
    return about


def _weaknesses(row: dict[str, Any]) -> Iterator[Hashable]:
    listed = row.get("cwe") or row.get("cwe_id")
    for value in listed if isinstance(listed, list) else [listed]:
        match = re.fullmatch(
            r"(?:CWE[-_ ]?)?([0-9]{1,5})(?:\b.*)?", str(value).strip(), re.IGNORECASE
        )
        if match and not isinstance(value, bool):
            yield "cwe", int(match[1])


def _claimed(kind: str, claim: dict[str, Any]) -> Hashable:
    columns = claim.get("columns")
    names = tuple(sorted(plain(str(name)) for name in columns)) if isinstance(columns, list) else ()
    path = claim.get("path")
    return (
        kind,
        table_name(claim.get("table")),
        names,
        str(claim.get("method") or "").upper(),
        tuple(segments(path)) if isinstance(path, str) else (),
        plain(str(claim.get("name") or "")),
    )


def differing(rows: Sequence[Entry]) -> Iterator[Contradiction]:
    """Yield what two workers rate otherwise: the same thing, or what may be the same thing."""
    for first, second in sorted(_pairs_on_one_line(rows) | set(_of_one_claim(rows))):
        left, right = rows[first], rows[second]
        ranks = [ORDER.get(severity(entry)) for entry in (left, right)]
        if left.worker == right.worker or None in ranks or ranks[0] == ranks[1]:
            continue
        if are_apart(left, right) or are_set_apart(left, right):
            continue
        steps = abs((ranks[0] or 0) - (ranks[1] or 0))
        is_same = _is_same(left, right, steps)
        if is_same is not None:
            sides = [Stated(e, f"{e.pointer}/severity", severity(e)) for e in (left, right)]
            subject = text_of(left.row, "title", "name", "description")[:160] or left.kind
            code = SEVERITY if is_same else DOUBTED
            yield Contradiction(code, subject, "severity", tuple(map(side_of, sides)))


def _of_one_claim(rows: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that claim the same of one table, endpoint or name, wherever they cite it."""
    claimed: dict[Hashable, list[int]] = {}
    for number, entry in enumerate(rows):
        for subject in subjects(entry):
            if isinstance(subject, tuple) and any(subject[1:]) and subject[0] != "cwe":
                claimed.setdefault(subject, []).append(number)
    for numbers in claimed.values():
        yield from combinations(numbers, 2)


def _is_same(left: Entry, right: Entry, steps: int) -> bool | None:
    """Tell whether two findings are evidently of one thing: False where they may be."""
    about, others = subjects(left), subjects(right)
    if about & others:
        return True
    if about and others:
        return None  # two things on one line
    return False if steps > 1 or _are_alike(left, right) else None


def _are_alike(left: Entry, right: Entry) -> bool:
    """Tell whether two titles share words that say what they are about."""
    words = [
        set(re.findall(r"[a-z]+", text_of(entry.row, "title", "name").lower()))
        for entry in (left, right)
    ]
    shared = {word for word in words[0] & words[1] if len(word) >= _SHORT}
    return len(shared) >= _ALIKE_WORDS
