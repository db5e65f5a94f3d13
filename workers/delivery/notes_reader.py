"""Reads notes as CommonMark, whatever their layout.

Line numbers are those of `grep -n`: only a line feed ends a line. (`splitlines` also breaks at a
form feed, U+0085 and U+2028, which editors do not count.)
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from workers.delivery.notes import (
    PROPOSED,
    Citation,
    Fence,
    Line,
    Notes,
    Section,
    is_nearly_citation,
    is_source_file,
    read_citation,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_EVIDENCE = re.compile(r"\s*Evidence\s*:\s*(.*)", re.IGNORECASE)
_ADVICE = re.compile(r"\s*(?:recommendation|validation)\s*:", re.IGNORECASE)
_LABEL = re.compile(r"\s*(?:what|effort|evidence)\s*:", re.IGNORECASE)
_FENCE_START = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*[A-Za-z]")
_FENCE_END = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*")
_TAG = re.compile(r"<[^<>\n]{1,500}>")
_BARE_TAG = re.compile(r"<(?:[a-z]+:)?([A-Za-z_]\w*)>")
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
    # A lone carriage return ends a line for CommonMark, and not for grep or an editor.
    source = text.replace("\r\n", "\n").replace("\r", " ").split("\n")
    unclosed: list[Fence] = []
    recoveries = min(_RECOVERIES, _READ_LINES // len(source))
    while True:
        reader = _Reader(source)
        reader.read()
        broken = [fence for s in reader.sections for fence in s.fences if not fence.closed]
        broken += reader.open_comments
        if not broken or len(unclosed) >= recoveries:
            notes = tuple(reader.sections), tuple(reader.comments)
            return Notes(*notes, (*unclosed, *broken))
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
            in_table = [replace(line, in_table=True) for line in lines]
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
            marked.append(replace(line, proposed=line.proposed or self.advice))
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
            # Without backticks the first word will do: the path is what matters.
            spans = line.spans or tuple(match[1].split()[:1])
            last = tuple(_cited(spans, line.number))
            section.evidence += last
            if not match[1].strip():
                listing = line
            elif not last or any(map(is_nearly_citation, spans)):
                section.broken_evidence.append(line)
        return last, listing

    def _add_listed(self, lines: Sequence[Line]) -> bool:
        """Add the citations of an item below a bare `Evidence:`; false if it has none."""
        found = [citation for line in lines for citation in _cited(line.spans, line.number)]
        self.sections[-1].evidence += found
        return bool(found)

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
    found = [(span, read_citation(span, number)) for span in spans]
    return [
        citation
        for position, (span, citation) in enumerate(found)
        if citation
        and "://" not in span
        and (position == 0 or is_source_file(citation.path) or "/" in citation.path)
    ]


def _is_parameter(child: Token) -> bool:
    """Tell whether what parses as a tag is a parameter of a path: `/users/<uuid>`."""
    match = _BARE_TAG.fullmatch(child.content) if child.type == "html_inline" else None
    return match is not None and match[1].lower() not in _TAGS


def _lines(inline: Token) -> list[Line]:
    number, text, prose, spans = _number(inline), "", "", list[str]()
    lines: list[Line] = []
    proposed = marked = False

    def end_line() -> None:
        nonlocal proposed, marked
        lines.append(Line(number, text, prose, tuple(spans), proposed))
        proposed, marked = proposed or marked, False

    for child in inline.children or []:
        is_break = child.type in {"softbreak", "hardbreak"}
        if is_break or (child.type == "html_inline" and child.content.lower().startswith("<br")):
            end_line()
            number, text, prose, spans = number + is_break, "", "", []
        elif child.type == "code_inline":
            text += child.content
            prose += " "
            if not marked:
                spans.append(child.content)
        elif child.markup == "autolink":  # `/users/<int:id>` is none
            text += "<" if child.type == "link_open" else ">"
        elif child.type in {"text", "text_special", "image"} or _is_parameter(child):
            # Chinese and Japanese keyboards give a colon of full width.
            plain = child.content.replace("\uff1a", ":")
            # With what stands before it: emphasis may divide the word from its colon.
            marked = marked or PROPOSED.search(prose[-12:] + plain) is not None
            text += plain
            prose += plain
    end_line()
    return lines
