"""Artefacts: blocks that are proposed are valid in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.contract import Place
from workers.delivery import proposals
from workers.delivery.delivery import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_CODES = {
    "sql": "A01",
    "json": "A02",
    "yaml": "A03",
    "toml": "A04",
    "python": "A05",
    "openapi": "A06",
    "graphql": "A07",
}


def proposals_are_valid(delivery: Delivery) -> Iterator[Problem]:
    """A block that is no quotation is valid in the language of its tag."""
    for one in proposals.judged(delivery):
        if one.verdict != "invalid":
            continue
        block = one.block
        place = block.place
        if block.line is not None and one.line:
            place = Place(place.file, block.line + one.line - 1)
        at = f" (line {one.line} of it)" if block.line is None and one.line else ""
        message = f"the {block.language} block is not valid: {shown(one.reason, 200)[1:-1]}{at}"
        hint = "Mend it; a quotation needs an Evidence line before it, a sketch the tag `text`."
        if block.line is None:
            hint = 'Mend it; a migration that is no SQL says so: "language": "python".'
        yield problem(_CODES[block.language], message, hint, place)
