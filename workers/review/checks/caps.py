"""What the findings of a report allow its scores; the checks of numbers share it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.deliverables.profile import OVERALL, SEVERITIES
from workers.delivery.delivery import text_of

if TYPE_CHECKING:
    from workers.deliverables.profile import ScoreRow
    from workers.delivery.delivery import Delivery

MEAN_TOLERANCE = 0.5


def severity_of(delivery: Delivery, entry: dict[str, Any]) -> str:
    """Return the severity of a finding: that of its id, which carries it, where it has one."""
    match = delivery.profile.finding_id.fullmatch(text_of(entry, "id"))
    return SEVERITIES[match[1].upper()] if match else text_of(entry, "severity")


def score_of(delivery: Delivery, name: str) -> float | None:
    """Return a score of the JSON, None if it is none; one out of range as the bound it passed."""
    value = delivery.object("scores").get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(min(max(value, 0), 10))


def is_unrated(delivery: Delivery, name: str) -> bool:
    """Tell whether the JSON says null for a score: too little of its domain was read."""
    scores = delivery.object("scores")
    return name in scores and scores[name] is None


def cap_of(delivery: Delivery, row: ScoreRow) -> tuple[float, list[str]] | None:
    """Return what the open findings allow a score at most, with their ids; None without a cap."""
    caps = delivery.profile.caps
    graver = [
        (caps[severity_of(delivery, entry)], text_of(entry, "id"))
        for _, entry in delivery.entries("findings")
        if severity_of(delivery, entry) in caps and text_of(entry, "domain") in row.domains
    ]
    if not graver:
        return None
    lowest = min(cap for cap, _ in graver)
    return lowest, [finding for cap, finding in graver if cap == lowest]


def capped(delivery: Delivery, row: ScoreRow) -> float | None:
    """Return a score as it may be at most, None if it is none."""
    score, cap = score_of(delivery, row.key), cap_of(delivery, row)
    return score if score is None or cap is None else min(score, cap[0])


def mean_after_caps(delivery: Delivery) -> float | None:
    """Return the mean of the scores as the findings allow them, None while one is missing.

    Those that say null are left out.
    """
    rated = [row for row in delivery.profile.scores if not is_unrated(delivery, row.key)]
    parts = [capped(delivery, row) for row in rated]
    numbers = [part for part in parts if part is not None]
    return sum(numbers) / len(numbers) if numbers and len(numbers) == len(parts) else None


def overall_is_off(delivery: Delivery) -> float | None:
    """Return the mean that the overall score should be, None where it is near enough."""
    overall, mean = score_of(delivery, OVERALL.key), mean_after_caps(delivery)
    if overall is None or mean is None or abs(overall - mean) <= MEAN_TOLERANCE + 1e-9:
        return None
    return mean
