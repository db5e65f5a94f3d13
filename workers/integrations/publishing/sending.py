"""HTTP with a host that limits and fails: few attempts, the waits it asks for, nothing sent twice.

A token is in no message: what a host answers may repeat it.
"""

from __future__ import annotations

import json
import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from sessions.errors import BadInput, NotSent, shown
from sessions.progress import doing
from sessions.secrets import MASK, redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import httpx

_PORTS = {"http": 80, "https": 443}
_SERVER_ERROR, _REDIRECTS = 500, frozenset({301, 302, 307, 308})
_MOST_REDIRECTS = 3
_FORBIDDEN = 403
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SHOWN = 300
_USER_AGENT = "waggle"


class Policy(NamedTuple):
    """How patient we are, in seconds; a test has its own clock."""

    attempts: int = 5
    first_wait: float = 1.0  # doubled after every attempt, and spread
    longest_wait: float = 300.0  # a host that asks for more is asked another time
    patience: float = 900.0  # of all waits together
    timeout: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    spread: Callable[[], float] = random.random

    def backoff(self, attempt: int) -> float:
        """Return how long to wait after so many attempts: half of it by chance."""
        return float(self.first_wait * 2**attempt * (0.5 + self.spread() / 2))


class Reply(NamedTuple):
    """What a host answered; `body` is its JSON, None where it is none."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: Any

    @property
    def is_good(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300


class Pause(NamedTuple):
    """How long a host wants us to wait; not `exact` where it does not say, so waits are doubled."""

    seconds: float
    exact: bool = True


class Lost(Exception):
    """A request that may have been carried out: its answer never came."""


class Forbidden(NotSent):
    """The token may not do it; asking again changes nothing."""


class Host:
    """A host to which requests go with one token."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        limited: Callable[[Reply, float], Pause | None],
        policy: Policy,
    ) -> None:
        """Take what says of an answer that it is a limit; raises BadInput for an unsafe address."""
        self.url = checked_address(url)
        self.name = urlsplit(url).hostname or ""
        self.policy = policy
        self._headers = {"User-Agent": _USER_AGENT, **headers}
        self._limited = limited
        self._waited = 0.0
        self._client: httpx.Client | None = None

    @contextmanager
    def connected(self) -> Iterator[Host]:
        """Keep a connection; proxies and certificates are those of the environment."""
        import httpx

        try:
            client = httpx.Client(timeout=self.policy.timeout, headers=self._headers)
        except (ValueError, OSError, httpx.InvalidURL) as error:  # a proxy, a certificate
            raise self.failed("cannot be reached from here", str(error)) from None
        with client as self._client:
            yield self
        self._client = None

    def ask(self, method: str, path: str, body: Any = None, *, again: bool = True) -> Reply:
        """Return the answer to a request, after the waits that it needs.

        With `again` it changes nothing when it is carried out twice. Without, raises Lost where
        nobody knows whether it was. Raises NotSent when the host asks for too much patience.
        """
        fault = ""
        for attempt in range(self.policy.attempts):
            try:
                reply = self._once(method, path, body)
            except ConnectionError as error:  # it was never sent
                fault, pause = str(error), Pause(self.policy.backoff(attempt))
            except Lost as error:
                if not again:
                    raise
                fault, pause = str(error), Pause(self.policy.backoff(attempt))
            else:
                limit = self._limited(reply, _server_time(reply, self.policy.now()))
                if limit is None and reply.status < _SERVER_ERROR:
                    return reply
                if limit is None and not again:
                    raise Lost(f"it answered {reply.status}")
                fault = f"it answered {reply.status}"
                pause = limit or Pause(retry_after(reply, 0) or self.policy.backoff(attempt))
            self._wait(pause, attempt, is_last=attempt + 1 == self.policy.attempts)
        raise self.failed("gave no answer that can be used", fault)

    def _wait(self, pause: Pause, attempt: int, *, is_last: bool) -> None:
        seconds = pause.seconds if pause.exact else pause.seconds * 2**attempt
        if is_last:
            return
        if seconds > self.policy.longest_wait or self._waited + seconds > self.policy.patience:
            raise NotSent(
                f"{self.name} takes no more requests for {seconds:,.0f} seconds",
                "Run the same command after that; nothing is sent twice.",
            )
        self._waited += seconds
        with doing(f"waiting {seconds:.0f} s for {self.name}"):
            self.policy.sleep(seconds)

    def _once(self, method: str, path: str, body: Any) -> Reply:
        """Send a request; raises ConnectionError where it was not sent, Lost where it may be."""
        import httpx

        if self._client is None:
            raise RuntimeError("requests are sent within connected()")
        url = self.address(path)
        for _ in range(_MOST_REDIRECTS):
            try:
                answer = self._client.request(method, url, json=body)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                raise ConnectionError(self._clean(str(error))) from None
            except (httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
                raise self.failed("cannot be reached from here", str(error)) from None
            except httpx.HTTPError as error:
                raise Lost(self._clean(str(error)) or type(error).__name__) from None
            if answer.status_code not in _REDIRECTS:
                return _reply(answer)
            url = self.address(urljoin(url, answer.headers.get("location", "")))
        raise self.failed("sends requests on and on", f"last to {url}")

    def address(self, path: str) -> str:
        """Return where a path is; raises NotSent for an address of another host: it has the token.

        A host may answer with one, in a redirect or as the next page.
        """
        url = path if "://" in path else f"{self.url}{path}"
        if _origin(url) != _origin(self.url):
            raise NotSent(
                f"{self.name} sends on to {shown(self._clean(_origin(url)))}, which gets no token",
                "Name the new address: GITHUB_REPOSITORY or GITHUB_API_URL.",
            )
        return url

    def pages(self, path: str, key: str | None = None) -> Iterator[Any]:
        """Yield the rows of a list, page by page as `Link` says; `key` names it in an object."""
        seen: set[str] = set()
        while path and path not in seen:
            seen.add(path)
            reply = self.good(self.ask("GET", path), "cannot be read")
            rows = reply.body.get(key) if key and isinstance(reply.body, dict) else reply.body
            yield from (row for row in rows or () if isinstance(row, dict))
            path = _next_page(reply.headers.get("link", ""))

    def good(self, reply: Reply, what: str) -> Reply:
        """Return an answer that says yes; raises Forbidden or NotSent with what the host says."""
        if reply.is_good:
            return reply
        failure = self.failed(f"{what}: it answered {reply.status}", said(reply))
        kind = Forbidden if reply.status == _FORBIDDEN else NotSent
        raise kind(failure.message, "See that the token may do it, then publish again.")

    def failed(self, what: str, why: str) -> NotSent:
        """Return what to raise, without the token."""
        reason = f": {shown(self._clean(why), _SHOWN)}" if why else ""
        return NotSent(
            f"{self.name} {what}{reason}",
            "Run the same command again: it goes on, and nothing is sent twice.",
        )

    def _clean(self, text: str) -> str:
        for name, value in self._headers.items():
            if name == "Authorization":
                for secret in {value, value.rpartition(" ")[2]}:
                    text = text.replace(secret, MASK)
        cleaned: str = redacted(text)
        return cleaned


def checked_address(url: str) -> str:
    """Return the address of an API; raises BadInput where a token would be sent in the open."""
    try:
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
        is_whole = bool(parts.hostname) and parts.scheme in {"http", "https"} and not parts.username
        _ = parts.port
    except ValueError:
        is_safe = is_whole = False
    if not (is_safe and is_whole):
        raise BadInput(f"{shown(redacted(url))} is no address of https://", "Give the API's own.")
    return url.rstrip("/")


def checked_token(names: tuple[str, ...], variables: Mapping[str, str], hint: str) -> str:
    """Return the first token that is set; raises NotSent without one, and for what is none."""
    name = next((name for name in names if variables.get(name, "").strip()), None)
    if name is None:
        raise NotSent(f"{' or '.join(names)} is not set", hint)
    token = variables[name].strip()
    if not (token.isascii() and token.isprintable()):
        raise NotSent(f"{name} is no token: it has characters that none has", hint)
    return token


def said(reply: Reply) -> str:
    """Return what a host says of a request that it did not carry out."""
    body = reply.body
    if not isinstance(body, dict):
        return ""
    errors = body.get("errors")
    more = json.dumps(errors, ensure_ascii=False)[:_SHOWN] if errors else ""
    return " ".join(part for part in (str(body.get("message") or ""), more) if part)


def retry_after(reply: Reply, now: float) -> float | None:
    """Return the seconds that `Retry-After` asks for, as a number or as a date; None without."""
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    moment = _moment(text)
    return None if moment is None else max(0.0, moment - _server_time(reply, now))


def _server_time(reply: Reply, now: float) -> float:
    """Return what the host takes for now: its dates are by its own clock."""
    moment = _moment(reply.headers.get("date", ""))
    return now if moment is None else moment


def _moment(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _reply(answer: httpx.Response) -> Reply:
    """Return an answer; raises Lost where its JSON was cut."""
    is_json = "json" in answer.headers.get("content-type", "")
    try:
        body = answer.json() if answer.content and is_json else None
    except (ValueError, RecursionError):
        raise Lost("its answer is no JSON") from None
    return Reply(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, body)


def _next_page(link: str) -> str:
    """Return the address of the next page in a `Link` header, "" on the last one."""
    for part in link.split(","):
        address, _, about = part.partition(";")
        if 'rel="next"' in about and address.strip().startswith("<"):
            return address.strip()[1:].rstrip(">")
    return ""


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        number = parts.port
    except ValueError:  # a port or an IPv6 address that is none
        return "nowhere"
    port = "" if number in {None, _PORTS.get(parts.scheme)} else f":{number}"
    return f"{parts.scheme}://{parts.hostname}{port}"
