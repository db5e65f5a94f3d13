"""Reports of coverage as tools write them, and what is no report."""

from __future__ import annotations

import pytest

from tests.kit import PROJECT
from workers.claims.kinds.coverage_figure import is_rounded
from workers.readers import coverage

SERVICE = PROJECT / "tests" / "workers" / "test" / "service"
JACOCO = """<?xml version="1.0"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="till"><package name="org/till"><class name="org/till/Till"><counter type="LINE"
 missed="9" covered="1"/></class><sourcefile name="Till.java"><line nr="3" mi="0" ci="1"/>
<counter type="LINE" missed="1" covered="3"/></sourcefile></package>
<counter type="BRANCH" missed="1" covered="1"/>
<counter type="LINE" missed="1" covered="3"/></report>
"""
ISTANBUL = """{"total": {"lines": {"total": 9, "covered": 7, "skipped": 0, "pct": 77.77},
 "branches": {"total": 0, "covered": 0, "skipped": 0, "pct": "Unknown"}},
"/app/m.mjs": {"lines": {"total": 9, "covered": 7, "skipped": 0, "pct": 77.77}}}
"""
PYTHON = """{"meta": {"format": 3}, "files": {"m.py": {"summary": {"covered_lines": 4,
 "num_statements": 8, "percent_covered": 41.6, "num_branches": 4, "covered_branches": 1}}},
 "totals": {"covered_lines": 7, "num_statements": 11, "percent_covered": 53.3}}
"""
CLOVER = """<coverage generated="1"><project timestamp="1"><metrics statements="9"
 coveredstatements="7" conditionals="2" coveredconditionals="1" methods="2" coveredmethods="1"/>
<file name="m.mjs" path="/app/m.mjs"><metrics statements="9" coveredstatements="7"/></file>
</project></coverage>
"""
LCOV = "TN:\nSF:src/a.c\nDA:1,1\nDA:2,0\nend_of_record\nSF:src/b.c\nLF:2\nLH:2\nend_of_record\n"
REPORTS: dict[str, tuple[str, dict[tuple[str, str], float]]] = {
    "cobertura": (
        (SERVICE / "coverage.xml").read_text("utf-8"),
        {("total", "line"): 80.95, ("pricing.py", "branch"): 75, ("receipts.py", "line"): 72.73},
    ),
    "lcov": (
        (SERVICE / "web" / "lcov.info").read_text("utf-8"),
        {("total", "line"): 91.67, ("web/cart.mjs", "function"): 75, ("total", "branch"): 100},
    ),
    "lcov, lines alone": (LCOV, {("total", "line"): 75, ("src/a.c", "line"): 50}),
    "jacoco": (
        JACOCO,
        {("total", "line"): 75, ("total", "branch"): 50, ("org/till/Till.java", "line"): 75},
    ),
    "clover": (CLOVER, {("total", "function"): 50, ("/app/m.mjs", "line"): 77.78}),
    "istanbul": (ISTANBUL, {("total", "line"): 77.78, ("/app/m.mjs", "line"): 77.78}),
    "coverage.py": (PYTHON, {("total", "line"): 63.64, ("m.py", "branch"): 25}),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_gives_its_figures(name: str) -> None:
    text, expected = REPORTS[name]
    report = coverage.read("anything", text)
    assert report is not None
    assert report.format == name.split(",", maxsplit=1)[0]
    for (scope, metric), percent in expected.items():
        percents = [
            percent
            for figure in report.figures
            if (figure.scope, figure.metric) == (scope, metric)
            for percent in figure.percents
        ]
        assert any(round(one, 2) == percent for one in percents), (scope, metric, percents)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Coverage is 81 %",
        "{}",
        '{"total": 1}',
        "[1]",
        "<html></html>",
        '<testsuites><testsuite tests="1"/></testsuites>',
        "<coverage>",
        '<!DOCTYPE coverage [<!ENTITY a "b">]><coverage line-rate="1"><a>&a;</a></coverage>',
        '<coverage line-rate="nan"></coverage>',
        "{" * 100_000,
        "<a>" * 100_000,
        "SF:" * 10,
    ],
)
def test_what_is_no_report_is_none(text: str) -> None:
    report = coverage.read("anything", text)
    assert report is None or not report.figures


@pytest.mark.parametrize(
    ("written", "exact", "right"),
    [
        (81.2, 81.23, True),
        (81, 81.4, True),
        (82, 81.4, False),
        (81.23, 81.2345, True),
        (81.3, 81.23, False),
        (81.9, 81.99, True),
        (81, 81.99, True),
        (80, 81.4, False),
        (100, 99.6, True),
        (100, 99.4, False),
        (0, 0.0, True),
    ],
)
def test_a_figure_is_right_to_its_digits(written: float, exact: float, right: bool) -> None:
    assert is_rounded(written, exact) is right
