"""What false variants are made from: an honest report, and the service that it is on."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.stacks import report_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.stacks import Stack

Report = dict[str, Any]

_FORM = re.compile(r"(?m)^(?:ENDPOINT|TABLE|SERVICE): .*\n(?:- .*\n)+\n?")


@dataclass(frozen=True)
class Planted:
    """A false variant: where it was planted, the report, and what ought to happen to it."""

    stack: str
    kind: str
    what: str
    notes: str
    report: Report
    expected: str  # refuted, warned or undecided
    has_reader: bool  # of the language, or of the SQL file that declares the table


@dataclass(frozen=True)
class Ground:
    """What variants are made from: an honest report, and the copy of the service it is on."""

    stack: Stack
    root: Path
    notes: str
    report: Report

    def variant(
        self, kind: str, what: str, change: Callable[[Report], None], expected: str
    ) -> Planted:
        """Change a copy of the report."""
        report = copy.deepcopy(self.report)
        change(report)
        reader = self.stack.has_reader
        return Planted(self.stack.name, kind, what, self.notes, report, expected, reader)

    def of_table(
        self, kind: str, what: str, change: Callable[[Report], None], table: str
    ) -> Planted:
        """Change what the report says of a table: SQL files and readers decide it."""
        readable = self.stack.has_reader or table in self.stack.sql_tables
        expected = "refuted" if readable else "undecided"
        return replace(self.variant(kind, what, change, expected), has_reader=readable)

    def lines(self, evidence: dict[str, Any]) -> list[str]:
        """Return the lines that an evidence cites."""
        with open(evidence["file"], encoding="utf-8") as file:  # noqa: PTH123 - a path as written
            lines = file.read().splitlines()
        return lines[evidence["line"] - 1 : evidence.get("end_line", evidence["line"])]

    def place(self, file: str, text: str) -> dict[str, Any]:
        """Return the evidence that cites the line with a text."""
        lines = (self.root / file).read_text("utf-8").splitlines()
        (number,) = [number for number, line in enumerate(lines, 1) if text in line]
        return {"file": str(self.root / file), "line": number}


def ground_of(stack: Stack, root: Path) -> Ground:
    """Take the long report, without the forms in its notes: those would contradict the JSON."""
    notes, report = report_on(stack, 1, root)
    return Ground(stack, root, _FORM.sub("", notes), report)


def existing(ground: Ground, key: str) -> list[tuple[int, Report]]:
    return [
        (number, row)
        for number, row in enumerate(ground.report[key])
        if row["status"] == "existing"
    ]


def setting(key: str, number: int, field: str, value: object) -> Callable[[Report], None]:
    def change(report: Report) -> None:
        report[key][number][field] = value

    return change
