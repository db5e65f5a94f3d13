"""The Queen: turns one task into a plan, and a prompt for each worker of it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sessions.errors import BadPlan, Damaged, NotReadable, OtherTask, escaped, shown
from sessions.events import Event, read, utc_now
from sessions.files import read_regular, sync_folder, write_atomic
from sessions.folders import folder_mode
from sessions.location import new_session_id
from sessions.session import make_new_session, make_session, open_session, record, session_at
from sessions.settings import settings
from workers.agents import providers
from workers.agents.limits import Limits, Spent, spent
from workers.agents.prompts import block
from workers.agents.providers.failures import failures_of
from workers.catalog import workers_of
from workers.contract import escape_json
from workers.hive.routing import depends_on, files_of, routes
from workers.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_ai.capabilities import AbstractCapability
    from pydantic_ai.models import Model

    from sessions.session import Session
    from workers.catalog import Worker
    from workers.hive.plan import Assignment, Plan, StoredPlan

_PLAN = "plan"
PLAN_BYTES = 4 * 1024 * 1024
# How often a plan that breaks a rule goes back to the model.
_REPAIRS = 3
_CRITERIA = ["phase 3 accepts the report", "every part of the task is answered"]
_TOLD_FOLDERS = 30


@dataclass(frozen=True)
class Wish:
    """What the Queen is asked for; `model` is a name, `none`, or a model itself."""

    root: Path
    task: bytes
    session_id: str | None = None
    model: str | Model | None = None
    limits: Limits = field(default_factory=Limits)
    telemetry: Sequence[AbstractCapability[Any]] = ()

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The workers that may be planned with."""
        return workers_of(self.root)


def plan(wish: Wish) -> tuple[Session, StoredPlan, Spent]:
    """Plan a task, store the plan and the prompts; a session that has this plan keeps it.

    Raises OtherTask where the session has another task, NoModel, ModelFailed and LimitReached.
    """
    text = wish.task.decode()
    known = _known_plan(wish, text)
    if known is not None:
        return *known, Spent()
    chosen, why = _choose(wish)  # before anything is written
    session = None if wish.session_id is None else make_session(wish.root, wish.session_id)
    if session is not None:
        _check_no_prompt(session, wish.workers)
    made, planned_by, took = _make(wish, chosen, why, text)
    session = session or make_new_session(wish.root, new_session_id(text))
    stored = _stored(made, session, planned_by, text)
    with session.locked():
        _store(session, stored, wish.workers)
        record(session, *_events(session, stored, took))
    return session, stored, took


def _known_plan(wish: Wish, task: str) -> tuple[Session, StoredPlan] | None:
    """Return the plan that a session has; raises OtherTask where it is for another task."""
    if wish.session_id is None:
        return None
    session = session_at(wish.root, wish.session_id)
    if not os.path.lexists(session.plan_file):
        return None
    session = make_session(wish.root, wish.session_id)
    known = read_plan(session)
    if known.task != task:
        raise OtherTask(
            f"session {session.id} has a plan for another task", "Take another session."
        )
    with session.locked():  # a kill may have come between
        _write_prompts(session, known, wish.workers)
        record(session, *([] if _is_recorded(session) else _events(session, known, Spent())))
    return session, known


