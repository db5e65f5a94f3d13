"""Whether a folder of snapshots is as we make it: a repository may bring one of its own making.

Git runs what a configuration names: hooks, filters, monitors. Ours names none, so another line in
it, or another place from which git would read one, is not ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import Damaged, NotReadable, shown
from sessions.files import read_regular
from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 64 * 1024
_LINE = lazy_pattern(
    r"\[core\]|\[extensions\]|\s*(?:repositoryformatversion|bare|splitindex|untrackedcache"
    r"|autocrlf|eol|filemode|ignorecase|symlinks|precomposeunicode|excludesfile|attributesfile"
    r"|fsync|fsyncmethod|sparsecheckout|sparsecheckoutcone|objectformat|sharedrepository)"
    r"\s*=[^\n]*|\s*fsmonitor\s*=\s*false|",
    re.IGNORECASE,
)
_ELSEWHERE = ("commondir", "config.worktree", "hooks", "gitdir")


def check_own(folder: Path) -> None:
    """Raise Damaged for a folder from whose settings git could start a program."""
    try:
        lines = read_regular(folder / "config", _BYTES).decode("utf-8", "surrogateescape")
    except (OSError, NotReadable):
        raise _foreign(folder, "config") from None
    for line in lines.split("\n"):
        if not _LINE.fullmatch(line):
            raise _foreign(folder, "config")
    for name in _ELSEWHERE:
        if (folder / name).is_symlink() or (folder / name).exists():
            raise _foreign(folder, name)


def _foreign(folder: Path, name: str) -> Damaged:
    return Damaged(
        f"{shown(folder / name)} is not what the program wrote",
        "Nothing is run with it: --setup --fresh starts over.",
    )
