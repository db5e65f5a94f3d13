"""What a report does not speak of: files in scope, and routes and tables of the files it read.

Nothing here rejects: not to look at something is honest, as long as it is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from workers import declared
from workers.checks.endpoints import endpoints
from workers.checks.tables import last_part
from workers.evidence import judged
from workers.repository import Refused
from workers.source import Source, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.delivery import Delivery

LISTED = 20
_FILES_READ = 500
_CODE = tuple(
    ".py .js .mjs .cjs .ts .tsx .jsx .java .kt .go .rb .php .rs .cs .ex .scala .sql .prisma"
    " .graphql .proto".split()
)
_OUT_OF_SCOPE = frozenset(
    "test tests __tests__ spec specs e2e fixtures docs doc examples vendor third_party"
    " node_modules dist build coverage public static assets frontend client web ui".split()
)


@dataclass(frozen=True)
class Part:
    """Things of one kind: how many are in scope, how many were mentioned, and the others."""

    in_scope: int
    mentioned: int
    silent: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return the part as it is printed: the first of the others, and how many they are."""
        return {
            "in_scope": self.in_scope,
            "mentioned": self.mentioned,
            "not_mentioned": list(self.silent[:LISTED]),
            "not_mentioned_total": len(self.silent),
        }


@dataclass(frozen=True)
class Coverage:
    """What was and was not examined; `stated` is the report's own not_examined."""

    files: Part
    endpoints: Part
    tables: Part
    stated: tuple[dict[str, Any], ...]

    @property
    def share(self) -> float | None:
        """The share, 0 to 1, of routes and tables in the files read that are spoken of."""
        total = self.endpoints.in_scope + self.tables.in_scope
        told = self.endpoints.mentioned + self.tables.mentioned
        return told / total if total else None

    def document(self) -> dict[str, Any]:
        """Return the coverage as it is printed."""
        return {
            "files": self.files.document(),
            "endpoints": self.endpoints.document(),
            "tables": self.tables.document(),
            "not_examined": list(self.stated),
        }


@lru_cache(maxsize=4)
def coverage(delivery: Delivery) -> Coverage:
    """Measure what a delivery speaks of; files that it read are read, the others only listed."""
    stated = tuple(row for _, row in delivery.entries("not_examined"))
    read = _files_read(delivery)
    scope = [file for file in delivery.repository.files if _is_in_scope(file)]
    areas = " ".join(f"{row.get('area')} {row.get('reason')}" for row in stated)
    silent = [file for file in scope if file not in read and not _is_stated(file, areas)]
    told = sum(file in read for file in scope)
    sources = [delivery.repository.source(file) for file in sorted(read)[:_FILES_READ]]
    opened = [source for source in sources if isinstance(source, Source)]
    return Coverage(
        Part(len(scope), told, tuple(silent)),
        _endpoints(delivery, opened),
        _tables(delivery, opened, areas),
        stated,
    )


def _files_read(delivery: Delivery) -> set[str]:
    paths = [file for _, file in delivery.files_analyzed]
    paths += [one.cited.path for one in judged(delivery) if one.status in {"verified", "stale"}]
    found = (delivery.repository.relative(path) for path in paths)
    return {path for path in found if not isinstance(path, Refused)}


def _is_in_scope(file: str) -> bool:
    parts = file.lower().split("/")
    return parts[-1].endswith(_CODE) and _OUT_OF_SCOPE.isdisjoint(parts[:-1])


def _is_stated(file: str, areas: str) -> bool:
    """Tell whether the report's own words name a file or a folder above it."""
    parts = [part.split(".")[0] for part in file.split("/")]
    return any(len(part) > 2 and part.lower() in areas.lower() for part in parts)


def _endpoints(delivery: Delivery, sources: Sequence[Source]) -> Part:
    claimed = [
        (str(entry.get("method")), str(entry.get("path")))
        for _, entry in delivery.entries("api_specifications")
    ]
    claimed += [(method, path) for _, method, path in _described(delivery)]
    spoken = {(s.path, r.line) for endpoint in endpoints(delivery) for s, r in endpoint.shown}
    spoken |= {(one.cited.path, one.cited.line) for one in judged(delivery)}
    total, silent = 0, list[str]()
    for source in sources:
        if not source.path.endswith(_CODE):
            continue
        for route in declared.all_routes(source):
            if not route.literal or route.path is None:
                continue
            total += 1
            told = (source.path, route.line) in spoken or any(
                (not route.methods or method in route.methods)
                and declared.is_suffix(route.whole, path)
                for method, path in claimed
            )
            if not told:
                methods = ",".join(sorted(route.methods)) or declared.ANY
                silent.append(f"{methods} {route.whole} ({source.path}:{route.line})")
    return Part(total, total - len(silent), tuple(silent))


def _described(delivery: Delivery) -> list[tuple[int, str, str]]:
    return list(delivery.notes.endpoints()) if delivery.notes else []


def _tables(delivery: Delivery, sources: Sequence[Source], areas: str) -> Part:
    names = [str(entry.get("table_name")) for _, entry in delivery.entries("database_designs")]
    names += [name for _, name in delivery.notes.tables()] if delivery.notes else []
    told = {plain(last_part(name)) for name in names}
    found = {
        name
        for source in sources
        if source.path.endswith(_CODE)
        for name in declared.tables("\n".join(source.lines))
    }
    silent = sorted(n for n in found if plain(n) not in told and n not in areas.lower())
    return Part(len(found), len(found) - len(silent), tuple(silent))
