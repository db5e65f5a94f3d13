"""A place that costs more than others, by a figure that somebody measured."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS = frozenset({"improvement"})
SAMPLES: frozenset[str] = frozenset()


class HotSpot(Form):
    """A hot spot: `source` is the file with the figure, a profile or a tool's output."""

    id: Annotated[str, Field(pattern="^HOT-[0-9]{3}$")]
    title: Text
    status: Status
    description: Text
    metric: Text
    value: float | None = None
    unit: Text | None = None
    source: Text | None = None
    target: Text | None = None
    improvement: Text | None = None
    evidence: list[Evidence] = []


class ChangedHotSpot(HotSpot):
    """A hot spot that was changed, or is only spoken of; its figure is that of a run."""

    status: ChangeStatus  # type: ignore[assignment]
    metric: Text | None = None  # type: ignore[assignment]


ENTRY = HotSpot
CHANGED_ENTRY = ChangedHotSpot
