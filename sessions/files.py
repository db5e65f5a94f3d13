"""Reading and writing files so that a kill, a full disk or a planted link loses nothing.

A file that is replaced is written beside itself, synced and renamed; a record that is appended
is one write, synced before it is acknowledged; a file that is read is opened without following
a link at its end and judged by its descriptor (a FIFO would hang a plain open, and /dev/zero has
size 0).
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import struct
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sessions.errors import Busy, NotReadable, shown
from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

_TEMPORARY = lazy_pattern(r"\..+\.(?P<process>[0-9]+)\.tmp")
_SYNCED_SINGLY = 100
_SYS_OPENAT2 = 437  # the same on every architecture of Linux
_RESOLVE_NO_MAGICLINKS, _RESOLVE_NO_SYMLINKS, _RESOLVE_BENEATH = 0x02, 0x04, 0x08


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: without it a power cut can undo a rename."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(paths: Sequence[Path]) -> None:
    """Make files and folders of one file system durable; many of them at once, which is faster."""
    if len(paths) > _SYNCED_SINGLY and _syncfs(paths[0]):
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _syncfs(path: Path) -> bool:
    """Call syncfs(2), which Python has no function for; tells whether there is such a call.

    Linux tells of errors by it since 5.8, as by fsync.
    """
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if call(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)
    return True


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing, each durable in the one above."""
    if not folder.is_dir():
        make_folder(folder.parent, mode)
        folder.mkdir(mode, exist_ok=True)
        sync_folder(folder.parent)


def file_mode(folder: Path) -> int:
    """Return the permissions of a new file: others may read it where they may read its folder."""
    return folder.stat().st_mode & 0o044 | 0o600


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def write_atomic(path: Path, data: bytes, mode: int | None = None) -> None:
    """Replace a file: readers see the old bytes or the new ones, also after a power cut.

    `mode` is what the file's permissions were, where others wrote it.
    """
    with replacing(path, mode) as descriptor:
        _write_all(descriptor, data)


@contextlib.contextmanager
def replacing(path: Path, mode: int | None = None) -> Iterator[int]:
    """Yield the descriptor of a file that replaces another, durably, when the block ends well."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = _create(beside)
    try:
        try:
            with naming(path):
                if mode is not None:
                    os.fchmod(descriptor, mode)
                yield descriptor
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    sync_folder(path.parent)


def _create(path: Path) -> int:
    """Make a file of ours; what a killed process of our number left under its name goes first."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        return os.open(path, flags, file_mode(path.parent))
    except FileExistsError:
        path.unlink()
        return os.open(path, flags, file_mode(path.parent))


def is_temporary(name: str) -> bool:
    """Tell whether a file has a name that `write_atomic` writes to; an agent's own have others."""
    return _TEMPORARY.fullmatch(name) is not None


def writer_of(name: str) -> int | None:
    """Return the process that writes a file which `is_temporary`, None for another file."""
    match = _TEMPORARY.fullmatch(name)
    return int(match["process"]) if match else None


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error of a call on a descriptor name the file: the system does not know it."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def write_changed(path: Path, data: bytes) -> None:
    """Replace a file unless it holds these bytes already: a sync costs more than a look."""
    try:
        same = read_regular(path, len(data)) == data
    except (OSError, NotReadable):
        same = False
    if not same:
        write_atomic(path, data)


def move_aside(path: Path) -> Path:
    """Rename a file to a dated name of its own beside it; returns that name."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S-%f")
    aside = path.with_name(f"{path.stem}.{stamp}{path.suffix}")
    path.rename(aside)
    sync_folder(path.parent)
    return aside


def append_synced(
    path: Path, data: bytes, *, instead_of: int = 0, of_size: int | None = None
) -> int:
    """Append whole lines in one write, synced before returning; returns the file's size then.

    `instead_of` bytes at the end are cut off first: what a killed writer left of a line. A short
    write (disk full) is cut off again and raised as OSError. Raises Busy where the file has not the
    size `of_size` that its writer saw.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags, file_mode(path.parent))
    try:
        with naming(path):
            there = _regular(descriptor, path).st_size
            if of_size not in {None, there}:
                raise written_by_another(path)
            size = there - instead_of
            if instead_of:
                os.ftruncate(descriptor, size)
            written = os.write(descriptor, data)
            if written != len(data):
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        if not size:
            sync_folder(path.parent)
    finally:
        os.close(descriptor)
    return size + written


