"""The interface: paging, methods that say what they do, one form of errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.rules.ground import PYTHON, SCRIPT, Observation, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.rules.ground import Ground

_AT_MOST = 12
_MANY = lazy_pattern(
    r"\.all\(\)|\.fetchall\(|\.fetch\(|\.find\(|\.findMany\(|\.findAll\(|\.scalars\(|\.to_list\("
    r"|\.objects\.(?:all|filter)\(|\bselect\(|SELECT\b",
)
_PAGED = lazy_pattern(
    r"limit|offset|\bpage|pagin|cursor|\btake\b|\bskip\b|\bfirst\b|per_page|\bsize\b|\bcount\b"
    r"|\[:|\bTOP\b|\bquery\b|Params|Filter|LIKE|search",
    re.IGNORECASE,
)
_PLURAL = lazy_pattern(r"/(?P<name>[a-z][a-z0-9_-]{2,60}s)/?$", re.IGNORECASE)
_ONE = lazy_pattern(r"(?:ss|us|is|status|settings|stats|metrics|news|docs|details|preferences)$")
_CHANGING = lazy_pattern(
    r"^(?:create|add|delete|remove|destroy|update|cancel|approve|reject|reset|revoke|publish"
    r"|archive|refund|purge|clear)(?:$|[-_])",
    re.IGNORECASE,
)
_ERROR_KEYS = (
    lazy_pattern(r"\.status\(\s*[45]\d\d\s*\)\s*\.(?:json|send)\(\s*\{\s*[\"']?(?P<key>\w{1,40})"),
    lazy_pattern(r"jsonify\(\s*\{\s*[\"'](?P<key>\w{1,40})[\"'][^\n]{0,200}\)\s*,\s*[45]\d\d"),
    lazy_pattern(
        r"JSONResponse\([^\n]{0,120}status_code\s*=\s*[45]\d\d[^\n]{0,80}\{\s*[\"'](?P<key>\w{1,40})"
    ),
)
_FORMS = 2


def collections_are_paged(ground: Ground) -> Iterator[Observation]:
    """A GET that answers with many rows has a limit."""
    unpaged = []
    for endpoint in ground.survey.endpoints:
        match = _PLURAL.search(endpoint.path)
        body = ground.body(endpoint) if endpoint.method == "GET" and match else None
        if body is None or match is None or _ONE.search(match["name"].lower()):
            continue
        if _MANY.search(body.text) and not _PAGED.search(body.text):
            unpaged.append(endpoint)
    if unpaged:
        names = ", ".join(f"GET {one.path}" for one in unpaged[:3])
        more = f" and {len(unpaged) - 3} more" if len(unpaged) > 3 else ""
        yield Observation(
            "medium",
            "performance",
            f"{names}{more} answers with all rows at once",
            "The handler reads many rows and has no limit, cursor or page: answers grow with the"
            " table, and one request can load all of it.",
            "Page by cursor, or by limit and offset, with a default of 50 and an upper bound.",
            "days",
            "A request for 1000 rows gets at most the upper bound, and a way to the next page.",
            tuple(Place(one.file, one.line) for one in unpaged[:_AT_MOST]),
        )


def reading_changes_nothing(ground: Ground) -> Iterator[Observation]:
    """No GET has a path that says it changes something."""
    changing = [
        one
        for one in ground.survey.endpoints
        if one.method == "GET"
        and any(_CHANGING.match(word) for word in one.path.split("/")[-2:])
        and one.framework != "django"  # forms are shown by GET there, at the path of their action
    ]
    if changing:
        names = ", ".join(f"GET {one.path}" for one in changing[:3])
        yield Observation(
            "medium",
            "api",
            f"{names} reads as if it changed something",
            "GET must be safe (RFC 9110, 9.2.1): crawlers, prefetching and retries call it.",
            "Use POST, PUT, PATCH or DELETE for it; if it changes nothing, rename it.",
            "days",
            "Calling the GET twice leaves the data as it was.",
            tuple(Place(one.file, one.line) for one in changing[:_AT_MOST]),
        )


def errors_have_one_form(ground: Ground) -> Iterator[Observation]:
    """Errors are answered in one form."""
    places: dict[str, Place] = {}
    for file, lines in ground.sources((*PYTHON, *SCRIPT)):
        for number, line in enumerate(lines, 1):
            if len(line) > 1000:
                continue
            for pattern in _ERROR_KEYS:
                match = pattern.search(line)
                if match:
                    places.setdefault(match["key"], Place(file, number))
    if len(places) >= _FORMS:
        yield Observation(
            "low",
            "api",
            f"Errors are answered in {len(places)} forms",
            f"Their bodies begin with different keys: {', '.join(sorted(places)[:6])}. Clients"
            " have to know each endpoint's own.",
            "Answer all errors in one form, as application/problem+json (RFC 9457).",
            "days",
            "Every answer of 400 and above has the same keys.",
            tuple(places[key] for key in sorted(places)[:6]),
        )
