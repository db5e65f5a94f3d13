"""What rules look at: the map of a repository, and the text of its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from sessions.patterns import lazy_pattern
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.repository.repository import Repository
    from workers.survey.found import Endpoint, Survey

Severity = Literal["critical", "high", "medium", "low"]
Domain = Literal["api", "database", "service", "security", "performance", "infrastructure"]
Effort = Literal["hours", "days", "weeks"]

PYTHON = (".py",)
SCRIPT = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".jsx", ".tsx")
_BODY_LINES = 200
# What is shipped to browsers or made by a program: its text is nobody's decision here.
_MADE = frozenset("built public static assets generated locales i18n locale chunks".split())
# Runs once, by hand or at a release: slow there is not slow for a user.
_ONCE = frozenset("migrations versions seeds seeders scripts commands fixtures bin tools".split())
_DEFINITION = lazy_pattern(r"[ \t]*(?:async[ \t]+)?def[ \t]+\w{1,200}[ \t]*[(\[]")
_TEXTS = lazy_pattern(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|//[^\n]*|#[^\n]*")


class Place(NamedTuple):
    """A line, or lines, of a file below the root."""

    file: str
    line: int
    end_line: int | None = None


class Observation(NamedTuple):
    """Something wrong that a rule found; its places prove it."""

    severity: Severity
    domain: Domain
    title: str
    what: str
    recommendation: str
    effort: Effort
    validation: str
    places: tuple[Place, ...]


class Body(NamedTuple):
    """The lines of a handler, from the first one on."""

    file: str
    first: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Ground:
    """A repository and its map; `files` are its source files, relative to the root."""

    survey: Survey
    repository: Repository
    files: tuple[str, ...]

    def lines(self, file: str) -> list[str]:
        """Return the lines of a file, empty when it cannot be read."""
        source = self.repository.source(file)
        return source.lines if isinstance(source, Source) else []

    def sources(
        self, endings: tuple[str, ...], *, served: bool = False
    ) -> Iterator[tuple[str, list[str]]]:
        """Yield each source file of some endings with its lines; `served` leaves out scripts."""
        left_out = _MADE | _ONCE if served else _MADE
        for file in self.files:
            if file.lower().endswith(endings) and left_out.isdisjoint(file.lower().split("/")):
                yield file, self.lines(file)

    def body(self, endpoint: Endpoint) -> Body | None:
        """Return the handler's lines, None when it is not written where the route is declared."""
        return self._bodies.get((endpoint.file, endpoint.line))

    @cached_property
    def _bodies(self) -> dict[tuple[str, int], Body]:
        bodies = {}
        for endpoint in self.survey.endpoints:
            lines = self.lines(endpoint.file)
            taken = _body_of(lines, endpoint)
            if taken:
                first, end = taken
                body = Body(endpoint.file, first, tuple(lines[first - 1 : end]))
                bodies[endpoint.file, endpoint.line] = body
        return bodies


def _body_of(lines: list[str], endpoint: Endpoint) -> tuple[int, int] | None:
    if endpoint.file.endswith(PYTHON):
        return python_function(lines, endpoint.line, endpoint.handler)
    if endpoint.file.lower().endswith(SCRIPT):
        return script_call(lines, endpoint.line)
    return None


def python_function(lines: list[str], line: int, name: str) -> tuple[int, int] | None:
    """Return first and last line of the function that a decorator at `line` is of."""
    wanted = name.rsplit(".", 1)[-1]
    for number in range(line, min(line + _BODY_LINES, len(lines) + 1)):
        text = lines[number - 1]
        if _DEFINITION.match(text):
            if not re.search(rf"\bdef[ \t]+{re.escape(wanted)}\b", text):
                return None
            return line, _end_of_block(lines, number)
    return None


def _end_of_block(lines: list[str], definition: int) -> int:
    """Return the last line that is indented deeper than the definition, its signature included."""
    indent = _indent(lines[definition - 1])
    end, depth = definition, 0
    for number in range(definition, min(definition + _BODY_LINES, len(lines) + 1)):
        text = lines[number - 1]
        if number > definition and depth <= 0 and text.strip() and _indent(text) <= indent:
            break
        plain = _TEXTS.sub("", text)
        depth += sum(map(plain.count, "([{")) - sum(map(plain.count, ")]}"))
        if text.strip():
            end = number
    return end


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def script_call(lines: list[str], line: int) -> tuple[int, int] | None:
    """Return first and last line of a call or method that begins at `line` and holds a block."""
    depth, opened = 0, False
    for number in range(line, min(line + _BODY_LINES, len(lines) + 1)):
        plain = _TEXTS.sub("", lines[number - 1])
        for char in plain:
            depth += (char in "([{") - (char in ")]}")
            opened = opened or char == "{"
        if depth <= 0 and (opened or ";" in plain):
            return (line, number) if opened else None
    return None
