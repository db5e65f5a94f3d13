"""Jobs in the events of a session: begun, taken by an executor, ended exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, Busy, Superseded, WaggleError, shown
from sessions.events import Event
from sessions.lock import is_held
from sessions.patterns import lazy_pattern
from sessions.session import record
from workers.hive.outcomes import Outcome
from workers.hive.running import HERE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sessions.session import Session
    from sessions.state import SessionState
    from workers.hive.plan import Plan


RUN_LOCK = ".run.lock"  # of a session: held by the process that runs its plan without a fleet
# Of one job. Machines that are rented by the hour, and restarts that do not wait, end a worker now
# and then: few in the hours that a job takes. A phase that brings its machine down does each time.
MOST_TAKEN_OVER = 10
NAME = lazy_pattern(r"[a-z][a-z0-9-]{0,60}")  # of a worker
_REPLACED = "run"  # who cancels the jobs of a run that another one replaces


class TakenOverTooOften(WaggleError):
    """A job whose executors ended each time: whoever takes it may, too."""


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


def begin(
    session: Session,
    plan: Plan,
    engine: str,
    asked: Mapping[str, Any],
    *,
    database: str | None = None,
    original: Session | None = None,
) -> Run:
    """Return the run that is open for a plan, or begin the next one.

    A run is open until each of its jobs has ended. What is open of one with another plan or other
    options is cancelled, and what a killed `run` left on one machine. `asked` are the options, as
    plain values; `database` tells databases apart; `original` is the session of which this one is
    a copy. Raises Busy where another engine has the open run.
    """
    workers = tuple(one.worker for one in plan.assignments)
    with session.locked():
        state = session.state()
        last = state.run or {}
        number = int(last.get("number", 0))
        run = Run(session.id, number, workers)
        about = {"workers": list(workers), "engine": engine, "asked": dict(asked)}
        if _is_same(last, about) and len(ended(state, run)) < len(workers):
            check_engine(state, session.id, engine, database, original or session)
            return run
        replaced = current(state, session.id)
        if replaced and is_open(state, replaced):
            _check_reached(last["asked"].get("remote"), asked.get("remote"), session.id)
            check_engine(state, session.id, engine, database, original or session)
        left = _still_open(state, replaced) if replaced else ()
        run = Run(session.id, number + 1, workers)
        about |= {"database": database} if database else {}
        start = Event("run_started", "", "run", run.id, extra={"run": run.number, **about})
        record(session, *left, start)
    return run


def _is_same(last: Mapping[str, Any], about: Mapping[str, Any]) -> bool:
    """Tell whether a run is what is asked for; one of an older version does not say its queue."""
    asked = about["asked"]
    queue = {"queue": asked["queue"]} if "queue" in asked else {}
    known = {name: last.get(name) for name in about}
    return known | {"asked": {**queue, **(known["asked"] or {})}} == about


def check_engine(
    state: SessionState, session_id: str, engine: str, database: str | None, session: Session
) -> None:
    """Raise Busy where another engine than that one has the open run of a session.

    A run without a fleet has ended with its process, which held the session's lock of runs: what
    is open of it may be taken over. Of a fleet's nobody can tell without its database, so it is
    never replaced unasked. Where an event says no database, it is taken for the same one.
    """
    run = current(state, session_id)
    if run is None or state.run is None or not is_open(state, run):
        return
    before, known = state.run["engine"], state.run["database"]
    left = f"{run.id} has not ended ({_left(state, run)})"
    if before == HERE:
        if engine != HERE and is_held(session.path / RUN_LOCK):
            raise Busy(
                f"{left}, and a `run` without a fleet carries it out",
                "Wait for it (`watch` shows it), or end that `run`; the same command then goes on.",
            )
    elif before != engine:
        raise Busy(
            f"{left}, and a fleet has it",
            "Name the fleet's database (--engine URL, or WAGGLE_ENGINE) to wait for it, or end it:"
            f" fleet cancel --session {session_id} --engine URL.",
        )
    elif known and database and known != database:
        raise Busy(
            f"{left}, and the fleet of another database has it",
            "Name that database (--engine URL, or WAGGLE_ENGINE) to wait for it, or end it:"
            f" fleet cancel --session {session_id}.",
        )


def _left(state: SessionState, run: Run) -> str:
    """Return which jobs of a run have not ended, in words."""
    busy, over = at_work(state, run), ended(state, run)
    waiting = [worker for worker in run.workers if worker not in {*busy, *over}]
    pairs = (("at work", busy), ("waiting", waiting))
    return "; ".join(f"{what}: {', '.join(names)}" for what, names in pairs if names)


def _check_reached(before: str | None, now: str | None, session_id: str) -> None:
    """Raise BadInput where an open run travels on a remote that is not reached now."""
    if before is not None and before != now:
        raise BadInput(
            f"the run of {session_id} travels on the remote {shown(before)}",
            "Name it with --remote, and the fleet with --engine; or end it:"
            f" fleet cancel --session {session_id}.",
        )


def _still_open(state: SessionState, run: Run) -> Iterator[Event]:
    """Yield an event for each job of a run that has not ended: another run replaces it."""
    for worker in run.workers:
        if not _has_ended(state, run, worker):
            yield _ended(state, run, Outcome(worker, "cancelled"), None, _REPLACED)


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
    was given up meanwhile cannot get a larger one than its successor. Raises Superseded then, and
    TakenOverTooOften.
    """
    name, job_id = full_name(worker), run.job_id(worker)
    with session.locked():
        state = session.state()
        if _has_ended(state, run, worker):
            return None
        if not is_alive():
            raise _given_up(executor)
        before = state.jobs.get(name)
        if before and before["id"] == job_id and before["executor"] != executor:
            _check_taken_over(before)
        token = (before["token"] if before else 0) + 1
        about = {"token": token, "executor": executor, "phase": phase, "run": run.number}
        record(session, Event("job_taken", name, "take", job_id, extra=about))
    return Claim(job_id, name, token, executor)


