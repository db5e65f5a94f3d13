"""What a report does not speak of: files in scope, and endpoints and tables of the map.

Nothing here rejects: not to look at something is honest, as long as it is said.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers import sql
from workers.claims.citations import cited_lines, judged
from workers.claims.ground import ground_of
from workers.claims.paths import is_route, is_suffix
from workers.delivery.delivery import is_there, text_of
from workers.repository.repository import Refused, Repository
from workers.repository.source import plain
from workers.survey.syntax import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.delivery.delivery import Delivery
    from workers.delivery.notes import Line
    from workers.survey.found import Survey, Unread

LISTED = 20
# More than one segment: `/` and `/health` are words of any text.
_ROUTE = lazy_pattern(r"(?:[A-Z]{3,9} )?(/[^\s/]+/\S*[^\s/])")
_CODE = tuple(
    ".py .js .mjs .cjs .ts .tsx .jsx .java .kt .go .rb .php .rs .cs .ex .scala .sql .prisma"
    " .graphql .proto".split()
)
_OUT_OF_SCOPE = frozenset(
    "test tests __tests__ spec specs e2e fixtures docs doc examples vendor third_party"
    " node_modules dist build coverage".split()
)


class Part(NamedTuple):
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


class Coverage(NamedTuple):
    """What was and was not examined; `stated` is the report's own not_examined.

    `endpoints` and `tables` are None for a worker who lists none, and where they cannot be
    measured: then `is_measured` is false. `unread` is what no reader knows.
    """

    files: Part
    endpoints: Part | None
    tables: Part | None
    stated: tuple[dict[str, Any], ...]
    unread: tuple[Unread, ...] = ()
    is_measured: bool = True

    @property
    def share(self) -> float | None:
        """The share, 0 to 1, of the map's endpoints and tables that are spoken of."""
        parts = [part for part in (self.endpoints, self.tables) if part is not None]
        total = sum(part.in_scope for part in parts) if self.is_measured else 0
        return sum(part.mentioned for part in parts) / total if total else None

    def document(self) -> dict[str, Any]:
        """Return the coverage as it is printed."""
        return {
            "files": self.files.document(),
            "endpoints": self.endpoints.document() if self.endpoints else None,
            "tables": self.tables.document() if self.tables else None,
            "not_examined": list(self.stated),
            "not_understood": [
                {gap.kind: gap.name, "files": gap.files, "reason": gap.reason}
                for gap in self.unread
            ],
        }


@lru_cache(maxsize=4)
def coverage(delivery: Delivery) -> Coverage:
    """Measure what a delivery speaks of, by the map of the repository."""
    stated = tuple(row for _, row in delivery.entries("not_examined"))
    read = _files_read(delivery)
    aside = _OUT_OF_SCOPE | delivery.profile.others_folders
    scope = [file for file in delivery.repository.files if _is_in_scope(file, aside)]
    areas = " ".join(f"{row.get('area')} {row.get('reason')}" for row in stated).lower()
    silent = [file for file in scope if file not in read and not _is_stated(file, areas)]
    empty = {file for file in silent if _is_empty(delivery.repository, file)}
    silent = [file for file in silent if file not in empty]
    read_count = sum(file in read for file in scope)
    parts = _mapped(delivery, areas)
    unread = tuple(ground_of(delivery).survey.unread) if parts else ()
    seen = {kind: part for kind, part in parts.items() if _is_seen(kind, part, unread, scope)}
    return Coverage(
        Part(len(scope) - len(empty), read_count, tuple(silent)),
        seen.get("endpoint"),
        seen.get("table"),
        stated,
        unread,
        is_measured=seen == parts,
    )


def _mapped(delivery: Delivery, areas: str) -> dict[str, Part]:
    """Return what the map has of each kind that the worker lists."""
    parts: dict[str, Part] = {}
    if delivery.profile.keys_of("endpoint"):
        parts["endpoint"] = _endpoints(delivery, ground_of(delivery).survey)
    if delivery.profile.keys_of("table"):
        parts["table"] = _tables(delivery, ground_of(delivery).survey, areas)
    return parts


