"""Reports in XML: Cobertura, JaCoCo, Clover.

They are read as a stranger's: element by element, within bounds; a document type may name where it
is from, as these do, and declare nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.readers.coverage.figures import TOTAL, CoverageReport, Figure, share

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_DEEPEST = 50
_MOST = 500_000  # elements
_CONDITIONS = lazy_pattern(r"\((\d{1,9})/(\d{1,9})\)")
_JACOCO = {"LINE": "line", "BRANCH": "branch", "METHOD": "function", "INSTRUCTION": "statement"}
_CLOVER = {
    "line": ("statements", "coveredstatements"),
    "statement": ("statements", "coveredstatements"),
    "branch": ("conditionals", "coveredconditionals"),
    "function": ("methods", "coveredmethods"),
}


class _Refused(Exception):
    pass


def read_xml(text: str) -> CoverageReport | None:
    """Return what a report says; None for what is none, is broken or declares entities."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    reading = _Reading(parser)
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.EntityDeclHandler = reading.refuse
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat's form
    except (expat.ExpatError, _Refused, ValueError):
        return None
    figures = reading.figures()
    return CoverageReport(reading.format, tuple(figures)) if figures else None


class _File:
    """What Cobertura says of a file: classes of it add up, a line counts once."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.rates: list[tuple[float | None, float | None]] = []
        self.hits: dict[int, int] = {}
        self.branches: dict[int, tuple[int, int]] = {}


class _Reading:
    def __init__(self, parser: XMLParserType) -> None:
        self.parser = parser
        self.format = ""
        self.read: list[Figure] = []
        self.files: dict[str, _File] = {}
        self._standing: list[str] = []
        self._count = 0
        self._package = self._file = ""

    def refuse(self, *_: object) -> None:
        raise _Refused

    def doctype(self, _name: str, _system: object, _public: object, declares: int) -> None:
        if declares:
            raise _Refused

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        above = self._standing[-1] if self._standing else ""
        self._standing.append(tag)
        if len(self._standing) > _DEEPEST or self._count > _MOST:
            raise _Refused
        if not above:
            self._open(tag, attributes)
        elif self.format == "jacoco":
            self._jacoco(tag, above, attributes)
        elif tag == "project" and above == "coverage":
            self.format = "clover"
        elif self.format == "clover":
            self._clover(tag, above, attributes)
        else:
            self._cobertura(tag, above, attributes)

    def end(self, _tag: str) -> None:
        self._standing.pop()

    @property
    def _line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        formats = {"coverage": "cobertura", "report": "jacoco"}
        self.format = formats.get(tag, "")
        if not self.format:
            raise _Refused
        if tag == "coverage" and "line-rate" in attributes:
            self._together(attributes)
            for metric, plural in (("line", "lines"), ("branch", "branches")):
                self._rated(metric, plural, attributes)

    def _together(self, attributes: dict[str, str]) -> None:
        """Take in lines and branches as one figure, which coverage.py prints as that of lines."""
        keys = ("lines-covered", "branches-covered", "lines-valid", "branches-valid")
        numbers = [_number(attributes.get(key)) for key in keys]
        counts = [number for number in numbers if number is not None]
        if len(counts) == len(keys) and counts[3]:
            self._add(TOTAL, "line", share(counts[0] + counts[1], counts[2] + counts[3]))

    def _rated(self, metric: str, plural: str, attributes: dict[str, str]) -> None:
        percents: tuple[float, ...] = ()
        rate = _number(attributes.get(f"{metric}-rate"))
        total = _number(attributes.get(f"{plural}-valid"))
        covered = _number(attributes.get(f"{plural}-covered"))
        if total is not None and covered is not None:
            percents += share(covered, total)
        if rate is not None and (total != 0 or metric == "line"):
            percents += (rate * 100,)
        if percents and not (metric == "branch" and not total and not rate):
            self._add(TOTAL, metric, percents)

    def _add(self, scope: str, metric: str, percents: tuple[float, ...]) -> None:
        self.read.append(Figure(scope, metric, percents, self._line))
        if metric == "line" and self.format == "cobertura":
            self.read.append(Figure(scope, "statement", percents, self._line))

    def _cobertura(self, tag: str, above: str, attributes: dict[str, str]) -> None:
        if tag == "class":
            self._file = attributes.get("filename", "").replace("\\", "/")
            file = self.files.setdefault(self._file, _File(self._line))
            rates = (_number(attributes.get("line-rate")), _number(attributes.get("branch-rate")))
            file.rates.append(rates)
        elif tag == "line" and above == "lines" and self._standing[-3] == "class":
            file, number = self.files[self._file], _number(attributes.get("number"))
            hits = _number(attributes.get("hits"))
            if number is None or hits is None:
                raise _Refused
            file.hits[int(number)] = max(file.hits.get(int(number), 0), int(hits))
            conditions = _CONDITIONS.search(attributes.get("condition-coverage", ""))
            if conditions is not None:
                file.branches[int(number)] = (int(conditions[1]), int(conditions[2]))

    def _jacoco(self, tag: str, above: str, attributes: dict[str, str]) -> None:
        if tag == "package":
            self._package = attributes.get("name", "")
        elif tag == "sourcefile":
            self._file = f"{self._package}/{attributes.get('name', '')}".lstrip("/")
        elif tag == "counter" and above in {"report", "sourcefile"}:
            metric = _JACOCO.get(attributes.get("type", ""))
            missed, covered = (_number(attributes.get(key)) for key in ("missed", "covered"))
            if metric and missed is not None and covered is not None:
                scope = TOTAL if above == "report" else self._file
                self._add(scope, metric, share(covered, covered + missed))

    def _clover(self, tag: str, above: str, attributes: dict[str, str]) -> None:
        if tag == "file":
            self._file = (attributes.get("path") or attributes.get("name", "")).replace("\\", "/")
        elif tag == "metrics" and above in {"project", "file"}:
            for metric, (all_of, some) in _CLOVER.items():
                total, covered = _number(attributes.get(all_of)), _number(attributes.get(some))
                if total is not None and covered is not None:
                    scope = TOTAL if above == "project" else self._file
                    self._add(scope, metric, share(covered, total))

    def figures(self) -> list[Figure]:
        """Return what was read, files of Cobertura added up."""
        for name, file in self.files.items():
            rates = file.rates[0] if len(file.rates) == 1 else (None, None)
            lines = (sum(hits > 0 for hits in file.hits.values()), len(file.hits))
            covered = sum(branch[0] for branch in file.branches.values())
            total = sum(branch[1] for branch in file.branches.values())
            for metric, counts, rate in (
                ("line", lines, rates[0]),
                ("statement", lines, rates[0]),
                ("branch", (covered, total), rates[1]),
            ):
                written = (rate * 100,) if rate is not None else ()
                if counts[1] or (written and metric != "branch"):
                    percents = (*(share(*counts) if counts[1] else ()), *written)
                    self.read.append(Figure(name, metric, percents, file.line))
        return self.read


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text and len(text) < 30 else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < 1e12 else None
