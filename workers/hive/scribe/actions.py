"""The actions of all reports in one order: what others wait for first, then by priority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.hive.scribe.account import text_of
from workers.hive.scribe.findings import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.hive.scribe.account import Account

_ID = lazy_pattern(r"\b[A-Z][A-Z0-9-]{2,60}\b")


class Action(NamedTuple):
    """An action, from one report or several: who says it where, in what words each.

    `after` are the numbers of the actions that it waits for.
    """

    said_by: tuple[tuple[str, str], ...]  # worker and pointer
    rows: tuple[dict[str, Any], ...]
    findings: frozenset[str]
    after: frozenset[int]

    @property
    def priority(self) -> str:
        """The highest that somebody gives it; low where nobody does."""
        names = [text_of(row, "priority").lower() for row in self.rows]
        return min((name for name in names if name in ORDER), key=ORDER.__getitem__, default="low")


def actions(accounts: Sequence[Account]) -> list[Action]:
    """Return every action, once where two say it in the same words, with what it waits for."""
    by_name: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for account in accounts:
        for pointer, row in account.rows("priority_actions"):
            name = _name(row) or f"{account.worker} {pointer}"
            by_name.setdefault(name, []).append((account.worker, pointer, row))
    named = _Named([[row for _, _, row in several] for several in by_name.values()])
    made = []
    for number, several in enumerate(by_name.values()):
        said_by = tuple((worker, pointer) for worker, pointer, _ in several)
        rows = tuple(row for _, _, row in several)
        ids = frozenset(name for row in rows for name in _ids(row))
        made.append(Action(said_by, rows, ids, named.meant_by(rows) - {number}))
    return made


class _Named:
    """Actions by their words and by the ids that they bear."""

    def __init__(self, listed: Sequence[Sequence[dict[str, Any]]]) -> None:
        self._by_name: dict[str, set[int]] = {}
        self._by_id: dict[str, set[int]] = {}
        for number, rows in enumerate(listed):
            for row in rows:
                self._by_name.setdefault(_name(row), set()).add(number)
                for name in {*_ids(row), text_of(row, "id").upper()} - {""}:
                    self._by_id.setdefault(name, set()).add(number)

    def meant_by(self, rows: Sequence[dict[str, Any]]) -> frozenset[int]:
        """Return the numbers of the actions that the dependencies of one name."""
        meant: set[int] = set()
        for text in (text for row in rows for text in _dependencies(row)):
            meant |= self._by_name.get(text, set())
            for name in _ID.findall(text.upper()):
                meant |= self._by_id.get(name, set())
        return frozenset(meant)


def _name(row: dict[str, Any]) -> str:
    return " ".join(text_of(row, "action", "title").lower().split()).strip(" .")


def _ids(row: dict[str, Any]) -> list[str]:
    listed = row.get("finding_ids")
    return [str(name).upper() for name in listed] if isinstance(listed, list) else []


def _dependencies(row: dict[str, Any]) -> list[str]:
    value = row.get("dependencies")
    listed = value if isinstance(value, list) else [value]
    texts = [part for text in listed if isinstance(text, str) for part in text.split(";")]
    return [" ".join(text.lower().split()).strip(" .") for text in texts if text.strip()]


class Ordered(NamedTuple):
    """Actions as they are to be done; `circle` are those that wait for each other."""

    actions: list[Action]
    circle: list[Action]


def in_order(listed: Sequence[Action]) -> Ordered:
    """Order actions: each after those that it waits for, else the most urgent first.

    Of actions that wait for each other in a circle the most urgent comes first.
    """
    waiting = {number: set(action.after) for number, action in enumerate(listed)}
    ordered: list[Action] = []
    circle: list[Action] = []
    while waiting:
        ready = [number for number, after in waiting.items() if not after & waiting.keys()]
        if not ready:
            stuck = _in_circle(waiting)
            circle += [listed[number] for number in stuck if listed[number] not in circle]
            ready = stuck
        chosen = min(ready, key=lambda number: _rank(listed[number], number))
        ordered.append(listed[chosen])
        del waiting[chosen]
    return Ordered(ordered, circle)


def _in_circle(waiting: dict[int, set[int]]) -> list[int]:
    """Return the actions of one circle; there is one where nobody is ready."""
    path, number = list[int](), min(waiting)
    while number not in path:
        path.append(number)
        number = min(waiting[number] & waiting.keys())
    return path[path.index(number) :]


def _rank(action: Action, number: int) -> tuple[int, int]:
    return ORDER[action.priority], number
