"""Routers, what is mounted where, and the endpoints that this makes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.found import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# How a prefix and a path make one: as they are, with one slash between, or as segments.
Join = Literal["concatenate", "slash", "segments"]
ANY = "ANY"
# Folders of files that are handed to browsers as they are.
PAGES = lazy_pattern(r"(?:^|/)(?:public|static|assets|www|wwwroot|staticfiles)/")
_NESTING = 20
_MOST_GROUPS = 4
_MOST_ENDPOINTS = 50_000


class Route(NamedTuple):
    """A route of a router; `path` None is one that could not be worked out."""

    method: str
    path: str | None
    handler: str
    file: str
    line: int
    authentication: str | None = None
    success_status: int | None = None
    request: str | None = None
    response: str | None = None


class Mount(NamedTuple):
    """A router below another one; `prefix` None is one that could not be worked out.

    `instead` is a prefix that stands in place of the child's own, as Flask has it.
    """

    prefix: str | None
    child: Router
    authentication: str | None = None
    instead: bool = False


@dataclass(eq=False)
class Router:
    """Anything that routes are added to: an application, a router, a blueprint, a URL list.

    `root` is one that is served as it is; any other one is served where it is mounted.
    """

    framework: str
    root: bool = False
    prefix: str | None = ""
    join: Join = "concatenate"
    authentication: str | None = None
    routes: list[Route] = field(default_factory=list)
    mounts: list[Mount] = field(default_factory=list)
    options: dict[str, object] = field(default_factory=dict)

    def add(self, route: Route) -> None:
        """Add a route, once however often the code that adds it is reached."""
        if route not in self.routes:
            self.routes.append(route)

    def mount(
        self,
        prefix: str | None,
        child: Router,
        authentication: str | None = None,
        *,
        instead: bool = False,
    ) -> None:
        """Put another router below a prefix."""
        mount = Mount(prefix, child, authentication, instead)
        if child is not self and mount not in self.mounts:
            self.mounts.append(mount)


class _Above(NamedTuple):
    """What stands before a router's paths on one way from the root."""

    prefix: str = ""
    known: bool = True
    authentication: str | None = None


def endpoints(routers: Iterable[Router]) -> list[Endpoint]:
    """Return what the routers serve, sorted; below a prefix that is unknown only the path's end."""
    everything = all_routers(routers)
    mounted = {id(mount.child) for router in everything for mount in router.mounts}
    by_place: dict[tuple[str, str, str, int], Endpoint] = {}
    for router in everything:
        if router.root and id(router) not in mounted:
            _collect(_below(router, _Above(), 0), by_place)
    # What is mounted nowhere that was seen may still be served, by code that was not understood:
    # the end of its path is true, unless another mount of the same line gave the whole.
    reached = {(one.file, one.line) for one in by_place.values()}
    for router in everything:
        if not router.root and id(router) not in mounted:
            below = _below(router, _Above(known=False), 0)
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


def _collect(some: Iterable[Endpoint], by_place: dict[tuple[str, str, str, int], Endpoint]) -> None:
    for endpoint in some:
        if len(by_place) >= _MOST_ENDPOINTS:
            return
        by_place.setdefault(
            (endpoint.method, endpoint.path, endpoint.file, endpoint.line), endpoint
        )


def _below(
    router: Router, above: _Above, depth: int, *, without_prefix: bool = False
) -> Iterator[Endpoint]:
    if depth > _NESTING:
        return
    own = "" if without_prefix else router.prefix
    here = _under(above, own, router.join, router.authentication)
    for route in router.routes:
        if route.path is None:
            continue
        path = joined(here.prefix, route.path, router.join)
        yield Endpoint(
            route.method,
            path if path.startswith("/") else f"/{path}",
            route.handler,
            route.file,
            route.line,
            router.framework,
            "full" if here.known else "suffix",
            route.authentication or here.authentication,
            route.success_status,
            route.request,
            route.response,
        )
    for mount in router.mounts:
        under = _under(here, mount.prefix, router.join, mount.authentication)
        yield from _below(mount.child, under, depth + 1, without_prefix=mount.instead)


def _under(above: _Above, prefix: str | None, join: Join, authentication: str | None) -> _Above:
    asked = authentication or above.authentication
    if prefix is None:
        return _Above("", known=False, authentication=asked)
    return _Above(joined(above.prefix, prefix, join), above.known, asked)


def joined(prefix: str, path: str, join: Join) -> str:
    """Join a prefix and a path as the framework does."""
    if join == "concatenate":
        return prefix + path
    if join == "slash":
        if not path or not prefix:
            return prefix or path
        return f"{prefix.rstrip('/')}/{path.lstrip('/')}"
    parts = [part for part in (prefix.strip("/"), path.strip("/")) if part]
    return "/" + "/".join(parts)


def with_optional(path: str) -> list[str]:
    """Return the paths that `/user/:id{/:op}` stands for: without an optional group and with it."""
    group = re.search(r"\{([/.:*-][^{}\[\]\\()|+^$]*)\}", path)
    if group is None or path.count("{") > _MOST_GROUPS:
        return [path]
    before, after = path[: group.start()], path[group.end() :]
    paths = [*with_optional(before + after), *with_optional(before + group[1] + after)]
    return list(dict.fromkeys(one or "/" for one in paths))


def braced(path: str) -> str:
    """Write the parameters of a path as `{name}`: `:id`, `<int:id>`, `{id:int}`, `(?P<id>...)`."""
    if path.startswith("/") and path.endswith("/") and "\\" in path:  # a regular expression
        return path
    path = re.sub(r"<(?:[^<>:]{1,80}:)?([A-Za-z_]\w*)>", r"{\1}", path)
    return _colons(_converted(path))


def _converted(path: str) -> str:
    """Write `{id:int}`, `{path:path}` and `{id:[0-9]{4}}` as `{id}`."""
    done: list[str] = []
    at = 0
    for match in re.finditer(r"\{\*?([A-Za-z_]\w*):", path):
        if match.start() >= at:
            done += [path[at : match.start()], f"{{{match[1]}}}"]
            at = _after_pattern(path, match.start())
    return "".join([*done, path[at:]])


def _colons(path: str) -> str:
    """Write `:id`, `:id?`, `:id([0-9]+)` and `:id{[0-9]+}` as `{id}`."""
    done: list[str] = []
    at = 0
    for match in re.finditer(r":([A-Za-z_]\w*)", path):
        if match.start() < at:
            continue
        done += [path[at : match.start()], f"{{{match[1]}}}"]
        at = _after_pattern(path, match.end())
        if path[at : at + 1] in {"?", "+", "*"}:
            at += 1
    return "".join([*done, path[at:]])


def _after_pattern(path: str, at: int) -> int:
    """Return where the pattern of a parameter ends, brackets counted."""
    pairs = {"(": ")", "{": "}"}
    closing = pairs.get(path[at : at + 1])
    if closing is None:
        return at
    opening, depth = path[at], 0
    for position in range(at, len(path)):
        depth += (path[position] == opening) - (path[position] == closing)
        if depth == 0:
            return position + 1
    return at
