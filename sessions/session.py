"""A session: its folder, its files, and the one way to record what happened in it."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions import derived
from sessions import events as log
from sessions.attempts import attempts_of
from sessions.errors import BadInput, Foreign, NotReadable, shown
from sessions.fence import check_job, is_job
from sessions.files import (
    move_aside,
    read_regular,
    sync_folder,
    write_changed,
)
from sessions.folders import check_folder, folder_mode, keep_private, make_home, make_own, open_up
from sessions.leftovers import remove_leftovers
from sessions.location import (
    ARCHIVES,
    BASES,
    SESSIONS,
    check_inside,
    check_session_id,
    is_session_id,
)
from sessions.lock import locked
from sessions.patterns import lazy_pattern
from sessions.secrets import redacted
from sessions.state import SessionState, fold
from sessions.suggesting import no_such_session
from sessions.worktrees import check_work_tree, sessions_home, sharing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PROMPT_BYTES = 1024 * 1024  # some 260,000 tokens: more than an agent can take in
_PROMPT_SHOWN = 4000
_LONGEST_SECRET = 16 * 1024
_WORKER = lazy_pattern(r"[a-z][a-z0-9-]{0,60}")
_FOLDERS = ("workers", "workers/prompts", "workers/notes", "workers/json")
LOCK = ".lock"
ADOPT = "adopt"
DERIVED = ("STATE.json", "METRICS.json", "SESSION.md")

# Logs of the sessions that threads hold -> how large they are if nobody else writes.
_sizes: dict[tuple[Path, int], int] = {}


class Session(NamedTuple):
    """One session; `worker` in the methods is the short name, as in `backend`.

    `root` is where its claims are checked, `home` where its folder is: all worktrees of a
    git repository share one.
    """

    root: Path
    id: str
    home: Path

    @property
    def path(self) -> Path:
        """The session's folder."""
        return self.home / SESSIONS / self.id

    @property
    def events_file(self) -> Path:
        """The truth."""
        return self.path / "EVENTS.jsonl"

    def prompt_file(self, worker: str) -> Path:
        """The Queen's prompt, byte for byte."""
        return self.path / "workers" / "prompts" / f"{worker}-worker.prompt"

    def notes_file(self, worker: str) -> Path:
        """The notes that the agent fills in."""
        return self.path / "workers" / "notes" / f"{worker}_notes.md"

    def json_file(self, worker: str) -> Path:
        """The JSON that the agent fills in."""
        return self.path / "workers" / "json" / f"{worker}_output.json"

    def schema_file(self, worker: str) -> Path:
        """The JSON Schema of that JSON."""
        return self.path / "workers" / "json" / f"{worker}_output.schema.json"

    def receipt_file(self, worker: str) -> Path:
        """What was judged when the report was accepted."""
        return self.path / "workers" / "json" / f"{worker}_receipt.json"

    def problems_file(self, worker: str) -> Path:
        """All problems of the last verdict."""
        return self.path / "workers" / "json" / f"{worker}_problems.json"

    def claims_file(self, worker: str) -> Path:
        """Every claim of the last verdict, with what became of it."""
        return self.path / "workers" / "json" / f"{worker}_claims.json"

    def transcript_file(self, worker: str) -> Path:
        """What a model and the program said to each other in a headless phase 2."""
        return self.path / "workers" / "json" / f"{worker}_transcript.jsonl"

    def base_folder(self, worker: str, base: Mapping[str, Any] | None = None) -> Path:
        """The trees of the files as they were at phase 1, and since; a `base` names its folder."""
        name = (base or {}).get("folder")
        is_named = isinstance(name, str) and _WORKER.fullmatch(name) is not None
        return self.path / BASES / (str(name) if is_named else worker)

    def proof_folder(self) -> Path:
        """What the runs of proofs wrote."""
        return self.path / "workers" / "proofs"

    @property
    def plan_file(self) -> Path:
        """The Queen's plan."""
        return self.path / "workers" / "orchestration" / "plan.json"

    @property
    def survey_file(self) -> Path:
        """The map of the repository, for whoever reads."""
        return self.path / "workers" / "survey.md"

    @property
    def archive_file(self) -> Path:
        """Where it is archived."""
        return self.home / ARCHIVES / f"{self.id}.tar"

    @property
    def state_file(self) -> Path:
        """Derived from the events."""
        return self.path / "STATE.json"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the session against other processes; raises Busy, Damaged and Superseded.

        What killed processes left is put in order first: their new files go, the log's last line
        is ended.
        """
        with locked(self.path / LOCK, what=f"session {self.id}"):
            remove_leftovers(self.path)
            hold = (self.events_file, threading.get_ident())
            _sizes[hold] = log.end_line(self.events_file)
            try:
                self.check_job()
                yield
            finally:
                del _sizes[hold]

    def check_job(self) -> None:
        """Raise Superseded where this process does a job that another one took over."""
        if is_job():
            check_job(self.state().jobs)

    def state(self) -> SessionState:
        """Derive the state from the events, reading of the log only what STATE.json lacks."""
        return fold_log(self).state


class Folded(NamedTuple):
    """A state, the byte of the log it goes to, and what is wrong with STATE.json, if anything."""

    state: SessionState
    log_bytes: int
    fault: str = ""


def fold_log(session: Session, *, whole: bool = False) -> Folded:
    """Derive the state: from STATE.json and what the log says after it, or from the `whole` log.

    Raises Damaged when a file is not a regular one, or written by a newer program.
    """
    checkpoint, fault = None, ""
    log.check_log(session.events_file)
    try:
        checkpoint = derived.read_checkpoint(session.state_file, session.events_file, session.id)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = str(error) or "not what was written"
    if checkpoint is None or whole:
        checkpoint = derived.Checkpoint(SessionState(session.id), 0)
    state, end = _take_in(checkpoint, session.events_file)
    if state.created_at is None:
        state.foreign = bool(state.damaged_lines) or (
            bool(fault) and _is_foreign(session.state_file)
        )
    return Folded(state, end, fault)


def _take_in(checkpoint: derived.Checkpoint, events_file: Path) -> tuple[SessionState, int]:
    """Fold what the log says after a checkpoint into its state."""
    state, end = checkpoint.state, checkpoint.log_bytes

    def readable() -> Iterator[dict[str, Any]]:
        nonlocal end
        for line in log.read(events_file, checkpoint.log_bytes):
            end = line.end
            if line.record is not None:
                yield line.record
            else:
                state.damaged_lines += 1

    return fold(state, readable()), end


def _is_foreign(state_file: Path) -> bool:
    """Tell whether a STATE.json without a log is another program's: JSON, and not of our form."""
    try:
        fields = json.loads(read_regular(state_file, derived.STATE_BYTES))
    except (OSError, NotReadable, ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and bool(fields) and "schema_version" not in fields


def session_ids(root: Path) -> list[str]:
    """Return the ids of the sessions of a root, newest first by name.

    Raises Damaged where the folder of sessions leads out of the repository.
    """
    names: set[str] = set()
    for home in sharing(root):
        check_inside(home)
        folder = home / SESSIONS
        if folder.is_dir():
            names |= {one.name for one in os.scandir(folder) if one.is_dir(follow_symlinks=False)}
    return sorted(filter(is_session_id, names), reverse=True)


def session_at(root: Path, session_id: str) -> Session:
    """Return the session of an id, below the root or else where its worktrees share them.

    Raises BadInput for a malformed id, Damaged where the folder of sessions leads out of the
    repository.
    """
    check_session_id(session_id)
    check_inside(root)
    if os.path.lexists(root / SESSIONS / session_id):
        return Session(root, session_id, root)
    for home in sharing(root):
        if os.path.lexists(home / SESSIONS / session_id):
            break
    else:
        home = sessions_home(root)
    if home != root:
        check_inside(home)
    return Session(root, session_id, home)


def open_session(root: Path, session_id: str) -> Session:
    """Open a session that exists.

    Raises BadInput for a malformed id, NoSuchSession, and Damaged when a folder of the session is
    a link or a file: a phase writes into the session only, never through a link to elsewhere.
    """
    session = session_at(root, session_id)
    if not os.path.lexists(session.path):
        raise no_such_session(root, session_id, session_ids(root))
    check_folder(session.path)
    for name in _FOLDERS:
        if os.path.lexists(session.path / name):
            check_folder(session.path / name)
    return session


def make_session(root: Path, session_id: str) -> Session:
    """Open a session, making its folders where they are missing.

    Raises BadInput for a malformed id or one that differs from an existing one only in case,
    NoSuchRoot among git's own files, Damaged as `open_session` does.
    """
    check_case(root, session_id)
    session = session_at(root, session_id)
    if not os.path.lexists(session.path):
        check_work_tree(root)
    make_folders(session)
    return session


def check_case(root: Path, session_id: str) -> None:
    """Raise BadInput for an id that differs from an existing one only in case.

    The two would be one folder on macOS and Windows.
    """
    for existing in session_ids(root):
        if existing != session_id and existing.lower() == session_id.lower():
            raise BadInput(
                f"session id {shown(session_id)} differs from {shown(existing)} only in case",
                f"Use --session {existing}, or a name of its own.",
            )


def make_folders(session: Session) -> None:
    """Make the folders of a session that are missing; raises Damaged for one that is none."""
    for name in ("", *_FOLDERS):
        folder = session.path / name
        if not os.path.lexists(folder):
            make_own(folder, session.home)
        check_folder(folder)
        keep_private(folder)
    open_up(session.home)


def make_new_session(root: Path, wanted_id: str) -> Session:
    """Make a session that did not exist, numbering the id when it is taken."""
    check_work_tree(root)
    home = sessions_home(root)
    make_home(home)
    number = 1
    while True:
        session_id = wanted_id if number == 1 else f"{wanted_id}-{number}"
        try:
            Session(root, session_id, home).path.mkdir(folder_mode())
        except FileExistsError:
            number += 1
        else:
            sync_folder(home / SESSIONS)
            return make_session(root, session_id)


def record(session: Session, *events: log.Event) -> SessionState:
    """Append events and write what follows from them; the caller holds the session's lock.

    The events are durable before a derived file changes: whatever is lost on the way can be
    made again, and is, also when there is no event to record. A STATE.json that does not fit the
    log is kept aside. Returns the state after the events; raises Foreign for a session that
    another program made, and Busy where another process wrote since the lock was taken: what the
    caller decided may be wrong by then.
    """
    before = fold_log(session)
    if all(event.action != ADOPT for event in events):
        check_own(before.state)
    if events:
        first, attempts = before.state.last_seq + 1, attempts_of(before.state, events)
        hold = (session.events_file, threading.get_ident())
        file, end, size = session.events_file, before.log_bytes, _sizes.get(hold)
        size = log.append(file, session.id, first, events, attempts, after=end, of_size=size)
        if hold in _sizes:
            _sizes[hold] = size
    checkpoint = derived.Checkpoint(before.state, before.log_bytes)
    state, end = _take_in(checkpoint, session.events_file)
    if before.state.created_at is None:  # files of somebody who kept no log
        outdated = [session.path / name for name in DERIVED]
    else:
        outdated = [session.state_file] if before.fault else []
    for file in outdated:
        if os.path.lexists(file):
            move_aside(file)
    write_derived(session, state, end)
    return state


def check_own(state: SessionState) -> None:
    """Raise Foreign for a session that another program made: it is only read."""
    if state.foreign:
        raise Foreign(
            f"session {state.session_id} was made by another program, and is only read",
            f"Run doctor --session {state.session_id} --fix to take it over;"
            " its files are kept aside.",
        )


def write_derived(session: Session, state: SessionState, log_bytes: int) -> None:
    """Write the derived files, each only when it changes."""
    prompts = {name: _prompt_text(session, name) for name in state.workers}
    for name, data in {
        "STATE.json": derived.state_json(state, session.events_file, log_bytes),
        "METRICS.json": derived.metrics_json(state),
        "SESSION.md": derived.session_markdown(state, prompts),
    }.items():
        write_changed(session.path / name, data)


def _prompt_text(session: Session, worker: str) -> str:
    """Return what SESSION.md shows of a task; it never stops what was already recorded."""
    if not _WORKER.fullmatch(worker):
        return "(no prompt)"
    file = session.prompt_file(worker.removesuffix("-worker"))
    try:
        whole = read_regular(file, PROMPT_BYTES).decode("utf-8", "replace")
    except (OSError, NotReadable):
        return "(no prompt that can be read)"
    # Masked before it is cut: half a secret is not known for one.
    text: str = redacted(whole[: _PROMPT_SHOWN + _LONGEST_SECRET])
    if max(len(text), len(whole) - _LONGEST_SECRET) <= _PROMPT_SHOWN:
        return text
    return f"{text[:_PROMPT_SHOWN]}\n(cut here; the whole task is in {file.name})"
