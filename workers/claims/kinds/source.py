"""Sources: their dates can be, their copies are there, and hold what is quoted of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from sessions.location import SESSIONS
from sessions.patterns import lazy_pattern
from workers.claims.citations import shown_path
from workers.claims.claim import UNDECIDED, confirmed, doubted, refuted
from workers.claims.kinds.places import rows_of
from workers.delivery.delivery import problem, text_of
from workers.repository.repository import Refused, Repository
from workers.repository.source import Source, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_OURS = "workers"  # the folder of a session that reports are in
_ABSENT = frozenset({"missing", "outside", "not_a_file", "own"})
_LEFT_OUT = lazy_pattern(r"\s*(?:\[\s*(?:\.{3}|\u2026)\s*\]|\(\.{3}\)|\.{3}|\u2026)\s*")
_TAG = lazy_pattern(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[a-z!][^<>]*>", re.DOTALL | re.IGNORECASE
)
_MARKS = lazy_pattern(r"[*_`~]|\]\([^()\s]*\)|\[")
_LINE_STARTS = lazy_pattern(r"(?m)^[ \t]*(?:[>#]+|//+|--|\*|[-+](?= ))[ \t]*")
_ALIKE = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-"}
    | {"\u2013": "-", "\u2014": "-", "\u2212": "-", "\xa0": " ", "\xad": ""}
)


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield date, copy and quotation of each source."""
    for pointer, row, claim in rows_of(delivery, "source"):
        own = replace(claim, subject=text_of(row, "title"))
        written, copy = text_of(row, "date").strip(), text_of(row, "copy").strip()
        if written:
            yield replace(own, kind="source_date", says=written, pointer=f"{pointer}/date")
        if copy:
            yield replace(own, kind="saved_copy", says=copy, pointer=f"{pointer}/copy")
        quotation = text_of(row, "quotation")
        if fold(quotation):
            yield replace(own, kind="quoted_source", says=quotation, pointer=f"{pointer}/quotation")


def decide_date(ground: Ground, claim: Claim) -> Verdict:
    """The calendar has the date, and it is not in the future."""
    parts = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", claim.says)
    if parts is None:
        return UNDECIDED  # the schema speaks of its form
    try:
        day = date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    except ValueError:
        return refuted(_no_date(ground, claim, "is no date of the calendar"))
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)  # elsewhere it is that day already
    if day > tomorrow:
        return refuted(_no_date(ground, claim, "is in the future"))
    return confirmed()


def _no_date(ground: Ground, claim: Claim, what: str) -> Problem:
    hint = "Write the date that the source gives, or null where it gives none."
    return problem("K85", f"the date {claim.says} {what}", hint, ground.place(claim))


def decide_copy(ground: Ground, claim: Claim) -> Verdict:
    """The copy is a file of the repository or of the session."""
    copy = _copy(ground, claim.says)
    if isinstance(copy, Source):
        return confirmed(copy.path)
    if copy.reason not in _ABSENT:
        return UNDECIDED
    message = f"`{shown_path(claim.says)}` is no file of the repository or of the session"
    hint = "Save the text of the source in `sources/` of the session's folder, or write null."
    return refuted(problem("K86", message, hint, ground.place(claim)))


def decide_quotation(ground: Ground, claim: Claim) -> Verdict:
    """The saved copy holds the quotation, white space and marks of its format aside."""
    name = text_of(claim.entry, "copy").strip()
    copy = _copy(ground, name) if name else None
    if not isinstance(copy, Source):
        return UNDECIDED
    text = "\n".join(copy.lines)
    parts = [part for part in _LEFT_OUT.split(claim.says) if fold(part)]
    if any(_in_order(list(map(_plain, parts)), _plain(view)) for view in (text, _visible(text))):
        return confirmed(copy.path)
    views = (_letters(text), _letters(_visible(text)))
    if not copy.exact or any(_in_order(list(map(_letters, parts)), view) for view in views):
        return UNDECIDED
    message = f"the saved copy `{shown_path(name)}` does not hold the quotation"
    hint = "Quote its own words, [...] where some are left out, or name the copy that has them."
    where = ground.place(claim)
    if _visible(text) != text:
        return doubted(problem("K90", message, hint, where))  # marks may stand between its words
    return refuted(problem("K87", message, hint, where), copy.path)


def _copy(ground: Ground, written: str) -> Source | Refused:
    """Return a saved copy: of the repository, else of the session, but none of its reports."""
    source = ground.repository.source(written)
    session = _session(ground.delivery)
    if isinstance(source, Source) or session is None:
        return source
    below = (str(top / written) for top in (session.root, ground.repository.root))
    for path in dict.fromkeys(below):  # an absolute path is itself
        relative = session.relative(path)
        if isinstance(relative, str) and "/" in relative and relative.split("/")[0] != _OURS:
            copy = session.source(path)
            if isinstance(copy, Source) or copy.reason not in _ABSENT:
                return copy
    return source


@lru_cache(maxsize=4)
def _session(delivery: Delivery) -> Repository | None:
    """Return the files of the session that a report is in, None where it is in none."""
    root = (delivery.repository.root / SESSIONS).resolve()
    file = Path(delivery.json_file).resolve()
    if not file.is_relative_to(root) or file.parent == root:
        return None
    name = file.relative_to(root).parts[0]
    former = delivery.repository.formerly
    return Repository(root / name, str(Path(former) / SESSIONS / name) if former else None)


def _visible(text: str) -> str:
    """Return a text without the tags of HTML, its entities as what they stand for."""
    return unescape(_TAG.sub("", text)) if "<" in text or "&" in text else text


def _plain(text: str) -> str:
    """Return a text in one line, without what Markdown and comments add to words."""
    bare = _MARKS.sub("", _LINE_STARTS.sub("", text.translate(_ALIKE)))
    return fold(bare)


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text.casefold()))


def _in_order(parts: list[str], text: str) -> bool:
    at = 0
    for part in parts:
        start = text.find(part, at)
        if start < 0:
            return False
        at = start + len(part)
    return bool(parts)


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "source_date": decide_date,
    "saved_copy": decide_copy,
    "quoted_source": decide_quotation,
}
