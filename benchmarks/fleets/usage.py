"""What processes used, by what Linux shows of them in /proc."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from tests.fleet.processes import processes

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_UTIME = 11  # fields after the name: utime, stime, and those of children that were waited for


class Used(NamedTuple):
    """Processor seconds of a process, and of those that it started and waited for."""

    own: float
    children: float

    @property
    def all(self) -> float:
        """Both."""
        return self.own + self.children


def used(pid: int) -> Used:
    """Return what a process has used so far, nothing where it has ended."""
    try:
        text = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return Used(0.0, 0.0)
    fields = [int(word) for word in text.rpartition(")")[2].split()[_UTIME : _UTIME + 4]]
    return Used(sum(fields[:2]) / _TICKS, sum(fields[2:]) / _TICKS)


def used_by_server(pid: int) -> float:
    """Return the processor seconds of PostgreSQL: its first process, and one a connection."""
    living = [one.pid for one in processes() if one.parent == pid]
    return used(pid).all + sum(used(child).all for child in living)


def resident(pid: int) -> int:
    """Return the bytes of memory that a process has, shared ones included."""
    for line in (_PROC / str(pid) / "status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return 1024 * int(line.split()[1])
    return 0
