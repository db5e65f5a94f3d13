"""A lock that the file system frees while its holder hangs: who goes on then writes nothing."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable
from typing import Any

import pytest

from sessions import events as log
from sessions import files, lock
from sessions import session as sessions
from sessions.errors import Busy
from sessions.events import Event, append, end_line
from sessions.files import append_synced
from sessions.session import Session, record
from tests.test_plan_jobs import begun, events, one, session, taken
from workers.fleet import jobs

__all__ = ["session"]  # a fixture

# Where the holder hangs: a function that it calls under the lock.
HANGS_AT = {
    "before it looks": (sessions, "remove_leftovers"),
    "after it looked": (jobs, "_ended"),
    "before it reads the log": (log, "append"),
    "before it writes": (log, "append_synced"),
    "as it opens the log": (files, "file_mode"),
}
SECONDS = 20


def hanging(patched: pytest.MonkeyPatch, module: Any, name: str) -> tuple[Any, Any]:
    """Let a thread named `late` hang where it calls a function, and its lock be freed there.

    Returns what is set when it hangs, and what lets it go on.
    """
    locks: list[int] = []
    take, usual = lock._take, getattr(module, name)
    hangs, goes_on = threading.Event(), threading.Event()

    def takes(descriptor: int, *about: Any) -> None:
        take(descriptor, *about)
        locks.append(descriptor)

    def pauses(*about: Any, **options: Any) -> Any:
        if threading.current_thread().name == "late" and locks and not hangs.is_set():
            fcntl.flock(locks[-1], fcntl.LOCK_UN)
            hangs.set()
            assert goes_on.wait(SECONDS)
        return usual(*about, **options)

    patched.setattr(lock, "_take", takes)
    patched.setattr(module, name, pauses)
    return hangs, goes_on


def overtaken(
    patched: pytest.MonkeyPatch, where: str, late: Callable[[], Any], other: Callable[[], Any]
) -> Any:
    """Let one do something while another hangs; returns what the other's came to."""
    came_to: list[Any] = []

    def run() -> None:
        try:
            came_to.append(late())
        except Busy as error:
            came_to.append(error)

    hangs, goes_on = hanging(patched, *HANGS_AT[where])
    thread = threading.Thread(target=run, name="late")
    thread.start()
    try:
        assert hangs.wait(SECONDS)
        other()
    finally:
        goes_on.set()
        thread.join(SECONDS)
    return came_to[0]


@pytest.mark.parametrize("where", HANGS_AT)
def test_who_lost_the_lock_ends_no_job_that_another_ended(
    session: Session, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    run = begun(session, "backend")
    old = taken(session, run, "late")

    def late() -> bool:
        return jobs.end(session, run, one("blocked"), old, "late")

    def other() -> None:
        new = taken(session, run, "other")
        assert jobs.end(session, run, one(), new, "other")

    came_to = overtaken(monkeypatch, where, late, other)
    if where == "before it looks":
        assert came_to is False
    else:
        assert isinstance(came_to, Busy)
        assert "another process wrote to" in came_to.message
    assert late() is False, "it looks again, and finds it ended"
    assert [one["status"] for one in events(session, "job_ended")] == ["completed"]
    numbers = [line.record and line.record["seq"] for line in log.read(session.events_file)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_who_holds_the_lock_records_more_than_once(session: Session) -> None:
    for _ in range(2):
        with session.locked():
            for _ in range(3):
                record(session, Event("heartbeat", "w", "live"), Event("heartbeat", "v", "live"))
            record(session)
    assert session.state().last_seq == 12
    with session.locked():
        append_synced(session.events_file, b'{"torn')
        with pytest.raises(Busy):
            record(session, Event("heartbeat", "w", "live"))
    with session.locked():
        assert record(session, Event("heartbeat", "w", "live")).last_seq == 14
    record(session, Event("heartbeat", "w", "live"))  # the lock is taken by other means


@pytest.mark.parametrize("length", [1, log.LINE_BYTES - 1, log.LINE_BYTES, 3 * log.LINE_BYTES])
def test_a_begun_line_of_any_length_goes_whole(session: Session, length: int) -> None:
    with session.locked():
        end = len(session.events_file.read_bytes()) if session.events_file.exists() else 0
        session.events_file.write_bytes(b"x" * length)
        append(session.events_file, "s", 1, [Event("heartbeat", "w", "live")], after=end)
    repaired, told = log.read(session.events_file)
    assert repaired.record
    assert told.record
    assert repaired.record["details"]["metrics"] == {"torn_bytes": length}


@pytest.mark.parametrize("there", [b"", b'{"whole": 1}\n{"to'], ids=["less", "more"])
def test_a_log_that_is_not_the_one_that_was_read_is_left_as_it_is(
    session: Session, there: bytes
) -> None:
    session.events_file.write_bytes(there)
    with pytest.raises(Busy):
        append(session.events_file, "s", 1, [Event("heartbeat", "w", "live")], after=5)
    assert session.events_file.read_bytes() == there
    assert end_line(session.events_file) == len(there)


# The token of a verdict, and whether its job has ended -> whether it counts.
VERDICTS = [
    (1, False, False),
    (1, True, False),
    (2, False, True),
    (2, True, False),
    (3, False, True),
    (None, False, True),  # of an older program, or judged by hand
    (None, True, True),
    ("1", False, True),
]


@pytest.mark.parametrize("kind", ["output_rejected", "output_accepted"])
@pytest.mark.parametrize(("token", "has_ended", "counts"), VERDICTS)
def test_a_late_verdict_does_not_count(
    session: Session, kind: str, token: object, has_ended: bool, counts: bool
) -> None:
    run = begun(session, "backend")
    taken(session, run)
    claim = taken(session, run)
    with session.locked():
        record(session, Event("output_accepted", claim.worker, "review", extra={"token": 2}))
    if has_ended:
        assert jobs.end(session, run, one(), claim, "a")
    with session.locked():
        record(session, Event("worker_failed", claim.worker, "by hand", extra={"token": 1}))
        about = {} if token is None else {"token": token}
        after = record(session, Event(kind, claim.worker, "review", extra=about))
    known = after.workers[claim.worker]
    assert known.attempts == (2 if counts else 1)
    accepted = {"output_accepted": "completed", "output_rejected": "active"}[kind]
    assert known.status == (accepted if counts else "failed")
    assert sessions.fold_log(session, whole=True).state == session.state()
