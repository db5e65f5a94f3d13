"""Consistent: counts, ids, severities and scores agree, within the JSON and with the notes."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.citations import cited_lines, judged
from workers.deliverables.profile import SEVERITIES
from workers.delivery.delivery import problem, text_of
from workers.delivery.finding_ids import free_id
from workers.delivery.outline import is_template_text
from workers.repository.repository import Refused
from workers.review.checks.caps import (
    is_unrated,
    score_of,
    severity_of,
)
from workers.review.checks.complete import files_analyzed_lines, files_told, notes_score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Place, Problem
    from workers.delivery.delivery import Delivery
    from workers.delivery.notes import Notes

# What makes an entry of a kind the same as another; an existing one may be proposed again.
_IDENTITY = {
    "endpoint": ("method", "path", "status", "protocol", "operation"),
    "table": ("table_name", "status"),
}
# Addresses at which every operation of a protocol is called; without `operation` the entry's name
# tells two of them apart.
_SHARED_PATH = lazy_pattern(
    r"/(?:graphi?ql|gql|graphql/v?[0-9]+|query|grpc|rpc|json-?rpc|xml-?rpc|trpc|soap|ws|mcp)/?",
    re.IGNORECASE,
)
ROUNDING = 0.051  # notes may round a score to one decimal
CLOCK_TOLERANCE = timedelta(days=1)


def statistics_count_the_arrays(delivery: Delivery) -> Iterator[Problem]:
    """Every statistic is the count of what it counts."""
    counts = {
        listed.statistic or listed.key: _length(delivery, listed.key)
        for listed in delivery.profile.lists
        if listed.counted
    }
    findings = (severity_of(delivery, entry) for _, entry in delivery.entries("findings"))
    actions = (entry.get("priority") for _, entry in delivery.entries("priority_actions"))
    counts["critical_issues"] = sum(severity == "critical" for severity in findings)
    counts["high_priority_items"] = sum(priority == "high" for priority in actions)
    statistics = delivery.object("statistics")
    for name, count in counts.items():
        claimed = statistics.get(name)
        if isinstance(claimed, int) and not isinstance(claimed, bool) and claimed != count:
            place = delivery.in_json(f"/statistics/{name}")
            message = f"`{name}` is {shown(claimed, 30)[1:-1]}, counted {count}"
            yield problem("C01", message, f"Write {count}.", place)


def _length(delivery: Delivery, name: str) -> int:
    rows = delivery.data.get(name)
    return len(rows) if isinstance(rows, list) else 0


def ids_are_unique(delivery: Delivery) -> Iterator[Problem]:
    """No id appears twice in its list."""
    for name in delivery.lists:
        seen: set[str] = set()
        for pointer, entry in delivery.entries(name):
            row_id = entry.get("id")
            if not isinstance(row_id, str) or is_template_text(row_id):
                continue
            if row_id in seen:
                hint = _another_id(delivery, name, row_id)
                place = delivery.in_json(f"{pointer}/id")
                yield problem("C02", f"the id {shown(row_id, 40)} appears twice", hint, place)
            seen.add(row_id)
    in_notes = Counter(finding for finding, _ in delivery.noted_findings)
    for finding, section in delivery.noted_findings:
        if in_notes[finding] > 1:
            hint = "Keep one heading of that id under Findings."
            place = delivery.in_notes(section.number)
            yield problem("C02", f"the id '{finding}' appears twice in the notes", hint, place)


def _another_id(delivery: Delivery, name: str, row_id: str) -> str:
    """Return what to write for an id that is taken: the next free one, and where else it goes."""
    used = {text_of(entry, "id") for _, entry in delivery.entries(name)}
    stem = row_id.rpartition("-")[0]
    if name != "findings":
        return f"Write {free_id(stem, used)}."
    # A finding of the notes that the JSON lacks is the one that was meant.
    noted = [one for one, _ in delivery.meant_findings]
    lacking = next((one for one in noted if one not in used and one.startswith(stem)), None)
    if lacking:
        return f"Write {lacking}, which is only in the notes."
    another = free_id(stem, {*used, *noted})
    return f"Write {another}, and add `### {another}: title` under Findings with all its parts."


def ids_agree_with_severities(delivery: Delivery) -> Iterator[Problem]:
    """A finding's severity is the one in its id."""
    for pointer, entry in delivery.entries("findings"):
        match = delivery.profile.finding_id.fullmatch(text_of(entry, "id"))
        severity = entry.get("severity")
        named = SEVERITIES[match[1].upper()] if match else severity
        if match and severity in SEVERITIES.values() and severity != named:
            yield problem(
                "C03",
                f"{match[0]} has severity {severity}",
                f"Write severity {named}, or change the id in JSON and notes.",
                delivery.in_json(f"{pointer}/severity"),
            )


