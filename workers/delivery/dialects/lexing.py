"""SQL as words, names, strings and marks: only as far as all that may be meant agree."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Unsure(Exception):
    """What is read may be something else in another dialect: nothing is decided."""


class Fault(NamedTuple):
    """Why a text is no SQL of a dialect, and the line of it, from 1."""

    reason: str
    line: int


class Token(NamedTuple):
    """A part of SQL: `kind` is word, name (quoted), string, number or mark."""

    kind: str
    text: str
    start: int
    after_comment: bool = False

    @property
    def upper(self) -> str:
        """A word in upper case; what is quoted is no word, and gives nothing."""
        return self.text.upper() if self.kind in {"word", "mark"} else ""


_BRACKETED = frozenset({"tsql", "sqlite"})  # a name may stand in brackets
_TOKENS = r"""
    (?P<blank>\s+)
  | (?P<comment>--[^\n]* | /\*(?:[^*]|\*(?!/))*+\*/ {hash})
  | (?P<string>{strings} '(?:[^'{escape}]|''{escaped})*+' {double} {dollar})
  | (?P<name>{names} `(?:[^`]|``)*+`)
  | (?P<number>(?:\d[\d_]*+(?:\.\d*+)? | \.\d++)(?:[eE][+-]?\d+)?(?![\w]))
  | (?P<word>\$\d++ | [^\W\d]\w*+(?:[$\#@]\w*+)*+ | [@\#]{{1,2}}\w++)
  | (?P<mark>.)
"""


@lru_cache(maxsize=8)
def _pattern(dialect: str) -> re.Pattern[str]:
    mysql, tsql = dialect == "mysql", dialect in _BRACKETED
    double = r'"(?:[^"\\]|""|\\.)*+"' if mysql else r'"(?:[^"]|"")*+"'
    return re.compile(
        _TOKENS.format(
            hash=r"| \#[^\n]*" if mysql else "",
            strings=r"[eE]'(?:[^'\\]|''|\\[\s\S])*+' |" if dialect == "postgresql" else "",
            escape=r"\\" if mysql else "",
            escaped=r"|\\[\s\S]" if mysql else "",
            double=f"| {double}" if mysql else "",
            dollar=r"| \$(?P<tag>(?:[^\W\d]\w*)?)\$[\s\S]*?\$(?P=tag)\$"
            if dialect == "postgresql"
            else "",
            names=("" if mysql else f"{double} |") + (r" \[(?:[^\]]|\]\])*+\] |" if tsql else ""),
        ),
        re.VERBOSE,
    )


def tokens(text: str, dialect: str) -> list[Token]:
    """Return the parts of a text but blanks and comments; Unsure where a quotation stays open."""
    parts: list[Token] = []
    commented = False
    never_closed = "'\"`\\$[" if dialect in _BRACKETED else "'\"`\\$"
    for match in _pattern(dialect).finditer(text):
        kind = match.lastgroup or "mark"
        if kind == "tag":
            kind = "string"
        if kind == "comment":
            commented = True
        elif kind != "blank":
            if kind == "mark" and (
                match[0] in never_closed or text.startswith("/*", match.start())
            ):
                raise Unsure
            parts.append(Token(kind, match[0], match.start(), commented))
            commented = False
    return parts


def line_of(text: str, position: int) -> int:
    """Return the line, from 1, of a place in a text."""
    return text.count("\n", 0, max(position, 0)) + 1


class Piece(NamedTuple):
    """A statement: where it begins and ends, with its semicolon, and its parts without it."""

    start: int
    end: int
    parts: list[Token]


def pieces_of(text: str, dialect: str) -> list[Piece]:
    """Return the statements of a text: each ends at a semicolon outside brackets."""
    pieces: list[Piece] = []
    inside: list[Token] = []
    depth = start = 0
    for part in tokens(text, dialect):
        mark = part.text if part.kind == "mark" else ""
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if mark == ";" and depth <= 0:
            pieces.append(Piece(start, part.start + 1, inside))
            start, depth, inside = part.start + 1, 0, []
        elif mark != ";":
            inside.append(part)
    pieces.append(Piece(start, len(text), inside))
    return [piece for piece in pieces if piece.parts]
