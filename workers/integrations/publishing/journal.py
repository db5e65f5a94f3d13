"""What was sent, as events: an event for each sending, written as soon as the host has it."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sessions.errors import escaped
from sessions.events import Event
from sessions.lock import locked
from sessions.session import check_own, open_session, record
from workers.contract import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sessions.session import Session

Did = Literal["created", "updated", "unchanged"]


class Sent(NamedTuple):
    """What is now at a target: where, the digest of what we sent and of what the host has of it.

    `unchanged`: nothing was sent, since the host has it already.
    """

    target: str
    did: Did
    url: str
    digest: str
    received: str = ""

    def row(self) -> dict[str, str]:
        """Return the fields of the document."""
        return {name: getattr(self, name) for name in ("target", "did", "url", "digest")}


class Journal:
    """The events of one publication; what a killed one did not write is written by the next."""

    def __init__(self, session: Session) -> None:
        """Take the session."""
        self.session = session
        self.sent: list[Sent] = []

    def last(self, target: str) -> dict[str, Any]:
        """Return what was sent to a target last; empty where nothing was."""
        return self.session.state().published.get(target, {})

    def note(self, sent: Sent) -> None:
        """Record what is at a target, unless the last event says so already."""
        self.sent.append(sent)
        last = self.last(sent.target)
        if sent.did == "unchanged" and last.get("digest") == sent.digest:
            return
        about = {"url": sent.url, "digest": sent.digest, "received": sent.received}
        event = Event("published", "", sent.did, sent.target, extra=about)
        with self.session.locked():
            record(self.session, event)

    def answer(self, fields: dict[str, Any], warnings: list[str]) -> Answer:
        """Return what was done, a row for each target, and what a person has to know."""
        rows: dict[str, dict[str, str]] = {}
        for sent in self.sent:  # of what was made and then corrected, that it was made
            first = rows.get(sent.target, sent.row())
            rows[sent.target] = {**sent.row(), "did": first["did"]}
        lines = [f"{row['did']}: {row['target']} {row['url']}".rstrip() for row in rows.values()]
        lines += [f"warning: {warning}" for warning in warnings]
        fields = {**fields, "published": list(rows.values()), "warnings": warnings}
        return Answer("\n".join(map(escaped, lines)), fields)

    def has(self, target: str, digest: str, received: str) -> bool:
        """Tell whether a host still has what we sent, in the form that it gave to it."""
        last = self.last(target)
        return bool(last) and (last.get("digest"), last.get("received")) == (digest, received)


@contextmanager
def journal(root: Path, session_id: str) -> Iterator[Journal]:
    """Hold a session against a second publication of this machine.

    Raises NoSuchSession, Foreign, Busy while another one sends.
    """
    session = open_session(root, session_id)
    check_own(session.state())
    with locked(session.path / ".publish.lock", 0, f"the publishing of {session.id}"):
        yield Journal(session)


def digest_of(text: str) -> str:
    """Return the digest of a text, however its host ends lines and the text."""
    plain = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
