"""What an installation would change, as a unified diff for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import escaped
from sessions.secrets import redacted

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINES = 120  # of one file
_CHARACTERS = 500  # of one line
_CONTEXT = 3
_COLOURS = {"+": "32", "-": "31", "@": "36"}


def lines_of(path: str, before: bytes | None, after: bytes | None) -> list[str]:
    """Return the diff of one file as lines that can be printed, at most so many."""
    import difflib

    if before == after:
        return []
    old, new = (_lines(data) for data in (before, after))
    name, new_name = ("/dev/null" if data is None else path for data in (before, after))
    diff = list(difflib.unified_diff(old, new, name, new_name, n=_CONTEXT, lineterm=""))
    if not diff:  # a file without a line is written, or goes
        diff = [f"--- {name}", f"+++ {new_name}"]
    left = len(diff) - _LINES
    if left > 0:
        diff = [*diff[:_LINES], f"  ... {left} more lines of {path}"]
    return [escaped(str(redacted(line.replace("\t", "    ")))[:_CHARACTERS]) for line in diff]


def _lines(data: bytes | None) -> list[str]:
    if data is None:
        return []
    lines = data.decode(errors="replace").split("\n")
    return lines[:-1] if lines[-1] == "" else [*lines[:-1], f"{lines[-1]}  (no newline at the end)"]


def painted(lines: Iterable[str], *, colour: bool) -> list[str]:
    """Return the lines with the colours of a diff."""
    if not colour:
        return list(lines)
    return [_painted(line) for line in lines]


def _painted(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return f"\x1b[1m{line}\x1b[0m"
    code = _COLOURS.get(line[:1])
    return f"\x1b[{code}m{line}\x1b[0m" if code else line
