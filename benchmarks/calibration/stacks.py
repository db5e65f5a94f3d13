"""Honest reports on eight services, and false variants of them: what is refuted, by kind and stack.

A variant counts as refuted when it draws an error that the honest report does not draw, as warned
when it draws a new warning alone. The two shares are of those variants that ought to be refuted:
where a reader exists, or none is needed.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.stacks import STACKS, STYLES, copy_stack, judge_report, report_on
from tests.stacks.ground import ground_of
from tests.stacks.planted import KINDS, variants

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.stacks import Stack
    from tests.stacks.ground import Planted
    from workers.review.review import Review

# The languages with a reader and all SQL files; everything else.
WITH_READER, WITHOUT_READER = 0.95, 0.90
Fault = tuple[str, str]


@dataclass
class Outcome:
    """What became of the variants: counts by (stack, kind, verdict), and what slipped through."""

    planted: Counter[tuple[str, str]] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    wanted: Counter[bool] = field(default_factory=Counter)  # by whether a reader exists
    refuted: Counter[bool] = field(default_factory=Counter)
    missed: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def share(self, *, with_reader: bool) -> float:
        """Return the share of what ought to be refuted that is."""
        wanted = self.wanted[with_reader]
        return self.refuted[with_reader] / wanted if wanted else 1.0


def problems_of(review: Review, severity: str) -> set[Fault]:
    """Return the problems of a severity, as what tells them apart from others."""
    return {(one.code, one.message) for one in review.problems if one.severity == severity}


def honest(folder: Path) -> list[tuple[str, int, Review]]:
    """Judge the three honest reports on each service."""
    judged: list[tuple[str, int, Review]] = []
    for stack in STACKS:
        root = copy_stack(stack, folder / f"honest-{stack.name}")
        judged += [
            (stack.name, style, judge_report(root, *report_on(stack, style, root)))
            for style in STYLES
        ]
    return judged


def plant(folder: Path, share: float = 1, seed: int = 7) -> Outcome:
    """Judge a share of the false variants on each stack."""
    outcome = Outcome()
    chance = random.Random(seed)  # noqa: S311 - the same variants in every run
    for stack in STACKS:
        root = copy_stack(stack, folder / f"planted-{stack.name}")
        ground = ground_of(stack, root)
        known = judge_report(root, ground.notes, ground.report)
        planted = list(variants(ground))
        for variant in chance.sample(planted, math.ceil(len(planted) * share)):
            _count(outcome, stack, root, known, variant)
    return outcome


def _count(outcome: Outcome, stack: Stack, root: Path, known: Review, variant: Planted) -> None:
    review = judge_report(root, variant.notes, variant.report)
    verdict = "undecided"
    for severity, word in (("warning", "warned"), ("error", "refuted")):
        if problems_of(review, severity) - problems_of(known, severity):
            verdict = word
    outcome.planted[stack.name, variant.kind] += 1
    outcome.verdicts[stack.name, variant.kind, verdict] += 1
    if variant.expected == "refuted":
        outcome.wanted[variant.has_reader] += 1
        outcome.refuted[variant.has_reader] += verdict == "refuted"
        if verdict != "refuted":
            missed = outcome.missed.setdefault((variant.kind, stack.name), [])
            missed.append(f"{variant.what} ({verdict})")


def table(outcome: Outcome) -> Iterable[str]:
    """Write a line a kind: refuted of planted for each stack, then the sums."""
    names = [stack.name for stack in STACKS]
    yield "| kind | " + " | ".join(names) + " | planted | refuted | warned | undecided |"
    yield "|---" * (len(names) + 5) + "|"
    for kind in (*KINDS, None):
        cells = [_cell(outcome, name, kind) for name in names]
        sums = [
            sum(
                count
                for (_, of, word), count in outcome.verdicts.items()
                if kind in {None, of} and word == verdict
            )
            for verdict in ("refuted", "warned", "undecided")
        ]
        row = [kind or "all", *cells, str(sum(sums)), *map(str, sums)]
        yield f"| {' | '.join(row)} |"


def _cell(outcome: Outcome, name: str, kind: str | None) -> str:
    kinds = [kind] if kind else list(KINDS)
    planted = sum(outcome.planted[name, one] for one in kinds)
    refuted = sum(outcome.verdicts[name, one, "refuted"] for one in kinds)
    return f"{refuted}/{planted}" if planted else "-"


def report(folder: Path, share: float = 1, seed: int = 7) -> bool:
    """Print the table and what honest reports draw; returns whether the bounds hold."""
    outcome = plant(folder, share, seed)
    print("Planted in honest reports on eight services (refuted/planted):\n")
    print("\n".join(table(outcome)))
    shares = []
    for with_reader, bound, what in (
        (True, WITH_READER, "where a reader exists (Python, TypeScript, SQL files)"),
        (False, WITHOUT_READER, "elsewhere, of what needs no reader"),
    ):
        share = outcome.share(with_reader=with_reader)
        counts = f"{outcome.refuted[with_reader]} of {outcome.wanted[with_reader]}"
        print(f"\nrefuted {what}: {counts}, {share:.1%} (bound {bound:.0%})")
        shares.append(share >= bound)
    for (kind, name), missed in sorted(outcome.missed.items()):
        print(f"  {kind}, {name}: {len(missed)} not refuted, first {missed[0]}")
    judged = honest(folder)
    errors = sum(review.count("error") for _, _, review in judged)
    warnings = sum(review.count("warning") for _, _, review in judged)
    print(f"\nhonest reports: {len(judged)}, errors: {errors}, warnings: {warnings}")
    for name, style, review in judged:
        for one in review.problems:
            print(f"  {name} {style}: {one.severity} {one.code} {one.message}")
    return all(shares) and not errors
