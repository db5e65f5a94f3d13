"""The outcome of a phase as text for people: what was found, what is wrong, what to do next."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from workers.contract import counted, sentences
from workers.invocation import typed_here
from workers.reporting.excerpts import excerpt
from workers.reporting.terminal import NEXT, fitted, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem, WorkerOutput

_SEVERITIES = ("critical", "high", "medium", "low")


def text(output: WorkerOutput) -> str:
    """Return the outcome of a phase, no wider than the window; `could not run` is one line."""
    if output.status == "blocked":
        lines = [verdict(output), *_next(output)]
        return "".join(f"{line}\n" for line in lines)
    lines = [escaped(notice) for notice in output.notices]
    if output.phase == "setup":
        lines += _made(output)
    else:
        lines += [*_claims(output), *_found(output), *_problems(output)]
        lines += [*_noted(output), *_scores(output)]
    lines += [verdict(output), *_next(output)]
    return fitted("".join(f"{line}\n" for line in lines), width())


def verdict(output: WorkerOutput) -> str:
    """Return the outcome of a phase as one line."""
    name = f"{output.worker} {output.phase}"
    if output.status == "blocked":
        problem = output.problems[0]
        line = sentences(f"{name}: could not run: {problem.message}", problem.hint)
    elif output.phase == "setup":
        line = f"{name}: ready in session {output.session_id}"
    else:
        word = "accepted" if output.status == "completed" else "rejected"
        errors = sum(problem.severity == "error" for problem in output.problems)
        warnings = len(output.problems) - errors
        line = f"{name}: {word}, {counted(errors, 'error')}, {counted(warnings, 'warning')}"
        came_to = (output.outcome or {}).get("status")
        if output.status == "completed" and came_to not in {None, "done"}:
            line += f", outcome {came_to}"
    return escaped(line)


def _made(output: WorkerOutput) -> Iterator[str]:
    config = output.config
    yield f"root: {escaped(config['project_root'])}"
    yield f"to fill in, in {_near(config['session_path'])}:"
    for file in config["template_files_created"].values():
        word = " (kept as it was)" if file in config["template_files_kept"] else ""
        yield f"  {_below(file, config['session_path'])}{word}"
    mapped = config["survey"]
    numbers = (counted(mapped["endpoints"], "endpoint"), counted(mapped["tables"], "table"))
    yield f"survey: {', '.join(numbers)} (the command `survey` lists them)"
    for action in output.next_actions:
        if action.startswith("Others wait"):
            yield escaped(action)
    yield "An agent does the task and fills in both files; the next command judges them."


def _claims(output: WorkerOutput) -> Iterator[str]:
    """Say how much of what the report states as fact the repository confirms."""
    if output.claims is not None:
        names = ("confirmed", "refuted", "undecided")
        yield f"claims: {', '.join(f'{output.claims[name]} {name}' for name in names)}"


def _found(output: WorkerOutput) -> Iterator[str]:
    """Say what an accepted report found, and what it covers."""
    if output.status != "completed":
        return
    yield from _changed(output) if output.changes is not None else _by_severity(output)
    yield from (f"  {escaped(title)}" for title in output.summary["key_findings"])
    covered = [
        f"{part['mentioned']} of {part['in_scope']} {name}"
        for name, part in (output.coverage or {}).items()
        if name in {"endpoints", "tables", "files"} and part and part["in_scope"]
    ]
    if covered:
        yield f"covered: {', '.join(covered)}"
    session = output.config.get("session_path")
    if session:
        yield f"report, in {_near(session)}:"
        yield f"  {_below(output.config['notes_file'], session)}"


def _by_severity(output: WorkerOutput) -> Iterator[str]:
    breakdown = output.metrics["severity_breakdown"] or {}
    by_severity = ", ".join(f"{breakdown[n]} {n}" for n in _SEVERITIES if breakdown.get(n))
    yield counted(output.metrics["issues_found"] or 0, "finding") + (
        f": {by_severity}" if by_severity else ""
    )


def _changed(output: WorkerOutput) -> Iterator[str]:
    """Say what became of the task, how much was changed and what the owner has to look at."""
    outcome, changes = output.outcome or {}, output.changes or {}
    reason = f": {outcome['reason']}" if outcome.get("reason") else ""
    yield escaped(f"outcome: {outcome.get('status')}{reason}")
    for row in output.needs_approval:
        word = f"approved by {row['approved_by']}" if row["approved_by"] else "needs approval"
        yield escaped(f"{word}: {row['code']} {row['message']}")
    merged = len(changes["merged_in"])
    others = f", {counted(merged, 'file')} merged in" if merged else ""
    yield f"{counted(len(changes['files']), 'file')} changed{others}"


def _problems(output: WorkerOutput) -> Iterator[str]:
    """List the problems worst first, as many as the document holds."""
    printed = len(output.printed_problems())
    for problem in output.problems[:printed]:
        yield _headline(problem)
        yield f"    {escaped(problem.message)}"
        place = output.beside.get((problem.code, problem.places[0].pointer))
        if place is not None:
            yield from excerpt(place, problem.message, width())
        yield f"    fix: {escaped(problem.hint)}"
    left = len(output.problems) - printed
    if left:
        yield f"and {counted(left, 'more problem')}: --all prints all"


def _noted(output: WorkerOutput) -> Iterator[str]:
    """Say what is held back, what is silenced, and what was taken in another form."""
    if output.silenced:
        codes = ", ".join(dict.fromkeys(one["code"] for one in output.silenced))
        warnings = counted(output.silenced_total, "warning")
        yield escaped(f"silenced by {output.silenced_by}: {warnings} ({codes})")
    yield from map(escaped, output.silenced_in_vain)
    for cause in dict.fromkeys(output.held_back.values()):
        codes = ", ".join(code for code, until in output.held_back.items() if until == cause)
        yield f"shown once {cause} is fixed: {codes}"
    if output.normalised:
        first = output.normalised[0]
        values = counted(output.normalised_total, "value")
        at = first.get("pointer", f"line {first.get('line')} of the notes")
        yield escaped(f"taken as meant: {values} in another form, the first at {at}")


def _headline(problem: Problem) -> str:
    place = problem.places[0]
    name = place.file.rsplit("/", 1)[-1]
    where = [f"{name}:{place.line}" if place.line else name, place.pointer or ""]
    line = f"{problem.severity} {problem.code} {' '.join(filter(None, where))}".rstrip()
    more = len(problem.places) - 1
    return escaped(line + (f" and {counted(more, 'more place')}" if more else ""))


def _scores(output: WorkerOutput) -> Iterator[str]:
    if output.scores is None:
        return
    computed: dict[str, Any] = output.scores["computed"]
    words = [f"{name} {'-' if score is None else score}" for name, score in computed.items()]
    yield f"scores: {', '.join(words)}"
    for row in output.scores.get("costs", []):
        yield escaped(f"  {row['score']} -{row['cost']} {row['code']} {row['message']}")


def _next(output: WorkerOutput) -> Iterator[str]:
    command = output.config.get("next_command")
    if command:
        yield escaped(NEXT + typed_here(command, output.config.get("project_root")))


def _below(file: str, folder: str) -> str:
    return escaped(os.path.relpath(file, folder))


def _near(file: str) -> str:
    """Return a path as it is called from here: relative where it is below this folder."""
    try:
        return escaped(str(Path(file).relative_to(Path.cwd())))
    except (ValueError, OSError):
        return escaped(os.fspath(file))
