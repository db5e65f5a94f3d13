"""What people and agents read, kept as snapshots: a change of wording is a change to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit import SAMPLES, copy_sample
from tests.planting import base_of, judge, lay_out
from workers.contract import WorkerOutput
from workers.reporting import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

TOLD = (
    "quotation-elsewhere",
    "quotation-with-another-token",
    "cited-file-missing",
    "template-row-left",
    "heading-renamed",
    "key-unknown",
    "score-above-the-cap",
    "method-of-another-route",
    "sql-misspelt",
    "migration-without-down",
    "column-type-changed",
)


@pytest.mark.parametrize("fault", TOLD)
def test_a_problem_as_an_agent_reads_it(
    tmp_path: Path, fault: str, snapshot: SnapshotAssertion
) -> None:
    root = copy_sample(tmp_path, SAMPLES[base_of(fault)])
    lay_out(root, fault)
    told = [problem.document() for problem in judge(root).problems]
    for problem in told:
        problem["file"] = problem["file"].rsplit("/", 1)[-1]
        problem["hint"] = problem["hint"].replace(str(root), "ROOT")
    assert told == snapshot


@pytest.mark.parametrize("width", [40, 100])
def test_a_rejection_on_a_terminal(
    root: Path, width: int, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lay_out(root, "quotation-elsewhere")
    judged = judge(root)
    output = WorkerOutput("backend-worker", "s", "output", "failed")
    output.problems = list(judged.problems)
    output.scores = {"computed": judged.computed.document()}
    shown = FORMATS["text"](output)
    assert max(map(len, shown.splitlines())) <= width
    assert shown == snapshot


def test_foreign_text_cannot_move_the_cursor() -> None:
    from workers.contract import Place, Problem

    output = WorkerOutput("backend-worker", "s", "output", "failed")
    hostile = "\x1b[2J\u202e\u061c\U000e0041"
    output.problems = [Problem("E01", "error", hostile, hostile, (Place(hostile, 1, hostile),))]
    shown = FORMATS["text"](output)
    assert "[2J" in shown
    assert not (set(hostile) - set("[2J04")) & set(shown)
