"""Reports in JSON: of coverage.py, and Istanbul's `coverage-summary.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sessions.bounds import over_nesting
from workers.readers.coverage.figures import TOTAL, CoverageReport, Figure, share

if TYPE_CHECKING:
    from collections.abc import Iterator

_ISTANBUL = {
    "line": "lines",
    "branch": "branches",
    "function": "functions",
    "statement": "statements",
}
_LINE_COUNTS = ("covered_lines", "num_statements")
_BRANCH_COUNTS = ("covered_branches", "num_branches")


def read_json(text: str) -> CoverageReport | None:
    """Return what a report says; None for what is none."""
    if over_nesting("json", text) is not None:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    if isinstance(data.get("totals"), dict) and isinstance(data.get("files"), dict):
        rows = [(TOTAL, data["totals"])]
        rows += [(file, row.get("summary")) for file, row in data["files"].items() if _is(row)]
        figures = [figure for scope, row in rows if _is(row) for figure in _of_python(scope, row)]
        return CoverageReport("coverage.py", tuple(_placed(figures, text)))
    if _is(data.get("total")) and _is(data["total"].get("lines")):
        figures = [f for scope, row in data.items() if _is(row) for f in _of_istanbul(scope, row)]
        return CoverageReport("istanbul", tuple(_placed(figures, text)))
    return None


def _is(value: Any) -> bool:
    return isinstance(value, dict)


def _of_python(scope: str, row: dict[str, Any]) -> Iterator[Figure]:
    """Yield the figures of a file; with branches, what is written counts both together."""
    lines = tuple(percents for percents in _counted(row, *_LINE_COUNTS))
    whole = row.get("percent_covered")
    written = (float(whole),) if isinstance(whole, int | float) else ()
    name = scope.replace("\\", "/")
    if lines or written:
        yield Figure(name, "line", (*lines, *written))
        yield Figure(name, "statement", (*lines, *written))
    branches = _counted(row, *_BRANCH_COUNTS)
    if branches:
        yield Figure(name, "branch", branches)


def _counted(row: dict[str, Any], covered: str, total: str) -> tuple[float, ...]:
    counts = row.get(covered), row.get(total)
    return share(counts[0], counts[1]) if all(map(_is_number, counts)) else ()  # type: ignore[arg-type]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _of_istanbul(scope: str, row: dict[str, Any]) -> Iterator[Figure]:
    for metric, key in _ISTANBUL.items():
        counts = row.get(key)
        if isinstance(counts, dict):
            written = counts.get("pct")
            percents = _counted(counts, "covered", "total")
            if isinstance(written, int | float):
                percents = (*percents, float(written))
            if percents:
                yield Figure(scope.replace("\\", "/"), metric, percents)


def _placed(figures: list[Figure], text: str) -> Iterator[Figure]:
    """Yield figures with the line that names their scope."""
    lines: dict[str, int] = {}
    for figure in figures:
        if figure.scope not in lines:
            key = "totals" if f'"{figure.scope}"' not in text else figure.scope
            at = text.find(f'"{key}"')
            lines[figure.scope] = text.count("\n", 0, at) + 1 if at >= 0 else 1
        yield figure._replace(line=lines[figure.scope])
