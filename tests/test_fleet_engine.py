"""A fleet on PostgreSQL, broken in each way once; then schedules of faults at random.

Every job ends exactly once whatever breaks, by what `tests.fleet.judging` lists.
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sessions.session import Session
from tests.fleet import judging, machines, networks, postgres
from tests.fleet.fleets import Fleet
from tests.fleet.judging import Seen
from tests.fleet.networks import Network, network
from tests.fleet.postgres import Postgres
from tests.fleet.processes import holds
from tests.fleet.safeguards import SAFEGUARDS, VARIABLE
from tests.fleet.schedules import CLOCK_OFF, FULL_PACE, KINDS, LEASE, PHASE_TIMEOUT, drawn
from tests.fleet.scripts import Script, lay_out
from tests.fleet.world import carried_out
from workers.fleet import unattended

pytestmark = [
    pytest.mark.slow,
    pytest.mark.fleet,
    pytest.mark.skipif(postgres.missing() is not None, reason=str(postgres.missing())),
]
needs_clocks = pytest.mark.skipif(
    machines.no_clocks() is not None, reason=str(machines.no_clocks())
)
needs_disks = pytest.mark.skipif(machines.no_disks() is not None, reason=str(machines.no_disks()))
needs_names = pytest.mark.skipif(
    networks.no_namespaces() is not None, reason=str(networks.no_namespaces())
)
# A machine that is busy with other tests is no slow fleet: leases are longer than in a schedule.
PACE = 2.0
SECONDS = 60.0
LONG = 4.0
# Seconds: 30 at full length, of which a lease, and a third of one until somebody looks, are 20.
TAKEN_OVER = 30 * PACE / 20 + 3
# Two that wait for nobody, one that waits for both.
WAITS: dict[str, list[str]] = {"backend": [], "designer": [], "frontend": ["backend", "designer"]}


class Work:
    """A fleet with one session that was begun on its first machine."""

    def __init__(self, fleet: Fleet, script: Script, session: Session) -> None:
        self.fleet, self.script, self.session = fleet, script, session

    def seen(self) -> Seen:
        meanwhile = self.fleet.meanwhile(self.session.id)
        return judging.seen(self.session, self.script, meanwhile)

    def at_work(self, worker: str = "backend") -> int | None:
        """Return on which machine the long phase of a worker runs."""
        taken = self.seen().of(worker, "job_taken")
        rows = self.seen().traced(worker, "run")
        if not taken or not rows or rows[-1]["what"] != "begin":
            return None
        name = str(taken[-1]["details"]["executor"])
        return self.number(name)

    def number(self, executor: str) -> int:
        """Return the machine of an executor, by its name or by its process."""
        hosts = [machine.name for machine in self.fleet.machines]
        host, pid = executor.split(".")[:2]
        if host in hosts:
            return hosts.index(host)
        pids = {str(process.pid): place[0] for place, process in self.fleet.workers.items()}
        return pids[pid]

    def wait_for_work(self, worker: str = "backend") -> int:
        """Wait for the long phase; returns its machine."""
        assert holds(lambda: self.at_work(worker) is not None, SECONDS), "no phase has begun"
        number = self.at_work(worker)
        assert number is not None
        return number

    def taken_over(self, machine: int, worker: str = "backend") -> bool:
        """Tell whether a machine's job is done by another one."""
        executors = [
            self.number(str(event["details"]["executor"]))
            for event in self.seen().of(worker, "job_taken")
        ]
        return executors[-1] != machine

    def finish(self, seconds: float = SECONDS) -> Seen:
        """Heal all, wait for the end, and hold what came of it against the rules."""
        self.fleet.heal()
        assert holds(lambda: self.seen().is_over(), seconds), f"not over: {self.seen().statuses()}"
        assert self.fleet.end() == []
        seen = self.seen()
        assert judging.violations(seen) == []
        assert judging.derived_wrongly(self.session) == []
        assert judging.astray(seen) == {}
        return seen


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Postgres, Network]]:
    with network() as joined, Postgres(joined.address, joined.inside) as server:
        yield server, joined


