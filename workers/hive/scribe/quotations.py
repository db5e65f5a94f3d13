"""What a quotation of one report refutes in another: REFUTING, by the kind of what states it.

A quotation was held against the file when its report was accepted. It refutes only where it holds
the whole declaration of that very thing; what an old migration says may have been changed since.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.claims.paths import is_suffix, segments
from workers.hive.scribe import values
from workers.hive.scribe.account import FINDING, entries, text_of, value_at
from workers.hive.scribe.contradiction import DOUBTED, Contradiction, Side, said
from workers.hive.scribe.kinds import comparers_of
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from workers.hive.scribe.account import Account, Cited, Entry

REFUTED = "X06"
_QUOTED_CHARACTERS = 4000
_VERBS = "get|post|put|patch|delete|head|options"
_ROUTES = (
    lazy_pattern(rf"(?:@|\b)[\w.]{{1,60}}\.({_VERBS})\(\s*[\"'`]([^\"'`\n]{{0,200}})[\"'`]"),
    lazy_pattern(
        rf"@({_VERBS})(?:Mapping)?\(\s*(?:value\s*=\s*|path\s*=\s*)?[\"']([^\"'\n]*)[\"']",
        re.IGNORECASE,
    ),
    lazy_pattern(rf"\[Http({_VERBS})\(\s*\"([^\"\n]*)\"", re.IGNORECASE),
)
_ANY_ROUTE = lazy_pattern(
    r"\broute\(\s*[\"']([^\"'\n]*)[\"']\s*,\s*methods\s*=\s*[\[(]([^\])\n]*)[\])]"
)
_GUARD = lazy_pattern(
    r"@(?:login|jwt|auth|token|fresh_jwt)_required\b|@PreAuthorize\b|@RolesAllowed\b|\[Authorize\b"
    r"|\bDepends\(\s*(?:get_|require_)?(?:current_)?(?:active_)?user\b|\brequireAuth\b"
    r"|\bisAuthenticated\b|\bensureAuthenticated\b|\bpassport\.authenticate\(|\bUseGuards\("
)
_OPEN = lazy_pattern(r"optional|anonymous|permitall|allow_?any|public", re.IGNORECASE)
_STATUS = lazy_pattern(r"\bstatus_code\s*=\s*(?:status\.HTTP_)?([1-5][0-9]{2})\b")
_CREATE = lazy_pattern(
    r"create\s+table\s+(?:if\s+not\s+exists\s+)?([\w.\"`\[\]]{1,120})\s*\(([^;]*)", re.IGNORECASE
)
_SQL_COLUMN = lazy_pattern(
    r"^\s*[\"`\[]?(\w{1,80})[\"`\]]?\s+"
    r"([A-Za-z]\w*(?:\s+(?:varying|precision))?(?:\s?\([0-9, ]*\))?)([^\n]*)$",
    re.MULTILINE,
)
_TABLE_NAME = lazy_pattern(r"__tablename__\s*=\s*[\"']([\w.]{1,120})[\"']")
_ORM_COLUMN = lazy_pattern(
    r"^\s*(\w{1,80})\s*(?::[^=\n]{0,80})?=\s*(?:\w+\.)?(?:Column|mapped_column)\(([^\n]*)\)\s*$",
    re.MULTILINE,
)
_NO_COLUMN = frozenset("primary unique foreign constraint check key index create".split())
_IMAGE = lazy_pattern(r"(?:^|\n)\s*(?:FROM|-?\s*image:)\s+[\"']?([\w./-]{1,200}):([\w.-]{1,128})")
_TOKEN = lazy_pattern(r"(--[\w-]{1,100}|\$[\w-]{1,100})\s*:\s*([^;\n]{1,120})")
_PINNED = lazy_pattern(r"(?:^|\n|[\"'])([\w.-]{1,100})(?:\[[^\]\n]*\])?\s*==\s*([\w.]{1,40})")
_VARIABLE = lazy_pattern(r"(?:^|\n)\s*(?:export\s+|ENV\s+)?([A-Z][A-Z0-9_]{1,80})=([^\s#]{1,200})")


class Refuted(NamedTuple):
    """What an entry states at a pointer below it, and what the quotation has instead."""

    path: str
    stated: Any
    quoted: str


def refuted(accounts: Sequence[Account]) -> Iterator[Contradiction]:
    """Yield what one report states and a quotation of another refutes."""
    quotations = [
        (account, quotation) for account in accounts for quotation in _quotations(account)
    ]
    by_file: dict[str, list[tuple[Account, Cited]]] = {}
    for account, quotation in quotations:
        by_file.setdefault(quotation.file, []).append((account, quotation))
    for account in accounts:
        for entry in entries(account):
            refutes = REFUTING.get(entry.kind)
            if refutes is None or entry.status in {"proposed", "removed"}:
                continue
            near = [one for file in _files(entry) for one in by_file.get(file, [])]
            for other, quotation in near or (quotations if entry.kind == FINDING else []):
                if other.worker != account.worker:
                    yield from _against(entry, other, quotation, refutes)


def _files(entry: Entry) -> list[str]:
    return list(dict.fromkeys(place.file for place in entry.cited))


def _quotations(account: Account) -> Iterator[Cited]:
    for entry in entries(account):
        if entry.status != "proposed":
            yield from (place for place in entry.cited if place.snippet)


def _against(
    entry: Entry,
    other: Account,
    quotation: Cited,
    refutes: Callable[[Entry, Cited], Iterator[Refuted]],
) -> Iterator[Contradiction]:
    for what in refutes(entry, quotation):
        pointer = f"{entry.pointer}/{what.path}" if what.path else entry.pointer
        verdict = entry.account.verdicts.get(pointer, "")
        may_be = verdict == "confirmed" or "migrat" in quotation.file.lower()
        sides = (
            Side(entry.worker, pointer, said(what.stated), entry.at, verdict),
            Side(other.worker, quotation.pointer, f"quotes {said(what.quoted)}", quotation.text),
        )
        about = what.path.rsplit("/", 1)[-1]
        subject = comparers_of(entry.kind)[0].title(entry)
        if entry.kind == FINDING:
            subject, about = text_of(entry.row, "title"), "claim"
        yield Contradiction(DOUBTED if may_be else REFUTED, subject, about, sides)


def _declared(text: str) -> list[tuple[int, set[str], str]]:
    """Return the routes that a quotation declares: position, methods, path."""
    routes = [
        (match.start(), {match[1].upper()}, match[2])
        for pattern in _ROUTES
        for match in pattern.finditer(text)
    ]
    return routes + [
        (match.start(), set(re.findall(r"[A-Z]+", match[2].upper())), match[1])
        for match in _ANY_ROUTE.finditer(text)
    ]


def _of_endpoint(entry: Entry, quotation: Cited) -> Iterator[Refuted]:
    """The quoted declaration, on the line that the entry cites, has another method or path."""
    text = quotation.snippet[:_QUOTED_CHARACTERS]
    routes = _declared(text)
    if len(routes) != 1 or text_of(entry.row, "protocol") not in {"", "http"}:
        return
    position, methods, path = routes[0]
    at = quotation.line + text[:position].count("\n")
    begins = quotation.end == quotation.line or quotation.end - quotation.line == text.count("\n")
    if not begins or all(place.line != at for place in entry.cited):
        return
    row = entry.row
    claimed, claimed_path = text_of(row, "method").upper(), text_of(row, "path")
    same_path = is_suffix(path, claimed_path) or not segments(path)
    same_method = any(values.method(claimed, method) is not False for method in methods)
    if same_path and not same_method:
        yield Refuted("method", claimed, f"{'/'.join(sorted(methods))} {path}")
    elif same_method and not same_path and values.route(path, claimed_path) is False:
        yield Refuted("path", claimed_path, f"{'/'.join(sorted(methods))} {path}")
    elif same_method and same_path:
        yield from _of_answer(row, text)


def _of_answer(row: dict[str, Any], text: str) -> Iterator[Refuted]:
    """The quoted endpoint asks who is calling, or declares another status."""
    if row.get("requires_auth") is False and _GUARD.search(text) and not _OPEN.search(text):
        yield Refuted("requires_auth", row["requires_auth"], text)
    statuses = set(_STATUS.findall(text))
    claimed = value_at(row, "response_format.success_status")
    if isinstance(claimed, int) and len(statuses) == 1 and str(claimed) not in statuses:
        yield Refuted("response_format/success_status", claimed, f"status_code={statuses.pop()}")


class _Column(NamedTuple):
    """A column as a quotation declares it; `type` is empty where it is not known."""

    name: str
    type: str
    is_not_null: bool
    is_key: bool
    is_unique: bool
    refers: bool
    text: str


def _columns(table: str | None, text: str) -> dict[str, _Column]:
    """Return the columns of a table that a quotation declares as such."""
    columns: dict[str, _Column] = {}
    for match in _CREATE.finditer(text):
        if table and values.table_name(match[1]) == table:
            for column in _SQL_COLUMN.finditer(
                match[2].replace(", ", ",\n") if "\n" not in match[2] else match[2]
            ):
                if column[1].lower() not in _NO_COLUMN:
                    rest = column[3].lower()
                    columns[plain(column[1])] = _Column(
                        column[1], column[2], "not null" in rest or "primary key" in rest,
                        "primary key" in rest, "unique" in rest, "references" in rest,
                        column[0].strip(),
                    )  # fmt: skip
    named = _TABLE_NAME.search(text)
    if table and named and values.table_name(named[1]) == table:
        for column in _ORM_COLUMN.finditer(text):
            rest = column[2].replace(" ", "")
            is_key = "primary_key=True" in rest
            columns[plain(column[1])] = _Column(
                column[1], "", "nullable=False" in rest or is_key, is_key, "unique=True" in rest,
                "ForeignKey(" in rest, column[0].strip(),
            )  # fmt: skip
    return columns


def _of_table(entry: Entry, quotation: Cited) -> Iterator[Refuted]:
    """The quoted table declares a column otherwise."""
    table = values.table_name(entry.row.get("table_name") or entry.row.get("name"))
    quoted = _columns(table, quotation.snippet[:_QUOTED_CHARACTERS])
    listed = value_at(entry.row, "schema.columns") if quoted else None
    for position, row in enumerate(listed if isinstance(listed, list) else []):
        column = (
            quoted.get(values.table_name(row.get("name")) or "") if isinstance(row, dict) else None
        )
        if column is None:
            continue
        path = f"schema/columns/{position}"
        facts = (
            ("nullable", row.get("nullable") is True and column.is_not_null),
            ("primary_key", row.get("primary_key") is False and column.is_key),
            ("unique", row.get("unique") is False and column.is_unique),
            ("type", bool(column.type) and values.sql_type(row.get("type"), column.type) is False),
        )
        for name, is_refuted in facts:
            if is_refuted:
                yield Refuted(f"{path}/{name}", row.get(name), column.text)


def _of_finding(entry: Entry, quotation: Cited) -> Iterator[Refuted]:
    """The quoted declaration has what a claim of the finding says is missing."""
    claims = entry.row.get("claims")
    text = quotation.snippet[:_QUOTED_CHARACTERS]
    for position, claim in enumerate(claims if isinstance(claims, list) else []):
        if isinstance(claim, dict) and _is_there(claim, text):
            yield Refuted(f"claims/{position}", _as_text(claim), text)


def _as_text(claim: dict[str, Any]) -> str:
    words = [
        text_of(claim, name) for name in ("kind", "method", "path", "table", "name", "version")
    ]
    columns = claim.get("columns")
    words += [", ".join(map(str, columns))] if isinstance(columns, list) else []
    return " ".join(filter(None, words))


def _is_there(claim: dict[str, Any], text: str) -> bool:
    kind, columns = claim.get("kind"), claim.get("columns")
    if kind == "missing_auth":
        return _is_guarded(text_of(claim, "method").upper(), text_of(claim, "path"), text)
    if kind == "dependency":
        pins = {plain(name): version for name, version in _PINNED.findall(text)}
        pinned = pins.get(plain(text_of(claim, "name")))
        return pinned is not None and pinned != text_of(claim, "version")
    quoted = _columns(values.table_name(claim.get("table")), text)
    if kind == "missing_primary_key":
        return any(column.is_key for column in quoted.values())
    named = [quoted.get(plain(str(name))) for name in columns] if isinstance(columns, list) else []
    column = named[0] if len(named) == 1 else None
    if column is None:
        return False
    return bool(
        {
            "missing_not_null": column.is_not_null,
            "missing_unique": column.is_unique or column.is_key,
            "missing_foreign_key": column.refers,
        }.get(str(kind))
    )


def _is_guarded(method: str, path: str, text: str) -> bool:
    routes = _declared(text)
    if len(routes) != 1 or not _GUARD.search(text) or _OPEN.search(text):
        return False
    return method in routes[0][1] and bool(segments(routes[0][2])) and is_suffix(routes[0][2], path)


def _of_image(entry: Entry, quotation: Cited) -> Iterator[Refuted]:
    """The quoted line names another tag of the image."""
    name, tag = text_of(entry.row, "name", "image").lower(), text_of(entry.row, "tag")
    tags = {found for image, found in _IMAGE.findall(quotation.snippet) if image.lower() == name}
    if tag and tags and tag not in tags:
        yield Refuted("tag", tag, f"{name}:{min(tags)}")


def _of_token(entry: Entry, quotation: Cited) -> Iterator[Refuted]:
    """The quoted line gives the token another value."""
    name, value = plain(text_of(entry.row, "name", "token").lstrip("-$")), entry.row.get("value")
    quoted = [
        v.strip() for n, v in _TOKEN.findall(quotation.snippet) if plain(n.lstrip("-$")) == name
    ]
    if value is not None and len(quoted) == 1 and values.design_value(value, quoted[0]) is False:
        yield Refuted("value", value, quoted[0])


def _of_variable(entry: Entry, quotation: Cited) -> Iterator[Refuted]:
    """The quoted line gives the variable another default."""
    name, value = text_of(entry.row, "name", "variable"), entry.row.get("default")
    quoted = [v for n, v in _VARIABLE.findall(quotation.snippet) if n == name]
    if value is not None and len(quoted) == 1 and values.default(value, quoted[0]) is False:
        yield Refuted("default", value, quoted[0])


def _of_dependency(entry: Entry, quotation: Cited) -> Iterator[Refuted]:
    """The quoted line pins another version."""
    name, version = plain(text_of(entry.row, "name", "package")), text_of(entry.row, "version")
    pins = {plain(n): v for n, v in _PINNED.findall(quotation.snippet)}
    if version and values.exact(version, pins.get(name)) is False:
        yield Refuted("version", version, f"{name}=={pins[name]}")


REFUTING: dict[str, Callable[[Entry, Cited], Iterator[Refuted]]] = {
    "endpoint": _of_endpoint,
    "table": _of_table,
    FINDING: _of_finding,
    "image": _of_image,
    "token": _of_token,
    "environment_variable": _of_variable,
    "dependency": _of_dependency,
}
