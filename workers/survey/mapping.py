"""The survey itself: lists files, reads those that changed, puts what they say together."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sessions.progress import at, doing
from workers.repository.stamps import Stamps
from workers.repository.store import digest
from workers.survey import asides, cache, unread, walk
from workers.survey.contracts import witnesses
from workers.survey.found import FOUND, NotUnderstood, Survey
from workers.survey.syntax import language_of, suffix

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from workers.survey.reading import Entry

_PROCESSES = 8
_BATCH = 40
NO_SOURCE = "is no regular file, or too large to be source"
_NO_TEXT = frozenset(
    ".png .jpg .jpeg .gif .ico .webp .avif .bmp .pdf .zip .gz .bz2 .xz .7z .tar .woff .woff2 .ttf"
    " .otf .eot .mp3 .mp4 .mov .avi .webm .wav .so .dll .dylib .exe .bin .class .jar .pyc .o .a"
    " .map .svg .css .scss .less .html .htm .po .mo .pot .csv .tsv .parquet .ipynb .md .rst .snap"
    " .drawio .psd .sketch .wasm .db .sqlite .sqlite3 .pem .crt .key".split()
)


class Files(NamedTuple):
    """The source files of a repository as they are now: each with the name of its content.

    `aside` are those that a folder's name put aside, with the reason. `read` returns a file of a
    revision, None is read from disk; `of` is where what was read of it is kept.
    """

    root: Path
    seen: int
    keys: dict[str, str]
    unread: tuple[NotUnderstood, ...]
    aside: dict[str, str]
    read: Callable[[str], bytes | None] | None = None
    of: str = ""

    @property
    def name(self) -> str:
        """The name of all of them together."""
        rows = [f"{file}\0{key}" for file, key in self.keys.items()]
        return cache.fingerprint([*rows, *(one.file for one in self.unread)])


def look(root: Path, *, use_cache: bool = True) -> Files:
    """List the source files and name their contents; those that did not change are not read."""
    everything = walk.listed(root)
    listed, aside = may_be_text(everything)
    keys: dict[str, str] = {}
    too_large: list[NotUnderstood] = []
    below = _Confined(root)
    stamps = Stamps(root, "map", use_cache=use_cache)
    for file in listed:
        at(file)
        status = stamps.status(file) if below(file) else None
        content = None
        if status is not None and status.st_size <= walk.FILE_BYTES:
            content = stamps.content(file, status, partial(walk.read, root, file))
        if content is not None:
            keys[file] = cache.key(file, content[0])
        elif language_of(file):
            too_large.append(NotUnderstood(file, 1, NO_SOURCE))
    at("")
    stamps.save()
    return Files(root, len(listed), keys, tuple(too_large), aside)


def may_be_text(everything: walk.Listed) -> tuple[list[str], dict[str, str]]:
    """Return the files whose names do not tell that they are no text: own ones, and put aside."""
    own = [file for file in everything.own if suffix(file) not in _NO_TEXT]
    return own, {f: why for f, why in everything.aside.items() if suffix(f) not in _NO_TEXT}


def survey_of(
    files: Files, again: frozenset[str], *, use_cache: bool, until: float | None = None
) -> Survey:
    """Return the map of the files, see `workers.survey.survey`; `until` is by `time.monotonic`."""
    latest = cache.load_map(files.root, files.of) if use_cache else cache.Kept()
    _join(files, latest.joined)
    fresh = _read(files, sorted(again.intersection(files.keys)))
    is_same = all(cache.name_of(entry) == latest.facts.get(file) for file, entry in fresh.items())
    read = left = 0
    if latest.of != files.name or not is_same or latest.parts.keys() != FOUND.keys():
        entries, read = _entries(files, fresh, use_cache=use_cache, until=until)
        left = len(files.keys.keys() - entries.keys())
        read += 0 if left else _follow_asides(files, entries)
        latest = _resolved(files, entries, latest)
        if use_cache and not left:
            cache.save_map(files.root, latest, files.of)
    found_map = _survey(files, latest, read)
    found_map.files_left = left
    return found_map


def _join(files: Files, wanted: Iterable[str]) -> list[str]:
    """Take files that were put aside among those that are read; returns those that could be."""
    joined: list[str] = []
    below = _Confined(files.root)
    for file in sorted(files.aside.keys() & set(wanted) - files.keys.keys()):
        if files.read is not None:
            source = files.read(file)
        else:
            source = walk.read(files.root, file) if below(file) else None
        if source is not None:
            files.keys[file] = cache.key(file, digest(source))
            joined.append(file)
    return joined


def _follow_asides(files: Files, entries: dict[str, Entry]) -> int:
    """Read the files put aside that others import, and what those import; returns how many."""
    reached: set[str] = set()
    importers = entries.keys() - files.aside.keys()
    count = 0
    while importers and files.aside:
        wanted = {file: entries[file].get("leads", []) for file in importers if file in entries}
        importers = asides.imported(wanted, files.keys, files.aside) - reached
        reached |= importers
        new = _join(files, importers)
        entries |= _read(files, new)
        count += len(new)
    for file in files.aside.keys() & files.keys.keys() - reached:  # nobody imports it any more
        del files.keys[file]
        entries.pop(file, None)
    return count


def _survey(files: Files, latest: cache.Kept, read: int) -> Survey:
    survey = Survey(files_seen=files.seen, files_read=read, not_understood=[*latest.problems])
    for name, part in latest.parts.items():
        getattr(survey, name).extend(part.found)
        survey.not_understood += part.missed
    survey.not_understood += files.unread
    survey.unread += unread.languages_without_reader(files.keys)
    survey.unread += unread.languages_without_result(survey, files.keys)
    survey.unread += unread.technologies_without_result(survey)
    is_whole = not survey.unread and not survey.not_understood
    survey.endpoints, survey.descriptions = witnesses.witnessed(
        survey.endpoints, survey.descriptions, is_whole=is_whole
    )
    survey.not_understood += map(unread.as_row, survey.unread)
    survey.left_out += asides.left_out(files.aside, files.keys)
    return survey


def _entries(
    files: Files, fresh: dict[str, Entry], *, use_cache: bool, until: float | None
) -> tuple[dict[str, Entry], int]:
    """Return the facts of the files, and how many were read: the rest is as it was kept.

    All are there unless reading ended at `until`; what was read then is kept for the next call.
    """
    known = cache.load(files.root, files.of) if use_cache else {}
    if use_cache and files.of:  # what did not change since is known from the working tree
        known |= cache.load(files.root)
    entries = {
        file: fresh[file] if file in fresh else known[key]
        for file, key in files.keys.items()
        if file in fresh or key in known
    }
    missing = [file for file in files.keys if file not in entries]
    now = _read(files, missing, until)
    entries |= now
    if use_cache and (missing or fresh or len(known) > len(files.keys)):
        by_key = {files.keys[file]: entry for file, entry in entries.items()}
        cache.save(files.root, by_key, files.of)
    return entries, len(now) + len(fresh)


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


def _read(files: Files, wanted: list[str], until: float | None = None) -> dict[str, Entry]:
    """Read files, in several processes where that pays; what changed meanwhile gets its new key.

    Of many files some are read even where `until` is past, so that each call brings it further.
    """
    if not wanted:
        return {}  # what reads is dear to import
    entries: dict[str, Entry] = {}
    with doing("reading files") as count, closing(_several(files, wanted)) as several:
        for rows in several:
            for file, content, entry in rows:
                files.keys[file] = cache.key(file, content)
                entries[file] = entry
                at(file)
            count(len(entries), len(wanted))
            if until is not None and time.monotonic() > until:
                break
    return entries


def _several(files: Files, wanted: list[str]) -> Generator[list[tuple[str, str, Entry]]]:
    """Yield what was read of the files by and by, in one process or several."""
    from workers.survey import reading

    root = files.root
    batches = [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]
    processes = reading.workers_for(len(wanted), _PROCESSES)
    if files.read is not None:  # git is asked here
        for batch in batches:
            at(batch[0])
            yield reading.read_several(files.read, batch)
    elif processes > 1:
        from workers.survey.processes import side_by_side

        yield from side_by_side(partial(reading.read_below, root), batches, processes)
    else:
        for batch in batches:
            at(batch[0])
            yield reading.read_below(root, batch)


def _resolved(files: Files, entries: dict[str, Entry], before: cache.Kept) -> cache.Kept:
    """Put the facts of all files together; a kind whose facts did not change stays as it was."""
    from workers.survey import reading

    sys.setrecursionlimit(max(sys.getrecursionlimit(), reading.RECURSION))
    problems = [
        NotUnderstood(file, 1, entry["problem"])
        for file, entry in sorted(entries.items())
        if "problem" in entry
    ]
    parts: dict[str, cache.Part] = {}
    for name, extractor in reading.EXTRACTORS.items():
        facts = {file: entry[name] for file, entry in entries.items() if name in entry}
        name_of_facts = cache.name_of(facts)
        known = before.parts.get(name)
        if known is not None and known.of == name_of_facts:
            parts[name] = known
            continue
        try:
            with doing(f"putting {name} together"):
                rows, missed = extractor.resolve(facts)
        except MemoryError:  # a limit of memory never decides
            raise
        except Exception as error:  # noqa: BLE001 - the other kinds stand for themselves
            why = f"{name} could not be put together: {type(error).__name__}"
            rows, missed = [], [NotUnderstood(file, 1, why) for file in facts]
        parts[name] = cache.Part(name_of_facts, list(rows), list(missed))
    names = {file: cache.name_of(entry) for file, entry in entries.items()}
    joined = sorted(files.aside.keys() & files.keys.keys())
    return cache.Kept(files.name, joined, names, problems, parts)
