"""The two files that phase 1 lays out: notes from a worker's folder, JSON from its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.deliverables import profile_of
from workers.deliverables.kinds import CHANGE
from workers.deliverables.profile import RECORD
from workers.render import render, render_text
from workers.worker_file import our_text, read_inside

if TYPE_CHECKING:
    from workers.catalog import Worker
    from workers.deliverables.profile import EntryList, Profile

NOTES = "notes.md.j2"
# What a template of the notes may name.
VALUES = ("session_id", "timestamp", "project_root", "survey", "prove", "proofs")
_MARKED = lazy_pattern(r'"FILL: ([^"]+)"')
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_STATUS = {
    "analysis": ("FILL: existing (needs evidence)|proposed", "FILL: existing|proposed"),
    "change": ("FILL: implemented|modified|removed|existing|proposed", "FILL: as above", "FILL"),
}
_EVIDENCE = {
    "analysis": ('"FILL: as in a finding"', '"FILL"'),
    "change": (
        (
            '{"file": "FILL: absolute path", "line": "FILL: a line that you added or changed",'
            ' "end_line": "FILL: or remove"}'
        ),
        '"FILL"',
    ),
}


def notes_template(worker: Worker, kind: str) -> str:
    """Return the template of a worker's notes as it is in its folder."""
    return read_inside(worker.folder, f"{kind}/{NOTES}").decode()


def notes_text(worker: Worker, kind: str, **values: str) -> str:
    """Return a worker's untouched notes; `values` are those of VALUES.

    Raises BadWorker where a user's template is more than text and names of values.
    """
    if worker.is_built_in:
        return render(f"{worker.name}/{kind}/{NOTES}", **values)
    known = {name: values[name] for name in VALUES}
    return render_text(notes_template(worker, kind), str(worker.folder / kind / NOTES), **known)


def json_text(worker: Worker, kind: str, **values: str) -> str:
    """Return a worker's untouched JSON: what every report has, and a row of each list."""
    profile = profile_of(worker, kind)
    return render(
        f"report/{kind}.json.j2",
        **values,
        worker=worker.name,
        profile=profile,
        scores=_scores(profile),
        number=_in_words(len(profile.scores)),
        lists=[
            {"key": listed.key, "row": _row(listed, kind, place)}
            for place, listed in enumerate(profile.lists)
        ],
    )


def instructions(worker: Worker, kind: str) -> list[str]:
    """Return what the untouched JSON asks for, in its words; no template is rendered for it."""
    profile = profile_of(worker, kind)
    suffix = ".change" if kind == CHANGE else ""
    texts = [our_text(f"report/{kind}.json.j2")]
    for listed in profile.lists:
        if listed.entry == RECORD:
            from workers.deliverables.record import template_row

            texts.append(template_row(listed.schema, id="", status="", evidence=""))
        else:
            texts.append(our_text(f"entries/{listed.entry}{suffix}.json.j2"))
    marks = [mark for text in texts for mark in _MARKED.findall(text)]
    return [*marks, *_scores(profile).values()]


def _scores(profile: Profile) -> dict[str, str]:
    """Return what is asked for under each score: the first says what the others follow."""
    asked = {}
    for row in profile.scores:
        domain = "domain " if len(row.domains) == 1 else ""
        asked[row.key] = f"the same for {domain}{', '.join(row.domains)}"
        if len(asked) == 1:
            asked[row.key] = (
                "0-10; at most 5 with an open critical finding of domain"
                f" {' or '.join(row.domains)}, 7 with a high one"
            )
    return asked


def _in_words(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _row(listed: EntryList, kind: str, place: int) -> str:
    """Return the row of a list; the first list says more, for the others to be read like it."""
    status, evidence = _STATUS[kind], _EVIDENCE[kind]
    words = {
        "id": listed.id,
        "status": status[min(place, len(status) - 1)],
        "evidence": evidence[min(place, len(evidence) - 1)],
    }
    if listed.entry == RECORD:
        from workers.deliverables.record import template_row

        return template_row(listed.schema, **words)
    suffix = ".change" if kind == CHANGE else ""
    return render(f"entries/{listed.entry}{suffix}.json.j2", **words).rstrip("\n")
