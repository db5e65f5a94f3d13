"""Figures of coverage as a report gives them."""

from __future__ import annotations

from typing import NamedTuple

TOTAL = "total"
METRICS = ("line", "branch", "function", "statement")


class Figure(NamedTuple):
    """A percentage of a file (as the report calls it) or of TOTAL, at a line of the report.

    `percents`: by the counts, and as it is written; they differ in what is rounded.
    """

    scope: str
    metric: str
    percents: tuple[float, ...]
    line: int = 1


class CoverageReport(NamedTuple):
    """A report: its format, its figures."""

    format: str
    figures: tuple[Figure, ...]

    def scopes(self) -> tuple[str, ...]:
        """Return the files that it lists."""
        return tuple(dict.fromkeys(f.scope for f in self.figures if f.scope != TOTAL))


def share(covered: float, total: float) -> tuple[float, ...]:
    """Return a share in percent; of nothing all is covered, or nothing: tools differ."""
    return (100 * covered / total,) if total else (100.0, 0.0)
