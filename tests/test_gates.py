"""The gates in short: faults and races in small number, locks, reads, signals, pipes, clocks."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.large_session import BYTES_READ, COMMANDS, log_bytes_read, session_of
from sessions.lock import LOCK_SECONDS
from tests.gates import installs
from tests.gates.check_session import lines_of, session_below
from tests.gates.repositories import BY, FOR, edited, empty
from tests.gates.table import EVERY_FAULT, GATES, HERE, MODES, Gate, crash, race
from tests.kit import CLI, PROJECT, SESSION, TASK, waggle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.alone  # those that are slow
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
needs_faketime = pytest.mark.skipif(shutil.which("faketime") is None, reason="needs faketime")
SHORT = [gate for gate in GATES if gate.name == "log"]


@needs_strace
@pytest.mark.parametrize("gate", SHORT, ids=lambda gate: gate.name)
def test_no_fault_makes_a_command_lie_or_lose(gate: Gate, tmp_path: Path) -> None:
    root = gate.repository(tmp_path)
    outcome = crash(gate, EVERY_FAULT, root, options=("--max-trials", "1"))
    assert outcome.passed, outcome.output
    assert outcome.counts == (5, 0), "one of each of five modes"


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    outcome = race(6, 3, edited(tmp_path))
    assert outcome.passed, outcome.output
    assert outcome.counts == (3, 0)


@needs_strace
@pytest.mark.slow
def test_a_killed_install_is_completed_or_taken_back(tmp_path: Path) -> None:
    gate = next(gate for gate in GATES if gate.name == "install")
    outcome = crash(gate, MODES[0], gate.repository(tmp_path), options=("--max-trials", "2"))
    assert outcome.passed, outcome.output
    assert outcome.counts == (2, 0)


@pytest.mark.parametrize(
    "name",
    # An editor that takes no lock loses a race at times when the machine is busy with other tests.
    [pytest.param(name, marks=[pytest.mark.slow] * ("editor" in name)) for name in installs.RACES],
)
def test_installs_lose_nothing_when_others_write_too(name: str) -> None:
    assert installs.race(name, 1) == (0, "1 trials, 0 violated")


@pytest.mark.slow
@needs_strace
def test_a_sample_of_the_gates_is_run_in_its_time() -> None:
    command = [sys.executable, "-m", "tests.gates", "--minutes", "1.5", "--seed", "1"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    rows = [line for line in run.stdout.splitlines() if line.startswith("| ")]
    told = next(line for line in run.stdout.splitlines() if line.startswith("seed 1; "))
    left_out = told.partition(": ")[2].split("; ")
    assert 2 < len(rows) < len(GATES) + len(installs.RACES) + 3
    assert set(left_out) <= {gate.name for gate in GATES} | {"none"}


HOLDER = (
    "import sys, time; sys.path.insert(0, sys.argv[1])\n"
    "from pathlib import Path; from sessions.lock import locked\n"
    "with locked(Path(sys.argv[2])): print('held', flush=True); time.sleep(600)\n"
)
WRITERS = [gate.words for gate in GATES if gate.repository is edited]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    root = edited(tmp_path)
    lock = root / "Docs/hive-mind/sessions" / SESSION / ".lock"
    command = [sys.executable, "-c", HOLDER, str(PROJECT), str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        yield root, holder
        holder.kill()


@pytest.mark.slow
def test_a_holder_that_lives_is_named_within_the_wait(
    held: tuple[Path, subprocess.Popen[bytes]],
) -> None:
    root, holder = held
    start = time.monotonic()
    commands = [[sys.executable, str(CLI), *words] for words in WRITERS]
    pipe = subprocess.PIPE
    runs = [subprocess.Popen(one, cwd=root, stdout=pipe, stderr=pipe) for one in commands]
    for run in runs:
        _, errors = run.communicate(timeout=LOCK_SECONDS + 20)
        assert run.returncode == 3, errors
        assert f"held by process '{holder.pid}'".encode() in errors
        assert b"Traceback" not in errors
    assert LOCK_SECONDS < time.monotonic() - start < LOCK_SECONDS + 10


def test_a_holder_that_was_killed_holds_nobody_up(
    held: tuple[Path, subprocess.Popen[bytes]],
) -> None:
    root, holder = held
    holder.kill()
    holder.wait()
    start = time.monotonic()
    run = waggle("log", *BY, "--event", "progress", cwd=root)
    assert run.returncode == 0, run.stderr
    assert time.monotonic() - start < LOCK_SECONDS / 2


READS = (
    ("status",),
    ("status", *FOR, "--json"),
    ("session", "list"),
    ("session", "show", SESSION),
    ("next", *BY),
    ("verify", *FOR),
    ("doctor",),
    ("config",),
)


def _sound(_folder: Path) -> None:
    pass


def _torn(folder: Path) -> None:
    with (folder / "EVENTS.jsonl").open("ab") as log:
        log.write(b'{"event_type": "progr')
    (folder / "STATE.json").write_bytes(b'{"schema_version": 1, "workers"')
    (folder / "METRICS.json").unlink()


def _without_log(folder: Path) -> None:
    (folder / "EVENTS.jsonl").unlink()


@pytest.mark.sampled(3)
@needs_strace
@pytest.mark.parametrize("damage", [_sound, _torn, _without_log])
def test_reading_writes_nothing(damage: Callable[[Path], None], tmp_path: Path) -> None:
    root = edited(tmp_path)
    damage(root / "Docs/hive-mind/sessions" / SESSION)
    words = [shlex.join([sys.executable, str(CLI), *one]) for one in READS]
    ends = "0" if damage is _sound else "[013]"
    script = "".join(
        f"{one}; case $? in {'[01]' if 'verify' in one else ends}) ;; *) exit 9;; esac\n"
        for one in words
    )
    tool = [sys.executable, str(HERE / "crashtest.py"), "--template", str(root), "--check", "true"]
    command = [*tool, "--no-traceback", "--scratch", str(tmp_path), "--", "sh", "-c", script]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2, run.stdout
    assert "CANNOT TEST: no mutating syscall" in run.stdout


@pytest.fixture
def slots(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A repository before phase 1, one after, and one to be disturbed: named as crashtest does."""
    root = empty(tmp_path)
    done, disturbed = tmp_path / "s0" / "w", tmp_path / "s1" / "w"
    for slot in (done, disturbed):
        shutil.copytree(root, slot)
    run = waggle(*SETUP, cwd=done)
    assert run.returncode == 0, run.stderr
    return root, done, disturbed


