"""The workers there are: the list of them, what is wrong with a folder, and a folder to edit."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, NotReadable, shown
from sessions.files import make_folder, write_atomic
from workers import worker_file
from workers.catalog import USERS_WORKERS, built_in, is_built_in, users_folders, worker_called
from workers.contract import Answer, counted
from workers.deliverables import profile_of, record
from workers.deliverables.kinds import CHANGE, KINDS
from workers.deliverables.profile import RECORD
from workers.deliverables.template import NOTES, VALUES
from workers.delivery.json_lines import lines_of
from workers.delivery.notes import key
from workers.delivery.notes_reader import read_notes
from workers.invocation import called_as
from workers.render import objection_to, render
from workers.worker_file import Objection, kinds_in, read_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workers.catalog import Worker
    from workers.deliverables.profile import Profile
    from workers.delivery.notes import Notes

_NEEDED = ("Findings", "Priority Actions")
_NEEDED_IN_CHANGES = ("Changes",)
_PREFIX_CHARACTERS = 16


def workers(root: Path) -> Answer:
    """Tell which workers there are, the damaged ones too."""
    rows = [_row(worker) for worker in built_in()]
    for folder in users_folders(root):
        objections = list(objections_to(folder))
        if objections:
            state = f"damaged: {counted(len(objections), 'problem')}"
            rows.append({"name": folder.name, "folder": str(folder), "state": state})
        else:
            rows.append(_row(worker_called(folder.name, root)))
    width = max(len(row["name"]) for row in rows)
    lines = [
        f"{row['name']:<{width}}  {row['summary']} ({', '.join(row['kinds'])})"
        if "kinds" in row
        else f"{row['name']:<{width}}  {row['state']}: workers check {row['name']}"
        for row in rows
    ]
    return Answer("\n".join(lines), {"workers": rows})


def _row(worker: Worker) -> dict[str, Any]:
    return {
        "name": worker.name,
        "summary": worker.summary,
        "kinds": list(worker.kinds),
        "built_in": worker.is_built_in,
        "folder": str(worker.folder),
    }


def show(name: str, root: Path) -> Answer:
    """Tell what a worker is asked for; raises BadInput and BadWorker."""
    worker = worker_called(name, root)
    profile = profile_of(worker)
    lists = [
        {"key": listed.key, "entry": listed.entry, "id": f"{listed.id}-001"}
        for listed in profile.lists
    ]
    fields = {
        **_row(worker),
        "finding_id": f"{profile.prefix}-HIGH-001",
        "domains": list(profile.domains),
        "scores": {row.key: list(row.domains) for row in profile.scores},
        "lists": lists,
        "criteria": list(profile.criteria),
        "words": sorted(worker.words),
        "not_for": dict(worker.about.get("not_for", {})),
    }
    scores = (f"{name} ({', '.join(domains)})" for name, domains in fields["scores"].items())
    text = [
        f"{worker.name}: {worker.summary}",
        f"  folder:    {worker.folder}",
        f"  kinds:     {', '.join(worker.kinds)}",
        f"  findings:  {fields['finding_id']}; {', '.join(profile.domains)}",
        f"  scores:    {', '.join(scores)}",
        *(f"  lists:     {row['key']}: {row['entry']}, {row['id']}" for row in lists),
        f"  criteria:  {', '.join(profile.criteria) or 'none'}",
        f"  for tasks: {', '.join(fields['words']) or 'nothing in particular'}",
        *(
            f"  not for:   {', '.join(words)}: {other}"
            for other, words in fields["not_for"].items()
        ),
    ]
    return Answer("\n".join(text), {"worker": fields})


def check(name: str, root: Path) -> Answer:
    """Tell what is wrong with a worker's folder, with lines; `failed` if anything is.

    Raises BadInput where there is no such folder.
    """
    folder = _folder(name, root)
    rows = [one._asdict() for one in objections_to(folder)]
    if not rows:
        kinds = ", ".join(kinds_in(folder))
        return Answer(f"{name}: whole ({kinds}), in {folder}", {"worker": name, "objections": []})
    lines = [
        f"{row['file']}{':' + str(row['line']) if row['line'] else ''}: {row['message']}\n"
        f"  {row['hint']}"
        for row in rows
    ]
    text = "\n".join([f"{name}: {counted(len(rows), 'problem')} in {folder}", *lines])
    return Answer(text, {"worker": name, "objections": rows}, status="failed")


def _folder(name: str, root: Path) -> Path:
    short = name.removesuffix("-worker")
    if is_built_in(short):
        return worker_called(short, root).folder
    folders = {folder.name: folder for folder in users_folders(root)}
    if short in folders:
        return folders[short]
    near = difflib.get_close_matches(short, [*folders, *(one.name for one in built_in())], 1)
    hint = f"Did you mean {near[0]}?" if near else f"`workers new {short}` makes one."
    raise BadInput(f"there is no worker {shown(name, 60)}", hint)


def objections_to(folder: Path) -> Iterator[Objection]:
    """Yield what is wrong with a worker's folder: its table, its schemas, its templates."""
    about, objections = worker_file.load(folder)
    yield from objections
    if objections:
        return
    for row in about.get("lists", ()):
        if row["entry"] == RECORD:
            yield from _of_schema(folder, row.get("schema", ""))
    kinds = kinds_in(folder)
    if not kinds:
        yield Objection("there are no templates", "Make analysis/notes.md.j2.", "analysis")
    for kind in kinds:
        yield from _of_notes(folder, about, kind)


