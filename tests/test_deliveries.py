"""Every fault is caught, by its own code; every honest report passes, however it is laid out."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.harmless import HARMLESS
from tests.kit import PROJECT, SAMPLES, SESSION, copy_sample
from tests.planting import FAULTS, base_of, change, expected, judge, lay_out
from workers.codes import CODES


@pytest.mark.parametrize("base", SAMPLES)
def test_an_honest_report_has_no_problem(tmp_path: Path, base: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base])
    lay_out(root, base=base)
    judged = judge(root)
    assert judged.problems == ()
    others = {name: count for name, count in judged.evidence.items() if name != "verified"}
    assert others == {"stale": 0, "not_found": 0, "unverifiable": 0}
    assert judged.evidence["verified"] >= 19
    assert judged.computed.overall >= 95


@pytest.mark.sampled(2)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_its_code_alone(tmp_path: Path, fault: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base_of(fault)])
    (root / "Docs" / "hive-mind" / "sessions" / SESSION / "workers" / "notes").mkdir(parents=True)
    lay_out(root, fault)
    judged = judge(root)
    told = sorted({problem.code for problem in judged.problems})
    assert told == sorted(expected(fault)["problems"]), [p.message for p in judged.problems]
    errors = any(CODES[code].severity == "error" for code in told)
    assert judged.accepted is not errors
    for problem in judged.problems:
        assert problem.places[0].file
        assert problem.hint


def test_every_code_of_a_report_has_a_fault() -> None:
    told = {code for fault in FAULTS for code in expected(fault)["problems"]}
    # A parser that dies: test_judge_dies; a huge file: test_bad_citations; an opinion:
    # test_opinion; a task: test_cheats; a stack that no reader knows, a library: test_deciders;
    # a password hash: test_passwords; a migration's parent, SQL of another database:
    # test_migrations, test_proposed_sql; findings that are alike: test_quality.
    cannot_be_planted = {"A08", "A10", "A13", "E12", "K05", "K18", "K22", "Q08", "Q06", "Q07"}
    cannot_be_planted |= {"Q09"}  # what was accepted is in a session: test_handoffs
    # Family W and C23 are of reports on changes: benchmarks/changes, test_witness.
    cannot_be_planted |= {code for code in CODES if code[0] == "W" or code == "C23"}
    # Kinds of entries that the backend worker does not list: tests/workers. X: between reports.
    cannot_be_planted |= {code for folder in FOLDERS for code in planted_in(folder)}
    cannot_be_planted |= {code for code in CODES if code[0] == "X"}
    cannot_be_planted |= WARNINGS_OF_KINDS
    assert told | cannot_be_planted == {code for code in CODES if code[0] != "R"}


FOLDERS = [file.parent.name for file in (PROJECT / "tests" / "workers").glob("*/faults.py")]
# Doubts of deciders of single kinds: no report of tests/workers has one planted.
WARNINGS_OF_KINDS = {"K46", "K61", "K65", "K66", "K75", "K81", "K90"}


def planted_in(worker: str) -> set[str]:
    """Return the codes that the faults of a worker's report are told by."""
    return {row[-1] for row in import_module(f"tests.workers.{worker}.faults").FAULTS}


@pytest.mark.sampled(2)  # test_calibration judges them all
@pytest.mark.parametrize("base", SAMPLES)
@pytest.mark.parametrize("variant", HARMLESS, ids=lambda variant: variant.__name__.strip("_"))
def test_a_harmless_variant_has_no_error(tmp_path: Path, variant: Any, base: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base])
    lay_out(root, base=base)
    if not change(root, variant):
        pytest.skip("nothing of it in this report")
    judged = judge(root)
    assert judged.accepted, [problem.message for problem in judged.problems]


def test_every_harmless_variant_changes_a_report(tmp_path: Path) -> None:
    roots = []
    for number, sample in enumerate(SAMPLES.values()):
        roots.append(copy_sample(tmp_path / str(number), sample))
    for variant in HARMLESS:
        changed = []
        for root, base in zip(roots, SAMPLES, strict=True):
            lay_out(root, base=base)
            changed.append(change(root, variant))
        assert any(changed), variant.__name__


def test_a_root_behind_a_link_is_the_same_root(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    lay_out(root)
    assert judge(root).accepted
    lay_out(link)
    assert judge(link).accepted


def test_the_same_input_gives_the_same_bytes(root: Path) -> None:
    lay_out(root, "quotation-elsewhere")
    reviews = [repr(judge(root)) for _ in range(2)]
    assert reviews[0] == reviews[1]
