"""Security: secrets, CORS, who may write, how often one may try."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.rules.ground import PYTHON, SCRIPT, Observation, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.rules.ground import Ground
    from workers.survey.found import Endpoint

_SECRET = lazy_pattern(
    r"(?<![\w.])[A-Za-z_]{0,40}(?:secret|password|passwd|api_?key|private_?key|auth_?token)"
    r"[A-Za-z_]{0,20}[\"']?[ \t]{0,4}[:=][ \t]{0,4}"
    r"(?P<quote>[\"'])(?P<value>[^\"'\s]{8,200})(?P=quote)",
    re.IGNORECASE,
)
_KEYS = lazy_pattern(
    r"AKIA[0-9A-Z]{16}|-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----"
    r"|gh[pousr]_[A-Za-z0-9]{36}|sk_live_[A-Za-z0-9]{20}|xox[baprs]-[A-Za-z0-9-]{20}"
)
# Values that say themselves that they are none, or are read from elsewhere.
_NO_SECRET = lazy_pattern(
    r"change|example|sample|your|xxx|test|dummy|placeholder|insecure|default|redacted|secret_?key"
    r"|[<>{}$%*/\\]|^[a-z_.-]+$|^[A-Z_]+$|^https?:|\.(?:json|ya?ml|pem|txt|py|ts|js)$",
    re.IGNORECASE,
)
_TRY = lazy_pattern(r"^(?:log-?in|sign-?in|token|authenticate|sessions?)$", re.IGNORECASE)
# Endpoints that strangers must reach.
_PUBLIC = lazy_pattern(
    r"log-?in|log-?out|sign-?(?:in|up|out)|regist|token|auth|oauth|sso|saml|callback|webhook|hook"
    r"|forgot|reset|recover|verif|confirm|activat|public|contact|subscri|newsletter|health|ping"
    r"|metric|search|track|event|beacon|csp|invite|preview|share|cart|checkout|graphql|setup",
    re.IGNORECASE,
)
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LIMITERS = (
    "slowapi", "limiter", "ratelimit", "rate_limit", "ratelimiter", "throttle", "throttler",
    "throttling", "throttle_classes", "express-rate-limit", "rate-limiter-flexible", "axes",
    "limits", "koa-ratelimit", "@fastify/rate-limit", "brute",
)  # fmt: skip
_AT_MOST = 12


def secrets_are_not_in_the_code(ground: Ground) -> Iterator[Observation]:
    """No key, password or token is in the code as a literal."""
    places = [
        Place(file, number)
        for file, lines in ground.sources((*PYTHON, *SCRIPT))
        for number, line in enumerate(lines, 1)
        if len(line) < 1000 and _holds_secret(line)
    ]
    if places:
        yield Observation(
            "high",
            "security",
            f"Secrets are in the code as literals ({len(places)})",
            "Whoever can read the repository, or any copy of its history, has them.",
            "Read them from the environment or a secret store, and replace the ones that were"
            " committed: removing a line does not take it out of the history.",
            "days",
            "The cited lines hold no literal, and the old values no longer work.",
            tuple(places[:_AT_MOST]),
        )


def _holds_secret(line: str) -> bool:
    if _KEYS.search(line):
        return True
    match = _SECRET.search(line)
    if match is None or _NO_SECRET.search(match["value"]):
        return False
    value = match["value"]
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def cors_is_not_open_with_credentials(ground: Ground) -> Iterator[Observation]:
    """No origin of all is allowed together with credentials."""
    places: list[Place] = []
    for file, lines in ground.sources((*PYTHON, *SCRIPT)):
        places += _open_cors(file, lines)
    if places:
        yield Observation(
            "high",
            "security",
            "Every origin may send requests with the user's credentials",
            "CORS is open to all origins and allows credentials: any page that a signed-in user"
            " visits can call the API in the user's name and read what it answers.",
            "List the origins that may call, or do without credentials.",
            "hours",
            "A request with another Origin gets no Access-Control-Allow-Origin.",
            tuple(places[:_AT_MOST]),
        )


_ANY_ORIGIN = lazy_pattern(
    r"allow_origins\s*=\s*\[\s*[\"']\*[\"']\s*\]|allow_origin_regex\s*=\s*r?[\"']\.\*[\"']"
    r"|\borigins?\s*:\s*(?:true\b|\[?\s*[\"']\*[\"'])|CORS_(?:ALLOW_ALL_ORIGINS|ORIGIN_ALLOW_ALL)\s*=\s*True"
    r"|origins\s*=\s*[\"']\*[\"']"
)
_CREDENTIALS = lazy_pattern(
    r"allow_credentials\s*=\s*True|\bcredentials\s*:\s*true\b|CORS_ALLOW_CREDENTIALS\s*=\s*True"
    r"|supports_credentials\s*=\s*True"
)
_NEAR_LINES = 8


def _open_cors(file: str, lines: list[str]) -> Iterator[Place]:
    for number, line in enumerate(lines, 1):
        if len(line) > 1000 or not _ANY_ORIGIN.search(line):
            continue
        whole = line.lstrip().startswith("CORS_")  # settings of Django stand apart
        first = 0 if whole else max(0, number - 1 - _NEAR_LINES)
        near = lines if whole else lines[first : number + _NEAR_LINES]
        if any(_CREDENTIALS.search(other) for other in near if len(other) < 1000):
            yield Place(file, number)


def writes_ask_who_is_calling(ground: Ground) -> Iterator[Observation]:
    """An endpoint that writes asks who is calling where its siblings in the same file do."""
    by_file: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in ground.survey.endpoints:
        by_file[endpoint.file].append(endpoint)
    pairs = [pair for same in by_file.values() for pair in _open_beside_guarded(same)]
    if pairs:
        names = ", ".join(f"{one.method} {one.path}" for one, _ in pairs[:3])
        more = f" and {len(pairs) - 3} more" if len(pairs) > 3 else ""
        guarded = pairs[0][1]
        shown = [Place(one.file, one.line) for one, _ in pairs[:_AT_MOST]]
        yield Observation(
            "high",
            "security",
            f"{names}{more} asks nobody who is calling",
            "Neither anything before the route nor its handler refuses a request"
            f" without credentials, unlike for its siblings, as {guarded.method} {guarded.path}.",
            "Guard it as its siblings are, or say beside the route why it is open.",
            "hours",
            "A request without credentials is answered with 401.",
            (*shown, *(Place(one.file, one.line) for one in guarded.guards[:1])),
        )


def _open_beside_guarded(endpoints: list[Endpoint]) -> list[tuple[Endpoint, Endpoint]]:
    """Return each open write of a file with a guarded sibling; one guard proves no habit."""
    guarded = [one for one in endpoints if one.access == "guarded"]
    writes = [one for one in guarded if one.method in _WRITES] or guarded
    open_ones = [
        one
        for one in endpoints
        if one.access == "open"
        and one.method in _WRITES
        and not _PUBLIC.search(f"{one.path} {one.handler}")
        and not _creates_account(one)
    ]
    return [(one, writes[0]) for one in open_ones] if len(guarded) >= len(open_ones) else []


def _creates_account(endpoint: Endpoint) -> bool:
    return endpoint.method == "POST" and bool(re.search(r"/(?:users|accounts)/?$", endpoint.path))


def logins_are_limited(ground: Ground) -> Iterator[Observation]:
    """Where one signs in, the number of tries is limited."""
    logins = [
        one
        for one in ground.survey.endpoints
        if one.method == "POST" and _TRY.match(one.path.rstrip("/").rsplit("/", 1)[-1])
    ]
    if logins and ground.repository.has_word(*_LIMITERS, inside=True) is False:
        yield Observation(
            "medium",
            "security",
            "Signing in can be tried without limit",
            "The repository has no rate limiter: passwords and codes can be guessed"
            " at full speed, unless something in front of the service limits them.",
            "Limit tries by account and by address, e.g. 5 a minute, and answer 429.",
            "days",
            "The sixth wrong try within a minute is answered with 429.",
            tuple(Place(one.file, one.line) for one in logins[:_AT_MOST]),
        )
