"""What faults hit, and when: what a judge may let them explain.

All times are those of the machine that tests, in seconds that only grow: no clock that is set wrong
changes them, and all processes of a fleet read the same.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import NamedTuple

# What was hit: by the first ones work is lost, or done again; who was only asked to end does it.
KILLED, CUT, DATABASE, STOPPED = "killed", "cut off", "database", "stopped"
FULL, UNWRITABLE = "full disk", "no writes"
DISKS = (FULL, UNWRITABLE)
ASKED = "asked to end"


class Hit(NamedTuple):
    """A fault: of a process, of all that runs on a machine, or of everybody where none is named."""

    what: str
    machine: str = ""
    pid: int = 0
    since: float = 0.0
    until: float = math.inf

    def is_of(self, machine: str, pid: int) -> bool:
        """Tell whether a process of a machine is hit."""
        return self.pid == pid if self.pid else self.machine in {"", machine}

    def is_between(self, since: float, until: float) -> bool:
        """Tell whether it was there at some time between two."""
        return self.since <= until and self.until >= since


@dataclass
class Hits:
    """What was hit so far, in order; it is written down before it begins, and after it is over."""

    all: list[Hit] = field(default_factory=list)

    def begin(self, what: str, machine: str = "", pid: int = 0, seconds: float = math.inf) -> None:
        """Write down what is hit from now on; who is killed is so once and for all."""
        now = time.monotonic()
        self.all.append(Hit(what, machine, pid, now, now + (0 if what == KILLED else seconds)))

    def over(self, what: str, machine: str = "", pid: int = 0) -> None:
        """Write down that it is over, if it was."""
        now = time.monotonic()
        for at, hit in enumerate(self.all):
            if (hit.what, hit.machine, hit.pid) == (what, machine, pid):
                self.all[at] = hit._replace(until=min(hit.until, now))


class Place(NamedTuple):
    """A worker that was started: its process, its machine, and when."""

    pid: int
    machine: str
    since: float = 0.0


@dataclass
class Meanwhile:
    """What happened beside a session: who worked, what was hit, when its events were seen.

    `lost` are the executors that say that they lost their lease, whyever.

    `times` are by the number of an event. At a `pace` of 20 leases are of 15 s. `slowness` is how
    many times slower than they could workers started; None where nobody looked.
    """

    hits: list[Hit] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    times: dict[int, float] = field(default_factory=dict)
    pace: float = 1.0
    slots: int = 1
    slowness: float | None = None
    lost: set[str] = field(default_factory=set)

    def place(self, executor: str) -> Place:
        """Return where an executor was, by its name: host, process, something that is drawn."""
        pid = int(executor.split(".")[-2]) if executor.count(".") >= 2 else 0
        return next((one for one in reversed(self.places) if one.pid == pid), Place(pid, "?"))

    def on(self, executor: str, *whats: str) -> list[Hit]:
        """Return what hit an executor, its machine, or everybody; of some kinds, if named."""
        place = self.place(executor)
        mine = [hit for hit in self.hits if hit.is_of(place.machine, place.pid)]
        return [hit for hit in mine if not whats or hit.what in whats]
