"""The words that statements begin with, in any dialect: a text that begins otherwise is a part."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from sessions.patterns import lazy_pattern

HEADS = frozenset(
    "abort alter analyse analyze assert associate attach audit backup begin binlog bulk"
    " cache call case change check checkpoint checksum clone close cluster comment commit copy"
    " create dbcc deallocate declare delete delimiter deny desc describe detach disable"
    " disassociate discard do drop enable end exec execute exists explain export fetch"
    " flashback flush for from get go goto grant handler help if import insert install kill"
    " leave list listen load lock loop merge move msck noaudit notify open optimize pivot"
    " pragma prepare print purge put raiserror reassign reconfigure refresh reindex release"
    " rename repair repeat replace reset resignal restart restore return revert revoke"
    " rollback run save savepoint security select set show shutdown signal start stop"
    " summarize system table throw truncate try uncache undrop uninstall unlisten unload"
    " unlock unpivot update upsert use vacuum values waitfor watch while with xa".split()
)
# Those that a report proposes; only a misspelling of these is taken for one.
_COMMON = tuple(
    "select insert update delete create alter drop truncate grant revoke rollback commit"
    " explain comment merge".split()
)
_COMMENT = lazy_pattern(r"\s*(?:--[^\n]*|/\*[\s\S]*?\*/)")
# Parts of statements that begin as other statements do.
_CLAUSE = lazy_pattern(
    r"\s*(?:(?:for|from|case|check|exists|if|set|rename|enable|disable|get|table|values)\b|with\s*\("
    r"|(?:alter|drop)\s+(?:column|constraint|index|primary|foreign|key|check|default|partition)\b)",
    re.IGNORECASE,
)
_WORD = lazy_pattern(r"[\s(]*([^\W\d]\w*)?")


def first_word(piece: str) -> str:
    """Return the word that a statement begins with, in lower case; empty if it is no word."""
    match = _WORD.match(piece, _start(piece))
    return (match[1] or "").lower() if match else ""


def _start(piece: str) -> int:
    """Return where the comments before a statement end."""
    place = 0
    while comment := _COMMENT.match(piece, place):
        place = comment.end()
    return place


def begins_as_a_statement(piece: str) -> bool:
    """Tell whether the first word begins statements, or is a misspelling of one that does."""
    word = first_word(piece)
    return word in HEADS or is_misspelt(word)


@lru_cache(maxsize=4096)
def is_misspelt(word: str) -> bool:
    """Tell whether a word is none that begins statements, and almost one."""
    return is_near(word, _COMMON) and word not in HEADS


@lru_cache(maxsize=4096)
def is_near(word: str, known: tuple[str, ...]) -> bool:
    """Tell whether a word is a misspelling of one of those known: letters lost, added, swapped."""
    word = word.lower()
    if word in known or not 3 <= len(word) <= 12:
        return False
    close = difflib.get_close_matches(word, known, 1, cutoff=0.75)
    # A longer word is one of its own: updates, updater, deleted.
    return bool(close) and (len(word) <= len(close[0]) or word[-1] == word[-2])


def is_a_fragment(piece: str) -> bool:
    """Tell whether a text is a part of a statement, or prose: it neither begins nor ends as one."""
    if piece.rstrip().endswith(";"):
        return False
    return not begins_as_a_statement(piece) or _CLAUSE.match(piece, _start(piece)) is not None
