"""Readers of whole languages: a folder each, with its routes and its tables.

To add one: a folder here, its line in `grammars.GRAMMARS`, fixtures in `tests/survey/` and
`tests/survey_tables/`, and what it reads as `readers` in `technologies/`. A folder holds

- `routes`: `concerns(file, source)` tells by cheap tokens whether a file may say something of
  routes, `extract(file, source)` returns what it says as a list of JSON values,
  `resolve(facts by file)` returns the endpoints of all files, and what looked like a route and was
  not understood;
- `tables`: the same for tables, in the form that `tables.languages` asks for.

What stands in front of a route and is not known makes it `resolved="suffix"`; a path that cannot
be worked out is a line of what was not understood. No reader here knows guards: who may call an
endpoint stays unknown. A folder imports no other folder; of the survey it may import `syntax`,
`found`, `route_paths` and, for migrations, `tables.history`, `tables.replay` and the SQL that they
execute, `tables.sql_source`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from workers.survey import grammars
from workers.survey.syntax import suffix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.found import Endpoint, NotUnderstood

Fact = list[Any]


class Routes(Protocol):
    """What the module `routes` of a folder offers."""

    def concerns(self, file: str, source: bytes) -> bool:
        """Tell by cheap tokens whether a file may say something of routes."""

    def extract(self, file: str, source: bytes) -> list[Fact]:
        """Return what a file says, as JSON; raises TooSlow."""

    def resolve(
        self, facts: Mapping[str, list[Fact]]
    ) -> tuple[list[Endpoint], list[NotUnderstood]]:
        """Return the endpoints of all files, and what looked like one and was not understood."""


def reader_of(file: str) -> str | None:
    """Return the folder that reads a file's routes, None for none."""
    grammar = grammars.by_suffix().get(suffix(file))
    if grammar is not None:
        return grammar.reader
    return grammars.reader_by_settings(file)


def routes_of(reader: str) -> Routes:
    """Return what reads the routes of a folder's language; imported when there is one to read."""
    return cast("Routes", import_module(f"{__name__}.{reader}.routes"))
