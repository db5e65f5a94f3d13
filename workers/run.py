"""All three phases by themselves: set up, let a model fill the files, judge, let it repair."""

from __future__ import annotations

import shlex
import sys
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sessions import events
from sessions.errors import LimitReached, ModelFailed, NoModel
from sessions.events import Event
from sessions.files import locked
from sessions.session import open_session, record
from workers import providers
from workers.contract import PRINTED_PLACES, PRINTED_PROBLEMS, blocked
from workers.finish import Request, finish
from workers.limits import Limits, Spent, spent
from workers.prepare import DEFAULT_MODEL, prepare
from workers.prompts import block
from workers.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_ai.capabilities import AbstractCapability
    from pydantic_ai.models import Model

    from sessions.errors import WaggleError
    from sessions.session import Session
    from workers.catalog import Worker
    from workers.contract import Problem, WorkerOutput
    from workers.fill import Job, Transcript
    from workers.prepare import Order

WITHOUT_MODEL = "survey"


@dataclass(frozen=True)
class Choice:
    """The model of a run, and why it was taken."""

    model: str
    reason: str


@dataclass(frozen=True)
class Run:
    """What a run is asked for beside its order; `model` stands in for the name in the order."""

    order: Order
    limits: Limits = field(default_factory=Limits)
    model: Model | None = None
    telemetry: Sequence[AbstractCapability[Any]] = ()


def choose(name: str | None) -> Choice:
    """Choose the model: the one that is named, else the default, else none at all.

    Raises NoModel when the one that is named cannot be used here.
    """
    if name is not None:
        if name != WITHOUT_MODEL:
            providers.check(name)
        return Choice(name, "as asked")
    found = providers.obstacle(DEFAULT_MODEL)
    if found is None:
        return Choice(DEFAULT_MODEL, "the default, usable here")
    return Choice(WITHOUT_MODEL, f"{DEFAULT_MODEL} is not usable: {found.reason}")


def run(asked: Run) -> WorkerOutput:
    """Do all three phases; `completed` only when phase 3 accepted, as in `finish`.

    Started again it goes on from the files and the recorded conversation. Raises what `prepare`
    and `finish` raise, NoModel before there is a session, and Busy for a second run at a time;
    what stops a model later is told in the document, with the session.
    """
    started = time.monotonic()
    choice = (
        Choice(asked.model.model_name, "as given") if asked.model else choose(asked.order.model)
    )
    if choice.model == WITHOUT_MODEL:
        _fill_without_model(choice)
    order = replace(asked.order, model=choice.model)
    prepared = prepare(order)
    session = open_session(order.root, prepared.session_id or "")
    if order.fresh:
        _forget(session, order.worker)
    with locked(session.path / f".{order.worker.name}-run.lock", seconds=0):
        try:
            output, took = _attempts(asked, choice, session, prepared, started)
        except (NoModel, ModelFailed, LimitReached) as error:
            output, took = _stopped(order, session, error), Spent()
    output.phase, output.model = "run", choice.model
    output.config["model_reason"] = choice.reason
    output.metrics |= {**took.metrics(), "seconds": round(time.monotonic() - started, 3)}
    return output


def _stopped(order: Order, session: Session, error: WaggleError) -> WorkerOutput:
    """Return the document of a run that a model stopped: the session is there to go on from."""
    output = blocked(order.worker.full_name, session.id, "run", error)
    words = [sys.executable, str(order.program), order.worker.name, "--run"]
    words += ["--session", session.id, "--root", str(session.root), "--model", order.model or ""]
    command = shlex.join(words)
    output.config |= {"session_path": str(session.path), "next_command": command}
    output.next_actions.append(f"Go on: {command}")
    return output


def _fill_without_model(choice: Choice) -> None:
    """Fill the files by rule. The seam for a worker that needs no model; there is none yet."""
    raise NoModel(
        f"no model fills the files: {choice.reason}, and filling without one is not built yet",
        "`models` lists what can be used here; name one with --model.",
    )


