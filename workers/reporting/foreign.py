"""Text that somebody else wrote, inside Markdown of ours: it begins, opens and closes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable

PROSE = 400  # characters of a text that is one of many


def prose(value: Any) -> str:
    """Return foreign text as one line of Markdown that begins and opens nothing, cut to PROSE."""
    plain = one_line(value)
    return plain if len(plain) <= PROSE else _paired(f"{plain[: PROSE - 3]}...")


def one_line(value: Any) -> str:
    """Return foreign text on one line, without tags, links and what moves a cursor."""
    plain = escaped(" ".join(str(value).split()))
    return _paired(plain.replace("<", "&lt;").replace("](", "] ("))


def code(value: Any) -> str:
    """Return foreign text in backticks, which it cannot close."""
    return f"`{escaped(' '.join(str(value).split())).replace('`', chr(39))}`"


def fence(lines: Iterable[str], language: str = "") -> list[str]:
    """Return foreign lines in a fence that is longer than any in them."""
    shown = [escaped(line) for line in lines]
    longest = max((_run(line) for line in shown), default=0)
    marks = "`" * max(3, longest + 1)
    return [f"{marks}{language}", *shown, marks]


def _run(line: str) -> int:
    """Return the length of the longest run of backticks."""
    longest = now = 0
    for char in line:
        now = now + 1 if char == "`" else 0
        longest = max(longest, now)
    return longest


def _paired(text: str) -> str:
    """Return a text without backticks where one is left over: it would pair with one of ours."""
    is_paired = text.count("`") % 2 == 0 and "``" not in text
    return text if is_paired else text.replace("`", "'")