def _check_taken_over(job: Mapping[str, Any]) -> None:
    if job["taken_over"] >= MOST_TAKEN_OVER:
        raise TakenOverTooOften(
            f"It was taken over {MOST_TAKEN_OVER} times: whoever did it ended in the midst of it,"
            f" {shown(job['executor'])} last. Look whether it brings its machine down.",
            "Then: fleet retry.",
        )


def end(
    session: Session,
    run: Run,
    outcome: Outcome,
    claim: Claim | None,
    executor: str,
    *,
    is_alive: Callable[[], bool] | None = None,
) -> bool:
    """Record how a job ended, once; returns whether it was this call that did.

    Without a claim the job was never begun, or is ended from outside: what still runs of it is
    refused from now on. An executor without one is asked `is_alive` as in `take`: no token says
    that it was not given up. Raises Superseded where it was, or the job was taken over since the
    claim.
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
        if claim is None and is_alive is not None and not is_alive():
            raise _given_up(executor)
        record(session, _ended(state, run, outcome, claim, executor))
    return True


def _given_up(executor: str) -> Superseded:
    return Superseded(f"executor {executor} was given up", "Another one does its jobs.")


def _ended(
    state: SessionState, run: Run, outcome: Outcome, claim: Claim | None, executor: str
) -> Event:
    name = full_name(outcome.worker)
    before = state.jobs.get(name)
    about: dict[str, Any] = {
        "token": claim.token if claim else (before["token"] if before else 0) + 1,
        "executor": executor,
        "run": run.number,
        "status": outcome.status,
        "row": outcome.row(),
    }
    is_good = outcome.status == "completed"
    return Event("job_ended", name, "end", run.job_id(outcome.worker), is_good, extra=about)


def ended(state: SessionState, run: Run) -> dict[str, Outcome]:
    """Return how the jobs of a run ended that have."""
    return {
        worker: _outcome(state.jobs.get(full_name(worker)), run, worker)
        for worker in run.workers
        if _has_ended(state, run, worker)
    }


def _outcome(job: dict[str, Any] | None, run: Run, worker: str) -> Outcome:
    if job is None or job["id"] != run.job_id(worker) or job["ended_at"] is None:
        return Outcome(worker, "cancelled", told="Another run of the plan was begun.")
    return Outcome.of_row({"status": job["status"], **job["row"], "worker": worker})


def is_open(state: SessionState, run: Run) -> bool:
    """Tell whether a job of a run has not ended."""
    return not all(_has_ended(state, run, worker) for worker in run.workers)


def at_work(state: SessionState, run: Run) -> list[str]:
    """Return the workers whose jobs were taken and have not ended."""
    known = ((worker, state.jobs.get(full_name(worker))) for worker in run.workers)
    return [
        worker
        for worker, job in known
        if job and job["id"] == run.job_id(worker) and job["ended_at"] is None
    ]


def _has_ended(state: SessionState, run: Run, worker: str) -> bool:
    if state.run is not None and int(state.run["number"]) > run.number:
        return True  # of a run that another one replaced
    job = state.jobs.get(full_name(worker))
    return job is not None and job["id"] == run.job_id(worker) and job["ended_at"] is not None
