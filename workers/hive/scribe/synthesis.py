"""One document of many reports: what they found, where they contradict each other, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.contract import counted
from workers.hive.scribe import actions, examined, findings
from workers.hive.scribe.account import text_of
from workers.hive.scribe.comparing import compare
from workers.hive.scribe.contradiction import in_order, same_order
from workers.hive.scribe.quotations import refuted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.hive.scribe.account import Account, Entry
    from workers.hive.scribe.contradiction import Contradiction


class LeftOut(NamedTuple):
    """A worker whose report is not merged: its state, and why."""

    worker: str
    state: str
    reason: str


class Synthesis(NamedTuple):
    """What was made of the accepted reports; `circle` are actions that wait for each other."""

    accounts: list[Account]
    left_out: list[LeftOut]
    contradictions: list[Contradiction]
    groups: list[list[Entry]]
    actions: list[actions.Action]
    circle: list[actions.Action]


def synthesis(accounts: Sequence[Account], left_out: Sequence[LeftOut] = ()) -> Synthesis:
    """Make one synthesis of accepted reports; the same ones give the same, in whatever order."""
    ordered = same_order(accounts)
    ranked = actions.in_order(actions.actions(ordered))
    return Synthesis(
        ordered,
        sorted(left_out),
        contradictions(ordered),
        findings.groups(findings.rated(ordered)),
        ranked.actions,
        ranked.circle,
    )


def contradictions(accounts: Sequence[Account]) -> list[Contradiction]:
    """Return every contradiction between reports, worst first."""
    ordered = same_order(accounts)
    return in_order(
        [
            *compare(ordered),
            *findings.differing(findings.rated(ordered)),
            *refuted(ordered),
            *examined.looked_at(ordered),
        ]
    )


def document(made: Synthesis) -> dict[str, Any]:
    """Return the synthesis as JSON values, without what was done about its contradictions."""
    return {
        "workers": [
            {
                "worker": account.worker,
                **account.facts,
                "findings": len(list(account.rows("findings"))),
            }
            for account in made.accounts
        ],
        "not_merged": [row._asdict() for row in made.left_out],
        "findings": [_group(group) for group in made.groups],
        "coverage": examined.coverage(made.accounts),
        "open_questions": list(_questions(made.accounts)),
        "handoffs": list(_handoffs(made.accounts)),
        "actions": list(_actions(made)),
    }


def _group(group: Sequence[Entry]) -> dict[str, Any]:
    """Return findings on the same lines as one row, with who says what."""
    worst = group[0]
    places = dict.fromkeys(place.text for entry in group for place in entry.cited)
    return {
        "severity": findings.severity(worst) or None,
        "title": text_of(worst.row, "title", "name", "description"),
        "places": list(places),
        "workers": list(dict.fromkeys(entry.worker for entry in group)),
        "said_by": [
            {
                "worker": entry.worker,
                "id": text_of(entry.row, "id") or None,
                "severity": findings.severity(entry) or None,
                "title": text_of(entry.row, "title", "name", "description"),
                "recommendation": text_of(entry.row, "recommendation", "remediation") or None,
                "pointer": entry.pointer,
                "at": entry.at or None,
            }
            for entry in group
        ],
    }


def _questions(accounts: Sequence[Account]) -> Iterator[dict[str, Any]]:
    """Yield each open question once, with who asks it."""
    by_text: dict[str, list[dict[str, str]]] = {}
    for account in accounts:
        for pointer, text in account.texts("unresolved"):
            by_text.setdefault(text, []).append({"worker": account.worker, "pointer": pointer})
    for text, said_by in by_text.items():
        yield {"question": text, "said_by": said_by}


def _handoffs(accounts: Sequence[Account]) -> Iterator[dict[str, Any]]:
    """Yield what is handed on, once where two say it in the same words."""
    by_text: dict[tuple[str, str], dict[str, Any]] = {}
    for account in accounts:
        for pointer, row in account.rows("handoffs"):
            to, text = text_of(row, "to"), text_of(row, "summary")
            handed = by_text.setdefault(
                (to, text), {"to": to, "summary": text, "artifacts": [], "said_by": []}
            )
            handed["said_by"].append({"worker": account.worker, "pointer": pointer})
            listed = row.get("artifacts")
            names = listed if isinstance(listed, list) else []
            handed["artifacts"] += [name for name in names if name not in handed["artifacts"]]
    yield from by_text.values()


def _actions(made: Synthesis) -> Iterator[dict[str, Any]]:
    """Yield the actions in their order, numbered, with the numbers of those they wait for."""
    listed = actions.actions(made.accounts)
    numbers = {action.said_by: number for number, action in enumerate(made.actions, 1)}
    for number, action in enumerate(made.actions, 1):
        first = action.rows[0]
        yield {
            "number": number,
            "action": text_of(first, "action", "title"),
            "priority": action.priority,
            "effort": text_of(first, "effort_estimate") or None,
            "finding_ids": sorted(action.findings),
            "after": sorted(numbers[listed[other].said_by] for other in action.after),
            "said_by": [{"worker": who, "pointer": pointer} for who, pointer in action.said_by],
        }


def summary(made: Synthesis) -> str:
    """Return a summary by rule: what was merged, what is worst, what contradicts, what is left."""
    workers = len(made.accounts)
    if not workers:
        return "No report of this session is accepted, so there is nothing to merge."
    by_severity = [findings.severity(group[0]) for group in made.groups]
    counts = [f"{by_severity.count(name)} {name}" for name in findings.ORDER if name in by_severity]
    rated = f" ({', '.join(counts)})" if counts else ""
    shared = sum(len({entry.worker for entry in group}) > 1 for group in made.groups)
    merged = f"{counted(workers, 'accepted report')}, {counted(len(made.groups), 'finding')}{rated}"
    parts = [f"{merged}, {shared} of them by more than one worker."]
    errors = sum(one.is_error for one in made.contradictions)
    doubts = len(made.contradictions) - errors
    if errors or doubts:
        more = f"; in {doubts} more they may" if doubts else ""
        parts.append(f"They contradict each other in {counted(errors, 'point')}{more}.")
    elif workers > 1:
        parts.append("No contradiction was found between them.")
    if made.left_out:
        names = ", ".join(row.worker for row in made.left_out)
        parts.append(f"Not merged, because not accepted: {names}.")
    return " ".join(parts)
