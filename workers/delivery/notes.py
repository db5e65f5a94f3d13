"""What notes hold: headings, lines of text, fences, citations, findings (see notes_reader)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.delivery.citation import Citation, is_nearly_citation, is_source_file, read_citation

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANCHOR = lazy_pattern(r"(?:[ \t]{0,20}\{:?[ \t]?[#.][^{}]{0,200}\})+[ \t#]*$")
_SYMBOLS = lazy_pattern(r"^[\W_]+")
_NUMBER = lazy_pattern(r"^[0-9][0-9.]*[.)]?\s+")
PROPOSED = lazy_pattern(r"\bproposed\s*:", re.IGNORECASE)
_ENDPOINT = lazy_pattern(r"\s*ENDPOINT\s*:\s*([A-Z]+)\s+(/\S*)")
_TABLE = lazy_pattern(r"\s*TABLE\s*:\s*(\S+)")


class Line(NamedTuple):
    """A line of text: without emphasis, also without its code, and its code spans.

    `proposed` marks what need not exist yet: the lines after one with "Proposed:" in a paragraph,
    and a finding's recommendation and validation. Spans after that word on its line are left out.
    `places` are the spans as an Evidence line has them: with lines in words, or a link's target.
    """

    number: int
    text: str
    prose: str
    spans: tuple[str, ...] = ()
    proposed: bool = False
    in_table: bool = False
    places: tuple[str, ...] = ()


class Fence(NamedTuple):
    """A block of code; `quotes` are the citations of the Evidence line before it.

    A comment that is never closed is one too, its language `<!--`.
    """

    number: int
    language: str
    content: str
    closed: bool
    quotes: tuple[Citation, ...] = ()


@dataclass(eq=False)
class Section:
    """A heading and what stands between it and the next heading of any level."""

    level: int
    title: str
    number: int
    position: int = 0
    lines: list[Line] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    rows: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    evidence: list[Citation] = field(default_factory=list)
    broken_evidence: list[Line] = field(default_factory=list)
    hidden_evidence: list[Line] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The title for comparing."""
        return key(self.title)


class Notes(NamedTuple):
    """Notes that were read: the first section is what stands before the first heading."""

    sections: tuple[Section, ...]
    comments: tuple[Line, ...]
    unclosed: tuple[Fence, ...] = ()

    def of_level(self, level: int) -> Iterator[Section]:
        """Yield the sections of one level."""
        return (section for section in self.sections if section.level == level)

    def below(self, parent: Section) -> list[Section]:
        """Return the sections under a heading, to the next one of its level or above."""
        below: list[Section] = []
        for position in range(parent.position + 1, len(self.sections)):
            if self.sections[position].level <= parent.level:
                break
            below.append(self.sections[position])
        return below

    def whole(self, parent: Section) -> list[Section]:
        """Return a section and those below it."""
        return [parent, *self.below(parent)]

    def named(self, title: str) -> Section | None:
        """Return the first level 2 section of that title."""
        return next((s for s in self.of_level(2) if s.key == key(title)), None)

    def findings(self, finding_id: re.Pattern[str]) -> list[tuple[str, Section]]:
        """Return the findings, in order: id of that form and section."""
        parent = self.named("Findings")
        if parent is None:
            return []
        titled = ((finding_id.search(s.title), s) for s in self.below(parent) if s.level == 3)
        return [(match[0].upper(), section) for match, section in titled if match]

    def citations(self) -> Iterator[Citation]:
        """Yield the citations of Evidence lines that no fence follows."""
        for section in self.sections:
            quoting = {citation for fence in section.fences for citation in fence.quotes}
            yield from (citation for citation in section.evidence if citation not in quoting)

    def quotations(self) -> Iterator[Fence]:
        """Yield the fences that quote: those right after an Evidence line."""
        return (fence for section in self.sections for fence in section.fences if fence.quotes)

    def mentions(self) -> Iterator[Citation]:
        """Yield what is a citation by its form in the code spans of other lines."""
        for line in self._telling():
            for span in line.spans:
                citation = read_citation(span, line.number)
                if citation and is_source_file(citation.path):
                    yield citation

    def broken_citations(self) -> Iterator[tuple[int, str]]:
        """Yield line and text of code spans that mean to cite and are not of the form."""
        for line in self._telling():
            for span in line.spans:
                if is_nearly_citation(span):
                    yield line.number, span

    def _telling(self) -> Iterator[Line]:
        """Yield the lines that speak of what is there, Evidence lines aside."""
        for section in self.sections:
            evidence = {citation.at for citation in section.evidence}
            evidence |= {line.number for line in section.broken_evidence}
            for line in section.lines:
                if not line.proposed and line.number not in evidence:
                    yield line

    def in_other_notations(self) -> Iterator[Citation]:
        """Yield each citation that is not written as `path:line-end`, and was read."""
        evidence = (citation for section in self.sections for citation in section.evidence)
        for citation in (*evidence, *self.mentions()):
            if citation.written is not None:
                yield citation

    def endpoints(self) -> Iterator[tuple[int, str, str]]:
        """Yield line, method and path of each `ENDPOINT: METHOD /path`."""
        for line, match in self._matching(_ENDPOINT):
            yield line.number, match[1], match[2]

    def tables(self) -> Iterator[tuple[int, str]]:
        """Yield line and name of each `TABLE: name`."""
        for line, match in self._matching(_TABLE):
            yield line.number, match[1]

    def _matching(self, pattern: re.Pattern[str]) -> Iterator[tuple[Line, re.Match[str]]]:
        for section in self.sections:
            for line in section.lines:
                match = pattern.match(line.text)
                if match and not line.proposed and not PROPOSED.search(line.text):
                    yield line, match


def key(title: str) -> str:
    """Return a heading's text for comparing.

    Case, white space, a number or symbol before it, a colon or an anchor behind it and `&` for
    `and` do not count: `## 2. FINDINGS: {#findings}` is Findings.
    """
    bare = _ANCHOR.sub("", title).replace("&", " and ").rstrip(" :.")
    for before in (_SYMBOLS, _NUMBER, _SYMBOLS):
        bare = before.sub("", bare)
    return " ".join(bare.split()).casefold()
