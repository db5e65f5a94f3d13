"""What an agent was seen to do, as its transcript shows it."""

from __future__ import annotations

import fnmatch
from typing import NamedTuple

from sessions.patterns import lazy_pattern

TELLING_CHARACTERS = 12  # a shorter line may stand in any file
_NUMBERED = lazy_pattern(r"\s*[0-9]{1,7}(?:\t|→|[:|-][ ]?)")


class Search(NamedTuple):
    """A search: what for, below which absolute paths, in files of which names (empty: all).

    `cut` is whether not all of what it found was shown.
    """

    pattern: str
    folders: tuple[str, ...]
    names: tuple[str, ...] = ()
    cut: bool = False

    def covers(self, path: str) -> bool:
        """Tell whether it looked into a file, by its absolute path."""
        name = path.rsplit("/", 1)[-1]
        if self.names and not any(
            fnmatch.fnmatchcase(name, glob.rsplit("/", 1)[-1]) for glob in self.names
        ):
            return False
        return any(is_below(path, folder) or is_of(path, folder) for folder in self.folders)


class Ran(NamedTuple):
    """A command that was run in a folder; the exit code is None where it is not known."""

    command: str
    folder: str
    exit_code: int | None
    output: str = ""


class Seen(NamedTuple):
    """What a transcript shows; nothing follows from what it lacks where it is not `whole`.

    `paths` were opened or shown, as absolute paths; `patterns` are globs and folders that a
    command showed, `texts` what was told by others who read files, `lines` the digests of the
    lines that were shown, `delegated` whether another agent did a part of the work.
    """

    whole: bool = False
    paths: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    texts: str = ""
    lines: frozenset[int] = frozenset()
    searches: tuple[Search, ...] = ()
    commands: tuple[Ran, ...] = ()
    delegated: bool = False

    def shows(self, path: str) -> bool:
        """Tell whether a file was opened, shown or told of, by its absolute path."""
        return path in self.paths or any(is_of(path, pattern) for pattern in self.patterns)


NOTHING = Seen()


def is_below(path: str, folder: str) -> bool:
    """Tell whether an absolute path is a folder's or the folder itself."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def is_of(path: str, pattern: str) -> bool:
    """Tell whether an absolute path is one of a glob; of a folder where it ends with `/**`."""
    if pattern.endswith("/**"):
        return is_below(path, pattern[:-3])
    if not any(sign in pattern for sign in "*?["):
        return path == pattern
    parts, wanted = path.split("/"), pattern.split("/")
    if "**" in wanted:  # of any depth
        return fnmatch.fnmatchcase(path, pattern.replace("**/", "*"))
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


def digest(line: str) -> int | None:
    """Return what a line of code is known by, however a tool printed it; None for a short one."""
    numbered = _NUMBERED.match(line)
    bare = line[numbered.end() :] if numbered else line
    bare = bare.lstrip("+-> \t").rstrip()
    return hash(bare) if len(bare) >= TELLING_CHARACTERS else None
