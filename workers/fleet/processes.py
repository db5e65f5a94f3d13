"""A phase as a process: started, waited for, ended with everything that it started."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from workers.fleet.granting import at_once, line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

GRACE_SECONDS = 5.0
_POLL_SECONDS = 0.02
_CHUNK = 64 * 1024
# No phase needs what opens the fleet's database: its address, which may hold a password, and what
# else libpq takes a secret from. A proof of the repository's, which may have a database of its own,
# gets none of them by hand either: `workers.proofs.sandbox` lists what it gets.
_OF_ENGINE = {
    *("WAGGLE_ENGINE", "PGPASSWORD", "PGPASSFILE"),
    *("PGSERVICE", "PGSERVICEFILE", "PGSSLKEY"),
}
_running: set[int] = set()  # process groups
_closed = threading.Event()  # nothing is started any more, and what ends meanwhile says nothing


class Ended(NamedTuple):
    """What came of a process; `hung` when it took longer than it may."""

    code: int
    out: bytes
    err: bytes
    hung: bool = False


async def run(
    words: Sequence[str],
    more: dict[str, str],
    seconds: float | None,
    grant: Callable[[], Awaitable[None]] = at_once,
) -> Ended:
    """Run a command to its end; cancelled or out of time, it is ended, and all that it started.

    It holds one end of a socket as standard input, which closes when this process dies. By it the
    command asks for requests to models; `grant` waits until one may be sent.
    """
    if _closed.is_set():
        await asyncio.Event().wait()
    known = {name: value for name, value in os.environ.items() if name not in _OF_ENGINE}
    # No pipes of asyncio's: it would wait for whoever else holds their ends.
    with line(grant) as asking, _gathered() as out, _gathered() as err:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asking.fileno(),
            stdout=out.end,
            stderr=err.end,
            env=known | more,
            start_new_session=True,
        )
        _running.add(process.pid)
        hung = False
        try:
            await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            hung = True
        finally:
            await asyncio.shield(_end(process))
        if _closed.is_set():
            await asyncio.Event().wait()
        return Ended(process.returncode or 0, out.all(), err.all(), hung)


class _Gathered:
    """What is written into a pipe, as far as it is there; `end` is where it is written."""

    def __init__(self) -> None:
        self._reading, self.end = os.pipe()
        os.set_blocking(self._reading, False)
        self._content = bytearray()
        asyncio.get_running_loop().add_reader(self._reading, self._take)

    def _take(self) -> bool:
        """Take in what is there; returns whether there may be more."""
        try:
            data = os.read(self._reading, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            asyncio.get_running_loop().remove_reader(self._reading)
        self._content += data
        return bool(data)

    def all(self) -> bytes:
        """Return all of it, once the process that was to write it has ended."""
        while self._take():
            pass
        return bytes(self._content)

    def close(self) -> None:
        """Close both ends."""
        asyncio.get_running_loop().remove_reader(self._reading)
        os.close(self._reading)
        os.close(self.end)


@contextmanager
def _gathered() -> Iterator[_Gathered]:
    gathered = _Gathered()
    try:
        yield gathered
    finally:
        gathered.close()


def open_up() -> None:
    """Let phases run: the engine begins."""
    _closed.clear()


def end_all(seconds: float = GRACE_SECONDS) -> None:
    """End every process that runs, and all that they started; after `seconds` by force.

    What they came to is not looked at: whoever goes on runs these phases again.
    """
    _closed.set()
    for group in tuple(_running):
        _signal(group, signal.SIGTERM)
    until = time.monotonic() + seconds
    while _running and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
    for group in tuple(_running):
        _signal(group, signal.SIGKILL)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process, and what it left behind."""
    if process.returncode is None:
        _signal(process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    _signal(process.pid, signal.SIGKILL)
    _running.discard(process.pid)
    await process.wait()


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
