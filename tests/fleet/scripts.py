"""Sessions to be run: their plans, as the Queen stores them, and what each phase is to do.

A script is a file in the root: session -> worker -> phase -> steps, one for each try; the last one
is for all later tries. A step takes `seconds`, `then` it is `completed` or `failed`, or it `hangs`,
`ignores` that it is to end, or `dies`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sessions.session import make_session, record
from tests.fleet.scripted import PHASES, SCRIPT, TRACE
from workers.agents.limits import Spent
from workers.hive import queen
from workers.hive.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session

# As their reports wait for each other at most: each for some of those before it.
WORKERS = (
    "researcher",
    "architect",
    "analyzer",
    "backend",
    "designer",
    "frontend",
    "devops",
    "test",
)
_TASK = "Look at everything."
_WORDS = {"priority": "medium", "rationale": "as scripted", "success_criteria": ["it ends"]}


@dataclass
class Script:
    """One session: who waits for whom, and the steps of each phase that is not ordinary."""

    session_id: str
    waits: dict[str, list[str]]  # worker -> those it waits for
    steps: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)

    def set_step(self, worker: str, phase: str, *steps: tuple[float, str]) -> None:
        """Say what a phase does: seconds, and what then, for each try."""
        rows = [{"seconds": seconds, "then": then} for seconds, then in steps]
        self.steps.setdefault(worker, {})[phase] = rows

    def expected(self) -> dict[str, str]:
        """Return how each job ends that no fault keeps from it."""
        statuses: dict[str, str] = {}
        for worker, before in self.waits.items():  # they are listed after those they wait for
            if any(statuses[name] != "completed" for name in before):
                statuses[worker] = "skipped"
            else:
                statuses[worker] = self.last(worker)
        return statuses

    def last(self, worker: str) -> str:
        """Return how a job ends that begins, and that no fault keeps from it."""
        last = [self._steps(worker, phase)[-1]["then"] for phase in PHASES]
        return "failed" if "failed" in last else "completed"

    def _steps(self, worker: str, phase: str) -> list[dict[str, Any]]:
        ordinary = [{"seconds": 0.0, "then": "completed"}]
        return self.steps.get(worker, {}).get(phase, ordinary)

    def rows(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Return it as the file has it."""
        return {name: {one: self._steps(name, one) for one in PHASES} for name in self.waits}


def lay_out(root: Path, scripts: list[Script]) -> list[Session]:
    """Make a repository with sessions that have plans, and write down what their phases do."""
    (root / ".git").mkdir(parents=True, exist_ok=True)
    (root / TRACE).mkdir(exist_ok=True)
    sessions = [_planned(root, script) for script in scripts]
    rows = {script.session_id: script.rows() for script in scripts}
    (root / SCRIPT).write_text(json.dumps(rows, indent=1), "utf-8")
    return sessions


def _planned(root: Path, script: Script) -> Session:
    session = make_session(root, script.session_id)
    rows = [
        {"worker": name, "focus": f"what {name} looks at", "depends_on": before, **_WORDS}
        for name, before in script.waits.items()
    ]
    about = {"strategy": "mixed", "strategy_reason": "as scripted", "assignments": rows}
    plan = Plan.model_validate(about, context=queen._context(_TASK, root))
    stored = queen._stored(plan, session, "rules (scripted)", _TASK)
    wish = queen.Wish(root, _TASK.encode(), script.session_id)
    with session.locked():
        queen._store(session, stored, wish.workers)
        record(session, *queen._events(session, stored, Spent()))
    return session
