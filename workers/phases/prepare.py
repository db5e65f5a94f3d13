"""Phase 1: makes the session, stores the task, lays out the two files to fill in."""

from __future__ import annotations

import os
import shlex
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.attempts import correlation_of
from sessions.errors import (
    BadInput,
    NoPrompt,
    NoSuchSession,
    NotReadable,
    OtherTask,
    Paused,
    WaggleError,
    shown,
)
from sessions.events import Event, utc_now
from sessions.files import (
    move_aside,
    read_regular,
    write_atomic,
    write_changed,
)
from sessions.git import is_ignored
from sessions.location import new_session_id
from sessions.progress import doing
from sessions.secrets import redacted
from sessions.session import (
    PROMPT_BYTES,
    Session,
    check_case,
    check_own,
    make_folders,
    make_new_session,
    make_session,
    open_session,
    record,
    session_at,
    session_ids,
)
from sessions.settings import settings
from workers.clients import owner
from workers.contract import WorkerOutput
from workers.deliverables import schema_text
from workers.deliverables.kinds import CHANGE
from workers.deliverables.template import json_text, notes_text
from workers.hive.coordination import waiting_for
from workers.invocation import next_command, prove_command
from workers.phases.beginning import (
    Asked,
    Begun,
    begin_work,
    check_kind,
    definition_of,
    forget_others,
)
from workers.phases.carrying import handed_rows, required
from workers.phases.prefill import draft_rows, in_words, prefilled, summary
from workers.reporting.survey_report import markdown
from workers.repository.repository import Repository
from workers.survey import survey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sessions.state import SessionState
    from workers.catalog import Worker
    from workers.survey.found import Survey

_SUMMARY_CHARACTERS = 200
# So long phase 1 waits for the map; what it had no time for is read by the next call.
SURVEY_SECONDS = 5.0
_TOLD_OF_BASE = ("vcs", "commit", "tree", "branch")
MODEL_RECORDED = "recorded for --run; setup calls none"


class Order(NamedTuple):
    """What phase 1 is asked for; `task` is the Queen's prompt, `program` the script to call.

    `kind` is whether to look or to change (KINDS); None goes on with what was asked before.
    """

    worker: Worker
    root: Path
    program: Path
    session_id: str | None = None
    task: bytes | None = None
    model: str | None = None
    fresh: bool = False
    prefill: bool = False
    kind: str | None = None
    proofs_from: str | None = None

    @property
    def asked(self) -> Asked:
        """What the worker is to begin with."""
        return Asked(self.worker, self.kind, self.fresh, self.model, self.proofs_from)


def prepare(order: Order) -> WorkerOutput:
    """Make or open the session and lay out the files; what an agent edited is never touched.

    Raises WaggleError as sessions/errors.py says, and OSError when the system refuses.
    """
    started = time.perf_counter()
    is_first = _is_first(order)
    opened = _opened(order)
    with doing("looking through the repository"):  # before anything is made: it may take its time
        survey_map = survey(order.root, seconds=SURVEY_SECONDS)
        # Phase 3 makes the index of words as well where it is not there yet.
        if time.perf_counter() - started < SURVEY_SECONDS and not survey_map.files_left:
            Repository(order.root).index_words()
    session = _made(order, opened)
    facts = summary(survey_map, session.survey_file)
    with doing("laying out the files"), session.locked():
        write_changed(session.survey_file, "\n".join([*markdown(survey_map), ""]).encode())
        prompt = _store_prompt(session, order)
        if order.fresh:
            _keep_aside(session, order.worker)
        begun = begin_work(session, order.asked)
        created, kept_files = _lay_out(session, order, begun, survey_map, facts)
        seconds = round(time.perf_counter() - started, 3)
        metrics = {"files_created": len(created), "prompt_bytes": len(prompt), "seconds": seconds}
        state = _record(session, order, begun, prompt, metrics)
        forget_others(session, order.worker, begun.base)
        requires = required(session, state, order.worker)
    output = _document(session, order, prompt, created, kept_files)
    output.config |= {
        "kind": begun.kind,
        "base": begun.base and {name: begun.base[name] for name in _TOLD_OF_BASE},
        "proofs": [{"name": one.name, "command": one.run} for one in begun.proofs],
    }
    if begun.kind == CHANGE:
        prove = prove_command(session, order.worker, order.program)
        output.next_actions[0] = (
            "Do config.queen_prompt below config.project_root; list every file that you change."
            f" After the last edit: {prove}"
        )
    output.config["survey"] = facts
    asked = waiting_for(state, order.worker.full_name)
    output.escalations = [row for row in asked if row["kind"] != "handoff"]
    output.dependencies["requires"] = requires
    output.dependencies["handoffs"] = handed_rows(state, order.worker.full_name)
    taken = [row["id"] for row in output.dependencies["handoffs"] if row["closed_at"]]
    if taken:
        words = f"Name each accepted handoff where the report uses it: {', '.join(taken)}."
        output.next_actions.insert(0, words)
    if asked:
        ids = ", ".join(row["id"] for row in asked)
        output.next_actions.insert(0, f"Others wait for you: {ids}; resolve or accept them first.")
    output.correlation_id = correlation_of(state, order.worker.full_name)
    output.model = state.workers[order.worker.full_name].model
    output.config["model_reason"] = MODEL_RECORDED
    output.notices = list(_notices(session, survey_map, is_first=is_first))
    output.metrics["seconds"] = round(time.perf_counter() - started, 3)
    return output


