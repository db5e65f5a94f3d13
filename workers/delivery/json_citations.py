"""Citations in the JSON whose `file` holds the lines too: taken as they are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.delivery.citation import Citation, read_citation
from workers.delivery.json_lines import escape
from workers.delivery.meant import Taken
from workers.repository.repository import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.repository.repository import Repository


def with_lines_apart(data: dict[str, Any], repository: Repository) -> Iterator[Taken]:
    """Put the lines of every `"file": "app/x.py:9-11"` where they belong; yield what was put so.

    Only where no file has that very name, a file of the name before the lines exists, and `line`
    and `end_line` say nothing else.
    """
    for pointer, item in _evidence(data):
        citation = _meant(item.get("file"), repository)
        if citation is not None and _agrees(item, citation):
            yield Taken(f"{pointer}/file", item["file"], citation.plain)
            item["file"] = citation.path
            if item.get("line") is None:
                item["line"] = citation.line
                if citation.end_line is not None:
                    item["end_line"] = citation.end_line
    metadata = data.get("analysis_metadata")
    files = metadata.get("files_analyzed") if isinstance(metadata, dict) else None
    listed: list[Any] = files if isinstance(files, list) else []
    for position, file in enumerate(listed):
        citation = _meant(file, repository)
        if citation is not None:
            listed[position] = citation.path
            yield Taken(f"/analysis_metadata/files_analyzed/{position}", file, citation.path)


def _evidence(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every item of a list called `evidence`, wherever it is, with its pointer."""
    parts: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        parts = [(escape(name), inner) for name, inner in value.items()]
    elif isinstance(value, list):
        parts = [(str(position), inner) for position, inner in enumerate(value)]
    for name, inner in parts:
        if name == "evidence" and isinstance(inner, list):
            for position, item in enumerate(inner):
                if isinstance(item, dict):
                    yield f"{pointer}/evidence/{position}", item
        elif isinstance(inner, dict | list):
            yield from _evidence(inner, f"{pointer}/{name}")


def _meant(file: Any, repository: Repository) -> Citation | None:
    citation = read_citation(file, 0) if isinstance(file, str) else None
    if citation is None or not isinstance(repository.relative(file), str):
        return None
    if not isinstance(repository.source(file), Refused):
        return None
    return None if isinstance(repository.source(citation.path), Refused) else citation


def _agrees(item: dict[str, Any], citation: Citation) -> bool:
    line, end_line = item.get("line"), item.get("end_line")
    first, last = citation.line, citation.end_line or citation.line
    if line is None:
        return end_line is None or end_line == last
    if not isinstance(line, int):
        return False
    if citation.end_line is None:
        return line == first
    return first <= line <= last and (end_line is None or end_line == last)
