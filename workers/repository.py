"""The user's repository as evidence: opens what is cited, confined to the root, each file once.

Nothing of a file's content ever leaves this module but line numbers: a message cannot leak what a
citation points at.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from sessions.errors import NotReadable
from sessions.files import read_descriptor
from sessions.location import SESSIONS

SOURCE_BYTES = 8 * 1024 * 1024
_LISTED_FILES = 20_000
_SKIPPED_FOLDERS = frozenset(
    {".git", "node_modules", ".venv", "venv", "__pycache__", "dist", "build", ".tox"}
)

Refusal = Literal[
    "missing", "outside", "not_a_file", "not_text", "own", "too_large", "denied", "not_utf8"
]


@dataclass(frozen=True)
class Refused:
    """Why a cited path is no evidence; `near` is the path that may have been meant."""

    reason: Refusal
    near: str = ""


@dataclass(frozen=True)
class Match:
    """Where a quotation stands: first and last line, from 1."""

    first: int
    last: int


class Source:
    """The text of a file, searchable with white space folded."""

    def __init__(self, path: str, text: str, *, exact: bool = True) -> None:
        """Take the path relative to the root; `exact` is false when bytes were replaced."""
        self.path = path
        self.exact = exact
        self._lines = text.split("\n")
        if self._lines and not self._lines[-1]:
            self._lines.pop()

    @property
    def line_count(self) -> int:
        """How many lines there are; a last one without line feed counts."""
        return len(self._lines)

    @cached_property
    def _folded(self) -> tuple[str, list[int], list[int]]:
        """All words with one space between, the offset of each line that has words, its number."""
        parts: list[str] = []
        offsets: list[int] = []
        numbers: list[int] = []
        length = 0
        for number, line in enumerate(self._lines, 1):
            folded = fold(line)
            if folded:
                parts.append(folded)
                offsets.append(length)
                numbers.append(number)
                length += len(folded) + 1
        return " ".join(parts), offsets, numbers

    def stands_at(self, quotation: str, line: int, end_line: int | None) -> bool:
        """Tell whether a quotation starts at a line or, with an end, lies inside the range."""
        text, offsets, numbers = self._folded
        needle = fold(quotation)
        start = self._offset_of(line)
        if end_line is None:
            following = self._offset_of(line + 1)
            stop = min(len(text), following + len(needle))
            at = _find_whole(text, needle, start, stop)
            return at is not None and at < following and numbers[_index(offsets, at)] == line
        stop = self._offset_of(end_line + 1)
        return _find_whole(text, needle, start, stop) is not None

    def matches(self, quotation: str) -> list[Match]:
        """Return where a quotation stands in the file, at most the first hundred places."""
        text, offsets, numbers = self._folded
        needle = fold(quotation)
        found: list[Match] = []
        at = _find_whole(text, needle, 0, len(text))
        while at is not None and len(found) < 100:
            last = at + len(needle) - 1
            found.append(Match(numbers[_index(offsets, at)], numbers[_index(offsets, last)]))
            at = _find_whole(text, needle, at + 1, len(text))
        return found

    def nearest_start(self, quotation: str) -> Match | None:
        """Return where the first lines of a quotation stand and the line at which it departs.

        None when not even its first line stands in the file.
        """
        lines = [line for line in quotation.split("\n") if fold(line)]
        for count in range(len(lines) - 1, 0, -1):
            found = self.matches("\n".join(lines[:count]))
            if found:
                return found[0]
        return None

    def _offset_of(self, line: int) -> int:
        """Return the offset of the first line with words that is not before `line`."""
        text, offsets, numbers = self._folded
        index = bisect_right(numbers, line - 1)
        return offsets[index] if index < len(offsets) else len(text) + 1


def fold(text: str) -> str:
    """Normalise white space: every run of it is one space, none at the ends."""
    return " ".join(text.split())


def _index(offsets: list[int], offset: int) -> int:
    return bisect_right(offsets, offset) - 1


def _find_whole(text: str, needle: str, start: int, stop: int) -> int | None:
    """Find a needle that neither begins nor ends inside a word or number.

    `limit=10` does not stand in `limit=100`, nor `1` in `1.5`.
    """
    at = text.find(needle, start, stop)
    while at != -1:
        end = at + len(needle)
        if not _splits_word(text, at) and not _splits_word(text, end):
            return at
        at = text.find(needle, at + 1, stop)
    return None


_DECIMAL = re.compile(r"[0-9]\.[0-9]")


def _splits_word(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if (before.isalnum() or before == "_") and (after.isalnum() or after == "_"):
        return True
    around = text[max(0, at - 2) : at + 2]
    return "." in (before, after) and _DECIMAL.search(around) is not None


class Repository:
    """Files below a root, as cited paths name them."""

    def __init__(self, root: Path) -> None:
        """Take the root; links on the way to it are followed, those below it only inside it."""
        self.root = root
        self._real = os.path.realpath(root)
        self._sources: dict[str, Source | Refused] = {}

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
            real = os.path.realpath(os.path.join(self._real, path))
        except (OSError, ValueError):
            return Refused("missing")
        if real != self._real and not real.startswith(self._real.rstrip("/") + "/"):
            return Refused("outside", self._same_tail(path))
        relative = os.path.relpath(real, self._real)
        parts = Path(relative).parts
        if ".git" in parts or parts[: len(SESSIONS.parts)] == SESSIONS.parts:
            return Refused("own")
        return relative

    def _open(self, relative: str, path: str) -> Source | Refused:
        real = os.path.join(self._real, relative)
        try:
            if not stat.S_ISREG(os.stat(real).st_mode):
                return Refused("not_a_file")
            flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW
            descriptor = os.open(real, flags)
        except PermissionError:
            return Refused("denied")
        except (OSError, ValueError):
            return Refused("missing", self._nearest(path))
        try:
            if not self._is_below_root(descriptor):
                return Refused("outside")
            data = read_descriptor(descriptor, SOURCE_BYTES, Path(real))
        except NotReadable:
            return Refused("too_large")
        except OSError:
            return Refused("denied")
        finally:
            os.close(descriptor)
        return _decoded(relative, data)

    def _is_below_root(self, descriptor: int) -> bool:
        """Judge the opened file, not its name: a link may have been swapped in between."""
        link = f"/proc/self/fd/{descriptor}"
        if not os.path.lexists(link):  # not Linux: the path was resolved just before
            return True
        return os.readlink(link).startswith(self._real.rstrip("/") + "/")

    def _same_tail(self, path: str) -> str:
        """Find the longest tail of a foreign absolute path that exists below the root."""
        parts = Path(path).parts[1:]
        for start in range(len(parts)):
            tail = os.path.join(*parts[start:])
            if ".." not in parts and os.path.isfile(os.path.join(self._real, tail)):
                return tail
        return ""

    def _nearest(self, path: str) -> str:
        """Guess which existing file a path means: same name elsewhere, else a similar path."""
        wanted = os.path.relpath(os.path.join(self._real, path), self._real)
        name = os.path.basename(wanted).lower()
        same_name = [known for known in self._files if known.lower().rsplit("/", 1)[-1] == name]
        close = difflib.get_close_matches(wanted, same_name or self._files, 1, cutoff=0.8)
        return close[0] if close else (same_name[0] if same_name else "")

    @cached_property
    def _files(self) -> list[str]:
        """The repository's files, at most a bounded number: for guesses only."""
        files: list[str] = []
        for folder, folders, names in os.walk(self._real):
            folders[:] = sorted(set(folders) - _SKIPPED_FOLDERS)
            inside = os.path.relpath(folder, self._real)
            if Path(inside).parts[: len(SESSIONS.parts)] == SESSIONS.parts:
                continue
            prefix = "" if inside == "." else inside + "/"
            files += [prefix + name for name in sorted(names)]
            if len(files) > _LISTED_FILES:
                break
        return files


def _decoded(relative: str, data: bytes) -> Source | Refused:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    if encoding != "utf-16" and b"\0" in data:
        return Refused("not_text")
    try:
        return Source(relative, data.decode(encoding))
    except UnicodeDecodeError:
        return Source(relative, data.decode(encoding, "replace"), exact=False)
