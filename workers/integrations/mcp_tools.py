"""The tools of the server of the Model Context Protocol: the commands, as an agent calls them.

Names, arguments and docstrings are what every client pays for with each request: they are short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, shown
from sessions.location import find_root
from workers.catalog import WORKERS
from workers.contract import answer
from workers.hive import coordination

if TYPE_CHECKING:
    from pathlib import Path

    from workers.catalog import Worker
    from workers.contract import Answer

TOOLS = ("setup", "output", "status", "log", "block", "handoff", "explain")


def _worker(name: str) -> Worker:
    for worker in WORKERS:
        if name in {worker.name, worker.full_name}:
            return worker
    known = ", ".join(worker.name for worker in WORKERS)
    raise BadInput(f"worker {shown(name, 60)} is not known", f"Known: {known}.")


def _told(found: Answer) -> dict[str, Any]:
    return answer(found.status, found.problems, **found.fields)


@dataclass(frozen=True)
class Tools:
    """The tools; `program` is the script that `next_command` calls. They raise as commands do."""

    program: Path

    def setup(
        self, worker: str = WORKERS[0].name, task: str | None = None, session: str | None = None
    ) -> dict[str, Any]:
        """Phase 1: get a worker's task and two files to fill in, by a task, a session, or both."""
        from workers.phases.prepare import Order, prepare, read_task

        content = read_task(task, None)
        root = find_root(to_work=True)
        order = Order(_worker(worker), root, self.program, session, content)
        return prepare(order).document()

    def output(self, session: str, worker: str = WORKERS[0].name) -> dict[str, Any]:
        """Phase 3: judge the filled files; status is completed, or failed with what to repair."""
        from workers.phases.finish import Request, finish

        return finish(Request(_worker(worker), find_root(), self.program), session).document()

    def status(self, session: str | None = None) -> dict[str, Any]:
        """Tell how the workers of a session do, or of all open ones."""
        from workers.hive.status import status

        return _told(status(find_root(), session, self.program))

    def log(
        self, session: str, worker: str, text: str, event_type: str = "progress"
    ) -> dict[str, Any]:
        """Record what was done: progress, decision, code_analyzed, heartbeat ..."""
        event = coordination.logged(coordination.worker_name(worker), event_type, action=text)
        return _told(coordination.log(find_root(), session, [event]))

    def block(
        self,
        session: str,
        worker: str,
        why: str,
        needs: str | None = None,
        priority: str = "medium",
    ) -> dict[str, Any]:
        """Say why a worker cannot go on; priority: critical, high, medium, low."""
        name = coordination.worker_name(worker)
        asked = coordination.ticket("B", name, why, coordination.needed(needs), priority=priority)
        return _told(coordination.ask(find_root(), session, asked))

    def handoff(
        self, session: str, worker: str, summary: str, to: str, artifacts: list[str] | None = None
    ) -> dict[str, Any]:
        """Hand on to another worker: what it finds, in which files."""
        name = coordination.worker_name(worker)
        asked = coordination.ticket(
            "H", name, summary, coordination.needed(to), artifacts=artifacts or []
        )
        return _told(coordination.ask(find_root(), session, asked))

    def explain(self, code: str | None = None) -> dict[str, Any]:
        """Tell what a problem code means, with a wrong and a right example."""
        from workers.reporting.reports import explain

        return _told(explain(code))
