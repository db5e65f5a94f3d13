"""Runs the workers of a plan, each in a process of its own, in the order of what they wait for."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.progress import at
from workers.hive.plan import order

if TYPE_CHECKING:
    from collections.abc import Callable
    from graphlib import TopologicalSorter

    from workers.hive.plan import Assignment, Plan

_PRIORITIES = ("critical", "high", "medium", "low")
_STATUS_OF_EXIT = {0: "completed", 1: "failed"}
_LAST_WORDS = 300


class Outcome(NamedTuple):
    """How a worker of a plan ended; `skipped` names those it waits for, with what they came to."""

    worker: str
    status: str
    exit_code: int | None = None
    skipped: tuple[str, ...] = ()
    told: str = ""
    document: dict[str, Any] | None = None

    @property
    def came_to(self) -> str | None:
        """What an accepted report on changes says: done, partial or blocked; None of another."""
        outcome = (self.document or {}).get("outcome")
        return outcome.get("status") if isinstance(outcome, dict) else None

    @property
    def is_done(self) -> bool:
        """Whether those that wait for it may begin."""
        return self.status == "completed" and self.came_to in {None, "done"}

    def row(self) -> dict[str, Any]:
        """Return it as a row of a document."""
        printed = self.document or {}
        return {
            "worker": self.worker,
            "status": self.status,
            "exit_code": self.exit_code,
            "skipped_because_of": list(self.skipped),
            "outcome": self.came_to,
            "problems_total": printed.get("problems_total"),
            "metrics": printed.get("metrics"),
            "told": self.told,
        }


def carry_out(
    plan: Plan,
    command: Callable[[Assignment], list[str]],
    parallel: int,
    ended: Callable[[Outcome], None] = lambda _outcome: None,
) -> list[Outcome]:
    """Run a plan's workers, at most `parallel` at a time; returns them in the plan's order.

    A worker that fails, or whose accepted report says that not all is done, stops only those that
    wait for it. `ended` hears of each as it ends.
    """
    outcomes = asyncio.run(_carry_out(plan, command, parallel, ended))
    return [outcomes[one.worker] for one in plan.assignments]


async def _carry_out(
    plan: Plan,
    command: Callable[[Assignment], list[str]],
    parallel: int,
    ended: Callable[[Outcome], None],
) -> dict[str, Outcome]:
    waiting = order(plan)
    waiting.prepare()
    assignments = {one.worker: one for one in plan.assignments}
    ready: list[str] = []
    running: set[asyncio.Task[Outcome]] = set()
    outcomes: dict[str, Outcome] = {}

    def settle(outcome: Outcome) -> None:
        outcomes[outcome.worker] = outcome
        waiting.done(outcome.worker)
        ended(outcome)

    try:
        while waiting.is_active():
            ready += _next(waiting, assignments)
            in_vain = [name for name in ready if _failed(assignments[name], outcomes)]
            for name in in_vain:
                ready.remove(name)
                settle(_skipped(assignments[name], outcomes))
            if in_vain:
                continue
            while ready and len(running) < parallel:
                words = command(assignments[ready[0]])
                worker = ready.pop(0)
                running.add(asyncio.create_task(_run(worker, words), name=worker))
            at(", ".join(sorted(task.get_name() for task in running)))
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                settle(task.result())
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return outcomes


def _next(waiting: TopologicalSorter[str], assignments: dict[str, Assignment]) -> list[str]:
    names = waiting.get_ready()
    return sorted(names, key=lambda name: _PRIORITIES.index(assignments[name].priority))


def _failed(assignment: Assignment, outcomes: dict[str, Outcome]) -> tuple[str, ...]:
    return tuple(name for name in assignment.depends_on if not outcomes[name].is_done)


def _skipped(assignment: Assignment, outcomes: dict[str, Outcome]) -> Outcome:
    """Return the outcome of a worker that does not begin, with a line that says why."""
    names = _failed(assignment, outcomes)
    reasons = [
        f"{name}, whose outcome is {one.came_to}" if one.status == "completed" else name
        for name, one in ((name, outcomes[name]) for name in names)
    ]
    why = f"It waits for {', '.join(reasons)}."
    return Outcome(assignment.worker, "skipped", skipped=names, told=why)


async def _run(worker: str, words: list[str]) -> Outcome:
    """Run one worker; given up, it is told to end and waited for, so that it ends its own."""
    pipe = asyncio.subprocess.PIPE
    none = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*words, stdin=none, stdout=pipe, stderr=pipe)
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
    code = process.returncode or 0
    last = _verdict_of(err.decode("utf-8", "replace"), worker)
    try:
        document = json.loads(out)
    except ValueError:
        document = None
    status = _STATUS_OF_EXIT.get(code, "blocked")
    return Outcome(worker, status, code, told=last[-_LAST_WORDS:], document=document)


def _verdict_of(text: str, worker: str) -> str:
    """Return the line that says how a worker ended, among what it printed for people."""
    lines = text.strip().split("\n")
    return next((line for line in lines if line.startswith(f"{worker}-worker run: ")), lines[-1])
