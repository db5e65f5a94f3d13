"""The receipt of an accepted report, and whether what was judged still stands."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.bounds import DELIVERABLE_BYTES
from sessions.errors import NotReadable, shown
from sessions.files import open_regular, read_regular, write_atomic
from sessions.git import head
from sessions.session import PROMPT_BYTES, fold_log, open_session
from workers import __version__
from workers.catalog import workers_of
from workers.codes.changes import OWNERS
from workers.contract import Answer, counted, to_json
from workers.deliverables.kinds import ANALYSIS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import WorkerState
    from workers.catalog import Worker
    from workers.delivery.delivery import Delivery
    from workers.review.review import Review

SCHEMA_VERSION = 1
RECEIPT_BYTES = 16 * 1024 * 1024
_FORM = {"judged": dict, "cited": dict, "commit": str | None, "previous_event": str | None}


def receipt_of(delivery: Delivery, judged: Review) -> dict[str, Any]:
    """Return what a receipt says of the delivery: digests (SHA-256) of all that was judged."""
    from workers.review.checks import checks_of

    return {
        "judged": delivery.digests,
        "cited": cited_files(delivery),
        "checks": [check.__name__ for check in checks_of(delivery.profile)],
        "scores": judged.computed.document() if delivery.kind == ANALYSIS else None,
        **_of_changes(delivery, judged),
    }


def cited_files(delivery: Delivery) -> dict[str, str]:
    """Return the SHA-256 of every file of the repository that was opened to judge a delivery."""
    return {source.path: source.digest for source in delivery.repository.opened()}


def _of_changes(delivery: Delivery, judged: Review) -> dict[str, Any]:
    """Return what an accepted report on changes rests on: trees, runs, what the owner looks at."""
    work = delivery.work
    if work is None or delivery.kind == ANALYSIS:
        return {}
    runs = [row for row in work.session.records if row.get("tree") == work.now]
    names = ("name", "command", "definition", "status", "exit_code", "sandbox")
    return {
        "kind": delivery.kind,
        "base": work.tree,
        "tree": work.now,
        "outcome": delivery.object("outcome").get("status"),
        "proofs": [{name: row.get(name) for name in names} for row in runs],
        "needs_approval": [
            {"code": one.code, "message": one.message}
            for one in judged.problems
            if one.code in OWNERS
        ],
    }


def write_receipt(
    session: Session,
    worker: Worker,
    judged: dict[str, Any],
    commit: tuple[str | None, bool | None],
    last: dict[str, Any] | None,
) -> str:
    """Write the receipt of an accepted report.

    `judged` is what `receipt_of` said, `commit` what `sessions.git.head` did, `last` the verdict
    before. Returns the receipt's own digest, which the event of the verdict carries. The caller
    holds the session's lock: `previous_event` is the log's last.
    """
    fields = {
        "schema_version": SCHEMA_VERSION,
        "worker": worker.full_name,
        "session_id": session.id,
        "program_version": __version__,
        "project_root": str(session.root),
        "commit": commit[0],
        "dirty": commit[1],
        "prompt": _digest(session.prompt_file(worker.name), PROMPT_BYTES),
        **judged,
        "previous_event": _last_line_digest(session.events_file),
    }
    file = session.receipt_file(worker.name)
    stored = _read(file)
    if stored is not None and last is not None and stored[1] == last["receipt"]:
        fields["previous_event"] = stored[0].get("previous_event")
        if stored[0] == fields:
            return stored[1]  # judged again, and nothing is new: the one that is there stays true
        fields["previous_event"] = _last_line_digest(session.events_file)
    data = to_json(fields).encode()
    write_atomic(file, data)
    return hashlib.sha256(data).hexdigest()


def _read(file: Path) -> tuple[dict[str, Any], str] | None:
    """Return a receipt and its digest, None if there is none that can be read."""
    try:
        data = read_regular(file, RECEIPT_BYTES)
        fields = json.loads(data)
    except (OSError, NotReadable, ValueError, RecursionError):
        return None
    well_formed = isinstance(fields, dict) and all(
        isinstance(fields.get(name), kind) for name, kind in _FORM.items()
    )
    return (fields, hashlib.sha256(data).hexdigest()) if well_formed else None


def accepted_delivery(session: Session, worker: Worker, about: WorkerState) -> Delivery | str:
    """Return a worker's two files as they were accepted; else why they are none."""
    digests = accepted_digests(session, worker, about)
    if isinstance(digests, str):
        return digests
    from workers.delivery.delivery import Expected, read_delivery
    from workers.repository.repository import Repository

    notes, json_file = session.notes_file(worker.name), session.json_file(worker.name)
    expected = Expected(session.id, kind=about.kind)
    repository = Repository(session.root, about.root)
    delivery = read_delivery(worker, repository, notes, json_file, expected)
    return delivery if delivery.digests == digests else "changed since it was accepted"


def accepted_digests(session: Session, worker: Worker, about: WorkerState) -> dict[str, str] | str:
    """Return the SHA-256 of the two files of an accepted report; else why it is none."""
    verdict = about.last_verdict
    if verdict is None:
        return "not judged yet"
    if not verdict["accepted"]:
        return "rejected"
    there = _read(session.receipt_file(worker.name))
    if there is None or there[1] != verdict["receipt"]:
        return "its receipt is missing or another one"
    return dict(there[0]["judged"])


