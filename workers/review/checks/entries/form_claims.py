"""What the forms TABLE and SERVICE of the notes name, checked against the code as the JSON is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.citations import cited_lines
from workers.claims.claim import Claim
from workers.claims.columns import decide as decide_fact
from workers.claims.declared_tables import column_of, tables_of
from workers.claims.ground import ground_of
from workers.claims.keys import decide_index
from workers.claims.tables import decide_column, decide_table
from workers.delivery.delivery import is_there, problem, text_of
from workers.repository.source import plain
from workers.review.checks.assertions import is_asserted
from workers.review.checks.entries.forms import COLUMN, forms, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.claim import Verdict
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

# A comma or semicolon that stands in no parentheses.
_PARTS = lazy_pattern(r"[;,](?![^()]*\))")
_ON_COLUMNS = lazy_pattern(
    r"[`\"'*]*(\w+)[`\"'*]*\s+(?:(?:unique\s+)?(?:index\s+)?on\s+)?\(([\w\s,`\"]+)\)", re.IGNORECASE
)
_REFERS = lazy_pattern(r"[`\"'*]*(\w+)[`\"'*]*\s*(?:->|\u2192)\s*[`\"'*]*(\w+)\s*\((\w+)\)[`\"'*]*")
_CALLED = lazy_pattern(r"(?<![\w.])([A-Za-z_]\w{3,60})\s*\(")
_PLANNED = lazy_pattern(r"propos|planned|missing|todo|geplant|fehlt", re.IGNORECASE)


def described_parts_are_there(delivery: Delivery) -> Iterator[Problem]:
    """Columns, indexes, keys and methods that the forms of the notes name are there."""
    if delivery.notes is None or not delivery.parses:
        return
    for kind, name, rows in forms(delivery):
        if kind == "TABLE":
            entry = table_of(delivery, name)
            if entry is not None and _is_there(delivery, entry):
                yield from _of_table(delivery, entry, rows)
        elif kind == "SERVICE" and not _is_proposed(delivery, name, rows) and "methods" in rows:
            line, text = rows["methods"]
            for method in _absent_methods(delivery, text):
                message = f"{shown(method, 80)} is nowhere in the repository"
                hint = "Correct the name, or drop it."
                yield problem("K14", message, hint, delivery.in_notes(line.number))


def _is_there(delivery: Delivery, entry: dict[str, Any]) -> bool:
    """Tell whether a table exists, as far as is known; of one that does not nothing is judged."""
    if not is_there(entry):
        return False
    cited, name = tuple(cited_lines(delivery, entry)), text_of(entry, "table_name")
    claim = Claim("table", name, name, "", entry, cited)
    return decide_table(ground_of(delivery), claim).outcome != "refuted"


def _of_table(delivery: Delivery, entry: dict[str, Any], rows: dict[str, Any]) -> Iterator[Problem]:
    for label, (line, text) in rows.items():
        for part in (one.strip(" .") for one in _PARTS.split(text)):
            if not part or _PLANNED.search(part) or not is_asserted(part, 0):
                continue
            verdict = _decided(delivery, entry, label, part)
            if verdict is not None and verdict.outcome == "refuted" and verdict.problem:
                hint = verdict.problem.hint
                yield verdict.problem._replace(
                    hint=f"In the notes: {hint[0].lower()}{hint[1:]}",
                    places=(delivery.in_notes(line.number),),
                )


def _decided(delivery: Delivery, entry: dict[str, Any], label: str, part: str) -> Verdict | None:
    """Decide what a part of a row says of a table, None where it is not clear."""
    ground, cited = ground_of(delivery), tuple(cited_lines(delivery, entry))
    table = text_of(entry, "table_name")

    def claim(kind: str, says: Any, row: dict[str, Any]) -> Claim:
        return Claim(kind, table, says, "", entry, cited, row)

    column, index, reference = (form.fullmatch(part) for form in (COLUMN, _ON_COLUMNS, _REFERS))
    if label == "columns" and column:
        name = column[1] or column[2]
        if plain(name) in _listed(entry):
            return None
        return decide_column(ground, claim("column", name, {"name": name}))
    if label == "indexes" and index:
        names = [name.strip(' `"') for name in index[2].split(",")]
        known = tables_of(ground, table, cited)
        # `email (unique)` names no columns in its parentheses.
        if not all(column_of(one, name) for one in known for name in names):
            return None
        return decide_index(ground, claim("index", names, {"name": index[1], "columns": names}))
    if label == "relationships" and reference:
        says, name = f"{reference[2]}.{reference[3]}", reference[1]
        absent = decide_column(ground, claim("column", name, {"name": name}))
        if absent.outcome == "refuted":
            return absent
        return decide_fact(ground, claim("references", says, {"name": reference[1]}))
    return None


def _listed(entry: dict[str, Any]) -> set[str]:
    """Return the columns that the JSON lists: they are decided there."""
    schema = entry.get("schema")
    columns = schema.get("columns") if isinstance(schema, dict) else None
    rows = columns if isinstance(columns, list) else []
    return {plain(text_of(row, "name").strip('`"')) for row in rows if isinstance(row, dict)}


def _is_proposed(delivery: Delivery, name: str, rows: dict[str, Any]) -> bool:
    status = rows["status"][1].lower() if "status" in rows else ""
    return "proposed" in status or any(
        text_of(entry, "status") == "proposed"
        and plain(text_of(entry, "service_name")) == plain(name.strip("`*"))
        for _, entry in delivery.entries_of("service")
    )


def _absent_methods(delivery: Delivery, text: str) -> Iterator[str]:
    for match in _CALLED.finditer(text):
        is_said = is_asserted(text, match.start()) and not _PLANNED.search(text)
        if is_said and delivery.repository.has_word(match[1]) is False:
            yield f"{match[1]}()"
