"""The routes of Ruby: Rails, Sinatra, Grape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.ruby import rails_files
from workers.survey.languages.ruby.expressions import declarations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.found import Endpoint, NotUnderstood

Fact = list[Any]
_OF_ROUTES = lazy_pattern(r"(?:^|/)config/routes(?:/.{1,200})?\.rb$")
_TOKENS = (
    b".routes.draw",
    b"routes.append",
    b"routes.prepend",
    b".add_routes",
    b"isolate_namespace",
    b"config.api_only",
    b"def self.extended(",
)


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something of routes."""
    if _OF_ROUTES.search(file) or file.endswith("config/initializers/inflections.rb"):
        return True
    return any(token in source for token in _TOKENS)


def extract(file: str, source: bytes) -> list[Fact]:
    """Return the statements of a file."""
    del file
    return declarations(source)


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and what was not understood."""
    return rails_files.resolve(facts)
