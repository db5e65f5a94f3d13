"""A phase as a process: started, waited for, ended with everything that it started."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GRACE_SECONDS = 5.0
_POLL_SECONDS = 0.02
_ENGINE = "WAGGLE_ENGINE"  # its address may hold a password, and no phase needs it
_running: set[int] = set()  # process groups
_closed = threading.Event()  # nothing is started any more, and what ends meanwhile says nothing


class Ended(NamedTuple):
    """What came of a process; `hung` when it took longer than it may."""

    code: int
    out: bytes
    err: bytes
    hung: bool = False


async def run(words: Sequence[str], more: dict[str, str], seconds: float | None) -> Ended:
    """Run a command to its end; cancelled or out of time, it is ended, and all that it started.

    It holds one end of a pipe as standard input, which closes when this process dies.
    """
    if _closed.is_set():
        await asyncio.Event().wait()
    known = {name: value for name, value in os.environ.items() if name != _ENGINE}
    reading, held_open = os.pipe()
    with _closing(reading, held_open), _output() as out, _output() as err:
        # No pipes of asyncio's: it would wait for whoever else holds their ends.
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=reading,
            stdout=out,
            stderr=err,
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
        return Ended(process.returncode or 0, _content(out), _content(err), hung)


def _output() -> IO[bytes]:
    """Return a file for what a process prints: in memory, where the disk may be full."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("output"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


@contextmanager
def _closing(*descriptors: int) -> Iterator[None]:
    """Close descriptors at the end."""
    try:
        yield
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


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
