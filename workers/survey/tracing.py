"""What the survey made of one file's calls: `survey --trace FILE`.

Everything is read again, whatever was kept of it: whoever asks is looking for what went wrong.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workers.survey import endpoints, reading, walk

if TYPE_CHECKING:
    from pathlib import Path

    from workers.survey.endpoints.tracing import TracedCall


@dataclass(frozen=True)
class Trace:
    """The calls of a file; `unread` is why it was not read, `left_out` counts calls not listed."""

    file: str
    unread: str | None = None
    calls: list[TracedCall] = field(default_factory=list)
    left_out: int = 0


def trace_of(root: Path, file: str) -> Trace:
    """Follow a repository and return what became of the calls of one of its files."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), reading.RECURSION))
    listed = walk.listed(root)
    files = [*listed.own, *_imported(root, listed)]
    if file not in files:
        return Trace(file, _why_not_listed(file))
    source = walk.read(root, file) if _is_inside(root, file) else None
    if source is None:
        return Trace(file, "it is no regular file, or too large to be source")
    if not endpoints.concerns(file, source):
        return Trace(file, "it contains nothing by which a framework, a prefix or a mount is known")
    entry = reading.facts_of(file, source)
    if "endpoints" not in entry:
        return Trace(file, f"it {entry.get('problem', 'has no statement that routes need')}")
    calls, left_out = endpoints.trace(_facts(root, files), file, source)
    return Trace(file, None, calls, left_out)


def _imported(root: Path, listed: walk.Listed) -> list[str]:
    """Return the files put aside that other code imports, as the map has them."""
    from workers.survey.mapping import look, survey_of

    if not listed.aside:
        return []
    files = look(root)
    survey_of(files, frozenset(), use_cache=True)
    return sorted(listed.aside.keys() & files.keys.keys())


def _why_not_listed(file: str) -> str:
    if not walk.is_own(file):
        return "its name or folder is one of tests, fixtures, builds or packages"
    return "it is not among the repository's files, or git ignores it"


def _facts(root: Path, files: list[str]) -> dict[str, list[list[object]]]:
    """Return what every file of the repository says of routes."""
    facts: dict[str, list[list[object]]] = {}
    for file in files:
        source = walk.read(root, file) if _is_inside(root, file) else None
        if source is not None and endpoints.concerns(file, source):
            entry = reading.facts_of(file, source)
            if "endpoints" in entry:
                facts[file] = entry["endpoints"]
    return facts


def _is_inside(root: Path, file: str) -> bool:
    """Tell whether no link on the way leads out of the repository."""
    return os.path.realpath(root / file).startswith(f"{os.path.realpath(root).rstrip('/')}/")
