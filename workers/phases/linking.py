"""Permanent links to what was judged: none where a commit has another content."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sessions import git
from sessions.secrets import redacted
from workers.reporting.formats.links import permanent, web_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workers.reporting.formats.judgement import Cited


class Pages:
    """The pages of the repository that a root is in, asked of git once for all of its reports."""

    def __init__(self, root: Path) -> None:
        """Take the root."""
        self.root = root
        self.web = web_of(git.origin(root))
        self.prefix = git.prefix(root)
        self._blobs: dict[str, dict[str, str]] = {}
        self._reasons: dict[str, str] = {}

    def links(self, commit: str | None, judged: Mapping[str, object]) -> Links:
        """Return the links to files at a commit; `judged` is the SHA-256 that each one had."""
        if not self.web:
            return Links(self, "", "the remote origin has no pages that are known here", {})
        if not commit:
            return Links(self, "", "nothing was committed", {})
        if commit not in self._reasons:
            is_pushed = git.is_elsewhere(self.root, commit)
            reason = "" if is_pushed else "the commit was not pushed, as far as is known here"
            listed = git.blobs_at(self.root, commit) if is_pushed else None
            self._reasons[commit] = reason
            self._blobs[commit] = {blob.path: blob.name for blob in listed or ()}
        reason = self._reasons[commit]
        same = {} if reason else _contents(self.root, self._blobs[commit], judged)
        return Links(self, commit, reason, same)


class Links(NamedTuple):
    """The links of one judgement: those of files that the commit has as they were judged.

    `reason` is why nothing is linked.
    """

    pages: Pages
    commit: str
    reason: str
    as_judged: Mapping[str, bool]

    def linked(self, place: Cited) -> Cited:
        """Return a place with its link, if it has one."""
        if not self.as_judged.get(place.file):
            return place
        link = permanent(self.pages.web, self.commit, self.pages.prefix, place)
        return place._replace(link=link) if redacted(link) == link else place


def _contents(
    root: Path, listed: Mapping[str, str], judged: Mapping[str, object]
) -> dict[str, bool]:
    """Tell of each file that a commit has whether it was judged as it is there."""
    same: dict[str, bool] = {}
    try:
        with git.contents(root) as read:
            for path in listed.keys() & judged.keys():
                data = read(listed[path])
                same[path] = data is not None and _digest(data) == judged[path]
    except OSError:
        return {}
    return same


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
