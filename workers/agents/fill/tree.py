"""What an agent that changes code may write: files below the root that the verdict sees.

Nothing of git or of the sessions, nothing that git ignores, no key. Every folder is opened in turn
and no link followed, so that one which appears between check and use leads nowhere.
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import BadInput, shown
from sessions.files import read_descriptor
from sessions.location import SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sessions.snapshots import Snapshots

FILE_BYTES = 4 * 1024 * 1024
# So much may an agent write in a run: who writes more does something else than was asked.
RUN_BYTES = 32 * 1024 * 1024
_PATH_CHARACTERS = 4096
_OURS = SESSIONS.parent.as_posix().casefold()
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Replacement:
    """A text that stands in a file exactly once, and what takes its place."""

    old_text: str
    new_text: str


class _Place(NamedTuple):
    """A path below the root as it is on the disk: its folders, none a link, and its name."""

    path: str
    folders: tuple[str, ...]
    name: str


class _File(NamedTuple):
    data: bytes
    status: os.stat_result


@dataclass
class Tree:
    """The files of a root, for one run of an agent; every refusal is a BadInput.

    `own` are the files below the sessions that it may edit all the same, `hidden` globs of names
    that it may not even read. What is written begins in `scratch`, a folder of the session, where
    a kill leaves it among the leftovers that are swept; beside its place on another file system.
    """

    root: Path
    snapshots: Snapshots
    own: frozenset[str]
    hidden: tuple[str, ...]
    scratch: Path
    left: int = RUN_BYTES

    def edit(self, path: str, replacements: Sequence[Replacement]) -> str:
        """Replace texts in a file, all of them or none; mode and line ends stay."""
        place = self._place(path, own=True)
        if not replacements:
            raise BadInput("nothing is to be replaced", "Give old_text and new_text.")
        with self._folder(place) as folder:
            before = _read(folder, place)
            text = before.data.decode("utf-8", "surrogateescape")
            if "\0" in text:
                raise BadInput(f"{shown(place.path)} is not text", "It cannot be edited.")
            for replacement in replacements:
                text = _replaced(text, replacement, place.path)
            self._pay(sum(len(one.new_text) for one in replacements))
            data = _encoded(text)
            mode = stat.S_IMODE(before.status.st_mode)
            with self._written(folder, data, mode) as (aside, name):
                if _stamp(_status(folder, place.name)) != _stamp(before.status):
                    raise BadInput(f"{shown(place.path)} changed meanwhile", "Read it again.")
                os.replace(name, place.name, src_dir_fd=aside, dst_dir_fd=folder)
        return f"edited {place.path}"

    def create(self, path: str, content: str) -> str:
        """Make a file that is not there yet, with the folders above it."""
        place = self._place(path)
        data = _encoded(content)
        self._pay(len(data))
        with self._folder(place, make=True) as folder:
            if _is_there(folder, place.name):
                raise BadInput(f"{shown(place.path)} is there already", "Change it by edit_file.")
            with self._written(folder, data, 0o666 & ~_umask()) as (aside, name):
                try:  # unlike a rename it fails where another came first
                    os.link(name, place.name, src_dir_fd=aside, dst_dir_fd=folder)
                except OSError as error:
                    if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}:
                        raise
                    os.rename(name, place.name, src_dir_fd=aside, dst_dir_fd=folder)
        return f"created {place.path}"

    def delete(self, path: str) -> str:
        """Delete a file."""
        place = self._place(path)
        with self._folder(place) as folder:
            _read(folder, place)
            os.unlink(place.name, dir_fd=folder)
            os.fsync(folder)
        return f"deleted {place.path}"

    def rename(self, path: str, new_path: str) -> str:
        """Give a file another path that is free."""
        source, target = self._place(path), self._place(new_path)
        with self._folder(source) as folder:
            _read(folder, source)
            with self._folder(target, make=True) as into:
                if _is_there(into, target.name):
                    raise BadInput(f"{shown(target.path)} is there already", "Take another path.")
                os.rename(source.name, target.name, src_dir_fd=folder, dst_dir_fd=into)
                os.fsync(into)
            os.fsync(folder)
        return f"renamed {source.path} to {target.path}"

    def _pay(self, size: int) -> None:
        if size > self.left:
            raise BadInput(f"a run writes at most {RUN_BYTES:,} bytes", "End here.")
        self.left -= size

    @contextlib.contextmanager
    def _written(self, folder: int, data: bytes, mode: int) -> Iterator[tuple[int, str]]:
        """Write what is to come into a folder, synced; yields where it is, and its name there."""
        aside = os.open(self.scratch, _FOLDER)
        try:
            is_near = os.fstat(aside).st_dev == os.fstat(folder).st_dev
            here = aside if is_near else folder
            with _new_file(here, data, mode) as name:
                yield here, name
            os.fsync(folder)
        finally:
            os.close(aside)

    def _place(self, path: str, *, own: bool = False) -> _Place:
        """Return where a path leads; raises BadInput where an agent has nothing to write."""
        root = os.path.realpath(self.root)
        if not path.strip() or "\0" in path or len(path) > _PATH_CHARACTERS:
            raise BadInput(f"{shown(path)} is no path", "Give one relative to the root.")
        above, name = os.path.split(os.path.join(root, path))  # noqa: PTH118 - an absolute one wins
        folder = os.path.realpath(above)
        if folder != root and not folder.startswith(root.rstrip("/") + "/"):
            raise BadInput(f"{shown(path)} lies outside the root", "Write below it alone.")
        if name in {"", ".", ".."}:
            raise BadInput(f"{shown(path)} names no file", "Give a path with a file's name.")
        inside = os.path.relpath(os.path.join(folder, name), root)  # noqa: PTH118
        folders = tuple(inside.split("/")[:-1])
        if not (own and inside in self.own):
            self._check(inside)
        return _Place(inside, folders, name)

    def _check(self, path: str) -> None:
        """Raise BadInput for a path that is git's, ours, hidden, or that no tree has."""
        parts = path.casefold().split("/")
        name = shown(path)
        if ".git" in parts:
            raise BadInput(f"{name} belongs to git", "Change files of the repository alone.")
        if f"{'/'.join(parts)}/".startswith(f"{_OURS}/"):
            raise BadInput(f"{name} belongs to the sessions", "Of these edit your two files alone.")
        globs = [glob.removeprefix("**/").casefold() for glob in self.hidden]
        if any(fnmatch.fnmatchcase(part, glob) for part in parts for glob in globs):
            hint = "Say under unresolved what should change there."
            raise BadInput(f"{name} may hold a secret and is closed to you", hint)
        for depth in range(1, len(parts)):
            above = self.root.joinpath(*path.split("/")[:depth])
            if os.path.lexists(above / ".git"):
                hint = "Say under unresolved what should change there."
                raise BadInput(f"{name} lies in a repository of its own", hint)
        if self.snapshots.leaves_out(path):
            hint = "No verdict sees such a file: write where git looks."
            raise BadInput(f"{name} is ignored by git, or made by a tool", hint)

    @contextlib.contextmanager
    def _folder(self, place: _Place, *, make: bool = False) -> Iterator[int]:
        """Open the folder of a place, each one on the way in turn; links are refused."""
        inside = os.open(os.path.realpath(self.root), _FOLDER)
        try:
            for part in place.folders:
                try:
                    deeper = os.open(part, _FOLDER, dir_fd=inside)
                except FileNotFoundError:
                    if not make:
                        raise _missing(place) from None
                    os.mkdir(part, dir_fd=inside)
                    os.fsync(inside)
                    deeper = os.open(part, _FOLDER, dir_fd=inside)
                os.close(inside)
                inside = deeper
            yield inside
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise BadInput(f"{shown(place.path)}: {why}", "Take another path.") from error
        finally:
            os.close(inside)


