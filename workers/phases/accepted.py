"""The accepted reports of a session as the scribe compares them, and why others are left out."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.errors import BadPlan, NotReadable
from sessions.files import read_regular
from workers.catalog import workers_of
from workers.hive.queen import read_plan
from workers.hive.scribe.account import Account, Cited
from workers.hive.scribe.synthesis import LeftOut
from workers.phases.receipt import accepted_delivery, compared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessions.session import Session
    from sessions.state import SessionState, WorkerState
    from workers.catalog import Worker
    from workers.delivery.delivery import Delivery

_CLAIMS_BYTES = 64 * 1024 * 1024
# Where the ledger has a claim of an entry as a whole: the fields that it decides.
_OF_ENTRY = {
    "endpoint": ("method", "path"),
    "success_status": ("response_format/success_status",),
}


def reports_of(session: Session, state: SessionState) -> tuple[list[Account], list[LeftOut]]:
    """Return the accepted reports, and every other worker with its state."""
    accounts: list[Account] = []
    left_out = [
        LeftOut(name, "planned", "It is in the plan, and was never set up.")
        for name in _planned(session)
        if not state.is_set_up(name)
    ]
    known = {worker.full_name: worker for worker in workers_of(session.root)}
    for name, about in state.workers.items():
        if about.set_up_at is None:
            continue
        if name not in known:
            why = "No worker of this name is known here."
            left_out.append(LeftOut(name, "unknown worker", why))
            continue
        read = _report(session, known[name], about)
        (accounts if isinstance(read, Account) else left_out).append(read)  # type: ignore[arg-type]
    return accounts, left_out


def _planned(session: Session) -> list[str]:
    """Return the workers of the session's plan, none where there is no plan that can be read."""
    if not os.path.lexists(session.plan_file):
        return []
    try:
        assignments = read_plan(session).assignments
    except BadPlan:
        return []
    return [f"{one.worker.removesuffix('-worker')}-worker" for one in assignments]


def _report(session: Session, worker: Worker, about: WorkerState) -> Account | LeftOut:
    """Read a report that is accepted and unchanged since; else say what it is."""
    name = worker.full_name
    verdict = about.last_verdict
    if verdict is None:
        return LeftOut(name, "not judged", "It was set up, and --output was never run.")
    if not verdict["accepted"]:
        return LeftOut(name, "rejected", "Its last verdict lists what is wrong.")
    beside = compared(session, worker, about)
    if beside.report:
        return LeftOut(name, "changed since it was accepted", f"{'; '.join(beside.report)}.")
    delivery = accepted_delivery(session, worker, about)
    if isinstance(delivery, str):  # changed while it was compared
        return LeftOut(name, "changed since it was accepted", f"{delivery}.")
    data = delivery.data
    facts = {
        "kind": about.kind,
        "outcome": about.outcome,
        "accepted_at": verdict["at"],
        "receipt": verdict["receipt"],
        "file": str(session.json_file(worker.name)),
        "cited_changed": beside.cited,
    }
    root = delivery.claimed_root or str(session.root)
    account = Account(name, data, delivery.profile.lists, root, _verdicts(session, worker), facts)
    return replace(account, quoted=tuple(_quoted(delivery, account)))


def _quoted(delivery: Delivery, account: Account) -> Iterator[Cited]:
    """Yield the quotations of the notes whose Evidence line cites one place."""
    for fence in delivery.notes.quotations() if delivery.notes else ():
        if len(fence.quotes) > 1:
            continue  # it stands at one of them
        first = fence.quotes[0]
        end = max(first.line, first.end_line or first.line)
        where = f"{Path(delivery.notes_file).name}:{fence.number}"
        yield Cited(account.relative(first.path), first.line, end, fence.content, where)


def _verdicts(session: Session, worker: Worker) -> dict[str, str]:
    """Return what became of the claims of the last verdict, by pointer; empty without the file."""
    try:
        rows = json.loads(read_regular(session.claims_file(worker.name), _CLAIMS_BYTES))
        listed = rows["claims"]
        return {pointer: str(row["verdict"]) for row in listed for pointer in _pointers(row)}
    except (OSError, NotReadable, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _pointers(row: Mapping[str, Any]) -> Iterator[str]:
    pointer = str(row["pointer"])
    yield from (f"{pointer}/{name}" for name in _OF_ENTRY.get(str(row["kind"]), ()))
    if row["kind"] not in _OF_ENTRY:
        yield pointer
