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

from tests.gates import installs
from tests.gates.repositories import BY, FOR, edited, untouched
from tests.gates.table import GATES, HERE, MODES, crash, race
from tests.kit import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.alone,
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
        assert outcome.code in {0, 1} or outcome.sampled, outcome.output
        return outcome.passed

    return is_green


def raced(program: Path, folder: Path) -> bool:
    """Many at once, with the windows widened."""
    options = ("--widen", "2000", "--max-fail", "1")
    outcome = race(8, 5, edited(folder), program=program / "cli.py", options=options)
    assert outcome.code in {0, 1}, outcome.output
    return outcome.passed


def raced_installs(name: str) -> Callable[[Path, Path], bool]:
    """Make a gate: what `install` does while others write the same files."""

    def is_green(program: Path, _folder: Path) -> bool:
        return installs.race(name, 5, program=program / "cli.py")[0] == 0

    return is_green


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
    "install": crashed("install", "kill"),
    "uninstall": crashed("uninstall", "power"),
    "installs": raced_installs("all installs at once"),
    "editor": raced_installs("an editor beside"),
    "confined": confined,
    "inert": inert,
    "git": spawns_git_alone,
    "fresh": crashed("setup, fresh", "kill"),
    "base": crashed("setup, change", "power"),
    "run": crashed("run, survey", "torn"),
    "queen": crashed("queen", "kill"),
    "restore": crashed("restore", "power"),
    "prune": crashed("prune", "kill"),
    "delete": crashed("delete", "power, posix"),
    "doctor": crashed("doctor, fix", "kill"),
    "hook": crashed("hook", "error"),
    "mcp": crashed("mcp, log", "error"),
}
PLANTED = {
    "an agent's file copied aside, not moved": Bug(
        "sessions/files.py",
        "    path.rename(aside)",
        "    aside.write_bytes(path.read_bytes())\n    path.unlink()",
        "fresh",
    ),
    "a base that is not synced": Bug(
        "sessions/snapshots/base.py", "    if durable:\n", "    if not durable:\n", "base"
    ),
    "a report by rule written in place": Bug(
        "workers/rules/report.py",
        "        write_atomic(session.notes_file(worker.name), notes.encode())",
        "        session.notes_file(worker.name).write_bytes(notes.encode())",
        "run",
    ),
    "a plan that a kill keeps from the log": Bug(
        "workers/hive/queen.py",
        "record(session, *([] if _is_recorded(session) else _events(session, known, Spent())))",
        "pass",
        "queen",
    ),
    "a session restored without a sync": Bug(
        "sessions/archive.py",
        "            sync_all([*written, *sorted({path.parent for path in written})])\n",
        "",
        "restore",
    ),
    "what a killed prune left": Bug(
        "sessions/removal.py", "            sweep(home)\n", "            pass\n", "prune"
    ),
    "a removal that a power cut undoes": Bug(
        "sessions/leftovers.py",
        "    shutil.rmtree(folder)\n    sync_folder(folder.parent)",
        "    shutil.rmtree(folder)",
        "delete",
    ),
    "a doctor who writes in place": Bug(
        "sessions/session.py",
        "        write_changed(session.path / name, data)",
        "        (session.path / name).write_bytes(data)",
        "doctor",
    ),
    "a hook that shows a traceback": Bug(
        "workers/commands/hook.py",
        "    except (WaggleError, OSError) as error:",
        "    except WaggleError as error:",
        "hook",
    ),
    "a tool that says it succeeded": Bug(
        "workers/integrations/mcp_server.py",
        '"isError": document["status"] == "blocked"',
        '"isError": False',
        "mcp",
    ),
    "open('w') for the atomic write": Bug(
        "sessions/files.py",
        'beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")',
        "beside = path",
        "torn",
    ),
    "no file fsync": Bug(
        "sessions/files.py",
        "                yield descriptor\n                os.fsync(descriptor)\n",
        "                yield descriptor\n",
        "power",
    ),
    "no directory fsync": Bug(
        "sessions/files.py",
        "        raise\n    sync_folder(path.parent)",
        "        raise",
        "posix",
    ),
    "no flock": Bug(
        "sessions/lock.py",
        "        fcntl.flock(descriptor, how | fcntl.LOCK_NB)",
        "        pass",
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
        "workers/hive/status_text.py",
        'return "\\n".join(map(escaped, lines))',
        'return "\\n".join(lines)',
        "inert",
    ),
    "said to be complete before it is": Bug(
        "workers/integrations/install/manifest.py",
        '"complete": record.complete',
        '"complete": True',
        "install",
    ),
    "a removal that is not synced": Bug(
        "workers/integrations/install/manifest.py",
        "        file.unlink()\n        sync_folder(base)\n",
        "        file.unlink()\n",
        "uninstall",
    ),
    "no lock of the installation": Bug(
        "workers/integrations/install/replacing.py",
        "        _wait_for(descriptor, base)\n        yield",
        "        yield",
        "installs",
    ),
    "replaced whatever is there": Bug(
        "workers/integrations/install/replacing.py",
        "    contended = contended or place.was_just_written()\n",
        "    contended, before = False, place.read()\n",
        "editor",
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
