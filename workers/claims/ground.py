"""What deciders may ask: the delivery, the repository, and its map."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.claims.citations import cited_lines
from workers.claims.names import plain_table
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.claims.claim import Claim, Lines
    from workers.contract import Place
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository
    from workers.survey.found import Endpoint, Survey, Table

_SQL_FILES = 500
_LINE_CHARACTERS = 2000
_CREATES = lazy_pattern(
    r"\s*create\s+table\s+(?:if\s+not\s+exists\s+)?([\w.`\"\[\]]{1,200})", re.IGNORECASE
)


@dataclass(frozen=True, eq=False)
class Ground:
    """A delivery and what is known of its repository; every lookup is made once."""

    delivery: Delivery

    @property
    def repository(self) -> Repository:
        """The user's repository."""
        return self.delivery.repository

    @cached_property
    def survey(self) -> Survey:
        """The map, with the files that claims cite read again.

        A cache may have been written by whoever made the claims.
        """
        from workers.survey import survey

        cited: set[str] = set()
        for kind in ("endpoint", "table"):
            for _, entry in self.delivery.entries_of(kind):
                if entry.get("status") == "existing":
                    cited.update(source.path for source, _, _ in cited_lines(self.delivery, entry))
        return survey(self.repository.root, again=cited)

    def place(self, claim: Claim, key: str = "") -> Place:
        """Return where a claim stands, or a key below it."""
        return self.delivery.in_json(f"{claim.pointer}/{key}" if key else claim.pointer)

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The endpoints of the map whose paths are understood."""
        return tuple(one for one in self.survey.endpoints if "{{" not in one.path)

    @cached_property
    def _endpoints_by_file(self) -> dict[str, list[Endpoint]]:
        by_file: dict[str, list[Endpoint]] = {}
        for endpoint in self.endpoints:
            by_file.setdefault(endpoint.file, []).append(endpoint)
        return by_file

    def endpoints_at(self, cited: Iterable[Lines]) -> list[Endpoint]:
        """Return the endpoints of the map that cited lines declare."""
        return [
            endpoint
            for source, first, last in cited
            for endpoint in self.endpoints_in(source.path)
            if first <= endpoint.line <= last
        ]

    def endpoints_in(self, file: str) -> list[Endpoint]:
        """Return the endpoints that a file declares."""
        return self._endpoints_by_file.get(file, [])

    @cached_property
    def _tables_by_name(self) -> dict[str, list[Table]]:
        by_name: dict[str, list[Table]] = {}
        for table in self.survey.tables:
            for name in {plain_table(table.name), plain_table(table.model or table.name)}:
                by_name.setdefault(name, []).append(table)
        return by_name

    def tables_called(self, name: str) -> list[Table]:
        """Return the tables of the map with a name, or of a model with it."""
        return self._tables_by_name.get(plain_table(name), [])

    @cached_property
    def _folders_by_table(self) -> dict[str, set[str]]:
        """Return the folders of SQL in which each table is created."""
        folders: dict[str, set[str]] = {}
        files = [file for file in self.repository.files if file.lower().endswith(".sql")]
        if len({file.rpartition("/")[0] for file in files}) < 2:
            return folders
        for file in files[:_SQL_FILES]:
            source = self.repository.searched(file)
            for line in source.lines if isinstance(source, Source) else ():
                created = _CREATES.match(line[:_LINE_CHARACTERS])
                if created:
                    name = plain_table(created[1])
                    folders.setdefault(name, set()).add(file.rpartition("/")[0])
        return folders

    def is_declared_in_several_folders(self, name: str) -> bool:
        """Tell whether SQL of several folders creates a table: one for each database."""
        return len(self._folders_by_table.get(plain_table(name), ())) > 1

    def tables_at(self, cited: tuple[Lines, ...]) -> list[Table]:
        """Return the tables of the map that cited lines declare."""
        spans = [(source.path, first, last) for source, first, last in cited]
        return [
            table
            for table in self.survey.tables
            if any(
                table.file == file and first <= table.line <= last for file, first, last in spans
            )
        ]


@lru_cache(maxsize=4)
def ground_of(delivery: Delivery) -> Ground:
    """Return the ground of a delivery, the same each time."""
    return Ground(delivery)
