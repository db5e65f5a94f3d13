"""What the list of `serve` costs with 1,000 sessions, as ratios to reading their STATE.json.

    python -m benchmarks.serve

Cold: nothing is known yet. Warm: nothing changed. One: one session changed. Look: what an open
page asks for again and again. Prints a table; exits 1 if a bound is broken.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sessions.location import SESSIONS
from tests.kit import CLI
from tests.serving import ask, begin
from workers.integrations.web.following import Logs
from workers.integrations.web.listing import Wanted
from workers.integrations.web.pages import Pages, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 1000
RUNS = 7
# Times the yardstick. A page is rows and HTML: even warm it is more than nothing.
BOUNDS = {"cold": 14.0, "warm": 3.0, "one": 3.5, "look": 0.5}


class Measured(NamedTuple):
    """Processor seconds of one round."""

    yardstick: float
    seconds: dict[str, float]


def main() -> int:
    """Measure in turns, so that a busy moment hits all alike."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / ".git").mkdir()
        for number in range(MANY):
            begin(root, f"session-{number:04}")
        _page(Pages(root, CLI))  # what is imported and compiled once
        rounds = [_round(root, number) for number in range(RUNS)]
    yardstick = statistics.median(one.yardstick for one in rounds)
    print("| the list of 1,000 sessions | processor seconds | times reading them | at most |")
    print("|---|---|---|---|")
    broken = False
    for name, bound in BOUNDS.items():
        seconds = statistics.median(one.seconds[name] for one in rounds)
        broken = broken or seconds / yardstick > bound
        print(f"| {name} | {seconds:.3f} | {seconds / yardstick:.2f} | {bound} |")
    return int(broken)


def _round(root: Path, number: int) -> Measured:
    files = sorted((root / SESSIONS).glob("*/STATE.json"))
    yardstick = _seconds(lambda: [json.loads(file.read_bytes()) for file in files])
    pages, logs = Pages(root, CLI), Logs(root)
    seconds = {name: _seconds(lambda: _page(pages)) for name in ("cold", "warm")}
    ask(root, "session-0500", f"question {number}")
    return Measured(
        yardstick,
        {**seconds, "one": _seconds(lambda: _page(pages)), "look": _seconds(logs.look)},
    )


def _page(pages: Pages) -> str:
    return pages.sessions(Shown("", ""), Wanted())


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main())
