"""Linear's API as far as publishing needs it: one question at a time, what is a limit, what is no.

A limit is HTTP 400 there, and a question that failed may be HTTP 200: what counts are the codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import NotSent
from workers.integrations.publishing.sending import (
    Host,
    Lost,
    Pause,
    Policy,
    Reply,
    checked_token,
    retry_after,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

API = "https://api.linear.app/graphql"
_KEY = "LINEAR_API_KEY"
_PERSONAL = "lin_api_"
_TO_SET = "Set it to a personal API key (lin_api_...) or an OAuth token of Linear, in no file."
_LIMITED, _LATER = frozenset({"RATELIMITED"}), frozenset({"LOCK_TIMEOUT", "LOCKTIMEOUT"})
_UNNAMED_SECONDS = 60
_MILLISECONDS = 1e11  # what is more is no number of seconds
_NO = ("authentication", "forbidden", "feature not accessible", "usage limit")


class Refused(NotSent):
    """Linear understood the question and says no; `is_final` where no other question helps."""

    is_final = False


def linear(variables: Mapping[str, str], policy: Policy) -> Host:
    """Return Linear with the key of the environment; raises NotSent without one."""
    key = checked_token((_KEY,), variables, _TO_SET).removeprefix("Bearer ")
    authorization = key if key.startswith(_PERSONAL) else f"Bearer {key}"
    address = variables.get("LINEAR_API_URL") or API
    return Host(address, {"Authorization": authorization}, limited, policy)


def limited(reply: Reply, now: float) -> Pause | None:
    """Return how long a limit lasts, None for an answer that is none."""
    codes = {_code(error) for error in errors_of(reply)}
    if codes & _LATER:
        return Pause(1, exact=False)
    if reply.status != 429 and not codes & _LIMITED:
        return None
    seconds = retry_after(reply, now)
    if seconds is not None:
        return Pause(seconds)
    for what in ("requests", "complexity", "endpoint-requests"):
        reset = reply.headers.get(f"x-ratelimit-{what}-reset", "")
        if reply.headers.get(f"x-ratelimit-{what}-remaining") == "0" and reset.isdecimal():
            moment = float(reset) / (1000 if float(reset) > _MILLISECONDS else 1)
            return Pause(max(0.0, moment - now) + 1)
    return Pause(_UNNAMED_SECONDS, exact=False)


def ask(host: Host, question: str, **variables: Any) -> dict[str, Any]:
    """Return the data that answers a question; raises Refused with what Linear says for people.

    What is asked may be asked twice: a comment has an id of ours, the rest is set and not added.
    """
    reply = host.ask("POST", "", {"query": question, "variables": variables})
    errors = errors_of(reply)
    if errors or not reply.is_good:
        raise _refused(host, reply, errors)
    data = reply.body.get("data") if isinstance(reply.body, dict) else None
    if not isinstance(data, dict):
        raise Lost("it answered without data")
    return data


def errors_of(reply: Reply) -> list[dict[str, Any]]:
    """Return what an answer complains of."""
    errors = reply.body.get("errors") if isinstance(reply.body, dict) else None
    return [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []


def _refused(host: Host, reply: Reply, errors: list[dict[str, Any]]) -> Refused:
    about = [_extensions(error) for error in errors]
    words = [
        str(more.get("userPresentableMessage") or error.get("message") or "")
        for error, more in zip(errors, about, strict=True)
    ]
    failure = host.failed(f"says no ({reply.status})", "; ".join(dict.fromkeys(words)))
    kinds = " ".join(str(more.get("type") or more.get("code")) for more in about).lower()
    is_final = reply.status in {401, 403} or any(kind in kinds for kind in _NO)
    hint = "See that the key is valid and may change this issue." if is_final else failure.hint
    refused = Refused(failure.message, hint)
    refused.is_final = is_final
    return refused


def _extensions(error: dict[str, Any]) -> dict[str, Any]:
    extensions = error.get("extensions")
    return extensions if isinstance(extensions, dict) else {}


def _code(error: dict[str, Any]) -> str:
    about = _extensions(error)
    return str(about.get("code") or about.get("type") or "").upper().replace(" ", "_")
