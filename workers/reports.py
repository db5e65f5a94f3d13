"""Text for people: the outcome of a phase, the codes, the sessions."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sessions.derived import metrics_json, verdict_word
from sessions.errors import BadInput, WaggleError, escaped, shown
from sessions.session import open_session, session_at, session_ids
from sessions.state import SessionState, as_document
from workers.codes import CODES, FAMILIES
from workers.contract import Answer
from workers.render import schema_text

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.text import Text

    from sessions.session import Session
    from workers.contract import Problem, WorkerOutput
    from workers.plan import StoredPlan
    from workers.schedule import Outcome

_COLOURS = {"error": "red", "warning": "yellow"}


def one_line(output: WorkerOutput) -> str:
    """Return the outcome of a phase as one line, for a pipe."""
    name = f"{output.worker} {output.phase}"
    if output.status == "blocked":
        problem = output.problems[0]
        return f"{name}: could not run: {problem.message}. {problem.hint}"
    if output.phase == "setup":
        return f"{name}: ready in session {output.session_id}"
    word = "accepted" if output.status == "completed" else "rejected"
    errors = sum(problem.severity == "error" for problem in output.problems)
    warnings = len(output.problems) - errors
    return f"{name}: {word}, {_count(errors, 'error')}, {_count(warnings, 'warning')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def show(output: WorkerOutput, console: Console | None = None) -> None:
    """Show the outcome of a phase on a terminal: problems worst first, scores, verdict."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = console or Console(stderr=True, highlight=False)
    for problem in output.problems if output.status != "blocked" else []:
        console.print(_headline(problem))
        console.print(Padding(Text(escaped(problem.message)), (0, 0, 0, 4)))
        console.print(Padding(Text(escaped(problem.hint), style="dim"), (0, 0, 0, 4)))
    if output.scores is not None:
        computed = output.scores["computed"]
        words = [f"{name} {'-' if score is None else score}" for name, score in computed.items()]
        console.print(Text("scores: " + ", ".join(words)))
        for row in output.scores.get("costs", []):
            told = f"  {row['score']} -{row['cost']} {row['code']} {row['message']}"
            console.print(Text(escaped(told), style="dim"))
    colour = "green" if output.status == "completed" else "red"
    console.print(Text(escaped(one_line(output)), style=f"bold {colour}"))
    command = output.config.get("next_command")
    if command:
        console.print(Text(f"next: {escaped(command)}", style="dim"), soft_wrap=True)


def _headline(problem: Problem) -> Text:
    from rich.text import Text

    place = problem.places[0]
    where = escaped(place.file.rsplit("/", 1)[-1]) + (f":{place.line}" if place.line else "")
    line = Text(f"{problem.severity} {problem.code} ", style=f"bold {_COLOURS[problem.severity]}")
    line.append(where, style="cyan")
    if place.pointer:
        line.append(f" {escaped(place.pointer)}", style="dim cyan")
    if len(problem.places) > 1:
        line.append(f" and {_count(len(problem.places) - 1, 'more place')}", style="dim")
    return line


def explain(code: str | None) -> Answer:
    """Tell about a code, the scores, or all codes; raises BadInput for an unknown code."""
    if code is None:
        rows = [{"code": key, **asdict(entry)} for key, entry in CODES.items()]
        return Answer(_all_codes(), {"codes": rows})
    if code.lower() == "scores":
        from workers.scores import FORMULA

        return Answer(FORMULA, {"formula": FORMULA})
    if code.lower() == "rubric":
        from workers.rules.report import RUBRIC

        return Answer(RUBRIC.rstrip(), {"rubric": RUBRIC})
    if code.lower() == "checklists":
        from workers.checklists import CHECKLISTS

        lines = [f"{name}: {', '.join(items)}" for name, items in CHECKLISTS.items()]
        return Answer("\n".join(lines), {"checklists": CHECKLISTS})
    entry = CODES.get(code.upper())
    if entry is None:
        near = difflib.get_close_matches(code.upper(), CODES, 3, cutoff=0.5)
        known = f"Did you mean {', '.join(near)}?" if near else "`explain` alone lists all."
        raise BadInput(f"there is no problem code {shown(code, 40)}", known)
    text = "\n".join(
        (
            f"{code.upper()} ({FAMILIES[code[0].upper()]}, {entry.severity}): {entry.title}",
            f"  why:   {entry.why}",
            f"  wrong: {entry.wrong}",
            f"  right: {entry.right}",
        )
    )
    return Answer(text, {"codes": [{"code": code.upper(), **asdict(entry)}]})


