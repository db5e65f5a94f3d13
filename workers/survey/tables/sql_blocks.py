"""What SQL does to tables where it is not read as steps: in blocks, procedures and texts.

`DO $$ ... $$`, `IF ... BEGIN ... END`, what is passed to EXECUTE: whether it runs is not known, so
the tables that it names are not wholly known, and where it puts names together, none is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.tables.replay import Step

CHARACTERS = 200_000
# Quotes around a name that is put together (`[' + @name + ']`) hold none.
_WORD = r"(?:[^\W\d]\w*|\"[^\"'%\n]+\"|`[^`'%\n]+`|\[[^\]'%\n]+\])"
_NAME = rf"({_WORD}(?:\.{_WORD})*)"
_DDL = lazy_pattern(
    r"\b(?P<verb>CREATE|ALTER|DROP|RENAME)\s+(?:\w+\s+){0,4}?(?P<what>TABLE|INDEX)\b"
    r"(?:\s+CONCURRENTLY\b)?(?:\s+IF\s+(?:NOT\s+)?EXISTS\b)?(?:\s+ONLY\b)?\s*",
    re.IGNORECASE,
)
_NAMED = lazy_pattern(_NAME)
_ON = lazy_pattern(r"\bON\s+(?:ONLY\s+)?" + _NAME, re.IGNORECASE)
_GOES_ON = lazy_pattern(r"[.%{@$]|'\s*(?:\|\||[+,])")  # a name that is put together
_CALLED = lazy_pattern(r"\b(?:sp_rename|(?:Add|Drop)Geometry(?:Column|Table))\b", re.IGNORECASE)
_TEXTS = lazy_pattern(r"'([^'\n]{1,200})'")
_COMMENT = lazy_pattern(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
# What holds rows and texts, and runs nothing.
_ROWS = lazy_pattern(
    r"\s*(?:INSERT|REPLACE\s+INTO|COPY|COMMENT|UPDATE|DELETE|MERGE|GRANT|REVOKE|VALUES)\b",
    re.IGNORECASE,
)


_BEGINS_BLOCK = lazy_pattern(
    r"\s*(?:CREATE\s+(?:OR\s+\w+\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TEMP\w*\s+)?"
    r"(?:PROC|PROCEDURE|FUNCTION|TRIGGER|EVENT)\b|ALTER\s+PROC|IF\b|DECLARE\b|WHILE\b"
    r"|BEGIN\s+(?!TRAN|WORK))",
    re.IGNORECASE,
)
_OPENS = lazy_pattern(r"\bBEGIN\b(?!\s+(?:TRAN|WORK))|(?<!END )\bCASE\b", re.IGNORECASE)
_CLOSES = lazy_pattern(r"\bEND\b(?!\s+(?:IF|LOOP|WHILE|REPEAT|FOR)\b)", re.IGNORECASE)
_DOLLARS = lazy_pattern(r"(\$\w*\$).*?\1", re.DOTALL)


def depth_after(depth: int, text: str) -> int:
    """Return how many blocks are open after a statement: those without quotes are cut at `;`."""
    if depth == 0 and not _BEGINS_BLOCK.match(text):
        return 0
    bare = _COMMENT.sub(" ", _DOLLARS.sub("", text[:CHARACTERS]))
    return max(0, depth + len(_OPENS.findall(bare)) - len(_CLOSES.findall(bare)))


def unknown_steps(text: str) -> list[Step]:
    """Return the steps that say which tables a statement that was not read may change."""
    if _ROWS.match(text):
        return []
    steps = list(_mentioned(_COMMENT.sub(" ", text[:CHARACTERS])))
    return steps if len(text) <= CHARACTERS else [*steps, {"do": "unknown_all"}]


def _mentioned(text: str) -> Iterator[Step]:
    for match in _DDL.finditer(text):
        is_index = match["what"].upper() == "INDEX"
        named = _NAMED.match(text, match.end())
        on = _ON.search(text, match.end(), match.end() + 400) if is_index else None
        if is_index and on is None and match["verb"].upper() != "CREATE" and named:
            yield {"do": "unknown_index", "name": _bare(named[1]).rpartition(".")[2]}
            continue
        name = on if is_index else named
        if name is None or _GOES_ON.match(text, name.end()):
            yield {"do": "unknown_all"}
            return
        is_dropped = not is_index and match["verb"].upper() == "DROP"
        yield {"do": "unknown", "table": _bare(name[1]), "if_there": is_dropped}
    for match in _CALLED.finditer(text):
        texts = _TEXTS.findall(text, match.end(), match.end() + 400)
        for part in {part for one in texts for part in (one, *one.split("."))}:
            yield {"do": "unknown", "table": _bare(part)}


def _bare(name: str) -> str:
    return re.sub(r"[\"`\[\]]", "", name)