def _of_schema(folder: Path, name: str) -> Iterator[Objection]:
    _, faults = record.load(folder / name)
    if not faults:
        return
    try:
        text = read_inside(folder, name).decode("utf-8", "replace")
        pointers = {fault.pointer for fault in faults}
        lines = lines_of(text, pointers | {pointer.rpartition("/")[0] for pointer in pointers})
    except (OSError, NotReadable, IndexError):  # no JSON: the fault says so
        lines = {}
    for fault in faults:
        line = lines.get(fault.pointer, lines.get(fault.pointer.rpartition("/")[0]))
        yield Objection(fault.message, fault.hint, name, line)


def _of_notes(folder: Path, about: dict[str, Any], kind: str) -> Iterator[Objection]:
    name = f"{kind}/{NOTES}"
    try:
        text = read_inside(folder, name).decode()
    except (OSError, NotReadable, UnicodeDecodeError) as error:
        reason = getattr(error, "message", None) or getattr(error, "strerror", None) or "not UTF-8"
        yield Objection(f"the template cannot be read: {reason}", "Repair the file.", name)
        return
    if not is_built_in(folder.name):
        fault = objection_to(text, VALUES)
        if fault is not None:
            hint = "A template may name values, as {{ session_id }}, and nothing else."
            yield Objection(fault[0], hint, name, fault[1])
            return
    notes = read_notes(text)
    if not list(notes.of_level(1)):
        yield Objection("there is no title", "Begin with # and a title.", name, 1)
    profile = profile_of(built_from(folder, about), kind)
    titles = {section.key for section in notes.of_level(2)}
    needed = _NEEDED_IN_CHANGES if kind == CHANGE else _NEEDED
    for title in (profile.summary_heading, *needed):
        if key(title) not in titles:
            yield Objection(f"the heading `## {title}` is missing", "Add it.", name)
    yield from _of_scores(notes, profile, name)


def built_from(folder: Path, about: dict[str, Any]) -> Worker:
    """Return the worker of a folder whose table was read."""
    from workers.catalog import Worker

    return Worker(folder.name, folder, about, is_built_in=is_built_in(folder.name))


def _of_scores(notes: Notes, profile: Profile, name: str) -> Iterator[Objection]:
    summary = notes.named(profile.summary_heading)
    if summary is None or not profile.scores:
        return
    labels = [cells[0] for _, cells in summary.rows[1:]]
    wanted = [row.label for row in profile.score_rows]
    if labels != wanted:
        message = f"the table of scores has {', '.join(labels) or 'no rows'}"
        hint = f"Its rows are: {', '.join(wanted)}."
        yield Objection(message, hint, name, summary.number)


class New(NamedTuple):
    """What a new worker is to be: its name, kinds of tasks, and lists as KEY=ENTRY."""

    name: str
    kinds: Sequence[str] = ("analysis",)
    lists: Sequence[str] = ("items=record",)
    summary: str = ""


def new(asked: New, root: Path) -> Answer:
    """Make a folder to edit; raises BadInput for a name or list that cannot be, or is there."""
    folder = root / USERS_WORKERS / asked.name
    _check_name(asked.name, folder)
    lists = [_list(text) for text in asked.lists]
    values = {
        "call": called_as(),
        "name": asked.name,
        "title": asked.name.replace("-", " ").capitalize(),
        "summary": asked.summary or f"what the {asked.name} worker looks at",
        "prefix": asked.name.replace("-", "").upper()[:_PREFIX_CHARACTERS],
        "entries": ", ".join(worker_file.entry_kinds()),
        "lists": lists,
    }
    texts = {worker_file.NAME: render("new_worker/worker.toml.j2", **values)}
    for kind in KINDS:
        if kind in asked.kinds:
            texts[f"{kind}/{NOTES}"] = render(f"new_worker/{kind}.md.j2", **values)
    example = render("new_worker/record.schema.json")
    texts |= {f"{row['key']}.schema.json": example for row in lists if row["entry"] == "record"}
    for name, text in texts.items():
        make_folder((folder / name).parent)
        write_atomic(folder / name, text.encode())
    files = [str(folder / name) for name in texts]
    lines = [*files, "", f"next: edit them, then {called_as()} workers check {asked.name}"]
    return Answer("\n".join(lines), {"worker": asked.name, "files": files})


def _check_name(name: str, folder: Path) -> None:
    fault = worker_file.name_fault(name)
    if fault is not None:
        raise BadInput(
            f"a worker cannot be called {shown(name, 60)}: {fault}", "Take another name."
        )
    if os.path.lexists(folder):
        raise BadInput(
            f"{shown(folder, 300)} is there already", f"workers check {name} looks at it."
        )


def _list(text: str) -> dict[str, str]:
    """Read KEY=ENTRY; raises BadInput."""
    name, _, entry = text.partition("=")
    entry = entry or RECORD
    kinds = (*worker_file.entry_kinds(), RECORD)
    if entry not in kinds:
        raise BadInput(f"there is no kind of entry {shown(entry, 60)}", f"Use {', '.join(kinds)}.")
    if not worker_file.is_key(name):
        raise BadInput(f"{shown(name, 60)} is no key of a list", "Use words_like_this.")
    return {"key": name, "entry": entry, "id": name.replace("_", "").upper()[:3]}
