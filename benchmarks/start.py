"""What a call costs, as ratios to a floor measured in the same run: machines differ, ratios less.

    python -m benchmarks.start [RUNS]

The floors are what a program of this kind pays for its imports before its first line:
`import click, jinja2; from pydantic import BaseModel` for all commands, and for --output
`import click, markdown_it, sqlglot; from pydantic import BaseModel`. Prints a table of CPU seconds
and of time on the clock; exits 1 if the CPU breaks a bound: a busy machine disturbs it less.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOORS = (
    "import click, jinja2; from pydantic import BaseModel",
    "import click, markdown_it, sqlglot; from pydantic import BaseModel",
)
RUNS = 25
# name, command line, most that it may cost
BOUNDS: list[tuple[str, list[str], float]] = [
    ("--help", ["--help"], 0.5),
    ("explain", ["explain"], 0.7),
    ("session list", ["session", "list"], 0.85),  # it opens sessions
    ("backend --setup, a new session", ["backend", "--setup", "--task", TASK], 1.7),
    ("backend --setup, again", ["backend", "--setup", "--session", SESSION], 1.7),
    # It reads the cited files again: who made the report could have written the cache.
    ("backend --output, accepted", ["backend", "--output", "--session", SESSION], 2.0),
    (
        "backend --run --model survey",
        ["backend", "--run", "--model", "survey", "--task", TASK],
        15,
    ),
]


def main() -> int:
    """Measure all commands in turns, so that a busy moment hits all alike."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        cost_of([sys.executable, str(CLI), *BOUNDS[4][1], "--task", TASK], root)
        fill_in(root, SESSION)
        commands = [[sys.executable, "-c", imports] for imports in FLOORS]
        commands += [[sys.executable, str(CLI), *words] for _, words, _ in BOUNDS]
        rounds = [[cost_of(command, root) for command in commands] for _ in range(runs)]
    start, judging, *costs = (medians(column) for column in zip(*rounds, strict=True))
    print(f"floors: {start[0] * 1000:.0f} and {judging[0] * 1000:.0f} ms, median of {runs} runs\n")
    print("| command | CPU, times its floor | on the clock | at most |\n|---|---|---|---|")
    broken = False
    for (name, words, bound), cost in zip(BOUNDS, costs, strict=True):
        cpu, clock = (
            mine / floor
            for mine, floor in zip(cost, judging if "--output" in words else start, strict=True)
        )
        broken = broken or cpu > bound
        print(f"| `{name}` | {cpu:.2f} | {clock:.2f} | {bound} |")
    return int(broken)


def medians(costs: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    return tuple(statistics.median(column) for column in zip(*costs, strict=True))


def program_environment() -> dict[str, str]:
    """Return the environment of a user: Python keeps what it compiled, as it does everywhere."""
    return {k: text for k, text in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def cost_of(command: list[str], root: Path) -> tuple[float, float]:
    """Return the seconds of the CPU, children's included, and those on the clock."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=root,
        env=program_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
