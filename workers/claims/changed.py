"""Claims that something was implemented, modified or removed since the base.

The maps of the two trees decide of endpoints and tables; of what no reader knows it is only looked
whether a cited line was added or changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.citations import cited_lines
from workers.claims.claim import UNDECIDED, Claim, confirmed, place, refuted
from workers.claims.endpoints import is_route_of
from workers.claims.names import plain_table
from workers.claims.paths import fits_method, is_route, is_suffix, telling_segments
from workers.delivery.delivery import problem, text_of
from workers.survey.syntax import TooSlow, followed_language_of, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from workers.claims.claim import Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.repository.source import Source
    from workers.survey.found import Endpoint, Survey, Table

STATUSES = ("implemented", "modified", "removed")
# What a handler holds that is there only to be filled in.
_STUB = lazy_pattern(r"NotImplemented|not implemented|\b501\b|\bTODO\b|^\s*pass\s*$")
_STUB_LINES = 8


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield what a change report says that it did; nothing without a base."""
    if delivery.work is None:
        return
    for listed in delivery.profile.lists:
        for pointer, entry in delivery.entries(listed.key):
            status = text_of(entry, "status")
            if status in STATUSES:
                subject = _subject(listed.entry, entry)
                cited = tuple(cited_lines(delivery, entry))
                yield Claim(status, subject, listed.entry, pointer, entry, cited)


def _subject(kind: str, entry: dict[str, object]) -> str:
    if kind == "endpoint":
        return f"{entry.get('method')} {entry.get('path')}"
    named = (
        *("table_name", "service_name", "security_feature", "optimization"),
        *("title", "name", "variable", "image", "path"),
    )
    return next((str(entry[name]) for name in named if isinstance(entry.get(name), str)), "")


def decide_implemented(ground: Ground, claim: Claim) -> Verdict:
    """It is there now, was not at the base, and a cited line was added or changed."""
    if claim.cited and not _changed_lines(ground, claim):
        return _nothing_changed(ground, claim, "W05")
    if claim.says == "endpoint":
        return _new_endpoint(ground, claim)
    if claim.says == "table":
        return _new_table(ground, claim)
    return UNDECIDED


def decide_modified(ground: Ground, claim: Claim) -> Verdict:
    """It was there before and is there now, and a cited line changed, or it moved."""
    changed = _changed_lines(ground, claim)
    before = _before(ground, claim)
    now = _now(ground, claim)
    if now and before is not None and not before and not _has_moved(ground, claim, now):
        message = f"{shown(claim.subject, 100)} is reported as modified, and was not there before"
        hint = "Write implemented."
        return refuted(problem("W08", message, hint, ground.place(claim, "status")))
    if not changed and claim.cited and not (before and now and before[0].file != now[0].file):
        return _nothing_changed(ground, claim, "W08")
    if changed and before and now:
        return confirmed(*changed[0])
    return UNDECIDED


def decide_removed(ground: Ground, claim: Claim) -> Verdict:
    """It was there at the base, and is gone."""
    before, now = _before(ground, claim), _now(ground, claim)
    if now:
        where = place(now[0].file, now[0].line)
        message = f"{shown(claim.subject, 100)} is reported as removed, and `{where}` declares it"
        hint = "Remove it there, or report it as it is."
        there = ground.place(claim, "status")
        return refuted(problem("W07", message, hint, there), now[0].file, now[0].line)
    if before is None:
        return UNDECIDED
    if before:
        return confirmed()
    if _is_complete(ground.survey_before) and claim.says in {"endpoint", "table"}:
        message = f"{shown(claim.subject, 100)} is reported as removed, and was not there before"
        hint = "Drop the entry, or correct its name."
        return refuted(problem("W07", message, hint, ground.place(claim, "status")))
    return UNDECIDED


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "implemented": decide_implemented,
    "modified": decide_modified,
    "removed": decide_removed,
}


