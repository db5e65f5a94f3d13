"""Names of files as people and programs write them: other letters, other slashes, other case.

Two spellings that Unicode calls canonically equivalent look the same, and one of them is what
git or macOS wrote: nobody who reads can tell them apart.
"""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_PARTS = 100


def canonical(name: str) -> str:
    """Return a name for comparing by canonical equivalence."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def caseless(name: str) -> str:
    """Return a name for comparing without regard to case, as macOS and Windows do."""
    return canonical(canonical(name).casefold())


class Names:
    """The names below a root, each folder listed once."""

    def __init__(self, root: str) -> None:
        """Take the root, links resolved."""
        self._root = root
        self._alike: dict[tuple[str, Callable[[str], str]], dict[str, str]] = {}

    def find(self, path: str, same: Callable[[str], str] = canonical) -> str | None:
        """Return the path below the root that is alike by `same`, part by part; None without one.

        An exact name wins over one that is only alike.
        """
        parts = [part for part in path.split("/") if part not in {"", "."}]
        if not parts or ".." in parts or len(parts) > _MOST_PARTS:
            return None
        there = ""
        for part in parts:
            is_there = os.path.lexists(os.path.join(self._root, there, part))
            name = part if is_there else self._in(there, same).get(same(part))
            if name is None:
                return None
            there = os.path.join(there, name)
        return there

    def _in(self, folder: str, same: Callable[[str], str]) -> dict[str, str]:
        """Return the names in a folder by what they are compared by; a composed one wins."""
        if (folder, same) not in self._alike:
            try:
                names = sorted(os.listdir(os.path.join(self._root, folder)), reverse=True)
            except OSError:
                names = []
            names.sort(key=lambda name: canonical(name) == name)
            self._alike[folder, same] = {same(name): name for name in names}
        return self._alike[folder, same]


def readings(path: str) -> list[str]:
    """Return what a path that leads nowhere may mean: `/` for a backslash, without `@` before it.

    Windows writes the one, coding agents the other where they mention a file.
    """
    plain = path
    for quote in "'\"`":
        if len(plain) > 1 and plain.startswith(quote) and plain.endswith(quote):
            plain = plain[1:-1]
    slashed = plain.replace("\\", "/")
    tried = (plain, slashed, slashed.removeprefix("@"))
    return [one for one in dict.fromkeys(tried) if one and one != path]


def below(root: str, path: str) -> str | None:
    """Return an absolute path relative to a root whose own name may be spelled another way."""
    above = root.rstrip("/").split("/")
    parts = path.split("/")
    if len(parts) < len(above):
        return None
    pairs = zip(parts[: len(above)], above, strict=True)
    alike = all(canonical(part) == canonical(name) for part, name in pairs)
    return "/".join(parts[len(above) :]) if alike else None


def difference(name: str, other: str) -> str:
    """Say in which character two names differ that may look the same; empty where ASCII shows it.

    Compared from their ends: one of them may be absolute.
    """
    for first, second in zip(reversed(name), reversed(other), strict=False):
        if first != second:
            if first.isascii() and second.isascii():
                return ""
            return f"U+{ord(first):04X} is U+{ord(second):04X} there"
    return ""
