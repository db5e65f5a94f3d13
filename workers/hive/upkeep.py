"""Looking after sessions: doctor, archives, settings, as answers."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions import archive as archives
from sessions import leftovers, removal
from sessions.addresses import without_user
from sessions.doctor import LEFT, Fault, examine, mend, told
from sessions.errors import Busy, Foreign, WaggleError, escaped
from sessions.location import ARCHIVES, SESSIONS
from sessions.lock import is_held
from sessions.session import open_session, session_at, session_ids
from sessions.settings import MEANINGS, engine, settings, settings_and_ignored, share
from sessions.worktrees import sessions_home
from workers.contract import Answer
from workers.hive.status import Look, liveness
from workers.review.silences import silences_of

if TYPE_CHECKING:
    from sessions.session import Session

_LISTED = 10


def doctor(root: Path, session_id: str | None, *, fix: bool) -> Answer:
    """Tell what is wrong with a session, or with all; `failed` while something is.

    Raises NoSuchSession, and OSError when the disk refuses a cure.
    """
    if session_id is None:
        sessions = [session_at(root, known) for known in session_ids(root)]
    else:
        sessions = [open_session(root, session_id)]
    rows = [_examined(session, fix=fix) for session in sessions]
    lines = [line for row in rows for line in _lines(row)]
    beside = [] if session_id else _beside(root, fix=fix)
    word = "fixed" if fix else "found"
    lines += [f"{word}: {told(Fault(str(path), LEFT, 'remove it'))}" for path in beside]
    left = any(row["left"] for row in rows) or (beside and not fix)
    text = "\n".join(map(escaped, lines)) or "no session"
    fields = {"sessions": rows, "leftovers": list(map(str, beside))}
    return Answer(text, fields, "failed" if left else "completed")


def _beside(root: Path, *, fix: bool) -> list[Path]:
    """Return what killed commands left beside the sessions of a root; `fix` removes it."""
    homes = sorted({root, sessions_home(root)})
    if fix:
        return [path for home in homes for path in archives.sweep(home)]
    return [
        path
        for home in homes
        for path in leftovers.beside_sessions(home / SESSIONS, home / ARCHIVES)
    ]


def _examined(session: Session, *, fix: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"session_id": session.id, "fixed": [], "left": []}
    try:
        faults = mend(session) if fix else examine(session)
        left = examine(session) if fix and faults else faults
    except (WaggleError, OSError) as error:
        reason = error.message if isinstance(error, WaggleError) else str(error)
        return {**row, "left": [{"file": str(session.path), "message": reason, "cure": ""}]}
    row["left"] = [fault._asdict() for fault in left]
    row["fixed"] = [fault._asdict() for fault in faults if fault not in left]
    row["lines"] = [f"fixed: {told(fault)}" for fault in faults if fault not in left]
    row["lines"] += [told(fault) for fault in left]
    return row


def _lines(row: dict[str, Any]) -> list[str]:
    lines = row.pop("lines", None)
    if lines is None:
        lines = [f"{fault['file']}: {fault['message']}" for fault in row["left"]]
    if not lines:
        return [f"{row['session_id']}: in order; its files say what its event log says"]
    return [f"{row['session_id']}:", *map("  {}".format, lines)]


def archive(root: Path, session_id: str) -> Answer:
    """Archive a session; raises NoSuchSession."""
    file = archives.archive(open_session(root, session_id))
    return Answer(
        f"archived in {escaped(str(file))}", {"session_id": session_id, "archive": str(file)}
    )


def restore(root: Path, file: Path) -> Answer:
    """Make a session of an archive; raises BadArchive."""
    session, left_out = archives.restore(root, file)
    lines = [f"restored {session.id} in {session.path}"]
    lines += [f"left out: {name} (no file of a session)" for name in left_out[:_LISTED]]
    if len(left_out) > _LISTED:
        lines.append(f"left out: {len(left_out) - _LISTED} more")
    fields = {"session_id": session.id, "path": str(session.path), "left_out": list(left_out)}
    return Answer("\n".join(map(escaped, lines)), fields)


def hold(root: Path, session_id: str, event_type: str) -> Answer:
    """Pause or resume a session."""
    state = archives.hold(open_session(root, session_id), event_type)
    return Answer(
        f"session {session_id} is {state.status}",
        {"session_id": session_id, "session_status": state.status},
    )


def prune(root: Path, older_than: str, *, dry_run: bool) -> Answer:
    """Remove the folders of sessions archived so long ago."""
    pruned = removal.prune(root, removal.age_of(older_than), dry_run=dry_run)
    word = "would be removed" if dry_run else "removed"
    lines = [f"{word}: {name}" for name in pruned.removed] or ["nothing to remove"]
    lines += [
        f"not archived: {name} (session archive {name} first, or session delete {name})"
        for name in pruned.not_archived[:_LISTED]
    ]
    if len(pruned.not_archived) > _LISTED:
        lines.append(f"not archived: {len(pruned.not_archived) - _LISTED} more")
    fields = {
        "removed": [] if dry_run else pruned.removed,
        "found": pruned.removed,
        "not_archived": pruned.not_archived,
    }
    return Answer("\n".join(lines), fields)


def question(root: Path, session_id: str) -> str:
    """Return what is asked before a session is deleted; nothing where it is gone already."""
    session = session_at(root, session_id)
    if not os.path.lexists(session.path):
        return ""
    count = sum(len(files) for _, _, files in os.walk(session.path))
    archive = "its archive stays" if session.archive_file.is_file() else "it has no archive"
    return f"Delete session {session_id} with its {count} files ({archive})?"


def delete(root: Path, session_id: str, *, force: bool) -> Answer:
    """Remove a session's folder; what a killed command left of it too. An archive stays.

    Raises NoSuchSession, and Busy while somebody works in it, unless `force` is given.
    """
    if not removal.remove_rest(root, session_id):
        session = open_session(root, session_id)
        if not force:
            _check_idle(session)
        removal.remove(session, "deleted")
    file = session_at(root, session_id).archive_file
    rest = f"; its archive stays: {file}" if file.is_file() else ""
    fields = {"session_id": session_id, "archive": str(file) if rest else None}
    return Answer(escaped(f"deleted {session_id}{rest}"), fields)


def _check_idle(session: Session) -> None:
    """Raise Busy where a worker is at work or a run goes on, Foreign for another's session."""
    state = session.state()
    hint = f"Add --force to delete it all the same: session delete {session.id} --force."
    if state.foreign:
        raise Foreign(f"session {session.id} was made by another program", hint)
    look = Look(datetime.now(UTC), settings(session.root), Path())
    for name, worker in state.workers.items():
        if is_held(session.path / f".{name.removesuffix('-worker')}-run.lock"):
            raise Busy(f"{name} is run in session {session.id} at this moment", hint)
        if state.held is None and liveness(worker, look) == "alive":
            raise Busy(
                f"{name} is at work in session {session.id}: its last sign of life was at"
                f" {worker.heartbeat_at}",
                hint,
            )


