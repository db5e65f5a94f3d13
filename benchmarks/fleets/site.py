"""Where it is measured: a database, a repository, executors, sessions with large plans."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psycopg

from benchmarks.fleets.program import EVENTS, PHASE
from benchmarks.fleets.usage import used, used_by_server
from sessions.events import Event
from sessions.session import make_session, record
from tests.fleet.processes import wait_until
from workers.fleet import shared
from workers.fleet.ordering import Asked
from workers.hive.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessions.session import Session
    from tests.fleet.postgres import Postgres
    from workers.fleet import jobs

PROGRAM = Path(__file__).with_name("program.py")
QUEUE = "measured"
_PROMPT = "What this worker is to look at, and how. " * 25
_START_SECONDS = 120.0
_END_SECONDS = 30.0


@dataclass
class Site:
    """One database of a server with the executors on it; `folder` holds all that is written."""

    server: Postgres
    folder: Path
    database: str
    slots: int
    phase_seconds: float = 0.0
    executors: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Make the database and the repository."""
        self.server.make_database(self.database)
        (self.root / ".git").mkdir(parents=True)
        self.events_file.touch()
        return self

    def __exit__(self, *_: object) -> None:
        """End the executors, at once."""
        for process in self.executors:
            process.kill()
            process.wait(_END_SECONDS)
        self.rows.close()
        self.server.psql(f"DROP DATABASE {self.database} WITH (FORCE)")

    @property
    def root(self) -> Path:
        """The repository."""
        return self.folder / self.database / "root"

    @property
    def events_file(self) -> Path:
        """What the executors write of their calls, see `program`."""
        return self.folder / f"{self.database}.events"

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.server.url(self.database)

    @cached_property
    def where(self) -> shared.Shared:
        """The queue."""
        return shared.shared(self.url, self.root, QUEUE)

    @cached_property
    def rows(self) -> psycopg.Connection[Any]:
        """A connection of the measurement's own."""
        return psycopg.connect(self.url, autocommit=True)

    def ask(self, statement: str, *values: object) -> Any:
        """Return the one value that a statement gives."""
        row = self.rows.execute(statement.encode(), values).fetchone()
        return row[0] if row else None

    def start(self, count: int) -> None:
        """Start executors, and wait until they take jobs."""
        words = [sys.executable, str(PROGRAM), "fleet", "worker", "--engine", self.url]
        words += ["--queue", QUEUE, "--slots", str(self.slots), "--root", str(self.root)]
        environment = {**os.environ, EVENTS: str(self.events_file), PHASE: str(self.phase_seconds)}
        for number in range(count):
            with (self.folder / f"{self.database}.{number}.log").open("wb") as log:
                process = subprocess.Popen(
                    words, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            self.executors.append(process)
        wait_until(lambda: self.logs().count("takes jobs") == count, _START_SECONDS, self.logs())

    def logs(self) -> str:
        """What the executors said."""
        files = sorted(self.folder.glob(f"{self.database}.*.log"))
        return "".join(file.read_text("utf-8", "replace") for file in files)

    def executors_own(self) -> float:
        """Return the processor seconds of the executors without their phases."""
        return sum(used(process.pid).own for process in self.executors)

    def phases(self) -> float:
        """Return the processor seconds of the phases that have ended."""
        return sum(used(process.pid).children for process in self.executors)

    def database_seconds(self) -> float:
        """Return the processor seconds of PostgreSQL."""
        return used_by_server(self.server.process.pid) if self.server.process else 0.0

    def transactions(self) -> int:
        """Return how many transactions the database has seen; its counts come a second late."""
        time.sleep(1.2)
        statement = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"
        return int(self.ask(statement, self.database))

    def submit(self, name: str, workers: int) -> tuple[Session, jobs.Run]:
        """Make a session whose plan has so many workers, and put it into the queue."""
        session, plan = planned(self.root, name, workers)
        return session, shared.submit(self.where, session, plan, Asked())


def planned(root: Path, name: str, workers: int) -> tuple[Session, Plan]:
    """Make a session with a plan of workers that wait for nobody."""
    session = make_session(root, name)
    with session.locked():
        record(session, Event("session_created", "", "create", name))
    names = [f"worker-{number:04}" for number in range(workers)]
    for one in names:
        session.prompt_file(one).write_text(_PROMPT, "utf-8")
    same = {"priority": "medium", "rationale": "measured", "success_criteria": ["it ends"]}
    rows = [{"worker": one, "focus": "a part", "depends_on": [], **same} for one in names]
    about = {"strategy": "parallel", "strategy_reason": "measured", "assignments": rows}
    return session, Plan.model_validate(about, context={"workers": names})


@contextmanager
def no_bytecode() -> Iterator[None]:
    """Let what is started keep what it compiled, as it does for a user."""
    kept = os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ["PYTHONDONTWRITEBYTECODE"] = kept
