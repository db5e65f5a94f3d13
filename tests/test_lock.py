"""The session's lock: in the order of arrival, whoever dies or is stopped meanwhile."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from sessions.errors import Busy, Damaged
from sessions.leftovers import in_session, remove_leftovers
from sessions.lock import MOST_WAITING, _ticket, is_held, locked, queue_of
from tests.kit import CLI, PROJECT, SESSION, TASK, waggle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAITER = (
    "import sys, time; sys.path.insert(0, sys.argv[1])\n"
    "from pathlib import Path; from sessions.lock import locked\n"
    "with locked(Path(sys.argv[2])):\n"
    "    with open(sys.argv[3], 'a') as file: file.write(sys.argv[4] + ' ')\n"
    "    time.sleep(float(sys.argv[5]))\n"
)


def waiter(lock: Path, served: Path, name: str, seconds: float = 0) -> subprocess.Popen[bytes]:
    """Start a process that takes the lock and writes its name when it has it."""
    words = [str(PROJECT), str(lock), str(served), name, str(seconds)]
    return subprocess.Popen([sys.executable, "-c", WAITER, *words])


def until(wanted: int, lock: Path) -> None:
    """Wait until so many wait for a lock."""
    end = time.monotonic() + 20
    while len(tickets(lock)) < wanted:
        assert time.monotonic() < end, "a waiter did not come"
        time.sleep(0.01)


def tickets(lock: Path) -> list[Path]:
    queue = queue_of(lock)
    return [path for path in queue.iterdir() if path.name[0] != "."] if queue.is_dir() else []


@contextlib.contextmanager
def in_line(lock: Path, served: Path, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Hold a lock until so many processes wait for it, who came one after the other."""
    waiting: list[subprocess.Popen[bytes]] = []
    with locked(lock):
        for number in range(count):
            waiting.append(waiter(lock, served, str(number)))
            until(number + 1, lock)
        yield waiting
    for process in waiting:
        process.wait(20)


def test_who_came_first_is_served_first(tmp_path: Path) -> None:
    lock, served = tmp_path / ".lock", tmp_path / "served"
    with in_line(lock, served, 6) as waiting:
        pass
    assert [process.returncode for process in waiting] == [0] * 6
    assert served.read_text().split() == list("012345")
    assert not tickets(lock)


def test_a_waiter_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    lock, served = tmp_path / ".lock", tmp_path / "served"
    with in_line(lock, served, 5) as waiting:
        for number in (0, 2):
            waiting[number].kill()
            waiting[number].wait()
        started = time.monotonic()
    assert served.read_text().split() == ["1", "3", "4"]
    assert time.monotonic() - started < 5
    assert not tickets(lock)


def test_a_waiter_that_is_stopped_is_passed_over(tmp_path: Path) -> None:
    lock, served = tmp_path / ".lock", tmp_path / "served"
    with locked(lock):
        waiting = [waiter(lock, served, name) for name in "a"]
        until(1, lock)
        waiting[0].send_signal(signal.SIGSTOP)
        waiting.append(waiter(lock, served, "b"))
        until(2, lock)
    try:
        assert waiting[1].wait(20) == 0
        assert served.read_text().split() == ["b"]
    finally:
        waiting[0].send_signal(signal.SIGCONT)
    assert waiting[0].wait(20) == 0
    assert served.read_text().split() == ["b", "a"]


def test_who_comes_later_waits_behind_the_others(tmp_path: Path) -> None:
    lock, served = tmp_path / ".lock", tmp_path / "served"
    with in_line(lock, served, 1):
        pass
    assert served.read_text() == "0 "
    with in_line(lock, served, 2):
        late = waiter(lock, served, "late")
        until(3, lock)
    assert late.wait(20) == 0
    assert served.read_text().split() == ["0", "0", "1", "late"]


@pytest.mark.parametrize("number", [3, 10**19], ids=["just started", "up for longest"])
def test_no_machine_is_served_before_another_for_its_clock(tmp_path: Path, number: int) -> None:
    """A ticket of a machine whose clock says something else, as a folder that is shared has it."""
    lock, served = tmp_path / ".lock", tmp_path / "served"
    other = queue_of(lock) / f"{number:020}.1.1"
    other.parent.mkdir()
    with other.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        late = waiter(lock, served, "late")
        until(2, lock)
        assert min(tickets(lock)) == other
    assert late.wait(20) == 0


def test_tickets_of_one_number_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions.lock._waiting", lambda _queue: [])
    queue = tmp_path / "queue"
    with _ticket(queue, "it") as one, _ticket(queue, "it") as other:
        assert one.partition(".")[0] == other.partition(".")[0]
        assert {path.name for path in queue.iterdir()} == {one, other}
        assert one != other


