"""What workers tell while they work, and how others see it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sessions.errors import BadInput, NoSuchTicket, Paused
from sessions.events import LOGGED_TYPES, OWN_TYPES, Event, event_of
from sessions.events import read as read_log
from sessions.session import open_session, record
from sessions.settings import settings, settings_and_ignored
from sessions.state import PRIORITIES, SessionState, Ticket, fold
from tests.kit import CLI, SESSION, document, fill_in, waggle
from workers.catalog import built_in
from workers.hive import coordination
from workers.hive.status import Look, age, open_row, restate, session_row, status
from workers.hive.status_text import spoken
from workers.hive.upkeep import hold
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("late_imports")

BACKEND = "backend-worker"
FRONTEND = "frontend-worker"


def recorded(root: Path) -> list[dict[str, Any]]:
    lines = read_log(open_session(root, SESSION).events_file)
    return [line.record for line in lines if line.record is not None]


def ask(root: Path, letter: str, text: str, **more: Any) -> str:
    told = coordination.ask(root, SESSION, coordination.ticket(letter, BACKEND, text, **more))
    return str(told.fields["id"])


def write_event(root: Path, **fields: Any) -> None:
    """Put an event of another time into the log."""
    file = open_session(root, SESSION).events_file
    event = {"worker": BACKEND, "session_id": SESSION, "details": {}, **fields}
    with file.open("a", encoding="ascii") as log:
        log.write(json.dumps(event) + "\n")


def look(root: Path, **later: float) -> Look:
    return Look(datetime.now(UTC) + timedelta(**later), settings(root), CLI)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["log", "--event", "task_started", "--target", "app", "--metric", "files=3"], "recorded"),
        (["heartbeat"], "recorded heartbeat"),
        (["progress", "read the routes"], "recorded progress"),
        (["block", "which roles?", "--needs", "architect-worker"], "B6: blocker"),
        (["escalate", "who decides?", "--priority", "high"], "E6: escalation for queen"),
        (["handoff", "done", "--to", "frontend-worker", "--artifact", "a.md"], "H6: handoff"),
        (["status"], "backend-worker"),
        (["next"], "--output"),
    ],
)
def test_each_command_is_one_literal_line(set_up: Path, words: list[str], told: str) -> None:
    session = ["--session", SESSION]
    worker = [] if words == ["status"] else ["--worker", "backend"]
    plain = waggle(*words, *session, *worker, cwd=set_up)
    assert plain.returncode == 0, plain.stderr
    assert told in plain.stdout.decode()
    shown = document(waggle(*words, *session, *worker, "--json", cwd=set_up))
    assert shown["status"] == "completed"
    assert shown["problems"] == []


def test_an_event_carries_what_was_said(set_up: Path) -> None:
    words = ["--event", "api_created", "--action", "add", "--target", "GET /x", "--result"]
    options = ["failure", "--metric", "lines=12", "--metric", "note=a b", "--metric", "rate=0.5"]
    session = ["--session", SESSION, "--worker", "backend"]
    assert waggle("log", *words, *options, *session, cwd=set_up).returncode == 0
    event = recorded(set_up)[-1]
    assert event["worker"] == BACKEND
    assert event["details"] == {
        "action": "add",
        "target": "GET /x",
        "result": "failure",
        "metrics": {"lines": 12, "note": "a b", "rate": 0.5},
    }


def test_a_batch_is_recorded_whole_or_not_at_all(set_up: Path) -> None:
    lines = [{"event_type": "code_analyzed", "target": f"f{n}.py"} for n in range(3)]
    batch = "\n".join(map(json.dumps, lines))
    words = ["log", "--batch", "--session", SESSION, "--worker", "backend"]
    good = waggle(*words, cwd=set_up, stdin=None, input=batch.encode())
    assert good.returncode == 0, good.stderr
    assert [one["details"]["target"] for one in recorded(set_up)[-3:]] == [
        "f0.py",
        "f1.py",
        "f2.py",
    ]
    before = recorded(set_up)
    for bad in (batch + "\nno json", batch + '\n{"event_type": "nope"}', "", '{"event_type": 3}'):
        run = waggle(*words, cwd=set_up, stdin=None, input=bad.encode())
        assert run.returncode == 2, bad
    assert recorded(set_up) == before


@pytest.mark.parametrize("event_type", [*OWN_TYPES, "made_up"])
def test_what_the_program_owns_is_not_logged_by_hand(event_type: str) -> None:
    with pytest.raises(BadInput, match=event_type):
        coordination.logged(BACKEND, event_type)


def test_a_worker_cannot_log_itself_accepted(set_up: Path) -> None:
    for event_type in LOGGED_TYPES:
        if event_type != "worker_failed":
            coordination.log(set_up, SESSION, [coordination.logged(BACKEND, event_type)])
    state = open_session(set_up, SESSION).state()
    assert state.workers[BACKEND].status != "completed"
    assert state.status == "active"


@pytest.mark.parametrize("name", ["", "Backend", "a b", "../x", "x" * 70, "é", "-a"])
def test_workers_are_well_formed_names(name: str) -> None:
    with pytest.raises(BadInput):
        coordination.worker_name(name)


def test_a_blocker_blocks_until_it_is_closed(set_up: Path) -> None:
    blocker = ask(set_up, "B", "which roles?", needs=FRONTEND)
    assert open_session(set_up, SESSION).state().workers[BACKEND].status == "blocked"
    assert ask(set_up, "B", "which roles?", needs=FRONTEND) == blocker  # asked once
    told = coordination.close(set_up, SESSION, FRONTEND, blocker, "admins", kinds=["blocker"])
    assert told.fields["blocker"]["closed_by"] == FRONTEND
    assert open_session(set_up, SESSION).state().workers[BACKEND].status == "active"
    events = len(recorded(set_up))
    coordination.close(set_up, SESSION, FRONTEND, blocker, "admins", kinds=["blocker"])
    assert len(recorded(set_up)) == events  # closed once
    assert ask(set_up, "B", "which roles?", needs=FRONTEND) != blocker  # a new one, now


def test_only_what_is_open_and_of_its_kind_is_closed(set_up: Path) -> None:
    handoff = ask(set_up, "H", "done", needs=FRONTEND)
    with pytest.raises(NoSuchTicket, match="B99"):
        coordination.close(set_up, SESSION, BACKEND, "B99", "", kinds=["blocker"])
    with pytest.raises(NoSuchTicket, match=handoff):
        coordination.close(set_up, SESSION, BACKEND, handoff, "", kinds=["blocker"])
    with pytest.raises(BadInput, match=FRONTEND):
        coordination.close(set_up, SESSION, BACKEND, handoff, "", kinds=["handoff"])
    told = coordination.close(set_up, SESSION, FRONTEND, handoff, "", kinds=["handoff"])
    assert told.fields["handoff"]["closed_by"] == FRONTEND


def test_an_event_that_could_not_be_read_again_is_refused(set_up: Path) -> None:
    metrics = {f"m{n}": "x" * 4000 for n in range(300)}
    with pytest.raises(BadInput, match="too long"):
        coordination.log(set_up, SESSION, [Event("progress", BACKEND, "x", metrics=metrics)])
    assert len(recorded(set_up)) == 5


def test_phase_1_shows_what_waits_for_the_worker(set_up: Path) -> None:
    for letter in "BEH":
        asked = coordination.ticket(letter, FRONTEND, "the API, please", needs="backend")
        coordination.ask(set_up, SESSION, asked)
    shown = prepare(Order(built_in()[0], set_up, CLI, SESSION))
    assert [row["kind"] for row in shown.escalations] == ["blocker", "escalation"]
    assert [row["kind"] for row in shown.dependencies["handoffs"]] == ["handoff"]
    assert "Others wait for you" in shown.next_actions[0]


def test_an_accepted_report_hands_on_and_asks_once(set_up: Path) -> None:
    _, json_file = fill_in(set_up, SESSION)
    report = json.loads(json_file.read_text("utf-8"))
    report["handoffs"] = [{"to": "frontend", "summary": "Use the orders API", "artifacts": []}]
    report["unresolved"] = ["Who may refund?"]
    json_file.write_text(json.dumps(report), "utf-8")
    for _ in range(2):
        assert finish(Request(built_in()[0], set_up, CLI), SESSION).status == "completed"
    tickets = open_session(set_up, SESSION).state().open_tickets()
    assert [(one.kind, one.text, one.needs) for one in tickets] == [
        ("handoff", "Use the orders API", FRONTEND),
        ("escalation", "Who may refund?", "queen"),
    ]
    told = coordination.close(set_up, SESSION, FRONTEND, tickets[0].id, "", kinds=["handoff"])
    assert told.fields["handoff"]["closed_by"] == FRONTEND


@pytest.mark.parametrize(("priority", "seconds"), PRIORITIES.items())
def test_a_blocker_rises_after_the_time_of_its_priority(
    set_up: Path, priority: str, seconds: int
) -> None:
    ask(set_up, "B", "which roles?", priority=priority)
    ticket = open_session(set_up, SESSION).state().open_tickets()[0]
    assert not open_row(ticket, look(set_up, seconds=seconds - 5))["risen"]
    row = open_row(ticket, look(set_up, seconds=seconds + 5))
    assert row["risen"]
    assert row["rises_after_seconds"] == seconds


@pytest.mark.parametrize(
    ("seconds", "word"), [(0, "alive"), (115, "alive"), (125, "stale"), (305, "unresponsive")]
)
def test_life_is_measured_from_the_events(set_up: Path, seconds: int, word: str) -> None:
    row = session_row(open_session(set_up, SESSION), look(set_up, seconds=seconds))
    assert row["workers"][0]["liveness"] == word


def test_a_clock_that_was_set_back_says_nothing_of_life(set_up: Path) -> None:
    write_event(set_up, seq=6, event_type="heartbeat", timestamp="2100-01-01T00:00:00.000Z")
    row = session_row(open_session(set_up, SESSION), look(set_up))
    assert (row["workers"][0]["liveness"], row["workers"][0]["age_seconds"]) == ("unknown", None)
    coordination.log(set_up, SESSION, [coordination.logged(BACKEND, "heartbeat")])
    row = session_row(open_session(set_up, SESSION), look(set_up))
    assert row["workers"][0]["liveness"] == "alive"


@pytest.mark.parametrize("timestamp", [None, "", "no time", "2026-01-01T00:00:00"])
def test_an_age_is_known_or_none(timestamp: str | None) -> None:
    assert age(timestamp, datetime.now(UTC)) is None


def test_ages_are_spoken_as_people_say_them() -> None:
    ages = [None, 0, 119, 120, 7199, 7200, 172800]
    assert [spoken(one) for one in ages] == [
        "unknown", "0 s", "119 s", "2 min", "119 min", "2 h", "2 d",
    ]  # fmt: skip


def test_a_paused_session_begins_nothing_and_blames_nobody(set_up: Path) -> None:
    hold(set_up, SESSION, "session_paused")
    with pytest.raises(Paused, match="paused"):
        prepare(Order(built_in()[0], set_up, CLI, SESSION))
    row = session_row(open_session(set_up, SESSION), look(set_up, hours=9))
    assert row["status"] == "paused"
    assert row["workers"][0]["liveness"] is None
    events = len(recorded(set_up))
    hold(set_up, SESSION, "session_paused")
    assert len(recorded(set_up)) == events
    hold(set_up, SESSION, "session_resumed")
    assert prepare(Order(built_in()[0], set_up, CLI, SESSION)).status == "completed"


def test_status_without_a_session_shows_those_that_are_open(set_up: Path) -> None:
    prepare(Order(built_in()[0], set_up, CLI, "other", b"x"))
    fill_in(set_up, SESSION)
    assert finish(Request(built_in()[0], set_up, CLI), SESSION).status == "completed"
    told = status(set_up, None, CLI)
    assert [row["session_id"] for row in told.fields["sessions"]] == ["other"]
    assert told.fields["sessions"][0]["workers"][0]["next"].endswith(f"--root {set_up}")


def test_next_tells_what_is_still_wrong(set_up: Path) -> None:
    assert finish(Request(built_in()[0], set_up, CLI), SESSION).status == "failed"
    told = restate(set_up, SESSION, "backend", CLI)
    assert "S05" in told.text
    assert told.fields["open_problems"]
    assert len(told.text) < 6000
    fill_in(set_up, SESSION)
    assert finish(Request(built_in()[0], set_up, CLI), SESSION).status == "completed"
    told = restate(set_up, SESSION, "backend", CLI)
    assert told.fields["next_command"] is None
    assert told.fields["open_problems"] == []


def test_an_unknown_setting_or_value_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, part in (
        ("stale_second = 3\n", "Did you mean stale_seconds?"),
        ("stale_seconds = '3'\n", "stale_seconds in waggle.toml is '3'"),
        ("stale_seconds = \n", "TOML"),
    ):
        (root / "waggle.toml").write_text(text)
        known, (ignored,) = settings_and_ignored(root)
        assert known["stale_seconds"].source == "default"
        assert part in ignored.line
    (root / "pyproject.toml").write_text("[tool.waggle]\nstale_seconds = 7\nlow_seconds = 9\n")
    (root / "waggle.toml").write_text("stale_seconds = 8\n")
    found = settings(root)
    assert (found["stale_seconds"].value, found["stale_seconds"].source) == (8, "waggle.toml")
    assert (found["low_seconds"].value, found["low_seconds"].source) == (9, "pyproject.toml")
    monkeypatch.setenv("WAGGLE_STALE_SECONDS", "11")
    assert settings(root)["stale_seconds"].value == 11
    monkeypatch.setenv("WAGGLE_STALE_SECONDS", "soon")
    with pytest.raises(BadInput, match="WAGGLE_STALE_SECONDS"):
        settings(root)


def test_secrets_stay_out_of_what_is_written(root: Path) -> None:
    canary = "CANARY-59f2c1d0ab"
    env = {**os.environ, "ANTHROPIC_API_KEY": canary}
    task = f"key {canary}, db postgres://user:{canary}@host/db?x=1"
    words = ["--session", SESSION, "--worker", "backend"]
    prompt = ["backend", "--setup", "--session", SESSION, "--task", task]
    assert waggle(*prompt, cwd=root, env=env).returncode == 0
    for told in (["progress", task], ["block", task], ["handoff", task, "--to", "x"]):
        assert waggle(*told, *words, cwd=root, env=env).returncode == 0
    folder = root / "Docs/hive-mind/sessions" / SESSION
    holding = [
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and canary.encode() in file.read_bytes()
    ]
    assert holding == ["workers/prompts/backend-worker.prompt"]  # kept byte for byte
    assert "[redacted]@host/db" in (folder / "EVENTS.jsonl").read_text()


@pytest.mark.parametrize(
    "line",
    [
        {"timestamp": "2025-01-15T10:30:00Z", "event_type": "code_analyzed", "worker": "w"},
        {"ts": "2025-01-15T10:30:00Z", "type": "blocker", "agent": "w", "payload": {}},
        {
            "timestamp": "2025-01-15T10:30:00Z",
            "type": "worker_spawned",
            "agent": "w",
            "details": "x",
        },
        {"timestamp": "2025-01-15T10:30:00Z", "level": "INFO", "type": "x", "agent": "w"},
    ],
)
def test_events_of_earlier_programs_are_read(line: dict[str, Any]) -> None:
    event = event_of(json.dumps(line).encode())
    assert event is not None
    state = fold(SessionState("s"), [event])
    assert state.workers["w"].heartbeat_at == "2025-01-15T10:30:00Z"
    assert state.foreign


def test_closed_tickets_do_not_pile_up(set_up: Path) -> None:
    session = open_session(set_up, SESSION)
    asked = [Ticket("B", BACKEND, f"b{n}", "queen", "") for n in range(70)]
    with session.locked():
        record(session, *map(coordination.ticket_event, asked))
        open_ids = [one.id for one in session.state().open_tickets()]
        closing = [Event("blocker_resolved", BACKEND, "close", one) for one in open_ids[:60]]
        state = record(session, *closing)
    assert len(state.open_tickets()) == 10
    assert len(state.tickets) == 60
