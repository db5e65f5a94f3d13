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
    for proposal in proposals.judged(delivery):
        block, finding = proposal.block, proposal.finding
        reason = shown(finding.reason, 200)[1:-1]
        if finding.verdict == "over":
            message = f"the {block.language} block is not read: {reason}"
            hint = "Keep the part that matters; `explain limits` lists what is read at most."
            yield problem("A09", message, hint, _place(block, finding.line))
        elif finding.failed:
            message = f"the parser of the {block.language} block {finding.failed}"
            hint = "The block was not checked; a shorter or simpler one can be."
            yield problem("A10", message, hint, block.place)
        elif finding.verdict == "invalid":
            at = f" (line {finding.line} of it)" if block.line is None and finding.line else ""
            message = f"the {block.language} block is not valid: {reason}{at}"
            hint = "Fix it; a quotation needs an Evidence line before it, a sketch the tag `text`."
            if block.line is None:
                hint = 'Fix it; a migration that is no SQL says so: "language": "python".'
            if block.language == "sql":
                hint += " SQL of another database names it: `ddl_dialect`, or the tag."
            yield problem(_CODES[block.language], message, hint, _place(block, finding.line))


def _place(block: proposals.Block, line: int | None) -> Place:
    """Return where a line of a block is: in the notes by its number, in the JSON by the pointer."""
    if block.line is None or not line:
        return block.place
    return Place(block.place.file, block.line + line - 1)