def _last_line_digest(log: Path) -> str | None:
    try:
        with open_regular(log) as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 1024 * 1024))
            lines = file.read().splitlines()
    except FileNotFoundError:
        return None
    return hashlib.sha256(lines[-1]).hexdigest() if lines else None


def _digest(file: Path, limit: int) -> str | None:
    try:
        return hashlib.sha256(read_regular(file, limit)).hexdigest()
    except (OSError, NotReadable):
        return None


def verify(root: Path, session_id: str, worker: str | None = None) -> Answer:
    """Tell of each accepted report whether it and the code are still those that were judged.

    `completed` when every report that the session has holds, `failed` otherwise. Raises
    NoSuchSession.
    """
    session = open_session(root, session_id)
    state = fold_log(session, whole=True).state
    known = [one for one in workers_of(session.root) if one.full_name in state.workers]
    rows = [
        compared(session, one, state.workers[one.full_name]).row
        for one in known
        if worker is None or worker in {one.name, one.full_name}
    ]
    holds = bool(rows) and all(row["status"] == "holds" for row in rows)
    lines = [line for row in rows for line in _told(row)]
    text = "\n".join(lines) or f"no worker was set up in {session.id}"
    return Answer(text, {"workers": rows}, "completed" if holds else "failed")


def _told(row: dict[str, Any]) -> list[str]:
    """Say what was compared, and what differs."""
    if row["status"] == "not accepted":
        return [f"{row['worker']}: not accepted, so there is nothing to compare"]
    files = row.get("cited_files")
    with_what = f", {counted(files, 'cited file')}" if files is not None else ""
    word = "unchanged" if row["status"] == "holds" else row["status"]
    return [
        f"{row['worker']}: {word} since it was accepted at {row['accepted_at']}",
        *(f"  {shown(what, 300)[1:-1]}" for what in row["changed"]),
        f"  compared with the receipt: the task, both files{with_what}, the event log",
    ]


class Compared(NamedTuple):
    """A report beside its receipt: the row that `verify` tells, and what differs.

    `report` are differences of the session, `cited` those of the code that the report cites.
    """

    row: dict[str, Any]
    report: list[str]
    cited: list[str]


def compared(session: Session, worker: Worker, state: WorkerState) -> Compared:
    """Compare a worker's report, and what it cites, with its receipt."""
    verdict = state.last_verdict
    row: dict[str, Any] = {"worker": worker.full_name, "status": "not accepted", "changed": []}
    if verdict is None or not verdict["accepted"]:
        return Compared(row, [], [])
    row["accepted_at"] = verdict["at"]
    file = session.receipt_file(worker.name)
    there = _read(file)
    why = f"{file.name}: missing or unreadable"
    if there is not None and there[1] != verdict["receipt"]:
        why, there = f"{file.name}: not the one of the verdict", None
    if there is None:
        return Compared({**row, "status": "changed", "changed": [why]}, [why], [])
    fields = there[0]
    report = list(_changed_report(session, worker, fields))
    cited = list(_changed_code(session, fields))
    commit, dirty = head(session.root)
    row |= {
        "judged_commit": fields["commit"],
        "commit": commit,
        "dirty": dirty,
        "cited_files": len(fields["cited"]),
        "changed": [*report, *cited],
        "status": "changed" if report or cited else "holds",
    }
    return Compared(row, report, cited)


def _changed_report(session: Session, worker: Worker, fields: dict[str, Any]) -> Iterable[str]:
    """Yield what differs of the session: the task, the two files, the events before the verdict."""
    prompt = session.prompt_file(worker.name)
    notes, json_file = session.notes_file(worker.name), session.json_file(worker.name)
    for file, limit, then in (
        (prompt, PROMPT_BYTES, fields.get("prompt")),
        (notes, DELIVERABLE_BYTES, fields["judged"].get(notes.name)),
        (json_file, DELIVERABLE_BYTES, fields["judged"].get(json_file.name)),
    ):
        there = _digest(file, limit)
        if there is None:
            yield f"{file.name}: missing or unreadable"
        elif there != then:
            yield f"{file.name}: changed since it was accepted"
    if not _follows(session, fields["previous_event"]):
        yield f"{session.events_file.name}: the events before the verdict are not those of then"


def _changed_code(session: Session, fields: dict[str, Any]) -> Iterable[str]:
    """Yield the cited files that differ."""
    from workers.repository.repository import Repository
    from workers.repository.source import Source

    repository = Repository(session.root)
    for path, digest in fields["cited"].items():
        source = repository.source(path)
        if not isinstance(source, Source):
            yield f"{path}: gone or unreadable"
        elif source.digest != digest:
            yield f"{path}: changed since it was cited"


def _follows(session: Session, previous: str | None) -> bool:
    """Tell whether the log still holds the line after which the verdict was given."""
    if previous is None:
        return True
    if not os.path.lexists(session.events_file):
        return False
    with open_regular(session.events_file) as log:
        return any(hashlib.sha256(line.rstrip(b"\n")).hexdigest() == previous for line in log)
