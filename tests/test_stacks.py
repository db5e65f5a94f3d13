"""Honest reports on services in eight stacks, and false variants of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.calibration.stacks import WITH_READER, WITHOUT_READER, plant
from tests.stacks import STACKS, STYLES, copy_stack, judge_report, report_on
from tests.stacks.ground import ground_of
from tests.stacks.planted import KINDS, variants

if TYPE_CHECKING:
    from tests.stacks import Stack

EACH = pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)


@EACH
def test_an_honest_report_has_no_error_and_all_that_it_cites_is_there(
    tmp_path: Path, stack: Stack
) -> None:
    root = copy_stack(stack, tmp_path)
    for style in STYLES:
        judged = judge_report(root, *report_on(stack, style, root))
        assert [one.message for one in judged.problems if one.severity == "error"] == [], style
        assert judged.evidence.pop("verified") >= 40
        assert judged.evidence == {"stale": 0, "not_found": 0, "unverifiable": 0}, style


@EACH
def test_a_false_variant_differs_in_one_thing_from_the_honest_report(
    tmp_path: Path, stack: Stack
) -> None:
    root = copy_stack(stack, tmp_path)
    ground = ground_of(stack, root)
    seen = set()
    for variant in variants(ground):
        changed = [key for key, value in ground.report.items() if variant.report[key] != value]
        assert changed or variant.notes != ground.notes, variant.what
        assert set(changed) <= {changed[0], "statistics"} if changed else True, variant.what
        assert (variant.kind, variant.what) not in seen
        seen.add((variant.kind, variant.what))


def test_every_kind_is_planted_somewhere(tmp_path: Path) -> None:
    planted = {
        variant.kind
        for stack in STACKS
        for variant in variants(ground_of(stack, copy_stack(stack, tmp_path / stack.name)))
    }
    assert planted == set(KINDS)


# All of them: test_calibration.
def test_a_sample_of_false_variants_is_refuted(tmp_path: Path) -> None:
    outcome = plant(tmp_path, share=0.05)
    missed = {" in ".join(place): what[0] for place, what in outcome.missed.items()}
    assert outcome.share(with_reader=True) >= WITH_READER, missed
    assert outcome.share(with_reader=False) >= WITHOUT_READER, missed
