"""The tar of a session: written and read a piece at a time, so that its size costs no memory.

The first member, SHA256SUMS, lists the others as `sha256sum -c` reads them.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sessions.errors import BadArchive, NotReadable, shown
from sessions.files import is_temporary, open_regular
from sessions.location import BASES, is_session_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

SUMS = "SHA256SUMS"
FILE_BYTES = 256 * 1024 * 1024
ARCHIVE_BYTES = 1024 * 1024 * 1024
_FILES = 10_000
_SUMS_BYTES = 8 * 1024 * 1024
_PIECE = 1024 * 1024
# What a member's headers may take: a header of its own could be as large as the archive.
_HEADER_BYTES = 256 * 1024
_STAMP = r"(?:\.[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9-]+)?"  # of a file that was kept aside
_NAME = r"[a-z][a-z0-9-]{0,60}"
# The files that a session has, its own and those of its workers. Everything else in an archive is
# left out: CLAUDE.md, .claude/ or .git/ would be obeyed by agents and git in a session's folder.
_SHAPES = (
    r"EVENTS\.jsonl",
    rf"(?:EVENTS|STATE|METRICS){_STAMP}\.jsonl?",
    rf"(?:SESSION|SYNTHESIS){_STAMP}\.md",
    rf"workers/survey{_STAMP}\.md",
    rf"workers/prompts/{_NAME}-worker{_STAMP}\.prompt",
    rf"workers/notes/{_NAME}_notes{_STAMP}\.md",
    rf"workers/json/{_NAME}_[a-z]+{_STAMP}(?:\.schema{_STAMP})?\.jsonl?",
    rf"workers/json/synthesis{_STAMP}\.json",
    rf"workers/artefacts/{_NAME}_[a-z_]+\.(?:json|sql|md)",
    rf"workers/orchestration/plan{_STAMP}\.json",
    r"workers/proofs/[A-Za-z0-9][A-Za-z0-9_.-]{0,150}\.(?:json|jsonl|log|txt|xml)",
)


class Contents(NamedTuple):
    """What an archive holds: digest and size of each file, and the names that no session has."""

    session_id: str
    digests: dict[str, str]
    sizes: dict[str, int]
    left_out: tuple[str, ...]


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files of a session that are archived: all but those of a moment, and the base.

    A base borrows from the repository beside it, and says nothing without that.

    Raises NotReadable for a name that cannot be listed.
    """
    base = folder / BASES
    for path in sorted(folder.rglob("*")):
        if base in path.parents:
            continue
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.name
        if is_temporary(name) or (name[0] == "." and name.endswith(".lock")):
            continue
        if path.parent.name.endswith(".lock.queue"):
            continue
        if "\n" in name:
            raise NotReadable(
                f"{shown(path)} has a line's end in its name",
                "Rename it; a list of files names it.",
            )
        yield path


def digests_of(folder: Path) -> dict[str, str]:
    """Return the digest of each file of a session by its name below the folder.

    Raises NotReadable for one that is no regular file, and when they are too large.
    """
    digests: dict[str, str] = {}
    total = 0
    for path in files_of(folder):
        digest = hashlib.sha256()
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            total += size
            if size > FILE_BYTES:
                raise NotReadable(
                    f"{shown(path)} is larger than {FILE_BYTES:,} bytes", "Move it out."
                )
            for piece in _pieces(file, size):
                digest.update(piece)
        digests[path.relative_to(folder).as_posix()] = digest.hexdigest()
    if total > ARCHIVE_BYTES or len(digests) > _FILES:
        raise NotReadable(
            f"{shown(folder)} holds more than {ARCHIVE_BYTES:,} bytes or {_FILES:,} files",
            "Move large files out.",
        )
    return digests


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := file.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece


