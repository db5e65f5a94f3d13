"""What the copy for a proof costs, as a ratio to `git worktree add` of the same tree.

    python -m benchmarks.proofs [FILES]

Both are made in turns, so that a busy moment hits both alike. Exits 1 if the median breaks the
bound.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.proving import Work, git, work
from workers.proofs.copying import clean_copy

FILES = 20_000
RUNS = 3
BOUND = 1.5


def main() -> int:
    """Measure both."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        names = {f"d{n % 200}/e{n % 7}/file{n}.py": f"x = {n}\n" * (n % 90) for n in range(files)}
        made = work(Path(folder), names)
        made.write({"d0/e0/file0.py": "changed = 1\n", "new.py": "y = 1\n"})
        tree = made.snapshots.take()
        rounds = [(_worktree(made, n), _copy(made, tree)) for n in range(RUNS)]
    floor, cost = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = cost / floor
    print(f"{files:,} files, median of {RUNS} runs")
    print(f"git worktree add  {floor:6.2f} s")
    print(f"copy for a proof  {cost:6.2f} s  {ratio:.2f} times, at most {BOUND}")
    return int(ratio > BOUND)


def _worktree(made: Work, number: int) -> float:
    place = made.root.parent / f"tree{number}"
    begun = time.perf_counter()
    git(made.root, "worktree", "add", "--quiet", "--detach", str(place))
    seconds = time.perf_counter() - begun
    git(made.root, "worktree", "remove", "--force", str(place))
    return seconds


def _copy(made: Work, tree: str) -> float:
    begun = time.perf_counter()
    with clean_copy(made.snapshots, made.base, tree):
        return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
