"""Judges many changed deliveries: none may crash, raise, hang, take too much, or give no document.

    python -m tests.fuzz [--cases N] [--seed N] [--seconds N] [--only N]

A case is the same for the same seed and number: `--only N` repeats one and prints its problems.
Each is judged as `--check` does, in a child process; one in many is judged by the program itself.
Prints a table; exits 1 if a case failed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sessions.errors import WaggleError
from tests.fuzz.deliveries import delivery
from tests.kit import CLI, SAMPLES, copy_sample
from workers.catalog import built_in
from workers.contract import WorkerOutput, to_json
from workers.delivery.delivery import read_delivery
from workers.phases.finish import Request, check
from workers.repository.repository import Repository
from workers.review.review import review

MOST_CPU_SECONDS = 10.0
MOST_MEBIBYTES = 512
# One case in so many is a process of its own, from the command line to the document.
BY_PROGRAM = 250
# What the judge may take until it is ended: more than a case may, so that it shows how much it was.
_ENDED_AFTER = 30
_WARMING = 60


@dataclass
class Tally:
    """What was seen so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    cpu: list[float] = field(default_factory=list)
    mebibytes: float = 0.0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """A delivery on disk, with the repository that it is on."""

    number: int
    root: Path
    notes: Path
    json: Path


def main() -> int:
    """Judge the cases; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long")
    parser.add_argument("--only", type=int, help="this case alone, with its problems")
    asked = parser.parse_args()
    os.environ["WAGGLE_JUDGE_SECONDS"] = str(_ENDED_AFTER)
    numbers = [asked.only] if asked.only is not None else range(asked.cases)
    memory = Path("/dev/shm")  # where it is there, no case waits for a disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        roots = _roots(Path(folder))
        _warm(Path(folder), roots)
        tally = Tally()
        start = time.monotonic()
        for number in numbers:
            if time.monotonic() - start > asked.seconds:
                break
            case = _written(Path(folder), roots, asked.seed, number)
            output = _judged(case, tally)
            if asked.only is not None and output is not None:
                sys.stdout.write(to_json(output.document()))
    _report(tally, asked.seed, time.monotonic() - start)
    return int(bool(tally.failures))


def _roots(folder: Path) -> dict[str, Path]:
    roots = {name: copy_sample(folder / name, sample) for name, sample in SAMPLES.items()}
    for root in roots.values():
        (root / ".git").rmdir()  # git need not be asked for what is in no repository
    return roots


def _warm(folder: Path, roots: dict[str, Path]) -> None:
    """Judge a few cases in this process: what they import and compile is there in every child."""
    for number in range(_WARMING):
        case = _written(folder, roots, 0, number)
        files = Repository(case.root), case.notes, case.json
        review(read_delivery(built_in()[0], *files))


def _written(folder: Path, roots: dict[str, Path], seed: int, number: int) -> Case:
    name = sorted(roots)[number % len(roots)]
    notes, written = delivery(seed, number, roots[name], name)
    case = Case(number, roots[name], folder / "notes.md", folder / "output.json")
    case.notes.write_bytes(notes)
    case.json.write_bytes(written)
    return case


def _judged(case: Case, tally: Tally) -> WorkerOutput | None:
    """Judge a case, and tally what it took and how it ended."""
    before = _cpu()
    output: WorkerOutput | None = None
    try:
        output = check(Request(built_in()[0], case.root, CLI), case.notes, case.json)
        to_json(output.document()).encode()
    except WaggleError as error:
        tally.failures.append(f"{case.number}: no document: {error.message}")
    except Exception as error:  # noqa: BLE001 - each is a failure of the case
        tally.failures.append(f"{case.number}: {type(error).__name__}: {error}")
    cpu = _cpu() - before
    tally.cpu.append(cpu)
    if cpu > MOST_CPU_SECONDS:
        tally.failures.append(f"{case.number}: {cpu:.1f} s of CPU time")
    peak, own = _peak(resource.RUSAGE_CHILDREN), _peak(resource.RUSAGE_SELF)
    # The largest of all so far; a program that is started counts the memory of who starts it.
    if peak > max(tally.mebibytes, own):
        tally.mebibytes = peak
        if peak > MOST_MEBIBYTES:
            tally.failures.append(f"{case.number}: {peak:.0f} MiB")
    if output is not None:
        _tally(case, output, tally)
    if case.number % BY_PROGRAM == 0:
        _by_program(case, output, tally)
    return output


def _tally(case: Case, output: WorkerOutput, tally: Tally) -> None:
    tally.outcomes[output.status] += 1
    tally.codes.update({one.code for one in output.problems})
    tally.failures += [
        f"{case.number}: {one.code} {one.message}"
        for one in output.problems
        if one.code in {"R11", "A10"}
    ]


def _by_program(case: Case, output: WorkerOutput | None, tally: Tally) -> None:
    """Judge a case by the program itself, which must say the same."""
    words = ["backend", "--check", str(case.notes), str(case.json), "--root", str(case.root)]
    run = subprocess.run(
        [sys.executable, str(CLI), *words, "--json"], capture_output=True, check=False, timeout=300
    )
    tally.outcomes["by the program"] += 1
    try:
        status = json.loads(run.stdout)["status"]
    except ValueError:
        status = f"no document, exit {run.returncode}"
    wanted = {"completed": 0, "failed": 1}.get(status)
    if run.returncode != wanted or b"Traceback" in run.stderr or run.returncode not in {0, 1}:
        tally.failures.append(f"{case.number}: by the program: {status}, exit {run.returncode}")
    elif output is not None and output.status != status:
        tally.failures.append(f"{case.number}: {output.status} here, {status} by the program")


def _peak(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _report(tally: Tally, seed: int, seconds: float) -> None:
    rows = [
        ("cases", f"{len(tally.cpu):,} of seed {seed} in {seconds:.0f} s"),
        *((name, f"{count:,}") for name, count in sorted(tally.outcomes.items())),
        ("codes seen", str(len(tally.codes))),
        (
            "CPU time, median and most",
            f"{statistics.median(tally.cpu):.2f} and {max(tally.cpu):.2f} s",
        ),
        ("memory, most", f"{tally.mebibytes:.0f} MiB"),
        ("failures", str(len(tally.failures))),
    ]
    print("| what | figure |\n|---|---|")
    for name, figure in rows:
        print(f"| {name} | {figure} |")
    for failure in tally.failures[:40]:
        print(failure.encode("ascii", "backslashreplace").decode())


if __name__ == "__main__":
    sys.exit(main())
