"""Which file of the repository a path in PHP means."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from workers.survey.languages.php.values import FILE, GAP, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable


class Files:
    """The files that something is known of."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names of all files."""
        self._names = set(names)

    @cached_property
    def _lower(self) -> dict[str, str]:
        return {name.lower(): name for name in self._names}

    def named(self, path: str, beside: str) -> str | None:
        """Return the file that a path means in a file, None if nothing is known of it."""
        for candidate in _candidates(path, beside):
            known = candidate if candidate in self._names else self._lower.get(candidate.lower())
            if known is not None:
                return known
        return None

    def below(self, path: str, beside: str) -> list[str]:
        """Return the files below a folder that a path means in a file."""
        for candidate in _candidates(path, beside):
            start = f"{candidate}/" if candidate else ""
            listed = sorted(one for one in self._names if one.startswith(start))
            if listed:
                return listed
        return []

    def matching(self, pattern: object, beside: str) -> list[str] | None:
        """Return the files that a pattern of `glob` means, None if it is not known."""
        if not isinstance(pattern, str) or GAP in pattern:
            return None
        for candidate in _candidates(pattern, beside):
            listed = sorted(
                one
                for one in self._names
                if one.count("/") == candidate.count("/") and fnmatchcase(one, candidate)
            )
            if listed:
                return listed
        return []


def _candidates(path: str, beside: str) -> list[str]:
    """Return the paths below the repository's root that a path may mean, the nearest first."""
    if path.startswith(FILE):
        return [normal(path[1:])]
    folder = beside.rpartition("/")[0]
    if not path.startswith(ROOT):
        return [normal(f"{folder}/{path}")]
    parts = folder.split("/") if folder else []
    names = ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]
    return [normal(f"{name}/{path[1:]}") for name in names]


def normal(path: str) -> str:
    """Return a path without `.`, `..` and doubled slashes."""
    parts: list[str] = []
    for part in re.split(r"[/\\]", path):
        if part == ".." and parts:
            parts.pop()
        elif part not in {"", ".", ".."}:
            parts.append(part)
    return "/".join(parts)
