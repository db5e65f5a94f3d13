"""Permanent links to what was judged: none where a commit has another content."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sessions import git
from sessions.secrets import redacted
from workers.reporting.formats.links import permanent, web_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workers.reporting.formats.judgement import Cited


class Links:
    """The links of one judgement: those of files that the commit has as they were judged."""

    def __init__(self, root: Path, commit: str | None, judged: Mapping[str, object]) -> None:
        """Take the SHA-256 of each file as it was judged; a commit that is not pushed has no page.

        `reason` is why nothing is linked.
        """
        self.web = web_of(git.origin(root))
        self.prefix = git.prefix(root)
        self.commit = commit or ""
        self.reason = self._obstacle(root)
        self._as_judged = {} if self.reason else _contents(root, self.commit, judged)

    def _obstacle(self, root: Path) -> str:
        if not self.web:
            return "the remote origin has no pages that are known here"
        if not self.commit:
            return "nothing was committed"
        if not git.is_elsewhere(root, self.commit):
            return "the commit was not pushed, as far as is known here"
        return ""

    def linked(self, place: Cited) -> Cited:
        """Return a place with its link, if it has one."""
        if not self._as_judged.get(place.file):
            return place
        link = permanent(self.web, self.commit, self.prefix, place)
        return place._replace(link=link) if redacted(link) == link else place


def _contents(root: Path, commit: str, judged: Mapping[str, object]) -> dict[str, bool]:
    """Tell of each file that a commit has whether it was judged as it is there."""
    listed = {blob.path: blob.name for blob in git.blobs_at(root, commit) or ()}
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
