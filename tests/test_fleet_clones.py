"""Machines that share no folder but a git remote, on PostgreSQL, broken in some ways."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sessions.session import Session
from tests.fleet import judging, machines, postgres
from tests.fleet.fleets import QUEUE, Fleet
from tests.fleet.hits import KILLED
from tests.fleet.judging import Seen
from tests.fleet.networks import Network, network
from tests.fleet.postgres import Postgres
from tests.fleet.processes import holds
from tests.fleet.schedules import LEASE, PHASE_TIMEOUT
from tests.fleet.scripted import OF_TRACES, PROGRAM
from tests.fleet.scripts import Script, lay_out
from tests.test_clones import git

pytestmark = [
    pytest.mark.slow,
    pytest.mark.fleet,
    pytest.mark.skipif(postgres.missing() is not None, reason=str(postgres.missing())),
]
needs_disks = pytest.mark.skipif(machines.no_disks() is not None, reason=str(machines.no_disks()))
PACE = 4.0  # of leases: git takes its time on a busy machine
SECONDS = 120.0
LONG = 4.0
WAITS: dict[str, list[str]] = {"backend": [], "designer": [], "frontend": ["backend", "designer"]}


class Work:
    """A user's repository whose plan two machines do, each with a clone of its own."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet, self.script = fleet, Script("one", WAITS)
        self.script.set_step("backend", "run", (LONG, "completed"))
        self.common, self.traces = fleet.folder / "common.git", fleet.folder / "traces"
        self.traces.mkdir()
        git(fleet.folder, "init", "-q", "--bare", str(self.common))
        (self.session,) = lay_out(fleet.root, [self.script])
        shutil.rmtree(fleet.root / ".git")
        git(fleet.root, "init", "-q")
        git(fleet.root, "add", "script.json")
        git(fleet.root, "commit", "-qm", "first")
        git(fleet.root, "remote", "add", "common", str(self.common))
        for _ in range(2):
            self.start_worker(fleet.add_machine())
        self.run = self.start(0, "run", "--session", "one", "--model", "survey", log="run")

    def start(self, machine: int, *words: str, log: str) -> subprocess.Popen[bytes]:
        """Start the program on a machine; only `run` is where the repository is."""
        at = ("--root", str(self.fleet.root), "--remote", "common") if words[0] == "run" else ()
        command = [sys.executable, str(PROGRAM), *words, *at, "--queue", QUEUE]
        command += ["--engine", self.fleet.url(machine)]
        cache = self.fleet.folder / "cache" if at else self.cache(machine)
        variables = {OF_TRACES: str(self.traces), "XDG_CACHE_HOME": str(cache)}
        file = self.fleet.folder / f"{log}.log"
        return self.fleet.machines[machine].start(command, self.fleet.folder, variables, file)

    def cache(self, machine: int) -> Path:
        """Return where a machine has its clone: on the disk that can be filled."""
        return self.fleet.machines[machine].disk / "cache"

    def start_worker(self, machine: int) -> None:
        """Start a worker with a clone, unless it runs."""
        words = ["fleet", "worker", "--clone", str(self.common), "--slots", "2"]
        words += ["--lease", str(LEASE * PACE), "--phase-timeout", str(PHASE_TIMEOUT * PACE)]
        log = f"m{machine + 1}.1"
        self.fleet.enlist(machine, 0, self.start(machine, *words, log=log))

    def begun(self, worker: str = "backend", phase: str = "run") -> int:
        """Return how often a phase was begun, on whatever machine."""
        file = self.traces / "one.jsonl"
        text = file.read_text("utf-8") if file.exists() else ""
        about = f'"worker": "{worker}", "phase": "{phase}"'
        return sum(about in row and '"what": "begin"' in row for row in text.splitlines())

    def wait_for_work(self) -> int:
        """Wait for the long phase; returns its machine."""
        assert holds(lambda: self.begun() > 0, SECONDS), "no phase has begun"
        return next(one for one in range(2) if self.has_backend(one))

    def has_backend(self, machine: int) -> bool:
        """Tell whether a machine has the copy of the long job."""
        return any(self.cache(machine).glob("waggle/clones/*/copies/*/one/backend/.git"))

    def finish(self) -> Seen:
        """Wait for `run`, which sees all of it; hold what came of it against the rules."""
        assert self.run.wait(SECONDS) == 0, (self.fleet.folder / "run.log").read_text()
        seen = self.judged()
        assert judging.derived_wrongly(self.session) == []
        assert judging.astray(seen) == {}
        assert self.fleet.end() == []
        return seen

    def judged(self) -> Seen:
        """Return what came of it, held against the rules.

        Not against what compares an event's number with the trace, or its time with the faults:
        events were numbered again, and seen later, where they were merged.
        """
        meanwhile = self.fleet.meanwhile("one", has_times=False)
        seen = judging.seen(self.session, self.script, meanwhile, traces=self.traces)
        assert judging.violations(seen) == []
        phases = {(row["worker"], row["phase"]) for row in seen.trace}
        ran = {name for name, status in seen.statuses().items() if status != "skipped"}
        assert phases >= {(name, "setup") for name in ran}, "there is no trace to be judged"
        return seen


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Postgres, Network]]:
    with network() as joined, Postgres(joined.address, joined.inside) as server:
        yield server, joined


