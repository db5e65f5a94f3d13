"""What the events say: a session, its workers, and what they asked of each other.

`fold` takes events one after another, so that a state goes on from where it was written down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sessions.details import flat_of, number_of, text_of
from sessions.job_state import is_late, job_of, run_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

TIMELINE_EVENTS = 50
CLOSED_TICKETS = 50  # that are still shown; the log has all
ATTEMPTS_KEPT = 20
HOLDS_KEPT = 50
PROOFS_KEPT = 60
PUBLISHED_KEPT = 200  # targets, of each what was sent last
# Seconds after which an open blocker or escalation rises, by its priority.
PRIORITIES = {"critical": 120, "high": 300, "medium": 600, "low": 900}
DEFAULT_PRIORITY = "medium"
QUEEN = "queen"
_LETTERS = {"blocker_reported": "B", "escalation_raised": "E", "handoff_requested": "H"}
KINDS = {"B": "blocker", "E": "escalation", "H": "handoff"}


@dataclass
class Ticket:
    """What a worker asked of another: a blocker, an escalation or a handoff, open or closed.

    `id` is a letter and the number of its event, as in B17; `needs` is the worker it waits for.
    """

    id: str
    worker: str
    text: str
    needs: str
    at: str
    priority: str = DEFAULT_PRIORITY
    artifacts: list[str] = field(default_factory=list)
    closed_at: str | None = None
    closed_by: str | None = None
    resolution: str = ""

    @property
    def kind(self) -> str:
        """The word for its letter."""
        return KINDS[self.id[0]]


@dataclass
class WorkerState:
    """What the events say of one worker; times as in the events, null when not reached."""

    status: str = "planned"
    phase: str | None = None
    task: str = ""
    model: str | None = None
    started_at: str | None = None
    heartbeat_at: str | None = None
    attempts: int = 0
    owner: str | None = None
    root: str | None = None
    set_up_at: str | None = None
    completed_at: str | None = None
    last_verdict: dict[str, Any] | None = None
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    holds: list[list[str]] = field(default_factory=list)  # agent held, digest of why
    usage: dict[str, Any] = field(default_factory=dict)
    kind: str = "analysis"
    definition: str | None = None  # digest of the folder of a worker that is not ours
    base: dict[str, Any] | None = None  # what the work began with: sessions.snapshots.Base
    outcome: str | None = None  # of an accepted report on changes
    proofs: list[dict[str, Any]] = field(default_factory=list)
    approvals: list[dict[str, Any]] = field(default_factory=list)
    setup_seconds: float | None = None
    review_seconds: float | None = None

    @property
    def is_begun(self) -> bool:
        """Whether phase 1 was done for it; before, others may have said something of it."""
        return self.started_at is not None or self.set_up_at is not None


@dataclass
class SessionState:
    """What the events say of a session; `damaged_lines` of its log could not be read."""

    session_id: str
    status: str = "active"
    created_at: str | None = None
    updated_at: str | None = None
    last_seq: int = 0
    damaged_lines: int = 0
    foreign: bool = False
    held: str | None = None
    workers: dict[str, WorkerState] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    timeline: list[list[str]] = field(default_factory=list)
    # Target -> what was sent there last: at, url, digest, received (the digest of what came of it).
    published: dict[str, dict[str, Any]] = field(default_factory=dict)
    run: dict[str, Any] | None = None  # the last `run` of the plan, as `run_of` says
    # Worker -> its job in that run: id, token, taken_over (how often), executor, phase, taken_at,
    # status, ended_at, row.
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def is_set_up(self, worker: str) -> bool:
        """Tell whether phase 1 was completed for the worker."""
        return worker in self.workers and self.workers[worker].set_up_at is not None

    def open_tickets(self, kind: str | None = None) -> list[Ticket]:
        """Return what is still open, oldest first."""
        return [
            ticket
            for ticket in self.tickets.values()
            if ticket.closed_at is None and kind in {None, ticket.kind}
        ]

    def same_ticket(self, asked: Ticket) -> Ticket | None:
        """Return the ticket that says the same and was not closed otherwise than by acceptance."""
        for ticket in self.tickets.values():
            content = (ticket.id[0], ticket.worker, ticket.text, ticket.needs, ticket.artifacts)
            if content == (
                asked.id[0],
                asked.worker,
                asked.text,
                asked.needs,
                asked.artifacts,
            ) and (ticket.closed_at is None or ticket.kind == "handoff"):
                return ticket
        return None


def fold(state: SessionState, events: Iterable[Mapping[str, Any]]) -> SessionState:
    """Take events into a state, oldest first; fields of a wrong type are passed over."""
    for event in events:
        _apply(state, event)
    state.status = _session_status(state)
    return state


def _session_status(state: SessionState) -> str:
    if state.held is not None:
        return state.held
    statuses = {worker.status for worker in state.workers.values() if worker.started_at}
    if statuses and statuses <= {"completed", "failed"}:
        return "failed" if "failed" in statuses else "completed"
    return "active"


def _apply(state: SessionState, event: Mapping[str, Any]) -> None:
    timestamp, name, event_type = event["timestamp"], event["worker"], event["event_type"]
    details = event["details"]
    if state.created_at is None:
        state.foreign = "seq" not in event
    elif event_type == "session_validated" and details.get("action") == "adopt":
        state.foreign = False
    state.created_at = state.created_at or timestamp
    state.updated_at = timestamp
    state.last_seq = event.get("seq", state.last_seq + 1)
    state.timeline.append([timestamp, name, event_type, _said(details)])
    del state.timeline[:-TIMELINE_EVENTS]
    if event_type in _OF_SESSION:
        state.held = _OF_SESSION[event_type]
    if event_type == "published":
        _published(state, timestamp, details)
    elif event_type == "run_started":
        state.run = run_of(timestamp, details)
    if name:  # else it is an event of the session itself
        _apply_to_worker(state, event, details)


def _apply_to_worker(
    state: SessionState, event: Mapping[str, Any], details: dict[str, Any]
) -> None:
    timestamp, name, event_type = event["timestamp"], event["worker"], event["event_type"]
    worker = state.workers.setdefault(name, WorkerState())
    worker.heartbeat_at = timestamp
    if event_type in _LETTERS:
        _open_ticket(state, event, details)
    elif event_type in {"blocker_resolved", "escalation_resolved", "handoff_accepted"}:
        _close_ticket(state, event, details)
    elif event_type in {"job_taken", "job_ended"}:
        state.jobs[name] = job_of(state.jobs.get(name), event)
    elif event_type in _OF_WORKER:
        # What the lock lets past once in a while, when a file system frees it too early.
        if event_type not in _VERDICTS or not is_late(state.jobs.get(name), details):
            _OF_WORKER[event_type](worker, timestamp, details)
    elif event_type == "code_analyzed":
        _add_usage(worker, details)


_OF_PUBLISHED = ("url", "digest", "received")


def _published(state: SessionState, timestamp: str, details: Mapping[str, Any]) -> None:
    target = text_of(details, "target")
    if target and text_of(details, "result") == "success":
        state.published.pop(target, None)  # the last one comes last
        about = {name: text_of(details, name) or "" for name in _OF_PUBLISHED}
        state.published[target] = {"at": timestamp, **about}
        for old in list(state.published)[:-PUBLISHED_KEPT]:
            del state.published[old]


_OF_SESSION: dict[str, str | None] = {
    "session_paused": "paused",
    "session_resumed": None,
    "session_archived": "archived",
    "session_restored": None,
}


def _said(details: Mapping[str, Any]) -> str:
    words = [text_of(details, name) for name in ("action", "target", "text")]
    return " ".join(word for word in words if word)[:200]


def _open_ticket(state: SessionState, event: Mapping[str, Any], details: dict[str, Any]) -> None:
    letter, name = _LETTERS[event["event_type"]], event["worker"]
    priority = text_of(details, "priority")
    artifacts = details.get("artifacts")
    ticket = Ticket(
        id=f"{letter}{state.last_seq}",
        worker=name,
        text=text_of(details, "text") or _said(details),
        needs=text_of(details, "needs") or QUEEN,
        at=event["timestamp"],
        priority=priority if priority in PRIORITIES else DEFAULT_PRIORITY,
        artifacts=[path for path in artifacts if isinstance(path, str)]
        if isinstance(artifacts, list)
        else [],
    )
    state.tickets[ticket.id] = ticket
    worker = state.workers[name]
    if letter == "B" and worker.status in {"planned", "active"}:
        worker.status = "blocked"


def _close_ticket(state: SessionState, event: Mapping[str, Any], details: dict[str, Any]) -> None:
    ticket = state.tickets.get(text_of(details, "id") or text_of(details, "target") or "")
    if ticket is None or ticket.closed_at is not None:
        return
    ticket.closed_at, ticket.closed_by = event["timestamp"], event["worker"]
    ticket.resolution = text_of(details, "text") or ""
    worker = state.workers[ticket.worker]
    blocked = any(other.worker == ticket.worker for other in state.open_tickets("blocker"))
    if worker.status == "blocked" and not blocked and worker.outcome != "blocked":
        worker.status = "active" if worker.started_at else "planned"
    closed = [one.id for one in state.tickets.values() if one.closed_at is not None]
    for old in closed[:-CLOSED_TICKETS]:
        del state.tickets[old]


def _spawned(worker: WorkerState, timestamp: str, details: Mapping[str, Any]) -> None:
    worker.status, worker.phase = "active", "setup"
    worker.started_at, worker.attempts = timestamp, 0
    worker.set_up_at = worker.completed_at = worker.last_verdict = None
    worker.verdicts, worker.holds, worker.usage = [], [], {}
    worker.proofs, worker.approvals, worker.outcome = [], [], None
    worker.kind = text_of(details, "kind") or "analysis"
    worker.definition = text_of(details, "definition")
    base = details.get("base")
    worker.base = base if isinstance(base, dict) else None
    worker.task = text_of(details, "task") or ""
    worker.owner = text_of(details, "owner")
    worker.root = text_of(details, "root")


def _configured(worker: WorkerState, _timestamp: str, details: Mapping[str, Any]) -> None:
    worker.model = text_of(details, "model") or worker.model
    worker.root = text_of(details, "root") or worker.root  # it goes on, on another machine


def _set_up(worker: WorkerState, timestamp: str, details: Mapping[str, Any]) -> None:
    if worker.set_up_at is None:
        worker.set_up_at = timestamp
        worker.setup_seconds = number_of(flat_of(details, "metrics"), "seconds")
    if worker.status != "completed":
        worker.phase = "work"
        worker.status = "blocked" if worker.status == "blocked" else "active"


def _judged(worker: WorkerState, timestamp: str, details: Mapping[str, Any]) -> None:
    metrics, scores = flat_of(details, "metrics"), flat_of(details, "scores")
    worker.attempts += 1
    worker.phase = "output"
    worker.last_verdict = {
        "at": timestamp,
        "scores": scores,
        "judged": flat_of(details, "judged"),
        "written": flat_of(details, "written"),
        "metrics": metrics,
        "receipt": text_of(details, "receipt"),
    }
    seconds = number_of(metrics, "seconds")
    worker.review_seconds = (worker.review_seconds or 0) + seconds if seconds else seconds
    attempt = {
        "at": timestamp,
        "problems": flat_of(details, "families"),
        "overall": scores.get("overall"),
    }
    worker.verdicts = [*worker.verdicts, attempt][-ATTEMPTS_KEPT:]


def _rejected(worker: WorkerState, timestamp: str, details: Mapping[str, Any]) -> None:
    _judged(worker, timestamp, details)
    _verdict(worker, accepted=False)
    is_blocked = worker.status == "blocked" and worker.outcome != "blocked"
    worker.completed_at = worker.outcome = None
    worker.status = "blocked" if is_blocked else "active"


def _accepted(worker: WorkerState, timestamp: str, details: Mapping[str, Any]) -> None:
    _judged(worker, timestamp, details)
    _verdict(worker, accepted=True)
    worker.outcome = text_of(details, "outcome")
    is_blocked = worker.outcome == "blocked"
    worker.status, worker.completed_at = "blocked" if is_blocked else "completed", timestamp


def _verdict(worker: WorkerState, *, accepted: bool) -> None:
    worker.last_verdict = {"accepted": accepted, **(worker.last_verdict or {})}
    worker.verdicts[-1] = {"accepted": accepted, **worker.verdicts[-1]}


def _proof_run(worker: WorkerState, timestamp: str, details: Mapping[str, Any]) -> None:
    run = details.get("run")
    if isinstance(run, dict):
        worker.proofs = [*worker.proofs, {**run, "at": timestamp}][-PROOFS_KEPT:]


def _approved(worker: WorkerState, timestamp: str, details: Mapping[str, Any]) -> None:
    approval = flat_of(details, "approval")
    worker.approvals = [*worker.approvals, {**approval, "at": timestamp}][-PROOFS_KEPT:]


def _failed(worker: WorkerState, _timestamp: str, _details: Mapping[str, Any]) -> None:
    worker.status = "failed"


def _held(worker: WorkerState, _timestamp: str, details: Mapping[str, Any]) -> None:
    hold = [text_of(details, "agent") or "", text_of(details, "why") or ""]
    worker.holds = [*worker.holds, hold][-HOLDS_KEPT:]


_VERDICTS = {"output_rejected", "output_accepted"}
# `task_completed` is not among them: a worker may say that it is done, phase 3 decides.
_OF_WORKER: dict[str, Callable[[WorkerState, str, Mapping[str, Any]], None]] = {
    "worker_spawned": _spawned,
    "worker_configured": _configured,
    "setup_completed": _set_up,
    "output_rejected": _rejected,
    "output_accepted": _accepted,
    "worker_failed": _failed,
    "worker_held": _held,
    "proof_run": _proof_run,
    "approved": _approved,
}


def _add_usage(worker: WorkerState, details: Mapping[str, Any]) -> None:
    """Add up tokens and cost, where an event names the source of its numbers."""
    metrics = flat_of(details, "metrics")
    source = text_of(metrics, "source")
    if source is None:
        return
    for name in ("tokens_in", "tokens_out", "cost"):
        number = number_of(metrics, name)
        if number is not None:
            worker.usage[name] = worker.usage.get(name, 0) + number
    worker.usage["source"] = source


def seconds_between(start: str | None, end: str | None) -> float | None:
    """Return the seconds from one event's time to another's, null if unknown or negative.

    A clock that was set back between the two would give a duration that never was.
    """
    if start is None or end is None:
        return None
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (ValueError, TypeError):
        return None
    return round(seconds, 3) if seconds >= 0 else None
