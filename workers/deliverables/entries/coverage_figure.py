"""A figure of coverage, with the report that it is from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class CoverageFigure(Form):
    """A percentage that a report names, or (`proposed`) that is to be reached.

    `source` is the report (absolute): Cobertura, JaCoCo or lcov, JSON of coverage.py or Istanbul;
    `scope` is `total` or a file that it lists.
    """

    id: Annotated[str, Field(pattern="^COV-[0-9]{3}$")]
    source: Text | None
    scope: Text
    metric: Literal["line", "branch", "function", "statement"]
    percent: Annotated[float, Field(ge=0, le=100)]
    status: Status
    description: Text | None = None
    evidence: list[Evidence] = []


class ChangedCoverageFigure(CoverageFigure):
    """A figure that was reached, was there before, or is to be reached."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = CoverageFigure
CHANGED_ENTRY = ChangedCoverageFigure