def _missing(place: _Place) -> BadInput:
    return BadInput(f"{shown(place.path)} is not there", "Look for it by find_files.")


def _status(folder: int, name: str) -> os.stat_result:
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


def _is_there(folder: int, name: str) -> bool:
    try:
        _status(folder, name)
    except FileNotFoundError:
        return False
    return True


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read(folder: int, place: _Place) -> _File:
    """Read a regular file; raises BadInput for a link, and for what is none or too large."""
    try:
        descriptor = os.open(place.name, _READ, dir_fd=folder)
    except FileNotFoundError:
        raise _missing(place) from None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise BadInput(f"{shown(place.path)} is a link", "Name the file itself.") from None
        raise
    try:
        from pathlib import Path

        status = os.fstat(descriptor)
        return _File(read_descriptor(descriptor, FILE_BYTES, Path(place.path)), status)
    finally:
        os.close(descriptor)


def _encoded(text: str) -> bytes:
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise BadInput(
            f"the text is no Unicode at {error.start}", "Write it again, without lone surrogates."
        ) from None
    if len(data) > FILE_BYTES:
        raise BadInput(f"a file has at most {FILE_BYTES:,} bytes", "Write less.")
    return data


def _replaced(text: str, replacement: Replacement, path: str) -> str:
    """Replace a text that stands there exactly once; the file's line ends count, not the agent's.

    Where a file mixes them, what is found decides.
    """
    old, new = replacement.old_text, replacement.new_text
    if not old or old == new:
        raise BadInput("old_text is empty, or new_text is the same", "Give both.")
    if "\r\n" in text and (_first(text, old) is None or "\n" not in old):
        is_windows = text.count("\r\n") == text.count("\n")
        if is_windows or "\n" in old:
            old, new = (_with_windows_ends(one) for one in (old, new))
    at = _first(text, old)
    if at is None:
        message = f"old_text does not stand in {shown(path)}"
        raise BadInput(message, "Read the file as it is now, and copy the text exactly.")
    if text.find(old, at + 1) != -1:
        message = f"old_text stands in {shown(path)} more than once"
        raise BadInput(message, "Take in a line before or after it.")
    return text[:at] + new + text[at + len(old) :]


def _first(text: str, part: str) -> int | None:
    at = text.find(part)
    return None if at == -1 else at


def _with_windows_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


@contextlib.contextmanager
def _new_file(folder: int, data: bytes, mode: int) -> Iterator[str]:
    """Write a file of a name that no tree has, synced; what is still there after is removed."""
    name = f".waggle.{os.getpid()}.tmp"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
    try:
        with os.fdopen(os.open(name, _NEW, 0o600, dir_fd=folder), "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        yield name
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
