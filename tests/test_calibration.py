"""The calibration suite holds its bounds: all faults caught, no false alarm."""

from __future__ import annotations

import re

import pytest

from benchmarks.calibration.__main__ import main

LEAST = 0.25  # of the variants in the stacks: of fewer a share says little


@pytest.mark.slow
def test_calibration(
    capsys: pytest.CaptureFixture[str], share: float, request: pytest.FixtureRequest
) -> None:
    share = max(share, LEAST)
    code = main(share, int(request.config.option.seed))
    told = capsys.readouterr().out
    assert code == 0, told
    planted, caught, sharp = map(int, re.findall(r"\d+", told.split("| all |")[1].split("\n")[0]))
    assert planted == caught >= 90
    assert sharp >= 0.85 * planted
    variants = int(re.findall(r"variants: (\d+)", told)[0])
    assert variants >= 25
    in_stacks = told.split("| all |")[2].split("\n")[0].split(" | ")
    assert int(in_stacks[-4]) >= 2000 * share
