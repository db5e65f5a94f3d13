"""Fleets under random faults: every job ends exactly once, as it should but for those faults.

    python -m tests.fleet [--schedules N] [--seed S] [--minutes M] [--lanes L] [--full-length]
                            [--without SAFEGUARD]

A schedule is the same for the same seed: schedule K of seed S is `--schedules 1 --seed S+K`. Prints
a line for each, with its seed and its faults; exits 1 if anything was violated (or nothing without
a safeguard), 2 where none can be run. Full length: leases of 15 s, partitions of 60 s; else all
is a twentieth.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from tests.fleet import machines, networks, postgres
from tests.fleet.networks import Network, network
from tests.fleet.postgres import Postgres
from tests.fleet.safeguards import SAFEGUARDS, VARIABLE
from tests.fleet.schedules import FULL_PACE, KINDS, drawn
from tests.fleet.world import Course, carried_out

_SHARED_MEMORY = Path("/dev/shm")
_MOST = 10_000
_LOG_SHOWN = 2000


class Lane(NamedTuple):
    """Schedules that follow each other: a server and a network that no other one breaks."""

    server: Postgres
    network: Network


def possible() -> tuple[str, ...]:
    """Return the kinds of faults that can be done here; says of the others why not."""
    no_namespaces = networks.no_namespaces()
    reasons = {
        "clock": machines.no_clocks(),
        "full disk": machines.no_disks(),
        "lose name": no_namespaces,
    }
    for kind, reason in reasons.items():
        if reason:
            print(f"without {kind}: {reason}")
    if no_namespaces:
        print(f"machines are groups of processes behind proxies: {no_namespaces}")
    return tuple(kind for kind in KINDS if not reasons.get(kind))


def lane(opened: ExitStack) -> Lane:
    """Start a server on a network of its own."""
    joined = opened.enter_context(network())
    return Lane(opened.enter_context(Postgres(joined.address, joined.inside)), joined)


def told(course: Course) -> str:
    """Return a line on a course, more where something was violated."""
    schedule, word = course.schedule, "VIOLATED" if course.violations else "ok"
    line = f"seed {schedule.seed}: {word}, {course.seconds:.0f} s"
    line += f" ({course.healed_seconds:.0f} after the last fault), {schedule}"
    if course.takeovers:
        longest = max(course.takeovers, key=lambda over: over.seconds)
        line += f"; {len(course.takeovers)} jobs of the killed taken over,"
        line += f" within {longest.seconds:.1f} s of {longest.bound:.1f}"
    line += f"; ended otherwise: {'; '.join(course.astray)}" if course.astray else ""
    return "\n".join([line, *(f"    {one}" for one in course.violations)])


def main() -> int:
    """Print a line for each schedule, and what was counted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--schedules", type=int, default=0, help="how many [default: 20]")
    parser.add_argument("--seed", type=int, default=1, help="of the first one")
    parser.add_argument("--minutes", type=float, default=0, help="begin none after so many")
    parser.add_argument("--lanes", type=int, default=2, help="schedules at a time")
    parser.add_argument("--full-length", action="store_true", help="leases of 15 s")
    parser.add_argument("--pace", type=float, default=1.0, help="so many twentieths")
    parser.add_argument("--kinds", default="", help="faults of these kinds alone, with commas")
    parser.add_argument("--without", choices=SAFEGUARDS, help="take a safeguard away: it is missed")
    parser.add_argument("--keep", type=Path, help="keep what violated schedules wrote here")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    if reason := postgres.missing():
        sys.stderr.write(f"no schedule can be run: {reason}\n")
        return 2
    if asked.without:
        os.environ[VARIABLE] = asked.without
    kinds = tuple(filter(None, asked.kinds.split(","))) or possible()
    count = asked.schedules or (_MOST if asked.minutes else 20)
    seeds = iter(range(asked.seed, asked.seed + count))
    end = time.monotonic() + 60 * asked.minutes if asked.minutes else float("inf")
    pace, start = FULL_PACE if asked.full_length else asked.pace, time.monotonic()
    counts: Counter[str] = Counter()
    place = _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else None
    with ExitStack() as opened, tempfile.TemporaryDirectory(dir=place) as folder:
        lanes: queue.Queue[Lane] = queue.Queue()
        for _ in range(asked.lanes):
            lanes.put(lane(opened))

        def one(seed: int) -> Course | None:
            if time.monotonic() > end:
                return None
            mine = lanes.get()
            try:
                written = Path(folder) / str(seed)
                return carried_out(drawn(seed, kinds, pace), mine.server, mine.network, written)
            finally:
                lanes.put(mine)

        with ThreadPoolExecutor(asked.lanes) as pool:
            try:
                for future in as_completed([pool.submit(one, seed) for seed in seeds]):
                    if (course := future.result()) is not None:
                        print(told(course), flush=True)
                        _count(counts, course, asked.keep)
            except BaseException:  # what is at work ends first: servers and networks are its own
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    print(
        f"{counts['schedules']} schedules, {counts['violated']} violated;"
        f" {counts['jobs']} jobs, {counts['again']} phases begun again"
        f" ({counts['starved']} as this machine was too busy),"
        f" {counts['astray']} jobs ended otherwise than without faults,"
        f" {counts['taken over']} of the killed had to be taken over in time;"
        f" {time.monotonic() - start:.0f} s"
    )
    is_right = (counts["violated"] > 0) == bool(asked.without)
    return int(not is_right or not counts["schedules"])


def _count(counts: Counter[str], course: Course, keep: Path | None) -> None:
    counts["schedules"] += 1
    counts["violated"] += bool(course.violations)
    counts["jobs"] += course.jobs
    counts["again"] += course.begun_again
    counts["starved"] += course.starved
    counts["astray"] += len(course.astray)
    counts["taken over"] += len(course.takeovers)
    if course.violations and keep:
        shutil.copytree(course.folder, keep / course.folder.name, dirs_exist_ok=True)
    shutil.rmtree(course.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
