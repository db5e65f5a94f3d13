"""What each page shows, read when it is asked for; nothing here writes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from sessions.errors import Damaged, NotReadable, NotSetUp, WaggleError, escaped
from sessions.files import read_regular
from sessions.location import SYNTHESIS
from sessions.secrets import redacted
from sessions.session import open_session
from sessions.settings import settings
from workers.catalog import workers_of
from workers.codes import FAMILIES
from workers.fleet import engine
from workers.hive.coordination import TEXT_CHARACTERS, ticket_row
from workers.hive.queen import plan_of
from workers.hive.running import is_at_work, job_words, run_words, standing, totals_words
from workers.hive.status import Look, age, session_row
from workers.hive.status_text import verdict
from workers.integrations.web.fleet import is_named
from workers.integrations.web.listing import Listing, Wanted, begun
from workers.integrations.web.showing import drawn, page
from workers.invocation import called_as, typed_here
from workers.phases.judged import read_judged
from workers.phases.receipt import RECEIPT_BYTES, verify
from workers.reporting.fleet_report import in_queue, nobody, slots, troubles
from workers.reporting.formats.html import change, figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from markupsafe import Markup

    from sessions.session import Session
    from sessions.state import SessionState
    from workers.integrations.web.fleet import Look as FleetLook

_SYNTHESIS_BYTES = 64 * 1024 * 1024
_SCREEN = 25  # sessions that a browser lays out together, when they come into view
STATUSES = ("active", "waiting", "completed", "failed", "paused", "archived", "damaged")
_NOT_ACCEPTED = dict.fromkeys(("accepted_at", "judged_commit", "commit", "cited_files"))
_WORDS = {"holds": "unchanged", "changed": "changed since", "not accepted": "not accepted"}


class Shown(NamedTuple):
    """How a page is shown: the nonce of its script, and up to where the logs went before it."""

    nonce: str
    at: str


class Pages:
    """The pages of a root; `program` is the script that commands name."""

    def __init__(self, root: Path, program: Path) -> None:
        """Take the repository, and the script that commands name."""
        self.root, self._program = root, program
        self._listing = Listing(root, drawn)

    def sessions(self, shown: Shown, wanted: Wanted) -> str:
        """Return the list of all sessions, or of those that are wanted."""
        from markupsafe import Markup

        listed = self._listing.rows()
        rows = [one.html for one in listed if wanted.takes(one.row)]
        return page(
            "sessions",
            count=len(rows),
            screens=[
                Markup().join(rows[start : start + _SCREEN])
                for start in range(0, len(rows), _SCREEN)
            ],
            total=len(listed),
            wanted=wanted,
            statuses=STATUSES,
            root=str(self.root),
            has_fleet=is_named(),
            start=f'{called_as()} queen --task "What to look at"',
            **shown._asdict(),
        )

    def session(self, shown: Shown, session_id: str, answered: str = "") -> str:
        """Return a session as it is now; raises NoSuchSession."""
        session = open_session(self.root, session_id)
        row = session_row(session, Look(datetime.now(UTC), settings(self.root), self._program))
        if row["status"] == "damaged":
            raise Damaged(
                f"session {session_id} is damaged: {'; '.join(row['faults'])}",
                f"Run {typed_here(f'doctor --session {session_id}', None, is_ours=True)}",
            )
        state, plan = session.state(), plan_of(session)
        workers = begun(state)
        assignments = plan.assignments if plan else []
        statuses = {one.worker: _status(state, one.worker) for one in assignments}
        events = [tuple(map(str, row)) for row in redacted(state.timeline) if len(row) == 4]
        return page(
            "session",
            row=row,
            begin=row.get("next") and typed_here(row["next"], str(self.root)),
            answered=answered if _is_answered(state, answered) else "",
            can_answer=not (state.foreign or state.status == "archived"),
            longest=TEXT_CHARACTERS,
            links=list(_links(session)),
            run=row["run"] and _run(row["run"]),
            workers=[
                self._worker(one, state)
                for one in row["workers"]
                if one["worker"] in workers or one["job"]
            ],
            plan=redacted(plan.model_dump(mode="json")) if plan else None,
            plan_drawn=figures.plan(
                [(one.worker, tuple(one.depends_on)) for one in assignments],
                statuses,
                is_listed=True,
            ).html,
            status_of=statuses,
            timeline=events[::-1],
            timeline_drawn=figures.timeline(events, is_listed=True),
            **_tickets(state, row),
            **shown._asdict(),
        )

    def _worker(self, row: dict[str, Any], state: SessionState) -> dict[str, Any]:
        about = state.workers[row["worker"]]
        report = f"{_address(state.session_id)}/workers/{quote(row['worker'])}"
        command = row["next"] and typed_here(row["next"], str(self.root))
        return {
            **row,
            "heartbeat_at": about.heartbeat_at,
            "report": report if about.last_verdict else "",
            "verdict": verdict(row),
            "next": command,
            "job": row["job"] and _job(row["job"], datetime.now(UTC)),
        }

    def report(self, shown: Shown, session_id: str, worker: str) -> str:
        """Return a worker's judged report; raises NoSuchSession, and NotSetUp before a verdict."""
        (judged,) = read_judged(self.root, session_id, worker).judgements
        return page(
            "report",
            judged=judged,
            verdict=judged.counted(),
            changed=judged.changed,
            problems=judged.of("problem"),
            findings=judged.of("finding"),
            change=judged.work and change.drawn(judged.work, _all),
            families=FAMILIES,
            domains=figures.domains([judged]),
            measures=figures.grid(figures.measures([judged])),
            attempts=figures.attempts([judged]).html,
            **shown._asdict(),
        )

    def synthesis(self, shown: Shown, session_id: str) -> str:
        """Return the synthesis of a session; raises Damaged where it is not what scribe wrote."""
        session = open_session(self.root, session_id)
        hint = f"Run scribe --session {session_id}."
        try:
            made = redacted(json.loads(read_regular(session.path / SYNTHESIS, _SYNTHESIS_BYTES)))
        except FileNotFoundError:
            raise NotSetUp(f"session {session_id} has no synthesis yet", hint) from None
        except (OSError, NotReadable, ValueError, RecursionError):
            raise Damaged("the synthesis cannot be read", hint) from None
        from jinja2 import UndefinedError

        judged = [about.last_verdict for about in session.state().workers.values()]
        try:
            last = max((str(one["at"]) for one in judged if one), default="")
            stale = last > str(made["timestamp"])
            values = {"made": made, "stale": stale, "session_id": session.id}
            return page("synthesis", **values, **shown._asdict())
        except (UndefinedError, TypeError, KeyError, AttributeError, ValueError):
            raise Damaged("the synthesis is not what scribe wrote", hint) from None

    def fleet(self, shown: Shown, look: FleetLook | None, *, is_late: bool) -> str:
        """Return the fleet as the last look saw it, None before the first one."""
        words = {"in_queue": in_queue, "nobody": nobody, "slots": slots, "troubles": troubles}
        seconds = age(look.at.isoformat(), datetime.now(UTC)) if look else None
        values = {"look": look, "age_seconds": seconds, "is_late": is_late}
        return page("fleet", variable=engine.VARIABLE, **values, **words, **shown._asdict())

    def receipts(self, shown: Shown, session_id: str) -> str:
        """Return the receipts of a session, each compared with what is there now."""
        session = open_session(self.root, session_id)
        names = {one.full_name: one.name for one in workers_of(self.root)}
        rows = [
            {**_NOT_ACCEPTED, **row, "digests": _digests(session, names[row["worker"]])}
            for row in verify(self.root, session_id).fields["workers"]
        ]
        values = {"receipts": rows, "words": _WORDS, "session_id": session.id}
        return page("receipts", **values, **shown._asdict())


