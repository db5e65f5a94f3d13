"""Deleting and pruning sessions, and what killed commands left behind."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest

from sessions.lock import locked
from tests.kit import SESSION, TASK, waggle

if TYPE_CHECKING:
    from pathlib import Path

GONE = 2**22 + 1  # more than any process's number


@pytest.fixture
def home(set_up: Path) -> Path:
    """The folder of sessions of a repository with one session."""
    return set_up / "Docs/hive-mind/sessions"


def quiet(home: Path) -> None:
    """Let the session's signs of life lie long ago."""
    log = home / SESSION / "EVENTS.jsonl"
    events = [json.loads(line) for line in log.read_text().splitlines()]
    log.write_text(
        "".join(json.dumps(e | {"timestamp": "2026-01-31T09:00:00.000Z"}) + "\n" for e in events)
    )
    (home / SESSION / "STATE.json").unlink()


def delete(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return waggle("session", "delete", SESSION, *words, cwd=root)


def test_a_session_is_deleted_whole(root: Path, home: Path) -> None:
    quiet(home)
    run = delete(root, "--yes")
    assert run.returncode == 0, run.stderr
    assert list(home.iterdir()) == []
    assert not (root / "Docs/hive-mind/archives").exists(), "nothing is archived"
    again = delete(root, "--yes")
    assert again.returncode == 3
    assert b"no session" in again.stderr


def test_nobody_is_asked_without_a_terminal(root: Path, home: Path) -> None:
    run = delete(root)
    assert run.returncode == 2
    assert b"--yes" in run.stderr
    assert (home / SESSION).is_dir()


@pytest.mark.parametrize(("answer", "left"), [("y", False), ("n", True), ("", True)])
def test_a_person_is_asked(answer: str, left: bool, root: Path, home: Path) -> None:
    quiet(home)
    primary, terminal = pty.openpty()
    os.write(primary, f"{answer}\n".encode())
    run = waggle("session", "delete", SESSION, cwd=root, stdin=terminal)
    os.close(terminal)
    os.close(primary)
    assert f"Delete session {SESSION} with its ".encode() in run.stderr
    assert (home / SESSION).is_dir() == left
    assert run.returncode == (3 if left else 0), run.stderr


def test_an_input_that_ends_is_no(root: Path, home: Path) -> None:
    quiet(home)
    primary, terminal = pty.openpty()
    os.write(primary, b"\x04")  # Ctrl-D
    run = waggle("session", "delete", SESSION, cwd=root, stdin=terminal)
    os.close(terminal)
    os.close(primary)
    assert run.returncode == 3
    assert run.stderr.endswith(b"\nwaggle: nothing was deleted\n")
    assert (home / SESSION).is_dir()


def test_a_session_that_somebody_works_in_stays(root: Path, home: Path) -> None:
    run = delete(root, "--yes")
    assert run.returncode == 3
    assert b"backend-worker is at work" in run.stderr
    assert b"--force" in run.stderr
    quiet(home)
    with locked(home / SESSION / ".backend-run.lock", 0):
        held = delete(root, "--yes")
    assert held.returncode == 3
    assert b"is run in session" in held.stderr
    assert (home / SESSION).is_dir()
    assert delete(root, "--yes", "--force").returncode == 0
    assert not (home / SESSION).exists()


def test_the_archive_of_a_deleted_session_stays(root: Path, home: Path) -> None:
    assert waggle("session", "archive", SESSION, cwd=root).returncode == 0
    run = delete(root, "--yes")
    assert run.returncode == 0
    assert b"its archive stays" in run.stdout
    assert (
        waggle("session", "restore", f"Docs/hive-mind/archives/{SESSION}.tar", cwd=root).returncode
        == 0
    )
    assert (home / SESSION / "EVENTS.jsonl").is_file()


def test_a_killed_deletion_is_completed(root: Path, home: Path) -> None:
    (home / SESSION).rename(home / f".{SESSION}.{GONE}.deleted")
    assert waggle("doctor", cwd=root).returncode == 1
    run = delete(root, "--yes")
    assert run.returncode == 0, run.stderr
    assert list(home.iterdir()) == []
    assert waggle("doctor", cwd=root).returncode == 0


@pytest.mark.parametrize("why", ["pruned", "restored", "deleted"])
def test_the_doctor_finds_and_removes_what_is_left_beside(why: str, root: Path, home: Path) -> None:
    (home / f".old.{GONE}.{why}/workers").mkdir(parents=True)
    alive = home / f".other.{os.getppid()}.{why}"
    alive.mkdir()
    found = waggle("doctor", "--json", cwd=root)
    assert found.returncode == 1
    assert json.loads(found.stdout)["leftovers"] == [str(home / f".old.{GONE}.{why}")]
    assert waggle("doctor", "--fix", cwd=root).returncode == 0
    assert alive.is_dir(), "its process is alive"
    assert not list(home.glob(".old.*"))
    assert waggle("doctor", cwd=root).returncode == 0


def test_the_next_command_removes_what_was_left(root: Path, home: Path) -> None:
    left = [
        home / SESSION / f".STATE.json.{GONE}.tmp",
        home / SESSION / f"workers/json/.backend_output.json.{GONE}.tmp",
        home / SESSION / f".lock.queue/00000000000000000001.{GONE}.1",
    ]
    (home / SESSION / ".lock.queue").mkdir()
    own = [
        home / SESSION / "workers/notes/.draft.tmp",
        home / SESSION / f".mine.{os.getppid()}.tmp",
    ]
    for file in [*left, *own]:
        file.write_text("x")
    found = waggle("doctor", cwd=root)
    assert found.returncode == 1
    assert found.stdout.count(b"left behind by a command that was killed") == len(left)
    by = ("--session", SESSION, "--worker", "backend")
    assert waggle("log", *by, "--event", "progress", cwd=root).returncode == 0
    assert [file for file in left if file.exists()] == []
    assert all(file.exists() for file in own), "an agent's, and one of a process that is alive"


def test_prune_says_what_is_missing(root: Path, home: Path) -> None:
    run = waggle("session", "prune", "--older-than", "0s", cwd=root)
    assert run.returncode == 0
    assert f"session archive {SESSION} first".encode() in run.stdout
    assert (home / SESSION).is_dir()


def test_a_queen_that_was_killed_is_completed(root: Path) -> None:
    words = ("queen", "--session", SESSION, "--task", TASK, "--model", "none")
    assert waggle(*words, cwd=root).returncode == 0
    folder = root / "Docs/hive-mind/sessions" / SESSION
    events = (folder / "EVENTS.jsonl").read_text().count("\n")
    for name in ("EVENTS.jsonl", "STATE.json", "METRICS.json", "SESSION.md"):
        (folder / name).unlink()
    told = waggle("doctor", cwd=root)
    assert told.returncode == 1
    assert b"the plan was never recorded" in told.stdout
    assert waggle(*words, cwd=root).returncode == 0
    assert waggle(*words, cwd=root).returncode == 0
    assert (folder / "EVENTS.jsonl").read_text().count("\n") == events
    assert waggle("doctor", cwd=root).returncode == 0


def test_a_session_that_was_never_begun_is_found(root: Path, home: Path) -> None:
    empty = home / "begun"
    empty.mkdir()
    os.utime(empty, (1, 1))
    run = waggle("doctor", cwd=root)
    assert run.returncode == 1
    assert b"session delete begun" in run.stdout
    assert waggle("session", "delete", "begun", "--yes", cwd=root).returncode == 0
    assert not empty.exists()
