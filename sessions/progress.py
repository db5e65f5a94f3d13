"""What a command is doing: one line on a terminal that goes away; nothing where nobody looks."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ERASE = "\r\x1b[K"
_SECONDS_BETWEEN = 0.1
_lines: list[str] = []


@contextlib.contextmanager
def doing(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show what is done while it lasts; what is yielded is told how much of how many is done.

    What is done inside of it is shown in its stead, as long as that lasts.
    """
    if not _is_watched():
        yield lambda _done, _total: None
        return
    _lines.append(what)
    _show(what)
    try:
        yield _counter(what)
    finally:
        _lines.pop()
        _show(_lines[-1] if _lines else "")


@contextlib.contextmanager
def showing(what: str) -> Iterator[Callable[[str], None]]:
    """Show what is done while it lasts, with what is said of it on the way."""
    with doing(what):
        last = 0.0

        def show(text: str) -> None:
            nonlocal last
            if _is_watched() and time.monotonic() - last > _SECONDS_BETWEEN:
                last = time.monotonic()
                _show(f"{what}: {text}")

        yield show


def _counter(what: str) -> Callable[[int, int], None]:
    shown = time.monotonic()

    def count(done: int, total: int) -> None:
        nonlocal shown
        if time.monotonic() - shown > _SECONDS_BETWEEN:
            shown = time.monotonic()
            _show(f"{what}: {done:,} of {total:,}")

    return count


def _is_watched() -> bool:
    return (
        sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    )


def _show(text: str) -> None:
    """Replace the line, cut to the width of the window: one that wraps could not be erased."""
    with contextlib.suppress(OSError, ValueError):
        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        dots = "..." if text else ""
        sys.stderr.write(f"{ERASE}{f'{text}{dots}'[: width - 1]}")
        sys.stderr.flush()
