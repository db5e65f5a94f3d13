"""Where commits come from: what git's logs of references say of this work tree and of remotes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sessions.git import asked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# How the log of HEAD names what made a commit here; a pull, a merge by fast-forward makes none.
_MADE_HERE = ("commit", "rebase", "cherry-pick", "revert", "am:")
_MOVED_HERE = ("(start)", "(finish)", "(abort)")  # a rebase that goes to somebody else's commit
_CAME_IN = ("fetch", "pull", "clone", "remote")
_PUSHED = "update by push"
_LOG_BYTES = 4 << 20


class Row(NamedTuple):
    """A line of a log: the commit that the reference then named, and what made it name that."""

    commit: str
    what: str


class Reflogs:
    """The logs of a repository, as they are now; each is read once."""

    def __init__(self, root: Path) -> None:
        """Find where a root's logs are; they are read when they are asked for."""
        words = ("rev-parse", "--path-format=absolute", "--absolute-git-dir", "--git-common-dir")
        answer = (asked(root, *words) or "").split("\n")
        self._folders = [type(root)(line) for line in answer if line]

    @cached_property
    def _of_head(self) -> list[Row] | None:
        return _rows(self._folders[0] / "logs" / "HEAD") if self._folders else None

    @property
    def is_kept(self) -> bool:
        """Whether this repository keeps logs at all."""
        return self._of_head is not None

    @cached_property
    def made_here(self) -> frozenset[str]:
        """The commits that the log of HEAD says were made in this work tree."""
        return _made(self._of_head or ())

    def made_on(self, ref: str) -> frozenset[str]:
        """Return the commits that were made while a branch was checked out."""
        rows = _rows(self._folders[1] / "logs" / ref) if len(self._folders) > 1 else None
        return _made(rows or ())

    def pushed(self, ref: str) -> frozenset[str] | None:
        """Return the commits that were pushed from here to a remote branch.

        None where nothing says that what the branch names now was fetched.
        """
        rows = _rows(self._folders[1] / "logs" / ref) if len(self._folders) > 1 else None
        if rows is None:
            return None if self.is_kept else frozenset()
        fetched = {row.commit for row in rows if row.what.startswith(_CAME_IN)}
        if not rows or rows[-1].commit not in fetched:
            return None
        return frozenset(row.commit for row in rows if row.what.startswith(_PUSHED))


def _made(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset(
        row.commit
        for row in rows
        if (row.what.startswith(_MADE_HERE) or "(pick)" in row.what)
        and not any(mark in row.what for mark in _MOVED_HERE)
    )


def _rows(file: Path) -> list[Row] | None:
    try:
        with file.open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - _LOG_BYTES))
            lines = log.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return None
    rows = []
    for line in lines:
        about, _, what = line.partition("\t")
        words = about.split(" ")
        if len(words) > 1:
            rows.append(Row(words[1], what))
    return rows
