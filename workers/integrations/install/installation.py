"""Installs a target, says how far it is, and takes exactly what is ours out again.

All three work from a plan (`merging`) made of what is on disk and what the manifest remembers. The
manifest is written before the files, with what each will hold, and again when all are written; so
the same plan that begins an installation also completes one that was killed.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, Busy, WaggleError, escaped, of_system, shown
from sessions.files import make_folder
from workers.catalog import DEFAULT
from workers.contract import Answer, counted
from workers.integrations.install import differences, replacing
from workers.integrations.install.elsewhere import ELSEWHERE, how_to
from workers.integrations.install.manifest import (
    Record,
    document,
    read_manifest,
    record_of,
    write_manifest,
)
from workers.integrations.install.merging import Outcome, put_in, take_out
from workers.integrations.install.ours import folders_for
from workers.integrations.install.remains import sweep
from workers.integrations.install.sharing import known_of, shared
from workers.integrations.install.targets import INSTALLABLE, Content, Place, skill_name
from workers.invocation import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from workers.integrations.install.sharing import Known

    Planner = Callable[[Content, str, bytes | None, Known], Outcome]

_PATIENCE_SECONDS = 20.0
_QUIET = frozenset({"unchanged", "kept"})


@dataclass
class _Work:
    """One target below one base: what the manifest says, and whether it was written to."""

    target: str
    base: Path
    content: Content
    manifest: dict[str, Any]
    record: Record | None
    others: dict[str, Record]
    began: bool = False
    end: float = field(default_factory=lambda: time.monotonic() + _PATIENCE_SECONDS)

    def planned(self, path: str, planner: Planner) -> Outcome:
        there = replacing.locate(self.base, path).read()
        return planner(self.content, path, there, self.known(path))

    def known(self, path: str) -> Known:
        return known_of(self.record, path, self.others.values())

    def all_planned(self, planner: Planner) -> dict[str, Outcome]:
        return {path: self.planned(path, planner) for path in self.content.paths}

    def remember(self, record: Record | None) -> None:
        if record == self.record and (record is None) == (self.target not in self.manifest):
            return
        self.began = True
        self.record = record
        if record is None:
            self.manifest.pop(self.target, None)
        else:
            self.manifest[self.target] = document(record)
            self._share(record)
        write_manifest(self.base, self.manifest)

    def _share(self, record: Record) -> None:
        """Let the other targets know what becomes of files and entries that are theirs as well."""
        for name, other in self.others.items():
            parts = {path: shared(part, record, path) for path, part in other.parts.items()}
            if parts != other.parts:
                self.others[name] = replace(other, parts=parts)
                self.manifest[name] = document(self.others[name])

    def leave(self, folders: Iterable[str]) -> None:
        """Hand folders of ours on to the targets that have files in them."""
        for name, other in self.others.items():
            theirs = folders_for(other.parts)
            more = [folder for folder in folders if folder in theirs]
            if more:
                names = tuple(dict.fromkeys([*other.folders, *more]))
                self.others[name] = replace(other, folders=names)
                self.manifest[name] = document(self.others[name])

    def check_patience(self, path: str) -> None:
        if time.monotonic() > self.end:
            raise Busy(f"another program keeps changing {shown(path)}", "Run it again later.")


def _work(target: str, place: Place) -> _Work:
    manifest = read_manifest(place.base)
    records = {name: record_of(manifest, name) for name in INSTALLABLE}
    others = {name: one for name, one in records.items() if one is not None and name != target}
    record = records[target]
    content = INSTALLABLE[target].content(_as_installed(place, record))
    return _Work(target, place.base, content, manifest, record, others)


def _as_installed(place: Place, record: Record | None) -> Place:
    """Return a place with the workers that are named and those that are there already.

    An install takes none away; the first one that names none is for backends, and for the user's.
    Nor does it take a team's files back to the programs of one machine.
    """
    parts = [PurePosixPath(path).parts for path in (record.parts if record else ())]
    names = {name.split(".")[0] for names in parts for name in names}
    there = [one for one in place.known if names & {one.full_name, skill_name(one)}]
    if place.team or (record is not None and record.team):
        place = place._replace(command=(COMMAND,), team=True)
    chosen = [*place.workers, *there] or [
        worker for worker in place.known if worker.name == DEFAULT or not worker.is_built_in
    ]
    return place._replace(workers=tuple(dict.fromkeys(chosen)))


def install(target: str, place: Place, *, dry_run: bool = False, colour: bool = False) -> Answer:
    """Put a target where it belongs; a second time nothing changes, a half one is completed.

    Raises Damaged and NotReadable, before anything is written, when a file cannot be merged into.
    """
    if dry_run:
        work = _work(target, place)
        return _answer(work, work.all_planned(put_in), _notes(work, place), colour=colour)
    with _at_work(target, place, "install") as work:
        first = last = work.all_planned(put_in)
        if not _is_settled(work, first):
            folders = [
                name
                for path, outcome in first.items()
                if outcome.after is not None
                for name in replacing.missing_folders(work.base, path)
            ]
            parts = {path: outcome.part for path, outcome in first.items()}
            old = work.record or Record(complete=True)
            old = replace(old, team=old.team or place.team)
            work.remember(old.begun(parts, sorted(set(folders))))
            last = _carry_out(work, put_in)
            record = work.record
            work.remember(record.ended() if record and record.parts else None)
    return _answer(work, _told(first, last), _notes(work, place), done=True)


def uninstall(target: str, place: Place, *, dry_run: bool = False, colour: bool = False) -> Answer:
    """Take out what was put there, as far as it is as it was put. Raises as `install`."""
    if dry_run:
        work = _work(target, place)
        return _answer(work, work.all_planned(take_out), [], colour=colour)
    with _at_work(target, place, "uninstall") as work:
        first = last = work.all_planned(take_out)
        if work.record is not None:
            if any(outcome.before != outcome.after for outcome in first.values()):
                work.remember(work.record.begun(work.record.parts, ()))
                last = _carry_out(work, take_out)
            allowed = folders_for(work.content.paths)
            ours = [name for name in work.record.folders if name in allowed]
            for name in sorted(ours, key=len, reverse=True):
                replacing.remove_empty(work.base, name)
            work.leave(ours)
        work.remember(None)
    return _answer(work, _told(first, last), [], done=True)


def status(target: str, place: Place) -> Answer:
    """Say whether a target is installed, and what an install would change. Writes nothing."""
    work = _work(target, place)
    outcomes = work.all_planned(put_in)
    state = _state(work, outcomes)
    missing = [name for outcome in outcomes.values() for name in outcome.missing]
    waits = _waits(work, place) if work.record is not None else []
    answer = _answer(work, outcomes, waits, diff=False)
    lines = [f"{target}: {state}"]
    if state == "incomplete":
        lines[0] += f": run install {target} again"
        lines += [f"missing   {escaped(name)}" for name in missing]
    fields = {
        **answer.fields,
        "state": state,
        "installed": state not in {"not installed", "incomplete"},
        "current": state in {"installed", "changed"},
        "missing": missing if work.record else [],
    }
    return Answer("\n".join([*lines, answer.text]), fields)


def _state(work: _Work, outcomes: dict[str, Outcome]) -> str:
    if work.record is None:
        return "not installed"
    if not work.record.complete or any(outcome.missing for outcome in outcomes.values()):
        return "incomplete"
    if any(outcome.action not in _QUIET for outcome in outcomes.values()):
        return "outdated"
    return "changed" if any(outcome.kept for outcome in outcomes.values()) else "installed"


@contextlib.contextmanager
def _at_work(target: str, place: Place, command: str) -> Iterator[_Work]:
    """Hold the lock; say of whatever stops the work that it was not done, and how to go on."""
    make_folder(place.base)
    with replacing.held(place.base):
        sweep(place)
        work = _work(target, place)
        try:
            yield work
        except (WaggleError, OSError) as error:
            if not work.began:
                raise
            stopped = of_system(error)
            raise WaggleError(
                f"{stopped.message}. {command} {target} is not complete",
                f"Run it again when that is settled: it goes on from here;"
                f" install {target} --status says what is missing.",
            ) from error


def _is_settled(work: _Work, outcomes: dict[str, Outcome]) -> bool:
    """Tell whether there is nothing to write, not even that the last run has ended."""
    if any(outcome.action not in _QUIET for outcome in outcomes.values()):
        return False
    if work.record is not None and not work.record.complete:
        return False
    known = work.record.parts if work.record is not None else {}
    return all(path in known for path, one in outcomes.items() if one.part.holds_something)


def _carry_out(work: _Work, planner: Planner) -> dict[str, Outcome]:
    """Write until a look at the disk finds nothing left to do, also when others write there."""
    while True:
        for path in work.content.paths:
            contended = False
            while not _is_written(work, path, planner, contended=contended):
                work.check_patience(path)
                contended = True
        outcomes = work.all_planned(planner)
        if all(outcome.before == outcome.after for outcome in outcomes.values()):
            return outcomes
        work.check_patience("the files")


def _is_written(work: _Work, path: str, planner: Planner, *, contended: bool) -> bool:
    """Write one file as it is planned now; False when it was changed meanwhile."""
    place = replacing.locate(work.base, path)
    there = place.read()
    outcome = planner(work.content, path, there, work.known(path))
    if outcome.after == there:
        return True
    if planner is put_in and work.record is not None:
        parts = {**work.record.parts, path: outcome.part}
        if parts != work.record.parts:  # the file is another one than when it was planned
            work.remember(work.record.begun(parts, ()))
    if outcome.after is None:
        return there is None or replacing.remove_if(place, there)
    return replacing.replace_if(place, there, outcome.after, contended=contended)


def _told(first: dict[str, Outcome], last: dict[str, Outcome]) -> dict[str, Outcome]:
    """Return what was done: what was planned first, and what was left in the end."""
    return {
        path: Outcome(one.before, one.after, one.part, last[path].kept or one.kept)
        for path, one in first.items()
    }


def _notes(work: _Work, place: Place) -> list[str]:
    """Return what the user has to do or know, first that the files fit this machine alone."""
    notes = [*work.content.notes, *_waits(work, place)]
    if INSTALLABLE[work.target].is_shared:
        return notes
    if work.record is not None and work.record.team:
        return [f"The files call the command {COMMAND}: everyone needs it on the PATH.", *notes]
    if place.scope == "user" or place.command == (COMMAND,):
        return notes
    where = f"The files name programs of this machine ({place.line}): do not commit them."
    share = f"To share them, use --team: they call the command {COMMAND} of each machine."
    return [f"{where} {share} For yourself alone there is --scope user.", *notes]


def _waits(work: _Work, place: Place) -> list[str]:
    return INSTALLABLE[work.target].waits(_as_installed(place, work.record))


def _answer(
    work: _Work,
    outcomes: dict[str, Outcome],
    notes: list[str],
    *,
    done: bool = False,
    diff: bool = True,
    colour: bool = False,
) -> Answer:
    seen = {path: one for path, one in outcomes.items() if (one.before, one.after) != (None, None)}
    rows: list[dict[str, Any]] = [
        {"path": path, "action": one.action, "kept": list(one.kept)} for path, one in seen.items()
    ]
    lines = [f"{row['action']:<9} {row['path']}" for row in rows]
    lines += [f"  ! {line}" for one in seen.values() for line in one.kept]
    changed = sum(one.action not in _QUIET for one in seen.values())
    word = "changed" if done else "would change"
    lines.append(f"{work.target}: {counted(changed, 'file')} {word} below {work.base}")
    text = "\n".join(map(escaped, [*lines, *notes]))
    fields = {
        "target": work.target,
        "base": str(work.base),
        "changes": rows,
        "notes": notes,
        "dry_run": not done,
    }
    if diff and not done:
        drawn: list[str] = []
        for row, outcome in zip(rows, seen.values(), strict=True):
            row["diff"] = differences.lines_of(row["path"], outcome.before, outcome.after)
            drawn += row["diff"]
        text = "\n".join([*differences.painted(drawn, colour=colour), text])
    return Answer(text, fields)


def check_target(name: str, place: Place) -> str:
    """Return a target's name unchanged; raises BadInput with what serves instead."""
    import difflib

    if name in INSTALLABLE:
        target = INSTALLABLE[name]
        if place.scope not in target.scopes:
            message = f"{name} is not read in the scope {place.scope}"
            raise BadInput(message, target.elsewhere or f"Use --scope {target.scopes[0]}.")
        return name
    if name.lower() in ELSEWHERE:
        raise BadInput(f"target {shown(name)} is not known", how_to(name.lower(), place))
    near = difflib.get_close_matches(name, INSTALLABLE, 1)
    meant = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(INSTALLABLE)}."
    raise BadInput(f"target {shown(name)} is not known", meant)
