"""Copies of sources that are kept in the folder of a session, and what is no copy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.kit import SESSION, copy_sample
from tests.test_workers_judged import FOLDER
from workers.catalog import worker_called
from workers.claims.ledger import ledger
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

QUOTED = "Chains link tasks together."


def verdicts(root: Path, copy: str, quotation: str = QUOTED) -> list[tuple[str, str]]:
    """Judge a source of a report that is in its session; returns outcomes and codes."""
    folder = root / "Docs" / "hive-mind" / "sessions" / SESSION
    file = folder / "workers" / "json" / "researcher_output.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / "celery.txt").write_text("Canvas\n\nChains link\n  tasks together.\n")
    (folder / "note.txt").write_text(QUOTED)
    row = {"title": "Celery", "copy": copy, "quotation": quotation}
    file.write_text(json.dumps({"consulted_sources": [row]}), "utf-8")
    worker = worker_called("researcher", None)
    delivery = read_delivery(worker, Repository(root), folder / "notes.md", file)
    return [
        (row.verdict.outcome, row.verdict.problem.code if row.verdict.problem else "")
        for row in ledger(delivery)
        if row.claim.kind in {"saved_copy", "quoted_source"}
    ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_sample(tmp_path, FOLDER / "researcher" / "service")


@pytest.mark.parametrize(
    "copy",
    [
        "sources/celery.txt",
        f"Docs/hive-mind/sessions/{SESSION}/sources/celery.txt",
        f"@/Docs/hive-mind/sessions/{SESSION}/sources/celery.txt",
    ],
)
def test_a_copy_in_the_session_is_read(root: Path, copy: str) -> None:
    copy = copy.replace("@", str(root))
    assert verdicts(root, copy) == [("confirmed", ""), ("confirmed", "")]
    lie = "Chains part tasks for ever."
    assert verdicts(root, copy, lie) == [("confirmed", ""), ("refuted", "K87")]


@pytest.mark.parametrize(
    "copy",
    [
        "workers/json/researcher_output.json",
        f"Docs/hive-mind/sessions/{SESSION}/workers/json/researcher_output.json",
        "note.txt",
        "sources/../workers/json/researcher_output.json",
        "sources/link.txt",
        "sources",
    ],
)
def test_neither_a_report_nor_what_is_outside_is_a_copy(root: Path, copy: str) -> None:
    sources = root / "Docs" / "hive-mind" / "sessions" / SESSION / "sources"
    sources.mkdir(parents=True)
    outside = root.parent / "outside.txt"
    outside.write_text(QUOTED)
    (sources / "link.txt").symlink_to(outside)
    assert verdicts(root, copy) == [("refuted", "K86"), ("undecided", "")]


def test_what_is_not_whole_refutes_nothing(root: Path) -> None:
    (root / "research" / "old.txt").write_bytes(b"Caf\xe9 \xff\xfe\x00 none of it")
    outcomes = verdicts(root, "research/old.txt")
    assert all(outcome != "refuted" for outcome, _ in outcomes)
