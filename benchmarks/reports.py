"""What `report` costs: ratios to phase 3 of the sample, in one run.

    python -m benchmarks.reports

Every format of the sample, and the page of a report that cites 500 files 5,000 times: accepted, and
with half of it false. Prints a table; exits 1 when a page of the sample costs 1.5 times phase 3 of
it, of 5,000 citations 20 times, or is larger than a page may be.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import citations
from tests.kit import CLI, SESSION, copy_sample, fill_in
from workers.reporting.formats import FORMATS
from workers.reporting.formats.html.page import MOST_BYTES

CITATIONS = 5000
MOST_OF_SAMPLE, MOST_OF_MANY = 1.5, 20.0
RUNS = 3


def main() -> int:
    """Measure and print; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder) / "repository")
        notes, json_file = citations.set_up(root)
        judging = _seconds(root, "backend", "--output")
        rows = [
            (f"{name}, of the sample", *_report(root, name, Path(folder), judging))
            for name in FORMATS
        ]
        names = citations.fill(root)
        fill_in(root, SESSION)
        citations.cite(root, notes, json_file, names, CITATIONS)
        again = _seconds(root, "backend", "--output", runs=1)
        many = _report(root, "html", Path(folder), judging)
        rows.append((f"html, of {CITATIONS:,} citations", *many))
        _falsify(json_file)
        _seconds(root, "backend", "--output", runs=1, ends=1)
        wrong = _report(root, "html", Path(folder), judging)
        rows.append((f"html, of {CITATIONS:,} citations, half of them false", *wrong))
    print("| report | times phase 3 of the sample | KB |\n|---|---|---|")
    for name, times, size in rows:
        print(f"| {name} | {times:.2f} | {size / 1024:.0f} |")
    print(f"| phase 3 of {CITATIONS:,} citations | {again / judging:.2f} | |")
    of_sample = next(times for name, times, _ in rows if name.startswith("html"))
    is_small = all(size <= MOST_BYTES for name, _, size in rows if name.startswith("html"))
    return int(
        of_sample >= MOST_OF_SAMPLE or max(many[0], wrong[0]) >= MOST_OF_MANY or not is_small
    )


def _falsify(json_file: Path) -> None:
    """Quote other words wherever the JSON quotes."""
    report = json.loads(json_file.read_text("utf-8"))
    for number, item in enumerate(report["findings"][0]["evidence"]):
        item["snippet"] = f"return {number} * secrets_of_nobody"
    json_file.write_text(json.dumps(report, indent=1), "utf-8")


def _report(root: Path, name: str, folder: Path, judging: float) -> tuple[float, int]:
    """Return what a format costs, in times of phase 3, and its bytes."""
    out = folder / f"report.{name}"
    times = _seconds(root, "report", "--format", name, "--out", str(out)) / judging
    return times, out.stat().st_size


def _seconds(root: Path, *words: str, runs: int = RUNS, ends: int = 0) -> float:
    """Return the median seconds of a command in the sample's session."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        command = [sys.executable, str(CLI), *words, "--session", SESSION]
        run = subprocess.run(command, cwd=root, check=False, capture_output=True)
        times.append(time.perf_counter() - start)
        if run.returncode != ends:
            raise SystemExit(run.stderr.decode())
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
