"""The rows of `status` as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from workers.catalog import DEFAULT
from workers.contract import counted
from workers.deliverables.kinds import ANALYSIS
from workers.handing import typed
from workers.hive.coordination import OWNER, artefact_line, is_contradiction
from workers.hive.running import is_at_work, job_words, run_words, totals_words
from workers.invocation import called_as, typed_here

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT_CHARACTERS = 100
_CLOSED_BY = {"blocker": "unblock", "escalation": "resolve", "handoff": "accept"}


def status_text(
    root: str,
    sessions: list[dict[str, Any]],
    waiting: list[dict[str, Any]],
    finished: list[dict[str, Any]],
) -> str:
    """Return open sessions, what waits for an answer elsewhere, and the last verdicts, as text."""
    lines = [line for row in sessions for line in session_lines(row, root)]
    if waiting:
        lines += ["", "Still waiting for an answer:"]
        lines += [line for row in waiting for line in ticket_lines(row, row["session_id"], root)]
    if finished:
        lines += ["", "Finished last:"]
        lines += [line for row in finished for line in _finished_lines(row, root)]
    if not sessions:
        start = f'next: {called_as()} {DEFAULT} --setup --task "What to look at"'
        lines = [f"no open session below {root}", *([] if finished else [start]), *lines]
    return as_text(lines)


def as_text(lines: list[str]) -> str:
    """Return lines as a text in which nothing foreign moves a cursor or begins a line."""
    return "\n".join(map(escaped, lines))


def session_lines(row: dict[str, Any], root: str) -> list[str]:
    """Return a session as lines, not escaped yet: its workers, and what waits for an answer."""
    session = row["session_id"]
    foreign = "  (made by another program: only read)" if row["foreign"] else ""
    lines = [f"{session}  {row['status']}{foreign}"]
    lines += [f"  ! {fault}; see doctor --session {session}" for fault in row["faults"]]
    if row.get("next"):
        lines.append("  planned, not begun")
        lines.append(f"    next: {typed_here(row['next'], root)}")
    run = row["run"]
    if run and is_at_work(run):
        lines.append(f"  {'; '.join([run_words(run), *totals_words(run)])}")
    for worker in row["workers"]:
        lines.append(_worker_line(worker))
        job = worker["job"]
        if job and {job["status"], worker["status"]}.isdisjoint({None, "completed"}):
            lines.append(f"    job {job['status']}: {job_words(job)}")
        if worker["next"]:
            lines.append(f"    next: {typed_here(worker['next'], root)}")
    for ticket in row["open"]:
        lines += ticket_lines(ticket, session, root)
    return lines


def _worker_line(row: dict[str, Any]) -> str:
    kind = f" ({row['kind']})" if row["kind"] != ANALYSIS else ""
    words = [f"  {row['worker']}{kind}: {row['status']}"]
    if row["phase"]:
        words.append(f"in phase {row['phase']}")
    if row["job"] and row["job"]["status"] is None:
        words.append(job_words(row["job"]))
    if row["liveness"]:
        words.append(f"{row['liveness']}, last sign {spoken(row['age_seconds'])} ago")
    words.append(f"{counted(row['attempts'], 'attempt')}, {verdict(row)}")
    if row["blockers"]:
        words.append(f"blocked by {', '.join(row['blockers'])}")
    return "; ".join(words)


def verdict(row: dict[str, Any]) -> str:
    """Return the last verdict on a worker in words."""
    if row["accepted"] is None:
        return "not judged yet"
    word, noun = ("accepted", "warning") if row["accepted"] else ("rejected", "error")
    number = row[f"{noun}s"]
    text = f"{word} with {counted(number, noun)}" if isinstance(number, int) and number else word
    return f"{text}, outcome {row['outcome']}" if row["outcome"] else text


def _finished_lines(row: dict[str, Any], root: str) -> Iterator[str]:
    workers = ", ".join(f"{worker['worker']} {verdict(worker)}" for worker in row["workers"])
    yield f"  {row['session_id']}  {row['status']}: {workers or 'no worker'}"
    if any(worker["accepted"] for worker in row["workers"]):
        yield "    next: " + _here(f"verify --session {row['session_id']}", root)


def ticket_lines(row: dict[str, Any], session: str, root: str) -> Iterator[str]:
    """Return what waits for an answer, with the command that answers it."""
    late = "  RISEN" if row.get("risen") else ""
    text = row["text"] if len(row["text"]) <= _TEXT_CHARACTERS else row["text"][:100] + "..."
    yield (
        f"  {row['id']}: {row['kind']} of {row['worker']} for {row['needs']},"
        f" {spoken(row['age_seconds'])} old: {text}{late}"
    )
    answer = "" if row["kind"] == "handoff" else ' "ANSWER"'
    words, who = f"{_CLOSED_BY[row['kind']]} {row['id']}{answer}", row["needs"]
    if is_contradiction(row):
        words, who = f'resolve {row["id"]} "REASON"', OWNER
    yield "    next: " + _here(f"{words} --session {session} --worker {who}", root)
    for kind in typed(row["artifacts"]):
        yield f"    {artefact_line(kind, row['worker'], session, root)}"


def _here(words: str, root: str) -> str:
    return typed_here(words, root, is_ours=True)


def spoken(seconds: int | None) -> str:
    """Return a number of seconds in the unit that people would say."""
    if seconds is None:
        return "unknown"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
