"""Installs a target, tells how it stands, and takes exactly what is ours out again.

A manifest beside the files remembers what was put where. What the user changed since is kept and
told. A manifest comes with a repository, so it is not believed further than the paths that the
target has anyway.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, NotReadable, escaped, shown
from sessions.files import write_atomic
from workers.contract import Answer
from workers.integrations.install import json_text
from workers.integrations.install.json_text import Entry
from workers.integrations.install.manifest import read_below, read_manifest, text_of, write_manifest
from workers.integrations.install.targets import TARGETS, Content, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMPTY = "{}\n"  # what a JSON file of others begins as, when there is none


@dataclass(frozen=True)
class Change:
    """What becomes of one file: `after` is None where it goes, and `kept` says what was left."""

    path: str
    before: bytes | None
    after: bytes | None
    kept: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        """The word for it."""
        if self.before == self.after:
            return "kept" if self.kept else "unchanged"
        if self.before is None:
            return "write"
        return "remove" if self.after is None else "change"


@dataclass
class _Plan:
    base: Path
    known: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)


def install(target: str, place: Place, *, dry_run: bool = False) -> Answer:
    """Put a target where it belongs; a second time nothing changes.

    Raises Damaged and NotReadable when a file of it is a link or no regular file.
    """
    content, plan = TARGETS[target](place), _Plan(place.base, _known(place.base, target))
    _plan_install(plan, content)
    if not dry_run:
        _write(plan, target)
    return _answer(plan, target, content.notes, dry_run=dry_run)


def uninstall(target: str, place: Place, *, dry_run: bool = False) -> Answer:
    """Take out what was put there, as far as it still stands as it was put. Raises as `install`."""
    content, plan = TARGETS[target](place), _Plan(place.base, _known(place.base, target))
    _plan_removal(plan, content)
    if not dry_run:
        _write(plan, target)
    return _answer(plan, target, [], dry_run=dry_run)


def status(target: str, place: Place) -> Answer:
    """Tell whether a target is installed, and what an install would change. Writes nothing."""
    content, plan = TARGETS[target](place), _Plan(place.base, _known(place.base, target))
    _plan_install(plan, content)
    current = all(one.action in {"unchanged", "kept"} for one in plan.changes)
    word = "not installed" if not plan.known else "installed" if current else "outdated"
    told = _answer(plan, target, [], dry_run=True)
    fields = {**told.fields, "installed": bool(plan.known), "current": bool(plan.known) and current}
    return Answer(f"{target}: {word}\n{told.text}", fields)


def _answer(plan: _Plan, target: str, notes: list[str], *, dry_run: bool) -> Answer:
    rows = [
        {"path": one.path, "action": one.action, "kept": list(one.kept)} for one in plan.changes
    ]
    lines = [f"{row['action']:<9} {row['path']}" for row in rows]
    lines += [f"  ! {path_kept}" for one in plan.changes for path_kept in one.kept]
    changed = sum(one.action not in {"unchanged", "kept"} for one in plan.changes)
    word = "would change" if dry_run else "changed"
    lines.append(f"{target}: {changed} files {word} below {plan.base}")
    text = "\n".join(map(escaped, [*lines, *notes]))
    fields = {"target": target, "base": str(plan.base), "changes": rows, "notes": notes}
    return Answer(text, {**fields, "dry_run": dry_run})


def _known(base: Path, target: str) -> dict[str, Any]:
    manifest = read_manifest(base)
    known = manifest.get(target, {})
    return known if isinstance(known, dict) else {}


def _table(plan: _Plan, name: str) -> dict[str, Any]:
    """Return a part of what the manifest remembers, if it has the form that we write."""
    value = plan.known.get(name)
    return value if isinstance(value, dict) else {}


@contextlib.contextmanager
def _merging(path: str) -> Iterator[None]:
    """Name the file that cannot be merged into."""
    try:
        yield
    except ValueError as error:
        raise NotReadable(f"{path}: {error}", "Mend it, then try again.") from None


def _plan_install(plan: _Plan, content: Content) -> None:
    for path, text in content.files.items():
        _plan_file(plan, path, text.encode())
    for path, entries in content.entries.items():
        with _merging(path):
            _plan_entries(plan, path, entries)
    for path, section in content.sections.items():
        _plan_section(plan, path, section)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _plan_file(plan: _Plan, path: str, wanted: bytes) -> None:
    there, known = read_below(plan.base, path), _table(plan, "files").get(path)
    after, kept, recorded = wanted, "", _digest(wanted)
    if there is not None and there != wanted:
        if known is None:
            after, kept, recorded = there, f"{path} was there before: it is yours", ""
        elif known != _digest(there):
            after, kept, recorded = there, f"{path} was changed by you: it is kept", known
    elif there is not None and known is None:
        recorded = ""  # the same bytes, and still not put there by us
    plan.changes.append(Change(path, there, after, (kept,) if kept else ()))
    if recorded:
        plan.record.setdefault("files", {})[path] = recorded


def _plan_entries(plan: _Plan, path: str, wanted: list[Entry]) -> None:
    there = read_below(plan.base, path)
    text = _EMPTY if there is None else text_of(there, path)
    known = _rows(plan, path)
    kept, rows = [], []
    # The order of the manifest: an entry may stand in a container that was made for one before.
    for row in known:
        entry = _entry(row)
        if entry in wanted and json_text.holds(text, entry):
            rows.append(row)
            wanted = [one for one in wanted if one != entry]
            continue
        rest = json_text.remove(text, entry, row["piece"], row["made"])
        if rest is None:
            kept.append(f"{_name(path, entry)} was changed or removed by you: it stays so")
            wanted = [one for one in wanted if (one.at, one.key) != (entry.at, entry.key)]
            rows.append(row)
        else:
            text = rest
    for entry in wanted:
        held = json_text.holds(text, entry)
        if held is False:
            made = json_text.made_for(text, entry)
            text, piece = json_text.insert(text, entry)
            rows.append(
                {"at": entry.at, "key": entry.key, "value": entry.value, "piece": piece}
                | {"made": made}
            )
        elif held is None:
            kept.append(f"{_name(path, entry)} has a value of yours: it is kept")
    after = text.encode()
    plan.changes.append(Change(path, there, after, tuple(kept)))
    _remember(plan, path, rows, made_file=there is None)


def _rows(plan: _Plan, path: str) -> list[dict[str, Any]]:
    rows = _table(plan, "entries").get(path)
    return [one for one in rows if _is_row(one)] if isinstance(rows, list) else []


def _is_row(row: object) -> bool:
    if not isinstance(row, dict) or set(row) != {"at", "key", "value", "piece", "made"}:
        return False
    at, made = row["at"], row["made"]
    return (
        (isinstance(at, list) and all(isinstance(name, str) for name in at))
        and (row["key"] is None or isinstance(row["key"], str))
        and (isinstance(row["piece"], str) and row["piece"] != "")
        and (isinstance(made, int) and 0 <= made <= len(at))
    )


def _made_files(plan: _Plan) -> list[str]:
    """Return the files of others that were not there before."""
    made = plan.known.get("made_files")
    return made if isinstance(made, list) else []


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(tuple(row["at"]), row["key"], row["value"])


def _name(path: str, entry: Entry) -> str:
    return f"{'.'.join([*entry.at, entry.key or '']).rstrip('.')} in {path}"


def _remember(plan: _Plan, path: str, rows: list[dict[str, Any]], *, made_file: bool) -> None:
    if rows:
        plan.record.setdefault("entries", {})[path] = rows
    if made_file or path in _made_files(plan):
        plan.record.setdefault("made_files", []).append(path)


def _plan_section(plan: _Plan, path: str, section: str) -> None:
    there, known = read_below(plan.base, path), _table(plan, "sections").get(path)
    text = "" if there is None else text_of(there, path)
    begin = section.split("\n", 1)[0]
    kept: list[str] = []
    rest = text
    if isinstance(known, str) and text.count(known) == 1:
        rest = text.replace(known, "")
    elif begin in text:
        kept = [f"the section {begin} in {path} was changed by you, or is yours: it is kept"]
    line_end = "\r\n" if "\r\n" in rest else "\n"
    gap = "" if not rest else "\n" if rest.endswith("\n") else "\n\n"
    piece = (gap + section).replace("\n", line_end)
    if kept:
        after, recorded = text, known
    else:
        after, recorded = rest + piece, piece
        if isinstance(known, str) and known.strip() == piece.strip() and known in text:
            after, recorded = text, known  # it stands where somebody wrote on below it
    if path.endswith(".toml"):
        kept += _toml_faults(after, path)
        if kept:
            after, recorded = text, known
    plan.changes.append(Change(path, there, after.encode() if after else None, tuple(kept)))
    if isinstance(recorded, str):
        plan.record.setdefault("sections", {})[path] = recorded
    if there is None or path in _made_files(plan):
        plan.record.setdefault("made_files", []).append(path)


def _toml_faults(text: str, path: str) -> list[str]:
    """Tell when a table of ours would stand in a file twice, or the file is no TOML."""
    import tomllib

    try:
        tomllib.loads(text)
    except ValueError as error:
        return [f"{path} is left alone: {error}"]
    return []


def _plan_removal(plan: _Plan, content: Content) -> None:
    for path in content.files:
        known, there = _table(plan, "files").get(path), read_below(plan.base, path)
        if known is None or there is None:
            continue
        if known == _digest(there):
            plan.changes.append(Change(path, there, None))
        else:
            kept = f"{path} was changed by you: it is kept"
            plan.changes.append(Change(path, there, there, (kept,)))
    for path in content.entries:
        with _merging(path):
            _plan_entries_out(plan, path)
    for path in content.sections:
        known, there = _table(plan, "sections").get(path), read_below(plan.base, path)
        if not isinstance(known, str) or there is None:
            continue
        text = text_of(there, path)
        if text.count(known) == 1:
            rest = text.replace(known, "").encode()
            gone = not rest and path in _made_files(plan)
            plan.changes.append(Change(path, there, None if gone else rest))
        else:
            kept = f"the section in {path} was changed by you: it is kept"
            plan.changes.append(Change(path, there, there, (kept,)))


def _plan_entries_out(plan: _Plan, path: str) -> None:
    there = read_below(plan.base, path)
    if there is None:
        return
    text, kept = text_of(there, path), []
    for row in reversed(_rows(plan, path)):
        entry = _entry(row)
        rest = json_text.remove(text, entry, row["piece"], row["made"])
        if rest is None:
            kept.append(f"{_name(path, entry)} was changed or removed by you: it stays so")
        else:
            text = rest
    gone = path in _made_files(plan) and text.split() in (["{}"], ["{", "}"])
    plan.changes.append(Change(path, there, None if gone else text.encode(), tuple(kept)))


def _write(plan: _Plan, target: str) -> None:
    """Write the manifest before what it tells of, and drop it after: a kill leaves no orphan."""
    folders = plan.known.get("folders", [])
    made = [name for name in folders if isinstance(name, str)] if isinstance(folders, list) else []
    manifest = read_manifest(plan.base)
    if plan.record:
        made += sorted({name for change in plan.changes for name in _missing(plan.base, change)})
        manifest[target] = {**plan.record, "folders": made}
        plan.base.mkdir(parents=True, exist_ok=True)
        write_manifest(plan.base, manifest)
    for change in plan.changes:
        if change.before != change.after:
            _write_change(plan.base / change.path, change)
    if not plan.record:
        manifest.pop(target, None)
        for name in sorted(made, key=len, reverse=True):
            _remove_empty(plan.base, name)
        write_manifest(plan.base, manifest)


def _missing(base: Path, change: Change) -> list[str]:
    """Return the folders that have to be made for a change."""
    if change.after is None:
        return []
    parents = (base / change.path).parents
    return [os.path.relpath(one, base) for one in parents if not one.exists()]


def _write_change(file: Path, change: Change) -> None:
    if change.after is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode & 0o777 if change.before is not None else None
    write_atomic(file, change.after, mode)


def _remove_empty(base: Path, name: str) -> None:
    folder = base / name
    if ".." in Path(name).parts or folder.is_symlink() or not folder.is_dir():
        return
    if not any(folder.iterdir()):
        folder.rmdir()


def check_target(name: str) -> str:
    """Return a target's name unchanged; raises BadInput with the nearest known one."""
    import difflib

    if name in TARGETS:
        return name
    near = difflib.get_close_matches(name, TARGETS, 1)
    meant = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(TARGETS)}."
    raise BadInput(f"target {shown(name)} is not known", meant)
