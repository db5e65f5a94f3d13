"""Quality: signs that a report was padded rather than thought. Warnings only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.delivery.delivery import problem
from workers.repository.source import fold
from workers.review.checks.complete import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_PARAGRAPH_WORDS = 12
_DESCRIPTION_CHARACTERS = 40
_SAME_LINES = 4
_VARIED_WORDS = 10
_ALIKE = 0.9
_COMPARED = 200  # findings, each with those before it


def paragraphs_stand_once(delivery: Delivery) -> Iterator[Problem]:
    """No line of prose is repeated."""
    seen: set[str] = set()
    for section in delivery.notes.sections if delivery.notes else ():
        for line in section.lines:
            text = fold(line.text).casefold()
            if len(text.split()) < _PARAGRAPH_WORDS or line.in_table:
                continue
            if text in seen:
                message = "the same sentence appears twice in the notes"
                hint = "Say it once, or say what is different."
                yield problem("Q01", message, hint, delivery.in_notes(line.number))
            seen.add(text)


def descriptions_differ(delivery: Delivery) -> Iterator[Problem]:
    """No two entries are described in the same words."""
    for name in delivery.lists:
        seen: set[str] = set()
        for pointer, entry in delivery.entries(name):
            text = re.sub(r"\W+", " ", str(entry.get("description", ""))).strip().casefold()
            if len(text) < _DESCRIPTION_CHARACTERS:
                continue
            if text in seen:
                message = "two entries are described in the same words"
                place = delivery.in_json(f"{pointer}/description")
                yield problem("Q02", message, "Say what this one does.", place)
            seen.add(text)


def findings_cite_lines_of_their_own(delivery: Delivery) -> Iterator[Problem]:
    """Not most findings rest on the very same lines."""
    cited: dict[str, list[str]] = {}
    for pointer, entry in delivery.entries("findings"):
        items = entry.get("evidence")
        places = {
            f"{item.get('file')}:{item.get('line')}-{item.get('end_line')}"
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict)
        }
        if places:
            cited.setdefault(" ".join(sorted(places)), []).append(pointer)
    most = max(cited.values(), key=len, default=[])
    if len(most) >= _SAME_LINES and len(most) * 2 > sum(map(len, cited.values())):
        message = f"{len(most)} findings cite the very same lines"
        hint = "Cite for each the lines that show it, or make one finding of them."
        yield problem("Q08", message, hint, delivery.in_json(f"{most[1]}/evidence"))


def findings_are_not_variations(delivery: Delivery) -> Iterator[Problem]:
    """No two findings are described in nearly the same words."""
    seen: list[frozenset[str]] = []
    for pointer, entry in list(delivery.entries("findings"))[:_COMPARED]:
        text = f"{entry.get('title', '')} {entry.get('description', '')}".casefold()
        words = frozenset(re.findall(r"[^\W\d_]+", text))
        if len(words) < _VARIED_WORDS:
            continue
        if any(len(words & other) >= _ALIKE * len(words | other) for other in seen):
            message = "two findings are described in nearly the same words"
            hint = "Say what is different, or make one finding of them with both places."
            yield problem("Q02", message, hint, delivery.in_json(f"{pointer}/description"))
        seen.append(words)


def priorities_differ(delivery: Delivery) -> Iterator[Problem]:
    """Not every action is critical."""
    priorities = [entry.get("priority") for _, entry in delivery.entries("priority_actions")]
    if len(priorities) > 3 and set(map(str, priorities)) == {"critical"}:
        message = f"all {len(priorities)} priority actions are critical"
        place = delivery.in_json("/priority_actions")
        yield problem("Q03", message, "Say which can wait.", place)


def most_sections_apply(delivery: Delivery) -> Iterator[Problem]:
    """Not all domains are set aside as not applicable."""
    domains = list(delivery.notes.of_level(2)) if delivery.notes else []
    aside = [
        section
        for section in domains
        if any(NOT_APPLICABLE.match(line.text) for line in section.lines)
    ]
    if len(aside) > 2:
        message = f"{len(aside)} sections are set aside as not applicable"
        hint = "Say in not_examined what was not looked at."
        yield problem("Q04", message, hint, delivery.in_notes(aside[0].number))
