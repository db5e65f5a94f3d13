"""Syntax trees of source files, by tree-sitter: parsed once, within a time limit."""

from __future__ import annotations

import time
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from workers.survey import grammars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Language, Node, Query, Tree

PARSE_SECONDS = 2.0
WIDEST = 20_000  # nodes side by side in a file with errors: a second for each query
NESTING = 200  # deeper expressions are left as unknown; a chain of calls is two for each
UNCLOSED = 3_000  # brackets of one kind: mending so many is not stopped by the clock
_PAIRS = ((b"<", b">"), (b"(", b")"), (b"[", b"]"), (b"{", b"}"))
# Only a parse that calls back can be stopped; its nodes call back for every text of theirs too.
_CHUNK = 1024


class TooSlow(Exception):
    """A file takes longer to parse than any source file does."""


def suffix(file: str) -> str:
    """Return the last suffix of a path, in lower case, or ''."""
    name = file.rsplit("/", 1)[-1]
    return "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""


def language_of(file: str) -> str | None:
    """Return the language of a file by its suffix, None if no grammar reads it."""
    grammar = grammars.by_suffix().get(suffix(file))
    return grammar.name if grammar else None


def followed_language_of(file: str) -> str | None:
    """Return the language of a file if its program is followed: Python, JavaScript, TypeScript."""
    grammar = grammars.by_suffix().get(suffix(file))
    return grammar.name if grammar and grammar.reader is None else None


@lru_cache(maxsize=2)
def parse(language: str, source: bytes) -> Tree:
    """Parse a file; several extractors of one file share its tree. Raises TooSlow."""
    from tree_sitter import Parser

    if any(source.count(opened) - source.count(closed) > UNCLOSED for opened, closed in _PAIRS):
        raise TooSlow
    end = time.monotonic() + PARSE_SECONDS

    def too_late(_offset: int, _has_error: bool) -> bool:  # noqa: FBT001  # tree-sitter calls it
        return time.monotonic() > end

    def read(offset: int, _point: object) -> bytes:
        return source[offset : offset + _CHUNK]

    parser = Parser(_grammar(language))
    try:
        tree = parser.parse(read, progress_callback=too_late)
    except ValueError as error:  # what tree-sitter raises when it is told to stop
        raise TooSlow from error
    # Only a parse of a callback can be stopped, but its nodes call back for every text of theirs:
    # parsing the same bytes with the tree at hand costs next to nothing.
    return parser.parse(source, old_tree=tree)


def captures(language: str, query: str, root: Node) -> Iterator[tuple[str, Node]]:
    """Yield what a query captures, in the order of the source, outer nodes first.

    Raises TooSlow where errors left a row of nodes of which a query takes the square in time.
    """
    from tree_sitter import QueryCursor

    if root.has_error and root.child_count > WIDEST:
        raise TooSlow
    by_name = QueryCursor(_query(language, query)).captures(root)
    nodes = [(name, node) for name, several in by_name.items() for node in several]
    nodes.sort(key=lambda pair: (pair[1].start_byte, -pair[1].end_byte))
    yield from nodes


def text(node: Node | None) -> str:
    """Return the text of a node, '' for none."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def line(node: Node) -> int:
    """Return the line of a node's start, from 1."""
    return node.start_point.row + 1


@cache
def _grammar(language: str) -> Language:
    from tree_sitter import Language

    grammar = grammars.by_name()[language]
    return Language(getattr(import_module(grammar.package), grammar.function)())


@cache
def _query(language: str, query: str) -> Query:
    from tree_sitter import Query

    return Query(_grammar(language), query)
