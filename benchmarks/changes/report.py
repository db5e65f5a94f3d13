"""What an agent hands in: the two files of a change report, filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.changes.work import Work

Row = dict[str, Any]
SUMMARY = """\
What the ticket asks for is there, and nothing else was touched. The change is small: what calls
the code need not know of it. How it was checked stands under Proofs, and nothing is left open."""
_NONE = "None"


@dataclass
class Report:
    """A change report; the lists of entries are under the keys that they have in the JSON."""

    changes: list[Row] = field(default_factory=list)
    proofs: list[Row] = field(default_factory=list)
    commits: list[Row] = field(default_factory=list)
    not_mine: list[Row] = field(default_factory=list)
    entries: dict[str, list[Row]] = field(default_factory=dict)
    status: str = "done"
    reason: str | None = None
    parts: list[Row] | None = None
    summary: str = SUMMARY
    in_notes: list[Row] | None = None  # changes as the notes have them, where they differ
    keep_empty: bool = False  # lists without a row are handed in as well

    def outcome(self) -> Row:
        """Return the outcome as the JSON has it."""
        outcome: Row = {"status": self.status}
        if self.reason is not None:
            outcome["reason"] = self.reason
        if self.parts is not None:
            outcome["parts"] = self.parts
        return outcome


def added(path: str, summary: str = "New, as asked") -> Row:
    """Report a file as added."""
    return {"file": path, "kind": "added", "summary": summary}


def modified(path: str, summary: str = "Changed as asked") -> Row:
    """Report a file as modified."""
    return {"file": path, "kind": "modified", "summary": summary}


def deleted(path: str, summary: str = "No longer needed") -> Row:
    """Report a file as deleted."""
    return {"file": path, "kind": "deleted", "summary": summary}


def renamed(old: str, new: str, summary: str = "A name that fits") -> Row:
    """Report a file as renamed."""
    return {"file": new, "kind": "renamed", "from": old, "summary": summary}


def proof(name: str = "tests", exit_code: int = 0, **counts: int) -> Row:
    """Report a run of a locked proof."""
    claim = "All tests pass" if exit_code == 0 else "Some tests fail"
    return {"name": name, "claim": claim, "exit_code": exit_code, **counts}


def command(line: str, exit_code: int = 0, **counts: int) -> Row:
    """Report a run of a command."""
    return {"command": line, "claim": "It ran", "exit_code": exit_code, **counts}


def commit(sha: str, subject: str) -> Row:
    """Report a commit."""
    return {"sha": sha, "subject": subject}


def part(name: str, status: str = "done") -> Row:
    """Report on a part of the task."""
    return {"part": name, "status": status}


def at(work: Work, path: str, text: str) -> list[Row]:
    """Cite the first line of a file that holds a text."""
    return [{"file": path, "line": work.line_of(path, text)}]


def endpoint(
    method: str, path: str, status: str, evidence: list[Row] | None = None, **more: Any
) -> dict[str, list[Row]]:
    """Report an endpoint."""
    row = {
        "id": "API-001",
        "endpoint": f"{method} {path}",
        "method": method,
        "path": path,
        "status": status,
        "description": "As the ticket asks for",
        "authentication": _NONE,
        "authorization": _NONE,
        "rate_limiting": _NONE,
        "caching_strategy": _NONE,
        **more,
    }
    return {"api_specifications": [_with_evidence(row, evidence)]}


def table(
    name: str, status: str, evidence: list[Row] | None = None, columns: list[Row] | None = None
) -> dict[str, list[Row]]:
    """Report a table."""
    row = {
        "id": "DB-001",
        "table_name": name,
        "status": status,
        "description": "As the ticket asks for",
        "schema": {"columns": columns or []},
    }
    return {"database_designs": [_with_evidence(row, evidence)]}


def service(name: str, status: str, evidence: list[Row]) -> dict[str, list[Row]]:
    """Report a service."""
    row = {
        "id": "SVC-001",
        "service_name": name,
        "status": status,
        "description": "What it is for stands in its docstring",
        "type": "module",
    }
    return {"service_architecture": [_with_evidence(row, evidence)]}


def security(feature: str, status: str, evidence: list[Row]) -> dict[str, list[Row]]:
    """Report a security measure."""
    row = {
        "id": "SEC-001",
        "security_feature": feature,
        "status": status,
        "category": "input_validation",
        "priority": "high",
        "description": "Wrong input is refused",
    }
    return {"security_implementations": [_with_evidence(row, evidence)]}


def measure(optimization: str, status: str, evidence: list[Row]) -> dict[str, list[Row]]:
    """Report a performance measure, without figures."""
    row = {
        "id": "PERF-001",
        "optimization": optimization,
        "status": status,
        "category": "cpu",
        "implementation": "In plain code",
    }
    return {"performance_optimizations": [_with_evidence(row, evidence)]}


def _with_evidence(row: Row, evidence: list[Row] | None) -> Row:
    return {**row, "evidence": evidence} if evidence else row


def hand_in(work: Work, report: Report, workers: Path) -> None:
    """Fill in the two files that phase 1 made below a session's folder of workers."""
    file, notes = workers / "json/backend_output.json", workers / "notes/backend_notes.md"
    made = json.loads(file.read_text("utf-8"))
    changes = _numbered(report.changes, "CHG")
    proofs = _numbered(report.proofs, "PRF")
    metadata = {**made["analysis_metadata"], "files_analyzed": _read_files(work, report)}
    metadata.setdefault("analysis_duration_seconds", None)
    content: Row = {
        "$schema": made["$schema"],
        "analysis_metadata": metadata,
        "outcome": report.outcome(),
        "changes": changes,
        "proofs": proofs,
        "commits": report.commits,
        "not_mine": report.not_mine,
        **report.entries,
    }
    optional = ("proofs", "commits", "not_mine")
    dropped = [] if report.keep_empty else [key for key in optional if not content[key]]
    content = {key: value for key, value in content.items() if key not in dropped}
    text = json.dumps(_absolute(work.root, content), ensure_ascii=False, indent=2)
    file.write_text(text + "\n", "utf-8")
    listed = changes if report.in_notes is None else _numbered(report.in_notes, "CHG")
    notes.write_text(_notes(notes.read_text("utf-8"), report, listed, proofs), "utf-8")


