"""Restoring takes only what a session has, a piece at a time, and completes what was cut off."""

from __future__ import annotations

import hashlib
import io
import resource
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from sessions import archive as archives
from sessions.errors import BadArchive, BadInput
from sessions.events import Event
from sessions.location import BASES
from sessions.packed import is_of_session
from sessions.session import open_session, record
from tests.kit import CLI, SESSION, waggle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEMORY_BYTES = 400 * 1024 * 1024  # of addresses, libraries included
LOG = (
    b'{"timestamp":"2026-01-31T09:00:00.000Z","seq":1,"event_type":"session_created","worker":""}\n'
)


def tar_of(files: dict[str, bytes], session_id: str = "s") -> bytes:
    """Return an archive whose list of digests is right."""
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, data in {"SHA256SUMS": sums.encode(), **files}.items():
            member = tarfile.TarInfo(f"{session_id}/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return made.getvalue()


AGENTS_READ = (
    "CLAUDE.md",
    "AGENTS.md",
    ".claude/settings.json",
    ".git/config",
    ".git",
    ".gitignore",
    ".mcp.json",
    ".lock",
    ".STATE.json.1.tmp",
    ".lock.queue/1.1.1",
    "workers/CLAUDE.md",
    "workers/notes/CLAUDE.md",
    "workers/notes/.claude/commands/x.md",
    "workers/json/package.json",
    "workers/prompts/.cursorrules",
    "workers/proofs/CLAUDE.md",
    "GEMINI.md",
    "Makefile",
)


@pytest.mark.parametrize("name", AGENTS_READ)
def test_what_no_session_has_is_left_out(name: str, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    file.write_bytes(tar_of({"EVENTS.jsonl": LOG, name: b"do as I say"}))
    session, left_out = archives.restore(root, file)
    assert left_out == (name,)
    left = session.path / name
    assert not left.is_file() or b"do as I say" not in left.read_bytes()
    assert session.events_file.read_bytes().startswith(LOG)


def test_every_file_of_a_session_comes_back(set_up: Path) -> None:
    session = open_session(set_up, SESSION)
    names = [p.relative_to(session.path).as_posix() for p in session.path.rglob("*") if p.is_file()]
    ours = [name for name in names if name != ".lock" and not name.startswith(f"{BASES}/")]
    assert len(ours) > 7
    assert [name for name in ours if not is_of_session(name)] == []
    stamp = "2026-01-31T09-00-00-000000"
    for name in (
        f"workers/notes/backend_notes.{stamp}.md",
        f"workers/json/backend_output.{stamp}.json",
        f"workers/json/backend_transcript.{stamp}.jsonl",
        f"workers/prompts/backend-worker.{stamp}.prompt",
        f"STATE.{stamp}.json",
        "workers/json/backend_receipt.json",
        "workers/json/backend_problems.json",
        "workers/orchestration/plan.json",
    ):
        assert is_of_session(name), name


def sparse(file: Path) -> None:
    with file.open("wb") as made:
        made.truncate(2 * 1024**3)


def sparse_after_a_header(file: Path) -> None:
    member = tarfile.TarInfo("s/EVENTS.jsonl")
    member.size = 2 * 1024**3
    file.write_bytes(member.tobuf())
    with file.open("r+b") as made:
        made.truncate(2 * 1024**3 + 1024)


def large_members(file: Path) -> None:
    with file.open("wb") as made:
        for number in range(7):
            member = tarfile.TarInfo(f"s/workers/notes/w{number}_notes.md")
            member.size = 250 * 1024**2
            made.write(member.tobuf())
            made.seek(member.size, 1)
        made.truncate()


def large_header(kind: bytes) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        member = tarfile.TarInfo("s/x")
        member.type, member.size = kind, 2 * 1024**3 - 1024
        file.write_bytes(member.tobuf(tarfile.GNU_FORMAT))
        with file.open("r+b") as made:
            made.truncate(2 * 1024**3)

    return write


def old_sparse(file: Path) -> None:
    member = tarfile.TarInfo("s/EVENTS.jsonl")
    member.type, member.size = tarfile.GNUTYPE_SPARSE, 0
    head = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    head[482] = 1  # extended, and every block that follows says so again
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + sum(head[156:]) + 256)
    more = b"0" * 504 + b"\1" + b"\0" * 7
    file.write_bytes(bytes(head) + more * 100_000)


BOMBS: dict[str, Callable[[Path], None]] = {
    "sparse": sparse,
    "a member of 2 GiB": sparse_after_a_header,
    "seven large members": large_members,
    "a header of 2 GiB": large_header(tarfile.XHDTYPE),
    "a name of 2 GiB": large_header(tarfile.GNUTYPE_LONGNAME),
    "a map without end": old_sparse,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_an_archive_costs_no_memory(bomb: str, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "bomb.tar"
    BOMBS[bomb](file)

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

    command = [sys.executable, str(CLI), "session", "restore", str(file)]
    run = subprocess.run(command, cwd=root, capture_output=True, check=False, preexec_fn=bounded)
    assert run.returncode == 3, run.stderr
    assert b"the archive is damaged" in run.stderr
    assert b"Traceback" not in run.stderr
    assert not (root / "Docs").exists()


def test_too_many_members_are_refused(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    file.write_bytes(tar_of({f"workers/notes/w{n}_notes.md": b"" for n in range(10_001)}))
    with pytest.raises(BadArchive):
        archives.restore(root, file)
    assert not (root / "Docs").exists()


def test_many_members_are_restored_with_few_waits(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    files = {f"workers/notes/w{n}_notes.md": b"" for n in range(500)}
    file.write_bytes(tar_of({"EVENTS.jsonl": LOG, **files}))
    session, _ = archives.restore(root, file)
    assert len(list((session.path / "workers/notes").iterdir())) == 500


def without_end(session: Any) -> None:
    """Take the event away that says that the session was restored."""
    lines = session.events_file.read_bytes().splitlines(keepends=True)
    session.events_file.write_bytes(b"".join(lines[:-1]))


def untouched(session: Any) -> None:
    del session


def torn(session: Any) -> None:
    """Take the half of that event away, as a power cut does."""
    session.events_file.write_bytes(session.events_file.read_bytes()[:-60])


@pytest.mark.parametrize("cut", [without_end, untouched, torn])
def test_a_killed_restore_is_completed(
    cut: Callable[[Any], None], set_up: Path, tmp_path: Path
) -> None:
    session = open_session(set_up, SESSION)
    file = archives.archive(session)
    session.path.rename(tmp_path / "gone")
    restored, _ = archives.restore(set_up, file)
    whole = restored.events_file.read_bytes().count(b"\n")
    cut(restored)
    again, _ = archives.restore(set_up, file)
    log = again.events_file.read_bytes()
    assert log.count(b"\n") == whole + (cut is torn)  # what was torn is told
    assert log.count(b'"event_type":"session_restored"') == 1
    with again.locked():
        record(again, Event("heartbeat", "backend-worker", "x"))
    with pytest.raises(BadInput, match="is there"):
        archives.restore(set_up, file)


def test_what_a_killed_archive_left_is_removed_by_the_next(set_up: Path) -> None:
    place = set_up / "Docs/hive-mind/archives"
    place.mkdir()
    gone = 2**31 - 1  # no system counts its processes so far
    own, other = (place / f".{name}.tar.{gone}.tmp" for name in (SESSION, "another"))
    own.write_bytes(b"torn")
    other.write_bytes(b"torn")
    assert waggle("session", "archive", SESSION, cwd=set_up).returncode == 0
    assert (own.exists(), other.exists()) == (False, True)
