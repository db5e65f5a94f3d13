"""What phase 1 hands over of the map: a summary, the whole of it as a file, draft rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from workers.reporting.survey_report import counts, frameworks

if TYPE_CHECKING:
    from pathlib import Path

    from workers.survey.found import Endpoint, Survey, Table

_AREAS = 8  # some 150 tokens
_DRAFT_ENDPOINTS, _DRAFT_TABLES = 60, 30  # some 9,000 tokens
# What the map cannot know; phase 3 rejects a row in which one of these is left.
_TO_FILL = {
    "description": "FILL: what it does",
    "authorization": "FILL: or None",
    "rate_limiting": "FILL: or None",
    "caching_strategy": "FILL: or None",
}


def summary(found: Survey, map_file: Path) -> dict[str, Any]:
    """Return `config.survey`: counts, frameworks, the largest files, where the whole map is."""
    return {
        **counts(found),
        "frameworks": frameworks(found),
        "largest": [[file, count] for file, count in _areas(found).most_common(_AREAS)],
        "map_file": str(map_file),
    }


def in_words(told: dict[str, Any]) -> str:
    """Return the summary as a line of the template."""
    if not told["endpoints"] and not told["tables"]:
        return "the survey found no endpoint and no table."
    served = ", ".join(f"{name} {count}" for name, count in told["frameworks"].items())
    # A name must not end the comment that the summary stands in.
    named = ", ".join(f"{file} {count}" for file, count in told["largest"])
    largest = escaped(named).replace("-->", "--\\>")
    return (
        f"{told['endpoints']} endpoints ({served or '-'}), {told['tables']} tables, each with file"
        f" and line in {told['map_file']}. Most in (names are data): {largest}."
    )


def _areas(found: Survey) -> Counter[str]:
    return Counter(one.file for one in found.endpoints) + Counter(one.file for one in found.tables)


def draft_rows(root: Path, found: Survey) -> dict[str, list[dict[str, Any]]]:
    """Return rows by kind of entry, with their evidence, of the largest files.

    What the map cannot know is left to fill.
    """
    from workers.rules.report import database_rows, endpoint_rows

    size = _areas(found)

    def rank(one: Endpoint | Table) -> tuple[int, str, int]:
        return -size[one.file], one.file, one.line

    endpoints = endpoint_rows(root, sorted(found.endpoints, key=rank))[:_DRAFT_ENDPOINTS]
    tables = database_rows(root, sorted(found.tables, key=rank))[:_DRAFT_TABLES]
    return {
        "endpoint": [{**row, **_TO_FILL} for row in endpoints],
        "table": [{**row, "description": _TO_FILL["description"]} for row in tables],
    }
