"""Which files are as they were: their contents by name, known from what the system says of them.

A file that was read is known again by size, times, inode and mode, without being opened. The time
of its last change (ctime), which no program can set, finds edits that keep size and date. A file
that changed less than two seconds before it was read could change again within the same tick of
the clock (FAT counts in twos): it is read again next time.
"""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING

from workers.repository import store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_UNSETTLED_NANOSECONDS = 2_000_000_000


class Stamps:
    """What is known of the files below a root."""

    def __init__(self, root: Path, use: str, *, use_cache: bool = True) -> None:
        """Take the root and what the files are read for; without a cache all of them are."""
        self._root = root
        self._kind = f"{use}.stamps"
        self._place = f"{os.path.realpath(root).rstrip('/')}/"
        self._use_cache = use_cache
        self._known = _loaded(root, self._kind) if use_cache else {}
        self._now: dict[str, tuple[str, str]] = {}

    def status(self, file: str) -> os.stat_result | None:
        """Return what the system says of a regular file, None of anything else."""
        try:
            status = os.lstat(self._place + file)
        except (OSError, ValueError):
            return None
        return status if stat.S_ISREG(status.st_mode) else None

    def content(
        self, file: str, status: os.stat_result, read: Callable[[], bytes | None]
    ) -> tuple[str, bytes | None] | None:
        """Return the name of a file's content, and the content where it had to be read.

        None when it cannot be read.
        """
        sign = _sign(status)
        known = self._known.get(file)
        if known is not None and known[0] == sign:
            self._now[file] = known
            return known[1], None
        now = time.time_ns()
        data = read()
        if data is None:
            return None
        name = store.digest(data)
        after = self.status(file)
        is_settled = 0 < status.st_ctime_ns < now - _UNSETTLED_NANOSECONDS
        if is_settled and after is not None and _sign(after) == sign:
            self._now[file] = (sign, name)
        return name, data

    def save(self) -> None:
        """Keep what was learned, and forget the files that were not asked for."""
        if self._use_cache and self._now != self._known:
            store.save(self._root, self._kind, self._now)


def _sign(status: os.stat_result) -> str:
    return (
        f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
        f" {status.st_ino} {status.st_dev} {status.st_mode}"
    )


def _loaded(root: Path, kind: str) -> dict[str, tuple[str, str]]:
    stored = store.load(root, kind)
    try:
        return {file: (sign, name) for file, (sign, name) in stored.items()}
    except (AttributeError, TypeError, ValueError):
        return {}
