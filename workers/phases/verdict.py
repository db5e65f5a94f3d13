"""The document of a verdict: what was judged, and of an accepted report what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from workers.contract import PRINTED_NORMALISED, WorkerOutput
from workers.deliverables.profile import OVERALL
from workers.review import scores

if TYPE_CHECKING:
    from workers.delivery.delivery import Delivery
    from workers.review.review import Review

_LISTED = 10


def verdict_document(
    delivery: Delivery,
    judged: Review,
    *,
    session_id: str | None,
    print_all: bool,
    explain_scores: bool,
) -> WorkerOutput:
    """Return the document of a verdict; what was not accepted is not repeated in it."""
    output = WorkerOutput(
        worker=delivery.worker.full_name,
        session_id=session_id,
        phase="output",
        status=_status(judged),
        config={
            "project_root": str(delivery.repository.root),
            "notes_file": delivery.notes_file,
            "json_file": delivery.json_file,
            "judged": delivery.digests,
        },
        scores=_scores(judged, explain=explain_scores),
        problems=list(judged.problems),
        held_back={problem.code: cause for problem, cause in judged.held_back},
        evidence=judged.evidence,
        claims=judged.claims,
        coverage={**judged.coverage.document(), "blocks": judged.blocks},
        normalised=[one.document() for one in delivery.normalised[:PRINTED_NORMALISED]],
        normalised_total=len(delivery.normalised),
        completion_criteria=_criteria(delivery),
        print_all=print_all,
    )
    if judged.accepted:
        _add_contents(output, delivery)
    else:
        # What was not accepted is not repeated: only the verdict is known to be true.
        output.coverage = {**(output.coverage or {}), "not_examined": []}
        output.next_actions = [
            "Repair the problems in place, worst first (explain CODE tells more)."
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


def _criteria(delivery: Delivery) -> list[dict[str, Any]]:
    """Return each criterion with its answer, `open` without one; no row if none is answered."""
    answers = {
        entry.get("criterion"): entry
        for _, entry in delivery.entries("completion_criteria")
        if isinstance(entry.get("criterion"), str)
    }
    rows: list[dict[str, Any]] = []
    for criterion in delivery.profile.criteria if answers else ():
        entry = answers.get(criterion, {})
        evidence = entry.get("evidence")
        rows.append(
            {
                "criterion": criterion,
                "status": entry.get("status") or "open",
                "citations": len(evidence) if isinstance(evidence, list) else 0,
                "reason": entry.get("reason"),
            }
        )
    return rows


def _add_contents(output: WorkerOutput, delivery: Delivery) -> None:
    findings = list(_rows(delivery, "findings"))
    breakdown = dict.fromkeys(("critical", "high", "medium", "low"), 0)
    for finding in findings:
        breakdown[finding["severity"]] += 1
    titles = [f"{finding['id']}: {finding['title']}" for finding in findings]
    critical = [
        title
        for title, finding in zip(titles, findings, strict=True)
        if finding["severity"] == "critical"
    ]
    actions = [action["action"] for action in _rows(delivery, "priority_actions")]
    files = delivery.object("analysis_metadata")["files_analyzed"]
    output.summary = {
        "key_findings": titles[:_LISTED],
        "critical_issues": critical[:_LISTED],
        "recommendations": actions[:_LISTED],
    }
    output.metrics |= {
        "items_analyzed": len(files),
        "issues_found": len(findings),
        "severity_breakdown": breakdown,
    }
    output.dependencies["handoffs"] = list(_rows(delivery, "handoffs"))
    output.files_examined = list(files)
    output.next_actions = list(delivery.data.get("unresolved", []))


def _rows(delivery: Delivery, name: str) -> list[dict[str, Any]]:
    return [row for _, row in delivery.entries(name)]
