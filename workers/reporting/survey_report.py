"""Tells what a survey found: as text, as a table of markdown, as the fields of a document."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from sessions.errors import escaped
from workers.contract import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from workers.survey.found import Survey

SHOWN = 200  # rows of a kind that text shows; the JSON document has all
Row = tuple[str, ...]


def survey_answer(root: Path, form: str) -> Answer:
    """Survey a repository and tell it as `table` or `markdown`."""
    from workers.survey import survey

    found = survey(root)
    text = "\n".join(markdown(found) if form == "markdown" else _plain(found))
    fields = {"project_root": str(root), "counts": counts(found), "frameworks": frameworks(found)}
    return Answer(text, {**fields, **asdict(found)})


def counts(found: Survey) -> dict[str, int]:
    """Return how many of each kind were found."""
    return {
        "endpoints": len(found.endpoints),
        "endpoints_resolved": sum(one.resolved == "full" for one in found.endpoints),
        "tables": len(found.tables),
        "dependencies": len(found.dependencies),
        "not_understood": len(found.not_understood),
    }


def frameworks(found: Survey) -> dict[str, int]:
    """Return how many endpoints each framework serves, most first."""
    return dict(Counter(one.framework for one in found.endpoints).most_common())


def _sections(found: Survey) -> list[tuple[str, Row, list[Row]]]:
    endpoints: list[Row] = [
        (
            one.method,
            one.path if one.resolved == "full" else f"...{one.path}",
            f"{one.file}:{one.line}",
            one.handler,
            one.authentication or "",
        )
        for one in found.endpoints
    ]
    tables: list[Row] = [
        (one.name, f"{len(one.columns)} columns", f"{one.file}:{one.line}", one.source)
        for one in found.tables
    ]
    dependencies: list[Row] = [
        (one.kind, one.name, one.version or "", f"{one.file}:{one.line}")
        for one in found.dependencies
    ]
    missed: list[Row] = [(f"{one.file}:{one.line}", one.reason) for one in found.not_understood]
    return [
        ("Endpoints", ("method", "path", "place", "handler", "authentication"), endpoints),
        ("Tables", ("table", "columns", "place", "source"), tables),
        ("Dependencies", ("kind", "name", "version", "place"), dependencies),
        ("Not understood", ("place", "reason"), missed),
    ]


def _summary(found: Survey) -> str:
    served = ", ".join(f"{name} {count}" for name, count in frameworks(found).items())
    return f"{found.files_seen} files; endpoints by framework: {served or 'none'}"


def _plain(found: Survey) -> list[str]:
    lines = [_summary(found)]
    for title, _, rows in _sections(found):
        lines += ["", f"{title}: {len(rows)}"]
        lines += [f"  {line}" for line in _columns(rows[:SHOWN])]
        lines += _rest(rows)
    return lines


def _columns(rows: Sequence[Row]) -> list[str]:
    """Align the columns of some rows, no column wider than its content needs."""
    cells = [[escaped(cell)[:120] for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def markdown(found: Survey) -> list[str]:
    """Return the map as lines of Markdown."""
    lines = ["# Survey", "", _summary(found)]
    for title, heads, rows in _sections(found):
        lines += ["", f"## {title}: {len(rows)}", ""]
        if rows:
            lines += [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
            lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows[:SHOWN]]
            lines += _rest(rows)
    return lines


def _cell(text: str) -> str:
    return escaped(text)[:200].replace("\\", "\\\\").replace("|", "\\|")


def _rest(rows: Sequence[Row]) -> list[str]:
    return [f"  and {len(rows) - SHOWN} more: --json has all"] if len(rows) > SHOWN else []
