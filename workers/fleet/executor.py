"""`fleet worker`: a process that takes jobs of a queue, and gives back those of the dead."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import NoEngine
from workers.fleet import engine, processes, unattended
from workers.fleet.clones import bare
from workers.fleet.granting import Granting
from workers.fleet.phases import PHASE_SECONDS, Executor, at_work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dbos import DBOS

    from workers.fleet.leases import Leases
    from workers.fleet.places import Place
    from workers.fleet.shared import Shared

LEASE_SECONDS = 15.0
POLL_SECONDS = 1.0  # between two looks for a job, where nobody said so; a third of a short lease
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN = "WAGGLE_FLEET_AGAIN"  # set for a process that started over
_WHILE_DRAINING = 0.2  # seconds between two looks at what is still at work
_REAPING = 0.2
_UNFIT = 3  # as where it could not have begun


class Wish(NamedTuple):
    """What a worker of the fleet is asked for; None sets no limit and changes none."""

    slots: int | None = None
    lease: float = LEASE_SECONDS
    phase_seconds: float = PHASE_SECONDS
    per_model: int | None = None
    starts_a_minute: int | None = None
    requests_a_minute: int | None = None
    keep_days: float | None = None
    poll: float | None = None


class _Signals:
    """How often it was asked to end: once, it drains; twice, it ends at once."""

    def __init__(self) -> None:
        self.count = 0
        self.is_lost = False  # a thread of it ended
        self.is_unfit = False  # this machine can do no job
        self.changed = threading.Event()
        for number in _ENDING:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._asked)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)  # see `_start_over`

    def _asked(self, _number: int, _frame: object) -> None:
        self.count += 1
        self.changed.set()


class _Member(NamedTuple):
    """This process among the executors of a queue."""

    where: Shared
    program: Path
    wish: Wish
    leases: Leases
    name: str
    announce: Callable[[str], None]
    clones: Place | None = None


def serve(
    where: Shared,
    program: Path,
    wish: Wish,
    announce: Callable[[str], None],
    clones: Place | None = None,
) -> int:
    """Take jobs until asked to end; returns the exit code.

    Raises NoEngine where the database cannot be used at the start. Later it is waited for.
    """
    engine.check_installed()
    from workers.fleet.leases import Leases, database

    signals = _Signals()
    leases = Leases(database(where.url, wish.lease), wish.lease)
    this = _Member(where, program, wish, leases, engine.executor_name(), announce, clones)
    import_module("workers.fleet.workflows")  # the engine: it takes longer than a short lease
    while not _join(this):
        signals.changed.wait(wish.lease / 3)
        if signals.count:
            return _leave(this, signals)
    launched = threading.Event()
    threading.Thread(target=_renew_meanwhile, args=(this, launched), daemon=True).start()
    try:
        slots = _launch(this, signals)
    except NoEngine:
        if _AGAIN not in os.environ:
            raise
        return _start_over(this, signals, "the database is away again", is_draining=False)
    finally:
        launched.set()
    with suppress(*_away()):  # only what is shown
        leases.have_slots(where.queue, slots)
    announce(f"{this.name} takes jobs of {where.queue} ({slots} at a time); Ctrl-C drains it")
    for other in (_look_for_orphans, _tidy_up):
        threading.Thread(target=other, args=(this, signals), daemon=True).start()
    return _keep(this, signals)


def _join(this: _Member) -> bool:
    """Begin the lease; returns False for a process that started over and finds no database yet."""
    from sqlalchemy.exc import SQLAlchemyError

    from workers.fleet.tidying import keep

    try:
        this.leases.prepare()
        if this.wish.requests_a_minute and _AGAIN not in os.environ:
            this.leases.requests(this.where.queue).limit(this.wish.requests_a_minute)
        if this.wish.keep_days and _AGAIN not in os.environ:
            keep(this.leases.engine, this.where.queue, this.wish.keep_days)
        this.leases.join(this.name, this.where.queue, this.wish.slots or 1)
    except SQLAlchemyError as error:
        if _AGAIN not in os.environ:
            raise engine.no_engine(this.where.url, error) from None
        return False
    return True


def _renew_meanwhile(this: _Member, launched: threading.Event) -> None:
    """Renew the lease as long as the engine starts: on a busy machine that may take longer."""
    from workers.fleet.leases import RENEWALS, Gone

    while not launched.wait(this.wish.lease / RENEWALS):
        with suppress(*_away(), Gone):  # `_keep` sees to it
            this.leases.renew(this.name)


def _launch(this: _Member, signals: _Signals) -> int:
    """Start the engine; returns how many jobs it does at a time."""
    from sqlalchemy.exc import SQLAlchemyError

    from workers.fleet.workflows import Here

    where, wish = this.where, this.wish
    often = min(POLL_SECONDS, wish.lease / 3)
    alive, grant = partial(_is_alive, this), Granting(this.leases.requests(where.queue).take)
    executor = Executor(
        this.name, where.root, this.program, alive, wish.phase_seconds, grant, this.clones
    )
    here = Here(executor, often, this.announce, this.announce, partial(_give_up, this, signals))
    dbos = engine.launch(where.url, this.name, here, [where.queue, where.plans], wish.lease)
    try:
        with this.leases.alone(where.queue):
            return _set_limits(this, dbos, often)
    except SQLAlchemyError as error:
        raise engine.no_engine(where.url, error) from None


def _set_limits(this: _Member, dbos: type[DBOS], often: float) -> int:
    """Set those limits of the queue that were asked for; returns its slots."""
    where, wish = this.where, this.wish
    known = dbos.retrieve_queue(where.queue)
    if known is not None and _AGAIN in os.environ:
        return known.worker_concurrency or 1  # others may have set other limits since
    slots = wish.slots or (known.worker_concurrency if known else None) or 1
    per_model = wish.per_model or (known.partition_concurrency if known else None)
    starts = wish.starts_a_minute
    limits: dict[str, Any] = {
        # A limit for each model parts the queue by model; this one limits no more than slots.
        "partition_worker_concurrency": min(slots, per_model or slots),
        "partition_concurrency": per_model,
        "partition_limiter": {"limit": starts, "period": 60.0}
        if starts
        else (known.partition_limiter if known else None),
    }
    poll = wish.poll or (known.polling_interval_sec if known else often)
    how: dict[str, Any] = {"polling_interval_sec": poll, "on_conflict": "always_update"}
    dbos.register_queue(where.plans, **how)
    dbos.register_queue(where.queue, worker_concurrency=slots, **how, **limits)
    return slots


def _give_up(this: _Member, signals: _Signals, why: str) -> None:
    """End, since this machine can do no job: what is left is given back."""
    if not signals.is_unfit:
        this.announce(f"{this.name} ends, and others do its jobs: {why}")
    signals.is_unfit = True
    signals.changed.set()


def _is_alive(this: _Member) -> bool:
    """Tell whether the lease is this process' own; raises NoEngine where nobody can say."""
    try:
        return this.leases.is_alive(this.name)
    except _away() as error:
        raise engine.no_engine(this.where.url, error) from None


