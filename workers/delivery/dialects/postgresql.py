"""PostgreSQL by its own grammar, that of release 17: libpg_query, where it is installed."""

from __future__ import annotations

import re
from typing import Any

from sessions.patterns import lazy_pattern
from workers.delivery.dialects.heads import is_a_fragment
from workers.delivery.dialects.lexing import Fault, Piece, line_of, pieces_of
from workers.delivery.dialects.stand_ins import stands_for_something

# What later releases take, and extensions and relatives that add to the grammar.
_NEWER = lazy_pattern(
    r"\b(?:VIRTUAL|PERIOD|OVERLAPS|ENFORCED|REPACK|GRAPH_TABLE|PROPERTY\s+GRAPH|PORTION"
    r"|IGNORE\s+NULLS|RESPECT\s+NULLS|WAIT\s+FOR|SPLIT\s+PARTITION|MERGE\s+PARTITIONS|GROUP\s+BY\s+ALL|DO\s+SELECT"
    r"|RETURNING\s+WITH|(?:VACUUM|ANALYZE)\s+ONLY|NOT\s+NULL\s+NO\s+INHERIT|CONSTRAINT\s+\S+\s+NOT"
    r"|(?:NO\s+)?INHERIT|REJECT_LIMIT|LSN|ALTER\s+CONSTRAINT|NOT\s+NULL\s+\w+\s+NOT\s+VALID"
    r"|ADD\s+NOT\s+NULL|JSON_\w+|XML\w+|COLLATION|STATISTICS|SUBSCRIPTION|PUBLICATION"
    r"|DISTKEY|SORTKEY|DISTSTYLE|ENCODE|STORING|INVERTED|HASH\s+SHARDED|FAMILY|DISTRIBUTED"
    r"|REPLICATED|CHANGEFEED|INTERLEAVE|UPSERT|TABLETS|CYPHER)\b|\bBEGIN\s+ATOMIC\b",
    re.IGNORECASE,
)
_OF_FORM = lazy_pattern(
    r"syntax error|unterminated|zero-length|trailing junk|improper", re.IGNORECASE
)


def fault_of(text: str) -> Fault | None:
    """Return the syntax error of a text that PostgreSQL refuses, None where it may be right."""
    if _refusal(text) is None:
        return None
    # The semicolons in the body of a function or a rule end no statement.
    is_whole = re.search(r"\b(?:ATOMIC|RULE)\b", text, re.IGNORECASE)
    for piece in [Piece(0, len(text), [])] if is_whole else pieces_of(text, "postgresql"):
        inside = text[piece.start : piece.end]
        refusal = _refusal(inside)
        if refusal is not None and not _may_be_right(inside, *refusal, piece):
            return Fault(refusal[0], line_of(text, piece.start + refusal[1]))
    return None


def takes(text: str) -> bool:
    """Tell whether PostgreSQL's grammar takes a text."""
    refusal = _refusal(text)
    return refusal is None and _grammar() is not None


def _grammar() -> Any:
    """Return the library, None where there is no wheel of it for this machine."""
    try:
        import pgparse
    except ImportError:
        return None
    return pgparse


def _refusal(text: str) -> tuple[str, int] | None:
    """Return why a text is refused, and where; a fault of meaning is none of form."""
    library = _grammar()
    if library is None:
        return None
    try:
        library.fingerprint(text)
    except library.PGQueryError as error:
        return str(error.args[0]), int(error.args[1]) - 1
    return None


def _may_be_right(inside: str, message: str, position: int, piece: Piece) -> bool:
    # A comment inside a statement may stand for what is left out.
    after_comment = any(
        part.after_comment and part.start == piece.start + position for part in piece.parts[1:]
    )
    return (
        after_comment
        or not _OF_FORM.search(message)
        or stands_for_something(inside)
        or _NEWER.search(inside) is not None
        or is_a_fragment(inside)
    )
