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
# What begins a function in languages whose definitions have other words before their name.
_OPENS = lazy_pattern(
    r"\s*(?:(?:pub(?:\([a-z]+\))?|async|unsafe|static|public|private|protected|internal|override"
    r"|suspend|final|virtual|def|defp|export|default) ){0,5}(?:def|defp|func|fn|fun|function)\b"
)
_CLOSERS = (")", "]", "}", "{", "end", '"', "'")


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


def function_around(source: Source, first: int, last: int) -> tuple[int, int]:
    """Return first and last line of the function that a line range lies in, the range without one.

    A definition goes to the next line that is indented no more than it and closes nothing.
    """
    start = next(
        (
            number
            for number in range(first, max(0, first - _ABOVE_LINES), -1)
            if _opens(source.lines[number - 1]) and _holds(source, number, first)
        ),
        None,
    )
    if start is None:
        return first, last
    end = start
    for number in range(start + 1, min(source.line_count, start + _ABOVE_LINES) + 1):
        if not _holds(source, start, number):
            break
        end = number
    return start, max(end, last)


def _opens(line: str) -> bool:
    if len(line) > _LINE_CHARACTERS:
        return False
    return _OPENS.match(line) is not None or (_defined(line) or "if") not in _NO_NAMES


def _holds(source: Source, start: int, number: int) -> bool:
    """Tell whether a line belongs to what begins at another one, by their indentation."""
    if number == start:
        return True
    indent = _indent(source.lines[start - 1])
    return all(
        not line.strip() or _indent(line) > indent or line.lstrip().startswith(_CLOSERS)
        for line in source.lines[start:number]
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
