"""Pipes, sockets, folders and links where a file is expected: never a hang, never followed out."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.each import for_each
from tests.kit import CLI, PROJECT, SESSION, TASK, document, waggle
from workers.survey import walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = [
    ".gitignore",
    "app/.gitignore",
    ".gitattributes",
    "waggle.toml",
    "pyproject.toml",
    "package.json",
    "requirements.txt",
    ".env.example",
    "docker-compose.yml",
    "schema.prisma",
    "app/views.py",
]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(path.parent)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)
    os.fchdir(here)
    os.close(here)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [pipe, listening, endless, folder], ids=lambda one: one.__name__)
@pytest.mark.parametrize("with_git", [True, False])
def test_no_special_file_holds_a_command_up(
    root: Path, make: Callable[[Path], None], with_git: bool
) -> None:
    if with_git:
        (root / ".git").rmdir()
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for name in NAMES:
        (root / name).unlink(missing_ok=True)
        make(root / name)
    run = waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=root)
    assert run.returncode == 0, run.stderr
    assert waggle("survey", cwd=root).returncode == 0


def test_git_that_waits_for_a_pipe_is_not_waited_for(root: Path) -> None:
    (root / ".git").rmdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    os.mkfifo(root / "app/.gitignore")
    assert "app/orders.py" in walk.files(root)


def test_a_line_of_gitignore_that_is_no_pattern_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("!\nleft.py\n\\\n")
    for name in ("left.py", "kept.py"):
        (tmp_path / name).touch()
    assert walk.files(tmp_path) == [".gitignore", "kept.py"]


def test_a_gitignore_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("kept.py\n")
    (root / "kept.py").touch()
    (root / ".gitignore").symlink_to(tmp_path / "secret")
    assert "kept.py" in walk.files(root)


def test_a_task_comes_from_what_a_shell_opened(root: Path) -> None:
    words = f"{sys.executable} {CLI} backend --setup --session {SESSION} --json --task-file"
    run = subprocess.run(
        ["bash", "-c", f"{words} <(printf 'a task')"],
        cwd=root,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert document(run)["config"]["queen_prompt"] == "a task"
    again = waggle(*words.split()[2:], "/dev/stdin", cwd=root, stdin=None, input=b"a task")
    assert again.returncode == 0


@pytest.mark.parametrize("file", ["/dev/fd/987", "pipe", "/dev/zero", "."])
def test_other_special_files_hold_no_task(root: Path, file: str) -> None:
    os.mkfifo(root / "pipe")
    words = ["backend", "--setup", "--session", SESSION, "--task-file", file]
    assert waggle(*words, cwd=root).returncode == 3


# Where a plain open is right: what it opens is ours, or was looked at before.
OPENS = {
    "workers/worker_file.py": "our own templates",
    "workers/integrations/web/showing.py": "our own templates",
    "workers/repository/store.py": "our own code",
    "workers/invocation.py": "a script on the user's own PATH, a regular file",
    "workers/commands/printing.py": "/dev/null",
    "cli.py": "/dev/null",
    "sessions/events.py": "the log, after check_log",
    "sessions/derived.py": "the log, after check_log",
    "sessions/doctor.py": "the log, after check_log",
    "workers/phases/receipt.py": "the log, after check_log",
    "sessions/snapshots/layout.py": "our own folder, and git's own files",
    "sessions/snapshots/place.py": "our own folder, and git's own index",
    "sessions/snapshots/taking.py": "our own folder, and rules that git reads as well",
    "sessions/snapshots/trees.py": "our own folder",
    "workers/repository/reflogs.py": "git's own logs",
    "workers/agents/fill/tree.py": "descriptors below the root, opened without following a link",
    "workers/proofs/copying.py": "a copy of our own making",
    "workers/proofs/descent.py": "/proc",
    "workers/proofs/sandbox.py": "an environment that the owner lends",
}
_OPENING = {"open", "read_text", "read_bytes", "copyfile", "copytree"}
_NAMED = re.compile(rf"\b(?:{'|'.join(_OPENING)})\b")
# A folder, a new file, or no link at the end: whoever writes these flags has thought of it.
_CAREFUL = ("O_DIRECTORY", "O_EXCL", "O_NOFOLLOW")


def plain_opens(source: str) -> list[int]:
    """Return the lines of a module that open a path without looking what it is."""
    if not _NAMED.search(source):
        return []
    tree = ast.parse(source)
    careful = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and "os.open" in source
        and any(flag in ast.unparse(function) for flag in _CAREFUL)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.open"
    }
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rsplit(".", 1)[-1] in _OPENING
        and id(node) not in careful
        and all(keyword.arg != "fileobj" for keyword in node.keywords)
    )


@for_each(
    [
        path.relative_to(PROJECT)
        for path in [
            *PROJECT.glob("*.py"),
            *(PROJECT / "workers").rglob("*.py"),
            *(PROJECT / "sessions").rglob("*.py"),
        ]
    ]
)
def test_foreign_files_are_opened_by_read_regular(file: Path) -> None:
    """A plain open hangs at a pipe, never ends at a device and follows a link anywhere."""
    opens = plain_opens((PROJECT / file).read_text("utf-8"))
    hint = "call sessions.files.read_regular, or say in OPENS why it need not"
    assert not opens or str(file) in OPENS, f"lines {opens}: {hint}"


@pytest.mark.parametrize("line", ["open(p)", "p.read_text()", "os.open(p, 0)", "p.open('rb')"])
def test_a_plain_open_is_seen(line: str) -> None:
    assert plain_opens(f"def f(p):\n    return {line}\n") == [2]


@pytest.mark.parametrize(
    "line",
    ["os.open(p, os.O_RDONLY | os.O_DIRECTORY)", "tarfile.open(fileobj=p)", "read_regular(p, 1)"],
)
def test_a_careful_open_is_passed_over(line: str) -> None:
    assert plain_opens(f"def f(p):\n    return {line}\n") == []
