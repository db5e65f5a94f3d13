"""What an agent was seen to do, as its transcript shows it."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

TELLING_CHARACTERS = 12  # a shorter line may stand in any file
_MARGIN = "0123456789 \t:|\u2192+->"  # what tools put before a line


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

    `paths` were opened or shown, as absolute paths; a command may have shown all of `folders` and
    what `globs` match. `texts` is what others told who read files, `lines` are the digests of
    lines that were shown, `delegated` is whether another agent did a part of the work.
    """

    whole: bool = False
    paths: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    globs: frozenset[str] = frozenset()
    texts: str = ""
    lines: frozenset[int] = frozenset()
    searches: tuple[Search, ...] = ()
    commands: tuple[Ran, ...] = ()
    delegated: bool = False

    def shows(self, path: str) -> bool:
        """Tell whether a file was opened, shown or told of, by its absolute path."""
        if path in self.paths:
            return True
        above = (path[:at] or "/" for at, sign in enumerate(path) if sign == "/")
        return any(folder in self.folders for folder in above) or any(
            is_of(path, glob) for glob in self.globs
        )


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


def digests(lines: Iterable[str]) -> set[int]:
    """Return what lines of code are known by, however a tool printed them; not of short ones."""
    return {
        hash(bare)
        for line in lines
        if len(bare := line.lstrip(_MARGIN).rstrip()) >= TELLING_CHARACTERS
    }
