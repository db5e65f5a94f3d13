"""A machine's clone that is damaged: made again from the remote, where the old one was."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from sessions.errors import BadInput, Damaged, WaggleError, shown
from sessions.lock import locked
from workers.fleet.clones.bare import Unsound
from workers.fleet.clones.refs import FLEET, KEPT, OWN_FLEET, ref_of
from workers.fleet.places import Unfit

if TYPE_CHECKING:
    from pathlib import Path

    from workers.fleet.clones.bare import Bare

LOCK = ".lock"
_LOCK_SECONDS = 300.0  # another process makes it again meanwhile


def is_of_clone(error: WaggleError | OSError, bare: Bare) -> bool:
    """Tell whether it is the clone that stops a step, not what the remote has."""
    return isinstance(error, Unsound) or not (bare.folder / "config").is_file()


def unfit(bare: Bare, why: Exception) -> Unfit:
    """Return what to say where no clone can be made."""
    return Unfit(
        f"the clone {shown(bare.folder, 300)} is damaged and cannot be made again: {why}",
        "Look at that folder and its disk, or give another --work.",
    )


def identity(bare: Bare) -> tuple[int, int] | None:
    """Return what tells a clone from the one that takes its place."""
    try:
        about = bare.folder.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def renew(bare: Bare, copies: Path, was: tuple[int, int] | None) -> bool:
    """Make a clone again, unless that was done since it `was` there; returns whether it was now.

    Raises Unfit where it cannot be, Away, NotSent and Busy.
    """
    try:
        with locked(bare.folder.parent / LOCK, _LOCK_SECONDS):
            if identity(bare) not in {was, None}:
                return False
            make_again(bare, copies)
    except OSError as error:
        raise unfit(bare, error) from None
    return True


def make_again(bare: Bare, copies: Path) -> None:
    """Make a clone again, as `renew` does; the caller holds the lock of its folder.

    Copies of jobs that are at work here borrow its objects: it has them before it is there.
    """
    fresh = bare._replace(folder=_beside(bare))
    old = _beside(bare)
    try:
        fresh.folder.mkdir(0o700)
        fresh.make(digits=fresh.digits_at_remote())
        fresh.fetch(FLEET, OWN_FLEET)
        for session_id in {entry.name for entry in copies.glob("*/[!.]*") if entry.is_dir()}:
            with suppress(BadInput, Damaged):  # of that session alone
                ref = ref_of(fresh, session_id, f"{KEPT}/{session_id}")
                fresh.fetch(ref.name, ref.own)
        if os.path.lexists(bare.folder):
            bare.folder.rename(old)
        fresh.folder.rename(bare.folder)
    except (Damaged, OSError) as error:
        raise unfit(bare, error) from None
    finally:
        for left in (old, fresh.folder):
            shutil.rmtree(left, ignore_errors=True)


def left_behind(bare: Bare) -> list[Path]:
    """Return what a process left that was killed while it made a clone again."""
    return [*bare.folder.parent.glob(f"{bare.folder.name}.*")]


def _beside(bare: Bare) -> Path:
    return bare.folder.with_name(f"{bare.folder.name}.{secrets.token_hex(4)}")
