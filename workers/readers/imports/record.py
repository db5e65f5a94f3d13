"""What a file imports, as it is written."""

from __future__ import annotations

from typing import NamedTuple


class Import(NamedTuple):
    """A module as a file names it, with the line, from 1.

    `names` are what is taken from it: in Python each may be a module itself.
    """

    module: str
    line: int
    names: tuple[str, ...] = ()


class FileImports(NamedTuple):
    """The imports of a file; `unread` says why there may be more, "" where there are not.

    `package` is the one that the file declares itself to be in.
    """

    imports: tuple[Import, ...] = ()
    unread: str = ""
    package: str = ""
