"""Text on a terminal: how wide it is, how lines are broken to fit, and in which colours."""

from __future__ import annotations

import os
import re
import shlex
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from sessions.patterns import lazy_pattern
from sessions.progress import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNKNOWN_WIDTH = 80
_NARROWEST, _WIDEST = 20, 100  # beyond 100 columns prose is hard to read
NEXT = "next: "  # begins a line that holds a literal command
_INDENT = lazy_pattern(r" *")
_RESET = "\x1b[0m"
_PLACE = lazy_pattern(r"( {4} *--> )([^:\x1b]+)((?::[\d-]+)?)(.*)$")
# What a line looks like -> how it is coloured, group by group. Foreign text begins no line.
_COLOURS = (
    (lazy_pattern(r"(error [A-Z]\d\d)( \S.*)?"), ("1;31", "36")),
    (lazy_pattern(r"(warning [A-Z]\d\d)( \S.*)?"), ("1;33", "36")),
    (lazy_pattern(r"(waggle: error|error):"), ("1;31",)),
    (lazy_pattern(r"( {4}fix:) "), ("1;32",)),
    (lazy_pattern(r"( {4} *-->) (\S+)"), ("1;34", "36")),
    (lazy_pattern(r"( {4} *\|) +(\^+)$"), ("1;34", "1;31")),
    (lazy_pattern(r"( {4} *\d+ \|) "), ("1;34",)),
    (lazy_pattern(r"(\S+-worker \w+: (?:accepted|ready).*)"), ("1;32",)),
    (lazy_pattern(r"(\S+-worker \w+: (?:rejected|could not run).*)"), ("1;31",)),
    (lazy_pattern(r"(no model read the task.*)", re.IGNORECASE), ("1;33",)),
    (lazy_pattern(r"( *next:)"), ("1",)),
    (lazy_pattern(r"([A-Z][\w ]+): \d+"), ("1",)),
)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether somebody looks at a stream; False for one that is closed."""
    return stream is not None and not stream.closed and stream.isatty()


def width() -> int:
    """Return the columns that text may take: COLUMNS, else the window's, else 80."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return min(max(int(columns), _NARROWEST), _WIDEST)
    for stream in (sys.stdout, sys.stderr):
        if is_terminal(stream):
            with suppress(OSError, ValueError):
                known = os.get_terminal_size(stream.fileno()).columns
                return min(max(known or UNKNOWN_WIDTH, _NARROWEST), _WIDEST)
    return UNKNOWN_WIDTH


def fitted(text: str, columns: int) -> str:
    """Break the lines of a text that are too wide, at words, with a hanging indent.

    A word that is wider than the window (a path, an address) stays whole. A literal command is
    broken so that a shell still takes it.
    """
    return "\n".join(line for row in text.split("\n") for line in _broken(row, columns))


def _broken(row: str, columns: int) -> Iterator[str]:
    if cells(row) <= columns:
        yield row
        return
    indent = _INDENT.match(row)[0]  # type: ignore[index]  # it matches the empty text too
    if row.startswith(NEXT, len(indent)):
        yield indent + NEXT.rstrip()
        yield from command_lines(row[len(indent) + len(NEXT) :], columns, indent + "  ")
    else:
        yield from filled(row.strip().split(" "), columns, indent, indent + "  ")


def filled(words: Iterable[str], columns: int, first: str, later: str) -> Iterator[str]:
    """Put words into lines of at most so many columns; `first` and `later` begin the lines.

    Empty words are further blanks between two words.
    """
    line, is_empty = first, True
    for word in words:
        if is_empty and not word:
            continue
        if not is_empty and cells(line) + 1 + cells(word) > columns:
            yield line.rstrip()
            line, is_empty = later, True
            if not word:
                continue
        line += word if is_empty else f" {word}"
        is_empty = False
    yield line.rstrip()


def command_lines(command: str, columns: int, indent: str) -> Iterator[str]:
    """Break a literal command so that a shell takes the lines as one; unbroken if it fits."""
    if cells(indent + command) <= columns:
        yield indent + command
        return
    try:
        words = [word if word == "<" else shlex.quote(word) for word in shlex.split(command)]
    except ValueError:  # not a command of ours
        words = command.split()
    lines = list(filled(_in_pairs(words), columns - 2, indent, indent + "  "))
    for line in lines[:-1]:
        yield f"{line} \\"
    yield lines[-1]


def _in_pairs(words: list[str]) -> Iterator[str]:
    """Keep an option and its value on one line."""
    pending = ""
    for word in words:
        if pending and word.startswith("-"):
            yield pending
            pending = word
        elif pending:
            yield f"{pending} {word}"
            pending = ""
        elif word.startswith("--"):
            pending = word
        else:
            yield word
    if pending:
        yield pending


def painted(text: str, stream: TextIO | None, root: str | None = None) -> str:
    """Return a text of ours with colours where a stream shows them, else as it is.

    With a root, places below it are links (OSC 8); terminals that know none show the text alone.
    """
    if os.environ.get("TERM") in {None, "", "dumb"} or not is_terminal(stream):
        return text
    lines = text.split("\n")
    if root is not None:
        lines = [linked(line, root) for line in lines]
    return "\n".join(lines if os.environ.get("NO_COLOR") else map(coloured, lines))


def linked(line: str, root: str) -> str:
    """Return a line that names a place below a root as a link to its file."""
    match = _PLACE.match(line)
    if match is None:
        return line
    from urllib.parse import quote

    target = f"file://{quote(os.uname().nodename)}{quote(f'{root}/{match[2]}')}"
    return f"{match[1]}\x1b]8;;{target}\x1b\\{match[2]}{match[3]}\x1b]8;;\x1b\\{match[4]}"


def coloured(line: str) -> str:
    """Return a line with the colours of what it looks like."""
    for pattern, codes in _COLOURS:
        match = pattern.match(line)
        if match:
            start, parts = 0, []
            for number, code in enumerate(codes, 1):
                if match[number]:
                    parts += [line[start : match.start(number)], f"\x1b[{code}m", match[number]]
                    parts.append(_RESET)
                    start = match.end(number)
            return "".join([*parts, line[start:]])
    return line
