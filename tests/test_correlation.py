"""The id that joins what belongs to an attempt: events, documents, files of problems."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sessions.attempts import attempts_of
from sessions.events import EVENT_TYPES, Event
from sessions.events import read as read_log
from sessions.session import open_session, record
from sessions.state import SessionState
from tests.kit import CLI, SESSION, document, fill_in, waggle
from workers.catalog import built_in
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("late_imports")

NAME = "backend-worker"


def of_log(root: Path) -> list[dict[str, Any]]:
    lines = read_log(open_session(root, SESSION).events_file)
    return [line.record for line in lines if line.record is not None]


def ids(root: Path, event_type: str) -> list[str]:
    return [one["correlation_id"] for one in of_log(root) if one["event_type"] == event_type]


@pytest.mark.parametrize("event_type", EVENT_TYPES)
@pytest.mark.parametrize("worker", ["", NAME])
def test_every_event_carries_it(set_up: Path, event_type: str, worker: str) -> None:
    session = open_session(set_up, SESSION)
    with session.locked():
        record(session, Event(event_type, worker, "do"))
    last = of_log(set_up)[-1]
    assert last["event_id"] == f"{SESSION}/{last['seq']}"
    attempt = 1 if worker else 0
    assert last["attempt"] == attempt
    assert last["correlation_id"] == f"{SESSION}/{worker or '-'}/{attempt}"


def test_an_event_that_repairs_the_log_carries_it(set_up: Path) -> None:
    session = open_session(set_up, SESSION)
    with session.events_file.open("ab") as log:
        log.write(b'{"torn')
    with session.locked():
        record(session, Event("heartbeat", NAME, "live"))
    repair, live = of_log(set_up)[-2:]
    assert repair["correlation_id"] == f"{SESSION}/-/0"
    assert live["correlation_id"] == f"{SESSION}/{NAME}/1"


def test_a_verdict_and_its_problems_are_of_the_attempt_that_they_judge(set_up: Path) -> None:
    request = Request(built_in()[0], set_up, CLI)
    problems = open_session(set_up, SESSION).problems_file("backend")
    for attempt in (1, 2):
        rejected = finish(request, SESSION)
        assert rejected.status == "failed"
        assert rejected.correlation_id == f"{SESSION}/{NAME}/{attempt}"
        assert json.loads(problems.read_text("utf-8"))["correlation_id"] == rejected.correlation_id
    fill_in(set_up, SESSION)
    accepted = finish(request, SESSION)
    assert accepted.correlation_id == f"{SESSION}/{NAME}/3"
    assert ids(set_up, "output_rejected") == [f"{SESSION}/{NAME}/1", f"{SESSION}/{NAME}/2"]
    assert ids(set_up, "output_accepted") == ids(set_up, "task_completed")
    assert ids(set_up, "output_accepted") == [accepted.correlation_id]
    again = prepare(Order(built_in()[0], set_up, CLI, SESSION))
    assert again.correlation_id == accepted.correlation_id
    begun = prepare(Order(built_in()[0], set_up, CLI, SESSION, fresh=True))
    assert begun.correlation_id == f"{SESSION}/{NAME}/1"
    assert ids(set_up, "worker_spawned")[-1] == begun.correlation_id


def test_attempts_are_counted_within_one_record() -> None:
    types = ["worker_spawned", "output_rejected", "progress", "output_accepted", "task_completed"]
    events = [Event(one, "a", "") for one in types] + [Event("session_paused", "", "")]
    assert attempts_of(SessionState("s"), events) == [1, 1, 2, 2, 2, 0]


def test_a_phase_that_could_not_run_carries_it_where_there_is_a_session(set_up: Path) -> None:
    other = waggle("backend", "--setup", "--session", SESSION, "--task", "else", cwd=set_up)
    assert other.returncode == 3
    assert document(other)["correlation_id"] == f"{SESSION}/{NAME}/1"
    nowhere = waggle("backend", "--output", "--session", "none-such", cwd=set_up)
    assert nowhere.returncode == 3
    assert document(nowhere)["correlation_id"] is None
