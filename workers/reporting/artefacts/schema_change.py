"""`schema_change`: the migrations of the reported tables as one SQL file, which goes up.

Tables stand after those that they refer to. Ways back, and migrations in another language, are
comments: a file that goes up and down again would change nothing.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from workers.reporting.artefacts.accepted import Artefact, left_out, object_of, one_line, text_of
from workers.reporting.artefacts.tables import referred

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.reporting.artefacts.accepted import Accepted, Entry


def schema_change(accepted: Accepted) -> Artefact:
    """Return what the reported tables ask to be run, as SQL."""
    entries = in_order(list(accepted.entries("table")))
    lines = [f"-- {accepted.source}", "-- Read it before you run it: it was reported, not run."]
    count, aside = 0, []
    for entry in entries:
        if text_of(entry.row, "status") == "removed" and not object_of(entry.row, "migration"):
            aside.append(left_out(entry, "it was removed, and no migration is reported"))
            continue
        written = list(_of_table(entry))
        count += bool(written)
        lines += ["", *written] if written else []
    return Artefact("\n".join(lines) + "\n", "sql", count, tuple(aside))


def in_order(entries: list[Entry]) -> list[Entry]:
    """Return tables after those that they refer to; as reported where they go in rounds."""
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(text_of(entry.row, "table_name"), []).append(entry)
    graph: dict[str, list[str]] = {name: [] for name in by_name}
    for name, several in by_name.items():
        for entry in several:
            others = [other for other in referred(entry.row) if other != name]
            graph[name] += [other for other in others if other in by_name]
    try:
        names = list(TopologicalSorter(graph).static_order())
    except CycleError:
        return entries
    return [entry for name in names for entry in by_name[name]]


def _of_table(entry: Entry) -> Iterator[str]:
    migration = object_of(entry.row, "migration")
    language = text_of(migration, "language").strip().casefold() or "sql"
    up, down = text_of(migration, "up"), text_of(migration, "down")
    if not up.strip():
        is_new = text_of(entry.row, "status") in {"proposed", "implemented"}
        up, language = (text_of(entry.row, "ddl"), "sql") if is_new else ("", "sql")
    if not up.strip():
        return
    name, status = one_line(text_of(entry.row, "table_name")), text_of(entry.row, "status")
    yield f"-- {one_line(entry.name)}: {name} ({status})"
    strategy = text_of(entry.row, "migration_strategy")
    if strategy:
        yield f"-- {one_line(strategy)}"
    if language != "sql":
        yield f"-- written in {one_line(language)}:"
        yield from _comment(up)
    else:
        yield up.strip() if up.rstrip().endswith(";") else f"{up.strip()};"
    if down.strip():
        yield "-- back:"
        yield from _comment(down)


def _comment(text: str) -> Iterator[str]:
    return (f"-- {line}".rstrip() for line in text.strip().splitlines())
