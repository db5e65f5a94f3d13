"""How well change reports are told apart, true from false, on real repositories.

    python -m benchmarks.changes [--kind WORDS] [--only WORDS] [--jobs 2]

Plays all scenarios, or those whose kind or name holds the words, and prints for each kind how many
were answered as expected, and what was missed. Exits 1 when anything was. Needs git, node and npm.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.changes.kinds import KINDS
from benchmarks.changes.running import Played, play

if TYPE_CHECKING:
    from benchmarks.changes.scenario import Kind, Scenario


def main(arguments: list[str] | None = None) -> int:
    """Play and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes")
    parser.add_argument("--kind", default="", help="only kinds whose name holds this")
    parser.add_argument("--only", default="", help="only scenarios whose name holds this")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    parser.add_argument("--codes", action="store_true", help="print what was told of each")
    asked = parser.parse_args(arguments)
    chosen = [(kind, _chosen(kind, asked.only)) for kind in KINDS if asked.kind in kind.name]
    with ThreadPoolExecutor(asked.jobs) as pool:
        running = [
            (kind, [pool.submit(play, row) for row in rows]) for kind, rows in chosen if rows
        ]
        print("| kind | scenarios | as expected | seconds |\n|---|---|---|---|")
        played: list[tuple[Kind, list[Played]]] = []
        for kind, runs in running:
            played.append((kind, [run.result() for run in runs]))
            print(_line(kind.name, played[-1][1]), flush=True)
    for is_false, name in ((True, "all false"), (False, "all honest")):
        rows = [row for kind, rows in played if kind.is_false == is_false for row in rows]
        print(_line(name, rows))
    return _print_each(played, with_codes=asked.codes)


def _print_each(played: list[tuple[Kind, list[Played]]], *, with_codes: bool) -> int:
    """Print what was missed, and the codes of each if asked for; returns the exit code."""
    missed = [(kind, row) for kind, rows in played for row in rows if row.miss]
    print("".join(f"\n{kind.name} / {row.name}: {row.miss}" for kind, row in missed))
    if with_codes:
        for _, rows in played:
            print("".join(f"{row.name}: {' '.join(row.codes)}\n" for row in rows), end="")
    return int(bool(missed))


def _chosen(kind: Kind, words: str) -> list[Scenario]:
    return [row for row in kind.scenarios if words in row.name]


def _line(name: str, rows: list[Played]) -> str:
    as_expected = sum(not row.miss for row in rows)
    seconds = sum(row.seconds for row in rows)
    return f"| {name} | {len(rows)} | {as_expected} | {seconds:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
