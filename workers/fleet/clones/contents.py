"""The files of a session that travel, and whose they are.

What is derived from the events is made again on each machine; locks, bases and engines are of one
machine alone. A ref may hold anything: only plain files of names that a session has are taken.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sessions.errors import Damaged, NotReadable, shown
from sessions.files import is_temporary, read_regular, write_atomic
from sessions.folders import make_home, make_own
from sessions.packed import ARCHIVE_BYTES, FILE_BYTES, is_of_session
from sessions.session import DERIVED, check_own, fold_log, make_folders, write_derived

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sessions.session import Session

LOG = "EVENTS.jsonl"
MOST_FILES = 10_000
_FOLDERS = ("prompts", "notes", "json", "artefacts", "orchestration", "proofs")
_OF_WORKERS = {"prompts": "-worker", "notes": "_", "json": "_", "artefacts": "_"}


def travels(name: str) -> bool:
    """Tell whether a file of a session, by its path below the folder, is on the ref."""
    if "/" in name or name == LOG:
        return is_of_session(name)
    return name.startswith("SYNTHESIS") and is_of_session(name)


def worker_of(name: str) -> str | None:
    """Return the worker whose file it is, None for a file of the session."""
    _, folder, *rest = f"/{name}".removeprefix("/workers").split("/")
    end = _OF_WORKERS.get(folder)
    if end is None or not rest or rest[0].startswith("synthesis"):
        return None
    # A worker's name may hold the one, but no _.
    return (rest[0].partition if end == "_" else rest[0].rpartition)(end)[0]


def names_in(folder: Path) -> list[str]:
    """Return the files of a session's folder that travel."""
    return sorted(name for name in _listed(folder) if travels(name))


def _listed(folder: Path) -> Iterator[str]:
    for part in ("", "workers/", *(f"workers/{name}/" for name in _FOLDERS)):
        try:
            with os.scandir(folder / part) as entries:
                files = [one.name for one in entries if not one.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            continue
        yield from (f"{part}{name}" for name in files if not is_temporary(name))


def read_files(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Return the contents of files; raises NotReadable for one that is no plain file."""
    files: dict[str, bytes] = {}
    for name in names:
        try:
            files[name] = read_regular(folder / name, FILE_BYTES)
        except FileNotFoundError:  # it was replaced by one of another name
            continue
    if len(files) > MOST_FILES or sum(map(len, files.values())) > ARCHIVE_BYTES:
        raise NotReadable(
            f"{shown(folder)} has more than {ARCHIVE_BYTES:,} bytes or {MOST_FILES:,} files",
            "Move large files out.",
        )
    return files


def log_in(session: Session) -> bytes:
    """Return the log of a session."""
    return read_files(session.path, [LOG])[LOG]


def check_listed(sizes: Mapping[str, int], ref: str) -> None:
    """Raise Damaged where a ref holds what no session has."""
    for name in sizes:
        if not travels(name):
            raise Damaged(
                f"{ref} has {shown(name)}, which no session has", "Look at who may write to it."
            )
    if len(sizes) > MOST_FILES or sum(sizes.values()) > ARCHIVE_BYTES:
        raise Damaged(
            f"{ref} has more files, or bytes, than a session can", "Look at who may write to it."
        )


def write_files(session: Session, files: Mapping[str, bytes]) -> None:
    """Write files of a session, each whole or not at all."""
    for name, data in files.items():
        target = session.path / name
        make_own(target.parent, session.home)
        write_atomic(target, data)


def lay_out(session: Session, files: Mapping[str, bytes]) -> None:
    """Make a session's folder hold just these files, and what follows from them."""
    make_home(session.home)
    make_folders(session)
    for name in {*names_in(session.path), *DERIVED} - files.keys():
        (session.path / name).unlink(missing_ok=True)
    write_files(session, files)
    derive(session)


def derive(session: Session) -> None:
    """Make what is derived again from the whole log; raises Foreign for another program's."""
    folded = fold_log(session, whole=True)
    check_own(folded.state)
    write_derived(session, folded.state, folded.log_bytes)
