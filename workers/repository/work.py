"""What was done since the base: the files that changed, by whom, and on which lines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.git import asked, checked_out
from sessions.snapshots import refs_of
from workers.repository.reflogs import Reflogs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sessions.git import Blob
    from sessions.snapshots import Change, Lines, Snapshots

_RULES = ".gitignore"


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
        others = self.session.others.keys()
        folders = tuple(path.removesuffix("**") for path in others if path.endswith("/**"))

        def is_own(path: str) -> bool:
            is_of_others = path in others or (bool(folders) and path.startswith(folders))
            return path not in self.merged and not is_of_others

        return tuple(one for one in self.changes if any(map(is_own, _paths(one))))

    @cached_property
    def _lines(self) -> dict[str, Lines]:
        return {}

    @cached_property
    def newly_ignored(self) -> tuple[str, ...]:
        """What rules of the worker's own keep out of the trees; a folder ends in a slash."""
        if not any(one.path.endswith(_RULES) for one in self.own):
            return ()
        rules = [blob for path, blob in self.blobs_before.items() if path.endswith(_RULES)]
        texts = self.read(rules)
        known = {blob.path: texts[blob.name] or b"" for blob in rules}
        return tuple(self.snapshots.newly_ignored(known))

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
    branch = (
        asked(work.snapshots.root, "symbolic-ref", "--quiet", "--short", "HEAD") or ""
    ).strip()
    merged: set[str] = set()
    for commit, apart in _witnesses(work, branch):
        candidates = paths & work.snapshots.touched(commit, apart)
        if candidates:
            differing = {
                change.path for change in work.snapshots.changes(commit, work.now, renames=False)
            }
            merged |= candidates - differing
            # A file that a filter made is on the disk otherwise than the commit has it.
            merged |= checked_out(work.snapshots.root, commit, candidates & differing)
    return merged


def _witnesses(work: Work, branch: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the tips that may hold other people's commits, and those commits that are no witness.

    A branch that is new here may be the worker's own; one that the base knew is somebody's, with
    what was committed on it, but not with what it was moved to. What was pushed is told from what
    was fetched by git's logs, where it keeps any.
    """
    logs = Reflogs(work.snapshots.root)
    known = work.snapshots.refs_at_base()
    own = {branch, work.base.get("branch")}
    for ref, commit in sorted(refs_of(work.snapshots.root).items()):
        if known.get(ref) == commit:
            continue
        name = ref.removeprefix("refs/heads/")
        if name != ref:
            if name != branch and ref in known:
                apart = frozenset() if name in own else logs.made_on(ref)
                yield commit, logs.made_here - apart
        elif logs.is_kept or ref.removeprefix("refs/remotes/").partition("/")[2] not in own:
            pushed = logs.pushed(ref)
            if pushed is not None:
                yield commit, logs.made_here | work.snapshots.new_commits(pushed)
