"""Risks: the score is what probability and impact make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.claims.claim import confirmed, refuted
from workers.claims.kinds.places import rows_of
from workers.delivery.delivery import problem, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the scores of risks whose degrees are numbers."""
    for pointer, row, claim in rows_of(delivery, "risk"):
        numbers = [row.get(key) for key in ("probability", "impact", "score")]
        if all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
            yield replace(
                claim,
                kind="risk_score",
                subject=text_of(row, "title"),
                says=row["score"],
                pointer=f"{pointer}/score",
            )


def decide(ground: Ground, claim: Claim) -> Verdict:
    """The score is probability times impact."""
    product = claim.entry["probability"] * claim.entry["impact"]
    if product == claim.says:
        return confirmed()
    message = f"the score is {claim.says}, probability times impact {product}"
    hint = f"Write {product}, or correct what it is made of."
    return refuted(problem("K80", message, hint, ground.place(claim)))


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {"risk_score": decide}
