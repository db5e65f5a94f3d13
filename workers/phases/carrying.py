"""What others carry to a worker: accepted reports that it waits for, artefacts, handoffs.

Paths and ids, and of a handoff its beginning: whoever needs more reads the file.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sessions.errors import NoArtefact, NotReadable
from sessions.events import Event
from sessions.files import read_regular, write_changed
from sessions.folders import check_folder, make_own
from sessions.session import record
from workers.catalog import worker_if_known
from workers.handing import ARTEFACTS
from workers.hive.coordination import accepted_by, open_handoffs, ticket_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import SessionState, Ticket
    from workers.catalog import Worker
    from workers.reporting.artefacts.accepted import Accepted

_PLAN_BYTES = 4 * 1024 * 1024
_HANDOFFS = 20  # that are put into a prompt; the others stay open
_SUMMARY_CHARACTERS = 200
_PATHS = 10
_GIVEN = "given to the model with its task"


def required(session: Session, state: SessionState, worker: Worker) -> list[dict[str, Any]]:
    """Return a row for each worker that the plan says this one waits for, with its report's files.

    Artefacts of accepted reports are written beside them. The caller holds the session's lock.
    """
    names = dict.fromkeys(_waits_for(session.plan_file, worker))
    waited_for = (worker_if_known(name, session.root) for name in names)
    return [_row(session, state, one) for one in waited_for if one is not None]


def _waits_for(plan: Path, worker: Worker) -> Iterator[str]:
    """Yield the short names of whom a worker waits for; nothing where no plan can be read."""
    if not os.path.lexists(plan):
        return
    try:
        stored = json.loads(read_regular(plan, _PLAN_BYTES))
    except (OSError, NotReadable, ValueError, RecursionError):
        return  # `run` tells what is wrong with it
    rows = stored.get("assignments") if isinstance(stored, dict) else None
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("worker") in {worker.name, worker.full_name}:
            names = row.get("depends_on")
            for name in names if isinstance(names, list) else []:
                yield str(name).removesuffix("-worker")


def _row(session: Session, state: SessionState, worker: Worker) -> dict[str, Any]:
    row: dict[str, Any] = {"worker": worker.full_name, "accepted": False}
    if worker.full_name not in state.workers:
        return row
    from workers.phases.artefact import read_accepted  # late: most workers wait for nobody

    try:
        accepted = read_accepted(session, state, [worker])
    except NoArtefact:
        return row
    return {
        "worker": worker.full_name,
        "accepted": True,
        "notes_file": str(session.notes_file(worker.name)),
        "json_file": str(session.json_file(worker.name)),
        "artefacts": _artefacts(session, worker, accepted),
    }


def _artefacts(session: Session, worker: Worker, accepted: Accepted) -> dict[str, str]:
    """Write the artefacts of an accepted report; returns the file of each kind that has one."""
    files: dict[str, str] = {}
    folder = session.path / "workers" / "artefacts"
    make_own(folder, session.home)
    check_folder(folder)
    from workers.reporting.artefacts import build

    for kind in ARTEFACTS:
        with suppress(NoArtefact):
            made = build(kind, accepted)
            file = folder / f"{worker.name}_{kind}.{made.suffix}"
            write_changed(file, made.text.encode())
            files[kind] = str(file)
    return files


def handed_rows(state: SessionState, worker: str) -> list[dict[str, Any]]:
    """Return the handoffs to a worker: those that it accepted, then those that are open."""
    return [ticket_row(one) for one in (*accepted_by(state, worker), *open_handoffs(state, worker))]


def take_over(session: Session, worker: str) -> None:
    """Accept for a model what is handed to it and goes into its prompt: it has no command for it.

    The caller does not hold the session's lock.
    """
    with session.locked():
        state = session.state()
        room = max(0, _HANDOFFS - len(accepted_by(state, worker)))
        waiting = open_handoffs(state, worker)[:room]
        record(session, *(_accepted(worker, ticket) for ticket in waiting))


def _accepted(worker: str, ticket: Ticket) -> Event:
    about = {"id": ticket.id, "text": _GIVEN}
    return Event("handoff_accepted", worker, "close", ticket.id, extra=about)


def in_prompt(session: Session, worker: str, rows: list[dict[str, Any]]) -> str:
    """Return what a model is told of all this: a line each, empty where there is nothing."""
    taken = accepted_by(session.state(), worker)[-_HANDOFFS:]
    return "\n".join([*(_of_report(session, row) for row in rows), *map(_of_handoff, taken)])


def _of_report(session: Session, row: dict[str, Any]) -> str:
    if not row["accepted"]:
        return f"- {row['worker']}: no accepted report"
    files = [row["notes_file"], row["json_file"], *row["artefacts"].values()]
    listed = ", ".join(os.path.relpath(file, session.root) for file in files)
    return f"- {row['worker']}, accepted report: {listed}"


def _of_handoff(ticket: Ticket) -> str:
    from workers.reporting.artefacts.accepted import one_line

    text = one_line(ticket.text, _SUMMARY_CHARACTERS)
    paths = ", ".join(one_line(path) for path in ticket.artifacts[:_PATHS])
    return f"- {ticket.id} of {one_line(ticket.worker)}: {text}" + (f" ({paths})" if paths else "")