@pytest.fixture
def fleet(place: tuple[Postgres, Network], tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(*place, tmp_path, f"f{time.monotonic_ns()}", PACE) as fleet:
        if place[0].process is None:
            place[0].start()
        yield fleet


def work(fleet: Fleet, *, clocks: bool = False, script: Script | None = None) -> Work:
    """Start two machines, and begin a session whose backend takes long."""
    if script is None:
        script = Script("one", WAITS)
        script.set_step("backend", "run", (LONG, "completed"))
    (session,) = lay_out(fleet.root, [script])
    fleet.has_clock = clocks
    for _ in range(2):
        fleet.start_worker(fleet.add_machine())
    assert holds(lambda: fleet.begin("one", 0).wait(SECONDS) == 0, SECONDS), "it is not queued"
    return Work(fleet, script, session)


def test_nothing_breaks(fleet: Fleet) -> None:
    seen = work(fleet).finish()
    begun = [(row["worker"], row["phase"]) for row in seen.trace if row["what"] == "begin"]
    assert sorted(begun) == sorted((name, phase) for name in WAITS for phase in ("setup", "run"))


def test_a_killed_worker_is_replaced(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.signal(machine, 0, signal.SIGKILL)
    killed = time.monotonic()
    assert holds(lambda: at.taken_over(machine), SECONDS)
    assert time.monotonic() - killed < TAKEN_OVER
    seen = at.finish()
    assert len([row for row in seen.traced("backend", "setup") if row["what"] == "begin"]) == 1


def test_a_killed_machine_is_replaced(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    killed = time.monotonic()
    fleet.machines[machine].kill()
    assert holds(lambda: at.taken_over(machine), SECONDS)
    assert time.monotonic() - killed < TAKEN_OVER
    at.finish()


def test_a_machine_without_power_is_replaced_though_nobody_hears_of_it(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.machines[machine].cut()
    fleet.machines[machine].kill()
    assert holds(lambda: at.taken_over(machine), SECONDS)
    at.finish()


def test_a_database_that_is_killed_is_waited_for(fleet: Fleet) -> None:
    at = work(fleet)
    at.wait_for_work()
    fleet.lose_database()
    time.sleep(3 * LEASE * PACE)
    fleet.start_database()
    at.finish()


@needs_names
def test_a_database_whose_name_is_gone_is_waited_for(fleet: Fleet) -> None:
    """For less than a lease: nobody starts over, and nobody's jobs are given back."""
    fleet.pace = FULL_PACE
    at = work(fleet)
    at.wait_for_work()
    fleet.lose_name()
    fleet.lose_database()
    fleet.server.start()
    time.sleep(LONG)  # the phase ends meanwhile
    fleet.start_database()
    seen = at.finish()
    begun = [row for row in seen.traced("backend", "run") if row["what"] == "begin"]
    assert len(begun) == 1, "it was given back"


def test_who_is_cut_off_stops_and_comes_back(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.machines[machine].cut()
    assert holds(lambda: at.taken_over(machine), SECONDS), "nobody took over"
    assert holds(lambda: not fleet.phases(machine), SECONDS), "its phase runs on"
    fleet.machines[machine].heal()
    first = (fleet.folder / f"m{machine + 1}.1.log").read_text()

    def is_back() -> bool:
        text = (fleet.folder / f"m{machine + 1}.1.log").read_text()
        return text.count("takes jobs of") > 1

    assert holds(is_back, SECONDS), first
    at.finish()


def test_who_was_only_slow_cannot_write_over_its_successor(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.signal(machine, 0, signal.SIGSTOP)  # its phase goes on
    assert holds(lambda: at.taken_over(machine), SECONDS)
    time.sleep(2.0)  # the two write at the same time
    fleet.signal(machine, 0, signal.SIGCONT)
    seen = at.finish()
    tokens = {row["token"] for row in seen.traced("backend", "run") if row["what"] == "begin"}
    assert len(tokens) == 2, "there was no double run that could be refused"


def test_a_whole_machine_that_was_slow_cannot_either(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.machines[machine].stop()
    # Not for ever: it may have been stopped while it held the session's lock.
    holds(lambda: at.taken_over(machine), 4 * LEASE * PACE)
    fleet.machines[machine].go_on()
    at.finish()


@needs_clocks
@pytest.mark.parametrize("off", [CLOCK_OFF, -CLOCK_OFF])
def test_a_clock_that_is_wrong_changes_nothing(fleet: Fleet, off: float) -> None:
    at = work(fleet, clocks=True)
    machine = at.wait_for_work()
    fleet.machines[machine].set_clock(off)
    assert holds(lambda: at.seen().is_over(), SECONDS)
    assert not at.taken_over(machine)
    at.finish()


@needs_disks
def test_a_full_disk_loses_nothing(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.machines[machine].fill()
    at.finish()


def test_a_session_that_cannot_be_written_is_waited_for(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.machines[machine].refuse_writes()
    time.sleep(1.0)
    at.finish()


@pytest.mark.parametrize("then", ["hangs", "ignores", "dies"])
def test_a_phase_that_does_not_end_is_ended_and_tried_again(fleet: Fleet, then: str) -> None:
    script = Script("one", WAITS)
    script.set_step("backend", "run", (0.1, then), (0.1, "completed"))
    seen = work(fleet, script=script).finish(SECONDS + PHASE_TIMEOUT * PACE)
    begun = [row for row in seen.traced("backend", "run") if row["what"] == "begin"]
    assert len(begun) == 2


def test_a_phase_that_was_stopped_is_ended_and_tried_again(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    assert fleet.stop_phase(machine)
    assert holds(
        lambda: len(at.seen().traced("backend", "run")) > 1, SECONDS + PHASE_TIMEOUT * PACE
    )
    at.finish()


def test_a_worker_that_is_asked_to_end_ends_what_it_does(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.signal(machine, 0, signal.SIGTERM)
    assert holds(lambda: fleet.workers[machine, 0].poll() is not None, SECONDS)
    assert fleet.workers[machine, 0].returncode == 0
    assert not at.taken_over(machine)
    assert at.seen().statuses()["backend"] == "completed"
    at.finish()


def test_a_worker_that_is_asked_twice_ends_at_once(fleet: Fleet) -> None:
    at = work(fleet)
    machine = at.wait_for_work()
    fleet.signal(machine, 0, signal.SIGTERM)
    time.sleep(0.5)
    fleet.signal(machine, 0, signal.SIGTERM)
    assert holds(lambda: fleet.workers[machine, 0].poll() is not None, 3)
    assert holds(lambda: at.taken_over(machine), SECONDS)
    at.finish()


# As it is where the database dies after it has written a claim, and before it says so.
_CLAIM = """
    UPDATE dbos.workflow_status
    SET status = 'PENDING', executor_id = (SELECT min(id) FROM waggle.executors)
    WHERE workflow_uuid = (
        SELECT min(workflow_uuid) FROM dbos.workflow_status
        WHERE status = 'ENQUEUED' AND name = 'worker'
    )
    RETURNING workflow_uuid
"""


def test_a_claim_whose_answer_was_lost_is_given_back(fleet: Fleet) -> None:
    workers = ("backend", "designer", "frontend", "test", "devops")  # more than there are slots
    script = Script("one", {worker: [] for worker in workers})
    for worker in workers:
        script.set_step(worker, "run", (LONG, "completed"))
    at = work(fleet, script=script)
    assert holds(lambda: fleet.server.psql(_CLAIM, fleet.database) != "", SECONDS)
    at.finish(SECONDS + unattended.SECONDS)
    said = [(fleet.folder / f"m{number}.1.log").read_text() for number in (1, 2)]
    assert sum(text.count("it did not go on here") for text in said) == 1


def one_command(fleet: Fleet, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the fleet's owner where the first machine is."""
    log = f"command-{time.monotonic_ns()}"
    process = fleet.start(0, *words, log=log)
    code = process.wait(SECONDS)
    text = (fleet.folder / f"{log}.log").read_text("utf-8")
    return subprocess.CompletedProcess(words, code, text)


def test_a_session_is_cancelled_and_tried_again(fleet: Fleet) -> None:
    script = Script("one", WAITS)
    script.set_step("backend", "run", (SECONDS, "completed"), (0.2, "completed"))
    at = work(fleet, script=script)
    at.wait_for_work()
    cancelled = one_command(fleet, "fleet", "cancel", "--session", "one")
    assert cancelled.returncode == 0, cancelled.stdout
    assert at.seen().statuses()["backend"] == "cancelled"
    assert at.seen().is_over()
    assert holds(lambda: not any(fleet.phases(one) for one in (0, 1)), SECONDS), "it runs on"
    assert [*judging._jobs_end_once(at.seen())] == []
    retried = one_command(fleet, "fleet", "retry", "--session", "one")
    assert retried.returncode == 0, retried.stdout
    again = [f"one/2/{worker}" for worker in WAITS]
    assert holds(lambda: at.seen().ended().keys() >= {*again}, SECONDS)
    assert [at.seen().ended()[job] for job in again] == [1, 1, 1]
    assert {*at.seen().statuses().values()} == {"completed"}
    assert fleet.end() == []


def test_workers_are_drained_from_anywhere(fleet: Fleet) -> None:
    at = work(fleet)
    at.wait_for_work()
    status = one_command(fleet, "fleet", "status", "--json")
    executors = json.loads(status.stdout)["executors"]
    assert len(executors) == 2, status.stdout
    assert sum(one["at_work"] for one in executors) >= 1, status.stdout
    drained = one_command(fleet, "fleet", "drain")
    assert drained.returncode == 0, drained.stdout
    assert holds(lambda: not fleet.living(), SECONDS)
    assert at.seen().statuses()["backend"] == "completed"
    at.finish()


# What is missed where workers are stopped, or killed: a random schedule need not have such a fault.
MISSED_BY = {
    "fence": ("stop worker",),
    "leases": ("kill worker", "kill machine"),
}


@pytest.mark.parametrize("name", SAFEGUARDS)
def test_schedules_notice_that_a_safeguard_is_missing(
    place: tuple[Postgres, Network], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(VARIABLE, name)
    kinds = MISSED_BY.get(name, (*KINDS,))
    courses = (carried_out(drawn(seed, kinds), *place, tmp_path / str(seed)) for seed in range(6))
    assert any(course.violations for course in courses)
