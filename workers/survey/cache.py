"""What was read from files, kept by their content: a second run reads only what changed.

It lies in the user's cache folder, never in a repository: whoever can write the code that is
judged must not be able to write what was read from it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.errors import NotReadable
from sessions.files import read_regular, write_atomic
from workers import __version__
from workers.survey.found import survey_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workers.survey.found import Survey

# Facts of one version are none of another; the number counts the forms within a version.
FORMS = f"{__version__}-2"
_MOST_BYTES = 256 * 1024 * 1024

Entry = dict[str, Any]


def folder() -> Path:
    """Return the program's folder below the user's cache folder."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if given.startswith("/"):
        return Path(given) / "waggle"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  # Path.home() raises without a home
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "waggle"


def key(file: str, source: bytes) -> str:
    """Return the name under which the facts of a file are kept: its path and content."""
    name = file.encode("utf-8", "surrogateescape")
    return hashlib.blake2b(name + b"\0" + source, digest_size=16).hexdigest()


def fingerprint(keys: Iterable[str]) -> str:
    """Return the name of a map: of all the files that it was made from."""
    return hashlib.blake2b("\0".join(sorted(keys)).encode(), digest_size=16).hexdigest()


def load(root: Path) -> dict[str, Entry]:
    """Return what was kept of the files; nothing if it is damaged or another version's."""
    entries: dict[str, Entry] = _load(_file(root, "files")) or {}
    return entries


def save(root: Path, entries: Mapping[str, Entry]) -> None:
    """Keep what was read; where nothing can be written, the next run reads again."""
    _save(_file(root, "files"), entries)


def load_map(root: Path, of: str) -> Survey | None:
    """Return the map that was made from the same files, None if there is none."""
    kept = _load(_file(root, "map"))
    return survey_from(kept["map"]) if kept is not None and kept["of"] == of else None


def save_map(root: Path, of: str, survey: Survey) -> None:
    """Keep a map; one of the same files need not be made again."""
    _save(_file(root, "map"), {"of": of, "map": {**asdict(survey), "files_read": 0}})


def _load(path: Path) -> Any:
    try:
        header, _, text = read_regular(path, _MOST_BYTES).partition(b"\n")
        return json.loads(text) if header == _header(text) else None
    except (OSError, ValueError, RecursionError, NotReadable):
        return None


def _save(path: Path, value: object) -> None:
    text = json.dumps(value, separators=(",", ":")).encode()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(path, _header(text) + b"\n" + text)


def _file(root: Path, kind: str) -> Path:
    name = hashlib.blake2b(os.fsencode(os.path.realpath(root)), digest_size=12).hexdigest()
    return folder() / "survey" / f"{name}.{kind}.json"


def _header(text: bytes) -> bytes:
    digest = hashlib.blake2b(text, digest_size=16).hexdigest()
    return json.dumps({"forms": FORMS, "digest": digest}).encode()
