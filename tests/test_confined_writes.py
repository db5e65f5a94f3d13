"""What is written lies below the root, in plain files, for its owner alone."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from sessions.archive import archive
from sessions.session import open_session
from tests.kit import SESSION, TASK, waggle

if TYPE_CHECKING:
    from pathlib import Path

FOR = ("--session", SESSION)
BY = (*FOR, "--worker", "backend")
SESSIONS = "Docs/hive-mind/sessions"
SET_UP = ("backend", "--setup", *FOR, "--task", TASK)
WRITERS = (
    SET_UP,
    ("backend", "--setup", "--task", TASK),
    ("backend", "--output", *FOR),
    ("backend", "--run", *FOR, "--model", "survey"),
    ("queen", "--task", TASK, "--model", "none"),
    ("log", *BY, "--event", "progress"),
    ("block", "why", *BY),
    ("session", "pause", SESSION),
    ("session", "archive", SESSION),
    ("session", "prune", "--older-than", "0s"),
    ("session", "delete", SESSION, "--yes", "--force"),
    ("session", "restore", "kept.tar"),
    ("doctor", "--fix"),
)


def everything_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def archived(set_up: Path) -> Path:
    """A repository with a session, its archive, and a copy of that beside the code."""
    file = archive(open_session(set_up, SESSION))
    (set_up / "kept.tar").write_bytes(file.read_bytes())
    return set_up


@pytest.mark.parametrize("link", ["Docs", "Docs/hive-mind", SESSIONS])
def test_no_link_leads_writing_out_of_the_root(link: str, archived: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (archived / link).rename(elsewhere)
    (archived / link).symlink_to(elsewhere)
    before = everything_in(elsewhere)
    for words in WRITERS if link == "Docs" else WRITERS[:1]:
        run = waggle(*words, cwd=archived)
        assert run.returncode == 3, (words, run.stderr)
        assert b"is a link out of the repository" in run.stderr
        assert b"Traceback" not in run.stderr
    assert everything_in(elsewhere) == before


@pytest.mark.parametrize("leads", ["nowhere", "to itself", "out, by two links"])
def test_links_that_lead_astray_are_refused(leads: str, root: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    target = {"nowhere": "gone", "to itself": "Docs", "out, by two links": "way"}[leads]
    (root / "way").symlink_to(tmp_path / "out")
    (root / "Docs").symlink_to(target)
    run = waggle(*SET_UP, cwd=root)
    assert run.returncode == 3, run.stderr
    assert b"Docs" in run.stderr
    assert b"Traceback" not in run.stderr
    assert not list((tmp_path / "out").iterdir())


def test_archives_do_not_lead_out_either(root: Path, tmp_path: Path) -> None:
    assert waggle(*SET_UP, cwd=root).returncode == 0
    (tmp_path / "elsewhere").mkdir()
    (root / "Docs/hive-mind/archives").symlink_to(tmp_path / "elsewhere")
    run = waggle("session", "archive", SESSION, cwd=root)
    assert run.returncode == 3
    assert b"is a link out of the repository" in run.stderr
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("link", ["Docs", "Docs/hive-mind", SESSIONS])
def test_a_link_inside_the_root_is_fine(link: str, root: Path) -> None:
    (root / "kept" / "here").mkdir(parents=True)
    (root / link).parent.mkdir(parents=True, exist_ok=True)
    (root / link).symlink_to(root / "kept" / "here")
    assert waggle(*SET_UP, cwd=root).returncode == 0
    assert waggle("session", "archive", SESSION, cwd=root).returncode == 0


def test_a_worktree_s_main_repository_may_not_lead_out_either(root: Path, tmp_path: Path) -> None:
    (root / ".git").rmdir()
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        ("-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "-qm", "x"),
        ("worktree", "add", "-q", str(tmp_path / "tree")),
    ):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    assert waggle(*SET_UP, cwd=tmp_path / "tree").returncode == 0
    assert (root / SESSIONS / SESSION).is_dir(), "worktrees share the sessions of the main one"
    (root / "Docs").rename(tmp_path / "elsewhere")
    (root / "Docs").symlink_to(tmp_path / "elsewhere")
    run = waggle("log", *BY, "--event", "progress", cwd=tmp_path / "tree")
    assert run.returncode == 3
    assert b"is a link out of the repository" in run.stderr


SPECIAL = (
    "EVENTS.jsonl",
    "STATE.json",
    ".lock",
    "workers/survey.md",
    "workers/json/backend_output.schema.json",
    "workers/json/backend_receipt.json",
    "workers/prompts/backend-worker.prompt",
)


@pytest.mark.parametrize("kind", ["fifo", "link"])
@pytest.mark.parametrize("name", SPECIAL)
def test_only_regular_files_are_opened(kind: str, name: str, set_up: Path, tmp_path: Path) -> None:
    file, victim = set_up / SESSIONS / SESSION / name, tmp_path / "victim"
    victim.write_text("untouched")
    file.unlink(missing_ok=True)
    os.mkfifo(file) if kind == "fifo" else file.symlink_to(victim)
    phase = "--setup" if kind == "link" else "--output"
    run = waggle("backend", phase, *FOR, cwd=set_up)
    assert b"Traceback" not in run.stderr
    assert run.returncode in {0, 1, 3}
    assert victim.read_text() == "untouched"


def modes(folder: Path) -> set[tuple[str, int]]:
    """Return what may be done with what is in a folder; git writes its objects to be read only."""
    return {
        ("folder", stat.S_IMODE(path.stat().st_mode))
        if path.is_dir()
        else ("file", stat.S_IMODE(path.stat().st_mode) | stat.S_IWUSR)
        for path in (folder, *folder.rglob("*"))
    }


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_sessions_are_for_their_owner_alone(umask: int, root: Path) -> None:
    for words in (SET_UP, ("session", "archive", SESSION)):
        run = waggle(*words, cwd=root, preexec_fn=lambda: os.umask(umask))
        assert run.returncode == 0, run.stderr
    assert modes(root / "Docs/hive-mind") == {("folder", 0o700), ("file", 0o600)}


@pytest.mark.parametrize("how", ["configuration", "environment"])
def test_the_user_may_share_them(how: str, root: Path, tmp_path: Path) -> None:
    env = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    if how == "environment":
        env["WAGGLE_SHARE"] = "1"
    else:
        (tmp_path / "config/waggle").mkdir(parents=True)
        (tmp_path / "config/waggle/waggle.toml").write_text("share = true\n")
    assert waggle(*SET_UP, cwd=root, env=env).returncode == 0
    assert modes(root / SESSIONS / SESSION) == {("folder", 0o755), ("file", 0o644)}
    told = waggle("config", cwd=root, env=env).stdout
    assert b"share = True" in told


def test_a_shared_session_can_be_reached_past_private_ones(root: Path) -> None:
    assert waggle(*SET_UP, cwd=root).returncode == 0
    again = ("backend", "--setup", "--session", "shared", "--task", "x")
    assert waggle(*again, cwd=root, env={**os.environ, "WAGGLE_SHARE": "1"}).returncode == 0
    open_ones = (root / "Docs/hive-mind", root / SESSIONS, root / SESSIONS / "shared")
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in open_ones} == {0o755}
    assert modes(root / SESSIONS / SESSION) == {("folder", 0o700), ("file", 0o600)}


def test_a_repository_does_not_share_its_user_s_sessions(root: Path) -> None:
    (root / "pyproject.toml").write_text("[tool.other]\nshare = true\n")
    (root / "waggle.toml").write_text("share = true\n")
    run = waggle(*SET_UP, cwd=root)
    made = root / SESSIONS / SESSION
    assert run.returncode != 0 or modes(made) == {("folder", 0o700), ("file", 0o600)}


def test_a_session_of_an_older_version_is_closed(root: Path) -> None:
    assert waggle(*SET_UP, cwd=root, env={**os.environ, "WAGGLE_SHARE": "1"}).returncode == 0
    folder = root / SESSIONS / SESSION
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert waggle("backend", "--setup", *FOR, cwd=root).returncode == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
