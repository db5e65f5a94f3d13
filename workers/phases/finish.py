"""Phase 3 as a command: judges the two files, records the verdict, makes the document."""

from __future__ import annotations

import os
import shlex
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.attempts import correlation_of
from sessions.bounds import DELIVERABLE_BYTES
from sessions.errors import BadInput, JudgeDied, NotReadable, NotSetUp
from sessions.events import Event, correlation
from sessions.fence import own_token
from sessions.files import read_regular, write_atomic
from sessions.git import head
from sessions.session import check_own, open_session, record
from sessions.settings import DEFAULTS
from workers.contract import (
    SCHEMA_VERSION,
    WorkerOutput,
    answer,
    blocked,
    to_json,
)
from workers.deliverables.kinds import ANALYSIS, CHANGE
from workers.hive.coordination import accepted_by, left_over
from workers.invocation import next_command, prove_command, setup_command
from workers.phases.beginning import check_definition
from workers.phases.proving import with_missing
from workers.phases.receipt import write_receipt
from workers.phases.task import task_of
from workers.phases.works import compared_with, work_of
from workers.repository.apart import Allowance, Died, apart

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import SessionState, WorkerState
    from workers.catalog import Worker
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.phases.verdict import Witness

JUDGE_SECONDS = 600
JUDGE_BYTES = 4 << 30


class Request(NamedTuple):
    """What phase 3 is asked for; `program` is the script that `next_command` calls.

    `seconds` is how long its caller can wait for the judge, by the clock. A `witness` is asked
    what it saw otherwise than the report says.
    """

    worker: Worker
    root: Path
    program: Path
    model: str | None = None
    explain_scores: bool = False
    seconds: int | None = None
    witness: Witness | None = None
    proofs: bool = True


class Against(NamedTuple):
    """What two files without a session are: their kind, and the revision they are compared with."""

    kind: str = ANALYSIS
    base: str | None = None


def finish(request: Request, session_id: str) -> WorkerOutput:
    """Judge the worker's files and record the verdict; status `completed` only when accepted.

    It is `blocked` when the judge died or a check failed inside: then there is no verdict. Raises
    NoSuchSession, NotSetUp, and OSError when a file cannot be read or the verdict not be recorded:
    an answer that is not on disk is never given.
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

    check_definition(worker, state.workers[worker.full_name])

    read = _reader(request, session, state)
    judged = _judged(request, read, session.id)
    if isinstance(judged, JudgeDied):
        return _without_verdict(request, session, judged, started)
    after = _recorded(session, worker, judged, started)
    output = judged.output
    command = next_command(session, worker, request.program, request.model)
    if judged.status != "completed":
        output.next_actions.append(f"Run again: {command}")
    output.config |= {
        "session_path": str(session.path),
        "problems_file": str(session.problems_file(worker.name)),
        "claims_file": str(session.claims_file(worker.name)),
        "next_command": None if judged.status == "completed" else command,
        "attempt": after.workers[worker.full_name].attempts,
    }
    output.model = request.model or _asked_model(after.workers[worker.full_name])
    if output.model is not None:
        output.config["model_reason"] = "recorded for --run; rules alone judged"
    output.metrics["seconds"] = round(time.perf_counter() - started, 3)
    return output


def look_again(request: Request, session_id: str) -> list[Problem]:
    """Return what the witness of a request says of two files, judged or not; records nothing.

    Nothing is said where it could not look. Raises as `finish` does.
    """
    session = open_session(request.root, session_id)
    read, witness = _reader(request, session, session.state()), request.witness
    try:
        return apart(lambda: witness(read()) if witness else [], _allowance(request), leads=True)
    except Died:
        return []


def _reader(request: Request, session: Session, state: SessionState) -> Callable[[], Delivery]:
    """Return what reads the delivery; proofs that are missing are run before."""
    worker = request.worker
    known = state.workers[worker.full_name]
    work = work_of(session, worker)
    if work is not None and known.kind == CHANGE and request.proofs:
        work = with_missing(session, worker, work)

    taken = accepted_by(state, worker.full_name)

    def read() -> Delivery:
        from workers.delivery.delivery import Expected, TakenOver, read_delivery
        from workers.repository.repository import Repository

        return read_delivery(
            worker,
            Repository(request.root, known.root),
            session.notes_file(worker.name),
            session.json_file(worker.name),
            Expected(
                session.id,
                known.set_up_at,
                task_of(session, worker.name),
                known.kind,
                work,
                prove_command(session, worker, request.program),
                tuple(TakenOver(one.id, one.worker, one.text) for one in taken),
            ),
        )

    return read


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


def _recorded(session: Session, worker: Worker, judged: Judged, started: float) -> SessionState:
    """Write the problems, the receipt and the events of a verdict; returns what they make."""
    accepted = judged.status == "completed"
    commit = head(session.root)
    with session.locked():
        before = session.state()
        judged.output.correlation_id = _correlation(before, worker, judged)
        problems = [problem.document() for problem in judged.output.problems]
        document = answer(judged.status, problems, correlation_id=judged.output.correlation_id)
        written = {session.problems_file(worker.name): to_json(document).encode()}
        claims = {"schema_version": SCHEMA_VERSION, **(judged.output.claims or {})}
        claims |= {"claims": judged.claims, "judged": judged.digests, "cited": judged.cited}
        claims |= {"commit": commit[0], "dirty": commit[1]}
        claims |= {"scores": judged.output.scores, "coverage": judged.output.coverage}
        written[session.claims_file(worker.name)] = to_json(claims).encode()
        for file, data in written.items():
            write_atomic(file, data)
        facts = {"judged": judged.digests, **judged.facts, **own_token(worker.full_name)}
        facts["written"] = {file.name: sha256(data).hexdigest() for file, data in written.items()}
        facts["metrics"]["seconds"] = round(time.perf_counter() - started, 3)
        if accepted:
            last = before.workers[worker.full_name].last_verdict
            facts["receipt"] = write_receipt(session, worker, judged.receipt, commit, last)
        events = _events(worker, judged, facts)
        if accepted:
            events += left_over(before, worker.full_name, judged.handed_on)
        return record(session, *events)


def _correlation(before: SessionState, worker: Worker, judged: Judged) -> str:
    """Return the id of the attempt that is judged; without a verdict it goes on."""
    if judged.status == "blocked":
        return correlation_of(before, worker.full_name)
    attempt = before.workers[worker.full_name].attempts + 1
    return correlation(before.session_id, worker.full_name, attempt)


def check(
    request: Request, notes: Path, json_file: Path, against: Against | None = None
) -> WorkerOutput:
    """Return the document of two files that are judged without a session, as `judge_files` does."""
    return judge_files(request, notes, json_file, against).output


def judge_files(
    request: Request, notes: Path, json_file: Path, against: Against | None = None
) -> Judged:
    """Judge two files without a session; writes nothing.

    Raises OSError and JudgeDied as `finish` does, BadInput where the two are swapped or no revision
    is there.
    """
    started = time.perf_counter()
    if _starts_json(notes) and not _starts_json(json_file):
        in_order = shlex.join(["--check", str(json_file), str(notes)])
        raise BadInput(
            "the two files are swapped: the first one is the JSON",
            f"Give the notes first: {in_order}",
        )

    with compared_with(request.root, against.base if against else None) as work:

        def read() -> Delivery:
            from workers.delivery.delivery import Expected, read_delivery
            from workers.repository.repository import Repository

            expected = Expected(kind=against.kind if against else ANALYSIS, work=work)
            repository = Repository(request.root)
            delivery = read_delivery(request.worker, repository, notes, json_file, expected)
            # Absolute paths of a report made elsewhere, as in CI, mean those below this root.
            delivery.repository.formerly = delivery.claimed_root
            return delivery

        judged = _judged(request, read, None)
    if isinstance(judged, JudgeDied):
        raise judged
    judged.output.model = request.model
    judged.output.metrics["seconds"] = round(time.perf_counter() - started, 3)
    return judged


class Judged(NamedTuple):
    """All that a verdict's record and document need of a delivery, as the child hands it over."""

    output: WorkerOutput
    digests: dict[str, str]
    facts: dict[str, Any]
    receipt: dict[str, Any]
    cited: dict[str, str]
    handed_on: dict[str, Any]
    claims: list[dict[str, Any]]

    @property
    def status(self) -> str:
        """`completed`, `failed`, or `blocked` where a check failed inside."""
        return self.output.status


