"""Reports of coverage, as the tools write them: which changed lines no test ran."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workers.proofs.covering import uncovered

LCOV = "TN:\nSF:{file}\nDA:1,3\nDA:2,0\nDA:3,0,abc\nLH:1\nend_of_record\nSF:other.py\nDA:1,1\n"
COBERTURA = """<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
<coverage version="7.6"><sources><source>{folder}</source><source>{folder}/app</source></sources>
<packages><package name="."><classes><class name="x.py" filename="{file}"><lines>
<line number="1" hits="1"/><line number="2" hits="0"/><line number="3" hits="0"/>
</lines></class></classes></package></packages></coverage>"""
JSON = json.dumps({"files": {"app/x.py": {"executed_lines": [1], "missing_lines": [2, 3]}}})
REPORTS = {
    "lcov, relative": ("lcov.info", LCOV.format(file="app/x.py")),
    "lcov, absolute": ("coverage/lcov.info", LCOV.format(file="{folder}/app/x.py")),
    "lcov, at the top": ("lcov.info", LCOV.format(file="/user/tree/app/x.py")),
    "cobertura": ("coverage.xml", COBERTURA.replace("{file}", "app/x.py")),
    "cobertura, by its source": ("coverage.xml", COBERTURA.replace("{file}", "x.py")),
    "json": ("coverage.json", JSON),
}


@pytest.mark.parametrize("name", REPORTS)
def test_lines_that_no_test_ran_are_listed(name: str, tmp_path: Path) -> None:
    file, text = REPORTS[name]
    place = tmp_path / file
    place.parent.mkdir(exist_ok=True)
    place.write_text(text.replace("{folder}", str(tmp_path)))
    changed = {"app/x.py": {1, 3, 9}, "app/y.py": range(1, 3), "README.md": {1}}
    result = uncovered(tmp_path, 0, changed, [Path("/user/tree")])
    assert result == ({"app/x.py": [3]}, ("app/y.py",), file)


@pytest.mark.parametrize(
    "text",
    ["", "<coverage", "<!DOCTYPE a [<!ENTITY b 'c'>]><coverage><class filename='&b;'/></coverage>"],
)
def test_what_is_no_report_says_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "coverage.xml").write_text(text)
    assert uncovered(tmp_path, 0, {"a.py": {1}}, []) is None


def test_a_report_that_was_there_before_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "lcov.info"
    file.write_text(LCOV.format(file="app/x.py"))
    after = file.stat().st_mtime_ns + 1
    assert uncovered(tmp_path, after, {"app/x.py": {2}}, []) is None
    assert uncovered(tmp_path, after - 1, {"app/x.py": {2}}, []) is not None
