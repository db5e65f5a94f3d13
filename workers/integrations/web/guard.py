"""What stands between a request and the pages: host, token or cookie, origin; and the headers."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from sessions.patterns import lazy_pattern
from workers.integrations.web.showing import page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from workers.integrations.web.access import Access

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN = "t"  # noqa: S105 - the name of the parameter
_PLAIN_PATH = lazy_pattern(r"/(?![/\\])[^\x00-\x1f\x7f]*")


class Guard:
    """An ASGI application around the pages; nothing gets through that was not asked from them."""

    def __init__(self, app: App, access: Access) -> None:
        """Take the pages, and what opens them."""
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on with a nonce for what its page may run."""
        if scope["type"] != "http":
            return
        nonce = scope["nonce"] = secrets.token_urlsafe(16)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *headers(nonce)]}
            await send(message)

        refusal = self._refusal(scope, nonce)
        if refusal is None:
            await self.app(scope, receive, answer)
            return
        status, own_headers, body = refusal
        start = {"type": "http.response.start", "status": status, "headers": own_headers}
        await answer(start)
        await answer({"type": "http.response.body", "body": body})

    def _refusal(self, scope: Scope, nonce: str) -> Refusal | None:
        """Return the answer to what is not handed on, None for what is."""
        hosts = _headers(scope, b"host")
        if len(hosts) != 1 or not self.access.is_known_host(hosts[0]):
            return _refused(400, "This is not the name of this server.", nonce)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        tokens = [value for name, value in query if name == TOKEN]
        is_known = self._has_cookie(scope)
        if scope["method"] in {"GET", "HEAD"} and tokens:
            if is_known or _is_same(tokens[-1], self.access.token):
                rest = [(name, value) for name, value in query if name != TOKEN]
                return self._clean_address(scope["path"], rest)
            is_known = False
        if not is_known:
            return _refused(403, _HOW_TO_OPEN, nonce)
        if scope["method"] not in {"GET", "HEAD"} and not _is_own_form(scope, hosts[0]):
            return _refused(403, "This form was sent from another page.", nonce)
        return None

    def _clean_address(self, path: str, query: list[tuple[str, str]]) -> Refusal:
        """Send the browser to the address without the token, which a cookie replaces."""
        where = quote(path) if _PLAIN_PATH.fullmatch(path) else "/"
        where += f"?{urlencode(query)}" if query else ""
        cookie = f"{self.access.cookie}={self.access.secret}; Path=/; HttpOnly; SameSite=Strict"
        return 303, [(b"location", where.encode()), (b"set-cookie", cookie.encode())], b""

    def _has_cookie(self, scope: Scope) -> bool:
        pairs = (pair for line in _headers(scope, b"cookie") for pair in line.split(";"))
        cookies = (pair.strip().partition("=") for pair in pairs)
        return any(
            name == self.access.cookie and _is_same(value, self.access.secret)
            for name, _, value in cookies
        )


_HOW_TO_OPEN = "Open the address that `serve` printed when it was started: it holds a token."
Refusal = tuple[int, list[tuple[bytes, bytes]], bytes]


def headers(nonce: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of every answer."""
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}';"
        " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"cache-control", b"no-store"),
        # Not `no-referrer`: with it a browser sends the origin of a form as `null`.
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
    ]


def _refused(status: int, why: str, nonce: str) -> Refusal:
    body = page("refused", nonce=nonce, title="Not opened", why=why).encode()
    return status, [(b"content-type", b"text/html; charset=utf-8")], body


def _is_own_form(scope: Scope, host: str) -> bool:
    """Tell whether a form was sent from a page of ours.

    The cookie comes with a form from another port as well: for a browser it is the same site.
    """
    sites = _headers(scope, b"sec-fetch-site")  # older browsers send none
    return _headers(scope, b"origin") == [f"http://{host}"] and sites in ([], ["same-origin"])


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _is_same(text: str, secret: str) -> bool:
    return compare_digest(text.encode(), secret.encode())