def _is_first(order: Order) -> bool:
    """Return whether no worker was set up below this root yet."""
    try:
        known = session_ids(order.root)
        if known != [order.session_id]:
            return not known
        return not session_at(order.root, known[0]).state().workers
    except (WaggleError, OSError):
        return False


def _notices(session: Session, survey_map: Survey, *, is_first: bool) -> Iterator[str]:
    """Say to people where they are: what the sessions folder is, and what is missing here."""
    folder = session.root
    in_git = any(os.path.lexists(above / ".git") for above in (folder, *folder.parents))
    if not in_git:
        yield f"{folder} is not in a git repository: a verdict will name no commit."
    if survey_map.files_left:
        yield (
            f"The survey stopped after {SURVEY_SECONDS:g} s, {survey_map.files_left:,} of"
            f" {survey_map.files_seen:,} files unread; the next call goes on from there."
        )
    if not survey_map.files_seen:
        yield "No file to look at was found there: is it the right folder (--root DIR)?"
    if not is_first:
        return
    yield "Docs/hive-mind is new: Waggle keeps its sessions there (tasks, reports, verdicts)."
    if not in_git:
        return
    if is_ignored(folder, "Docs/hive-mind/x"):
        yield "git ignores it already; commit it only if you want to share the sessions."
    else:
        yield "Commit it to share the sessions, or let git ignore it:"
        yield f"  echo /Docs/hive-mind/ >> {shlex.quote(_from_here(folder / '.gitignore'))}"


def _from_here(file: Path) -> str:
    try:
        return str(file.relative_to(file.cwd()))
    except (ValueError, OSError):
        return str(file)


def _opened(order: Order) -> Session | None:
    """Return the session that an order goes on with, None for a new one; raises what is wrong."""
    if order.session_id is None:
        if order.task is None:
            raise BadInput(
                "neither a session nor a task is given",
                "Give --task TEXT for a new session, or --session ID for one that exists.",
            )
        return None
    is_there = os.path.lexists(session_at(order.root, order.session_id).path)
    if order.task is not None and not is_there:
        return None
    session = open_session(order.root, order.session_id)
    _check_goes_on(session)
    check_kind(session, order.asked)
    if order.task is None and not os.path.lexists(session.prompt_file(order.worker.name)):
        raise NoPrompt(
            f"session {session.id} has no prompt for {order.worker.full_name}",
            f"Give --task TEXT, or write {session.prompt_file(order.worker.name)}.",
        )
    return session


def _made(order: Order, opened: Session | None) -> Session:
    """Return the session of an order with all its folders."""
    if opened is not None:
        check_case(order.root, opened.id)
        make_folders(opened)
        return opened
    if order.session_id is None:
        return make_new_session(order.root, new_session_id((order.task or b"").decode()))
    return make_session(order.root, order.session_id)


def _store_prompt(session: Session, order: Order) -> bytes:
    """Store the task, or read the one that is there; raises OtherTask when the two differ."""
    file = session.prompt_file(order.worker.name)
    there = read_regular(file, PROMPT_BYTES) if os.path.lexists(file) else None
    if order.task is None:
        if there is None:
            raise NoSuchSession(f"the prompt {shown(file)} vanished", "Give --task TEXT.")
        try:
            empty = not there.decode().strip()
        except UnicodeDecodeError as error:
            raise NotReadable(
                f"the prompt {shown(file)} is not UTF-8 at byte {error.start}",
                "Save it as UTF-8.",
            ) from None
        if empty:
            raise NoPrompt(
                f"the prompt {shown(file)} is empty", "Write the task into it, or give --task."
            )
        return there
    if there is not None and there != order.task:
        if not order.fresh:
            raise OtherTask(
                f"{order.worker.full_name} already has another task in session {session.id}",
                "Add --fresh to start over (old files are kept aside), or take another session.",
            )
        move_aside(file)
    if there != order.task:
        write_atomic(file, order.task)
    return order.task


