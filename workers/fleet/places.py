"""Where an executor finds the sessions of its jobs, and where what it did is seen by the others."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sessions.errors import Damaged, NotSent
from sessions.session import open_session
from workers.fleet import jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sessions.session import Session
    from workers.hive.outcomes import Outcome


class Away(NotSent):
    """What all machines have in common cannot be reached just now: it is waited for."""


class Unfit(Damaged):
    """This machine can do no job, through no fault of the job's: others have to do it."""


class Taken(NamedTuple):
    """A job that was taken, and its session as it is on this machine.

    `files` are those of a session's own copy as it was laid out, by what git calls them.
    """

    session: Session
    claim: jobs.Claim
    files: Mapping[str, str] = MappingProxyType({})


class Place(Protocol):
    """The sessions of a queue, as one machine reaches them."""

    def take(
        self, run: jobs.Run, worker: str, phase: str, executor: str, is_alive: Callable[[], bool]
    ) -> Taken | None:
        """Take a job for a phase as `jobs.take` does."""

    def sent(self, taken: Taken) -> None:
        """Let the others see what a phase wrote; raises Superseded where the job was taken over."""

    def end(
        self,
        run: jobs.Run,
        outcome: Outcome,
        claim: jobs.Claim | None,
        executor: str,
        is_alive: Callable[[], bool],
    ) -> None:
        """Record how a job ended as `jobs.end` does."""

    def ended(self, run: jobs.Run, worker: str) -> Outcome | None:
        """Return how a job ended, None where it has not."""

    def identity(self, session: Session) -> str:
        """Return what is the same of a session on every machine."""


class Folder(NamedTuple):
    """Sessions in a folder that all machines mount, or that is this machine's alone."""

    root: Path

    def take(
        self, run: jobs.Run, worker: str, phase: str, executor: str, is_alive: Callable[[], bool]
    ) -> Taken | None:
        """Take a job in its session's folder."""
        session = open_session(self.root, run.session_id)
        claim = jobs.take(session, run, worker, phase, executor, is_alive=is_alive)
        return Taken(session, claim) if claim else None

    def sent(self, taken: Taken) -> None:
        """Do nothing: the others see the same folder."""

    def end(
        self,
        run: jobs.Run,
        outcome: Outcome,
        claim: jobs.Claim | None,
        executor: str,
        is_alive: Callable[[], bool],
    ) -> None:
        """Record it in the session's folder."""
        session = open_session(self.root, run.session_id)
        jobs.end(session, run, outcome, claim, executor, is_alive=is_alive)

    def ended(self, run: jobs.Run, worker: str) -> Outcome | None:
        """Read it in the session's folder."""
        return jobs.ended(open_session(self.root, run.session_id).state(), run).get(worker)

    def identity(self, session: Session) -> str:
        """Return where it is: the same path everywhere."""
        return str(session.path)
