"""How the workers of a session do, and what each has to do next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sessions.errors import Damaged, NotReadable, NotSetUp, WaggleError, escaped, shown
from sessions.files import read_regular
from sessions.session import PROMPT_BYTES, fold_log, open_session, session_at, session_ids
from sessions.settings import number, settings
from sessions.state import SessionState
from workers.catalog import WORKERS
from workers.contract import Answer
from workers.hive.coordination import ticket_row, waiting_for
from workers.invocation import next_command, setup_command

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session
    from sessions.settings import Setting
    from sessions.state import Ticket, WorkerState

LOOKED_AT = 20  # sessions, newest first, when none is named
PROBLEMS_BYTES = 64 * 1024 * 1024
_TOLD_PROBLEMS = 10
# A time so far ahead was written before the clock was set back: it says nothing about life.
_AHEAD_SECONDS = 60


@dataclass(frozen=True)
class Look:
    """From where one looks: the time, the settings, the program that `next` names."""

    now: datetime
    found: dict[str, Setting]
    program: Path


def age(timestamp: str | None, now: datetime) -> int | None:
    """Return the seconds since an event; None if there is none, or the clock was set back."""
    try:
        then = datetime.fromisoformat(timestamp or "")
        seconds = int((now - then).total_seconds())
    except (ValueError, TypeError):
        return None
    return max(0, seconds) if seconds > -_AHEAD_SECONDS else None


def liveness(worker: WorkerState, look: Look) -> str | None:
    """Return alive, stale, unresponsive or unknown for a worker at work, None for others."""
    if worker.status not in {"active", "blocked"}:
        return None
    seconds = age(worker.heartbeat_at, look.now)
    if seconds is None:
        return "unknown"
    if seconds >= number(look.found, "unresponsive_seconds"):
        return "unresponsive"
    return "stale" if seconds >= number(look.found, "stale_seconds") else "alive"


def open_row(ticket: Ticket, look: Look) -> dict[str, Any]:
    """Return an open ticket with its age and, but for handoffs, whether it has risen."""
    seconds = age(ticket.at, look.now)
    row = {**ticket_row(ticket), "age_seconds": seconds}
    if ticket.kind != "handoff":
        limit = number(look.found, f"{ticket.priority}_seconds")
        row |= {"rises_after_seconds": limit, "risen": seconds is not None and seconds >= limit}
    return row


def status(root: Path, session_id: str | None, program: Path) -> Answer:
    """Tell of every worker of a session, or of the newest sessions: writes nothing.

    Raises NoSuchSession, and BadInput for settings that are malformed.
    """
    if session_id is None:
        sessions = [session_at(root, known) for known in session_ids(root)[:LOOKED_AT]]
    else:
        sessions = [open_session(root, session_id)]
    look = Look(datetime.now(UTC), settings(root), program)
    rows = [session_row(session, look) for session in sessions]
    if session_id is None:
        rows = [row for row in rows if row["status"] not in {"completed", "archived"}]
    text = "\n".join(line for row in rows for line in session_lines(row))
    return Answer(text or f"no open session below {escaped(str(root))}", {"sessions": rows})


def session_row(session: Session, look: Look) -> dict[str, Any]:
    """Return a session and its workers as JSON values; a damaged one hides no other."""
    try:
        folded = fold_log(session)
    except (Damaged, OSError) as error:
        reason = error.message if isinstance(error, WaggleError) else str(error.strerror)
        return _row(SessionState(session.id, status="damaged"), [], [], [reason])
    state = folded.state
    faults = [f"STATE.json: {folded.fault}"] if folded.fault else []
    if state.damaged_lines:
        faults.append(f"EVENTS.jsonl: {state.damaged_lines} lines are not readable")
    tickets = [open_row(ticket, look) for ticket in state.open_tickets()]
    names = sorted(state.workers, key=lambda name: state.workers[name].started_at or "~")
    workers = [_worker_row(session, state, name, look) for name in names]
    return _row(state, workers, tickets, faults)


def _row(
    state: SessionState,
    workers: list[dict[str, Any]],
    tickets: list[dict[str, Any]],
    faults: list[str],
) -> dict[str, Any]:
    return {
        "session_id": state.session_id,
        "status": state.status,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
        "foreign": state.foreign,
        "faults": faults,
        "workers": workers,
        "open": tickets,
    }


def _worker_row(session: Session, state: SessionState, name: str, look: Look) -> dict[str, Any]:
    worker = state.workers[name]
    verdict = worker.last_verdict or {}
    counts = verdict.get("metrics", {})
    return {
        "worker": name,
        "status": worker.status,
        "phase": worker.phase,
        "liveness": liveness(worker, look) if state.held is None else None,
        "age_seconds": age(worker.heartbeat_at, look.now),
        "attempts": worker.attempts,
        "accepted": verdict.get("accepted"),
        "errors": counts.get("errors"),
        "blockers": [one.id for one in state.open_tickets("blocker") if one.worker == name],
        "waiting_for_it": [row["id"] for row in waiting_for(state, name)],
        "next": _next(session, state, name, look.program),
    }


def _next(session: Session, state: SessionState, name: str, program: Path) -> str | None:
    """Return what a worker has to do next, None when there is nothing."""
    worker = state.workers[name]
    known = next((one for one in WORKERS if one.full_name == name), None)
    if state.held is not None or known is None or worker.status == "completed":
        return None
    if worker.set_up_at is None:
        return setup_command(session, known, program)
    if worker.status == "blocked":
        return "wait for what it needs, or unblock"
    return next_command(session, known, program)


def session_lines(row: dict[str, Any]) -> list[str]:
    """Return a session as lines for people: one for each worker, one for each open ticket."""
    foreign = "  (made by another program: only read)" if row["foreign"] else ""
    lines = [f"{row['session_id']}  {row['status']}{foreign}"]
    lines += [f"  ! {fault}; see doctor --session {row['session_id']}" for fault in row["faults"]]
    lines += [_worker_line(worker) for worker in row["workers"]]
    lines += [_ticket_line(ticket) for ticket in row["open"]]
    return [escaped(line) for line in lines]


def _worker_line(row: dict[str, Any]) -> str:
    words = [f"  {row['worker']}:", row["status"]]
    if row["phase"]:
        words.append(f"in {row['phase']}")
    if row["liveness"]:
        words.append(f"{row['liveness']}, last sign {spoken(row['age_seconds'])} ago")
    verdict = {None: "not judged", True: "accepted", False: f"rejected, {row['errors']} errors"}
    words.append(f"{row['attempts']} attempts, {verdict[row['accepted']]}")
    if row["blockers"]:
        words.append(f"blocked by {', '.join(row['blockers'])}")
    return "  ".join(words)


def _ticket_line(row: dict[str, Any]) -> str:
    late = "  RISEN" if row.get("risen") else ""
    text = row["text"] if len(row["text"]) <= 100 else f"{row['text'][:100]}..."
    return (
        f"  {row['id']}: {row['kind']} of {row['worker']} for {row['needs']},"
        f" {spoken(row['age_seconds'])} old: {text}{late}"
    )


def spoken(seconds: int | None) -> str:
    """Return a number of seconds in the unit that people would say."""
    if seconds is None:
        return "unknown"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def restate(root: Path, session_id: str, worker: str, program: Path) -> Answer:
    """Tell an agent that lost its context its task, its files, what is wrong and what to do.

    Raises NoSuchSession, and NotSetUp for a worker that is not at work in it.
    """
    session = open_session(root, session_id)
    state = session.state()
    known = next((one for one in WORKERS if worker in {one.name, one.full_name}), None)
    if known is None or not state.is_set_up(known.full_name):
        raise NotSetUp(
            f"{shown(worker, 60)} was never set up in session {session.id}",
            f"Run {known.name if known else WORKERS[0].name} --setup --session {session.id} first.",
        )
    prompt = _text_of(session.prompt_file(known.name), PROMPT_BYTES) or ""
    accepted = state.workers[known.full_name].status == "completed"
    rejected = state.workers[known.full_name].attempts > 0 and not accepted
    problems = _last_problems(session.problems_file(known.name)) if rejected else []
    waiting = waiting_for(state, known.full_name)
    command = None if accepted else next_command(session, known, program)
    fields = {
        "worker": known.full_name,
        "session_id": session.id,
        "queen_prompt": prompt,
        "notes_file": str(session.notes_file(known.name)),
        "json_file": str(session.json_file(known.name)),
        "problems_total": len(problems),
        "open_problems": problems[:_TOLD_PROBLEMS],
        "waiting_for_it": waiting,
        "next_command": command,
    }
    lines = [
        f"worker {known.full_name}, session {session.id}",
        f"task: {prompt.strip()}",
        f"notes: {fields['notes_file']}",
        f"json: {fields['json_file']}",
        *(f"{row['id']}: {row['kind']} of {row['worker']}: {row['text']}" for row in waiting),
        *(problem_line(one) for one in problems[:_TOLD_PROBLEMS]),
    ]
    if len(problems) > _TOLD_PROBLEMS:
        lines.append(f"and {len(problems) - _TOLD_PROBLEMS} more problems")
    lines.append(f"next: {command}" if command else "accepted: nothing is left to do")
    return Answer("\n".join("\n".join(map(escaped, line.split("\n"))) for line in lines), fields)


def problem_line(problem: dict[str, Any]) -> str:
    """Return a problem of a document as one line, with what to do."""
    name = str(problem.get("file")).rsplit("/", 1)[-1]
    where = f"{name}:{problem.get('line') or '-'}"
    return f"{problem.get('code')} {where}: {problem.get('message')} {problem.get('hint')}"


def _text_of(file: Path, limit: int) -> str | None:
    try:
        return read_regular(file, limit).decode("utf-8", "replace")
    except (OSError, NotReadable):
        return None


def _last_problems(file: Path) -> list[dict[str, Any]]:
    try:
        problems = list(json.loads(_text_of(file, PROBLEMS_BYTES) or "")["problems"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [_plain(one) for one in problems if isinstance(one, dict) and "code" in one]


def _plain(problem: dict[str, Any]) -> dict[str, Any]:
    """Return the plain values of a problem: an agent may have written it, nested without end."""
    return {k: value for k, value in problem.items() if isinstance(value, str | int | None)}
