"""Claims about client routes: the cited file shows something at the path, and what."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, doubted, place, refuted
from workers.claims.kinds.screens import cited_sources, declared_routes, placed_route, rows_of
from workers.claims.paths import is_suffix, segments
from workers.delivery.delivery import problem, text_of
from workers.repository.source import Source, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.client_routes import ClientRoute, ClientRoutes

_NAME = lazy_pattern(r"[A-Z][A-Za-z0-9_$]{1,100}")
_MOST_SHOWN = 4


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the claims of the client routes that are said to exist."""
    for pointer, row, claim in rows_of(delivery, "client_route", "path"):
        if not text_of(row, "path").startswith(("/", "*")):
            continue
        yield claim
        component = text_of(row, "component").strip("`<>/ ")
        if component:
            where = f"{pointer}/component"
            yield replace(claim, kind="route_component", says=component, pointer=where)
        if isinstance(row.get("guarded"), bool):
            where = f"{pointer}/guarded"
            yield replace(claim, kind="route_guarded", says=row["guarded"], pointer=where)


def _readings(ground: Ground, claim: Claim) -> list[tuple[Source, ClientRoutes]]:
    """Return what the cited files are as pages, or declare as routes."""
    readings: list[tuple[Source, ClientRoutes]] = []
    for source in cited_sources(claim):
        placed = placed_route(ground, source)
        read_in = placed if placed is not None else declared_routes(source)
        if read_in is not None:
            readings.append((source, read_in))
    return readings


def _ways(path: str) -> list[list[str]]:
    """Return a path's segments with and without what may be left out at its end."""
    ways = [segments(re.sub(r"/\*[\w-]*$|/\{\.\.\.\w+\}$", "", path))]
    if re.search(r"\?$|\]\]$", path) or path.endswith("/*") or "*" in path:
        ways.append(segments(path))
        ways.append(segments(path)[:-1])
    return ways


def _is_same(route: ClientRoute, path: str) -> bool | None:
    """Tell whether a route is at a path; None where something may stand before what is declared."""
    ours = _ways(path)
    if any(way in ours for way in _ways(route.path)):
        return True
    if not is_suffix(route.path, path):
        return False
    return None if route.whole or not segments(route.path) else True


def _matching(ground: Ground, claim: Claim) -> list[tuple[Source, ClientRoute]]:
    path = text_of(claim.entry, "path")
    return [
        (source, route)
        for source, reading in _readings(ground, claim)
        for route in reading.routes
        if _is_same(route, path)
    ]


def decide_route(ground: Ground, claim: Claim) -> Verdict:
    """The cited file shows something at the path."""
    matching = _matching(ground, claim)
    if matching:
        nearest = min(matching, key=lambda pair: not _is_cited(claim, *pair))
        return confirmed(nearest[0].path, nearest[1].line)
    cited = [
        (source, route)
        for source, reading in _readings(ground, claim)
        for route in reading.routes
        if _is_cited(claim, source, route)
    ]
    path = str(claim.says)
    if not cited or any(_is_same(route, path) is None for _, route in cited):
        return UNDECIDED
    if any(_is_unread(claim, source, reading) for source, reading in _readings(ground, claim)):
        return UNDECIDED
    source, route = cited[0]
    paths = ", ".join(dict.fromkeys(shown(other.path, 80) for _, other in cited[:_MOST_SHOWN]))
    message = f"`{place(source.path, route.line)}` declares {paths}, not {shown(path, 80)}"
    hint = "Write the path that is declared, or cite the lines that declare yours."
    refutation = problem("K44", message, hint, ground.place(claim, "path"))
    return refuted(refutation, source.path, route.line)


def _is_cited(claim: Claim, source: Source, route: ClientRoute) -> bool:
    return any(
        cited.path == source.path and first <= route.last and route.line <= last
        for cited, first, last in claim.cited
    )


def _is_unread(claim: Claim, source: Source, reading: ClientRoutes) -> bool:
    """Tell whether a cited part of a file may declare a route that is not understood."""
    lines = [part.line for part in reading.unread]
    return 1 in lines or any(
        cited.path == source.path and first <= line <= last
        for cited, first, last in claim.cited
        for line in lines
    )


def decide_component(ground: Ground, claim: Claim) -> Verdict:
    """The route shows the component."""
    name = str(claim.says)
    matching = _matching(ground, claim)
    for source, route in matching:
        names = {plain(_last(known)) for known in (*route.components, *_files_of(source, route))}
        if plain(_last(name)) in names:
            return confirmed(source.path, route.line)
    exact = [(source, route) for source, route in matching if _is_cited(claim, source, route)]
    if not _NAME.fullmatch(name) or not exact or len(exact) != len(matching):
        return UNDECIDED
    if not all(_excludes(ground, source, route, name) for source, route in exact):
        return UNDECIDED
    source, route = exact[0]
    names_shown = ", ".join(shown(known, 60)[1:-1] for known in route.components[:_MOST_SHOWN])
    message = f"`{place(source.path, route.line)}` shows {names_shown}, not {shown(name, 60)[1:-1]}"
    hint = "Write the component that the route shows, or null."
    refutation = problem("K45", message, hint, ground.place(claim))
    return refuted(refutation, source.path, route.line)


def _last(name: str) -> str:
    return posixpath.basename(name).split(".")[0]


def _files_of(source: Source, route: ClientRoute) -> list[str]:
    """Return the modules that a route's names are imported from."""
    reading = declared_routes(source)
    modules = dict(reading.modules) if reading else {}
    named = [modules[name] for name in route.components if name in modules]
    # An index is called as its folder.
    indexes = [module for module in named if _last(module) == "index"]
    return [*named, *map(posixpath.dirname, indexes)]


def _excludes(ground: Ground, source: Source, route: ClientRoute, name: str) -> bool:
    """Tell whether a route shows others only: no file that its names lead to knows the name."""
    if not route.components:
        return False
    for module in (*_files_of(source, route), *route.components):
        if "/" not in module and "." not in module:
            continue
        stem = _last(module)
        ends = (f"/{stem}.", f"/{stem}/")
        files = [file for file in ground.repository.files if any(e in f"/{file}" for e in ends)]
        for file in files[:20]:
            other = ground.repository.searched(file)
            if isinstance(other, Source) and plain(name) in other.words:
                return False
    return not any(re.search(rf"\b{re.escape(name)}\b", line) for line in _lines(source, route))


def _lines(source: Source, route: ClientRoute) -> list[str]:
    return source.lines[route.line - 1 : route.last]


def decide_guarded(ground: Ground, claim: Claim) -> Verdict:
    """The route asks who is there, or does not; what is not seen may be asked further out."""
    guarding = [(source, route) for source, route in _matching(ground, claim) if route.guard]
    if not guarding:
        return UNDECIDED
    source, route = guarding[0]
    if claim.says:
        return confirmed(source.path, route.line)
    message = f"`{place(source.path, route.line)}` is behind {shown(route.guard, 60)[1:-1]}"
    hint = "Write true if that asks who is there."
    return doubted(problem("K46", message, hint, ground.place(claim)))


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "client_route": decide_route,
    "route_component": decide_component,
    "route_guarded": decide_guarded,
}
