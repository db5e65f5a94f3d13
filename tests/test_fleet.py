"""Fleets without a server: how schedules are drawn and judged, plans on this machine's engine."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sessions.session import Session, open_session
from tests.fleet import judging
from tests.fleet.faults import FAULTS
from tests.fleet.hits import KILLED, Hits, Meanwhile
from tests.fleet.judging import violations
from tests.fleet.processes import holds
from tests.fleet.schedules import IN_SCRIPT, KINDS, drawn
from tests.fleet.scripted import PROGRAM
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
        hits = Hits()
        hits.begin(KILLED)
        killed.send_signal(signal.SIGKILL)
    with run(tmp_path) as process:
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    about = judging.seen(open_session(tmp_path, "one"), script, Meanwhile(hits.all))
    assert violations(about) == []
    phases = [(row["worker"], row["phase"]) for row in about.trace if row["what"] == "begin"]
    assert phases.count(("backend", "setup")) == 1, "a finished phase ran again"
    assert phases.count(("backend", "run")) == 2, "the phase that was cut off did not run again"
