"""A phase as a process: started, waited for, ended with everything that it started."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

GRACE_SECONDS = 5.0
_running: set[int] = set()  # process groups


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
    return Ended(process.returncode or 0, out, err, hung)


def kill_all() -> None:
    """Kill every process that runs, and all that they started, at once."""
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
