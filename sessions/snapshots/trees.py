"""The trees of a root: what is in them, and what differs."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import WaggleError
from sessions.git import Blob, contents
from sessions.progress import doing
from sessions.snapshots.ignoring import newly_ignored
from sessions.snapshots.place import Place
from sessions.snapshots.taking import OWN, take

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

_FORMER_NAME = ("R", "C")


class Change(NamedTuple):
    """A difference between two trees: `added`, `modified`, `deleted` or `renamed` (`former`)."""

    path: str
    kind: str
    former: str | None = None


class Lines(NamedTuple):
    """Which lines of a file differ: ranges from 1, both ends included, in the new and the old."""

    now: tuple[tuple[int, int], ...]
    before: tuple[tuple[int, int], ...]


class Snapshots(NamedTuple):
    """The trees of a root; paths are relative to it, with slashes."""

    root: Path
    folder: Path

    @property
    def _place(self) -> Place:
        return Place(self.root, self.folder)

    @property
    def top(self) -> Path:
        """Return the top of the work tree, the root itself where there is no git."""
        return self._place.top

    def take(self, *, first: bool = False) -> str:
        """Return the name of the tree of the files as they are now; raises WaggleError."""
        with doing("recording the files as they are"):
            return take(self._place, first=first)

    def blobs(self, tree: str) -> dict[str, Blob]:
        """Return the files of a tree by their paths; links and submodules are among them."""
        listed: dict[str, Blob] = {}
        for row in self._place.run("ls-tree", "-r", "-z", tree).split("\0")[:-1]:
            about, _, path = row.partition("\t")
            mode, _, name = about.split()
            listed[path] = Blob(path, name, mode)
        return listed

    def leaves_out(self, path: str) -> bool:
        """Tell whether no tree would have a file of that path: it is ignored, or a by-product."""
        return bool(self._place.run("check-ignore", "--", f"./{path}", allowed=(0, 1)))

    def read(self, tree: str, path: str) -> bytes | None:
        """Return a file of a tree, None if it has none or it is no file."""
        row = self._place.run("ls-tree", "-z", tree, "--", f"./{path}").rstrip("\0")
        about, _, _ = row.partition("\t")
        if not about or about.split()[1] != "blob":
            return None
        with self.contents() as content:
            return content(about.split()[2])

    def contents(self) -> AbstractContextManager[Callable[[str], bytes | None]]:
        """Offer to read blobs by their names."""
        return contents(self.root, self._place.variables())

    def changes(self, old: str, new: str, *, renames: bool = True) -> list[Change]:
        """Return what differs between two trees below the root, renames found by likeness.

        Without them no file is read: those of a partial clone's other branches are not there.
        """
        likeness = "-M" if renames else "--no-renames"
        words = ("diff-tree", "-r", "-z", likeness, "--relative", "--name-status", old, new)
        fields = iter(self._place.run(*words, "--", *self._within()).split("\0")[:-1])
        kinds = {"A": "added", "D": "deleted", "M": "modified", "T": "modified"}
        differences = []
        for status in fields:
            first = next(fields)
            if status.startswith(_FORMER_NAME):
                differences.append(Change(next(fields), "renamed", first))
            else:
                differences.append(Change(first, kinds.get(status[:1], "modified")))
        return differences

    def _within(self) -> list[str]:
        return [".", f":(exclude){OWN}"]

    def lines(self, old: str, new: str, path: str, former: str | None = None) -> Lines:
        """Return which lines of a file differ between two trees."""
        words = ("diff", "--no-ext-diff", "--no-textconv", "--text", "--unified=0", "--no-color")
        if former is not None and former != path:
            diff = self._place.run(
                *words, f"{old}:./{former}", f"{new}:./{path}", "--", allowed=(0, 1)
            )
        else:  # also where one of the two has no such file
            diff = self._place.run(*words, "--no-renames", old, new, "--", f":(literal){path}")
        now, before = [], []
        for line in diff.split("\n"):
            if line.startswith("@@ "):
                _, old_range, new_range, *_ = line.split(" ")
                before += _range(old_range)
                now += _range(new_range)
        return Lines(tuple(now), tuple(before))

    def refs_at_base(self) -> dict[str, str]:
        """Return the user's branches and remote branches as they were, with their commits."""
        with contextlib.suppress(OSError):
            rows = (self.folder / "packed-refs").read_text("utf-8").splitlines()
            pairs = (row.split(" ", 1) for row in rows if row and row[0] not in "#^")
            return {ref: name for name, ref in pairs}
        return {}

    def newly_ignored(self, rules: Mapping[str, bytes]) -> list[str]:
        """Return what is ignored now, and was not by `.gitignore` files as they were, by path."""
        return newly_ignored(self._place, rules)

    def new_commit(self, name: str) -> str | None:
        """Return the subject of a commit that was made since the base, None for no such one."""
        words = ("log", "--max-count=1", "--format=:%s", "--not", "--all", "--not")
        try:
            subject = self._place.run(*words, "--end-of-options", f"{name}^{{commit}}")
        except WaggleError:  # no commit of that name
            return None
        return subject.removesuffix("\n")[1:] if subject else None

    def new_commits(self, tips: Collection[str]) -> frozenset[str]:
        """Return the commits up to some that no branch had at the base; unknown tips have none."""
        if not tips:
            return frozenset()
        words = ("rev-list", "--ignore-missing", *sorted(tips), "--not", "--all")
        return frozenset(self._place.run(*words).split())

    def touched(self, commit: str, apart: Container[str]) -> set[str]:
        """Return the files that commits up to one touched which no branch had at the base.

        Not those of commits that are `apart`, nor what these touched as well.
        """
        words = ("log", "--format=%x01%H", "--name-only", "--no-renames", "-c", "-z", "--relative")
        log = self._place.run(*words, commit, "--not", "--all", "--", *self._within())
        by_others: set[str] = set()
        by_us: set[str] = set()
        for part in log.split("\x01")[1:]:
            name, *files = (field.strip("\n") for field in part.split("\0"))
            (by_us if name in apart else by_others).update(filter(None, files))
        return by_others - by_us

    def check_out(self, tree: str, into: Path) -> None:
        """Write the files of a tree into a folder that is empty; raises WaggleError."""
        index = self.folder / f".checkout.{os.getpid()}.tmp"
        try:
            self._place.run("read-tree", f"--index-output={index}", tree, index=index)
            words = ("checkout-index", "--all", "--force", "--quiet", f"--prefix={into}/")
            self._place.run(*words, index=index)
        finally:
            for file in (index, index.with_name(f"{index.name}.lock")):
                file.unlink(missing_ok=True)


def _range(text: str) -> list[tuple[int, int]]:
    """Return a range of a diff's `@@` line, none where no line is."""
    first, _, count = text[1:].partition(",")
    length = int(count) if count else 1
    return [(int(first), int(first) + length - 1)] if length else []