def written_by_another(path: Path) -> Busy:
    """Return the error of a writer whose file was written to while only it might do so."""
    return Busy(
        f"another process wrote to {shown(path)} while this one held the lock",
        "Run the command again: the file system had given the lock to another.",
    )


def open_beneath(folder: int, path: str) -> int:
    """Open a file for reading by its path below an open folder, which no link leads out of.

    The path has no links in it: one that appears is refused (OSError), wherever it leads. Uses
    openat2(2) where the kernel has it; elsewhere each folder is opened in turn.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = _openat2(folder, path, flags)
    if descriptor is not None:
        return descriptor
    *folders, name = path.split("/")
    inside = os.dup(folder)
    try:
        for part in folders:
            deeper = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=inside)
            os.close(inside)
            inside = deeper
        return os.open(name, flags, dir_fd=inside)
    finally:
        os.close(inside)


def _openat2(folder: int, path: str, flags: int) -> int | None:
    """Call openat2(2), which Python has no function for; None where there is no such call."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    # struct open_how: flags, mode, resolve
    how = struct.pack(
        "QQQ", flags, 0, _RESOLVE_NO_MAGICLINKS | _RESOLVE_NO_SYMLINKS | _RESOLVE_BENEATH
    )
    call = ctypes.CDLL(None, use_errno=True).syscall
    name = ctypes.c_char_p(os.fsencode(path))
    descriptor: int = call(_SYS_OPENAT2, folder, name, how, len(how))
    if descriptor >= 0:
        return descriptor
    number = ctypes.get_errno()
    if number in {errno.ENOSYS, errno.EPERM, errno.EINVAL}:  # an old kernel, or a sandbox
        return None
    raise OSError(number, os.strerror(number), path)


def open_regular(path: Path, *, follow: bool = False) -> BinaryIO:
    """Open a regular file for reading.

    Raises NotReadable for a link (unless `follow`), a folder, FIFO, socket or device, and OSError
    (FileNotFoundError, PermissionError ...) as the system does.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise _not_regular(path) from error
        raise
    try:
        _regular(descriptor, path)
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path, limit: int, *, follow: bool = False) -> bytes:
    """Read a regular file of at most `limit` bytes.

    Raises NotReadable for a larger file, and as `open_regular` does.
    """
    with open_regular(path, follow=follow) as file:
        return read_descriptor(file.fileno(), limit, path)


def read_descriptor(descriptor: int, limit: int, path: Path) -> bytes:
    """Read all of an open regular file; raises NotReadable as `read_regular` does."""
    if _regular(descriptor, path).st_size > limit:
        raise _too_large(path, limit)
    chunks: list[bytes] = []
    total = 0
    while chunk := os.read(descriptor, 1 << 20):
        chunks.append(chunk)
        total += len(chunk)
        if total > limit:  # it grew while it was read
            raise _too_large(path, limit)
    return b"".join(chunks)


def _regular(descriptor: int, path: Path) -> os.stat_result:
    """Return the status of an open file; raises NotReadable unless it is a regular one."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise _not_regular(path)
    return status


def read_open(descriptor: int, limit: int) -> bytes:
    """Read at most `limit` bytes from a descriptor that the caller's shell opened.

    Raises FileNotFoundError where there is none, NotReadable for more bytes.
    """
    chunks: list[bytes] = []
    left = limit + 1
    try:
        while left > 0 and (chunk := os.read(descriptor, min(left, 1 << 20))):
            chunks.append(chunk)
            left -= len(chunk)
    except OSError as error:
        if error.errno == errno.EBADF:
            raise FileNotFoundError(error.errno, error.strerror) from error
        raise
    if left <= 0:
        raise NotReadable(
            f"descriptor {descriptor} gives more than {limit:,} bytes",
            f"Cut it below {limit:,} bytes.",
        )
    return b"".join(chunks)


def read_stdin(limit: int) -> bytes:
    """Read at most `limit` bytes of standard input, nothing when it is closed."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read(limit)


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
