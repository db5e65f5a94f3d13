"""Shown: what is cited for a grave claim is of a kind that can show it."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.claims.citations import judged, shown_path
from workers.delivery.delivery import is_there, problem, text_of
from workers.repository.line_kinds import SHOWS, kinds_of_range
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.citations import Cited, Judged
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.line_kinds import Kind

_NOUNS: dict[Kind, str] = {
    "documentation": "documentation",
    "lock file": "a lock file",
    "licence": "a licence",
    "generated": "generated",
    "test": "a test",
    "comment": "a comment",
    "import": "an import",
    "blank": "empty, or a bracket alone",
}
_PACKAGES = (
    r"dependenc|dépendance|abhängig|\bpackages?\b|\bpaket|librar|bibliothe|\bversions?\b"
    r"|outdated|veraltet|\bcve\b|lock ?file|supply.chain|end.of.life|unmaintained"
)
# A finding whose title speaks of such lines may well cite them.
_SPEAKS_OF: dict[Kind, re.Pattern[str]] = {
    "test": lazy_pattern(
        r"\btest\w*|\b\w+tests?\b|\bspecs?\b|\bfixtures?\b|\bmocks?\b|\bprueba|テスト|测试",
        re.IGNORECASE,
    ),
    "documentation": lazy_pattern(
        r"document|\bdocs?\b|readme|changelog|\bguides?\b|runbook|polic(?:y|ies)|dokument"
        r"|disclos|licen[cs]|文档",
        re.IGNORECASE,
    ),
    "comment": lazy_pattern(
        r"comment|docstring|kommentar|\btodo\b|\bfixme\b|annotat|disabled|suppress|deaktiviert"
        r"|désactiv",
        re.IGNORECASE,
    ),
    "lock file": lazy_pattern(_PACKAGES, re.IGNORECASE),
    "import": lazy_pattern(
        rf"{_PACKAGES}|\bimport|circular|zykl|cycl|coupl|koppl|layer|boundar|unused|deprecat",
        re.IGNORECASE,
    ),
    "licence": lazy_pattern(r"licen[cs]|lizenz", re.IGNORECASE),
    "generated": lazy_pattern(r"generated|generiert|minif|bundle|map|snapshot", re.IGNORECASE),
}
# Claims of these kinds say themselves that such lines are meant.
_CLAIMED: dict[str, frozenset[Kind]] = {
    "stated_there": frozenset(
        {"documentation", "lock file", "licence", "generated", "test", "comment", "import"}
    ),
    "dependency": frozenset({"lock file", "import"}),
    "missing_test": frozenset({"test"}),
}
# Kinds of entries that such lines show: tests, what imports what, decisions that are written down.
_SHOWS_ENTRY: dict[str, frozenset[Kind]] = {
    "suite": frozenset({"test"}),
    "flaky_test": frozenset({"test"}),
    "gap": frozenset({"test"}),
    "coverage_figure": frozenset({"generated", "documentation", "test"}),
    "module": frozenset({"import"}),
    "decision": frozenset({"import", "documentation"}),
    "debt": frozenset({"import", "comment", "test", "lock file"}),
    "vulnerability": frozenset({"lock file"}),
}
# A worker that lists such entries looks at such lines: a finding of it may well cite them.
_LOOKED_AT: dict[str, frozenset[Kind]] = {
    "module": frozenset({"import"}),
    "suite": frozenset({"test"}),
}
_NAME_KEYS = lazy_pattern(r"title|(?:\w+_)?(?:name|feature|optimization)")
# A comment that is code switched off, or says itself that something is missing.
_SWITCHED_OFF = lazy_pattern(
    r"\W*[\w@.$<\[{][^.]*[({=<][^.]*[;{})\]:,]\s*(?:\*/)?$"
    r"|\b(?:TODO|FIXME|HACK|XXX|BUG|nosec|NOSONAR|noqa|nolint)\b"
    r"|eslint-disable|ts-(?:ignore|expect-error)|type:\s*ignore|rubocop:disable|@SuppressWarnings"
)


def cited_lines_can_show_the_claim(delivery: Delivery) -> Iterator[Problem]:
    """What is said to exist, and what is grave, cites lines that can show it."""
    for name in delivery.lists:
        for pointer, entry in delivery.entries(name):
            if not _must_be_shown(delivery, name, entry):
                continue
            cited = _citations(delivery, name, pointer, entry)
            # A citation that does not hold has its own problem; what it would show is not known.
            if not cited or any(one.status != "verified" for one in cited):
                continue
            kinds = [kinds_of_citation(delivery, one.cited) for one in cited]
            if SHOWS.isdisjoint(frozenset().union(*kinds)) and not any(
                _may_be_cited(delivery, name, entry, one.cited, kind)
                for one, kind in zip(cited, kinds, strict=True)
            ):
                lines = [
                    f"{_written(delivery, one.cited)} is {_said(kind)}"
                    for one, kind in zip(cited, kinds, strict=True)
                ]
                what = "the finding" if name == "findings" else "that it exists"
                message = f"nothing cited can show {what}: {'; '.join([*dict.fromkeys(lines)][:3])}"
                place = delivery.in_json(f"{pointer}/evidence")
                yield problem("E15", message, _hint(name, cited[0].cited), place)


def _hint(name: str, cited: Cited) -> str:
    cite = "Cite the code, configuration or schema that shows it"
    if name != "findings":
        return f"{cite}, or drop the entry in JSON and notes and count again."
    path = shown_path(cited.path)
    stated = f'"claims": [{{"kind": "stated_there", "file": "{path}", "line": {cited.line}}}]'
    return f"{cite}. Where the cited text itself is what is wrong, add {stated} to the finding."


def _must_be_shown(delivery: Delivery, name: str, entry: dict[str, Any]) -> bool:
    if name == "findings":
        return text_of(entry, "severity") in delivery.profile.caps
    return is_there(entry)


def _citations(delivery: Delivery, name: str, pointer: str, entry: dict[str, Any]) -> list[Judged]:
    """Return what is cited for an entry: its evidence, and for a finding what the notes cite."""
    by_entry, in_notes = _cited_for(delivery)
    cited = by_entry.get(pointer, [])
    if name != "findings":
        return cited
    lines = _lines_in_notes(delivery, text_of(entry, "id"))
    first, after = (bisect_left(in_notes, line, key=_line) for line in (lines.start, lines.stop))
    return [*cited, *in_notes[first:after]]


@lru_cache(maxsize=4)
def _cited_for(delivery: Delivery) -> tuple[dict[str, list[Judged]], list[Judged]]:
    """Return the citations of each entry by its pointer, and those of the notes by line."""
    by_entry: dict[str, list[Judged]] = {}
    in_notes: list[Judged] = []
    for citation in judged(delivery):
        pointer = citation.cited.place.pointer
        if pointer is None:
            in_notes.append(citation)
        elif "/evidence/" in pointer:
            by_entry.setdefault(pointer.split("/evidence/")[0], []).append(citation)
    return by_entry, sorted(in_notes, key=_line)


def _line(citation: Judged) -> int:
    return citation.cited.place.line or 0


def _lines_in_notes(delivery: Delivery, finding_id: str) -> range:
    """Return the lines on which the notes speak of a finding."""
    notes = delivery.notes
    section = next((s for found, s in delivery.noted_findings if found == finding_id), None)
    if notes is None or section is None:
        return range(0)
    after = notes.whole(section)[-1].position + 1
    last = notes.sections[after].number if after < len(notes.sections) else 10**9
    return range(section.number, last)


def kinds_of_citation(delivery: Delivery, cited: Cited) -> frozenset[Kind]:
    """Return the kinds of the lines of a citation, none where they cannot be read."""
    source = delivery.repository.source(cited.path)
    if not isinstance(source, Source):
        return frozenset()
    folders = delivery.repository.test_folders
    kinds = kinds_of_range(source, cited.line, last_line(cited), folders)
    # An empty line or bracket beside lines of another kind says nothing of its own.
    return (kinds - {"blank"}) or kinds


def last_line(cited: Cited) -> int:
    """Return the last line that a citation means, its quotation counted."""
    quoted = (cited.quotation or "").strip("\n").count("\n")
    return max(cited.end_line or 0, cited.line + quoted)


def _may_be_cited(
    delivery: Delivery, name: str, entry: dict[str, Any], cited: Cited, kinds: frozenset[Kind]
) -> bool:
    """Tell whether lines that can show nothing are yet what an entry speaks of."""
    claims = entry.get("claims")
    for claim in claims if isinstance(claims, list) else ():
        kind = claim.get("kind") if isinstance(claim, dict) else None
        if not kinds.isdisjoint(_CLAIMED.get(str(kind), ())):
            return True
    if not kinds.isdisjoint(_shown_by(delivery, name)):
        return True
    own = {
        pointer for pointer in ("endpoint", "table") if name in delivery.profile.keys_of(pointer)
    }
    if own:  # neither a route nor a table is in a document or a test
        return False
    called = _called(entry)
    if any(kind in _SPEAKS_OF and _SPEAKS_OF[kind].search(called) for kind in kinds):
        return True
    if name == "findings":
        return "comment" in kinds and _is_switched_off(delivery, cited)
    return _is_of_the_file(cited, called) and kinds <= {"comment", "import"}


def _shown_by(delivery: Delivery, name: str) -> frozenset[Kind]:
    """Return the kinds of lines that can show nothing else but entries of a list."""
    if name == "findings":
        kinds = (lines for kind, lines in _LOOKED_AT.items() if delivery.profile.keys_of(kind))
        return frozenset().union(*kinds)
    listed = (one.entry for one in delivery.profile.lists if one.key == name)
    return _SHOWS_ENTRY.get(next(listed, ""), frozenset())


def _called(entry: dict[str, Any]) -> str:
    """Return what an entry is called, without what is said of it."""
    return " ".join(
        text for name, text in entry.items() if isinstance(text, str) and _NAME_KEYS.fullmatch(name)
    )


def _is_switched_off(delivery: Delivery, cited: Cited) -> bool:
    source = delivery.repository.source(cited.path)
    lines = source.lines if isinstance(source, Source) else []
    return any(_SWITCHED_OFF.search(line) for line in lines[cited.line - 1 : last_line(cited)])


def _is_of_the_file(cited: Cited, called: str) -> bool:
    """Tell whether the first line stands for a file that is called like the entry."""
    path = cited.path.rsplit("/", 1)[-1].lower()
    starts = {word[:4] for word in re.findall(r"[a-z]{4,}", path.rsplit(".", 1)[0])}
    return cited.line == 1 and any(
        word[:4] in starts for word in re.findall(r"[a-z]{4,}", called.lower())
    )


def _said(kinds: frozenset[Kind]) -> str:
    return " and ".join(sorted(_NOUNS.get(kind, kind) for kind in kinds))


def _written(delivery: Delivery, cited: Cited) -> str:
    source = delivery.repository.source(cited.path)
    path = source.path if isinstance(source, Source) else cited.path
    end = f"-{cited.end_line}" if cited.end_line else ""
    return f"`{shown_path(path)}:{cited.line}{end}`"
