"""The document on standard output: its fields, their order, and how it becomes text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sessions.errors import UNSAFE
from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessions.errors import WaggleError

SCHEMA_VERSION = 1
MARKER = "WORKER_OUTPUT_JSON:"
EXIT_CODES = {
    0: "accepted, or done",
    1: "rejected: the files were judged and are not good enough",
    2: "wrong usage: an option or id is malformed",
    3: "could not run: no such session, no task, a file that cannot be read or written",
    130: "ended by SIGINT; 143 by SIGTERM, 129 by SIGHUP",
}
EXIT_OF_STATUS = {"completed": 0, "failed": 1, "blocked": 3}
PRINTED_PROBLEMS = 40
# What an agent reads of a document at most: some 6,000 tokens.
PRINTED_CHARACTERS = 24_000
PRINTED_PLACES = 12
PRINTED_NORMALISED = 20
PRINTED_SILENCED = 20
POINTER_CHARACTERS = 500

Severity = Literal["error", "warning"]
Phase = Literal["setup", "output", "run"]
_UNSAFE_IN_JSON = lazy_pattern(f"[{UNSAFE}]")


class Place(NamedTuple):
    """Where something stands: a file, a line from 1, a pointer (RFC 6901) into the JSON."""

    file: str = ""
    line: int | None = None
    pointer: str | None = None


class Problem(NamedTuple):
    """Something wrong, with what an agent needs to repair it without reading anything else.

    `code` is a key of workers.codes.CODES; an error rejects, a warning does not.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    places: tuple[Place, ...] = (Place(),)

    def document(self) -> dict[str, Any]:
        """Return the problem as it is printed; `places` are lines, or pointers without one."""
        first = self.places[0]
        shown: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "file": first.file or None,
            "line": first.line,
            "pointer": _bounded(first.pointer),
        }
        if len(self.places) > 1:  # all in one file
            shown["places"] = [
                _bounded(place.pointer) if place.line is None else place.line
                for place in self.places[:PRINTED_PLACES]
            ]
            shown["places_total"] = len(self.places)
        return shown


def _bounded(pointer: str | None) -> str | None:
    """Cut a pointer that a key without end made so long that no problem could be printed."""
    if pointer is None or len(pointer) <= POINTER_CHARACTERS:
        return pointer
    return f"{pointer[:POINTER_CHARACTERS]}..."


@dataclass
class WorkerOutput:
    """The document of a phase (schema_version 1)."""

    worker: str
    session_id: str | None
    phase: Phase
    status: Literal["completed", "failed", "blocked"]
    model: str | None = None
    summary: dict[str, list[str]] = field(
        default_factory=lambda: {"key_findings": [], "critical_issues": [], "recommendations": []}
    )
    config: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(
        default_factory=lambda: {
            "items_analyzed": None,
            "issues_found": None,
            "severity_breakdown": None,
            "seconds": None,
        }
    )
    dependencies: dict[str, list[Any]] = field(
        default_factory=lambda: {"requires": [], "blocks": [], "handoffs": []}
    )
    scores: dict[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)
    # Codes that wait for another one to be mended: {code: that one}.
    held_back: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, int] | None = None
    claims: dict[str, Any] | None = None
    coverage: dict[str, Any] | None = None
    # Values that were taken as they are meant, as many as are printed, and how many there were.
    normalised: list[dict[str, Any]] = field(default_factory=list)
    normalised_total: int = 0
    # Warnings that waggle.toml silences, likewise; `silenced_by` is where it was read.
    silenced: list[dict[str, Any]] = field(default_factory=list)
    silenced_total: int = 0
    silenced_by: str | None = None
    silenced_in_vain: list[str] = field(default_factory=list)
    files_examined: list[str] = field(default_factory=list)
    files_modified: list[str] = field(default_factory=list)
    next_actions: list[str] = field(default_factory=list)
    escalations: list[Any] = field(default_factory=list)
    completion_criteria: list[dict[str, Any]] | None = None
    # Of a change report: what became of the task, what was changed, what the owner has to look at.
    outcome: dict[str, Any] | None = None
    changes: dict[str, Any] | None = None
    needs_approval: list[dict[str, Any]] = field(default_factory=list)
    # Of the session, the worker and its attempt: every problem of the document belongs to it.
    correlation_id: str | None = None
    print_all: bool = False
    # Said to people alone, before everything else: no agent pays for it.
    notices: list[str] = field(default_factory=list)
    # Likewise: the code that a problem is about, a `formats.judgement.Cited` by code and pointer.
    beside: dict[tuple[str, str | None], Any] = field(default_factory=dict)

    def printed_problems(self) -> list[dict[str, Any]]:
        """Return the problems, worst first, as many as are printed."""
        documents = [problem.document() for problem in self.problems]
        if self.print_all:
            return documents
        printed, size = documents[:PRINTED_PROBLEMS], 0
        for number, document in enumerate(printed):
            size += len(json.dumps(document, ensure_ascii=False))
            if size > PRINTED_CHARACTERS * 3 // 4:
                return printed[:number]
        return printed

    def _of_changes(self) -> dict[str, Any]:
        """Return the fields that a report on changes has beside the others; nobody else pays."""
        if self.changes is None:
            return {}
        return {
            "outcome": self.outcome,
            "changes": self.changes,
            "needs_approval": self.needs_approval,
        }

    def document(self) -> dict[str, Any]:
        """Return the fields in the order in which they are printed."""
        from sessions.events import utc_now  # most commands make no such document

        return {
            "schema_version": SCHEMA_VERSION,
            "worker": self.worker,
            "session_id": self.session_id,
            "correlation_id": self.correlation_id,
            "phase": self.phase,
            "status": self.status,
            "timestamp": utc_now(),
            "model": self.model,
            "summary": self.summary,
            "config": self.config,
            "metrics": self.metrics,
            "dependencies": self.dependencies,
            "scores": self.scores,
            "problems_total": len(self.problems),
            "problems": self.printed_problems(),
            "held_back": self.held_back,
            "evidence": self.evidence,
            "claims": self.claims,
            "coverage": self.coverage,
            "normalised_total": self.normalised_total,
            "normalised": self.normalised,
            "silenced_total": self.silenced_total,
            "silenced": self.silenced,
            "silenced_by": self.silenced_by,
            "silenced_in_vain": self.silenced_in_vain,
            "completion_criteria": self.completion_criteria,
            **self._of_changes(),
            "files_examined": self.files_examined,
            "files_modified": self.files_modified,
            "next_actions": self.next_actions,
            "escalations": self.escalations,
        }


