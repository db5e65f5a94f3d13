"""Archives of sessions: a tar that carries the digest of everything in it.

The first member, SHA256SUMS, lists the others as `sha256sum -c` reads them.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sessions.errors import (
    BadArchive,
    BadInput,
    NoSuchSession,
    NotReadable,
    WaggleError,
    shown,
)
from sessions.events import Event, utc_now
from sessions.files import is_temporary, make_folder, read_regular, sync_folder, write_atomic
from sessions.location import SESSIONS, is_session_id
from sessions.session import (
    Session,
    check_folder,
    check_own,
    fold_log,
    open_session,
    record,
    session_at,
    session_ids,
)
from sessions.worktrees import sessions_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessions.state import SessionState

ARCHIVES = SESSIONS.parent / "archives"
SUMS = "SHA256SUMS"
FILE_BYTES = 256 * 1024 * 1024
ARCHIVE_BYTES = 1024 * 1024 * 1024
_FILES = 10_000
LOCK = ".lock"
_AGE = re.compile(r"(?P<number>[0-9]{1,5})(?P<unit>[smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def archive_file(session: Session) -> Path:
    """Return where the archive of a session lies."""
    return session.home / ARCHIVES / f"{session.id}.tar"


def archive(session: Session) -> Path:
    """Write a session's archive and mark it archived; returns the archive's file.

    The archive is durable before the session says that there is one. Raises Damaged for a file
    that is not regular, NotReadable for one that is too large.
    """
    target = archive_file(session)
    with session.locked():
        state = session.state()
        check_own(state)
        events: list[Event] = []
        if state.status != "archived":
            content = _packed(session.id, dict(_files(session.path)))
            if not os.path.lexists(target.parent):
                make_folder(target.parent)
            check_folder(target.parent)
            write_atomic(target, content)
            digest = hashlib.sha256(content).hexdigest()
            told = {"sha256": digest, "bytes": len(content)}
            events.append(Event("session_archived", "", "archive", target.name, extra=told))
        record(session, *events)
    return target


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    total = 0
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        if path.name == LOCK or is_temporary(path.name):  # of this moment only
            continue
        if "\n" in path.name:
            raise NotReadable(
                f"{shown(path)} has a line's end in its name",
                "Rename it; a list of files names it.",
            )
        data = read_regular(path, FILE_BYTES)
        total += len(data)
        if total > ARCHIVE_BYTES:
            raise NotReadable(
                f"{shown(folder)} holds more than {ARCHIVE_BYTES:,} bytes", "Move large files out."
            )
        yield path.relative_to(folder).as_posix(), data


def _packed(session_id: str, files: dict[str, bytes]) -> bytes:
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in {SUMS: sums.encode("utf-8", "surrogateescape"), **files}.items():
            member = tarfile.TarInfo(f"{session_id}/{name}")
            member.size, member.mode = len(data), 0o644
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def restore(root: Path, file: Path) -> Session:
    """Make the session of an archive again; nothing is written before all of it is checked.

    Raises BadArchive, and BadInput when a session of that id is there.
    """
    try:
        data = read_regular(file, ARCHIVE_BYTES * 2, follow=True)
    except FileNotFoundError:
        raise NoSuchSession(f"no archive {shown(file)}", "Name an archive's file.") from None
    session_id, files = _unpacked(data)
    session = session_at(root, session_id)
    if os.path.lexists(session.path):
        raise BadInput(
            f"session {session_id} is there", f"session resume {session_id} opens it again."
        )
    folder = session.path.with_name(f".{session_id}.{os.getpid()}.restored")
    try:
        for name, content in files.items():
            make_folder((folder / name).parent)
            write_atomic(folder / name, content)
        folder.rename(session.path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sync_folder(session.path.parent)
    with session.locked():
        record(session, Event("session_restored", "", "restore", file.name))
    return session


def _unpacked(data: bytes) -> tuple[str, dict[str, bytes]]:
    """Return the session's id and its files, each of the digest that the archive carries."""
    files: dict[str, bytes] = {}
    ids: set[str] = set()
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for member in tar:
                first, *rest = PurePosixPath(member.name).parts
                ids.add(first)
                name = "/".join(rest)
                if not _is_of_a_session(member, rest) or name in files or len(files) > _FILES:
                    raise _bad(f"it holds {shown(member.name)}, which no session has")
                packed = tar.extractfile(member)
                files[name] = packed.read() if packed else b""
    except (tarfile.TarError, ValueError, EOFError, RecursionError) as error:
        raise _bad(f"it is no archive: {shown(error)}") from None
    sums = files.pop(SUMS, b"").decode("utf-8", "surrogateescape")
    rows = [row.partition("  ") for row in sums.split("\n") if row]
    listed = {name: digest for digest, _, name in rows}
    for name in sorted(listed.keys() ^ files.keys()):
        raise _bad(f"{shown(name)} is missing" if name in listed else f"{shown(name)} is unlisted")
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != listed[name]:
            raise _bad(f"{shown(name)} is not what was archived")
    if len(ids) != 1 or not files or not all(map(is_session_id, ids)):
        raise _bad("it holds no session")
    return ids.pop(), files


