"""How the workers of a plan ended."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from sessions.secrets import redacted

STATUSES = ("completed", "failed", "blocked", "skipped", "cancelled")
_STATUS_OF_EXIT = {0: "completed", 1: "failed"}
_LAST_WORDS = 300


class Outcome(NamedTuple):
    """How a worker of a plan ended; `skipped` names those it waits for, with what they came to."""

    worker: str
    status: str  # one of STATUSES
    exit_code: int | None = None
    skipped: tuple[str, ...] = ()
    told: str = ""
    came_to: str | None = None  # of an accepted report on changes: done, partial or blocked
    problems_total: int | None = None
    metrics: dict[str, Any] | None = None

    @property
    def is_done(self) -> bool:
        """Whether those that wait for it may begin."""
        return self.status == "completed" and self.came_to in {None, "done"}

    def row(self) -> dict[str, Any]:
        """Return it as a row of a document."""
        return {
            "worker": self.worker,
            "status": self.status,
            "exit_code": self.exit_code,
            "skipped_because_of": list(self.skipped),
            "outcome": self.came_to,
            "problems_total": self.problems_total,
            "metrics": self.metrics,
            "told": self.told,
        }

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Outcome:
        """Return what `row` made a row of."""
        same = {name: row.get(name) for name in ("exit_code", "problems_total", "metrics")}
        return cls(
            row["worker"],
            row["status"],
            skipped=tuple(row.get("skipped_because_of") or ()),
            told=row.get("told") or "",
            came_to=row.get("outcome"),
            **same,
        )


def of_process(worker: str, code: int, out: bytes, err: bytes) -> Outcome:
    """Return the outcome of a phase's process: by its exit code, and the document it printed."""
    try:
        document = json.loads(out)
    except ValueError:
        document = None
    printed = document if isinstance(document, dict) else {}
    outcome = printed.get("outcome")
    return Outcome(
        worker,
        _STATUS_OF_EXIT.get(code, "blocked"),
        code,
        told=redacted(_verdict_of(err.decode("utf-8", "replace"), worker))[-_LAST_WORDS:],
        came_to=outcome.get("status") if isinstance(outcome, dict) else None,
        problems_total=printed.get("problems_total"),
        metrics=printed.get("metrics"),
    )


def skipped(worker: str, depends_on: list[str], outcomes: dict[str, Outcome]) -> Outcome | None:
    """Return the outcome of a worker that does not begin, with a line that says why.

    None where all that it waits for are done.
    """
    names = tuple(name for name in depends_on if not outcomes[name].is_done)
    if not names:
        return None
    reasons = [
        f"{name}, whose outcome is {one.came_to}" if one.status == "completed" else name
        for name, one in ((name, outcomes[name]) for name in names)
    ]
    return Outcome(worker, "skipped", skipped=names, told=f"It waits for {', '.join(reasons)}.")


def _verdict_of(text: str, worker: str) -> str:
    """Return the line that says how a worker ended, among what it printed for people."""
    lines = text.strip().split("\n")
    return next((line for line in lines if line.startswith(f"{worker}-worker run: ")), lines[-1])
