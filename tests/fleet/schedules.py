"""Schedules of faults, drawn by a seed: the same one is the same schedule, if not the same course.

Times are in seconds at a twentieth of their length; `pace` makes them longer.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from tests.fleet.scripted import PHASES
from tests.fleet.scripts import WORKERS, Script

LEASE = 0.75
PHASE_TIMEOUT = 8.0
PARTITION = 3.0
FULL_PACE = 20.0
CLOCK_OFF = 600.0
# When faults come, and until when sessions are begun, after the first phase has begun.
_SECONDS = (0.0, 7.0)
_BEGUN_SECONDS = 4.0
_LONG_SHARE = 0.4
_AIMED_SHARE = 0.8
_FAULTS = (3, 6)
# Kind -> how long a fault of it may last.
KINDS: dict[str, tuple[float, float]] = {
    "kill worker": (0.3, 2.0),
    "kill machine": (0.5, 2.5),
    "power cut": (PARTITION, PARTITION),  # its cable dies with it: nobody hears that it is gone
    "kill database": (0.2, 2.0),
    "lose name": (0.2, 1.2),  # of the database, with all connections: it is looked up in vain
    "partition": (PARTITION, PARTITION),
    "clock": (2.0, 4.0),
    "full disk": (1.0, 3.0),
    "no writes": (0.5, 2.0),  # a full disk where the sessions are
    "hung phase": (0.0, 0.0),
    "deaf phase": (0.0, 0.0),  # it hangs, and does not end when it is to
    "killed phase": (0.0, 0.0),
    "stopped phase": (0.0, 0.0),
    "stop worker": (5 * LEASE, 9 * LEASE),
    "stop machine": (5 * LEASE, 9 * LEASE),
    "drain": (0.0, 0.0),
}
OF_ALL = {"kill database", "lose name"}
IN_SCRIPT = {"hung phase": "hangs", "deaf phase": "ignores", "killed phase": "dies"}


class Fault(NamedTuple):
    """Something that breaks: `worker` is one of those on the machine, `seconds` how long.

    An aimed one goes to a worker with a phase at work, if there is one then: on most machines that
    break nothing is lost.
    """

    kind: str
    at: float
    machine: int
    worker: int
    seconds: float
    is_aimed: bool = False

    @property
    def off(self) -> float:
        """By how much a clock is wrong, in seconds."""
        return CLOCK_OFF if self.worker else -CLOCK_OFF

    def __str__(self) -> str:
        """Return it in a few words."""
        if self.kind in IN_SCRIPT:
            return self.kind
        place = f" m{self.machine + 1}" if self.kind not in OF_ALL else ""
        which = (
            f".{self.worker + 1}" if self.kind in {"kill worker", "stop worker", "drain"} else ""
        )
        aimed = "*" if place and self.is_aimed else ""
        long = f" for {self.seconds:.1f}" if self.seconds else ""
        return f"{self.kind}{place}{which}{aimed} at {self.at:.1f}{long}"


class Schedule(NamedTuple):
    """What is run, on how many workers of each machine, begun when, and what breaks."""

    seed: int
    pace: float
    machines: tuple[int, ...]
    scripts: tuple[Script, ...]
    begun: tuple[float, ...]
    faults: tuple[Fault, ...]
    slots: int

    def __str__(self) -> str:
        """Return it as a line."""
        jobs = "+".join(str(len(script.waits)) for script in self.scripts)
        on = "+".join(map(str, self.machines))
        return f"{jobs} jobs on {on} workers: {'; '.join(map(str, self.faults))}"

    @property
    def seconds(self) -> float:
        """When the last fault is over."""
        return max((fault.at + fault.seconds for fault in self.faults), default=0.0)


def drawn(seed: int, kinds: tuple[str, ...] = (*KINDS,), pace: float = 1.0) -> Schedule:
    """Draw a schedule."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    machines = tuple(dice.randint(1, 2) for _ in range(dice.randint(3, 4)))
    scripts = tuple(_script(dice, number, pace) for number in range(dice.randint(2, 4)))
    chosen = [dice.choice(kinds) for _ in range(dice.randint(*_FAULTS))]
    faults = []
    for kind in chosen:
        machine = dice.randrange(len(machines))
        worker = dice.randrange(machines[machine])
        at, seconds = dice.uniform(*_SECONDS), dice.uniform(*KINDS[kind])
        is_aimed = dice.random() < _AIMED_SHARE
        faults.append(Fault(kind, at * pace, machine, worker, seconds * pace, is_aimed))
        if kind in IN_SCRIPT:
            _put_in(dice, scripts, IN_SCRIPT[kind], pace)
    begun = (0.0, *(dice.uniform(0.0, _BEGUN_SECONDS) * pace for _ in scripts[1:]))
    faults.sort(key=lambda fault: fault.at)
    slots = dice.randint(1, 3)
    return Schedule(seed, pace, machines, scripts, begun, tuple(faults), slots)


def _script(dice: random.Random, number: int, pace: float) -> Script:
    """Draw a session: each worker waits for some of those before it."""
    count = dice.randint(3, len(WORKERS))
    names = sorted(dice.sample(WORKERS, count), key=WORKERS.index)
    waits = {
        name: sorted(dice.sample(names[:at], min(at, dice.choice((0, 0, 1, 1, 2)))))
        for at, name in enumerate(names)
    }
    script = Script(f"s{number + 1}", waits)
    for name in names:
        last = "failed" if dice.random() < 0.05 else "completed"
        script.set_step(name, "setup", (dice.uniform(0.0, 0.2) * pace, "completed"))
        # Some outlive the lease of their executor: then two do the same.
        seconds = dice.uniform(2.0, 4.0) if dice.random() < _LONG_SHARE else dice.uniform(0.1, 0.8)
        script.set_step(name, "run", (seconds * pace, last))
    return script


def _put_in(dice: random.Random, scripts: tuple[Script, ...], then: str, pace: float) -> None:
    """Let the first try of some phase end otherwise."""
    script = dice.choice(scripts)
    worker, phase = dice.choice([*script.waits]), dice.choice(PHASES)
    script.steps[worker][phase].insert(0, {"seconds": dice.uniform(0.0, 0.3) * pace, "then": then})
