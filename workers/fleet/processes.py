"""A phase as a process: started, waited for, ended with everything that it started."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

GRACE_SECONDS = 5.0
_POLL_SECONDS = 0.02
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
    pipe = asyncio.subprocess.PIPE
    if _closed.is_set():
        await asyncio.Event().wait()
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env={**os.environ, **more},
        start_new_session=True,
    )
    _running.add(process.pid)
    reading = asyncio.gather(_all_of(process.stdout), _all_of(process.stderr))
    hung = False
    try:
        await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        hung = True
    finally:
        await asyncio.shield(_end(process))
    out, err = await reading
    if _closed.is_set():
        await asyncio.Event().wait()
    return Ended(process.returncode or 0, out, err, hung)


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


async def _all_of(stream: asyncio.StreamReader | None) -> bytes:
    return await stream.read() if stream is not None else b""


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process, and what it left behind."""
    if process.returncode is None:
        _signal(process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    _signal(process.pid, signal.SIGKILL)
    _running.discard(process.pid)
    await process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
