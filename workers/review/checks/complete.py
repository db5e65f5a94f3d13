"""Complete: both files are there, nothing of the template is left, no section is empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.deliverables.profile import OVERALL
from workers.delivery.delivery import problem
from workers.delivery.notes import key
from workers.delivery.outline import FORMS_COMMENT, is_template_text, outline
from workers.repository.source import fold
from workers.review.checks.caps import is_unrated, score_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Place, Problem
    from workers.deliverables.profile import ScoreRow
    from workers.delivery.delivery import Delivery
    from workers.delivery.notes import Line, Notes, Section

FINDING_PARTS = ("What", "Recommendation", "Effort", "Validation")
_FILLERS = frozenset({"", "n/a", "na", "not applicable", "nothing", "nil", "none", "no"})
_MAY_BE_NONE = key("Unresolved Issues & Handoff")
FUTURE = frozenset({_MAY_BE_NONE, key("Priority Actions")})
NOT_APPLICABLE = lazy_pattern(r"\s*not applicable\s*:\s*(.*)", re.IGNORECASE)
_LABEL = lazy_pattern(r"\s*([A-Za-z][A-Za-z ]{0,30})\s*:\s*(.*)", re.DOTALL)
_PLACEHOLDER = lazy_pattern(
    r"\[(?:describe|insert|add|your|fill|list|enter|placeholder)\b[^\]]*\][.:]?"
    r"|[(\[*_]?(?:(?:tbd|tba)(?: \w{1,10}){0,2}|to be (?:determined|defined|done|decided)|todo"
    r"|fixme|xxx|\.\.\.|\u2026|\?{2,}|\{\{ ?[A-Z][A-Z0-9_]* ?\}\}|lorem ipsum.*"
    r"|<(?:describe|insert|add|your|fill|enter)\b[^>]*>)[)\]*_]?[.:]?",
    re.IGNORECASE,
)
_TO_DO = lazy_pattern(r"\s*(?:TODO|TBD|FIXME)\s*[:\u2013\u2014-]\s*\w")
# Keys of statements. Names, paths, types and example bodies may well be "todo" or "...".
_STATEMENTS = frozenset(
    "title description recommendation validation action impact summary area reason"
    " unresolved".split()
)
_ARGUED = frozenset({"title", "description", "recommendation", "validation"})
_PLAIN_NUMBER = lazy_pattern(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)(?:\s*/\s*10)?")
_UNRATED = lazy_pattern(r"not rated|null|none|n/?a|-", re.IGNORECASE)
_FILES_ANALYZED = lazy_pattern(r"\s*Files analyzed\s*:\s*(.*)", re.IGNORECASE)


def deliverables_are_readable(delivery: Delivery) -> Iterator[Problem]:
    """Both deliverables are there and are text."""
    yield from delivery.reading_problems


def no_template_text_is_left(delivery: Delivery) -> Iterator[Problem]:
    """Every instruction of the templates was replaced."""
    message = "text of the template is left"
    hint = "Replace each FILL by what you found; remove the row or level 3 section you do not need."
    unmarked = "It is the template's instruction, word for word: write what you found instead."
    template = outline(delivery.worker, delivery.kind)
    for number, text in _written(delivery):
        if template.is_instruction(text):
            fix = hint if is_template_text(text) else unmarked
            yield problem("S05", message, fix, delivery.in_notes(number))
    for comment in delivery.notes.comments if delivery.notes else ():
        if comment.text.lstrip().startswith(FORMS_COMMENT):
            fault = "the comment with the forms is left"
            place = delivery.in_notes(comment.number)
            yield problem("S05", fault, "Delete it, from `<!-- FORMS` to `-->`.", place)
        elif "FILL:" in comment.text:
            yield problem("S05", message, hint, delivery.in_notes(comment.number))
    for pointer, text in delivery.texts:
        if not pointer.endswith("/snippet") and template.is_instruction(text):
            fix = hint if is_template_text(text) else unmarked
            yield problem("S05", message, fix, delivery.in_json(pointer))


def _written(delivery: Delivery) -> Iterator[tuple[int, str]]:
    """Yield line and text of all that the worker wrote himself: no quotations, no table cells.

    Bare FILL in a table is a word of the domain, save in the summary, where scores are checked.
    """
    summary = key(delivery.profile.summary_heading)
    for section in delivery.notes.sections if delivery.notes else ():
        yield section.number, section.title.split(": ", 1)[-1]
        for line in section.lines:
            if not line.in_table or "FILL:" in line.text or section.key == summary:
                yield line.number, line.text
        for fence in section.fences:
            for offset, text in enumerate(fence.content.split("\n"), 1):
                if not fence.quotes and text.lstrip().startswith("FILL:"):
                    yield fence.number + offset, text


def no_placeholder_is_left(delivery: Delivery) -> Iterator[Problem]:
    """No placeholder takes the place of a statement."""
    heading = ""
    for section in delivery.notes.sections if delivery.notes else ():
        heading = section.key if section.level <= 2 else heading
        title = section.title.split(": ", 1)[-1]
        if _PLACEHOLDER.fullmatch(fold(title)):
            yield _placeholder_problem(title, delivery.in_notes(section.number))
        for line in section.lines:
            left = None if line.in_table else _placeholder(line, to_do=heading not in FUTURE)
            if left:
                yield _placeholder_problem(left, delivery.in_notes(line.number))
    for pointer, text in _statements(delivery):
        is_missing = pointer.startswith("/findings/") and _key(pointer) in _ARGUED
        if (is_missing and _is_filler(text)) or _PLACEHOLDER.fullmatch(fold(text)):
            yield _placeholder_problem(text, delivery.in_json(pointer))


def _statements(delivery: Delivery) -> Iterator[tuple[str, str]]:
    """Yield pointer and text of what the JSON states; without a letter or digit it is empty."""
    names = _STATEMENTS | delivery.profile.statements
    samples = delivery.profile.samples | {"snippet"}
    for pointer, text in delivery.texts:
        is_statement = _key(pointer) in names and samples.isdisjoint(pointer.split("/"))
        if is_statement and re.search(r"\w", text):
            yield pointer, text


def _key(pointer: str) -> str:
    """Return the last key of a pointer, positions left out."""
    return next((part for part in reversed(pointer.split("/")) if not part.isdecimal()), "")


def _placeholder(line: Line, *, to_do: bool) -> str | None:
    """Return what a line says instead of a statement, None if it is one."""
    label = _LABEL.fullmatch(line.prose)
    if label and label[1].strip().upper() in {"TABLE", "SERVICE", "ENDPOINT"}:
        return None
    if to_do and _TO_DO.match(line.prose):
        return fold(line.prose)
    statement = fold(label[2] if label and label[2].strip() else line.prose)
    # `prose` lacks the code spans: "..." beside code is punctuation.
    return statement if not line.spans and _PLACEHOLDER.fullmatch(statement) else None


def _placeholder_problem(text: str, place: Place) -> Problem:
    hint = "Write what you found, or remove it."
    return problem("S06", f"{shown(text, 60)} says nothing: a placeholder is left", hint, place)


def required_headings_are_there_once(delivery: Delivery) -> Iterator[Problem]:
    """The level 2 headings of the template are there, each once."""
    notes = delivery.notes
    if notes is None:
        return
    for title in outline(delivery.worker, delivery.kind).headings:
        sections = [section for section in notes.of_level(2) if section.key == key(title)]
        if not sections:
            message = f"the heading `## {title}` is missing"
            yield problem("S07", message, _heading_hint(notes, title), delivery.in_notes())
        elif len(sections) > 1:
            lines = " and ".join(str(section.number) for section in sections[:5])
            message = f"the heading `## {title}` appears at lines {lines}"
            place = delivery.in_notes(sections[1].number)
            yield problem("S08", message, "Keep one, with both texts below it.", place)


def _heading_hint(notes: Notes, title: str) -> str:
    for section in notes.sections:
        if section.level and section.key == key(title):
            where = f"line {section.number} as level {section.level}"
            return f"It is at {where}: make it `## {title}`."
    import difflib

    others = {section.title: section.number for section in notes.of_level(2)}
    close = difflib.get_close_matches(title, list(others)[:100], 1, cutoff=0.5)
    if close:
        return f"Rename {shown(close[0], 60)} at line {others[close[0]]} to `## {title}`."
    return f"Add `## {title}`, with its text or `Not applicable: <reason>`."


def sections_have_something_in_them(delivery: Delivery) -> Iterator[Problem]:
    """No section is empty, and what does not apply has a reason."""
    notes = delivery.notes
    if notes is None:
        return
    required = {key(title) for title in outline(delivery.worker, delivery.kind).headings}
    heading = ""
    for section in notes.sections:
        heading = section.key if section.level <= 2 else heading
        is_required = section.level == 2 and section.key in required
        is_part = section.level > 2 and not delivery.profile.finding_id.search(section.title)
        if is_required or is_part:
            fault = _emptiness(section, notes, may_be_none=heading == _MAY_BE_NONE)
            if fault:
                message = f"the section {shown(section.title)} {fault}"
                hint = "Write its text, or remove the heading."
                if section.level == 2:
                    hint = "Write its text, or `Not applicable: <reason>`."
                yield problem("S09", message, hint, delivery.in_notes(section.number))


def _emptiness(section: Section, notes: Notes, *, may_be_none: bool) -> str | None:
    for line in section.lines:
        match = NOT_APPLICABLE.fullmatch(line.text)
        if match and not re.search(r"\w", match[1]):
            return "does not apply, without a reason"
    whole = notes.whole(section)
    if any(has_content(one) for one in whole):
        return None
    if may_be_none and any(re.search(r"\w", line.text) for one in whole for line in one.lines):
        return None
    return "has nothing in it"


def _is_filler(text: str) -> bool:
    return fold(text).strip(" .!*_-").casefold() in _FILLERS


def has_content(section: Section) -> bool:
    """Tell whether anything is said between a heading and the next one."""
    if any(re.search(r"\w", fence.content) for fence in section.fences):
        return True
    return any(re.search(r"\w", line.text) and not _is_filler(line.text) for line in section.lines)


def fences_are_closed(delivery: Delivery) -> Iterator[Problem]:
    """Every code fence and comment is closed."""
    for fence in delivery.notes.unclosed if delivery.notes else ():
        what = "comment" if fence.language == "<!--" else "code fence"
        message = f"the {what} opened at line {fence.number} is never closed"
        hint = "Close it: a fence with the same marker on a line of its own, a comment with -->."
        yield problem("S10", message, hint, delivery.in_notes(fence.number))


def summary_is_complete(delivery: Delivery) -> Iterator[Problem]:
    """The title, the scores and the number of files are there, each once; null has a reason."""
    notes = delivery.notes
    if notes is None:
        return
    if not any(section.title.strip() for section in notes.of_level(1)):
        session = delivery.expected.session_id or "<session>"
        title = re.sub(
            r"\{\{.*?\}\}", lambda _: session, outline(delivery.worker, delivery.kind).title
        )
        hint = f"Begin with `# {title}`."
        yield problem("S11", "the title (a level 1 heading) is missing", hint, delivery.in_notes(1))
    summary = notes.named(delivery.profile.summary_heading)
    if summary is None or not any(has_content(one) for one in notes.whole(summary)):
        return  # reported as a missing heading or an empty section
    for row in delivery.profile.score_rows:
        yield from _score_row_problem(delivery, row, summary.number)
    if delivery.profile.scores:
        yield from _files_analyzed_problem(delivery, summary.number)


def _score_row_problem(delivery: Delivery, row: ScoreRow, heading: int) -> Iterator[Problem]:
    rows = score_rows(delivery, row.label)
    line, value = rows[0] if rows else (heading, "")
    unrated = is_unrated(delivery, row.key)
    if len(rows) > 1:
        line, fault = rows[1][0], "appears twice"
    elif unrated and _UNRATED.fullmatch(value):
        yield from _unrated_for_no_reason(delivery, row)
        return
    elif is_template_text(value) or _number(value) is not None:
        return
    else:
        fault = f"reads {shown(value, 40)}" if value else "is missing"
    number = score_of(delivery, row.key)
    if unrated:
        hint = f"Write `| {row.label} | Not rated |` once, as {row.key} is null."
        yield problem("S12", f"the score {row.label} {fault}", hint, delivery.in_notes(line))
        return
    value = "N" if number is None else f"{number:g}"
    hint = f"Write `| {row.label} | {value} |` once, a plain number from 0 to 10, as in {row.key}."
    yield problem("S12", f"the score {row.label} {fault}", hint, delivery.in_notes(line))


def _unrated_for_no_reason(delivery: Delivery, row: ScoreRow) -> Iterator[Problem]:
    """Yield a problem unless `not_examined` names what is not rated; the mean needs no reason."""
    stated = " ".join(text for at, text in delivery.texts if at.startswith("/not_examined/"))
    if row is not OVERALL and row.label.casefold() not in stated.casefold():
        hint = f'Add to not_examined why: {{"area": "{row.label} score", "reason": ...}}.'
        place = delivery.in_json(f"/scores/{row.key}")
        yield problem("S12", f"the score {row.key} is null, and nothing says why", hint, place)


def _files_analyzed_problem(delivery: Delivery, heading: int) -> Iterator[Problem]:
    lines = files_analyzed_lines(delivery)
    if len(lines) == 1:
        text = lines[0][1]
        if is_template_text(text) or files_told(text) is not None:
            return
    files = delivery.object("analysis_metadata").get("files_analyzed")
    length = len(files) if isinstance(files, list) else "N"
    hint = f"Write `Files analyzed: {length}` once below the table, the length of files_analyzed."
    fault = "appears twice" if len(lines) > 1 else "is missing or has no number"
    place = delivery.in_notes(lines[-1][0] if lines else heading)
    yield problem("S13", f"the line `Files analyzed: N` {fault}", hint, place)


def _summary(delivery: Delivery) -> list[Section]:
    """Return the sections of the summary, none where there is no such heading."""
    notes = delivery.notes
    summary = notes.named(delivery.profile.summary_heading) if notes else None
    return notes.whole(summary) if notes and summary else []


def score_rows(delivery: Delivery, label: str) -> list[tuple[int, str]]:
    """Return line and cell of each row of a label in the summary's tables."""
    return [
        (line, cells[1])
        for section in _summary(delivery)
        for line, cells in section.rows
        if len(cells) > 1 and key(cells[0]) == key(label)
    ]


