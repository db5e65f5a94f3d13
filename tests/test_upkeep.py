"""Sessions as they lie on disk: receipts, archives, the doctor, worktrees and moves."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sessions import archive as archives
from sessions import doctor, git, removal
from sessions.errors import BadArchive, BadInput, Foreign, Paused
from sessions.events import Event
from sessions.session import fold_log, open_session, record, session_ids
from sessions.worktrees import sessions_home
from tests.kit import CLI, SESSION, TASK, document, fill_in, waggle
from workers.catalog import built_in
from workers.hive import coordination
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare
from workers.phases.receipt import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sessions.session import Session

pytestmark = pytest.mark.usefixtures("late_imports")

FOLDER = f"Docs/hive-mind/sessions/{SESSION}"
PREDECESSOR = (
    '{"timestamp":"2025-01-15T10:30:00Z","type":"worker_spawned","agent":"backend-worker",'
    '"details":"spawned"}\n'
    '{"timestamp":"2025-01-15T10:31:00Z","type":"analysis_started","agent":"backend-worker",'
    '"details":{"x":[1]}}\n'
)


@pytest.fixture
def accepted(root: Path) -> Path:
    """A repository with a session whose report was accepted."""
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    fill_in(root, SESSION)
    assert finish(Request(built_in()[0], root, CLI), SESSION).status == "completed"
    return root


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink() and "base" not in file.parts
    }


def commit_all(root: Path) -> None:
    shutil.rmtree(root / ".git")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *words], cwd=root, check=True)


# Receipts


def test_a_receipt_holds_while_nothing_changes(accepted: Path) -> None:
    told = verify(accepted, SESSION)
    assert told.status == "completed"
    assert told.fields["workers"][0]["status"] == "holds"
    receipt = json.loads((accepted / FOLDER / "workers/json/backend_receipt.json").read_bytes())
    assert "app/mail.py" in receipt["cited"]
    assert len(receipt["checks"]) > 50
    assert receipt["previous_event"]


def change_code(root: Path) -> None:
    with (root / "app/mail.py").open("a") as file:
        file.write("# later\n")


def remove_code(root: Path) -> None:
    (root / "app/mail.py").unlink()


def change_notes(root: Path) -> None:
    with (root / FOLDER / "workers/notes/backend_notes.md").open("a") as file:
        file.write("later\n")


def change_prompt(root: Path) -> None:
    (root / FOLDER / "workers/prompts/backend-worker.prompt").write_text("another task")


def change_receipt(root: Path) -> None:
    file = root / FOLDER / "workers/json/backend_receipt.json"
    file.write_text(file.read_text().replace('"scores"', '"scored"'))


def remove_receipt(root: Path) -> None:
    (root / FOLDER / "workers/json/backend_receipt.json").unlink()


def cut_log(root: Path) -> None:
    file = root / FOLDER / "EVENTS.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(line for line in lines if b"setup_completed" not in line))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (change_code, "app/mail.py: changed"),
        (remove_code, "app/mail.py: gone"),
        (change_notes, "backend_notes.md: changed"),
        (change_prompt, "backend-worker.prompt: changed"),
        (change_receipt, "backend_receipt.json: not the one"),
        (remove_receipt, "backend_receipt.json: missing"),
        (cut_log, "EVENTS.jsonl: the events before"),
    ],
)
def test_verify_names_what_changed(
    accepted: Path, change: Callable[[Path], None], told: str
) -> None:
    change(accepted)
    answer = verify(accepted, SESSION)
    assert answer.status == "failed"
    assert answer.fields["workers"][0]["status"] == "changed"
    assert told in answer.text


def test_judging_again_keeps_the_receipt(accepted: Path) -> None:
    file = accepted / FOLDER / "workers/json/backend_receipt.json"
    before = file.read_bytes()
    assert finish(Request(built_in()[0], accepted, CLI), SESSION).status == "completed"
    assert file.read_bytes() == before
    assert verify(accepted, SESSION).status == "completed"


def test_verify_is_usable_in_ci(accepted: Path) -> None:
    assert waggle("verify", "--session", SESSION, cwd=accepted).returncode == 0
    change_code(accepted)
    run = waggle("verify", "--session", SESSION, "--json", cwd=accepted)
    assert (run.returncode, document(run)["status"]) == (1, "failed")


def test_what_was_rejected_last_does_not_hold(accepted: Path) -> None:
    change_notes(accepted)
    (accepted / FOLDER / "workers/json/backend_output.json").write_text("{}")
    assert finish(Request(built_in()[0], accepted, CLI), SESSION).status == "failed"
    answer = verify(accepted, SESSION)
    assert answer.fields["workers"][0]["status"] == "not accepted"


def test_the_receipt_names_the_commit_and_whether_it_was_dirty(root: Path) -> None:
    commit_all(root)
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    commit, dirty = git.head(root)
    assert commit
    assert len(commit) == 40
    assert dirty is False
    change_code(root)
    assert git.head(root) == (commit, True)


def test_git_runs_nothing_that_the_repository_configures(root: Path) -> None:
    commit_all(root)
    trap = root / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {root}/PWNED\ncat\n")
    trap.chmod(0o755)
    for name in ("core.fsmonitor", "filter.x.clean", "filter.x.process", "diff.external"):
        subprocess.run(["git", "config", name, str(trap)], cwd=root, check=True)
    (root / ".gitattributes").write_text("* filter=x\n")
    change_code(root)
    subprocess.run(["git", "status"], cwd=root, check=False, capture_output=True)
    assert (root / "PWNED").exists()  # the trap works
    (root / "PWNED").unlink()
    assert git.head(root)[0]
    assert not (root / "PWNED").exists()


# Worktrees and moves


def test_a_moved_repository_keeps_its_sessions(accepted: Path) -> None:
    moved = accepted.with_name("moved")
    accepted.rename(moved)
    assert verify(moved, SESSION).status == "completed"
    told = finish(Request(built_in()[0], moved, CLI), SESSION)
    assert told.status == "completed"
    assert told.problems == []


def test_two_files_are_checked_where_the_repository_lies_elsewhere(accepted: Path) -> None:
    moved = accepted.with_name("checkout")
    accepted.rename(moved)
    notes = moved / FOLDER / "workers/notes/backend_notes.md"
    report = moved / FOLDER / "workers/json/backend_output.json"
    run = waggle("backend", "--check", notes, report, "--root", moved, cwd=moved.parent)
    assert run.returncode == 0, run.stdout


def test_worktrees_share_their_sessions(root: Path) -> None:
    commit_all(root)
    tree = root.with_name("tree")
    subprocess.run(["git", "worktree", "add", "-q", tree], cwd=root, check=True)
    assert sessions_home(tree) == root
    run = waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=tree)
    assert document(run)["config"]["session_path"] == str(root / FOLDER)
    assert document(run)["config"]["project_root"] == str(tree)
    assert session_ids(root) == session_ids(tree) == [SESSION]
    remove_code(root)  # the claims are held against the worktree
    notes = root / FOLDER / "workers/notes/backend_notes.md"
    made = notes.parent.parent / "json/backend_output.json"
    honest = fill_in(root, SESSION)
    for file in honest:
        file.write_text(file.read_text("utf-8").replace(str(root), str(tree)), "utf-8")
    assert honest == (notes, made)
    done = waggle("backend", "--output", "--session", SESSION, cwd=tree)
    assert done.returncode == 0, done.stdout
    assert not (tree / "Docs").exists()


@pytest.mark.parametrize(
    "line", ["gitdir: /", "gitdir: ../elsewhere/.git/worktrees/x", "gitdir: \0", "", "x" * 9000]
)
def test_a_git_file_alone_leads_nowhere(tmp_path: Path, line: str) -> None:
    worktree = tmp_path / "elsewhere/.git/worktrees/x"
    worktree.mkdir(parents=True)
    (worktree / "commondir").write_text("../..")
    (worktree / "gitdir").write_text(f"{tmp_path}/other/.git")
    root = tmp_path / "root"
    root.mkdir()
    (root / ".git").write_text(line)
    assert sessions_home(root) == root


# Archives


def test_an_archive_brings_a_session_back(accepted: Path) -> None:
    session = open_session(accepted, SESSION)
    before = contents(session.path)
    file = archives.archive(session)
    assert session.state().status == "archived"
    with pytest.raises(Paused):
        coordination.log(accepted, SESSION, [coordination.logged("w", "heartbeat")])
    with pytest.raises(BadInput, match="is there"):
        archives.restore(accepted, file)
    assert removal.prune(accepted, timedelta(0), dry_run=True).removed == [SESSION]
    assert session.path.exists()
    assert removal.prune(accepted, timedelta(0), dry_run=False).removed == [SESSION]
    assert session_ids(accepted) == []
    restored, left_out = archives.restore(accepted, file)
    assert not left_out
    after = contents(restored.path)
    assert after["EVENTS.jsonl"].startswith(before["EVENTS.jsonl"])
    same = [name for name in before if name.startswith("workers/")]
    assert [after[name] for name in same] == [before[name] for name in same]
    assert restored.state().status == "completed"
    assert verify(accepted, SESSION).status == "completed"
    assert doctor.examine(restored) == []


def test_an_archive_checks_with_the_usual_tool(accepted: Path, tmp_path: Path) -> None:
    file = archives.archive(open_session(accepted, SESSION))
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "-xf", file], cwd=tmp_path / "out", check=True)
    command = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    subprocess.run(command, cwd=tmp_path / "out" / SESSION, check=True)


def packed(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no tar", "no archive"),
        (packed({"s/SHA256SUMS": b""}), "no session"),
        (packed({"s/../../x": b"1"}), "no session has"),
        (packed({"/etc/x": b"1"}), "unlisted|no session"),
        (packed({"s/EVENTS.jsonl": b"1"}), "unlisted"),
        (packed({"s/SHA256SUMS": b"00  EVENTS.jsonl\n"}), "missing"),
        (packed({"s/SHA256SUMS": b"00  x\n", "s/x": b"1"}), "not what was archived"),
    ],
)
def test_a_bad_archive_writes_nothing(root: Path, tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "a.tar"
    file.write_bytes(data)
    before = contents(root)
    with pytest.raises((BadArchive, BadInput), match=why):
        archives.restore(root, file)
    assert contents(root) == before


def test_a_cut_archive_is_refused_and_keeps_the_folder(accepted: Path) -> None:
    session = open_session(accepted, SESSION)
    file = archives.archive(session)
    file.write_bytes(file.read_bytes()[:-20000])
    assert removal.prune(accepted, timedelta(0), dry_run=False).removed == []
    with pytest.raises((BadArchive, BadInput)):
        archives.restore(accepted, file)


@pytest.mark.parametrize("text", ["", "30", "d", "30x", "-1d", "1.5h", "٣d"])
def test_an_age_is_well_formed(text: str) -> None:
    with pytest.raises(BadInput, match="age"):
        removal.age_of(text)


def test_only_what_was_archived_long_ago_is_pruned(accepted: Path) -> None:
    assert removal.prune(accepted, timedelta(0), dry_run=False).removed == []
    archives.archive(open_session(accepted, SESSION))
    assert removal.prune(accepted, removal.age_of("1h"), dry_run=False).removed == []


# The doctor


def tear_state(session: Session) -> None:
    data = session.state_file.read_bytes()
    session.state_file.write_bytes(data[: len(data) // 2])


def edit_state(session: Session) -> None:
    text = session.state_file.read_text()
    session.state_file.write_text(text.replace('"active"', '"completed"'))


def remove_state(session: Session) -> None:
    session.state_file.unlink()


def nul_state(session: Session) -> None:
    session.state_file.write_bytes(b"\0" * 500)


def edit_metrics(session: Session) -> None:
    file = session.path / "METRICS.json"
    file.write_text(file.read_text().replace('"attempts": 0', '"attempts": -5'))


def leave_temporary(session: Session) -> None:
    (session.path / "workers/json/.backend_output.json.123.tmp").write_text("half")


@pytest.mark.parametrize(
    "damage", [tear_state, edit_state, remove_state, nul_state, edit_metrics, leave_temporary]
)
def test_the_doctor_finds_and_mends(set_up: Path, damage: Callable[[Session], None]) -> None:
    session = open_session(set_up, SESSION)
    damage(session)
    before = contents(session.path)
    faults = doctor.examine(session)
    assert faults
    assert all(fault.cure for fault in faults)
    assert contents(session.path) == before  # looking changes nothing
    assert session.state().workers["backend-worker"].status == "active"
    doctor.mend(session)
    assert doctor.examine(session) == []
    kept = contents(session.path).values()
    if damage in {tear_state, edit_state, nul_state}:
        assert before["STATE.json"] in kept  # the bad one is kept aside


def test_the_doctor_tells_what_it_cannot_mend(set_up: Path) -> None:
    session = open_session(set_up, SESSION)
    lines = session.events_file.read_bytes().splitlines(keepends=True)
    session.events_file.write_bytes(lines[0] + b"garbage\n" + b"".join(lines[1:]) + lines[1])
    told = "\n".join(map(doctor.told, doctor.examine(session)))
    assert "1 line is not readable and passed over: 2" in told
    assert "line 7 has seq 2 after 5" in told
    run = waggle("doctor", "--session", SESSION, cwd=set_up)
    assert run.returncode == 1
    assert b"garbage" not in run.stdout


def test_a_log_that_was_cut_is_not_covered_up(set_up: Path) -> None:
    session = open_session(set_up, SESSION)
    session.events_file.write_bytes(b"")
    assert fold_log(session).fault == "of another log"
    assert not session.state().is_set_up("backend-worker")
    assert any("missing or empty" in fault.message for fault in doctor.examine(session))


def test_the_checkpoint_says_what_the_whole_log_says(accepted: Path) -> None:
    coordination.ask(
        accepted, SESSION, coordination.ticket("B", "x-worker", "why", artifacts=["a"])
    )
    session = open_session(accepted, SESSION)
    assert fold_log(session).state == fold_log(session, whole=True).state
    with session.events_file.open("ab") as log:
        log.write(b'{"half')  # a writer in the middle of it
    assert fold_log(session).state == fold_log(session, whole=True).state


def test_opening_does_not_read_the_whole_log(set_up: Path) -> None:
    session = open_session(set_up, SESSION)
    with session.locked():
        record(session, *[Event("progress", "w", "x" * 80) for _ in range(2000)])
    middle = session.events_file.stat().st_size // 2
    with session.events_file.open("r+b") as log:
        log.seek(middle)
        log.write(b"\n\n\n\n")  # seen by whoever reads it
    assert session.state().damaged_lines == 0
    assert fold_log(session, whole=True).state.damaged_lines > 0


@pytest.fixture
def foreign(root: Path) -> Path:
    """A repository with a session of an earlier program."""
    folder = root / FOLDER
    folder.mkdir(parents=True)
    (folder / "EVENTS.jsonl").write_text(PREDECESSOR)
    (folder / "SESSION.md").write_text("# by hand\n")
    (folder / "STATE.json").write_text('{"version": "2.0", "status": "executing"}')
    return root


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--session", SESSION],
        ["session", "list"],
        ["session", "show", SESSION],
        ["doctor", "--session", SESSION],
        ["verify", "--session", SESSION],
    ],
)
def test_a_foreign_session_is_read_and_left_alone(foreign: Path, words: list[str]) -> None:
    before = contents(foreign)
    run = waggle(*words, cwd=foreign)
    assert run.returncode in {0, 1}, run.stderr
    assert SESSION.encode() in run.stdout or words[0] == "verify"
    assert contents(foreign) == before


def test_a_foreign_session_is_written_when_it_was_taken_over(foreign: Path) -> None:
    event = coordination.logged("w", "heartbeat")
    before = contents(foreign / FOLDER)
    with pytest.raises(Foreign, match=SESSION):
        coordination.log(foreign, SESSION, [event])
    with pytest.raises(Foreign):
        prepare(Order(built_in()[0], foreign, CLI, SESSION, b"x"))
    left = contents(foreign / FOLDER)
    assert {name: left[name] for name in before} == before
    assert left.keys() - before.keys() <= {".lock"}
    session = open_session(foreign, SESSION)
    doctor.mend(session)
    after = contents(session.path)
    assert after["EVENTS.jsonl"].startswith(PREDECESSOR.encode())
    assert before["SESSION.md"] in after.values()
    assert before["STATE.json"] in after.values()
    coordination.log(foreign, SESSION, [event])
    assert doctor.examine(session) == []
