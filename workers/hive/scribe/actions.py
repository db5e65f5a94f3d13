"""The actions of all reports in one order: what others wait for first, then by priority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.hive.scribe.account import text_of
from workers.hive.scribe.findings import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.hive.scribe.account import Account, Entry

_ID = lazy_pattern(r"\b[A-Z][A-Z0-9-]{2,60}\b")


class Action(NamedTuple):
    """An action: whose, where, for which findings, and the numbers of those it waits for."""

    worker: str
    pointer: str
    row: dict[str, Any]
    findings: frozenset[str]
    after: frozenset[int]

    @property
    def priority(self) -> str:
        """One of the severities, low where none is named."""
        name = text_of(self.row, "priority").lower()
        return name if name in ORDER else "low"


def actions(accounts: Sequence[Account]) -> list[Action]:
    """Return every action, with the numbers of those that it names as its dependencies."""
    listed = [
        (account.worker, pointer, row)
        for account in accounts
        for pointer, row in account.rows("priority_actions")
    ]
    named = _Named([row for _, _, row in listed])
    return [
        Action(worker, pointer, row, frozenset(_ids(row)), named.meant_by(row) - {number})
        for number, (worker, pointer, row) in enumerate(listed)
    ]


class _Named:
    """Actions by their words and by the ids that they bear."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._by_name: dict[str, set[int]] = {}
        self._by_id: dict[str, set[int]] = {}
        for number, row in enumerate(rows):
            self._by_name.setdefault(_name(row), set()).add(number)
            for name in {*_ids(row), text_of(row, "id").upper()} - {""}:
                self._by_id.setdefault(name, set()).add(number)

    def meant_by(self, row: dict[str, Any]) -> frozenset[int]:
        """Return the numbers of the actions that the dependencies of one name."""
        meant: set[int] = set()
        for text in _dependencies(row):
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


def same_group(action: Action, groups: Sequence[Sequence[Entry]]) -> int | None:
    """Return the number of the group of findings that an action is for."""
    for number, group in enumerate(groups):
        if any(text_of(entry.row, "id").upper() in action.findings for entry in group):
            return number
    return None
