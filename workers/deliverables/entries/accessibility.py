"""A measure or an issue of accessibility."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()

Aid = Literal["alt", "label", "name", "role", "lang"]


class Criterion(Form):
    """A success criterion of WCAG 2.2 by its number, and its level."""

    criterion: Annotated[str, Field(pattern="^[1-4]\\.[0-9]{1,2}\\.[0-9]{1,2}$")]
    level: Literal["A", "AA", "AAA"] | None = None


class Accessibility(Form):
    """What the cited `element` has (`present`) or lacks (`absent`) for those who need it."""

    id: Annotated[str, Field(pattern="^A11-[0-9]{3}$")]
    name: Text
    kind: Literal["issue", "measure"]
    status: Status
    description: Text
    wcag: list[Criterion] = []
    element: Text | None = None
    present: list[Aid] = []
    absent: list[Aid] = []
    evidence: list[Evidence] = []


class ChangedAccessibility(Accessibility):
    """What was done for accessibility, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Accessibility
CHANGED_ENTRY = ChangedAccessibility
