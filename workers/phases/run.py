"""All three phases by themselves: set up, let a model fill the files, judge, let it repair."""

from __future__ import annotations

import shlex
import sys
import time
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions import events
from sessions.attempts import correlation_of
from sessions.errors import LimitReached, ModelFailed, NoModel
from sessions.events import Event
from sessions.files import move_aside
from sessions.lock import locked
from sessions.progress import doing
from sessions.session import open_session, record
from sessions.settings import DEFAULTS, settings
from workers.agents import providers
from workers.agents.fill import Job, Proofs, Transcript, fill
from workers.agents.limits import Limits, Spent, spent
from workers.agents.prompts import block
from workers.contract import PRINTED_PLACES, PRINTED_PROBLEMS, blocked
from workers.deliverables import profile_of
from workers.deliverables.kinds import CHANGE
from workers.invocation import prove_command
from workers.phases.beginning import changes_none
from workers.phases.carrying import in_prompt, take_over
from workers.phases.finish import Request, finish
from workers.phases.prepare import prepare
from workers.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from pydantic_ai.capabilities import AbstractCapability
    from pydantic_ai.models import Model

    from sessions.errors import WaggleError
    from sessions.session import Session
    from workers.catalog import Worker
    from workers.contract import Problem, WorkerOutput
    from workers.phases.prepare import Order

WITHOUT_MODEL = providers.SURVEY
NO_MODEL_READ = "No model read the task: this is a report by rule (--model survey)."
DEFAULT_MODEL = str(DEFAULTS["model"])
# The module that writes a report by rule, by the name that a profile says.
REPORTS_BY_RULE = {"backend": "workers.rules.report"}


class Choice(NamedTuple):
    """The model of a run, and why it was taken."""

    model: str
    reason: str


class Task(NamedTuple):
    """What a model is asked: the Queen's prompt, and what others hand to it, a line each."""

    prompt: str
    handed: str = ""


@dataclass(frozen=True)
class Run:
    """What a run is asked for beside its order; `model` stands in for the name in the order."""

    order: Order
    limits: Limits = field(default_factory=Limits)
    model: Model | None = None
    telemetry: Sequence[AbstractCapability[Any]] = ()


def choose(name: str | None, root: Path) -> Choice:
    """Choose the model: the one that is named or set, else the default.

    Raises NoModel when it cannot be used here: nothing was written yet.
    """
    setting = settings(root)["model"]
    if name is not None or setting.source != "default":
        chosen = name or str(setting.value)
        reason = "as asked" if name else f"set by {setting.source}"
        if chosen in providers.BY_RULE:
            return Choice(WITHOUT_MODEL, reason)
        providers.check(chosen)
        return Choice(chosen, reason)
    if providers.obstacle(DEFAULT_MODEL) is not None:
        raise providers.none_usable(DEFAULT_MODEL)
    return Choice(DEFAULT_MODEL, "the default, usable here")


def run(asked: Run) -> WorkerOutput:
    """Do all three phases; `completed` only when phase 3 accepted, as in `finish`.

    Started again it goes on from the files and the recorded conversation. Raises what `prepare`
    and `finish` raise, NoModel before there is a session, and Busy for a second run at a time;
    what stops a model later is in the document, with the session.
    """
    started = time.monotonic()
    model = asked.model
    choice = (
        Choice(model.model_name, "as given")
        if model
        else choose(asked.order.model, asked.order.root)
    )
    order = asked.order._replace(model=choice.model)
    if choice.model == WITHOUT_MODEL:
        return _by_rule(order, choice, started)
    prepared = prepare(order)
    session = open_session(order.root, prepared.session_id or "")
    if not session.path.is_relative_to(session.root):
        raise NoModel(
            f"a model writes nothing outside the root, and the session is below {session.home}",
            "Run it in the main work tree, or let a coding agent fill the files here.",
        )
    proofs = _proofs(order, session, prepared) if prepared.config["kind"] == CHANGE else None
    job = Job(session, order.worker, model or choice.model, asked.limits, asked.telemetry, proofs)
    with _alone(session, order.worker):
        transcript = Transcript(session.transcript_file(order.worker.name), session.check_job)
        known = len(transcript.answers)
        request = Request(order.worker, order.root, order.program, choice.model)
        if not transcript.messages:  # what comes later is in no prompt
            take_over(session, order.worker.full_name)
        requires = prepared.dependencies["requires"]
        handed = in_prompt(session, order.worker.full_name, requires)
        task = Task(prepared.config["queen_prompt"], handed)
        _record_taken(job, transcript)
        try:
            output = _attempts(job, transcript, request, task, started)
        except (NoModel, ModelFailed, LimitReached) as error:
            output = _stopped(order, session, error)
    took = spent(transcript.answers[known:], choice.model)
    output.phase, output.model = "run", choice.model
    output.config["model_reason"] = choice.reason
    output.metrics |= {**took.metrics(), "seconds": round(time.monotonic() - started, 3)}
    return output


