"""The toy worker's vocabulary and JSON: two scores, one list of its own, nothing of another's."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from workers.deliverables import forms
from workers.deliverables.forms import (
    Count,
    Effort,
    Evidence,
    Form,
    Handoff,
    NotExamined,
    Score,
    Severity,
    Status,
    Text,
    Timestamp,
)
from workers.deliverables.profile import EntryList, Profile, ScoreRow

PROFILE = Profile(
    prefix="TOY",
    domains=("wording", "wiring"),
    scores=(
        ScoreRow("wording_score", "Clear words", ("wording",)),
        ScoreRow("wiring_score", "Sound wiring", ("wiring",)),
    ),
    lists=(EntryList("widgets", "widget", "WGT", "widgets_seen"),),
    criteria=("labels",),
    subject="the shop window",
    summary_heading="In Short",
)


class AnalysisMetadata(Form):
    """Which session, when, and what was read."""

    session_id: Text
    worker_type: Literal["toy"]
    timestamp: Timestamp
    project_root: Text
    files_analyzed: list[Text]


class Scores(Form):
    """The worker's own scores."""

    wording_score: Score
    wiring_score: Score
    overall_score: Score


class Finding(Form):
    """Something wrong that was found."""

    id: Annotated[str, Field(pattern="^TOY-(CRIT|HIGH|MED|LOW)-[0-9]{3}$")]
    title: Text
    severity: Severity
    domain: Literal["wording", "wiring"]
    description: Text
    evidence: list[Evidence]
    recommendation: Text
    effort_estimate: Effort
    validation: Text


class Part(Form):
    """A part of a widget, with evidence of its own."""

    name: Text
    evidence: list[Evidence] = []


class Widget(Form):
    """A widget."""

    id: Annotated[str, Field(pattern="^WGT-[0-9]{3}$")]
    name: Text
    status: Status
    description: Text
    parts: list[Part] = []
    evidence: list[Evidence] = []


class PriorityAction(Form):
    """What to do, and for which findings."""

    action: Text
    finding_ids: list[Text] = []
    priority: Severity
    effort_estimate: Effort


class Statistics(Form):
    """Counts of the lists."""

    widgets_seen: Count
    critical_issues: Count
    high_priority_items: Count


class CompletionCriterion(forms.CompletionCriterion):
    """A criterion of this worker."""

    criterion: Literal["labels"]


class Report(Form):
    """toy_output.json."""

    schema_: Annotated[Any, Field(alias="$schema")] = None
    analysis_metadata: AnalysisMetadata
    scores: Scores
    findings: list[Finding] = []
    widgets: list[Widget] = []
    priority_actions: list[PriorityAction] = []
    statistics: Statistics
    unresolved: list[Text] = []
    handoffs: list[Handoff] = []
    not_examined: list[NotExamined] = []
    completion_criteria: list[CompletionCriterion] = []
