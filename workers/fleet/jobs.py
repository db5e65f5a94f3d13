"""Jobs in the events of a session: begun, taken by an executor, ended exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import Superseded
from sessions.events import Event
from sessions.session import record
from workers.hive.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessions.session import Session
    from sessions.state import SessionState
    from workers.hive.plan import Plan


class Run(NamedTuple):
    """One time that a plan is run; `workers` are short names, in the plan's order."""

    session_id: str
    number: int
    workers: tuple[str, ...]

    @property
    def id(self) -> str:
        """What the engine and the events call it."""
        return f"{self.session_id}/{self.number}"

    def job_id(self, worker: str) -> str:
        """What the engine and the events call a worker's job."""
        return f"{self.id}/{worker}"


class Claim(NamedTuple):
    """A job that an executor took: whoever has the largest token may write."""

    job_id: str
    worker: str
    token: int
    executor: str


def full_name(worker: str) -> str:
    """Return the name that events have for a worker of a plan."""
    return f"{worker.removesuffix('-worker')}-worker"


def begin(session: Session, plan: Plan, engine: str) -> Run:
    """Return the run that is open for a plan, or begin the next one.

    A run is open until each of its jobs has ended; one of another plan or engine is left behind.
    """
    workers = tuple(one.worker for one in plan.assignments)
    with session.locked():
        state = session.state()
        last = state.run or {}
        number = int(last.get("number", 0))
        run = Run(session.id, number, workers)
        is_same = last.get("workers") == list(workers) and last.get("engine") == engine
        if is_same and len(ended(state, run)) < len(workers):
            return run
        run = Run(session.id, number + 1, workers)
        about = {"run": run.number, "workers": list(workers), "engine": engine}
        record(session, Event("run_started", "", "run", run.id, extra=about))
    return run


def current(state: SessionState, session_id: str) -> Run | None:
    """Return the last run of a session, None where none was begun."""
    if state.run is None:
        return None
    return Run(session_id, int(state.run["number"]), tuple(state.run["workers"]))


def take(
    session: Session,
    run: Run,
    worker: str,
    phase: str,
    executor: str,
    *,
    is_alive: Callable[[], bool],
) -> Claim | None:
    """Take a job for a phase, with a token larger than all before; None where it has ended.

    `is_alive` is asked while the session is locked, and so is everybody's token: an executor that
    was given up meanwhile cannot get a larger one than its successor. Raises Superseded then.
    """
    name, job_id = full_name(worker), run.job_id(worker)
    with session.locked():
        state = session.state()
        if _has_ended(state, run, worker):
            return None
        if not is_alive():
            raise Superseded(f"executor {executor} was given up", "Another one does its jobs.")
        before = state.jobs.get(name)
        token = (before["token"] if before else 0) + 1
        about = {"token": token, "executor": executor, "phase": phase, "run": run.number}
        record(session, Event("job_taken", name, "take", job_id, extra=about))
    return Claim(job_id, name, token, executor)


def end(session: Session, run: Run, outcome: Outcome, claim: Claim | None, executor: str) -> bool:
    """Record how a job ended, once; returns whether it was this call that did.

    Without a claim the job was never begun, or is ended from outside: what still runs of it is
    refused from now on. Raises Superseded where the job was taken over since the claim.
    """
    name = full_name(outcome.worker)
    with session.locked():
        state = session.state()
        if _has_ended(state, run, outcome.worker):
            return False
        before = state.jobs.get(name)
        newest = before["token"] if before else 0
        if claim is not None and claim.token != newest:
            raise Superseded(f"job {claim.job_id} was taken over", "Another executor does it.")
        about: dict[str, Any] = {
            "token": claim.token if claim else newest + 1,
            "executor": executor,
            "run": run.number,
            "status": outcome.status,
            "row": outcome.row(),
        }
        is_good = outcome.status == "completed"
        record(
            session,
            Event("job_ended", name, "end", run.job_id(outcome.worker), is_good, extra=about),
        )
    return True


def ended(state: SessionState, run: Run) -> dict[str, Outcome]:
    """Return how the jobs of a run ended that have."""
    return {
        worker: Outcome.of_row({"worker": worker, "status": job["status"], **job["row"]})
        for worker in run.workers
        if (job := state.jobs.get(full_name(worker))) and _has_ended(state, run, worker)
    }


def at_work(state: SessionState, run: Run) -> list[str]:
    """Return the workers whose jobs were taken and have not ended."""
    known = ((worker, state.jobs.get(full_name(worker))) for worker in run.workers)
    return [
        worker
        for worker, job in known
        if job and job["id"] == run.job_id(worker) and job["ended_at"] is None
    ]


def _has_ended(state: SessionState, run: Run, worker: str) -> bool:
    job = state.jobs.get(full_name(worker))
    return job is not None and job["id"] == run.job_id(worker) and job["ended_at"] is not None