def config(root: Path, named: str | None) -> Answer:
    """Show every setting, its value and source, what is ignored and what is silenced.

    Raises BadInput.
    """
    known, ignored = settings_and_ignored(root)
    rows = [
        {"name": name, "value": one.value, "source": one.source, "meaning": MEANINGS[name]}
        for name, one in known.items()
    ]
    shared = share()
    meaning = "whether other users may read sessions made from now on; never from a repository"
    rows.append(
        {"name": "share", "value": shared.value, "source": shared.source, "meaning": meaning}
    )
    database = engine()
    meaning = "the database of a fleet, or sqlite: a file of each session; never from a repository"
    value = without_user(str(database.value))
    rows.append({"name": "engine", "value": value, "source": database.source, "meaning": meaning})
    where = "--root" if named else "found from here"
    rows.insert(
        0, {"name": "root", "value": str(root), "source": where, "meaning": "the repository"}
    )
    lines = [f"{row['name']} = {row['value']}  ({row['source']}): {row['meaning']}" for row in rows]
    lines += [one.line for one in ignored]
    silences = silences_of(root)
    lines += [
        f"{one.code} is silenced for {one.path}  ({silences.source}): {one.reason}"
        for one in silences.entries
    ]
    lines += silences.objections
    fields = {
        "settings": rows,
        "ignored": [one._asdict() for one in ignored],
        "silences": {
            **silences._asdict(),
            "entries": [one._asdict() for one in silences.entries],
        },
    }
    return Answer("\n".join(map(escaped, lines)), fields)
