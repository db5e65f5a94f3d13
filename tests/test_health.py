"""`health`: what it says of what works and of what does not, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sessions.lock import locked
from sessions.session import LOCK
from tests.kit import CLI, SESSION, document, waggle

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

NAMES = "program root git write-access session-lock hooks models sandbox engine".split()


def checked(
    root: Path, env: dict[str, str] | None = None, *, code: int = 0
) -> dict[str, dict[str, Any]]:
    """Return the rows by name; the command must end with a code."""
    run = waggle("health", "--json", cwd=root, env={**os.environ, **(env or {})})
    assert run.returncode == code, run.stderr
    told = document(run)
    assert told["works"] is (code == 0)
    assert told["status"] == ("completed" if code == 0 else "blocked")
    rows = {row["name"]: row for row in told["checks"]}
    assert [name.replace(" ", "-") for name in rows] == NAMES
    assert {row["status"] for row in rows.values()} <= {"ok", "warning", "failed"}
    return rows


def in_it(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A home without anything, and a PATH with git and nothing of the user's."""
    (tmp_path / "home").mkdir()
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(str(shutil.which("git")))
    return {"HOME": str(tmp_path / "home"), "PATH": str(programs)}


def test_it_is_printed(set_up: Path, home: dict[str, str], snapshot: SnapshotAssertion) -> None:
    run = waggle("health", cwd=set_up, env={**os.environ, **home})
    assert (run.returncode, run.stderr) == (0, b"")
    text = run.stdout.decode().replace(str(set_up), "ROOT").replace(str(CLI), "CLI")
    text = re.sub(r"version \S+, Python \S+", "version V, Python P", text)
    assert re.sub(r"[0-9]+\.[0-9.]+;", "VERSION;", text) == snapshot


def test_nothing_is_left_behind(set_up: Path, root: Path) -> None:
    before = in_it(root)
    checked(set_up)
    assert in_it(root) == before


def test_nothing_is_made_where_no_session_is(root: Path) -> None:
    before = in_it(root)
    assert str(root) in checked(root)["write access"]["what"]
    assert in_it(root) == before


def test_without_a_root_nothing_works(tmp_path: Path) -> None:
    run = waggle("health", "--root", tmp_path / "no-such", "--json", cwd=tmp_path)
    assert run.returncode == 3
    rows = {row["name"]: row for row in json.loads(run.stdout)["checks"]}
    assert rows["root"]["status"] == rows["write access"]["status"] == "failed"
    assert rows["engine"]["status"] == "ok"
    assert b"Traceback" not in run.stderr


def test_a_sessions_folder_that_is_a_file_is_told(root: Path) -> None:
    (root / "Docs").write_text("none", "utf-8")
    rows = checked(root, code=3)
    assert "is not a folder" in rows["root"]["what"]
    assert rows["root"]["hint"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_cannot_be_written_is_told(set_up: Path) -> None:
    folder = set_up / "Docs" / "hive-mind" / "sessions"
    folder.chmod(0o555)
    try:
        rows = checked(set_up, code=3)
    finally:
        folder.chmod(0o755)
    assert rows["write access"]["status"] == rows["session lock"]["status"] == "failed"
    assert rows["write access"]["hint"]


def test_a_disk_that_is_full_is_told(set_up: Path) -> None:
    """No file may grow: what a full disk is to a program."""
    small = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4))\n"
        f"sys.argv = [{str(CLI)!r}, 'health', '--json']; sys.path.insert(0, {str(CLI.parent)!r})\n"
        f"runpy.run_path({str(CLI)!r}, run_name='__main__')"
    )
    command = [sys.executable, "-c", small]
    run = subprocess.run(command, cwd=set_up, capture_output=True, check=False)
    rows = {row["name"]: row for row in json.loads(run.stdout)["checks"]}
    assert run.returncode == 3
    assert rows["write access"]["status"] == "failed"
    assert not list((set_up / "Docs/hive-mind/sessions").glob(".*"))


def test_a_session_that_is_held_is_named(set_up: Path) -> None:
    with locked(set_up / "Docs/hive-mind/sessions" / SESSION / LOCK):
        assert f"held at this moment: {SESSION}" in checked(set_up)["session lock"]["what"]
    assert "held" not in checked(set_up)["session lock"]["what"]


def test_what_git_knows_is_told(root: Path, home: dict[str, str]) -> None:
    assert "no commit" in checked(root)["git"]["what"]
    shutil.rmtree(root / ".git")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b.c"]):
        more = ["commit", "-qm", "first"] if words[0] == "-c" else []
        subprocess.run(["git", *words, *more], cwd=root, check=True)
    row = checked(root)["git"]
    assert (row["status"], "at " in row["what"]) == ("ok", True)
    Path(home["PATH"], "git").unlink()
    row = checked(root, home)["git"]
    assert (row["status"], row["hint"][:11]) == ("warning", "Install git")


def test_what_is_installed_and_what_is_not_whole(set_up: Path, home: dict[str, str]) -> None:
    assert checked(set_up, home)["hooks"]["status"] == "warning"
    env = {**os.environ, **home}
    assert waggle("install", "claude-code", cwd=set_up, env=env).returncode == 0
    row = checked(set_up, home)["hooks"]
    assert (row["status"], row["what"]) == ("ok", "installed: claude-code (project)")
    (set_up / ".claude" / "agents" / "backend-worker.md").unlink()
    row = checked(set_up, home)["hooks"]
    assert row["status"] == "warning"
    assert "claude-code (project) is incomplete: run install claude-code" in row["what"]
    (set_up / ".waggle-install.json").write_text("[]", "utf-8")
    row = checked(set_up, home)["hooks"]
    assert row["status"] == "warning"
    assert "is no JSON object" in row["what"]


def test_models_are_not_asked(set_up: Path, home: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as service:
        url = f"http://127.0.0.1:{service.getsockname()[1]}"
        row = checked(set_up, {**home, "WAGGLE_CLAUDE_URL": url})["models"]
        service.settimeout(0.2)
        with pytest.raises(TimeoutError):
            service.accept()
    assert row["status"] == "ok"
    assert "was not asked" in row["what"]
    row = checked(set_up, home)["models"]
    assert row["status"] == "warning"
    assert "Only --run and queen need a model." in row["hint"]
    row = checked(set_up, {**home, "WAGGLE_MODEL": "openai:gpt-5", "OPENAI_API_KEY": "x"})["models"]
    assert row["status"] == "ok"
    assert "openai:gpt-5" in row["what"]


def test_without_a_box_it_says_why(set_up: Path, home: dict[str, str]) -> None:
    row = checked(set_up, home)["sandbox"]
    assert row["status"] == "warning"
    assert "prove --allow NAME" in row["hint"]
    broken = Path(home["PATH"], "bwrap")
    broken.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    broken.chmod(0o755)
    row = checked(set_up, home)["sandbox"]
    if sys.platform.startswith("linux"):
        assert "does not start here" in row["what"]
