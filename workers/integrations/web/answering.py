"""The one thing that the page writes: the owner's answer to a blocker or an escalation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import BadInput, NoSuchTicket, shown
from sessions.session import open_session
from workers.hive.coordination import OWNER, close

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("escalation", "blocker")


def answer(root: Path, session_id: str, ticket_id: str, text: str) -> None:
    """Record the owner's answer, as `resolve` does.

    Raises NoSuchSession, NoSuchTicket also for one that is closed already, BadInput for a text that
    is empty or too long, Busy.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise BadInput("the answer is empty", "Go back, and write what the worker has to know.")
    ticket = open_session(root, session_id).state().tickets.get(ticket_id)
    if ticket is not None and ticket.closed_at is not None and ticket.kind in KINDS:
        raise NoSuchTicket(
            f"{ticket.id} is closed already, by {shown(ticket.closed_by, 60)}",
            "Look at the session: it says what the answer was.",
        )
    close(root, session_id, OWNER, ticket_id, text, kinds=KINDS)
