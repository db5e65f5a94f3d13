"""`test_data`: a few example rows for each reported table, to be edited.

A row keeps to what is reported of its columns: type, null, unique, references, the texts of an
enumeration. A value of a type that is not known is null where that is allowed, else listed as to be
filled in. Checks that are written as expressions are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.reporting.artefacts.accepted import Artefact, as_json, left_out, text_of
from workers.reporting.artefacts.schema_change import in_order
from workers.reporting.artefacts.tables import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.reporting.artefacts.accepted import Accepted
    from workers.reporting.artefacts.tables import Column

_ROWS = 2
_ABOUT = (
    "A skeleton: rows that keep to the reported types, nulls, unique columns, enumerations and"
    " references. Checks by expression are not read; no row was put into a database."
)
_INTEGERS = frozenset(
    "int integer int2 int4 int8 smallint bigint tinyint mediumint serial bigserial smallserial"
    " long number integerfield autofield bigautofield bigintegerfield".split()
)
_DECIMALS = frozenset("numeric decimal float double real money float4 float8".split())
_TEXTS = frozenset(
    "text string varchar char character citext nvarchar nchar bpchar clob longtext mediumtext"
    " tinytext str charfield textfield emailfield".split()
)
# The form of a type's first word -> its value of a number.
_FORMS: dict[str, Callable[[int], Any]] = {
    r"bool\w*": lambda number: number % 2 == 1,
    r"uuid\w*|uniqueidentifier": "00000000-0000-4000-8000-{:012}".format,
    r"timestamp\w*|datetime\w*": "2026-01-{:02}T00:00:00Z".format,
    r"date\w*": "2026-01-{:02}".format,
    r"time\w*": "00:00:{:02}".format,
    r"json\w*": lambda _number: {},
    r"(?:unsigned|small|big|tiny|medium|u){0,2}(?:int|integer|increments|serial)[0-9]{0,2}": int,
}
_FILL = "FILL: "


class _Table(NamedTuple):
    columns: list[Column]
    rows: list[dict[str, Any]]


def example_rows(accepted: Accepted) -> Artefact:
    """Return example rows for the reported tables, as JSON."""
    tables: dict[str, _Table] = {}
    aside, to_fill, needs = [], [], []
    for entry in in_order(list(accepted.entries("table"))):
        name = text_of(entry.row, "table_name")
        columns = columns_of(entry.row)
        if text_of(entry.row, "status") == "removed" or not columns or name in tables:
            reason = "no columns are reported"
            if columns:
                reason = "it was removed" if name not in tables else "the table is reported twice"
            aside.append(left_out(entry, reason))
            continue
        tables[name] = _Table(columns, _rows_of(name, columns, tables))
        for column in columns:
            if any(_is_open(row[column.name]) for row in tables[name].rows):
                to_fill.append(f"{name}.{column.name}: a value of the type {column.type}")
            if column.references and column.references[0] not in {*tables, name}:
                needs.append(f"{name}.{column.name} refers to {column.references[0]}")
    document: dict[str, Any] = {
        "about": f"{_ABOUT} {accepted.source}",
        "tables": {name: _shown(table) for name, table in tables.items()},
    }
    more = {"to_fill": to_fill, "needs_rows_elsewhere": needs, "left_out": aside}
    document |= {key: rows for key, rows in more.items() if rows}
    return Artefact(as_json(document), "json", len(tables), tuple(aside))


def _shown(table: _Table) -> dict[str, Any]:
    return {"columns": {one.name: _said(one) for one in table.columns}, "rows": table.rows}


def _said(column: Column) -> str:
    """Say a column in a line: its type, and what its values keep to."""
    words = [column.type]
    words += ["primary key"] if column.primary_key else []
    words += ["not null"] if column.nullable is False else []
    words += ["unique"] if column.unique else []
    if column.choices:
        words.append(f"one of {', '.join(column.choices)}")
    if column.references:
        words.append(f"references {'.'.join(part for part in column.references if part)}")
    return ", ".join(words)


def _rows_of(name: str, columns: list[Column], tables: dict[str, _Table]) -> list[dict[str, Any]]:
    """Return as many rows as can differ where they have to; null is in the last one alone."""
    rows: list[dict[str, Any]] = []
    for number in range(1, _ROWS + 1):
        row = {one.name: _value(name, one, number, tables) for one in columns}
        keys = [one for one in columns if one.unique or (one.primary_key and _is_only(columns))]
        if any(row[one.name] == other[one.name] != None for one in keys for other in rows):  # noqa: E711
            break
        rows.append(row)
    return rows


def _is_only(columns: list[Column]) -> bool:
    return sum(one.primary_key for one in columns) == 1


def _value(table: str, column: Column, number: int, tables: dict[str, _Table]) -> Any:
    can_be_null = column.nullable is True and not column.primary_key
    if can_be_null and number == _ROWS:
        return None
    if column.references:
        other, key = column.references
        if other == table and can_be_null:
            return None
        referred = tables.get(other)
        if referred is not None and referred.rows:
            key = key or next((one.name for one in referred.columns if one.primary_key), "")
            if key in referred.rows[0]:
                return referred.rows[min(number, len(referred.rows)) - 1][key]
    if column.choices:
        return column.choices[(number - 1) % len(column.choices)]
    return _of_type(column, number, can_be_null=can_be_null)


def _of_type(column: Column, number: int, *, can_be_null: bool) -> Any:
    """Return the value of a number for a type; no two numbers have the same where it can be."""
    written = " ".join(column.type.casefold().split())
    base = re.split(r"[^a-z0-9_]", written, maxsplit=1)[0]
    if written.endswith("[]") or base == "array":
        return []
    if base in _TEXTS:
        return _text(column.name, written, number)
    if base in _DECIMALS and not re.search(r"\(\s*\d+\s*(?:,\s*0\s*)?\)", written):
        return number + 0.5
    if base in _INTEGERS | _DECIMALS:
        return number
    known = next((one for form, one in _FORMS.items() if re.fullmatch(form, base)), None)
    if known is not None:
        return known(number)
    return None if can_be_null else f"{_FILL}{column.type}"


def _text(name: str, written: str, number: int) -> str:
    """Return a text that fits into the length of its column, the number at its end."""
    length = re.search(r"\(\s*(\d+)", written)
    whole = f"user{number}@example.com" if "email" in name.casefold() else f"{name} {number}"
    most = int(length[1]) if length else len(whole)
    return whole if len(whole) <= most else str(number).rjust(most, "0")[-most:]


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_FILL)
