"""How jobs end: by whom, by whom not, and what waits where that cannot be said now."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sessions.errors import Busy, Superseded
from sessions.lock import locked
from sessions.session import Session
from tests.test_clones import World, take
from tests.test_plan_jobs import begun, events, one, session, taken
from workers.fleet import jobs, phases, processes, workflows
from workers.fleet.places import Away, Taken
from workers.hive.outcomes import Outcome

__all__ = ["session", "world"]  # fixtures

SOON = 0.5  # seconds in which whoever may say how a job ended has done so


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return World(tmp_path)


def work_as(executor: phases.Executor, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the workflows of this process be those of an executor; returns what it announces."""
    lines: list[str] = []
    monkeypatch.setattr(workflows, "_here", [workflows.Here(executor, 0.1, lines.append)])
    return lines


def fields(run: jobs.Run) -> dict[str, Any]:
    """Return a job as the engine holds it."""
    return phases.Job(run.session_id, run.number, [*run.workers], "backend", [], [], {})._asdict()


def finished(run: jobs.Run, row: dict[str, Any], token: int | None = None) -> dict[str, Any] | None:
    """Say how a job ended; None where that is left to others."""

    async def soon() -> dict[str, Any]:
        return await asyncio.wait_for(
            workflows.finish(fields(run), {"row": row, "token": token}), SOON
        )

    try:
        return asyncio.run(soon())
    except TimeoutError:
        return None


@pytest.mark.parametrize("is_taken", [True, False])
def test_without_a_token_the_lease_says_whose_a_job_is(session: Session, is_taken: bool) -> None:
    run = begun(session, "backend")
    if is_taken:
        taken(session, run, "new")
    asked: list[bool] = []

    def is_alive() -> bool:
        with pytest.raises(Busy), locked(session.path / ".lock", seconds=0):
            pytest.fail("it is asked before the lock is held")
        asked.append(True)
        return len(asked) > 1

    how = (session, run, one("blocked"), None, "late")
    with pytest.raises(Superseded, match="late was given up"):
        jobs.end(*how, is_alive=is_alive)
    assert not events(session, "job_ended")
    assert jobs.end(*how, is_alive=is_alive)
    assert not jobs.end(*how, is_alive=is_alive)
    assert len(asked) == 2, "what has ended is nobody's"


# What an executor may want to say of a job without a token: by its worker, or by its plan.
ROWS = {
    "never begun": Outcome("backend", "blocked", told="The remote cannot be reached."),
    "cancelled": Outcome("backend", "cancelled"),
    "skipped": Outcome("backend", "skipped", skipped=("docs",)),
}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("is_alive", [True, False])
def test_who_was_given_up_ends_no_job_that_others_do(
    session: Session, monkeypatch: pytest.MonkeyPatch, name: str, is_alive: bool
) -> None:
    run = begun(session, "backend")
    new = taken(session, run, "new")
    work_as(phases.Executor("late", session.root, Path(), lambda: is_alive), monkeypatch)
    row = finished(run, ROWS[name].row())
    assert (row and row["status"]) == (ROWS[name].status if is_alive else None)
    if not is_alive:
        assert jobs.end(session, run, one(), new, "new")
    assert len(events(session, "job_ended")) == 1


def test_an_older_token_ends_nothing_and_raises_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine would record an error, and the plan that the job is over."""
    run = begun(session, "backend")
    late, new = taken(session, run, "late"), taken(session, run, "new")
    work_as(phases.Executor("late", session.root, Path(), lambda: True), monkeypatch)
    monkeypatch.setattr(workflows, "at_work", at_work := {run.job_id("backend")})
    assert finished(run, one().row(), late.token) is None
    assert not at_work, "who drains waits for a job of others"
    assert not events(session, "job_ended")
    assert finished(run, one().row(), new.token)


def test_who_is_overtaken_between_its_look_and_its_push_ends_nothing(world: World) -> None:
    run = world.begin()
    with world.machine("m1") as late, world.machine("m2") as other:
        asked: list[bool] = []

        def is_alive() -> bool:
            if not asked:
                take(other, run)  # its lease ends once it has been asked
            asked.append(True)
            return len(asked) == 1

        with pytest.raises(Superseded):
            late.end(run, Outcome("backend", "blocked"), None, "late", is_alive)
        assert len(asked) == 2
    assert not world.events("job_ended")


class Scripted:
    """A place whose answers are given: what `take` and `sent` come to, one after the other."""

    def __init__(self, session: Session, run: jobs.Run, **answers: list[Any]) -> None:
        self.session, self.run, self.answers = session, run, answers
        self.called: list[str] = []

    def _answer(self, name: str, usual: Callable[[], Any]) -> Any:
        self.called.append(name)
        said = self.answers.get(name)
        answer = said.pop(0) if said else None
        if isinstance(answer, BaseException):
            raise answer
        return usual()

    def take(self, *_about: Any) -> Taken:
        return self._answer("take", lambda: Taken(self.session, taken(self.session, self.run, "a")))

    def sent(self, _taken: Taken) -> None:
        self._answer("sent", lambda: None)

    def identity(self, _session: Session) -> str:
        return "x"


def do(
    place: Scripted, *endings: processes.Ended, phase: str = "run", seconds: float = 30
) -> phases.Done | None:
    """Do a phase whose processes end so, without a pause; None where it waits still."""
    results = iter(endings)

    async def ends(*_arguments: object) -> processes.Ended:
        place.called.append("run")
        return next(results)

    async def soon() -> phases.Done | None:
        executor = phases.Executor("a", place.session.root, Path("x"), lambda: True, clones=place)
        job = phases.Job(**fields(place.run))
        return await asyncio.wait_for(phases.do(executor, job, phase), seconds)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(processes, "run", ends)
        patched.setattr(phases, "_PAUSES", (0.0, 0.0, 0.0))
        try:
            done = asyncio.run(soon())
        except TimeoutError:
            return None
    assert done is not None
    return done


HUNG = processes.Ended(-9, b"", b"", hung=True)
ENDED = processes.Ended(0, b"{}", b"")
AWAY = Away("the remote cannot be reached", "Wait.")
FULL = OSError(errno.ENOSPC, "No space left on device")


def test_a_try_that_may_have_taken_the_job_leaves_no_older_token(session: Session) -> None:
    """Who keeps it would be refused: for others it looks as if the job had been taken over."""
    run = begun(session, "backend")
    place = Scripted(session, run, take=[None, FULL, FULL])
    done = do(place, HUNG)
    assert done is not None
    assert (done.outcome.status, done.claim) == ("blocked", None)
    assert "No space left" in done.outcome.told
