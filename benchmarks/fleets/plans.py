"""What the size of a plan costs each of its jobs: all its workers share one state."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fleets.site import planned
from sessions.events import Event
from sessions.session import record
from workers.fleet import engine, jobs, waiting
from workers.fleet.ordering import Asked, EngineQueue, order
from workers.hive.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_JOBS = 5
_LOOKS = 10


class Size(NamedTuple):
    """Costs in a plan of so many workers, in processor seconds; `argument` in bytes."""

    workers: int
    events: float
    look: float
    fold: float
    argument: int


def measure(folder: Path, workers: int) -> Size:
    """Let some jobs of a plan begin and end whose other workers are known to its state."""
    root = folder / f"plan-{workers}"
    (root / ".git").mkdir(parents=True)
    session, plan = planned(root, "s", workers)
    run = jobs.begin(session, plan, engine.POSTGRESQL, Asked().plain())
    with session.locked():
        record(session, *(Event("progress", jobs.full_name(name), "") for name in run.workers))
    some = run.workers[:_JOBS]

    def events() -> None:
        for name in some:
            claim = None
            for phase in ("setup", "run"):
                claim = jobs.take(session, run, name, phase, "e", is_alive=lambda: True)
            jobs.end(session, run, Outcome(name, "completed"), claim, "e")

    place = EngineQueue("queue@0123456789abcdef", "0123456789abcdef:", 1.0, by_model=True)
    whole = order(run, plan, Asked(), place)
    job = {name: whole[name] for name in ("session", "run", "workers", "options", "run_options")}
    return Size(
        workers,
        _seconds(events) / len(some),
        _seconds(lambda: waiting.wait(session, run, lambda _one: None, _checks(_LOOKS))) / _LOOKS,
        _seconds(lambda: [jobs.ended(session.state(), run) for _ in range(_LOOKS)]) / _LOOKS,
        len(json.dumps({**job, "worker": some[0], "totals": {}}, separators=(",", ":"))),
    )


class _Enough(Exception):
    """It was looked often enough."""


def _checks(times: int) -> Callable[[], None]:
    left = [times]

    def check() -> None:
        left[0] -= 1
        if not left[0]:
            raise _Enough

    return check


def _seconds(call: Callable[[], object]) -> float:
    begun = time.process_time()
    with suppress(_Enough):
        call()
    return time.process_time() - begun
