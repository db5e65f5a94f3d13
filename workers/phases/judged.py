"""Judged reports read again, with what their verdicts left, for every format of `report`."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, Damaged, NotReadable, NotSetUp, shown
from sessions.files import read_regular
from sessions.location import SYNTHESIS
from sessions.secrets import redacted
from sessions.session import open_session
from workers.catalog import workers_of
from workers.contract import counted
from workers.hive.coordination import worker_name
from workers.hive.queen import plan_of
from workers.phases.linking import Pages
from workers.phases.one_report import Left, Reading, object_of, rows_of
from workers.phases.receipt import accepted_digests
from workers.phases.task import task_of
from workers.reporting.formats.judgement import (
    Judgement,
    Session,
)
from workers.repository.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sessions.session import Session as Folder
    from sessions.state import SessionState, WorkerState
    from workers.catalog import Worker
    from workers.contract import WorkerOutput

_LEFT_BYTES = 64 * 1024 * 1024
_BESIDE = 5  # problems with their code on a terminal


def read_judged(root: Path, session_id: str, worker: str | None = None) -> Session:
    """Return the reports of a session that were judged, or one worker's.

    Raises NoSuchSession, and NotSetUp where the worker has no part in it, or nothing was judged.
    """
    folder = open_session(root, session_id)
    state = folder.state()
    if state.damaged_lines:
        lines = counted(state.damaged_lines, "line")
        raise Damaged(
            f"{lines} of the log of session {shown(folder.id, 80)} cannot be read",
            f"Run doctor --session {folder.id}.",
        )
    pages = Pages(folder.root)
    judgements, others = _judged(folder, state, worker, pages)
    plan = _plan(folder)
    if worker is None:
        known = {*(one.worker for one in judgements), *(name for name, _ in others)}
        others += tuple((name, "planned, not begun") for name, _ in plan if name not in known)
    if not judgements:
        nobody = (
            f"{shown(worker, 60)[1:-1]} has no part in it" if worker else "no worker was set up"
        )
        reasons = "; ".join(f"{name}: {why}" for name, why in others) or nobody
        raise NotSetUp(
            f"session {shown(folder.id, 80)} has no judged report ({reasons})",
            "Run --output of a worker first.",
        )
    timeline = [tuple(map(str, row)) for row in redacted(state.timeline)]
    return Session(
        folder.id,
        state.status,
        judgements,
        others,
        tuple(row for row in timeline if len(row) == 4),
        plan,
        redacted(_stored(folder.path / SYNTHESIS)) or None,
        only=None if worker is None else worker_name(worker),
        prefix=pages.prefix,
        root=str(folder.root),
    )


def add_code(root: Path, output: WorkerOutput) -> None:
    """Put the code beside the worst problems of a rejected report, for somebody at a terminal."""
    if output.session_id is None or output.phase == "setup" or output.status != "failed":
        return
    folder = open_session(root, output.session_id)
    judgements, _ = _judged(folder, folder.state(), output.worker)
    shown = [one for judged in judgements for one in judged.of("problem") if one.place.lines]
    output.beside = {(one.rule, one.pointer): one.place for one in shown[:_BESIDE]}


def _judged(
    folder: Folder, state: SessionState, worker: str | None, pages: Pages | None = None
) -> tuple[tuple[Judgement, ...], tuple[tuple[str, str], ...]]:
    """Return the judged reports, and of the other workers why there is none."""
    known = {one.full_name: one for one in workers_of(folder.root)}
    judgements, others = [], []
    for name, about in state.workers.items():
        if about.set_up_at is None or (worker is not None and name != worker_name(worker)):
            continue
        if name not in known:
            others.append((name, "no worker of this name is known here"))
        elif isinstance(reading := _reading(folder, known[name], about, pages), str):
            others.append((name, reading))
        else:
            judgements.append(reading.judgement())
    return tuple(judgements), tuple(others)


def _plan(folder: Folder) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return who waits for whom; empty without a plan that can be read."""
    plan = plan_of(folder)
    try:
        return tuple(
            (worker_name(one.worker), tuple(map(worker_name, one.depends_on)))
            for one in (plan.assignments if plan else ())
        )
    except BadInput:
        return ()


def _stored(file: Path, digests: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Return a JSON object that the program wrote; None without one, or with another digest."""
    try:
        data = read_regular(file, _LEFT_BYTES)
        fields = json.loads(data)
    except (OSError, NotReadable, ValueError, RecursionError):
        return None
    if digests is not None and digests.get(file.name) != sha256(data).hexdigest():
        return None
    return fields if isinstance(fields, dict) else None


def _reading(
    folder: Folder, worker: Worker, about: WorkerState, pages: Pages | None
) -> Reading | str:
    """Return one worker's report and what its verdict left; else why nothing can be said of it.

    Of an accepted one that was changed since, the verdict says nothing any more.
    """
    from workers.delivery.delivery import Expected, read_delivery

    verdict = about.last_verdict
    if verdict is None:
        return "not judged yet"
    written = [folder.problems_file(worker.name), folder.claims_file(worker.name)]
    problems, claims = (_stored(file, verdict.get("written", {})) for file in written)
    if problems is None or claims is None:
        return "what its verdict left is not there any more: judge it again with --output"
    files = folder.notes_file(worker.name), folder.json_file(worker.name)
    expected = Expected(folder.id, kind=about.kind)
    left = Left(
        session_id=folder.id,
        accepted=bool(verdict["accepted"]),
        judged_at=str(verdict["at"]),
        judged=verdict["judged"],
        claims=claims,
        problems=rows_of(problems, "problems"),
        verdicts=tuple(about.verdicts),
        task=task_of(folder, worker.name) or "",
        seconds=_number(object_of(verdict, "metrics").get("seconds")),
        proofs=tuple(about.proofs),
    )
    repository = Repository(folder.root, about.root)
    reading = Reading(read_delivery(worker, repository, *files, expected), left, pages)
    if left.accepted:
        accepted = accepted_digests(folder, worker, about)
        if isinstance(accepted, str):
            return f"{accepted}: judge it again with --output"
        if accepted != reading.delivery.digests:
            return "changed since it was accepted: judge it again with --output"
    return reading


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
