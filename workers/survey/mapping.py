"""The survey itself: lists files, reads those that changed, puts what they say together."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from workers.survey import cache, walk
from workers.survey.found import NotUnderstood, Survey
from workers.survey.syntax import language_of, suffix

if TYPE_CHECKING:
    from workers.survey.reading import Entry

_PROCESSES = 8
_BATCH = 40
_NO_TEXT = frozenset(
    ".png .jpg .jpeg .gif .ico .webp .avif .bmp .pdf .zip .gz .bz2 .xz .7z .tar .woff .woff2 .ttf"
    " .otf .eot .mp3 .mp4 .mov .avi .webm .wav .so .dll .dylib .exe .bin .class .jar .pyc .o .a"
    " .map .svg .css .scss .less .html .htm .po .mo .pot .csv .tsv .parquet .ipynb .md .rst .snap"
    " .drawio .psd .sketch .wasm .db .sqlite .sqlite3 .pem .crt .key".split()
)


def survey_of(root: Path, again: frozenset[str], *, use_cache: bool) -> Survey:
    """Return the map of a repository, see `workers.survey.survey`."""
    listed = [file for file in walk.files(root) if suffix(file) not in _NO_TEXT]
    keys, unread = _keys(root, listed)
    fingerprint = cache.fingerprint([*keys.values(), *(one.file for one in unread)])
    if use_cache and not again:
        kept = cache.load_map(root, fingerprint)
        if kept is not None:
            return kept
    survey = _made(root, keys, again, use_cache=use_cache)
    survey.not_understood += unread
    survey.files_seen = len(listed)
    if use_cache:
        cache.save_map(root, fingerprint, survey)
    return survey


def _keys(root: Path, listed: list[str]) -> tuple[dict[str, str], list[NotUnderstood]]:
    """Return the key of each file's content, and the code that cannot be read."""
    keys: dict[str, str] = {}
    unread: list[NotUnderstood] = []
    below = _Confined(root)
    for file in listed:
        source = walk.read(root, file) if below(file) else None
        if source is not None:
            keys[file] = cache.key(file, source)
        elif language_of(file):
            why = "is no regular file, or too large to be source"
            unread.append(NotUnderstood(file, 1, why))
    return keys, unread


def _made(root: Path, keys: dict[str, str], again: frozenset[str], *, use_cache: bool) -> Survey:
    """Make the map from what was kept of the files, and from reading the others."""
    known = cache.load(root) if use_cache else {}
    entries = {file: known[key] for file, key in keys.items() if key in known and file not in again}
    missing = [file for file in keys if file not in entries]
    entries |= _read(root, missing)
    if use_cache and (missing or len(known) > len(keys)):
        cache.save(root, {keys[file]: entry for file, entry in entries.items()})
    survey = _resolved(entries)
    survey.files_read = len(missing)
    return survey


class _Confined:
    """Tells whether a listed file lies inside the root, links on the way resolved."""

    def __init__(self, root: Path) -> None:
        self._root = os.path.realpath(root)
        self._folders: dict[str, bool] = {}

    def __call__(self, file: str) -> bool:
        folder = file.rpartition("/")[0]
        if folder not in self._folders:
            real = os.path.realpath(Path(self._root, folder))
            self._folders[folder] = f"{real}/".startswith(f"{self._root.rstrip('/')}/")
        return self._folders[folder]


def _read(root: Path, files: list[str]) -> dict[str, Entry]:
    """Read files anew, in several processes where that pays."""
    from workers.survey import reading

    processes = reading.workers_for(len(files), _PROCESSES)
    if processes == 1:
        return dict(reading.read_several(root, files))
    from concurrent.futures import ProcessPoolExecutor
    from itertools import repeat

    batches = [files[start : start + _BATCH] for start in range(0, len(files), _BATCH)]
    with ProcessPoolExecutor(processes) as pool:
        several = pool.map(reading.read_several, repeat(root), batches)
        return {file: entry for found in several for file, entry in found}


def _resolved(entries: dict[str, Entry]) -> Survey:
    from workers.survey import reading

    sys.setrecursionlimit(max(sys.getrecursionlimit(), reading.RECURSION))
    survey = Survey()
    for file, entry in sorted(entries.items()):
        if "problem" in entry:
            survey.not_understood.append(NotUnderstood(file, 1, entry["problem"]))
    for name, extractor in reading.EXTRACTORS.items():
        facts = {file: entry[name] for file, entry in entries.items() if name in entry}
        try:
            found, missed = extractor.resolve(facts)
        except MemoryError:  # a limit of memory never decides
            raise
        except Exception as error:  # noqa: BLE001 - the other kinds stand for themselves
            why = f"{name} could not be put together: {type(error).__name__}"
            survey.not_understood += [NotUnderstood(file, 1, why) for file in facts]
            continue
        getattr(survey, name).extend(found)
        survey.not_understood += missed
    return survey
