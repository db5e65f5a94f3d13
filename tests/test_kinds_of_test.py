"""What is decided of suites, gaps, flaky tests and coverage on a small project."""

# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.entries import outcomes, row
from tests.kit import PROJECT
from workers.claims.kinds import coverage_figure, gap, suite
from workers.claims.kinds.suites import counted
from workers.repository.source import Source

SERVICE = PROJECT / "tests" / "workers" / "test" / "service"
PRICING, RECEIPTS, CART = "tests/test_pricing.py", "tests/test_receipts.py", "web/cart.test.mjs"
OK = "suite confirmed"
SUITES = {
    "as it is": (row(file=PRICING, tests=4, skipped=0), [OK, "suite_tests confirmed", "suite_skipped confirmed"]),
    "a skipped one": (row(file=RECEIPTS, tests=3, skipped=1), [OK, "suite_tests confirmed", "suite_skipped confirmed"]),
    "scripts": (row(file=CART, tests=2), [OK, "suite_tests confirmed"]),
    "too many": (row(file=PRICING, tests=12), [OK, "suite_tests refuted K54"]),
    "too few": (row(file=CART, tests=1), [OK, "suite_tests refuted K54"]),
    "no skip": (row(file=RECEIPTS, skipped=0), [OK, "suite_skipped refuted K54"]),
    "no file": (row(file="tests/test_checkout.py", tests=3), ["suite refuted K53", "suite_tests undecided"]),
    "no tests": (row(file="till/pricing.py"), ["suite refuted K53"]),
    "no code": (row(file="package.json"), ["suite undecided"]),
    "proposed": ({**row(file="tests/test_checkout.py"), "status": "proposed"}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_is_decided(name: str) -> None:
    entry, expected = SUITES[name]
    assert outcomes(SERVICE, "suite", suite, entry) == expected


FLAKY = {
    "as it is": (row(name="test_number_has_the_day", file=RECEIPTS), ["flaky_test confirmed"]),
    "qualified": (
        row(name="tests/test_receipts.py::test_number_has_the_day", file=RECEIPTS),
        ["flaky_test confirmed"],
    ),
    "in a group": (row(name="cart > counts copies", file=CART), ["flaky_test confirmed"]),
    "not there": (row(name="test_timeout", file=RECEIPTS), ["flaky_test refuted K56"]),
    "no file": (row(name="test_timeout", file="tests/test_time.py"), ["flaky_test refuted K56"]),
}


@pytest.mark.parametrize("name", FLAKY)
def test_a_flaky_test_is_decided(name: str) -> None:
    entry, expected = FLAKY[name]
    assert outcomes(SERVICE, "flaky_test", suite, entry) == expected


GAPS = {
    "a symbol": (row(name="void", symbol="void"), ["untested_symbol confirmed"]),
    "a symbol that is tested": (row(name="totals", symbol="total_of()"), ["untested_symbol refuted K55"]),
    "a file that is tested": (row(name="prices", file="till/pricing.py"), ["untested_file refuted K55"]),
    "a script that is tested": (row(name="cart", file="web/cart.mjs"), ["untested_file refuted K55"]),
    "a file that is not there": (row(name="tills", file="till/tills.py"), ["untested_file refuted K55"]),
    "settings": (row(name="settings", file="package.json"), ["untested_file undecided"]),
    "in words": (row(name="printing"), []),
}  # fmt: skip


@pytest.mark.parametrize("name", GAPS)
def test_a_gap_is_decided(name: str) -> None:
    entry, expected = GAPS[name]
    assert outcomes(SERVICE, "gap", gap, entry) == expected


def figure(percent: float, scope: str = "total", metric: str = "line", source: str = "coverage.xml") -> dict[str, Any]:  # fmt: skip
    return row(source=source, scope=scope, metric=metric, percent=percent)


FIGURES = {
    "total": (figure(80.95), "confirmed"),
    "rounded": (figure(81), "confirmed"),
    "lines and branches": (figure(74), "confirmed"),
    "too high": (figure(86.5), "refuted K58"),
    "a file": (figure(90, "till/pricing.py"), "confirmed"),
    "an absolute file": (figure(75, str(SERVICE / "till/pricing.py"), "branch"), "confirmed"),
    "another file's": (figure(90, "till/receipts.py"), "refuted K58"),
    "a file that it does not list": (figure(90, "till/tills.py"), "refuted K59"),
    "a metric that it does not have": (figure(90, "total", "function"), "refuted K59"),
    "lcov": (figure(81.8, "web/cart.mjs", source="web/lcov.info"), "confirmed"),
    "lcov, other": (figure(95, "web/cart.mjs", source="web/lcov.info"), "refuted K58"),
    "no report": (figure(90, source="build/coverage.xml"), "refuted K57"),
    "another file": (figure(90, source="pyproject.toml"), "undecided"),
    "a folder": (figure(90, "till"), "undecided"),
    "from outside": (figure(90, source="/etc/coverage.xml"), "undecided"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_coverage_figure_is_decided(name: str) -> None:
    entry, expected = FIGURES[name]
    assert outcomes(SERVICE, "coverage_figure", coverage_figure, entry) == [
        f"coverage_figure {expected}"
    ]


# What makes the number of tests uncertain: then no number is refuted.
UNCERTAIN = {
    "a table": ("test_a.py", "@pytest.mark.parametrize('a', [1, 2])\ndef test_a(a): assert a"),
    "a base class": ("test_a.py", "class TestA(Base):\n    def test_a(self): assert 1"),
    "a loop": ("a.test.js", "for (const a of all) { it('a', () => { expect(a).toBe(1); }); }"),
    "a list": ("a.test.js", "all.forEach((a) => { it('a', () => { expect(a).toBe(1); }); });"),
    "a function": ("a.test.js", "function both(a) { it('a', () => { expect(a).toBe(1); }); }"),
    "a title that is computed": ("a.test.js", "it(name, () => { expect(1).toBe(1); });"),
    "each": ("a.test.js", "it.each([1, 2])('a %s', (a) => { expect(a).toBe(1); });"),
    "subtests": ("a_test.go", 'package a\nfunc TestA(t *testing.T) { t.Run("b", nil) }'),
    "broken": ("a.test.js", "it('a', () => { expect(1).toBe(1); "),
}  # fmt: skip


@pytest.mark.parametrize("name", UNCERTAIN)
def test_a_number_that_may_be_another_is_not_certain(name: str) -> None:
    path, text = UNCERTAIN[name]
    known = counted(Source(path, text))
    assert known is None or not known.certain


def test_a_number_is_certain_in_groups() -> None:
    text = (
        "describe('a', () => { test('b', () => { expect(1).toBe(1); }); it.skip('c', () => {}); });"
    )
    known = counted(Source(str(Path("a.test.ts")), text))
    assert known is not None
    assert (known.certain, len(known.tests), known.skipped) == (True, 2, 1)
