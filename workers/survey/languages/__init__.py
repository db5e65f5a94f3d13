"""Readers of whole languages: a folder each, with its routes and its tables.

To add one: a folder here; its line in `grammars.GRAMMARS`; the wheel of its grammar in
`pyproject.toml`, with `make lock` and `make docs`; in `technologies/` what it reads as `readers` of
each technology, without which the map calls them unread; fixtures in `tests/survey/` (sorted
`METHOD path file:line`, `...` before the end of a path) and `tests/survey_tables/` (what `found` of
`test_survey_tables` returns). A folder holds

- `routes`: `concerns(file, source)` tells by cheap tokens whether a file may say something of
  routes, `extract(file, source)` returns what it says as a list of JSON values,
  `resolve(facts by file)` returns the endpoints of all files, and what looked like a route and was
  not understood;
- `tables`: `DECLARES`, a pattern of bytes: a file that matches and gives no table, no reason and is
  not among those `understood` is listed; `concerns` and `extract`, which returns a dictionary;
  `resolve`, which returns `tables.history.Declarations`, an empty one if there is nothing to read.

Where a grammar has `settings` both see those files as well; `tables` only if READS_SETTINGS of
`tables.languages` names the folder. `extract` depends on a file's name and content alone. What
raises costs that file a line of what was not understood; a tree may be gone through by recursion.

A parameter is `{name}`, one segment of any name `{_}`, the rest of a path `*`; ANY is every method,
a web socket's is WEBSOCKET. What stands in front of a route and is not known makes it
`resolved="suffix"`, as does a collection of routes that nobody mounts, or of whose name there are
two; a path that cannot be worked out is a line of what was not understood. The line is that of the
call or the annotation; the handler of a function without a name is "". No reader here knows guards:
who may call an endpoint stays unknown.

A folder imports no other folder; of the survey `syntax`, `found`, `route_paths`, `yaml_nodes` and,
for migrations, `tables.history`, `tables.replay` and, for the SQL in them, `tables.sql_source`.
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
