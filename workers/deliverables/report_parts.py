"""Parts of a report that every worker hands in; what a worker's words decide is put in by `report`.

The order of the fields is that of the template.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from workers.deliverables.finding_claims import FindingClaim
from workers.deliverables.forms import (
    AnsweredByWork,
    ChecklistItem,
    Commit,
    CompletionCriterion,
    Effort,
    Evidence,
    FileChange,
    FindingId,
    Form,
    Handoff,
    NotExamined,
    NotMine,
    Outcome,
    Proof,
    Severity,
    Text,
    TextOrList,
    Timestamp,
)


class AnalysisMetadata(Form):
    """Which session, when, and what was read (absolute paths)."""

    session_id: Text
    worker_type: Text
    timestamp: Timestamp
    project_root: Text
    files_analyzed: list[Text]
    analysis_duration_seconds: Annotated[float, Field(ge=0)] | None = None


class Finding(Form):
    """Something wrong that was found."""

    id: Text
    title: Text
    severity: Severity
    domain: Text
    description: Text
    evidence: list[Evidence]
    claims: list[FindingClaim] = []
    recommendation: Text
    effort_estimate: Effort
    validation: Text


class PriorityAction(Form):
    """What to do, and for which findings."""

    action: Text
    finding_ids: list[FindingId] = []
    category: Text
    priority: Severity
    effort_estimate: Effort
    impact: Text | None = None
    dependencies: TextOrList | None = None


class ChangedCriterion(CompletionCriterion, AnsweredByWork):
    """A criterion: met with a change, a proof or a citation, or waived with a reason."""


class ChangeHead(Form):
    """What a report on a change begins with, behind its metadata."""

    outcome: Outcome
    changes: list[FileChange]
    proofs: list[Proof] = []
    commits: list[Commit] = []
    not_mine: list[NotMine] = []


# What every report ends with: name -> annotation; each may be left out.
TAIL: dict[str, Any] = {
    "unresolved": list[Text],
    "handoffs": list[Handoff],
    "not_examined": list[NotExamined],
    "checklists": list[ChecklistItem],
}
