"""EVENTS.jsonl, the truth of a session: one JSON object a line, appended, never rewritten."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, Damaged, escaped, shown
from sessions.files import append_synced, open_regular, written_by_another
from sessions.secrets import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# The program's own: nobody records them by hand.
OWN_TYPES = (
    "session_created",
    "session_validated",
    "session_paused",
    "session_resumed",
    "session_archived",
    "session_restored",
    "worker_spawned",
    "setup_completed",
    "output_rejected",
    "output_accepted",
    "worker_held",
    "proof_run",
    "approved",
    "published",
    "run_started",
    "job_taken",
    "job_ended",
)
LOGGED_TYPES = (
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
    "task_completed",
    "worker_failed",
)
EVENT_TYPES = (*OWN_TYPES, *LOGGED_TYPES)

LINE_BYTES = 1024 * 1024  # a longer line is none of ours
_TORN_SHOWN = 500
_TORN_READ = 16 * 1024
_LARGEST_SEQ = 2**53
_NAME_CHARACTERS = 300  # of a time, a type, a worker: they stand in every derived file
# Names that the program before this one gave to the same things.
_FORMERLY = {"timestamp": ("ts",), "event_type": ("type",), "worker": ("agent",)}


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


class Line(NamedTuple):
    """One line of the log: its event, None if it is not readable, and where it ends in bytes."""

    record: dict[str, Any] | None
    end: int


def utc_now() -> str:
    """Return the time as ISO 8601 with milliseconds and `Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def correlation(session_id: str, worker: str = "", attempt: int = 0) -> str:
    """Return the id that joins what belongs to an attempt of a worker: events, problems, documents.

    What is of the session itself has no worker and no attempt: `ID/-/0`.
    """
    return f"{session_id}/{worker or '-'}/{attempt}"


def append(
    path: Path,
    session_id: str,
    first_seq: int,
    events: Sequence[Event],
    attempts: Sequence[int] = (),
    *,
    after: int,
    of_size: int | None = None,
) -> int:
    """Append events as one synced write; the caller holds the session's lock.

    `after` is the byte up to which the caller knows the log, `of_size` how large it was when the
    lock was taken. Raises Busy where more was written since: a file system may free the lock of a
    machine that hangs, and when that goes on, it writes nothing. Returns how large the log is then.

    `seq` numbers the events of a session, so that their order survives a clock that jumps;
    `attempts` says of each to which attempt of its worker it belongs. What a killed writer left at
    the end is taken out and told in an event of its own: it was never acknowledged, and nothing may
    be glued to it. Raises BadInput for an event that is too long.
    """
    now, first_line = utc_now(), b""
    tail, size = _beyond(path, after)
    torn_bytes = 0
    if tail and not is_event(tail):
        # Masked before it is cut: half a secret is not known for one.
        torn = redacted(tail[:_TORN_READ].decode("utf-8", "backslashreplace"))
        details = {"torn": escaped(torn[:_TORN_SHOWN])}
        torn_bytes = size - after
        about = {"torn_bytes": torn_bytes}
        repair = Event("session_validated", "", "repair", path.name, metrics=about, extra=details)
        first_line = _line(repair, session_id, first_seq, now)
        first_seq += 1
    elif tail:  # a whole event that only lacks its line's end, and was not folded
        first_seq = max(first_seq, (event_of(tail) or {}).get("seq", first_seq) + 1)
        first_line = b"\n"
    numbers = [*attempts, *[0] * (len(events) - len(attempts))]
    lines = [
        _line(event, session_id, first_seq + position, now, numbers[position])
        for position, event in enumerate(events)
    ]
    data = first_line + b"".join(lines)
    expected = size if of_size is None else of_size
    return append_synced(path, data, instead_of=torn_bytes, of_size=expected)


def _beyond(path: Path, end: int) -> tuple[bytes, int]:
    """Return the line that was begun after the known ones, cut where it is long; the log's size.

    Raises Busy where a whole line stands there, or a known one is gone.
    """
    try:
        with open_regular(path) as log:
            size = log.seek(0, 2)
            log.seek(end)
            tail = log.read(LINE_BYTES + 1)
    except FileNotFoundError:
        tail, size = b"", 0
    if size < end or b"\n" in tail:
        raise written_by_another(path)
    return tail, size


def _torn_tail(path: Path) -> tuple[bytes, int]:
    """Return what stands after the last line's end, without what stands before; the log's size."""
    try:
        with open_regular(path) as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - 1))
            if log.read() in {b"", b"\n"}:
                return b"", size
            log.seek(max(0, size - LINE_BYTES))
            return log.read().rpartition(b"\n")[2], size
    except FileNotFoundError:
        return b"", 0


def end_line(path: Path) -> int:
    """Give a last event of ours that is whole the line's end that its writer was killed before.

    The caller holds the session's lock and has read nothing yet: what is read from now on has it.
    Returns how large the log is. Raises Damaged as `check_log` does.
    """
    check_log(path)
    tail, size = _torn_tail(path)
    event = event_of(tail)
    if event is not None and "seq" in event:
        return append_synced(path, b"\n", of_size=size)
    return size


def _line(event: Event, session_id: str, seq: int, now: str, attempt: int = 0) -> bytes:
    details = {
        "action": event.action,
        "target": event.target,
        "result": "success" if event.success else "failure",
        "metrics": event.metrics,
        **event.extra,
    }
    record = {
        "timestamp": now,
        "seq": seq,
        "event_id": f"{session_id}/{seq}",
        "event_type": event.event_type,
        "worker": event.worker,
        "session_id": session_id,
        "attempt": attempt,
        "correlation_id": correlation(session_id, event.worker, attempt),
        "details": redacted(details),
    }
    # ASCII: U+2028 and friends would end a line for some readers.
    line = json.dumps(record, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
    if len(line) > LINE_BYTES:  # it would be acknowledged, and passed over by every reader
        raise BadInput(
            f"an event of {len(line):,} bytes is too long",
            f"Keep it below {LINE_BYTES:,}; put the rest into the notes.",
        )
    return line


def read(path: Path, offset: int = 0) -> Iterator[Line]:
    """Yield the whole lines from an offset on; one that is not readable has no record.

    What stands after the last line's end is left out: its writer may be about to finish it.
    Raises Damaged as `check_log` does.
    """
    check_log(path)
    if not path.exists():
        return
    with open_regular(path) as log:
        log.seek(offset)
        while line := log.readline(LINE_BYTES):
            offset += len(line)
            whole = line
            while not line.endswith(b"\n"):
                whole = b""  # too long to be an event
                line = log.readline(LINE_BYTES)
                if not line:
                    return
                offset += len(line)
            yield Line(event_of(whole), offset)


def check_log(path: Path) -> None:
    """Raise Damaged when something else than a regular file stands where the log belongs."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise Damaged(
            f"{shown(path)} is not a regular file", "Move it away; the next --setup starts a log."
        )


def is_event(line: bytes) -> bool:
    """Tell whether a line is an event, whole."""
    return event_of(line) is not None


def event_of(line: bytes) -> dict[str, Any] | None:
    """Return the event of a line under the names of today, None if it is none.

    Fields of the wrong type make it none; a `seq` that is no counting number is left out.
    """
    try:
        record = json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    for name, formerly in _FORMERLY.items():
        if name not in record:
            record[name] = next((record[old] for old in formerly if old in record), None)
    named = [record[name] for name in _FORMERLY]
    if not all(isinstance(text, str) and len(text) <= _NAME_CHARACTERS for text in named):
        return None
    seq = record.get("seq")
    if isinstance(seq, bool) or not isinstance(seq, int) or not 0 < seq < _LARGEST_SEQ:
        record.pop("seq", None)
    if not isinstance(record.get("details"), dict):
        record["details"] = {}
    return record


def _refused(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def unreadable(lines: int, of: str = "") -> str:
    """Return that so many lines are not readable; `of` says of what, as in " of its log"."""
    return f"1 line{of} is not readable" if lines == 1 else f"{lines:,} lines{of} are not readable"
