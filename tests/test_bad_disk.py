"""Bad disks and stored state (F): refused or mended, with nothing that was there lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit import CLI, SESSION, TASK, copy_sample, document, fill_in, waggle
from tests.refusals import SESSIONS, answered, assert_clean, folder_of, refused, shell, tree

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts, and acts as another user")
LOG = ["log", "--session", SESSION, "--worker", "w", "--event", "progress"]
READING = (
    ["status"],
    ["status", "--session", SESSION],
    ["session", "list"],
    ["session", "show", SESSION],
    ["doctor", "--session", SESSION],
    ["verify", "--session", SESSION],
)


@pytest.fixture
def kept(shared: Path, tmp_path: Path) -> Path:
    """A copy of the shared repository, for a test that damages it."""
    root = tmp_path / "service"
    shutil.copytree(shared, root)
    return root


def seqs(root: Path) -> list[int]:
    """Return the numbers of the log's readable events."""
    found = []
    for line in (folder_of(root) / "EVENTS.jsonl").read_bytes().splitlines():
        try:
            found.append(json.loads(line)["seq"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


@needs_root
def test_f01_f02_a_disk_that_takes_nothing(kept: Path) -> None:
    folder = folder_of(kept)
    lines = {
        "read-only": f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}",
        "full": f"cp -r {folder} {kept}/../copy; mount -t tmpfs -o size=256k none {folder};"
        f" cp -r {kept}/../copy/. {folder}; dd if=/dev/zero of={folder}/fill 2>/dev/null",
    }
    before = tree(kept)
    for name, prepare in lines.items():
        for mode in ("", "--json"):
            line = f"{prepare}; cd {kept}; $W {' '.join(LOG)} {mode}"
            run = shell(kept, f"unshare -m bash -c '{line}'")
            assert_clean(run)
            assert run.returncode == 3, (name, run.stderr)
            assert SESSION.encode() in run.stderr
    assert tree(kept) == before
    assert answered(kept, *LOG)["recorded"] == 1


@pytest.mark.parametrize("name", ["STATE.json", "EVENTS.jsonl", "workers"])
def test_f03_another_kind_in_its_place(kept: Path, name: str) -> None:
    path = folder_of(kept) / name
    if path.is_dir():
        shutil.rmtree(path)
        path.write_text("x")
    else:
        path.unlink()
        path.mkdir()
    for arguments in (["backend", "--output", "--session", SESSION], LOG):
        assert refused(kept, *arguments)[0]["code"] in {"R08", "R10", "R01"}
    assert waggle("status", cwd=kept).returncode == 0


@pytest.mark.parametrize("name", ["", "workers/json", "../../archives"])
def test_f04_nothing_is_written_through_a_link(kept: Path, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = folder_of(kept) / name
    if path.exists():
        shutil.copytree(path, elsewhere, dirs_exist_ok=True)
        shutil.rmtree(path)
    (path.parent.resolve() / path.name).symlink_to(elsewhere)
    before = tree(elsewhere)
    assert refused(kept, "session", "archive", SESSION)[0]["code"] == "R08"
    assert tree(elsewhere) == before


BAD_STATES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "torn": lambda data: data[:100],
    "array": lambda _: b"[]",
    "text": lambda _: b"not JSON",
    "nul": lambda data: b"\0" * len(data),
    "status": lambda data: data.replace(b'"active"', b'"zzz"'),
    "deep": lambda _: b"[" * 100_000,
}


@pytest.mark.parametrize("change", BAD_STATES.values(), ids=BAD_STATES)
def test_f05_a_damaged_state_is_made_again_and_kept(
    kept: Path, change: Callable[[bytes], bytes]
) -> None:
    folder = folder_of(kept)
    good = json.loads((folder / "STATE.json").read_bytes())
    bad = change((folder / "STATE.json").read_bytes())
    (folder / "STATE.json").write_bytes(bad)
    before = tree(kept)
    told = answered(kept, "status", "--session", SESSION)
    assert told["sessions"][0]["faults"]
    assert tree(kept) == before
    answered(kept, *LOG)
    assert bad in [file.read_bytes() for file in folder.glob("STATE.2*.json")]
    again = json.loads((folder / "STATE.json").read_bytes())
    assert again["created_at"] == good["created_at"]
    assert again["workers"]["backend-worker"] == good["workers"]["backend-worker"]


FORGED = {
    "workers-a-list": {"workers": []},
    "worker-of-numbers": {"workers": {"backend-worker": {"attempts": "x", "task": 5}}},
    "priority": {"blockers": [{"id": "B1", "worker": "w", "text": "t", "needs": "q", "at": "t", "priority": "zzz"}]},  # noqa: E501
    "text": {"blockers": [{"id": "B1", "worker": "w", "text": 5, "needs": "q", "at": "t"}]},
    "log": {"log": {"bytes": -5, "tail": ""}},
    "log-beyond": {"log": {"bytes": 10**9, "tail": ""}},
    "timeline": {"timeline": [[1, 2, 3, 4]]},
}  # fmt: skip


@pytest.mark.parametrize("fields", FORGED.values(), ids=FORGED)
def test_f05_a_forged_state_with_a_right_digest(kept: Path, fields: dict[str, object]) -> None:
    import hashlib

    from sessions.derived import _DIGEST, _rows

    file = folder_of(kept) / "STATE.json"
    known = json.loads(file.read_bytes())
    del known["digest"]
    body = _rows(known | fields).removesuffix(b"\n}\n")
    file.write_bytes(body + _DIGEST + hashlib.sha256(body).hexdigest().encode() + b'"\n}\n')
    told = answered(kept, "status", "--session", SESSION)
    assert told["sessions"][0]["faults"]
    assert answered(kept, *LOG)["recorded"] == 1


def test_f05_a_newer_programs_state_is_left_alone(kept: Path) -> None:
    file = folder_of(kept) / "STATE.json"
    file.write_bytes(file.read_bytes().replace(b'"schema_version": 1', b'"schema_version": 99', 1))
    assert "schema_version 99" in refused(kept, *LOG)[0]["message"]


BAD_LOGS: dict[str, Callable[[bytes], bytes]] = {
    "torn": lambda data: data + b'{"event_type": "pro',
    "nul-tail": lambda data: data + b"\0" * 500,
    "garbage": lambda data: data.replace(b"\n", b"\n\xff garbage\n[]\n{}\n", 2),
    "no-end": lambda data: data.rstrip(b"\n"),
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "nan": lambda data: data + b'{"timestamp":"t","event_type":"output_accepted","worker":"w",'
    b'"details":{"metrics":{"seconds":NaN}}}\n',
    "huge": lambda data: data + b'{"timestamp":"t","event_type":"output_rejected","worker":"w",'
    b'"details":{"metrics":{"seconds":1' + b"0" * 4000 + b"}}}\n",
    "long-name": lambda data: data + b'{"timestamp":"t","event_type":"x","worker":"' + b"w" * 9000 + b'"}\n',  # noqa: E501
    "surrogate": lambda data: data + b'{"timestamp":"t","event_type":"x\\ud800","worker":"\\ud800\\u001b"}\n',  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("change", BAD_LOGS.values(), ids=BAD_LOGS)
def test_f06_f07_a_damaged_log_loses_no_good_event(
    kept: Path, change: Callable[[bytes], bytes]
) -> None:
    log = folder_of(kept) / "EVENTS.jsonl"
    log.write_bytes(change(log.read_bytes()))
    before = tree(kept)
    for arguments in READING[1:4]:
        answered(kept, *arguments)
    assert tree(kept) == before
    answered(kept, *LOG)
    found = seqs(kept)
    assert {1, 2, 3, 4, 5} <= set(found)
    assert len(found) == len(set(found))
    metrics = (folder_of(kept) / "METRICS.json").read_text()
    assert "NaN" not in metrics
    assert json.loads(log.read_bytes().splitlines()[-1])["event_type"] == "progress"


@needs_root
def test_f08_another_users_files(tmp_path: Path) -> None:
    line = (
        "umask 022; d=$(mktemp -d /tmp/f08.XXXX); chmod 755 $d; cp -r {0} $d/r; chmod -R 700 $d/r;"
        " cd /; setpriv --reuid=65534 --clear-groups $W status --session s --root $d/r {1}; e=$?;"
        " rm -rf $d; exit $e"
    )
    root = copy_sample(tmp_path)
    for mode in ("", "--json"):
        run = shell(root, line.format(root, mode))
        assert_clean(run)
        assert run.returncode == 3, run.stderr


def test_f09_what_killed_runs_left(kept: Path) -> None:
    folder = folder_of(kept)
    left = folder / f".STATE.json.{2**22 + 1}.tmp"  # more than any process's number
    left.write_bytes(b"half")
    (folder / "workers/notes/.draft.tmp").write_bytes(b"the agent's own")
    (folder / ".lock").write_bytes(b"999999")
    told = answered(kept, "doctor", "--session", SESSION, code=1)
    assert [fault["file"] for fault in told["sessions"][0]["left"]] == [left.name]
    answered(kept, "doctor", "--session", SESSION, "--fix")
    assert not left.exists()
    left.write_bytes(b"half")
    answered(kept, *LOG)
    assert not left.exists()
    answered(kept, "doctor", "--session", SESSION)
    assert (folder / "workers/notes/.draft.tmp").read_bytes() == b"the agent's own"


def test_f10_completed_but_without_notes(kept: Path) -> None:
    notes, _ = fill_in(kept, SESSION)
    answered(kept, "backend", "--output", "--session", SESSION)
    notes.unlink()
    told = answered(kept, "verify", "--session", SESSION, code=1)
    assert "backend_notes.md: missing" in str(told["workers"][0]["changed"])
    told = answered(kept, "backend", "--output", "--session", SESSION, code=1)
    assert told["problems"][0]["code"] == "S01"


def test_f11_many_at_once(kept: Path) -> None:
    commands = [[*LOG, "--target", str(number)] for number in range(8)]
    commands += [["backend", "--setup", "--session", SESSION]] * 2
    runs = [
        subprocess.Popen([sys.executable, CLI, *words], cwd=kept, stdout=-1, stderr=-1)
        for words in commands
    ]
    for run in runs:
        _, errors = run.communicate(timeout=60)
        assert run.returncode == 0, errors
    assert seqs(kept) == list(range(1, 5 + 8 + 6 + 1))


@pytest.mark.parametrize("moment", ["1970-01-02 00:00:00", "2100-01-01 00:00:00"])
@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime moves the clock")
def test_f12_a_clock_that_jumps(kept: Path, moment: str) -> None:
    run = shell(kept, f"faketime '{moment}' $W {' '.join(LOG)}")
    assert run.returncode == 0, run.stderr
    answered(kept, *LOG)
    assert seqs(kept) == sorted(seqs(kept))
    for row in answered(kept, "status", "--session", SESSION)["sessions"][0]["workers"]:
        assert row["age_seconds"] is None or row["age_seconds"] >= 0
        assert row["worker"] != "w" or row["liveness"] != "unresponsive"


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="another file system than /tmp")
@pytest.mark.skipif(not shutil.which("strace"), reason="strace takes the lock's call away")
def test_f13_another_file_system(kept: Path) -> None:
    root = Path("/dev/shm") / f"waggle-{os.getpid()}"
    shutil.copytree(kept, root)
    try:
        assert answered(root, *LOG)["recorded"] == 1
    finally:
        shutil.rmtree(root)
    before = tree(kept)
    run = shell(kept, f"strace -qq -f -o /dev/null -e inject=flock:error=ENOLCK $W {' '.join(LOG)}")
    assert_clean(run)
    assert run.returncode == 3, run.stderr
    assert tree(kept) == before


def test_f14_a_folder_that_is_deleted_meanwhile(kept: Path) -> None:
    from sessions.lock import locked

    with locked(folder_of(kept) / ".lock"):
        run = subprocess.Popen([sys.executable, CLI, *LOG], cwd=kept, stdout=-1, stderr=-1)
        time.sleep(1)
        while folder_of(kept).exists():  # what waits may put a file into it meanwhile
            shutil.rmtree(folder_of(kept), ignore_errors=True)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 3
    assert b"Traceback" not in errors
    gone = shell(kept, "mkdir x; cd x; rmdir ../x; $W status --json")
    assert document(gone)["problems"][0]["code"] == "R03"


@pytest.mark.parametrize("name", ["with space", "'quotes\"", "new\nline", "日本語", "deep"])
def test_f15_a_root_of_any_name(tmp_path: Path, name: str) -> None:
    root = tmp_path.joinpath(*["d" * 200] * 8) if name == "deep" else tmp_path / name
    root.mkdir(parents=True)
    run = waggle("backend", "--setup", "--task", TASK, "--root", str(root), cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    command = document(run)["config"]["next_command"]
    done = subprocess.run(["bash", "-c", command], cwd="/", capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    assert document(done)["session_id"] == document(run)["session_id"]


def test_f16_a_hard_link_is_never_written_through(kept: Path, tmp_path: Path) -> None:
    outside = [tmp_path / "notes", tmp_path / "state"]
    files = [folder_of(kept) / "workers/notes/backend_notes.md", folder_of(kept) / "STATE.json"]
    for other, file in zip(outside, files, strict=True):
        os.link(file, other)
    before = [file.read_bytes() for file in outside]
    answered(kept, "backend", "--setup", "--session", SESSION, "--fresh", "--task", "another task")
    answered(kept, *LOG)
    assert [file.read_bytes() for file in outside] == before
    assert (kept / SESSIONS).is_dir()