def _changed_lines(ground: Ground, claim: Claim) -> list[tuple[str, int]]:
    """Return a file and line of each citation that was added or changed since the base."""
    work = ground.delivery.work
    touched: list[tuple[str, int]] = []
    for source, first, last in claim.cited:
        lines = work.lines(source.path) if work else None
        for start, end in lines.now if lines else ():
            if start <= last and first <= end:
                touched.append((source.path, max(start, first)))
                break
    return touched


def _nothing_changed(ground: Ground, claim: Claim, code: str) -> Verdict:
    files = ", ".join(f"`{place(source.path, first)}`" for source, first, _ in claim.cited[:3])
    word = text_of(claim.entry, "status")
    message = f"{shown(claim.subject, 100)} is reported as {word}, and no cited line differs"
    hint = f"Cite a line that you added or changed (not {files}), or write existing."
    return refuted(problem(code, message, hint, ground.place(claim, "evidence")))


def _before(ground: Ground, claim: Claim) -> Sequence[Endpoint | Table] | None:
    """Return what the map of the base has of a claim's thing, None where no map can say."""
    return _in_map(ground.survey_before, claim)


def _now(ground: Ground, claim: Claim) -> Sequence[Endpoint | Table] | None:
    return _in_map(ground.survey, claim)


def _in_map(survey: Survey | None, claim: Claim) -> Sequence[Endpoint | Table] | None:
    if survey is None:
        return None
    if claim.says == "endpoint":
        method, path = text_of(claim.entry, "method"), text_of(claim.entry, "path")
        if claim.entry.get("protocol") not in (None, "http") or not is_route(method, path):
            return None
        return [one for one in survey.endpoints if is_route_of(one, method, path)]
    if claim.says == "table":
        name = plain_table(text_of(claim.entry, "table_name"))
        return [
            one
            for one in survey.tables
            if name in {plain_table(one.name), plain_table(one.model or one.name)}
        ]
    return None


def _is_complete(survey: Survey | None) -> bool:
    """Tell whether a map can say that something is not there."""
    return survey is not None and not (survey.not_understood or survey.unread or survey.files_left)


def _new_endpoint(ground: Ground, claim: Claim) -> Verdict:
    now, before = _now(ground, claim), _before(ground, claim)
    if now is None or before is None:
        return UNDECIDED
    if not now:
        return _is_unmounted(ground, claim)
    if before and not _was_a_stub(ground, before[0]):
        old = place(before[0].file, before[0].line)
        message = (
            f"{shown(claim.subject, 100)} is reported as implemented, and the base had it (`{old}`)"
        )
        return refuted(
            problem("W06", message, "Write modified, or existing.", ground.place(claim, "status")),
            before[0].file,
            before[0].line,
        )
    return confirmed(now[0].file, now[0].line)


def _was_a_stub(ground: Ground, endpoint: Endpoint | Table) -> bool:
    """Tell whether what the base has at an endpoint was there only to be filled in."""
    work = ground.delivery.work
    data = work.before(endpoint.file) if work else None
    lines = (data or b"").decode("utf-8", "replace").split("\n")
    return any(
        _STUB.search(line) for line in lines[endpoint.line - 1 : endpoint.line + _STUB_LINES]
    )


def _is_unmounted(ground: Ground, claim: Claim) -> Verdict:
    """Decide of an endpoint that the map has not whole: where mounting is understood, it is not."""
    path = text_of(claim.entry, "path")
    method = text_of(claim.entry, "method")
    declared = [
        one
        for one in ground.endpoints_at(claim.cited)
        if one.resolved != "full"
        and followed_language_of(one.file)
        and fits_method(one.method, method)
        and is_suffix(one.path, path)
    ]
    survey, before = ground.survey, ground.survey_before
    for endpoint in declared:
        framework = endpoint.framework
        is_understood = any(
            one.framework == framework and one.resolved == "full" for one in survey.endpoints
        )
        had_others = before is not None and any(
            one.framework == framework and one.resolved != "full" for one in before.endpoints
        )
        if is_understood and not had_others:
            where = place(endpoint.file, endpoint.line)
            message = f"{shown(claim.subject, 100)} is declared at `{where}` and mounted nowhere"
            hint = "Mount its router where the program is put together, or report it as proposed."
            there = ground.place(claim, "status")
            return refuted(problem("W06", message, hint, there), endpoint.file, endpoint.line)
    return _is_only_text(ground, claim)


