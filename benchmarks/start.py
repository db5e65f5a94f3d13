"""What a call costs, as ratios to a floor measured in the same run: machines differ, ratios less.

The floor is `python -c "import click, jinja2; from pydantic import BaseModel"`: what any program
of this kind pays before its first line. Prints a table; exits 1 if a bound is broken.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in

FLOOR = [sys.executable, "-c", "import click, jinja2; from pydantic import BaseModel"]
RUNS = 25
# command line, most that it may cost
BOUNDS: list[tuple[str, list[str], float]] = [
    ("--help", ["--help"], 0.7),
    ("explain", ["explain"], 0.7),
    ("session list", ["session", "list"], 0.7),
    ("backend --setup, a new session", ["backend", "--setup", "--task", TASK], 1.7),
    ("backend --setup, again", ["backend", "--setup", "--session", SESSION], 1.7),
    ("backend --output, accepted", ["backend", "--output", "--session", SESSION], 2.5),
]


def main() -> int:
    """Measure all commands in turns, so that a busy moment hits all alike."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        _seconds([sys.executable, str(CLI), *BOUNDS[4][1], "--task", TASK], root)
        fill_in(root, SESSION)
        commands = [FLOOR, *([sys.executable, str(CLI), *words] for _, words, _ in BOUNDS)]
        rounds = [[_seconds(command, root) for command in commands] for _ in range(RUNS)]
    floor, *times = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"floor: {floor * 1000:.0f} ms, median of {RUNS} runs\n")
    print("| command | times the floor | at most |\n|---|---|---|")
    for (name, _, bound), seconds in zip(BOUNDS, times, strict=True):
        print(f"| `{name}` | {seconds / floor:.2f} | {bound} |")
    return int(any(s / floor > bound for (_, _, bound), s in zip(BOUNDS, times, strict=True)))


def _seconds(command: list[str], root: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=root, capture_output=True, check=False)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
