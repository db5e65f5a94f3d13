"""The gates in full: every command at every point under every fault, then many at once.

    python -m tests.gates [--trials N] [--rounds M]
    python -m tests.gates --minutes T [--seed S]

Prints a table; ends with 1 if anything was violated or not run. --trials samples so many points
of each mode, --rounds cuts the races short. --minutes takes a sample that fits: some points of all
modes, gate after gate in an order that the seed gives, as long as there is time.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.gates import installs
from tests.gates.repositories import edited
from tests.gates.table import EVERY_FAULT, GATES, MODES, Outcome, crash, race

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = 16
# Options of racetest, and the share of the rounds that are run with them.
RACES: tuple[tuple[tuple[str, ...], float], ...] = (
    ((), 1),
    (("--kill", "0.3"), 1),
    (("--widen", "2000"), 0.2),
)
INSTALLS = 0.4  # the share of the rounds in which installs race


SAMPLED_TRIALS = 4  # of each mode
LONGEST_GATE_SECONDS = 60  # that a gate of a sample may take: none begins later


def sample(seed: int, minutes: float) -> Iterator[Outcome]:
    """Run what fits into so many minutes; what is left out is told."""
    chosen, end = random.Random(seed), time.monotonic() + 60 * minutes  # noqa: S311 - no secret
    gates = chosen.sample(GATES, len(GATES))
    with tempfile.TemporaryDirectory() as folder:
        yield race(PROCESSES, 3, edited(Path(folder)))
    for name in installs.RACES:
        yield Outcome(name, "x 1", *installs.race(name, 1))
    while gates and end - time.monotonic() > LONGEST_GATE_SECONDS:
        gate = gates.pop()
        points = ("--max-trials", str(SAMPLED_TRIALS), "--offset", f"{chosen.random():.3f}")
        options = (*points, "--fs", chosen.choice(("ext4", "posix")))
        with tempfile.TemporaryDirectory() as folder:
            yield crash(gate, EVERY_FAULT, gate.repository(Path(folder)), options=options)
    left_out = "; ".join(gate.name for gate in gates)
    print(f"seed {seed}; no time for: {left_out or 'none'}", flush=True)


def outcomes(trials: int, rounds: int) -> Iterator[Outcome]:
    """Run everything, one after another: each uses all cores by itself."""
    options = ("--max-trials", str(trials)) if trials else ()
    for gate in GATES:
        with tempfile.TemporaryDirectory() as folder:
            root = gate.repository(Path(folder))
            for mode in MODES:
                yield crash(gate, mode, root, options=options)
    with tempfile.TemporaryDirectory() as folder:
        root = edited(Path(folder))
        for extra, share in RACES:
            yield race(PROCESSES, max(1, int(rounds * share)), root, options=extra)
    for name in installs.RACES:
        often = max(1, int(rounds * INSTALLS))
        yield Outcome(name, f"x {often}", *installs.race(name, often))


def main() -> int:
    """Print a row for each gate and mode, and the whole output of those that fail."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--trials", type=int, default=0, help="of each mode; 0: all")
    parser.add_argument("--rounds", type=int, default=50, help="of each race")
    parser.add_argument("--minutes", type=float, default=0, help="for a sample")
    parser.add_argument("--seed", type=int, default=1, help="of a sample")
    asked = parser.parse_args()
    if shutil.which("strace") is None:
        sys.stderr.write("the gates need strace: install it, then run them again\n")
        return 2
    start, failed, total = time.monotonic(), [], [0, 0]
    print("| gate | mode | trials | violated |\n|---|---|---|---|", flush=True)
    whole = outcomes(asked.trials, asked.rounds)
    for outcome in sample(asked.seed, asked.minutes) if asked.minutes else whole:
        trials, violated = outcome.counts
        total = [total[0] + trials, total[1] + violated]
        word = "" if outcome.passed or violated else ", not all run"
        print(f"| {outcome.name} | {outcome.mode} | {trials} | {violated}{word} |", flush=True)
        if not outcome.passed:
            failed.append(outcome)
    print(f"\n{total[0]} trials, {total[1]} violated, {time.monotonic() - start:.0f} s")
    for outcome in failed:
        print(f"\n{outcome.name}, {outcome.mode}:\n{outcome.output}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
