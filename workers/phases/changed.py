"""What a report on a change says was done, and how the proofs that it names were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.secrets import redacted
from workers.reporting.formats.judgement import FileChange, Proved, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_COUNTS = ("passed", "failed", "skipped", "added")


def work_of(
    data: dict[str, Any], records: Iterable[dict[str, Any]], below: Callable[[Any], Any]
) -> Work:
    """Return what was changed and proved.

    `records` are the runs of its proofs, oldest first; `below` names a file from the root on.
    """
    outcome = data.get("outcome")
    done: dict[str, Any] = redacted(outcome) if isinstance(outcome, dict) else {}
    return Work(
        outcome=_text(done, "status"),
        reason=_text(done, "reason"),
        parts=tuple((_text(row, "part"), _text(row, "status")) for row in _rows(done, "parts")),
        files=tuple(
            FileChange(
                str(below(row.get("file") or "")),
                _text(row, "kind"),
                str(below(row.get("from") or "")),
                _text(row, "summary"),
            )
            for row in _rows(data, "changes")
        ),
        proofs=tuple(_proofs(_rows(data, "proofs"), redacted([*records]))),
        commits=tuple((_text(row, "sha"), _text(row, "subject")) for row in _rows(data, "commits")),
    )


def _proofs(reported: list[dict[str, Any]], records: list[dict[str, Any]]) -> Iterator[Proved]:
    """Yield the proofs that are reported, then the owner's that were run and are not."""
    last = {_key(record): record for record in records}
    for row in reported:
        name, command = _text(row, "name"), _text(row, "command")
        record = last.pop((name, "" if name else command), None) or {}
        yield _proved(record, name, command, _text(row, "claim"))
    for record in last.values():
        if record.get("locked") is True:
            yield _proved(record, _text(record, "name"), "", "")


def _key(record: dict[str, Any]) -> tuple[str, str]:
    """Return what a report names a run by: its name, else its command."""
    name = _text(record, "name")
    return name, "" if name else _text(record, "command")


def _proved(record: dict[str, Any], name: str, command: str, claim: str) -> Proved:
    counts = [(word, record.get(word)) for word in _COUNTS]
    return Proved(
        name=name,
        command=_text(record, "command") or command,
        claim=claim,
        outcome=_text(record, "status"),
        counts=tuple((word, count) for word, count in counts if isinstance(count, int)),
        sandbox=_text(record, "sandbox"),
        is_locked=record.get("locked") is True,
    )


def _rows(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = fields.get(name)
    return (
        [redacted(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
