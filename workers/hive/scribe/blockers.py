"""Contradictions as blockers of the workers they are between: opened once, closed when resolved.

A blocker is known by the fingerprint among its artefacts. It is closed by the scribe when the
accepted reports no longer contradict each other, or for good by anybody but the workers themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.events import Event, read
from sessions.secrets import redacted
from workers.hive.coordination import CONTRADICTION, TEXT_CHARACTERS, ticket, ticket_event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sessions.session import Session
    from workers.hive.scribe.contradiction import Contradiction, Side

SCRIBE = "scribe"


class Resolution(NamedTuple):
    """How somebody closed a contradiction for good."""

    by: str
    text: str
    at: str


class Reported(NamedTuple):
    """What the log says of a contradiction: open blockers by worker, who is in it, how it ended.

    `text` is what its blockers say.
    """

    open: dict[str, str]
    workers: set[str]
    resolution: Resolution | None = None
    text: str = ""


def reported(session: Session) -> dict[str, Reported]:
    """Return what was reported so far, by fingerprint; the whole log is read."""
    marks: dict[str, str] = {}
    known: dict[str, Reported] = {}
    for line in read(session.events_file):
        record = line.record
        if record is None:
            continue
        details = record["details"]
        if record["event_type"] == "blocker_reported":
            mark = _mark_of(details)
            ticket_id = f"B{record.get('seq')}"
            if mark is not None:
                marks[ticket_id] = mark
                about = known.setdefault(mark, Reported({}, set()))
                about.open[record["worker"]] = ticket_id
                about.workers.add(record["worker"])
                text = str(details.get("text") or "")
                known[mark] = about._replace(resolution=None, text=text)
        elif record["event_type"] == "blocker_resolved":
            mark = marks.get(str(details.get("id")))
            if mark is not None:
                known[mark] = _closed(known[mark], record)
    return known


def _mark_of(details: Mapping[str, Any]) -> str | None:
    artifacts = details.get("artifacts")
    first = artifacts[0] if isinstance(artifacts, list) and artifacts else None
    is_mark = isinstance(first, str) and first.startswith(CONTRADICTION)
    return str(first).removeprefix(CONTRADICTION) if is_mark else None


def _closed(about: Reported, record: Mapping[str, Any]) -> Reported:
    details = record["details"]
    still_open = {who: one for who, one in about.open.items() if one != details["id"]}
    resolution = about.resolution
    if details.get("by") != SCRIBE and record["worker"] not in about.workers:
        text = details.get("text")
        reason = text if isinstance(text, str) else ""
        resolution = Resolution(record["worker"], reason, str(record.get("timestamp")))
    return about._replace(open=still_open, resolution=resolution)


def events(
    listed: Sequence[Contradiction], known: Mapping[str, Reported], accepted: Collection[str]
) -> list[Event]:
    """Return what is to be recorded: blockers that are new, and closings of those that are over.

    What is between reports that are not all accepted now stays open: nobody can judge it.
    """
    there = {one.fingerprint: one for one in listed if one.is_error}
    made = [
        event
        for mark, one in there.items()
        for event in _openings(one, known.get(mark, Reported({}, set())))
    ]
    for mark, about in known.items():
        if mark not in there and about.workers <= set(accepted):
            made += _closings(about, "the accepted reports no longer contradict each other in this")
        elif about.resolution is not None:
            made += _closings(about, f"{about.resolution.by} resolved it: {about.resolution.text}")
    return made


def pending(listed: Sequence[Contradiction], known: Mapping[str, Reported]) -> Iterator[Reported]:
    """Yield what was reported and cannot be judged now: one of its reports is not accepted."""
    there = {one.fingerprint for one in listed}
    yield from (about for mark, about in known.items() if about.open and mark not in there)


def _openings(contradiction: Contradiction, about: Reported) -> Iterator[Event]:
    if about.resolution is not None:
        return
    for worker in dict.fromkeys(side.worker for side in contradiction.sides):
        if worker not in about.open:
            other = next(side.worker for side in contradiction.sides if side.worker != worker)
            marks = [f"{CONTRADICTION}{contradiction.fingerprint}"]
            asked = ticket(
                "B", worker, _text(contradiction), other, priority="high", artifacts=marks
            )
            yield ticket_event(asked)


def _text(contradiction: Contradiction) -> str:
    places = "; ".join(f"{side.worker} {place_of(side)}" for side in contradiction.sides)
    text = f"{contradiction.code} {contradiction.message}. {places}"
    return str(redacted(text))[:TEXT_CHARACTERS]


def place_of(side: Side) -> str:
    """Return where one side says it: the pointer into its JSON, and the line that it cites."""
    return f"{side.pointer} ({side.cited})" if side.cited else side.pointer


def _closings(about: Reported, why: str) -> Iterator[Event]:
    for worker, ticket_id in about.open.items():
        details = {"id": ticket_id, "text": str(redacted(why))[:TEXT_CHARACTERS], "by": SCRIBE}
        yield Event("blocker_resolved", worker, "close", ticket_id, extra=details)