SETUP = ("backend", "--setup", *FOR, "--task", TASK)


def _is_legal(slots: tuple[Path, Path, Path]) -> None:
    template, done, disturbed = slots
    env = {
        "CT_RC": "",
        "CT_TEMPLATE": str(template),
        "CT_DONE": str(done),
        "TMPDIR": str(disturbed.parent),
    }
    command = [sys.executable, str(HERE / "check_session.py")]
    run = subprocess.run(
        command, cwd=disturbed, env={**os.environ, **env}, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr
    again = waggle(*SETUP, cwd=disturbed)
    assert again.returncode == 0, again.stderr


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
POINTS = ("mkdir:when=3", "rename:when=1", "fsync:when=12")


# Each signal and each point once in every run, all pairs in the slow one.
AT_POINTS = [
    pytest.param(number, ends, point, marks=[] if at == place else [pytest.mark.slow])
    for place, point in enumerate(POINTS)
    for at, (number, ends) in enumerate(SIGNALS.items())
]


@needs_strace
@pytest.mark.parametrize(("number", "ends", "point"), AT_POINTS)
def test_a_signal_ends_it_with_a_line_and_a_legal_state(
    number: signal.Signals, ends: int, point: str, slots: tuple[Path, Path, Path]
) -> None:
    call, when = point.split(":")
    inject = f"inject={call}:signal={number.name}:{when}"
    trace = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", inject]
    command = [*trace, sys.executable, "-B", str(CLI), *SETUP]
    run = subprocess.run(command, cwd=slots[2], capture_output=True, check=False)
    assert run.returncode == ends, run.stderr
    assert run.stderr == f"waggle: ended by {number.name}; the same command goes on\n".encode()
    _is_legal(slots)


@pytest.mark.parametrize(
    ("redirection", "fails"), [("| head -c 1", False), (">&-", True), ("> /dev/full", True)]
)
def test_an_answer_that_nobody_takes_loses_nothing(
    redirection: str, *, fails: bool, slots: tuple[Path, Path, Path]
) -> None:
    line = f"{shlex.join([sys.executable, str(CLI), *SETUP])} {redirection}"
    run = subprocess.run(["sh", "-c", line], cwd=slots[2], capture_output=True, check=False)
    assert (run.returncode != 0) == fails, run.stderr
    assert b"Traceback" not in run.stderr
    assert lines_of(session_below(slots[2])), "it was done, told or not"
    _is_legal(slots)


CLOCKS = ("-1h", "+10y", "@1970-01-01 00:00:10")


@needs_faketime
def test_no_clock_changes_the_order_or_makes_a_duration_negative(tmp_path: Path) -> None:
    root = edited(tmp_path)
    # Without git: waiting for a process sleeps, and faketime may stretch a sleep without end.
    env = {**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "PATH": "/nowhere"}
    faketime, program = shutil.which("faketime") or "", [sys.executable, str(CLI)]
    told = (("log", *BY, "--event", "heartbeat"), ("backend", "--setup", *FOR))
    for clock in (*CLOCKS, "+0"):
        for words in told:
            shifted = [faketime, "-f", clock, *program, *words]
            run = subprocess.run(shifted, cwd=root, env=env, capture_output=True, check=False)
            assert run.returncode == 0, run.stderr
        look = [faketime, "-f", clock, *program, "status", *FOR, "--json"]
        run = subprocess.run(look, cwd=root, env=env, capture_output=True, check=False)
        (row,) = json.loads(run.stdout)["sessions"][0]["workers"]
        assert row["age_seconds"] is None or 0 <= row["age_seconds"] < 60, clock
        assert row["liveness"] in {"alive", None}, clock
    _is_ordered(root)


@needs_faketime
def test_a_clock_that_jumps_while_a_command_runs(tmp_path: Path) -> None:
    root = edited(tmp_path)
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    env = {
        **os.environ,
        "PATH": "/nowhere",  # as above: no git
        "LD_PRELOAD": _libfaketime(),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    stop = threading.Event()

    def jump() -> None:
        while not stop.wait(0.01):
            clock.write_text("-2h\n" if clock.read_text() == "+0\n" else "+0\n")

    jumper = threading.Thread(target=jump)
    jumper.start()
    try:
        for words in (("backend", "--setup", *FOR), ("backend", "--output", *FOR)):
            command = [sys.executable, str(CLI), *words]
            run = subprocess.run(command, cwd=root, env=env, capture_output=True, check=False)
            assert run.returncode in {0, 1}, run.stderr
            assert b"Traceback" not in run.stderr
    finally:
        stop.set()
        jumper.join()
    _is_ordered(root)


def _libfaketime() -> str:
    told = subprocess.run(
        ["faketime", "-f", "+0", "sh", "-c", "echo $LD_PRELOAD"],
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def _is_ordered(root: Path) -> None:
    session = session_below(root)
    assert session
    events = [json.loads(line) for line in lines_of(session)]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    for worker in json.loads((session.path / "METRICS.json").read_bytes())["workers"].values():
        assert all(value is None or value >= 0 for value in worker["seconds"].values())
    assert all(event["details"]["metrics"].get("seconds", 0) >= 0 for event in events)
    assert waggle("doctor", cwd=root).returncode == 0


@needs_strace
def test_opening_does_not_read_the_whole_log(root: Path) -> None:
    session = session_of(root, 5_000)
    assert session.events_file.stat().st_size > 10 * BYTES_READ
    for words in COMMANDS:
        read = log_bytes_read(session, words)
        assert read is not None
        assert 0 < read <= BYTES_READ, words
