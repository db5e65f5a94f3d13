"""Services and modules."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import (
    ChangeStatus,
    Evidence,
    Form,
    Status,
    Text,
    TextOrTexts,
)

STATEMENTS = frozenset(
    "business_logic integration_patterns performance_optimizations scalability_considerations"
    " implementation_guidance".split()
)
SAMPLES: frozenset[str] = frozenset()


class ServiceArchitecture(Form):
    """A service or module."""

    id: Annotated[str, Field(pattern="^SVC-[0-9]{3}$")]
    service_name: Text
    status: Status
    description: Text
    type: Text
    business_logic: TextOrTexts | None = None
    integration_patterns: TextOrTexts | None = None
    performance_optimizations: TextOrTexts | None = None
    scalability_considerations: Text | None = None
    implementation_guidance: Text | None = None
    evidence: list[Evidence] = []


class ChangedServiceArchitecture(ServiceArchitecture):
    """A service or module that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = ServiceArchitecture
CHANGED_ENTRY = ChangedServiceArchitecture
