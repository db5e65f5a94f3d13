"""What is on disk: events, derived files, locks, damage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions import derived, state
from sessions.errors import Busy, Damaged, NotReadable, WaggleError, escaped, of_system, shown
from sessions.events import EVENT_TYPES, Event, append, event_of
from sessions.events import read as read_lines
from sessions.files import append_synced, read_regular, write_atomic
from sessions.location import ID_CHARACTERS, check_session_id, new_session_id
from sessions.lock import locked
from sessions.session import make_session, open_session, record
from tests.kit import PROJECT, SESSION, document, waggle

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(log: Path) -> Iterator[dict[str, Any]]:
    return (line.record for line in read_lines(log) if line.record is not None)


@given(st.text(max_size=300))
def test_an_id_made_from_any_task_is_well_formed(task: str) -> None:
    made = new_session_id(task, datetime(2026, 1, 31, 9, 0, tzinfo=UTC))
    assert made.startswith("2026-01-31-09-00-")
    assert check_session_id(made) == made
    assert len(made) <= ID_CHARACTERS


def test_the_slug_holds_the_telling_words() -> None:
    now = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
    assert new_session_id("Audit the Orders of our API, please", now).endswith("-audit-orders-api")
    assert new_session_id("注文", now).endswith("-task")


@given(st.text(max_size=500))
def test_what_is_shown_moves_no_cursor(text: str) -> None:
    quoted = shown(text)
    assert quoted.isprintable() or not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in quoted)
    assert "\n" not in quoted
    quoted.encode()
    assert escaped(escaped(text)) == escaped(text)


def test_the_event_types_are_those_of_the_contract() -> None:
    assert len(EVENT_TYPES) == len(set(EVENT_TYPES)) == 33


def test_events_of_a_set_up(set_up: Path) -> None:
    folder = set_up / "Docs/hive-mind/sessions" / SESSION
    events = list(read(folder / "EVENTS.jsonl"))
    assert [event["event_type"] for event in events] == [
        "session_created",
        "worker_spawned",
        "session_validated",
        "worker_configured",
        "setup_completed",
    ]
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
    for event in events:
        assert event["timestamp"].endswith("Z")
        assert event["session_id"] == SESSION
        assert {"action", "target", "result", "metrics"} <= event["details"].keys()
        assert event["event_type"] in EVENT_TYPES
    told = json.loads((folder / "STATE.json").read_bytes())
    assert told["workers"]["backend-worker"]["status"] == "active"
    assert {"blockers", "escalations", "handoffs", "schema_version"} <= told.keys()
    metrics = json.loads((folder / "METRICS.json").read_bytes())
    assert metrics["workers"]["backend-worker"]["tokens_in"] is None


def test_derived_files_are_made_again_from_the_events(set_up: Path) -> None:
    folder = set_up / "Docs/hive-mind/sessions" / SESSION
    names = ("STATE.json", "METRICS.json", "SESSION.md")
    for name in names:
        (folder / name).write_bytes(b"\0 torn")
    assert waggle("backend", "--setup", "--session", SESSION, cwd=set_up).returncode == 0
    assert json.loads((folder / "STATE.json").read_bytes())["last_seq"] == 8


def test_a_torn_tail_is_never_glued_to(tmp_path: Path) -> None:
    log = tmp_path / "EVENTS.jsonl"
    append(log, "s", 1, [Event("session_created", "", "create")], after=0)
    end = log.stat().st_size
    with log.open("ab") as torn:
        torn.write(b'{"event_type": "setup_comp')
    append(log, "s", 2, [Event("heartbeat", "w", "live")], after=end)
    events = list(read(log))
    names = ["session_created", "session_validated", "heartbeat"]
    assert [event["event_type"] for event in events] == names
    assert events[1]["details"]["torn"] == '{"event_type": "setup_comp'
    assert [event["seq"] for event in events] == [1, 2, 3]
    assert log.read_bytes().endswith(b"\n")


def test_a_last_event_without_its_lines_end_counts_once(root: Path) -> None:
    session = make_session(root, "s")
    with session.locked():
        record(session, Event("session_created", "", "create"), Event("heartbeat", "w", "live"))
    log = session.events_file
    log.write_bytes(log.read_bytes()[:-1])
    assert session.state().last_seq == 1, "nobody was told of it yet"
    with session.locked():
        assert session.state().last_seq == 2
        assert record(session, Event("heartbeat", "w", "live")).last_seq == 3
    assert [event["seq"] for event in read(log)] == [1, 2, 3]


def test_recording_nothing_brings_the_derived_files_up_to_the_log(root: Path) -> None:
    session = make_session(root, "s")
    with session.locked():
        record(session, Event("session_created", "", "create"))
        end = session.events_file.stat().st_size
        append(session.events_file, session.id, 2, [Event("heartbeat", "w", "live")], after=end)
        record(session)
    assert json.loads(session.state_file.read_bytes())["last_seq"] == 2
    assert len(list(read(session.events_file))) == 2


def test_foreign_lines_in_the_log_are_passed_over(tmp_path: Path) -> None:
    log = tmp_path / "EVENTS.jsonl"
    log.write_bytes(b'\n[]\n\0\0\n{"type": "old"}\n{"event_type": 3}\n' + b"[" * 99999 + b"\n")
    append(log, "s", 1, [Event("heartbeat", "w", "live")], after=log.stat().st_size)
    folded = state.fold(state.SessionState("s"), read(log))
    assert folded.workers["w"].heartbeat_at
    assert folded.last_seq == 1


@pytest.mark.parametrize(
    "event",
    [
        {"event_type": "x", "timestamp": 3, "worker": "w"},
        {"event_type": "x", "timestamp": "t", "worker": None},
        {"event_type": "output_accepted", "timestamp": "t", "worker": "w", "details": []},
        {"event_type": "worker_spawned", "timestamp": "t", "worker": "w"},
    ],
)
def test_folding_takes_any_event(event: dict[str, object], tmp_path: Path) -> None:
    known = event_of(json.dumps(event).encode())
    folded = state.fold(state.SessionState("s"), [known] if known else [])
    for made in (derived.state_json(folded, tmp_path / "log", 0), derived.metrics_json(folded)):
        json.loads(made)
    derived.session_markdown(folded, {})


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.500Z", 1.5),
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", None),
        ("2026-01-01T00:00:01Z", None, None),
        ("no time", "2026-01-01T00:00:00Z", None),
        ("2026-01-01T00:00:01", "2026-01-01T00:00:00Z", None),
    ],
)
def test_seconds_are_measured_or_null(start: str, end: str | None, seconds: float | None) -> None:
    assert state.seconds_between(start, end) == seconds


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x"
    write_atomic(file, b"old")

    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        write_atomic(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_short_append_is_cut_off(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; from sessions.files import append_synced\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))\n"
        "append_synced(Path('log'), b'0123456789\\n')\n"
        "try: append_synced(Path('log'), b'0123456789\\n')\n"
        "except OSError as error: print(error.errno)\n"
    )
    command = [sys.executable, "-c", script, str(PROJECT)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout == "28\n", run.stderr
    assert (tmp_path / "log").read_bytes() == b"0123456789\n"


def test_reading_refuses_what_is_no_plain_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    for name in ("pipe", "link", "."):
        with pytest.raises(NotReadable):
            read_regular(tmp_path / name, 100)
    with pytest.raises(NotReadable, match="larger than 4 bytes"):
        read_regular(tmp_path / "file", 4)
    assert read_regular(tmp_path / "link", 5, follow=True) == b"12345"


def test_appending_through_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        append_synced(tmp_path / "log", b"x\n")
    assert not (tmp_path / "elsewhere").exists()


def test_a_lock_names_its_holder_and_is_free_when_it_dies(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; from sessions.lock import locked\n"
        "with locked(Path(sys.argv[2])): print('held', flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(PROJECT), str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(Busy, match=str(holder.pid)), locked(lock, 0.1):
            pass
        holder.kill()
        holder.wait()
        start = time.monotonic()
        with locked(lock, 5):
            assert time.monotonic() - start < 4


def test_many_setups_at_once_lose_nothing(root: Path) -> None:
    from tests.kit import CLI

    command = [sys.executable, str(CLI), "backend", "--setup", "--session", "s", "--task", "x"]
    runs = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    for run in runs:
        _, errors = run.communicate(timeout=60)
        assert run.returncode == 0, errors
    events = list(read(root / "Docs/hive-mind/sessions/s/EVENTS.jsonl"))
    names = [event["event_type"] for event in events]
    assert names.count("session_created") == names.count("worker_spawned") == 1
    assert names.count("setup_completed") == 6
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


@pytest.mark.parametrize("part", ["", "workers", "workers/json"])
def test_a_session_with_a_link_in_it_is_damaged(set_up: Path, part: str) -> None:
    folder = set_up / "Docs/hive-mind/sessions" / SESSION / part
    elsewhere = set_up.parent / "elsewhere"
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    before = sorted(elsewhere.rglob("*"))
    for phase in ("--setup", "--output"):
        run = waggle("backend", phase, "--session", SESSION, cwd=set_up)
        assert run.returncode == 3, phase
        assert document(run)["problems"][0]["code"] == "R08"
    assert sorted(elsewhere.rglob("*")) == before


def test_a_folder_in_place_of_the_log_is_damage(set_up: Path) -> None:
    log = set_up / "Docs/hive-mind/sessions" / SESSION / "EVENTS.jsonl"
    log.unlink()
    log.mkdir()
    session = open_session(set_up, SESSION)
    with pytest.raises(Damaged):
        session.state()


def test_a_recorded_event_is_on_disk_before_the_derived_files(root: Path) -> None:
    session = make_session(root, "s")
    (session.path / "METRICS.json").mkdir()
    with session.locked(), pytest.raises(OSError, match="METRICS"):
        record(session, Event("heartbeat", "w", "live"))
    assert [event["event_type"] for event in read(session.events_file)] == ["heartbeat"]


def test_an_error_of_the_system_names_its_file() -> None:
    told = of_system(PermissionError(13, "Permission denied", "/x/\x1b[2Jy"))
    assert isinstance(told, WaggleError)
    assert told.message == "'/x/\\x1b[2Jy': Permission denied"
    assert told.exit_code == 3
