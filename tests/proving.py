"""What the tests of proofs share: real repositories, real commands, the processes that are left."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from sessions.snapshots import Snapshots, begin
from workers.proofs.definitions import Proof
from workers.proofs.record import Record
from workers.proofs.running import Order, prove

_AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")


class Work(NamedTuple):
    """A repository with one commit, in which something may be changed and proved."""

    root: Path
    snapshots: Snapshots
    base: str

    def write(self, files: dict[str, str]) -> None:
        write(self.root, files)

    def prove(self, proof: Proof, **options: Any) -> Record:
        """Run a proof on the files as they are now."""
        order = Order(
            self.snapshots, self.base, self.snapshots.take(), proof, self.output, **options
        )
        return prove(order)

    @property
    def output(self) -> Path:
        return self.root.parent / "out" / "PRF-001.txt"

    @property
    def printed(self) -> str:
        return self.output.read_text("utf-8")


def work(folder: Path, files: dict[str, str], *, below: str = "") -> Work:
    """Make a repository of some files, all of them committed."""
    top = folder / "repository"
    top.mkdir()
    write(top, files)
    git(top, "init", "--quiet", "--initial-branch=main")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "-m", "first")
    root = top / below
    session = root / "Docs/hive-mind/sessions/one"
    session.mkdir(parents=True)
    snapshots, base = begin(root, session / "base")
    return Work(root, snapshots, base.tree)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def git(root: Path, *words: str) -> str:
    run = subprocess.run(
        ["git", *_AUTHOR, *words], cwd=root, check=True, capture_output=True, text=True
    )
    return run.stdout


def with_word(word: str) -> list[int]:
    """Return the processes whose command line holds a word, this one apart."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if word.encode() in words:
                found.append(int(entry.name))
    return found


def copies_left(cache_home: Path) -> list[str]:
    folder = cache_home / "waggle" / "copies"
    return os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - names
