"""The user's cache folder: what was worked out from a repository, kept for the next command.

It is never inside a repository: whoever can write the code that is judged must not be able to
write what was worked out from it. A value is believed only if it is whole and this very program
made it; everything else, an unwritable folder included, costs time and nothing more.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.errors import NotReadable
from sessions.files import read_regular
from workers import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOME = Path(__file__).parents[2]
# What decides what is read from a file; a change in one of them makes every kept value stale.
_OWN = ("workers/survey", "workers/repository", "workers/sql.py", "sessions/files.py")
_LIBRARIES = ("tree_sitter", "sqlglot", "pyyaml", "pathspec")
_MOST_BYTES = 256 * 1024 * 1024
_ALL_BYTES = 1024 * 1024 * 1024
_UNUSED_SECONDS = 60 * 86_400
_TOUCHED_SECONDS = 86_400
_LEFT_OVER_SECONDS = 3_600
_LOOKED_SECONDS = 3_600  # a folder of thousands is not listed at each call


def folder() -> Path:
    """Return the program's folder below the user's cache folder."""
    configured = os.environ.get("XDG_CACHE_HOME", "")
    if configured.startswith("/"):
        return Path(configured) / "waggle"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  # Path.home() raises without a home
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "waggle"


def digest(data: bytes) -> str:
    """Return the name of a content."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


@cache
def reader() -> str:
    """Return the name of what reads: this program's own code, and the libraries that it reads by.

    A checkout is named by the content of its files, since they change without a new version.
    """
    parts = [__version__, *sorted(_libraries())]
    if (_HOME / "cli.py").is_file():  # in a wheel it has another name
        for file in _own_files():
            parts += [str(file.relative_to(_HOME)), digest(file.read_bytes())]
    return digest("\0".join(parts).encode())


def _own_files() -> Iterator[Path]:
    for name in _OWN:
        place = _HOME / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


def _libraries() -> Iterator[str]:
    """Yield name and version of the libraries: reading their metadata would take ten times as long.

    A library that is installed in another way than pip's is not seen here.
    """
    for place in sys.path:
        with contextlib.suppress(OSError):
            for name in os.listdir(place or "."):  # noqa: PTH208  # names are all that is wanted
                if name.lower().startswith(_LIBRARIES) and name.endswith(".dist-info"):
                    yield name


def load(root: Path, kind: str) -> Any:
    """Return what was kept of a repository, None if there is nothing that can be believed."""
    path = _file(root, kind)
    try:
        header, _, text = read_regular(path, _MOST_BYTES).partition(b"\n")
        value = json.loads(text) if header == _header(text) else None
        if value is not None and time.time() - path.stat().st_mtime > _TOUCHED_SECONDS:
            os.utime(path)  # used: it is not among the first to go
    except (OSError, ValueError, RecursionError, NotReadable):
        return None
    return value


def holds(root: Path, kind: str) -> bool:
    """Tell whether there is a value of a kind at all, to be believed or not."""
    return _file(root, kind).is_file()


def save(root: Path, kind: str, value: object) -> None:
    """Keep a value; where nothing can be written, the next command works it out again."""
    text = json.dumps(value, separators=(",", ":")).encode()
    path = _file(root, kind)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(path, _header(text) + b"\n" + text)
        _remove_old(path.parent)


def _is_due(place: Path) -> bool:
    """Tell whether nobody looked for what is old for an hour, and note that somebody does now."""
    mark = place / ".looked"
    with contextlib.suppress(OSError):
        if 0 <= time.time() - mark.stat().st_mtime < _LOOKED_SECONDS:
            return False
    _replace(mark, b"")
    return True


def _replace(path: Path, data: bytes) -> None:
    """Replace a file in one step, unsynced: one that a power cut tore is not believed."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
            file.write(data)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _remove_old(place: Path) -> None:
    """Remove what nobody used for long, what killed writers left, and the oldest of too much."""
    if not _is_due(place):
        return
    now, total = time.time(), 0
    stored: list[tuple[float, int, str]] = []
    with os.scandir(place) as entries:
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            stored.append((status.st_mtime, status.st_size, entry.path))
    for used, size, path in sorted(stored, reverse=True):
        total += size
        limit = _LEFT_OVER_SECONDS if path.endswith(".tmp") else _UNUSED_SECONDS
        if total > _ALL_BYTES or now - used > limit:
            with contextlib.suppress(OSError):
                Path(path).unlink()


def _file(root: Path, kind: str) -> Path:
    name = hashlib.blake2b(os.fsencode(os.path.realpath(root)), digest_size=12).hexdigest()
    return folder() / "survey" / f"{name}.{kind}.json"


def _header(text: bytes) -> bytes:
    return json.dumps({"reader": reader(), "digest": digest(text)}).encode()
