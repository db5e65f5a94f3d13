"""Which function cited lines stand in, by the line that defines it and the indentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.repository.source import Source

_ABOVE_LINES = 400
_LINE_CHARACTERS = 2000
_WORDS = "export default public private protected static async".split()
_DEFINITION = lazy_pattern(
    r"(?:def|function|const|let|var) (?P<keyword>\w+)"
    r"|(?:module\.)?exports\.(?P<exports>\w+) ="
    r"|(?P<method>\w+) ?\([^()]{0,300}\)[^(){;]{0,200}\{"
)
_NO_NAMES = frozenset("if for while switch catch return function constructor with".split())


def enclosing(source: Source, first: int, last: int) -> Iterator[str]:
    """Yield the names of the functions that a line range defines or lies in, nearest first."""
    limit = None
    for number in range(min(last, source.line_count), max(0, first - _ABOVE_LINES), -1):
        line = source.lines[number - 1]
        if len(line) > _LINE_CHARACTERS or not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        name = _defined(line)
        if name and name not in _NO_NAMES and (number >= first or limit is None or indent < limit):
            yield name
            if number < first:
                return
        if limit is None or indent < limit:
            limit = indent
            if limit == 0 and number < first:
                return


def _defined(line: str) -> str | None:
    """Return the name of the function that a line defines."""
    words = line.split()
    while words and words[0] in _WORDS:
        words.pop(0)
    match = _DEFINITION.match(" ".join(words))
    return next((name for name in match.groups() if name), None) if match else None