@dataclass(frozen=True)
class Answer:
    """What a command says: text for people, fields of the JSON document for programs.

    A `verbatim` text (a schema, a file) is printed as it is, in a narrow window too.
    """

    text: str
    fields: dict[str, Any] = field(default_factory=dict)
    status: str = "completed"
    problems: list[dict[str, Any]] = field(default_factory=list)
    verbatim: bool = False


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, as in 1 error, 2 errors."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("cy") else f"{noun}s"
    return f"{number:,} {plural}"


def sentences(*parts: str) -> str:
    """Join parts as sentences: each but the last, which may be a command, ends with a stop."""
    written = [part.strip() for part in parts if part.strip()]
    ended = [part if part[-1] in ".?!:" else f"{part}." for part in written[:-1]]
    return " ".join([*ended, *written[-1:]])


def problem_of(error: WaggleError) -> Problem:
    """Return what stopped the program as a problem of the document."""
    return Problem(error.code, "error", error.message, error.hint)


def blocked(
    worker: str,
    session_id: str | None,
    phase: Phase,
    error: WaggleError,
) -> WorkerOutput:
    """Return the document of a phase that could not run."""
    output = WorkerOutput(worker, session_id, phase, "blocked")
    output.problems = [problem_of(error)]
    output.next_actions = [error.hint]
    return output


def answer(
    status: str = "completed", problems: list[dict[str, Any]] | None = None, **fields: Any
) -> dict[str, Any]:
    """Return the document of a command that is no phase."""
    return {
        "schema_version": SCHEMA_VERSION,
        "status": status,
        "problems": problems or [],
        **fields,
    }


def to_json(document: Mapping[str, Any]) -> str:
    """Return a document as JSON that is readable in any script and safe on any terminal.

    Letters of all scripts stay (an escape costs an agent six tokens); what could move a cursor,
    reverse the text or not be encoded is escaped.
    """
    lines = ",\n".join(f'  "{name}": {_value(value)}' for name, value in document.items())
    return escape_json(f"{{\n{lines}\n}}\n")


def escape_json(text: str) -> str:
    """Escape what moves a cursor or reverses text, in JSON that was written; it says the same."""
    return _UNSAFE_IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], text)


def _value(value: object) -> str:
    """Write a list of objects one a line, all else on one line: white space is paid for too."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in value)
        return f"[\n{rows}\n  ]"
    return json.dumps(value, ensure_ascii=False)
