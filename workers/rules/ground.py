"""What rules look at: the map of a repository, and the syntax trees of its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from sessions.patterns import lazy_pattern
from workers.repository.source import Source
from workers.rules import trees
from workers.survey.syntax import TooSlow, followed_language_of, parse, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from workers.repository.repository import Repository
    from workers.survey.found import Endpoint, Survey

Severity = Literal["critical", "high", "medium", "low"]
Domain = Literal["api", "database", "service", "security", "performance", "infrastructure"]
Effort = Literal["hours", "days", "weeks"]

# What is shipped to browsers or made by a program: its text is nobody's decision here.
_MADE = frozenset("built public static assets generated locales i18n locale chunks".split())
# Runs once, by hand or at a release: slow there is not slow for a user.
_ONCE = frozenset("migrations versions seeds seeders scripts commands fixtures bin tools".split())


# Settings of a developer's machine or of a build, and what makes up rows for tests.
_FOR_DEVELOPMENT = lazy_pattern(
    r"(?:^|[/._-])(?:local|dev|devel|development|testing|test[_-]?utils?|factor(?:y|ies)|mocks?)"
    r"(?:[._/-]|$)|\.config\.[cm]?[jt]s$",
    re.IGNORECASE,
)
# Runs once as well: a file of the root or of any folder that is called so.
_FILE_RUNS_ONCE = lazy_pattern(
    r"(?:^|/)(?:seed|populate|backfill|migrate)[^/]{0,60}$", re.IGNORECASE
)


def is_for_development(file: str) -> bool:
    """Tell whether a file says by its name that no service in use reads it."""
    return _FOR_DEVELOPMENT.search(file) is not None


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


@dataclass(frozen=True)
class Ground:
    """A repository and its map; `files` are its source files, relative to the root."""

    survey: Survey
    repository: Repository
    files: tuple[str, ...]

    def trees(
        self, may_hold: re.Pattern[bytes], *, served: bool = False
    ) -> Iterator[tuple[str, Node]]:
        """Yield the syntax tree of each file in which a pattern occurs; `served`: no scripts."""
        left_out = _MADE | _ONCE if served else _MADE
        for file in self.files:
            if followed_language_of(file) is None or (served and _FILE_RUNS_ONCE.search(file)):
                continue
            if left_out.isdisjoint(file.lower().split("/")):
                root = self.tree(file, may_hold)
                if root is not None:
                    yield file, root

    def tree(self, file: str, may_hold: re.Pattern[bytes] | None = None) -> Node | None:
        """Return a file's syntax tree; None if there is none, or nothing matches a pattern."""
        language, source = followed_language_of(file), self.repository.source(file)
        if language is None or not isinstance(source, Source):
            return None
        data = "\n".join(source.lines).encode("utf-8", "replace")
        if may_hold is not None and not may_hold.search(data):
            return None
        try:
            return parse(language, data).root_node
        except TooSlow:
            return None

    def handlers(self, endpoints: Iterable[Endpoint]) -> Iterator[tuple[Endpoint, Node | None]]:
        """Yield endpoints with the function that answers, None where it is not written there."""
        file, root = "", None
        for endpoint in sorted(endpoints, key=lambda one: (one.file, one.line)):
            if endpoint.file != file:
                file, root = endpoint.file, self.tree(endpoint.file)
            yield endpoint, _handler_at(root, endpoint) if root is not None else None


def _handler_at(root: Node, endpoint: Endpoint) -> Node | None:
    """Return the function that a decorator or a call at an endpoint's line makes the handler."""
    row = endpoint.line - 1
    for node in trees.nodes(root, ()):
        if node.type == "decorator" and node.start_point.row <= row <= node.end_point.row:
            return _decorated(node, endpoint)
        if node.type in trees.CALLS and _is_called_at(node, row):
            inline = [one for one in trees.arguments(node) if one.type in trees.FUNCTIONS]
            if inline:
                return inline[-1]
    return None


def _decorated(decorator: Node, endpoint: Endpoint) -> Node | None:
    below = decorator.next_named_sibling
    while below is not None and below.type in {"decorator", "comment"}:
        below = below.next_named_sibling
    if below is None or below.type not in trees.FUNCTIONS:
        return None
    name = text(below.child_by_field_name("name"))
    return below if name == endpoint.handler.rsplit(".", 1)[-1] else None


def _is_called_at(call: Node, row: int) -> bool:
    callee = call.child_by_field_name("function")
    member = callee.child_by_field_name("property") if callee is not None else None
    return row in {call.start_point.row, (member or call).start_point.row}
