"""The words of requests: what everybody sends, and what only whoever is known sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.values import Value
    from workers.survey.endpoints.statements import Expression

# What is asked of every request, with credentials or without.
ABOUT_REQUEST = frozenset(
    "method path url originalUrl baseUrl endpoint blueprint hostname ip ips host pathname route"
    " nextUrl full_path routerPath routeOptions is_json is_xhr xhr secure protocol content_type"
    " accept_mimetypes accepts type scheme remote_addr remote_ip client referrer referer origin"
    " csrf csrf_token nonce view_args kwargs args resolver_match action detail query params body"
    " form files get_json json data input values".split()
)
PATHS = frozenset({"path", "url", "originalUrl", "pathname", "path_info"})
# Headers and cookies that say who is calling; all others may be sent by everybody.
_FORGERY = lazy_pattern(r"(?i)csrf|xsrf|nonce")
_OF_CALLERS = lazy_pattern(
    r"(?i)(?:auth|cookie|token|key|secret|session|jwt|user|credential|signature"
    r"|bearer|sid$|passw|account|identity)"
)
# Parts of a request that everybody fills in as they like; credentials in them are absent, too.
_SENT = frozenset("query params body form json args values data get_json query_params".split())
_CREDENTIAL = lazy_pattern(r"(?i)token|api_?key|auth|secret|jwt|password|session|credential")
# What passport, Django and Flask-Login say of who is calling.
_IDENTITY = frozenset({"user", "isAuthenticated", "isUnauthenticated", "is_authenticated"})


def is_sent_by_all(owner: Expression, key: Value) -> bool:
    """Tell whether a key is one of a header that a request without credentials may have.

    `owner` is what it is asked of: a session has nothing for whoever is not known, but a mark
    against forgery.
    """
    if not isinstance(key, str):
        return False
    is_header = owner is not None and owner[0] == "a" and owner[2] in {"headers", "header", "get"}
    return _FORGERY.search(key) is not None or (is_header and _OF_CALLERS.search(key) is None)


def is_of_callers(header: str) -> bool:
    """Tell whether a header or a cookie says who is calling."""
    return _OF_CALLERS.search(header) is not None


def is_credential_name(name: str) -> bool:
    """Tell whether what a request sends under a name would be credentials."""
    return _CREDENTIAL.search(name) is not None


def is_credential(owner: Expression, key: Value) -> bool:
    """Tell whether something that a request sends would be credentials: `request.query.token`."""
    at = owner[1] if owner is not None and owner[0] == "c" else owner
    is_sent = at is not None and at[0] == "a" and at[2] in _SENT
    return is_sent and isinstance(key, str) and _CREDENTIAL.search(key) is not None


def asks_identity(test: Expression) -> bool:
    """Tell whether a test asks what a library says of who is calling: `request.user`."""
    waiting: list[Value] = [test]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            if len(part) == 3 and part[0] == "a" and part[2] in _IDENTITY:
                return True
            waiting.extend(part)
    return False
