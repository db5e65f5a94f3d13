"""Cited lines on a terminal, with numbers in a gutter and a caret under what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import escaped
from sessions.progress import cells
from workers.reporting.meant import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.reporting.formats.judgement import Cited

_AROUND = 1
_TAB = 4
_CUT = "..."


def excerpt(place: Cited, message: str, columns: int) -> Iterator[str]:
    """Yield a place and its lines, no wider than the window; only the place without lines."""
    yield f"    --> {escaped(str(place))}{' (changed since)' if place.changed else ''}"
    if place.line is None:
        return
    numbered = enumerate(place.lines, place.first)
    near = [(n, line) for n, line in numbered if abs(n - place.line) <= _AROUND]
    digits = len(str(near[-1][0])) if near else 0
    room = max(8, columns - digits - 7)
    for number, line in near:
        text = escaped(line.expandtabs(_TAB))
        start, length = _meant(text, message) if number == place.line else (0, 0)
        cut, start = _cut(text, start, room)
        yield f"    {number:>{digits}} | {cut}".rstrip()
        if length:
            marks = "^" * min(cells(cut[start : start + length]) or 1, room)
            yield f"    {'':>{digits}} | {' ' * cells(cut[:start])}{marks}"


def _meant(text: str, message: str) -> tuple[int, int]:
    """Return where in a line the words of a message are: start and length; else the whole line."""
    for words in meant(text, message):
        return words.start, words.length
    stripped = text.lstrip()
    return len(text) - len(stripped), len(stripped)


def _cut(text: str, start: int, room: int) -> tuple[str, int]:
    """Return the part of a line around a start that there is room for, and where the start is."""
    before = 0
    if cells(text[:start]) > room // 2 and cells(text) > room:
        before = start - room // 4
        text, start = f"{_CUT}{text[before:]}", start - before + len(_CUT)
    if cells(text) > room:
        while text and cells(text) > room - len(_CUT):
            text = text[:-1]
        text += _CUT
    return text, start
