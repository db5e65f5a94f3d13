"""Reads notes as CommonMark, whatever their layout.

Line numbers are those of `grep -n`: only a line feed ends a line. (`splitlines` also breaks at a
form feed, U+0085 and U+2028, which editors do not count.) Notes without a line feed have the lines
that carriage returns end.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from sessions.patterns import lazy_pattern
from workers.delivery.citation import (
    Citation,
    beside_words,
    is_nearly_citation,
    is_source_file,
    of_link,
    read_citation,
)
from workers.delivery.notes import PROPOSED, Fence, Line, Notes, Section
from workers.delivery.renumbered import lines_by_grep, renumbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_EVIDENCE = lazy_pattern(r"\s*Evidence\s*:\s*(.*)", re.IGNORECASE)
_ADVICE = lazy_pattern(r"\s*(?:recommendation|validation)\s*:", re.IGNORECASE)
_LABEL = lazy_pattern(r"\s*(?:what|effort|evidence)\s*:", re.IGNORECASE)
_FENCE_START = lazy_pattern(r" {0,3}(`{3,}|~{3,})[ \t]*[A-Za-z]")
_FENCE_END = lazy_pattern(r"[ \t>]*(`{3,}|~{3,})[ \t]*")
_TAG = lazy_pattern(r"<[^<>\n]{1,500}>")
_BARE_TAG = lazy_pattern(r"<(?:[a-z]+:)?([A-Za-z_]\w*)>")
_TAGS = frozenset(
    "a b i u s p q em strong br hr div span code pre kbd sub sup small mark ul ol li dl dt dd table"
    " thead tbody tr td th img h1 h2 h3 h4 h5 h6 details summary center blockquote del ins".split()
)
_RECOVERIES = 5
_READ_LINES = 120_000  # all readings together
_NESTING = 60  # lists ten deep need 20; each costs some frames of the interpreter's stack


def read_notes(text: str) -> Notes:
    """Read notes; `text` has no byte order mark. Nothing in it can make this fail.

    A fence or comment that is never closed would swallow all that follows: it is kept as not
    closed, and the rest is read as if it had not been opened, so that it hides nothing else.
    """
    # A lone carriage return ends a line for CommonMark and for editors, though not for grep.
    source = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    unclosed: list[Fence] = []
    recoveries = min(_RECOVERIES, _READ_LINES // len(source))
    while True:
        reader = _Reader(source)
        reader.read()
        broken = [fence for s in reader.sections for fence in s.fences if not fence.closed]
        broken += reader.open_comments
        if not broken or len(unclosed) >= recoveries:
            notes = Notes(tuple(reader.sections), tuple(reader.comments), (*unclosed, *broken))
            by_grep = lines_by_grep(text)
            return notes if by_grep is None else renumbered(notes, by_grep)
        unclosed.append(broken[0])
        source[broken[0].number - 1] = ""


@dataclass
class _Reader:
    """Where the reading stands: `pending` may quote the next fence, `listing` awaits a list."""

    source: list[str]
    sections: list[Section] = field(default_factory=lambda: [Section(0, "", 1)])
    comments: list[Line] = field(default_factory=list)
    open_comments: list[Fence] = field(default_factory=list)
    pending: tuple[Citation, ...] = ()
    listing: Line | None = None
    advice: bool = False

    def read(self) -> None:
        """Read the source into sections."""
        markdown = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table")
        tokens = markdown.parse("\n".join(self.source))
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "heading_open":
                self._open_section(token, tokens[position + 1])
                position += 2
            elif token.type == "tr_open":
                position = self._add_row(tokens, position)
            elif token.type == "inline":
                self._add_text(_lines(token))
            elif token.type in {"fence", "code_block"}:
                self._add_fence(token)
            elif token.type == "html_block":
                self._add_html(token)
            elif token.type == "hr":
                self.pending = ()
            position += 1
        self._end_listing()

    def _open_section(self, token: Token, title: Token) -> None:
        self._end_listing()
        self.pending, self.advice = (), False
        text = " ".join(line.text for line in _lines(title))
        section = Section(int(token.tag[1]), text, _number(token), len(self.sections))
        self.sections.append(section)
        self._add_evidence(_lines(title))  # a citation in a heading is one

    def _add_row(self, tokens: Sequence[Token], start: int) -> int:
        end = next(i for i in range(start, len(tokens)) if tokens[i].type == "tr_close")
        cells = [_lines(token) for token in tokens[start:end] if token.type == "inline"]
        texts = tuple(lines[0].text.strip() for lines in cells)
        self.sections[-1].rows.append((_number(tokens[start]), texts))
        for lines in cells:
            in_table = [line._replace(in_table=True) for line in lines]
            self.sections[-1].lines += in_table
            self._add_evidence(in_table)
        self.pending = ()
        return end

    def _add_text(self, lines: list[Line]) -> None:
        """Add a paragraph; one that shows nothing separates no Evidence line from its fence."""
        if not any(_is_visible(line.text) for line in lines):
            return
        section = self.sections[-1]
        marked: list[Line] = []
        for line in lines:
            if _ADVICE.match(line.text) or _LABEL.match(line.text):
                self.advice = _ADVICE.match(line.text) is not None
            marked.append(line._replace(proposed=line.proposed or self.advice))
        section.lines += marked
        if self.listing and self._add_listed(lines):
            return
        self._end_listing()
        self.pending, self.listing = self._add_evidence(lines)

    def _add_evidence(self, lines: Sequence[Line]) -> tuple[tuple[Citation, ...], Line | None]:
        """Add the citations of Evidence lines.

        Returns those of the last line if it is one, and the line itself if it has none yet because
        a list of them may follow.
        """
        section = self.sections[-1]
        last: tuple[Citation, ...] = ()
        listing: Line | None = None
        for line in lines:
            if listing and not _EVIDENCE.match(line.text) and self._add_listed([line]):
                continue
            match = _EVIDENCE.match(line.text)
            last, listing = (), None
            if match is None:
                continue
            spans = line.places or _unmarked(match[1])
            last = tuple(_cited(spans, line.number))
            section.evidence += last
            if not match[1].strip():
                listing = line
            elif not last or any(map(is_nearly_citation, spans)):
                section.broken_evidence.append(line)
        return last, listing

    def _add_listed(self, lines: Sequence[Line]) -> bool:
        """Add the citations of an item below a bare `Evidence:`; false if it has none."""
        citations = [citation for line in lines for citation in _cited(line.places, line.number)]
        self.sections[-1].evidence += citations
        return bool(citations)

    def _end_listing(self) -> None:
        """Report a bare `Evidence:` that no citation follows."""
        line, section = self.listing, self.sections[-1]
        if line and not any(citation.at >= line.number for citation in section.evidence):
            section.broken_evidence.append(line)
        self.listing = None

    def _add_fence(self, token: Token) -> None:
        start, end = token.map or [0, 0]
        closed = token.type == "code_block" or self._is_closed(token, start, end)
        language = token.info.split()[0].lower() if token.info.split() else ""
        fence = Fence(start + 1, language, token.content, closed, self.pending)
        self.sections[-1].fences.append(fence)
        self.pending = ()

    def _is_closed(self, token: Token, start: int, end: int) -> bool:
        match = _FENCE_END.fullmatch(self.source[end - 1]) if end - 1 > start else None
        if match is None or not match[1].startswith(token.markup):
            return False
        # A fence cannot be opened inside a fence: the one before it lacks its end.
        openings = map(_FENCE_START.match, token.content.split("\n"))
        return not any(opening[1].startswith(token.markup) for opening in openings if opening)

    def _add_html(self, token: Token) -> None:
        """Add a block of HTML: its text counts as content, its Markdown is not read."""
        number = _number(token)
        if token.content.lstrip().startswith("<!--"):
            self.comments.append(Line(number, token.content, token.content))
            if "-->" not in token.content:
                self.open_comments.append(Fence(number, "<!--", token.content, closed=False))
            return
        section = self.sections[-1]
        for offset, line in enumerate(token.content.split("\n")):
            text = _TAG.sub("", line).replace("*", "")
            if not _is_visible(text):
                continue
            self.pending = ()
            section.lines.append(Line(number + offset, text, text))
            if _EVIDENCE.match(text):
                section.hidden_evidence.append(section.lines[-1])


def _number(token: Token) -> int:
    return (token.map or [0])[0] + 1


def _is_visible(text: str) -> bool:
    return any(not char.isspace() and unicodedata.category(char) != "Cf" for char in text)


def _cited(spans: Sequence[str], number: int) -> list[Citation]:
    """Return the citations among code spans: the first if it is one, the others if they are files.

    Beside its citation a line may name a port or an image: `localhost:8000`, `postgres:16`.
    """
    readings = [(span, read_citation(span, number)) for span in spans]
    return [
        citation
        for position, (span, citation) in enumerate(readings)
        if citation
        and "://" not in span
        and (position == 0 or is_source_file(citation.path) or "/" in citation.path)
    ]


def _is_parameter(child: Token) -> bool:
    """Tell whether what parses as a tag is a parameter of a path: `/users/<uuid>`."""
    match = _BARE_TAG.fullmatch(child.content) if child.type == "html_inline" else None
    return match is not None and match[1].lower() not in _TAGS


def _unmarked(text: str) -> tuple[str, ...]:
    """Return what an Evidence line without backticks cites: its path is what matters."""
    if read_citation(text, 0) is not None:
        return (text,)
    first, _, rest = text.partition(" ")
    return (beside_words(first, "", f" {rest}") or first,) if first else ()


def _lines(inline: Token) -> list[Line]:
    reader = _LineReader(_number(inline))
    children = inline.children or []
    for child, after in zip(children, [*children, None][1:], strict=True):
        is_break = child.type in {"softbreak", "hardbreak"}
        if is_break or _is_html_break(child):
            reader.end_line()
            reader.number += is_break
        elif child.type == "code_inline":
            reader.add_code(child.content, _text_of(after))
        elif child.markup == "autolink":  # `/users/<int:id>` is none
            reader.text += "<" if child.type == "link_open" else ">"
        elif child.type == "link_open":
            reader.open_link(str(child.attrGet("href") or ""))
        elif child.type == "link_close":
            reader.close_link()
        elif child.type in {"text", "text_special", "image"} or _is_parameter(child):
            reader.add_text(child.content)
    reader.end_line()
    return reader.lines


def _is_html_break(child: Token) -> bool:
    return child.type == "html_inline" and child.content.lower().startswith("<br")


def _text_of(token: Token | None) -> str:
    return token.content if token is not None and token.type == "text" else ""


@dataclass
class _LineReader:
    """The lines of a paragraph, as far as they are read; `proposed` marks those after the word."""

    number: int
    lines: list[Line] = field(default_factory=list)
    text: str = ""
    prose: str = ""
    spans: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    link: tuple[str, int] | None = None
    proposed: bool = False
    marked: bool = False

    def end_line(self) -> None:
        """End the line that is read."""
        spans, places = tuple(self.spans), tuple(self.places)
        line = Line(self.number, self.text, self.prose, spans, self.proposed, places=places)
        self.lines.append(line)
        self.proposed, self.marked = self.proposed or self.marked, False
        self.text, self.prose, self.spans, self.places, self.link = "", "", [], [], None

    def add_code(self, code: str, after: str) -> None:
        """Add a code span, and the lines that the text beside it names."""
        if not self.marked:
            self.spans.append(code)
            place = code if read_citation(code, 0) else beside_words(code, self.text, after)
            self.places.append(place or code)
        self.text += code
        self.prose += " "

    def add_text(self, content: str) -> None:
        """Add text that is no code."""
        # Chinese and Japanese keyboards give a colon of full width.
        plain = content.replace("\uff1a", ":")
        # With what stands before it: emphasis may divide the word from its colon.
        self.marked = self.marked or PROPOSED.search(self.prose[-12:] + plain) is not None
        self.text += plain
        self.prose += plain

    def open_link(self, target: str) -> None:
        """Remember where a link leads, and how many places there were before it."""
        self.link = (target, len(self.places))

    def close_link(self) -> None:
        """Take the target of a link for a place where its text names none."""
        if self.link is None or self.marked:
            return
        target, before = self.link
        cited = of_link(target, 0)
        if cited and not any(read_citation(place, 0) for place in self.places[before:]):
            self.places[before:] = [f"{cited.path}#L{cited.line}"]
            if cited.end_line is not None:
                self.places[-1] += f"-L{cited.end_line}"
