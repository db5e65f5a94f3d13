"""A plan in the database of several machines: put into its queue, waited for, cancelled, listed."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, NoEngine
from sessions.session import open_session
from workers.fleet import engine, jobs, waiting
from workers.fleet.ordering import QUEUE, Asked, EngineQueue, order, plans_of
from workers.hive.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dbos import DBOSClient, EnqueueOptions

    from sessions.session import Session
    from workers.fleet.clones.copies import Copies
    from workers.fleet.clones.home import Home
    from workers.fleet.leases import Leases
    from workers.hive.plan import Plan

CANCELLER = "fleet cancel"
POLLING = 1.0
_OPEN = sorted(waiting.GOES_ON)
_CANCELLED = "Its run was cancelled."


class Shared(NamedTuple):
    """A queue of a repository in a database."""

    url: str
    root: Path
    queue: str  # the engine's name of it
    home: Home | None = None  # where its sessions travel: machines share no folder

    @property
    def name(self) -> str:
        """What the queue is called by people."""
        return self.queue.rpartition("@")[0]

    @property
    def plans(self) -> str:
        """The queue of plans: they only wait, and take no slot."""
        return plans_of(self.queue)

    @property
    def prefix(self) -> str:
        """What is before a job's id in the engine: sessions of other repositories are there too."""
        return f"{self.queue.rpartition('@')[2]}:"


def shared(url: str, root: Path, queue: str, *, make: bool = True) -> Shared:
    """Return the queue of a repository; raises BadInput for a name that is none.

    Without `make` nothing is written, and a repository without a queue is BadInput, too.
    """
    check_queue(queue)
    return Shared(url, root, engine.queue_of(root, queue, make=make))


def travelling(url: str, home: Home, queue: str, *, make: bool = True) -> Shared:
    """Return the queue of a remote, whose machines share no folder; raises as `shared` does."""
    check_queue(queue)
    return Shared(url, home.root, home.queue(queue, make=make), home)


def of_clone(url: str, copies: Copies, queue: str) -> Shared:
    """Return the queue of a remote for a machine with a clone only; raises as `shared` does."""
    from workers.fleet.clones.joining import queue_id

    check_queue(queue)
    return Shared(url, copies.folder, f"{queue}@{queue_id(copies.bare, make=True)}")


def check_queue(queue: str) -> None:
    """Raise BadInput for a name that no queue can have."""
    if not queue.replace("-", "").replace("_", "").isalnum() or len(queue) > 60:
        raise BadInput("a queue's name has letters, digits, - and _", "Give another --queue.")


def last_asked(session: Session) -> Asked:
    """Return what a session's last run was asked for."""
    return Asked.of_plain((session.state().run or {}).get("asked", {}))


def last_queue(session: Session) -> str:
    """Return the queue of a session's last run, by its plain name."""
    return last_asked(session).queue or QUEUE


def submit(where: Shared, session: Session, plan: Plan, asked: Asked) -> jobs.Run:
    """Put a plan into the queue, once; returns its run, which may be at work already.

    Raises BadInput where it is at work with other options, Busy where another engine has it.
    """
    place = EngineQueue(where.queue, where.prefix, POLLING, by_model=True)
    asked = asked._replace(queue=where.name)
    with _client(where.url) as client:
        _fetch(where, session)
        database = _checked_database(client, where, session)
        _check_options(session, asked)
        begin = where.home.begin if where.home else jobs.begin
        run = begin(session, plan, engine.POSTGRESQL, asked.plain(), database=database)
        _enqueue(client, where, run, order(run, plan, asked, place))
    return run


def _checked_database(client: DBOSClient, where: Shared, session: Session) -> str:
    """Return what tells this database apart; raises Busy where another engine has the open run.

    One that knows the run is the run's own, by whatever other address it was reached then.
    """
    database, state = engine.digest(where.url), session.state()
    run = jobs.current(state, session.id)
    before = state.run["database"] if state.run else None
    if run is not None and before not in {None, database}:
        id_ = where.prefix + run.id
        if client.list_workflows(workflow_ids=[id_], load_input=False, load_output=False):
            database = before
    jobs.check_engine(state, session.id, engine.POSTGRESQL, database, session)
    return database


