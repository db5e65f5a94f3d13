"""SQL files: schemas, dumps and migrations, replayed by folder in the order of names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import NotUnderstood
from workers.survey.tables import sql_source
from workers.survey.tables.history import Declarations, History
from workers.survey.tables.naming import natural

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKENS = lazy_pattern(
    rb"\b(?:create|alter|drop|rename)\s+(?:\w+\s+){0,3}(?:table|index)\b"
    rb"|\bsp_rename\b|\b(?:add|drop)geometry(?:column|table)\b",
    re.IGNORECASE,
)
DECLARES = lazy_pattern(rb"^[ \t]*create\s+(?:unlogged\s+)?table\b", re.IGNORECASE | re.MULTILINE)
# Files that undo others: golang-migrate, Diesel and sqlx (down.sql), Flyway (U2__), Rails-like.
UNDO = lazy_pattern(
    r"(?:^|[/._-])(?:down|rollback|undo|revert|drop|teardown)\.sql$|(?:^|/)U[0-9][\w.]*__[^/]*$"
    r"|(?:^|/)(?:down|rollbacks?)/|(?:^|/)(?:down|rollback|undo|revert)[_.-][^/]*\.sql$"
    r"|[._](?:down|rollback)\.\w+\.sql$",
    re.IGNORECASE,
)
BYTE_ORDERS = frozenset({b"\xff\xfe", b"\xfe\xff"})  # how UTF-16 begins
PRISMA = lazy_pattern(r"/migrations/[^/]+/migration\.sql$|/[0-9]{4,}[^/]*/migration\.sql$")
_DASHES = lazy_pattern(r"(?<=[0-9])-(?=[0-9])")
DIESEL = lazy_pattern(r"/[0-9][^/]*/up\.sql$")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file makes or changes tables; what undoes another one does not count."""
    if UNDO.search(file) is not None:
        return False
    text = decoded(source).encode() if source[:2] in BYTE_ORDERS else source
    return TOKENS.search(text) is not None


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return a file's steps, and the lines that were not understood."""
    del file
    steps, failed = sql_source.steps(decoded(source))
    return {"steps": steps, "failed": failed}


def decoded(source: bytes) -> str:
    """Return the text of a file; SQL Server writes UTF-16."""
    if source[:2] in BYTE_ORDERS:
        return source.decode("utf-16", "replace")
    return source.decode("utf-8-sig", "replace")


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Replay each folder's files; each migration of Prisma or Diesel has a folder of its own."""
    declarations = Declarations()
    folders: dict[str, list[str]] = {}
    for file, fact in files.items():
        declarations.not_understood += [
            NotUnderstood(file, line, why) for line, why in fact["failed"]
        ]
        folders.setdefault(_history(file), []).append(file)
    for _, listed in sorted(folders.items()):
        ordered = sorted(listed, key=lambda file: natural(_version(file)))
        declarations.histories.append(
            History("sql", [(file, files[file]["steps"]) for file in ordered])
        )
    return declarations


def _version(file: str) -> str:
    """Return a file as it is ordered: Diesel takes `2017-09-23-1` and `201709231` for the same."""
    return _DASHES.sub("", file) if DIESEL.search(f"/{file}") else file


def _history(file: str) -> str:
    folder = file.rpartition("/")[0]
    if PRISMA.search(f"/{file}") or DIESEL.search(f"/{file}"):
        return folder.rpartition("/")[0]
    return folder
