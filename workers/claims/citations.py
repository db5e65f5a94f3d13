"""Citations: collected from notes and JSON, each judged once against the repository."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sessions.errors import shown
from workers.delivery.delivery import problem
from workers.delivery.json_lines import escape
from workers.delivery.outline import is_template_text
from workers.repository.names import difference
from workers.repository.repository import Refused
from workers.repository.source import Absent, Elsewhere, Located, Source, Unclear, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import TypeIs

    from workers.contract import Place, Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository
    from workers.repository.source import Match

# Lists of answers: beside the entries, they may cite too.
ANSWERS = ("checklists", "completion_criteria")
TELLING_CHARACTERS = 8

Status = Literal["verified", "stale", "not_found", "unverifiable"]
STATUSES: tuple[Status, ...] = ("verified", "stale", "not_found", "unverifiable")


class Cited(NamedTuple):
    """A citation as a claim: lines from 1, the end included."""

    path: str
    line: int
    end_line: int | None
    place: Place
    quotation: str | None = None
    in_prose: bool = False


class Judged(NamedTuple):
    """What became of a citation; a problem stands beside every status but verified."""

    cited: Cited
    status: Status
    problem: Problem | None = None


@lru_cache(maxsize=4)
def judged(delivery: Delivery) -> tuple[Judged, ...]:
    """Judge every citation of a delivery, in the order of the files."""
    notes = [
        one
        for alternatives in _in_notes(delivery)
        for one in _judge_alternatives(delivery.repository, alternatives)
    ]
    in_json = [judge(delivery.repository, cited) for cited in _in_json(delivery)]
    return (*notes, *in_json)


def _in_notes(delivery: Delivery) -> Iterator[list[Cited]]:
    """Yield citations; more than one where an Evidence line before a fence names several."""
    notes = delivery.notes
    if notes is None:
        return
    for in_prose, citations in ((False, notes.citations()), (True, notes.mentions())):
        for c in citations:
            place = delivery.in_notes(c.at)
            yield [Cited(c.path, c.line, c.end_line, place, in_prose=in_prose)]
    for fence in notes.quotations():
        yield [
            Cited(c.path, c.line, c.end_line, delivery.in_notes(c.at), fence.content)
            for c in fence.quotes
        ]


def _judge_alternatives(repository: Repository, alternatives: list[Cited]) -> list[Judged]:
    """Judge citations of one Evidence line: a quotation stands at one, files and lines of all."""
    quoting = [judge(repository, cited) for cited in alternatives]
    best = next((one for one in quoting if one.status == "verified"), quoting[0])
    others = (cited._replace(quotation=None) for cited in alternatives if cited is not best.cited)
    return [best, *(judge(repository, cited) for cited in others)]


def is_blank(repository: Repository, cited: Cited) -> bool:
    """Tell whether the cited lines, which exist, are all empty."""
    source = repository.source(cited.path)
    last = cited.end_line if cited.end_line is not None else cited.line
    return isinstance(source, Source) and source.is_blank(cited.line, last)


@lru_cache(maxsize=4)
def evidence_items(delivery: Delivery) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return pointer and object of every item of evidence in the JSON, wherever it is.

    Also of what no profile knows: nobody else would open what is cited there.
    """
    known = (*delivery.lists, *ANSWERS)
    names = [name for name in dict.fromkeys((*known, *delivery.data)) if name in delivery.data]
    samples = delivery.profile.samples
    return tuple(
        item
        for name in names
        for item in _evidence_below(delivery.data[name], f"/{escape(name)}", samples)
    )


