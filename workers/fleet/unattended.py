"""Workflows that are this process' own by the engine's rows, and that it does not do.

A claim whose answer was lost, or a workflow that died of an error that could not be recorded. The
lease of such a process goes on: nobody else would ever give its workflow back.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Between a claim and the start of what was claimed, on the busiest machine. Too soon costs little:
# the engine lets the older of two go no further, and so do the tokens.
SECONDS = 20.0

_running: set[str] = set()


class Claimed(NamedTuple):
    """A workflow at work by its row, and its queue."""

    id: str
    queue: str | None


@contextmanager
def attended(workflow: str) -> Iterator[None]:
    """Have a workflow count as done by this process."""
    _running.add(workflow)
    try:
        yield
    finally:
        _running.discard(workflow)


class Looks:
    """Looks at a process' own rows: what all of them saw unattended for SECONDS is so."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with no look."""
        self._clock = clock
        self._since: dict[str, float] = {}

    def saw(self, rows: Iterable[Claimed]) -> list[Claimed]:
        """Take in the rows that are there; returns those to be queued again."""
        now = self._clock()
        left = [row for row in rows if row.id not in _running]
        self._since = {row.id: self._since.get(row.id, now) for row in left}
        return [row for row in left if now - self._since[row.id] >= SECONDS]
