"""Runs that will not end: each is ended in time, said to be, and nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.kit import PROJECT
from tests.proving import Work, copies_left, with_word, work
from tests.test_proofs_sandbox import _no_box, boxed
from workers.proofs.definitions import Proof, command

__all__ = ["_no_box"]
PYTHON = sys.executable
# Of this process alone: other tests run beside these.
MARK = f"waggle-nasty-{os.getpid()}"
SLEEP = f"sleep 61.{os.getpid()}"
SECONDS = 2
FORKS = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(3, 64):
            try: os.close(number)
            except OSError: pass
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3): os.dup2(null, number)
        time.sleep(60)
    os._exit(0)
os.wait()
print("daemon started", flush=True)
"""
NASTY = {
    "it sleeps": f"{SLEEP}",
    "it ignores SIGTERM": f"trap '' TERM HUP INT; {SLEEP} & while :; do wait; sleep 1; done",
    "its child ignores SIGTERM": f"sh -c \"trap '' TERM; {SLEEP}; {SLEEP}\" & {SLEEP}",
    "it fills its output": f"yes {MARK}",
    "it prints without a line's end": "cat /dev/zero",
    "it closes its output": f"exec >&- 2>&-; {SLEEP}",
    "it forks on and on": (
        f"{PYTHON} -c 'import os, time\nfor n in range(7):\n  os.fork()\ntime.sleep(60)' {MARK}"
    ),
    "it makes a daemon and waits": f"{PYTHON} daemon.py {MARK}; {SLEEP}",
    "it uses setsid": f"setsid sh -c 'setsid {SLEEP} & {SLEEP}' & {SLEEP}",
}
ENDS = {
    "it leaves a daemon": f"{PYTHON} daemon.py {MARK}",
    "it leaves a child": f"{SLEEP} & echo started",
    "its child holds the output": f"(trap '' TERM; {PYTHON} daemon.py {MARK}; {SLEEP}) &",
}


@pytest.fixture(params=["box", "none"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Work:
    if request.param == "none":
        request.getfixturevalue("_no_box")
    return work(tmp_path, {"daemon.py": FORKS})


def nothing_is_left(cache_home: Path) -> None:
    assert with_word(MARK) == []
    assert with_word(SLEEP.replace(" ", "\0")) == []
    assert copies_left(cache_home) == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", NASTY)
def test_it_is_ended_at_its_timeout(repository: Work, name: str, cache_home: Path) -> None:
    begun = time.monotonic()
    record = repository.prove(command(NASTY[name], SECONDS))
    assert time.monotonic() - begun < SECONDS + 5
    assert record.status == "timed_out"
    assert record.exit_code is None
    assert "ended at its timeout" in record.notes[0]
    assert repository.output.stat().st_size < 300_000
    nothing_is_left(cache_home)


@pytest.mark.parametrize("name", ENDS)
def test_what_it_leaves_is_ended(repository: Work, name: str, cache_home: Path) -> None:
    begun = time.monotonic()
    record = repository.prove(command(ENDS[name], 20))
    assert time.monotonic() - begun < 7
    assert (record.status, record.exit_code) == ("passed", 0)
    nothing_is_left(cache_home)


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "dd if=/dev/zero of=big bs=1M count=1024",
        "dd if=/dev/zero of=$TMPDIR/big bs=1M count=1024; echo on; exit 3",
        "for n in 1 2 3 4 5; do dd if=/dev/zero of=big$n bs=1M count=250; sleep 0.4; done; sleep 9",
        "for n in 1 2 3 4 5; do dd if=/dev/zero of=big$n bs=1M count=250; done",
    ],
)
def test_it_writes_too_much(repository: Work, text: str, cache_home: Path) -> None:
    begun = time.monotonic()
    record = repository.prove(Proof("big", text, timeout_seconds=60, min_tests=0))
    assert time.monotonic() - begun < 65
    assert record.status == "failed"
    assert "wrote too much" in record.notes[0]
    nothing_is_left(cache_home)


DRIVER = """
import sys
sys.path.insert(0, {project!r})
import signal
from pathlib import Path
from sessions.snapshots import opened
from workers.proofs.definitions import command
from workers.proofs.running import Order, prove
def leave(*_):
    raise SystemExit(143)
signal.signal(signal.SIGTERM, leave)
root = Path(sys.argv[1])
snapshots = opened(root, Path(sys.argv[2]))
order = Order(snapshots, sys.argv[3], sys.argv[3], command(sys.argv[4], 60), root.parent / "o.txt")
print("begins", flush=True)
prove(order)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_its_end_is_ours(repository: Work, number: int, cache_home: Path) -> None:
    """Ctrl-C and SIGTERM leave nothing; after a kill, the copy goes with the next command."""
    text = f"{PYTHON} daemon.py {MARK}; trap '' TERM; while :; do sleep 1; done"
    program = DRIVER.format(project=str(PROJECT))
    words = [PYTHON, "-c", program, repository.root, repository.snapshots.folder, repository.base]
    with subprocess.Popen(
        [*map(str, words), f"{text} # {MARK}"], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        end = time.monotonic() + 20
        while len(with_word(MARK)) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(process.pid, number)
        process.wait(10)
    end = time.monotonic() + 5
    while with_word(MARK) and time.monotonic() < end:
        time.sleep(0.05)
    if number == signal.SIGKILL:
        assert len(copies_left(cache_home)) == 1
        repository.prove(command("true"))
    nothing_is_left(cache_home)


@boxed
def test_the_output_is_bounded_and_masked(tmp_path: Path) -> None:
    made = work(tmp_path, {"a.txt": "x\n"})
    token = "ghp_" + "a1B2" * 9
    lines: list[str] = []
    text = (
        f"echo first; echo {token}; seq 1 200000; printf 'esc \\033[31mred\\n'; sleep 0.8;"
        f" echo {token}; echo last"
    )
    made.prove(command(text), on_progress=lambda _seconds, line: lines.append(line))
    printed = made.printed
    assert len(printed) < 300_000
    assert token not in printed
    assert printed.count("[redacted]") >= 3
    assert "first" in printed
    assert "last" in printed
    assert "bytes are left out" in printed
    assert not any("\x1b" in line for line in lines)
    assert any("\\x1b[31mred" in line for line in lines)
