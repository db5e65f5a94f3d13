"""What a worker begins with: whether it is to look or to change, the base, the owner's proofs."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, BadWorker, NotReadable, OtherTask, WaggleError, shown
from sessions.folders import make_own
from sessions.snapshots import Snapshots, begin, opened
from workers.deliverables.kinds import ANALYSIS, CHANGE
from workers.worker_file import digest_of

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import WorkerState
    from workers.catalog import Worker
    from workers.proofs.definitions import Proof


class Asked(NamedTuple):
    """What phase 1 is asked for: `kind` is one of KINDS, None goes on with what was set up."""

    worker: Worker
    kind: str | None
    fresh: bool = False
    model: str | None = None
    proofs_from: str | None = None


class Begun(NamedTuple):
    """The kind of the task, the base (None where none could be recorded), the locked proofs."""

    kind: str
    base: dict[str, Any] | None
    proofs: tuple[Proof, ...] = ()
    objections: tuple[str, ...] = ()


def check_kind(session: Session, asked: Asked) -> None:
    """Raise OtherTask where the worker was set up for the other kind, BadInput for a wrong one."""
    known = session.state().workers.get(asked.worker.full_name)
    goes_on = known is not None and known.set_up_at is not None and not asked.fresh
    kind = known.kind if known and goes_on and asked.kind is None else asked.kind
    if kind == CHANGE and asked.model == "survey":
        raise changes_none()
    if asked.kind is not None and asked.kind not in asked.worker.kinds:
        raise BadInput(
            f"{asked.worker.full_name} has no tasks of the kind {asked.kind}",
            f"It has: {', '.join(asked.worker.kinds)}.",
        )
    if known and goes_on and kind != known.kind:
        raise OtherTask(
            f"{asked.worker.full_name} was set up for {known.kind} in session {session.id}",
            "Add --fresh to start over (old files are kept aside), or take another session.",
        )


def changes_none() -> BadInput:
    """Return what is wrong with a report by rule of a change."""
    return BadInput(
        "--model survey reports on code, it changes none",
        "Name another model with --kind change, or none and do the work yourself.",
    )


def begin_work(session: Session, asked: Asked) -> Begun:
    """Return what the worker begins with; the first phase 1, and --fresh, records it.

    The caller holds the session's lock. Raises Damaged where the base of a change cannot be
    recorded; an analysis goes on without one.
    """
    known = session.state().workers.get(asked.worker.full_name)
    if known is not None and not known.is_begun:
        known = None  # its job was taken, no more
    is_first = known is None or asked.fresh
    kind = (asked.kind or ANALYSIS) if known is None else asked.kind or known.kind
    if not is_first and known is not None:
        check_definition(asked.worker, known)
        base = known.base
        if kind != CHANGE or base is None:
            return Begun(kind, base)
        folder = session.base_folder(asked.worker.name, base)
        return Begun(kind, base, *_proofs(opened(session.root, folder), base))
    folder = _unused(session, asked.worker.name)
    make_own(folder.parent, session.home)
    try:
        snapshots, recorded = begin(session.root, folder)
    except WaggleError:
        if kind == CHANGE:
            raise
        return Begun(kind, None)
    base = recorded._asdict() | {"folder": folder.name}
    if kind != CHANGE:
        return Begun(kind, base)
    base |= _elsewhere(asked, session)
    return Begun(kind, base, *_proofs(snapshots, base))


def definition_of(worker: Worker) -> str | None:
    """Return the digest of a worker's folder, None for ours; raises BadWorker."""
    if worker.is_built_in:
        return None
    try:
        return digest_of(worker.folder)
    except (OSError, NotReadable) as error:
        reason = error.message if isinstance(error, NotReadable) else error.strerror
        message = f"the folder of the worker {worker.name} cannot be read: {reason}"
        raise BadWorker(message, f"workers check {worker.name} says more.") from None


def check_definition(worker: Worker, known: WorkerState) -> None:
    """Raise BadWorker where a worker's folder is not the one that its phase 1 had.

    What a report is judged by must not be in the hands of whoever writes it.
    """
    if definition_of(worker) != known.definition:
        raise BadWorker(
            f"the folder of the worker {worker.name} was changed after phase 1",
            f"Put {shown(worker.folder, 300)} back as it was, or begin again with --fresh.",
        )


def _unused(session: Session, worker: str) -> Path:
    """Return a folder for a base: the one before is needed until the new one is recorded."""
    folder = session.base_folder(worker)
    number = 1
    while os.path.lexists(folder):
        number += 1
        folder = folder.with_name(f"{worker}-{number}")
    return folder


def forget_others(session: Session, worker: Worker, base: dict[str, Any] | None) -> None:
    """Remove the bases of a worker before the one that is recorded, and what killed ones left."""
    if base is None:
        return
    current = session.base_folder(worker.name, base)
    for folder in current.parent.glob(f"{worker.name}*"):
        is_of_worker = re.fullmatch(rf"{re.escape(worker.name)}(?:-\d+)?", folder.name)
        if is_of_worker and folder != current and not folder.is_symlink():
            import shutil  # late: there is seldom one

            shutil.rmtree(folder)


def _elsewhere(asked: Asked, session: Session) -> dict[str, str]:
    """Return where the proofs are from, by the commit's own name: a branch may move."""
    if asked.proofs_from is None:
        return {}
    from workers.proofs.definitions import pinned_option

    return {"proofs_from": pinned_option(asked.proofs_from, session.root)}


def _proofs(
    snapshots: Snapshots, base: dict[str, Any]
) -> tuple[tuple[Proof, ...], tuple[str, ...]]:
    """Return the locked proofs of a base, and what is wrong with the others."""
    from workers.proofs.definitions import owners

    defined = owners(base, lambda path: snapshots.read(base["tree"], path), snapshots.root)
    return defined.proofs, tuple(objection.line for objection in defined.objections)