def _alone(session: Session, worker: Worker) -> AbstractContextManager[None]:
    """Hold a worker's second phase against another one; raises Busy, at once."""
    what = f"the run of {worker.full_name}"
    return locked(session.path / f".{worker.name}-run.lock", seconds=0, what=what)


def _proofs(order: Order, session: Session, prepared: WorkerOutput) -> Proofs:
    names = tuple(row["name"] for row in prepared.config["proofs"])
    command = prove_command(session, order.worker, order.program)
    return Proofs(tuple(shlex.split(command)), session.proof_folder(), names)


def _stopped(order: Order, session: Session, error: WaggleError) -> WorkerOutput:
    """Return the document of a run that a model stopped: the session is there to go on from."""
    output = blocked(order.worker.full_name, session.id, "run", error)
    output.correlation_id = correlation_of(session.state(), order.worker.full_name)
    words = [sys.executable, str(order.program), order.worker.name, "--run"]
    words += ["--session", session.id, "--root", str(session.root), "--model", order.model or ""]
    command = shlex.join(words)
    output.config |= {"session_path": str(session.path), "next_command": command}
    output.next_actions.append(f"Go on: {command}")
    return output


def _report_by_rule(worker: Worker, root: Path) -> Callable[[Session, Worker], None]:
    """Return what fills a worker's files by rule; raises NoModel where there is nothing to fill in.

    That is so for a worker without rules, and where no reader knows the code.
    """
    rules = profile_of(worker).rules
    if rules is None:
        raise NoModel(
            f"the {worker.name} worker has no report by rule",
            "Take another --model (see models), or let a coding agent fill the files: --setup.",
        )
    module = import_module(REPORTS_BY_RULE[rules])
    nothing = module.nothing_to_report(root)
    if nothing:
        raise NoModel(
            f"without a model there is nothing to report: {nothing}",
            "Take a --model (see models), or let a coding agent fill the files: --setup.",
        )
    write_report: Callable[[Session, Worker], None] = module.write_report
    return write_report


def _by_rule(order: Order, choice: Choice, started: float) -> WorkerOutput:
    """Do all three phases without a model; files that hold work are kept aside.

    Raises NoModel, before there is a session, where there is nothing to report by rule, and
    BadInput for a task that is to change something.
    """
    if order.kind == CHANGE:
        raise changes_none()
    write_report = _report_by_rule(order.worker, order.root)
    prepared = prepare(order)
    session = open_session(order.root, prepared.session_id or "")
    with _alone(session, order.worker):
        if not session.state().workers[order.worker.full_name].completed_at:
            with session.locked():
                for file in prepared.config["template_files_kept"]:
                    move_aside(Path(file))
            with doing("writing the report"):
                write_report(session, order.worker)
        request = Request(order.worker, order.root, order.program, choice.model)
        with doing("judging the report"):
            output = finish(request, session.id)
    output.phase, output.model = "run", choice.model
    output.config["model_reason"] = choice.reason
    output.notices.insert(0, NO_MODEL_READ)
    output.next_actions.insert(0, f"{NO_MODEL_READ} It answers no question of the task.")
    output.metrics["seconds"] = round(time.monotonic() - started, 3)
    return output


