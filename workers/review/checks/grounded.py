"""Grounded: what is cited exists in the user's repository and says what is quoted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from workers.claims.citations import (
    ANSWERS,
    TELLING_CHARACTERS,
    evidence_items,
    is_blank,
    judged,
    meant_path,
    shown_path,
)
from workers.deliverables.kinds import ANALYSIS
from workers.delivery.citation import mended
from workers.delivery.delivery import is_there, problem, text_of
from workers.delivery.outline import is_template_text
from workers.repository.repository import Refused
from workers.repository.source import Source, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.citations import Cited
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_WRITTEN_OUT = 50  # as many hints say what to write: more are never printed
_FILE_PROBLEMS = {"missing": "E01", "outside": "E02", "not_a_file": "E03", "own": "E09"}


def citations_hold(delivery: Delivery) -> Iterator[Problem]:
    """Cited files and lines exist, and quotations are there."""
    for citation in judged(delivery):
        if citation.problem:
            yield citation.problem


def evidence_lines_are_citations(delivery: Delivery) -> Iterator[Problem]:
    """Every Evidence line in the notes has a citation."""
    written_out = 0
    for section in delivery.notes.sections if delivery.notes else ():
        for line in section.broken_evidence:
            written_out += 1
            message = "the Evidence line has no well-formed citation, or one that is not"
            meant = ", ".join(f"`{shown_path(one)}`" for one in _mended(line.text, written_out))
            hint = (
                f"Write Evidence: {meant or '`path:line` or `path:line-end`, each in backticks'}."
            )
            yield problem("E07", message, hint, delivery.in_notes(line.number))
        for line in section.hidden_evidence:
            message = "the Evidence line is in a block of HTML, where it is not read"
            hint = "Leave a blank line between the HTML and it."
            yield problem("E07", message, hint, delivery.in_notes(line.number))
    for number, span in delivery.notes.broken_citations() if delivery.notes else ():
        written_out += 1
        meant = " and ".join(f"`{shown_path(one)}`" for one in _mended(span, written_out))
        hint = f"Write {meant or '`path:line` or `path:line-end`'}; two places are two citations."
        message = f"{shown(span, 80)} is no well-formed citation, so it is not checked"
        yield problem("E13", message, hint, delivery.in_notes(number))


def _mended(text: str, number: int) -> list[str]:
    return mended(text) if number <= _WRITTEN_OUT else []


def evidence_is_given(delivery: Delivery) -> Iterator[Problem]:
    """Every finding and every existing entry has evidence."""
    for name in (*delivery.lists, *ANSWERS):
        for pointer, entry in delivery.entries(name):
            status = text_of(entry, "status")
            if name != "findings" and not is_there(entry) and status not in {"done", "met"}:
                continue
            if not entry.get("evidence") and not _rests_on_work(delivery, entry):
                kind = "a finding" if name == "findings" else f"an entry of status {status}"
                hint = 'Add "evidence": [{"file": absolute path, "line": N}].'
                yield problem("E08", f"{kind} has no evidence", hint, delivery.in_json(pointer))
    for finding_id, section in delivery.meant_findings:
        whole = delivery.notes.whole(section) if delivery.notes else []
        if not any(s.evidence or s.broken_evidence or s.hidden_evidence for s in whole):
            message = f"{finding_id} has no Evidence line in the notes"
            hint = "Add a line Evidence: `path:line`."
            yield problem("E08", message, hint, delivery.in_notes(section.number))


def _rests_on_work(delivery: Delivery, entry: dict[str, Any]) -> bool:
    """Tell whether an answer of a change report names a change or a proof of it."""
    for name, of in (("change_ids", "changes"), ("proof_ids", "proofs")):
        ids = entry.get(name)
        known = {text_of(row, "id") for _, row in delivery.entries(of)}
        if isinstance(ids, list) and any(one in known for one in ids if isinstance(one, str)):
            return True
    return False


def analyzed_files_exist(delivery: Delivery) -> Iterator[Problem]:
    """Every file that the report says was analyzed is a file of the repository."""
    for pointer, file in delivery.files_analyzed:
        source = delivery.repository.source(file)
        place = delivery.in_json(pointer)
        if isinstance(source, Refused) and source.reason in _FILE_PROBLEMS:
            if _was_there(delivery, file):
                continue
            what = {"missing": "does not exist", "outside": "lies outside the repository"}.get(
                source.reason, "is no file of the repository"
            )
            near = str(delivery.repository.root / source.near) if source.near else ""
            hint = meant_path(file, near) or "Remove it, and correct the count."
            message = f"`{shown_path(file)}` {what}"
            yield problem(_FILE_PROBLEMS[source.reason], message, hint, place)


def _was_there(delivery: Delivery, file: str) -> bool:
    """Tell whether a file that is gone was there when the work began."""
    if delivery.work is None or delivery.kind == ANALYSIS:
        return False
    return file.removeprefix(f"{delivery.repository.root}/") in delivery.work.blobs_before


def json_paths_are_absolute(delivery: Delivery) -> Iterator[Problem]:
    """Paths in the JSON are absolute."""
    paths = delivery.files_analyzed
    paths += [(f"{p}/file", text_of(item, "file")) for p, item in evidence_items(delivery)]
    for pointer, path in paths:
        if not path or path.startswith("/") or is_template_text(path):
            continue
        if isinstance(delivery.repository.source(path), Source):  # else told as missing
            absolute = os.path.normpath(delivery.repository.root / path)
            message = f"the path `{shown_path(path)}` is not absolute"
            place = delivery.in_json(pointer)
            yield problem("E10", message, f"Write `{shown_path(absolute)}`.", place)


def quotations_tell_something(delivery: Delivery) -> Iterator[Problem]:
    """A quotation is long enough to tell one place from another."""
    for citation in judged(delivery):
        quotation = citation.cited.quotation
        if citation.status != "verified":
            continue
        if quotation is None:
            if is_blank(delivery.repository, citation.cited):
                message = "an empty line is cited"
                hint = "Cite the lines that show what is claimed."
                yield problem("E11", message, hint, citation.cited.place)
            continue
        is_short = sum(char.isalnum() for char in quotation) < TELLING_CHARACTERS
        if is_short and not _is_of_whole_lines(delivery, citation.cited):
            message = "a quotation is too short to identify anything"
            hint = "Quote the lines that show what is claimed."
            yield problem("E11", message, hint, citation.cited.place)


def _is_of_whole_lines(delivery: Delivery, cited: Cited) -> bool:
    """Tell whether a quotation is made of whole cited lines that say something."""
    source = delivery.repository.source(cited.path)
    quoted = [fold(line) for line in (cited.quotation or "").split("\n") if fold(line)]
    if not isinstance(source, Source):
        return False
    last = max(cited.end_line or 0, cited.line + len(quoted) - 1)
    there = {fold(line) for line in source.lines[cited.line - 1 : last]}
    says = any(char.isalnum() for line in quoted for char in line)
    return says and there.issuperset(quoted)
