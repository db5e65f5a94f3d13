"""A plan on this machine alone: the engine in this process, its database in the session."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from sessions.errors import Busy, NoEngine
from sessions.lock import locked
from workers.fleet import engine, jobs, processes, unattended, waiting
from workers.fleet.granting import Granting, OwnLimit, at_once
from workers.fleet.ordering import EngineQueue, order
from workers.fleet.phases import Executor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sessions.session import Session
    from workers.fleet.ordering import Asked
    from workers.hive.outcomes import Outcome
    from workers.hive.plan import Plan

EXECUTOR = "run"
_QUEUE, _PLANS = "jobs", "plans"
_POLLING = 0.1
_LOOK_SECONDS = 5.0
_GOES_ON = {"ENQUEUED", "DELAYED", "PENDING"}


def carry_out(
    session: Session,
    program: Path,
    plan: Plan,
    asked: Asked,
    *,
    parallel: int,
    ended: Callable[[Outcome], None],
    requests_a_minute: int | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> list[Outcome]:
    """Run a plan's workers, at most `parallel` at a time; returns outcomes in the plan's order.

    Of one model they send no more than so many requests a minute; what an earlier run sent is not
    counted.
    What a killed run left is gone on with: phases that were done are not done again. `ended` hears
    of each job as it ends, `say` of one whose end cannot be recorded. Raises Busy where another
    process runs the plan, NoEngine.
    """
    engine.check_installed()
    with _alone(session):
        run = jobs.begin(session, plan, engine.SQLITE, asked.plain())
        file = _database(session, run)
        try:
            grant = Granting(OwnLimit(requests_a_minute).take) if requests_a_minute else at_once
            executor = Executor(EXECUTOR, session.root, program, lambda: True, grant=grant)
            with _launched(executor, file, parallel, say):
                _start(run, order(run, plan, asked, EngineQueue(_QUEUE, "", _POLLING)))
                outcomes = waiting.wait(session, run, ended, _looking_at(run))
        except NoEngine:
            _remove(file)  # what is in it would stop the next run, too
            raise
        _remove(file)
    return [outcomes[worker] for worker in run.workers]


def _looking_at(run: jobs.Run) -> Callable[[], None]:
    """Return what raises NoEngine where the plan's workflow ended and jobs have not.

    It has those go on that died while the disk was full: the engine could not record why.
    """
    from dbos import DBOS
    from sqlalchemy.exc import SQLAlchemyError

    last, own = waiting.Looks(), unattended.Looks()
    rows = partial(DBOS.list_workflows, load_input=False, load_output=False)

    def check() -> None:
        if not last.is_time():
            return
        known = rows(workflow_ids=[run.id])
        last.saw(run.id, known[0].status if known else None)
        claimed = [
            unattended.Claimed(row.workflow_id, row.queue_name) for row in rows(status="PENDING")
        ]
        for left in own.saw(claimed):
            with suppress(SQLAlchemyError):  # say on a full disk: at the next look again
                engine.queue_again(left)

    return check


@contextmanager
def _alone(session: Session) -> Iterator[None]:
    """Be the only process that runs the plan here: the engine's file has one owner."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(session.path / jobs.RUN_LOCK, 0, "its run"))
        except Busy as error:
            raise Busy(
                f"the plan of session {session.id} is being run already: {error.message}",
                "Wait for it (`watch` shows it), or end it; the same command then goes on.",
            ) from None
        yield


def _database(session: Session, run: jobs.Run) -> Path:
    """Return the file of a run's engine; one that is damaged is made again.

    Nothing is lost by that: what has ended is in the events.
    """
    file = session.plan_file.with_name(f"engine-{engine.VERSION}-{run.number}.db")
    with suppress(FileNotFoundError):
        if not _is_sound(file):
            for part in file.parent.glob(f"{file.name}*"):
                part.unlink()
    return file


def _remove(file: Path) -> None:
    """Remove the engines of this run and of those before it."""
    for left in file.parent.glob("engine-*.db*"):
        left.unlink()


def _is_sound(file: Path) -> bool:
    if not file.is_file() or file.is_symlink():
        return not file.is_symlink() and not file.exists()
    try:
        with closing(sqlite3.connect(file)) as database:
            return bool(database.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


@contextmanager
def _launched(
    executor: Executor, file: Path, parallel: int, say: Callable[[str], None]
) -> Iterator[None]:
    """Have the engine at work; at the end what it started is ended with it."""
    try:
        _launch(executor, file, parallel, say)
        yield
    finally:
        _stop()


def _launch(executor: Executor, file: Path, parallel: int, say: Callable[[str], None]) -> None:
    from sqlalchemy import URL

    from workers.fleet import workflows

    here = workflows.Here(executor, _POLLING, warn=say)
    url = URL.create("sqlite", database=str(file)).render_as_string()  # % and ? may be in a path
    dbos = engine.launch(url, EXECUTOR, here, [_QUEUE, _PLANS], 5.0)
    how: dict[str, Any] = {"polling_interval_sec": _POLLING, "on_conflict": "always_update"}
    dbos.register_queue(_PLANS, **how)
    dbos.register_queue(_QUEUE, worker_concurrency=parallel, **how)


def _start(run: jobs.Run, argument: dict[str, Any]) -> None:
    from dbos import DBOS, SetWorkflowID

    from workers.fleet.workflows import plan

    with SetWorkflowID(run.id):  # the same one again, where it is known
        DBOS.enqueue_workflow(_PLANS, plan, argument)


def _stop() -> None:
    from dbos import DBOS

    processes.end_all()
    DBOS.destroy()
