"""What is there and was not read: languages, and technologies that no reader knows or made out.

Where there is any, a map without endpoints or tables says nothing of the repository: whoever shows
one says so, and what is measured by it is null.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from workers.survey.found import NotUnderstood, Unread
from workers.survey.languages import reader_of
from workers.survey.syntax import language_of
from workers.survey.technologies import ecosystems, of_dependency
from workers.survey.technologies.languages import language_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.survey import found
    from workers.survey.found import Survey
    from workers.survey.technologies.technology import Technology


@dataclass
class _Shown:
    """What shows one technology: files of code that serve with it, files by place, manifests."""

    technology: Technology
    kind: str
    serving: int = 0
    marked: list[str] = field(default_factory=list)  # the first file that imports it
    places: int = 0
    placed: list[str] = field(default_factory=list)
    manifests: list[str] = field(default_factory=list)

    def add(self, row: found.Technology) -> None:
        """Count what one kind of evidence shows."""
        if row.how in {"mark", "file"}:
            self.serving += row.serving
            self.marked.append(row.file)
        elif row.how == "place":
            self.places += row.files
            self.placed.append(row.file)
        else:
            self.manifests.append(row.file)


def languages_without_reader(files: Iterable[str]) -> list[Unread]:
    """Return the languages of source files that no reader knows, with how many there are."""
    counted: Counter[str] = Counter()
    first: dict[str, str] = {}
    for file in files:
        name = language_by_name(file)
        if name and language_of(file) is None:
            counted[name] += 1
            first.setdefault(name, file)
    why = "no reader knows this language"
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    return [Unread("language", name, count, first[name], why) for name, count in rows]


def languages_without_result(survey: Survey, files: Iterable[str]) -> list[Unread]:
    """Return the languages that a folder of `languages` reads and of which it made nothing out.

    Its readers know some frameworks: what others serve would count as read, and as nothing.
    """
    placed = [endpoint.file for endpoint in survey.endpoints]
    placed += [table.file for table in survey.tables]
    fruitful = set(map(reader_of, placed))
    unfruitful: dict[str, list[str]] = {}
    for file in files:
        reader, name = reader_of(file), language_by_name(file)
        if name and reader and reader not in fruitful:
            unfruitful.setdefault(name, []).append(file)
    why = "no endpoint and no table of it was understood"
    return [Unread("language", name, len(own), own[0], why) for name, own in unfruitful.items()]


def technologies_without_result(survey: Survey) -> list[Unread]:
    """Return the technologies that are in use and of which nothing was read, each once."""
    found_by_readers = {endpoint.framework for endpoint in survey.endpoints}
    found_by_readers |= {table.source for table in survey.tables}
    found_by_readers |= {row.kind for row in survey.descriptions}
    found_by_readers |= {job.source for job in survey.jobs}
    by_name: dict[str, Unread] = {}
    for shown in _shown(survey).values():
        why = _why_unread(shown, found_by_readers, survey)
        if why is None:
            continue
        technology = shown.technology
        file = next(iter([*shown.marked, *shown.placed, *shown.manifests]))
        kind: Literal["document", "framework"]
        kind = "document" if shown.kind == "document" else "framework"
        count = shown.serving + shown.places
        before = by_name.get(technology.name)  # the same library in another language
        if before is not None:
            count, file = count + before.files, before.file
        by_name[technology.name] = Unread(kind, technology.name, count, file, why)
    return [by_name[name] for name in sorted(by_name, key=str.lower)]


def in_use(survey: Survey) -> dict[str, int]:
    """Return the technologies that are in use, each with how many files show it."""
    files: dict[str, int] = {}
    for shown in _shown(survey).values():
        if shown.serving or shown.places or shown.manifests:
            name = shown.technology.name
            files[name] = files.get(name, 0) + shown.serving + shown.places
    return dict(sorted(files.items(), key=lambda row: row[0].lower()))


def _shown(survey: Survey) -> dict[str, _Shown]:
    shown: dict[str, _Shown] = {}

    for row in survey.technologies:
        if row.name in ecosystems.by_name():
            _of(row.name, shown).add(row)
    for dependency in survey.dependencies:
        key = of_dependency(dependency)
        if key is not None:
            _of(key, shown).manifests.append(dependency.file)
    for entry in shown.values():  # where it is not in use, another one may lay out files alike
        if not (entry.manifests or entry.marked):
            entry.places = 0
            entry.placed.clear()
    return shown


def _of(key: str, shown: dict[str, _Shown]) -> _Shown:
    if key not in shown:
        shown[key] = _Shown(ecosystems.by_name()[key], key.partition("/")[0])
    return shown[key]


def _why_unread(shown: _Shown, found_by_readers: set[str], survey: Survey) -> str | None:
    """Say why nothing of a technology is in the map; None where something is, or none serves."""
    technology = shown.technology
    readers = set(technology.readers.split())
    is_serving = bool(shown.serving or shown.places)
    if not readers.isdisjoint(found_by_readers):
        return None
    if technology.by_place and not shown.places:
        return None
    if not readers:
        return _without_reader(shown, survey) if is_serving or shown.manifests else None
    # What is only imported, or only asked for, may be there for another library's sake.
    missing = [
        noun
        for noun, rows in (
            ("endpoint", survey.endpoints),
            ("table", survey.tables),
            ("job", survey.jobs),
        )
        if f"{noun}s" in technology.gives and (is_serving or not rows)
    ]
    is_there = is_serving or shown.manifests
    return f"no {' and no '.join(missing)} of it was understood" if missing and is_there else None


def _without_reader(shown: _Shown, survey: Survey) -> str | None:
    technology = shown.technology
    if technology.clients and not shown.serving and survey.endpoints:
        return None
    if technology.gives == "contracts":
        return "no reader knows it: what it describes is not compared with the code"
    return f"no reader knows it: its {technology.gives} are not in the map"


def as_row(gap: Unread) -> NotUnderstood:
    """Return what is said of it beside the files that were not understood."""
    return NotUnderstood(gap.file, 1, f"{gap.title}: {gap.reason}")
