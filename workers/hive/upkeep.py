"""Looking after sessions: doctor, archives, settings, as answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sessions import archive as archives
from sessions.doctor import examine, mend, told
from sessions.errors import WaggleError, escaped
from sessions.session import open_session, session_at, session_ids
from sessions.settings import MEANINGS, settings
from workers.contract import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session


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
    left = any(row["left"] for row in rows)
    text = "\n".join(map(escaped, lines)) or "no session"
    return Answer(text, {"sessions": rows}, "failed" if left else "completed")


def _examined(session: Session, *, fix: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"session_id": session.id, "fixed": [], "left": []}
    try:
        faults = mend(session) if fix else examine(session)
        left = examine(session) if fix and faults else faults
    except (WaggleError, OSError) as error:
        reason = error.message if isinstance(error, WaggleError) else str(error)
        return {**row, "left": [{"file": str(session.path), "message": reason, "cure": ""}]}
    row["left"] = [asdict(fault) for fault in left]
    row["fixed"] = [asdict(fault) for fault in faults if fault not in left]
    row["lines"] = [f"fixed: {told(fault)}" for fault in faults if fault not in left]
    row["lines"] += [told(fault) for fault in left]
    return row


def _lines(row: dict[str, Any]) -> list[str]:
    lines = row.pop("lines", None)
    if lines is None:
        lines = [f"{fault['file']}: {fault['message']}" for fault in row["left"]]
    return [
        f"{row['session_id']}: {'sound' if not lines else ''}".rstrip(),
        *map("  {}".format, lines),
    ]


def archive(root: Path, session_id: str) -> Answer:
    """Archive a session; raises NoSuchSession."""
    file = archives.archive(open_session(root, session_id))
    return Answer(
        f"archived in {escaped(str(file))}", {"session_id": session_id, "archive": str(file)}
    )


def restore(root: Path, file: Path) -> Answer:
    """Make a session of an archive; raises BadArchive."""
    session = archives.restore(root, file)
    fields = {"session_id": session.id, "path": str(session.path)}
    return Answer(f"restored {session.id} in {escaped(str(session.path))}", fields)


def hold(root: Path, session_id: str, event_type: str) -> Answer:
    """Pause or resume a session."""
    state = archives.hold(open_session(root, session_id), event_type)
    return Answer(
        f"session {session_id} is {state.status}",
        {"session_id": session_id, "session_status": state.status},
    )


def prune(root: Path, older_than: str, *, dry_run: bool) -> Answer:
    """Remove the folders of sessions archived so long ago."""
    ids = archives.prune(root, archives.age_of(older_than), dry_run=dry_run)
    word = "would be removed" if dry_run else "removed"
    text = "\n".join(f"{word}: {name}" for name in ids) or "nothing to remove"
    return Answer(text, {"removed": [] if dry_run else ids, "found": ids})


def config(root: Path, given: str | None) -> Answer:
    """Tell every setting, its value and where it comes from; raises BadInput."""
    rows = [
        {"name": name, "value": one.value, "source": one.source, "meaning": MEANINGS[name]}
        for name, one in settings(root).items()
    ]
    where = "--root" if given else "found from here"
    rows.insert(
        0, {"name": "root", "value": str(root), "source": where, "meaning": "the repository"}
    )
    lines = [f"{row['name']} = {row['value']}  ({row['source']}): {row['meaning']}" for row in rows]
    return Answer("\n".join(map(escaped, lines)), {"settings": rows})
