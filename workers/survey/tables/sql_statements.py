"""The statements of a file of SQL, told apart by a scan of quotes and comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = lazy_pattern(r"--|/\*|['\"`;]|\$(?:[A-Za-z_]\w*)?\$|^#|^[Gg][Oo]\s*$|^//\s*$", re.MULTILINE)
_ENDS = lazy_pattern(r";|[Gg][Oo]|//")
_COMMENTS = {"--": "\n", "#": "\n", "/*": "*/"}
_COPY = lazy_pattern(r"\s*COPY\b[^;]{0,5000}\bFROM\s+stdin\b", re.IGNORECASE)


class SqlStatement(NamedTuple):
    """A statement of a file, without the comments before it; `line` from 1."""

    text: str
    line: int


def statements(text: str) -> Iterator[SqlStatement]:
    """Tell statements apart; one pass, whatever stands there."""
    start = position = 0
    line, counted = 1, 0
    while position <= len(text):
        mark = _MARK.search(text, position)
        if mark is not None and not _ENDS.match(mark[0]):
            position = _closed(text, mark)
            if mark[0] in _COMMENTS and not text[start : mark.start()].strip():
                start = position
            continue
        end = mark.start() if mark else len(text)
        body = text[start:end]
        first = start + len(body) - len(body.lstrip())
        line += text.count("\n", counted, first)
        counted = first
        if body.strip():
            yield SqlStatement(body.strip(), line)
        start = position = mark.end() if mark else len(text) + 1
        if _COPY.match(body):
            rows = text.find("\n\\.", position)
            start = position = len(text) if rows < 0 else rows + 3


def _closed(text: str, mark: re.Match[str]) -> int:
    """Return where a comment or a quotation ends: the end of the text if it does not."""
    position = mark.end()
    closing = _COMMENTS.get(mark[0], mark[0])
    while True:
        end = text.find(closing, position)
        if end < 0:
            return len(text)
        if closing != "'" or not _is_escaped(text, mark.end(), end):
            return end + len(closing)
        position = end + 1


def _is_escaped(text: str, start: int, end: int) -> bool:
    """Tell whether an odd number of backslashes stands before a quote, as MySQL escapes it."""
    first = end
    while first > start and text[first - 1] == "\\":
        first -= 1
    return (end - first) % 2 == 1
