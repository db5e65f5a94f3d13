"""What was done since the base: the files that changed, by whom, and on which lines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.git import asked
from sessions.snapshots import refs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sessions.git import Blob
    from sessions.snapshots import Change, Lines, Snapshots

# How the log of HEAD names what made a commit here; a pull, a merge by fast-forward makes none.
_MADE_HERE = ("commit", "rebase", "cherry-pick", "revert", "am:")
_MOVED_HERE = ("(start)", "(finish)", "(abort)")  # a rebase that goes to somebody else's commit
_LOG_BYTES = 4 << 20


class Known(NamedTuple):
    """What the session says of the work: who else is at it, what was run, what was approved.

    `others` names for a path those whose accepted reports list it; `records` are the runs of the
    worker, oldest first; `unfinished` are other workers of the session that change code, too;
    `not_allowed` are required proofs that may not run here by themselves.
    """

    others: Mapping[str, tuple[str, ...]] = {}
    unfinished: tuple[str, ...] = ()
    records: tuple[dict[str, Any], ...] = ()
    approvals: tuple[dict[str, Any], ...] = ()
    not_allowed: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Work:
    """The trees of base and now, and what differs; every question is asked of git once.

    Paths are relative to the root, with slashes.
    """

    snapshots: Snapshots
    base: Mapping[str, Any]
    now: str
    session: Known = field(default_factory=Known)

    @property
    def tree(self) -> str:
        """The tree that the work began with."""
        return str(self.base["tree"])

    def with_records(
        self, records: tuple[dict[str, Any], ...], not_allowed: tuple[str, ...] = ()
    ) -> Work:
        """Return the same work with other records of runs."""
        known = self.session._replace(records=records, not_allowed=not_allowed)
        return replace(self, session=known)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All differences, whoever made them."""
        if self.tree == self.now:
            return ()
        return tuple(self.snapshots.changes(self.tree, self.now))

    @cached_property
    def merged(self) -> frozenset[str]:
        """Paths that are as somebody else's commit on another branch has them."""
        paths = {path for change in self.changes for path in _paths(change)}
        return frozenset(_merged(self, paths)) if paths else frozenset()

    @cached_property
    def own(self) -> tuple[Change, ...]:
        """The worker's changes: neither merged in nor reported by another worker."""
        apart = self.merged | self.session.others.keys()
        return tuple(one for one in self.changes if not apart.issuperset(_paths(one)))

    @cached_property
    def _lines(self) -> dict[str, Lines]:
        return {}

    def lines(self, path: str) -> Lines | None:
        """Return which lines of a file differ from the base; None where the file does not."""
        change = next((one for one in self.changes if one.path == path), None)
        if change is None:
            return None
        if path not in self._lines:
            former = change.former or path
            self._lines[path] = self.snapshots.lines(self.tree, self.now, path, former)
        return self._lines[path]

    @cached_property
    def blobs_before(self) -> dict[str, Blob]:
        """The files of the base, by path."""
        return self.snapshots.blobs(self.tree)

    @cached_property
    def blobs_now(self) -> dict[str, Blob]:
        """The files as they are, by path."""
        return self.snapshots.blobs(self.now)

    def read(self, wanted: Iterable[Blob]) -> dict[str, bytes | None]:
        """Return the contents of blobs by their names."""
        with self.snapshots.contents() as content:
            return {blob.name: content(blob.name) for blob in wanted}

    def before(self, path: str) -> bytes | None:
        """Return a file as the base has it, None if it had none."""
        blob = self.blobs_before.get(path)
        return None if blob is None else self.read([blob])[blob.name]


def _paths(change: Change) -> set[str]:
    return {change.path, change.former} if change.former else {change.path}


def _merged(work: Work, paths: set[str]) -> set[str]:
    """Return the paths that are as another branch has them, by commits that were not made here."""
    if work.base.get("vcs") != "git":
        return set()
    root = work.snapshots.root
    branch = (asked(root, "symbolic-ref", "--quiet", "--short", "HEAD") or "").strip()
    own = {name for name in (branch, work.base.get("branch")) if name}
    made_here = _made_here(work)
    merged: set[str] = set()
    tips = {
        commit
        for ref, commit in refs_of(root).items()
        if ref.removeprefix("refs/heads/") not in own
        # What was pushed is told from what was pulled by the log of HEAD, where there is one.
        and (made_here or ref.removeprefix("refs/remotes/").partition("/")[2] not in own)
    }
    for commit in sorted(tips):
        touched = work.snapshots.touched(commit, made_here)
        candidates = paths & touched
        if candidates:
            differing = {
                path for one in work.snapshots.changes(commit, work.now) for path in _paths(one)
            }
            merged |= candidates - differing
    return merged


def _made_here(work: Work) -> frozenset[str]:
    """Return the commits that the log of HEAD says were made in this work tree."""
    root = work.snapshots.root
    folder = (asked(root, "rev-parse", "--absolute-git-dir") or "").strip()
    if not folder:
        return frozenset()
    try:
        with (type(root)(folder) / "logs" / "HEAD").open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - _LOG_BYTES))
            rows = log.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return frozenset()
    commits = set()
    for row in rows:
        about, _, what = row.partition("\t")
        words = about.split(" ")
        is_made = what.startswith(_MADE_HERE) or "(pick)" in what
        if is_made and not any(mark in what for mark in _MOVED_HERE) and len(words) > 1:
            commits.add(words[1])
    return frozenset(commits)
