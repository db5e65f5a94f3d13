"""What killed commands leave behind: known by the process in its name, removed once that is gone.

A file that was about to replace another is `.NAME.PID.tmp`. A session's folder that was being made
or removed is `.ID.PID.restored`, `.pruned` or `.deleted`; its process holds it by flock as well,
since a number is used again, and means another process inside a container.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sessions.files import sync_folder, writer_of
from sessions.lock import is_held

if TYPE_CHECKING:
    from collections.abc import Iterator

# Compiled on first use: every command comes by here, and hardly any finds something.
_ASIDE = r"\.(?P<id>.+)\.(?P<process>[0-9]+)\.(?:restored|pruned|deleted)"
_ARCHIVE = r"\.(?P<id>.+)\.tar\.[0-9]+\.tmp"  # one that was being written
_TICKET = r"[0-9]+\.(?P<process>[0-9]+)\.[0-9]+(?:\.[0-9a-f]+)?"  # of one who waits for a lock
_DEPTH = 3  # of a session's folders: its own, workers, those below


def aside(folder: Path, why: str) -> Path:
    """Return the name beside a session's folder under which it is made or removed."""
    return folder.with_name(f".{folder.name}.{os.getpid()}.{why}")


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a folder that is being made or removed: it is nobody's leftover meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_folder(folder: Path) -> None:
    """Remove a folder that was renamed aside, durably: a power cut must not bring it back."""
    import shutil  # late: it brings compressors along, and every command comes by here

    shutil.rmtree(folder)
    sync_folder(folder.parent)


def in_session(folder: Path) -> Iterator[Path]:
    """Yield the new files in a session's folders whose processes are gone."""
    for path in _left_in(str(folder), _DEPTH):
        yield folder / path


def _left_in(folder: str, depth: int) -> Iterator[str]:
    try:
        entries = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    queue = folder.endswith(".queue")
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if depth > 1:
                    yield from _left_in(entry.path, depth - 1)
            elif (queue or entry.name.endswith(".tmp")) and _is_left(entry, in_queue=queue):
                yield entry.path


def _is_left(entry: os.DirEntry[str], *, in_queue: bool) -> bool:
    if not entry.is_file(follow_symlinks=False):
        return False
    process = writer_of(entry.name)
    if not in_queue:
        return is_gone(process)
    ticket = re.fullmatch(_TICKET, entry.name)
    process = int(ticket["process"]) if ticket else process
    if process == os.getpid() or not is_gone(process):
        return False
    return not ticket or not is_held(Path(entry.path))  # it may be a process of another machine


def remove_leftovers(folder: Path) -> None:
    """Remove those of a session; the caller holds its lock, under which new files are written."""
    for file in in_session(folder):
        with contextlib.suppress(FileNotFoundError):
            file.unlink()


def beside_sessions(sessions: Path, archives: Path) -> list[Path]:
    """Return what killed commands left beside sessions and archives."""
    left = [folder for folder in _entries(sessions) if _is_abandoned(folder)]
    left += [file for file in _entries(archives) if is_gone(writer_of(file.name))]
    return sorted(left)


def sweep(sessions: Path, archives: Path, session_id: str | None = None) -> list[Path]:
    """Remove what killed commands left beside sessions, or what is of one; returns it."""
    left = beside_sessions(sessions, archives)
    if session_id is not None:
        left = [path for path in left if id_of(path) == session_id]
    for path in left:
        if path.is_dir():
            remove_folder(path)
        else:
            path.unlink()
            sync_folder(path.parent)
    return left


def id_of(path: Path) -> str | None:
    """Return the id of the session whose folder or archive has a name of one at work."""
    match = re.fullmatch(_ASIDE, path.name) or re.fullmatch(_ARCHIVE, path.name)
    return match["id"] if match else None


def _entries(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.name[0] == "."]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_abandoned(folder: Path) -> bool:
    match = re.fullmatch(_ASIDE, folder.name)
    return match is not None and is_abandoned(folder, int(match["process"]))


def is_abandoned(folder: Path, process: int) -> bool:
    """Tell whether the process that made a folder is gone, and nobody holds it by `claimed`."""
    if not is_gone(process):
        return False
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # a file, a link, or removed meanwhile
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def is_gone(process: int | None) -> bool:
    """Tell whether a process ended; None is no process."""
    if process is None or not 0 < process < 2**31:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:  # another user's
        return False
    return process == os.getpid()  # a number of old: we write nothing at this moment
