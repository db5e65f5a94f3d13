"""What stands in a text for something else: placeholders, elisions, commands of a client."""

from __future__ import annotations

import re

from sessions.patterns import lazy_pattern

# Of tools that fill a text in, and of people who leave a part to the reader.
_STAND_INS = lazy_pattern(
    r"\{\{|\{%|<%|\$\{|\$\(|#\{|\{\w*\}|%\(\w+\)|%[a-z]\b|%%|&\w|\.\.\.|\u2026|\u2192|=>"
    r"|<[ \t]*[A-Za-z_][^<>\n=]*>|(?<![:\w]):[\"'A-Za-z_]|\?|(?<![\w@])@[A-Za-z_]"
    r"|\$[A-Za-z_]\w*(?!\$)|\[[A-Z|, ]+\]|\b(?:XXX|TODO|TBD|FIXME)\b|\bsqlc\."
)
_COMMENT = lazy_pattern(r"(?:--|#|/\*)[^\n]*")
_LEFT_OUT = lazy_pattern(
    r"\.\.|\u2026|\betc\b|\b(?:as|like) (?:above|before|below)\b|omitted|elided"
    r"|\b(?:rest|remaining|other|existing|same|more) ",
    re.IGNORECASE,
)
_COLUMNS_LEFT_OUT = lazy_pattern(
    r"\.\.\.|\u2026|\b(?:other|rest|remaining|existing|same|more|further)\b.*\b(?:columns?|fields?)\b"
    r"|\b(?:columns?|fields?)\b.*\b(?:as|omitted|elided|unchanged|above|before)\b",
    re.IGNORECASE,
)
# Lines that a client of a database reads itself, or prints; what follows some of them is no SQL.
_CLIENTS = lazy_pattern(
    r"^[ \t]*(?:\\|\.[a-z]+\b|delimiter\b|@@?[\w./]+[ \t]*$|/[ \t]*$|prompt\b|spool\b|whenever\b"
    r"|source[ \t]|exit\b|quit\b|:\w+\b|\w*(?:=|-|\()[#>][ \t]|(?:mysql|sqlite|MariaDB)\b[^\n>]*>"
    r"|\d>|[+|][-| ]|[-+][ \t]*(?:CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|SELECT)\b|@@|diff --)"
    r"|\bFROM[ \t]+STDIN\b",
    re.IGNORECASE | re.MULTILINE,
)


def stands_for_something(text: str) -> bool:
    """Tell whether a part of a text may stand for something that is not there yet."""
    return _STAND_INS.search(text) is not None or any(
        _LEFT_OUT.search(comment[0]) for comment in _COMMENT.finditer(text)
    )


def leaves_columns_out(text: str) -> bool:
    """Tell whether a comment stands for columns: a table has more than are written."""
    return any(_COLUMNS_LEFT_OUT.search(comment[0]) for comment in _COMMENT.finditer(text))


def is_of_a_client(text: str) -> bool:
    """Tell whether a text has lines for psql, sqlplus, sqlcmd, or of what such a program prints."""
    return _CLIENTS.search(text) is not None