def test_a_queue_that_is_too_long_is_told(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    queue_of(lock).mkdir()
    files = [(queue_of(lock) / f"{n:020}.{os.getpid()}.1").open("w") for n in range(MOST_WAITING)]
    for file in files:
        fcntl.flock(file, fcntl.LOCK_EX)
    with pytest.raises(Busy, match=f"{MOST_WAITING} processes wait"), locked(lock):
        pass
    for file in files:
        file.close()
    with locked(lock):  # they are gone, and what they left is no queue
        assert not tickets(lock)


def test_a_holder_that_hangs_is_told_with_the_queue(tmp_path: Path) -> None:
    lock, served = tmp_path / ".lock", tmp_path / "served"
    with in_line(lock, served, 2), pytest.raises(Busy) as caught, locked(lock, 0.3):
        pass
    told = caught.value.message
    assert (
        f"this lock has been held by process '{os.getpid()}' for over 0 s, and 2 more wait" in told
    )


def test_without_patience_nobody_waits(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    with locked(lock), pytest.raises(Busy) as caught, locked(lock, 0, "the clone"):
        pass
    assert caught.value.message.startswith(f"the clone is held by process '{os.getpid()}' (")
    assert not queue_of(lock).exists()
    assert not is_held(lock)


@pytest.mark.parametrize("kind", ["fifo", "folder", "link", "link in the queue's place"])
def test_a_lock_is_a_plain_file(kind: str, tmp_path: Path) -> None:
    lock, elsewhere = tmp_path / ".lock", tmp_path / "elsewhere"
    elsewhere.mkdir()
    if kind == "fifo":
        os.mkfifo(lock)
    elif kind == "folder":
        lock.mkdir()
    elif kind == "link":
        lock.symlink_to(elsewhere / "made")
    if kind != "link in the queue's place":
        with pytest.raises((Damaged, OSError)), locked(lock):
            pass
    else:
        queue_of(lock).symlink_to(elsewhere)
        with locked(lock), pytest.raises(Damaged, match="is a link"), locked(lock, 1):
            pass
    assert not list(elsewhere.iterdir())


def test_what_dead_waiters_left_is_a_leftover(tmp_path: Path) -> None:
    lock, served = tmp_path / ".lock", tmp_path / "served"
    with locked(lock):
        process = waiter(lock, served, "x")
        until(1, lock)
        assert list(in_session(tmp_path)) == []
        process.kill()
        process.wait()
        assert list(in_session(tmp_path)) == tickets(lock) != []
        remove_leftovers(tmp_path)
    assert not tickets(lock)


def test_who_waits_on_another_machine_keeps_its_place(tmp_path: Path) -> None:
    """Its process is none here: what tells that it waits is the lock on its ticket."""
    queue = queue_of(tmp_path / ".lock")
    queue.mkdir()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    held, left = (queue / f"{n:020}.{gone.pid}.1.0a" for n in (1, 2))
    left.touch()
    with held.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert list(in_session(tmp_path)) == [left]
        remove_leftovers(tmp_path)
        assert tickets(tmp_path / ".lock") == [held]


def test_a_ticket_that_was_swept_as_it_was_drawn_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = fcntl.flock

    def swept(descriptor: int, how: int) -> None:
        usual(descriptor, how)
        for path in queue_of(tmp_path / ".lock").glob(".*.tmp"):
            path.unlink()

    with locked(tmp_path / ".lock"):
        monkeypatch.setattr(fcntl, "flock", swept)
        with pytest.raises(Busy), locked(tmp_path / ".lock", 0.1):
            pass


@pytest.mark.alone
@pytest.mark.slow
def test_a_hundred_writers_are_all_served(root: Path) -> None:
    assert (
        waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=root).returncode == 0
    )
    words = [sys.executable, str(CLI), "log", "--session", SESSION, "--worker", "backend"]
    words += ["--event", "progress", "--target"]
    loop = f'for k in 1 2; do {" ".join(words)} "$0-$k" >/dev/null || exit; done'
    writers = [
        subprocess.Popen(["sh", "-c", loop, str(n)], cwd=root, stderr=subprocess.PIPE)
        for n in range(100)
    ]
    ends = [(one.communicate(timeout=280)[1], one.returncode) for one in writers]
    assert ends == [(b"", 0)] * 100
    log = (root / "Docs/hive-mind/sessions" / SESSION / "EVENTS.jsonl").read_text()
    told = re.findall(r'"target":"([0-9]+-[12])"', log)
    assert len(told) == len(set(told)) == 200


def test_the_lock_is_for_its_owner_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with locked(tmp_path / ".lock"):
        assert stat.S_IMODE((tmp_path / ".lock").stat().st_mode) == 0o600
