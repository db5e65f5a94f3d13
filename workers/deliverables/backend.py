"""The backend worker's vocabulary and JSON. The order of the fields is that of the template."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from workers.deliverables import forms
from workers.deliverables.checklists import CHECKLISTS
from workers.deliverables.finding_claims import FindingClaim
from workers.deliverables.forms import (
    ChecklistItem,
    Count,
    Effort,
    ErrorResponse,
    Evidence,
    FindingId,
    Form,
    Handoff,
    NotExamined,
    Scalar,
    Score,
    Severity,
    Status,
    Text,
    TextOrList,
    TextOrNone,
    TextOrObject,
    TextOrTexts,
    Timestamp,
)
from workers.deliverables.profile import EntryList, Profile, ScoreRow

PROFILE = Profile(
    prefix="BACKEND",
    domains=("api", "database", "service", "security", "performance", "infrastructure"),
    scores=(
        ScoreRow("api_design_score", "API design", ("api", "security")),
        ScoreRow("database_performance_score", "Database performance", ("database",)),
        ScoreRow(
            "service_architecture_score",
            "Service architecture",
            ("service", "performance", "infrastructure"),
        ),
    ),
    lists=(
        EntryList("api_specifications", "endpoint", "API", "total_api_endpoints"),
        EntryList("database_designs", "table", "DB", "database_tables_analyzed"),
        EntryList("service_architecture", "service", "SVC"),
        EntryList("security_implementations", "security", "SEC"),
        EntryList("performance_optimizations", "performance", "PERF"),
    ),
    criteria=(
        "endpoints",
        "authentication",
        "database",
        "performance",
        "security",
        "integration",
        "documentation",
    ),
    checklists=CHECKLISTS,
    subject="the backend",
    others_folders=frozenset("public static assets frontend client web ui".split()),
    statements=frozenset(
        "implementation implementation_notes business_logic integration_patterns"
        " performance_optimizations scalability_considerations implementation_guidance"
        " performance_considerations migration_strategy data_integrity current_performance"
        " target_performance expected_impact authentication authorization rate_limiting"
        " caching_strategy compliance_requirements monitoring_alerts".split()
    ),
    samples=frozenset("body_schema success_schema parameters openapi ddl up down".split()),
    sections={
        "API Development": ("api", "security", "api_specifications", "security_implementations"),
        "Database Design & Optimization": (
            "database",
            "performance",
            "database_designs",
            "performance_optimizations",
        ),
        "Service Architecture & Performance": (
            "service",
            "performance",
            "infrastructure",
            "service_architecture",
            "performance_optimizations",
        ),
    },
    checks="backend",
    rules="backend",
)

# The methods of RFC 9110, QUERY and SEARCH, what frameworks call a socket and a route for all.
Method = Literal[
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "QUERY",
    "SEARCH",
    "WEBSOCKET",
    "ANY",
]


Protocol = Literal["http", "graphql", "grpc", "websocket", "queue", "job"]


class AnalysisMetadata(Form):
    """Which session, when, and what was read (absolute paths)."""

    session_id: Text
    worker_type: Literal["backend"]
    timestamp: Timestamp
    project_root: Text
    files_analyzed: list[Text]
    analysis_duration_seconds: Annotated[float, Field(ge=0)] | None = None


class Scores(Form):
    """The worker's own scores; null where less than half was read, `not_examined` says why."""

    api_design_score: Score | None
    database_performance_score: Score | None
    service_architecture_score: Score | None
    overall_score: Score | None


class Finding(Form):
    """Something wrong that was found."""

    id: Annotated[str, Field(pattern="^BACKEND-(CRIT|HIGH|MED|LOW)-[0-9]{3}$")]
    title: Text
    severity: Severity
    domain: Literal["api", "database", "service", "security", "performance", "infrastructure"]
    description: Text
    evidence: list[Evidence]
    claims: list[FindingClaim] = []
    recommendation: Text
    effort_estimate: Effort
    validation: Text


class RequestFormat(Form):
    """What an endpoint takes."""

    content_type: Text | None = None
    body_schema: TextOrObject | None = None
    parameters: TextOrObject | None = None


class ResponseFormat(Form):
    """What an endpoint answers."""

    success_status: Annotated[int, Field(ge=100, le=599)]
    success_schema: TextOrObject | None = None
    error_responses: list[ErrorResponse] = []


