"""Folders of sessions: made private, kept private, and never behind a link."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from sessions.errors import Damaged, shown
from sessions.files import make_folder
from sessions.location import SESSIONS, check_inside

if TYPE_CHECKING:
    from pathlib import Path


def make_own(folder: Path, home: Path) -> None:
    """Make a folder of ours, which nobody else may look into unless the user shares sessions."""
    make_folder(home / SESSIONS.parts[0])
    make_folder(folder, folder_mode())


def folder_mode() -> int:
    """Return the permissions of a new folder of ours: nobody else's, unless the user shares."""
    return 0o777 if _is_shared() else 0o700


def _is_shared() -> bool:
    from sessions.settings import is_shared  # late: most commands make nothing

    return is_shared()


def make_home(home: Path, place: Path = SESSIONS) -> None:
    """Make the folder of sessions or archives; raises Damaged where a link leads out of `home`."""
    check_inside(home, place)
    make_own(home / place, home)
    open_up(home, place)


def open_up(home: Path, place: Path = SESSIONS) -> None:
    """Where the user shares, let others through folders that an earlier session closed."""
    if not _is_shared():
        return
    folder = home
    for part in place.parts:
        above, folder = folder, folder / part
        mode = folder.stat().st_mode & 0o7777
        wanted = mode | above.stat().st_mode & 0o055
        if wanted != mode:
            with contextlib.suppress(PermissionError):  # only its owner can
                folder.chmod(wanted)


def keep_private(folder: Path) -> None:
    """Close a folder that others may look into, as those of older versions and of clones are."""
    mode = folder.stat().st_mode & 0o7777
    if mode & 0o077 and not _is_shared():
        folder.chmod(mode & ~0o077)


def check_folder(folder: Path) -> None:
    """Raise Damaged where a folder of ours is a link or a file."""
    if folder.is_symlink() or not folder.is_dir():
        kind = "a link" if folder.is_symlink() else "not a folder"
        raise Damaged(
            f"{shown(folder)} is {kind}", "Move it away; sessions are plain folders below the root."
        )
