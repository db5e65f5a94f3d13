"""Routers, what is mounted where, and the endpoints that this makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.found import Access as Answer
from workers.survey.found import Endpoint, Guard
from workers.survey.route_paths import Join, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ANY = "ANY"
# Folders of files that are handed to browsers as they are.
PAGES = lazy_pattern(r"(?:^|/)(?:public|static|assets|www|wwwroot|staticfiles)/")
_NESTING = 20
# How many fields of a route, of a mount, say which it is; the rest say what it asks.
_ROUTE, _MOUNT = 8, 3
_MOST_ENDPOINTS = 50_000


Access = tuple[Answer, tuple[Guard, ...], str | None]


@dataclass(frozen=True, eq=False)
class Asked:
    """Something that is asked before a route answers: a middleware, a decorator, a dependency.

    `way` is how it is asked (`guards.judging`), `path` below which, None for one that is not known;
    `exact` is for that path alone, `unless` for all but these (None among them: some more),
    `methods` for these, `instead` of all that is asked further out. `maybe`: it stands under a
    condition. `metadata` is what its route is marked by.
    """

    way: str
    value: Any
    name: str
    file: str
    line: int
    program: Any
    path: str | None = ""
    exact: bool = False
    unless: tuple[str | None, ...] = ()
    methods: frozenset[str] | None = None
    instead: bool = False
    maybe: bool = False
    metadata: Mapping[str, Any] | None = None


class Reach(NamedTuple):
    """Something asked, and what stands before its path; None is not known."""

    asked: Asked
    prefix: str | None


class Route(NamedTuple):
    """A route of a router; `path` None is one that could not be worked out.

    `asks` and `does` are what it asks and its handler, `order` how much its router asked before.
    """

    method: str
    path: str | None
    handler: str
    file: str
    line: int
    success_status: int | None = None
    request: str | None = None
    response: str | None = None
    asks: tuple[Asked, ...] = ()
    does: Asked | None = None
    order: int = 0


class Mount(NamedTuple):
    """A router below another one; `prefix` None is one that could not be worked out.

    `instead` is a prefix that stands in place of the child's own, as Flask has it.
    """

    prefix: str | None
    child: Router
    instead: bool = False
    asks: tuple[Asked, ...] = ()
    order: int = 0


@dataclass(eq=False)
class Router:
    """Anything that routes are added to: an application, a router, a blueprint, a URL list.

    `root` is one that is served as it is; any other one is served where it is mounted. What it
    `asks` holds for all of its routes, `in_order` for those alone that are added later.
    """

    framework: str
    root: bool = False
    prefix: str | None = ""
    join: Join = "concatenate"
    asks: list[Asked] = field(default_factory=list)
    in_order: bool = False
    routes: list[Route] = field(default_factory=list)
    known: set[tuple[object, ...]] = field(default_factory=set)  # its routes, by what they are
    mounts: list[Mount] = field(default_factory=list)
    options: dict[str, object] = field(default_factory=dict)
    made: tuple[str, int] | None = None  # where the call stands that made it

    def add(self, route: Route) -> None:
        """Add a route, once however often the code that adds it is reached."""
        if route[:_ROUTE] not in self.known:
            self.known.add(route[:_ROUTE])
            self.routes.append(route._replace(order=len(self.asks)))

    def mount(
        self,
        prefix: str | None,
        child: Router,
        asks: Iterable[Asked] = (),
        *,
        instead: bool = False,
    ) -> None:
        """Put another router below a prefix, its routes asking more."""
        mount = Mount(prefix, child, instead, tuple(asks), len(self.asks))
        is_new = all(known[:_MOUNT] != mount[:_MOUNT] for known in self.mounts)
        if child is not self and is_new:
            self.mounts.append(mount)


class _Above(NamedTuple):
    """What stands before a router's paths on one way from the root."""

    prefix: str = ""
    known: bool = True
    is_served: bool = True  # from a root: all that is asked further out was seen
    reached: tuple[Reach, ...] = ()


Judge = Callable[[Iterable[Reach], Asked | None, str, str], Access]


