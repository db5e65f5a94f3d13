"""What happens in the sessions, as server-sent events: which log grew, never what it says.

A page that hears of its session fetches itself again, so that nothing is told in two ways. The
`id` of an event is how many logs there are and their bytes in all: a browser that comes back with
another one has missed something, and is told to fetch whatever it shows.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import Damaged, NotReadable
from sessions.events import LINE_BYTES
from sessions.files import open_regular
from workers.integrations.web.logs import LOG, session_folders, stamp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

RETRY_MILLISECONDS = 1000
_PING_SECONDS = 15.0
# Between two looks; where a look takes long, they are rarer.
_SHORTEST_SECONDS, _LONGEST_SECONDS = 0.3, 1.5
_SHARE = 20  # of the time is spent on looking, at most one part


class Look(NamedTuple):
    """The logs of all sessions at a moment, with the bytes of each."""

    sizes: dict[str, int]

    @property
    def id(self) -> str:
        """What a browser brings back as `Last-Event-ID`."""
        return f"{len(self.sizes)}-{sum(self.sizes.values())}"


class Logs:
    """The logs of a root, looked at by whoever listens; one look serves all that ask at once."""

    def __init__(self, root: Path) -> None:
        """Take the repository; nothing is looked at yet."""
        self._root = root
        self._files: dict[str, str] = {}
        self._last, self._at, self.pause = Look({}), 0.0, _SHORTEST_SECONDS

    def look(self) -> Look:
        """Return the sizes of the logs, at most as old as half a pause."""
        begun = time.monotonic()
        if begun - self._at < self.pause / 2:
            return self._last
        with contextlib.suppress(OSError, Damaged):  # the list says so, and stays as it was
            folders = session_folders(self._root)
            self._files = {name: f"{folder}/{LOG}" for name, folder in folders.items()}
        sizes = {name: stamp(file).size for name, file in self._files.items()}
        self._last, self._at = Look(sizes), time.monotonic()
        pause = (self._at - begun) * _SHARE
        self.pause = min(max(pause, _SHORTEST_SECONDS), _LONGEST_SECONDS)
        return self._last

    def grown(self, before: Look, now: Look) -> tuple[list[str], Look]:
        """Return the sessions with whole new lines, or that came or went, and what was told.

        What stands after the last line's end is not told: its writer is about to finish it.
        """
        changed = [
            name
            for name in {**before.sizes, **now.sizes}
            if before.sizes.get(name) != now.sizes.get(name)
        ]
        told_of, sizes = [], dict(now.sizes)
        for name in changed:
            start, end = before.sizes.get(name), now.sizes.get(name)
            if start is None or end is None or end < start:
                told_of.append(name)
            elif (whole := self._end_of_line(name, start, end)) > start:
                told_of.append(name)
                sizes[name] = whole
            else:
                sizes[name] = start
        return told_of, Look(sizes)

    def _end_of_line(self, name: str, start: int, end: int) -> int:
        """Return where the last whole line between two places ends; `start` where none does."""
        begin = max(start, end - LINE_BYTES)
        try:
            with open_regular(Path(self._files[name])) as log:
                log.seek(begin)
                return max(start, begin + log.read(end - begin).rfind(b"\n") + 1)
        except (OSError, NotReadable, KeyError):
            return end


async def stream(logs: Logs, last_id: str | None) -> AsyncIterator[bytes]:
    """Yield events as long as somebody listens: first where we are, then which sessions changed."""
    look = await asyncio.to_thread(logs.look)
    yield f"retry: {RETRY_MILLISECONDS}\n".encode()
    yield _frame(look, everything=last_id is not None and last_id != look.id)
    spoke_at = time.monotonic()
    while True:
        await asyncio.sleep(logs.pause)
        now = await asyncio.to_thread(logs.look)
        changed, look = (
            await asyncio.to_thread(logs.grown, look, now) if now != look else ([], look)
        )
        if changed:
            yield _frame(look, changed)
        elif time.monotonic() - spoke_at >= _PING_SECONDS:
            yield _frame(look)
        else:
            continue
        spoke_at = time.monotonic()


def _frame(look: Look, sessions: list[str] | None = None, *, everything: bool = False) -> bytes:
    """Return an event; one without sessions says that the server is there."""
    data = json.dumps({"sessions": sessions or [], "all": everything})
    return f"id: {look.id}\ndata: {data}\n\n".encode()
