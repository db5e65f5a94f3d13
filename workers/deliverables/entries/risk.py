"""A risk: how likely, how bad, and what both make together."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.entries.decision import Figure
from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS = frozenset({"mitigation"})
SAMPLES: frozenset[str] = frozenset()

Degree = Annotated[int, Field(ge=1, le=5)]


class Risk(Form):
    """A risk: `probability` and `impact` from 1 to 5, `score` their product."""

    id: Annotated[str, Field(pattern="^RSK-[0-9]{3}$")]
    title: Text
    status: Status | None = None
    description: Text
    probability: Degree
    impact: Degree
    score: Annotated[int, Field(ge=1, le=25)]
    mitigation: Text | None = None
    figures: list[Figure] = []
    evidence: list[Evidence] = []


class ChangedRisk(Risk):
    """A risk that was made smaller, or is only spoken of."""

    status: ChangeStatus | None = None  # type: ignore[assignment]


ENTRY = Risk
CHANGED_ENTRY = ChangedRisk
