"""The computed scores: a published, deterministic formula over what the checks saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workers.contract import Problem

COSTS = {"error": 10, "warning": 2}
PLACES_COUNTED = 5
SCORE_OF_FAMILY = {
    "S": "completeness",
    "J": "completeness",
    "Q": "completeness",
    "E": "grounding",
    "K": "grounding",
    "C": "consistency",
    "A": "standards",
    "D": "standards",
}
# Told by the share of citations that hold, so they cost nothing beside it.
CITATION_CODES = frozenset({"E01", "E02", "E03", "E04", "E05", "E06", "E09", "E12"})
COVERAGE_WEIGHT = 0.2
UNDECIDED_SHARE = 0.5
UNCONFIRMED_MOST = 39

FORMULA = f"""\
Each score is 0 to 100, rounded to a whole number, null where nothing was there to measure.
completeness = (100 - costs of problems S, J and Q)
               x ({1 - COVERAGE_WEIGHT:g} + {COVERAGE_WEIGHT:g} x share of the map's endpoints and tables
               of which the report speaks); null where no reader knows the code
grounding    = 100 x citations verified / all citations
               x (claims confirmed + half of those undecided) / all claims,
               {UNDECIDED_SHARE:g} without a claim
               - costs of problems K, and of E that are of no citation (E07, E08, E10, E11, E13);
               0 without a citation
consistency  = 100 - costs of problems C; null while the JSON lacks one of its scores
standards    = 100 - costs of problems A and D; null when nothing is proposed
overall      = mean of those that are not null; {UNCONFIRMED_MOST} at most with no claim confirmed
A problem costs {COSTS["error"]} (error) or {COSTS["warning"]} (warning) for each place,
{PLACES_COUNTED} places at most.
A low score never rejects; errors do."""  # noqa: E501 - lines of the formula


class Scores(NamedTuple):
    """0 to 100 each; None where nothing was measured."""

    completeness: int | None
    grounding: int
    consistency: int | None
    standards: int | None
    overall: int

    def document(self) -> dict[str, int | None]:
        """Return the scores as they are printed."""
        return self._asdict()


class Inputs(NamedTuple):
    """What the formula is applied to, beside the problems.

    `evidence` counts citations by status, `claims` claims by outcome; `covered` is a share from
    0 to 1, None without routes and tables. `is_measured` is false where no reader knows the code
    that may have them.
    """

    evidence: Mapping[str, int]
    claims: Mapping[str, Any]
    covered: float | None
    has_scores: bool
    has_proposals: bool
    is_measured: bool = True


def compute(problems: Sequence[Problem], inputs: Inputs) -> Scores:
    """Apply the formula."""
    costs = dict.fromkeys(SCORE_OF_FAMILY.values(), 0)
    for problem in problems:
        if problem.code[0] in SCORE_OF_FAMILY:  # a check that failed inside costs nothing
            costs[SCORE_OF_FAMILY[problem.code[0]]] += cost(problem)
    citations = sum(inputs.evidence.values())
    share = inputs.evidence.get("verified", 0) / citations if citations else 0
    covered = 1 if inputs.covered is None else inputs.covered
    weight = 1 - COVERAGE_WEIGHT + COVERAGE_WEIGHT * covered
    completeness: int | None = None
    if inputs.is_measured:
        completeness = max(0, round((100 - costs["completeness"]) * weight))
    grounding = max(0, round(100 * share * _held(inputs.claims) - costs["grounding"]))
    consistency = max(0, 100 - costs["consistency"]) if inputs.has_scores else None
    standards = max(0, 100 - costs["standards"]) if inputs.has_proposals else None
    measured = [s for s in (completeness, grounding, consistency, standards) if s is not None]
    overall = round(sum(measured) / len(measured))
    if not inputs.claims["confirmed"]:
        overall = min(overall, UNCONFIRMED_MOST)
    return Scores(completeness, grounding, consistency, standards, overall)


def _held(claims: Mapping[str, Any]) -> float:
    """Return the share of claims that hold; what is undecided may hold or not."""
    if not claims["total"]:
        return UNDECIDED_SHARE
    weight = claims["confirmed"] + UNDECIDED_SHARE * claims["undecided"]
    return float(weight / claims["total"])


def cost(problem: Problem) -> int:
    """Return what a problem costs its score."""
    if problem.code in CITATION_CODES:
        return 0
    return COSTS[problem.severity] * min(len(problem.places), PLACES_COUNTED)


def explanation(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return what each problem cost, dearest first."""
    rows = [
        {
            "code": problem.code,
            "score": SCORE_OF_FAMILY.get(problem.code[0]),
            "cost": cost(problem),
            "by": "share of citations" if problem.code in CITATION_CODES else "cost",
            "message": problem.message,
        }
        for problem in problems
    ]
    return sorted(rows, key=lambda row: -int(str(row["cost"])))
