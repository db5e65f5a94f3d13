"""The user's repository as evidence: opens what is cited, confined to the root, each file once.

No text of a cited file is ever printed: a message names lines, and what a route or CREATE TABLE
declares, so that it cannot leak what a citation points at.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
import weakref
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from sessions.errors import NotReadable
from sessions.files import open_beneath, read_descriptor
from sessions.location import SESSIONS
from sessions.progress import at
from workers.repository import file_kinds
from workers.repository.encoding import decode
from workers.repository.names import Names, below, caseless, readings
from workers.repository.source import Source, fold, plain, spellings
from workers.repository.words import (
    SEARCHED_BYTES,
    SEARCHED_FILE_BYTES,
    Words,
    are_kept,
    is_searched,
    words_of,
)

SOURCE_BYTES = 8 * 1024 * 1024
_LISTED_FILES = 20_000
_COMPARED_PARTS = 40
_GUESSED_FROM = 300
_GUESSES = 40
_SAME_NAMES = 20
_SKIPPED_FOLDERS = frozenset(
    {".git", "node_modules", ".venv", "venv", "__pycache__", "dist", "build", ".tox"}
)

Refusal = Literal["missing", "outside", "not_a_file", "not_text", "own", "too_large", "denied"]


class Refused(NamedTuple):
    """Why a cited path is no evidence; `near` is the path that may have been meant.

    `foreign` is one that may be a library's.
    """

    reason: Refusal
    near: str = ""
    foreign: bool = False


class Repository:
    """Files below a root, as cited paths name them."""

    def __init__(self, root: Path, formerly: str | None = None) -> None:
        """Take the root; links on the way to it are followed, those below it only inside it.

        Paths below `formerly`, where the repository was before it was moved, mean those below it.
        """
        self.root = root
        self.formerly = formerly
        self._real = os.path.realpath(root)
        self._own = os.path.realpath(root / SESSIONS)
        self._sources: dict[str, Source | Refused] = {}
        self._searched: dict[str, Source | Refused] = {}
        self._names = Names(self._real)
        self._relative: dict[tuple[str | None, str], str | Refused] = {}
        self._guesses = 0
        self._words_found: dict[tuple[frozenset[str], bool], bool | None] = {}

    @cached_property
    def _folder(self) -> int:
        """A descriptor of the root, open as long as the repository is in use."""
        descriptor = os.open(self._real, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        weakref.finalize(self, _close, descriptor, os.getpid())
        return descriptor

    def source(self, path: str) -> Source | Refused:
        """Return the text that a cited path names, absolute or relative to the root."""
        known = self._sources.get(path)
        if known is None:
            relative = self.relative(path)
            if isinstance(relative, Refused):
                known = relative
            else:  # one file, however its path is written
                known = self._sources.get(f"\0{relative}") or self._open(relative, path)
                self._sources[f"\0{relative}"] = known
            self._sources[path] = known
        return known

    def searched(self, file: str) -> Source | Refused:
        """Return one of `files` for a search; what is only searched is no evidence (`opened`)."""
        known = self._sources.get(f"\0{file}") or self._searched.get(file)
        if known is None:
            known = self._searched[file] = self._open(file, file)
        return known

    def relative(self, path: str) -> str | Refused:
        """Return a cited path relative to the root, links resolved, existing or not."""
        known = self._relative.get((self.formerly, path))
        if known is None:
            known = self._relative[self.formerly, path] = self._resolved(path)
        return known

    def _resolved(self, path: str) -> str | Refused:
        if not path.strip() or "\0" in path or len(path) > 4096:
            return Refused("missing")
        inside = self._inside(path)
        if isinstance(inside, str) and not os.path.lexists(os.path.join(self._real, inside)):
            return self._alike(path) or inside
        if isinstance(inside, Refused) and inside.reason == "outside":
            return self._alike(path) or inside
        return inside

    def _alike(self, path: str) -> str | Refused | None:
        """Return the file that a path means which leads nowhere as it is written."""
        for reading in (path, *readings(path)):
            inside = self._below_root(reading)
            if not inside.strip("/."):
                return "." if reading.startswith("/") and not inside else None
            alike = None if inside.startswith("/") else self._names.find(inside)
            if alike:
                return self._inside(alike)
        return None

    def _below_root(self, path: str) -> str:
        """Return a path relative to the root, where it is the root's own in another spelling."""
        path = self._moved(path)
        if not path.startswith("/"):
            return path
        below_it = (below(root, path) for root in (str(self.root), self._real))
        return next((one for one in below_it if one is not None), path)

    def _inside(self, path: str) -> str | Refused:
        """Return a path as it is written relative to the root, links resolved, existing or not."""
        try:
            real = os.path.realpath(os.path.join(self._real, self._moved(path)))
        except (OSError, ValueError):
            return Refused("missing")
        if real != self._real and not real.startswith(self._real.rstrip("/") + "/"):
            return Refused("outside", self._same_tail(path))
        relative = os.path.relpath(real, self._real)
        if ".git" in Path(relative).parts or (real + "/").startswith(self._own + "/"):
            return Refused("own")
        return relative

    def _moved(self, path: str) -> str:
        """Return a path that was true before the repository was moved as it is now."""
        former = (self.formerly or "").rstrip("/")
        inside = below(former, path) if former.startswith("/") else None
        return path if inside is None else os.path.join(self._real, inside.lstrip("/"))

    def opened(self) -> list[Source]:
        """Return every file that was opened as evidence, by its path."""
        sources = {one.path: one for one in self._sources.values() if isinstance(one, Source)}
        return [sources[path] for path in sorted(sources)]

    def has_word(self, *variants: str, inside: bool = False) -> bool | None:
        """Tell whether one of some names stands anywhere in the repository, by any notation.

        Looks where citations were opened first, then at all files that may hold code and at their
        names. `inside` is content with a part of a longer name. None when not all could be
        searched within bounds: unknown, neither yes nor no.
        """
        asked = (frozenset(plain(variant) for variant in variants), inside)
        if asked not in self._words_found:
            self._words_found[asked] = self._search(asked[0], variants, inside=inside)
        return self._words_found[asked]

    def _search(
        self, wanted: frozenset[str], variants: tuple[str, ...], *, inside: bool
    ) -> bool | None:
        opened = [source for source in self._sources.values() if isinstance(source, Source)]
        if any(not wanted.isdisjoint(source.words) for source in opened):
            return True
        if self._words.hold(variants, inside=inside) or (
            self._words.may_be_spread(variants) and self._is_written(variants, inside=inside)
        ):
            return True
        return False if self._words.whole else None

    @cached_property
    def _words(self) -> Words:
        whole = len(self.files) < _LISTED_FILES
        return words_of(self.root, self.files, self._read_for_search, whole=whole)

    def index_words(self) -> None:
        """Make the index of all words, if none was ever made, and keep it for the next command."""
        if not are_kept(self.root):
            _ = self._words

    def _is_written(self, variants: tuple[str, ...], *, inside: bool) -> bool:
        """Tell whether a name that is more than one word is written in a file, by reading all."""
        wanted = [re.escape(one) for variant in variants for one in spellings(variant)]
        edges = (b"", b"") if inside else (rb"(?<![a-z0-9])", rb"(?![a-z0-9])")
        pattern = re.compile(b"%b(?:%b)%b" % (edges[0], b"|".join(wanted), edges[1]))
        left = SEARCHED_BYTES
        for file in filter(is_searched, self.files):
            data = self._read_for_search(file) or b""
            if pattern.search(data.lower()):
                return True
            left -= len(data)
            if left < 0:
                break
        return False

    def _read_for_search(self, relative: str) -> bytes | None:
        """Return a file that may be searched, None if it cannot be opened or is too large."""
        try:
            with os.fdopen(open_beneath(self._folder, relative), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return None
                data = file.read(SEARCHED_FILE_BYTES + 1)
        except OSError:
            return None
        if len(data) > SEARCHED_FILE_BYTES:
            return None
        if b"\0" in data[:1024]:  # of UTF-16 and UTF-32 the text, of what is no text nothing
            text = decode(data)
            return text[0].encode("utf-8", "replace") if text else data
        return data

    def _open(self, relative: str, path: str) -> Source | Refused:
        at(relative)
        real = os.path.join(self._real, relative)
        try:
            if not stat.S_ISREG(os.lstat(real).st_mode):
                return Refused("not_a_file")
            descriptor = open_beneath(self._folder, relative)
        except PermissionError:
            return Refused("denied")
        except (OSError, ValueError):
            return Refused("missing", self._nearest(path), self._is_foreign(path))
        try:
            data = read_descriptor(descriptor, SOURCE_BYTES, Path(real))
        except NotReadable:
            return Refused("too_large")
        except OSError:
            return Refused("denied")
        finally:
            os.close(descriptor)
        return _decoded(relative, data)

    def _same_tail(self, path: str) -> str:
        """Find the longest tail of a foreign absolute path that exists below the root."""
        parts = Path(path).parts[1:][-_COMPARED_PARTS:]
        for start in range(len(parts)):
            tail = os.path.join(*parts[start:])
            if ".." not in parts and os.path.isfile(os.path.join(self._real, tail)):
                return tail
        return ""

    def meant(self, path: str, refused: Refused, quotation: str | None) -> str:
        """Return the path that may be meant: where the quotation is, else the nearest one."""
        if refused.reason == "missing" and quotation and fold(quotation):
            for other in self._same_name(path):
                source = self.source(other)
                if isinstance(source, Source) and source.holds(quotation):
                    return other
        return refused.near

    def _same_name(self, path: str) -> list[str]:
        """Return the files that have the name of a path, wherever they are."""
        name = caseless(os.path.basename(path))
        same = [known for known in self.files if caseless(known.rsplit("/", 1)[-1]) == name]
        return same[:_SAME_NAMES]

    def _is_foreign(self, path: str) -> bool:
        """Tell whether a path that leads nowhere may be a library's: bare, or of another folder."""
        first = path.removeprefix("./").split("/", 1)[0]
        there = os.path.lexists(os.path.join(self._real, first))
        return "/" not in path or first == "node_modules" or not there

    def _nearest(self, path: str) -> str:
        """Guess which existing file a path means: same name elsewhere, else a similar path."""
        if self._guesses >= _GUESSES:  # comparing names is dear, and only for a hint
            return ""
        self._guesses += 1
        wanted = os.path.relpath(os.path.join(self._real, self._below_root(path)), self._real)
        of_another_case = self._names.find(wanted, caseless)
        if of_another_case is not None:
            return of_another_case
        same = self._same_name(wanted)
        folder, start = os.path.dirname(wanted), os.path.basename(wanted)[:3].lower()
        among = same or [
            known
            for known in self.files
            if os.path.dirname(known) == folder or known.rsplit("/", 1)[-1][:3].lower() == start
        ]
        close = difflib.get_close_matches(wanted, among[:_GUESSED_FROM], 1, cutoff=0.8)
        return close[0] if close else (same[0] if same else "")

    @cached_property
    def files(self) -> list[str]:
        """The repository's files, relative, at most a bounded number; no vendored or built ones."""
        files: list[str] = []
        waiting = [""]  # folders with `/` behind them, the next one last
        while waiting and len(files) <= _LISTED_FILES:
            prefix = waiting.pop()
            names, folders = _listed(os.path.join(self._real, prefix))
            files += [prefix + name for name in names]
            inside = [f"{prefix}{name}/" for name in folders if name not in _SKIPPED_FOLDERS]
            waiting += [one for one in reversed(inside) if not self._is_own(one)]
        return files

    @cached_property
    def test_folders(self) -> frozenset[str]:
        """The folders whose files are tests, each with `/` behind it."""
        return file_kinds.test_folders(self.files)

    def _is_own(self, folder: str) -> bool:
        return os.path.join(self._real, folder).startswith(f"{self._own}/")


def _close(descriptor: int, owner: int) -> None:
    """Close what this process opened: in a child the same number is another file."""
    if os.getpid() == owner:
        os.close(descriptor)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Return the names of the files and the folders in a folder, sorted; links are no folders."""
    names: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif not entry.is_symlink() or not os.path.isdir(entry.path):
                    names.append(entry.name)
    except OSError:
        return [], []
    return sorted(names), sorted(folders)


def _decoded(relative: str, data: bytes) -> Source | Refused:
    text = decode(data)
    if text is None:
        return Refused("not_text")
    return Source(relative, text[0], exact=text[1], digest=hashlib.sha256(data).hexdigest())
