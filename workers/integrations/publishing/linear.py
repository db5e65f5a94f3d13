"""A session's verdict on an issue of Linear: one comment, and its state where that is wanted.

A report that is not accepted takes a finished issue back to work; an accepted one moves nothing
unless it is asked for: that a report is true does not say that the issue is done.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, NotSent, escaped, shown
from sessions.patterns import lazy_pattern
from workers.contract import Answer
from workers.integrations.publishing.annotations import conclusion
from workers.integrations.publishing.journal import Did, Journal, Sent, digest_of, journal
from workers.integrations.publishing.linear_api import Refused, ask, linear
from workers.integrations.publishing.sending import Lost, Policy
from workers.phases.judged import read_judged
from workers.reporting.formats import rendered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workers.integrations.publishing.sending import Host
    from workers.reporting.formats.judgement import Session

KEEP = "keep"
TYPES = ("backlog", "unstarted", "started", "completed", "canceled")
# Where people have decided, or have yet to: nothing is moved from there.
_LEFT_ALONE = frozenset({"triage", "canceled", "duplicate"})
_ISSUE = lazy_pattern(r"[A-Za-z][A-Za-z0-9]{0,20}-[1-9][0-9]{0,9}|[0-9a-f-]{36}")
_OF_ISSUE = (
    "query($id: String!) { issue(id: $id) {"
    " id identifier url state { id name type } team { id } } }"
)
_OF_COMMENT = "query($id: String!) { comment(id: $id) { id body url user { isMe } } }"
_STATES = (
    "query($team: ID!) { workflowStates(filter: {team: {id: {eq: $team}}}, first: 250)"
    " { nodes { id name type position } } }"
)
_CREATE = (
    "mutation($input: CommentCreateInput!) { commentCreate(input: $input)"
    " { success comment { id body url } } }"
)
_UPDATE = (
    "mutation($id: String!, $input: CommentUpdateInput!) { commentUpdate(id: $id, input: $input)"
    " { success comment { id body url } } }"
)
_MOVE = (
    "mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input)"
    " { success issue { state { name type } } } }"
)


class IssueTarget(NamedTuple):
    """What is published on which issue; a state is one of TYPES, a name of the team's, or KEEP."""

    session_id: str
    issue: str
    worker: str | None = None
    accepted_state: str = KEEP
    rejected_state: str = "started"


def publish_linear(
    root: Path, wanted: IssueTarget, variables: Mapping[str, str], policy: Policy | None = None
) -> Answer:
    """Publish a session's verdict; publishing it again changes nothing.

    Raises NoSuchSession, NotSetUp, BadInput for an issue or state that is none, NotSent.
    """
    session, state = _read(root, wanted)
    host = linear(variables, policy or Policy())
    with journal(root, session.session_id) as log, host.connected():
        try:
            issue = ask(host, _OF_ISSUE, id=wanted.issue).get("issue") or {}
            if "id" not in issue:
                raise NotSent(f"there is no issue {wanted.issue}", "Give --issue as in LIN-123.")
            publication = _Publication(session, issue, host, log)
            publication.comment()
            warnings = publication.move(state)
        except Lost as error:
            raise host.failed("gave no answer that can be used", str(error)) from None
    return log.answer({"session_id": session.session_id, "issue": wanted.issue}, warnings)


def planned_linear(root: Path, wanted: IssueTarget) -> Answer:
    """Return what would be sent, sending nothing and asking nobody; needs no key."""
    session, state = _read(root, wanted)
    body = rendered("linear", session)
    to_do = "left as it is" if state == KEEP else f"{state}, unless people decided on the issue"
    lines = [f"comment on {wanted.issue}:", body, f"state: {to_do}", "Nothing was sent."]
    fields = {"session_id": session.session_id, "issue": wanted.issue, "state": state}
    return Answer("\n".join(lines), {**fields, "dry_run": True, "comment": body}, verbatim=True)


def _read(root: Path, wanted: IssueTarget) -> tuple[Session, str]:
    """Return the session, and the state that its verdict asks for."""
    if not _ISSUE.fullmatch(wanted.issue):
        raise BadInput(f"{shown(wanted.issue)} is no issue", "Give --issue as in LIN-123.")
    session = read_judged(root, wanted.session_id, wanted.worker)
    by_verdict = {"success": wanted.accepted_state, "failure": wanted.rejected_state}
    return session, by_verdict.get(conclusion(session), KEEP)


