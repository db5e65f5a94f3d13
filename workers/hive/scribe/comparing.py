"""Compare the entries of many reports, kind by kind, as COMPARERS says.

Two values contradict each other only if nothing else in either report agrees: a report that lists
the present table and the proposed one, or two tables of a name, is read as it is meant.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.hive.scribe.account import FINDING, are_apart, text_of, value_at
from workers.hive.scribe.contradiction import (
    DOUBTED,
    Contradiction,
    Stated,
    side_of,
)
from workers.hive.scribe.kinds import are_set_apart, comparers_of
from workers.hive.scribe.values import DOUBTED as MAY_AGREE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from workers.hive.scribe.account import Account, Entry
    from workers.hive.scribe.kinds import Comparer
    from workers.hive.scribe.values import Agree, Agreement

STATUS = "X04"
_PROPOSED, _REMOVED = "proposed", "removed"
_COMPARED = 60  # of what one worker says of one thing


class _Clash(NamedTuple):
    """Two values that contradict each other; `doubted` where they may not."""

    first: int
    second: int
    doubted: bool


def compare(accounts: Sequence[Account]) -> Iterator[Contradiction]:
    """Yield what entries of a kind say otherwise of one thing in two reports or more."""
    listed: dict[str, list[Entry]] = {}
    for account in accounts:
        for entry in account.entries:
            if entry.kind != FINDING:
                listed.setdefault(entry.kind, []).append(entry)
    for kind, rows in listed.items():
        for comparer in comparers_of(kind):
            for group in _groups(rows, comparer):
                yield from _in_group(comparer, group)


def _groups(rows: Sequence[Entry], comparer: Comparer) -> Iterator[list[Entry]]:
    """Yield the entries of each thing that more than one worker speaks of."""
    groups: dict[Hashable, list[Entry]] = {}
    for entry in rows:
        key = comparer.key(entry)
        if key is not None:
            groups.setdefault((entry.key, key) if entry.kind == "record" else key, []).append(entry)
    yield from (group for group in groups.values() if len({one.worker for one in group}) > 1)


def _in_group(comparer: Comparer, group: list[Entry]) -> Iterator[Contradiction]:
    if comparer.has_status is not False:
        agree = _status if comparer.has_status else _status_of_measures
        stated = [Stated(e, f"{e.pointer}/status", e.status) for e in group if not _alters(e)]
        yield from _clashes(comparer, stated, "status", agree, STATUS)
    for is_there in (True, False):  # what is proposed is compared with what is proposed
        meant = [e for e in group if e.status != _REMOVED and (e.status != _PROPOSED) is is_there]
        for field in comparer.fields:
            stated = [_stated(entry, field.path) for entry in meant]
            about = field.path.rsplit(".", 1)[-1]
            yield from _clashes(comparer, stated, about, field.agree, field.code)
        yield from _in_rows(comparer, meant)


def _stated(entry: Entry, path: str) -> Stated:
    pointer = f"{entry.pointer}/{path.replace('.', '/')}"
    return Stated(entry, pointer, value_at(entry.row, path))


def _in_rows(comparer: Comparer, meant: Sequence[Entry]) -> Iterator[Contradiction]:
    """Compare rows within entries, as the columns of a table."""
    for rows in comparer.rows:
        groups: dict[Hashable, list[tuple[Entry, str, dict[str, Any]]]] = {}
        for entry in meant:
            listed = value_at(entry.row, rows.path)
            for position, row in enumerate(listed if isinstance(listed, list) else []):
                key = rows.key(row) if isinstance(row, dict) else None
                pointer = f"{entry.pointer}/{rows.path.replace('.', '/')}/{position}"
                if key is not None:
                    groups.setdefault(key, []).append((entry, pointer, row))
        for group in groups.values():
            for field in rows.fields:
                stated = [
                    Stated(entry, f"{at}/{field.path}", row.get(field.path))
                    for entry, at, row in group
                    if row.get(field.unless) is not True
                ]
                about = f"{_called(group[0][2])} {field.path}".strip()
                yield from _clashes(comparer, stated, about, field.agree, field.code)


def _called(row: dict[str, Any]) -> str:
    """Return how a row is called: its name, the columns of an index, the key of a relationship."""
    columns = row.get("columns")
    listed = ", ".join(map(str, columns)) if isinstance(columns, list) else ""
    return text_of(row, "name", "foreign_key") or listed


def _clashes(
    comparer: Comparer, stated: Sequence[Stated], about: str, agree: Agree, code: str
) -> Iterator[Contradiction]:
    """Yield one contradiction for each set of values that contradict each other."""
    known = _bounded([one for one in stated if one.value not in (None, "")])
    if len({one.entry.worker for one in known}) < 2:
        return
    clashes = _clashing(known, agree, comparer.fits)
    for together in _joined(clashes):
        members = sorted({number for clash in together for number in clash[:2]})
        sides = [side_of(known[number]) for number in members]
        doubted = all(clash.doubted for clash in together)
        if all(side.verdict == "confirmed" for side in sides):
            doubted = True  # the code shows both: they are of two things, or of one in two ways
        subject = comparer.title(known[members[0]].entry)
        unique = tuple({(side.worker, side.says): side for side in reversed(sides)}.values())
        yield Contradiction(DOUBTED if doubted else code, subject, about, unique[::-1])


def _bounded(stated: list[Stated]) -> list[Stated]:
    """Return what is compared: a report with thousands of equal rows holds nobody up."""
    taken: dict[str, int] = {}
    bounded = []
    for statement in stated:
        taken[statement.entry.worker] = taken.get(statement.entry.worker, 0) + 1
        if taken[statement.entry.worker] <= _COMPARED:
            bounded.append(statement)
    return bounded


def _clashing(
    known: Sequence[Stated], agree: Agree, fits: Callable[[Entry, Entry], bool | None]
) -> list[_Clash]:
    answers: dict[tuple[int, int], tuple[Agreement, bool]] = {}
    for first, second in combinations(range(len(known)), 2):
        left, right = known[first], known[second]
        if left.entry.worker != right.entry.worker and not _are_two(left.entry, right.entry):
            is_one = fits(left.entry, right.entry)
            if is_one is not False:
                answers[first, second] = (agree(left.value, right.value), is_one is None)
    # Who agrees with somebody of which report.
    agreeing = {
        (number, known[right].entry.worker)
        for (first, second), (answer, _) in answers.items()
        if answer is True
        for number, right in ((first, second), (second, first))
    }
    return [
        _Clash(first, second, may_be or answer == MAY_AGREE)
        for (first, second), (answer, may_be) in answers.items()
        if answer is False or answer == MAY_AGREE
        if (first, known[second].entry.worker) not in agreeing
        and (second, known[first].entry.worker) not in agreeing
    ]


def _are_two(first: Entry, second: Entry) -> bool:
    return are_apart(first, second) or are_set_apart(first, second)


def _joined(clashes: Sequence[_Clash]) -> list[list[_Clash]]:
    """Return clashes that share a value together."""
    groups: list[tuple[set[int], list[_Clash]]] = []
    for clash in clashes:
        touching = [group for group in groups if group[0] & {clash.first, clash.second}]
        members, together = {clash.first, clash.second}, [clash]
        for group in touching:
            groups.remove(group)
            members |= group[0]
            together = [*group[1], *together]
        groups.append((members, together))
    return [together for _, together in groups]


def _status(first: Any, second: Any) -> Agreement:
    """What is there contradicts what is only proposed; a change of the code comes in between."""
    pair = {first, second}
    if len(pair) == 1:
        return True
    if pair == {"existing", _PROPOSED}:
        return False
    return MAY_AGREE if _REMOVED in pair and pair & {"implemented", "modified"} else None


def _status_of_measures(first: Any, second: Any) -> Agreement:
    """Measures are called alike where they are of two places."""
    return MAY_AGREE if _status(first, second) is False else _status(first, second)


def _alters(entry: Entry) -> bool:
    """Tell whether a proposal is to change what is there: that it is there goes without saying."""
    migration = entry.row.get("migration")
    up = text_of(migration, "up") if isinstance(migration, dict) else ""
    text = f"{text_of(entry.row, 'ddl')} {up}".lower()
    is_made = "create table" in text
    return (
        entry.status == _PROPOSED and not is_made and ("alter " in text or "create index" in text)
    )
