"""Claims of accessibility: the criterion exists, the cited element has or lacks what is said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.kinds.screens import cited_sources, markup_in, rows_of
from workers.deliverables.wcag import levels
from workers.delivery.delivery import problem, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.markup import Element
    from workers.repository.source import Source

_TAG = lazy_pattern(r"<?\s*([A-Za-z][\w.-]{0,80})")
# Elements that are meant by their names alone; others are words.
_NATIVE = frozenset(
    "a area button canvas dialog fieldset footer form h1 h2 h3 h4 h5 h6 header html iframe img"
    " input label li main nav ol option select summary svg table td textarea th ul video".split()
)
_WORDS = {
    "alt": "alternative text (`alt`)",
    "label": "label",
    "name": "accessible name",
    "role": "role",
    "lang": "language (`lang`)",
}


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield what measures and issues say; a criterion also of what is only proposed."""
    for pointer, row in delivery.entries_of("accessibility"):
        listed = row.get("wcag")
        for position, criterion in enumerate(listed if isinstance(listed, list) else []):
            number = criterion.get("criterion") if isinstance(criterion, dict) else None
            if isinstance(number, str):
                yield _claim_of_criterion(f"{pointer}/wcag/{position}", row, criterion)
    for pointer, row, claim in rows_of(delivery, "accessibility", "element"):
        tag = _TAG.match(text_of(row, "element").strip("` "))
        if tag is None or not claim.cited:
            continue
        own = replace(claim, subject=tag[1])
        yield replace(own, kind="element", says=tag[1], pointer=f"{pointer}/element")
        for key, has in (("present", True), ("absent", False)):
            aids = row.get(key)
            for position, aid in enumerate(aids if isinstance(aids, list) else []):
                if aid in _WORDS:
                    where = f"{pointer}/{key}/{position}"
                    yield replace(own, kind="aid", says=[aid, has], pointer=where)


def _claim_of_criterion(pointer: str, row: dict[str, Any], criterion: dict[str, Any]) -> Claim:
    from workers.claims.claim import Claim

    number = criterion["criterion"]
    return Claim("wcag", number, criterion.get("level"), pointer, row, (), criterion)


def decide_criterion(ground: Ground, claim: Claim) -> Verdict:
    """The criterion is one of WCAG 2.2, and its level is the one that is said."""
    level = levels().get(claim.subject)
    if level is None:
        message = f"WCAG 2.2 has no criterion {shown(claim.subject, 20)[1:-1]}"
        hint = "Write the number of the criterion that is meant, as 1.1.1 for alternative texts."
        return refuted(problem("K49", message, hint, ground.place(claim, "criterion")))
    if claim.says in {None, level} or not isinstance(claim.says, str):
        return confirmed()
    message = f"criterion {claim.subject} is of level {level}, not {shown(claim.says, 10)[1:-1]}"
    refutation = problem("K50", message, f'Write "level": "{level}".', ground.place(claim, "level"))
    return refuted(refutation)


def _cited_elements(claim: Claim) -> list[tuple[Source, Element]]:
    """Return the elements whose opening tag stands on cited lines."""
    return [
        (source, element)
        for source, first, last in claim.cited
        if (markup := markup_in(source)) is not None
        for element in markup.elements
        if element.first <= last and first <= element.last
    ]


def _is_whole(claim: Claim) -> bool:
    """Tell whether all that is cited is markup that was understood."""
    readings = [markup_in(source) for source in cited_sources(claim)]
    return all(reading is not None and not reading.unread for reading in readings)


def decide_element(ground: Ground, claim: Claim) -> Verdict:
    """The cited lines hold such an element."""
    tag, cited = str(claim.says), _cited_elements(claim)
    for source, element in cited:
        if element.tag == tag:
            return confirmed(source.path, element.first)
    is_certain = tag in _NATIVE and cited and all(element.native for _, element in cited)
    if not is_certain or not _is_whole(claim):
        return UNDECIDED
    source, first = cited[0]
    tags = ", ".join(dict.fromkeys(element.tag for _, element in cited[:5]))
    message = f"`{place(source.path, first.first)}` has {shown(tags, 80)[1:-1]}, no {tag}"
    hint = "Write the element that is there, or cite the lines of the one that is meant."
    refutation = problem("K52", message, hint, ground.place(claim))
    return refuted(refutation, source.path, first.first)


def decide_aid(ground: Ground, claim: Claim) -> Verdict:
    """The cited element has, or lacks, what it is said to."""
    aid, has = claim.says
    same = [(source, el) for source, el in _cited_elements(claim) if el.tag == claim.subject]
    answers = [element.aids.get(aid) for _, element in same]
    if not same or None in answers or not _is_whole(claim):
        return UNDECIDED
    for (source, element), answer in zip(same, answers, strict=True):
        if answer is has:
            return confirmed(source.path, element.first)
    source, element = same[0]
    what = "has no" if has else _having(aid)
    message = f"`{place(source.path, element.first)}`: the {claim.subject} {what} {_WORDS[aid]}"
    key = "absent" if has else "present"
    hint = f'Take {aid} out of "{_other(key)}", or cite the element that is meant.'
    return refuted(problem("K51", message, hint, ground.place(claim)), source.path, element.first)


def _having(aid: str) -> str:
    return "has an" if re.match("[aeiou]", _WORDS[aid]) else "has a"


def _other(key: str) -> str:
    return "present" if key == "absent" else "absent"


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "wcag": decide_criterion,
    "element": decide_element,
    "aid": decide_aid,
}