def _numbered(rows: list[Row], prefix: str) -> list[Row]:
    return [{"id": f"{prefix}-{number:03}", **row} for number, row in enumerate(rows, 1)]


def _read_files(work: Work, report: Report) -> list[str]:
    """Return the files that whoever made the changes has read: those that are there."""
    paths = [row["file"] for row in report.changes]
    files = [str(work.root / path) for path in paths if (work.root / path).is_file()]
    return list(dict.fromkeys(files)) or [str(work.root / work.stack.main)]


def _absolute(root: Path, content: Any) -> Any:
    """Make the paths under `file` and `from` absolute, at any depth."""
    if isinstance(content, list):
        return [_absolute(root, item) for item in content]
    if not isinstance(content, dict):
        return content
    return {
        key: str(root / value) if key in {"file", "from"} else _absolute(root, value)
        for key, value in content.items()
    }


def _notes(made: str, report: Report, changes: list[Row], proofs: list[Row]) -> str:
    """Return the notes, under the title that they were made with."""
    title = next(line for line in made.splitlines() if line.startswith("# "))
    sections = {
        "Executive Summary": [report.summary, report.reason or ""],
        "Changes": [_change_line(row) for row in changes] or ["None: nothing was changed."],
        "Proofs": [_proof_line(row) for row in proofs] or ["None was run."],
        "Touched": _touched(report) or ["Not applicable: neither API nor schema was touched."],
        "Unresolved Issues & Handoff": ["None."],
    }
    parts = [title]
    for heading, lines in sections.items():
        parts += [f"## {heading}", "\n".join(line for line in lines if line)]
    return "\n\n".join(parts) + "\n"


def _change_line(row: Row) -> str:
    origin = f" (from `{row['from']}`)" if "from" in row else ""
    return f"- {row['id']} {row['kind']}: `{row['file']}`{origin}: {row['summary']}"


def _proof_line(row: Row) -> str:
    counts = [f"{row[key]} {key}" for key in ("passed", "failed", "skipped") if key in row]
    run = row.get("name") or row["command"]
    results = ", ".join([f"exit code {row['exit_code']}", *counts])
    return f"- {row['id']} `{run}`: {results}"


def _touched(report: Report) -> list[str]:
    names = ("endpoint", "table_name", "service_name", "security_feature", "optimization")
    return [
        f"- {next(row[name] for name in names if name in row)}: {row['status']}"
        for rows in report.entries.values()
        for row in rows
    ]
