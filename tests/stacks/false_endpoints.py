"""False variants of endpoints: method, path, guard, limit, cache."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.stacks.ground import existing, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.ground import Ground, Planted, Report


VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# A verb as code writes it: `r.Get(`, `[HttpGet]`, `@GetMapping`, `MapGet`, `methods: ["GET"]`.
_VERB = re.compile(
    r"(?<![A-Za-z_])(?:Http|Map)?(get|post|put|patch|delete)(?:Mapping|Async)?(?![A-Za-z_])",
    re.IGNORECASE,
)


def wrong_verbs(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim another method; decidable by the one verb on the cited lines."""
    taken = {(row["method"], row["path"]) for row in ground.report["api_specifications"]}
    for number, row in existing(ground, "api_specifications"):
        cited = row["evidence"][:1]
        on_lines = {verb.upper() for line in ground.lines(cited[0]) for verb in _VERB.findall(line)}
        others = [verb for verb in VERBS if (verb, row["path"]) not in taken][:2]
        decidable = ground.stack.has_reader or len(on_lines) == 1
        for verb in others:

            def change(report: Report, number: int = number, verb: str = verb) -> None:
                api = report["api_specifications"][number]
                api["method"], api["evidence"] = verb, api["evidence"][:1]

            what = f"{row['method']} {row['path']} as {verb}"
            expected = "refuted" if decidable else "undecided"
            yield ground.variant(kind, what, change, expected)


def other_paths(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim the path of another route, or a prefix that nothing has."""
    rows = existing(ground, "api_specifications")
    taken = {(row["method"], row["path"]) for _, row in rows}
    for number, row in rows:
        paths = [path for _, path in sorted(taken) if path and (row["method"], path) not in taken]
        wanted = {f"/v9{row['path']}", *paths[:1]}
        for path in sorted(wanted):
            what = f"{row['method']} {row['path']} as {path}"
            change = setting("api_specifications", number, "path", path)
            expected = "refuted" if ground.stack.has_reader else "undecided"
            yield ground.variant(kind, what, change, expected)


def wrong_guards(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim the opposite of whether an endpoint asks who calls."""
    for number, row in existing(ground, "api_specifications"):
        said = row["requires_auth"]

        def change(report: Report, number: int = number, said: bool = said) -> None:
            api = report["api_specifications"][number]
            api["requires_auth"] = not said
            api["authentication"] = "None" if said else "JWT bearer token"

        what = f"{row['method']} {row['path']} requires_auth {not said}"
        expected = "refuted" if ground.stack.has_reader else "undecided"
        yield ground.variant(kind, what, change, expected)


def wrong_flags(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim a rate limit or a cache where the report says there is none."""
    field, text = kind, {"rate_limited": "rate_limiting", "cached": "caching_strategy"}[kind]
    rows = existing(ground, "api_specifications")
    nowhere = not any(row[field] for _, row in rows)
    for number, row in [(number, row) for number, row in rows if not row[field]][:3]:

        def change(report: Report, number: int = number) -> None:
            api = report["api_specifications"][number]
            api[field], api[text] = True, "for 60 seconds" if field == "cached" else "60 a minute"

        expected = "warned" if nowhere else "undecided"
        yield ground.variant(kind, f"{row['method']} {row['path']}", change, expected)
