"""What a worker tells while it works: events, signs of life, blockers, escalations, handoffs."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, NoSuchTicket, Paused, escaped, shown
from sessions.events import LOGGED_TYPES, OWN_TYPES, Event
from sessions.files import read_stdin
from sessions.patterns import lazy_pattern
from sessions.secrets import redacted
from sessions.session import open_session, record
from sessions.state import DEFAULT_PRIORITY, PRIORITIES, QUEEN, Ticket
from workers.catalog import is_built_in, worker_if_known
from workers.contract import Answer
from workers.handing import alias, typed
from workers.invocation import typed_here

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import SessionState

TEXT_CHARACTERS = 4000  # some 1,000 tokens: whoever reads it pays for it
_PATH_CHARACTERS = 1000
_ARTIFACTS = 50
BATCH_BYTES = 8 * 1024 * 1024
_NAME = lazy_pattern(r"[a-z][a-z0-9-]{0,60}")
_METRIC = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")
_OPENED_BY = {"B": "blocker_reported", "E": "escalation_raised", "H": "handoff_requested"}
_CLOSED_BY = {"B": "blocker_resolved", "E": "escalation_resolved", "H": "handoff_accepted"}
# Begins the first artefact of a blocker that the scribe opened: two accepted reports differ. Only
# a report that changes closes it, or the repository's OWNER.
CONTRADICTION = "contradiction/"
OWNER = "owner"
_RESULTS = ("success", "failure")
_FIELDS = ("event_type", "action", "target", "result", "metrics")


def worker_name(text: str) -> str:
    """Return a worker's full name; raises BadInput when it is malformed."""
    if not _NAME.fullmatch(text):
        raise BadInput(
            f"worker {shown(text, 60)} is malformed",
            "Use lower-case letters, digits and '-', beginning with a letter, at most 61.",
        )
    known = worker_if_known(text, None)
    return known.full_name if known else text


def needed(text: str | None) -> str | None:
    """Return the full name of a worker that is needed, None for nobody in particular."""
    return None if text is None else worker_name(text)


def recipient(text: str) -> str:
    """Return whom a handoff is for: a worker's full name, or who an alias means.

    A worker of that name comes before the alias. Raises BadInput when it is malformed.
    """
    is_worker = is_built_in(text.removesuffix("-worker"))
    return (None if is_worker else alias(text)) or worker_name(text)


def logged(worker: str, event_type: str, **fields: Any) -> Event:
    """Make an event that may be recorded by hand; raises BadInput for one that may not."""
    if event_type not in LOGGED_TYPES:
        why = "is recorded by the program alone" if event_type in OWN_TYPES else "is not known"
        raise BadInput(f"event type {shown(event_type)} {why}", f"Use {', '.join(LOGGED_TYPES)}.")
    result = fields.get("result") or "success"
    if result not in _RESULTS:
        raise BadInput(f"result {shown(result)} is not known", f"Use {' or '.join(_RESULTS)}.")
    action, target = fields.get("action") or "", fields.get("target") or ""
    metrics = fields.get("metrics") or {}
    for text in (action, target):
        _check_text(text)
    if not isinstance(metrics, dict) or not all(map(_is_plain, metrics.values())):
        raise BadInput("metrics are no object of plain values", 'Give {"name": number, ...}.')
    return Event(event_type, worker, action, target, result == "success", metrics)


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise BadInput(f"{shown(text)} is no text", "Give a text.")
    if len(text) > TEXT_CHARACTERS:
        raise BadInput(
            f"a text of {len(text)} characters is too long",
            f"Keep it below {TEXT_CHARACTERS}; put the rest into the notes.",
        )


