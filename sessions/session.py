"""A session: its folder, its files, and the one way to record what happened in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessions import events as log
from sessions import state as derived
from sessions.errors import BadInput, Damaged, NoSuchSession, NotReadable, shown
from sessions.files import locked, read_regular, sync_folder, write_atomic
from sessions.location import SESSIONS, check_session_id

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

PROMPT_BYTES = 1024 * 1024  # some 260,000 tokens: more than an agent can take in
_PROMPT_SHOWN = 4000
_WORKER = re.compile(r"[a-z][a-z0-9-]{0,60}")
_FOLDERS = ("workers", "workers/prompts", "workers/notes", "workers/json")
_LISTED = 8


@dataclass(frozen=True)
class Session:
    """One session; `worker` in the methods is the short name, as in `backend`."""

    root: Path
    id: str

    @property
    def path(self) -> Path:
        """The session's folder."""
        return self.root / SESSIONS / self.id

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

    def problems_file(self, worker: str) -> Path:
        """All problems of the last verdict."""
        return self.path / "workers" / "json" / f"{worker}_problems.json"

    def transcript_file(self, worker: str) -> Path:
        """What a model and the program said to each other in a headless phase 2."""
        return self.path / "workers" / "json" / f"{worker}_transcript.jsonl"

    @property
    def plan_file(self) -> Path:
        """The Queen's plan."""
        return self.path / "workers" / "orchestration" / "plan.json"

    def locked(self) -> AbstractContextManager[None]:
        """Hold the session against other processes; raises Busy."""
        return locked(self.path / ".lock")

    def state(self) -> derived.SessionState:
        """Derive the state from the events."""
        return derived.fold(self.id, log.read(self.events_file))


def session_ids(root: Path) -> list[str]:
    """Return the ids of the sessions below a root, newest first by name."""
    folder = root / SESSIONS
    if not folder.is_dir():
        return []
    return sorted((entry.name for entry in os.scandir(folder) if entry.is_dir()), reverse=True)


def open_session(root: Path, session_id: str) -> Session:
    """Open a session that exists.

    Raises BadInput for a malformed id, NoSuchSession, and Damaged when a folder of the session is
    a link or a file: a phase writes into the session only, never through a link to elsewhere.
    """
    session = Session(root, check_session_id(session_id))
    if not os.path.lexists(session.path):
        raise _no_such_session(root, session_id)
    _check_folder(session.path)
    for name in _FOLDERS:
        if os.path.lexists(session.path / name):
            _check_folder(session.path / name)
    return session


def make_session(root: Path, session_id: str) -> Session:
    """Open a session, making its folders where they are missing.

    Raises BadInput for a malformed id or one that differs from an existing one only in case (one
    folder on macOS and Windows), Damaged as `open_session` does.
    """
    check_session_id(session_id)
    for existing in session_ids(root):
        if existing != session_id and existing.lower() == session_id.lower():
            raise BadInput(
                f"session id {shown(session_id)} differs from {shown(existing)} only in case",
                f"Use --session {existing}, or a name of its own.",
            )
    session = Session(root, session_id)
    if not os.path.lexists(session.path):
        session.path.mkdir(parents=True, exist_ok=True)
        sync_folder(session.path.parent)
    _check_folder(session.path)
    for name in _FOLDERS:
        folder = session.path / name
        if not os.path.lexists(folder):
            folder.mkdir(exist_ok=True)
            sync_folder(folder.parent)
        _check_folder(folder)
    return session


def make_new_session(root: Path, wanted_id: str) -> Session:
    """Make a session that did not exist, numbering the id when it is taken."""
    (root / SESSIONS).mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        session_id = wanted_id if number == 1 else f"{wanted_id}-{number}"
        try:
            Session(root, session_id).path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return make_session(root, session_id)


def _check_folder(folder: Path) -> None:
    if folder.is_symlink() or not folder.is_dir():
        kind = "a link" if folder.is_symlink() else "not a folder"
        raise Damaged(
            f"{shown(folder)} is {kind}", "Move it away; sessions are plain folders below the root."
        )


def _no_such_session(root: Path, session_id: str) -> NoSuchSession:
    existing = session_ids(root)
    if not existing:
        known = "there is none yet"
    else:
        more = f" and {len(existing) - _LISTED} more" if len(existing) > _LISTED else ""
        known = "there are " + ", ".join(existing[:_LISTED]) + more
    return NoSuchSession(
        f"no session {shown(session_id)} below {shown(root)}: {known}",
        "Take one of those, or make one with --setup --task TEXT.",
    )


def record(session: Session, *events: log.Event) -> derived.SessionState:
    """Append events and write what follows from them; the caller holds the session's lock.

    The events are durable before a derived file changes: whatever is lost on the way can be
    made again. Returns the state after the events.
    """
    before = session.state()
    log.append(session.events_file, session.id, before.last_seq + 1, events)
    state = session.state()
    write_atomic(session.path / "STATE.json", derived.state_json(state))
    write_atomic(session.path / "METRICS.json", derived.metrics_json(state))
    prompts = {name: _prompt_text(session, name) for name in state.workers}
    write_atomic(session.path / "SESSION.md", derived.session_markdown(state, prompts))
    return state


def _prompt_text(session: Session, worker: str) -> str:
    """Return what SESSION.md shows of a task; it never stops what was already recorded."""
    if not _WORKER.fullmatch(worker):
        return "(no prompt)"
    file = session.prompt_file(worker.removesuffix("-worker"))
    try:
        text = read_regular(file, PROMPT_BYTES).decode("utf-8", "replace")
    except (OSError, NotReadable):
        return "(no prompt that can be read)"
    if len(text) <= _PROMPT_SHOWN:
        return text
    return f"{text[:_PROMPT_SHOWN]}\n(cut here; the whole task is in {file.name})"
