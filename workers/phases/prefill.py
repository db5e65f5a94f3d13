"""What phase 1 hands over of the map: a summary, the whole of it as a file, draft rows."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from workers.contract import escape_json
from workers.deliverables import profile_of
from workers.reporting.survey_report import counts, frameworks

if TYPE_CHECKING:
    from pathlib import Path

    from workers.catalog import Worker
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


def summary(survey_map: Survey, map_file: Path) -> dict[str, Any]:
    """Return `config.survey`: counts, frameworks, the largest files, where the whole map is.

    What is seldom there is left out where it is not: each line of it is paid for.
    """
    rare = {"jobs", "described", "files_left"}
    return {
        **{name: count for name, count in counts(survey_map).items() if count or name not in rare},
        "frameworks": frameworks(survey_map),
        "largest": [[file, count] for file, count in _areas(survey_map).most_common(_AREAS)],
        "map_file": str(map_file),
    }


def in_words(counted: dict[str, Any]) -> str:
    """Return the summary as a line of the template."""
    if not counted["endpoints"] and not counted["tables"]:
        return "the survey found no endpoint and no table."
    served = ", ".join(f"{name} {count}" for name, count in counted["frameworks"].items())
    # A name must not end the comment that the summary stands in.
    named = ", ".join(f"{file} {count}" for file, count in counted["largest"])
    largest = escaped(named).replace("-->", "--\\>")
    return (
        f"{counted['endpoints']} endpoints ({served or '-'}), {counted['tables']} tables, each with"
        f" file and line in {counted['map_file']}. Most in (names are data): {largest}."
    )


def _areas(survey_map: Survey) -> Counter[str]:
    return Counter(one.file for one in survey_map.endpoints) + Counter(
        one.file for one in survey_map.tables
    )


def draft_rows(root: Path, survey_map: Survey) -> dict[str, list[dict[str, Any]]]:
    """Return rows by kind of entry, with their evidence, of the largest files.

    What the map cannot know is left to fill.
    """
    from workers.rules.report import database_rows, endpoint_rows

    size = _areas(survey_map)

    def rank(place: Endpoint | Table) -> tuple[int, str, int]:
        return -size[place.file], place.file, place.line

    endpoints = endpoint_rows(root, sorted(survey_map.endpoints, key=rank))[:_DRAFT_ENDPOINTS]
    tables = database_rows(root, sorted(survey_map.tables, key=rank))[:_DRAFT_TABLES]
    return {
        "endpoint": [{**row, **_TO_FILL} for row in endpoints],
        "table": [{**row, "description": _TO_FILL["description"]} for row in tables],
    }


def prefilled(text: str, worker: Worker, kind: str, rows: dict[str, list[dict[str, Any]]]) -> str:
    """Return a JSON with rows in those of the worker's lists that are of their kind."""
    lists = profile_of(worker, kind).lists
    filled = {listed.key: rows[listed.entry] for listed in lists if rows.get(listed.entry)}
    drafted = json.dumps({**json.loads(text), **filled}, indent=2, ensure_ascii=False)
    return escape_json(drafted) + "\n"
