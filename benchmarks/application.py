"""What a call costs on a real application, as ratios to the sample service in the same run.

    python -m benchmarks.application PATH [RUNS]

PATH is a clone of an application of some thousand files, for example of
https://github.com/wagtail/wagtail or https://github.com/saleor/saleor; it is cloned into a
temporary folder and stays as it is. Both reports are as long as that of the sample. The caches
are warm but for the row that says so. Prints a table of CPU seconds and of time on the clock; exits
1 if a bound is broken by the CPU, which a busy machine disturbs less.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.start import program_environment
from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in

RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 11
ENDPOINTS, TABLES, ROWS = 5, 2, 3
# name, at most that many times the same command on the sample; None is told, not bounded
BOUNDS: list[tuple[str, str, float | None]] = [
    ("--output, accepted", "--output", 1.6),
    ("--output, after an edit of one file", "--output", None),
    ("--setup, again", "--setup", 2.0),
]


@dataclass(frozen=True)
class Cost:
    """What a command took, in seconds."""

    cpu: float
    clock: float


def main() -> int:
    """Measure in turns, so that a busy moment hits all alike; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**program_environment(), "XDG_CACHE_HOME": str(Path(folder, "cache"))}
        sample = copy_sample(Path(folder))
        _run(sample, environment, "--setup", "--task", TASK)
        fill_in(sample, SESSION)
        application = _cloned(Path(sys.argv[1]), Path(folder, "application"))
        _run(application, environment, "--run", "--model", "survey", "--task", TASK)
        _shorten(application)
        edited = _some_source(application)
        costs: dict[tuple[str, str], list[Cost]] = {}
        for number in range(-2, RUNS):
            for name, phase, _ in BOUNDS:
                if "edit" in name:
                    edited.write_text(f"{edited.read_text('utf-8')}\n# {number}\n", "utf-8")
                for kind, root in (("sample", sample), ("application", application)):
                    cost = _run(root, environment, phase)
                    if number >= 0:  # the first ones warm the caches
                        costs.setdefault((name, kind), []).append(cost)
                if "edit" in name:
                    _run(application, environment, phase)
        files = len(_listed(application))
    print(f"{Path(sys.argv[1]).name}: {files:,} files, median of {RUNS} runs\n")
    print("| command | CPU, times the sample | on the clock | at most |\n|---|---|---|---|")
    broken = False
    for name, _, bound in BOUNDS:
        small, large = (_median(costs[name, kind]) for kind in ("sample", "application"))
        ratio = large.cpu / small.cpu
        broken = broken or (bound is not None and ratio > bound)
        print(f"| `{name}` | {ratio:.2f} | {large.clock / small.clock:.2f} | {bound or '-'} |")
    return int(broken)


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.clock for cost in costs),
    )


def _cloned(path: Path, to: Path) -> Path:
    # Files that were just written are read twice: see workers/repository/stamps.py.
    _git("clone", "--quiet", "--shared", str(path), str(to))
    time.sleep(3)
    return to


def _git(*words: str) -> str:
    command = ["git", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _listed(root: Path, *patterns: str) -> list[str]:
    return _git("-C", str(root), "ls-files", *patterns).splitlines()


def _run(root: Path, environment: dict[str, str], *words: str) -> Cost:
    command = [sys.executable, str(CLI), "backend", *words, "--session", SESSION]
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    told = process.stderr.read().decode() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}: {told}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start)


def _shorten(root: Path) -> None:
    """Cut the report that rules made to the length of the sample's."""
    workers = root / "Docs" / "hive-mind" / "sessions" / SESSION / "workers"
    json_file = workers / "json" / "backend_output.json"
    report = json.loads(json_file.read_text("utf-8"))
    lengths = {"api_specifications": ENDPOINTS, "database_designs": TABLES}
    for name in ("security_implementations", "service_architecture", *lengths):
        report[name] = report.get(name, [])[: lengths.get(name, ROWS)]
    report["statistics"]["total_api_endpoints"] = len(report["api_specifications"])
    report["statistics"]["database_tables_analyzed"] = len(report["database_designs"])
    report["statistics"]["security_implementations"] = len(report["security_implementations"])
    if not report["service_architecture"]:
        del report["service_architecture"]
    json_file.write_text(json.dumps(report, indent=2), "utf-8")
    notes = workers / "notes" / "backend_notes.md"
    kept: list[str] = []
    listed = 0
    for line in notes.read_text("utf-8").split("\n"):
        listed = listed + 1 if line.startswith("- ") else 0
        if listed <= ROWS or "Not looked at" in kept:
            kept.append(line)
    notes.write_text("\n".join(kept), "utf-8")


def _some_source(root: Path) -> Path:
    listed = _listed(root, "*.py", "*.ts")
    own = [name for name in listed if not re.search(r"test|spec|migrations|__init__", name)]
    return root / own[len(own) // 2]


if __name__ == "__main__":
    sys.exit(main())