def _keep(this: _Member, signals: _Signals) -> int:
    """Renew the lease until asked to end; start over under a new name where it was lost."""
    from workers.fleet.leases import RENEWALS, Gone

    lease, renewed = this.wish.lease, time.monotonic()
    is_draining = is_away = False
    while True:
        begun, is_asked = time.monotonic(), False
        try:
            if signals.is_lost:
                return _start_over(this, signals, "it broke", is_draining=is_draining)
            is_asked = this.leases.renew(this.name)
            if is_away:
                this.announce("the database is back")
            renewed, is_away = begun, False
        except Gone:
            return _start_over(this, signals, "its lease was taken", is_draining=is_draining)
        except _away() as error:
            if not is_away:
                this.announce(f"the database is away: {str(error).splitlines()[0][:120]}")
            is_away = True
            if time.monotonic() - renewed > lease:
                _end_all()  # others have these jobs now
                return _start_over(this, signals, "its lease is over", is_draining=is_draining)
        if (is_asked or signals.count) and not is_draining:
            is_draining = True
            this.announce(f"{this.name} ends its {len(at_work)} jobs, and takes no more")
            _take_no_more()
        if signals.is_unfit or signals.count > 1 or (is_draining and not at_work):
            return _leave(this, signals)
        signals.changed.wait(_WHILE_DRAINING if is_draining else lease / RENEWALS)
        signals.changed.clear()


