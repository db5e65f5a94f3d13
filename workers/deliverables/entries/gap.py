"""A gap: what no test covers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Severity, Status, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class Gap(Form):
    """Something without a test: a `symbol`, or a whole `file` (absolute)."""

    id: Annotated[str, Field(pattern="^GAP-[0-9]{3}$")]
    name: Text
    status: Status
    priority: Severity
    description: Text
    file: Text | None = None
    symbol: Text | None = None
    evidence: list[Evidence] = []


class ChangedGap(Gap):
    """A gap that was closed, is left, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    priority: Severity | None = None  # type: ignore[assignment]


ENTRY = Gap
CHANGED_ENTRY = ChangedGap
