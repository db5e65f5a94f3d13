"""STATE.json, METRICS.json and SESSION.md: derived from the events, rebuilt whenever one is added.

Nothing here is read back: what these files say can always be made again from EVENTS.jsonl.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sessions.errors import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMA_VERSION = 1
TIMELINE_EVENTS = 50
_LARGEST_SEQ = 2**53


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
    set_up_at: str | None = None
    completed_at: str | None = None
    last_verdict: dict[str, Any] | None = None


@dataclass
class SessionState:
    """What the events say of a session."""

    session_id: str
    status: str = "active"
    created_at: str | None = None
    updated_at: str | None = None
    last_seq: int = 0
    workers: dict[str, WorkerState] = field(default_factory=dict)
    timeline: list[tuple[str, str, str, str]] = field(default_factory=list)

    def is_set_up(self, worker: str) -> bool:
        """Tell whether phase 1 was completed for the worker."""
        return worker in self.workers and self.workers[worker].set_up_at is not None


def fold(session_id: str, events: Iterable[Mapping[str, Any]]) -> SessionState:
    """Derive the state from the events, oldest first; fields of a wrong type are passed over."""
    state = SessionState(session_id)
    for event in events:
        _apply(state, event)
    statuses = {worker.status for worker in state.workers.values()}
    if statuses == {"completed"}:
        state.status = "completed"
    return state


def _apply(state: SessionState, event: Mapping[str, Any]) -> None:
    timestamp, name = event.get("timestamp"), event.get("worker")
    seq, details = event.get("seq"), event.get("details")
    if not isinstance(timestamp, str) or not isinstance(name, str):
        return
    state.created_at = state.created_at or timestamp
    state.updated_at = timestamp
    if not isinstance(seq, int) or not 0 < seq < _LARGEST_SEQ:
        seq = state.last_seq + 1
    state.last_seq = seq
    details = details if isinstance(details, dict) else {}
    moment = (timestamp, name, str(event["event_type"]), _text(details, "action") or "")
    state.timeline = [*state.timeline, moment][-TIMELINE_EVENTS:]
    if not name:
        return  # an event of the session itself
    worker = state.workers.setdefault(name, WorkerState())
    worker.heartbeat_at = timestamp
    _apply_to_worker(worker, event["event_type"], timestamp, details)


def _text(details: Mapping[str, Any], name: str) -> str | None:
    value = details.get(name)
    return value if isinstance(value, str) else None


def _flat(details: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object of plain values: what somebody else wrote may be nested without end."""
    value = details.get(name)
    items = value.items() if isinstance(value, dict) else ()
    return {key: inner for key, inner in items if not isinstance(inner, dict | list)}


def _apply_to_worker(
    worker: WorkerState, event_type: str, timestamp: str, details: dict[str, Any]
) -> None:
    if event_type == "worker_spawned":
        worker.status, worker.phase = "active", "setup"
        worker.started_at, worker.attempts = timestamp, 0
        worker.set_up_at = worker.completed_at = worker.last_verdict = None
        worker.task = _text(details, "task") or ""
        worker.owner = _text(details, "owner")
    elif event_type == "worker_configured":
        worker.model = _text(details, "model")
    elif event_type == "setup_completed":
        worker.set_up_at = worker.set_up_at or timestamp
        if worker.status != "completed":
            worker.status, worker.phase = "active", "work"
    elif event_type in {"output_rejected", "output_accepted"}:
        worker.attempts += 1
        worker.phase = "output"
        worker.last_verdict = {
            "accepted": event_type == "output_accepted",
            "at": timestamp,
            **{key: _flat(details, key) for key in ("scores", "judged", "metrics")},
        }
        if event_type == "output_rejected":
            worker.status, worker.completed_at = "active", None
    elif event_type == "task_completed":
        worker.status, worker.completed_at = "completed", timestamp
    elif event_type == "worker_failed":
        worker.status = "failed"


def state_json(state: SessionState) -> bytes:
    """Return STATE.json."""
    fields = {key: value for key, value in asdict(state).items() if key != "timeline"}
    derived = {
        "schema_version": SCHEMA_VERSION,
        **fields,
        "blockers": [],
        "escalations": [],
        "handoffs": [],
    }
    return _pretty(derived)


def metrics_json(state: SessionState) -> bytes:
    """Return METRICS.json: seconds; null where nothing was measured."""
    workers = {name: _metrics(worker) for name, worker in state.workers.items()}
    return _pretty(
        {"schema_version": SCHEMA_VERSION, "session_id": state.session_id, "workers": workers}
    )


def _metrics(worker: WorkerState) -> dict[str, Any]:
    verdict = worker.last_verdict or {}
    counts = verdict.get("metrics", {})
    return {
        "attempts": worker.attempts,
        "work_seconds": seconds_between(worker.set_up_at, worker.completed_at),
        "errors": counts.get("errors"),
        "warnings": counts.get("warnings"),
        "scores": verdict.get("scores"),
        "tokens_in": None,
        "tokens_out": None,
        "cost": None,
    }


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


def session_markdown(state: SessionState, prompts: Mapping[str, str]) -> bytes:
    """Return SESSION.md: tasks, workers and the last events, for people."""
    lines = [f"# Session {state.session_id}", ""]
    lines += [
        f"Status: {state.status}. Created {state.created_at}, changed {state.updated_at}.",
        "",
    ]
    lines += [
        "## Workers",
        "",
        "| Worker | Status | Attempts | Last verdict |",
        "|---|---|---|---|",
    ]
    for name, worker in state.workers.items():
        lines.append(
            f"| {_cell(name)} | {worker.status} | {worker.attempts} | {_verdict_word(worker)} |"
        )
    for name, prompt in prompts.items():
        lines += ["", f"## Task of {_cell(name)}", "", *_fenced(prompt)]
    lines += ["", f"## Timeline (the last {TIMELINE_EVENTS} events)", ""]
    lines += ["- " + " ".join(_cell(word) for word in m if word) for m in state.timeline]
    return ("\n".join(lines) + "\n").encode()


def _verdict_word(worker: WorkerState) -> str:
    if worker.last_verdict is None:
        return "none yet"
    return "accepted" if worker.last_verdict["accepted"] else "rejected"


def _fenced(text: str) -> list[str]:
    """Show foreign text so that nothing in it can end its block."""
    runs = [len(run) for run in "".join(c if c == "`" else " " for c in text).split()]
    fence = "`" * max(3, 1 + max(runs, default=0))
    shown = "\n".join(escaped(line) for line in text.split("\n"))
    return [f"{fence}text", shown, fence]


def _cell(text: str) -> str:
    plain = escaped(text[:200])
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>()#|" else char for char in plain)


def _pretty(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode("ascii")
