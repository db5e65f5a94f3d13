"""What keeps jobs right, and can be taken away: schedules that do not notice prove nothing.

    python -m tests.fleet --without NAME

Says to every process of a fleet, by its environment, what it has to do without. That a lease is
asked for under the session's lock is none of these: twenty schedules do not notice that it is
missing, so narrow is the gap that it closes. tests/test_job_ends.py does.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any
from unittest import mock

import sessions.session
from workers.fleet import jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VARIABLE = "TEST_WITHOUT"


def _replace(owner: object, name: str, value: object) -> None:
    """Replace a name for as long as this process lives."""
    mock.patch.object(owner, name, value).start()


def _without_fence() -> None:
    """Who was replaced may write on, and ends its job, too."""
    _replace(sessions.session, "check_job", lambda _jobs: None)
    end = jobs.end

    def unclaimed(
        session: Any, run: Any, outcome: Any, _claim: object, executor: str, **_alive: object
    ) -> bool:
        return end(session, run, outcome, None, executor)

    _replace(jobs, "end", unclaimed)


def _without_lock() -> None:
    """Whoever comes writes, whoever else does."""

    @contextlib.contextmanager
    def unlocked(_path: Path) -> Iterator[None]:
        yield

    _replace(sessions.session, "locked", unlocked)


def _without_ends() -> None:
    """Nobody looks whether a job has ended already."""
    _replace(jobs, "_has_ended", lambda _state, _run, _worker: False)


def _without_leases() -> None:
    """Nobody gives back what the dead left."""
    from workers.fleet.leases import Leases

    _replace(Leases, "give_back", lambda _leases, _name, _resume: [])


SAFEGUARDS: dict[str, Callable[[], None]] = {
    "fence": _without_fence,
    "lock": _without_lock,
    "ends": _without_ends,
    "leases": _without_leases,
}


def take_away() -> None:
    """Take away what this process has to do without, if anything."""
    name = os.environ.get(VARIABLE)
    if name:
        SAFEGUARDS[name]()
