"""Text for people: the outcome of a phase, the codes, the sessions."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from sessions.errors import BadInput, escaped, shown
from workers.codes import CODES, FAMILIES
from workers.contract import Answer, counted
from workers.render import schema_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from workers.contract import Problem, WorkerOutput

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
    return f"{name}: {word}, {counted(errors, 'error')}, {counted(warnings, 'warning')}"


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
        line.append(f" and {counted(len(problem.places) - 1, 'more place')}", style="dim")
    return line


def explain(code: str | None) -> Answer:
    """Tell about a code, the scores, or all codes; raises BadInput for an unknown code."""
    if code is None:
        rows = [{"code": key, **asdict(entry)} for key, entry in CODES.items()]
        return Answer(_all_codes(), {"codes": rows})
    if code.lower() == "scores":
        from workers.review.scores import FORMULA

        return Answer(FORMULA, {"formula": FORMULA})
    if code.lower() == "limits":
        from sessions import bounds

        limits = [asdict(limit) for limit in bounds.PUBLISHED]
        return Answer("\n".join(bounds.told()), {"limits": limits})
    if code.lower() == "rubric":
        from workers.rules.report import RUBRIC

        return Answer(RUBRIC.rstrip(), {"rubric": RUBRIC})
    if code.lower() == "checklists":
        from workers.deliverables.checklists import CHECKLISTS

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
