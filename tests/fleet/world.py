"""A schedule that happens: a fleet at work while faults come, then all is healed.

At the end at least one worker lives, and everything must have ended as `judging` says.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tests.fleet import explaining, judging
from tests.fleet.faults import FAULTS
from tests.fleet.fleets import Fleet
from tests.fleet.processes import holds
from tests.fleet.scripts import lay_out

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from sessions.session import Session
    from tests.fleet.networks import Network
    from tests.fleet.postgres import Postgres
    from tests.fleet.schedules import Fault, Schedule
    from tests.fleet.scripts import Script

_LOOK_SECONDS = 0.05
_AGAIN_SECONDS = 0.5
# After the last fault, at a twentieth of the length; more of it where it is longer, or where the
# machine that tests is busy: workers start that much slower than by the processor time they take.
_BOUND_SECONDS = 60.0
_UP_SECONDS = 1.3
_BOUND_OF_PACE = 20.0


class Course(NamedTuple):
    """How a schedule went; `astray` are jobs that ended otherwise than their script says."""

    schedule: Schedule
    violations: list[str]
    astray: list[str]
    jobs: int
    begun_again: int
    starved: int  # of them, for no fault but that this machine is too busy for a short lease
    takeovers: list[explaining.Takeover]  # of jobs of the killed, where somebody else could
    seconds: float
    healed_seconds: float  # from the last healing to the last end
    folder: Path


@dataclass
class _Begun:
    """A session that is to be begun, as often as it takes: the database may be away."""

    script: Script
    at: float
    machine: int
    process: subprocess.Popen[bytes] | None = None
    is_done: bool = False

    def look(self, fleet: Fleet, now: float) -> None:
        if self.is_done or now < self.at:
            return
        if self.process is None:
            self.process = fleet.begin(self.script.session_id, self.machine)
        elif self.process.poll() is not None:
            self.is_done = self.process.returncode == 0
            self.process, self.at = None, now + _AGAIN_SECONDS


def carried_out(schedule: Schedule, server: Postgres, network: Network, folder: Path) -> Course:
    """Let a schedule happen; returns how it went."""
    begun = time.monotonic()
    fleet = Fleet(server, network, folder, f"s{schedule.seed}", schedule.pace, schedule.slots)
    fleet.has_clock = any(fault.kind == "clock" for fault in schedule.faults)
    sessions = lay_out(fleet.root, [*schedule.scripts])
    with fleet:
        fleet.slowness = slowness = _start_workers(fleet, schedule.machines)
        waiting = [
            _Begun(script, at, number % len(fleet.machines))
            for number, (script, at) in enumerate(
                zip(schedule.scripts, schedule.begun, strict=True)
            )
        ]
        _break(fleet, schedule, waiting)
        fleet.heal()
        healed = time.monotonic()
        bound = _BOUND_SECONDS + _BOUND_OF_PACE * (schedule.pace - 1)
        bad = _until_over(fleet, waiting, sessions, bound * slowness)
        over = time.monotonic()
        bad += fleet.end()
    seen = [
        judging.seen(session, script, fleet.meanwhile(session.id))
        for session, script in zip(sessions, schedule.scripts, strict=True)
    ]
    bad += [line for one in seen for line in judging.violations(one)]
    bad += judging.left_lying(seen)
    lines = [f"{hit}\n" for hit in fleet.hits.all]
    (folder / "hits").write_text("".join(lines), "utf-8")  # for whoever looks what went wrong
    bad += [line for session in sessions for line in judging.derived_wrongly(session)]
    astray = [
        f"{one.script.session_id}/{worker} {what}"
        for one in seen
        for worker, what in judging.astray(one).items()
    ]
    jobs = sum(len(script.waits) for script in schedule.scripts)
    again = (sum(map(judging.cut_off, seen)), sum(map(judging.starved, seen)))
    taken, seconds = [*explaining.takeovers(seen)], (over - begun, over - healed)
    return Course(schedule, bad, astray, jobs, *again, taken, *seconds, folder)


def _start_workers(fleet: Fleet, counts: tuple[int, ...]) -> float:
    """Start all workers; returns how many times slower than they could they began to take jobs.

    A fault that comes before anybody works would break nothing.
    """
    start = time.monotonic()
    for count in counts:
        machine = fleet.add_machine()
        for worker in range(count):
            fleet.start_worker(machine, worker)
    holds(fleet.is_up, _BOUND_SECONDS, _LOOK_SECONDS)
    could = _UP_SECONDS * sum(counts) / (os.cpu_count() or 1)
    return max(1.0, (time.monotonic() - start) / could)


def _break(fleet: Fleet, schedule: Schedule, waiting: list[_Begun]) -> None:
    """Do what the schedule says at its times, from when the first phase is at work."""

    def is_at_work() -> bool:
        waiting[0].look(fleet, 0.0)
        return bool(fleet.at_work())

    holds(is_at_work, _BOUND_SECONDS, _LOOK_SECONDS)
    start = time.monotonic()
    coming = [*schedule.faults]
    passing: list[Fault] = []
    while coming or passing:
        now = time.monotonic() - start
        for one in waiting:
            one.look(fleet, now)
        if over := next((fault for fault in passing if fault.at + fault.seconds <= now), None):
            FAULTS[over.kind][1](fleet, over)
            passing.remove(over)
        elif coming and coming[0].at <= now:
            fault = fleet.aimed(coming.pop(0))
            FAULTS[fault.kind][0](fleet, fault)
            passing.append(fault)
        else:
            time.sleep(_LOOK_SECONDS)


def _until_over(
    fleet: Fleet, waiting: list[_Begun], sessions: list[Session], bound: float
) -> list[str]:
    """Wait until all jobs have ended; returns what has not within the bound."""

    sizes: dict[str, int] = {}
    over: set[str] = set()

    def is_over() -> bool:
        for one in waiting:
            one.look(fleet, float("inf"))
        for session, one in zip(sessions, waiting, strict=True):
            size = session.events_file.stat().st_size
            if sizes.get(session.id) != size and judging.seen(session, one.script).is_over():
                over.add(session.id)
            sizes[session.id] = size
        return len(over) == len(sessions) and all(one.is_done for one in waiting)

    if holds(is_over, bound):
        return []
    late = [one.script.session_id for one in waiting if not one.is_done]
    return [f"not over after {bound:g} s" + (f"; never begun: {late}" if late else "")]
