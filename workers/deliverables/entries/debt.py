"""Technical debt: what makes the next change dearer than it need be."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Effort, Evidence, Form, Status, Text

STATEMENTS = frozenset({"consequence", "repayment"})
SAMPLES: frozenset[str] = frozenset()


class Debt(Form):
    """A debt, and what paying it back takes."""

    id: Annotated[str, Field(pattern="^DBT-[0-9]{3}$")]
    title: Text
    status: Status
    category: Literal["complexity", "duplication", "dead_code", "dependency", "design", "tests"]
    description: Text
    effort: Effort
    consequence: Text | None = None
    repayment: Text | None = None
    evidence: list[Evidence] = []


class ChangedDebt(Debt):
    """A debt that was paid back in part or whole, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    effort: Effort | None = None  # type: ignore[assignment]


ENTRY = Debt
CHANGED_ENTRY = ChangedDebt
