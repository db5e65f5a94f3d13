"""Counts from what runners print: what they printed, as files, and what is read out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.proofs.counts import RUNNERS, Counts, failing_names, read_counts

OUTPUTS = Path(__file__).parent / "proofs" / "outputs"
# What each output says: passed, failed, skipped; and the names of what failed.
EXPECTED: dict[str, tuple[Counts, set[str]]] = {
    "cargo_fail": (Counts(3, 1, 1), {"breaks"}),
    "cargo_pass": (Counts(1, 0, 0), set()),
    "dotnet_fail": (Counts(64, 1, 2), {"Orders.Tests.Totals.Adds_tax"}),
    "dotnet_none": (Counts(0, 0, 0), set()),
    "dotnet_platform": (Counts(55, 1, 0), set()),
    "dotnet_terminal": (Counts(94, 0, 1), set()),
    "go_json": (Counts(1, 1, 0), set()),
    "go_none": (Counts(0, 0, 0), set()),
    "go_plain": (Counts(None, None, None), set()),
    "go_plain_fail": (Counts(None, 1, None), {"TestShout"}),
    "go_verbose": (Counts(3, 1, 1), {"TestShout"}),
    "jest_fail": (Counts(1, 1, 2), {"breaks"}),
    "jest_none": (Counts(0, 0, 0), set()),
    "jest_pass": (Counts(1, 0, 3), set()),
    "mocha_fail": (Counts(1, 1, 2), {"s breaks"}),
    "mocha_none": (Counts(0, 0, 0), set()),
    "mocha_pass": (Counts(1, 0, 0), set()),
    "nextest": (Counts(9, 1, 2), {"cg::it breaks"}),
    "no_runner": (Counts(None, None, None), set()),
    "node_none": (Counts(0, 0, 0), set()),
    "node_spec": (Counts(2, 1, 2), {"breaks"}),
    "node_tap": (Counts(2, 1, 2), {"breaks"}),
    "phpunit_fail": (Counts(1, 2, 2), {"ATest::testBreaks", "ATest::testError"}),
    "phpunit_none": (Counts(0, 0, 0), set()),
    "phpunit_pass": (Counts(1, 0, 0), set()),
    "phpunit_skip": (Counts(1, 0, 1), set()),
    "pytest_fail": (
        Counts(1, 3, 3),
        {"test_a.py::A::test_breaks", "test_a.py::A::test_error", "test_a.py::test_setup"},
    ),
    "pytest_missing": (Counts(0, 0, 0), set()),
    "pytest_none": (Counts(0, 0, 0), set()),
    "pytest_pass": (Counts(1, 0, 0), set()),
    "pytest_qq": (Counts(None, None, None), set()),
    "rspec_fail": (Counts(1, 1, 1), {"s breaks"}),
    "rspec_none": (Counts(0, 0, 0), set()),
    "rspec_pass": (Counts(1, 0, 0), set()),
    "several": (Counts(11, 0, 1), set()),
    "surefire_fail": (Counts(2, 2, 1), {"ATest.breaks", "ATest.err"}),
    "surefire_none": (Counts(0, 0, 0), set()),
    "surefire_pass": (Counts(23, 0, 0), set()),
    "unittest_fail": (
        Counts(1, 2, 2),
        {"test_breaks (test_a.A.test_breaks)", "test_error (test_a.A.test_error)"},
    ),
    "unittest_none": (Counts(0, 0, 0), set()),
    "unittest_pass": (Counts(1, 0, 1), set()),
    "vitest_fail": (Counts(1, 1, 2), {"a.test.js > breaks"}),
    "vitest_none": (Counts(0, 0, 0), set()),
    "vitest_pass": (Counts(1, 0, 3), set()),
}


def test_every_output_is_expected_to_say_something() -> None:
    assert {file.stem for file in OUTPUTS.glob("*.txt")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_output_is_counted(name: str) -> None:
    output = (OUTPUTS / f"{name}.txt").read_text("utf-8")
    counts, names = EXPECTED[name]
    assert read_counts(output) == counts
    assert failing_names(output) == names


@pytest.mark.parametrize("name", EXPECTED)
def test_lines_that_end_as_on_windows_say_the_same(name: str) -> None:
    output = (OUTPUTS / f"{name}.txt").read_text("utf-8").replace("\n", "\r\n")
    assert read_counts(output) == EXPECTED[name][0]


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: runner.name)
def test_every_runner_has_an_output(runner: object) -> None:
    texts = [file.read_text("utf-8") for file in OUTPUTS.glob("*.txt")]
    if runner.counts_lines:  # type: ignore[attr-defined]
        return
    from workers.proofs.counts import plain

    assert any(runner.closing.search(plain(text)) for text in texts)  # type: ignore[attr-defined]


def test_what_was_cut_is_not_counted_by_its_lines() -> None:
    output = (OUTPUTS / "go_verbose.txt").read_text("utf-8")
    assert read_counts(output, is_cut=True) == Counts()


def test_a_long_output_is_read_in_time() -> None:
    hostile = "Ran 1 test in \n" * 20_000 + "  1 passing" * 20_000 + "\n# tests 1\n" * 20_000
    assert read_counts(hostile).failed == 0