def _address(session_id: str) -> str:
    return f"/sessions/{quote(session_id)}"


def _links(session: Session) -> Any:
    """Yield the further pages of a session that there are."""
    if os.path.lexists(session.path / SYNTHESIS):
        yield "Synthesis", f"{_address(session.id)}/synthesis"
    if any(about.last_verdict for about in session.state().workers.values()):
        yield "Receipts", f"{_address(session.id)}/receipts"


def _run(run: dict[str, Any]) -> dict[str, Any]:
    """Return the run of a session with its words."""
    waiting = redacted(run["waiting"]) if is_at_work(run) else []
    has_fleet = run["engine"] == engine.POSTGRESQL and is_named()
    words = {"words": run_words(run), "totals": totals_words(run), "has_fleet": has_fleet}
    return {**run, **words, "waiting": waiting}


def _job(job: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return a worker's job with its words, and how long ago it was taken or ended."""
    job = redacted(job)
    at = job["ended_at"] or job["since"]
    return {**job, "words": job_words(job), "at": at, "age_seconds": age(at, now)}


def _status(state: SessionState, worker: str) -> str:
    """Return how a worker of a plan is, which names it with or without `-worker`."""
    short = worker.removesuffix("-worker")
    return standing(state, short if short in state.workers else f"{short}-worker")


def _is_answered(state: SessionState, ticket_id: str) -> bool:
    ticket = state.tickets.get(ticket_id)
    return ticket is not None and ticket.closed_at is not None


def _tickets(state: SessionState, row: dict[str, Any]) -> dict[str, Any]:
    """Return what is open and what was answered; handoffs by themselves."""
    questions = [one for one in redacted(row["open"]) if one["kind"] != "handoff"]
    all_of_them = [
        {**redacted(ticket_row(one)), "resolution": redacted(one.resolution)}
        for one in reversed(state.tickets.values())
    ]
    return {
        "questions": [{**one, "files": one["artifacts"]} for one in questions],
        "handoffs": [one for one in all_of_them if one["kind"] == "handoff"],
        "closed": [one for one in all_of_them if one["closed_at"] and one["kind"] != "handoff"],
    }


def _digests(session: Session, worker: str) -> list[tuple[str, str]]:
    """Return what a receipt names, with its digest; empty where there is none to be read."""
    try:
        fields = json.loads(read_regular(session.receipt_file(worker), RECEIPT_BYTES))
        digests = {**fields["judged"], **fields["cited"]}
    except (OSError, NotReadable, ValueError, RecursionError, TypeError, KeyError):
        return []
    return [(str(name), str(digest)) for name, digest in digests.items()]


def _all(rows: Sequence[Any], drawn_row: Callable[[Any], Markup]) -> Markup:
    from markupsafe import Markup

    return Markup().join(map(drawn_row, rows))


def stopped(shown: Shown, error: WaggleError, session_id: str = "", unsent: str = "") -> str:
    """Return the page that says what stopped another, and what to do.

    One of a session is looked at again when something happens in it.
    """
    values = {"message": escaped(error.message), "hint": escaped(error.hint), "unsent": unsent}
    values["session_id"] = session_id
    return page("stopped", title="This page cannot be shown", **values, **shown._asdict())
