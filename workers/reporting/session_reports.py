"""Sessions, told: a list of them, one of them, what was measured in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.derived import metrics_json, verdict_word
from sessions.errors import WaggleError, escaped
from sessions.session import open_session, session_at, session_ids
from sessions.state import SessionState
from sessions.state_json import as_document
from workers.contract import Answer, counted
from workers.invocation import typed_here

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session
    from workers.hive.outcomes import Outcome
    from workers.hive.plan import StoredPlan


class SessionFilter(NamedTuple):
    """Which sessions to list."""

    status: str | None = None
    worker: str | None = None
    limit: int = 50


def list_sessions(root: Path, wanted: SessionFilter) -> Answer:
    """Tell of the sessions of a root, newest first."""
    rows = _newest_first(root)
    matching = [
        row
        for row in rows
        if wanted.status in {None, row["status"]}
        and (
            wanted.worker is None
            or not {wanted.worker, f"{wanted.worker}-worker"}.isdisjoint(row["workers"])
        )
    ]
    text = "\n".join(_session_line(row) for row in matching[: wanted.limit])
    if len(matching) > wanted.limit:
        text += f"\nand {len(matching) - wanted.limit} more (--limit)"
    fields = {"sessions": matching[: wanted.limit], "sessions_total": len(matching)}
    return Answer(text or f"no session below {escaped(str(root))}", fields)


def known_sessions(root: Path, worker: str | None) -> list[tuple[str, str]]:
    """Return the sessions of a root, newest first, with their status; of a worker when named."""
    return [
        (row["session_id"], row["status"])
        for row in _newest_first(root)
        if worker is None or worker in row["workers"]
    ]


def _newest_first(root: Path) -> list[dict[str, Any]]:
    rows = [_session_row(root, session_id) for session_id in session_ids(root)]
    return sorted(rows, key=lambda row: str(row["created_at"] or ""), reverse=True)


def _session_row(root: Path, session_id: str) -> dict[str, Any]:
    """Return a session as a row; a damaged one hides no other."""
    try:
        state = session_at(root, session_id).state()
    except (WaggleError, OSError):
        state = SessionState(session_id, status="damaged")
    return {
        "session_id": state.session_id,
        "status": state.status,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
        "workers": {name: worker.status for name, worker in state.workers.items()},
    }


def _session_line(row: dict[str, Any]) -> str:
    workers = ", ".join(f"{name} {status}" for name, status in row["workers"].items())
    return escaped(f"{row['session_id']}  {row['status']}  {workers or 'no worker'}")


def show_session(root: Path, session_id: str) -> Answer:
    """Tell of one session; raises NoSuchSession."""
    session = open_session(root, session_id)
    state = session.state()
    lines = [
        f"session {state.session_id}: {state.status}",
        f"  path: {session.path}",
        f"  created {state.created_at}, changed {state.updated_at}",
    ]
    for name, worker in state.workers.items():
        attempts = counted(worker.attempts, "attempt")
        lines.append(f"  {name}: {worker.status}, {attempts}, last verdict {verdict_word(worker)}")
        lines.append(f"    task: {worker.task}")
    text = "\n".join(escaped(line) for line in lines)
    return Answer(text, {"session": as_document(state), "path": str(session.path)})


def planned(session: Session, plan: StoredPlan, took: dict[str, Any], command: str) -> Answer:
    """Show a plan: who does what, after whom, and the literal command that runs it."""
    lines = [f"session {session.id}, planned by {plan.planned_by}: {plan.strategy}"]
    for assignment in plan.assignments:
        after = f", after {', '.join(assignment.depends_on)}" if assignment.depends_on else ""
        lines.append(f"  {assignment.worker} ({assignment.priority}{after}): {assignment.focus}")
    lines.append(f"plan: {session.plan_file}")
    lines.append(f"next: {typed_here(command, str(session.root))}")
    fields = {"session_id": session.id, "plan_file": str(session.plan_file), "metrics": took}
    fields["next_command"] = command
    text = "\n".join(escaped(line) for line in lines)
    return Answer(text, {**fields, "plan": plan.model_dump(mode="json")})


def carried_out(session: Session, outcomes: list[Outcome]) -> Answer:
    """Tell how the workers of a plan ended; could not run is graver than rejected.

    A plan that was cancelled, or with a worker that waits for one whose work is not done, could not
    be run to its end.
    """
    statuses = {outcome.status for outcome in outcomes}
    status = next((one for one in ("blocked", "failed") if one in statuses), "completed")
    if status == "completed" and {"skipped", "cancelled"} & statuses:
        status = "blocked"
    lines = [f"{one.worker}: {one.status}{_ended(one)}" for one in outcomes]
    rows = [outcome.row() for outcome in outcomes]
    text = "\n".join(escaped(line) for line in lines)
    return Answer(text, {"session_id": session.id, "workers": rows}, status)


def _ended(outcome: Outcome) -> str:
    if outcome.skipped or outcome.status == "cancelled":
        return f". {outcome.told}" if outcome.told else ""
    return "" if outcome.is_done or not outcome.came_to else f", outcome {outcome.came_to}"


def show_metrics(root: Path, session_id: str) -> Answer:
    """Tell what was measured of each worker; raises NoSuchSession."""
    session = open_session(root, session_id)
    measured = json.loads(metrics_json(session.state()))
    lines = [f"session {session.id}"]
    for name, metrics in measured["workers"].items():
        lines.append(f"  {name}:")
        lines += [f"    {key}: {_spoken(value)}" for key, value in metrics.items()]
    return Answer("\n".join(map(escaped, lines)), {"metrics": measured})


def _spoken(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_spoken(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(map(_spoken, value)) or "none"
    return str(value)
