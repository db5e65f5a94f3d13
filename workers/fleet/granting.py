"""Requests to models that phases ask for: granted at once, or when a limit a minute lets them.

`sessions.asking` has the other end. A phase that ends while it waits is forgotten.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections import defaultdict, deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sessions.asking import GRANT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

MINUTE = 60.0
_BYTES = 64
_SHORTEST, _LONGEST = 0.02, 5.0  # seconds between two looks: the limit may change meanwhile
_JITTER = 0.2  # of a wait: those who were refused together do not come back together


async def at_once(_model: str = "") -> None:
    """Grant a request where nobody limits them."""


@contextmanager
def line(grant: Callable[[], Awaitable[None]]) -> Iterator[socket.socket]:
    """Yield a phase's end of the socket by which it asks; `grant` waits until one may be sent."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0)  # it does not block
    loop, asked = asyncio.get_running_loop(), asyncio.Semaphore(0)

    def take() -> None:
        try:
            data = ours.recv(_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            loop.remove_reader(ours)
        for _ in data:
            asked.release()

    async def answer() -> None:
        while True:
            await asked.acquire()
            await grant()
            with suppress(OSError):
                ours.send(GRANT)

    loop.add_reader(ours, take)
    answering = loop.create_task(answer())
    try:
        yield theirs
    finally:
        answering.cancel()
        loop.remove_reader(ours)
        ours.close()
        theirs.close()


class Granting:
    """Grants of one executor: in the order of its phases, those of each model for themselves.

    `take` takes a request of a model and returns 0, or in how many seconds to ask again.
    """

    def __init__(self, take: Callable[[str], Awaitable[float]]) -> None:
        """Take who knows the limit."""
        self._take = take
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __call__(self, model: str) -> None:
        """Wait until a request of a model may be sent."""
        async with self._turns[model]:
            while (seconds := await self._take(model)) > 0:
                some = seconds * random.uniform(1, 1 + _JITTER)  # noqa: S311 - no secret
                await asyncio.sleep(min(max(some, _SHORTEST), _LONGEST))


class OwnLimit:
    """A limit of this process alone, of each model; what was sent before it is not known."""

    def __init__(self, limit: int, period: float = MINUTE) -> None:
        """Take how many are granted in so many seconds."""
        self._limit, self._period = limit, period
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    async def take(self, model: str) -> float:
        """Take a request, as `Granting` asks for it."""
        now, sent = time.monotonic(), self._sent[model]
        while sent and sent[0] <= now - self._period:
            sent.popleft()
        if len(sent) >= self._limit:
            return sent[0] + self._period - now
        sent.append(now)
        return 0.0
