"""Elements of HTML: of `.html` and of the templates of Vue and Svelte.

A tag that a template's own notation breaks into (`{% if %}`, a brace left open) is not understood,
and with it nothing of the file is known to be absent.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from sessions.patterns import lazy_pattern
from workers.readers.markup.aids import Around, aids_of
from workers.readers.markup.element import Element, Markup
from workers.readers.unread import Unread

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_COMPUTED = lazy_pattern(r"^(?::|v-bind:|bind:|\[(?:attr\.)?)?([\w-]+)\]?$")
_SPREAD = lazy_pattern(r"^(?:v-bind|v-attrs|\{\.\.\..*|\.\.\..*)$")
_TEMPLATE = lazy_pattern(r"\{\{|\{%|<%|\{[#@:/]")
_IN_TAG = lazy_pattern(r"\{%|<%|\{\{(?![^\n]{0,500}\}\})")
_SIMPLE = lazy_pattern(r"\{(?:\.\.\.)?[\w$.]{1,100}\}")
_NAMING = frozenset({"alt", "aria-label"})
_FILLING = frozenset({"v-html", "v-text", "innerhtml"})
_DEEPEST = 500
_MOST = 50_000


class _Open(NamedTuple):
    tag: str
    attributes: dict[str, str | None]
    first: int
    last: int
    is_open: bool
    native: bool


class _Reading(HTMLParser):
    """Sees the tags one by one; what an element holds is known at its end."""

    def __init__(self, framework: str) -> None:
        super().__init__(convert_charrefs=True)
        self.framework = framework
        self.standing: list[tuple[_Open, list[bool | None]]] = []
        self.read: list[tuple[_Open, bool | None, bool | None]] = []
        self.label_for: set[str] | None = set()
        self.broken: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag; its raw text says its case and whether it is whole."""
        raw = self.get_starttag_text() or ""
        line = self.getpos()[0]
        if raw.count("{") != raw.count("}") or _IN_TAG.search(raw) or raw.count('"') % 2:
            self.broken.append(line)
        element = _opened(tag, attrs, raw, line)
        self._take_label(element)
        may_name = not element.native or tag == "slot" or _NAMING & element.attributes.keys()
        self._fill(content=None if may_name else False)
        if tag in _VOID or raw.rstrip().endswith("/>"):
            self.read.append((element, False, self._in_label()))
        elif len(self.standing) < _DEEPEST and len(self.read) < _MOST:
            is_filled = not _FILLING.isdisjoint(element.attributes)
            self.standing.append((element, [None] if is_filled else []))
        else:
            self.broken.append(line)

    def handle_endtag(self, tag: str) -> None:
        """Close the elements down to the one of a tag; one without a beginning is passed over."""
        positions = [at for at, row in enumerate(self.standing) if row[0].tag.lower() == tag]
        if not positions:
            return
        while len(self.standing) > positions[-1]:
            self._close()

    def _close(self) -> None:
        element, texts = self.standing.pop()
        content = True if True in texts else None if None in texts else False
        self.read.append((element, content, self._in_label()))

    def handle_data(self, data: str) -> None:
        """Take in text: what a template computes may be one."""
        computed = _TEMPLATE.search(data) or (self.framework == "svelte" and "{" in data)
        rest = re.sub(r"\{[^{}]*\}|\{\{[^{}]*\}\}", "", data) if computed else data
        if rest.strip():
            self._fill(content=True)
        elif computed:
            self._fill(content=None)

    def _fill(self, *, content: bool | None) -> None:
        if content is False:
            return
        for _, texts in self.standing:
            texts.append(content)

    def _take_label(self, element: _Open) -> None:
        if "for" not in element.attributes:
            return
        target = element.attributes["for"]
        if target is None:
            self.label_for = None
        elif self.label_for is not None:
            self.label_for.add(target)

    def _in_label(self) -> bool | None:
        tags = [element for element, _ in self.standing]
        if any(element.tag.lower() == "label" for element in tags):
            return True
        return None if any(not element.native for element in tags) else False

    def finished(self) -> Markup:
        """Return what was read, elements without an end closed."""
        while self.standing:
            self._close()
        label_for = None if self.label_for is None else frozenset(self.label_for)
        elements = [
            _element(element, Around(content, in_label, label_for))
            for element, content, in_label in self.read
        ]
        elements.sort(key=lambda element: element.first)
        unread = [Unread("a tag is no HTML that is understood", line) for line in self.broken[:20]]
        return Markup(tuple(elements), tuple(unread))


def _opened(tag: str, attrs: list[tuple[str, str | None]], raw: str, line: int) -> _Open:
    """Return an element as its opening tag says it, in the letters that it is written with."""
    written = re.match(r"<\s*([\w.:-]+)", raw)
    name = written[1] if written else tag
    attributes, is_open = _attributes(attrs, raw)
    native = name.islower() and not {"-", ":", "."} & {*name}
    return _Open(name, attributes, line, line + raw.count("\n"), is_open, native)


def _element(element: _Open, around: Around) -> Element:
    aids = aids_of(element.tag, element.attributes, around, is_open=element.is_open)
    if not element.native:
        aids = {key: has for key, has in aids.items() if has and key != "name"}
    return Element(element.tag, element.first, element.last, aids, element.native)


def _attributes(
    attrs: list[tuple[str, str | None]], raw: str
) -> tuple[dict[str, str | None], bool]:
    """Return attributes by plain names, None for what is computed, and whether more are spread."""
    known: dict[str, str | None] = {}
    is_open = False
    for name, value in attrs:
        if _SPREAD.match(name):
            is_open = True
            continue
        if name.startswith("{") and name.endswith("}"):  # Svelte's `{alt}`
            known[name.strip("{}")] = None
            continue
        match = _COMPUTED.match(name)
        if match is None:
            continue
        computed = match[1] != name or (value is not None and "{" in value)
        known[match[1]] = None if computed else value or ""
    return known, is_open or "{..." in raw or "v-bind=" in raw


def _without_expressions(text: str) -> str:
    """Blank what stands in braces but for `{name}` and `{...name}`: it may hold `>` and quotes."""
    signs = [*text]
    depth, start = 0, 0
    for at, sign in enumerate(text):
        if sign == "{":
            start = at if depth == 0 else start
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
            if depth == 0 and not _SIMPLE.fullmatch(text, start, at + 1):
                inner = signs[start + 1 : at]
                signs[start + 1 : at] = ["\n" if sign == "\n" else "_" for sign in inner]
    return "".join(signs)


def read_markup(text: str, framework: str = "") -> Markup:
    """Return the elements of a template; lines are those of the text."""
    reading = _Reading(framework)
    reading.feed(_without_expressions(text) if framework == "svelte" else text)
    reading.close()
    return reading.finished()
