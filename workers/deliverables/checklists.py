"""The checklists that a report may answer, item by item; a profile names those of its worker."""

from __future__ import annotations

CHECKLISTS: dict[str, tuple[str, ...]] = {
    "new endpoint": (
        "route and method",
        "input validation",
        "business logic",
        "error handling",
        "authentication",
        "authorization",
        "tests",
        "api documentation",
    ),
    "database migration": (
        "migration file",
        "up migration",
        "down migration",
        "tested locally",
        "production backup",
        "migration run",
        "data verified",
    ),
    "schema design": (
        "third normal form",
        "primary keys",
        "indexes",
        "foreign keys",
        "timestamps",
        "soft deletes",
    ),
    "query optimization": (
        "query plans",
        "no n+1",
        "connection pool",
        "result caching",
        "paging",
    ),
    "security": (
        "validated input",
        "parameterized queries",
        "rate limits",
        "authentication required",
        "authorization per resource",
        "encryption at rest",
        "secrets in the environment",
        "cors",
    ),
}
