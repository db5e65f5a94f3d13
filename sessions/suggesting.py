"""What to say of a session that is not there: which one was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import NoSuchSession, shown

if TYPE_CHECKING:
    from pathlib import Path

_LISTED = 8


def _near(session_id: str, existing: list[str]) -> str | None:
    """Return the one session that was probably meant: begun alike, or spelt nearly so."""
    begun = [known for known in existing if known.startswith(session_id)]
    if begun:
        return begun[0] if len(begun) == 1 else None
    import difflib

    return next(iter(difflib.get_close_matches(session_id, existing, 1, cutoff=0.8)), None)


def no_such_session(root: Path, session_id: str, existing: list[str]) -> NoSuchSession:
    """Return what to say of a session that is not there, with those that are."""
    hint = "Take one of those, or make one with --setup --task TEXT."
    if not existing:
        known, hint = "there is none yet", "Make one with --setup --task TEXT."
    elif near := _near(session_id, existing):
        known = f"did you mean {near}?"
    else:
        more = f" and {len(existing) - _LISTED} more" if len(existing) > _LISTED else ""
        known = "there are " + ", ".join(existing[:_LISTED]) + more
    return NoSuchSession(f"no session {shown(session_id)} below {shown(root)}: {known}", hint)
