"""Routers, the routes on them, and the endpoints that follow when all functions are followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.go.paths import below, ended
from workers.survey.languages.go.values import UNKNOWN_TEXT, Text, known, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.survey.languages.go.values import Place, Value

_NESTING = 30
_MOST_WAYS = 60
_MOST_ENDPOINTS = 50_000
_REASON = "guards of Go are not read"
EMPTY = text("")


class Above(NamedTuple):
    """What a router hangs on: at a prefix of it, or as a handler that gets what is left."""

    router: Router
    prefix: Text
    as_handler: bool = False


class Route(NamedTuple):
    """A route as it is declared; `method` None is not known."""

    method: str | None
    path: Text
    handler: str
    place: Place


@dataclass(eq=False)
class Builder:
    """A route of gorilla/mux that is put together by a chain of calls."""

    router: Router
    place: Place
    path: Text = EMPTY
    methods: tuple[str | None, ...] | None = None
    handler: str | None = None
    in_the_way: bool = False  # it leads to a router, and is no route itself
    written: Any = None  # the expression of its path

    def routes(self) -> Iterator[Route]:
        """Yield the routes that it stands for, none where nothing handles them."""
        if self.handler is not None and not self.in_the_way:
            methods = self.methods or self.router.methods or ("ANY",)
            for method in methods:
                yield Route(method, Text(self.path.parts), self.handler, self.place)


@dataclass(eq=False)
class Router:
    """A router: `root` unless it came from code that was not followed, or hangs on another."""

    kind: str
    root: bool = True
    above: list[Above] = field(default_factory=list)
    methods: tuple[str | None, ...] | None = None
    one_path: bool = False  # it stands for one path, as what fiber's `Route` returns
    late: bool = False  # it is made where nothing that starts the program was seen to lead
    either: list[Router] = field(default_factory=list)  # it is one of these
    mock: bool = False  # only tests listen with it
    served: bool = False  # something was seen to listen with it
    routes: list[Route] = field(default_factory=list)
    builders: list[Builder] = field(default_factory=list)
    known: set[Route] = field(default_factory=set)

    def add(self, route: Route) -> None:
        """Add a route, once however often the code that adds it is reached."""
        if route not in self.known:
            self.known.add(route)
            self.routes.append(route)

    def group(self, prefix: Text, methods: tuple[str | None, ...] | None = None) -> Router:
        """Return a router that hangs below a prefix of this one."""
        above = [Above(self, prefix)]
        return Router(self.kind, above=above, methods=methods or self.methods, late=self.late)

    def serve(self) -> None:
        """Keep that something listens with this router, or with whichever it may be."""
        self.served = True
        for other in self.either:
            other.served = True

    def hang(self, above: Above) -> None:
        """Put this router below another one, or whichever it may be."""
        for other in self.either:
            if above.router is not other and above not in other.above:
                other.above.append(above)
        if above.router is not self and above not in self.above:
            self.above.append(above)

    def all_routes(self) -> Iterator[Route]:
        """Yield its routes, those of chains included."""
        yield from self.routes
        for builder in self.builders:
            yield from builder.routes()


class _Way(NamedTuple):
    """What stands before the paths of a router on one way down from a root."""

    prefix: Text
    stripped: Text
    whole: bool = True


def _ways(router: Router, depth: int, seen: dict[int, list[_Way]]) -> list[_Way]:
    """Return the ways on which a router is reached."""
    if id(router) in seen:
        return seen[id(router)]
    seen[id(router)] = []  # what hangs on itself is reached by no such way
    if not router.above or depth > _NESTING:
        start = EMPTY if router.root and depth <= _NESTING else UNKNOWN_TEXT
        ways = [_Way(start, start)]
    else:
        ways = []
        for above in router.above:
            for way in _ways(above.router, depth + 1, seen):
                ways.append(_down(way, above))
                if len(ways) >= _MOST_WAYS:
                    break
    seen[id(router)] = list(dict.fromkeys(ways))
    return seen[id(router)]


def _down(way: _Way, above: Above) -> _Way:
    if above.as_handler:
        base = below("net/http", way.stripped, above.prefix)
        return _Way(base, base)
    return _Way(below(above.router.kind, way.prefix, above.prefix), way.stripped)


class Served(NamedTuple):
    """What routers serve, and the places of routes whose path or method is not known."""

    endpoints: list[Endpoint]
    computed: set[Place]


def served(routers: Iterable[Router]) -> Served:
    """Return the endpoints of all routers; what is reached whole is not told by its end as well."""
    whole: dict[tuple[str, str, Place], Endpoint] = {}
    late: dict[tuple[str, str, Place], Endpoint] = {}
    ends: dict[tuple[str, str, Place], Endpoint] = {}
    computed: set[Place] = set()
    ways: dict[int, list[_Way]] = {}
    for router in routers:
        for route in () if router.mock else router.all_routes():
            for way in _ways(router, 0, ways):
                path = ended(router.kind, below(router.kind, way.prefix, route.path))
                if path is None or route.method is None:
                    computed.add(route.place)
                    continue
                endpoint = _endpoint(router, route, path.path, is_whole=path.whole)
                into = ends if not path.whole else late if router.late else whole
                if len(into) < _MOST_ENDPOINTS:
                    into.setdefault((route.method, path.path, route.place), endpoint)
    for weaker in (late, ends):
        reached = {(method, place) for method, _, place in whole}
        whole |= {key: one for key, one in weaker.items() if (key[0], key[2]) not in reached}
    listed = list(whole.values())
    places = {place for _, _, place in [*whole, *late, *ends]}
    return Served(listed, computed - places)


def _endpoint(router: Router, route: Route, path: str, *, is_whole: bool) -> Endpoint:
    return Endpoint(
        route.method or "ANY",
        path,
        route.handler,
        route.place.file,
        route.place.line,
        router.kind,
        resolved="full" if is_whole else "suffix",
        access_reason=_REASON,
    )


def method_of(value: Value) -> str | None:
    """Return a method in capitals, None for one that is not known."""
    name = known(value)
    return name.upper() if name and name.replace("-", "").isalpha() else None


def missed(file: str, lines: Iterable[int], what: str) -> NotUnderstood:
    """Return the line that tells how many routes of a file were not understood."""
    listed = sorted(lines)
    count = f"{len(listed):,} routes" if len(listed) > 1 else "1 route"
    return NotUnderstood(file, listed[0], f"{count} {what}")