def _is_only_text(ground: Ground, claim: Claim) -> Verdict:
    """Refute an endpoint that the cited lines name in a comment or a text, and nowhere else."""
    words = telling_segments(text_of(claim.entry, "path"))
    if not words or any(
        is_suffix(one.path, text_of(claim.entry, "path")) for one in ground.survey.endpoints
    ):
        return UNDECIDED
    spoken = False
    for source, first, last in claim.cited:
        if not followed_language_of(source.path):
            return UNDECIDED
        for number in range(first, last + 1):
            line = source.lines[number - 1]
            if words[-1] not in line:
                continue
            if not _is_text_at(source, number, line.index(words[-1])):
                return UNDECIDED
            spoken = True
    if not spoken:
        return UNDECIDED
    message = f"{shown(claim.subject, 100)} stands only in a comment or a text where it is cited"
    hint = "Serve it, or report it as proposed."
    return refuted(problem("W06", message, hint, ground.place(claim, "status")))


def _is_text_at(source: Source, number: int, column: int) -> bool:
    """Tell whether a place of a file is in a comment, or in a text of several lines."""
    language = followed_language_of(source.path)
    if language is None:
        return False
    data = "\n".join(source.lines).encode("utf-8", "replace")
    try:
        root = parse(language, data).root_node
    except TooSlow:
        return False
    column = len(source.lines[number - 1][:column].encode("utf-8", "replace"))
    node = root.descendant_for_point_range((number - 1, column), (number - 1, column + 1))
    while node is not None:
        is_long = node.end_point[0] > node.start_point[0]
        if "comment" in node.type or (is_long and "string" in node.type):
            return True
        node = node.parent
    return False


def _new_table(ground: Ground, claim: Claim) -> Verdict:
    now, before = _now(ground, claim), _before(ground, claim)
    if now is None or before is None:
        return UNDECIDED
    if not now:
        name = text_of(claim.entry, "table_name")
        if not name or ground.repository.has_word(name, inside=True) is not False:
            return UNDECIDED
        message = f"nothing in the repository names the table {shown(name, 60)}"
        hint = "Declare it, or report it as proposed."
        return refuted(problem("W06", message, hint, ground.place(claim, "status")))
    if before and _columns(before) == _columns(now):
        old = place(before[0].file, before[0].line)
        message = f"{shown(claim.subject, 100)} is reported as implemented, and the base had it"
        return refuted(
            problem(
                "W06",
                f"{message} (`{old}`)",
                "Write modified, or existing.",
                ground.place(claim, "status"),
            ),
            before[0].file,
            before[0].line,
        )
    return confirmed(now[0].file, now[0].line)


def _columns(tables: Sequence[Endpoint | Table]) -> set[object]:
    return {
        tuple(getattr(table, part) for part in ("columns", "indexes", "foreign_keys"))
        for table in tables
    }


def _has_moved(ground: Ground, claim: Claim, now: Sequence[Endpoint | Table]) -> bool:
    """Tell whether a thing of the map was there before under another name or at another path."""
    before = ground.survey_before
    if before is None or claim.says == "table":
        return True
    handlers = {getattr(one, "handler", "") for one in now} - {""}
    return not _is_complete(before) or any(
        one.handler in handlers
        or (one.file in {part.file for part in now} and _touches(ground, one))
        for one in before.endpoints
    )


def _touches(ground: Ground, endpoint: Endpoint) -> bool:
    """Tell whether the line of an endpoint of the base is one of those that are gone."""
    work = ground.delivery.work
    lines = work.lines(endpoint.file) if work else None
    return any(start <= endpoint.line <= end for start, end in (lines.before if lines else ()))
