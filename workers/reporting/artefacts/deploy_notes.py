"""`deploy_notes`: what a deployment has to do and to know, out of the reports, as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workers.reporting.artefacts.accepted import Artefact, Entry, object_of, one_line, text_of
from workers.reporting.artefacts.schema_change import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.reporting.artefacts.accepted import Accepted

# Kinds of entries that say where and with what something runs.
_RUNNING = ("environment", "pipeline", "image", "secret", "secrets", "monitor")
_NAMES = ("name", "title", "table_name", "service_name", "endpoint", "optimization")
_LISTED = 50


def deploy_notes(accepted: Accepted) -> Artefact:
    """Return the notes for whoever deploys: migrations, settings, what is not there yet, open."""
    sections = {
        "Migrations, in this order": list(_migrations(accepted)),
        "Where and with what it runs": list(_running(accepted)),
        "Proposed, and not in the code": list(_proposed(accepted)),
        "Removed": list(_with_status(accepted, {"removed"})),
        "What is not done": list(_not_done(accepted)),
        "Open questions": list(_open(accepted)),
        "Handed on": list(_handed_on(accepted)),
    }
    lines = [f"# Deploy notes: {accepted.session_id}", "", accepted.source]
    for title, rows in sections.items():
        if rows:
            lines += ["", f"## {title}", "", *(f"- {row}" for row in rows[:_LISTED])]
            lines += [f"- and {len(rows) - _LISTED} more"] if len(rows) > _LISTED else []
    return Artefact("\n".join(lines) + "\n", "md", sum(map(len, sections.values())))


def _plain(text: str) -> str:
    """Return foreign text as a part of a line of Markdown that it cannot mark up."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", one_line(text))


def _headed(entry: Entry, more: Iterable[str] = ()) -> str:
    name = next((text_of(entry.row, key) for key in _NAMES if text_of(entry.row, key)), "")
    method, path = text_of(entry.row, "method"), text_of(entry.row, "path")
    words = [f"{_plain(entry.name)}:", _plain(name), _plain(f"{method} {path}".strip())]
    return "; ".join([" ".join(word for word in words if word), *(one for one in more if one)])


def _migrations(accepted: Accepted) -> Iterator[str]:
    for entry in in_order(list(accepted.entries("table"))):
        migration = object_of(entry.row, "migration")
        if not migration:
            continue
        back = "can be undone" if text_of(migration, "down").strip() else "has no way back"
        strategy = text_of(entry.row, "migration_strategy")
        yield _headed(entry, [_plain(text_of(entry.row, "status")), back, _plain(strategy)])


def _running(accepted: Accepted) -> Iterator[str]:
    for kind in _RUNNING:
        for entry in accepted.entries(kind):
            yield _headed(entry, [_plain(text_of(entry.row, "description"))])


def _proposed(accepted: Accepted) -> Iterator[str]:
    return _with_status(accepted, {"proposed"})


def _with_status(accepted: Accepted, statuses: set[str]) -> Iterator[str]:
    for report in accepted.reports:
        for listed in report.profile.lists:
            for row in report.rows(listed.key):
                if text_of(row, "status") in statuses:
                    yield _headed(Entry(report.worker, row), [_plain(text_of(row, "description"))])


def _not_done(accepted: Accepted) -> Iterator[str]:
    for report in accepted.reports:
        outcome = object_of(dict(report.data), "outcome")
        if text_of(outcome, "status") in {"partial", "blocked"}:
            words = f"{text_of(outcome, 'status')}: {text_of(outcome, 'reason')}"
            yield f"{report.worker}: {_plain(words)}"
        parts: Any = outcome.get("parts")
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict) and text_of(part, "status") != "done":
                words = f"{text_of(part, 'part')}: {text_of(part, 'status')}"
                yield f"{report.worker}: {_plain(words)}"


def _open(accepted: Accepted) -> Iterator[str]:
    for report in accepted.reports:
        texts = report.data.get("unresolved")
        for text in texts if isinstance(texts, list) else []:
            if isinstance(text, str):
                yield f"{report.worker}: {_plain(text)}"


def _handed_on(accepted: Accepted) -> Iterator[str]:
    for report in accepted.reports:
        for row in report.rows("handoffs"):
            to, summary = text_of(row, "to"), text_of(row, "summary")
            yield f"{report.worker} to {_plain(to)}: {_plain(summary)}"
