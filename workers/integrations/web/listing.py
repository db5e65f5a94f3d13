"""All sessions of a root as rows, each folded again only when its files changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import WaggleError
from sessions.events import unreadable
from sessions.session import fold_log, session_at
from workers.hive.running import is_at_work, run_row, run_words, standing
from workers.hive.status_text import verdict
from workers.integrations.web.logs import LOG, STATE, session_folders, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from markupsafe import Markup

    from sessions.session import Session
    from sessions.state import SessionState, WorkerState
    from workers.integrations.web.logs import Stamp


class Row(NamedTuple):
    """A session in the list; times as in the events."""

    session_id: str
    status: str
    updated_at: str = ""
    workers: tuple[tuple[str, str], ...] = ()  # name, status
    verdict: str = ""  # of whom, and what it was: the last one
    is_rejected: bool = False
    waiting: int = 0  # blockers and escalations
    foreign: bool = False
    fault: str = ""
    run: str = ""  # how far one of the plan is that is at work


class Wanted(NamedTuple):
    """Which sessions are asked for: of a status, and with a text in what the list shows."""

    status: str = ""
    text: str = ""

    def takes(self, row: Row) -> bool:
        """Tell whether a session is one of them."""
        if not (self.status or self.text):
            return True
        if self.status == "waiting":
            return row.waiting > 0
        shown = " ".join((row.session_id, *(name for name, _ in row.workers), row.verdict))
        return self.status in {"", row.status} and self.text.lower() in shown.lower()


class Listed(NamedTuple):
    """A session in the list as it is drawn, and the stamps of the files that say so."""

    stamps: tuple[Stamp, Stamp]
    row: Row
    html: Markup


class Listing:
    """The rows of a root's sessions: read and drawn again only when their files are other ones."""

    def __init__(self, root: Path, draw: Callable[[Row], Markup]) -> None:
        """Take the repository, and what draws a row; nothing is read yet."""
        self._root, self._draw = root, draw
        self._known: dict[str, Listed] = {}

    def rows(self) -> list[Listed]:
        """Return all sessions, the last changed first; raises Damaged as `session_folders` does."""
        folders = session_folders(self._root)
        listed = {name: self._listed(name, folder) for name, folder in folders.items()}
        self._known = listed
        return sorted(
            listed.values(), key=lambda one: (one.row.updated_at, one.row.session_id), reverse=True
        )

    def _listed(self, session_id: str, folder: str) -> Listed:
        stamps = stamp(f"{folder}/{LOG}"), stamp(f"{folder}/{STATE}")
        known = self._known.get(session_id)
        if known is not None and known.stamps == stamps:
            return known
        row = _row_of(session_at(self._root, session_id))
        return Listed(stamps, row, self._draw(row))


def _row_of(session: Session) -> Row:
    try:
        folded = fold_log(session)
    except (WaggleError, OSError) as error:
        reason = error.message if isinstance(error, WaggleError) else str(error.strerror)
        return Row(session.id, "damaged", fault=reason)
    state = folded.state
    lines = state.damaged_lines
    workers = begun(state)
    verdict_of = _last_verdict(workers)
    run = run_row(state)
    return Row(
        session.id,
        state.status,
        state.updated_at or "",
        tuple((name, standing(state, name)) for name in workers),
        *verdict_of,
        sum(one.kind != "handoff" for one in state.open_tickets()),
        state.foreign,
        unreadable(lines, " of its log") if lines else folded.fault,
        run_words(run) if run and is_at_work(run) else "",
    )


def begun(state: SessionState) -> dict[str, WorkerState]:
    """Return the workers that were begun; others of the log only said something."""
    return {name: worker for name, worker in state.workers.items() if worker.started_at}


def _last_verdict(workers: dict[str, WorkerState]) -> tuple[str, bool]:
    """Return the last verdict in words, and whether it is a rejection."""
    judged = {name: about.last_verdict for name, about in workers.items() if about.last_verdict}
    if not judged:
        return "", False
    name = max(judged, key=lambda name: str(judged[name]["at"]))
    counts = judged[name]["metrics"]
    row = {
        "accepted": judged[name]["accepted"],
        "errors": counts.get("errors"),
        "warnings": counts.get("warnings"),
        "outcome": workers[name].outcome,
    }
    return f"{name} {verdict(row)}", not row["accepted"]