@pytest.fixture
def work(place: tuple[Postgres, Network], tmp_path: Path) -> Iterator[Work]:
    with Fleet(*place, tmp_path, f"c{time.monotonic_ns()}", PACE) as fleet:
        yield Work(fleet)


def refs(session: Session) -> str:
    return git(session.root, "for-each-ref")


def test_a_plan_is_done_by_machines_with_clones(work: Work) -> None:
    before = refs(work.session)
    work.finish()
    assert {work.begun(worker, "run") for worker in WAITS} == {1}
    assert refs(work.session) == before
    assert "refs/heads" not in git(work.common, "for-each-ref")


def test_a_killed_machine_is_replaced(work: Work) -> None:
    machine = work.wait_for_work()
    other = 1 - machine
    if machine == 0:  # `run` is on it, too
        work.fleet.signal(machine, 0, signal.SIGKILL)
    else:
        work.fleet.machines[machine].kill()
    assert holds(lambda: work.has_backend(other), SECONDS), "nobody took over"
    work.finish()
    assert work.begun("backend", "setup") == 1, "a finished phase was done again"
    assert work.begun() == 2


def test_a_machine_that_was_slow_gets_nothing_past_its_successor(work: Work) -> None:
    machine = work.wait_for_work()
    work.fleet.signal(machine, 0, signal.SIGSTOP)  # its phase goes on, and nobody renews the lease
    assert holds(lambda: work.begun() == 2, SECONDS), "nobody took over"
    work.fleet.signal(machine, 0, signal.SIGCONT)
    seen = work.finish()
    tokens = [row["details"]["token"] for row in seen.of("backend", "job_taken")]
    assert tokens == sorted(set(tokens))
    assert len(seen.of("backend", "output_accepted")) == 1


def _clone(work: Work, machine: int) -> Path:
    (clone,) = work.cache(machine).glob("waggle/clones/*/git")
    return clone


def test_a_clone_that_is_damaged_is_made_again_while_a_phase_runs(work: Work) -> None:
    clone = _clone(work, work.wait_for_work())
    shutil.rmtree(clone)
    work.finish()
    assert work.begun() == 1
    assert (clone / "HEAD").exists()


def test_a_machine_that_can_have_no_clone_ends_and_the_other_does_its_job(work: Work) -> None:
    machine = work.wait_for_work()
    worker = work.fleet.workers[machine, 0]
    work.fleet.hits.begin(KILLED, work.fleet.machines[machine].name, worker.pid)
    shutil.rmtree(_clone(work, machine).parent)
    assert worker.wait(SECONDS) == 3
    work.finish()
    log = (work.fleet.folder / f"m{machine + 1}.1.log").read_text()
    assert log.count("and others do its jobs: the clone") == 1
    assert work.begun() == 2


@needs_disks
def test_a_full_disk_keeps_no_job_from_its_end(work: Work) -> None:
    machine = work.fleet.machines[work.wait_for_work()]
    machine.fill()
    time.sleep(LONG + 4)
    machine.empty()
    assert work.run.wait(SECONDS) in {0, 1, 3}
    seen = work.judged()
    assert seen.is_over(), (work.fleet.folder / "run.log").read_text()
    told = "".join(str(event["details"].get("row")) for event in seen.events)
    assert {*seen.statuses().values()} <= {"completed", "blocked", "skipped"}
    assert "blocked" not in seen.statuses().values() or "No space left on device" in told


def test_a_remote_that_is_gone_for_a_while_is_waited_for(work: Work) -> None:
    work.wait_for_work()
    away = work.common.with_name("away.git")
    work.common.rename(away)
    time.sleep(LONG + 4)
    away.rename(work.common)
    work.finish()
    assert work.begun() == 1, "what was done was done again"
