"""A contrast of two colours, as WCAG measures it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class Contrast(Form):
    """Two colours, their ratio as a number, and whether it passes at the level.

    `large` is large text; `non_text` an icon, a border, a focus ring (criterion 1.4.11).
    """

    id: Annotated[str, Field(pattern="^CON-[0-9]{3}$")]
    name: Text
    status: Status
    description: Text
    foreground: Text
    background: Text
    ratio: Annotated[float, Field(ge=1, le=21)]
    level: Literal["AA", "AAA"] | None = None
    large: bool = False
    non_text: bool = False
    passes: bool | None = None
    evidence: list[Evidence] = []


class ChangedContrast(Contrast):
    """A contrast that was changed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Contrast
CHANGED_ENTRY = ChangedContrast
