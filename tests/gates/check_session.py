"""Whether a session that a fault hit is legal: every file whole, the truth kept, the rest of it.

    python check_session.py            the check; run by crashtest in the repository
    python check_session.py recover COMMAND...
        the check first, a copy of what it saw, then the command, which must end as it did
        without the fault ($GATE_ENDS)

Crashtest says in its environment what was before ($CT_TEMPLATE) and what is there without a fault
($CT_DONE). Ends with 1 and a line for each fault found.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from sessions.doctor import examine
from sessions.errors import WaggleError
from sessions.events import event_of, unreadable
from sessions.leftovers import beside_sessions, in_session
from sessions.location import ARCHIVES, SESSIONS
from sessions.session import Session, fold_log
from sessions.snapshots import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

HIVE = Path("Docs/hive-mind")
BASES = Path("workers/base")
LEFTOVER = re.compile(r"\.lock|\..*\.[0-9]+\.tmp")
STAMP = re.compile(r"\.[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9-]+")  # of a file that was kept aside
_DERIVED = frozenset(("STATE.json", "METRICS.json", "SESSION.md"))
AGENTS = ("workers/prompts", "workers/notes", "workers/json/backend_output.json")
STATUSES = ("active", "paused", "completed", "failed", "archived")
WORKER_STATUSES = ("planned", "active", "blocked", "completed", "failed")
# What differs from run to run: root, time, digest, duration, position in the log.
_VARIES = (
    (re.compile(rb"/[^\s\"'`]*?/s[0-9]+/w\b"), b"@ROOT@"),
    (re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"), b"@TIME@"),
    (re.compile(rb"[0-9a-f]{64}"), b"@DIGEST@"),
    (re.compile(rb"\b[0-9]+\.[0-9]+\b"), b"@SECONDS@"),
    (re.compile(rb'"bytes": [0-9]+'), b"@BYTES@"),
)


def session_below(root: Path) -> Session | None:
    """Return the one session of a repository, None before it was made."""
    folder = root / HIVE / "sessions"
    entries = folder.iterdir() if folder.is_dir() else ()
    names = [entry.name for entry in entries if entry.name[0] != "."]
    return Session(root, names[0], root) if names else None


def traits() -> set[str]:
    """Return what is special to the gate (see table.py)."""
    return set(os.environ.get("GATE_TRAITS", "").split(","))


def leftovers_of(root: Path) -> Iterator[str]:
    """Yield what a command left that was to be gone at its end."""
    session = session_below(root)
    left = beside_sessions(root / SESSIONS, root / ARCHIVES)
    left += in_session(session.path) if session else []
    yield from (f"{path.name}: left behind" for path in left)
    copies = Path(os.environ["TMPDIR"]) / "cache" / "waggle" / "copies"
    yield from (f"copy {path.name}: left behind" for path in copies.glob("*"))
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if os.fsencode(copies) in command.read_bytes():
                yield f"process {command.parent.name} of a proof: still runs"


def before_recovery() -> Path:
    """Return where `recover` keeps what it saw: crashtest empties this folder for each trial."""
    return Path(os.environ["TMPDIR"]) / "before"


def lines_of(session: Session | None) -> list[bytes]:
    """Return the whole lines of a session's log."""
    if session is None or not session.events_file.exists():
        return []
    return session.events_file.read_bytes().split(b"\n")[:-1]


def faults(root: Path, template: Path, done: Path, *, settled: bool) -> Iterator[str]:
    """Yield what is wrong below `root`; `settled` when a command ran through after the fault."""
    old, new = session_below(template), session_below(done)
    session = session_below(root)
    yield from _faults_of_archives(root)
    if settled:
        yield from leftovers_of(root)
    if session is None:
        if new is not None and (old is not None or settled):
            yield "the session is gone"
        return
    if settled and new is None:
        yield "the session is still there"
        return
    yield from _faults_of_log(session, old)
    yield from _faults_of_files(session, old, new, settled=settled)
    yield from _missing(session, old)
    yield from _faults_of_state(session, settled=settled)
    yield from _faults_of_bases(session)
    if settled:
        yield from _missing(session, new)
        yield from _faults_of_receipt(session)


