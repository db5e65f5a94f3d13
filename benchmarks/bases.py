"""What a base costs, and a change report that is judged by it, as ratios within one run.

    python -m benchmarks.bases [RUNS]

Recording the base, in a repository of 2,000 files and in one of 20,000, is compared with the floor
of `--setup` (see start.py); a change report, whose proofs are not run, with the judging of the
sample report. Prints a table of CPU seconds, children's included, and of time on the clock; exits
1 if the CPU breaks a bound.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.start import FLOORS, cost_of, medians
from sessions.snapshots import begin
from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in, waggle

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 9
SIZES = {2_000: 0.4, 20_000: 1.0}
JUDGING = 1.3
NOTES = """# Backend changes: a version

## Executive Summary

GET /version was asked for: it is there, and says the version of the service.

## Changes

- CHG-001 modified: `app/main.py`: GET /version

## Proofs

Not applicable: the repository defines none.

## Touched

GET /version is new: `app/main.py:{line}`.

## Unresolved Issues & Handoff

None.
"""
ADDED = """

@app.get("/version")
async def version() -> dict[str, str]:
    return {"version": "1"}
"""


def main() -> int:
    """Measure all in turns, so that a busy moment hits all alike."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        roots = {files: _repository(home / str(files), files) for files in SIZES}
        floor = [sys.executable, "-c", FLOORS[0]]
        measured: list[Callable[[], tuple[float, float]]] = [lambda: cost_of(floor, home)]
        measured += [lambda root=root: _recording(root) for root in roots.values()]
        measured += [
            lambda: cost_of(_output(), sample),
            lambda: cost_of(_output("--no-proofs"), changed),
        ]
        (home / "sample").mkdir()
        sample, changed = _sample(home / "sample"), _changed(home / "changed")
        rounds = [[measure() for measure in measured] for _ in range(runs)]
    start, *bases, judging, change = (medians(column) for column in zip(*rounds, strict=True))
    print(f"floor of --setup: {start[0] * 1000:.0f} ms, median of {runs} runs")
    print(f"--output of the sample report: {judging[0] * 1000:.0f} ms\n")
    print("| what | CPU, times its floor | on the clock | at most |\n|---|---|---|---|")
    rows = [
        (f"recording the base of {files:,} files", cost, start, bound)
        for (files, bound), cost in zip(SIZES.items(), bases, strict=True)
    ]
    rows.append(("judging a change report", change, judging, JUDGING))
    for what, cost, least, bound in rows:
        print(f"| {what} | {cost[0] / least[0]:.2f} | {cost[1] / least[1]:.2f} | {bound} |")
    return int(any(cost[0] / least[0] > bound for _, cost, least, bound in rows))


def _repository(root: Path, files: int) -> Path:
    """Make a repository of so many files, one of them changed and one untracked."""
    for number in range(files):
        file = root / f"d{number % 200}" / f"file{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"x = {number}\n" * (number % 90), "utf-8")
    _commit(root)
    (root / "d0/file0.py").write_text("changed = 1\n", "utf-8")
    (root / "new.py").write_text("new = 1\n", "utf-8")
    return root


def _commit(root: Path) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@localhost")
    for words in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "-m", "x")):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def _recording(root: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        before, start = _cpu(), time.perf_counter()
        begin(root, Path(folder, "base"))
        return _cpu() - before, time.perf_counter() - start


def _cpu() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _output(*options: str) -> list[str]:
    return [sys.executable, str(CLI), "backend", "--output", "--session", SESSION, *options]


def _run(root: Path, *words: str, ends: int = 0) -> None:
    run = waggle(*words, cwd=root)
    if run.returncode != ends:
        raise RuntimeError(run.stderr.decode())


def _sample(folder: Path) -> Path:
    """Make the sample service with its honest report, in a repository of git's."""
    root = copy_sample(folder)
    (root / ".git").rmdir()
    _commit(root)
    _run(root, "backend", "--setup", "--session", SESSION, "--task", TASK)
    fill_in(root, SESSION)
    _run(root, *_output()[2:])
    return root


def _changed(folder: Path) -> Path:
    """Make the sample service with an endpoint more, and the report of it."""
    folder.mkdir()
    root = copy_sample(folder)
    (root / ".git").rmdir()
    _commit(root)
    kind = ("--kind", "change")
    _run(root, "backend", "--setup", "--session", SESSION, "--task", "Add GET /version.", *kind)
    file = root / "app/main.py"
    text = file.read_text("utf-8") + ADDED
    file.write_text(text, "utf-8")
    line = text.count("\n") - 2
    workers = root / "Docs/hive-mind/sessions" / SESSION / "workers"
    report = workers / "json/backend_output.json"
    made = json.loads(report.read_text("utf-8"))
    at = {"file": str(file), "line": line, "end_line": line + 2}
    endpoint = {
        "id": "API-001",
        "endpoint": "version",
        "method": "GET",
        "path": "/version",
        "status": "implemented",
        "description": "The version.",
        "evidence": [at],
    }
    change = {"id": "CHG-001", "file": str(file), "kind": "modified", "summary": "GET /version"}
    document = {
        "analysis_metadata": {**made["analysis_metadata"], "files_analyzed": [str(file)]},
        "outcome": {"status": "done"},
        "changes": [change],
        "api_specifications": [endpoint],
    }
    report.write_text(json.dumps(document, indent=2), "utf-8")
    (workers / "notes/backend_notes.md").write_text(NOTES.format(line=line), "utf-8")
    _run(root, *_output("--no-proofs")[2:])
    return root


if __name__ == "__main__":
    sys.exit(main())