def pack(session_id: str, folder: Path, target: int) -> tuple[str, int]:
    """Write a session's files to an open file; returns the digest and size of what was written.

    Raises NotReadable for a file that is not regular, or changes meanwhile.
    """
    digests = digests_of(folder)
    sums = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    out = _Hashed(target)
    with tarfile.open(fileobj=cast("Any", out), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        data = sums.encode("utf-8", "surrogateescape")
        tar.addfile(_member(session_id, SUMS, len(data)), io.BytesIO(data))
        for name, digest in digests.items():
            path = folder / name
            with open_regular(path) as file:
                source = _Source(file)
                size = os.fstat(file.fileno()).st_size
                try:
                    tar.addfile(_member(session_id, name, size), cast("Any", source))
                except OSError as error:
                    if error.errno is not None:
                        raise
                    source.digest.update(b"cut off")
                if source.digest.hexdigest() != digest:
                    raise NotReadable(f"{shown(path)} changed meanwhile", "Run it again.")
    return out.digest.hexdigest(), out.size


def _member(session_id: str, name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(f"{session_id}/{name}")
    member.size, member.mode = size, 0o600
    return member


class _Hashed:
    """An open file that is written to, and the digest of it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor, self.size, self.digest = descriptor, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        view = memoryview(data)
        while view:
            view = view[os.write(self.descriptor, view) :]
        return len(data)


class _Source:
    """An open file that is read, and the digest of what was read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


class _Bounded:
    """An archive that is read: what tarfile takes for headers of one member is bounded.

    The headers of a member can say that they are as large as the archive, or go on without end.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.left = file, _HEADER_BYTES

    def read(self, size: int) -> bytes:
        self.left -= size
        if size < 0 or self.left < 0:
            raise _bad(f"the headers of a member are longer than {_HEADER_BYTES:,} bytes")
        return self.file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()


def check(file: BinaryIO) -> Contents:
    """Read a whole archive; returns what it holds. Raises BadArchive for one that is damaged."""
    digests: dict[str, str] = {}
    sizes: dict[str, int] = {}
    sums = b""
    ids: set[str] = set()
    for _ in _members(file):  # the headers alone: what is refused for them costs no reading
        pass
    file.seek(0)
    for session_id, name, pieces in _members(file):
        if name in digests or (name == SUMS and sums):
            raise _bad(f"it holds {shown(name)} twice")
        ids.add(session_id)
        if name == SUMS:
            sums = b"".join(pieces)
            continue
        digest, sizes[name] = hashlib.sha256(), 0
        for piece in pieces:
            digest.update(piece)
            sizes[name] += len(piece)
        digests[name] = digest.hexdigest()
    _check_listed(sums, digests)
    if len(ids) != 1 or not digests or not all(map(is_session_id, ids)):
        raise _bad("it holds no session")
    left_out = tuple(name for name in digests if not is_of_session(name))
    if len(left_out) == len(digests):
        raise _bad("it holds no session")
    return Contents(ids.pop(), digests, sizes, left_out)


def _check_listed(sums: bytes, digests: dict[str, str]) -> None:
    """Raise BadArchive unless an archive holds just the files that it lists."""
    rows = [row.partition("  ") for row in sums.decode("utf-8", "surrogateescape").split("\n")]
    listed = {name: digest for digest, _, name in rows if name}
    for name in sorted(listed.keys() ^ digests.keys()):
        raise _bad(f"{shown(name)} is missing" if name in listed else f"{shown(name)} is unlisted")
    for name, packed in digests.items():
        if packed != listed[name]:
            raise _bad(f"{shown(name)} is not what was archived")


def unpack(
    file: BinaryIO, contents: Contents, write: Callable[[str, Iterator[bytes]], str]
) -> None:
    """Hand on each file of a session that is in an archive; `write` returns its digest.

    Raises BadArchive when the archive is not the one that was checked.
    """
    file.seek(0)
    missing = set(contents.digests) - set(contents.left_out)
    for _, name, pieces in _members(file):
        if name in missing:
            missing.remove(name)
            if write(name, pieces) != contents.digests[name]:
                raise _bad(f"{shown(name)} changed while it was read")
    if missing:
        raise _bad(f"{shown(min(missing))} vanished while it was read")


def is_of_session(name: str) -> bool:
    """Tell whether a session may have a file of that name."""
    return any(re.fullmatch(shape, name) for shape in _SHAPES)


def _members(file: BinaryIO) -> Iterator[tuple[str, str, Iterator[bytes]]]:
    """Yield session id, name and content of each member; raises BadArchive for what is none."""
    bounded = _Bounded(file)
    total = 0
    try:
        with tarfile.open(fileobj=cast("Any", bounded), mode="r:") as tar:
            count = 0
            while (member := tar.next()) is not None:
                cast("Any", tar).members = []  # tarfile would keep them all
                first, *rest = PurePosixPath(member.name).parts or ("",)
                name = "/".join(rest)
                count += 1
                total += member.size
                if not _is_plain(member, rest) or count > _FILES or total > ARCHIVE_BYTES:
                    raise _bad(f"it holds {shown(member.name)}, which no session has")
                if name == SUMS and member.size > _SUMS_BYTES:
                    raise _bad(f"{SUMS} is larger than {_SUMS_BYTES:,} bytes")
                yield first, name, _content(file, member)
                bounded.left = _HEADER_BYTES
    except (tarfile.TarError, ValueError, EOFError, LookupError, ArithmeticError) as error:
        raise _bad(f"it is no archive: {shown(error)}") from None


def _content(file: BinaryIO, member: tarfile.TarInfo) -> Iterator[bytes]:
    """Yield a member's content; tarfile goes to the next one by itself."""
    file.seek(member.offset_data)
    read = 0
    for piece in _pieces(file, member.size):
        read += len(piece)
        yield piece
    if read != member.size:
        raise _bad("it is cut off")


def _is_plain(member: tarfile.TarInfo, parts: Sequence[str]) -> bool:
    """Tell whether a member is a plain file below the session's folder.

    A sparse one says that it is larger than what is there: it would fill the disk.
    """
    plain = member.isreg() and not member.issparse() and 0 <= member.size <= FILE_BYTES
    return plain and bool(parts) and ".." not in parts and not any("\0" in part for part in parts)


def _bad(why: str) -> BadArchive:
    return BadArchive(f"the archive is damaged: {why}", "Take another copy; nothing was written.")
