"""The scores of a report by rule, and where there is too little to give one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.catalog import worker_called
from workers.deliverables import profile_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from workers.rules.ground import Observation
    from workers.survey.found import Survey

RUBRIC = """\
Each score begins at 9: a rule cannot see what is good, so none is 10. A finding costs
critical 4, high 2.5, medium 1.5, low 0.5, in the score of its domain: api and security count for
the API, database for the database, service, performance and infrastructure for the services.
None falls below 1; a critical finding bounds its score at 5, a high one at 7. Overall is the mean.
Where less than half of what makes a domain was read, its score is null: of the files that declare
endpoints, of those that declare tables, of all source files.
"""
_BEST, _WORST = 9.0, 1.0
_COSTS = {"critical": 4.0, "high": 2.5, "medium": 1.5, "low": 0.5}
_BOUNDS = {"critical": 5.0, "high": 7.0}
_SCORE_OF = {
    "api": "api_design_score",
    "security": "api_design_score",
    "database": "database_performance_score",
    "service": "service_architecture_score",
    "performance": "service_architecture_score",
    "infrastructure": "service_architecture_score",
}


def scores(
    observed: Iterable[Observation], unrated: Container[str] = ()
) -> dict[str, float | None]:
    """Return the four scores by RUBRIC; those of which too little was read are None."""
    own = dict.fromkeys(dict.fromkeys(_SCORE_OF.values()), _BEST)
    bounds = dict.fromkeys(own, _BEST)
    for observation in observed:
        name = _SCORE_OF[observation.domain]
        own[name] -= _COSTS[observation.severity]
        bounds[name] = min(bounds[name], _BOUNDS.get(observation.severity, _BEST))
    rated = {
        name: None if name in unrated else max(_WORST, min(own[name], bounds[name])) for name in own
    }
    numbers = [score for score in rated.values() if score is not None]
    return {**rated, "overall_score": round(sum(numbers) / len(numbers), 1) if numbers else None}


def too_little_read(survey: Survey, sources: int) -> dict[str, tuple[str, str]]:
    """Return each score that cannot be given, with its label and the reason.

    `sources` are the files of source code that readers know.
    """
    languages = sum(gap.files for gap in survey.unread if gap.kind == "language")
    endpoints, tables = (
        max(languages, sum(gap.files for gap in survey.unread if noun in gap.reason))
        for noun in ("endpoint", "table")
    )
    measured = (
        ("api_design_score", "endpoints", len({one.file for one in survey.endpoints}), endpoints),
        ("database_performance_score", "tables", len({one.file for one in survey.tables}), tables),
        ("service_architecture_score", "services", sources, languages),
    )
    labels = {row.key: row.label for row in profile_of(worker_called("backend", None)).scores}
    return {
        name: (labels[name], _reason(noun, read, silent))
        for name, noun, read, silent in measured
        if read <= silent
    }


def _reason(noun: str, read: int, silent: int) -> str:
    if not read + silent:
        return f"no file that declares {noun} was read"
    return f"{read} of {read + silent} files that may declare {noun} were read"