def _all_codes() -> str:
    lines: list[str] = []
    for letter, family in FAMILIES.items():
        lines.append(f"{letter}: {family}")
        lines += [
            f"  {code}  {entry.severity:7}  {entry.title}"
            for code, entry in CODES.items()
            if code[0] == letter
        ]
    return "\n".join(lines)


def schema(worker: str) -> Answer:
    """Tell the JSON Schema of a worker's JSON."""
    text = schema_text(worker)
    return Answer(text.rstrip("\n"), {"schema": json.loads(text)})


@dataclass(frozen=True)
class Wanted:
    """Which sessions to list."""

    status: str | None = None
    worker: str | None = None
    limit: int = 50


def list_sessions(root: Path, wanted: Wanted) -> Answer:
    """Tell of the sessions of a root, newest first."""
    rows = [_session_row(root, session_id) for session_id in session_ids(root)]
    rows.sort(key=lambda row: str(row["created_at"] or ""), reverse=True)
    kept = [
        row
        for row in rows
        if wanted.status in {None, row["status"]}
        and (
            wanted.worker is None
            or not {wanted.worker, f"{wanted.worker}-worker"}.isdisjoint(row["workers"])
        )
    ]
    text = "\n".join(_session_line(row) for row in kept[: wanted.limit])
    if len(kept) > wanted.limit:
        text += f"\nand {len(kept) - wanted.limit} more (--limit)"
    fields = {"sessions": kept[: wanted.limit], "sessions_total": len(kept)}
    return Answer(text or f"no session below {escaped(str(root))}", fields)


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
        attempts = _count(worker.attempts, "attempt")
        lines.append(f"  {name}: {worker.status}, {attempts}, last verdict {verdict_word(worker)}")
        lines.append(f"    task: {worker.task}")
    text = "\n".join(escaped(line) for line in lines)
    return Answer(text, {"session": as_document(state), "path": str(session.path)})


def planned(session: Session, plan: StoredPlan, took: dict[str, Any]) -> Answer:
    """Tell a plan: who does what, after whom, and what to run next."""
    lines = [f"session {session.id}, planned by {plan.planned_by}: {plan.strategy}"]
    for one in plan.assignments:
        after = f", after {', '.join(one.depends_on)}" if one.depends_on else ""
        lines.append(f"  {one.worker} ({one.priority}{after}): {one.focus}")
    lines.append(f"plan: {session.plan_file}")
    lines.append(f"next: run --session {session.id}")
    fields = {"session_id": session.id, "plan_file": str(session.plan_file), "metrics": took}
    text = "\n".join(escaped(line) for line in lines)
    return Answer(text, {**fields, "plan": plan.model_dump(mode="json")})


def carried_out(session: Session, outcomes: list[Outcome]) -> Answer:
    """Tell how the workers of a plan ended; could not run is graver than rejected."""
    statuses = {outcome.status for outcome in outcomes}
    status = next((one for one in ("blocked", "failed") if one in statuses), "completed")
    lines = [f"{one.worker}: {one.status}{_in_vain(one)}" for one in outcomes]
    rows = [outcome.row() for outcome in outcomes]
    text = "\n".join(escaped(line) for line in lines)
    return Answer(text, {"session_id": session.id, "workers": rows}, status)


def _in_vain(outcome: Outcome) -> str:
    return f", it waits for {', '.join(outcome.skipped)}" if outcome.skipped else ""


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
