"""Before each request to a model a job's process asks its executor, and waits until it is granted.

The two have a socket between them: each byte of the process asks for one request, each byte of the
executor grants one, in the same order. A process that is no job asks nobody.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ASK, GRANT = b"?", b"!"


class Line:
    """The process' end of the socket; whoever reads it hands on what was granted."""

    def __init__(self, descriptor: int) -> None:
        """Take the descriptor of a socket."""
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], object]] = deque()

    def ask(self, then: Callable[[], object]) -> None:
        """Ask for a request; `then` is called once it is granted, by the thread that reads."""
        with self._lock:
            self._waiting.append(then)
            with suppress(OSError):  # the executor is gone: this process is about to end
                os.write(self._descriptor, ASK)

    def granted(self, count: int) -> None:
        """Call those whose requests are granted."""
        for _ in range(min(count, len(self._waiting))):
            self._waiting.popleft()()


_lines: list[Line] = []


def connect(descriptor: int) -> Line:
    """Let this process ask from now on; returns its end."""
    _lines[:] = [Line(descriptor)]
    return _lines[0]


def must_ask() -> bool:
    """Tell whether there is somebody to ask."""
    return bool(_lines)


async def permission() -> None:
    """Wait until one more request may be sent; at once where there is nobody to ask.

    What was asked for by who stopped waiting is spent all the same: fewer are sent than may be.
    """
    if not _lines:
        return
    import asyncio

    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def grant() -> None:
        if not future.done():
            future.set_result(None)

    def then() -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(grant)

    _lines[0].ask(then)
    await future
