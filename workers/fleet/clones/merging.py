"""Two logs of one session made one: none of their events is lost, and none is there twice.

Theirs come first, as they are; ours that they have not come after, with new numbers. What names an
event by its number goes along: a ticket's id, the digest of the line before a verdict. An event is
known again by all that it says but those.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.details import text_of
from sessions.events import event_of
from sessions.state import SessionState, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_OPENING = {"blocker_reported": "B", "escalation_raised": "E", "handoff_requested": "H"}
_CLOSING = {"blocker_resolved": "B", "escalation_resolved": "E", "handoff_accepted": "H"}
_NUMBERS = ("seq", "event_id")


class Merged(NamedTuple):
    """The lines of both logs, and the receipts that go along with them.

    `settled` are receipts of ours that went along before: as they are at the other side.
    """

    lines: list[bytes]
    receipts: dict[str, bytes]
    settled: set[str]


def lines_of(log: bytes) -> list[bytes]:
    """Return the whole lines of a log; what a killed writer left at its end is none."""
    whole = log[: log.rfind(b"\n") + 1]
    return whole.split(b"\n")[:-1]


def log_of(lines: Iterable[bytes]) -> bytes:
    """Return a log with these lines."""
    return b"".join(line + b"\n" for line in lines)


def state_of(session_id: str, lines: Iterable[bytes]) -> SessionState:
    """Return what the lines of a log say."""
    events = (event_of(line) for line in lines)
    return fold(SessionState(session_id), (event for event in events if event is not None))


def merged(
    theirs: Sequence[bytes], ours: Sequence[bytes], receipts: Mapping[str, bytes] | None = None
) -> Merged:
    """Merge two logs of a session; `receipts` are ours by their files' names.

    Only receipts that change are returned: those which name a line that got another number.
    """
    there: defaultdict[str, deque[bytes]] = defaultdict(deque)
    for line in theirs:
        there[identity(line)].append(line)
    renumbering = _Renumbering(_last_seq(theirs), receipts or {})
    lines = [*theirs]
    for line in ours:
        same = there[identity(line)]
        if same:
            renumbering.known(line, same.popleft())
        else:
            lines.append(renumbering.line(line))
    return Merged(lines, renumbering.changed, renumbering.settled)


def identity(line: bytes) -> str:
    """Return what an event is known by, whatever number it has."""
    event = _parsed(line)
    if event is None:
        return sha256(line).hexdigest()
    for name in _NUMBERS:
        event.pop(name, None)
    details = event.get("details")
    if isinstance(details, dict):
        details.pop("receipt", None)
        if event.get("event_type") in _CLOSING:
            for name in ("id", "target"):
                details[name] = str(details.get(name))[:1]
    return sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()


def _last_seq(lines: Sequence[bytes]) -> int:
    last = 0
    for event in map(event_of, lines):
        if event is not None:
            last = max(last + 1, event.get("seq", 0))
    return last


def _parsed(line: bytes) -> dict[str, Any] | None:
    if event_of(line) is None:
        return None
    event: dict[str, Any] = json.loads(line)
    return event


class _Renumbering:
    """Gives lines of ours their numbers, one after the other."""

    def __init__(self, last: int, receipts: Mapping[str, bytes]) -> None:
        self._last = last
        self._tickets: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._receipts = {sha256(data).hexdigest(): name for name, data in receipts.items()}
        self._contents = receipts
        self.changed: dict[str, bytes] = {}
        self.settled: set[str] = set()

    def known(self, line: bytes, there: bytes) -> None:
        """Take in that a line of ours is there already, perhaps with another number."""
        if line == there:
            return
        self._digests[sha256(line).hexdigest()] = sha256(there).hexdigest()
        event, other = _parsed(line), _parsed(there)
        if event is None or other is None:
            return
        letter = _OPENING.get(str(event.get("event_type")))
        if letter:
            self._tickets[f"{letter}{event.get('seq')}"] = f"{letter}{other.get('seq')}"
        receipts = [text_of(one.get("details") or {}, "receipt") for one in (event, other)]
        if receipts[0] in self._receipts and receipts[0] != receipts[1]:
            self.settled.add(self._receipts[receipts[0]])

    def line(self, line: bytes) -> bytes:
        """Return a line with its new number, and with what it names as that is now."""
        event = _parsed(line)
        if event is None:
            return line
        self._last += 1
        before = event.get("seq")
        event["seq"] = self._last
        event["event_id"] = f"{event.get('session_id')}/{self._last}"
        details = event.get("details")
        if isinstance(details, dict):
            self._name_again(event.get("event_type"), before, details)
        after = json.dumps(event, separators=(",", ":"), allow_nan=False).encode("ascii")
        self._digests[sha256(line).hexdigest()] = sha256(after).hexdigest()
        return after

    def _name_again(self, event_type: object, before: object, details: dict[str, Any]) -> None:
        letter = _OPENING.get(str(event_type))
        if letter:
            self._tickets[f"{letter}{before}"] = f"{letter}{self._last}"
        if event_type in _CLOSING:
            for name in ("id", "target"):
                if isinstance(details.get(name), str):
                    details[name] = self._tickets.get(details[name], details[name])
        if isinstance(details.get("receipt"), str) and details["receipt"] in self._receipts:
            details["receipt"] = self._receipt(details["receipt"])

    def _receipt(self, digest: str) -> str:
        """Return the digest of a receipt that names the line before it as that is now."""
        name = self._receipts[digest]
        fields = json.loads(self._contents[name])
        now = self._digests.get(fields.get("previous_event"))
        if now is None or now == fields["previous_event"]:
            return digest
        old, new = fields["previous_event"].encode(), now.encode()
        data = self._contents[name].replace(b'"' + old + b'"', b'"' + new + b'"')
        self.changed[name] = data
        return sha256(data).hexdigest()
