"""A session's verdict on GitHub: a comment on the pull request, and a check of its last commit."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.contract import Answer, escape_json
from workers.integrations.publishing.annotations import BATCH, conclusion, marks, output
from workers.integrations.publishing.checks import Check, Checks
from workers.integrations.publishing.comments import Comments
from workers.integrations.publishing.github_api import TO_ALLOW, Author, allowed, github
from workers.integrations.publishing.journal import Journal, journal
from workers.integrations.publishing.pull_request import PullRequest, pull_request
from workers.integrations.publishing.sending import Forbidden, Policy, checked_address
from workers.phases.judged import read_judged
from workers.reporting.formats import rendered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workers.integrations.publishing.sending import Host
    from workers.reporting.formats.judgement import Session

_SHORT = 12
_ONLY_READS = (
    "this run is for a fork or for Dependabot, and its token only reads: nothing was published."
    " The verdict is the exit code of --output; to publish it, a second workflow on workflow_run"
    " takes the session as an artifact and runs publish github"
)


class PullRequestTarget(NamedTuple):
    """What is published where; None is what the environment says."""

    session_id: str
    worker: str | None = None
    repository: str | None = None
    number: int | None = None
    name: str = "Waggle"  # of the check
    with_check: bool = True


def publish_github(
    root: Path,
    wanted: PullRequestTarget,
    variables: Mapping[str, str],
    policy: Policy | None = None,
) -> Answer:
    """Publish a session's verdict; publishing it again changes nothing.

    Raises NoSuchSession, NotSetUp, BadInput where nothing says where, NotSent.
    """
    session = read_judged(root, wanted.session_id, wanted.worker)
    where = pull_request(root, variables, wanted.repository, wanted.number)
    host = github(where.api, variables, policy or Policy())
    with journal(root, session.session_id) as log, host.connected():
        warnings = list(_Publication(session, where, wanted, host, log).run(variables))
    fields = {"repository": where.repository, "pull_request": where.number}
    return log.answer({"session_id": session.session_id, **fields}, warnings)


def planned_github(root: Path, wanted: PullRequestTarget, variables: Mapping[str, str]) -> Answer:
    """Return what would be sent, sending nothing and asking nobody; needs no token."""
    session = read_judged(root, wanted.session_id, wanted.worker)
    where = pull_request(root, variables, wanted.repository, wanted.number)
    repository = f"{checked_address(where.api)}/repos/{where.repository}"
    requests: list[tuple[str, str, dict[str, Any]]] = []
    if where.number is not None:
        body = {"body": rendered("github", session)}
        requests.append(("POST", f"{repository}/issues/{where.number}/comments", body))
    if wanted.with_check:
        check = _check(session, wanted, where.head or "HEAD_OF_THE_PULL_REQUEST", "")
        for number, batch in enumerate(check.batches()):
            fields = check.fields(batch, is_last=number * BATCH + len(batch) >= len(check.marks))
            first = {"name": check.name, "head_sha": check.head, "external_id": check.external_id}
            path = f"{repository}/check-runs{'/ID' if number else ''}"
            requests.append(("PATCH" if number else "POST", path, first | fields))
    rows = [{"method": how, "url": url, "body": body} for how, url, body in requests]
    lines = [f"{how} {url}\n{_shown(body)}" for how, url, body in requests]
    note = "Nothing was sent. A comment or check of ours that is there already is updated (PATCH)."
    fields = {"session_id": session.session_id, "repository": where.repository}
    return Answer(
        "\n\n".join([*lines, note]), {**fields, "dry_run": True, "requests": rows}, verbatim=True
    )


class _Publication:
    """One verdict on its way to one pull request."""

    def __init__(
        self,
        session: Session,
        where: PullRequest,
        wanted: PullRequestTarget,
        host: Host,
        log: Journal,
    ) -> None:
        self.session, self.where, self.wanted = session, where, wanted
        self.host, self.log = host, log

    def run(self, variables: Mapping[str, str]) -> list[str]:
        """Send what is to be sent; returns what a person has to know of what could not be."""
        try:
            warnings, url = self._comment(variables)
            head = self._head() if self.wanted.with_check else ""
            if self.wanted.with_check:
                warnings += self._other_commit(head, variables)
                warnings += self._checked(head, url)
        except Forbidden as error:
            if self.where.is_read_only:
                return [_ONLY_READS]
            raise Forbidden(error.message, TO_ALLOW) from None
        return warnings

    def _comment(self, variables: Mapping[str, str]) -> tuple[list[str], str]:
        """Publish the comment; returns warnings, and where it is."""
        if self.where.number is None:
            return ["the run belongs to no pull request: only the check was written"], ""
        author = Author(self.host, in_actions=variables.get("GITHUB_ACTIONS") == "true")
        comments = Comments(self.host, self.where, author, self._target("comment"))
        sent = comments.publish(rendered("github", self.session), self.log)
        more = comments.more
        return [f"{more} more of our comments have the same marker"] if more else [], sent.url

    def _head(self) -> str:
        """Return the last commit of the pull request."""
        if self.where.head or self.where.number is None:
            return self.where.head
        path = f"/repos/{self.where.repository}/pulls/{self.where.number}"
        body = allowed(self.host, self.host.ask("GET", path), "a question about the pull request")
        return str(((body or {}).get("head") or {}).get("sha") or "")

    def _other_commit(self, head: str, variables: Mapping[str, str]) -> list[str]:
        """Say which reports were judged at another commit: their lines may be others now."""
        same = {head, variables.get("GITHUB_SHA", head), None}
        return [
            f"{judged.worker} was judged at {judged.commit[:_SHORT]}, the pull request is at"
            f" {head[:_SHORT]}: marks may be beside other lines"
            for judged in self.session.judgements
            if judged.commit is not None and head and judged.commit not in same
        ]

    def _checked(self, head: str, url: str) -> list[str]:
        """Write the check run, or the commit status where that is forbidden; returns warnings."""
        if not head:
            return ["no commit is known: no check was written"]
        check = _check(self.session, self.wanted, head, url)
        checks = Checks(self.host, self.where.repository, check, self._target(head[:_SHORT]))
        try:
            checks.publish_run(self.log)
        except Forbidden as refused:
            try:
                checks.publish_status(self.log)
            except Forbidden:
                if self.where.is_read_only:
                    raise
                return [f"no check was written: {refused.message}. {TO_ALLOW}"]
            return ["the token may write no check runs: a commit status was written instead"]
        return []

    def _target(self, what: str) -> str:
        number = f"#{self.where.number}" if self.where.number else ""
        worker = f"/{self.session.only}" if self.session.only else ""
        return f"github:{self.where.repository}{number}/{what}{worker}"


def _check(session: Session, wanted: PullRequestTarget, head: str, url: str) -> Check:
    """Return what is said of a commit."""
    marked = tuple(marks(session))
    name = f"{wanted.name} ({session.only})" if session.only else wanted.name
    about, ended = output(session, len(marked), url), conclusion(session)
    content = json.dumps([session.session_id, name, head, ended, about, marked], sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Check(name, head, ended, about, marked, digest, url)


def _shown(body: dict[str, Any]) -> str:
    """Return a request's body as people read it: a comment as its text."""
    if body.keys() == {"body"}:
        return str(body["body"])
    return escape_json(json.dumps(body, ensure_ascii=False, indent=1))
