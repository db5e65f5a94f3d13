"""Waiting for the jobs of a run: its events say what has ended, whoever does them."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from sessions.errors import Busy, NoEngine, NoSuchSession
from sessions.progress import at
from workers.fleet import jobs
from workers.fleet.places import Away

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessions.session import Session
    from workers.hive.outcomes import Outcome

AWAY_SECONDS = 600.0  # that a remote is waited for
_POLLING = 0.1
_LOOK_SECONDS = 5.0
_WORKERS_SECONDS = 30.0  # between two looks whether a queue has any
GOES_ON = {"ENQUEUED", "DELAYED", "PENDING"}


def wait(
    session: Session,
    run: jobs.Run,
    ended: Callable[[Outcome], None],
    check: Callable[[], None] = lambda: None,
) -> dict[str, Outcome]:
    """Wait until all jobs of a run have ended, and say so of each; `check` may stop the waiting."""
    known: dict[str, Outcome] = {}
    size = -1  # of the log: a state of many workers takes long to read
    while True:
        before, size = size, _log_bytes(session)
        if not size:
            raise NoSuchSession(
                f"session {session.id} is not there any more",
                "It was removed while it ran.",
            )
        if size != before:
            state = session.state()
            now = jobs.ended(state, run)
            at(", ".join(jobs.at_work(state, run)))
            for worker, outcome in now.items():
                if worker not in known:
                    ended(outcome)
            known = now
            if len(known) == len(run.workers):
                return known
        check()
        time.sleep(_POLLING)


def _log_bytes(session: Session) -> int:
    with suppress(FileNotFoundError):
        return session.events_file.stat().st_size
    return 0


class Looks:
    """Looks at a plan's workflow, some seconds apart: what two of them see is so.

    A workflow that ends says so a moment before, or after, the events of its last job are read.
    """

    def __init__(self) -> None:
        """Begin with no look."""
        self._at = time.monotonic()
        self._was_over = False

    def is_time(self) -> bool:
        """Tell whether the last look is long enough ago, and begin another one."""
        now = time.monotonic()
        is_time = now - self._at > _LOOK_SECONDS
        self._at = now if is_time else self._at
        return is_time

    def saw(self, workflow: str, status: str | None) -> None:
        """Take in a status, None for no workflow; raises NoEngine where it was over before."""
        is_over = status not in GOES_ON
        if is_over and self._was_over:
            raise NoEngine(
                f"the engine does no more for {workflow}: {status or 'it is not there'}",
                "Run the plan again; on several machines: fleet retry --session ID.",
            )
        self._was_over = is_over


class Workers:
    """The workers of a queue whose jobs are waited for."""

    def __init__(
        self, are_there: Callable[[], bool], nobody: str, say: Callable[[str], None]
    ) -> None:
        """Begin with no look; `are_there` raises NoEngine where the database is away."""
        self._are_there, self._nobody, self._say = are_there, nobody, say
        self._next, self._is_said = 0.0, False

    def look(self) -> None:
        """Look now and then whether there are any, and say once where there are none."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _WORKERS_SECONDS
        with suppress(NoEngine):
            is_alone = not self._are_there()
            if is_alone and not self._is_said:
                self._say(f"waiting: {self._nobody}")
            self._is_said = is_alone


class Remote:
    """The remote of a run that is waited for, which may be away for some minutes."""

    def __init__(self, fetch: Callable[[], bool] | None, say: Callable[[str], None]) -> None:
        """Begin as if it had just answered; without `fetch` there is none."""
        self._fetch, self._say = fetch, say
        self._answered, self._is_away = time.monotonic(), False

    def brings_more(self) -> bool:
        """Merge what other machines did; tells whether it was more than was known, or may be."""
        if self._fetch is None:
            return False
        try:
            is_more = self._fetch()
        except (Away, Busy) as error:
            if time.monotonic() - self._answered > AWAY_SECONDS:
                kind = type(error)
                raise kind(error.message, "The same command goes on, once that is over.") from None
            if not self._is_away:
                self._say(f"waiting: {error.message}")
            self._is_away = True
            return True
        self._answered, self._is_away = time.monotonic(), False
        return is_more