def notes_and_json_name_the_same_findings(delivery: Delivery) -> Iterator[Problem]:
    """Notes and JSON hold the same findings with the same severity."""
    notes = delivery.notes
    rows = delivery.data.get("findings", [])
    if notes is None or not delivery.parses or not isinstance(rows, list):
        return
    if notes.named("Findings") is None:
        return  # reported as a missing heading
    in_notes = {named: section.number for named, section in delivery.meant_findings}
    in_json = {
        text_of(entry, "id"): pointer
        for pointer, entry in delivery.entries("findings")
        if delivery.profile.finding_id.fullmatch(text_of(entry, "id"))
    }
    only_notes = in_notes.keys() - in_json.keys()
    for only_json in sorted(in_json.keys() - in_notes.keys()):
        twin = next((one for one in sorted(only_notes) if one[-3:] == only_json[-3:]), None)
        if twin:
            only_notes.discard(twin)
            message = f"{only_json} in the JSON is {twin} in the notes"
            hint = f"Write {only_json} wherever the notes say {twin}."
            yield problem("C08", message, hint, delivery.in_notes(in_notes[twin]))
        else:
            hint = _where_to_note(notes, only_json)
            message = f"{only_json} is only in the JSON"
            yield problem("C06", message, hint, delivery.in_json(in_json[only_json]))
    for named in sorted(only_notes):
        hint = "Add it to `findings`, or drop it from the notes."
        place = delivery.in_notes(in_notes[named])
        yield problem("C07", f"{named} is only in the notes", hint, place)


def _where_to_note(notes: Notes, finding: str) -> str:
    elsewhere = next((one for one in notes.sections if one.title.startswith(finding)), None)
    if elsewhere:
        return f"Move the heading at line {elsewhere.number} under Findings, as level 3."
    return f"Add `### {finding}: title` under Findings with all its parts, or drop it here."


def notes_and_json_give_the_same_numbers(delivery: Delivery) -> Iterator[Problem]:
    """Notes and JSON give the same scores and the same number of files."""
    notes = delivery.notes
    if notes is None or not delivery.parses:
        return
    for row in delivery.profile.score_rows:
        noted, score = notes_score(delivery, row.label), score_of(delivery, row.key)
        if noted and is_unrated(delivery, row.key):
            message = f"{row.label} is {noted[1]:g} in the notes, null in the JSON"
            hint = f"Write `| {row.label} | Not rated |`, or the number in the JSON."
            yield problem("C09", message, hint, delivery.in_notes(noted[0]))
        elif noted and score is not None and abs(noted[1] - score) > ROUNDING:
            message = f"{row.label} is {noted[1]:g} in the notes, {score:g} in the JSON"
            hint = f"Write `| {row.label} | {score:g} |`, the number of the JSON."
            yield problem("C09", message, hint, delivery.in_notes(noted[0]))
    lines = files_analyzed_lines(delivery)
    line = lines[0] if len(lines) == 1 else None
    told_files = files_told(line[1]) if line else None
    files = delivery.object("analysis_metadata").get("files_analyzed")
    if line and told_files is not None and isinstance(files, list) and told_files != len(files):
        message = f"the notes say {told_files} files analyzed, the JSON lists {len(files)}"
        hint = f"Write `Files analyzed: {len(files)}`, or complete files_analyzed."
        yield problem("C10", message, hint, delivery.in_notes(line[0]))


