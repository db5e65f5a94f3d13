"""How a statement about a sample becomes a report with that one claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_INIT = "migrations/001_accounts_and_orders.sql"
_PRISMA = "prisma/migrations/20260101_init/migration.sql"
# Sample, file, first and last line that declare each table.
TABLES = {
    "users": ("python", _INIT, 2, 7),
    "orders": ("python", _INIT, 9, 14),
    "order_items": ("python", _INIT, 16, 21),
    "authors": ("typescript", "prisma/schema.prisma", 6, 13),
    "posts": ("typescript", "prisma/schema.prisma", 15, 26),
    "comments": ("typescript", "prisma/schema.prisma", 28, 37),
}


@dataclass(frozen=True)
class Statement:
    """One claim about a sample: the list of the report that it stands in, and its entry."""

    sample: str
    key: str
    entry: dict[str, Any]


def of_table(table: str, called: str = "", **schema: Any) -> Statement:
    """Return a statement about a table, under its own name or another spelling."""
    sample, file, first, last = TABLES[table]
    entry = {
        "table_name": called or table,
        "status": "existing",
        "schema": {"columns": [], "indexes": [], "relationships": [], **schema},
        "evidence": [{"file": f"@ROOT@/{file}", "line": first, "end_line": last}],
    }
    return Statement(sample, "database_designs", entry)


def of_column(where: str, **facts: Any) -> Statement:
    """Return a statement about `table.column`."""
    table, _, name = where.partition(".")
    return of_table(table, columns=[{"name": name, **facts}])


def of_endpoint(where: str, text: str, **facts: Any) -> Statement:
    """Return a statement `METHOD /path` about `sample file:first-last`."""
    sample, _, place = where.partition(" ")
    file, _, lines = place.partition(":")
    first, _, last = lines.partition("-")
    method, _, path = text.partition(" ")
    evidence = [{"file": f"@ROOT@/{file}", "line": int(first), "end_line": int(last or first)}]
    entry = {"method": method, "path": path, "status": "existing", "evidence": evidence, **facts}
    return Statement(sample, "api_specifications", entry)


def of_finding(sample: str, kind: str, **claim: Any) -> Statement:
    """Return a finding's typed claim."""
    return Statement(sample, "findings", {"claims": [{"kind": kind, **claim}], "evidence": []})


def each(text: str) -> list[str]:
    """Return the ways that a text lists, one a line or separated by ` | `."""
    return [way.strip() for line in text.strip().split("\n") for way in line.split(" | ")]
