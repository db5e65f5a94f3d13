"""JUnit XML, as every runner can write it: which tests ran, and how each ended.

A proof writes it, so it is read as a stranger's: at most so many bytes, no document type, and with
it no entities.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import NotReadable
from sessions.files import read_regular

if TYPE_CHECKING:
    from pathlib import Path

REPORT_BYTES = 16 * 1024 * 1024
MOST_CASES = 100_000
MOST_FILES = 1_000
MOST_DEPTH = 50
NAME_CHARACTERS = 300
_FAILED = frozenset({"failure", "error"})


class Report(NamedTuple):
    """The tests of a run by their names: `passed`, `failed` or `skipped`."""

    cases: dict[str, str]
    passed: int
    failed: int
    skipped: int


def read_report(place: Path) -> Report | None:
    """Return what a file, or the files of a folder, say; None where nothing can be believed."""
    if not os.path.lexists(place) or place.is_symlink():
        return None
    files = _reports(place) if place.is_dir() else [place]
    total = Report({}, 0, 0, 0)
    left, count = REPORT_BYTES, 0
    for file in files:
        try:
            data = read_regular(file, left)
        except (OSError, NotReadable):
            return None
        report = parsed(data)
        if report is None:
            return None
        left, count = left - len(data), count + 1
        numbers = (a + b for a, b in zip(total[1:], report[1:], strict=True))
        total = Report(total.cases | report.cases, *numbers)
    return total if count else None


def _reports(folder: Path) -> list[Path]:
    """Return the reports below a folder, as many as are read; no link is followed."""
    files: list[Path] = []
    for place, _, names in os.walk(folder):
        files += [folder / place / name for name in names if name.endswith(".xml")]
        if len(files) > MOST_FILES:
            break
    return sorted(files)[:MOST_FILES]


def parsed(data: bytes) -> Report | None:
    """Return what JUnit XML says; None for what is none, or has a document type."""
    from xml.parsers import expat

    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.EntityDeclHandler = reading.refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's form
    except (expat.ExpatError, _Refused, ValueError):
        return None
    return reading.report() if reading.is_junit else None


class _Refused(Exception):
    pass


class _Reading:
    """Sees the elements one by one; a case's result is that of the worst child."""

    def __init__(self) -> None:
        self.is_junit = False
        self._cases: dict[str, str] = {}
        self._counted = {"passed": 0, "failed": 0, "skipped": 0}
        self._claimed = [0, 0, 0]
        self._depth = 0
        self._name: str | None = None
        self._result = "passed"

    def refuse(self, *_: object) -> None:
        raise _Refused

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        self._depth += 1
        if self._depth == 1:
            self.is_junit = tag in {"testsuites", "testsuite"}
        if self._depth > MOST_DEPTH or not self.is_junit:
            raise _Refused
        if tag == "testcase":
            group = attributes.get("classname") or attributes.get("file") or ""
            name = f"{group}::{attributes.get('name', '')}" if group else attributes.get("name", "")
            self._name, self._result = name[:NAME_CHARACTERS], "passed"
        elif self._name is not None and tag in _FAILED:
            self._result = "failed"
        elif self._name is not None and tag == "skipped" and self._result == "passed":
            self._result = "skipped"
        elif tag == "testsuite":
            self._add_claims(attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag.rpartition(":")[2] != "testcase" or self._name is None:
            return
        if sum(self._counted.values()) >= MOST_CASES:
            raise _Refused
        self._counted[self._result] += 1
        if self._cases.get(self._name) != "failed":
            self._cases[self._name] = self._result
        self._name = None

    def _add_claims(self, attributes: dict[str, str]) -> None:
        numbers = [attributes.get(name, "") for name in ("tests", "failures", "errors", "skipped")]
        total, failures, errors, skipped = (
            int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
            for text in numbers
        )
        failed = failures + errors
        for place, number in enumerate((max(0, total - failed - skipped), failed, skipped)):
            self._claimed[place] += number

    def report(self) -> Report:
        """Return what was seen; what suites say of themselves only where they name no test."""
        if any(self._counted.values()):
            return Report(self._cases, *self._counted.values())
        return Report({}, *self._claimed)
