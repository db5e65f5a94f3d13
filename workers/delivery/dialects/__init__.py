"""Whether SQL is refuted: by a parser of exactly its dialect, or by a fault that none would take.

A text is refuted when every dialect that it may be of refuses it. What a dialect's reader cannot
decide (a newer construct, a placeholder, an elision, the command of a client) it lets pass: most
of what nobody understands is right. READERS may grow; a reader must never refuse what its database
takes, `python -m benchmarks.proposals` counts it on real files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.delivery.dialects import faults, postgresql, sqlite
from workers.delivery.dialects.lexing import Fault, Unsure
from workers.delivery.dialects.stand_ins import is_of_a_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

READERS: dict[str, Callable[[str], Fault | None]] = {
    "postgresql": postgresql.fault_of,
    "sqlite": sqlite.fault_of,
    "mysql": faults.in_mysql,
    "tsql": faults.in_tsql,
    "oracle": faults.in_oracle,
}
# Those that are read by the database's own parser.
EXACT: dict[str, Callable[[str], bool]] = {
    "postgresql": postgresql.takes,
    "sqlite": sqlite.takes,
}
ANY = frozenset(READERS)
# Names of dialects that are written by people; what nobody here reads is read by nobody.
NAMES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "pgsql": "postgresql",
    "pg": "postgresql",
    "psql": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "tsql": "tsql",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "transact": "tsql",
    "oracle": "oracle",
}
# What shows in a text that it is not of the dialects which the repository shows.
_MARKS = {
    "mysql": r"`|\bVALUES\s+(?:LESS|IN)\b|\bPARTITION\s+\w+\s+VALUES\b"
    r"|\bENGINE\s*=|\bAUTO_INCREMENT\b|\bUNSIGNED\b|\bREPLACE\s+INTO\b|\bDELIMITER\b"
    r"|\bDUPLICATE\s+KEY\b|^[ \t]*#|\bINSERT\s+IGNORE\b|\b(?:MODIFY|CHANGE)\s+COLUMN\b",
    "tsql": r"\[\w+\]\s*[.(,]|^[ \t]*GO[ \t]*$|\bN?VARCHAR\s*\(\s*MAX\b|\bNVARCHAR\b"
    r"|\bIDENTITY\s*\(|\bDATETIME2\b|\bUNIQUEIDENTIFIER\b|\bdbo\b|\bTOP\s*\(?\s*\d|\bGETDATE\b|\bNOLOCK\b"
    r"|(?<![\w@])@\w+|(?<!\w)#\w+|\bEXEC(?:UTE)?\b",
    "oracle": r"\bVARCHAR2\b|\bNUMBER\s*\(|\bSYSDATE\b|\bDUAL\b|\bNVL\b|^[ \t]*/[ \t]*$|\bROWNUM\b"
    r"|\bTABLESPACE\b|\bENABLE\b|\bCLOB\b",
    "sqlite": r"\bAUTOINCREMENT\b|\bPRAGMA\b|\bWITHOUT\s+ROWID\b|\bSTRICT\b|\bINSERT\s+OR\b",
    "postgresql": r"::|\$\$|\bILIKE\b|\bJSONB\b|\b(?:BIG)?SERIAL\b|\bTIMESTAMPTZ\b|\bRETURNING\b"
    r"|\bCONCURRENTLY\b|\bUSING\s+(?:gin|gist|brin)\b",
}
# Databases and query languages that nobody here reads.
_OF_ANOTHER = lazy_pattern(
    r"\b(?:\w*MergeTree|LowCardinality|DISTKEY|SORTKEY|DISTSTYLE|STORED\s+AS|PARTITIONED\s+BY"
    r"|TBLPROPERTIES|ALLOW\s+FILTERING|KEYSPACE|INT64|FLOAT64|U?Int(?:8|16|32|64)|CLUSTER\s+BY"
    r"|HASH\s+SHARDED|INTERLEAVE\s+IN|CLUSTERING\s+ORDER|PREWHERE|QUALIFY|USING\s+(?:DELTA|ICEBERG"
    r"|PARQUET)|AS\s+OF\s+SYSTEM\s+TIME)\b|\b(?:STRUCT|ARRAY|MAP|FROZEN)\s*<|\bNullable\("
    r"|\bENGINE\s*=\s*(?!(?:InnoDB|MyISAM|MEMORY|HEAP|ARIA|ROCKSDB|NDB\w*|ARCHIVE|CSV)\b)",
    re.IGNORECASE,
)
_FOREIGN = {
    name: lazy_pattern(marks, re.IGNORECASE | re.MULTILINE) for name, marks in _MARKS.items()
}


def named(text: str) -> frozenset[str]:
    """Return the dialect that a name means, e.g. `PostgreSQL 16`; of an unknown one nothing.

    Of a name that says no dialect (`sql`, `ansi`) it is any of them.
    """
    words = re.findall(r"[a-z]+", text.lower().replace("-", "").replace("_", ""))
    known = {NAMES[word] for word in words if word in NAMES}
    if known:
        return frozenset(known)
    if "sql" in words and "server" in words:
        return frozenset({"tsql"})
    return ANY if words in (["sql"], ["ansi"], ["ansi", "sql"], ["ddl"]) else frozenset()


def likely(text: str, shown: Iterable[str]) -> frozenset[str]:
    """Return the dialects that a text may be of, where those of the repository are `shown`.

    None at all where the text is of a database that nobody here reads.
    """
    if _OF_ANOTHER.search(text):
        return frozenset()
    possible = frozenset(shown) or ANY
    foreign = any(_FOREIGN[name].search(text) for name in ANY - possible)
    return ANY if foreign else possible


def to_refuse(text: str, dialects: frozenset[str]) -> frozenset[str]:
    """Return the dialects that must refuse a text which says none, where those are likely.

    Where nothing in it is of theirs alone it may still be of another database: then what that one
    would never take must show as well.
    """
    if not dialects or dialects == ANY:
        return dialects
    marked = all(_FOREIGN[name].search(text) for name in dialects)
    return dialects if marked else dialects | (ANY - EXACT.keys())


def is_taken(text: str, dialects: frozenset[str]) -> bool:
    """Tell whether the own parser of one of some dialects takes a text."""
    return any(takes(text) for name, takes in EXACT.items() if name in dialects)


def fault_of(text: str, dialects: frozenset[str]) -> Fault | None:
    """Return why no dialect that a text may be of takes it, None where it may be right."""
    if not dialects or is_of_a_client(text):
        return None
    refused: Fault | None = None
    # The readers that decide by a fixed list of faults are quick, and refuse least.
    for name in sorted(dialects, key=lambda one: (one in EXACT, one)):
        try:
            refused = READERS[name](text)
        except Unsure:
            return None
        if refused is None:
            return None
    if refused is None:
        return None
    how = f"as {min(dialects)}" if len(dialects) == 1 else "in any dialect that it may be of"
    return Fault(f"{refused.reason}, {how}", refused.line)
