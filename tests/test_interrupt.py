"""On a terminal a command shows what it does, and a Ctrl-C leaves nothing half done."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from sessions.progress import cells, composed
from tests.kit import CLI, TASK, waggle

if TYPE_CHECKING:
    from pathlib import Path

ERASED = b"\r\x1b[K"
ENDED = b"waggle: ended by SIGINT; the same command goes on\r\n"
SERVICE = """from fastapi import FastAPI
app = FastAPI()

@app.get("/health")
def health():
    return {"ok": True}
"""
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


# The program, its line shown after so many seconds.
SOONER = """
import runpy, sys
sys.path.insert(0, {folder!r})
from sessions import progress
progress.AFTER = {after}
sys.argv = [{cli!r}, *sys.argv[1:]]
runpy.run_path({cli!r}, run_name="__main__")
"""


def on_terminal(
    root: Path,
    *words: str,
    interrupt_at: bytes = b"",
    after: float = 0.0,
    columns: int = 80,
    program: str = SOONER,
) -> Ran:
    """Run a command on a terminal; press Ctrl-C when it shows some text.

    Its line is shown `after` so many seconds.
    """
    code = program.format(folder=str(CLI.parent), cli=str(CLI), after=after)
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.chdir(root)
        os.execv(sys.executable, [sys.executable, "-c", code, *words])  # noqa: S606  # no shell
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


def frames(shown: bytes) -> list[str]:
    """Return what the line said, one after the other."""
    texts = [part.split(b"\r\n")[0].decode() for part in shown.split(ERASED)]
    return [text for text in texts[1:] if re.match(r"\d+\.\d s  ", text)]


def test_what_is_done_is_shown_and_goes_away(large: Path) -> None:
    ran = on_terminal(large, "survey")
    assert ran.exit_code == 0
    seen = frames(ran.shown)
    assert any("s  looking through the repository" in line for line in seen)
    assert any(re.search(r"s  reading files, \d+ of 240: part\d+\.py", line) for line in seen)
    times = [float(line.split()[0]) for line in seen]
    assert times == sorted(times)
    assert times[-1] > times[0]  # it moves
    assert not frames(b"".join((ERASED, seen_at_the_end(ran.shown))))


# As if each step took its time: longer than the line is drawn anew.
LINGERING = """
import time
put, steps = progress._Line.put, set()
def lingering(line, step):
    put(line, step)
    if step.what not in steps:
        steps.add(step.what)
        time.sleep(2 * progress._EVERY)
progress._Line.put = lingering
"""


@pytest.mark.parametrize(
    ("words", "doing"),
    [
        (["backend", "--setup", "--task", TASK, "--session", "s"], b"looking through"),
        (["backend", "--output", "--session", "s"], b"judging the report"),
        (["backend", "--check", "notes.md", "output.json"], b"judging the report"),
        (["backend", "--run", "--model", "survey", "--task", TASK], b"judging the report"),
        (["report", "--session", "s"], b"reading the judged reports"),
        (["artefact", "api_contract", "--session", "s"], b"reading the accepted reports"),
        (["publish", "github", "--session", "s", "--dry-run"], b"reading the judged reports"),
        (["queen", "--task", TASK, "--model", "none"], b"planning the task"),
        (["survey"], b"looking through the repository"),
        (["doctor"], b"checking sessions"),
        (["verify", "--session", "s"], b"comparing"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_every_long_command_says_what_it_does(root: Path, words: list[str], doing: bytes) -> None:
    (root / "app.py").write_text(SERVICE)
    (root / "notes.md").write_text("x")
    (root / "output.json").write_text("{}")
    by_rule = ["backend", "--run", "--model", "survey", "--task", TASK, "--session", "s"]
    assert waggle(*by_rule, cwd=root).returncode == 0
    ran = on_terminal(
        root, *words, program=SOONER.replace("sys.argv =", f"{LINGERING}sys.argv =", 1)
    )
    assert doing in ran.shown
    assert doing not in seen_at_the_end(ran.shown)


def test_a_fast_command_writes_nothing_more(root: Path) -> None:
    waggle("backend", "--setup", "--task", TASK, "--session", "s", cwd=root)
    for words in (["survey"], ["doctor"], ["verify", "--session", "s"]):
        assert ERASED not in on_terminal(root, *words, after=60.0).shown


def test_what_a_child_looks_at_is_shown(root: Path) -> None:
    ran = on_terminal(root, program=CHILD)
    assert any("judging: app/orders.py" in line for line in frames(ran.shown))
    assert frames(ran.shown)[-1].endswith("s  judging: app/users.py")
    assert seen_at_the_end(ran.shown) == b"a word\ndone\n"


CHILD = """
import os, sys, time
sys.path.insert(0, {folder!r})
from sessions import progress
from workers.commands.printing import emit
progress.AFTER = {after}
with progress.doing("judging"):
    child = os.fork()
    if child == 0:
        with progress.doing("never mind"):
            time.sleep(0.05)
        progress.at("app/orders.py")
        time.sleep(0.3)
        os._exit(0)
    os.waitpid(child, 0)
    emit("a word\\n")
    progress.at("app/users.py")
    time.sleep(0.3)
print("done")
"""


@pytest.mark.parametrize("columns", [20, 34, 60, 0])
def test_the_line_fits_into_the_window(large: Path, columns: int) -> None:
    ran = on_terminal(large, "survey", columns=columns)
    seen = frames(ran.shown)
    assert seen
    assert max(map(cells, seen)) < (columns or 80)
    assert not frames(b"".join((ERASED, seen_at_the_end(ran.shown))))


@pytest.mark.parametrize(
    ("detail", "columns", "line"),
    [
        ("", 40, "1.0 s  reading"),
        ("a/b.py", 40, "1.0 s  reading: a/b.py"),
        ("a/long/way/to/some/file.py", 34, "1.0 s  reading: ...to/some/file.py"),
        (
            "\u6f22\u5b57/\u6f22\u5b57\u6f22\u5b57.py",
            29,
            "1.0 s  reading: ...\u5b57\u6f22\u5b57.py",
        ),
        ("a/long/way/to/some/file.py", 26, "1.0 s  reading"),
        ("", 10, "1.0 s  rea"),
    ],
)
def test_of_a_detail_the_end_is_shown(detail: str, columns: int, line: str) -> None:
    made = composed("1.0 s  reading", detail, columns)
    assert made == line
    assert cells(made) <= columns


def test_a_name_moves_no_cursor(root: Path) -> None:
    evil = CHILD.replace("app/users.py", "\\x1b[2J\\u202e\\ud800\\n.py")
    ran = on_terminal(root, program=evil)
    assert b"\x1b[2J" not in ran.shown
    assert any(r"judging: \x1b[2J\u202e\ud800\n.py" in line for line in frames(ran.shown))


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
