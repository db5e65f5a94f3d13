"""A load: many plans at a time on four executors, beside their phases run bare."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fleets.site import PROGRAM, Site
from benchmarks.fleets.usage import resident
from tests.fleet.processes import wait_until
from workers.fleet import processes
from workers.fleet.jobs import ended
from workers.fleet.workflows import PHASES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fleet.postgres import Postgres

EXECUTORS = 4
_IDLE_SECONDS = 10.0
_OVER_SECONDS = 3600.0
_STARTS = 30


class Spent(NamedTuple):
    """Seconds: of processors by who spent them, and on the clock."""

    phases: float
    executors: float
    database: float
    clock: float

    @property
    def cpu(self) -> float:
        """Of processors, by all."""
        return self.phases + self.executors + self.database

    def since(self, before: Spent) -> Spent:
        """Return the difference."""
        return Spent(*(now - then for now, then in zip(self, before, strict=True)))


class Idle(NamedTuple):
    """What executors cost that have nothing to do, each; seconds of processors a second."""

    transactions: float
    executor: float
    database: float
    connections: float
    resident: float


class Events(NamedTuple):
    """What the executors spent on the events of jobs, in seconds of processors and on the clock."""

    cpu: float
    clock: float


class Load(NamedTuple):
    """What a load came to."""

    jobs: int
    slots: int
    spent: Spent
    idle: Idle
    events: Events
    transactions: int
    wal_bytes: int
    rows_written: int
    database_bytes: int
    resident: int
    lost: list[str]

    @property
    def phases(self) -> int:
        """How many processes were run."""
        return self.jobs * len(PHASES)


def spent(site: Site) -> Spent:
    """Return what was spent so far."""
    return Spent(site.phases(), site.executors_own(), site.database_seconds(), time.perf_counter())


def measure(server: Postgres, folder: Path, plans: int, workers: int, slots: int) -> Load:
    """Run plans of so many workers on four executors."""
    with Site(server, folder, "load", slots) as site:
        site.start(EXECUTORS)
        idle = _idle(site)
        transactions, begun = site.transactions(), spent(site)
        size, wal, rows = _size(site), _wal(site), _rows(site)
        sessions = [site.submit(f"session-{number:03}", workers) for number in range(plans)]
        open_ = "SELECT count(*) FROM dbos.workflow_status WHERE status <> 'SUCCESS'"
        wait_until(lambda: _is_over(site, open_, plans * (workers + 1)), _OVER_SECONDS, open_)
        all_spent = spent(site).since(begun)
        done = site.transactions() - transactions
        lost = [
            f"{run.id}: {len(whole)} of {workers} ended well"
            for session, run in sessions
            if len(whole := [one for one in ended(session.state(), run).values() if one.is_done])
            < workers
        ]
        return Load(
            plans * workers,
            slots,
            all_spent,
            idle,
            _events(site.events_file),
            done,
            _wal(site) - wal,
            _rows(site) - rows,
            _size(site) - size,
            sum(resident(one.pid) for one in site.executors) // EXECUTORS,
            lost,
        )


def _is_over(site: Site, still: str, of: int) -> bool:
    time.sleep(0.5)
    known = site.ask("SELECT count(*) FROM dbos.workflow_status")
    return bool(known == of and site.ask(still) == 0)


def _idle(site: Site) -> Idle:
    """Look at executors that have nothing to do, once they are warm."""
    time.sleep(3)
    before, transactions = spent(site), site.transactions()
    time.sleep(_IDLE_SECONDS)
    transactions = site.transactions() - transactions
    took = spent(site).since(before)
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    return Idle(
        transactions / took.clock / EXECUTORS,
        took.executors / took.clock / EXECUTORS,
        took.database / took.clock / EXECUTORS,
        site.ask(others, site.database) / EXECUTORS,
        sum(resident(one.pid) for one in site.executors) / EXECUTORS,
    )


def _size(site: Site) -> int:
    return int(site.ask("SELECT pg_database_size(%s)", site.database))


def _wal(site: Site) -> int:
    return int(site.ask("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))


def _rows(site: Site) -> int:
    statement = "SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database"
    return int(site.ask(f"{statement} WHERE datname = %s", site.database))


def _events(file: Path) -> Events:
    """Add up what `program` wrote; asking the database for the lease is not of the events."""
    cpu = clock = 0.0
    for line in file.read_text("utf-8").splitlines():
        what, *seconds = line.split()
        sign = -1 if what == "is_alive" else 1
        cpu += sign * float(seconds[0])
        clock += sign * float(seconds[1])
    return Events(cpu, clock)


def bare(site_root: Path, jobs: int, at_a_time: int) -> Spent:
    """Run the two phases of so many jobs as processes, and nothing beside it."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(lambda number: _both(site_root, number), range(jobs)))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu, 0.0, 0.0, time.perf_counter() - clock)


def _both(root: Path, number: int) -> None:
    for phase in PHASES:
        subprocess.run(_words(root, number, phase), check=True, stdout=subprocess.DEVNULL)


def _words(root: Path, number: int, phase: str) -> list[str]:
    words = [sys.executable, str(PROGRAM), f"worker-{number:04}", f"--{phase}", "--json"]
    return [*words, "--session", "session-000", "--root", str(root)]


def starting(root: Path) -> float:
    """Return the processor seconds that an executor itself spends to start and end a process."""

    async def some() -> None:
        for number in range(_STARTS):
            await processes.run(_words(root, number, PHASES[0]), {}, None)

    before = time.process_time()
    asyncio.run(some())
    return (time.process_time() - before) / _STARTS
