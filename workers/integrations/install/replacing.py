"""Files that other programs write at the same time: found, locked, replaced only as they were read.

The files are an agent's configuration. Its own program, an editor and a formatter replace them
whenever they like and take no lock, so a file is looked at once more right before it is replaced;
when it has changed, the caller merges into what is there now.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import Busy, Damaged, NotReadable, shown
from sessions.files import is_temporary, make_folder, read_regular, sync_folder
from workers.integrations.install.manifest import FILE_BYTES, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LOCK_SECONDS = 60.0
_POLL_SECONDS = 0.02
_JUST_NOW_SECONDS = 0.5
_LOCK_FILE = ".waggle-install.lock"
_NO_FOLDER_LOCKS = {errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL}
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


@contextlib.contextmanager
def held(base: Path) -> Iterator[None]:
    """Hold the lock of a base's installation; raises Busy when another holds it for long.

    It is on the base itself: a lock file would stay behind in the user's repository. Only where a
    file system locks no folders (NFS) there is one.
    """
    descriptor = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        except OSError as error:
            if error.errno not in _NO_FOLDER_LOCKS:
                raise
            os.close(descriptor)
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(base / _LOCK_FILE, flags, 0o644)
        _wait_for(descriptor, base)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, base: Path) -> None:
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise Busy(
                    f"another install is at work below {shown(base)} since over {LOCK_SECONDS:g} s",
                    "Run the command again when it has ended.",
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return


class Place(NamedTuple):
    """Where a file really is: links on the way are followed as far as they stay below the base."""

    file: Path

    def read(self) -> bytes | None:
        """Return its bytes, None when there is none; raises NotReadable as `read_regular` does."""
        try:
            return read_regular(self.file, FILE_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def was_just_written(self) -> bool:
        """Tell whether somebody is at work on it right now."""
        try:
            return abs(time.time() - self.file.stat().st_mtime) < _JUST_NOW_SECONDS
        except OSError:
            return False


def locate(base: Path, path: str) -> Place:
    """Find a file below the base; raises Damaged when a link leads out of it, or into `.git`."""
    named = base / path
    whole = base if not Path(path).is_absolute() else named.parent
    try:
        real, inside = named.resolve(), whole.resolve()
    except (OSError, RuntimeError):
        raise Damaged(f"{shown(named)} is a link without an end", "Remove the link.") from None
    if not real.is_relative_to(inside):
        inside = base.resolve()
    if not real.is_relative_to(inside):
        raise Damaged(
            f"{shown(named)} is a link out of {shown(whole)}, to {shown(real)}",
            "Nothing is written outside: put a plain file there, or a link that stays inside.",
        )
    if ".git" in real.parts[len(inside.parts) :]:
        raise Damaged(f"{shown(named)} is a link into .git", "Put a plain file there.")
    return Place(real)


def replace_if(place: Place, before: bytes | None, after: bytes, *, contended: bool) -> bool:
    """Replace a file if it still holds `before`; tells whether it did.

    Readers see the old bytes or the new ones, also after a power cut. `contended`: it was changed
    under us, or a moment ago. Then it is replaced first and synced at once afterwards, since a sync
    takes longer than a busy writer waits, and what a writer slipped in meanwhile is put back.
    """
    file = place.file
    contended = contended or place.was_just_written()
    make_folder(file.parent)
    beside = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    # Exclusive: one of a killed process with our number may be a second name of the file itself.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    beside.unlink(missing_ok=True)
    try:
        descriptor = os.open(beside, flags, 0o644)
        try:
            _fill(descriptor, after, place)
            if not contended:
                os.fsync(descriptor)
            if place.read() != before:
                return False
            if not _exchanged(beside, file, before, contended=contended):
                return False
            if contended:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
    sync_folder(file.parent)
    return True


def _fill(descriptor: int, data: bytes, place: Place) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.fchmod(descriptor, stat.S_IMODE(place.file.stat().st_mode) & 0o777)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError as error:
        error.filename = str(place.file)  # the system knows a descriptor only
        raise


def _exchanged(beside: Path, file: Path, before: bytes | None, *, contended: bool) -> bool:
    if before is None:
        try:
            os.link(beside, file)  # unlike a rename it replaces nothing
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            beside.replace(file)
        return True
    exchange = _exchange_of(beside, file) if contended else None
    looked_at = _number(file)
    if Place(file).read() != before:  # once more: making ready took a while
        return False
    if exchange is None or not exchange():
        beside.replace(file)
        return True
    # Somebody was faster than the look: told by another file at once, else by what it holds.
    if _number(beside) == looked_at and Place(beside).read() == before:
        return True
    exchange()
    return False


def _number(file: Path) -> int | None:
    """Return the number by which the system knows a file, None without one."""
    try:
        return file.stat().st_ino
    except OSError:
        return None


def _exchange_of(first: Path, other: Path) -> Callable[[], bool] | None:
    """Return what lets two files change their names in one step, by renameat2(2), where it is.

    All is made ready before: what happens between two calls is what a writer can lose.
    """
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return None
    old, new = (ctypes.c_char_p(os.fsencode(path)) for path in (first, other))
    return lambda: bool(call(_AT_FDCWD, old, _AT_FDCWD, new, _RENAME_EXCHANGE) == 0)


def remove_if(place: Place, before: bytes) -> bool:
    """Remove a file if it still holds `before`, durably; tells whether it did."""
    if place.read() != before:
        return False
    place.file.unlink()
    sync_folder(place.file.parent)
    return True


def remove_empty(base: Path, name: str) -> None:
    """Remove a folder below the base when nothing is in it, durably; a link is left alone."""
    folder = base / name
    whole = base if not Path(name).is_absolute() else folder
    if folder.is_symlink() or not folder.resolve().is_relative_to(whole.resolve()):
        return
    try:
        folder.rmdir()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            return
        raise
    sync_folder(folder.parent)


def missing_folders(base: Path, path: str) -> list[str]:
    """Return the folders that have to be made for a file, as the manifest names them."""
    file = Path(path)
    parents = [parent for parent in file.parents if str(parent) != "."]
    return [str(parent) for parent in parents if not (base / parent).exists()]


def leftovers(base: Path, paths: Iterable[str]) -> list[Path]:
    """Return the temporary files that a killed process left beside files, and the manifest."""
    names: dict[Path, set[str]] = {base: {MANIFEST}}
    for path in paths:
        with contextlib.suppress(Damaged, NotReadable):
            file = locate(base, path).file
            names.setdefault(file.parent, set()).add(file.name)
    left = []
    for folder, beside in names.items():
        with contextlib.suppress(OSError), os.scandir(folder) as listed:
            left += [folder / one.name for one in listed if _is_left(one, beside)]
    return sorted(left)


def _is_left(entry: os.DirEntry[str], beside: set[str]) -> bool:
    if not is_temporary(entry.name) or not entry.is_file(follow_symlinks=False):
        return False
    name, number, _ = entry.name[1:].rsplit(".", 2)
    return name in beside and not _lives(int(number))


def _lives(number: int) -> bool:
    """Tell whether another process has a number: one of our own number is dead."""
    if number == os.getpid():
        return False
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
