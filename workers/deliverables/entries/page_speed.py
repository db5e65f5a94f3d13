"""What makes pages fast or slow."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS = frozenset({"current", "target"})
SAMPLES: frozenset[str] = frozenset()


class PageSpeed(Form):
    """A measure of speed; a figure that nobody measured is left out, `source` names where it is."""

    id: Annotated[str, Field(pattern="^PERF-[0-9]{3}$")]
    name: Text
    status: Status
    category: Literal["bundle", "rendering", "network", "images", "caching", "memory"]
    description: Text
    current: Text | None = None
    target: Text | None = None
    source: Text | None = None
    evidence: list[Evidence] = []


class ChangedPageSpeed(PageSpeed):
    """A measure that was taken, or is only spoken of; its figures are those of a recorded run."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = PageSpeed
CHANGED_ENTRY = ChangedPageSpeed
