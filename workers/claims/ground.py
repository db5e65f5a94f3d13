"""What deciders may ask: the delivery, the repository, and its map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from workers.claims.citations import cited_lines
from workers.claims.names import plain_table
from workers.delivery.delivery import is_there

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.claims.claim import Claim, Lines
    from workers.contract import Place
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository
    from workers.survey.found import Endpoint, Survey, Table


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
                if is_there(entry):
                    cited.update(source.path for source, _, _ in cited_lines(self.delivery, entry))
        return survey(self.repository.root, again=cited)

    @cached_property
    def survey_before(self) -> Survey | None:
        """The map of the files at the base, None without one."""
        from workers.survey.revisions import survey_of_blobs

        work = self.delivery.work
        if work is None:
            return None
        if work.tree == work.now:
            return self.survey
        files = {
            path: blob.name
            for path, blob in work.blobs_before.items()
            if blob.mode.startswith("100")  # no links, no submodules
        }
        with work.snapshots.contents() as content:
            return survey_of_blobs(self.repository.root, files, content)

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
