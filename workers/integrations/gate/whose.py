"""Which sessions an agent works in: those that it called a phase of, or that its shell made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import NotReadable, WaggleError
from sessions.files import read_regular
from sessions.location import find_root, homes
from workers.catalog import full_name_of, names_of, worker_called
from workers.integrations.gate.stops import subagents_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import WorkerState
    from workers.catalog import Worker
    from workers.integrations.gate.stops import Stop

STATE_BYTES = 64 * 1024 * 1024
LOOKED_AT = 50  # sessions, those written last, when none is named


class AtWork(NamedTuple):
    """A worker in a session, and the agent that it is."""

    session: Session
    worker: Worker
    stop: Stop


def at_work(stop: Stop) -> AtWork | None:
    """Return the session in which the agent that stops is a worker, None where it is not clear."""
    if stop.client == "gemini-cli" and stop.is_nested:
        return _subagent_of_gemini(stop)
    if stop.worker is None:
        return None
    from workers.integrations.transcripts.calls import last_call

    called = None
    if stop.transcript is not None:
        called = last_call(stop.transcript, {stop.worker.name}, stop.client, stop.mark)
    if called is not None and called.session_id is not None:
        session = _opened(find_root(called.root), called.session_id)
        return AtWork(session, stop.worker, stop) if session else None
    own = [
        session
        for session, workers in _owned(find_root(), {stop.session, stop.agent})
        if stop.worker.full_name in workers and is_to_be_judged(session, stop.worker)
    ]
    return AtWork(own[0], stop.worker, stop) if len(own) == 1 else None


def _subagent_of_gemini(stop: Stop) -> AtWork | None:
    """Return the subagent whose session is in what it hands over, else the one that wrote last.

    With several at once the hook does not say which one ends. One that names the session of
    another is held for that one: naming an accepted one helps nobody.
    """
    files = subagents_of(stop)[:LOOKED_AT]
    names = names_of(find_root())
    ours = [_as_last_called(file, names, stop) for file in files]
    if not ours or ours[0] is None:  # another agent, or it wrote nothing yet
        return None
    open_ones = [one for one in ours if one and is_to_be_judged(one.session, one.worker)]
    named = [one for one in open_ones if re.search(rf"\b{re.escape(one.session.id)}\b", stop.said)]
    newest = [one for one in open_ones if one is ours[0]]
    return next(iter([*named, *newest]), None)


def _as_last_called(transcript: Path, names: Collection[str], stop: Stop) -> AtWork | None:
    """Return what a transcript shows of its agent; raises BadWorker for a damaged worker."""
    from workers.integrations.transcripts.calls import last_call

    called = last_call(transcript, names, stop.client)
    session = _opened(find_root(called.root), called.session_id) if called else None
    if called is None or session is None:
        return None
    worker = worker_called(called.worker, session.root)
    own = stop._replace(transcript=transcript, agent=transcript.stem, is_own=True)
    return AtWork(session, worker, own)


def sessions_of(stop: Stop) -> Iterator[tuple[Session, dict[str, WorkerState]]]:
    """Yield the sessions of a main agent, with the workers that were set up from it.

    Where the shell of a client says nothing of its session, its transcripts do.
    """
    root = find_root()
    seen = set()
    for session, workers in _owned(root, {stop.session}):
        seen |= {(session.id, name) for name in workers}
        yield session, workers
    if stop.client not in _BY_TRANSCRIPT or stop.transcript is None:
        return
    from workers.integrations.transcripts.calls import all_calls

    names = names_of(root)
    for file in [stop.transcript, *subagents_of(stop)]:
        for called in all_calls(file, names, stop.client):
            opened = _opened(find_root(called.root), called.session_id)
            full_name = full_name_of(called.worker)
            if opened is None or (opened.id, full_name) in seen:
                continue
            seen.add((opened.id, full_name))
            state = opened.state().workers.get(full_name)
            if state is not None:
                yield opened, {full_name: state}


_BY_TRANSCRIPT = frozenset({"copilot", "gemini-cli"})


def _opened(root: Path, session_id: str | None) -> Session | None:
    from sessions.session import open_session

    try:
        return open_session(root, session_id) if session_id is not None else None
    except WaggleError:
        return None


def _owned(root: Path, owners: set[str]) -> list[tuple[Session, dict[str, WorkerState]]]:
    """Return the sessions with workers that were set up in the shell of these agents."""
    owners = owners - {""}
    owned = []
    for folder in _written_last(root) if owners else ():
        try:
            state = read_regular(folder / "STATE.json", STATE_BYTES)
        except (OSError, NotReadable):
            continue
        if not any(one.encode("utf-8", "surrogatepass") in state for one in owners):
            continue
        session = _opened(root, folder.name)
        if session is not None:
            workers = session.state().workers
            own = {n: one for n, one in workers.items() if owners & set((one.owner or "").split())}
            owned.append((session, own))
    return owned


def _written_last(root: Path) -> list[Path]:
    """Return the folders of the sessions that were written last: an agent's own are among them."""
    times: list[tuple[float, Path]] = []
    for home in homes(root):
        for state_file in home.glob("*/STATE.json"):
            try:
                times.append((state_file.stat().st_mtime, state_file.parent))
            except OSError:  # it was removed in between
                continue
    return [folder for _, folder in sorted(times, reverse=True)[:LOOKED_AT]]


def is_to_be_judged(session: Session, worker: Worker) -> bool:
    """Tell whether a worker is at work: not waiting for another, not let go, not accepted.

    An accepted report whose files were changed since is judged again.
    """
    state = session.state()
    if state.held is not None or not state.is_set_up(worker.full_name):
        return False
    known = state.workers[worker.full_name]
    if known.status == "completed":
        return _changed(session, worker, known)
    return known.status == "active"


def _changed(session: Session, worker: Worker, known: WorkerState) -> bool:
    import hashlib

    judged = (known.last_verdict or {}).get("judged", {})
    for file in (session.notes_file(worker.name), session.json_file(worker.name)):
        try:
            digest = hashlib.sha256(read_regular(file, STATE_BYTES)).hexdigest()
        except (OSError, NotReadable):
            return True
        if judged.get(file.name) != digest:
            return True
    return False
