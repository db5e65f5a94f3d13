"""Answers to checklists and completion criteria: done needs evidence, set aside needs a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.delivery.delivery import problem, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery


def what_is_set_aside_has_a_reason(delivery: Delivery) -> Iterator[Problem]:
    """A checklist item or criterion that is set aside or open has a reason."""
    for name in ("checklists", "completion_criteria"):
        for pointer, entry in delivery.entries(name):
            status = text_of(entry, "status")
            if status in {"not_applicable", "open", "waived"} and not entry.get("reason"):
                message = f"an item is {status}, without a reason"
                yield problem("C19", message, 'Add "reason".', delivery.in_json(pointer))


def checklist_items_are_known(delivery: Delivery) -> Iterator[Problem]:
    """A checklist item is one of those that other workers look for."""
    known = sorted({item for items in delivery.profile.checklists.values() for item in items})
    for pointer, entry in delivery.entries("checklists"):
        item = entry.get("item")
        if isinstance(item, str) and item.strip().lower() not in known:
            import difflib

            close = difflib.get_close_matches(item.lower()[:100], known, 1, cutoff=0.5)
            hint = f"Did you mean {close[0]!r}?" if close else "`explain checklists` lists them."
            message = f"the checklist item {shown(item, 60)} is not known"
            yield problem("C20", message, hint, delivery.in_json(f"{pointer}/item"))
