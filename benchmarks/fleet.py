"""What a fleet costs beside the work that it does: load, growth of its queue, memory of what waits.

    python -m benchmarks.fleet [--whole] [--plans N] [--workers N] [--slots N] [--queued N,N,N]

Starts a PostgreSQL of its own and four `fleet worker`s. Their phases only start Python: the ratio
to the same processes run bare is the worst there is. Judge by the processor seconds; the clock
depends on what else the machine does. `--whole`: 20 plans of 100 workers, up to 10,000 jobs
queued. Prints tables; exits 1 if a job is lost, or a cost grows faster than linearly.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fleets import growth, load, plans
from benchmarks.fleets.site import no_bytecode
from benchmarks.start import cost_of
from tests.fleet.postgres import Postgres, missing
from tests.kit import CLI, SESSION, TASK, copy_sample

if TYPE_CHECKING:
    from collections.abc import Callable

# Powers of the number of jobs: 1 is linear; what is more is noise, of a machine that is busy.
LINEAR, NEARLY_CONSTANT = 1.3, 0.5
WHOLE = {"plans": 20, "workers": 100, "queued": [100, 1000, 10_000], "sizes": [10, 100, 1000]}
PART = {"plans": 2, "workers": 20, "queued": [100, 1000], "sizes": [10, 100]}
_BARE = 8  # one in so many of a load's jobs runs bare before it, and again after it
_REAL = 3


class Cost(NamedTuple):
    """Something that may grow, `shown` as a format; one without a bound is not judged."""

    name: str
    of: Callable[[growth.Waiting], float]
    shown: str
    bound: float = math.inf


COSTS = (
    Cost("enqueue all, CPU s", lambda one: one.enqueue_cpu, ".2f", LINEAR),
    Cost("enqueue all, clock s", lambda one: one.enqueue_clock, ".1f"),
    Cost("take one, CPU ms", lambda one: 1000 * one.take_cpu, ".1f", NEARLY_CONSTANT),
    Cost("take one, clock ms", lambda one: 1000 * one.take_clock, ".0f"),
    Cost("`fleet status`, CPU ms", lambda one: 1000 * one.status_cpu, ".0f", LINEAR),
    Cost("`fleet status`, clock ms", lambda one: 1000 * one.status_clock, ".0f"),
    Cost("all wait, CPU ms a second", lambda one: 1000 * one.a_second, ".0f", LINEAR),
    Cost("database, kB", lambda one: one.database_bytes / 1024, ",.0f", LINEAR),
    Cost("memory of the executor, kB", lambda one: one.executor_bytes / 1024, ",.0f", LINEAR),
)


def main() -> int:
    """Measure, print, and judge."""
    asked = _asked()
    if reason := missing():
        print(reason)
        return 2
    print(f"{os.cpu_count()} processors, load average at the start {_load_average()}\n")
    with no_bytecode(), tempfile.TemporaryDirectory() as name, Postgres() as server:
        folder = Path(name)
        some, at_a_time = asked.plans * asked.workers // _BARE, load.EXECUTORS * asked.slots
        before = load.bare(folder, some, at_a_time)
        done = load.measure(server, folder, asked.plans, asked.workers, asked.slots)
        after = load.bare(folder, some, at_a_time)
        bare = load.Spent(*map(sum, zip(before, after, strict=True)))
        _print_load(done, bare, 2 * some, load.starting(folder), _real(folder))
        rows = [growth.measure(server, folder, jobs) for jobs in asked.queued]
        grows = _print_growth(rows)
        _print_plans([plans.measure(folder, size) for size in asked.sizes])
    return int(grows or bool(done.lost))


def _asked() -> argparse.Namespace:
    def numbers(text: str) -> list[int]:
        return [int(word) for word in text.split(",")]

    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--plans", type=int, help="of the load")
    parser.add_argument("--workers", type=int, help="of one plan of the load")
    parser.add_argument("--slots", type=int, default=4, help="of each of the four executors")
    parser.add_argument("--queued", type=numbers, help="jobs in the queue: hundreds")
    parser.add_argument("--sizes", type=numbers, help="workers of a plan")
    asked = parser.parse_args()
    for name, size in (WHOLE if asked.whole else PART).items():
        if getattr(asked, name) is None:
            setattr(asked, name, size)
    return asked


def _load_average() -> str:
    return " ".join(f"{number:.1f}" for number in os.getloadavg())


def _real(folder: Path) -> float:
    """Return the processor seconds of the lightest phase there is, as a yardstick."""
    (folder / "real").mkdir()
    root = copy_sample(folder / "real")
    words = [sys.executable, str(CLI), "backend", "--setup", "--session", SESSION, "--task", TASK]
    return sorted(cost_of(words, root)[0] for _ in range(_REAL))[_REAL // 2]


def _print_load(
    done: load.Load, bare: load.Spent, bare_jobs: int, starting: float, real: float
) -> None:
    total, phases = done.spent, done.phases
    floor = bare.phases / (bare_jobs * len(load.PHASES))
    polled = total.clock * load.EXECUTORS
    idle, idle_database = done.idle.executor * polled, done.idle.database * polled
    events = done.events.cpu
    engine = total.executors - events - idle - starting * phases
    print(
        f"{done.jobs} jobs, {phases} phases on {load.EXECUTORS} executors with {done.slots} slots:"
        f" {total.clock:.0f} s, {done.jobs / total.clock:.2f} jobs a second;"
        f" load average at the end {_load_average()}\n"
    )
    print("| a phase | CPU ms | times bare |\n|---|---|---|")
    for name, seconds in (
        ("bare", floor * phases),
        ("in the fleet: its process", total.phases),
        ("starting it, and reading what it says", starting * phases),
        ("events of its job", events),
        ("the engine in the executor (DBOS, its client)", engine),
        ("four executors with nothing to do, for as long", idle),
        ("PostgreSQL for the jobs", total.database - idle_database),
        ("PostgreSQL for executors with nothing to do", idle_database),
        ("in the fleet: all", total.cpu),
    ):
        print(f"| {name} | {1000 * seconds / phases:.1f} | {seconds / phases / floor:.2f} |")
    beside = (total.executors + total.database) / phases
    print(f"\nBeside its process: {1000 * beside:.1f} ms a phase, {beside / floor:.2f} times bare,")
    print(f"{beside / real:.2f} times the lightest real one (`backend --setup`: {real:.3f} s).")
    bare_clock = bare.clock / bare_jobs
    ratio = total.clock / done.jobs / bare_clock
    print(f"On the clock {ratio:.2f} times bare, with as many at a time.")
    count = done.jobs
    print(
        f"\nA job: {(done.transactions - done.idle.transactions * polled) / count:.0f} transactions"
        f" beside those of idle executors, {done.rows_written / count:.1f}"
        f" rows and {done.wal_bytes / count / 1024:.1f} kB of WAL written,"
        f" {done.database_bytes / count / 1024:.2f} kB of database for good;"
        f" its three events {1000 * done.events.clock / count:.0f} ms on the clock."
    )
    print(
        f"An idle executor: {done.idle.transactions:.1f} transactions a second,"
        f" {done.idle.connections:.1f} connections, {1000 * done.idle.executor:.0f} ms of CPU a"
        f" second, {1000 * done.idle.database:.1f} ms of PostgreSQL's,"
        f" {done.idle.resident / 2**20:.0f} MB; after the load {done.resident / 2**20:.0f} MB.\n"
    )
    for line in done.lost:
        print(f"LOST: {line}")


def _print_growth(rows: list[growth.Waiting]) -> bool:
    """Return whether something grows faster than it may."""
    head = " | ".join(f"{row.jobs:,}" for row in rows)
    print(f"| jobs that wait | {head} | power, at the steepest | at most |")
    print("|---|" + "---|" * (len(rows) + 2))
    grows = False
    for cost in COSTS:
        power = growth.power(rows, cost.of)
        grows = grows or power > cost.bound
        cells = " | ".join(format(cost.of(row), cost.shown) for row in rows)
        bound = "" if cost.bound == math.inf else f"{cost.bound}"
        print(f"| {cost.name} | {cells} | {power:.2f} | {bound} |")
    last = rows[-1]
    plan_count = last.jobs // growth.PLAN
    print(
        f"\nA waiting job: {last.database_bytes / last.jobs:,.0f} bytes of the database,"
        f" {last.executor_bytes / last.jobs:,.0f} of its plan's executor;"
        f" a waiting plan of {growth.PLAN}: {last.executor_bytes / plan_count / 1024:,.0f} kB"
        f" there, and {1000 * last.a_second / plan_count:.1f} ms of CPU a second."
        f" Load average {_load_average()}.\n"
    )
    return grows


def _print_plans(rows: list[plans.Size]) -> None:
    head = " | ".join(f"{row.workers:,}" for row in rows)
    print(f"| workers of a plan | {head} |")
    print("|---|" + "---|" * len(rows))
    for name, cells in (
        ("three events of a job, CPU ms", [f"{1000 * row.events:.1f}" for row in rows]),
        (
            "`run` waits: a look, one in ten after an event, CPU ms",
            [f"{1000 * row.look:.3f}" for row in rows],
        ),
        ("a look after an event, CPU ms", [f"{1000 * row.fold:.2f}" for row in rows]),
        ("what the engine keeps of a job, bytes", [f"{row.argument:,}" for row in rows]),
    ):
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    sys.exit(main())
