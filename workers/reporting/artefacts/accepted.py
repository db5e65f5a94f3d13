"""What the builders are given, accepted reports, and what they make of them."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import NoArtefact, escaped
from workers.repository.names import below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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
    """An accepted report: its JSON, taken as it is meant, and its worker's vocabulary.

    `formerly` is the root that its paths are of, where that is not the root of now.
    """

    worker: str
    profile: Profile
    data: Mapping[str, Any]
    formerly: str | None = None

    def rows(self, key: str) -> Iterator[dict[str, Any]]:
        """Yield the objects in the list at a key."""
        rows = self.data.get(key)
        yield from (
            row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict)
        )


class Accepted(NamedTuple):
    """The accepted reports of a session, and of the others why they are none: worker, reason."""

    session_id: str
    root: str
    reports: tuple[Report, ...]
    others: tuple[tuple[str, str], ...] = ()

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
        """Where an artefact is from, and what is not in it, in sentences."""
        where = f", session {self.session_id}" if self.session_id else ""
        made = f"Made by Waggle of the accepted reports of {self.workers}{where}."
        return f"{made} Not in it: {_reasons(self.others)}." if self.others else made

    def cited(self, row: dict[str, Any]) -> list[str]:
        """Return the places that an entry cites, relative to the repository."""
        evidence = row.get("evidence")
        return [
            f"{self._below(item['file'])}:{item.get('line')}"
            for item in (evidence if isinstance(evidence, list) else [])
            if isinstance(item, dict) and isinstance(item.get("file"), str)
        ]

    def _below(self, file: str) -> str:
        """Return a file from the root on; its name alone where it is elsewhere."""
        if not file.startswith("/"):
            return file
        roots = (self.root, *(report.formerly or self.root for report in self.reports))
        inside = (below(root, file) for root in roots)
        return next((path for path in inside if path is not None), PurePath(file).name)


class Artefact(NamedTuple):
    """An artefact as text, what its file is called, and what could not be put into it.

    `entries` is how many reported things are in it.
    """

    text: str
    suffix: str
    entries: int
    left_out: tuple[dict[str, str], ...] = ()


def nothing_accepted(where: str, others: Iterable[tuple[str, str]]) -> NoArtefact:
    """Return the error for what has no accepted report; `where` names it, `others` why."""
    reasons = _reasons(others) or "no worker was set up"
    return NoArtefact(
        f"{where} has no accepted report ({reasons})",
        "It is made of accepted reports alone: finish one with --output first.",
    )


def _reasons(others: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{worker}: {reason}" for worker, reason in others)


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
