"""The computed scores: a published, deterministic formula over what the checks saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workers.contract import Problem

COSTS = {"error": 10, "warning": 2}
PLACES_COUNTED = 5
FAMILIES_OF = {"completeness": "SJ", "grounding": "E", "consistency": "C"}
# Told by the share of citations that hold, so they cost nothing beside it.
CITATION_CODES = frozenset({"E01", "E02", "E03", "E04", "E05", "E06", "E09", "E12"})

FORMULA = f"""\
Each score is 0 to 100, rounded to a whole number.
completeness = 100 - costs of problems S and J
grounding    = 100 x citations verified / all citations - costs of problems E that are of no
               citation (E07, E08, E10, E11); 0 without a citation
consistency  = 100 - costs of problems C; null while the JSON lacks one of its four scores
standards    = null: not measured yet
overall      = mean of those that are not null
A problem costs {COSTS["error"]} (error) or {COSTS["warning"]} (warning) for each place,
{PLACES_COUNTED} places at most.
A low score never rejects; errors do."""


@dataclass(frozen=True)
class Scores:
    """0 to 100 each; None where nothing was measured."""

    completeness: int
    grounding: int
    consistency: int | None
    standards: int | None
    overall: int

    def document(self) -> dict[str, int | None]:
        """Return the scores as they are printed."""
        return asdict(self)


def compute(
    problems: Sequence[Problem], evidence: Mapping[str, int], *, has_scores: bool
) -> Scores:
    """Apply the formula; `evidence` counts citations by status."""
    citations = sum(evidence.values())
    share = 100 * evidence.get("verified", 0) / citations if citations else 0
    others = [problem for problem in problems if problem.code not in CITATION_CODES]
    completeness = _less(100, others, "completeness")
    grounding = _less(share, others, "grounding")
    consistency = _less(100, others, "consistency") if has_scores else None
    measured = [score for score in (completeness, grounding, consistency) if score is not None]
    return Scores(completeness, grounding, consistency, None, round(sum(measured) / len(measured)))


def _less(start: float, problems: Sequence[Problem], name: str) -> int:
    costs = sum(cost(problem) for problem in problems if problem.code[0] in FAMILIES_OF[name])
    return max(0, round(start - costs))


def cost(problem: Problem) -> int:
    """Return what a problem costs its score."""
    return COSTS[problem.severity] * min(len(problem.places), PLACES_COUNTED)