def read_plan(session: Session) -> StoredPlan:
    """Read a session's plan; raises BadPlan where there is none or it breaks a rule."""
    from pydantic import ValidationError

    from workers.hive.plan import StoredPlan

    hint = f"Run queen --task TEXT --session {session.id}, or fix the file."
    try:
        data = read_regular(session.plan_file, PLAN_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        raise BadPlan(f"session {session.id} has no plan", hint) from None
    try:
        workers = workers_of(session.root)
        context = {
            "workers": [worker.name for worker in workers],
            "last": [worker.name for worker in workers if worker.about.get("last")],
        }
        return StoredPlan.model_validate_json(data, context=context)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadPlan(
            f"the plan of session {session.id}: {shown(first['msg'], 300)}", hint
        ) from None


def plan_of(session: Session) -> StoredPlan | None:
    """Return a session's plan, for those who only show it; None without one that can be read."""
    try:
        return read_plan(session)
    except (BadPlan, OSError, NotReadable):
        return None


def _choose(wish: Wish) -> tuple[str | Model, str]:
    """Choose who plans: the model that is named or usable here, else rules, and say why.

    Raises NoModel for one that is named or set and cannot be used.
    """
    model, why = wish.model, "as asked"
    if model is None:
        setting = settings(wish.root)["model"]
        model = str(setting.value)
        in_the_way = providers.obstacle(model) if setting.source == "default" else None
        if in_the_way is not None:
            return providers.SURVEY, in_the_way.reason
    if isinstance(model, str) and model not in providers.BY_RULE:
        providers.check(model)
    return model, why


def _make(wish: Wish, model: str | Model, why: str, task: str) -> tuple[Plan, str, Spent]:
    """Make a plan; returns it with who made it and what that took."""
    if isinstance(model, str) and model in providers.BY_RULE:
        return plan_by_rule(task, wish.root), f"rules ({why})", Spent()
    name = model if isinstance(model, str) else model.model_name
    made, took = _ask(wish, model, name, task)
    return made, name, took


def _ask(wish: Wish, model: str | Model, name: str, task: str) -> tuple[Plan, Spent]:
    import asyncio

    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelResponse

    from workers.hive.plan import Plan

    catalogue = "\n".join(map(_told, wish.workers))
    agent = Agent(
        name="queen",
        output_type=Plan,
        instructions=render("prompts/queen.j2", workers=catalogue).strip(),
        validation_context=_context(task, wish.root),
        retries={"output": _REPAIRS},
        capabilities=providers.capabilities(wish.telemetry),
    )
    repository = block("repository", repository_told(wish.root))
    with failures_of(name, measured=wish.limits.must_be_measured):
        result = asyncio.run(
            agent.run(
                f"{block('task', task)}\n{repository}",
                model=model,
                usage_limits=wish.limits.for_agent(),
                timeout=wish.limits.timeout,
            )
        )
    answers = [one for one in result.all_messages() if isinstance(one, ModelResponse)]
    return result.output, spent(answers, name)


def _told(worker: Worker) -> str:
    """Return a worker's line for a model that plans."""
    others = worker.about.get("not_for", {}).items()
    apart = "; ".join(f"{', '.join(words)} are for {name}" for name, words in others)
    return f"- {worker.name}: {worker.summary}" + (f" ({apart})" if apart else "")


def plan_by_rule(task: str, root: Path) -> Plan:
    """Plan without a model: the workers that the task is routed to, in their order."""
    from workers.hive.plan import Plan

    chosen = [row for row in routes(task, root) if row.is_for]
    planned = [row.worker for row in chosen]
    rows = [
        {
            "worker": row.worker.name,
            "focus": f"{row.worker.summary}, as far as the task speaks of them",
            "priority": "medium",
            "depends_on": depends_on(row.worker, planned, task),
            "rationale": row.reason,
            "success_criteria": _CRITERIA,
        }
        for row in chosen
    ]
    waits = any(row["depends_on"] for row in rows)
    plan = {
        "strategy": "sequential" if len(rows) == 1 else "mixed" if waits else "parallel",
        "strategy_reason": "planned by rule, from the words of the task and `after` of the workers"
        if waits
        else "planned by rule: no worker is known to need another's report",
        "assignments": rows,
    }
    return Plan.model_validate(plan, context=_context(task, root))


def _context(task: str, root: Path) -> dict[str, Any]:
    """Return what the rules of a plan are held against."""
    rows = routes(task, root)
    return {
        "workers": [row.worker.name for row in rows],
        "last": [row.worker.name for row in rows if row.worker.about.get("last")],
        "not_for": {row.worker.name: row.reason for row in rows if row.others and not row.is_for},
    }


def repository_told(root: Path) -> str:
    """Tell a repository in a few lines: its top folders with their commonest kinds of files."""
    folders: dict[str, Counter[str]] = {}
    for relative in files_of(root):
        top = relative.split("/", 1)[0] if "/" in relative else "."
        folders.setdefault(top, Counter())[os.path.splitext(relative)[1] or "(none)"] += 1  # noqa: PTH122
    largest = sorted(folders.items(), key=lambda item: (-item[1].total(), item[0]))
    lines = [
        f"{name}: " + ", ".join(f"{count} {suffix}" for suffix, count in kinds.most_common(4))
        for name, kinds in largest[:_TOLD_FOLDERS]
    ]
    return "\n".join(lines) or "(no files)"


def _stored(made: Plan, session: Session, planned_by: str, task: str) -> StoredPlan:
    from workers.hive.plan import StoredPlan

    about = {"session_id": session.id, "planned_by": planned_by, "timestamp": utc_now()}
    # The rules held when it was made.
    return StoredPlan.model_construct(**{**dict(made), **about, "schema_version": 1, "task": task})


def _check_no_prompt(session: Session, workers: tuple[Worker, ...]) -> None:
    """Raise OtherTask where a worker has a prompt that no plan of this session wrote."""
    for worker in workers:
        if os.path.lexists(session.prompt_file(worker.name)):
            raise OtherTask(
                f"{worker.full_name} already has a task in session {session.id}",
                "Take another session.",
            )


def _store(session: Session, stored: StoredPlan, workers: tuple[Worker, ...]) -> None:
    """Write the plan, then its prompts, which can be made again from it."""
    folder = session.plan_file.parent
    if not os.path.lexists(folder):
        folder.mkdir(folder_mode())
        sync_folder(folder.parent)
    if folder.is_symlink() or not folder.is_dir():
        raise Damaged(f"{shown(folder)} is not a folder", "Move it away.")
    text = escape_json(stored.model_dump_json(indent=2))
    write_atomic(session.plan_file, f"{text}\n".encode())
    _write_prompts(session, stored, workers)


def _write_prompts(session: Session, stored: StoredPlan, workers: tuple[Worker, ...]) -> None:
    """Write the prompts that are missing."""
    reports = {worker.name: session.notes_file(worker.name) for worker in workers}
    for assignment in stored.assignments:
        file = session.prompt_file(assignment.worker)
        if not os.path.lexists(file):
            write_atomic(file, _prompt(stored, assignment, reports))


def _prompt(stored: StoredPlan, assignment: Assignment, reports: dict[str, Path]) -> bytes:
    return render(
        "prompts/worker.j2",
        task=stored.task,
        focus=_of_a_model(assignment.focus),
        criteria="\n".join(f"- {_of_a_model(text)}" for text in assignment.success_criteria),
        before="\n".join(f"- {name}: {reports[name]}" for name in assignment.depends_on),
    ).encode()


def _of_a_model(text: str) -> str:
    """Return what a model wrote as one paragraph: it cannot pass for a part of the prompt."""
    return escaped(" ".join(text.split()))


def _is_recorded(session: Session) -> bool:
    """Tell whether the log says that the session has its plan."""
    return any(
        line.record["event_type"] == "decision" and line.record["details"].get("action") == _PLAN
        for line in read(session.events_file)
        if line.record
    )


def _events(session: Session, stored: StoredPlan, took: Spent) -> list[Event]:
    """Return what is recorded of a plan; what a killed run paid for it is not known."""
    events = []
    if session.state().created_at is None:
        events.append(Event("session_created", "", "create", session.id))
    about = {"planned_by": stored.planned_by}
    name = session.plan_file.name
    events.append(Event("decision", "", _PLAN, name, metrics=took.metrics(), extra=about))
    return events


def open_plan(root: Path, session_id: str) -> tuple[Session, StoredPlan]:
    """Open a session with its plan; raises NoSuchSession and BadPlan."""
    session = open_session(root, session_id)
    return session, read_plan(session)
