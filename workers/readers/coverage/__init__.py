"""Reports of coverage: Cobertura, JaCoCo and Clover (`xml_reports`), lcov, JSON.

Which of them a file is, its content says; its name may be anything.
"""

from __future__ import annotations

from sessions.patterns import lazy_pattern
from workers.readers.coverage.figures import METRICS, TOTAL, CoverageReport, Figure
from workers.readers.coverage.json_reports import read_json
from workers.readers.coverage.lcov import read_lcov
from workers.readers.coverage.xml_reports import read_xml

__all__ = ["METRICS", "TOTAL", "CoverageReport", "Figure", "read"]

_LCOV = lazy_pattern(r"(?:^|\n)SF:[^\n]")


def read(path: str, text: str) -> CoverageReport | None:
    """Return what a report of coverage says, None for a file that is none."""
    del path  # Cobertura is called coverage.xml, cobertura.xml or anything
    start = text[:200].lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        return read_xml(text.lstrip("\ufeff \t\r\n"))
    if start.startswith("{"):
        return read_json(text)
    return read_lcov(text) if _LCOV.search(text) else None
