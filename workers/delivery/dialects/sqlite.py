"""SQLite by itself: the library that Python brings compiles each statement, and runs none."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.delivery.dialects.heads import is_a_fragment
from workers.delivery.dialects.lexing import Fault, Unsure, line_of, tokens
from workers.delivery.dialects.stand_ins import stands_for_something

if TYPE_CHECKING:
    import sqlite3

# Older libraries do not know what a report of today may propose.
_KNOWING = (3, 37)
# What later releases take, and what only some are compiled with.
_NEWER = lazy_pattern(
    r"\bWITHIN\s+GROUP\b|\d_\d|\b(?:ALTER\s+COLUMN|(?:ADD|DROP)\s+(?:CONSTRAINT|CHECK)|(?:SET|DROP)\s+NOT\s+NULL)\b"
    r"|\b(?:RIGHT|FULL)\b|->|\bDISTINCT\s+FROM\b"
    r"|\([^()]*\bORDER\s+BY\b",
    re.IGNORECASE,
)
_REFUSED = lazy_pattern(r'near "([\s\S]*)": syntax error|incomplete input|unrecognized token')
_MISSING = lazy_pattern(r"no such table: (?:main\.)?([\s\S]+)")
_TABLES = 20
_TRIGGER = 10_000  # characters, read again at each semicolon inside
# Of its actions: attaching and detaching a file, and a pragma, which some act upon at once.
_DENIED = frozenset({24, 25, 19})
_DENY = 1


def fault_of(text: str) -> Fault | None:
    """Return the syntax error of a text that SQLite refuses, None where it may be right."""
    import sqlite3

    if sqlite3.sqlite_version_info < _KNOWING:
        return None
    with contextlib.closing(_database()) as database:
        for start, piece in _statements(text):
            fault = _refusal(database, piece)
            if fault and not _may_be_right(piece, fault):
                line = line_of(text, start + _place(piece, fault))
                return Fault(fault, line)
    return None


def takes(text: str) -> bool:
    """Tell whether SQLite compiles each statement of a text; what it names need not be there."""
    with contextlib.closing(_database()) as database:
        try:
            return all(_refusal(database, piece) is None for _, piece in _statements(text))
        except Unsure:
            return False


def _database() -> sqlite3.Connection:
    import sqlite3

    database = sqlite3.connect(":memory:")
    database.set_authorizer(_authorized)
    return database


def _authorized(action: int, *_: str | None) -> int:
    return _DENY if action in _DENIED else 0


def _statements(text: str) -> list[tuple[int, str]]:
    """Return each statement and where it begins; those of a trigger belong to it."""
    import sqlite3

    pieces: list[tuple[int, str]] = []
    start = 0
    for part in tokens(text, "sqlite"):
        if part.text == ";" and part.kind == "mark":
            piece = text[start : part.start + 1]
            if len(piece) > _TRIGGER:
                raise Unsure
            if sqlite3.complete_statement(piece):
                pieces.append((start, piece))
                start = part.start + 1
    pieces.append((start, text[start:]))
    return [(start, piece) for start, piece in pieces if _holds_something(piece)]


def _holds_something(piece: str) -> bool:
    try:
        return any(part.text != ";" for part in tokens(piece, "sqlite"))
    except Unsure:
        return True


def _refusal(database: sqlite3.Connection, piece: str) -> str | None:
    """Return the syntax error of a statement; tables that it needs are made as it asks for them."""
    import sqlite3

    for _ in range(_TABLES):
        try:
            database.execute(f"EXPLAIN {piece}")
        except sqlite3.OperationalError as error:
            message = str(error)
            missing = _MISSING.fullmatch(message)
            if missing is None:
                return message if _REFUSED.match(message) else None
            if not _made(database, missing[1].split(".")[-1]):
                return None
        except (sqlite3.Error, sqlite3.Warning, ValueError):  # parameters without values, a NUL
            return None
        else:
            return None
    return None


def _made(database: sqlite3.Connection, name: str) -> bool:
    import sqlite3

    quoted = name.replace('"', '""')
    try:
        database.execute(f'CREATE TABLE "{quoted}" (a)')
    except sqlite3.Error:
        return False
    return True


def _place(piece: str, message: str) -> int:
    """Return where a statement is refused, as far as the message tells it."""
    near = _REFUSED.match(message)
    name = near[1] if near and near[1] else ""
    leading = len(piece) - len(piece.lstrip())
    return piece.find(name) if name and piece.count(name) == 1 else leading


def _may_be_right(piece: str, message: str) -> bool:
    changes = re.search(r"\b(?:UPDATE|DELETE)\b", piece, re.IGNORECASE)
    bounded = re.search(r"\b(?:LIMIT|ORDER[ \t\n]+BY)\b", piece, re.IGNORECASE)
    if stands_for_something(piece) or is_a_fragment(piece) or _NEWER.search(piece):
        return True
    if changes and bounded:  # only some libraries are compiled with it
        return True
    near = _REFUSED.match(message)
    name = near[1] if near else None
    # A comment inside a statement may stand for what is left out.
    return any(part.after_comment and part.text == name for part in tokens(piece, "sqlite")[1:])
