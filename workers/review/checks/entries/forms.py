"""The forms ENDPOINT and TABLE of the notes, against the same entries of the JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers import sql
from workers.claims.citations import cited_lines
from workers.claims.declared_tables import tables_of
from workers.claims.ground import ground_of
from workers.claims.paths import segments
from workers.delivery.delivery import problem, text_of
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.delivery.notes import Line

_FORM = lazy_pattern(r"\s*(ENDPOINT|TABLE|SERVICE)\s*:\s*(.+)")
_ROUTE = lazy_pattern(r"`?([A-Z]+)`?\s+`?(/[^\s`]*)`?")
_LABEL = lazy_pattern(r"\s*(?:[-*+]\s+)?([A-Za-z][A-Za-z ]{0,30}?)\s*:\s*(.*)")
_STATUS = lazy_pattern(r"\W*(?:HTTP )?([1-5][0-9]{2})(?![0-9])")
_OTHER_STATUS = lazy_pattern(r"(?<![0-9])[23][0-9]{2}(?![0-9])")
_NOBODY = lazy_pattern(
    r"\W*(?:none|no|nobody|open|public|anonymous|unauthenticated|not required|keine?|offen"
    r"|öffentlich|aucune?|publique?|ninguna?|无|なし)\b",
    re.IGNORECASE,
)
_SOMEBODY = lazy_pattern(
    r"\b(?:jwt|bearer|tokens?|sessions?|cookies?|basic|api[- ]?keys?|oauth2?|oidc|saml|mtls|hmac"
    r"|signed|signature|login|logged|required|guard|middleware|password|admin|owner)\b",
    re.IGNORECASE,
)
# A name with the type behind it, or alone where nothing else is written so: "plus others" is none.
COLUMN = lazy_pattern(
    r"[`\"'\[*]*(?:([A-Za-z_]\w*)[`\"'\]*]*\s+(?:(?:small|big|tiny|medium)?(?:int|serial)[0-9]?"
    r"|integer|n?varchar[0-9]?|n?text|character|n?char|bool(?:ean)?|uuid|timestamp(?:tz)?"
    r"|date(?:time2?)?|time|numeric|decimal|float[0-9]?|double|real|jsonb?|bytea|blob|string|money"
    r"|citext|bit)\b.*|([A-Za-z]\w*_\w+)[`\"'\]*]*)",
    re.IGNORECASE,
)
_DECLARATION = 60  # lines from the one that is cited to the end of what it declares


def forms_agree_with_the_json(delivery: Delivery) -> Iterator[Problem]:
    """What the notes say in the forms ENDPOINT and TABLE is what the JSON says."""
    if delivery.notes is None or not delivery.parses:
        return
    for kind, name, rows in forms(delivery):
        if kind == "SERVICE":
            continue
        entry = _endpoint(delivery, name) if kind == "ENDPOINT" else table_of(delivery, name)
        if entry is None:
            continue
        compare = _compared_endpoint if kind == "ENDPOINT" else _compared_table
        for line, what, hint in compare(delivery, entry, rows):
            message = f"{kind} {shown(name, 80)[1:-1]}: {what}"
            yield problem("C22", message, hint, delivery.in_notes(line.number))


Rows = dict[str, "tuple[Line, str]"]


def forms(delivery: Delivery) -> Iterator[tuple[str, str, Rows]]:
    """Yield each form of the notes: its kind, what it is of, and its list by label."""
    for section in delivery.notes.sections if delivery.notes else ():
        form: tuple[str, str, Rows] | None = None
        for line in (line for line in section.lines if not line.proposed):
            match, label = _FORM.fullmatch(line.text), _LABEL.fullmatch(line.text)
            if match or label is None:
                if form:
                    yield form
                form = (match[1], match[2].strip(), {}) if match else None
            elif form:
                form[2].setdefault(label[1].strip().casefold(), (line, label[2].strip()))
        if form:
            yield form


def _endpoint(delivery: Delivery, name: str) -> dict[str, Any] | None:
    """Return the one entry of a route; None where there is none, or a proposed one beside it."""
    match = _ROUTE.match(name)
    wanted = (match[1], *segments(match[2])) if match else ()
    entries = [
        entry
        for _, entry in delivery.entries_of("endpoint")
        if (text_of(entry, "method"), *segments(text_of(entry, "path"))) == wanted
    ]
    return entries[0] if len(entries) == 1 else None


def table_of(delivery: Delivery, name: str) -> dict[str, Any] | None:
    """Return the one entry of a table; None where there is none, or another one of its name."""
    wanted = plain(sql.last_part(name.split(maxsplit=1)[0].strip("`\"'*")))
    entries = [
        entry
        for _, entry in delivery.entries_of("table")
        if plain(sql.last_part(text_of(entry, "table_name"))) == wanted
    ]
    return entries[0] if len(entries) == 1 else None


Difference = tuple["Line", str, str]


def _compared_endpoint(
    _delivery: Delivery, entry: dict[str, Any], rows: Rows
) -> Iterator[Difference]:
    line, text = rows.get("status", (None, ""))
    status = text_of(entry, "status")
    stated = text.strip(" `*.").casefold()
    if line and stated in {"existing", "proposed"} and status and stated != status:
        yield line, f"the notes say {stated}, the JSON {status}", "Say the same in both files."
    line, text = rows.get("response", (None, ""))
    codes = {*_OTHER_STATUS.findall(text)}
    answer = entry.get("response_format")
    success = answer.get("success_status") if isinstance(answer, dict) else None
    first = _STATUS.match(text)
    if (
        line
        and first
        and len(codes) == 1
        and isinstance(success, int)
        and str(success) not in codes
    ):
        what = f"the notes answer {first[1]}, the JSON {success}"
        yield line, what, "Write the status that the code answers with, in both files."
    line, text = rows.get("authentication", (None, ""))
    noted, listed = _asks(text), _entry_asks(entry)
    if line and noted is not None and listed is not None and noted is not listed:
        asking, open_to_all = ("JSON", "notes") if listed else ("notes", "JSON")
        what = f"a guard according to the {asking}, none according to the {open_to_all}"
        yield line, what, "Say in both files what the code does."


def _asks(text: str) -> bool | None:
    """Tell whether a text says that somebody must log in, None where it is not clear."""
    nobody, somebody = _NOBODY.match(text), _SOMEBODY.search(text)
    if bool(nobody) == bool(somebody):
        return None
    return None if re.search(r"\b(?:optional|or|oder)\b", text.casefold()) else somebody is not None


def _entry_asks(entry: dict[str, Any]) -> bool | None:
    typed = entry.get("requires_auth")
    return typed if isinstance(typed, bool) else _asks(text_of(entry, "authentication"))


def _compared_table(delivery: Delivery, entry: dict[str, Any], rows: Rows) -> Iterator[Difference]:
    line, text = rows.get("columns", (None, ""))
    schema = entry.get("schema")
    columns = schema.get("columns") if isinstance(schema, dict) else None
    listed = {
        plain(sql.last_part(text_of(column, "name")).strip('`"[]'))
        for column in (columns if isinstance(columns, list) else [])
        if isinstance(column, dict)
    }
    if line is None or not listed or ";" not in text:
        return
    parts = (COLUMN.fullmatch(part.strip(" .")) for part in text.split(";"))
    noted = [match[1] or match[2] for match in parts if match]
    for name in noted:
        # A column that the declaration has is only left out of the JSON, which may be short.
        if plain(name) not in listed and not _is_declared(delivery, entry, name):
            what = f"the notes name the column {shown(name, 60)}, the JSON does not"
            yield line, what, "Name the same columns in both files."


def _is_declared(delivery: Delivery, entry: dict[str, Any], name: str) -> bool:
    """Tell whether the lines cited for a table, or those after them, hold a name.

    Where a table's declaration is wholly known, that decides (`form_claims`).
    """
    cited = tuple(cited_lines(delivery, entry))
    known = tables_of(ground_of(delivery), text_of(entry, "table_name"), cited)
    if known and all(table.whole for table in known):
        return True
    words = re.compile(rf"(?<![a-z0-9]){re.escape(plain(name))}(?![a-z0-9])")
    return any(
        words.search(plain(text))
        for source, first, last in cited
        for text in source.lines[first - 1 : max(last, first + _DECLARATION)]
    )
