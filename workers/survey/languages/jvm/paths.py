"""Paths of routes as they are put together of constants, settings and what stands in front."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.jvm.program import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.languages.jvm.program import Program, Scope
    from workers.survey.languages.jvm.settings import Settings

MOST_ENDPOINTS = 20_000
_PARAMETER = lazy_pattern(r"\{\s{0,20}\*?([\w.-]{1,100}?)\s{0,20}(?=[:}])")


class Path(NamedTuple):
    """A path, or with `is_full` false the end of one."""

    text: str
    is_full: bool = True


@dataclass
class Found:
    """What is put together of a repository: endpoints, and what was not understood."""

    program: Program
    settings: Settings
    endpoints: list[Endpoint] = field(default_factory=list)
    missed: set[NotUnderstood] = field(default_factory=set)

    def add(self, endpoint: Endpoint) -> None:
        """Add an endpoint, as long as there are not more than any application has."""
        if endpoint.resolved == "suffix" and not endpoint.path.strip("/"):
            # What ends in nothing says nothing.
            self.miss(endpoint.file, endpoint.line, "a route whose path is computed")
        elif len(self.endpoints) < MOST_ENDPOINTS:
            self.endpoints.append(endpoint)

    def miss(self, file: str, line: int, reason: str) -> None:
        """Tell what looks like a route and was not understood."""
        self.missed.add(NotUnderstood(file, line, reason))

    def path(
        self, expression: Any, scope: Scope, names: Mapping[str, Any] | None = None
    ) -> Path | None:
        """Return the path that an expression makes, its end where only that is known."""
        parts = self._parts(expression, scope, names)
        if None not in parts:
            whole = "".join(part or "" for part in parts)
            return Path(whole) if len(whole) <= MOST_CHARACTERS else None
        known: list[str] = []
        for part in reversed(parts):
            if part is None:
                break
            known.append(part)
        end = "".join(reversed(known))
        at = end.find("/")  # half a segment says nothing
        return Path(end[at:], is_full=False) if at >= 0 and end[at:] != "/" else None

    def _parts(
        self, expression: Any, scope: Scope, names: Mapping[str, Any] | None
    ) -> list[str | None]:
        is_sum = bool(expression) and expression[0] == "cat"
        parts: list[str | None] = []
        for part in expression[1] if is_sum else [expression]:
            text = self.program.text(part, scope, names)
            parts += [None] if text is None else self.settings.filled(text, scope.file)
        return parts


def endpoint(method: str, path: Path, handler: str, place: tuple[str, int, str]) -> Endpoint:
    """Return an endpoint; `place` is its file, its line and the framework."""
    file, line, framework = place
    language = "Kotlin" if file.lower().endswith(".kt") else "Java"
    return Endpoint(
        method, path.text, handler, file, line, framework,
        "full" if path.is_full else "suffix",
        access_reason=f"guards of {language} are not read",
    )  # fmt: skip


def plain_parameters(path: str) -> str:
    """Write `{id:[0-9]+}` and `{*rest}` as `{id}` and `{rest}`; braces in patterns are counted."""
    done: list[str] = []
    at = 0
    for match in _PARAMETER.finditer(path):
        if match.start() < at:
            continue
        end = _closing(path, match.start())
        done += [path[at : match.start()], f"{{{match[1]}}}"]
        at = end
    return "".join([*done, path[at:]])


def _closing(path: str, at: int) -> int:
    depth = 0
    for position in range(at, len(path)):
        depth += (path[position] == "{") - (path[position] == "}")
        if depth == 0:
            return position + 1
    return len(path)


def in_front(front: Path | None, path: Path) -> Path:
    """Put a path in front of another one that begins with a slash or is empty."""
    if front is None:
        return Path(path.text, is_full=False)
    if not path.is_full:
        return path
    return Path(re.sub(r"/{2,}", "/", front.text + path.text), front.is_full)
