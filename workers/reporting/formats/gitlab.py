"""GitLab's Code Quality report: an array of what there is to look at, worst first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from workers.contract import escape_json
from workers.reporting.formats.texts import line, said

if TYPE_CHECKING:
    from workers.reporting.formats.judgement import Entry, Session, Severity

_SEVERITIES: dict[Severity, str] = {
    "error": "blocker",
    "critical": "critical",
    "high": "major",
    "medium": "minor",
    "warning": "minor",
    "low": "info",
}


def rendered(session: Session) -> str:
    """Return the array; GitLab takes issues of one fingerprint for one."""
    rows = [json.dumps(_issue(entry), ensure_ascii=False) for entry in session.entries()]
    joined = ",\n".join(rows)
    return escape_json(f"[\n{joined}\n]\n" if rows else "[]\n")


def _issue(entry: Entry) -> dict[str, Any]:
    where = entry.place
    first = max(1, where.line or 1)
    return {
        "description": said(entry),
        "check_name": line(entry.rule, 255),
        "fingerprint": entry.fingerprint,
        "severity": _SEVERITIES[entry.severity],
        "location": {
            "path": escaped(where.file),
            "lines": {"begin": first, "end": max(first, where.end_line or first)},
        },
    }
