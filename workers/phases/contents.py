"""What a document repeats of a report: answers to criteria, findings, actions, open questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workers.contract import WorkerOutput
    from workers.delivery.delivery import Delivery

_LISTED = 10


def criteria(delivery: Delivery) -> list[dict[str, Any]]:
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


def add_contents(output: WorkerOutput, delivery: Delivery) -> None:
    """Put what an accepted report says into its document."""
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
