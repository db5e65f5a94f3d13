"""Text for people: the problem codes, the formula, the schemas."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from sessions.errors import BadInput, shown
from workers.catalog import built_in
from workers.codes import CODES, COMPARED, FAMILIES
from workers.contract import Answer
from workers.deliverables import schema_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.catalog import Worker


def explain(code: str | None) -> Answer:
    """Tell about a code, one of TOPICS, or all codes; raises BadInput for an unknown code."""
    if code is None:
        rows = [{"code": key, **entry._asdict()} for key, entry in CODES.items()]
        return Answer(_all_codes(), {"codes": rows})
    if code.lower() in TOPICS:
        return TOPICS[code.lower()]()
    entry = CODES.get(code.upper())
    if entry is None:
        near = difflib.get_close_matches(code.upper(), CODES, 3, cutoff=0.5)
        known = f"Did you mean {', '.join(near)}?" if near else "`explain` alone lists all."
        raise BadInput(f"there is no problem code {shown(code, 40)}", known)
    text = "\n".join(
        (
            f"{code.upper()} ({FAMILIES[code[0].upper()]}, {entry.severity}): {entry.title}",
            f"  compared: {COMPARED[code[0].upper()]}",
            f"  why:   {entry.why}",
            f"  wrong: {entry.wrong}",
            f"  right: {entry.right}",
        )
    )
    return Answer(text, {"codes": [{"code": code.upper(), **entry._asdict()}]})


def _scores() -> Answer:
    from workers.review.scores import FORMULA

    return Answer(FORMULA, {"formula": FORMULA})


def _limits() -> Answer:
    from sessions import bounds

    limits = [asdict(limit) for limit in bounds.PUBLISHED]
    return Answer("\n".join(bounds.told()), {"limits": limits})


def _rubric() -> Answer:
    from workers.rules.rating import RUBRIC

    return Answer(RUBRIC.rstrip(), {"rubric": RUBRIC})


def _checklists() -> Answer:
    known = {
        name: items
        for worker in built_in()
        for name, items in worker.about.get("checklists", {}).items()
    }
    lines = [f"{name}: {', '.join(items)}" for name, items in known.items()]
    return Answer("\n".join(lines), {"checklists": known})


def _claims() -> Answer:
    from workers.deliverables.finding_claims import CLAIM_KINDS

    lines = ["What a finding may claim under `claims`, {kind, fields}, so that it can be decided:"]
    lines += [
        f"  {name} ({', '.join(kind.fields)}): {kind.says}" for name, kind in CLAIM_KINDS.items()
    ]
    return Answer("\n".join(lines), {"claims": {n: k._asdict() for n, k in CLAIM_KINDS.items()}})


# What `explain` tells beside the codes.
TOPICS: dict[str, Callable[[], Answer]] = {
    "scores": _scores,
    "limits": _limits,
    "rubric": _rubric,
    "checklists": _checklists,
    "claims": _claims,
}


def _all_codes() -> str:
    lines: list[str] = []
    for letter, family in FAMILIES.items():
        lines.append(f"{letter}: {family}")
        lines += [
            f"  {code}  {entry.severity:7}  {entry.title}"
            for code, entry in CODES.items()
            if code[0] == letter
        ]
    return "\n".join(lines)


def schema(worker: Worker, kind: str = "analysis") -> Answer:
    """Tell the JSON Schema of a worker's JSON."""
    text = schema_text(worker, kind)
    return Answer(text.rstrip("\n"), {"schema": json.loads(text)}, verbatim=True)
