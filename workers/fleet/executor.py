"""`fleet worker`: a process that takes jobs of a queue, and gives back those of the dead."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.fleet import engine, processes
from workers.fleet.phases import PHASE_SECONDS, Executor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from workers.fleet.leases import Leases, Orphan
    from workers.fleet.shared import Shared

LEASE_SECONDS = 15.0


class Wish(NamedTuple):
    """What a worker of the fleet is asked for; None sets no limit and changes none."""

    slots: int = 1
    lease: float = LEASE_SECONDS
    phase_seconds: float = PHASE_SECONDS
    per_model: int | None = None
    starts_a_minute: int | None = None


class _Signals:
    """How often it was asked to end: once, it drains; twice, it ends at once."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._asked)

    def _asked(self, _number: int, _frame: object) -> None:
        self.count += 1
        self.changed.set()


def serve(where: Shared, program: Path, wish: Wish, said: Callable[[str], None]) -> int:
    """Take jobs until asked to end; returns the exit code.

    Raises NoEngine where the database cannot be used at the start. Later it is waited for.
    """
    engine.check_installed()
    from sqlalchemy.exc import SQLAlchemyError

    from workers.fleet.leases import Leases, database

    signals = _Signals()
    leases = Leases(database(where.url, wish.lease), wish.lease)
    name = engine.executor_name()
    try:
        leases.prepare()
        leases.join(name, where.queue, wish.slots)
    except SQLAlchemyError as error:
        raise engine.no_engine(where.url, error) from None
    _launch(where, program, wish, leases, name, said)
    said(f"{name} takes jobs of {where.queue} ({wish.slots} at a time); Ctrl-C drains it")
    threading.Thread(target=_look_for_orphans, args=(leases, wish, said), daemon=True).start()
    return _keep(where, leases, name, wish, signals, said)


def _launch(
    where: Shared,
    program: Path,
    wish: Wish,
    leases: Leases,
    name: str,
    said: Callable[[str], None],
) -> None:
    from workers.fleet.workflows import Here

    polling = min(1.0, wish.lease / 10)
    worker = Executor(name, where.root, program, lambda: leases.is_alive(name), wish.phase_seconds)
    here = Here(worker, polling, said)
    dbos = engine.launch(where.url, name, here, [where.queue, where.plans], wish.lease)
    dbos.register_queue(where.plans, polling_interval_sec=polling, on_conflict="always_update")
    known = dbos.retrieve_queue(where.queue)
    per_model, starts = wish.per_model, wish.starts_a_minute
    limits: dict[str, Any] = {
        # A limit for each model parts the queue by model; this one limits no more than slots.
        "partition_worker_concurrency": wish.slots,
        "partition_concurrency": per_model or (known.partition_concurrency if known else None),
        "partition_limiter": {"limit": starts, "period": 60.0}
        if starts
        else (known.partition_limiter if known else None),
    }
    dbos.register_queue(
        where.queue,
        worker_concurrency=wish.slots,
        polling_interval_sec=polling,
        on_conflict="always_update",
        **limits,
    )


def _keep(
    where: Shared,
    leases: Leases,
    name: str,
    wish: Wish,
    signals: _Signals,
    said: Callable[[str], None],
) -> int:
    """Renew the lease until asked to end; start over under a new name where it was lost."""
    from workers.fleet.leases import RENEWALS, Gone
    from workers.fleet.workflows import at_work

    renewed = time.monotonic()
    is_draining = False
    while True:
        begun = time.monotonic()
        try:
            is_asked = leases.renew(name)
            renewed = begun
        except Gone:
            return _start_over(said, "its lease was taken")
        except Exception as error:  # noqa: BLE001 - the database may say anything while it is away
            if time.monotonic() - renewed > wish.lease:
                said(f"the database is away: {str(error).splitlines()[0][:120]}")
                processes.kill_all()  # others have these jobs now
                _wait_for(leases, name, wish)
                return _start_over(said, "its lease is over")
        else:
            if (is_asked or signals.count) and not is_draining:
                is_draining = True
                said(f"{name} ends its {len(at_work)} jobs, and takes no more")
                _take_no_more()
        if signals.count > 1 or (is_draining and not at_work):
            return _leave(leases, name, signals)
        signals.changed.wait(wish.lease / RENEWALS if not is_draining else 0.2)
        signals.changed.clear()


def _take_no_more() -> None:
    """Stop looking for jobs; those at work go on until they end."""
    from dbos import DBOS

    long = {"workflow_completion_timeout_sec": 10**8}
    threading.Thread(target=DBOS.destroy, kwargs=long, daemon=True).start()


def _leave(leases: Leases, name: str, signals: _Signals) -> int:
    """End, giving back at once what is left: plans that wait, and jobs if asked to end twice."""
    processes.kill_all()
    with suppress(Exception):
        leases.leave(name)
    sys.stderr.flush()
    code = 130 if signals.count > 1 else 0
    os._exit(code)  # threads of the engine are of no use any more


def _start_over(said: Callable[[str], None], why: str) -> int:
    """Begin again as a new process, under a new name: nothing of the old one can be mistaken."""
    said(f"{why}: it starts over")
    processes.kill_all()
    sys.stderr.flush()
    time.sleep(0.2)  # those that were killed are waited for by threads that go with us
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - the very command that we are
    return 0


def _wait_for(leases: Leases, name: str, wish: Wish) -> None:
    while True:
        try:
            leases.is_alive(name)
        except Exception:  # noqa: BLE001 - as above
            time.sleep(min(5.0, wish.lease / 3))
        else:
            return


def _look_for_orphans(leases: Leases, wish: Wish, said: Callable[[str], None]) -> None:
    """Give back what the dead left, for ever; what goes wrong is tried again."""
    from dbos import DBOS

    from workers.fleet.leases import Orphan

    def at_work() -> list[tuple[Orphan, str]]:
        rows = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return [(Orphan(row.workflow_id, row.queue_name), row.executor_id or "") for row in rows]

    def resume(orphan: Orphan) -> None:
        DBOS.resume_workflow(orphan.id, queue_name=orphan.queue)

    while True:
        time.sleep(wish.lease / 3)
        with suppress(Exception):
            for orphan in leases.give_back(at_work, resume):
                said(f"{orphan.id} is given back: its executor died")
