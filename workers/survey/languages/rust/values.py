"""What code of routers works with: sets of routes, methods with their handlers, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from workers.survey.languages.rust.modules import Path

_ROCKET = lazy_pattern(r"<(\w{1,80})(?:\.\.)?>")
_WILDCARD = lazy_pattern(r"(^|/)\*(\w{1,80})")
_COLON = lazy_pattern(r"(^|/):(\w{1,80})")
_BRACED = lazy_pattern(r"\{\*?(\w{1,80})\}\*?")
MOST_ROUTES = 5_000


class Route(NamedTuple):
    """A route where it is now; `is_known` is whether all that stands before it is known."""

    verb: str
    path: str
    handler: str
    file: str
    line: int
    framework: str
    is_known: bool = True

    @property
    def birth(self) -> tuple[str, int, str]:
        """What stays as it moves: where it is declared."""
        return self.file, self.line, self.verb


class Router(NamedTuple):
    """Routes that are added to; a scope or a resource of Actix Web has a path of its own."""

    routes: tuple[Route, ...] = ()
    kind: str = "axum"  # axum, app, scope, resource, config, rocket, list
    prefix: str = ""
    is_known: bool = True
    line: int = 0
    others: tuple[str, ...] = ()  # more paths of a resource

    def with_routes(self, new: tuple[Route, ...]) -> Router:
        """Return it with more routes."""
        return self._replace(routes=(*self.routes, *new)[:MOST_ROUTES])

    def placed(self) -> tuple[Route, ...]:
        """Return the routes below its own path."""
        if not self.prefix and self.is_known:
            return self.routes
        return tuple(
            one
            for prefix in (self.prefix, *self.others)
            for one in nested(self.routes, prefix, known=self.is_known)
        )


class Methods(NamedTuple):
    """Methods with what handles them, that a path is missing for; a line of its own or 0."""

    verbs: tuple[tuple[str, str], ...]
    framework: str
    line: int = 0


class Text(NamedTuple):
    """A text, or the end of one whose beginning is not known."""

    text: str
    is_whole: bool = True


class Closure(NamedTuple):
    """A closure with what it sees."""

    names: list[str]
    statements: list[Any]
    environment: dict[str, Any]
    module: Path
    file: str


class Several(NamedTuple):
    """Values side by side: a tuple, a list."""

    values: tuple[Any, ...]


class Handler(NamedTuple):
    """A function that is named as a handler: its path, and its routes by its attributes."""

    path: str
    routes: tuple[Route, ...] = ()


def nested(routes: tuple[Route, ...], prefix: str, *, known: bool = True) -> tuple[Route, ...]:
    """Return routes below a prefix."""
    return tuple(
        one._replace(path=joined(prefix, one.path, one.framework), is_known=one.is_known and known)
        for one in routes
    )


def joined(prefix: str, path: str, framework: str) -> str:
    """Join a prefix and a path as the framework does."""
    if framework == "actix":
        if prefix.endswith("/"):
            return prefix + path.removeprefix("/")
        return prefix + path
    base = prefix.rstrip("/")
    if path in {"", "/"}:
        return base or "/"
    return f"{base}/{path.lstrip('/')}"


def braced(path: str, framework: str) -> str:
    """Write the parameters of a path as `{name}`; what Rocket asks of a query is no path."""
    if framework == "rocket":
        return _ROCKET.sub(r"{\1}", path.partition("?")[0]) or "/"
    if framework == "axum":
        path = _COLON.sub(r"\1{\2}", _WILDCARD.sub(r"\1{\2}", path))
        return _BRACED.sub(r"{\1}", path)
    return _without_patterns(path)


def _without_patterns(path: str) -> str:
    """Write `{tail:.*}` and `{tail}*` of Actix Web as `{tail}`, whatever braces a pattern has."""
    done: list[str] = []
    at = 0
    while at < len(path):
        if path[at] != "{":
            done.append(path[at])
            at += 1
            continue
        depth, end = 0, at
        while end < len(path):
            depth += (path[end] == "{") - (path[end] == "}")
            end += 1
            if depth == 0:
                break
        name = path[at + 1 : end].partition(":")[0].rstrip("}")
        done.append(f"{{{name.strip()}}}")
        at = end + 1 if path[end : end + 1] == "*" else end
    return "".join(done)
