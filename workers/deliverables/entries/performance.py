"""Performance measures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import (
    ChangeStatus,
    Effort,
    Evidence,
    Form,
    Status,
    Text,
    TextOrTexts,
)

STATEMENTS = frozenset(
    "implementation current_performance target_performance expected_impact".split()
)
SAMPLES: frozenset[str] = frozenset()


class PerformanceOptimization(Form):
    """A performance measure; a figure that nobody measured is left out or null."""

    id: Annotated[str, Field(pattern="^PERF-[0-9]{3}$")]
    optimization: Text
    status: Status
    category: Literal["database", "api", "caching", "memory", "cpu"]
    current_performance: Text | None = None
    target_performance: Text | None = None
    implementation: TextOrTexts | None = None
    expected_impact: Text | None = None
    implementation_effort: Effort | None = None
    evidence: list[Evidence] = []


class ChangedPerformanceOptimization(PerformanceOptimization):
    """A performance measure; its figures are those of a recorded run."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = PerformanceOptimization
CHANGED_ENTRY = ChangedPerformanceOptimization
