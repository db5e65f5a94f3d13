"""A decision on the architecture: what was chosen, why, and what else there was."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS = frozenset({"context", "decision"})
SAMPLES: frozenset[str] = frozenset()


class Figure(Form):
    """A figure of capacity, load or size: `source` is the file that has it."""

    what: Text
    value: float
    unit: Text | None = None
    source: Text | None = None


class Decision(Form):
    """A decision: existing where the code or a record shows it, else proposed."""

    id: Annotated[str, Field(pattern="^ADR-[0-9]{3}$")]
    title: Text
    status: Status
    description: Text
    context: Text
    decision: Text
    consequences: list[Text] = []
    alternatives: list[Text] = []
    figures: list[Figure] = []
    evidence: list[Evidence] = []


class ChangedDecision(Decision):
    """A decision that was carried out, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    context: Text | None = None  # type: ignore[assignment]
    decision: Text | None = None  # type: ignore[assignment]


ENTRY = Decision
CHANGED_ENTRY = ChangedDecision