def _enqueue(client: DBOSClient, where: Shared, run: jobs.Run, argument: dict[str, Any]) -> None:
    from sqlalchemy.exc import ProgrammingError

    options: EnqueueOptions = {
        "workflow_name": "plan",
        "queue_name": where.plans,
        "workflow_id": where.prefix + run.id,
        "app_version": engine.VERSION,
    }
    try:
        client.enqueue(options, argument)
    except ProgrammingError:  # the first worker is making the tables just now
        engine.make_tables(where.url)
        client.enqueue(options, argument)


def _fetch(where: Shared, session: Session) -> None:
    """Merge what other machines did, where the session is at the remote already."""
    if where.home is not None:
        with suppress(BadInput):
            where.home.fetch(session)


def _check_options(session: Session, asked: Asked) -> None:
    state = session.state()
    run = jobs.current(state, session.id)
    if run is None or state.run is None or state.run["engine"] != engine.POSTGRESQL:
        return  # what a killed `run` without a fleet had is taken over
    before = Asked.of_plain(state.run["asked"])
    if before._replace(queue=before.queue or asked.queue) == asked:
        return
    names = jobs.at_work(state, run)
    if names:
        raise BadInput(
            f"{run.id} is at work with other options: {', '.join(names)}",
            f"Give the same ones, or end it: fleet cancel --session {session.id}.",
        )


def wait(
    where: Shared,
    session: Session,
    run: jobs.Run,
    ended: Callable[[Outcome], None],
    say: Callable[[str], None] = lambda _line: None,
) -> list[Outcome]:
    """Wait for the jobs of a run; raises NoEngine where its workflow can do no more.

    A remote that is away is waited for, which `say` hears once; then Away or Busy is raised. It
    hears, too, when nobody takes jobs of the queue.
    """
    with _client(where.url) as client:
        fetch = partial(where.home.fetch, session) if where.home else None
        looks, remote = waiting.Looks(), waiting.Remote(fetch, say)
        how = " --clone ADDRESS" if where.home else ""
        nobody = f"no worker takes jobs of {where.queue}: start one with `fleet worker{how}`"
        workers = waiting.Workers(partial(_has_workers, where), nobody, say)

        def check() -> None:
            if not looks.is_time():
                return
            workers.look()
            if not remote.brings_more():
                _look(client, where.prefix + run.id, looks)

        outcomes = waiting.wait(session, run, ended, check)
    return [outcomes[worker] for worker in run.workers]


def _has_workers(where: Shared) -> bool:
    with _leases(where.url) as leases:
        rows = leases.listed(where.queue) if leases.are_there() else []
    return any(row["lease_seconds"] > 0 for row in rows)


def _look(client: DBOSClient, workflow: str, looks: waiting.Looks) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        rows = client.list_workflows(workflow_ids=[workflow], load_input=False, load_output=False)
    except SQLAlchemyError:
        return  # the database is away: the events say what ends meanwhile
    looks.saw(workflow, rows[0].status if rows else None)


def cancel(
    where: Shared, session: Session, say: Callable[[str], None] = lambda _line: None
) -> list[str]:
    """End what has not ended of a session's run; returns the workers whose jobs that were.

    The events decide: where the database is away, or gone for good, `say` hears so, and no more.
    """
    run = jobs.current(session.state(), session.id)
    if run is None:
        return []
    engine.check_installed()
    ids = [where.prefix + run.id, *(where.prefix + run.job_id(name) for name in run.workers)]
    try:
        with _client(where.url) as client:
            known = client.list_workflows(
                workflow_ids=ids, status=_OPEN, load_input=False, load_output=False
            )
            client.cancel_workflows([row.workflow_id for row in known])
    except NoEngine as error:
        say(f"{error.message}. The run ends in the session's events; its workers see it there.")
    outcomes = [Outcome(name, "cancelled", told=_CANCELLED) for name in run.workers]
    return [one.worker for one in outcomes if _end(where, session, run, one)]


def _end(where: Shared, session: Session, run: jobs.Run, outcome: Outcome) -> bool:
    if where.home is not None:
        return where.home.end(session, run, outcome, CANCELLER)
    return jobs.end(session, run, outcome, None, CANCELLER)


