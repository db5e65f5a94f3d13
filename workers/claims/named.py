"""Claims that a name stands at the lines which a finding or an existing entry cites.

A name is a code span, or a word that only a program writes so: `order_id`, `listOrders`, `pay()`,
`/api/v1/orders`. That it stands there shows that the entry speaks of these lines; of what it says
of them it shows nothing, so such a claim weighs nothing. It is confirmed or undecided.
"""

from __future__ import annotations

import keyword
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.claims.citations import cited_lines
from workers.claims.claim import UNDECIDED, Claim, confirmed
from workers.claims.handlers import enclosing
from workers.delivery.citation import read_citation
from workers.delivery.delivery import is_there, text_of
from workers.delivery.json_lines import texts_in
from workers.repository.source import Source, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.claim import Lines, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.delivery.notes import Section

_SPAN = lazy_pattern(r"`([^`\n]{1,120})`")
_ROUTE = r"(?<![\w.:/])/[A-Za-z_{:][\w{}:<>./-]{1,100}[\w}>-]"
_PROGRAMS = lazy_pattern(
    rf"{_ROUTE}"
    r"|(?<![\w/.-])[A-Za-z_$@][\w$]{0,60}(?:(?:::|->|\.|#)[A-Za-z_]\w{0,60}){0,4}\(\)"
    r"|(?<![\w/.-])[A-Za-z_@]\w{0,60}(?:(?:::|\.|#)[A-Za-z_]\w{1,60}){1,4}(?![\w/-])"
    r"|(?<![\w/.-])\w{0,60}(?:[a-z0-9][A-Z]|[A-Za-z0-9]_[A-Za-z0-9])\w{0,60}(?![\w/-])"
)
_LETTERS = lazy_pattern(r"[^\W\d_]")
# Of every language, so of no line in particular.
_OF_ANY = frozenset(map(str.lower, keyword.kwlist)) | frozenset(
    "self this const let var function return public private static void null true false nil end"
    " string int integer bool boolean object array number get post put delete patch select insert"
    " update where limit order table import export default".split()
)
_NO_STATEMENTS = frozenset(
    "id evidence severity domain status category priority effort_estimate kind file line".split()
)
_NAMES = 20  # of one entry
_LINE_CHARACTERS = 2000


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the names of each finding and existing entry that cites something.

    Tables and routes are left out: they are claims in typed form.
    """
    sections = dict(delivery.noted_findings)
    typed = {*delivery.profile.keys_of("endpoint"), *delivery.profile.keys_of("table")}
    for name in delivery.lists:
        for pointer, entry in delivery.entries(name):
            if name != "findings" and not is_there(entry):
                continue
            if name in typed and text_of(entry, "protocol") in {"", "http"}:
                continue
            section = sections.get(text_of(entry, "id")) if name == "findings" else None
            cited = (*cited_lines(delivery, entry), *noted_lines(delivery, section))
            names = [*_names_in(entry), *_names_noted(section)] if cited else []
            for stated in list(dict.fromkeys(names))[:_NAMES]:
                yield Claim("name", stated, stated, pointer, entry, cited)


def noted_lines(delivery: Delivery, section: Section | None) -> Iterator[Lines]:
    """Yield file, first and last line of a finding's Evidence lines, where they exist."""
    for citation in section.evidence if section else ():
        source = delivery.repository.source(citation.path)
        last = citation.end_line or citation.line
        if isinstance(source, Source) and citation.line <= last <= source.line_count:
            yield source, citation.line, last


def _names_in(entry: dict[str, Any]) -> Iterator[str]:
    for _, text in texts_in(entry, but=_NO_STATEMENTS):
        yield from (span.strip() for span in _SPAN.findall(text) if _tells(span))
        yield from (word for word in _PROGRAMS.findall(text) if _tells(word))


def _names_noted(section: Section | None) -> Iterator[str]:
    for line in section.lines if section else ():
        yield from (span.strip() for span in line.spans if _tells(span))
        yield from (word for word in _PROGRAMS.findall(line.prose) if _tells(word))


def _tells(name: str) -> bool:
    """Tell whether a text is a name that says more than a keyword or a sign does."""
    if len(_LETTERS.findall(name)) < 3 or read_citation(name, 1) is not None:
        return False
    return name.strip("`'\"()@$ ").lower() not in _OF_ANY


def decide(ground: Ground, claim: Claim) -> Verdict:
    """The name stands at the lines that are cited, or is what they declare or lie in."""
    name = str(claim.says)
    text = re.compile(rf"(?<!\w){re.escape(fold(name))}(?!\w)")
    bare = name.removesuffix("()").strip("`'\"@$")
    last = re.split(r"::|->|[.#]", bare)[-1] if "/" not in bare else bare
    for lines, folded, words in _there(ground, claim.cited):
        if text.search(folded) or {bare, last} & words:
            return confirmed(lines[0].path, lines[1])
    return UNDECIDED


@lru_cache(maxsize=8)
def _there(
    ground: Ground, cited: tuple[Lines, ...]
) -> tuple[tuple[Lines, str, frozenset[str]], ...]:
    """Return for each citation its text, and the words that name what is there."""
    answers = []
    for lines in cited:
        source, first, last = lines
        text = "\n".join(line[:_LINE_CHARACTERS] for line in source.lines[first - 1 : last])
        functions = set(enclosing(*lines))
        words = {*re.findall(r"\w+", text), *functions}
        for endpoint in ground.endpoints_in(source.path):
            handler = endpoint.handler.rpartition(".")[2]
            if first <= endpoint.line <= last or handler in functions:
                words |= {endpoint.path, handler}
        for table in ground.tables_at((lines,)):
            words |= {table.name, table.model or table.name}
        answers.append((lines, fold(text), frozenset(words)))
    return tuple(answers)
