"""Fleets without a server: how schedules are drawn and judged, plans on this machine's engine."""

from __future__ import annotations

import copy
import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sessions.session import Session, open_session
from tests.fleet import judging
from tests.fleet.faults import FAULTS
from tests.fleet.judging import RULES, Seen, violations
from tests.fleet.processes import holds
from tests.fleet.schedules import IN_SCRIPT, KINDS, drawn
from tests.fleet.scripted import PHASES, PROGRAM
from tests.fleet.scripts import Script, lay_out
from workers.fleet import unattended

SECONDS = 60.0


def test_a_seed_is_a_schedule() -> None:
    assert repr(drawn(7)) == repr(drawn(7))
    assert str(drawn(7)) != str(drawn(8))


def test_every_kind_of_fault_is_drawn_and_done() -> None:
    schedules = [drawn(seed) for seed in range(200)]
    assert {fault.kind for one in schedules for fault in one.faults} == {*KINDS} == {*FAULTS}
    for schedule in schedules:
        assert 3 <= len(schedule.machines) <= 4
        assert 3 <= len(schedule.faults) <= 6
        for script in schedule.scripts:
            assert 3 <= len(script.waits) <= 8
    assert drawn(7, pace=20).seconds == pytest.approx(20 * drawn(7).seconds)


def test_a_fault_in_a_script_is_of_its_first_try_alone() -> None:
    for seed in range(50):
        schedule = drawn(seed, (*IN_SCRIPT,))
        rows = [script.rows() for script in schedule.scripts]
        steps = [phase for one in rows for worker in one.values() for phase in worker.values()]
        assert {each[-1]["then"] for each in steps} <= {"completed", "failed"}
        first = {step["then"] for each in steps for step in each[:-1]}
        assert first <= {*IN_SCRIPT.values()}
        assert first


# A session of two workers that went as it should, and what a broken fleet would leave instead.

WAITS: dict[str, list[str]] = {"backend": [], "frontend": ["backend"]}
EXECUTOR = "m1.7.a"


