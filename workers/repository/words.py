"""Every name in a repository, by any notation: made once of its files, asked many times.

The words of each file are kept by its content, and so is the whole: after an edit only the edited
file is read, and no search ever goes through the files.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from sessions.progress import at, doing
from workers.repository import store
from workers.repository.source import plain, spellings
from workers.repository.stamps import Stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

# What is read at most; beyond it the answer is "unknown".
SEARCHED_BYTES = 64 * 1024 * 1024
SEARCHED_FILE_BYTES = 4 * 1024 * 1024
_DATA = (".json", ".csv", ".txt", ".log", ".html", ".xml", ".css", ".svg", ".md", ".ipynb")
_NOT_SEARCHED = tuple(
    ".png .jpg .jpeg .gif .ico .svg .webp .pdf .zip .gz .woff .woff2 .ttf .mp4 .mp3 .map"
    " .min.js .lock .po .mo .csv .parquet .pyc .so .jar .class".split()
)
# A run of what names are made of, in any script: a name inside a text lies inside one run.
_RUN = lazy_pattern(rb"[a-z0-9_\x80-\xff-]+")
_DECLARED = lazy_pattern(
    rb"(class|model|entity|struct|interface|type|table)(?=[ \t]+([a-z0-9_\x80-\xff-]+))"
)
_NO_NAME = lazy_pattern(rb"[^a-z0-9_\x80-\xff-]+")
_PAIR = lazy_pattern(rb"(?:class|model|entity|struct|interface|type|table) [a-z0-9_\x80-\xff-]+")
_IN_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_TEXT_BYTES = 1024  # a file with a NUL among its first is no text


class Words(NamedTuple):
    """The names of a repository, `|` before, between and after them.

    `names` are as they are written, in lower case, `class name` where it is declared so; `plain`
    are as `plain` writes them, and the parts that they are made of. `whole` is false when not all
    files could be read.
    """

    names: bytes
    plain: bytes
    whole: bool

    def hold(self, variants: Iterable[str], *, inside: bool) -> bool:
        """Tell whether one of some names is there; `inside`: as a part of a longer name."""
        variants = tuple(variants)
        exactly = [plain(variant).encode() for variant in variants]
        if any((name if inside else b"|%b|" % name) in self.plain for name in exactly if name):
            return True
        return any(self._has(spelling, inside=inside) for spelling in _spelled(variants))

    def _has(self, spelling: bytes, *, inside: bool) -> bool:
        at = self.names.find(spelling)
        while at >= 0 and not inside:
            end = at + len(spelling)
            if self.names[at - 1] not in _IN_WORD and self.names[end] not in _IN_WORD:
                break
            at = self.names.find(spelling, at + 1)
        return at >= 0

    def may_be_spread(self, variants: Iterable[str]) -> bool:
        """Tell whether a name that is more than one word, as `a.b`, may be there in its parts."""
        return any(
            all(part in self.names for part in _NO_NAME.split(spelling))
            for spelling in _spelled(variants)
            if _NO_NAME.search(spelling) and not _PAIR.fullmatch(spelling)
        )


def words_of(
    root: Path, files: Iterable[str], read: Callable[[str], bytes | None], *, whole: bool
) -> Words:
    """Return the words of files below a root.

    `read` returns the content of a file, None if it cannot be opened; `whole` is false when not
    all files are listed.
    """
    stamps = Stamps(root, "words")
    searched = _Searched(stamps, read, whole=whole)
    with doing("looking through the files"):
        for file in files:
            at(file)
            if not searched.add(file):
                break
    index = _kept(store.load(root, "words"), searched)
    if index is None:
        index = _made(root, searched)
        fields = {"names": index.names.decode("latin-1"), "plain": index.plain.decode("latin-1")}
        store.save(root, "words", {"of": searched.name, **fields})
    stamps.save()
    return index


def is_searched(file: str) -> bool:
    """Tell by its name whether a file may hold names."""
    return not file.lower().endswith(_NOT_SEARCHED)


def are_kept(root: Path) -> bool:
    """Tell whether words of a repository were kept, of its files of today or of earlier ones."""
    return store.holds(root, "words")


class _Searched:
    """The files that are searched, by the name of their content, and the words of those read."""

    def __init__(self, stamps: Stamps, read: Callable[[str], bytes | None], *, whole: bool) -> None:
        self.contents: dict[str, str] = {}
        self.read: dict[str, str] = {}
        self.whole = whole
        self._stamps, self._read, self._bytes = stamps, read, 0

    @property
    def name(self) -> str:
        """The name of all contents together, under which their words are kept."""
        lines = [f"{file}\0{name}" for file, name in self.contents.items()]
        return store.digest("\0".join([*lines, str(self.whole)]).encode("utf-8", "surrogateescape"))

    def add(self, file: str) -> bool:
        """Take a file; returns false when no more can be searched."""
        status = self._stamps.status(file) if is_searched(file) else None
        if status is None:
            return True
        if status.st_size > SEARCHED_FILE_BYTES:
            # A data file would name nothing, code of that size may.
            self.whole = self.whole and file.lower().endswith(_DATA)
            return True
        content = self._stamps.content(file, status, partial(self._read, file))
        name, data = content or ("", b"")
        self.contents[file] = name
        if data is not None:
            self.read[name] = _words_in(data)
        self._bytes += status.st_size
        self.whole = self.whole and self._bytes <= SEARCHED_BYTES
        return self._bytes <= SEARCHED_BYTES

    def words(self, file: str, lists: dict[str, Any]) -> str:
        """Return the words of a file: as they were kept, else by reading it."""
        name = self.contents[file]
        words = self.read.get(name, lists.get(name))
        return words if isinstance(words, str) else _words_in(self._read(file) or b"")


def _kept(value: Any, searched: _Searched) -> Words | None:
    try:
        if value["of"] == searched.name:
            names, plains = value["names"].encode("latin-1"), value["plain"].encode("latin-1")
            return Words(names, plains, searched.whole)
    except (AttributeError, KeyError, TypeError, UnicodeEncodeError):
        pass
    return None


def _made(root: Path, searched: _Searched) -> Words:
    """Put the words of all files together; those of a file that did not change are kept."""
    stored = store.load(root, "wordlists")
    lists: dict[str, Any] = stored if isinstance(stored, dict) else {}
    by_name = {name: searched.words(file, lists) for file, name in searched.contents.items()}
    store.save(root, "wordlists", by_name)
    paths = (_words_in(file.encode("utf-8", "surrogateescape")) for file in searched.contents)
    names = {name for words in (*by_name.values(), *paths) for name in words.split("|")}
    parts = {part for name in names if " " not in name for part in re.split("[_-]", name)}
    plains = parts | {re.sub("[_-]", "", name) for name in names}
    return Words(_joined(names), _joined(plains), searched.whole)


def _joined(words: set[str]) -> bytes:
    return f"|{'|'.join(sorted(words))}|".encode("latin-1")


def _words_in(data: bytes) -> str:
    """Return what a text is made of, each once: a byte is a character here."""
    if b"\0" in data[:_TEXT_BYTES]:
        return ""
    lower = data.lower()
    names = {*_RUN.findall(lower), *map(b" ".join, _DECLARED.findall(lower))}
    return b"|".join(names).decode("latin-1")


def _spelled(variants: Iterable[str]) -> Iterator[bytes]:
    for variant in variants:
        yield from spellings(variant)
