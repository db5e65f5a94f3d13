"""Archives of sessions: a tar that carries the digest of everything in it (see packed.py)."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from sessions import leftovers
from sessions.errors import BadInput, NoSuchSession, NotReadable, shown
from sessions.events import LINE_BYTES, Event, event_of
from sessions.files import (
    file_mode,
    make_folder,
    open_regular,
    replacing,
    sync_all,
    sync_folder,
)
from sessions.folders import folder_mode, make_home
from sessions.location import ARCHIVES, SESSIONS
from sessions.packed import Contents, check, digests_of, pack, unpack
from sessions.session import DERIVED, Session, check_own, record, session_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from sessions.state import SessionState


def archive(session: Session) -> Path:
    """Write a session's archive and mark it archived; returns the archive's file.

    The archive is durable before the session says that there is one. Raises Damaged where the
    folder of archives leads out of the repository, NotReadable for a file that is not regular or
    too large.
    """
    target = session.archive_file
    with session.locked():
        sweep(session.home, session.id)
        state = session.state()
        check_own(state)
        events: list[Event] = []
        if state.status != "archived":
            make_home(session.home, ARCHIVES)
            with replacing(target) as descriptor:
                digest, size = pack(session.id, session.path, descriptor)
            facts = {"sha256": digest, "bytes": size}
            events.append(Event("session_archived", "", "archive", target.name, extra=facts))
        record(session, *events)
    return target


def sweep(home: Path, session_id: str | None = None) -> list[Path]:
    """Remove what killed commands left beside sessions, or what is of one; returns it."""
    return leftovers.sweep(home / SESSIONS, home / ARCHIVES, session_id)


def restore(root: Path, file: Path) -> tuple[Session, tuple[str, ...]]:
    """Make the session of an archive again; nothing is written before all of it is checked.

    Returns it with the names in the archive that no session has, which are left out. What a killed
    restore made is completed. Raises BadArchive, and BadInput when a session of that id is there.
    """
    try:
        opened = open_regular(file, follow=True)
    except FileNotFoundError:
        raise NoSuchSession(f"no archive {shown(file)}", "Name an archive's file.") from None
    with opened:
        contents = check(opened)
        session = session_at(root, contents.session_id)
        make_home(session.home)
        sweep(session.home, session.id)
        if not os.path.lexists(session.path):
            _unpack(opened, contents, session)
        elif not _was_restored(contents, session):
            raise BadInput(
                f"session {session.id} is there", f"session resume {session.id} opens it again."
            )
    with session.locked():
        done = _was_recorded(session, file.name)
        record(session, *([] if done else [_restored(file.name)]))
    return session, contents.left_out


def _restored(name: str) -> Event:
    return Event("session_restored", "", "restore", name)


def _unpack(file: BinaryIO, contents: Contents, session: Session) -> None:
    """Write the files beside the session's place, all durable, then put them there at once."""
    folder = leftovers.aside(session.path, "restored")
    folder.mkdir(folder_mode())
    written: list[Path] = []

    def write(name: str, pieces: Iterator[bytes]) -> str:
        path = folder / name
        make_folder(path.parent, folder_mode())
        digest = hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode(path.parent))
        with os.fdopen(descriptor, "wb") as target:
            for piece in pieces:
                digest.update(piece)
                target.write(piece)
        written.append(path)
        return digest.hexdigest()

    try:
        with leftovers.claimed(folder):
            unpack(file, contents, write)
            sync_all([*written, *sorted({path.parent for path in written})])
            folder.rename(session.path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sync_folder(session.path.parent)


def _was_restored(contents: Contents, session: Session) -> bool:
    """Tell whether a session is what a restore of an archive made, and nothing came after."""
    wanted = {
        known: digest
        for known, digest in contents.digests.items()
        if known not in contents.left_out and known not in {*DERIVED, session.events_file.name}
    }
    try:
        there = digests_of(session.path)
    except (OSError, NotReadable):
        return False
    if session.events_file.name not in there.keys() & contents.digests.keys():
        return False
    if {known: there.get(known) for known in wanted} != wanted:
        return False
    log = session.events_file.name
    return _only_restored_since(session.events_file, contents.sizes[log], contents.digests[log])


def _only_restored_since(log: Path, size: int, digest: str) -> bool:
    """Tell whether a log is that of an archive, with no more than its restoring after it."""
    with open_regular(log) as file:
        archived, rest = hashlib.sha256(), size
        while rest and (piece := file.read(min(rest, LINE_BYTES))):
            archived.update(piece)
            rest -= len(piece)
        more = file.read(LINE_BYTES)
    events = [event_of(line) or {} for line in more.split(b"\n")[:-1]]
    types = {event.get("event_type") for event in events}
    return archived.hexdigest() == digest and types <= {"session_validated", "session_restored"}


def _was_recorded(session: Session, name: str) -> bool:
    """Tell whether the last event says that the session was restored from this archive."""
    try:
        with open_regular(session.events_file) as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - LINE_BYTES))
            last = event_of(log.read().rstrip(b"\n").rpartition(b"\n")[2]) or {}
    except (OSError, NotReadable):
        return False
    target = last.get("details", {}).get("target")
    return last.get("event_type") == "session_restored" and target == name


def hold(session: Session, event_type: str) -> SessionState:
    """Pause or resume a session: once, however often it is asked."""
    wanted = {"session_paused": "paused", "session_resumed": None}[event_type]
    with session.locked():
        state = session.state()
        check_own(state)
        event = Event(event_type, "", event_type.removeprefix("session_"))
        return record(session, *([] if state.held == wanted else [event]))
