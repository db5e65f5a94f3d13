"""What a document repeats of a report: answers to criteria, findings, actions, open questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.codes.changes import OWNERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessions.snapshots import Change
    from workers.contract import Problem, WorkerOutput
    from workers.delivery.delivery import Delivery
    from workers.review.review import Review

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


def add_changes(output: WorkerOutput, delivery: Delivery, judged: Review) -> None:
    """Put what was changed into a document, and of an accepted report what it says of it.

    There are no scores: code that was changed is not rated.
    """
    output.scores = output.coverage = None
    work = delivery.work
    outcome = delivery.object("outcome")
    output.outcome = {"status": outcome.get("status"), "reason": outcome.get("reason")}
    output.changes = {"base": None, "tree": None, "files": [], "merged_in": [], "of_others": {}}
    if work is not None:
        output.changes = {
            "base": work.tree,
            "tree": work.now,
            "files": [_as_row(one) for one in work.own],
            "merged_in": sorted(work.merged),
            "of_others": {path: list(who) for path, who in sorted(work.session.others.items())},
        }
    output.needs_approval = [
        _approval(one, work.session.approvals if work else ())
        for one in judged.problems
        if one.code in OWNERS
    ]
    if not judged.accepted:
        return
    rows = list(_rows(delivery, "changes"))
    output.summary["key_findings"] = [f"{row['id']}: {row['summary']}" for row in rows][:_LISTED]
    output.dependencies["handoffs"] = list(_rows(delivery, "handoffs"))
    output.files_examined = list(delivery.object("analysis_metadata")["files_analyzed"])
    output.files_modified = [row["file"] for row in rows]
    output.metrics["items_analyzed"] = len(output.files_examined)
    output.next_actions = list(delivery.data.get("unresolved", []))


def _as_row(change: Change) -> dict[str, Any]:
    moved = {"from": change.former} if change.former else {}
    return {"file": change.path, "kind": change.kind, **moved}


def _approval(problem: Problem, approvals: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what the owner has to look at, and who approved it."""
    same = [
        one
        for one in approvals
        if one.get("code") == problem.code and one.get("message") in {None, problem.message}
    ]
    by = same[-1]["by"] if same else None
    return {"code": problem.code, "message": problem.message, "approved_by": by}


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