def _is_plain(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


def metrics_of(pairs: Sequence[str]) -> dict[str, Any]:
    """Return `k=v` pairs as metrics, numbers as numbers; raises BadInput."""
    metrics: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not _METRIC.fullmatch(name):
            raise BadInput(f"metric {shown(pair)} is malformed", "Give name=value.")
        _check_text(text)
        metrics[name] = _number_or_text(text)
    return metrics


def _number_or_text(text: str) -> int | float | str:
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", text) else text


def read_batch(worker: str) -> list[Event]:
    """Read events from standard input, a JSON object a line; raises BadInput for any bad one."""
    data = read_stdin(BATCH_BYTES + 1)
    if len(data) > BATCH_BYTES:
        raise BadInput(f"the batch is larger than {BATCH_BYTES:,} bytes", "Send it in parts.")
    events: list[Event] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            raise BadInput(f"line {number} is no JSON", "Send one JSON object a line.") from None
        if not isinstance(fields, dict) or not isinstance(fields.get("event_type"), str):
            raise BadInput(f"line {number} has no event_type", "Send one JSON object a line.")
        unknown = [name for name in fields if name not in _FIELDS]
        if unknown:
            raise BadInput(
                f"line {number} has an unknown key {shown(unknown[0])}",
                f"Use {', '.join(_FIELDS)}.",
            )
        events.append(logged(worker, **fields))
    if not events:
        raise BadInput("the batch is empty", "Send one JSON object a line on standard input.")
    return events


def log(root: Path, session_id: str, events: Sequence[Event]) -> Answer:
    """Record events, all or none."""
    session = open_session(root, session_id)
    with session.locked():
        _check_open(session.state())
        state = record(session, *events)
    first = state.last_seq - len(events) + 1
    what = events[0].event_type if len(events) == 1 else f"{len(events)} events"
    return Answer(f"recorded {what} in {session.id}", {"recorded": len(events), "first_seq": first})


def _check_open(state: SessionState) -> None:
    if state.status == "archived":
        raise Paused(
            f"session {state.session_id} is archived",
            f"session resume {state.session_id} opens it again.",
        )


def ticket(
    letter: str,
    worker: str,
    text: str,
    needs: str | None = None,
    *,
    priority: str = DEFAULT_PRIORITY,
    artifacts: Sequence[str] = (),
) -> Ticket:
    """Make a ticket that is not open yet: `letter` is its kind; it waits for the Queen by default.

    Raises BadInput for a priority that is not known.
    """
    if priority not in PRIORITIES:
        raise BadInput(f"priority {shown(priority)} is not known", f"Use {', '.join(PRIORITIES)}.")
    wanted = needs or QUEEN
    if letter == "H" and (alias(wanted) or _NAME.fullmatch(wanted)):
        wanted = recipient(wanted)
    elif _NAME.fullmatch(wanted):
        wanted = worker_name(wanted)
    masked = redacted({"text": text, "needs": wanted, "artifacts": list(artifacts)[:_ARTIFACTS]})
    return Ticket(letter, worker, at="", priority=priority, **masked)


def ask(root: Path, session_id: str, asked: Ticket) -> Answer:
    """Open a blocker, an escalation or a handoff; the same one again is only told.

    `asked.id` is the letter of its kind. Raises BadInput for a text or name that is malformed.
    """
    _check_text(asked.text)
    if not asked.text.strip():
        raise BadInput("the text is empty", "Say what it is about.")
    session = open_session(root, session_id)
    with session.locked():
        state = session.state()
        _check_open(state)
        same = state.same_ticket(asked)
        # Told again, it is not recorded again, but a killed command's files are brought up to it.
        state = record(session, *([] if same else [ticket_event(asked)]))
        same = same or state.tickets[f"{asked.id}{state.last_seq}"]
    lines = [f"{same.id}: {same.kind} for {same.needs} recorded in {session.id}"]
    asker = state.workers.get(same.worker)
    if typed(same.artifacts) and (asker is None or asker.completed_at is None):
        names = ", ".join(typed(same.artifacts))
        lines.append(f"{names}: can be had once the report of {same.worker} is accepted")
    text = "\n".join(map(escaped, lines))
    return Answer(text, {"id": same.id, same.kind: ticket_row(same)})


def ticket_event(asked: Ticket) -> Event:
    """Return the event that opens a ticket."""
    details = {
        "text": asked.text,
        "needs": asked.needs,
        "priority": asked.priority,
        "artifacts": asked.artifacts,
    }
    return Event(_OPENED_BY[asked.id[0]], asked.worker, "ask", asked.needs, extra=details)


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket as JSON values, with the seconds after which it rises."""
    return {
        "id": ticket.id,
        "kind": ticket.kind,
        "worker": ticket.worker,
        "text": ticket.text,
        "needs": ticket.needs,
        "priority": ticket.priority,
        "artifacts": ticket.artifacts,
        "at": ticket.at,
        "closed_at": ticket.closed_at,
        "closed_by": ticket.closed_by,
    }


def is_contradiction(row: Mapping[str, Any]) -> bool:
    """Tell whether a ticket's row is of two reports that contradict each other."""
    return any(name.startswith(CONTRADICTION) for name in row["artifacts"][:1])


def waiting_for(state: SessionState, worker: str) -> list[dict[str, Any]]:
    """Return what is open and waits for a worker: what it should look at first."""
    return [ticket_row(one) for one in state.open_tickets() if _same_worker(one.needs, worker)]


def accepted_by(state: SessionState, worker: str) -> list[Ticket]:
    """Return the handoffs that a worker accepted, oldest first."""
    return [
        one
        for one in state.tickets.values()
        if one.kind == "handoff" and one.closed_by and _same_worker(one.closed_by, worker)
    ]


def open_handoffs(state: SessionState, worker: str) -> list[Ticket]:
    """Return the handoffs that wait for a worker, oldest first."""
    return [one for one in state.open_tickets("handoff") if _same_worker(one.needs, worker)]


def how_to_get(ticket: Ticket, session: Session) -> list[str]:
    """Return a line for each artefact of a handoff: the command that prints it, or its path."""
    kinds = typed(ticket.artifacts)
    paths = [path for path in dict.fromkeys(ticket.artifacts) if path not in kinds]
    lines = [artefact_line(kind, ticket.worker, session.id, str(session.root)) for kind in kinds]
    return [*lines, *([f"files: {', '.join(paths)}"] if paths else [])]


def artefact_line(kind: str, worker: str, session_id: str, root: str) -> str:
    """Return the command that prints a typed artefact, as one types it here."""
    words = f"artefact {kind} --session {session_id} --worker {worker.removesuffix('-worker')}"
    return f"{kind}: {typed_here(words, root, is_ours=True)}"


def _same_worker(name: str, other: str) -> bool:
    """Tell whether two names mean one worker: `frontend` is `frontend-worker`."""
    return name.removesuffix("-worker") == other.removesuffix("-worker")


def _cut(text: str) -> str:
    text = redacted(text)  # before it is cut: half a secret is not known for one
    return text if len(text) <= TEXT_CHARACTERS else f"{text[: TEXT_CHARACTERS - 3]}..."


def close(
    root: Path, session_id: str, worker: str, ticket_id: str, how: str, *, kinds: Sequence[str]
) -> Answer:
    """Close a ticket of one of some kinds; one that is closed already is only told.

    Raises NoSuchTicket, and BadInput for a handoff that
    is addressed to another worker.
    """
    _check_text(how)
    session = open_session(root, session_id)
    with session.locked():
        state = session.state()
        _check_open(state)
        open_ticket = state.tickets.get(ticket_id)
        if open_ticket is None or open_ticket.kind not in kinds:
            raise _no_such_ticket(state, ticket_id, kinds)
        if open_ticket.kind == "handoff" and not _same_worker(open_ticket.needs, worker):
            raise BadInput(
                f"{open_ticket.id} is addressed to {shown(open_ticket.needs)}, not to {worker}",
                "Only the worker that it is addressed to accepts it.",
            )
        details = {"id": open_ticket.id, "text": how}
        event = Event(_CLOSED_BY[open_ticket.id[0]], worker, "close", open_ticket.id, extra=details)
        open_ticket = record(session, *([] if open_ticket.closed_at else [event])).tickets.get(
            ticket_id, open_ticket
        )
    word = "accepted" if open_ticket.kind == "handoff" else "resolved"
    lines = [f"{open_ticket.id}: {word}: {open_ticket.text}"]
    if open_ticket.kind == "handoff":
        lines += [f"  {line}" for line in how_to_get(open_ticket, session)]
        lines.append(f"  Name {open_ticket.id} in the report where it is used.")
    text = "\n".join(map(escaped, lines))
    return Answer(text, {"id": open_ticket.id, open_ticket.kind: ticket_row(open_ticket)})


def _no_such_ticket(state: SessionState, ticket_id: str, kinds: Sequence[str]) -> NoSuchTicket:
    known = [f"{one.id} ({one.kind})" for one in state.open_tickets() if one.kind in kinds]
    return NoSuchTicket(
        f"session {state.session_id} has no {' or '.join(kinds)} {shown(ticket_id, 40)}",
        f"Open: {', '.join(known[-10:])}." if known else "None is open in it.",
    )


def left_over(state: SessionState, worker: str, data: dict[str, Any]) -> list[Event]:
    """Return the events for what an accepted report hands on or leaves open, once each.

    They tell its beginning: an event has to fit into a line, the report holds the whole.
    """
    asked = [
        ticket(
            "H",
            worker,
            _cut(row["summary"]),
            _cut(row["to"]),
            artifacts=[redacted(path)[:_PATH_CHARACTERS] for path in row.get("artifacts", [])],
        )
        for row in data.get("handoffs", [])
    ]
    asked += [
        ticket("E", worker, _cut(text), priority="low") for text in data.get("unresolved", [])
    ]
    return [ticket_event(one) for one in asked if state.same_ticket(one) is None]
