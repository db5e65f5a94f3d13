"""What a quotation of one report refutes in another: REFUTING, by the kind of what states it.

A quotation was held against the file when its report was accepted. It refutes only where it holds
the whole declaration of that very thing; what an old migration says may have been changed since.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.claims.paths import is_suffix, segments
from workers.hive.scribe import values
from workers.hive.scribe.account import FINDING, text_of, value_at
from workers.hive.scribe.contradiction import DOUBTED, Contradiction, Side, said
from workers.hive.scribe.kinds import comparers_of
from workers.hive.scribe.quoted import Quoted
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from workers.hive.scribe.account import Account, Entry

REFUTED = "X06"


class Refuted(NamedTuple):
    """What an entry states at a pointer below it, and what the quotation has instead."""

    path: str
    stated: Any
    quoted: str


class Refuting(NamedTuple):
    """What a quotation must declare to be of an entry, and what of the entry it then refutes."""

    keys: Callable[[Entry], Iterator[tuple[str, str | int]]]
    refutes: Callable[[Entry, Quoted], Iterator[Refuted]]


def refuted(accounts: Sequence[Account]) -> Iterator[Contradiction]:
    """Yield what one report states and a quotation of another refutes."""
    declared: dict[tuple[str, str, str | int], list[Quoted]] = {}
    for account in accounts:
        for quoted in _quotations(account):
            for kind, name in quoted.keys():  # noqa: SIM118 - no dictionary
                declared.setdefault((quoted.place.file, kind, name), []).append(quoted)
    for account in accounts:
        for entry in account.entries:
            refuting = REFUTING.get(entry.kind)
            if refuting is not None and entry.status not in {"proposed", "removed"}:
                for quoted in _near(entry, refuting, declared):
                    yield from _against(entry, quoted, refuting.refutes)


def _near(
    entry: Entry,
    refuting: Refuting,
    declared: Mapping[tuple[str, str, str | int], list[Quoted]],
) -> list[Quoted]:
    """Return the quotations of others that declare what an entry is of, in a file that it cites."""
    places = product(
        dict.fromkeys(place.file for place in entry.cited), dict.fromkeys(refuting.keys(entry))
    )
    near = [quoted for file, key in places for quoted in declared.get((file, *key), [])]
    return [quoted for quoted in dict.fromkeys(near) if quoted.worker != entry.worker]


def _quotations(account: Account) -> Iterator[Quoted]:
    """Yield what a report quotes of what is there, in its JSON and in its notes."""
    for entry in account.entries:
        if entry.status != "proposed":
            for place in entry.cited:
                if place.snippet:
                    yield Quoted(account.worker, place)
    yield from (Quoted(account.worker, place) for place in account.quoted)


def _against(
    entry: Entry, quoted: Quoted, refutes: Callable[[Entry, Quoted], Iterator[Refuted]]
) -> Iterator[Contradiction]:
    for what in refutes(entry, quoted):
        pointer = f"{entry.pointer}/{what.path}"
        verdict = entry.account.verdicts.get(pointer, "")
        place = quoted.place
        may_be = verdict == "confirmed" or "migrat" in place.file.lower()
        sides = (
            Side(entry.worker, pointer, said(what.stated), entry.at, verdict),
            Side(quoted.worker, place.pointer, f"quotes {said(what.quoted)}", place.text),
        )
        about = what.path.rsplit("/", 1)[-1]
        subject = comparers_of(entry.kind)[0].title(entry)
        if entry.kind == FINDING:
            subject, about = text_of(entry.row, "title"), "claim"
        yield Contradiction(DOUBTED if may_be else REFUTED, subject, about, sides)


def _of_endpoint(entry: Entry, quoted: Quoted) -> Iterator[Refuted]:
    """The quoted declaration, on the line that the entry cites, has another method or path."""
    row = entry.row
    if text_of(row, "protocol") not in {"", "http"} or len(quoted.routes) != 1:
        return
    route = quoted.routes[0]
    if all(place.line != route.line for place in entry.cited):
        return
    claimed, path = text_of(row, "method").upper(), text_of(row, "path")
    is_there = is_suffix(route.path, path) or not segments(route.path)
    is_called = any(values.method(claimed, method) is not False for method in route.methods)
    if is_there and not is_called:
        yield Refuted("method", claimed, route.text)
    elif is_called and not is_there and values.route(route.path, path) is False:
        yield Refuted("path", path, route.text)
    elif is_called and is_there:
        yield from _of_answer(row, quoted)


def _of_answer(row: dict[str, Any], quoted: Quoted) -> Iterator[Refuted]:
    """The quoted endpoint asks who is calling, or declares another status."""
    if row.get("requires_auth") is False and quoted.is_guarded:
        yield Refuted("requires_auth", row["requires_auth"], quoted.text)
    claimed = value_at(row, "response_format.success_status")
    if isinstance(claimed, int) and len(quoted.statuses) == 1 and claimed not in quoted.statuses:
        (declared,) = quoted.statuses
        yield Refuted("response_format/success_status", claimed, f"status_code={declared}")


def _table(entry: Entry) -> str | None:
    return values.table_name(entry.row.get("table_name") or entry.row.get("name"))


def _image(entry: Entry) -> str:
    return text_of(entry.row, "name", "image").lower()


def _token(entry: Entry) -> str:
    return plain(text_of(entry.row, "name", "token").lstrip("-$"))


def _variable(entry: Entry) -> str:
    return text_of(entry.row, "name", "variable")


def _package(entry: Entry) -> str:
    return plain(text_of(entry.row, "name", "package"))


def _of_table(entry: Entry, quoted: Quoted) -> Iterator[Refuted]:
    """The quoted table declares a column otherwise."""
    columns = quoted.tables.get(_table(entry) or "")
    listed = value_at(entry.row, "schema.columns") if columns else None
    for position, row in enumerate(listed if isinstance(listed, list) else []):
        name = values.table_name(row.get("name")) if isinstance(row, dict) else None
        column = (columns or {}).get(name or "")
        if column is None:
            continue
        facts = (
            ("nullable", row.get("nullable") is True and column.is_not_null),
            ("primary_key", row.get("primary_key") is False and column.is_key),
            ("unique", row.get("unique") is False and column.is_unique),
            ("type", bool(column.type) and values.sql_type(row.get("type"), column.type) is False),
        )
        for field, is_refuted in facts:
            if is_refuted:
                yield Refuted(f"schema/columns/{position}/{field}", row.get(field), column.text)


def _of_finding(entry: Entry, quoted: Quoted) -> Iterator[Refuted]:
    """The quoted declaration has what a claim of the finding says is missing."""
    claims = entry.row.get("claims")
    for position, claim in enumerate(claims if isinstance(claims, list) else []):
        if isinstance(claim, dict) and _is_there(claim, quoted):
            yield Refuted(f"claims/{position}", _as_text(claim), quoted.text)


def _as_text(claim: dict[str, Any]) -> str:
    names = ("kind", "method", "path", "table", "name", "version")
    words = [text_of(claim, name) for name in names]
    columns = claim.get("columns")
    words += [", ".join(map(str, columns))] if isinstance(columns, list) else []
    return " ".join(filter(None, words))


def _is_there(claim: dict[str, Any], quoted: Quoted) -> bool:
    kind, columns = claim.get("kind"), claim.get("columns")
    if kind == "missing_auth":
        return _is_guarded(text_of(claim, "method").upper(), text_of(claim, "path"), quoted)
    if kind == "dependency":
        pinned = quoted.pins.get(plain(text_of(claim, "name")), set())
        return bool(pinned) and text_of(claim, "version") not in pinned
    declared = quoted.tables.get(values.table_name(claim.get("table")) or "", {})
    if kind == "missing_primary_key":
        return any(column.is_key for column in declared.values())
    names = columns if isinstance(columns, list) else []
    column = declared.get(plain(str(names[0]))) if len(names) == 1 else None
    if column is None:
        return False
    return bool(
        {
            "missing_not_null": column.is_not_null,
            "missing_unique": column.is_unique or column.is_key,
            "missing_foreign_key": column.refers,
        }.get(str(kind))
    )


def _is_guarded(method: str, path: str, quoted: Quoted) -> bool:
    if len(quoted.routes) != 1 or not quoted.is_guarded:
        return False
    route = quoted.routes[0]
    return method in route.methods and bool(segments(route.path)) and is_suffix(route.path, path)


def _of_image(entry: Entry, quoted: Quoted) -> Iterator[Refuted]:
    """The quoted line names another tag of the image."""
    name, tag = _image(entry), text_of(entry.row, "tag")
    tags = quoted.images.get(name, set())
    if tag and tags and tag not in tags:
        yield Refuted("tag", tag, f"{name}:{min(tags)}")


def _of_token(entry: Entry, quoted: Quoted) -> Iterator[Refuted]:
    """The quoted line gives the token another value."""
    written, value = quoted.tokens.get(_token(entry), set()), entry.row.get("value")
    if value is not None and len(written) == 1:
        (other,) = written
        if values.design_value(value, other) is False:
            yield Refuted("value", value, other)


def _of_variable(entry: Entry, quoted: Quoted) -> Iterator[Refuted]:
    """The quoted line gives the variable another default."""
    written = quoted.variables.get(_variable(entry), set())
    value = entry.row.get("default")
    if value is not None and len(written) == 1:
        (other,) = written
        if values.default(value, other) is False:
            yield Refuted("default", value, other)


def _of_dependency(entry: Entry, quoted: Quoted) -> Iterator[Refuted]:
    """The quoted line pins another version."""
    name, version = _package(entry), text_of(entry.row, "version")
    pinned = quoted.pins.get(name, set())
    if version and len(pinned) == 1:
        (other,) = pinned
        if values.exact(version, other) is False:
            yield Refuted("version", version, f"{name}=={other}")


def _lines(entry: Entry) -> Iterator[tuple[str, str | int]]:
    yield from (("route", place.line) for place in entry.cited)


def _claimed(entry: Entry) -> Iterator[tuple[str, str | int]]:
    claims = entry.row.get("claims")
    for claim in claims if isinstance(claims, list) else []:
        if isinstance(claim, dict):
            yield "guard", ""
            yield "pins", plain(text_of(claim, "name"))
            yield "tables", values.table_name(claim.get("table")) or ""


def _named(kind: str, name: Callable[[Entry], str | None]) -> Refuting:
    """Return how an entry is refuted by what a quotation declares of its name."""

    def keys(entry: Entry) -> Iterator[tuple[str, str | int]]:
        yield kind, name(entry) or ""

    return Refuting(keys, _OF_NAMES[kind])


_OF_NAMES: dict[str, Callable[[Entry, Quoted], Iterator[Refuted]]] = {
    "tables": _of_table,
    "images": _of_image,
    "tokens": _of_token,
    "variables": _of_variable,
    "pins": _of_dependency,
}
REFUTING = {
    FINDING: Refuting(_claimed, _of_finding),
    "endpoint": Refuting(_lines, _of_endpoint),
    "table": _named("tables", _table),
    "image": _named("images", _image),
    "token": _named("tokens", _token),
    "environment_variable": _named("variables", _variable),
    "dependency": _named("pins", _package),
}
