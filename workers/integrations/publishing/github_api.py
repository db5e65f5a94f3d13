"""GitHub's API as far as publishing needs it: who we are, what is a limit, what was forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import NotSent
from workers.integrations.publishing.sending import (
    Forbidden,
    Host,
    Pause,
    Policy,
    Reply,
    checked_token,
    retry_after,
    said,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# The first that is set, as for the program `gh`.
TOKENS = ("GH_TOKEN", "GITHUB_TOKEN")
_VERSION = "2022-11-28"
_UNNAMED_SECONDS = 60  # after a limit without a time, doubled each time
_OF_ACTIONS = "github-actions[bot]"
_TO_SET = (
    "Set it to a token that may write there: in a workflow, env: GITHUB_TOKEN: ${{ github.token }}"
    " with permissions: pull-requests: write, checks: write."
)
TO_ALLOW = (
    "Give the token what it lacks: in a workflow, permissions: pull-requests: write,"
    " checks: write, statuses: write, contents: read; a personal token, access to the repository."
)


def github(api: str, variables: Mapping[str, str], policy: Policy) -> Host:
    """Return GitHub with the token of the environment; raises NotSent without one."""
    headers = {
        "Authorization": f"Bearer {checked_token(TOKENS, variables, _TO_SET)}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": _VERSION,
    }
    return Host(api, headers, limited, policy)


def limited(reply: Reply, now: float) -> Pause | None:
    """Return how long a limit lasts, None for an answer that is none."""
    if reply.status not in {403, 429}:
        return None
    seconds = retry_after(reply, now)
    if seconds is not None:
        return Pause(seconds)
    reset = reply.headers.get("x-ratelimit-reset", "")
    if reply.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return Pause(max(0.0, float(reset) - now) + 1)
    words = said(reply).lower()
    if reply.status == 429 or "secondary rate limit" in words or "abuse detection" in words:
        return Pause(_UNNAMED_SECONDS, exact=False)
    return None


def allowed(host: Host, reply: Reply, what: str) -> Any:
    """Return the JSON of an answer that says yes; raises Forbidden, and NotSent for another no."""
    if reply.is_good:
        return reply.body
    failure = host.failed(f"does not take {what} ({reply.status})", said(reply))
    if reply.status == 403:
        raise Forbidden(failure.message, TO_ALLOW)
    if reply.status == 401:
        raise NotSent(failure.message, "The token is not valid, or no longer: set a new one.")
    if reply.status == 404:
        raise NotSent(
            failure.message, "See that repository and number are right, and the token may see them."
        )
    raise NotSent(failure.message, "Correct what it names, then publish again.")


class Author:
    """Who we are to GitHub: a comment of ours is one that this author wrote."""

    def __init__(self, host: Host, *, in_actions: bool) -> None:
        """Ask once; raises NotSent where GitHub does not say who a token is of."""
        self.login = _login(host) or (_OF_ACTIONS if in_actions else "")
        if not self.login:
            raise NotSent(
                f"{host.name} does not say whose token it is",
                "Take a token that may read its own user; comments of others are never changed.",
            )

    def wrote(self, comment: Mapping[str, Any]) -> bool:
        """Tell whether a comment is ours; anybody can paste a marker."""
        user = comment.get("user")
        if not isinstance(user, dict):
            return False
        names = {self.login.lower()}
        names |= {f"{self.login.lower()}[bot]"} if user.get("type") == "Bot" else set()
        return str(user.get("login")).lower() in names


def _login(host: Host) -> str:
    """Return the login of a token; by GraphQL, since tokens of Actions may not ask for a user."""
    body = {"query": "query { viewer { login } }"}
    reply = host.ask("POST", _graphql(host.url), body)
    viewer = (reply.body.get("data") or {}) if isinstance(reply.body, dict) else {}
    login = (viewer.get("viewer") or {}).get("login") if isinstance(viewer, dict) else None
    if not login and reply.status != 401:
        reply = host.ask("GET", "/user")
        login = reply.body.get("login") if isinstance(reply.body, dict) else None
    if reply.status == 401:
        allowed(host, reply, "the token")
    return login if isinstance(login, str) else ""


def _graphql(api: str) -> str:
    """Return the address of GraphQL, which is beside the other one on GitHub Enterprise."""
    return f"{api.removesuffix('/v3')}/graphql"
