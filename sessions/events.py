"""EVENTS.jsonl, the truth of a session: one JSON object a line, appended, never rewritten."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sessions.errors import Damaged, shown
from sessions.files import append_synced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

EVENT_TYPES = (
    "session_created",
    "worker_spawned",
    "session_validated",
    "worker_configured",
    "task_started",
    "code_analyzed",
    "api_created",
    "database_modified",
    "progress",
    "heartbeat",
    "decision",
    "blocker_reported",
    "blocker_resolved",
    "escalation_raised",
    "escalation_resolved",
    "handoff_requested",
    "handoff_accepted",
    "setup_completed",
    "output_rejected",
    "output_accepted",
    "task_completed",
    "worker_failed",
)


@dataclass(frozen=True)
class Event:
    """Something that happened; `metrics` and `extra` hold JSON values only."""

    event_type: str
    worker: str
    action: str
    target: str = ""
    success: bool = True
    metrics: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def utc_now() -> str:
    """Return the time as ISO 8601 with milliseconds and `Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def append(path: Path, session_id: str, first_seq: int, events: Sequence[Event]) -> None:
    """Append events as one synced write; the caller holds the session's lock.

    `seq` numbers the events of a session, so that their order survives a clock that jumps.
    """
    now = utc_now()
    lines = [
        _line(event, session_id, first_seq + position, now) for position, event in enumerate(events)
    ]
    append_synced(path, b"".join(lines))


def _line(event: Event, session_id: str, seq: int, now: str) -> bytes:
    record = {
        "timestamp": now,
        "seq": seq,
        "event_type": event.event_type,
        "worker": event.worker,
        "session_id": session_id,
        "details": {
            "action": event.action,
            "target": event.target,
            "result": "success" if event.success else "failure",
            "metrics": event.metrics,
            **event.extra,
        },
    }
    # ASCII: U+2028 and friends would end a line for some readers.
    return json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the well-formed events in order; a torn or foreign line is passed over.

    Raises Damaged when something else than a regular file stands there.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise Damaged(
            f"{shown(path)} is not a regular file", "Move it away; the next --setup starts a log."
        )
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict) and isinstance(record.get("event_type"), str):
                yield record
