"""The endpoints of routes, once they are where they are served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.rust.values import Route, braced

if TYPE_CHECKING:
    from collections.abc import Iterable

ACCESS_REASON = "guards of Rust are not read"
Birth = tuple[str, int, str]


def without_ends(unique: Iterable[Endpoint]) -> list[Endpoint]:
    """Return endpoints without those whose whole path is known from elsewhere."""
    listed = list(unique)
    whole = {(one.file, one.line, one.method) for one in listed if one.resolved == "full"}
    ends = {one for one in listed if (one.file, one.line, one.method) in whole}
    return [one for one in listed if one.resolved == "full" or one not in ends]


def roots_of_unknown(made: dict[Birth, dict[Route, None]]) -> Iterable[NotUnderstood]:
    """Yield the routes of which nothing is known but that they are the root of something."""
    for routes in made.values():
        for route in routes:
            if not route.is_known and route.path in {"", "/"}:
                yield NotUnderstood(route.file, route.line, "the path of a route is computed")


def as_endpoints(made: dict[Birth, dict[Route, None]]) -> Iterable[Endpoint]:
    """Yield the endpoints of routes, where they were put last."""
    for routes in made.values():
        for route in routes:
            framework = "actix" if route.framework == "macro" else route.framework
            path = braced(route.path, framework)
            path = path if path.startswith("/") else f"/{path}"
            if route.is_known or path != "/":
                yield Endpoint(
                    route.verb, path, route.handler, route.file, route.line, framework,
                    "full" if route.is_known else "suffix", access_reason=ACCESS_REASON,
                )  # fmt: skip
