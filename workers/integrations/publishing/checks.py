"""The verdict beside a commit: a check run with marks in the code, or else a commit status.

Only GitHub Apps may write check runs, which the token of Actions is of; personal tokens may not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.integrations.publishing.annotations import BATCH, short
from workers.integrations.publishing.github_api import allowed
from workers.integrations.publishing.journal import Did, Sent
from workers.integrations.publishing.sending import Lost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.integrations.publishing.journal import Journal
    from workers.integrations.publishing.sending import Host

_DESCRIPTION = 140
_STATES = {"success": "success", "failure": "failure", "neutral": "pending"}


class Check(NamedTuple):
    """What is said of a commit; `digest` is of all of it, `url` where it is explained."""

    name: str
    head: str
    conclusion: str
    output: Mapping[str, Any]
    marks: tuple[dict[str, Any], ...]
    digest: str
    url: str = ""

    @property
    def external_id(self) -> str:
        """What a check run is known by: of the same content, the same."""
        return f"waggle-{self.digest[:32]}"

    def batches(self, start: int = 0) -> list[tuple[dict[str, Any], ...]]:
        """Return the marks from one on, as many together as a request takes; one batch at least."""
        rest = self.marks[start:]
        return [rest[at : at + BATCH] for at in range(0, max(len(rest), 1), BATCH)]

    def fields(self, batch: tuple[dict[str, Any], ...], *, is_last: bool) -> dict[str, Any]:
        """Return what a request of a check run says."""
        ended = {"status": "completed", "conclusion": self.conclusion}
        output = {**self.output, "annotations": list(batch)}
        return {**(ended if is_last else {"status": "in_progress"}), "output": output}


class Checks:
    """What one repository says beside one commit."""

    def __init__(self, host: Host, repository: str, check: Check, target: str) -> None:
        """Take the check, and what events call what is said of the commit."""
        self.host, self.check, self.target = host, check, target
        self.path = f"/repos/{repository}"

    def publish_run(self, journal: Journal) -> Sent:
        """Write the check run, going on where an earlier command ended; raises Forbidden."""
        run = self._run()
        did: Did = "unchanged" if run is not None and _is_complete(run) else "created"
        run = self._created() if run is None else run
        for _ in range(len(self.check.batches()) + 1):
            if not _is_complete(run):
                run = self._appended(run)
        url = str(run.get("html_url") or "")
        sent = Sent(f"{self.target}/check", did, url, self.check.digest)
        journal.note(sent)
        return sent

    def _run(self) -> dict[str, Any] | None:
        """Return the check run that says the same of the commit, if there is one."""
        about = f"check_name={_quoted(self.check.name)}&filter=all&per_page=100"
        path = f"{self.path}/commits/{self.check.head}/check-runs?{about}"
        rows = self.host.pages(path, "check_runs")
        mine = [row for row in rows if row.get("external_id") == self.check.external_id]
        return min(mine, key=lambda row: int(row["id"]), default=None)

    def _created(self) -> dict[str, Any]:
        """Make the check run with its first marks; where an answer was lost, look for it first."""
        first, *others = self.check.batches()
        fields = {
            "name": self.check.name,
            "head_sha": self.check.head,
            "external_id": self.check.external_id,
            **({"details_url": self.check.url} if self.check.url else {}),
            **self.check.fields(first, is_last=not others),
        }
        fault = ""
        for attempt in range(self.host.policy.attempts):
            try:
                reply = self.host.ask("POST", f"{self.path}/check-runs", fields, again=False)
            except Lost as error:
                fault = str(error)
                self.host.policy.sleep(self.host.policy.backoff(attempt))
                run = self._run()
                if run is not None:
                    return run
            else:
                return _with_marks(allowed(self.host, reply, "a check run"), len(first))
        raise self.host.failed("gave no answer to a check run", fault)

    def _appended(self, run: dict[str, Any]) -> dict[str, Any]:
        """Append the next marks, and read how many there are where an answer was lost.

        GitHub adds what it gets to what it has: nothing may be sent twice.
        """
        first, *others = self.check.batches(_marked(run))
        fields = self.check.fields(first, is_last=not others)
        path, fault = f"{self.path}/check-runs/{int(run['id'])}", ""
        for attempt in range(self.host.policy.attempts):
            try:
                reply = self.host.ask("PATCH", path, fields, again=False)
            except Lost as error:
                fault = str(error)
                self.host.policy.sleep(self.host.policy.backoff(attempt))
                now = allowed(self.host, self.host.ask("GET", path), "a check run")
                if (_marked(now), now.get("status")) != (_marked(run), run.get("status")):
                    return _with_marks(now, _marked(now))
            else:
                after = allowed(self.host, reply, "a check run")
                return _with_marks(after, _marked(run) + len(first))
        raise self.host.failed("gave no answer to a check run", fault)

    def publish_status(self, journal: Journal) -> Sent:
        """Write a commit status, unless the last one of this name says the same."""
        path, status = f"{self.path}/statuses/{self.check.head}", self._status()
        target = f"{self.target}/status"
        last = self._last_status()
        sent = Sent(target, "unchanged", self.check.url, self.check.digest)
        if last is None or any(last.get(name) != value for name, value in status.items()):
            # Written twice it says the same: GitHub shows the last one.
            allowed(self.host, self.host.ask("POST", path, status), "a commit status")
            sent = sent._replace(did="created" if last is None else "updated")
        journal.note(sent)
        return sent

    def _status(self) -> dict[str, str]:
        url = {"target_url": self.check.url} if self.check.url else {}
        return {
            "state": _STATES[self.check.conclusion],
            "context": self.check.name,
            "description": short(str(self.check.output["title"]), _DESCRIPTION),
            **url,
        }

    def _last_status(self) -> dict[str, Any] | None:
        path = f"{self.path}/commits/{self.check.head}/statuses?per_page=100"
        rows = self.host.pages(path)
        return next((row for row in rows if row.get("context") == self.check.name), None)


def _is_complete(run: dict[str, Any]) -> bool:
    """Tell whether a check run has all of its marks: it is completed with the last ones."""
    return run.get("status") == "completed"


def _marked(run: dict[str, Any]) -> int:
    """Return how many marks a check run has."""
    count = (run.get("output") or {}).get("annotations_count")
    return count if isinstance(count, int) else 0


def _with_marks(run: dict[str, Any], marks: int) -> dict[str, Any]:
    """Return a check run with at least so many marks: an answer may count before it has written."""
    output = {**(run.get("output") or {}), "annotations_count": max(marks, _marked(run))}
    return {**run, "output": output}


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
