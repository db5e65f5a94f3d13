"""The text of one file, searchable with white space folded: where a quotation stands in it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_COMPARED_LINES = 40
_TRIES = 5000


@dataclass(frozen=True)
class Match:
    """Where a quotation stands: first and last line, from 1."""

    first: int
    last: int


class Source:
    """The text of a file, searchable with white space folded."""

    def __init__(self, path: str, text: str, *, exact: bool = True, digest: str = "") -> None:
        """Take the path relative to the root and the SHA-256 of its bytes.

        `exact` is false for bytes of an unknown encoding.
        """
        self.path = path
        self.digest = digest
        self.exact = exact
        self._lines = text.split("\n")
        if self._lines and not self._lines[-1]:
            self._lines.pop()

    @property
    def line_count(self) -> int:
        """How many lines there are; a last one without line feed counts."""
        return len(self._lines)

    @cached_property
    def _folded(self) -> tuple[str, list[int], list[int]]:
        """All words with one space between, the offset of each line that has words, its number."""
        parts: list[str] = []
        offsets: list[int] = []
        numbers: list[int] = []
        length = 0
        for number, line in enumerate(self._lines, 1):
            folded = fold(line)
            if folded:
                parts.append(folded)
                offsets.append(length)
                numbers.append(number)
                length += len(folded) + 1
        return " ".join(parts), offsets, numbers

    @property
    def lines(self) -> list[str]:
        """The lines, without their line feeds."""
        return self._lines

    @cached_property
    def words(self) -> frozenset[str]:
        """The identifiers of the file, in lower case without underscores and hyphens."""
        found = re.findall(r"[A-Za-z_][A-Za-z0-9_-]*", "\n".join(self._lines).lower())
        parts = {part for word in found for part in (word, *word.split("-"))}
        return frozenset(plain(part) for part in parts)

    def stands_at(self, quotation: str, line: int, end_line: int | None) -> bool:
        """Tell whether a quotation starts at a line or, with an end, lies inside the range."""
        text, offsets, numbers = self._folded
        needle = fold(quotation)
        start = self._offset_of(line)
        if end_line is None:
            following = self._offset_of(line + 1)
            stop = min(len(text), following + len(needle))
            at = _find_whole(text, offsets, needle, start, stop)
            return at is not None and at < following and numbers[_index(offsets, at)] == line
        stop = self._offset_of(end_line + 1)
        return _find_whole(text, offsets, needle, start, stop) is not None

    def matches(self, quotation: str) -> list[Match]:
        """Return where a quotation stands in the file, at most the first hundred places."""
        text, offsets, numbers = self._folded
        needle = fold(quotation)
        found: list[Match] = []
        at = _find_whole(text, offsets, needle, 0, len(text))
        while at is not None and len(found) < 100:
            last = at + len(needle) - 1
            found.append(Match(numbers[_index(offsets, at)], numbers[_index(offsets, last)]))
            at = _find_whole(text, offsets, needle, at + 1, len(text))
        return found

    def nearest_start(self, quotation: str) -> tuple[Match | None, int]:
        """Return where the most first lines of a quotation stand, and how many lines they are."""
        lines = [line for line in quotation.split("\n") if fold(line)]
        for count in range(min(len(lines) - 1, _COMPARED_LINES), 0, -1):
            found = self.matches("\n".join(lines[:count]))
            if found:
                return found[0], count
        return None, 0

    def _offset_of(self, line: int) -> int:
        """Return the offset of the first line with words that is not before `line`."""
        text, offsets, numbers = self._folded
        index = bisect_right(numbers, line - 1)
        return offsets[index] if index < len(offsets) else len(text) + 1


def fold(text: str) -> str:
    """Normalise white space: every run of it is one space, none at the ends; letters as NFC."""
    folded = " ".join(text.split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def plain(word: str) -> str:
    """Return a name for comparing: `OrderItem`, `order_item` and `order-item` are one."""
    return re.sub(r"[_-]", "", word.lower())


def spellings(word: str) -> set[bytes]:
    """Return a name as languages write it, in lower case: joined, with `_`, with `-`."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).lower().replace("-", "_")
    joined = {parts, parts.replace("_", "-"), parts.replace("_", ""), word.lower()}
    return {one.encode() for one in joined if one}


def _index(offsets: list[int], offset: int) -> int:
    return bisect_right(offsets, offset) - 1


def _find_whole(text: str, offsets: list[int], needle: str, start: int, stop: int) -> int | None:
    """Find a needle that neither begins nor ends inside a word or number.

    `limit=10` does not stand in `limit=100`, nor `= owner` in `!= owner`, nor `1` in `1.5`.
    """
    at = text.find(needle, start, stop)
    for _ in range(_TRIES):
        if at == -1:
            return None
        if not _splits(text, at) and not _splits(text, at + len(needle)):
            before = text[offsets[_index(offsets, at)] : at].rstrip(" ")
            if not before.endswith(_TURNS):
                return at
        at = text.find(needle, at + 1, stop)
    return None


# What joins two characters into one word, number or operator.
_JOINED = re.compile(r"\w\w|\w-\w|[0-9][.,][0-9]|[!=<>+*/%&|^~-][!=<>+*/%&|^~-]|[!~]\w")
# What turns the meaning of what follows it on its line: a comment's start, a negation.
_TURNS = ("#", "//", "--", "/*", "not", "!")


def _splits(text: str, at: int) -> bool:
    """Tell whether a cut before `at` goes through a word, a number or an operator."""
    if not 0 < at < len(text):
        return False
    start = max(0, at - 2)
    # A joint of two or three characters that begins before the cut and ends after it.
    return any(
        (match := _JOINED.match(text, first)) is not None and match.end() > at
        for first in range(start, at)
    )
