"""False evidence: quotations that differ or stand elsewhere, lines that can show nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.stacks.ground import Planted, existing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stacks.ground import Ground, Report


# A citation of a finding and the fence that quotes it.
_QUOTED = re.compile(r"Evidence: `[^`]+`\n\n```\w*\n.*?\n```\n\n?", re.DOTALL)


def _snippets(ground: Ground) -> Iterator[tuple[str, int, int, dict[str, Any]]]:
    for key in ("findings", "api_specifications", "database_designs"):
        for number, row in enumerate(ground.report[key]):
            for at, evidence in enumerate(row.get("evidence", [])):
                if "snippet" in evidence:
                    yield key, number, at, evidence


def misquotations(kind: str, ground: Ground) -> Iterator[Planted]:
    """Change one token of a quotation."""
    for key, number, at, evidence in list(_snippets(ground))[::3]:
        tokens = list(re.finditer(r"\w+", evidence["snippet"]))
        token = tokens[len(tokens) // 2]
        snippet = evidence["snippet"]
        wrong = f"{snippet[: token.start()]}x{snippet[token.start() :]}"
        what = f"{key} {number}: x{token[0]}"
        change = _evidence(key, number, at, snippet=wrong)
        yield ground.variant(kind, what, change, "refuted")


def shifted_quotations(kind: str, ground: Ground) -> Iterator[Planted]:
    """Cite a true quotation at lines where it does not stand."""
    for key, number, at, evidence in list(_snippets(ground))[1::3]:
        length = evidence.get("end_line", evidence["line"]) - evidence["line"] + 1
        shift = -length if evidence["line"] > length else length
        line = evidence["line"] + shift
        ends = {"end_line": line + length - 1} if "end_line" in evidence else {}
        what = f"{key} {number}: line {line} for {evidence['line']}"
        if "".join(ground.lines({**evidence, "line": line, **ends})).strip():
            change = _evidence(key, number, at, line=line, **ends)
            yield ground.variant(kind, what, change, "refuted")


def _evidence(key: str, number: int, at: int, **fields: object) -> Callable[[Report], None]:
    def change(report: Report) -> None:
        report[key][number]["evidence"][at].update(fields)

    return change


def poor_evidence(kind: str, ground: Ground) -> Iterator[Planted]:
    """Cite lines that can show nothing, for an existing entry and for a grave finding."""
    entries = [
        (key, existing(ground, key)[0][0])
        for key in ("api_specifications", "database_designs", "security_implementations")
    ]
    for cited, file, text in ground.stack.poor:
        place = ground.place(file, text)
        for key, number in (*entries, ("findings", 0)):

            def change(
                report: Report, key: str = key, number: int = number, place: Report = place
            ) -> None:
                report[key][number].pop("claims", None)
                report[key][number]["evidence"] = [place]

            what = f"{key} {number} at a {cited}"
            changed = ground.variant(kind, what, change, "refuted")
            if key == "findings":
                citation = f"{file}:{place['line']}"
                changed = replace(changed, notes=_cited_alone(ground.notes, citation))
            yield changed


def _cited_alone(notes: str, citation: str) -> str:
    """Replace what the first finding of the notes cites by one citation."""
    start = notes.index("### BACKEND-")
    end = notes.index("\n### BACKEND-", start)
    finding, count = _QUOTED.subn("", notes[start:end])
    assert count
    label = "**Recommendation:**"
    finding = finding.replace(label, f"Evidence: `{citation}`\n\n{label}")
    return notes[:start] + finding + notes[end:]


def absent_variables(kind: str, ground: Ground) -> Iterator[Planted]:
    """Name an environment variable that nothing reads."""
    for name in ("QUEUE_BROKER_URL", "FEATURE_FLAG_PATH"):
        sentence = f"The broker is configured by the environment variable `{name}`.\n\n"
        heading, reader = "## Priority Actions", ground.stack.has_reader
        notes = ground.notes.replace(heading, sentence + heading)
        yield Planted(ground.stack.name, kind, name, notes, ground.report, "warned", reader)
