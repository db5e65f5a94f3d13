"""Which pull request is meant: what was asked for, else what GitHub Actions says of the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, NotReadable, shown
from sessions.files import read_regular
from sessions.git import origin
from sessions.patterns import lazy_pattern
from workers.reporting.formats.links import web_of

if TYPE_CHECKING:
    from collections.abc import Mapping

API = "https://api.github.com"
_EVENT_BYTES = 25 * 1024 * 1024  # what GitHub sends at most
_REPOSITORY = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_REF = lazy_pattern(r"refs/pull/([1-9][0-9]{0,9})/(?:merge|head)")
_COMMIT = lazy_pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")
_READ_ONLY = ("dependabot[bot]",)  # whose runs get a token that only reads, as those of forks


class PullRequest(NamedTuple):
    """Where to publish: `number` is None for a run that belongs to no pull request.

    `head` is its last commit, "" where only GitHub knows it. `is_read_only`: a run for a fork.
    """

    api: str
    repository: str
    number: int | None
    head: str
    is_read_only: bool = False


def pull_request(
    root: Path, variables: Mapping[str, str], repository: str | None, number: int | None
) -> PullRequest:
    """Return where to publish; raises BadInput where nothing says it."""
    api = variables.get("GITHUB_API_URL") or API
    of_run = variables.get("GITHUB_REPOSITORY", "")
    repo = repository or of_run or (_of_origin(root) if api == API else "")
    if not _REPOSITORY.fullmatch(repo):
        raise BadInput(
            f"{shown(repo)} is no repository of GitHub" if repo else "no repository is named",
            "Give --repo OWNER/NAME, or set GITHUB_REPOSITORY.",
        )
    # What the run says is of its own repository and its own pull request.
    is_of_run = bool(of_run) and repo.lower() == of_run.lower()
    event = _event(variables) if is_of_run else {}
    run_number = _number(event, variables) if is_of_run else None
    chosen = number or run_number
    if chosen is None and not (is_of_run and variables.get("GITHUB_EVENT_NAME")):
        raise BadInput("no pull request is named", "Give --pr N.")
    is_same = chosen == run_number
    return PullRequest(
        api,
        repo,
        chosen,
        _head(event, variables) if is_same else "",
        is_same and _is_read_only(event, variables),
    )


def _of_origin(root: Path) -> str:
    """Return the repository that the remote names, only of the host that gets the token anyway."""
    web = web_of(origin(root))
    return web.removeprefix("https://github.com/") if "//github.com/" in web else ""


def _event(variables: Mapping[str, str]) -> dict[str, Any]:
    """Return what GitHub says of the run; empty where there is nothing to be read."""
    name = variables.get("GITHUB_EVENT_PATH")
    if not name:
        return {}
    try:
        event = json.loads(read_regular(Path(name), _EVENT_BYTES, follow=True))
    except (OSError, NotReadable, ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _inner(fields: Any, *names: str) -> Any:
    """Return a value deep inside, None where there is none."""
    for name in names:
        if isinstance(fields, list):
            fields = fields[0] if fields else None
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields


def _number(event: dict[str, Any], variables: Mapping[str, str]) -> int | None:
    is_comment = _inner(event, "issue", "pull_request") is not None
    numbers = (
        _inner(event, "pull_request", "number"),
        _inner(event, "issue", "number") if is_comment else None,
        _inner(event, "workflow_run", "pull_requests", "number"),
    )
    ref = _REF.fullmatch(variables.get("GITHUB_REF", ""))
    of_ref = int(ref[1]) if ref else None
    return next((number for number in numbers if isinstance(number, int) and number > 0), of_ref)


def _head(event: dict[str, Any], variables: Mapping[str, str]) -> str:
    """Return the commit that a check belongs to: of a pull request never the one that merges it."""
    heads = [
        _inner(event, "pull_request", "head", "sha"),
        _inner(event, "workflow_run", "head_sha"),
    ]
    if _number(event, variables) is None:
        heads.append(variables.get("GITHUB_SHA"))
    return next((one for one in heads if isinstance(one, str) and _COMMIT.fullmatch(one)), "")


def _is_read_only(event: dict[str, Any], variables: Mapping[str, str]) -> bool:
    """Tell whether GitHub gives a run a token that only reads: of a fork, or of Dependabot."""
    if "pull_request" not in event or variables.get("GITHUB_EVENT_NAME") == "pull_request_target":
        return False
    head, base = (
        _inner(event, "pull_request", side, "repo", "full_name") for side in ("head", "base")
    )
    return head != base or variables.get("GITHUB_ACTOR") in _READ_ONLY
