"""Claims in words: files and identifiers that are named, against a search.

Names in prose may be of libraries or of things that are missed: those that stand nowhere are
warnings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.delivery.delivery import problem
from workers.repository.source import Source
from workers.review.checks.complete import FUTURE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository


_IDENTIFIER = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")
_FILE_NAME = re.compile(r"[\w.@/\[\]()-]+/[\w.@\[\]()-]+\.[A-Za-z]{1,6}")


def names_in_prose_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """Files and identifiers in backticks stand in the repository, where they are not advice."""
    for number, span in _told_of_the_code(delivery):
        if _FILE_NAME.fullmatch(span):
            if not isinstance(delivery.repository.source(span), Source):
                message = f"the file {shown(span)} does not exist"
                hint = "Mend the path, or drop it."
                yield problem("K13", message, hint, delivery.in_notes(number))
        elif _is_identifier(span) and not _stands(delivery.repository, span):
            message = f"{shown(span, 80)} stands nowhere in the repository"
            hint = "Mend the name, or drop it."
            yield problem("K14", message, hint, delivery.in_notes(number))


def _told_of_the_code(delivery: Delivery) -> Iterator[tuple[int, str]]:
    """Yield line and code span of what the notes say is there: no advice, nothing proposed."""
    heading = ""
    for section in delivery.notes.sections if delivery.notes else ():
        heading = section.key if section.level <= 2 else heading
        if heading in FUTURE:
            continue
        for line in section.lines:
            if not line.proposed:
                yield from ((line.number, span) for span in line.spans)


def _is_identifier(span: str) -> bool:
    """Tell whether a code span is a name that a program gave: `order_id`, `OrderItem`, `pay()`."""
    if not _IDENTIFIER.fullmatch(span) or len(span) > 80:
        return False
    last = span.removesuffix("()").split(".")[-1]
    return "_" in last.strip("_") or span.endswith("()") or bool(re.search(r"[a-z][A-Z]", last))


def _stands(repository: Repository, span: str) -> bool:
    return repository.has_word(span.removesuffix("()").split(".")[-1]) is not False
