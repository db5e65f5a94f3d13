"""What readers of PHP collect: endpoints with the part of the path that is known, and gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.php.values import GAP

if TYPE_CHECKING:
    from collections.abc import Iterable

GUARDS = "guards of PHP are not read"
COMPUTED = "a route whose path is computed"
MOST_ENDPOINTS = 50_000
_MOST_OPTIONAL = 4


class Place(NamedTuple):
    """Where a route is declared, and by which framework."""

    file: str
    line: int
    framework: str


@dataclass
class Declared:
    """The endpoints and the gaps of all files, each once."""

    endpoints: dict[tuple[str, str, str, int], Endpoint] = field(default_factory=dict)
    missed: dict[NotUnderstood, None] = field(default_factory=dict)

    def add(self, methods: Iterable[str], path: str, handler: str, place: Place) -> None:
        """Keep an endpoint for each method; of a path with gaps what follows the last one."""
        methods = list(methods)
        if "?" in methods:
            self.miss(place.file, place.line, "a route whose methods are computed")
            return
        is_whole = GAP not in path
        if not is_whole:
            path = after_gap(path)
            if path.strip("/") == "":
                self.miss(place.file, place.line, COMPUTED)
                return
        for method in methods:
            key = (method.upper(), path, place.file, place.line)
            if len(self.endpoints) >= MOST_ENDPOINTS:
                return
            before = self.endpoints.get(key)
            if before is not None and before.resolved == "full":
                continue
            self.endpoints[key] = Endpoint(
                method.upper(), path, handler, place.file, place.line, place.framework,
                resolved="full" if is_whole else "suffix", access_reason=GUARDS,
            )  # fmt: skip

    def listed(self) -> list[Endpoint]:
        """Return the endpoints; what is known of one whole is not told in part again."""
        whole: dict[tuple[str, str, int], list[str]] = {}
        for known in self.endpoints.values():
            if known.resolved == "full":
                place = (known.method, known.file, known.line)
                whole.setdefault(place, []).append(known.path)
        return [
            one
            for one in self.endpoints.values()
            if one.resolved == "full"
            or not any(
                path.endswith(one.path) for path in whole.get((one.method, one.file, one.line), ())
            )
        ]

    def put_in_front(self, framework: str, prefix: str) -> None:
        """Put a prefix in front of all endpoints of a framework."""
        known = [one for one in self.endpoints.values() if one.framework == framework]
        for before in known:
            del self.endpoints[(before.method, before.path, before.file, before.line)]
        for before in known:
            path = before.path if before.resolved == "full" else GAP + before.path
            place = Place(before.file, before.line, framework)
            self.add([before.method], prefix.rstrip("/") + path, before.handler, place)

    def miss(self, file: str, line: int, reason: str) -> None:
        """Keep what was not understood."""
        self.missed[NotUnderstood(file, line, reason)] = None


def after_gap(path: str) -> str:
    """Return what follows the last gap of a path, from a slash on."""
    rest = path.rpartition(GAP)[2]
    slash = rest.find("/")
    return rest[slash:] if slash >= 0 else ""


def segments(*parts: str) -> str:
    """Join paths by one slash, without one at the end."""
    return "/" + "/".join(one for part in parts if (one := part.strip("/")))


def braces(path: str) -> str:
    """Write parameters as `{name}`: `{id?}`, `{post:slug}`, `{id:[0-9]{4}}`, `{id<[0-9]>?1}`."""
    done: list[str] = []
    at = 0
    for match in re.finditer(r"\{!?([A-Za-z_]\w{0,100})", path):
        if match.start() < at:
            continue
        end = _closing(path, match.start())
        if end is None:
            break
        done += [path[at : match.start()], f"{{{match[1]}}}"]
        at = end + 1
    return "".join([*done, path[at:]])


def _closing(path: str, start: int) -> int | None:
    depth = 0
    for position in range(start, len(path)):
        depth += (path[position] == "{") - (path[position] == "}")
        if depth == 0:
            return position
    return None


def with_optional(path: str) -> list[str]:
    """Return the paths of `/x[/{id}[/{name}]]`: each optional part left out and in."""
    paths = [path]
    for _ in range(_MOST_OPTIONAL):
        start = path.find("[")
        if start < 0 or not path.endswith("]"):
            break
        before, inner = path[:start], path[start + 1 : -1]
        paths = [*paths[:-1], before, before + inner]
        path = before + inner
    return list(dict.fromkeys(one or "/" for one in paths))