def retry(where: Shared, session_id: str, plan: Plan, model: str | None) -> jobs.Run:
    """Run a session's plan anew, where one of its jobs did not complete.

    Also what an older version of the program queued, and what the engine gave up; with the options
    that the last run had, but for a `model` that is named. Raises BadInput where a job is still at
    work, or none failed; Busy where another engine has it.
    """
    session = open_session(where.root, session_id)
    _fetch(where, session)
    state = session.state()
    run = jobs.current(state, session.id)
    asked = Asked.of_plain(state.run["asked"] if state.run else {})
    asked = asked._replace(remote=where.home.remote if where.home else None)
    if model is not None:
        asked = asked._replace(options=("--model", model), model=model)
    if run is not None:
        if jobs.is_open(state, run):
            with _client(where.url) as client:
                _checked_database(client, where, session)
        names = _at_work(where, run)
        if names:
            raise BadInput(
                f"{run.id} is still at work: {', '.join(names)}",
                f"Wait for it, or end it: fleet cancel --session {session.id}.",
            )
        ended = jobs.ended(state, run)
        if len(ended) == len(run.workers) and all(one.is_done for one in ended.values()):
            raise BadInput(f"all jobs of {run.id} are done", "There is nothing to try again.")
        cancel(where, session)
    return submit(where, session, plan, asked)


def _at_work(where: Shared, run: jobs.Run) -> list[str]:
    """Return the workers whose jobs an executor does now."""
    ids = {where.prefix + run.job_id(name): name for name in run.workers}
    with _client(where.url) as client:
        rows = client.list_workflows(
            workflow_ids=list(ids), status="PENDING", load_input=False, load_output=False
        )
    return sorted(ids[row.workflow_id] for row in rows)


def drain(where: Shared) -> list[str]:
    """Ask the executors of a queue to take no more jobs; returns their names.

    No table is made: a role that may not do so may drain.
    """
    with _leases(where.url) as leases:
        return leases.drain(where.queue) if leases.are_there() else []


def overview(where: Shared) -> dict[str, Any]:
    """Return who works for a queue and what is in it: executors, jobs by status and executor.

    Nothing is written, and no right to write is needed.
    """
    with _leases(where.url) as leases:
        return _overview(leases, where.queue if leases.are_there() else None)


def overviews(url: str, root: Path) -> dict[str, dict[str, Any]]:
    """Return the overview of each queue of a repository with workers or jobs, by its name."""
    ending = engine.queue_of(root, "", make=False)
    with _leases(url) as leases:
        names = leases.queues(ending) if leases.are_there() else []
        return {name.removesuffix(ending): _overview(leases, name) for name in names}


def _overview(leases: Leases, queue: str | None) -> dict[str, Any]:
    executors = leases.listed(queue) if queue else []
    rows = leases.in_queue(queue) if queue else []
    plans = leases.in_queue(plans_of(queue)) if queue else []
    at_work: Counter[str] = Counter()
    queued: Counter[bool] = Counter()  # by whether this version does them
    for row in rows:
        if row["status"] == "PENDING":
            at_work[row["executor_id"]] += row["jobs"]
        else:
            queued[row["version"] in {None, engine.VERSION}] += row["jobs"]
    for executor in executors:
        executor["at_work"] = at_work.pop(executor["id"], 0)
    return {
        "executors": executors,
        "queued": queued[True],
        "plans_queued": sum(row["jobs"] for row in plans if row["status"] != "PENDING"),
        "of_another_version": queued[False],
        "without_executor": sum(at_work.values()),
    }


@contextmanager
def _leases(url: str) -> Iterator[Leases]:
    """Look at who works in a database; no table is made."""
    engine.check_installed()
    from sqlalchemy.exc import SQLAlchemyError

    from workers.fleet.leases import Leases, database

    connections = database(url, 5.0)
    try:
        yield Leases(connections, 5.0)
    except SQLAlchemyError as error:
        raise engine.no_engine(url, error) from None
    finally:
        connections.dispose()


@contextmanager
def _client(url: str) -> Iterator[DBOSClient]:
    """Open the engine from outside, making its tables where they are missing."""
    from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

    engine.check_installed()
    client = engine.client(url)
    try:
        try:
            client.list_queues()
        except ProgrammingError:
            engine.make_tables(url)
        yield client
    except SQLAlchemyError as error:
        raise engine.no_engine(url, error) from None
    finally:
        client.destroy()
