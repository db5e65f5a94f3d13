"""What a command does: one line on a terminal with the time, once it takes long; then it goes away.

A timer of the process draws it: beside a command that is fast nothing runs and nothing is written.
What a forked child looks at shows its parent: the text of the line is memory that they share.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from mmap import mmap

AFTER = 0.5  # seconds that nothing is shown
_EVERY = 0.1
ERASE = "\r\x1b[K"
_TEXT_BYTES = 1024
_DETAIL_CHARACTERS = 200
_NARROW = 8  # columns in which no file can be named
_SAME_COMMAND = 1.0  # seconds between two steps that are timed as one


class _Step(NamedTuple):
    what: str
    done: str = ""  # how much of how many
    detail: str = ""


class _Line:
    """The line of this process: the steps in hand, innermost last, and when the first one began.

    `text` is None as long as nobody looks.
    """

    def __init__(self) -> None:
        self.steps: list[_Step] = []
        self.text: mmap | None = None
        self.began = self.ended = 0.0
        self.is_drawn = self.is_aside = False

    def put(self, step: _Step) -> None:
        """Say what is done now; whoever has the timer draws it."""
        self.steps[-1] = step
        if self.text is not None:
            head = f"{step.what}, {step.done}" if step.done else step.what
            data = f"{escaped(head)}\n{escaped(step.detail[:_DETAIL_CHARACTERS])}".encode()
            data = data[: _TEXT_BYTES - 1] + b"\0"
            self.text[: len(data)] = data

    def draw(self, *_signal: object) -> None:
        """Replace the line on the screen; it fits into the window, or it could not be erased."""
        if self.text is None or self.is_aside or not self.steps:
            return
        text = self.text[:].partition(b"\0")[0].decode("utf-8", "replace")
        head, _, detail = text.partition("\n")
        with contextlib.suppress(OSError):
            if _is_in_front():
                columns = os.get_terminal_size(2).columns or _said_columns()
                seconds = time.monotonic() - self.began
                line = composed(f"{_told(seconds)}  {head}", detail, columns - 1)
                os.write(2, f"{ERASE}{line}".encode())
                self.is_drawn = True

    def erase(self) -> None:
        """Take the line off the screen."""
        if self.is_drawn:
            self.is_drawn = False
            with contextlib.suppress(OSError):
                os.write(2, ERASE.encode())


_line = _Line()


@contextlib.contextmanager
def doing(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show what is done while it lasts; what is yielded is told how much of how many is done.

    What is done inside of it is shown in its stead, as long as that lasts.
    """
    is_first = not _line.steps
    if is_first and not _is_watched():
        yield lambda _done, _total: None
        return
    if is_first:
        _begin()
    depth = len(_line.steps)
    _line.steps.append(_Step(what))
    _line.put(_Step(what))

    def count(done: int, total: int) -> None:
        if len(_line.steps) == depth + 1:
            _line.put(_line.steps[-1]._replace(done=f"{done:,} of {total:,}"))

    try:
        yield count
    finally:
        del _line.steps[depth:]
        if is_first:
            _end()
        else:
            _line.put(_line.steps[-1])


def at(what: str) -> None:
    """Say what is being looked at, a file or a part of the step."""
    if _line.text is not None and _line.steps:
        _line.put(_line.steps[-1]._replace(detail=what))


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Take the line away while something else is printed."""
    before, _line.is_aside = _line.is_aside, True
    try:
        _line.erase()
        yield
    finally:
        _line.is_aside = before


def composed(head: str, detail: str, columns: int) -> str:
    """Return the line: the end of a detail says more than its beginning, as of a path."""
    line = f"{head}: {detail}" if detail else head
    if cells(line) <= columns:
        return line
    room = columns - cells(f"{head}: ...")
    if detail and room >= _NARROW:
        return f"{head}: ...{_cut(detail[::-1], room)[::-1]}"
    return head if cells(head) <= columns else _cut(head, columns)


def cells(text: str) -> int:
    """Return how many columns a text takes: letters of East Asia take two, accents none."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _cut(text: str, columns: int) -> str:
    """Return as much of the beginning as so many columns have room for."""
    most = min(len(text), max(columns, 0))
    while cells(text[:most]) > columns:
        most -= 1
    return text[:most]


def _said_columns() -> int:
    """Return how wide a window is that does not say so itself: as COLUMNS has it, else 80."""
    text = os.environ.get("COLUMNS", "")
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 10_000 else 80


def _told(seconds: float) -> str:
    minutes, left = divmod(int(seconds), 60)
    return f"{minutes} min {left:02} s" if minutes else f"{seconds:.1f} s"


def _is_watched() -> bool:
    """Tell whether somebody looks, and a timer can be had: another one may be in use."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return False
    if signal.getsignal(signal.SIGALRM) == _line.draw:
        return True
    with contextlib.suppress(ValueError):  # in a thread there is no signal
        if signal.getsignal(signal.SIGALRM) == signal.SIG_DFL:
            signal.signal(signal.SIGALRM, _line.draw)  # it stays: a late alarm would end us
            return True
    return False


def _is_in_front() -> bool:
    """Tell whether the terminal is ours now: behind a prompt nothing is drawn."""
    try:
        return os.tcgetpgrp(2) == os.getpgrp()
    except OSError:  # it is not the one that controls us
        return True


def _begin() -> None:
    from mmap import mmap

    _line.text = _line.text or mmap(-1, _TEXT_BYTES)
    now = time.monotonic()
    if now - _line.ended > _SAME_COMMAND:
        _line.began = now
    waited = now - _line.began
    signal.setitimer(signal.ITIMER_REAL, max(AFTER - waited, 0.001), _EVERY)


def _end() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    _line.ended = time.monotonic()
    _line.erase()