def _is_of_a_session(member: tarfile.TarInfo, parts: Sequence[str]) -> bool:
    """Tell whether a member is a file that a session may have.

    A sparse one says that it is larger than what is there: it would fill the memory.
    """
    plain = member.isreg() and not member.issparse() and 0 <= member.size <= FILE_BYTES
    return plain and bool(parts) and ".." not in parts and not any("\0" in part for part in parts)


def _bad(why: str) -> BadArchive:
    return BadArchive(f"the archive is damaged: {why}", "Take another copy; nothing was written.")


def hold(session: Session, event_type: str) -> SessionState:
    """Pause or resume a session: once, however often it is asked."""
    wanted = {"session_paused": "paused", "session_resumed": None}[event_type]
    with session.locked():
        state = session.state()
        check_own(state)
        event = Event(event_type, "", event_type.removeprefix("session_"))
        return record(session, *([] if state.held == wanted else [event]))


def age_of(text: str) -> timedelta:
    """Return an age such as 30d, 12h or 90m; raises BadInput."""
    match = _AGE.fullmatch(text)
    if match is None:
        raise BadInput(f"age {shown(text, 40)} is malformed", "Give a number and s, m, h, d or w.")
    return timedelta(**{_UNITS[match["unit"]]: int(match["number"])})


def prune(root: Path, older: timedelta, *, dry_run: bool) -> list[str]:
    """Remove the folders of sessions that were archived so long ago; returns their ids.

    Only where the archive still holds everything: a folder is never the last copy that goes.
    """
    limit = (datetime.now(UTC) - older).isoformat()
    removed: list[str] = []
    for session_id in session_ids(root):
        session = session_at(root, session_id)
        if not _may_go(session, limit):
            continue
        if not dry_run:
            _remove(open_session(root, session_id))
        removed.append(session_id)
    return removed


def _may_go(session: Session, limit: str) -> bool:
    try:
        state = fold_log(session).state
        if state.status != "archived" or (state.updated_at or utc_now()) > limit:
            return False
        session_id, files = _unpacked(read_regular(archive_file(session), ARCHIVE_BYTES * 2))
        there = dict(_files(session.path))
    except (OSError, WaggleError):  # a session that cannot be looked at stays, and stops no other
        return False
    # The event that says "archived" came after, and with it the files that follow from the events.
    return session_id == session.id and all(
        there[name] == files.get(name)
        for name in there
        if name not in {"EVENTS.jsonl", "STATE.json", "METRICS.json", "SESSION.md"}
    )


def _remove(session: Session) -> None:
    aside = session.path.with_name(f".{session.id}.{os.getpid()}.pruned")
    with session.locked():
        session.path.rename(aside)
        sync_folder(aside.parent)
    shutil.rmtree(aside)


def archives_of(root: Path) -> Path:
    """Return the folder of a root's archives."""
    return sessions_home(root) / ARCHIVES
