"""What the backend worker hands in when it changed code. The order of the fields is the template's.

Entries are those of an analysis; what a change report need not say of them is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from workers.deliverables import backend, forms
from workers.deliverables.forms import (
    ChangeStatus,
    ChecklistItem,
    Commit,
    FileChange,
    Form,
    Handoff,
    NotExamined,
    NotMine,
    Outcome,
    Proof,
    Severity,
    Text,
    TextOrNone,
)

PROFILE = replace(
    backend.PROFILE,
    kind="change",
    scores=(),
    domains=(),
    sections={},
    lists=tuple(listed._replace(statistic="") for listed in backend.PROFILE.lists),
    rules=None,
)


class ApiSpecification(backend.ApiSpecification):
    """An endpoint that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    authentication: TextOrNone | None = None  # type: ignore[assignment]
    authorization: TextOrNone | None = None  # type: ignore[assignment]
    rate_limiting: TextOrNone | None = None  # type: ignore[assignment]
    caching_strategy: TextOrNone | None = None  # type: ignore[assignment]


class DatabaseDesign(backend.DatabaseDesign):
    """A table that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    table_schema: Annotated[backend.TableSchema | None, Field(alias="schema")] = None  # type: ignore[assignment]


class ServiceArchitecture(backend.ServiceArchitecture):
    """A service or module that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


class SecurityImplementation(backend.SecurityImplementation):
    """A security measure that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    priority: Severity | None = None  # type: ignore[assignment]


class PerformanceOptimization(backend.PerformanceOptimization):
    """A performance measure; its figures are those of a recorded run."""

    status: ChangeStatus  # type: ignore[assignment]


class CompletionCriterion(backend.CompletionCriterion, forms.AnsweredByWork):
    """A criterion: met with a change, a proof or a citation, or waived with a reason."""


class Report(Form):
    """backend_output.json of a change; an array that is absent counts as empty."""

    schema_: Annotated[Any, Field(alias="$schema")] = None
    analysis_metadata: backend.AnalysisMetadata
    outcome: Outcome
    changes: list[FileChange]
    proofs: list[Proof] = []
    commits: list[Commit] = []
    not_mine: list[NotMine] = []
    api_specifications: list[ApiSpecification] = []
    database_designs: list[DatabaseDesign] = []
    service_architecture: list[ServiceArchitecture] = []
    security_implementations: list[SecurityImplementation] = []
    performance_optimizations: list[PerformanceOptimization] = []
    unresolved: list[Text] = []
    handoffs: list[Handoff] = []
    not_examined: list[NotExamined] = []
    checklists: list[ChecklistItem] = []
    completion_criteria: list[CompletionCriterion] = []
