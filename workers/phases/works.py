"""What phase 3 compares a report with: the files since the base, and what the session knows."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.bounds import DELIVERABLE_BYTES
from sessions.errors import BadInput, NotReadable, WaggleError, shown
from sessions.files import read_regular
from sessions.git import asked, commit_of
from sessions.session import session_at, session_ids
from sessions.snapshots import begin, opened
from workers.catalog import workers_of
from workers.deliverables.kinds import CHANGE
from workers.repository.work import Known, Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessions.session import Session
    from sessions.state import WorkerState
    from workers.catalog import Worker


def work_of(session: Session, worker: Worker) -> Work | None:
    """Return what was done since the base of a worker, None for an analysis without one.

    Raises Damaged where the base of a change is gone.
    """
    known = session.state().workers[worker.full_name]
    if known.base is None:
        return None
    try:
        snapshots = opened(session.root, session.base_folder(worker.name, known.base))
        now = snapshots.take()
    except WaggleError:
        if known.kind == CHANGE:
            raise
        return None
    of_session = Known()
    if known.kind == CHANGE:
        of_session = Known(
            _reported_by_others(session, worker, known),
            _unfinished(session, worker),
            tuple(known.proofs),
            tuple(known.approvals),
        )
    return Work(snapshots, known.base, now, of_session)


@contextlib.contextmanager
def compared_with(root: Path, revision: str | None) -> Iterator[Work | None]:
    """Offer what was done since a revision, without a session; None without a revision.

    Raises BadInput where there is no such revision.
    """
    if revision is None:
        yield None
        return
    commit = commit_of(root, revision)
    tree = asked(root, "rev-parse", "--verify", f"{commit}^{{tree}}") if commit else None
    if tree is None:
        raise BadInput(f"there is no revision {shown(revision)}", "Name a commit, branch or tag.")
    import tempfile  # late: a session has a folder of its own

    with tempfile.TemporaryDirectory(prefix="waggle-") as folder:
        snapshots, base = begin(root, Path(folder, "base"))
        facts = base._asdict() | {"commit": commit, "tree": tree.strip()}
        yield Work(snapshots, facts, base.tree)


def _reported_by_others(
    session: Session, worker: Worker, known: WorkerState
) -> dict[str, tuple[str, ...]]:
    """Return the paths that accepted change reports of others on this root list, and who did."""
    named: dict[str, tuple[str, ...]] = {}
    for other_id in session_ids(session.root):
        try:
            other = session_at(session.root, other_id)
            if other.root != session.root or not _is_later(other, known):
                continue
            state = other.state()
        except (WaggleError, OSError):
            continue
        for other_worker in workers_of(session.root):
            its = state.workers.get(other_worker.full_name)
            is_self = other.id == session.id and other_worker.name == worker.name
            if is_self or its is None or its.kind != CHANGE or its.root != known.root:
                continue
            if its.completed_at is None or its.completed_at < (known.started_at or ""):
                continue
            name = other_worker.full_name
            who = name if other.id == session.id else f"{name} in {other.id}"
            for path in _listed(session.root, other.json_file(other_worker.name)):
                named[path] = (*named.get(path, ()), who)
    return named


def _is_later(other: Session, known: WorkerState) -> bool:
    """Tell whether anything happened in a session after a worker began."""
    from datetime import datetime

    try:
        began = datetime.fromisoformat(known.started_at or "").timestamp()
        return other.events_file.stat().st_mtime >= began
    except (OSError, ValueError):
        return False


def _listed(root: Path, file: Path) -> Iterator[str]:
    try:
        report: Any = json.loads(read_regular(file, DELIVERABLE_BYTES))
        rows = report["changes"]
        for row in rows:
            for name in ("file", "from"):
                path = row.get(name)
                if isinstance(path, str):
                    yield path.removeprefix(f"{root}/")
    except (OSError, NotReadable, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return


def _unfinished(session: Session, worker: Worker) -> tuple[str, ...]:
    workers = session.state().workers
    return tuple(
        name
        for name, one in workers.items()
        if name != worker.full_name
        and one.kind == CHANGE
        and one.set_up_at is not None
        and one.completed_at is None  # also where the accepted outcome is that it is blocked
        and one.status != "failed"
    )
