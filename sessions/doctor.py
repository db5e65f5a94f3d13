"""The doctor: compares a session's invariants with the disk, and repairs what can be repaired."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from sessions import derived
from sessions.errors import Damaged, NotReadable, WaggleError, shown
from sessions.events import LINE_BYTES, Event, event_of, read, unreadable
from sessions.files import move_aside, open_regular, read_regular
from sessions.leftovers import in_session
from sessions.packed import files_of
from sessions.session import ADOPT, DERIVED, Folded, fold_log, record, write_derived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sessions.session import Session

_LISTED = 10
_SECOND_LOOK_SECONDS = 0.2
# A phase 1 makes the folder, and may take its time before it writes.
_BEGINNING_SECONDS = 60
LEFT = "left behind by a command that was killed"


class Fault(NamedTuple):
    """What is wrong with a session, and what --fix does about it; empty: a person has to."""

    file: str
    message: str
    cure: str = ""


def examine(session: Session) -> list[Fault]:
    """Return what is wrong with a session; reads the whole log, writes nothing.

    Looks twice: what a writer in the middle of its work explains is gone then. Raises Damaged
    when the log itself is no regular file.
    """
    faults = _examine(session)
    if not faults:
        return []
    time.sleep(_SECOND_LOOK_SECONDS)
    again = _examine(session)
    return [fault for fault in faults if fault in again]


def _examine(session: Session) -> list[Fault]:
    whole = fold_log(session, whole=True)
    if whole.state.foreign:
        cure = "take it over; its STATE.json, METRICS.json and SESSION.md are kept aside"
        return [Fault("EVENTS.jsonl", "made by another program", cure)]
    faults = [*_faults_of_log(session), *_faults_of_derived(session, whole)]
    return [*faults, *_left_behind(session)]


def _left_behind(session: Session) -> list[Fault]:
    return [Fault(file.name, LEFT, "remove it") for file in in_session(session.path)]


def _faults_of_log(session: Session) -> Iterator[Fault]:
    last, number, bad = 0, 0, []
    for number, line in enumerate(read(session.events_file), 1):
        if line.record is None:
            bad.append(number)
            continue
        seq = line.record.get("seq")
        if seq is not None and seq <= last:
            yield Fault("EVENTS.jsonl", f"line {number} has seq {seq} after {last}")
        last = seq or last + 1
        if line.record.get("session_id") not in {None, session.id}:
            yield Fault("EVENTS.jsonl", f"line {number} is of another session")
    if bad:
        which = ", ".join(map(str, bad[:_LISTED]))
        yield Fault("EVENTS.jsonl", f"{unreadable(len(bad))} and passed over: {which}")
    if os.path.lexists(session.events_file) and _torn(session.events_file):
        yield Fault("EVENTS.jsonl", "the last line is torn", "the next event takes it out")


def _torn(log: Path) -> bool:
    with open_regular(log) as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - LINE_BYTES))
        tail = file.read().rpartition(b"\n")[2]
    return bool(tail) and event_of(tail) is None


def _faults_without_log(session: Session) -> Iterator[Fault]:
    """Yield what is wrong with a session that says nothing: its command was killed at the start."""
    if os.path.lexists(session.state_file):
        yield Fault("EVENTS.jsonl", "missing or empty, and STATE.json is there")
    elif os.path.lexists(session.plan_file):
        again = f"run queen --session {session.id} again with its task, or delete the session"
        yield Fault("EVENTS.jsonl", f"missing: the plan was never recorded; {again}")
    elif _is_old(session.path) and not any(files_of(session.path)):
        again = f"run the command again, or session delete {session.id}"
        yield Fault("EVENTS.jsonl", f"missing: the session was never begun; {again}")


def _is_old(folder: Path) -> bool:
    return time.time() - folder.stat().st_mtime > _BEGINNING_SECONDS


def _faults_of_derived(session: Session, whole: Folded) -> Iterator[Fault]:
    if whole.state.created_at is None:
        yield from _faults_without_log(session)
        return
    again = "make it again from EVENTS.jsonl"
    try:
        stored = fold_log(session)
    except Damaged as error:
        yield Fault("STATE.json", error.message, again)
        return
    if stored.fault:
        yield Fault("STATE.json", stored.fault, f"{again}; the bad one is kept aside")
    elif stored.state != whole.state:
        yield Fault("STATE.json", "does not say what the log says", again)
    for name in DERIVED:
        if not os.path.lexists(session.path / name):
            yield Fault(name, "missing", again)
    try:
        same = read_regular(session.path / "METRICS.json", derived.STATE_BYTES)
    except (OSError, NotReadable):
        return
    if same != derived.metrics_json(whole.state):
        yield Fault("METRICS.json", "does not say what the log says", again)


def mend(session: Session) -> list[Fault]:
    """Repair what can be repaired, under the session's lock; returns what was wrong before.

    Raises OSError when the disk refuses.
    """
    # The lock is given only when what killed commands left was removed.
    left = _left_behind(session)
    with session.locked():
        faults = _examine(session)
        if any(fault.cure for fault in faults):
            _mend(session)
    return [*left, *(fault for fault in faults if fault not in left)]


def _mend(session: Session) -> None:
    whole = fold_log(session, whole=True)
    if whole.state.foreign:
        for name in DERIVED:
            if os.path.lexists(session.path / name):
                move_aside(session.path / name)
        record(session, Event("session_validated", "", ADOPT, session.id))
        return
    try:
        damaged = bool(fold_log(session).fault)
    except WaggleError:
        damaged = True
    if damaged and os.path.lexists(session.state_file):
        move_aside(session.state_file)
    write_derived(session, whole.state, whole.log_bytes)


def told(fault: Fault) -> str:
    """Return a fault as one line."""
    cure = f" -> {fault.cure}" if fault.cure else " -> look at it yourself; nothing is lost by it"
    return f"{shown(fault.file)[1:-1]}: {fault.message}{cure}"
