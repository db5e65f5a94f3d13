"""One holder at a time, in the order of arrival; the kernel frees what a dead process held.

flock on a file of its own that is never renamed or removed: a lock file that merely exists goes
stale with its maker, and removing one splits the waiters over two inodes. A process that finds the
lock taken draws a ticket: a file in the queue beside the lock, itself locked as long as its owner
waits, so that a killed waiter holds nobody up. Whoever comes later waits behind the tickets: their
numbers follow each other, since machines that share a folder have no clock in common.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import threading
import time
from typing import TYPE_CHECKING

from sessions.errors import Busy, Damaged, shown
from sessions.files import file_mode, naming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_SECONDS = 10.0  # without any movement: who holds it hangs
WAIT_SECONDS = 300.0  # in all, however the queue moves
MOST_WAITING = 500
_PID_BYTES = 20  # of the lock file: who holds it; behind it, since when
_POLL_SECONDS = 0.01
_LONGEST_POLL_SECONDS = 0.25
# After so long without movement a waiter looks for itself: who is before it may be stopped.
_PASSED_OVER_SECONDS = 2.0


@contextlib.contextmanager
def locked(path: Path, seconds: float = LOCK_SECONDS, what: str = "this lock") -> Iterator[None]:
    """Hold a lock; raises Busy when one holder keeps it for so long, or too many wait for it.

    With 0 `seconds` nobody waits. `what` is held by it, in a message. Raises Damaged where the lock
    is no regular file.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags, file_mode(path.parent))
    try:
        with naming(path):
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Damaged(f"{shown(path)} is not a regular file", "Move it away.")
            _take(descriptor, path, seconds, what)
            os.ftruncate(descriptor, 0)
            taken = f"{os.getpid():<{_PID_BYTES}}{time.monotonic_ns()}"
            os.pwrite(descriptor, taken.encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Tell whether a process holds a lock at this moment; makes nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        return isinstance(error, PermissionError)  # another user's
    try:
        return not _locks(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def queue_of(path: Path) -> Path:
    """Return the folder of those who wait for a lock."""
    return path.with_name(f"{path.name}.queue")


def _take(descriptor: int, path: Path, seconds: float, what: str) -> None:
    taken = _locks(descriptor)
    if taken and not _waiting(queue_of(path)):
        return
    if not seconds:
        if taken:
            return
        raise _busy(path, f"{what} is held by {_holder(descriptor)}")
    if taken:  # others came first
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    with _ticket(queue_of(path), what) as ticket:
        _wait(descriptor, path, ticket, seconds, what)


def _locks(descriptor: int, how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(descriptor: int, path: Path, ticket: str, seconds: float, what: str) -> None:
    """Wait until nobody is before a ticket and the lock is free; raises Busy."""
    begun = moved = time.monotonic()
    before: bytes | None = None
    while True:
        tickets = _waiting(queue_of(path))
        ahead = sum(other < ticket for other in tickets)
        # Who gives up before us moves nothing: the lock was handed on, or it hangs.
        seen = os.pread(descriptor, 2 * _PID_BYTES, 0)
        now = time.monotonic()
        if seen != before:
            before, moved = seen, now
        idle = now - moved
        own_turn = not ahead or idle > _PASSED_OVER_SECONDS * (1 + ahead / MOST_WAITING)
        if own_turn and _locks(descriptor):
            return
        if idle > seconds or now - begun > WAIT_SECONDS:
            others = f", and {ahead} more wait before this one" if ahead else ""
            long = int(idle if idle > seconds else now - begun)
            holder = _holder(descriptor)
            raise _busy(path, f"{what} has been held by {holder} for over {long} s{others}")
        time.sleep(min(_POLL_SECONDS * (1 + ahead), _LONGEST_POLL_SECONDS))


def _waiting(queue: Path) -> list[str]:
    """Return the tickets of those who wait, first come first; those of the dead in front go."""
    try:
        tickets = sorted(path.name for path in queue.iterdir() if path.name[0] != ".")
    except FileNotFoundError:
        return []
    while tickets and not is_held(queue / tickets[0]):
        with contextlib.suppress(OSError):
            os.unlink(queue / tickets[0])  # noqa: PTH108 - its owner may have removed it
        del tickets[0]
    return tickets


def _next_number(tickets: list[str]) -> int:
    heads = (name.partition(".")[0] for name in tickets)
    return 1 + max((int(head) for head in heads if head.isdecimal()), default=0)


@contextlib.contextmanager
def _ticket(queue: Path, what: str) -> Iterator[str]:
    """Draw a ticket and hold it; the queue names a ticket once its owner has locked it."""
    with contextlib.suppress(FileExistsError):
        queue.mkdir(queue.parent.stat().st_mode & 0o777)
    if queue.is_symlink():
        raise Damaged(f"{shown(queue)} is a link", "Remove it.")
    tickets = _waiting(queue)
    if len(tickets) >= MOST_WAITING:
        raise Busy(
            f"{len(tickets)} processes wait for {what} already ({shown(queue.parent)}),"
            f" and at most {MOST_WAITING} may",
            "Run the command again later.",
        )
    # Another machine may have the same processes, and draw the same number at the same moment.
    name = (
        f"{_next_number(tickets):020}.{os.getpid()}.{threading.get_ident()}.{os.urandom(4).hex()}"
    )
    drawn = queue / f".{name}.{os.getpid()}.tmp"
    descriptor = os.open(drawn, os.O_RDWR | os.O_CREAT | os.O_EXCL, file_mode(queue.parent))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # A machine that knows no such process may have swept it.
        with contextlib.suppress(FileNotFoundError):
            drawn = drawn.rename(queue / name)
        yield name
    finally:
        with contextlib.suppress(OSError):
            drawn.unlink()
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    pid = os.pread(descriptor, _PID_BYTES, 0).strip().decode("ascii", "replace")
    return f"process {shown(pid or 'unknown')}"


def _busy(path: Path, why: str) -> Busy:
    return Busy(f"{why} ({shown(path)})", "Run the command again when that process has ended.")
