"""Growth: what enqueueing, taking and looking cost with ever more jobs in the queue."""

from __future__ import annotations

import math
import secrets
import statistics
import time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fleets.load import spent
from benchmarks.fleets.site import Site
from benchmarks.fleets.usage import resident
from tests.fleet.processes import wait_until
from workers.fleet import engine
from workers.fleet.shared import overview

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dbos import DBOSClient

    from tests.fleet.postgres import Postgres

PLAN = 100  # workers of one
_LONG = 3600.0
_QUEUED_SECONDS = 1800.0
_LOOKS = 10
_TAKES = 30
_WAITING_SECONDS = 6.0


class Waiting(NamedTuple):
    """What so many jobs cost that wait; `_cpu` in seconds of processors, executor and database."""

    jobs: int
    enqueue_cpu: float
    enqueue_clock: float
    take_cpu: float
    take_clock: float
    status_cpu: float
    status_clock: float
    a_second: float  # of processors, while all waits: plans look for what has ended
    database_bytes: int
    executor_bytes: int


def measure(server: Postgres, folder: Path, jobs: int) -> Waiting:
    """Let plans queue so many jobs behind one that never ends; the executor has one slot."""
    with Site(server, folder, f"growth{jobs}", 1, _LONG) as site:
        site.start(1)
        time.sleep(3)
        pid = site.executors[0].pid
        size, memory = _size(site), resident(pid)
        before = spent(site)
        for number in range(jobs // PLAN):
            site.submit(f"session-{number:03}", PLAN)
        made = "SELECT count(*) FROM dbos.workflow_status WHERE name = 'worker'"
        wait_until(lambda: _is_queued(site, made, jobs), _QUEUED_SECONDS, site.logs())
        enqueued = spent(site).since(before)
        before = spent(site)
        time.sleep(_WAITING_SECONDS)
        idle = spent(site).since(before)
        site.rows.execute("ANALYZE")  # as autovacuum does for a queue that is used
        status = _each(site, lambda: overview(site.where), _LOOKS)
        client = engine.client(site.url)
        try:
            take = _each(site, lambda: _take(client, site), _TAKES)
        finally:
            client.destroy()
        return Waiting(
            jobs,
            enqueued.executors + enqueued.database,
            enqueued.clock,
            *take,
            *status,
            (idle.executors + idle.database) / idle.clock,
            _size(site) - size,
            resident(pid) - memory,
        )


def _is_queued(site: Site, made: str, jobs: int) -> bool:
    time.sleep(0.2)
    return bool(site.ask(made) == jobs)


def _size(site: Site) -> int:
    return int(site.ask("SELECT pg_database_size(%s)", site.database))


def _each(site: Site, call: Callable[[], object], times: int) -> tuple[float, float]:
    """Return what a call costs: processors, ours and the database's, and the clock's median."""
    call()
    clocks = []
    own, server = time.process_time(), site.database_seconds()
    for _ in range(times):
        begun = time.perf_counter()
        call()
        clocks.append(time.perf_counter() - begun)
    cpu = time.process_time() - own + site.database_seconds() - server
    return cpu / times, statistics.median(clocks)


def _take(client: DBOSClient, site: Site) -> None:
    """Take one job as the engine's own thread does: it has no other call for that."""
    database = client._sys_db  # noqa: SLF001
    queue = database.get_queue(site.where.queue)
    if queue is None:
        raise LookupError(site.where.queue)
    for key in database.get_queue_partitions(queue.name):
        owner = secrets.token_hex(8)
        taken, _ = database.start_queued_workflows(
            queue, "measured", engine.VERSION, key, site.slots - 1, owner_xid=owner
        )
        if len(taken) != 1:
            raise LookupError(f"took {taken}")


def power(rows: list[Waiting], of: Callable[[Waiting], float]) -> float:
    """Return the power of the number of jobs by which a cost grows, where it grows most.

    1 is linear, 0 constant. From the first row to the last a fixed part would hide it.
    """
    low = 1e-9
    return max(
        math.log(max(of(more), low) / max(of(less), low)) / math.log(more.jobs / less.jobs)
        for less, more in pairwise(rows)
    )
