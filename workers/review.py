"""Phase 3: runs the checks over a delivery, scores it, and says what holds; prints nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workers import scores
from workers.checks import CHECKS
from workers.checks.consistent import PARTS
from workers.contract import PRINTED_PLACES, Place, Problem
from workers.evidence import STATUSES, judged
from workers.json_lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.delivery import Delivery

_FAMILY_ORDER = "SJCE"


@dataclass(frozen=True)
class Review:
    """What phase 3 found: problems worst first, scores, citations by status."""

    problems: tuple[Problem, ...]
    computed: scores.Scores
    claimed: dict[str, Any]
    evidence: dict[str, int]

    @property
    def accepted(self) -> bool:
        """Whether there is no error."""
        return not self.count("error")

    def count(self, severity: str) -> int:
        """Count the problems of a severity."""
        return sum(problem.severity == severity for problem in self.problems)


def review(delivery: Delivery) -> Review:
    """Judge a delivery. The same files and repository give the same review, byte for byte."""
    found = [problem for check in CHECKS for problem in check(delivery)]
    problems = _with_lines(_folded(found), delivery)
    counts = Counter(one.status for one in judged(delivery))
    evidence: dict[str, int] = {status: counts[status] for status in STATUSES}
    own = delivery.object("scores")
    claimed = {name: value for name, value in own.items() if _is_number(value)}
    computed = scores.compute(
        problems, evidence, has_scores={*PARTS, "overall_score"} <= claimed.keys()
    )
    return Review(tuple(problems), computed, claimed, evidence)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _folded(found: Iterable[Problem]) -> list[Problem]:
    """Make one problem of those that say the same of one file, with all places; worst first."""
    kept: dict[tuple[str, str, str, str], Problem] = {}
    places: dict[tuple[str, str, str, str], list[Place]] = {}
    for problem in found:
        same = (problem.code, problem.message, problem.hint, problem.places[0].file)
        kept.setdefault(same, problem)
        places.setdefault(same, []).extend(problem.places)
    folded = [replace(problem, places=tuple(places[same])) for same, problem in kept.items()]
    # Sorting is stable: within a code problems stay in the order of the files.
    return sorted(folded, key=_rank)


def _rank(problem: Problem) -> tuple[bool, int, str]:
    return problem.severity != "error", _FAMILY_ORDER.index(problem.code[0]), problem.code


def _with_lines(problems: list[Problem], delivery: Delivery) -> list[Problem]:
    """Give the places in the JSON their lines."""
    pointers = {
        place.pointer
        for problem in problems
        for place in problem.places[:PRINTED_PLACES]
        if place.pointer is not None and place.line is None
    }
    if not pointers or delivery.json_text is None or not delivery.parses:
        return problems
    lines = lines_of(delivery.json_text, pointers)
    return [
        replace(
            problem,
            places=tuple(
                place
                if place.line or place.pointer is None
                else replace(place, line=lines.get(place.pointer))
                for place in problem.places
            ),
        )
        for problem in problems
    ]
