"""Reading and writing files so that a kill, a full disk or a planted link loses nothing.

A file that is replaced is written beside itself, synced and renamed; a record that is appended
is one write, synced before it is acknowledged; a file that is read is opened without following
a link at its end and judged by its descriptor (a FIFO would hang a plain open, and /dev/zero has
size 0).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import time
from typing import TYPE_CHECKING

from sessions.errors import Busy, NotReadable, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_SECONDS = 10.0
_POLL_SECONDS = 0.02


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: without it a power cut can undo a rename."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def write_atomic(path: Path, data: bytes) -> None:
    """Replace a file: readers see the old bytes or the new ones, also after a power cut."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    try:
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    sync_folder(path.parent)


def append_synced(path: Path, data: bytes) -> None:
    """Append whole lines in one write, synced before returning.

    A torn tail that a killed writer left gets a newline first, so that nothing is glued to it;
    a short write (disk full) is cut off again and raised as OSError.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            data = b"\n" + data
        written = os.write(descriptor, data)
        if written != len(data):
            os.ftruncate(descriptor, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.fsync(descriptor)
        if not size:
            sync_folder(path.parent)
    finally:
        os.close(descriptor)


def read_regular(path: Path, limit: int, *, follow: bool = False) -> bytes:
    """Read a regular file of at most `limit` bytes.

    Raises NotReadable for a link (unless `follow`), a folder, FIFO, socket or device and for a
    larger file, and OSError (FileNotFoundError, PermissionError ...) as the system does.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise _not_regular(path) from error
        raise
    try:
        return read_descriptor(descriptor, limit, path)
    finally:
        os.close(descriptor)


def read_descriptor(descriptor: int, limit: int, path: Path) -> bytes:
    """Read all of an open regular file; raises NotReadable as `read_regular` does."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise _not_regular(path)
    if status.st_size > limit:
        raise _too_large(path, limit)
    chunks: list[bytes] = []
    total = 0
    while chunk := os.read(descriptor, 1 << 20):
        chunks.append(chunk)
        total += len(chunk)
        if total > limit:  # it grew while it was read
            raise _too_large(path, limit)
    return b"".join(chunks)


def _not_regular(path: Path) -> NotReadable:
    return NotReadable(
        f"{shown(path)} is not a regular file",
        "Put a plain file there: no link, folder, pipe or device.",
    )


def _too_large(path: Path, limit: int) -> NotReadable:
    return NotReadable(
        f"{shown(path)} is larger than {limit:,} bytes",
        f"Cut it below {limit:,} bytes.",
    )


@contextlib.contextmanager
def locked(path: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold a lock that the kernel frees when its holder dies; raises Busy, naming the holder.

    flock on a file of its own that is never renamed or removed: a lock file that merely exists
    goes stale with its maker, and removing one splits the waiters over two inodes.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        _wait_for(descriptor, path, seconds)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, path: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace") or "unknown"
                raise Busy(
                    f"the session is held by process {shown(holder)} since over {seconds:g} s"
                    f" ({shown(path)})",
                    "Run the command again when that process has ended.",
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return
