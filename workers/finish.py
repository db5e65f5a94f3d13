"""Phase 3 in a session: judges what stands there, records the verdict, makes the document."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from sessions.errors import NotSetUp
from sessions.events import Event
from sessions.session import open_session, record
from workers.contract import WorkerOutput
from workers.delivery import Expected, read_delivery
from workers.prepare import next_command
from workers.repository import Repository
from workers.review import review

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session
    from workers.catalog import Worker
    from workers.delivery import Delivery
    from workers.review import Review

_LISTED = 10


def finish(
    worker: Worker, root: Path, program: Path, session_id: str, model: str | None
) -> WorkerOutput:
    """Judge the worker's files and record the verdict; status `completed` only when accepted.

    Raises NoSuchSession, NotSetUp, and OSError when a file cannot be read or the verdict not be
    recorded: an answer that is not on disk is never given.
    """
    started = time.perf_counter()
    session = open_session(root, session_id)
    state = session.state()
    if not state.is_set_up(worker.full_name):
        raise NotSetUp(
            f"{worker.full_name} was never set up in session {session.id}",
            f"Run {worker.name} --setup --session {session.id} first.",
        )
    delivery = read_delivery(
        worker,
        Repository(root),
        session.notes_file(worker.name),
        session.json_file(worker.name),
        Expected(session.id, state.workers[worker.full_name].set_up_at),
    )
    judged = review(delivery)
    with session.locked():
        after = record(session, *_events(worker, delivery, judged))
    output = _document(worker, session, program, delivery, judged)
    output.model = model or after.workers[worker.full_name].model
    output.config["attempt"] = after.workers[worker.full_name].attempts
    output.metrics["seconds"] = round(time.perf_counter() - started, 3)
    return output


def _events(worker: Worker, delivery: Delivery, judged: Review) -> list[Event]:
    verdict = "output_accepted" if judged.accepted else "output_rejected"
    counts = {"errors": judged.count("error"), "warnings": judged.count("warning")}
    facts = {"judged": delivery.digests, "scores": judged.computed.document()}
    target = os.path.basename(delivery.json_file)  # noqa: PTH119 - a name is all that is wanted
    name = worker.full_name
    events = [Event(verdict, name, "review", target, judged.accepted, counts, facts)]
    if judged.accepted:
        events.append(Event("task_completed", name, "complete", target, metrics=counts))
    return events


def _document(
    worker: Worker, session: Session, program: Path, delivery: Delivery, judged: Review
) -> WorkerOutput:
    command = next_command(session, worker, program)
    output = WorkerOutput(
        worker=worker.full_name,
        session_id=session.id,
        phase="output",
        status="completed" if judged.accepted else "failed",
        config={
            "session_path": str(session.path),
            "project_root": str(session.root),
            "notes_file": delivery.notes_file,
            "json_file": delivery.json_file,
            "judged": delivery.digests,
            "next_command": None if judged.accepted else command,
        },
        scores={
            "claimed": judged.claimed,
            "computed": judged.computed.document(),
            "inputs": {
                "errors": judged.count("error"),
                "warnings": judged.count("warning"),
                "citations": sum(judged.evidence.values()),
            },
        },
        problems=list(judged.problems),
        evidence=judged.evidence,
        coverage={"not_examined": _rows(delivery, "not_examined") if judged.accepted else []},
    )
    if judged.accepted:
        _add_contents(output, delivery)
    else:
        # What was not accepted is not repeated: only the verdict is known to be true.
        output.next_actions = [
            "Repair the problems in place, worst first (explain CODE tells more).",
            f"Run again: {command}",
        ]
    return output


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
