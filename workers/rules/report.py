"""A report without a model: both files, from the map of the repository and what the rules found.

It states what the code declares, cites each statement, and says what only judgement can see.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sessions.errors import escaped
from sessions.events import Event, utc_now
from sessions.files import write_atomic
from sessions.session import record
from workers.contract import counted, escape_json
from workers.render import render
from workers.repository.repository import Repository
from workers.rules import observations
from workers.rules.citable import citable_part, is_citable, left_out
from workers.rules.ground import Ground
from workers.rules.rating import scores, too_little_read
from workers.survey import unread
from workers.survey.syntax import language_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sessions.session import Session
    from workers.catalog import Worker
    from workers.rules.ground import Observation, Place
    from workers.survey.found import Column, Dependency, Endpoint, Guard, Survey, Table

_NAMELESS = ("", "(inline)")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_MOST = 999  # ids have three digits
_LISTED = 60
_REQUIRES = {"guarded": True, "open": False, "unknown": None}
_NO_GUARD = {
    "guarded": "As its guard asks",
    "open": "None",
    "unknown": "Not known: not everything that it asks was understood",
}
_OF_THE_CODE = frozenset({"package", "development package", "variable"})
_MARKS = {"critical": "CRIT", "high": "HIGH", "medium": "MED", "low": "LOW"}
_CATEGORY_OF = {
    "api": "api_design",
    "security": "security",
    "database": "database",
    "service": "architecture",
    "performance": "performance",
    "infrastructure": "architecture",
}
NOT_EXAMINED = (
    (
        "business rules",
        "whether the code does what is meant needs somebody who knows what is meant",
    ),
    ("authorization beyond the route", "what a handler allows to whom is decided in its code"),
    ("speed", "nothing was run and nothing was measured"),
    ("rate limits and caching of single endpoints", "they are often set in front of the service"),
)


_One = TypeVar("_One", "Endpoint", "Table")


class Found(NamedTuple):
    """A finding with its id."""

    id: str
    observation: Observation


def write_report(session: Session, worker: Worker) -> None:
    """Fill both files of a worker from the map of the repository; a model is not asked.

    Raises OSError when they cannot be written.
    """
    from workers.survey import survey
    from workers.survey.walk import files

    started = time.perf_counter()
    repository = Repository(session.root)
    whole_map = survey(session.root)
    found_map = citable_part(whole_map)
    own_files = tuple(file for file in files(session.root) if is_citable(file))
    findings = _numbered(observations(Ground(found_map, repository, own_files)))
    sources = sum(language_of(file) is not None for file in own_files)
    report = _report(session, found_map, findings, sources, time.perf_counter() - started)
    unnamed = left_out(whole_map, found_map)
    if unnamed:
        area = f"{unnamed} endpoints, tables and dependencies"
        reason = "their names or files hold characters that no report can hold"
        report["not_examined"].append({"area": area, "reason": reason})
    values = _values(session, found_map, findings, report)
    notes = render(f"{worker.name}/analysis/survey.md.j2", **values, counted=counted)
    escaped_text = escape_json(json.dumps(report, indent=2, ensure_ascii=False))
    data = escaped_text.encode("utf-8", "replace")
    counts = {"endpoints": len(found_map.endpoints), "tables": len(found_map.tables)}
    with session.locked():
        write_atomic(session.notes_file(worker.name), notes.encode())
        write_atomic(session.json_file(worker.name), data + b"\n")
        record(session, Event("code_analyzed", worker.full_name, "survey", metrics=counts))


def nothing_to_report(root: Path) -> str | None:
    """Return why there is nothing to report by rule, None if there is."""
    from workers.survey import survey

    found_map = survey(root)
    if found_map.endpoints or found_map.tables:
        return None
    gaps = [f"{gap.title} ({gap.reason})" for gap in found_map.unread[:3]]
    return f"no endpoint and no table was read: {'; '.join(gaps) or 'none is declared'}"


def _numbered(observed: Iterable[Observation]) -> list[Found]:
    counts: Counter[str] = Counter()
    numbered = []
    for observation in observed:
        counts[observation.severity] += 1
        mark = f"BACKEND-{_MARKS[observation.severity]}-{counts[observation.severity]:03}"
        numbered.append(Found(mark, observation))
    return numbered


def _report(
    session: Session, survey: Survey, findings: list[Found], sources: int, seconds: float
) -> dict[str, Any]:
    endpoints = endpoint_rows(session.root, survey.endpoints)
    tables = database_rows(session.root, survey.tables)
    guards = _guards(survey.endpoints)
    unrated = too_little_read(survey, sources)
    actions = [_action(one) for one in findings if one.observation.severity != "low"]
    return {
        "$schema": "./backend_output.schema.json",
        "analysis_metadata": {
            "session_id": session.id,
            "worker_type": "backend",
            "timestamp": utc_now()[:19] + "Z",
            "project_root": str(session.root),
            "files_analyzed": [str(session.root / file) for file in _files(survey, findings)],
            "analysis_duration_seconds": round(seconds, 3),
        },
        "scores": scores([one.observation for one in findings], unrated),
        "findings": [_finding(session.root, one) for one in findings],
        "api_specifications": endpoints,
        "database_designs": tables,
        "security_implementations": [
            _guard(session.root, number, *row) for number, row in enumerate(guards, 1)
        ],
        "priority_actions": actions,
        "statistics": {
            "total_api_endpoints": len(endpoints),
            "database_tables_analyzed": len(tables),
            "security_implementations": len(guards),
            "performance_optimizations": 0,
            "critical_issues": sum(one.observation.severity == "critical" for one in findings),
            "high_priority_items": sum(action["priority"] == "high" for action in actions),
        },
        "not_examined": [
            *({"area": f"{label} score", "reason": why} for label, why in unrated.values()),
            *_not_examined(survey, _cited(endpoints), _cited(tables)),
        ],
    }


def endpoint_rows(root: Path, endpoints: Iterable[Endpoint]) -> list[dict[str, Any]]:
    """Return `api_specifications` for the endpoints of a map."""
    named = _by_name((one.method, one.path, one) for one in endpoints if _is_listed(one))
    return [_endpoint(root, number, same) for number, same in enumerate(named, 1)]


def database_rows(root: Path, tables: Iterable[Table]) -> list[dict[str, Any]]:
    """Return `database_designs` for the tables of a map."""
    named = _by_name(("", one.name.lower(), one) for one in tables if one.columns)
    return [_table(root, number, same) for number, same in enumerate(named, 1)]


def _cited(rows: list[dict[str, Any]]) -> int:
    return sum(len(row["evidence"]) for row in rows)


def _by_name(named: Iterable[tuple[str, str, _One]]) -> list[list[_One]]:
    """Return what has one name together: a path may be declared for two applications."""
    groups: dict[tuple[str, str], list[_One]] = {}
    for first, second, thing in named:
        groups.setdefault((first, second), []).append(thing)
    return list(groups.values())[:_MOST]


def _is_listed(endpoint: Endpoint) -> bool:
    return endpoint.method in METHODS and endpoint.path.startswith("/")


def _files(survey: Survey, findings: list[Found]) -> list[str]:
    named = {one.file for one in survey.endpoints} | {one.file for one in survey.tables}
    named |= {place.file for one in findings for place in one.observation.places}
    named |= {one.file for one in _needs(survey.dependencies)}
    named |= {guard.file for guard, _ in _guards(survey.endpoints)}
    return sorted(named)


def _evidence(
    root: Path, places: Iterable[Place | Endpoint | Guard | Table]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for place in places:
        row: dict[str, Any] = {"file": str(root / place.file), "line": place.line}
        end = getattr(place, "end_line", None)
        rows.append({**row, "end_line": end} if end else row)
    return rows


def _finding(root: Path, finding: Found) -> dict[str, Any]:
    observation = finding.observation
    return {
        "id": finding.id,
        "title": observation.title,
        "severity": observation.severity,
        "domain": observation.domain,
        "description": observation.what,
        "evidence": _evidence(root, observation.places),
        "recommendation": observation.recommendation,
        "effort_estimate": observation.effort,
        "validation": observation.validation,
    }


def _endpoint(root: Path, number: int, same: list[Endpoint]) -> dict[str, Any]:
    endpoint = same[0]
    entry: dict[str, Any] = {
        "id": f"API-{number:03}",
        "endpoint": f"{endpoint.method} {endpoint.path}"
        if endpoint.handler in _NAMELESS
        else endpoint.handler,
        "method": endpoint.method,
        "path": endpoint.path,
        "status": "existing",
        "description": f"{endpoint.method} {endpoint.path}, declared with {endpoint.framework}",
        "requires_auth": _REQUIRES[endpoint.access],
        "authentication": endpoint.authentication or _NO_GUARD[endpoint.access],
        "authorization": "Not examined",
        "rate_limiting": "Not examined",
        "caching_strategy": "Not examined",
        "evidence": _evidence(root, same),
    }
    if endpoint.request:
        entry["request_format"] = {"body_schema": endpoint.request}
    if endpoint.success_status:
        entry["response_format"] = {"success_status": endpoint.success_status}
        if endpoint.response:
            entry["response_format"]["success_schema"] = endpoint.response
    if endpoint.resolved == "suffix":
        entry["implementation_notes"] = "The path ends so; its prefix could not be followed."
    return entry


def _table(root: Path, number: int, same: list[Table]) -> dict[str, Any]:
    table = same[0]
    return {
        "id": f"DB-{number:03}",
        "table_name": table.name,
        "status": "existing",
        "description": f"The table {table.name}, as {table.model or table.source} declares it",
        "schema": {
            "columns": [_column(column) for column in table.columns],
            "indexes": [
                {"name": index.name, "columns": list(index.columns), "type": "as declared"}
                for index in table.indexes
                if index.name and index.columns
            ],
            "relationships": [
                {"type": "MANY_TO_ONE", "related_table": key.table, "foreign_key": key.columns[0]}
                for key in table.foreign_keys
                if key.columns
            ],
        },
        "evidence": _evidence(root, same),
    }


def _column(column: Column) -> dict[str, Any]:
    words = ["PRIMARY KEY"] * column.primary_key + ["UNIQUE"] * column.unique
    words += ["NOT NULL"] * (column.nullable is False and not column.primary_key)
    entry: dict[str, Any] = {"name": column.name, "type": column.type or "as declared"}
    return {**entry, "constraints": " ".join(words)} if words else entry


def _guards(endpoints: Iterable[Endpoint]) -> list[tuple[Guard, Endpoint]]:
    """Return every guard with the first endpoint that asks it; one that is applied often, once."""
    first: dict[str, tuple[Guard, Endpoint]] = {}
    for endpoint in endpoints:
        for guard in endpoint.guards:
            first.setdefault(guard.name, (guard, endpoint))
    return list(first.values())[:_LISTED]


def _guard(root: Path, number: int, guard: Guard, endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": f"SEC-{number:03}",
        "security_feature": guard.name,
        "status": "existing",
        "category": "authentication",
        "priority": "high",
        "description": f"{guard.name} guards {endpoint.method} {endpoint.path}",
        "evidence": _evidence(root, [guard]),
    }


def _action(finding: Found) -> dict[str, Any]:
    observation = finding.observation
    return {
        "action": observation.recommendation,
        "finding_ids": [finding.id],
        "category": _CATEGORY_OF[observation.domain],
        "priority": observation.severity,
        "effort_estimate": observation.effort,
        "impact": observation.validation,
    }


def _not_examined(survey: Survey, endpoints: int, tables: int) -> list[dict[str, str]]:
    rows = [{"area": area, "reason": reason} for area, reason in NOT_EXAMINED]
    rows += [{"area": escaped(gap.title), "reason": gap.reason} for gap in survey.unread]
    known = {unread.as_row(gap) for gap in survey.unread}
    missed = [row for row in survey.not_understood if row not in known]
    if missed:
        files = sorted({escaped(row.file) for row in missed})
        more = f" and {len(files) - 10} more" if len(files) > 10 else ""
        area = f"{counted(len(files), 'file')}: {', '.join(files[:10])}{more}"
        rows.append(
            {"area": area, "reason": "they look as if they declared something; no rule read it"}
        )
    for noun, there, listed in (
        ("endpoints", len(survey.endpoints), endpoints),
        ("tables", len(survey.tables), tables),
    ):
        if there > listed:
            why = "no method or path of the forms, no columns, or beyond the number of ids"
            rows.append({"area": f"{there - listed} {noun} that are not listed", "reason": why})
    return rows


def _needs(dependencies: Iterable[Dependency]) -> list[Dependency]:
    """Return what a service talks to, each once: packages and variables are many and say little."""
    first: dict[tuple[str, str], Dependency] = {}
    for dependency in dependencies:
        if dependency.kind not in _OF_THE_CODE:
            first.setdefault((dependency.kind, dependency.name), dependency)
    return list(first.values())[:_LISTED]


def _values(
    session: Session, survey: Survey, findings: list[Found], report: dict[str, Any]
) -> dict[str, Any]:
    frameworks = Counter(one.framework for one in survey.endpoints)
    sources = Counter(one.source for one in survey.tables)
    return {
        "session_id": session.id,
        "report": report,
        "found": findings,
        "frameworks": ", ".join(f"{name} {count}" for name, count in frameworks.most_common()),
        "sources": ", ".join(f"{name} {count}" for name, count in sources.most_common()),
        "endpoints": survey.endpoints[:_LISTED],
        "endpoints_total": len(survey.endpoints),
        "tables": survey.tables[:_LISTED],
        "tables_total": len(survey.tables),
        "guards": _guards(survey.endpoints),
        "needs": _needs(survey.dependencies),
        "plain": _plain,
    }


def _plain(text: str) -> str:
    """Return foreign text as one line of Markdown that is nothing but text."""
    line = escaped(" ".join(text.split()))[:200]
    return re.sub(r"[\\`*\[\]<>#|]|(?<!\w)_|_(?!\w)", r"\\\g<0>", line)
