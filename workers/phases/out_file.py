"""A file that the user names for what a command made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sessions.errors import BadInput, shown
from sessions.files import write_atomic
from sessions.location import SESSIONS

if TYPE_CHECKING:
    from pathlib import Path


def write_out(text: str, out: Path) -> str:
    """Write a text to a file that the user names.

    Raises BadInput for what is no file, has no folder, or is a session's own.
    """
    place = out.absolute()
    if SESSIONS.as_posix() in place.as_posix():
        raise BadInput(f"{shown(out, 300)} is in the folder of sessions", "Name another --out.")
    if not place.parent.is_dir():
        raise BadInput(
            f"{shown(out, 300)} has no folder to be in", "Make it, or name another file with --out."
        )
    if os.path.lexists(out) and (out.is_symlink() or not out.is_file()):
        raise BadInput(f"{shown(out, 300)} is no regular file", "Name another file with --out.")
    write_atomic(out, text.encode("utf-8", "replace"))
    return str(out)
