"""How the workers of a session do, and what each has to do next."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import Damaged, NotReadable, NotSetUp, WaggleError, escaped, shown
from sessions.events import unreadable
from sessions.files import read_regular
from sessions.session import PROMPT_BYTES, fold_log, open_session, session_at, session_ids
from sessions.settings import number, settings
from sessions.state import SessionState
from workers.catalog import DEFAULT, worker_called, worker_if_known
from workers.contract import Answer, counted, sentences
from workers.deliverables.kinds import ANALYSIS, CHANGE
from workers.hive.coordination import (
    accepted_by,
    how_to_get,
    is_contradiction,
    ticket_row,
    waiting_for,
)
from workers.hive.running import is_over, job_row, run_row
from workers.hive.status_text import as_text, session_lines, status_text
from workers.invocation import next_command, prove_command, run_command, setup_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sessions.session import Session
    from sessions.settings import Setting
    from sessions.state import Ticket, WorkerState
    from workers.catalog import Worker

LOOKED_AT = 20  # open sessions, newest first, when none is named
_FINISHED = 5  # of those that are not open, the last ones
_CLOSED = ("completed", "archived")
PROBLEMS_BYTES = 64 * 1024 * 1024
_TOLD_PROBLEMS = 10
# A time so far ahead was written before the clock was set back: it says nothing about life.
_AHEAD_SECONDS = 60


class Look(NamedTuple):
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
    """Return an open ticket with its age, and whether it has waited so long that it has risen."""
    seconds = age(ticket.at, look.now)
    limit = number(look.found, f"{ticket.priority}_seconds")
    return {
        **ticket_row(ticket),
        "age_seconds": seconds,
        "rises_after_seconds": limit,
        "risen": seconds is not None and seconds >= limit,
    }


def status(root: Path, session_id: str | None, program: Path) -> Answer:
    """Show every worker of a session, or of all open ones with the last verdicts: writes nothing.

    What waits for an answer is shown whatever the status of its session. Raises NoSuchSession, and
    BadInput for settings that are malformed.
    """
    look = Look(datetime.now(UTC), settings(root), program)
    if session_id is not None:
        rows = [session_row(open_session(root, session_id), look)]
        return Answer(as_text(session_lines(rows[0], str(root))), {"sessions": rows})
    rows = [session_row(session_at(root, known), look) for known in session_ids(root)]
    is_closed = {row["session_id"]: row["status"] in _CLOSED for row in rows}
    finished = [row for row in rows if is_closed[row["session_id"]]]
    finished.sort(key=lambda row: str(row["updated_at"] or ""), reverse=True)
    waiting = [
        {"session_id": row["session_id"], **ticket} for row in finished for ticket in row["open"]
    ]
    still_open = [row for row in rows if not is_closed[row["session_id"]]][:LOOKED_AT]
    fields = {"sessions": still_open, "finished": finished[:_FINISHED], "waiting": waiting}
    text = status_text(str(root), still_open, waiting, finished[:_FINISHED])
    return Answer(text, fields)


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
        faults.append(f"EVENTS.jsonl: {unreadable(state.damaged_lines)}")
    tickets = [open_row(ticket, look) for ticket in state.open_tickets()]
    names = sorted(state.workers, key=lambda name: state.workers[name].started_at or "~")
    workers = [_worker_row(session, state, name, look) for name in names]
    row = _row(state, workers, tickets, faults)
    if not workers and os.path.lexists(session.plan_file):
        row["next"] = run_command(session, look.program, None)
    return row


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
        "run": run_row(state),
        "workers": workers,
        "open": tickets,
    }


def _worker_row(session: Session, state: SessionState, name: str, look: Look) -> dict[str, Any]:
    worker = state.workers[name]
    verdict = worker.last_verdict or {}
    is_at_work = state.held is None and not is_over(state, name)
    counts = verdict.get("metrics", {})
    return {
        "worker": name,
        "status": worker.status,
        "kind": worker.kind,
        "outcome": worker.outcome,
        "phase": worker.phase,
        "liveness": liveness(worker, look) if is_at_work else None,
        "age_seconds": age(worker.heartbeat_at, look.now),
        "job": job_row(state, name),
        "attempts": worker.attempts,
        "accepted": verdict.get("accepted"),
        "errors": counts.get("errors"),
        "warnings": counts.get("warnings"),
        "blockers": [one.id for one in state.open_tickets("blocker") if one.worker == name],
        "waiting_for_it": [row["id"] for row in waiting_for(state, name)],
        "next": _next(session, state, name, look.program),
    }


def _next(session: Session, state: SessionState, name: str, program: Path) -> str | None:
    """Return the next command of a worker, None when there is none or it waits for an answer."""
    worker = state.workers[name]
    known = worker_if_known(name, session.root)
    if state.held is not None or known is None or worker.status in {"completed", "blocked"}:
        return None
    if worker.set_up_at is None:
        return setup_command(session, known, program)
    return next_command(session, known, program)


def restate(root: Path, session_id: str, worker: str | None, program: Path) -> Answer:
    """Tell an agent that lost its context its task, its files, what is wrong and what to do.

    Raises NoSuchSession, and NotSetUp for a worker that is not at work in it.
    """
    session = open_session(root, session_id)
    state = session.state()
    known = _at_work(session, state, worker, program)
    prompt = _text_of(session.prompt_file(known.name), PROMPT_BYTES) or ""
    about = state.workers[known.full_name]
    accepted = about.status == "completed" or about.outcome is not None
    rejected = about.attempts > 0 and not accepted
    problems = _last_problems(session.problems_file(known.name)) if rejected else []
    waiting = waiting_for(state, known.full_name)
    taken = accepted_by(state, known.full_name)
    contradicted = [row["id"] for row in waiting if accepted and is_contradiction(row)]
    is_over = accepted and not contradicted
    command = None if is_over else next_command(session, known, program)
    fields = {
        "worker": known.full_name,
        "session_id": session.id,
        "kind": about.kind,
        "outcome": about.outcome,
        "queen_prompt": prompt,
        "notes_file": str(session.notes_file(known.name)),
        "json_file": str(session.json_file(known.name)),
        "problems_total": len(problems),
        "open_problems": problems[:_TOLD_PROBLEMS],
        "waiting_for_it": waiting,
        "accepted_handoffs": [ticket_row(one) for one in taken],
        "next_command": command,
    }
    lines = [
        f"worker {known.full_name}, session {session.id}{_of_kind(about.kind)}",
        f"task: {prompt.strip()}",
        f"notes: {fields['notes_file']}",
        f"json: {fields['json_file']}",
        *_handed(session, waiting, taken),
        *(problem_line(one) for one in problems[:_TOLD_PROBLEMS]),
    ]
    lines += _what_is_left(len(problems) - _TOLD_PROBLEMS, contradicted)
    lines += _what_next(command, about, prove_command(session, known, program))
    return Answer("\n".join("\n".join(map(escaped, line.split("\n"))) for line in lines), fields)


def _handed(
    session: Session, waiting: list[dict[str, Any]], taken: Sequence[Ticket]
) -> Iterator[str]:
    """Yield what waits for a worker, and the handoffs that it accepted."""
    yield from (f"{row['id']}: {row['kind']} of {row['worker']}: {row['text']}" for row in waiting)
    for ticket in taken:
        yield f"{ticket.id}: accepted handoff of {ticket.worker}; name it in the report"
        yield from how_to_get(ticket, session)


def _what_is_left(more: int, contradicted: list[str]) -> Iterator[str]:
    """Yield how many problems were not listed, and what other reports say otherwise."""
    if more > 0:
        yield f"and {counted(more, 'more problem')}"
    if contradicted:
        yield (
            f"accepted, and another accepted report says otherwise ({', '.join(contradicted)}):"
            " if yours is wrong, correct it and hand it in again, then run scribe"
        )


def _at_work(session: Session, state: SessionState, name: str | None, program: Path) -> Worker:
    """Return the worker that is meant, by default the first; raises NotSetUp."""
    name = name or next(iter(state.workers), DEFAULT)
    known = worker_if_known(name, session.root)
    if known is None or not state.is_set_up(known.full_name):
        raise NotSetUp(
            f"{shown(name, 60)} was never set up in session {session.id}",
            f"Run {setup_command(session, known or worker_called(DEFAULT, None), program)} first.",
        )
    return known


def _of_kind(kind: str) -> str:
    return "" if kind == ANALYSIS else f": a {kind} of the code"


def _what_next(command: str | None, about: WorkerState, prove: str) -> Iterator[str]:
    if command is None:
        came_to = f" with outcome {about.outcome}" if about.outcome else ""
        yield f"accepted{came_to}: nothing is left to do"
        return
    if about.kind == CHANGE:
        yield f"after the last edit: {prove}"
    yield f"next: {command}"


def problem_line(problem: dict[str, Any]) -> str:
    """Return a problem of a document as one line, with what to do."""
    name = str(problem.get("file")).rsplit("/", 1)[-1]
    where = f"{name}:{problem.get('line') or '-'}"
    return sentences(
        f"{problem.get('code')} {where}: {problem.get('message')}", str(problem.get("hint"))
    )


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
