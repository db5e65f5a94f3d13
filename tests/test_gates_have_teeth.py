"""The gates see what they are for: each known bug, planted in a copy, turns its gate red."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.gates.table import BY, FOR, GATES, HERE, MODES, crash, edited, race, untouched
from tests.kit import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace"),
]
# What a terminal would obey.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]")
HOSTILE = "x\x1b]52;c;eA==\x07\u202ey"


def crashed(name: str, mode: str) -> Callable[[Path, Path], bool]:
    """Make a gate: one command under one kind of fault, until the first violation."""
    gate = next(one for one in GATES if one.name == name)
    fault = next(one for one in MODES if one.name == mode)

    def is_green(program: Path, folder: Path) -> bool:
        root = gate.repository(folder)
        options = ("--max-fail", "1")
        outcome = crash(gate, fault, root, program=program / "cli.py", options=options)
        assert outcome.code in {0, 1}, outcome.output
        return outcome.passed

    return is_green


def raced(program: Path, folder: Path) -> bool:
    """Many at once, with the windows widened."""
    options = ("--widen", "2000", "--max-fail", "1")
    outcome = race(8, 5, edited(folder), program=program / "cli.py", options=options)
    assert outcome.code in {0, 1}, outcome.output
    return outcome.passed


def confined(program: Path, folder: Path) -> bool:
    """A cited file is swapped for a link to elsewhere while it is read."""
    late = "inject=openat,?openat2:delay_enter=1000"  # the swapper is not followed
    trace = ["strace", "-qq", "-o", os.devnull, "-e", "trace=openat,?openat2", "-e", late]
    command = [*trace, sys.executable, str(HERE / "swap.py"), str(program), str(folder)]
    run = subprocess.run(command, capture_output=True, check=False)
    assert run.returncode in {0, 1}, run.stderr
    return run.returncode == 0


def inert(program: Path, folder: Path) -> bool:
    """What a worker wrote is shown without what a terminal would obey."""
    root = untouched(folder)
    told = _run(program, root, "block", HOSTILE, *BY)
    told += _run(program, root, "status", *FOR)
    told += _run(program, root, "next", *BY)
    assert "x\\x1b" in told or "x\x1b" in told
    return not _OBEYED.search(told)


def spawns_git_alone(program: Path, folder: Path) -> bool:
    """A repository's configuration names what a shell would run."""
    root = edited(folder)
    (root / ".git").rmdir()
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        ("-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "-qm", "x"),
        ("config", "filter.a;touch PWNED;.clean", "cat"),
    ):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    assert "completed" in _run(program, root, "backend", "--output", *FOR)
    return not (root / "PWNED").exists()


def _run(program: Path, root: Path, *words: str) -> str:
    command = [sys.executable, str(program / "cli.py"), *words]
    run = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    return (run.stdout + run.stderr).decode()


@dataclass(frozen=True)
class Bug:
    """A text of a file that is replaced, and the gate that must turn red by it."""

    file: str
    old: str
    new: str
    gate: str


IS_GREEN: dict[str, Callable[[Path, Path], bool]] = {
    "torn": crashed("log", "torn"),
    "power": crashed("log", "power"),
    "posix": crashed("archive", "power, posix"),
    "error": crashed("log", "error"),
    "race": raced,
    "confined": confined,
    "inert": inert,
    "git": spawns_git_alone,
}
PLANTED = {
    "open('w') for the atomic write": Bug(
        "sessions/files.py",
        'beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")',
        "beside = path",
        "torn",
    ),
    "no file fsync": Bug(
        "sessions/files.py",
        "                _write_all(descriptor, data)\n                os.fsync(descriptor)\n",
        "                _write_all(descriptor, data)\n",
        "power",
    ),
    "no directory fsync": Bug(
        "sessions/files.py",
        "        raise\n    sync_folder(path.parent)",
        "        raise",
        "posix",
    ),
    "no flock": Bug(
        "sessions/files.py",
        "            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "            pass",
        "race",
    ),
    "two writes per event": Bug(
        "sessions/files.py",
        "written = os.write(descriptor, data)",
        "written = os.write(descriptor, data[:40]) + os.write(descriptor, data[40:])",
        "error",
    ),
    "success told on error": Bug("cli.py", "    return problem.exit_code", "    return 0", "error"),
    "realpath, then open": Bug(
        "workers/repository/repository.py",
        "            descriptor = open_beneath(self._folder, relative)",
        "            descriptor = os.open(real, os.O_RDONLY)",
        "confined",
    ),
    "a field unescaped": Bug(
        "workers/hive/status.py",
        "return [escaped(line) for line in lines]",
        "return lines",
        "inert",
    ),
    "git by a shell": Bug(
        "sessions/git.py",
        "            command,\n            cwd=root,",
        '            " ".join([*command, *unset]),\n            shell=True,\n            cwd=root,',
        "git",
    ),
}


@pytest.mark.parametrize("gate", IS_GREEN)
def test_a_gate_is_green_without_the_bug(gate: str, tmp_path: Path) -> None:
    assert IS_GREEN[gate](PROJECT, tmp_path)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_turns_its_gate_red(name: str, tmp_path: Path) -> None:
    bug, program = PLANTED[name], tmp_path / "program"
    for folder in ("workers", "sessions", "templates"):
        shutil.copytree(PROJECT / folder, program / folder)
    shutil.copy(PROJECT / "cli.py", program)
    text = (program / bug.file).read_text("utf-8")
    assert text.count(bug.old) == 1, "the text to replace moved"
    (program / bug.file).write_text(text.replace(bug.old, bug.new), "utf-8")
    (tmp_path / "work").mkdir()
    assert not IS_GREEN[bug.gate](program, tmp_path / "work")


def test_every_gate_has_a_bug_that_it_sees() -> None:
    assert {bug.gate for bug in PLANTED.values()} == IS_GREEN.keys()
