"""What breaks in a fleet: how each kind of fault begins, and how it is over."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fleet.fleets import Fleet
    from tests.fleet.schedules import Fault


def _power_cut(fleet: Fleet, machine: int) -> None:
    fleet.machines[machine].cut()
    fleet.machines[machine].kill()


def _join_again(fleet: Fleet, machine: int) -> None:
    fleet.machines[machine].heal()
    fleet.start_workers(machine)


def _stop_phase(fleet: Fleet, machine: int) -> None:
    """Stop a phase of a machine, else of another one."""
    order = [machine, *(one for one in range(len(fleet.machines)) if one != machine)]
    any(fleet.stop_phase(one) for one in order)


def _nothing(_fleet: Fleet, _fault: Fault) -> None:
    """Leave it to the fleet, or to the script."""


# Kind of fault -> how it begins, how it is over.
FAULTS: dict[str, tuple[Callable[[Fleet, Fault], None], Callable[[Fleet, Fault], None]]] = {
    "kill worker": (
        lambda fleet, fault: fleet.signal(fault.machine, fault.worker, signal.SIGKILL),
        lambda fleet, fault: fleet.start_worker(fault.machine, fault.worker),
    ),
    "kill machine": (
        lambda fleet, fault: fleet.machines[fault.machine].kill(),
        lambda fleet, fault: fleet.start_workers(fault.machine),
    ),
    "power cut": (
        lambda fleet, fault: _power_cut(fleet, fault.machine),
        lambda fleet, fault: _join_again(fleet, fault.machine),
    ),
    "kill database": (
        lambda fleet, _fault: fleet.lose_database(),
        lambda fleet, _fault: fleet.start_database(),
    ),
    "lose name": (
        lambda fleet, _fault: fleet.lose_name(),
        lambda fleet, _fault: fleet.start_database(),
    ),
    "partition": (
        lambda fleet, fault: fleet.machines[fault.machine].cut(),
        lambda fleet, fault: fleet.machines[fault.machine].heal(),
    ),
    "clock": (
        lambda fleet, fault: fleet.machines[fault.machine].set_clock(fault.off),
        lambda fleet, fault: fleet.machines[fault.machine].set_clock(0),
    ),
    "full disk": (
        lambda fleet, fault: fleet.machines[fault.machine].fill(),
        lambda fleet, fault: fleet.machines[fault.machine].empty(),
    ),
    "no writes": (
        lambda fleet, fault: fleet.machines[fault.machine].refuse_writes(),
        lambda fleet, fault: fleet.machines[fault.machine].allow_writes(),
    ),
    "hung phase": (_nothing, _nothing),
    "deaf phase": (_nothing, _nothing),
    "killed phase": (_nothing, _nothing),
    "stopped phase": (lambda fleet, fault: _stop_phase(fleet, fault.machine), _nothing),
    "stop worker": (
        lambda fleet, fault: fleet.signal(fault.machine, fault.worker, signal.SIGSTOP),
        lambda fleet, fault: fleet.signal(fault.machine, fault.worker, signal.SIGCONT),
    ),
    "stop machine": (
        lambda fleet, fault: fleet.machines[fault.machine].stop(),
        lambda fleet, fault: fleet.machines[fault.machine].go_on(),
    ),
    "drain": (
        lambda fleet, fault: fleet.signal(fault.machine, fault.worker, signal.SIGTERM),
        _nothing,
    ),
}