def referenced_findings_exist(delivery: Delivery) -> Iterator[Problem]:
    """Every finding that an action names exists."""
    known = {text_of(entry, "id") for _, entry in delivery.entries("findings")}
    for pointer, entry in delivery.entries("priority_actions"):
        names = entry.get("finding_ids")
        for position, name in enumerate(names if isinstance(names, list) else []):
            if isinstance(name, str) and not is_template_text(name) and name not in known:
                place = delivery.in_json(f"{pointer}/finding_ids/{position}")
                among = ", ".join(sorted(known)[:10])
                hint = f"Name one of: {shown(among, 200)[1:-1] or 'none, there is no finding'}."
                yield problem("C11", f"there is no finding {shown(name, 40)}", hint, place)


def findings_named_in_notes_exist(delivery: Delivery) -> Iterator[Problem]:
    """Every finding that the notes name exists, or is said to be one of another report."""
    notes = delivery.notes
    if notes is None or not delivery.parses:
        return
    known = {text_of(entry, "id") for _, entry in delivery.entries("findings")}
    known |= {named for named, _ in delivery.meant_findings}
    for section in notes.sections:
        texts = [("C11", section.number, section.title)]
        texts += [("C21", line.number, line.text) for line in section.lines]
        for code, number, text in texts:
            for match in delivery.profile.finding_id.finditer(text):
                if match[0].upper() not in known:
                    message = f"there is no finding '{match[0]}'"
                    hint = "Name a finding of `findings`, or add it there and under Findings."
                    yield problem(code, message, hint, delivery.in_notes(number))


def entries_are_listed_once(delivery: Delivery) -> Iterator[Problem]:
    """No endpoint, table or analyzed file is listed twice: it would be counted twice."""
    nowhere = frozenset[str]()
    rows: list[tuple[str, tuple[str, ...], frozenset[str]]] = [
        (pointer, (_same_path(delivery, file),), nowhere)
        for pointer, file in delivery.files_analyzed
    ]
    for kind, keys in _IDENTITY.items():
        for pointer, entry in delivery.entries_of(kind):
            identity = tuple(str(entry.get(name) or "").lower() for name in keys)
            rows.append((pointer, identity, nowhere))
            if kind == "endpoint":
                rows[-1] = (pointer, (*identity, *_called(entry)), _cited(delivery, entry))
    seen: dict[tuple[str, ...], list[frozenset[str]]] = {}
    for pointer, identity, files in rows:
        name = shown(" ".join(filter(None, identity)), 100)
        others = seen.setdefault(identity, [])
        is_same = any(not files or not other or files & other for other in others)
        if is_same and not is_template_text(name.upper()):
            hint = "Keep one, and correct the count."
            yield problem("C18", f"{name} is listed twice", hint, delivery.in_json(pointer))
        others.append(files)


def _called(entry: dict[str, Any]) -> tuple[str, ...]:
    """Return the name of an endpoint where method and path tell no two of them apart."""
    shares = (entry.get("protocol") or "http") != "http"
    if entry.get("operation") or not (shares or _SHARED_PATH.search(text_of(entry, "path"))):
        return ()
    return (text_of(entry, "endpoint").casefold(),)


def _cited(delivery: Delivery, entry: dict[str, Any]) -> frozenset[str]:
    """Return the files that an endpoint cites: each of several programs may have its own /health.

    Those of one address are told apart by their names.
    """
    if _called(entry) or entry.get("operation"):
        return frozenset()
    return frozenset(source.path for source, *_ in cited_lines(delivery, entry))


def _same_path(delivery: Delivery, file: str) -> str:
    relative = delivery.repository.relative(file)
    return file if isinstance(relative, Refused) else relative


