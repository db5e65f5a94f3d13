"""What a file of tests says: a module per language, each with `read(root, source)`.

To add a language: a module with a TONGUE (what a check is, which nodes are calls, loops, lists) and
`read`, its line in READERS, texts before and after in `tests/test_weakened.py`. A reader asks the
tree, never by recursion, and takes in a test only if the runner would: what it leaves out is gone.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, cast

from sessions.patterns import lazy_pattern
from workers.proofs.suites.suite import Suite
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

READERS = {
    "python": "python",
    "javascript": "script",
    "typescript": "script",
    "tsx": "script",
    "go": "go",
    "java": "annotated",
    "kotlin": "annotated",
    "c_sharp": "annotated",
    "ruby": "ruby",
    "php": "php",
    "rust": "rust",
    "elixir": "elixir",
}
# What runners collect if nothing else is configured, and where else tests may lie.
_COLLECTED = {
    "python": lazy_pattern(r"(?:^|/)(?:test[^/]{0,200}|[^/]{1,200}_tests?)\.py$"),
    "script": lazy_pattern(
        r"[._-](?:test|tests|spec|specs|e2e|cy)\.[cm]?[jt]sx?$|(?:^|/)__tests__/"
        r"|(?:^|/)test(?:[-_][^/]{1,200})?\.[cm]?[jt]sx?$"
    ),
    "go": lazy_pattern(r"_test\.go$"),
    "ruby": lazy_pattern(r"(?:_(?:spec|test)|(?:^|/)(?:test|tc)_[^/]{1,200})\.rb$"),
    "elixir": lazy_pattern(r"_test\.exs$"),
}
_NEARBY = lazy_pattern(
    r"(?:^|/)(?:[\w.-]{0,60}tests?|specs?|e2e|integration|unit)(?:/|[-_])", re.IGNORECASE
)
_MAY_HOLD = lazy_pattern(
    rb"test|assert|expect|it\b|spec|should|Fact|Theory|describe|scenario|example", re.IGNORECASE
)


def reader_of(path: str) -> str | None:
    """Return the module that reads a file's tests, None for none."""
    return READERS.get(syntax.language_of(path) or "")


def collected(path: str) -> bool | None:
    """Tell whether runners collect a file by its name: None if only where they are told to."""
    reader = reader_of(path)
    if reader is None:
        return False
    pattern = _COLLECTED.get(reader)
    if pattern is None or pattern.search(path):
        return True
    nearby = reader in {"python", "script"} and _NEARBY.search(path)
    return None if nearby else False


def is_for_tests(path: str) -> bool:
    """Tell whether a file is a test, or lies where what tests use lies."""
    return _NEARBY.search(path) is not None or path.rsplit("/", 1)[-1].startswith("conftest")


def read(path: str, source: bytes | None) -> Suite | None:
    """Return what a file of tests says; None of a file that no parser gets through."""
    reader, language = reader_of(path), syntax.language_of(path)
    if source is None or reader is None or language is None:
        return Suite()
    if not is_for_tests(path) and not _MAY_HOLD.search(source):
        return Suite()
    module = import_module(f"{__name__}.{reader}")
    reading = cast("Callable[[Node, bytes], Suite]", module.read)
    try:
        root = syntax.parse(language, source).root_node
    except syntax.TooSlow:
        return None
    return reading(root, source)._replace(broken=root.has_error)
