"""On a terminal a command shows what it does, and a Ctrl-C leaves nothing half done."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.kit import CLI, TASK, waggle

if TYPE_CHECKING:
    from pathlib import Path

ERASED = b"\r\x1b[K"
ENDED = b"waggle: ended by SIGINT; the same command goes on\r\n"
MANY = 240  # so many are read in several processes


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TERM", "xterm")
    root = tmp_path / "service"
    (root / ".git").mkdir(parents=True)
    return root


@pytest.fixture
def large(root: Path) -> Path:
    body = "\n".join(f"def step_{n}(order):\n    return order.total + {n}" for n in range(30))
    for number in range(MANY):
        text = f"from fastapi import APIRouter\nrouter = APIRouter()\n# {number}\n{body}\n"
        (root / f"part{number}.py").write_text(text)
    return root


@dataclass
class Ran:
    """What a command did on a terminal of its own."""

    exit_code: int
    shown: bytes


def on_terminal(root: Path, *words: str, interrupt_at: bytes = b"") -> Ran:
    """Run a command on a terminal; press Ctrl-C when it shows some text."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(root)
        os.execv(sys.executable, [sys.executable, str(CLI), *words])  # noqa: S606  # no shell
    shown, pressed = b"", not interrupt_at
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.05)[0]:
            continue
        try:
            read = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody is there any more
            break
        if not read:
            break
        shown += read
        if not pressed and interrupt_at in shown:
            os.write(terminal, b"\x03")
            pressed = True
    os.close(terminal)
    return Ran(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown)


def seen_at_the_end(shown: bytes) -> bytes:
    """Return what stays on the screen of lines that were replaced."""
    return b"\n".join(line.split(ERASED)[-1] for line in shown.replace(b"\r\n", b"\n").split(b"\n"))


def test_what_is_done_is_shown_and_goes_away(large: Path) -> None:
    ran = on_terminal(large, "survey")
    assert ran.exit_code == 0
    assert b"looking through the repository..." in ran.shown
    assert b"reading files" in ran.shown
    assert b"..." not in seen_at_the_end(ran.shown)


@pytest.mark.parametrize(
    ("words", "doing"),
    [
        (["backend", "--setup", "--task", TASK, "--session", "s"], b"looking through"),
        (["backend", "--output", "--session", "s"], b"judging the report"),
        (["doctor"], b"checking sessions"),
        (["verify", "--session", "s"], b"comparing"),
    ],
)
def test_every_long_command_says_what_it_does(root: Path, words: list[str], doing: bytes) -> None:
    waggle("backend", "--setup", "--task", TASK, "--session", "s", cwd=root)
    ran = on_terminal(root, *words)
    assert ERASED + doing in ran.shown
    assert doing not in seen_at_the_end(ran.shown)


def test_nothing_is_shown_where_nobody_looks(root: Path) -> None:
    for words in (["survey"], ["backend", "--setup", "--task", TASK, "--session", "s"]):
        run = waggle(*words, cwd=root)
        assert b"\x1b" not in run.stdout + run.stderr
        assert b"looking" not in run.stdout + run.stderr


@pytest.mark.parametrize("moment", [b"looking through", b"reading files"])
def test_an_interrupted_setup_leaves_nothing_and_goes_on(large: Path, moment: bytes) -> None:
    order = ("backend", "--setup", "--task", TASK, "--session", "s")
    ran = on_terminal(large, *order, interrupt_at=moment)
    assert ran.exit_code == 130
    assert ran.shown.count(ENDED) == 1
    assert b"Traceback" not in ran.shown
    assert ran.shown.count(b"ended by") == 1
    assert not (large / "Docs").exists()
    assert on_terminal(large, *order).exit_code == 0


def test_a_signal_to_the_command_alone_ends_its_processes_too(large: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(CLI), "survey", "--root", str(large)]
    with (tmp_path / "told").open("wb") as told:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=told, start_new_session=True
        )
        end = time.monotonic() + 30
        while len(_members(process.pid)) < 3 and process.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert process.poll() is None, "the survey was over before it could be interrupted"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    time.sleep(0.2)
    assert not _members(process.pid)
    assert (tmp_path / "told").read_bytes() == ENDED.replace(b"\r\n", b"\n")


def _members(group: int) -> list[str]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "-g", str(group)], capture_output=True, text=True, check=False
    )
    return found.stdout.split()