def grave_findings_have_an_action(delivery: Delivery) -> Iterator[Problem]:
    """Every critical and high finding is named by a priority action."""
    named = {
        name
        for _, entry in delivery.entries("priority_actions")
        if isinstance(entry.get("finding_ids"), list)
        for name in entry["finding_ids"]
        if isinstance(name, str)
    }
    for pointer, entry in delivery.entries("findings"):
        finding = text_of(entry, "id")
        if (
            severity_of(delivery, entry) in delivery.profile.caps
            and delivery.profile.finding_id.fullmatch(finding)
            and finding not in named
        ):
            hint = "Name it in the finding_ids of the action that repairs it; add one if none does."
            yield problem(
                "C16", f"no priority action names {finding}", hint, delivery.in_json(pointer)
            )


def finding_headings_have_ids(delivery: Delivery) -> Iterator[Problem]:
    """Every heading under Findings that means to be a finding has a well-formed id."""
    for meant, section in delivery.malformed_findings:
        is_whole = delivery.profile.finding_id.search(section.title) is not None
        message = f"the heading {shown(section.title, 60)} has a malformed id"
        if is_whole:
            message = f"the finding {shown(section.title, 60)} is of level {section.level}"
        hint = f"Write `### {meant}: title` (CRIT, HIGH, MED, LOW; three digits)."
        yield problem("C14", message, hint, delivery.in_notes(section.number))


def metadata_is_of_this_session(delivery: Delivery) -> Iterator[Problem]:
    """The report says that it is of this session, this time and this repository."""
    metadata = delivery.object("analysis_metadata")
    claimed, expected = text_of(metadata, "session_id"), delivery.expected.session_id
    if expected and claimed and claimed != expected:
        place = delivery.in_json("/analysis_metadata/session_id")
        hint = f"Write {expected}."
        yield problem("C12", f"session_id is {shown(claimed, 60)}", hint, place)
    when = _time(text_of(metadata, "timestamp"))
    set_up = _time(delivery.expected.set_up_at or "")
    if when and set_up:
        place = delivery.in_json("/analysis_metadata/timestamp")
        hint = f"Write the time of the work, {delivery.expected.set_up_at} or later."
        stamp = shown(text_of(metadata, "timestamp"), 40)
        if set_up - when > CLOCK_TOLERANCE:
            yield problem("C13", f"timestamp {stamp} lies before phase 1", hint, place)
        elif when - datetime.now(UTC) > CLOCK_TOLERANCE:
            yield problem("C13", f"timestamp {stamp} lies in the future", hint, place)
    root = text_of(metadata, "project_root")
    if root and delivery.repository.relative(root) != ".":
        place = delivery.in_json("/analysis_metadata/project_root")
        hint = f"Write {delivery.repository.root}."
        yield problem("C17", f"project_root is {shown(root)}", hint, place)


def _time(text: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None


def cited_files_were_analyzed(delivery: Delivery) -> Iterator[Problem]:
    """Every file that is cited is among files_analyzed."""
    if not isinstance(delivery.object("analysis_metadata").get("files_analyzed"), list):
        return  # the schema reports it
    repository = delivery.repository
    unlisted: dict[str, list[tuple[str, Place]]] = {}
    listed = {repository.relative(file) for _, file in delivery.files_analyzed}
    for citation in judged(delivery):
        relative = repository.relative(citation.cited.path)
        if isinstance(relative, Refused) or relative in listed:
            continue
        if citation.status not in {"verified", "stale"}:  # told as evidence
            continue
        listed.add(relative)
        unlisted.setdefault(citation.cited.place.file, []).append((relative, citation.cited.place))
    for rows in unlisted.values():
        names = ", ".join(relative for relative, _ in rows[:5])
        more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
        message = f"cited and not among files_analyzed: {shown(names, 300)[1:-1]}{more}"
        hint = "Add their absolute paths, and correct `Files analyzed` in the notes."
        yield problem("C15", message, hint, *(place for _, place in rows))