def _judged(
    request: Request, read: Callable[[], Delivery], session_id: str | None
) -> Judged | JudgeDied:
    """Read and judge a delivery in a child process: what kills a parser leaves us alive."""

    def judge() -> dict[str, Any]:
        # Imported in the child: what it does not share with us it need not copy.
        from workers.phases.verdict import verdict_on

        return verdict_on(
            read(),
            session_id=session_id,
            explain_scores=request.explain_scores,
            witness=request.witness,
        )

    try:
        return Judged(**apart(judge, _allowance(request), leads=True))
    except Died as died:
        hint = "Run it again; if it ends so again, shorten the report (explain limits, R20)."
        return JudgeDied(f"the judge {died.detail}: there is no verdict", hint)


def _allowance(request: Request) -> Allowance:
    """Return what the judge may take; the limits of what is read let no report come near it."""
    text = os.environ.get("WAGGLE_JUDGE_SECONDS", "")
    is_number = text.isascii() and text.isdigit() and 0 < len(text) < 7
    seconds = max(1, int(text)) if is_number else JUDGE_SECONDS
    # By the clock a busy machine takes longer, but nobody waits for ever.
    most = 4.0 * seconds
    if request.seconds is not None:
        seconds, most = min(seconds, request.seconds), min(most, request.seconds)
    return Allowance(seconds, most, JUDGE_BYTES)


def _without_verdict(
    request: Request, session: Session, died: JudgeDied, started: float
) -> WorkerOutput:
    """Record that the judge died, and return the document that says so."""
    worker = request.worker
    text = {"text": died.message}
    event = Event("session_validated", worker.full_name, "review", success=False, extra=text)
    with session.locked():
        state = record(session, event)
    output = blocked(worker.full_name, session.id, "output", died)
    output.correlation_id = correlation_of(state, worker.full_name)
    command = next_command(session, worker, request.program, request.model)
    output.next_actions.append(f"Run again: {command}")
    output.config |= {
        "project_root": str(request.root),
        "notes_file": str(session.notes_file(worker.name)),
        "json_file": str(session.json_file(worker.name)),
        "judged": {},
        "session_path": str(session.path),
        "next_command": command,
        "attempt": state.workers[worker.full_name].attempts,
    }
    output.model = request.model or state.workers[worker.full_name].model
    output.metrics["seconds"] = round(time.perf_counter() - started, 3)
    return output


def _events(worker: Worker, judged: Judged, facts: dict[str, Any]) -> list[Event]:
    target = f"{worker.name}_output.json"
    name = worker.full_name
    if judged.status == "blocked":
        why = next(one.message for one in judged.output.problems if one.code == "R11")
        text = {"text": f"no verdict: {why}"}
        return [Event("session_validated", name, "review", target, success=False, extra=text)]
    accepted = judged.status == "completed"
    verdict = "output_accepted" if accepted else "output_rejected"
    events = [Event(verdict, name, "review", target, accepted, extra=facts)]
    if accepted:
        events.append(Event("task_completed", name, "complete", target, metrics=facts["metrics"]))
    return events