def _is_seen(kind: str, part: Part, unread: Sequence[Unread], scope: Sequence[str]) -> bool:
    """Tell whether the map says how much the repository has of a kind.

    It does not where it has nothing of it and there is what no reader knows, nor where most of the
    code is such.
    """
    languages = sum(gap.files for gap in unread if gap.kind == "language")
    if part.in_scope:
        known = sum(language_of(file) is not None for file in scope)
        return kind != "endpoint" or languages <= known
    return not languages and not any(kind in gap.reason for gap in unread)


def _files_read(delivery: Delivery) -> set[str]:
    paths = [file for _, file in delivery.files_analyzed]
    paths += [one.cited.path for one in judged(delivery) if one.status in {"verified", "stale"}]
    files = (delivery.repository.relative(path) for path in paths)
    return {path for path in files if not isinstance(path, Refused)}


def _is_in_scope(file: str, aside: frozenset[str]) -> bool:
    parts = file.lower().split("/")
    return parts[-1].endswith(_CODE) and aside.isdisjoint(parts[:-1])


def _is_empty(repository: Repository, file: str) -> bool:
    """Return whether a file holds nothing to examine, as many an `__init__.py`."""
    try:
        return os.lstat(f"{repository.root}/{file}").st_size <= 1  # a newline at most
    except OSError:
        return False


def _is_stated(file: str, areas: str) -> bool:
    """Tell whether the report's own words, in lower case, name a file or a folder above it."""
    parts = [part.split(".")[0] for part in file.lower().split("/")]
    return any(len(part) > 2 and part in areas for part in parts)


def _endpoints(delivery: Delivery, mapped: Survey) -> Part:
    claimed = [
        (str(entry.get("method")), str(entry.get("path")))
        for _, entry in delivery.entries_of("endpoint")
    ]
    claimed += [(method, path) for _, method, path in _described(delivery)]
    spoken = {(one.cited.path, one.cited.line) for one in judged(delivery)}
    spoken |= {
        (one.file, one.line)
        for _, entry in delivery.entries_of("endpoint")
        if is_there(entry) and is_route(text_of(entry, "method"), text_of(entry, "path"))
        for one in ground_of(delivery).endpoints_at(cited_lines(delivery, entry))
    }
    named = _routes_named(delivery)
    silent = [
        f"{one.method} {one.path} ({one.file}:{one.line})"
        for one in mapped.endpoints
        if (one.file, one.line) not in spoken
        and not any(method == one.method and is_suffix(one.path, path) for method, path in claimed)
        and not any(is_suffix(one.path, path) for path in named)
    ]
    return Part(len(mapped.endpoints), len(mapped.endpoints) - len(silent), tuple(silent))


def _routes_named(delivery: Delivery) -> set[str]:
    """Return the routes that the prose of the notes names: `GET /orders/{id}`, `/orders/{id}`."""
    spans = {span for line in _lines(delivery) for span in line.spans}
    matches = (_ROUTE.fullmatch(span.strip()) for span in spans)
    return {match[1] for match in matches if match}


def _lines(delivery: Delivery) -> list[Line]:
    sections = delivery.notes.sections if delivery.notes else ()
    return [line for section in sections for line in section.lines]


def _described(delivery: Delivery) -> list[tuple[int, str, str]]:
    return list(delivery.notes.endpoints()) if delivery.notes else []


def _tables(delivery: Delivery, mapped: Survey, areas: str) -> Part:
    names = [str(entry.get("table_name")) for _, entry in delivery.entries_of("table")]
    names += [name for _, name in delivery.notes.tables()] if delivery.notes else []
    names += [span for line in _lines(delivery) for span in line.spans]
    mentioned = {plain(sql.last_part(name)) for name in names}
    tables = {one.name for one in mapped.tables}
    silent = sorted(n for n in tables if plain(n) not in mentioned and n.lower() not in areas)
    return Part(len(tables), len(tables) - len(silent), tuple(silent))