class _Publication:
    """One verdict on its way to one issue."""

    def __init__(self, session: Session, issue: dict[str, Any], host: Host, log: Journal) -> None:
        self.session, self.issue, self.host, self.log = session, issue, host, log
        self.body = rendered("linear", session)
        self.target = f"linear:{issue.get('identifier') or issue['id']}"
        self.worker = f"/{session.only}" if session.only else ""

    def comment(self) -> None:
        """Write the comment under an id that follows from session and issue: there is only one."""
        target, wanted_id = f"{self.target}/comment{self.worker}", self._comment_id()
        present = self._present(wanted_id)
        did: Did = "created"
        if present is None:
            try:
                fields = {"id": wanted_id, "issueId": self.issue["id"], "body": self.body}
                written = ask(self.host, _CREATE, input=fields)["commentCreate"]
            except Refused:
                # Made meanwhile, by an answer that was lost or by somebody else's command.
                present = self._present(wanted_id)
                if present is None:
                    raise
        if present is not None:
            received = digest_of(str(present.get("body")))
            is_there = received == digest_of(self.body)
            if is_there or self.log.has(target, digest_of(self.body), received):
                self.log.note(self._sent(target, "unchanged", present))
                return
            if (present.get("user") or {}).get("isMe") is False:
                raise NotSent(
                    f"the comment on {self.target} was written by somebody else",
                    "Publish with the key that wrote it, or remove it.",
                )
            did = "updated"
            fields = {"body": self.body}
            written = ask(self.host, _UPDATE, id=wanted_id, input=fields)["commentUpdate"]
        self.log.note(self._sent(target, did, self._successful(written, "comment")))

    def _comment_id(self) -> str:
        """Return the comment's id: shaped as a random one, which Linear asks for."""
        web = next((judged.web for judged in self.session.judgements), "")
        words = (web, self.session.session_id, self.worker, str(self.issue["id"]))
        digest = hashlib.sha256("\0".join(words).encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def _present(self, wanted_id: str) -> dict[str, Any] | None:
        """Return our comment, None where there is none: Linear answers with an error then."""
        try:
            comment = ask(self.host, _OF_COMMENT, id=wanted_id).get("comment")
        except Refused as error:
            if error.is_final:
                raise
            return None
        return comment if isinstance(comment, dict) else None

    def _sent(self, target: str, did: Did, comment: dict[str, Any]) -> Sent:
        received = digest_of(str(comment.get("body")))
        return Sent(target, did, str(comment.get("url") or ""), digest_of(self.body), received)

    def _successful(self, written: Any, what: str) -> dict[str, Any]:
        inner = written.get(what) if isinstance(written, dict) and written.get("success") else None
        if not isinstance(inner, dict):
            raise self.host.failed(f"did not write the {what}", "")
        return inner

    def move(self, wanted: str) -> list[str]:
        """Bring the issue into a state, once for each verdict; returns what people have to know."""
        target = f"{self.target}/state{self.worker}"
        digest = digest_of(f"{wanted}\n{self.body}")
        # Whoever moves the issue after that knows why.
        if wanted == KEEP or self.log.last(target).get("digest") == digest:
            return []
        current = self.issue.get("state") or {}
        kind, name = str(current.get("type")), str(current.get("name"))
        if kind in _LEFT_ALONE:
            return [f"{self.target} is {escaped(name)}: its state was left as it is"]
        url = str(self.issue.get("url") or "")
        did: Did = "unchanged"
        if wanted.lower() not in {kind.lower(), name.lower()}:
            fields = {"stateId": self._state(wanted)}
            answer = ask(self.host, _MOVE, id=self.issue["id"], input=fields)
            self._successful(answer["issueUpdate"], "issue")
            did = "updated"
        self.log.note(Sent(target, did, url, digest))
        return []

    def _state(self, wanted: str) -> str:
        """Return the id of the state of a name, else the first one of a type."""
        states = ask(self.host, _STATES, team=(self.issue.get("team") or {}).get("id"))
        nodes = (states.get("workflowStates") or {}).get("nodes") or []
        rows = sorted(nodes, key=lambda row: float(row.get("position") or 0))
        named = [row for row in rows if str(row.get("name")).lower() == wanted.lower()]
        fitting = named or [row for row in rows if row.get("type") == wanted.lower()]
        if not fitting:
            names = ", ".join(shown(row.get("name"), 40) for row in rows)
            raise BadInput(
                f"the team of {self.target} has no state {shown(wanted)}",
                f"Give a type ({', '.join(TYPES)}), {KEEP}, or a name: {names}.",
            )
        return str(fitting[0]["id"])
