"""Where the logs of a root's sessions are: one look at each folder of sessions, no file opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sessions.location import SESSIONS, check_inside, is_session_id
from sessions.worktrees import sharing

if TYPE_CHECKING:
    from pathlib import Path

LOG, STATE = "EVENTS.jsonl", "STATE.json"


class Stamp(NamedTuple):
    """What says that a file is another one than before."""

    modified_ns: int = 0
    size: int = 0
    inode: int = 0


def session_folders(root: Path) -> dict[str, str]:
    """Return the folder of every session by its id.

    Raises Damaged where the folder of sessions leads out of the repository.
    """
    folders: dict[str, str] = {}
    for home in reversed(sharing(root)):  # the first one that has a session is where it is
        check_inside(home)
        try:
            with os.scandir(home / SESSIONS) as entries:
                for entry in entries:
                    if is_session_id(entry.name) and entry.is_dir(follow_symlinks=False):
                        folders[entry.name] = entry.path
        except (FileNotFoundError, NotADirectoryError):
            continue
    return folders


def stamp(file: str) -> Stamp:
    """Return what a file is now; nothing of one that is not there."""
    try:
        about = os.stat(file, follow_symlinks=False)  # noqa: PTH116 - a thousand of them a second
    except OSError:
        return Stamp()
    return Stamp(about.st_mtime_ns, about.st_size, about.st_ino)
