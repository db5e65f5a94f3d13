"""What workers hand in: the model of a worker's JSON and its vocabulary, from its `worker.toml`."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from workers.deliverables.kinds import ANALYSIS, CHANGE
from workers.worker_file import our_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from workers.catalog import Worker
    from workers.deliverables.profile import EntryList, Profile


@cache
def report_model(worker: Worker, kind: str = ANALYSIS) -> type[BaseModel]:
    """Return the model of a worker's JSON; `kind` is one of KINDS."""
    from workers.deliverables.report import report_of

    return report_of(worker.name, profile_of(worker, kind))


@cache
def profile_of(worker: Worker, kind: str = ANALYSIS) -> Profile:
    """Return the vocabulary of a worker."""
    from workers.deliverables.profile import Profile, ScoreRow

    about = worker.about
    lists = tuple(_list(worker, row) for row in about.get("lists", ()))
    is_change = kind == CHANGE
    domains = tuple(about["domains"])
    rows = (ScoreRow(one["key"], one["label"], tuple(one["domains"])) for one in about["scores"])
    return Profile(
        prefix=about["prefix"],
        domains=() if is_change else domains,
        scores=() if is_change else tuple(rows),
        lists=lists,
        categories=tuple(about.get("action_categories", domains)),
        criteria=tuple(about.get("criteria", ())),
        checklists=_tuples(about.get("checklists", {})),
        summary_heading=about.get("summary_heading", "Executive Summary"),
        subject=about.get("subject", "what was looked at"),
        others_folders=frozenset(about.get("others_folders", ())),
        sections={} if is_change else _tuples(about.get("sections", {})),
        rules=None if is_change or not worker.is_built_in else about.get("rules"),
        kind=kind,
    )


def _list(worker: Worker, row: Mapping[str, Any]) -> EntryList:
    from workers.deliverables.profile import EntryList

    schema = str(worker.folder / row["schema"]) if "schema" in row else ""
    statistic, counted = row.get("statistic", ""), row.get("counted", True)
    return EntryList(row["key"], row["entry"], row["id"], statistic, counted, schema)


def _tuples(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(texts) for name, texts in table.items()}


def schema_text(worker: Worker, kind: str = ANALYSIS) -> str:
    """Return a worker's JSON Schema; that of ours was generated ahead of time (`make docs`)."""
    if worker.is_built_in:
        return our_text(f"{worker.name}/{kind}/output.schema.json")
    return json_schema(worker, kind)


def json_schema(worker: Worker, kind: str = ANALYSIS) -> str:
    """Generate a worker's JSON Schema; it takes longer than a start."""
    schema = report_model(worker, kind).model_json_schema(by_alias=True)
    definitions = schema.pop("$defs")
    lines = [f'  "$defs": {{\n{_lines(definitions, 4)}\n  }}', _lines(schema, 2)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(entries: dict[str, Any], indent: int) -> str:
    """Write one entry a line: an agent that reads the file pays for white space."""
    pairs = (f"{json.dumps(key)}: {json.dumps(_bare(value))}" for key, value in entries.items())
    return ",\n".join(" " * indent + pair for pair in pairs)


def _bare(value: Any) -> Any:
    """Drop the titles and descriptions that Pydantic makes from names and docstrings."""
    if isinstance(value, dict):
        return {
            key: {name: _bare(inner) for name, inner in entry.items()}
            if key == "properties"
            else _bare(entry)
            for key, entry in value.items()
            if key not in {"title", "description"} or not isinstance(entry, str)
        }
    return [_bare(entry) for entry in value] if isinstance(value, list) else value