def _evidence_below(
    value: Any, pointer: str, samples: frozenset[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the items of evidence of a value and of what it holds, samples left out."""
    if isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _evidence_below(inner, f"{pointer}/{position}", samples)
    elif isinstance(value, dict):
        items = value.get("evidence")
        for position, item in enumerate(items if isinstance(items, list) else []):
            if isinstance(item, dict):
                yield f"{pointer}/evidence/{position}", item
        for name, inner in value.items():
            if name != "evidence" and name not in samples:
                yield from _evidence_below(inner, f"{pointer}/{escape(name)}", samples)


def _in_json(delivery: Delivery) -> Iterator[Cited]:
    """Yield the citations of well-formed evidence; the schema speaks of the rest."""
    for pointer, item in evidence_items(delivery):
        file, line, end_line = item.get("file"), item.get("line"), item.get("end_line")
        if not isinstance(file, str) or is_template_text(file) or not _is_line(line):
            continue
        snippet = item.get("snippet")
        yield Cited(
            file,
            line,
            end_line if _is_line(end_line) else None,
            delivery.in_json(pointer),
            snippet if isinstance(snippet, str) and snippet.strip() else None,
        )


def cited_lines(delivery: Delivery, entry: dict[str, Any]) -> Iterator[tuple[Source, int, int]]:
    """Yield file, first and last line of an entry's evidence, where they exist."""
    items = entry.get("evidence")
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        file, line, end_line = item.get("file"), item.get("line"), item.get("end_line")
        if not isinstance(file, str) or not _is_line(line):
            continue
        source = delivery.repository.source(file)
        last = end_line if _is_line(end_line) and end_line >= line else line
        if not isinstance(source, Refused) and last <= source.line_count:
            yield source, line, last


def _is_line(value: Any) -> TypeIs[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def judge(repository: Repository, cited: Cited) -> Judged:
    """Judge one citation: file, lines, quotation."""
    source = repository.source(cited.path)
    if isinstance(source, Refused):
        return _refused(repository, cited, source)
    span = f"{cited.line}-{cited.end_line}" if cited.end_line is not None else f"{cited.line}"
    last = cited.end_line if cited.end_line is not None else cited.line
    if not source.has(cited.line, last):
        return _no_such_lines(cited, source, span)
    if cited.quotation is None:
        return Judged(cited, "verified")
    if not fold(cited.quotation):
        hint = "Quote the cited lines, or remove the fence."
        return _not_found(
            cited, "E05", f"the quotation of `{shown_path(cited.path)}` is empty", hint
        )
    location = source.locate(cited.quotation, cited.line, cited.end_line)
    if isinstance(location, Located):
        return Judged(cited, "verified")
    if isinstance(location, Elsewhere):
        return _elsewhere(cited, source, location)
    if isinstance(location, Unclear):
        return _unclear(cited, source, location)
    return _absent(cited, source, location)


def meant_path(path: str, near: str) -> str:
    """Return the hint that names a path which may be meant; and how it differs, unseen."""
    if not near:
        return ""
    differs = difference(path, near)
    return f"Did you mean `{shown_path(near)}`?" + (f" {differs}." if differs else "")


def shown_path(path: str) -> str:
    """Return a path for a message, escaped and bounded, without quotes."""
    return shown(path, 200)[1:-1]


def _not_found(cited: Cited, code: str, message: str, hint: str) -> Judged:
    return Judged(cited, "not_found", problem(code, message, hint, cited.place))


def _refused(repository: Repository, cited: Cited, refused: Refused) -> Judged:
    path = shown_path(cited.path)
    near = repository.meant(cited.path, refused, cited.quotation)
    if not near and cited.in_prose and refused.foreign:
        hint = "Say of which library it is; only files of the repository are evidence."
        message = f"`{path}` is no file of the repository, so it is not checked"
        return Judged(cited, "unverifiable", problem("E12", message, hint, cited.place))
    if near and cited.place.pointer is not None:
        near = str(repository.root / near)
    meant = meant_path(cited.path, near)
    faults = {
        "missing": ("E01", "does not exist", meant or "Cite a file that exists, or drop it."),
        "outside": ("E02", "lies outside the repository", meant or "Cite a file below the root."),
        "not_a_file": ("E03", "is not a regular file", "Cite a text file and a line of it."),
        "not_text": ("E03", "is not a text file", "Cite a text file."),
        "own": ("E09", "is no content of the repository", "Cite the code that it speaks of."),
    }
    if refused.reason in faults:
        code, what, hint = faults[refused.reason]
        return _not_found(cited, code, f"`{path}` {what}", hint)
    what = {"too_large": "is too large to be checked"}.get(refused.reason, "cannot be read")
    hint = "Cite another file if one shows the same."
    return Judged(cited, "unverifiable", problem("E12", f"`{path}` {what}", hint, cited.place))


def _no_such_lines(cited: Cited, source: Source, span: str) -> Judged:
    if cited.end_line is not None and cited.end_line < cited.line:
        hint = f"Write the lower line first: {cited.end_line}-{cited.line}."
        message = f"the range {span} of `{source.path}` runs backwards"
        return _not_found(cited, "E04", message, hint)
    message = f"`{shown_path(source.path)}` has {source.line_count} lines, not line {span}"
    hint = "Cite a line that exists."
    if cited.quotation and fold(cited.quotation):
        location = source.locate(cited.quotation, cited.line, cited.end_line)
        hint = _stands_at(cited, location.nearest) if isinstance(location, Elsewhere) else hint
    return _not_found(cited, "E04", message, hint)


def _stands_at(cited: Cited, nearest: Match) -> str:
    lines = _span(nearest)
    if cited.place.pointer is not None:
        end = "" if nearest.first == nearest.last else f', "end_line": {nearest.last}'
        if not end and cited.end_line is not None:
            end = ', and remove "end_line"'
        return f'It is at line {lines}: write "line": {nearest.first}{end}.'
    return f"It is at line {lines}: cite `{shown_path(cited.path)}:{lines}`."


def _span(match: Match) -> str:
    return f"{match.first}" if match.first == match.last else f"{match.first}-{match.last}"


def _elsewhere(cited: Cited, source: Source, location: Elsewhere) -> Judged:
    where = f"lines {cited.line}-{cited.end_line}" if cited.end_line else f"line {cited.line}"
    message = f"the quotation is not at {where} of `{shown_path(source.path)}`"
    hint = _stands_at(cited, location.nearest)
    return Judged(cited, "stale", problem("E06", message, hint, cited.place))


def _unclear(cited: Cited, source: Source, location: Unclear) -> Judged:
    path = shown_path(source.path)
    if location.reason == "encoding":
        message = f"`{path}` is not UTF-8, so the quotation cannot be compared"
        hint = "Quote lines of ASCII characters."
    else:
        message = (
            f"`{path}` contains bytes there that are no text, so the quotation cannot be compared"
        )
        hint = "Quote other lines if they show the same."
    return Judged(cited, "unverifiable", problem("E12", message, hint, cited.place))


def _absent(cited: Cited, source: Source, location: Absent) -> Judged:
    path, begins = shown_path(source.path), location.begins
    where = "does not follow there in" if begins else "is not in"
    message = f"the quoted line {shown(location.line, 80)} {where} `{path}`"
    hint = "Copy the lines from the file as they are, nothing left out."
    if begins:
        unit = "line" if begins.first == begins.last else "lines"
        hint = f"Its beginning is at {unit} {_span(begins)}; what follows there differs. {hint}"
    return Judged(cited, "not_found", problem("E05", message, hint, cited.place))
