"""JUnit XML: tests by name, and nothing that a parser could be made to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.proofs.junit import Report, parsed, read_report

SUITE = """<?xml version="1.0"?>
<testsuites><testsuite name="a" tests="9" failures="9">
<testcase classname="t.A" name="passes" time="0.1"/>
<testcase classname="t.A" name="fails"><failure message="x">no</failure></testcase>
<testcase classname="t.A" name="errs"><error/><system-out/></testcase>
<testcase classname="t.A" name="later"><skipped type="pytest.xfail"/></testcase>
<testcase name="bare"/>
</testsuite></testsuites>"""


def test_cases_are_counted_and_named() -> None:
    report = parsed(SUITE.encode())
    assert report == Report(
        {
            "t.A::passes": "passed",
            "t.A::fails": "failed",
            "t.A::errs": "failed",
            "t.A::later": "skipped",
            "bare": "passed",
        },
        2,
        2,
        1,
    )


def test_suites_without_cases_say_how_many() -> None:
    text = b'<testsuite tests="7" failures="1" errors="1" skipped="2"></testsuite>'
    assert parsed(text) == Report({}, 3, 2, 2)
    assert parsed(b"<testsuites/>") == Report({}, 0, 0, 0)


BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]>
<testsuite><testcase name="&c;"/></testsuite>"""


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        b'<!DOCTYPE testsuite SYSTEM "file:///etc/passwd"><testsuite/>',
        b"<html/>",
        b"",
        b"<testsuite>",
        b"<testsuite>" + b"<testsuite>" * 100 + b"</testsuite>" * 100 + b"</testsuite>",
        b"\x00\x01",
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    assert parsed(data) is None


def test_a_folder_of_reports_adds_up(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "TEST-1.xml").write_text(SUITE)
    (tmp_path / "TEST-2.xml").write_text('<testsuite><testcase name="x"/></testsuite>')
    report = read_report(tmp_path)
    assert report is not None
    assert report[1:] == (3, 2, 1)


def test_links_and_absent_files_are_no_reports(tmp_path: Path) -> None:
    (tmp_path / "real.xml").write_text(SUITE)
    (tmp_path / "link.xml").symlink_to("real.xml")
    assert read_report(tmp_path / "link.xml") is None
    assert read_report(tmp_path / "none.xml") is None
    (tmp_path / "folder.xml").symlink_to("/")
    assert read_report(tmp_path / "folder.xml") is None
    empty = tmp_path / "empty"
    empty.mkdir()
    assert read_report(empty) is None
