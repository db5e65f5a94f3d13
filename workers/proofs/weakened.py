"""Tests that were weakened between two versions of the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Weakened(NamedTuple):
    """A test that tests less."""

    file: str
    test: str
    what: str
    line: int | None
    detail: str


def weakened(
    _files: Iterable[tuple[str, bytes | None, str, bytes | None]],
) -> list[Weakened]:
    """Return the tests that test less."""
    return []


def decides_tests(_path: str) -> bool:
    """Tell whether a file decides which tests run."""
    return False


def deselected(_path: str, _before: bytes | None, _now: bytes | None) -> list[str]:
    """Return what a file newly leaves out."""
    return []
