"""Reads notes as CommonMark: headings, lines of text, fences, citations, findings.

Line numbers are those of `grep -n`: only a line feed ends a line. (`splitlines` also breaks at a
form feed, U+0085 and U+2028, which editors do not count.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

FINDING_ID = re.compile(r"BACKEND-(CRIT|HIGH|MED|LOW)-[0-9]{3}(?![0-9A-Za-z])")
_EVIDENCE = re.compile(r"\s*Evidence\s*:\s*(.*)", re.IGNORECASE)
_CITATION = re.compile(
    r"(?P<path>[^\n]+?):(?P<line>[0-9]{1,9})(?:-(?P<end>[0-9]{1,9}))?(?::[0-9]+)?"
)
_PROPOSED = re.compile(r"\bproposed\s*:", re.IGNORECASE)
_FENCE_END = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*")
_FENCE_START = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*[A-Za-z]")
_RECOVERIES = 5
# In prose, backticks hold many things that look like a citation: `localhost:8000`, `12:30`,
# `std::vec:1`, `redis.internal:6379`. These endings and names are files wherever they stand.
_SOURCE_FILE = re.compile(
    r"(?:.*[/\\])?(?:[^/\\]+\.(?:py|pyi|js|jsx|mjs|cjs|ts|tsx|java|kt|kts|go|rb|php|rs|cs|c|h|cc|cpp|hpp"
    r"|scala|swift|ex|exs|erl|clj|sql|prisma|graphql|gql|proto|json|jsonc|yaml|yml|toml|ini|cfg|conf"
    r"|env|xml|html|css|scss|md|rst|txt|sh|bash|ps1|tf|gradle|properties|lock|vue|svelte)"
    r"|Dockerfile|Makefile|Procfile|Gemfile|Rakefile|Jenkinsfile)"
)


@dataclass(frozen=True)
class Citation:
    """A path with a line or range as the notes write it; `at` is the line of the notes."""

    path: str
    line: int
    end_line: int | None
    at: int


@dataclass(frozen=True)
class Line:
    """A line of text: without emphasis, also without its code, and its code spans.

    `proposed` marks what follows "Proposed:" in a paragraph: it names what need not exist yet.
    """

    number: int
    text: str
    prose: str
    spans: tuple[str, ...] = ()
    proposed: bool = False


@dataclass(frozen=True)
class Fence:
    """A block of code; `quotes` are the citations of the Evidence line before it."""

    number: int
    language: str
    content: str
    closed: bool
    quotes: tuple[Citation, ...] = ()


@dataclass
class Section:
    """A heading and what stands between it and the next heading of any level."""

    level: int
    title: str
    number: int
    lines: list[Line] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    rows: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    evidence: list[Citation] = field(default_factory=list)
    broken_evidence: list[Line] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The title for comparing: one space between words, case aside."""
        return key(self.title)


@dataclass(frozen=True)
class Notes:
    """Notes that were read: the first section is what stands before the first heading."""

    sections: tuple[Section, ...]
    comments: tuple[Line, ...]
    unclosed: tuple[Fence, ...] = ()

    def of_level(self, level: int) -> Iterator[Section]:
        """Yield the sections of one level."""
        return (section for section in self.sections if section.level == level)

    def below(self, parent: Section) -> list[Section]:
        """Return the sections under a heading, to the next one of its level or above."""
        start = self.sections.index(parent) + 1
        below: list[Section] = []
        for section in self.sections[start:]:
            if section.level <= parent.level:
                break
            below.append(section)
        return below

    def whole(self, parent: Section) -> list[Section]:
        """Return a section and those below it."""
        return [parent, *self.below(parent)]

    def named(self, title: str) -> Section | None:
        """Return the first level 2 section of that title."""
        return next((s for s in self.of_level(2) if s.key == key(title)), None)

    def findings(self) -> list[tuple[str, Section]]:
        """Return the findings, in order: id and section."""
        parent = self.named("Findings")
        if parent is None:
            return []
        found = ((FINDING_ID.match(s.title), s) for s in self.below(parent) if s.level == 3)
        return [(match[0], section) for match, section in found if match]

    def citations(self) -> Iterator[Citation]:
        """Yield the citations of Evidence lines that no fence follows."""
        for section in self.sections:
            quoting = {citation for fence in section.fences for citation in fence.quotes}
            yield from (citation for citation in section.evidence if citation not in quoting)

    def quotations(self) -> Iterator[Fence]:
        """Yield the fences that quote: those right after an Evidence line."""
        return (fence for section in self.sections for fence in section.fences if fence.quotes)

    def mentions(self) -> Iterator[Citation]:
        """Yield what looks like a citation in the code spans of other lines."""
        for section in self.sections:
            for line in section.lines:
                if line.proposed or _EVIDENCE.match(line.text):
                    continue
                for span in line.spans:
                    citation = read_citation(span, line.number)
                    if citation and _SOURCE_FILE.fullmatch(citation.path) and "://" not in span:
                        yield citation


