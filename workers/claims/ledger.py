"""The ledger: every claim of a delivery with its verdict, each decided once."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.claims import (
    access,
    changed,
    columns,
    endpoints,
    findings,
    keys,
    named,
    statuses,
    tables,
)
from workers.claims.claim import UNDECIDED
from workers.claims.ground import ground_of
from workers.claims.kinds import judges_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from workers.claims.claim import Claim, Outcome, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

    Decider = Callable[[Ground, Claim], Verdict]

EXTRACTORS: tuple[Callable[[Delivery], Iterator[Claim]], ...] = (
    endpoints.extract,
    tables.extract,
    findings.extract,
    named.extract,
    changed.extract,
)
DECIDERS: dict[str, Decider] = {
    "endpoint": endpoints.decide_endpoint,
    "success_status": statuses.decide,
    "requires_auth": access.decide_requires_auth,
    "rate_limited": endpoints.decide_measure,
    "cached": endpoints.decide_measure,
    "table": tables.decide_table,
    "column": tables.decide_column,
    "type": columns.decide,
    "nullable": columns.decide,
    "primary_key": columns.decide,
    "unique": columns.decide,
    "references": columns.decide,
    "default": columns.decide,
    "index": keys.decide_index,
    "relationship": keys.decide_relationship,
    **findings.DECIDERS,
    "name": named.decide,
    **changed.DECIDERS,
}
# Kinds that say nothing of the code but that it is there: they do not count among the confirmed.
OF_NO_CODE = frozenset({"cwe", "owasp", "risk_score", "wcag"})  # right whatever the code is
WEIGHTLESS = frozenset({"stated_there", "name"}) | OF_NO_CODE
# What is refuted here is not there: nothing else is judged of it.
ABSENT = frozenset(
    {"table", "column", "pipeline", "job", "image", "module", "component", "client_route"}
)
OUTCOMES: tuple[Outcome, ...] = ("confirmed", "refuted", "undecided")


class Decided(NamedTuple):
    """A claim with its verdict."""

    claim: Claim
    verdict: Verdict

    def document(self) -> dict[str, Any]:
        """Return the claim as the file of claims holds it."""
        problem = self.verdict.problem
        return {
            "kind": self.claim.kind,
            "subject": self.claim.subject,
            "says": self.claim.says,
            "pointer": self.claim.pointer,
            "verdict": self.verdict.outcome,
            "decided_at": self.verdict.at,
            "code": problem.code if problem else None,
        }


@lru_cache(maxsize=4)
def ledger(delivery: Delivery) -> tuple[Decided, ...]:
    """Return every claim of a delivery with its verdict, in the order of the report."""
    ground = ground_of(delivery)
    refuted: set[str] = set()
    decided: list[Decided] = []
    judges = judges_of(listed.entry for listed in delivery.profile.lists)
    deciders = {kind: decide for judge in judges for kind, decide in judge.deciders.items()}
    for extract in (*EXTRACTORS, *(judge.extract for judge in judges)):
        for claim in extract(delivery):
            # Of what is not there, a table or a job, nothing else is judged.
            follows = any(claim.pointer.startswith(f"{above}/") for above in refuted)
            decide = DECIDERS.get(claim.kind) or deciders[claim.kind]
            verdict = UNDECIDED if follows else decide(ground, claim)
            if verdict.outcome == "refuted" and claim.kind in ABSENT:
                refuted.add(claim.pointer)
            decided.append(Decided(claim, verdict))
    return tuple(decided)


def counts(decided: Sequence[Decided]) -> dict[str, Any]:
    """Return how many claims were confirmed, refuted and undecided, in all and by kind.

    Names that stand where they are cited are not counted: there are many, and they say little.
    """
    weighing = [row.verdict.outcome for row in decided if row.claim.kind not in WEIGHTLESS]
    total = Counter(weighing)
    by_kind = {
        kind: {outcome: rows[outcome] for outcome in OUTCOMES}
        for kind, rows in sorted(_by_kind(decided).items())
    }
    return {
        **{outcome: total[outcome] for outcome in OUTCOMES},
        "total": len(weighing),
        "by_kind": by_kind,
    }


def _by_kind(decided: Sequence[Decided]) -> dict[str, Counter[Outcome]]:
    by_kind: dict[str, Counter[Outcome]] = {}
    for row in (row for row in decided if row.claim.kind != "name"):
        by_kind.setdefault(row.claim.kind, Counter())[row.verdict.outcome] += 1
    return by_kind
