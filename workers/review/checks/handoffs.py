"""Handoffs: what the worker accepted from others is in its report, by its id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.delivery.delivery import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery


def accepted_handoffs_are_used(delivery: Delivery) -> Iterator[Problem]:
    """The report names each handoff that its worker accepted."""
    accepted = delivery.expected.handoffs
    if not accepted or delivery.notes_text is None or delivery.json_text is None:
        return
    texts = "\n".join((delivery.notes_text, *(text for _, text in delivery.texts)))
    named = set(re.findall(r"(?<![A-Za-z0-9_-])H[0-9]+(?![A-Za-z0-9_])", texts))
    for handoff in accepted:
        if handoff.id not in named:
            message = (
                f"handoff {handoff.id} of {shown(handoff.worker, 60)[1:-1]} was accepted, and the"
                f" report does not name it: {shown(handoff.text, 80)}"
            )
            hint = f"Name {handoff.id} where it is used, or in not_examined with why it was not."
            yield problem("Q09", message, hint, delivery.in_notes(1))