def _forget(session: Session, worker: Worker) -> None:
    """Keep the old conversation aside: it speaks of other files."""
    file = session.transcript_file(worker.name)
    if file.exists():
        stamp = events.utc_now().replace(":", "-").replace(".", "-")
        file.rename(file.with_name(f"{file.stem}.{stamp}{file.suffix}"))


def _attempts(
    asked: Run, choice: Choice, session: Session, prepared: WorkerOutput, started: float
) -> tuple[WorkerOutput, Spent]:
    """Let the model work and judge what it did, until accepted, or out of attempts."""
    from workers.fill import Job, Transcript

    worker, limits = asked.order.worker, asked.limits
    job = Job(session, worker, asked.model or choice.model, limits, asked.telemetry)
    request = Request(worker, session.root, asked.order.program, choice.model)
    transcript = Transcript(session.transcript_file(worker.name))
    first = len(transcript.messages)
    prompt = _first_prompt(session, worker, prepared) if not first else None
    judged: WorkerOutput | None = None
    if first and not transcript.is_open:  # its turn was over: what it wrote is judged first
        judged = finish(request, session.id)
    for _ in range(limits.attempts):
        if judged is not None:
            if judged.status == "completed":
                break
            prompt = _repair_prompt(judged.problems)
        before = judged.config["judged"] if judged else None
        _work(job, transcript, prompt, limits.timeout - (time.monotonic() - started))
        judged = finish(request, session.id)
        if judged.config["judged"] == before:
            break  # nothing was changed: asking once more would cost as much and give the same
    if judged is None:
        judged = finish(request, session.id)
    return judged, spent(transcript.responses(first), choice.model)


def _work(job: Job, transcript: Transcript, prompt: str | None, seconds: float) -> None:
    """Let the model have a turn; what it took is recorded, however the turn ends."""
    from workers.fill import fill

    name = job.worker.full_name
    with job.session.locked():
        record(job.session, Event("task_started", name, "model", job.model_name))
    done = False
    try:
        fill(job, transcript, prompt, max(seconds, 1.0))
        done = True
    finally:
        took = _unrecorded(job, transcript)
        event = Event("code_analyzed", name, "model", job.model_name, done, took.metrics())
        with job.session.locked():
            record(job.session, event)


def _unrecorded(job: Job, transcript: Transcript) -> Spent:
    """Return what the model took since the last event that says so; a kill leaves none."""
    counted = 0
    for event in events.read(job.session.events_file):
        if event.get("worker") != job.worker.full_name:
            continue
        details = event.get("details")
        metrics = details.get("metrics") if isinstance(details, dict) else None
        if event["event_type"] == "worker_spawned":
            counted = 0
        elif event["event_type"] == "code_analyzed" and isinstance(metrics, dict):
            requests = metrics.get("requests")
            counted += requests if isinstance(requests, int) else 0
    return spent(transcript.responses()[counted:], job.model_name)


def _first_prompt(session: Session, worker: Worker, prepared: WorkerOutput) -> str:
    return render(
        "prompts/task.j2",
        notes=str(session.notes_file(worker.name).relative_to(session.root)),
        json=str(session.json_file(worker.name).relative_to(session.root)),
        root=str(session.root),
        task=block("task", prepared.config["queen_prompt"]),
    )


def _repair_prompt(problems: Sequence[Problem]) -> str:
    """Tell the errors as a list from which they can be repaired; a warning is not worth a turn."""
    errors = [one for one in problems if one.severity == "error"]
    lines = [_problem_line(one) for one in errors[:PRINTED_PROBLEMS]]
    if len(errors) > len(lines):
        lines.append(f"and {len(errors) - len(lines)} more, told when these are repaired")
    return render("prompts/repair.j2", problems=block("problems", "\n".join(lines)))


def _problem_line(problem: Problem) -> str:
    first = problem.places[0]
    places = [
        str(p.pointer or p.line) for p in problem.places[:PRINTED_PLACES] if p.pointer or p.line
    ]
    where = f"{first.file.rsplit('/', 1)[-1]} {' '.join(places)}".strip()
    return f"- {problem.code} {where}: {problem.message}. {problem.hint}"
