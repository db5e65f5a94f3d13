"""What a call costs, as ratios to a floor measured in the same run: machines differ, ratios less.

    python -m benchmarks.start

The floors are what a program of this kind pays for its imports before its first line:
`import click, jinja2; from pydantic import BaseModel` for all commands, and for --output
`import click, markdown_it, sqlglot; from pydantic import BaseModel`. Prints a table; exits 1 if a
bound is broken.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in

FLOORS = (
    "import click, jinja2; from pydantic import BaseModel",
    "import click, markdown_it, sqlglot; from pydantic import BaseModel",
)
RUNS = 25
# name, command line, most that it may cost
BOUNDS: list[tuple[str, list[str], float]] = [
    ("--help", ["--help"], 0.7),
    ("explain", ["explain"], 0.7),
    ("session list", ["session", "list"], 0.85),  # it opens sessions
    ("backend --setup, a new session", ["backend", "--setup", "--task", TASK], 1.7),
    ("backend --setup, again", ["backend", "--setup", "--session", SESSION], 1.7),
    ("backend --output, accepted", ["backend", "--output", "--session", SESSION], 2.5),
    (
        "backend --run --model survey",
        ["backend", "--run", "--model", "survey", "--task", TASK],
        15,
    ),
]


def main() -> int:
    """Measure all commands in turns, so that a busy moment hits all alike."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        _seconds([sys.executable, str(CLI), *BOUNDS[4][1], "--task", TASK], root)
        fill_in(root, SESSION)
        commands = [[sys.executable, "-c", imports] for imports in FLOORS]
        commands += [[sys.executable, str(CLI), *words] for _, words, _ in BOUNDS]
        rounds = [[_seconds(command, root) for command in commands] for _ in range(RUNS)]
    start, judging, *times = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"floors: {start * 1000:.0f} and {judging * 1000:.0f} ms, median of {RUNS} runs\n")
    print("| command | times its floor | at most |\n|---|---|---|")
    broken = False
    for (name, words, bound), seconds in zip(BOUNDS, times, strict=True):
        ratio = seconds / (judging if "--output" in words else start)
        broken = broken or ratio > bound
        print(f"| `{name}` | {ratio:.2f} | {bound} |")
    return int(broken)


def _seconds(command: list[str], root: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=root, capture_output=True, check=False)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