def endpoints(routers: Iterable[Router], judge: Judge) -> list[Endpoint]:
    """Return what the routers serve, sorted; below a prefix that is unknown only the path's end.

    `judge` says who may call an endpoint, by what it asks, its handler, its method and its path.
    """
    everything = all_routers(routers)
    mounted = {id(mount.child) for router in everything for mount in router.mounts}
    by_place: dict[tuple[str, str, str, int], Endpoint] = {}
    copies = _made_again(everything, mounted)
    for router in everything:
        if router.root and id(router) not in mounted and id(router) not in copies:
            above = _Above(is_served=not _may_be_mounted(router, everything))
            _collect(_below(router, above, judge), by_place)
    # What is mounted nowhere that was seen may still be served, by code that was not understood:
    # the end of its path is true, unless another mount of the same line gave the whole.
    reached = {(one.file, one.line) for one in by_place.values()}
    for router in everything:
        if not router.root and id(router) not in mounted:
            below = _below(router, _Above(known=False, is_served=False), judge)
            _collect((one for one in below if (one.file, one.line) not in reached), by_place)
    return sorted(by_place.values(), key=lambda one: (one.file, one.line, one.path, one.method))


def all_routers(routers: Iterable[Router]) -> list[Router]:
    """Return routers and all that is mounted below them, each once."""
    by_id: dict[int, Router] = {}
    todo = list(routers)[::-1]
    while todo:
        router = todo.pop()
        if id(router) not in by_id:
            by_id[id(router)] = router
            todo += [mount.child for mount in router.mounts]
    return list(by_id.values())


def _made_again(everything: Iterable[Router], mounted: set[int]) -> set[int]:
    """Return the applications that are others once more, which were seen to be mounted.

    Of a class that makes one, an object is followed where the program makes it, and one that
    nobody was seen to make, for the methods that only a library calls.
    """
    by_place: dict[tuple[str, int] | None, set[tuple[str, int]]] = {}
    for router in everything:
        if id(router) in mounted and router.made is not None:
            by_place.setdefault(router.made, set()).update(_places(router))
    return {
        id(router)
        for router in everything
        if router.root
        and id(router) not in mounted
        and not router.mounts
        and router.routes
        and by_place.get(router.made, set()).issuperset(_places(router))
    }


def _places(router: Router) -> set[tuple[str, int]]:
    return {(route.file, route.line) for route in router.routes}


def _collect(some: Iterable[Endpoint], by_place: dict[tuple[str, str, str, int], Endpoint]) -> None:
    for endpoint in some:
        if len(by_place) >= _MOST_ENDPOINTS:
            return
        by_place.setdefault(
            (endpoint.method, endpoint.path, endpoint.file, endpoint.line), endpoint
        )


def _below(
    router: Router, above: _Above, judge: Judge, depth: int = 0, *, without_prefix: bool = False
) -> Iterator[Endpoint]:
    if depth > _NESTING:
        return
    here = _under(above, "" if without_prefix else router.prefix, router.join)
    for route in router.routes:
        if route.path is not None:
            yield _endpoint(router, route, here, judge)
    for mount in router.mounts:
        asks = (*_asked(router, mount.order), *mount.asks)
        under = _under(_asking(here, asks), mount.prefix, router.join)
        yield from _below(mount.child, under, judge, depth + 1, without_prefix=mount.instead)


def _endpoint(router: Router, route: Route, here: _Above, judge: Judge) -> Endpoint:
    path = joined(here.prefix, route.path or "", router.join)
    path = path if path.startswith("/") else f"/{path}"
    asking = _asking(here, (*_asked(router, route.order), *route.asks))
    access, guards, reason = judge(asking.reached, route.does, route.method, path)
    return Endpoint(
        route.method,
        path,
        route.handler,
        route.file,
        route.line,
        router.framework,
        "full" if here.known else "suffix",
        ", ".join(dict.fromkeys(guard.name for guard in guards)) or None,
        route.success_status,
        route.request,
        route.response,
        # What stands above a router that was seen to be mounted nowhere may ask, too.
        "unknown" if access == "open" and not here.is_served else access,
        guards,
        "where it is mounted is not known" if access == "open" and not here.is_served else reason,
    )


def _asked(router: Router, order: int) -> list[Asked]:
    return router.asks[:order] if router.in_order else router.asks


def _asking(above: _Above, asks: Iterable[Asked]) -> _Above:
    reached = tuple(Reach(asked, above.prefix) for asked in asks)
    return above._replace(reached=above.reached + reached) if reached else above


def _under(above: _Above, prefix: str | None, join: Join) -> _Above:
    if prefix is None:
        # Paths begin anew here: whether what is asked above asks below a path cannot be said.
        reached = tuple(Reach(reach.asked, None) for reach in above.reached)
        return above._replace(prefix="", known=False, reached=reached)
    return above._replace(prefix=joined(above.prefix, prefix, join))


def _may_be_mounted(router: Router, everything: Iterable[Router]) -> bool:
    """Tell whether a router that is made as an application may be a part of another one.

    Hono has one class for both: where others are put together, this may be by code not understood.
    """
    if router.framework != "hono" or router.mounts:
        return False
    return any(one.mounts for one in everything if one.framework == router.framework)
