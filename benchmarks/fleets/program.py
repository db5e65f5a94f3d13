"""The program of the measured fleet: phases that do nothing, and all other commands as they are.

A phase costs what starting Python costs, so that what is beside it shows. `fleet worker` writes
down what the events of its jobs cost: a line for each call, processor and clock seconds.
"""

import os
import sys
import time

EVENTS = "WAGGLE_BENCH_EVENTS"  # a file
PHASE = "WAGGLE_BENCH_SECONDS"  # that a phase takes

if {"--setup", "--run"} & {*sys.argv}:
    time.sleep(float(os.environ.get(PHASE, "0")))
    sys.stdout.write('{"problems_total": 0, "outcome": {"status": "done"}}\n')
    sys.exit(0)

import functools  # noqa: E402 - a phase imports as little as it can
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path[0] = str(Path(__file__).parents[2])


def _timed(what: str, call: "Callable[..., Any]", file: int) -> "Callable[..., Any]":
    """Return a call that writes down what each time cost its thread."""

    @functools.wraps(call)
    def timed(*args: Any, **kwargs: Any) -> Any:
        cpu, clock = time.thread_time(), time.perf_counter()
        try:
            return call(*args, **kwargs)
        finally:
            spent = f"{what} {time.thread_time() - cpu:.6f} {time.perf_counter() - clock:.6f}\n"
            os.write(file, spent.encode())

    return timed


def _watch_events() -> None:
    from workers.fleet import jobs, leases

    file = os.open(os.environ[EVENTS], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for module, names in ((jobs, ("take", "end")), (leases.Leases, ("is_alive",))):
        for name in names:
            setattr(module, name, _timed(name, getattr(module, name), file))


if __name__ == "__main__":
    from tests.fleet.scripted import main

    if os.environ.get(EVENTS) and "worker" in sys.argv:
        _watch_events()
    code = main(Path(__file__).resolve())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
