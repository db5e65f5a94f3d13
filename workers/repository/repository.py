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
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from sessions.errors import NotReadable
from sessions.files import open_beneath, read_descriptor
from sessions.location import SESSIONS
from workers.repository.source import Source, plain, spellings

SOURCE_BYTES = 8 * 1024 * 1024
# What a search for a word reads at most; beyond it the answer is "unknown".
SEARCHED_BYTES = 64 * 1024 * 1024
SEARCHED_FILE_BYTES = 4 * 1024 * 1024
# So many words are found by reading; for more an index is made, which costs some twenty readings.
SEARCHED_WORDS = 30
_DECLARED = re.compile(rb"\b(class|model|entity|struct|interface|type|table)[ \t]+([a-z0-9_]+)")
_LISTED_FILES = 20_000
_DATA = (".json", ".csv", ".txt", ".log", ".html", ".xml", ".css", ".svg", ".md", ".ipynb")
_COMPARED_PARTS = 40
_GUESSED_FROM = 300
_GUESSES = 40
_SAME_NAMES = 20
_TEXTS = 500
_NOT_SEARCHED = tuple(
    ".png .jpg .jpeg .gif .ico .svg .webp .pdf .zip .gz .woff .woff2 .ttf .mp4 .mp3 .map"
    " .min.js .lock .po .mo .csv .parquet .pyc .so .jar .class".split()
)
_SKIPPED_FOLDERS = frozenset(
    {".git", "node_modules", ".venv", "venv", "__pycache__", "dist", "build", ".tox"}
)

Refusal = Literal["missing", "outside", "not_a_file", "not_text", "own", "too_large", "denied"]


