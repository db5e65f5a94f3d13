"""A look at the fleet for its page, in a thread of its own: a database may hang.

No other page waits for it, nor does the end of the program. DBOS is not imported, nothing is
written, and the address is shown without its password.
"""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.addresses import without_user
from sessions.errors import WaggleError, of_system
from workers.fleet import engine

if TYPE_CHECKING:
    from pathlib import Path

_FRESH_SECONDS = 5.0  # a look is shown again for so long
_PAUSE_SECONDS, _PAUSES = 0.05, 60  # a page waits so long, and so often, for a new one


class Look(NamedTuple):
    """What the database said, or why it said nothing; `queues` are overviews by their names."""

    at: datetime
    database: str = ""
    queues: dict[str, dict[str, Any]] = {}  # noqa: RUF012 - nobody changes it
    error: WaggleError | None = None


def is_named() -> bool:
    """Tell whether the user names a fleet's database, a right one or not."""
    try:
        return engine.address(None) is not None
    except WaggleError:
        return True


class Fleet:
    """The last look at the fleet of a repository, and the one that is under way."""

    def __init__(self, root: Path) -> None:
        """Take the repository; nothing is looked at yet."""
        self._root = root
        self._last: Look | None = None
        self._until = 0.0  # the last look is new enough
        self._thread: threading.Thread | None = None

    async def look(self) -> tuple[Look | None, bool]:
        """Return the last look, and whether the database has not answered another one yet."""
        if not self._is_looking() and time.monotonic() >= self._until:
            self._thread = threading.Thread(target=self._look, daemon=True)
            self._thread.start()
        for _ in range(_PAUSES):
            if not self._is_looking():
                break
            await asyncio.sleep(_PAUSE_SECONDS)
        return self._last, self._is_looking()

    def _is_looking(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _look(self) -> None:
        self._last = _looked(self._root)
        self._until = time.monotonic() + _FRESH_SECONDS


def _looked(root: Path) -> Look:
    from workers.fleet.shared import overviews

    database = ""
    try:
        url = engine.address(None)
        if url is None:
            return Look(datetime.now(UTC))
        database = without_user(url)
        return Look(datetime.now(UTC), database, overviews(url, root))
    except (WaggleError, OSError) as error:
        return Look(datetime.now(UTC), database, error=of_system(error))
