"""Honest reports of the workers, lies planted into them, and changes that are none."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import pytest

from sessions.events import utc_now
from tests.kit import PROJECT, SESSION, copy_sample
from workers.catalog import worker_called
from workers.delivery.delivery import Expected, read_delivery
from workers.repository.repository import Repository
from workers.review.review import review

if TYPE_CHECKING:
    from pathlib import Path

    from workers.review.review import Review

FOLDER = PROJECT / "tests" / "workers"
WORKERS = sorted(file.parent.name for file in FOLDER.glob("*/faults.py"))


class Edit(NamedTuple):
    """A text of one of the two files, and what stands there instead."""

    where: str
    old: str
    new: str


def judge(folder: Path, worker: str, edit: Edit | None = None) -> Review:
    """Lay out a worker's service and honest report, edit it, and review it."""
    root = copy_sample(folder, FOLDER / worker / "service")
    files = {"json": f"{worker}_output.json", "notes": f"{worker}_notes.md"}
    for kind, name in files.items():
        text = (FOLDER / worker / "honest" / name).read_text("utf-8")
        if edit is not None and edit.where == kind:
            assert edit.old in text
            text = text.replace(edit.old, edit.new, 1)
        marks = {"@ROOT@": str(root), "@SESSION@": SESSION, "@TIME@": utc_now()}
        for mark, value in marks.items():
            text = text.replace(mark, value)
        (folder / name).write_text(text, "utf-8")
    known = Expected(SESSION, utc_now(), None)
    notes, data = folder / files["notes"], folder / files["json"]
    return review(read_delivery(worker_called(worker, None), Repository(root), notes, data, known))


def rows(name: str) -> list[object]:
    """Return the rows of a table of all workers, each with its worker, as parameters."""
    return [
        pytest.param(worker, row, id=f"{worker}: {row[0]}")
        for worker in WORKERS
        for row in getattr(import_module(f"tests.workers.{worker}.faults"), name)
    ]


@pytest.mark.parametrize("worker", WORKERS)
def test_an_honest_report_is_accepted(worker: str, tmp_path: Path) -> None:
    assert [one.message for one in judge(tmp_path, worker).problems] == []


@pytest.mark.parametrize(("worker", "row"), rows("FAULTS"))
def test_a_lie_is_rejected(worker: str, row: tuple[str, ...], tmp_path: Path) -> None:
    outcome = judge(tmp_path, worker, Edit(*row[1:4]))
    assert not outcome.accepted
    assert {one.code for one in outcome.problems if one.severity == "error"} == {row[4]}


@pytest.mark.parametrize(("worker", "row"), rows("HARMLESS"))
def test_a_harmless_change_is_accepted(worker: str, row: tuple[str, ...], tmp_path: Path) -> None:
    outcome = judge(tmp_path, worker, Edit(*row[1:4]))
    assert outcome.accepted, [one.message for one in outcome.problems]


@pytest.mark.parametrize("worker", WORKERS)
def test_the_tables_are_long_enough(worker: str) -> None:
    tables = import_module(f"tests.workers.{worker}.faults")
    assert len(tables.FAULTS) >= 20
    assert len(tables.HARMLESS) >= 10
