"""Which changed lines no test ran, by the report that the command itself wrote.

LCOV, Cobertura and coverage.py's JSON are read where these tools leave them; a report that was
there before the run does not count.
"""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import NotReadable
from sessions.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REPORT_BYTES = 32 * 1024 * 1024
MOST_LINES = 1_000
_PLACES = (
    *("lcov.info", "coverage/lcov.info", "coverage.lcov", "target/lcov.info"),
    *("coverage.json", "coverage.xml", "cobertura.xml", "coverage/cobertura-coverage.xml"),
    *("coverage/coverage.xml", "target/site/cobertura/coverage.xml", "build/coverage.xml"),
)
_PARTS = 200_000

Hits = dict[str, dict[int, int]]


class Uncovered(NamedTuple):
    """Changed lines that no test ran, by file; changed files that the report does not know."""

    lines: dict[str, list[int]]
    unmeasured: tuple[str, ...]
    source: str


def uncovered(
    folder: Path, since: int, changed: Mapping[str, Iterable[int]], tops: Iterable[Path]
) -> Uncovered | None:
    """Return what no test ran of some files' changed lines; None where there is no new report.

    `folder` is the root in the copy, `since` the time of the run's start in nanoseconds, `tops` are
    the folders that absolute paths in a report may begin with.
    """
    for place in _PLACES:
        data = _new(folder / place, since)
        hits = _read(place, data) if data else None
        if not hits:
            continue
        known = _by_path(hits, [folder, *tops])
        suffixes = {PurePosixPath(path).suffix for path in known}
        lines: dict[str, list[int]] = {}
        unmeasured = []
        for path, numbers in changed.items():
            if path in known:
                missed = sorted(number for number in numbers if known[path].get(number) == 0)
                if missed:
                    lines[path] = missed[:MOST_LINES]
            elif PurePosixPath(path).suffix in suffixes:
                unmeasured.append(path)
        return Uncovered(lines, tuple(sorted(unmeasured)), place)
    return None


def _new(file: Path, since: int) -> bytes | None:
    try:
        if file.lstat().st_mtime_ns < since:
            return None
        return read_regular(file, REPORT_BYTES)
    except (OSError, NotReadable):
        return None


def _read(name: str, data: bytes) -> Hits | None:
    if name.endswith(".json"):
        return _json(data)
    return _cobertura(data) if name.endswith(".xml") else _lcov(data)


def _lcov(data: bytes) -> Hits:
    """Read `SF:path`, `DA:line,hits` (geninfo(1))."""
    hits: Hits = {}
    lines: dict[int, int] = {}
    for row in data.decode("utf-8", "replace").split("\n"):
        key, _, value = row.strip().partition(":")
        if key == "SF":
            lines = hits.setdefault(value, {})
        elif key == "DA":
            number, _, count = value.partition(",")
            count = count.partition(",")[0]
            if number.isdigit() and count.lstrip("-").isdigit() and len(number + count) < 20:
                lines[int(number)] = max(lines.get(int(number), 0), int(count))
    return hits


def _json(data: bytes) -> Hits | None:
    """Read what `coverage json` writes."""
    try:
        files = json.loads(data)["files"]
        return {
            path: dict.fromkeys(about["executed_lines"], 1)
            | dict.fromkeys(about["missing_lines"], 0)
            for path, about in files.items()
        }
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None


def _cobertura(data: bytes) -> Hits | None:
    from xml.parsers import expat

    hits: Hits = {}
    sources: list[str] = []
    lines: dict[int, int] = {}
    text: list[str] = []
    parts = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal lines, parts
        parts += 1
        text.clear()
        if tag == "class":
            lines = hits.setdefault(attributes.get("filename", ""), {})
        elif tag == "line" and parts < _PARTS:
            number, count = attributes.get("number", ""), attributes.get("hits", "")
            if number.isdigit() and count.isdigit() and len(number + count) < 20:
                lines[int(number)] = max(lines.get(int(number), 0), int(count))

    def end(tag: str) -> None:
        if tag == "source":
            sources.append("".join(text).strip())

    def refuse(*_: object) -> None:
        raise ValueError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text.append
    parser.EntityDeclHandler = refuse  # a document type is usual here, entities are not
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's form
    except (expat.ExpatError, ValueError):
        return None
    named = {path: lines for path, lines in hits.items() if path}
    for source in sources[:20]:
        named |= {f"{source}/{path}": lines for path, lines in hits.items() if path}
    return named


def _by_path(hits: Hits, tops: list[Path]) -> Hits:
    """Return the hits by paths relative to the root, whatever a report calls its files."""
    known: Hits = {}
    for name, lines in hits.items():
        path = os.path.normpath(name)
        for top in tops:
            if path.startswith(f"{top}/"):
                path = os.path.relpath(path, top)
        known[path] = lines
    return known
