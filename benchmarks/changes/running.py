"""Plays a scenario: repository, phase 1, the agent's work and report, phase 3."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.changes.report import hand_in
from benchmarks.changes.work import SESSION, Work

if TYPE_CHECKING:
    from benchmarks.changes.scenario import Answer, Scenario
    from benchmarks.changes.work import Ran

# Families that judge what a report claims; an error of any other is a fault of a scenario's form.
_ABOUT_CLAIMS = ("W", "K", "E")


class Played(NamedTuple):
    """A scenario that was played: what is not as expected, if anything, and how long it took."""

    name: str
    miss: str
    seconds: float
    codes: tuple[str, ...] = ()  # all that were told, for people


def play(scenario: Scenario) -> Played:
    """Play a scenario in a folder of its own, which is gone afterwards."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="waggle-changes-") as folder:
        try:
            ran = _act(scenario, Path(folder).resolve())
        except (subprocess.TimeoutExpired, OSError, LookupError) as failure:
            return Played(scenario.name, f"not played: {failure}", time.monotonic() - begun)
    document = _document(ran)
    miss = _miss(scenario.answer, ran, document)
    problems = document.get("problems", [])
    codes = tuple(sorted({f"{row['code']}{row['severity'][0]}" for row in problems}))
    return Played(scenario.name, miss, time.monotonic() - begun, codes)


def _act(scenario: Scenario, folder: Path) -> Ran:
    """Do all of a scenario; returns phase 3, or the phase 1 that failed."""
    work = Work(folder, scenario.stack)
    work.start_history()
    if scenario.start:
        scenario.start(work)
    ready = set_up(work, SESSION, scenario.task, scenario.kind_of_report)
    if ready.exit_code:
        return ready
    report = scenario.act(work)
    if report:
        hand_in(work, report, workers_of(ready))
    return output(work, SESSION, *scenario.flags)


def set_up(work: Work, session: str, task: str, kind: str = "change") -> Ran:
    """Run phase 1."""
    order = ("--session", session, "--task", task, "--kind", kind, "--json")
    return work.program("backend", "--setup", "--root", str(work.root), *order)


def output(work: Work, session: str, *flags: str) -> Ran:
    """Run phase 3."""
    order = ("--root", str(work.root), "--session", session, "--json")
    return work.program("backend", "--output", *order, *flags)


def workers_of(ready: Ran) -> Path:
    """Return where the session that phase 1 set up keeps what workers hand in."""
    return Path(_document(ready)["config"]["session_path"]) / "workers"


def _document(ran: Ran) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = json.loads(ran.out)
    except ValueError:
        return {}
    return parsed


def _miss(answer: Answer, ran: Ran, document: dict[str, Any]) -> str:
    """Return what is not as the answer says; empty if all is."""
    if not document or document.get("phase") != "output":
        return f"no verdict, exit {ran.exit_code}: {_last_line(ran)}"
    codes = _codes(document)
    errors, approvals = codes["error"], codes["approval"]
    beside = [code for code in errors if code[0] not in _ABOUT_CLAIMS and code not in answer.codes]
    if beside:
        return f"not about claims: {_told(document, beside)}"
    if ran.exit_code != answer.exit_code:
        reason = _told(document, errors or codes["warning"])
        return f"exit {ran.exit_code}, not {answer.exit_code}: {reason}"
    if answer.place and not set(answer.codes) & set(codes[answer.place]):
        return f"no {answer.place} {' or '.join(answer.codes)}, but {codes}"
    if answer.place in {"", "warning"} and approvals:
        return f"asks for approval: {approvals}"
    return ""


def _codes(document: dict[str, Any]) -> dict[str, list[str]]:
    """Return the codes of what was answered, by the places of an Answer."""
    codes: dict[str, set[str]] = {"error": set(), "warning": set(), "approval": set()}
    for row in document["problems"]:
        codes[row["severity"]].add(row["code"])
    codes["approval"] = {row["code"] for row in document.get("needs_approval") or []}
    return {place: sorted(names) for place, names in codes.items()}


def _told(document: dict[str, Any], codes: list[str]) -> str:
    """Return the first message of each code."""
    messages = {row["code"]: row["message"] for row in reversed(document["problems"])}
    return "; ".join(f"{code} {messages[code]}" for code in codes) or "nothing"


def _last_line(ran: Ran) -> str:
    lines = [line for line in ran.err.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing was printed"