def _attempts(
    job: Job, transcript: Transcript, request: Request, task: Task, started: float
) -> WorkerOutput:
    """Let the model work and judge what it did, until accepted, or out of attempts."""
    judged: WorkerOutput | None = None
    state = job.session.state().workers[job.worker.full_name]
    if (transcript.messages and not transcript.is_open) or state.completed_at:
        judged = finish(request, job.session.id)  # what is there is judged before anything is paid
    for _ in range(job.limits.attempts):
        if judged is not None and judged.status != "failed":
            break  # accepted; or without a verdict, of which a model can repair nothing
        before = _work_judged(judged) if judged else None
        prompt = _next_prompt(job, transcript, task, judged)
        _work(job, transcript, prompt, job.limits.timeout - (time.monotonic() - started))
        judged = finish(request, job.session.id)
        if _work_judged(judged) == before:
            break  # nothing was changed: asking once more would cost as much and give the same
    return judged or finish(request, job.session.id)


def _work_judged(judged: WorkerOutput) -> tuple[object, object]:
    """Return what tells one state of the work from another: the two files, the changed tree."""
    return judged.config["judged"], (judged.changes or {}).get("tree")


def _next_prompt(
    job: Job, transcript: Transcript, task: Task, judged: WorkerOutput | None
) -> str | None:
    """Return what the model reads next: its task first, then its problems; None to go on."""
    if transcript.is_open:
        return None
    parts = [] if transcript.messages else [_first_prompt(job, task)]
    if judged is not None:
        parts.append(_repair_prompt(judged.problems))
    return "\n".join(parts)


def _work(job: Job, transcript: Transcript, prompt: str | None, seconds: float) -> None:
    """Let the model have a turn; what it took is recorded, however the turn ends."""
    name = job.worker.full_name
    with job.session.locked():
        record(job.session, Event("task_started", name, "model", job.model_name))
    done = False
    try:
        fill(job, transcript, prompt, max(seconds, 1.0))
        done = True
    finally:
        with job.session.locked():
            record(job.session, _taken(job, _unrecorded(job, transcript), done=done))


def _record_taken(job: Job, transcript: Transcript) -> None:
    """Record what a try took that was cut off before it could say so, if anything."""
    if not transcript.answers:
        return
    with job.session.locked():
        took = _unrecorded(job, transcript)
        if took.requests:
            record(job.session, _taken(job, took, done=not transcript.is_open))


def _taken(job: Job, took: Spent, *, done: bool) -> Event:
    name = job.worker.full_name
    return Event("code_analyzed", name, "model", job.model_name, done, took.metrics())


def _unrecorded(job: Job, transcript: Transcript) -> Spent:
    """Return what the model took since the last event that says so; a kill leaves none.

    The caller holds the session's lock.
    """
    counted = 0
    for line in events.read(job.session.events_file):
        event = line.record or {}
        if event.get("worker") != job.worker.full_name:
            continue
        details = event.get("details")
        metrics = details.get("metrics") if isinstance(details, dict) else None
        if event["event_type"] == "worker_spawned":
            counted = 0
        elif event["event_type"] == "code_analyzed" and isinstance(metrics, dict):
            requests = metrics.get("requests")
            counted += requests if isinstance(requests, int) else 0
    return spent(transcript.answers[counted:], job.model_name)


def _first_prompt(job: Job, task: Task) -> str:
    session, name = job.session, job.worker.name
    return render(
        "prompts/task.j2",
        notes=str(session.notes_file(name).relative_to(session.root)),
        json=str(session.json_file(name).relative_to(session.root)),
        root=str(session.root),
        handed=block("handed", task.handed) if task.handed else "",
        task=block("task", task.prompt),
    )


def _repair_prompt(problems: Sequence[Problem]) -> str:
    """Tell the errors as a list from which they can be repaired; a warning is not worth a turn."""
    errors = [one for one in problems if one.severity == "error"]
    lines = [_problem_line(one) for one in errors[:PRINTED_PROBLEMS]]
    if len(errors) > len(lines):
        lines.append(f"and {len(errors) - len(lines)} more, shown once these are repaired")
    return render("prompts/repair.j2", problems=block("problems", "\n".join(lines)))


def _problem_line(problem: Problem) -> str:
    first = problem.places[0]
    places = [
        str(p.pointer or p.line) for p in problem.places[:PRINTED_PLACES] if p.pointer or p.line
    ]
    where = f"{first.file.rsplit('/', 1)[-1]} {' '.join(places)}".strip()
    return f"- {problem.code} {where}: {problem.message}. {problem.hint}"
