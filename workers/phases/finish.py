"""Phase 3 as a command: judges the two files, records the verdict, makes the document."""

from __future__ import annotations

import os
import shlex
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, NotReadable, NotSetUp
from sessions.events import Event
from sessions.files import read_regular, write_atomic
from sessions.git import head
from sessions.session import check_own, open_session, record
from sessions.settings import DEFAULTS
from workers.contract import WorkerOutput, answer, to_json
from workers.deliverables.profile import OVERALL
from workers.delivery.delivery import DELIVERABLE_BYTES, Expected, read_delivery
from workers.hive.coordination import left_over
from workers.invocation import next_command, setup_command
from workers.phases.receipt import write_receipt
from workers.repository.repository import Repository
from workers.review import scores
from workers.review.review import review

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.state import WorkerState
    from workers.catalog import Worker
    from workers.delivery.delivery import Delivery
    from workers.review.review import Review

_LISTED = 10


@dataclass(frozen=True)
class Request:
    """What phase 3 is asked for; `program` is the script that `next_command` calls."""

    worker: Worker
    root: Path
    program: Path
    model: str | None = None
    print_all: bool = False
    explain_scores: bool = False


def finish(request: Request, session_id: str) -> WorkerOutput:
    """Judge the worker's files and record the verdict; status `completed` only when accepted.

    Raises NoSuchSession, NotSetUp, and OSError when a file cannot be read or the verdict not be
    recorded: an answer that is not on disk is never given.
    """
    started = time.perf_counter()
    worker = request.worker
    session = open_session(request.root, session_id)
    state = session.state()
    check_own(state)
    if not state.is_set_up(worker.full_name):
        raise NotSetUp(
            f"{worker.full_name} was never set up in session {session.id}",
            f"Run {setup_command(session, worker, request.program)} first.",
        )
    delivery = read_delivery(
        worker,
        Repository(request.root, state.workers[worker.full_name].root),
        session.notes_file(worker.name),
        session.json_file(worker.name),
        Expected(session.id, state.workers[worker.full_name].set_up_at),
    )
    judged = review(delivery)
    commit = head(session.root) if judged.accepted else (None, None)
    with session.locked():
        problems = [problem.document() for problem in judged.problems]
        status = "completed" if judged.accepted else "failed"
        write_atomic(session.problems_file(worker.name), to_json(answer(status, problems)).encode())
        facts = _facts(delivery, judged, time.perf_counter() - started)
        before = session.state()
        if judged.accepted:
            last = before.workers[worker.full_name].last_verdict
            facts["receipt"] = write_receipt(session, delivery, judged, commit, last)
        events = _events(worker, delivery, judged, facts)
        if judged.accepted:
            events += left_over(before, worker.full_name, delivery.data)
        after = record(session, *events)
    output = _document(request, delivery, judged, session.id)
    command = next_command(session, worker, request.program, request.model)
    if not judged.accepted:
        output.next_actions.append(f"Run again: {command}")
    output.config |= {
        "session_path": str(session.path),
        "problems_file": str(session.problems_file(worker.name)),
        "next_command": None if judged.accepted else command,
        "attempt": after.workers[worker.full_name].attempts,
    }
    output.model = request.model or _asked_model(after.workers[worker.full_name])
    if output.model is not None:
        output.config["model_reason"] = "recorded for --run; rules alone judged"
    output.metrics["seconds"] = round(time.perf_counter() - started, 3)
    return output


def _starts_json(file: Path) -> bool:
    """Return whether a file begins as a JSON object; False for one that cannot be read."""
    try:
        return read_regular(file, DELIVERABLE_BYTES, follow=True).lstrip()[:1] == b"{"
    except (OSError, ValueError, NotReadable):
        return False


def _asked_model(worker: WorkerState) -> str | None:
    """Return the model that somebody named, or that filled in the files; None for a mere default.

    A document that names the default reads as if that model had judged.
    """
    is_default = worker.model == DEFAULTS["model"]
    return None if is_default and not worker.usage else worker.model


def check(request: Request, notes: Path, json_file: Path) -> WorkerOutput:
    """Judge two files without a session; writes nothing.

    Raises OSError as `finish` does, BadInput where the two are swapped.
    """
    started = time.perf_counter()
    if _starts_json(notes) and not _starts_json(json_file):
        in_order = shlex.join(["--check", str(json_file), str(notes)])
        raise BadInput(
            "the two files are swapped: the first one is the JSON",
            f"Give the notes first: {in_order}",
        )
    delivery = read_delivery(request.worker, Repository(request.root), notes, json_file)
    # Absolute paths of a report that was made elsewhere, as in CI, mean the files below this root.
    delivery.repository.formerly = delivery.claimed_root
    output = _document(request, delivery, review(delivery), None)
    output.model = request.model
    output.metrics["seconds"] = round(time.perf_counter() - started, 3)
    return output


def _facts(delivery: Delivery, judged: Review, seconds: float) -> dict[str, Any]:
    """Return what the events say of a verdict, with the number of problems by family."""
    return {
        "judged": delivery.digests,
        "scores": judged.computed.document(),
        "families": dict(Counter(problem.code[0] for problem in judged.problems)),
        "metrics": {
            "errors": judged.count("error"),
            "warnings": judged.count("warning"),
            "files_examined": len(delivery.files_analyzed),
            "seconds": round(seconds, 3),
        },
    }


def _events(
    worker: Worker, delivery: Delivery, judged: Review, facts: dict[str, Any]
) -> list[Event]:
    verdict = "output_accepted" if judged.accepted else "output_rejected"
    target = os.path.basename(delivery.json_file)  # noqa: PTH119 - a name is all that is wanted
    name = worker.full_name
    events = [Event(verdict, name, "review", target, judged.accepted, extra=facts)]
    if judged.accepted:
        events.append(Event("task_completed", name, "complete", target, metrics=facts["metrics"]))
    return events


def _document(
    request: Request, delivery: Delivery, judged: Review, session_id: str | None
) -> WorkerOutput:
    output = WorkerOutput(
        worker=request.worker.full_name,
        session_id=session_id,
        phase="output",
        status="completed" if judged.accepted else "failed",
        config={
            "project_root": str(request.root),
            "notes_file": delivery.notes_file,
            "json_file": delivery.json_file,
            "judged": delivery.digests,
        },
        scores=_scores(request, judged),
        problems=list(judged.problems),
        evidence=judged.evidence,
        coverage={**judged.coverage.document(), "blocks": judged.blocks},
        completion_criteria=_criteria(delivery),
        print_all=request.print_all,
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


def _scores(request: Request, judged: Review) -> dict[str, Any]:
    own = judged.claimed.get(OVERALL.key)
    gap = None if own is None else round(own - judged.computed.overall / 10, 1)
    covered = judged.coverage.share
    told: dict[str, Any] = {
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
    if request.explain_scores:
        told["costs"] = scores.explanation(judged.problems)
    return told


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