@dataclass(frozen=True)
class Refused:
    """Why a cited path is no evidence; `near` is the path that may have been meant."""

    reason: Refusal
    near: str = ""


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
        self._texts_of: dict[str, list[str]] = {}
        self._guesses = 0
        self._searches = 0
        self._words_found: dict[tuple[frozenset[str], bool], bool | None] = {}

    @cached_property
    def _folder(self) -> int:
        """A descriptor of the root, open as long as the program runs."""
        return os.open(self._real, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

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

    def relative(self, path: str) -> str | Refused:
        """Return a cited path relative to the root, links resolved, existing or not."""
        if not path.strip() or "\0" in path or len(path) > 4096:
            return Refused("missing")
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
        if not former.startswith("/") or not f"{path}/".startswith(f"{former}/"):
            return path
        return os.path.join(self._real, path[len(former) :].lstrip("/"))

    def opened(self) -> list[Source]:
        """Return every file that was opened as evidence, by its path."""
        found = {one.path: one for one in self._sources.values() if isinstance(one, Source)}
        return [found[path] for path in sorted(found)]

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
        texts, whole = self._texts
        self._searches += 1
        if self._searches > SEARCHED_WORDS:
            found = not wanted.isdisjoint(self._index)
            if not found and inside:
                found = any(part in word for word in self._index for part in wanted)
            return found or (False if whole else None)
        for spelling in {one for variant in variants for one in spellings(variant)}:
            # Finding bytes is ten times as fast as a pattern; the pattern confirms.
            exact = re.compile(rb"(?<![a-z0-9])" + re.escape(spelling) + rb"(?![a-z0-9])")
            if any(spelling in text and (inside or exact.search(text)) for text in texts):
                return True
        return False if whole else None

    @cached_property
    def _index(self) -> frozenset[str]:
        """Every name, as `plain` writes it, the words it is made of, and `class name` for types."""
        words: set[bytes] = set()
        for text in self._texts[0]:
            words.update(re.findall(rb"[a-z0-9_-]+", text))
            words.update(b" ".join(pair) for pair in _DECLARED.findall(text))
        names = {word.decode("ascii") for word in words}
        names |= {part for name in names if " " not in name for part in re.split("[_-]", name)}
        return frozenset(map(plain, names))

    @cached_property
    def _texts(self) -> tuple[list[bytes], bool]:
        """The files that may hold code, in lower case, and whether that is all of them."""
        texts: list[bytes] = []
        total = 0
        whole = len(self.files) < _LISTED_FILES
        for relative in self.files:
            if relative.lower().endswith(_NOT_SEARCHED):
                continue
            data = self._read_for_search(relative)
            if data is None:  # a data file would name nothing, code of that size may
                whole = whole and relative.lower().endswith(_DATA)
                continue
            texts += [relative.lower().encode("utf-8", "replace"), data]
            total += len(data)
            if total > SEARCHED_BYTES:
                return texts, False
        return texts, whole

    def _read_for_search(self, relative: str) -> bytes | None:
        """Return a file in lower case, empty if it holds no text, None if it is too large."""
        real = os.path.join(self._real, relative)
        try:
            status = os.lstat(real)
            if not stat.S_ISREG(status.st_mode):
                return b""
            if status.st_size > SEARCHED_FILE_BYTES:
                return None
            with os.fdopen(open_beneath(self._folder, relative), "rb") as file:
                data = file.read(SEARCHED_FILE_BYTES)
        except OSError:
            return b""
        return b"" if b"\0" in data[:1024] else data.lower()

    def _open(self, relative: str, path: str) -> Source | Refused:
        real = os.path.join(self._real, relative)
        try:
            if not stat.S_ISREG(os.lstat(real).st_mode):
                return Refused("not_a_file")
            descriptor = open_beneath(self._folder, relative)
        except PermissionError:
            return Refused("denied")
        except (OSError, ValueError):
            return Refused("missing", self._nearest(path))
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

    def same_name(self, path: str) -> list[str]:
        """Return the files that have the name of a path, wherever they are."""
        name = os.path.basename(path).lower()
        same = [known for known in self.files if known.lower().rsplit("/", 1)[-1] == name]
        return same[:_SAME_NAMES]

    def texts_of(self, ending: str) -> list[str]:
        """Return the texts of all files of an ending, at most a bounded number."""
        if ending not in self._texts_of:
            paths = [known for known in self.files if known.lower().endswith(ending)][:_TEXTS]
            read = (self._read_for_search(path) or b"" for path in paths)
            self._texts_of[ending] = [data.decode("utf-8", "replace") for data in read]
        return self._texts_of[ending]

    def is_foreign(self, path: str) -> bool:
        """Tell whether a path that leads nowhere may be a library's: bare, or of another folder."""
        first = path.removeprefix("./").split("/", 1)[0]
        there = os.path.lexists(os.path.join(self._real, first))
        return "/" not in path or first == "node_modules" or not there

    def _nearest(self, path: str) -> str:
        """Guess which existing file a path means: same name elsewhere, else a similar path."""
        if self._guesses >= _GUESSES:  # comparing names is dear, and only for a hint
            return ""
        self._guesses += 1
        wanted = os.path.relpath(os.path.join(self._real, path), self._real)
        same = self.same_name(wanted)
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
        for folder, folders, names in os.walk(self._real):
            folders[:] = sorted(set(folders) - _SKIPPED_FOLDERS)
            if (folder + "/").startswith(self._own + "/"):
                folders.clear()
                continue
            inside = os.path.relpath(folder, self._real)
            prefix = "" if inside == "." else inside + "/"
            files += [prefix + name for name in sorted(names)]
            if len(files) > _LISTED_FILES:
                break
        return files


def _decoded(relative: str, data: bytes) -> Source | Refused:
    digest = hashlib.sha256(data).hexdigest()
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    if encoding != "utf-16" and b"\0" in data:
        return Refused("not_text")
    try:
        return Source(relative, data.decode(encoding), digest=digest)
    except UnicodeDecodeError:
        return Source(relative, data.decode("latin-1"), exact=False, digest=digest)
