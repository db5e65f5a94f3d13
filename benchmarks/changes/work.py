"""A repository to work in, and what an agent can do there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.changes.repositories import STACKS
from tests.kit import CLI

if TYPE_CHECKING:
    from benchmarks.changes.repositories import Stack

SESSION = "2026-11-02-09-00-change"
_GIT = shutil.which("git") or "git"
_SECONDS = 180
_IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@shop.example",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@shop.example",
}
_TEAMMATE = {
    name: value.replace("Ada", "Grace").replace("ada", "grace") for name, value in _IDENTITY.items()
}


class Ran(NamedTuple):
    """A command of the program that has ended."""

    exit_code: int
    out: str
    err: str


class Work:
    """A repository in a folder of its own; `root` is where the agent works."""

    def __init__(self, folder: Path, stack: str) -> None:
        self.folder = folder
        self.root = folder / "repository"
        self.stack: Stack = STACKS[stack]
        for name in ("home", "cache"):
            (folder / name).mkdir(parents=True)
        self.environment = _environment(folder)
        for path, text in self.stack.files.items():
            self.write(path, text)
        if stack == "python":
            (self.root / "scripts/nightly.sh").chmod(0o755)

    def start_history(self) -> None:
        """Make it a git repository of three commits."""
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("add", "README.md", ".gitignore")
        self.git("commit", "--quiet", "--message", "Begin")
        self.commit("Build the application")
        self.replace("README.md", "\n\n", "\n\nSee the tests for what it does. ", 1)
        self.commit("Say where to look")

    # Files

    def write(self, path: str, text: str) -> None:
        """Write a file, byte for byte."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def read(self, path: str) -> str:
        """Return a file's text."""
        return (self.root / path).read_bytes().decode()

    def replace(self, path: str, old: str, new: str, count: int = -1) -> None:
        """Replace a text that must be there."""
        text = self.read(path)
        if old not in text:
            raise LookupError(f"{old!r} is not in {path}")
        self.write(path, text.replace(old, new, count))

    def append(self, path: str, text: str) -> None:
        """Add a text to the end of a file."""
        self.write(path, self.read(path) + text)

    def delete(self, path: str) -> None:
        """Delete a file."""
        (self.root / path).unlink()

    def move(self, path: str, to: str) -> None:
        """Move a file."""
        target = self.root / to
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).rename(target)

    def line_of(self, path: str, text: str) -> int:
        """Return the number of the first line that holds a text."""
        for number, line in enumerate(self.read(path).splitlines(), 1):
            if text in line:
                return number
        raise LookupError(f"{text!r} is not in {path}")

    # Git

    def git(self, *arguments: str, at: Path | None = None) -> str:
        """Run git, elsewhere as the teammate, and return what it prints."""
        ended = subprocess.run(
            [_GIT, *arguments],
            cwd=at or self.root,
            env=self.environment if at is None else {**self.environment, **_TEAMMATE},
            check=False,
            capture_output=True,
            timeout=_SECONDS,
        )
        if ended.returncode:
            raise OSError(f"git {' '.join(arguments)}: {ended.stderr.decode()}")
        return ended.stdout.decode().strip()

    def commit(self, message: str) -> str:
        """Commit everything but the sessions, as somebody does; returns the commit."""
        self.git("add", "--all", ".", ":(exclude)Docs/hive-mind")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def publish(self) -> Path:
        """Give the repository a remote `origin`, and a teammate a clone; returns the clone."""
        remote, clone = self.folder / "origin.git", self.folder / "teammate"
        self.git("clone", "--quiet", "--bare", str(self.root), str(remote), at=self.folder)
        self.git("remote", "add", "origin", str(remote))
        self.git("fetch", "--quiet", "origin")
        self.git("branch", "--quiet", "--set-upstream-to", "origin/main")
        self.git("clone", "--quiet", str(remote), str(clone), at=self.folder)
        return clone

    def teammate_pushes(self, path: str, text: str, message: str = "Add what was asked") -> None:
        """Let the teammate write a file and push it to main."""
        clone = self.folder / "teammate"
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text(text)
        self.git("add", "--all", at=clone)
        self.git("commit", "--quiet", "--message", message, at=clone)
        self.git("push", "--quiet", "origin", "main", at=clone)

    # The program

    def program(self, *arguments: str) -> Ran:
        """Run the program as an agent does."""
        ended = subprocess.run(
            [sys.executable, str(CLI), *arguments],
            cwd=self.root,
            env=self.environment,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
        return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def prove(self, *arguments: str, session: str = SESSION) -> Ran:
        """Run locked proofs by name (all without one), or `--` and a command."""
        place = ("--root", str(self.root), "--session", session, "--worker", "backend")
        return self.program("prove", *place, *arguments)

    def run(self, *command: str) -> int:
        """Run a command of the agent's own in the repository; returns its exit code."""
        ended = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            check=False,
            capture_output=True,
            timeout=_SECONDS,
        )
        return ended.returncode


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of this machine's user counts."""
    ours = ("WAGGLE", "CLAUDE", "ANTHROPIC", "OPENAI", "OTEL", "GIT_", "PYTEST", "PYTHON")
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    here = str(Path(sys.executable).parent)  # its pytest is the one that tests run with
    return {
        **theirs,
        **_IDENTITY,
        "PATH": f"{here}{os.pathsep}{theirs.get('PATH', os.defpath)}",
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "home" / ".config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "WAGGLE_ALLOW_PROOFS": "1",
    }
