"""A verdict on a delivery: judges it, and makes the document and what is recorded of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, Protocol

from workers.claims.ledger import ledger
from workers.contract import PRINTED_NORMALISED, PRINTED_SILENCED, WorkerOutput
from workers.deliverables.kinds import ANALYSIS, CHANGE
from workers.deliverables.profile import OVERALL
from workers.phases.contents import add_changes, add_contents, criteria
from workers.phases.receipt import cited_files, receipt_of
from workers.review import scores
from workers.review.review import review, with_more
from workers.review.silences import silences_of

if TYPE_CHECKING:
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.review.review import Review
    from workers.review.silences import Silences

    class Witness(Protocol):
        """Says of a delivery what was seen otherwise, as in the transcript of its agent."""

        def __call__(self, delivery: Delivery) -> list[Problem]:
            """Return what speaks against it."""


def verdict_on(
    delivery: Delivery,
    *,
    session_id: str | None,
    explain_scores: bool,
    witness: Witness | None = None,
) -> dict[str, Any]:
    """Judge a delivery; returns what a verdict's record and document need, by name.

    A witness adds what it saw otherwise.
    """
    silences = silences_of(delivery.repository.root)
    judged = review(delivery, silences)
    if witness is not None and not judged.failed_inside:
        judged = with_more(judged, witness(delivery), delivery)
    accepted = judged.accepted
    output = _document(delivery, judged, silences, explain=explain_scores)
    output.session_id = session_id
    return {
        "output": output,
        "digests": delivery.digests,
        "facts": _facts(delivery, judged, output),
        "receipt": receipt_of(delivery, judged) if accepted else {},
        "cited": cited_files(delivery),
        "handed_on": (
            {name: delivery.data.get(name, []) for name in ("handoffs", "unresolved")}
            if accepted
            else {}
        ),
        "claims": [] if judged.failed_inside else [one.document() for one in ledger(delivery)],
    }


def _facts(delivery: Delivery, judged: Review, output: WorkerOutput) -> dict[str, Any]:
    """Return what the events say of a verdict, with the number of problems by family."""
    outcome = (output.outcome or {}).get("status")
    return {
        "scores": judged.computed.document() if delivery.kind == ANALYSIS else {},
        **({"outcome": outcome} if outcome and judged.accepted else {}),
        "families": dict(Counter(problem.code[0] for problem in judged.problems)),
        "metrics": {
            "errors": judged.count("error"),
            "warnings": judged.count("warning"),
            "files_examined": len(delivery.files_analyzed),
        },
    }


def _document(
    delivery: Delivery, judged: Review, silences: Silences, *, explain: bool
) -> WorkerOutput:
    """Return the document of a verdict; what was not accepted is not repeated in it."""
    output = WorkerOutput(
        worker=delivery.worker.full_name,
        session_id=None,
        phase="output",
        status=_status(judged),
        config={
            "project_root": str(delivery.repository.root),
            "notes_file": delivery.notes_file,
            "json_file": delivery.json_file,
            "judged": delivery.digests,
        },
        scores=_scores(judged, explain=explain),
        problems=list(judged.problems),
        held_back={problem.code: cause for problem, cause in judged.held_back},
        evidence=judged.evidence,
        claims=judged.claims,
        coverage={**judged.coverage.document(), "blocks": judged.blocks},
        normalised=[one.document() for one in delivery.normalised[:PRINTED_NORMALISED]],
        normalised_total=len(delivery.normalised),
        silenced=[one.document() for one in judged.silenced[:PRINTED_SILENCED]],
        silenced_total=sum(len(one.problem.places) for one in judged.silenced),
        silenced_by=silences.source if silences.entries else None,
        silenced_in_vain=list(silences.objections),
        completion_criteria=criteria(delivery),
    )
    if delivery.kind == CHANGE:
        add_changes(output, delivery, judged)
    elif judged.accepted:
        add_contents(output, delivery)
    if not judged.accepted:
        # What was not accepted is not repeated: only the verdict is known to be true.
        if output.coverage is not None:
            output.coverage = {**output.coverage, "not_examined": []}
        output.next_actions = [
            "Repair the problems in place, worst first (explain CODE says more)."
        ]
    return output


def _status(judged: Review) -> Literal["completed", "failed", "blocked"]:
    if judged.failed_inside:
        return "blocked"
    return "completed" if judged.accepted else "failed"


def _scores(judged: Review, *, explain: bool) -> dict[str, Any]:
    own = judged.claimed.get(OVERALL.key)
    gap = None if own is None else round(own - judged.computed.overall / 10, 1)
    covered = judged.coverage.share
    document: dict[str, Any] = {
        "claimed": judged.claimed,
        "computed": judged.computed.document(),
        "inputs": {
            "errors": judged.count("error"),
            "warnings": judged.count("warning"),
            "citations": sum(judged.evidence.values()),
            "covered": None if covered is None else round(covered, 2),
        },
        # The worker rates the code, the program the report: far apart is worth a look.
        "claimed_minus_computed": gap,
    }
    if explain:
        document["costs"] = scores.explanation(judged.problems)
    return document
