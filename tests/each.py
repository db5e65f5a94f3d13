"""A rule over many files as one test, which names every file that breaks it.

Thousands of tests of a millisecond each would spend most of their time in being tests.
"""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@functools.cache
def parsed(source: str) -> ast.Module:
    """Return the tree of a source, which many rules look at; nobody changes it."""
    return ast.parse(source)


def for_each(files: Sequence[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Make a test of a rule that takes a file; a rule asserts."""

    def test_of(rule: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            broken = []
            for file in files:
                try:
                    rule(file)
                except AssertionError as error:
                    broken.append(f"{file}: {error}")
            assert not broken, "\n".join(broken)

        # Not functools.wraps: pytest would look for a fixture `file`.
        test.__name__, test.__doc__, test.__module__ = rule.__name__, rule.__doc__, rule.__module__
        return test

    return test_of
