"""Phase 3: runs the checks over a delivery, scores it, and says what holds; prints nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.progress import at
from workers.claims.citations import STATUSES, judged
from workers.claims.ledger import counts, ledger
from workers.contract import PRINTED_PLACES, Place, Problem
from workers.delivery import proposals
from workers.delivery.delivery import problem
from workers.delivery.json_lines import lines_of
from workers.repository.apart import Died
from workers.review import scores
from workers.review.checks import checks_of
from workers.review.checks.caps import is_unrated
from workers.review.coverage import coverage
from workers.review.order import apart, in_order
from workers.review.silences import Silences, apply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.delivery.delivery import Delivery
    from workers.review.checks import Check
    from workers.review.coverage import Coverage
    from workers.review.silences import Silenced


class Review(NamedTuple):
    """What phase 3 found: problems in the order of repair, scores, citations by status.

    `held_back` are those that wait for another one to be repaired, with the code of that one.
    """

    problems: tuple[Problem, ...]
    held_back: tuple[tuple[Problem, str], ...]
    silenced: tuple[Silenced, ...]
    computed: scores.Scores
    claimed: dict[str, Any]
    evidence: dict[str, int]
    coverage: Coverage
    blocks: dict[str, int]
    claims: dict[str, Any]

    @property
    def accepted(self) -> bool:
        """Whether there is no error."""
        return not self.count("error")

    @property
    def failed_inside(self) -> bool:
        """Whether a check failed inside: then there is no verdict, whatever the others say."""
        return any(one.code == "R11" for one in self.problems)

    def count(self, severity: str) -> int:
        """Count the problems of a severity."""
        return sum(one.severity == severity for one in self.problems)


def review(delivery: Delivery, silences: Silences | None = None) -> Review:
    """Judge a delivery. The same files and repository give the same review, byte for byte.

    Warnings that the repository silences cost nothing, and are kept apart.
    """
    checks = checks_of(delivery.profile)
    all_problems = [problem for check in checks for problem in _run(check, delivery)]
    every = _with_lines(_folded(all_problems), delivery)
    problems, silenced = apply(every, silences or Silences(), delivery)
    by_status = Counter(one.status for one in judged(delivery))
    evidence: dict[str, int] = {status: by_status[status] for status in STATUSES}
    claims = _claims(delivery, problems)
    own = delivery.object("scores")
    claimed = {name: value for name, value in own.items() if _is_number(value)}
    covered = coverage(delivery)
    verdicts = Counter(one.verdict for one in proposals.judged(delivery))
    inputs = scores.Inputs(
        evidence,
        claims,
        covered.share,
        has_scores=all(
            row.key in claimed or is_unrated(delivery, row.key)
            for row in delivery.profile.score_rows
        ),
        has_proposals=bool(verdicts) or _proposes(delivery),
        is_measured=covered.is_measured,
    )
    blocks = {verdict: verdicts[verdict] for verdict in ("valid", "invalid", "unverifiable")}
    computed = scores.compute(problems, inputs)
    reported, waiting = apart(problems)
    return Review(
        tuple(reported),
        tuple(waiting),
        tuple(silenced),
        computed,
        claimed,
        evidence,
        covered,
        blocks,
        claims,
    )


def with_more(judged: Review, more: Iterable[Problem], delivery: Delivery) -> Review:
    """Return a review with problems that others saw: they cost no score."""
    problems = in_order([*judged.problems, *_with_lines(list(more), delivery)])
    return judged._replace(problems=tuple(problems))


def _claims(delivery: Delivery, problems: list[Problem]) -> dict[str, Any]:
    """Count the claims; none where deciding them failed inside."""
    failed = any(one.code == "R11" for one in problems)
    return counts(() if failed else ledger(delivery))


def _run(check: Check, delivery: Delivery) -> list[Problem]:
    """Run a check; one that fails inside says so and hides no other."""
    at(check.__name__.replace("_", " "))
    try:
        return list(check(delivery))
    except (ImportError, MemoryError, Died):  # nothing was judged
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not decide over a report
        message = f"the check {check.__name__} failed: {type(error).__name__}"
        hint = "What it looks at was not checked; please report this with the two files."
        return [problem("R11", message, hint, delivery.in_json(""))]


def _proposes(delivery: Delivery) -> bool:
    return any(
        entry.get("status") == "proposed"
        for name in delivery.lists
        for _, entry in delivery.entries(name)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _folded(problems: Iterable[Problem]) -> list[Problem]:
    """Make one problem of those that say the same of one file, with all places; worst first."""
    first: dict[tuple[str, str, str, str], Problem] = {}
    places: dict[tuple[str, str, str, str], list[Place]] = {}
    for entry in problems:
        same = (entry.code, entry.message, entry.hint, entry.places[0].file)
        first.setdefault(same, entry)
        places.setdefault(same, []).extend(entry.places)
    folded = [entry._replace(places=tuple(places[same])) for same, entry in first.items()]
    # Sorting is stable: within a code problems stay in the order of the files.
    return in_order(folded)


def _with_lines(problems: list[Problem], delivery: Delivery) -> list[Problem]:
    """Give the places in the JSON their lines."""
    pointers = {
        place.pointer
        for one in problems
        for place in one.places[:PRINTED_PLACES]
        if place.pointer is not None and place.line is None
    }
    if not pointers or delivery.json_text is None or not delivery.parses:
        return problems
    lines = lines_of(delivery.json_text, pointers)
    return [
        one._replace(
            places=tuple(
                place
                if place.line or place.pointer is None
                else place._replace(line=lines.get(place.pointer))
                for place in one.places
            ),
        )
        for one in problems
    ]
