"""Several processes that work side by side, and end with the command that started them."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Given = TypeVar("Given")
Made = TypeVar("Made")


def side_by_side(
    work: Callable[[Given], Made], batches: Sequence[Given], processes: int
) -> Iterator[Made]:
    """Yield what `work` makes of each batch, in their order.

    A Ctrl-C reaches all processes of a terminal: only the command itself answers it, and ends the
    others with it.
    """
    pool = ProcessPoolExecutor(processes, initializer=_serve)
    try:
        # Between its start and its own handlers a process would have those of the command.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            made = pool.map(work, batches)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        yield from made
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _serve() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