class Log:
    """Events and trace of a session, as executors and phases would leave them."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.trace: list[dict[str, Any]] = []
        self.token = 0
        self.add("run_started", "")

    def add(self, event_type: str, worker: str, **details: Any) -> None:
        about = {"target": f"one/1/{worker}", "metrics": {}, **details}
        name = f"{worker}-worker" if worker else ""
        row = {"seq": len(self.events) + 1, "event_type": event_type, "worker": name}
        self.events.append({**row, "details": about})

    def take(self, worker: str, phase: str, executor: str = EXECUTOR) -> None:
        self.token += 1
        self.add("job_taken", worker, token=self.token, executor=executor, phase=phase)

    def note(self, worker: str, phase: str, what: str, token: int | None = None) -> None:
        seq = len(self.events)
        row = {"worker": worker, "phase": phase, "what": what, "seq": seq, "pid": 1}
        self.trace.append({**row, "token": str(token or self.token)})

    def phase(self, worker: str, phase: str) -> None:
        self.take(worker, phase)
        self.note(worker, phase, "begin")
        done = "setup_completed" if phase == "setup" else "output_accepted"
        self.add(done, worker, scripted=str(self.token))
        self.note(worker, phase, "end")

    def job(self, worker: str) -> None:
        self.token = 0
        for phase in PHASES:
            self.phase(worker, phase)
        self.end(worker)

    def end(self, worker: str, status: str = "completed") -> None:
        self.add("job_ended", worker, token=self.token, executor=EXECUTOR, status=status)

    def seen(self) -> Seen:
        return Seen(Script("one", copy.deepcopy(WAITS)), self.events, self.trace)


def honest() -> Log:
    log = Log()
    for worker in WAITS:
        log.job(worker)
    return log


def _lost(log: Log) -> None:
    log.events.pop()


def _doubled(log: Log) -> None:
    log.end("frontend")


def _begun_twice(log: Log) -> None:
    log.add("run_started", "")


def _line_lost(log: Log) -> None:
    del log.events[3]


def _same_token(log: Log) -> None:
    log.token = 0
    log.events[-1:] = []
    log.take("frontend", "run")


def _older_token(log: Log) -> None:
    log.events[-1:] = []
    log.add("progress", "frontend", scripted="1")


def _older_end(log: Log) -> None:
    log.events[-1]["details"]["token"] = 1


def _event_after_the_end(log: Log) -> None:
    log.add("progress", "frontend", scripted="2")


def _begun_after_the_end(log: Log) -> None:
    log.add("progress", "")
    log.note("frontend", "run", "begin")


def _setup_again(log: Log) -> None:
    log.events[-1:] = []
    log.take("frontend", "setup")


def _ran_again(log: Log) -> None:
    log.events[-1:] = []
    log.take("frontend", "run")
    log.note("frontend", "run", "begin")


def _accepted_twice(log: Log) -> None:
    log.events[-1:] = []
    log.add("output_accepted", "frontend", scripted="2")


def _never_accepted(log: Log) -> None:
    log.events[-2]["event_type"] = "progress"


def _too_early(log: Log) -> None:
    log.events[:] = [log.events[0]]
    log.job("frontend")
    log.job("backend")


def _job_of_nobody(log: Log) -> None:
    log.add("job_ended", "designer", token=1, executor=EXECUTOR, status="completed")


# What a fleet might do -> the rule that does not hold, by its name.
PLANTED: dict[Callable[[Log], None], str] = {
    _lost: "_jobs_end_once",
    _doubled: "_jobs_end_once",
    _job_of_nobody: "_jobs_end_once",
    _begun_twice: "_log_is_whole",
    _line_lost: "_log_is_whole",
    _same_token: "_tokens_grow",
    _older_token: "_older_tokens_are_refused",
    _older_end: "_older_tokens_are_refused",
    _event_after_the_end: "_nothing_after_the_end",
    _begun_after_the_end: "_nothing_after_the_end",
    _setup_again: "_finished_phases_do_not_run_again",
    _ran_again: "_finished_phases_do_not_run_again",
    _accepted_twice: "_reports_are_accepted_once",
    _never_accepted: "_reports_are_accepted_once",
    _too_early: "_those_before_come_first",
}


def test_what_went_well_violates_nothing() -> None:
    assert violations(honest().seen()) == []
    assert judging.astray(honest().seen()) == {}


def test_a_phase_that_was_cut_off_may_run_again() -> None:
    log = Log()
    log.job("backend")
    log.token = 0
    log.phase("frontend", "setup")
    log.phase("frontend", "run")  # it ended, and its executor died before it could say so
    log.take("frontend", "run", "m2.9.b")
    log.note("frontend", "run", "begin")
    log.note("frontend", "run", "again")
    log.end("frontend")
    assert violations(log.seen()) == []
    assert judging.cut_off(log.seen()) == 1


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__.strip("_"))
def test_what_went_wrong_is_seen(plant: Callable[[Log], None]) -> None:
    log = honest()
    plant(log)
    broken = {rule.__name__ for rule in RULES if [*rule(log.seen())]}
    assert PLANTED[plant] in broken


def test_every_rule_is_seen_to_be_broken() -> None:
    assert {*PLANTED.values()} == {rule.__name__ for rule in RULES}


def test_a_job_that_ended_otherwise_is_told() -> None:
    log = honest()
    log.events[-1]["details"] |= {"status": "blocked", "row": {"told": "no disk"}}
    assert judging.astray(log.seen()) == {"frontend": "blocked: no disk"}


# Plans on the engine of this machine: no server, one process.


def run(root: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(PROGRAM), "run", "--session", "one", "--model", "survey"]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*command, "--parallel", "2", "--json", "--root", str(root)], stdout=pipe, stderr=pipe
    )


def test_a_plan_ends_as_it_is_scripted(tmp_path: Path) -> None:
    script = Script("one", {"backend": [], "designer": [], "frontend": ["designer"]})
    script.set_step("designer", "run", (0.0, "dies"), (0.0, "failed"))
    (session,) = lay_out(tmp_path, [script])
    with run(tmp_path) as process:
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1, err
    rows = {row["worker"]: row["status"] for row in json.loads(out)["workers"]}
    assert (
        rows
        == script.expected()
        == {
            "backend": "completed",
            "designer": "failed",
            "frontend": "skipped",
        }
    )
    assert violations(judging.seen(session, script)) == []


@pytest.mark.parametrize("name", ["feature%2Fx", "what? #1"])
def test_a_root_may_have_any_name(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    root.mkdir()
    lay_out(root, [Script("one", {"backend": []})])
    with run(root) as process:
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert [*tmp_path.iterdir()] == [root], "the engine's file is outside the repository"


def begun(session: Session, script: Script, phase: str = "run") -> Callable[[], bool]:
    """Return what tells whether the backend has begun a phase."""
    return lambda: any(
        row["what"] == "begin" for row in judging.seen(session, script).traced("backend", phase)
    )


@pytest.mark.slow  # for it is waited whether the engine goes on by itself
def test_a_run_goes_on_when_the_disk_was_full_for_a_while(tmp_path: Path) -> None:
    script = Script("one", {"backend": [], "frontend": ["backend"]})
    script.set_step("backend", "run", (2.0, "completed"))
    (session,) = lay_out(tmp_path, [script])
    with run(tmp_path) as process:
        assert holds(begun(session, script), SECONDS), "the second phase did not begin"
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, -1))
        assert holds(
            lambda: judging.seen(session, script).of("backend", "output_accepted"), SECONDS
        )
        time.sleep(2.0)  # while the engine is to record it
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        out, err = process.communicate(timeout=SECONDS + unattended.SECONDS)
    assert process.returncode == 0, err
    assert {row["status"] for row in json.loads(out)["workers"]} == {"completed"}
    assert judging.seen(session, script).ended() == {"one/1/backend": 1, "one/1/frontend": 1}


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    script = Script("one", {"backend": [], "frontend": ["backend"]})
    script.set_step("backend", "run", (1.5, "completed"))
    (session,) = lay_out(tmp_path, [script])

    with run(tmp_path) as killed:
        assert holds(begun(session, script), SECONDS), "the second phase did not begin"
        killed.send_signal(signal.SIGKILL)
    with run(tmp_path) as process:
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    about = judging.seen(open_session(tmp_path, "one"), script)
    assert violations(about) == []
    phases = [(row["worker"], row["phase"]) for row in about.trace if row["what"] == "begin"]
    assert phases.count(("backend", "setup")) == 1, "a finished phase ran again"
    assert phases.count(("backend", "run")) == 2, "the phase that was cut off did not run again"