def _away() -> tuple[type[Exception], ...]:
    """Return what is raised while the database cannot be reached, or starts again."""
    from dbos import error
    from sqlalchemy.exc import SQLAlchemyError

    return (SQLAlchemyError, error.DBOSException, OSError)


def _take_no_more() -> None:
    """Stop looking for jobs; those at work go on until they end."""
    from dbos import DBOS

    long = {"workflow_completion_timeout_sec": 10**8}
    threading.Thread(target=DBOS.destroy, kwargs=long, daemon=True).start()


def _end_all() -> None:
    """End what this process started, phases and git: threads that wait for it go with us."""
    processes.end_all(0)
    bare.end_all()


def _leave(this: _Member, signals: _Signals) -> int:
    """End, giving back at once what is left: plans that wait, and jobs if asked to end twice."""
    _end_all()
    with suppress(*_away()):
        this.leases.leave(this.name)
    sys.stderr.flush()
    code = _UNFIT if signals.is_unfit else 130 if signals.count > 1 else 0
    os._exit(code)  # threads of the engine are of no use any more


def _start_over(this: _Member, signals: _Signals, why: str, *, is_draining: bool) -> int:
    """Begin again as a new process, under a new name: nothing of the old one can be mistaken.

    A signal that comes now is for who we become. Who was asked to end does so: its jobs are gone.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    if is_draining or signals.count:
        _leave(this, signals)
    this.announce(f"{why}: {this.name} starts over")
    _end_all()
    sys.stderr.flush()
    time.sleep(_REAPING)  # those that were killed are waited for by threads that go with us
    os.execve(sys.executable, sys.orig_argv, {**os.environ, _AGAIN: "1"})  # noqa: S606 - ourselves


def _look_for_orphans(this: _Member, signals: _Signals) -> None:
    """Give back what the dead left, or we, for ever; while the database is away again and again."""
    own = unattended.Looks()
    try:
        while True:
            time.sleep(this.wish.lease / 3)
            with suppress(*_away()):
                for orphan in this.leases.give_back(engine.NAME, engine.queue_again):
                    this.announce(f"{orphan.id} is given back: its executor died")
                for left in own.saw(this.leases.claimed(engine.NAME, this.name)):
                    engine.queue_again(left)
                    this.announce(f"{left.id} is given back: it did not go on here")
    finally:  # of something else: without this thread nobody would be replaced
        signals.is_lost = True
        signals.changed.set()


def _tidy_up(this: _Member, signals: _Signals) -> None:
    """Remove what ended long ago, for ever; while the database is away it is tried again."""
    from dbos import DBOS

    from workers.fleet import tidying

    whose = tidying.Whose(this.where.queue, this.where.prefix, engine.NAME)
    remove = partial(DBOS.delete_workflows, delete_children=True)
    try:
        while True:
            time.sleep(this.wish.lease / 2)  # while the others need no connection
            with suppress(*_away()):
                while tidying.tidy(this.leases.engine, whose, remove):
                    pass
            time.sleep(tidying.LOOK_SECONDS)
    finally:
        signals.is_lost = True
        signals.changed.set()
