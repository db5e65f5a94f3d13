"""A comment of ours on a pull request: made once, found by its marker and its author, updated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.integrations.publishing.github_api import Author, allowed
from workers.integrations.publishing.journal import Did, Sent, digest_of
from workers.integrations.publishing.sending import Lost

if TYPE_CHECKING:
    from workers.integrations.publishing.journal import Journal
    from workers.integrations.publishing.pull_request import PullRequest
    from workers.integrations.publishing.sending import Host

_WHAT = "a comment"


class Comments:
    """The comments with our marker on one pull request."""

    def __init__(self, host: Host, where: PullRequest, author: Author, target: str) -> None:
        """Take who we are and what events call the comment."""
        self.host, self.author, self.target = host, author, target
        self.repository = f"/repos/{where.repository}"
        self.path = f"{self.repository}/issues/{where.number}/comments"
        self.more = 0  # of ours with the same marker, which are left as they are

    def publish(self, body: str, journal: Journal) -> Sent:
        """Make the comment, or bring it up to date; raises Forbidden, NotSent."""
        marker = body.partition("\n")[0]
        present = self._ours(marker)
        self.more = len(present[1:])
        sent = self._brought_up(present[0], body, journal) if present else None
        if sent is None:
            created = self._created(body, marker)
            if created is not None:
                journal.note(self._sent("created", created, body))
                sent = self._settled(created, body, marker)
            else:  # somebody's answer was lost, ours or another writer's
                there = self._ours(marker)
                sent = self._brought_up(there[0], body, journal) if there else None
        if sent is not None:
            journal.note(sent)
        if sent is None and not journal.sent:
            raise self.host.failed("has lost the comment: it came and went", "")
        return sent or journal.sent[-1]

    def _ours(self, marker: str) -> list[dict[str, Any]]:
        """Return our comments with a marker on the first line, oldest first."""
        rows = [
            row
            for row in self.host.pages(f"{self.path}?per_page=100")
            if str(row.get("body")).partition("\n")[0].strip() == marker and self.author.wrote(row)
        ]
        return sorted(rows, key=lambda row: int(row["id"]))

    def _created(self, body: str, marker: str) -> dict[str, Any] | None:
        """Make the comment; None where an answer was lost and one is there all the same."""
        fault = ""
        for attempt in range(self.host.policy.attempts):
            try:
                reply = self.host.ask("POST", self.path, {"body": body}, again=False)
            except Lost as error:
                fault = str(error)
                self.host.policy.sleep(self.host.policy.backoff(attempt))
                if self._ours(marker):
                    return None
            else:
                created: dict[str, Any] = allowed(self.host, reply, _WHAT)
                return created
        raise self.host.failed("gave no answer to a comment", fault)

    def _settled(self, created: dict[str, Any], body: str, marker: str) -> Sent | None:
        """Leave one comment where a second writer made one at the same time: the older one.

        Both writers do so. What is removed is what was just made, or says the same; None where
        what was made is left.
        """
        present = self._ours(marker)
        for other in present[1:]:
            if other["id"] == created["id"] or other.get("body") == created.get("body"):
                self.host.ask("DELETE", self._at(other))
        if not present or present[0]["id"] == created["id"]:
            return None
        is_same = _same(present[0], body) or present[0].get("body") == created.get("body")
        return self._kept(present[0], body) if is_same else self._written(present[0], body)

    def _brought_up(self, comment: dict[str, Any], body: str, journal: Journal) -> Sent | None:
        """Give a comment its text; None where it was removed meanwhile."""
        received = digest_of(str(comment.get("body")))
        if _same(comment, body) or journal.has(self.target, digest_of(body), received):
            return self._kept(comment, body)
        return self._written(comment, body)

    def _written(self, comment: dict[str, Any], body: str) -> Sent | None:
        reply = self.host.ask("PATCH", self._at(comment), {"body": body})
        if reply.status == 404:
            return None
        return self._sent("updated", allowed(self.host, reply, _WHAT), body)

    def _kept(self, comment: dict[str, Any], body: str) -> Sent:
        return self._sent("unchanged", comment, body)

    def _at(self, comment: dict[str, Any]) -> str:
        return f"{self.repository}/issues/comments/{int(comment['id'])}"

    def _sent(self, did: Did, comment: dict[str, Any], body: str) -> Sent:
        url, received = str(comment.get("html_url") or ""), digest_of(str(comment.get("body")))
        return Sent(self.target, did, url, digest_of(body), received)


def _same(comment: dict[str, Any], body: str) -> bool:
    return digest_of(str(comment.get("body"))) == digest_of(body)
