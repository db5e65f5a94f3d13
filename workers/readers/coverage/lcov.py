"""Reports of lcov: records of lines `SF:`, `DA:`, `LF:` and their like."""

from __future__ import annotations

from workers.readers.coverage.figures import TOTAL, CoverageReport, Figure, share

_SUMS = {"LF": 0, "LH": 1, "BRF": 2, "BRH": 3, "FNF": 4, "FNH": 5}
_METRICS = (("line", 0), ("branch", 2), ("function", 4))


class _File:
    """What records say of a file; its lines are counted where no sum of them is written."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.sums: list[int | None] = [None] * 6
        self.hits: dict[str, bool] = {}

    def counts(self, at: int) -> tuple[int, int] | None:
        """Return how many are covered of how many; None where nobody counted them."""
        total, covered = self.sums[at], self.sums[at + 1]
        if total is not None and covered is not None:
            return covered, total
        if at == 0 and self.hits:
            return sum(self.hits.values()), len(self.hits)
        return None


def read_lcov(text: str) -> CoverageReport | None:
    """Return what a report says; None for what is none."""
    files: dict[str, _File] = {}
    current: _File | None = None
    for number, line in enumerate(text.split("\n"), 1):
        key, _, value = line.strip().partition(":")
        if key == "SF":
            current = files.setdefault(value.replace("\\", "/"), _File(number))
        elif key == "end_of_record":
            current = None
        elif current is not None:
            _take(current, key, value)
    if not files:
        return None
    figures: list[Figure] = []
    for metric, at in _METRICS:
        counted = [
            (name, file, counts) for name, file in files.items() if (counts := file.counts(at))
        ]
        figures += [
            Figure(name, metric, share(*counts), file.line) for name, file, counts in counted
        ]
        if counted:
            covered, total = (sum(counts[side] for *_, counts in counted) for side in (0, 1))
            figures.append(Figure(TOTAL, metric, share(covered, total)))
    return CoverageReport("lcov", tuple(figures))


def _take(file: _File, key: str, value: str) -> None:
    at = _SUMS.get(key)
    if at is not None and value.isascii() and value.isdigit() and len(value) < 10:
        # A file of several records was run by several tests: their sums do not add up.
        file.sums[at] = max(file.sums[at] or 0, int(value))
    elif key == "DA":
        line, _, hits = value.partition(",")
        file.hits[line] = file.hits.get(line, False) or hits.split(",")[0].strip() not in {"0", ""}
