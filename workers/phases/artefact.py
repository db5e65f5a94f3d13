"""An artefact of a session: made of the reports that were accepted, as they were then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sessions.errors import NotSetUp, escaped, shown
from sessions.secrets import redacted
from sessions.session import open_session
from workers.catalog import workers_of
from workers.contract import Answer
from workers.handing import artefact_kind
from workers.hive.coordination import worker_name
from workers.phases.out_file import write_out
from workers.phases.receipt import accepted_delivery

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import SessionState, WorkerState
    from workers.catalog import Worker
    from workers.delivery.delivery import Delivery
    from workers.reporting.artefacts.accepted import Accepted, Report


def artefact(
    root: Path, session_id: str, kind: str, worker: str | None = None, out: Path | None = None
) -> Answer:
    """Return an artefact of all accepted reports of a session, or of one worker's; writes `out`.

    Raises BadInput for a kind that is not known, NoSuchSession, NotSetUp for a worker that has no
    part in it, NoArtefact where no report is accepted or none has anything for it.
    """
    from workers.reporting.artefacts import build

    chosen = artefact_kind(kind)
    session = open_session(root, session_id)
    state = session.state()
    accepted = read_accepted(session, state, _meant(session, state, worker))
    made = build(chosen, accepted)
    file = None if out is None else write_out(made.text, out)
    return Answer(
        made.text.removesuffix("\n") if file is None else _where(chosen, accepted, file),
        {
            "session_id": session.id,
            "kind": chosen,
            "workers": [report.worker for report in accepted.reports],
            "not_accepted": [{"worker": name, "reason": why} for name, why in accepted.others],
            "left_out": list(made.left_out),
            "file": file,
            "content": json.loads(made.text) if made.suffix == "json" else made.text,
        },
        verbatim=file is None,
    )


def _meant(session: Session, state: SessionState, worker: str | None) -> list[Worker]:
    """Return the workers whose reports are asked for; raises NotSetUp."""
    there = [one for one in workers_of(session.root) if state.is_set_up(one.full_name)]
    if worker is None:
        return there
    name = worker_name(worker)
    chosen = [one for one in there if one.full_name == name]
    if not chosen:
        known = ", ".join(one.full_name for one in there) or "none"
        raise NotSetUp(
            f"{shown(name, 60)[1:-1]} was never set up in session {state.session_id}",
            f"Workers in it: {known}.",
        )
    return chosen


def read_accepted(session: Session, state: SessionState, workers: list[Worker]) -> Accepted:
    """Return the accepted reports of some workers, and why those of the others are none.

    Raises NoArtefact where there is no accepted one.
    """
    from workers.reporting.artefacts.accepted import Accepted, Report, nothing_accepted

    read = {one.full_name: _report(session, one, state.workers[one.full_name]) for one in workers}
    reports = tuple(one for one in read.values() if isinstance(one, Report))
    others = tuple((name, one) for name, one in read.items() if isinstance(one, str))
    if not reports:
        raise nothing_accepted(f"session {session.id}", others)
    return Accepted(session.id, str(session.root), reports, others)


def _report(session: Session, worker: Worker, about: WorkerState) -> Report | str:
    """Return a worker's report as it was accepted, else why it is none."""
    delivery = accepted_delivery(session, worker, about)
    return delivery if isinstance(delivery, str) else handed(delivery)


def handed(delivery: Delivery) -> Report:
    """Return an accepted report as it is handed on: without secrets."""
    from workers.reporting.artefacts.accepted import Report

    data, formerly = redacted(delivery.data), delivery.repository.formerly
    return Report(delivery.worker.full_name, delivery.profile, data, formerly)


def _where(kind: str, accepted: Accepted, file: str) -> str:
    return escaped(f"wrote {kind} of {accepted.workers} to {file}")


def told_aside(fields: dict[str, Any]) -> list[str]:
    """Return a line for what is not in an artefact: reports that are not accepted, entries."""
    lines = [f"not in it: {row['worker']}: {row['reason']}" for row in fields["not_accepted"]]
    return lines + [
        f"not in it: {row['worker']} {row['id']}: {row['reason']}" for row in fields["left_out"]
    ]