def _keep_aside(session: Session, worker: Worker) -> None:
    name = worker.name
    for file in (
        session.notes_file(name),
        session.json_file(name),
        session.transcript_file(name),  # it speaks of the old files
    ):
        if os.path.lexists(file):
            move_aside(file)


def _lay_out(
    session: Session, order: Order, begun: Begun, survey_map: Survey, facts: dict[str, Any]
) -> tuple[list[Path], list[Path]]:
    """Write the files that are missing; returns those written and those kept."""
    worker, kind = order.worker, begun.kind
    texts = {
        session.notes_file(worker.name): notes_text,
        session.json_file(worker.name): json_text,
    }
    created = [file for file in texts if not os.path.lexists(file)]
    values = {
        "session_id": session.id,
        "timestamp": utc_now()[:19] + "Z",
        "project_root": str(session.root),
        "survey": in_words(facts),
        "proofs": ", ".join(str(one.name) for one in begun.proofs) or "no locked proof",
        "prove": prove_command(session, worker, order.program),
    }
    for file in created:
        text = texts[file](worker, kind, **values)
        if order.prefill and file == session.json_file(worker.name):
            text = prefilled(text, worker, kind, draft_rows(session.root, survey_map))
        write_atomic(file, text.encode())
    write_changed(session.schema_file(worker.name), schema_text(worker, kind).encode())
    return created, [file for file in texts if file not in created]


def _check_goes_on(session: Session) -> None:
    """Raise Paused or Foreign before anything is written."""
    state = session.state()
    check_own(state)
    if state.held is not None:
        raise Paused(
            f"session {session.id} is {state.held}", f"session resume {session.id} lets it go on."
        )


def _record(
    session: Session,
    order: Order,
    begun: Begun,
    prompt: bytes,
    metrics: dict[str, Any],
) -> SessionState:
    """Record phase 1, with the model asked for, else the one that was recorded, or set."""
    name = order.worker.full_name
    state = session.state()
    known = state.workers.get(name)
    model = order.model or (known.model if known else None)
    model = model or str(settings(session.root)["model"].value)
    events: list[Event] = []
    if state.created_at is None:
        events.append(Event("session_created", "", "create", session.id))
    if order.fresh or known is None or not known.is_begun:
        # Masked before it is cut: half a secret is not known for one.
        first_line = redacted(prompt.decode("utf-8", "replace").strip().split("\n")[0])
        who = {
            "task": first_line[:_SUMMARY_CHARACTERS],
            "owner": owner(),
            "root": str(session.root),
            "kind": begun.kind,
            "base": begun.base,
        }
        definition = definition_of(order.worker)
        who |= {"definition": definition} if definition else {}
        events.append(Event("worker_spawned", name, "spawn", order.worker.name, extra=who))
    events += [
        Event("session_validated", name, "validate", session.id),
        Event(
            "worker_configured",
            name,
            "configure",
            "model",
            extra={"model": model},
        ),
        Event(
            "setup_completed",
            name,
            "lay out" if metrics["files_created"] else "resume",
            metrics=metrics,
        ),
    ]
    return record(session, *events)


def _document(
    session: Session, order: Order, prompt: bytes, created: list[Path], kept_files: list[Path]
) -> WorkerOutput:
    worker = order.worker
    notes, json_file = session.notes_file(worker.name), session.json_file(worker.name)
    command = next_command(session, worker, order.program, order.model)
    return WorkerOutput(
        worker=worker.full_name,
        session_id=session.id,
        phase="setup",
        status="completed",
        config={
            "queen_prompt": prompt.decode(),
            "template_files_created": {"notes_file": str(notes), "json_file": str(json_file)},
            "template_files_kept": [str(file) for file in kept_files],
            "session_path": str(session.path),
            "project_root": str(session.root),
            "schema_file": str(session.schema_file(worker.name)),
            "next_command": command,
        },
        files_modified=[str(file) for file in created],
        next_actions=[
            "Do the task in config.queen_prompt by reading the code below config.project_root.",
            "Edit both files in place: the comment in the notes shows the forms, FILL what to put.",
            "Run config.next_command; repair what it lists until status is completed.",
        ],
    )
