"""Reads one file for all extractors, at bounded cost: its facts, or why it gave none."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.repository.store import digest
from workers.survey import (
    asides,
    contracts,
    dependencies,
    endpoints,
    jobs,
    syntax,
    tables,
    technologies,
)
from workers.survey.walk import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

# What each looks at a file for; `concerns` and `extract` take one file, `resolve` all together.
EXTRACTORS = {
    "endpoints": endpoints,
    "tables": tables,
    "dependencies": dependencies,
    "technologies": technologies,
    "descriptions": contracts,
    "jobs": jobs,
}
_CODE_BYTES = 1024 * 1024
_MINIFIED_BYTES = 8_000
_LINE_BYTES = 500
_LONG_LITERAL = lazy_pattern(
    rb"""'[^'\\\n]{400,}'|"[^"\\\n]{400,}"|`[^`\\\n]{400,}`|/[/*][#@] ?sourceMappingURL=\S+"""
    rb"""|/\*[^*\n]{400,}\*/|//[^\n]{400,}$"""
)
# Expressions nest, and each level takes several calls; none of them uses the C stack.
RECURSION = 20_000

Entry = dict[str, Any]


def facts_of(file: str, source: bytes) -> Entry:
    """Return what every extractor finds in a file, by its name; `problem` is why it gave none."""
    entry: Entry = {}
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    for name, extractor in EXTRACTORS.items():
        if not extractor.concerns(file, source):
            # Of a file that says nothing of routes, others want to know that it is there.
            if extractor is endpoints and syntax.followed_language_of(file) is not None:
                entry[name] = endpoints.QUIET
            continue
        problem = _unreadable(file, source)
        if problem:
            return {"problem": problem}
        try:
            facts = extractor.extract(file, source)
        except syntax.TooSlow:
            return {"problem": f"cannot be parsed within {syntax.PARSE_SECONDS:g} s"}
        except MemoryError:  # a limit of memory never decides
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours on a file costs a line, not the run
            return {"problem": f"made the survey fail: {type(error).__name__}"}
        if facts:
            entry[name] = facts
    leads = asides.leads(file, source)
    return {**entry, "leads": leads} if leads else entry


def _unreadable(file: str, source: bytes) -> str | None:
    """Say why a file of code is not read: it costs more than it can tell."""
    if syntax.language_of(file) is None:
        return None
    if b"\0" in source[:8192]:
        return "is not UTF-8 text"
    if len(source) > _CODE_BYTES:
        return f"is larger than {_CODE_BYTES:,} bytes"
    if len(source) > _MINIFIED_BYTES and _is_minified(source):
        return "is minified or generated"
    return None


def _is_minified(source: bytes) -> bool:
    """Tell whether most of a file's code is on lines that nobody wrote by hand.

    Of a long line a long literal or comment does not count: a picture or a source map in it.
    """
    long_lines = [line for line in source.split(b"\n") if len(line) > _LINE_BYTES]
    whole = len(source)
    dense = 0
    for line in long_lines:
        code = len(_LONG_LITERAL.sub(b"", line))
        whole -= len(line) - code
        dense += code if code > _LINE_BYTES else 0
    return dense > whole / 2


def read_below(root: Path, files: Iterable[str]) -> list[tuple[str, str, Entry]]:
    """Return the facts of several files below a root; one process's work."""
    return read_several(partial(read, root), files)


def read_several(
    read: Callable[[str], bytes | None], files: Iterable[str]
) -> list[tuple[str, str, Entry]]:
    """Return the facts of several files, each with the name of its content."""
    read_files: list[tuple[str, str, Entry]] = []
    for file in files:
        source = read(file)
        if source is not None:
            read_files.append((file, digest(source), facts_of(file, source)))
    return read_files


def workers_for(count: int, most: int) -> int:
    """Return how many processes pay for so many files: one starts in the time of some 80 files."""
    return max(1, min(most, os.cpu_count() or 1, count // 80))