def notes_score(delivery: Delivery, label: str) -> tuple[int, float] | None:
    """Return line and value of a score in the notes, None unless it is one plain number."""
    rows = score_rows(delivery, label)
    value = _number(rows[0][1]) if len(rows) == 1 else None
    return None if value is None else (rows[0][0], value)


def _number(cell: str) -> float | None:
    match = _PLAIN_NUMBER.fullmatch(cell)
    return float(match[1]) if match and float(match[1]) <= 10 else None


def files_analyzed_lines(delivery: Delivery) -> list[tuple[int, str]]:
    """Return line and value of each `Files analyzed:` in the summary."""
    lines = [line for section in _summary(delivery) for line in section.lines]
    matches = ((line.number, _FILES_ANALYZED.fullmatch(line.text)) for line in lines)
    return [(number, match[1].strip().rstrip(".")) for number, match in matches if match]


def files_told(text: str) -> int | None:
    """Read the number of `Files analyzed: 39` or `39 files`, None if there is none."""
    match = re.match(r"([0-9]{1,7})(?![0-9.,]*[0-9])", text)
    return int(match[1]) if match else None


def findings_have_all_parts(delivery: Delivery) -> Iterator[Problem]:
    """Every finding in the notes says what, what to do, how long, and how to check."""
    notes = delivery.notes
    for finding_id, section in delivery.meant_findings:
        whole = notes.whole(section) if notes else []
        missing = [part for part in FINDING_PARTS if not _has_part(whole, part)]
        if missing:
            labels = ", ".join(f"**{part}:**" for part in missing)
            yield problem(
                "S14",
                f"in {finding_id} the part {labels} is missing or says nothing",
                "Write each label at the start of a line, with its text behind it.",
                delivery.in_notes(section.number),
            )


def _has_part(sections: list[Section], part: str) -> bool:
    """Tell whether a label is there with something said, or shown in a fence, before the next."""
    labels = {one.casefold() for one in (*FINDING_PARTS, "Evidence")}
    for section in sections:
        blocks: list[tuple[int, str, bool]] = [(f.number, f.content, True) for f in section.fences]
        blocks += [(line.number, line.text, False) for line in section.lines]
        inside = False
        for _, text, is_fence in sorted(blocks, key=lambda block: block[0]):
            match = None if is_fence else _LABEL.fullmatch(text)
            label = match[1].strip().casefold() if match else ""
            if match and label in labels:
                inside = label == part.casefold()
                text = match[2]  # noqa: PLW2901 - what stands behind the label
            if inside and re.search(r"\w", text) and not _is_filler(text):
                return True
    return False
