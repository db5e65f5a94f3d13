"""Change reports on real repositories: some every day, more slowly; `make changes` plays all."""

from __future__ import annotations

import random
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.changes.kinds import KINDS
from benchmarks.changes.running import play
from benchmarks.changes.scenario import Scenario

FEW, MORE = 8, 40
needs_node = pytest.mark.skipif(shutil.which("npm") is None, reason="needs node and npm")


def _some() -> list[object]:
    """Return a scenario of each of a few kinds, the same in every run."""
    chance = random.Random(14)  # noqa: S311 - nothing secret
    chosen = [(kind, chance.choice(kind.scenarios)) for kind in chance.sample(KINDS, FEW)]
    return [
        pytest.param(
            scenario,
            id=f"{kind.name}: {scenario.name}",
            marks=[needs_node] if scenario.stack == "javascript" else [],
        )
        for kind, scenario in chosen
    ]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("scenario", _some())
def test_a_report_is_answered_as_it_should_be(scenario: Scenario) -> None:
    assert not play(scenario).miss


@needs_node
@pytest.mark.alone
@pytest.mark.slow
def test_more_reports_are_answered_as_they_should_be(
    share: float, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(41)  # noqa: S311 - nothing secret
    scenarios = [scenario for kind in KINDS for scenario in kind.scenarios]
    every = round(1 / share)
    chosen = chance.sample(scenarios, MORE)[int(request.config.option.seed) % every :: every]
    with ThreadPoolExecutor(2) as pool:
        played = list(pool.map(play, chosen))
    assert [(row.name, row.miss) for row in played if row.miss] == []


def test_there_are_enough_of_each() -> None:
    names = [(kind.name, scenario.name) for kind in KINDS for scenario in kind.scenarios]
    assert len(set(names)) == len(names)
    assert sum(len(kind.scenarios) for kind in KINDS if kind.is_false) >= 60
    assert sum(len(kind.scenarios) for kind in KINDS if not kind.is_false) >= 40