def key(title: str) -> str:
    """Return a heading's text for comparing: one space between words, case aside."""
    return " ".join(title.split()).casefold()


def read_citation(text: str, at: int) -> Citation | None:
    """Read `path:line`, `path:line-end` or `path:line:column`; None if it is none of them."""
    match = _CITATION.fullmatch(text.strip())
    if match is None or match["path"].endswith(":"):
        return None
    end = int(match["end"]) if match["end"] else None
    return Citation(match["path"], int(match["line"]), end, at)


def read_notes(text: str) -> Notes:
    """Read notes; `text` has no byte order mark. Nothing in it can make this fail.

    A fence that is never closed would swallow all that follows: it is kept as not closed, and the
    rest is read as if it had not been opened, so that it hides nothing else.
    """
    # A lone carriage return ends a line for CommonMark, and not for grep or an editor.
    source = text.replace("\r\n", "\n").replace("\r", " ").split("\n")
    unclosed: list[Fence] = []
    while True:
        notes = _read(source)
        broken = [f for section in notes.sections for f in section.fences if not f.closed]
        if not broken or len(unclosed) == _RECOVERIES:
            return Notes(notes.sections, notes.comments, (*unclosed, *broken))
        unclosed.append(broken[0])
        source[broken[0].number - 1] = ""


def _read(source: Sequence[str]) -> Notes:
    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(source))
    sections = [Section(0, "", 1)]
    comments: list[Line] = []
    pending: tuple[Citation, ...] = ()
    position = 0
    while position < len(tokens):
        token = tokens[position]
        section = sections[-1]
        if token.type == "heading_open":
            number = (token.map or [0])[0] + 1
            lines = _lines(tokens[position + 1])
            title = " ".join(line.text for line in lines)
            sections.append(Section(int(token.tag[1]), title, number))
            pending = ()
            position += 2
        elif token.type == "tr_open":
            end, cells = _row(tokens, position)
            section.rows.append(((token.map or [0])[0] + 1, cells))
            section.lines.extend(
                line for t in tokens[position:end] if t.type == "inline" for line in _lines(t)
            )
            pending = ()
            position = end
        elif token.type == "inline":
            pending = _add_lines(section, _lines(token))
        elif token.type in {"fence", "code_block"}:
            section.fences.append(_fence(token, source, pending))
            pending = ()
        elif token.type == "html_block":
            comments.append(Line((token.map or [0])[0] + 1, token.content, token.content))
            pending = ()
        elif token.type == "hr":
            pending = ()
        position += 1
    return Notes(tuple(sections), tuple(comments))


def _add_lines(section: Section, lines: Sequence[Line]) -> tuple[Citation, ...]:
    """Add lines to a section; returns the citations of the last one if it is an Evidence line."""
    section.lines.extend(lines)
    last: tuple[Citation, ...] = ()
    for line in lines:
        match = _EVIDENCE.match(line.text)
        last = ()
        if match is None:
            continue
        # Without backticks the first word will do: the path is what matters.
        candidates = line.spans or tuple(match[1].split()[:1])
        found = [read_citation(candidate, line.number) for candidate in candidates]
        last = tuple(citation for citation in found if citation)
        section.evidence.extend(last)
        if not last:
            section.broken_evidence.append(line)
    return last


def _lines(inline: Token) -> list[Line]:
    number = (inline.map or [0])[0] + 1
    text, prose, spans = "", "", list[str]()
    lines: list[Line] = []
    proposed = False
    for child in inline.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            proposed = proposed or _PROPOSED.search(prose) is not None
            lines.append(Line(number, text, prose, tuple(spans), proposed))
            number, text, prose, spans = number + 1, "", "", []
        elif child.type == "code_inline":
            text += child.content
            prose += " "
            spans.append(child.content)
        elif child.type in {"text", "text_special", "image"}:
            text += child.content
            prose += child.content
    proposed = proposed or _PROPOSED.search(prose) is not None
    lines.append(Line(number, text, prose, tuple(spans), proposed))
    return lines


def _row(tokens: Sequence[Token], start: int) -> tuple[int, tuple[str, ...]]:
    end = next(i for i in range(start, len(tokens)) if tokens[i].type == "tr_close")
    cells = [t for t in tokens[start:end] if t.type == "inline"]
    return end, tuple(_lines(cell)[0].text.strip() for cell in cells)


def _fence(token: Token, source: Sequence[str], pending: tuple[Citation, ...]) -> Fence:
    start, end = token.map or [0, 0]
    closed = True
    if token.type == "fence":
        match = _FENCE_END.fullmatch(source[end - 1]) if end - 1 > start else None
        closed = match is not None and match[1].startswith(token.markup)
        # A fence cannot be opened inside a fence: the one before it lacks its end.
        closed = closed and not any(
            opening[1].startswith(token.markup)
            for opening in map(_FENCE_START.match, token.content.split("\n"))
            if opening
        )
    language = token.info.split()[0].lower() if token.info.split() else ""
    return Fence(start + 1, language, token.content, closed, pending)
