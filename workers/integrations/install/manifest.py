"""What the manifest remembers of an installation. It comes with a repository, and is distrusted.

It is written before the files that it tells of, with `complete` false, and once more when they are
written: what a kill cuts off can be told and completed. Of what a manifest says only that is
believed which an installation can have made.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import Damaged, shown
from sessions.files import read_regular, sync_folder, write_atomic
from workers.integrations.install.json_text import Entry, has_comment
from workers.integrations.install.ours import is_our_entry, is_our_section

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST = ".waggle-install.json"
FILE_BYTES = 8 * 1024 * 1024
_BLANK = "\ufeff \t\r\n"
_MOST = 100  # of what is ours in one file, several versions of it included


class Row(NamedTuple):
    """An entry that was inserted as the text `piece`, with `made` containers made for it.

    `gone`: the user changed it or took it out since.
    """

    entry: Entry
    piece: str
    made: int
    gone: bool = False


class Part(NamedTuple):
    """What is ours in one file.

    `digests` are of a file that is wholly ours, `sections` texts in a file of others. `made`: there
    was no such file before; `blank`: it was there, and held no more than this.
    """

    digests: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    sections: tuple[str, ...] = ()
    made: bool = False
    blank: str | None = None

    @property
    def holds_something(self) -> bool:
        """Whether there is anything to remember."""
        return bool(self.digests or self.rows or self.sections or self.made)


@dataclass(frozen=True)
class Record:
    """What is installed of one target, by path; `before`: what a run that did not end replaces.

    `team`: its files call the command on the PATH, whoever installed them.
    """

    parts: dict[str, Part] = field(default_factory=dict)
    before: dict[str, Part] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    complete: bool = False
    team: bool = False

    def begun(self, parts: dict[str, Part], folders: Iterable[str]) -> Record:
        """Return the record of a run that is about to write `parts`."""
        paths = [*self.before, *(path for path in self.parts if path not in self.before)]
        before = {path: both(self.parts.get(path), self.before.get(path)) for path in paths}
        planned = {path: part for path, part in parts.items() if part.holds_something}
        names = tuple(dict.fromkeys([*self.folders, *folders]))
        return Record(planned, before, names, team=self.team)

    def ended(self) -> Record:
        """Return the record of a run that has written everything."""
        return replace(self, before={}, complete=True)


def both(new: Part | None, old: Part | None) -> Part:
    """Return what two parts remember of one file."""
    if new is None or old is None:
        return new or old or Part()
    rows = [*new.rows, *(row for row in old.rows if row not in new.rows)]
    return Part(
        tuple(dict.fromkeys(new.digests + old.digests)),
        tuple(rows),
        tuple(dict.fromkeys(new.sections + old.sections)),
        new.made or old.made,
        old.blank if new.blank is None else new.blank,
    )


def read_manifest(base: Path) -> dict[str, Any]:
    """Return what was put where, by target; raises Damaged when the manifest is none."""
    try:
        data = read_regular(base / MANIFEST, FILE_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Damaged(f"{shown(base / MANIFEST)} is no JSON object", "Restore it, or move it away.")
    return fields


def write_manifest(base: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, or remove it when nothing is installed any more; both last."""
    file = base / MANIFEST
    if manifest:
        write_atomic(file, json.dumps(manifest, indent=1, ensure_ascii=True).encode() + b"\n")
    elif os.path.lexists(file):
        file.unlink()
        sync_folder(base)


def record_of(manifest: dict[str, Any], target: str) -> Record | None:
    """Return what a manifest says of a target, as far as it can be believed; None for nothing."""
    fields = manifest.get(target)
    if not isinstance(fields, dict):
        return None
    names = _texts(fields.get("folders"))
    if "parts" not in fields:
        return Record(_parts_of_old(fields), {}, tuple(names))
    complete = fields.get("complete") is True
    parts, before = _parts(fields["parts"]), _parts(fields.get("before"))
    return Record(parts, before, tuple(names), complete, fields.get("team") is True)


def cut_off(manifest: dict[str, Any], target: str) -> bool:
    """Tell whether a manifest says that a run for a target began, and not that it ended."""
    fields = manifest.get(target)
    return isinstance(fields, dict) and fields.get("complete") is False


def document(record: Record) -> dict[str, Any]:
    """Return a record as the manifest holds it."""
    parts, before = (
        {path: _document(part) for path, part in table.items()}
        for table in (record.parts, record.before)
    )
    fields = {"complete": record.complete, "parts": parts, "before": before}
    fields |= {"team": True} if record.team else {}
    return {**fields, "folders": list(record.folders)}


def _document(part: Part) -> dict[str, Any]:
    rows = [
        {"at": list(row.entry.at), "key": row.entry.key, "value": row.entry.value}
        | {"piece": row.piece, "made": row.made}
        | ({"gone": True} if row.gone else {})
        for row in part.rows
    ]
    whole = {"digests": list(part.digests), "rows": rows, "sections": list(part.sections)}
    fields = {name: value for name, value in whole.items() if value}
    fields |= {"made": True} if part.made else {}
    return fields | ({} if part.blank is None else {"blank": part.blank})


def _parts(table: object) -> dict[str, Part]:
    if not isinstance(table, dict):
        return {}
    return {path: _part(fields) for path, fields in table.items() if isinstance(fields, dict)}


def _part(fields: dict[str, Any]) -> Part:
    blank = fields.get("blank")
    is_blank = isinstance(blank, str) and not blank.strip(_BLANK)
    return Part(
        tuple(_texts(fields.get("digests"))),
        tuple(_rows(fields.get("rows"))),
        tuple(text for text in _texts(fields.get("sections")) if is_our_section(text)),
        fields.get("made") is True,
        blank if is_blank else None,
    )


def _parts_of_old(old: dict[str, Any]) -> dict[str, Part]:
    """Read the form of version 0.1, which did not tell whether its run had ended."""
    parts: dict[str, Part] = {}
    for name, field_of_part in (
        ("files", "digests"),
        ("entries", "rows"),
        ("sections", "sections"),
    ):
        table = old.get(name)
        for path, value in table.items() if isinstance(table, dict) else ():
            values = value if name == "entries" else [value]
            parts[path] = both(parts.get(path), _part({field_of_part: values}))
    for path in _texts(old.get("made_files")):
        if path in parts:
            parts[path] = parts[path]._replace(made=True)
    return parts


def _texts(value: object) -> list[str]:
    texts = value[:_MOST] if isinstance(value, list) else []
    return [text for text in texts if isinstance(text, str)]


def _rows(value: object) -> list[Row]:
    rows = [_row(row) for row in value[:_MOST]] if isinstance(value, list) else []
    return [row for row in rows if row]


def _row(fields: object) -> Row | None:
    if not isinstance(fields, dict):
        return None
    at, key, piece, made = (fields.get(name) for name in ("at", "key", "piece", "made"))
    if not (isinstance(at, list) and at and all(isinstance(name, str) for name in at)):
        return None
    if not ((key is None or isinstance(key, str)) and isinstance(piece, str) and "value" in fields):
        return None
    entry = Entry(tuple(at), key, fields["value"])
    if not is_our_entry(entry) or not isinstance(made, int) or not 0 <= made <= len(at):
        return None
    piece = "" if has_comment(piece) else piece  # then it is taken out by its value
    return Row(entry, piece, made, fields.get("gone") is True)
