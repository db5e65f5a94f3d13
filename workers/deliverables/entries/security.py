"""Security measures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import (
    ChangeStatus,
    Evidence,
    Form,
    Severity,
    Status,
    Text,
    TextOrList,
    TextOrTexts,
)

STATEMENTS = frozenset("implementation compliance_requirements monitoring_alerts".split())
SAMPLES: frozenset[str] = frozenset()


class SecurityImplementation(Form):
    """A security measure."""

    id: Annotated[str, Field(pattern="^SEC-[0-9]{3}$")]
    security_feature: Text
    status: Status
    category: Literal[
        "authentication", "authorization", "input_validation", "data_protection", "audit_logging"
    ]
    priority: Severity
    description: Text
    implementation: TextOrTexts | None = None
    compliance_requirements: TextOrList | None = None
    monitoring_alerts: TextOrList | None = None
    evidence: list[Evidence] = []


class ChangedSecurityImplementation(SecurityImplementation):
    """A security measure that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    priority: Severity | None = None  # type: ignore[assignment]


ENTRY = SecurityImplementation
CHANGED_ENTRY = ChangedSecurityImplementation
