"""Complete: both files are there, nothing of the template is left, no section is empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from workers.delivery import problem
from workers.evidence import LISTS, evidence_items
from workers.notes import FINDING_ID, Section, key
from workers.outline import FORMS_COMMENT, MARK, outline, score_key
from workers.repository import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery import Delivery
    from workers.notes import Notes

FINDING_PARTS = ("What", "Recommendation", "Effort", "Validation")
_FILLERS = frozenset({"", "n/a", "na", "not applicable", "nothing", "nil", "-", "none"})
_MAY_BE_NONE = "Unresolved Issues & Handoff"
_NOT_APPLICABLE = re.compile(r"\s*not applicable\s*:\s*(.*)", re.IGNORECASE)
_LABEL = re.compile(r"\s*([A-Za-z][A-Za-z ]{0,30})\s*:\s*(.*)", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"(?:tbd|tba|todo|fixme|xxx|\.\.\.|…"
    r"|\[(?:describe|insert|add|your|fill|list|enter|todo|tbd|placeholder)\b[^\]]*\]"
    r"|<(?:describe|insert|add|your|fill|enter)\b[^>]*>)[.:]?",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"\{\{\s*[A-Z][A-Z0-9_]*\s*\}\}")
_LOREM = re.compile(r"lorem ipsum", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,6})?")
_FILES_ANALYZED = re.compile(r"\s*Files analyzed\s*:\s*(.*)", re.IGNORECASE)


def deliverables_are_readable(delivery: Delivery) -> Iterator[Problem]:
    """Both deliverables are there and are text."""
    yield from delivery.reading_problems


def no_template_text_is_left(delivery: Delivery) -> Iterator[Problem]:
    """Every instruction of the templates was replaced."""
    message = "text of the template is left"
    hint = "Replace each FILL by what you found; remove the row or level 3 section you do not need."
    template = outline(delivery.worker.name)
    for section in delivery.notes.sections if delivery.notes else ():
        for line in section.lines:
            if template.is_instruction(line.text):
                yield problem("S05", message, hint, delivery.in_notes(line.number))
    for comment in delivery.notes.comments if delivery.notes else ():
        if comment.text.lstrip().startswith(FORMS_COMMENT):
            yield problem(
                "S05",
                "the comment with the forms is left",
                "Delete it, from `<!-- FORMS` to `-->`.",
                delivery.in_notes(comment.number),
            )
    for pointer, text in texts_in(delivery.data):
        if template.is_instruction(text):
            yield problem("S05", message, hint, delivery.in_json(pointer))


def no_placeholder_is_left(delivery: Delivery) -> Iterator[Problem]:
    """No placeholder stands where a statement should."""
    for section in delivery.notes.sections if delivery.notes else ():
        for line in section.lines:
            found = _placeholder(line.prose, in_code=bool(line.spans))
            if found:
                yield _placeholder_problem(found, delivery.in_notes(line.number))
    for pointer, text in texts_in(delivery.data):
        if not pointer.endswith("/snippet") and _is_placeholder(text):
            yield _placeholder_problem(text, delivery.in_json(pointer))


def _placeholder(prose: str, *, in_code: bool) -> str | None:
    variable = _VARIABLE.search(prose) or _LOREM.search(prose)
    if variable:
        return variable[0]
    label = _LABEL.fullmatch(prose)
    said = label[2] if label and label[2].strip() else prose
    # `prose` lacks the code spans: "..." beside code is punctuation.
    return fold(said) if not in_code and _is_placeholder(said) else None


def _is_placeholder(text: str) -> bool:
    return _PLACEHOLDER.fullmatch(fold(text)) is not None or (
        _VARIABLE.fullmatch(fold(text)) is not None
    )


def _placeholder_problem(found: str, place: Any) -> Problem:
    hint = "Write what you found, or remove the line."
    return problem("S06", f"the placeholder {shown(found, 60)} is left", hint, place)


def texts_in(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield pointer and text of every string in a JSON value, keys aside."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            escaped = name.replace("~", "~0").replace("/", "~1")
            yield from texts_in(inner, f"{pointer}/{escaped}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from texts_in(inner, f"{pointer}/{position}")


def required_headings_are_there_once(delivery: Delivery) -> Iterator[Problem]:
    """The level 2 headings of the template are there, each once."""
    notes = delivery.notes
    if notes is None:
        return
    for title in outline(delivery.worker.name).headings:
        found = [section for section in notes.of_level(2) if section.key == key(title)]
        if not found:
            yield problem(
                "S07",
                f"the heading `## {title}` is missing",
                _heading_hint(notes, title),
                delivery.in_notes(),
            )
        elif len(found) > 1:
            lines = " and ".join(str(section.number) for section in found)
            yield problem(
                "S08",
                f"the heading `## {title}` stands at lines {lines}",
                "Keep one, with both texts below it.",
                delivery.in_notes(found[1].number),
            )


def _heading_hint(notes: Notes, title: str) -> str:
    for section in notes.sections:
        if section.level and section.key == key(title):
            where = f"line {section.number} as level {section.level}"
            return f"It stands at {where}: make it `## {title}`."
    import difflib

    others = {section.title: section.number for section in notes.of_level(2)}
    close = difflib.get_close_matches(title, others, 1, cutoff=0.5)
    if close:
        return f"Rename {shown(close[0], 60)} at line {others[close[0]]} to `## {title}`."
    return f"Add `## {title}`, with its text or `Not applicable: <reason>`."


def sections_have_something_in_them(delivery: Delivery) -> Iterator[Problem]:
    """No section is empty, and what does not apply has a reason."""
    notes = delivery.notes
    if notes is None:
        return
    required = {key(title) for title in outline(delivery.worker.name).headings}
    for section in notes.sections:
        if (section.level == 2 and section.key in required) or (
            section.level > 2 and not FINDING_ID.match(section.title)
        ):
            yield from _empty(delivery, section, notes.whole(section))


def _empty(delivery: Delivery, section: Section, whole: list[Section]) -> Iterator[Problem]:
    place = delivery.in_notes(section.number)
    for line in section.lines:
        match = _NOT_APPLICABLE.fullmatch(line.text)
        if match and not re.search(r"\w", match[1]):
            hint = "Write `Not applicable: <reason>`, or remove a level 3 heading."
            message = f"the section {shown(section.title)} does not apply, without a reason"
            yield problem("S09", message, hint, delivery.in_notes(line.number))
            return
    if any(has_content(one) for one in whole):
        return
    if section.key == key(_MAY_BE_NONE) and _said(section) == "none":
        return
    hint = (
        "Write its text, or `Not applicable: <reason>`."
        if section.level == 2
        else "Write its text, or remove the heading."
    )
    yield problem("S09", f"the section {shown(section.title)} has nothing in it", hint, place)


def _said(section: Section) -> str:
    return fold(" ".join(line.text for line in section.lines)).strip(" .!*_").casefold()


def has_content(section: Section) -> bool:
    """Tell whether anything is said between a heading and the next one."""
    if any(fence.content.strip() for fence in section.fences):
        return True
    said = _said(section)
    return said not in _FILLERS and re.search(r"\w", said) is not None


def fences_are_closed(delivery: Delivery) -> Iterator[Problem]:
    """Every code fence is closed."""
    for fence in delivery.notes.unclosed if delivery.notes else ():
        message = f"the code fence opened at line {fence.number} is never closed"
        hint = "Close it with the same marker on a line of its own."
        yield problem("S10", message, hint, delivery.in_notes(fence.number))


def summary_is_complete(delivery: Delivery) -> Iterator[Problem]:
    """The title, the four scores and the number of files are there."""
    notes = delivery.notes
    if notes is None:
        return
    if not any(section.title.strip() for section in notes.of_level(1)):
        hint = "Begin with `# Backend notes: <session>`."
        yield problem("S11", "the title (a level 1 heading) is missing", hint, delivery.in_notes(1))
    summary = notes.named("Executive Summary")
    if summary is None or not any(has_content(one) for one in notes.whole(summary)):
        return  # told by the headings or by the empty section
    rows = score_rows(notes)
    for label in outline(delivery.worker.name).scores:
        line, value = rows.get(key(label), (summary.number, ""))
        if not MARK.search(value) and _number(value) is None:
            found = f"reads {shown(value, 40)}" if value else "is missing"
            yield problem(
                "S12",
                f"the score {label} {found}",
                f"Write `| {label} | N |`, a plain number from 0 to 10, as in {score_key(label)}.",
                delivery.in_notes(line),
            )
    told = files_analyzed_line(notes)
    if told is None or (not MARK.search(told[1]) and not told[1].isdecimal()):
        hint = "Write `Files analyzed: N` below the table, N the length of files_analyzed."
        line = told[0] if told else summary.number
        message = "the line `Files analyzed: N` is missing or has no number"
        yield problem("S13", message, hint, delivery.in_notes(line))


def score_rows(notes: Notes) -> dict[str, tuple[int, str]]:
    """Return line and cell of each row of the tables in the summary, by label."""
    summary = notes.named("Executive Summary")
    sections = notes.whole(summary) if summary else []
    return {
        key(cells[0]): (line, cells[1])
        for section in sections
        for line, cells in section.rows
        if len(cells) > 1
    }


def notes_score(notes: Notes, label: str) -> tuple[int, float] | None:
    """Return line and value of a score in the notes, None unless it is a plain number."""
    line, cell = score_rows(notes).get(key(label), (0, ""))
    value = _number(cell)
    return None if value is None else (line, value)


def _number(cell: str) -> float | None:
    if not _PLAIN_NUMBER.fullmatch(cell) or float(cell) > 10:
        return None
    return float(cell)


def files_analyzed_line(notes: Notes) -> tuple[int, str] | None:
    """Return line and value of `Files analyzed:` in the summary."""
    summary = notes.named("Executive Summary")
    for section in notes.whole(summary) if summary else []:
        for line in section.lines:
            match = _FILES_ANALYZED.fullmatch(line.text)
            if match:
                return line.number, match[1].strip().rstrip(".")
    return None


def findings_have_all_parts(delivery: Delivery) -> Iterator[Problem]:
    """Every finding in the notes says what, what to do, how long, and how to check."""
    notes = delivery.notes
    for finding_id, section in notes.findings() if notes else []:
        whole = notes.whole(section) if notes else []
        missing = [part for part in FINDING_PARTS if not _has_part(whole, part)]
        if missing:
            labels = ", ".join(f"**{part}:**" for part in missing)
            yield problem(
                "S14",
                f"{finding_id} lacks {labels}",
                "Add each label at the start of a line, with its text.",
                delivery.in_notes(section.number),
            )


def _has_part(sections: list[Section], part: str) -> bool:
    """Tell whether a label is there with something said before the next label."""
    for section in sections:
        inside = False
        for line in section.lines:
            match = _LABEL.fullmatch(line.text)
            label = match[1].strip().casefold() if match else ""
            if match and label == part.casefold():
                inside = True
                if re.search(r"\w", match[2]):
                    return True
            elif label in {p.casefold() for p in (*FINDING_PARTS, "Evidence")}:
                inside = False
            elif inside and re.search(r"\w", line.text):
                return True
    return False


def something_is_claimed(delivery: Delivery) -> Iterator[Problem]:
    """The report claims something that can be judged."""
    if delivery.notes is None or not delivery.parses:
        return
    notes = delivery.notes
    claims = (
        any(True for name in LISTS for _ in delivery.entries(name)),
        any(True for _ in evidence_items(delivery)),
        bool(notes.findings()),
        any(True for _ in notes.citations()),
        any(True for _ in notes.quotations()),
    )
    if not any(claims):
        hint = "Report what you found, with citations; nothing to judge is not a pass."
        message = "the report claims nothing: no finding, no entry, no citation"
        yield problem("S15", message, hint, delivery.in_json(""))
