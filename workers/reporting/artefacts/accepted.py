"""What the builders are given, accepted reports, and what they make of them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.deliverables.profile import Profile

_LINE_CHARACTERS = 300


class Entry(NamedTuple):
    """An entry of a report's list, and whose report it is."""

    worker: str
    row: dict[str, Any]

    @property
    def name(self) -> str:
        """The entry in a word, with its worker: `backend-worker API-001`."""
        return f"{self.worker} {text_of(self.row, 'id') or '(no id)'}"


class Report(NamedTuple):
    """An accepted report: its JSON, taken as it is meant, and its worker's vocabulary."""

    worker: str
    profile: Profile
    data: Mapping[str, Any]

    def rows(self, key: str) -> Iterator[dict[str, Any]]:
        """Yield the objects in the list at a key."""
        rows = self.data.get(key)
        yield from (
            row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict)
        )


class Accepted(NamedTuple):
    """The accepted reports of a session."""

    session_id: str
    root: str
    reports: tuple[Report, ...]

    def entries(self, kind: str) -> Iterator[Entry]:
        """Yield the entries of a kind in every list of every worker that has such entries."""
        for report in self.reports:
            for key in report.profile.keys_of(kind):
                yield from (Entry(report.worker, row) for row in report.rows(key))

    @property
    def workers(self) -> str:
        """Whose reports they are, in words."""
        return ", ".join(report.worker for report in self.reports)

    @property
    def source(self) -> str:
        """Where an artefact is from, as a sentence."""
        return (
            f"Made by Waggle of the accepted reports of {self.workers}, session {self.session_id}."
        )

    def cited(self, row: dict[str, Any]) -> list[str]:
        """Return the places that an entry cites, relative to the repository."""
        evidence = row.get("evidence")
        return [
            f"{os.path.relpath(item['file'], self.root)}:{item.get('line')}"
            for item in (evidence if isinstance(evidence, list) else [])
            if isinstance(item, dict) and isinstance(item.get("file"), str)
        ]


class Artefact(NamedTuple):
    """An artefact as text, what its file is called, and what could not be put into it.

    `entries` is how many reported things are in it.
    """

    text: str
    suffix: str
    entries: int
    left_out: tuple[dict[str, str], ...] = ()


def as_json(document: Mapping[str, Any]) -> str:
    """Return a document with a line for each key, and for each in an object of objects.

    Not indented deeper: an agent that reads it pays for white space.
    """
    return "{\n" + ",\n".join(_keyed(key, value) for key, value in document.items()) + "\n}\n"


def _keyed(key: str, value: object) -> str:
    is_nested = (
        isinstance(value, dict) and value and all(isinstance(v, dict) for v in value.values())
    )
    if isinstance(value, dict) and is_nested:
        rows = ",\n".join(f" {_keyed(name, inner)}" for name, inner in value.items())
        return f"{json.dumps(key, ensure_ascii=False)}: {{\n{rows}\n}}"
    return f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"


def left_out(entry: Entry, reason: str) -> dict[str, str]:
    """Return the row that says why an entry is not in an artefact."""
    return {"worker": entry.worker, "id": text_of(entry.row, "id"), "reason": reason}


def text_of(row: Mapping[str, Any], name: str) -> str:
    """Return a text of a row, empty if there is none."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def object_of(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object of a row, empty if there is none."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def one_line(text: str, most: int = _LINE_CHARACTERS) -> str:
    """Return foreign text as part of a line: no line's end, no control character, bounded."""
    plain = escaped(" ".join(text.split()))
    return plain if len(plain) <= most else f"{plain[: most - 3]}..."
