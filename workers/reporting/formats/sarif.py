"""SARIF 2.1.0 as GitHub's code scanning takes it: one run for each worker, worst first.

GitHub refuses a whole file for one result without a place, so a problem about no code is put at
the report's own line; it says nothing of what it leaves out, so what is over its limits is counted.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from workers import __version__
from workers.codes import CODES
from workers.contract import counted, escape_json
from workers.reporting.formats.texts import line, said, uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workers.reporting.formats.judgement import Cited, Entry, Judgement, Session, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# Of GitHub: it refuses a file with more runs, and shows no more results and places.
RUNS = 20
RESULTS = 5_000
RELATED = 100
UPLOAD_BYTES = 10_000_000  # when compressed; it refuses a larger file
_TEXT = 1_024  # characters of a rule's descriptions
_LEVELS: dict[Severity, str] = {
    "error": "error",
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "warning": "warning",
    "low": "note",
}


def rendered(session: Session) -> str:
    """Return the document."""
    return fitted(session, UPLOAD_BYTES)


def fitted(session: Session, size: int) -> str:
    """Return the document with as many results as come below a size when compressed."""
    most = RESULTS
    text = _document(session, most)
    while most > 1 and len(text) * 4 > size and len(zlib.compress(text.encode(), 6)) > size:
        most = min(most, max(len(judged.entries) for judged in session.judgements)) // 2
        text = _document(session, most)
    return text


def _document(session: Session, most: int) -> str:
    runs = [_run(session, judged, most) for judged in session.judgements[:RUNS]]
    unseen = [f"{name} was not judged: {why}" for name, why in session.not_judged]
    more = len(session.judgements) - RUNS
    if more > 0:
        unseen.append(f"{counted(more, 'report')} left out: code scanning takes {RUNS} runs a file")
    if runs:
        notes = runs[0]["invocations"][0]["toolExecutionNotifications"]
        notes += [_notification(text) for text in unseen]
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
    return f"{escape_json(json.dumps(document, ensure_ascii=False, indent=1))}\n"


def category(session: Session, worker: str) -> str:
    """Return the id of a run: what is before its last `/` is replaced by the next upload."""
    if session.checked:
        return f"waggle/{worker}/{uri(session.checked)}/"
    return f"waggle/{worker}/{session.session_id}"


def _run(session: Session, judged: Judgement, most: int) -> dict[str, Any]:
    shown = judged.entries[:most]
    rules = list(dict.fromkeys(entry.rule for entry in shown))
    notes = []
    omitted = len(judged.entries) - len(shown)
    if omitted:
        notes.append(f"{counted(omitted, 'result')} left out: code scanning takes {most:,}")
    if judged.report_changed:
        notes.append("the report was changed since it was judged")
    return {
        "tool": {
            "driver": {
                "name": "Waggle",
                "semanticVersion": __version__,
                "version": __version__,
                "rules": [_rule(name, shown) for name in rules],
            }
        },
        "automationDetails": {"id": category(session, judged.worker)},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(text) for text in notes],
            }
        ],
        "results": list(_results(shown, rules)),
        "properties": {
            "session": judged.session_id,
            "worker": judged.worker,
            "status": judged.status,
            "judgedAt": judged.judged_at,
            "commit": judged.commit,
            "omitted": omitted,
        },
    }


def _notification(text: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": line(text)}}


def _rule(name: str, entries: Iterable[Entry]) -> dict[str, Any]:
    """Return a rule: of a problem what its code means, of a finding what a finding is."""
    code = CODES.get(name)
    first = next(entry for entry in entries if entry.rule == name)
    level = _LEVELS[first.severity] if code is None else code.severity
    if code is not None:
        short, full, kind = code.title, code.why, "report"
        text = f"{code.why}\n\nWrong: {code.wrong}\n\nRight: {code.right}"
        shown = f"{code.why}\n\n**Wrong:** {code.wrong}\n\n**Right:** {code.right}"
    else:
        domain, kind = line(name.rpartition("/")[2], 100), "finding"
        short = f"A finding in the domain {domain}" if first.kind == "finding" else domain
        full = (
            "A worker found this in the code, and its report was accepted: what it cites is there."
        )
        shown = text = f"{full} Whether it matters is the worker's judgement."
    return {
        "id": _rule_id(name),
        "name": _rule_id(name),
        "shortDescription": {"text": short[:_TEXT]},
        "fullDescription": {"text": full[:_TEXT]},
        "help": {"text": text, "markdown": shown},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["waggle", kind]},
    }


def _rule_id(name: str) -> str:
    return line(name, 255)


def _results(entries: Sequence[Entry], rules: list[str]) -> Iterable[dict[str, Any]]:
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        where = entry.place
        # Two of one rule on one line would be one alert: the second goes by our own fingerprint.
        line_hash = where.line_hash
        if (entry.rule, line_hash) in seen:
            line_hash = f"{entry.fingerprint[:16]}:1"
        seen.add((entry.rule, line_hash))
        yield _result(entry, rules.index(entry.rule), line_hash)


def _result(entry: Entry, rule: int, line_hash: str) -> dict[str, Any]:
    where = entry.place
    others = [place for place in (*entry.places[1:], entry.reported_at) if place != where]
    text = said(entry).replace("](", "] (")
    if others:
        label = line(others[-1], 200).replace("[", "(").replace("]", ")")
        text += f" Stated at [{label}]({min(len(others), RELATED)})."
    related = [*others[: RELATED - 1], others[-1]] if len(others) > RELATED else others
    fingerprints = {"waggle/v1": entry.fingerprint}
    if line_hash:
        fingerprints["primaryLocationLineHash"] = line_hash
    properties = {
        "kind": entry.kind,
        "severity": entry.severity,
        "about": line(entry.about, 200),
        "pointer": line(entry.pointer or "", 500),
        "omittedLocations": len(others) - len(related),
        "changedSince": where.changed,
    }
    return {
        "ruleId": _rule_id(entry.rule),
        "ruleIndex": rule,
        "level": _LEVELS[entry.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(where)}],
        "relatedLocations": [
            {"id": number, "physicalLocation": _physical(place), "message": {"text": line(place)}}
            for number, place in enumerate(related, 1)
        ],
        "partialFingerprints": fingerprints,
        "properties": properties,
    }


def _physical(place: Cited) -> dict[str, Any]:
    """Return a place with all four numbers, which code scanning asks for."""
    first = max(1, place.line or 1)
    last = max(first, place.end_line or first)
    at = last - place.first
    width = len(place.lines[at]) if 0 <= at < len(place.lines) else 0
    region = {"startLine": first, "startColumn": 1, "endLine": last, "endColumn": max(1, width) + 1}
    return {"artifactLocation": {"uri": uri(place.file)}, "region": region}