def _faults_of_log(session: Session, old: Session | None) -> Iterator[str]:
    lines, kept = lines_of(session), lines_of(old)
    if lines[: len(kept)] != kept:
        yield "EVENTS.jsonl: events of before are gone"
    written = session.events_file.read_bytes() if session.events_file.exists() else b""
    if os.environ["CT_RC"] and written and not written.endswith(b"\n"):
        yield "EVENTS.jsonl: torn by a command that was not killed"
    last = 0
    for number, line in enumerate(lines, 1):
        record = event_of(line)
        if record is None:
            yield f"EVENTS.jsonl: line {number} does not parse"
            continue
        if record.get("seq", 0) <= last or record["session_id"] != session.id:
            yield f"EVENTS.jsonl: line {number} has a wrong seq or session"
        last = record.get("seq", last)


def _faults_of_files(
    session: Session, old: Session | None, new: Session | None, *, settled: bool
) -> Iterator[str]:
    for path in _all(session):
        name = path.relative_to(session.path).as_posix()
        if path.is_dir() or LEFTOVER.fullmatch(path.name) or path == session.events_file:
            continue
        data = path.read_bytes()
        before, after = _bytes_of(old, name), _bytes_of(new, name)
        if _is_legal_between(data, name, old, settled=settled):
            continue
        if not data:
            yield f"{name}: empty"
        if before is None and after is None:
            yield f"{name}: neither before nor after has it"
        if path.suffix == ".json" and not _parses(data):
            yield f"{name}: does not parse"
        if name.startswith(AGENTS) and before is not None and data != before:
            kept = _asides(session, name) if "aside" in traits() else []
            if before not in kept:
                yield f"{name}: not the agent's bytes"
        if not settled and _even(_alike(name, data)) not in {
            _even(_alike(name, before)),
            _even(_alike(name, after)),
        }:
            yield f"{name}: neither old nor new"


def _is_legal_between(data: bytes, name: str, old: Session | None, *, settled: bool) -> bool:
    """Tell whether a file may be so for a reason of the gate's own."""
    if "aside" in traits() and STAMP.search(name):
        before = _bytes_of(old, STAMP.sub("", name))
        return settled or before is None or data == before
    if not settled and name in _DERIVED and data == _bytes_of(old, name):
        return True  # damaged before
    if not settled and "steps" in traits():
        return bool(data) and _is_whole(name, data)
    return False


def _is_whole(name: str, data: bytes) -> bool:
    """Tell whether a file that is between two states is one of its kind."""
    return _parses(data) if name.endswith(".json") else data.endswith(b"\n")


def _asides(session: Session, name: str) -> list[bytes]:
    """Return the contents of a file's names aside."""
    folder = (session.path / name).parent
    kept = [path for path in folder.iterdir() if STAMP.search(path.name)]
    return [one.read_bytes() for one in kept if STAMP.sub("", one.name) == Path(name).name]


def _missing(session: Session, wanted: Session | None) -> Iterator[str]:
    there = {STAMP.sub("@", path.relative_to(session.path).as_posix()) for path in _all(session)}
    aside = {name.replace("@", "") for name in there if "@" in name}
    for path in _all(wanted) if wanted else ():
        name = path.relative_to(wanted.path).as_posix() if wanted else path.name
        moved = "aside" in traits() and name in aside
        if not LEFTOVER.fullmatch(path.name) and STAMP.sub("@", name) not in there and not moved:
            yield f"{name}: missing"


def _all(session: Session) -> list[Path]:
    """Return what is in a session's folder; bases are git's, and judged whole."""
    paths = sorted(session.path.rglob("*"))
    return [path for path in paths if path.relative_to(session.path).parts[:2] != BASES.parts]


def _faults_of_bases(session: Session) -> Iterator[str]:
    """Yield what is wrong with the bases that the log speaks of: each is there, and usable.

    An archive holds none, and a session that comes back from one has none.
    """
    if session.archive_file.exists() and not (session.path / BASES).exists():
        return
    for name, worker in fold_log(session).state.workers.items():
        if worker.base is None:
            continue
        try:
            folder = session.base_folder(name.removesuffix("-worker"), worker.base)
            snapshots = opened(session.root, folder)
            tree, now = str(worker.base["tree"]), snapshots.take()
            snapshots.changes(tree, now)
            with snapshots.contents() as content:
                blobs = [*snapshots.blobs(tree).values(), *snapshots.blobs(now).values()]
                lost = [blob.path for blob in blobs if content(blob.name) is None]
        except WaggleError as error:
            yield f"base of {name}: {error.message}"
            continue
        yield from (f"base of {name}: {path} is lost" for path in lost)


def _bytes_of(session: Session | None, name: str) -> bytes | None:
    if session is None or not (session.path / name).is_file():
        return None
    return (session.path / name).read_bytes()


