"""Processes of others, by what Linux shows of them in /proc."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PROC = Path("/proc")
_NOT_RUNNING = "ZX"  # ended, and not yet asked after
_POLL_SECONDS = 0.02


class Process(NamedTuple):
    """A process: its state is a letter, as in `ps`."""

    pid: int
    parent: int
    state: str


def processes() -> list[Process]:
    """Return what runs; what has ended but was not yet asked after is left out."""
    pids = (int(folder.name) for folder in _PROC.iterdir() if folder.name.isdigit())
    return [process for process in map(process_of, pids) if process is not None]


def process_of(pid: int) -> Process | None:
    """Return a process, None where it has ended."""
    try:
        text = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    state, parent = text.rpartition(")")[2].split()[:2]  # its name may hold anything
    return None if state in _NOT_RUNNING else Process(pid, int(parent), state)


def with_variable(line: str) -> list[int]:
    """Return the processes that were started with a line in their environment, or by such."""
    searched, found = line.encode(), []
    for process in processes():
        with suppress(OSError):
            environment = (_PROC / str(process.pid) / "environ").read_bytes()
            if searched in environment.split(b"\0"):
                found.append(process.pid)
    return found


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to those that are still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def wait_until(is_so: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until something holds; raises TimeoutError that says what did not."""
    if not holds(is_so, seconds, _POLL_SECONDS):
        raise TimeoutError(f"after {seconds:g} s: {what}")


def holds(is_so: Callable[[], object], seconds: float, every: float = 0.1) -> bool:
    """Tell whether something holds within so many seconds, looking every so often."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def command_of(pid: int) -> list[str]:
    """Return the words that a process was started with, none where it has ended."""
    with suppress(OSError):
        return (_PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    return []
