"""Claims: what the report states as fact, as the ledger decided it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.claims.ledger import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery


def claims_are_not_refuted(delivery: Delivery) -> Iterator[Problem]:
    """What the report states as fact is not refuted by what the repository declares."""
    for decided in ledger(delivery):
        if decided.verdict.problem:
            yield decided.verdict.problem
