"""When events of a fleet's sessions were seen: what they say themselves is by clocks set wrong."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from sessions.location import SESSIONS

if TYPE_CHECKING:
    from pathlib import Path

_LOOK_SECONDS = 0.05


@dataclass
class Watch:
    """A thread that looks at all sessions of a root, and notes when it first saw an event."""

    root: Path
    times: dict[str, dict[int, float]] = field(default_factory=dict)  # session -> number -> when
    _read: dict[Path, int] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """Note what is new."""
        for file in (self.root / SESSIONS).glob("*/EVENTS.jsonl"):
            times = self.times.setdefault(file.parent.name, {})
            with file.open("rb") as log:
                log.seek(self._read.get(file, 0))
                new = log.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._read[file] = self._read.get(file, 0) + len(whole)
            now = time.monotonic()
            for line in whole.splitlines():
                with suppress(ValueError, TypeError, KeyError):  # a line that a fault cut in half
                    times.setdefault(json.loads(line)["seq"], now)
