"""A line by what is written from it on: `primaryLocationLineHash`, as GitHub calls it in SARIF.

The action `github/codeql-action/upload-sarif` computes it where it is missing, and warns of another
value; what is uploaded otherwise has to bring it, or each upload opens every alert again.
"""

from __future__ import annotations

import hashlib
from array import array
from functools import reduce
from typing import Final

from sessions.patterns import lazy_pattern

_LENGTH: Final = 100  # characters of a line and the next ones, white space not counted
_FACTOR: Final = 37
_WRAP: Final = (1 << 64) - 1
_END: Final = "\uffff"
_STARTS = lazy_pattern("\n")
_BEYOND = lazy_pattern("[\U00010000-\U0010ffff]")


class LineHashes:
    """The hashes of one text's lines; any of LF, CR LF and CR ends a line."""

    def __init__(self, text: str) -> None:
        """Take a text as it is in its file, a byte order mark too."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
        if _BEYOND.search(text):  # counted as JavaScript does: in two halves
            text = _BEYOND.sub(lambda match: _halves(match[0]), text)
        self._text = f"\n{text}{_END}{chr(0) * _LENGTH}"
        self._starts = array("Q", (match.end() for match in _STARTS.finditer(self._text)))
        self._known: dict[int, str] = {}

    def of(self, line: int) -> str | None:
        """Return the hash of a line from 1, and which of its kind it is; None without one."""
        if not 1 <= line <= len(self._starts):
            return None
        if line not in self._known:
            start = self._starts[line - 1]
            block = self._text[start : start + _LENGTH]
            number = reduce(lambda total, char: (total * _FACTOR + ord(char)) & _WRAP, block, 0)
            self._known[line] = f"{number:x}:{self._count(block, start)}"
        return self._known[line]

    def _count(self, block: str, start: int) -> int:
        """Return how many lines up to one that starts at `start` begin with a block."""
        wanted, count, at = f"\n{block}", 0, -1
        while (at := self._text.find(wanted, at + 1, start + _LENGTH)) >= 0:
            count += 1
        return count


def _halves(char: str) -> str:
    high, low = divmod(ord(char) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)


def line_hashes(text: str, digest: str) -> LineHashes | None:
    """Return the hashes of a file that was decoded; None unless it is UTF-8 as a whole.

    `digest` is the SHA-256 of its bytes: it says whether there was a byte order mark.
    """
    for candidate in (text, f"\ufeff{text}"):
        data = candidate.encode("utf-8", "surrogatepass")
        if hashlib.sha256(data).hexdigest() == digest:
            return LineHashes(candidate)
    return None
