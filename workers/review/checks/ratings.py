"""Consistent, of the report's own scores: what its findings allow, and the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.deliverables.profile import OVERALL
from workers.delivery.delivery import problem
from workers.review.checks.caps import (
    cap_of,
    capped,
    is_unrated,
    mean_after_caps,
    overall_is_off,
    score_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def overall_score_is_the_mean(delivery: Delivery) -> Iterator[Problem]:
    """The overall score is the mean of the others, as the findings allow them, to within 0.5."""
    mean, rows = overall_is_off(delivery), delivery.profile.scores
    if mean is None:
        yield from _overall_is_unrated_alone(delivery)
        return
    number = _NUMBERS.get(len(rows), "others")
    is_capped = any(capped(delivery, row) != score_of(delivery, row.key) for row in rows)
    after = " after their caps" if is_capped else ""
    overall = score_of(delivery, OVERALL.key)
    yield problem(
        "C04",
        f"{OVERALL.key} is {overall:g}, the mean of the {number}{after} is {mean:.2f}",
        f"Write {mean:.1f}, in JSON and notes.",
        delivery.in_json(f"/scores/{OVERALL.key}"),
    )


def _overall_is_unrated_alone(delivery: Delivery) -> Iterator[Problem]:
    """Yield a problem where the overall score is null and others are not, or the other way."""
    place = delivery.in_json(f"/scores/{OVERALL.key}")
    mean = mean_after_caps(delivery)
    if mean is not None and is_unrated(delivery, OVERALL.key):
        message = f"{OVERALL.key} is null, the mean of the others is {mean:.2f}"
        yield problem("C04", message, f"Write {mean:.1f}, in JSON and notes.", place)
    nothing_rated = all(is_unrated(delivery, row.key) for row in delivery.profile.scores)
    overall = score_of(delivery, OVERALL.key)
    if nothing_rated and overall is not None:
        message = f"{OVERALL.key} is {overall:g}, and all others are null"
        yield problem("C04", message, "Write null in the JSON, `Not rated` in the notes.", place)


def scores_respect_the_findings(delivery: Delivery) -> Iterator[Problem]:
    """No score is above what the findings of its domain allow."""
    mean = overall_is_off(delivery)
    more = "" if mean is None else f"; {OVERALL.key} is then {mean:.1f}, in both as well"
    for row in delivery.profile.scores:
        score, cap = score_of(delivery, row.key), cap_of(delivery, row)
        if score is None or cap is None or score <= cap[0]:
            continue
        ids = ", ".join(shown(name, 40)[1:-1] for name in cap[1])
        yield problem(
            "C05",
            f"{row.key} is {score:g}; {ids} allows at most {cap[0]:g}",
            f"Write at most {cap[0]:g}, in JSON and notes{more}.",
            delivery.in_json(f"/scores/{row.key}"),
        )