def _alike(name: str, data: bytes | None) -> bytes | None:
    """Return a state without its bases: an analysis goes on where none could be recorded."""
    if name != "STATE.json" or data is None or not _parses(data):
        return data
    state = json.loads(data)
    for worker in state.get("workers", {}).values():
        worker["base"] = None
    return json.dumps(state).encode()


def _even(data: bytes | None) -> bytes | None:
    if data is None:
        return None
    template = os.environ["CT_TEMPLATE"].encode()
    data = data.replace(template, b"@ROOT@")
    for pattern, instead in _VARIES:
        data = pattern.sub(instead, data)
    return data


def _parses(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except ValueError:
        return False


def _faults_of_state(session: Session, *, settled: bool) -> Iterator[str]:
    try:
        whole, kept = fold_log(session, whole=True), fold_log(session)
    except WaggleError as error:
        yield error.message
        return
    before = _bytes_of(session_below(Path(os.environ["CT_TEMPLATE"])), "STATE.json")
    as_before = not settled and session.state_file.is_file()
    as_before = as_before and session.state_file.read_bytes() == before
    if kept.fault and session.state_file.exists() and not as_before:
        yield f"STATE.json: {kept.fault}"
    if kept.state != whole.state:
        yield "STATE.json: does not say what the log says"
    if whole.state.damaged_lines:
        yield f"EVENTS.jsonl: {unreadable(whole.state.damaged_lines)}"
    if whole.state.status not in STATUSES:
        yield f"status {whole.state.status}"
    for name, worker in whole.state.workers.items():
        if worker.status not in WORKER_STATUSES:
            yield f"{name}: status {worker.status}"
    if settled:
        told = json.loads(session.state_file.read_bytes())
        if told["log"]["bytes"] != session.events_file.stat().st_size:
            yield "STATE.json: does not go to the end of the log"
        yield from (
            f"{fault.file}: {fault.message}"
            for fault in examine(session)
            if not LEFTOVER.fullmatch(fault.file)
        )


def _faults_of_receipt(session: Session) -> Iterator[str]:
    for name, worker in fold_log(session).state.workers.items():
        verdict = worker.last_verdict
        if verdict is None or not verdict["accepted"]:
            continue
        short = name.removesuffix("-worker")
        data = session.receipt_file(short).read_bytes()
        if hashlib.sha256(data).hexdigest() != verdict["receipt"]:
            yield "receipt: not the one of the verdict"
        told: dict[str, Any] = json.loads(data)
        for file in (session.notes_file(short), session.json_file(short)):
            if told["judged"][file.name] != hashlib.sha256(file.read_bytes()).hexdigest():
                yield f"receipt: another digest than that of {file.name}"


def _faults_of_archives(root: Path) -> Iterator[str]:
    for path in sorted((root / HIVE / "archives").glob("*.tar")):
        try:
            with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as tar:
                files = {one.name.split("/", 1)[1]: _member(tar, one) for one in tar.getmembers()}
        except tarfile.TarError as error:
            yield f"{path.name}: {error}"
            continue
        sums = files.pop("SHA256SUMS", b"").decode().splitlines()
        listed = {line[66:]: line[:64] for line in sums}
        if not files or listed != {n: hashlib.sha256(d).hexdigest() for n, d in files.items()}:
            yield f"{path.name}: does not hold what it lists"


def _member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    opened = tar.extractfile(member)
    return opened.read() if opened else b""


def recover(command: list[str]) -> int:
    """Run the command again on what a fault left; returns 0 when it ends as it should."""
    before = before_recovery()
    shutil.copytree(HIVE, before / HIVE) if HIVE.exists() else before.mkdir()
    run = subprocess.run(command, capture_output=True, check=False)
    ends = {int(os.environ["GATE_ENDS"])} | ({3} if "again" in traits() else set())
    if run.returncode not in ends:
        sys.stderr.write(f"recovery ended with {run.returncode}: {run.stderr.decode()[-300:]}\n")
        return 1
    return 0


def main(arguments: list[str]) -> int:
    """Check, or check and recover; returns the exit code."""
    template, done = Path(os.environ["CT_TEMPLATE"]), Path(os.environ["CT_DONE"])
    settled = before_recovery().exists()
    found = list(faults(Path.cwd(), template, done, settled=settled))
    if found:
        sys.stderr.write("; ".join(found) + "\n")
        return 1
    return recover(arguments[1:]) if arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
