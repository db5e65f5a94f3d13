"""The text of one file, searchable with white space folded: where a quotation stands in it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sessions.patterns import lazy_pattern
from workers.repository.line_hashes import LineHashes, line_hashes

_COMPARED_LINES = 40
_TRIES = 5000
# Format characters: byte order mark, zero width, direction, soft hyphen.
UNSEEN = lazy_pattern(
    "[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_UNKNOWN = lazy_pattern("[\0\ufffd]")
_ENDS = lazy_pattern(r"\r\n|\r|\n")
_LONE_RETURN = lazy_pattern(r"\r(?!\n)")
_OTHER_ENDS = lazy_pattern("[\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class Match:
    """Where a quotation stands: first and last line, from 1."""

    first: int
    last: int


@dataclass(frozen=True)
class Located:
    """The quotation is where it is said to be."""


@dataclass(frozen=True)
class Elsewhere:
    """The quotation is in the file, at other lines; the nearest of them."""

    nearest: Match


@dataclass(frozen=True)
class Absent:
    """The quotation is not in the file.

    `line` is the first of it that is not, `begins` where those before it are.
    """

    line: str
    begins: Match | None


@dataclass(frozen=True)
class Unclear:
    """The quotation may be there: characters of the file are not known."""

    reason: Literal["encoding", "characters"]


Location = Located | Elsewhere | Absent | Unclear


class Source:
    """The text of a file, searchable with white space folded."""

    def __init__(self, path: str, text: str, *, exact: bool = True, digest: str = "") -> None:
        """Take the path relative to the root and the SHA-256 of its bytes.

        `exact` is false where not every character is known.
        """
        self.path = path
        self.digest = digest
        self.exact = exact
        self._text = text
        # Files of old Macs have no line feed at all; elsewhere only that ends a line, as for grep.
        self._lines = _without_end((text if "\n" in text else text.replace("\r", "\n")).split("\n"))

    @cached_property
    def _views(self) -> list[_View]:
        """The lines as grep counts them; then as editors and Python do, where they differ.

        An agent cites by the numbers that its tool shows.
        """
        views = [_View(self._lines)]
        text = self._text
        if "\r" in text and "\n" in text and _LONE_RETURN.search(text):
            views.append(_View(_without_end(_ENDS.split(text))))
        if _OTHER_ENDS.search(text):
            views.append(_View(text.splitlines()))
        return views

    @cached_property
    def line_hashes(self) -> LineHashes | None:
        """The hashes of the lines; None where the file is not UTF-8."""
        return line_hashes(self._text, self.digest)

    @property
    def line_count(self) -> int:
        """How many lines there are; a last one without line feed counts."""
        return len(self._lines)

    @property
    def lines(self) -> list[str]:
        """The lines, without their line feeds."""
        return self._lines

    @cached_property
    def words(self) -> frozenset[str]:
        """The identifiers of the file, in lower case without underscores and hyphens."""
        identifiers = re.findall(r"[A-Za-z_][A-Za-z0-9_-]*", "\n".join(self._lines).lower())
        parts = {part for word in identifiers for part in (word, *word.split("-"))}
        return frozenset(plain(part) for part in parts)

    def has(self, line: int, last: int) -> bool:
        """Return whether there are such lines, however they are counted."""
        return 1 <= line <= last and (
            last <= self.line_count or any(last <= len(view.lines) for view in self._views)
        )

    def is_blank(self, line: int, last: int) -> bool:
        """Return whether lines, which exist, are all empty."""
        return not any(fold(text) for view in self._views for text in view.lines[line - 1 : last])

    def locate(self, quotation: str, line: int, end_line: int | None = None) -> Location:
        """Locate a quotation that is said to start at a line or, with an end, to lie in a range."""
        if any(view.stands_at(quotation, line, end_line) for view in self._views):
            return Located()
        matches = self._views[0].matches(quotation)
        if matches:
            return Elsewhere(min(matches, key=lambda match: abs(match.first - line)))
        if not self.exact:
            last = max(end_line or line, line + quotation.strip("\n").count("\n"))
            if any(_UNKNOWN.search(text) for text in self._lines[line - 1 : last]):
                return Unclear("characters")
            if not quotation.isascii():
                return Unclear("encoding")
        begins, count = self._views[0].nearest_start(quotation)
        quoted = [fold(text) for text in quotation.split("\n") if fold(text)]
        return Absent(quoted[count] if count < len(quoted) else "", begins)

    def holds(self, quotation: str) -> bool:
        """Return whether a quotation is anywhere in the file."""
        return bool(self._views[0].matches(quotation))


class _View:
    """The lines of a file by one way to count them."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    @cached_property
    def _folded(self) -> tuple[str, list[int], list[int]]:
        """All words with one space between, the offset of each line that has words, its number."""
        parts: list[str] = []
        offsets: list[int] = []
        numbers: list[int] = []
        length = 0
        for number, line in enumerate(self.lines, 1):
            folded = fold(line)
            if folded:
                parts.append(folded)
                offsets.append(length)
                numbers.append(number)
                length += len(folded) + 1
        return " ".join(parts), offsets, numbers

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
        places: list[Match] = []
        at = _find_whole(text, offsets, needle, 0, len(text))
        while at is not None and len(places) < 100:
            last = at + len(needle) - 1
            places.append(Match(numbers[_index(offsets, at)], numbers[_index(offsets, last)]))
            at = _find_whole(text, offsets, needle, at + 1, len(text))
        return places

    def nearest_start(self, quotation: str) -> tuple[Match | None, int]:
        """Return where the most first lines of a quotation stand, and how many lines they are."""
        lines = [line for line in quotation.split("\n") if fold(line)]
        for count in range(min(len(lines) - 1, _COMPARED_LINES), 0, -1):
            matches = self.matches("\n".join(lines[:count]))
            if matches:
                return matches[0], count
        return None, 0

    def _offset_of(self, line: int) -> int:
        """Return the offset of the first line with words that is not before `line`."""
        text, offsets, numbers = self._folded
        index = bisect_right(numbers, line - 1)
        return offsets[index] if index < len(offsets) else len(text) + 1


def _without_end(lines: list[str]) -> list[str]:
    """Return lines without the empty one that a last line feed leaves."""
    return lines[:-1] if lines and not lines[-1] else lines


def fold(text: str) -> str:
    """Normalise white space: every run of it is one space, none at the ends; letters as NFC.

    What nobody sees does not count: byte order marks, characters without width.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", UNSEEN.sub("", text))
    return " ".join(text.split())


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
_JOINED = lazy_pattern(r"\w\w|\w-\w|[0-9][.,][0-9]|[!=<>+*/%&|^~-][!=<>+*/%&|^~-]|[!~]\w")
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
