"""What a survey costs, as ratios in one run: to a plain parse, cold to warm, 2,000 files to 20,000.

    python -m benchmarks.survey [PATH ...]

The floor is tree-sitter parsing all of the same files, one after the other, in a process of its
own. Prints a table; exits 1 if a bound is broken. With paths of real applications it prints what
each costs, CPU and clock, and holds them to nothing.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.kit import CLI

FILES, MANY = 2_000, 20_000
COLD, WARM, MEGABYTES, GROWTH = 1.5, 0.15, 400.0, 1.4
RUNS = 3
_PARSE = """
import sys
from pathlib import Path
from workers.survey.syntax import language_of, parse
for file in sorted(Path(sys.argv[1]).rglob("*")):
    if file.is_file():
        parse(language_of(file.name), file.read_bytes())
"""
_PARSE_OWN = """
import sys
from pathlib import Path
from workers.survey import syntax, walk
root = Path(sys.argv[1])
for file in walk.files(root):
    language, source = syntax.language_of(file), walk.read(root, file)
    if language and source:
        try:
            syntax.parse(language, source)
        except syntax.TooSlow:
            pass
"""


def main() -> int:
    """Measure and print; returns the exit code."""
    if sys.argv[1:]:
        return _of_applications([Path(path).resolve() for path in sys.argv[1:]])
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small"), Path(folder, "large")
        _fill(small, FILES)
        _fill(large, MANY)
        floors, colds, warms, megabytes = [], [], [], 0.0
        for number in range(RUNS):  # in turns, so that a busy moment hits all alike
            environment = {**os.environ, "XDG_CACHE_HOME": str(Path(folder, f"cache{number}"))}
            floors.append(_seconds([sys.executable, "-c", _PARSE, str(small)], environment)[0])
            colds.append(_seconds(_survey(small), environment)[0])
            warms.append(_seconds(_survey(small), environment)[0])
        many, megabytes = _seconds(_survey(large), environment)
    floor, cold, warm = map(statistics.median, (floors, colds, warms))
    growth = many / cold / (MANY / FILES)
    rows = [
        (f"cold, {FILES:,} files, times a serial parse of them", cold / floor, COLD),
        ("warm, times cold", warm / cold, WARM),
        (f"{MANY:,} files, times ten times {FILES:,}", growth, GROWTH),
        (f"memory of {MANY:,} files, MB", megabytes, MEGABYTES),
    ]
    print(f"serial parse: {floor:.2f} s\n\n| survey | measured | at most |\n|---|---|---|")
    for name, value, bound in rows:
        print(f"| {name} | {value:.2f} | {bound} |")
    return int(any(value > bound for _, value, bound in rows))


def _of_applications(roots: list[Path]) -> int:
    print("| application | cold, CPU | cold, clock | warm, of cold | MB |\n|---|---|---|---|---|")
    for root in roots:
        with tempfile.TemporaryDirectory() as cache:
            environment = {**os.environ, "XDG_CACHE_HOME": cache}
            floor = _cost([sys.executable, "-c", _PARSE_OWN, str(root)], environment)
            cold, warm = (_cost(_survey(root), environment) for _ in range(2))
        print(
            f"| {root.name} | {cold.cpu / floor.cpu:.1f} | {cold.seconds / floor.seconds:.1f}"
            f" | {warm.seconds / cold.seconds:.2f} | {cold.megabytes:.0f} |"
        )
    return 0


def _fill(root: Path, count: int) -> None:
    """Make an application: one file in ten declares routes, the others hold other code."""
    body = "\n\n".join(
        f'def step_{n}(order, amount):\n    """Work out part {n}."""\n    total = amount * {n}\n'
        f'    if total > order.limit:\n        raise ValueError(f"too much: {{total}}")\n'
        f"    return [line.price for line in order.lines if line.total < total]"
        for n in range(25)
    )
    for number in range(count):
        file = root / f"service{number // 200}" / f"part{number % 200 // 20}" / f"unit{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        routes = ""
        if number % 10 == 0:
            routes = (
                "from fastapi import APIRouter, FastAPI\n\n"
                f'router = APIRouter(prefix="/u{number}")\n'
                'app = FastAPI()\napp.include_router(router, prefix="/api")\n\n\n'
                '@router.get("/{key}")\ndef read(key: str): ...\n\n\n'
                '@router.post("/", status_code=201)\ndef make(): ...\n\n\n'
            )
        # No two files are alike: a tree that is parsed once more would be taken from memory.
        file.write_text(f"# unit {number}\n{routes}{body}\n", "utf-8")


def _survey(root: Path) -> list[str]:
    return [sys.executable, str(CLI), "survey", "--json", "--root", str(root)]


def _seconds(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds and the megabytes of the largest process of a command."""
    cost = _cost(command, environment)
    return cost.seconds, cost.megabytes


class _Cost(NamedTuple):
    """What a command costs: seconds on the clock and of all its processes, its largest one."""

    seconds: float
    cpu: float
    megabytes: float


def _cost(command: list[str], environment: dict[str, str]) -> _Cost:
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=CLI.parent, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"{command} ended with {status}")
    return _Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    sys.exit(main())
