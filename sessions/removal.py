"""Removing sessions: those archived long ago, or one that nobody wants."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sessions import leftovers
from sessions.archive import sweep
from sessions.errors import BadInput, WaggleError, shown
from sessions.events import utc_now
from sessions.files import open_regular, sync_folder
from sessions.location import check_inside
from sessions.packed import check, digests_of
from sessions.patterns import lazy_pattern
from sessions.session import fold_log, open_session, session_at, session_ids
from sessions.worktrees import sessions_home

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session

_AGE = lazy_pattern(r"(?P<number>[0-9]{1,5})(?P<unit>[smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
# What follows from the events: it changed when the event that says "archived" came.
_AFTERWARDS = frozenset({"EVENTS.jsonl", "STATE.json", "METRICS.json", "SESSION.md"})


class Pruned(NamedTuple):
    """The sessions that were removed, and those old enough that have no archive yet."""

    removed: list[str]
    not_archived: list[str]


def age_of(text: str) -> timedelta:
    """Return an age such as 30d, 12h or 90m; raises BadInput."""
    match = _AGE.fullmatch(text)
    if match is None:
        raise BadInput(f"age {shown(text, 40)} is malformed", "Give a number and s, m, h, d or w.")
    return timedelta(**{_UNITS[match["unit"]]: int(match["number"])})


def prune(root: Path, older: timedelta, *, dry_run: bool) -> Pruned:
    """Remove the folders of sessions that were archived so long ago.

    Only where the archive still holds everything: a folder is never the last copy that goes.
    """
    limit = (datetime.now(UTC) - older).isoformat()
    pruned = Pruned([], [])
    if not dry_run:
        for home in sorted({root, sessions_home(root)}):
            check_inside(home)
            sweep(home)
    for session_id in session_ids(root):
        session = session_at(root, session_id)
        status = _status_before(session, limit)
        if status is None:
            continue
        if status != "archived":
            pruned.not_archived.append(session_id)
        elif _is_archived_whole(session):
            if not dry_run:
                remove(open_session(root, session_id), "pruned")
            pruned.removed.append(session_id)
    return pruned


def _status_before(session: Session, limit: str) -> str | None:
    """Return the status of a session that was written last before a time; None for another."""
    try:
        state = fold_log(session).state
    except (OSError, WaggleError):  # one that cannot be looked at stays, and stops no other
        return None
    return state.status if (state.updated_at or utc_now()) <= limit else None


def _is_archived_whole(session: Session) -> bool:
    try:
        with open_regular(session.archive_file) as file:
            contents = check(file)
        there = digests_of(session.path)
    except (OSError, WaggleError):
        return False
    return contents.session_id == session.id and all(
        digest == contents.digests.get(name)
        for name, digest in there.items()
        if name not in _AFTERWARDS
    )


def remove(session: Session, why: str) -> None:
    """Remove a session's folder: gone at once for all others, and durably.

    `why` is `pruned` or `deleted`. What a kill leaves of it is beside the sessions, under a name
    that the next such command removes. Raises Busy while another process holds the session.
    """
    aside = leftovers.aside(session.path, why)
    with session.locked(), leftovers.claimed(session.path):
        session.path.rename(aside)
        sync_folder(aside.parent)
        leftovers.remove_folder(aside)


def remove_rest(root: Path, session_id: str) -> bool:
    """Remove what a killed command left of a session that is gone; tells whether there was any."""
    session = session_at(root, session_id)
    if os.path.lexists(session.path):
        return False
    return bool(sweep(session.home, session_id))
