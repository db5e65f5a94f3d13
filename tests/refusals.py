"""What answers to bad inputs have in common: one clear line, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.kit import CLI, HONEST, SESSION, document, fill_in, waggle

SESSIONS = Path("Docs", "hive-mind", "sessions")
LARGE = 64 * 1024 * 1024
CANARY = "CANARY-7f3a"
_UNSAFE = {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160), 0x202E, 0x200B)}


def folder_of(root: Path) -> Path:
    """Return the folder of the tests' session."""
    return root / SESSIONS / SESSION


def tree(folder: Path) -> dict[str, bytes]:
    """Return all regular files below a folder but the lock."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != ".lock"
    }


def assert_clean(run: subprocess.CompletedProcess[bytes]) -> None:
    """Assert that what was printed holds no traceback and moves no cursor."""
    for stream in (run.stdout.decode(), run.stderr.decode()):
        assert "Traceback" not in stream, stream
        assert CANARY not in stream
        assert not set(stream) & _UNSAFE


def assert_refused(run: subprocess.CompletedProcess[bytes], code: int) -> dict[str, Any]:
    """Assert one clear line, a document that says blocked, and no traceback; returns it."""
    assert_clean(run)
    assert run.returncode == code, run.stderr.decode()
    assert run.stderr.count(b"\n") == 1
    told = document(run)
    assert told["status"] == "blocked"
    assert told["problems"][0]["message"]
    assert told["problems"][0]["hint"]
    return told


def refused(
    root: Path, *arguments: str | Path, code: int = 3, **options: Any
) -> list[dict[str, Any]]:
    """Run a command plainly and with --json; assert that both are refused and nothing changes.

    Returns the problems of the document.
    """
    before = tree(root)
    plain = waggle(*arguments, **{"cwd": root, **options})
    assert_clean(plain)
    assert plain.returncode == code, plain.stderr.decode()
    assert plain.stderr.count(b"\n") == 1
    told = assert_refused(waggle(*arguments, "--json", **{"cwd": root, **options}), code)
    after = tree(root)
    assert after == before, sorted(set(after.items()) ^ set(before.items()))[:2]
    problems: list[dict[str, Any]] = told["problems"]
    return problems


def answered(root: Path, *arguments: str | Path, code: int = 0, **options: Any) -> dict[str, Any]:
    """Run a command plainly and with --json; assert its exit code; returns the document."""
    runs = [waggle(*arguments, *mode, **{"cwd": root, **options}) for mode in ((), ("--json",))]
    for run in runs:
        assert_clean(run)
        assert run.returncode == code, run.stderr.decode()
    return document(runs[1])


def judged(root: Path, *, accepted: bool = False) -> list[str]:
    """Run phase 3 plainly and with --json; returns the codes of what it found.

    Asserts that the agent's files are untouched, the state is right and the log grew by whole
    lines only.
    """
    folder = folder_of(root)
    files = [folder / "workers/notes/backend_notes.md", folder / "workers/json/backend_output.json"]
    files = [file for file in files if file.is_file() and file.stat().st_size < LARGE]
    before = [file.read_bytes() for file in files]
    log = (folder / "EVENTS.jsonl").read_bytes()
    told = answered(root, "backend", "--output", "--session", SESSION, code=0 if accepted else 1)
    assert [file.read_bytes() for file in files] == before
    grown = (folder / "EVENTS.jsonl").read_bytes()
    assert grown.startswith(log)
    assert all(json.loads(line) for line in grown[len(log) :].splitlines())
    state = json.loads((folder / "STATE.json").read_bytes())
    assert (state["workers"]["backend-worker"]["status"] == "completed") is accepted
    assert told["status"] == ("completed" if accepted else "failed")
    for problem in told["problems"]:
        assert problem["file"]
        assert problem["hint"]
    return [problem["code"] for problem in told["problems"]]


def filled(root: Path) -> tuple[Path, Path]:
    """Put the honest report into the session, whatever stood there; returns notes and JSON."""
    file = folder_of(root) / "workers/json/backend_output.json"
    untouched = root.parent / "untouched.json"
    if not untouched.exists():
        shutil.copy(file, untouched)
    if os.path.lexists(file):
        file.unlink()
    shutil.copy(untouched, file)
    return fill_in(root, SESSION, HONEST)


def shell(root: Path, line: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in which $W is the program."""
    env = {"W": f"{sys.executable} {CLI}", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
    return subprocess.run(
        ["bash", "-c", line],
        cwd=root,
        env=env | options.pop("env", {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
        **options,
    )