class ApiSpecification(Form):
    """An endpoint; a boolean that is null or absent says that nobody looked."""

    id: Annotated[str, Field(pattern="^API-[0-9]{3}$")]
    endpoint: Text
    protocol: Protocol | None = None
    operation: Text | None = None
    method: Method
    path: Annotated[str, Field(pattern="^/")]
    status: Status
    description: Text
    request_format: RequestFormat | None = None
    response_format: ResponseFormat | None = None
    requires_auth: bool | None = None
    authentication: TextOrNone
    authorization: TextOrNone
    rate_limited: bool | None = None
    rate_limiting: TextOrNone
    cached: bool | None = None
    caching_strategy: TextOrNone
    implementation_notes: Text | None = None
    openapi: TextOrObject | None = None
    evidence: list[Evidence] = []


class Column(Form):
    """A column of a table; `references` is `table` or `table.column`, null is unknown."""

    name: Text
    type: Text
    nullable: bool | None = None
    primary_key: bool | None = None
    unique: bool | None = None
    references: Text | None = None
    default: Scalar | None = None
    constraints: TextOrList | None = None
    description: Text | None = None


class Index(Form):
    """An index of a table; its columns are what it is, a name it need not have."""

    name: Text | None = None
    columns: list[Text] = []
    unique: bool | None = None
    type: Text
    description: Text | None = None


class Relationship(Form):
    """A relationship to another table."""

    type: Literal["ONE_TO_ONE", "ONE_TO_MANY", "MANY_TO_ONE", "MANY_TO_MANY"]
    related_table: Text
    foreign_key: Text | None = None
    description: Text | None = None


class TableSchema(Form):
    """Columns, indexes and relationships of a table."""

    columns: list[Column] = []
    indexes: list[Index] = []
    relationships: list[Relationship] = []


class Migration(Form):
    """A migration: SQL, unless `language` says otherwise."""

    up: Text
    down: Text | None = None
    language: Text | None = None


class DatabaseDesign(Form):
    """A table. `schema` is its key; Pydantic keeps that name for itself."""

    id: Annotated[str, Field(pattern="^DB-[0-9]{3}$")]
    table_name: Text
    status: Status
    description: Text
    table_schema: Annotated[TableSchema, Field(alias="schema")]
    ddl: Text | None = None
    ddl_dialect: Text | None = None
    migration: Migration | None = None
    performance_considerations: Text | None = None
    migration_strategy: Text | None = None
    data_integrity: Text | None = None
    evidence: list[Evidence] = []


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


class PriorityAction(Form):
    """What to do, and for which findings."""

    action: Text
    finding_ids: list[FindingId] = []
    category: Literal["api_design", "database", "security", "performance", "architecture"]
    priority: Severity
    effort_estimate: Effort
    impact: Text | None = None
    dependencies: TextOrList | None = None


class Statistics(Form):
    """Counts of the arrays, existing and proposed together."""

    total_api_endpoints: Count
    database_tables_analyzed: Count
    security_implementations: Count
    performance_optimizations: Count
    critical_issues: Count
    high_priority_items: Count


class CompletionCriterion(forms.CompletionCriterion):
    """A criterion of this worker: met with evidence, or waived with a reason."""

    criterion: Literal[
        "endpoints",
        "authentication",
        "database",
        "performance",
        "security",
        "integration",
        "documentation",
    ]


class Report(Form):
    """backend_output.json; an array that is absent counts as empty."""

    schema_: Annotated[Any, Field(alias="$schema")] = None
    analysis_metadata: AnalysisMetadata
    scores: Scores
    findings: list[Finding] = []
    api_specifications: list[ApiSpecification] = []
    database_designs: list[DatabaseDesign] = []
    service_architecture: list[ServiceArchitecture] = []
    security_implementations: list[SecurityImplementation] = []
    performance_optimizations: list[PerformanceOptimization] = []
    priority_actions: list[PriorityAction] = []
    statistics: Statistics
    unresolved: list[Text] = []
    handoffs: list[Handoff] = []
    not_examined: list[NotExamined] = []
    checklists: list[ChecklistItem] = []
    completion_criteria: list[CompletionCriterion] = []
