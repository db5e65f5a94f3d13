"""What a quotation declares: routes, columns, images, tokens, pins; each is read once.

Only declarations that are whole in the quotation are read, by their usual forms; the rest of it
says nothing here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.hive.scribe import values
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.hive.scribe.account import Cited

_CHARACTERS = 4000
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


class Route(NamedTuple):
    """A declared route; `line` is that of the file, None where the quotation may begin anywhere."""

    line: int | None
    methods: frozenset[str]
    path: str

    @property
    def text(self) -> str:
        """The route as it is told."""
        return f"{'/'.join(sorted(self.methods))} {self.path}"


class Column(NamedTuple):
    """A declared column; `type` is empty where it is not known."""

    type: str
    is_not_null: bool
    is_key: bool
    is_unique: bool
    refers: bool
    text: str


@dataclass(frozen=True, eq=False)
class Quoted:
    """A quotation of a worker's report, at a place of a file."""

    worker: str
    place: Cited

    @property
    def text(self) -> str:
        """The quotation, as much as is read of it."""
        return self.place.snippet[:_CHARACTERS]

    def keys(self) -> Iterator[tuple[str, str | int]]:
        """Yield what it declares: a kind and the name, or the line of its only route."""
        if len(self.routes) == 1:
            if self.routes[0].line is not None:
                yield "route", self.routes[0].line
            if self.is_guarded:
                yield "guard", ""
        for kind in ("tables", "images", "tokens", "pins", "variables"):
            yield from ((kind, name) for name in getattr(self, kind))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The routes that are declared."""
        text, place = self.text, self.place
        # With a range it lies inside it; with a line alone, or as many lines, it begins there.
        is_placed = place.end == place.line or place.end - place.line == text.rstrip().count("\n")
        named = [
            (match.start(), frozenset({match[1].upper()}), match[2])
            for pattern in _ROUTES
            for match in pattern.finditer(text)
        ]
        named += [
            (match.start(), frozenset(re.findall(r"[A-Z]+", match[2].upper())), match[1])
            for match in _ANY_ROUTE.finditer(text)
        ]
        return tuple(
            Route(place.line + text[:at].count("\n") if is_placed else None, methods, path)
            for at, methods, path in named
        )

    @cached_property
    def is_guarded(self) -> bool:
        """Whether it asks who is calling, and lets nobody else in."""
        return bool(_GUARD.search(self.text)) and not _OPEN.search(self.text)

    @cached_property
    def statuses(self) -> frozenset[int]:
        """The statuses that it declares."""
        return frozenset(map(int, _STATUS.findall(self.text)))

    @cached_property
    def tables(self) -> dict[str, dict[str, Column]]:
        """The columns of each table that is declared by name."""
        tables: dict[str, dict[str, Column]] = {}
        for match in _CREATE.finditer(self.text):
            name = values.table_name(match[1])
            if name:
                tables[name] = dict(_of_sql(match[2]))
        named = _TABLE_NAME.findall(self.text)
        name = values.table_name(named[0]) if len(named) == 1 else None
        if name:
            tables.setdefault(name, {}).update(_of_orm(self.text))
        return tables

    @cached_property
    def images(self) -> dict[str, set[str]]:
        """The tags of each image."""
        return _by_name((name.lower(), tag) for name, tag in _IMAGE.findall(self.text))

    @cached_property
    def tokens(self) -> dict[str, set[str]]:
        """The values of each design token."""
        pairs = _TOKEN.findall(self.text)
        return _by_name((plain(name.lstrip("-$")), value.strip()) for name, value in pairs)

    @cached_property
    def pins(self) -> dict[str, set[str]]:
        """The versions of each package that is pinned."""
        return _by_name((plain(name), version) for name, version in _PINNED.findall(self.text))

    @cached_property
    def variables(self) -> dict[str, set[str]]:
        """The values of each variable of the environment."""
        return _by_name(iter(_VARIABLE.findall(self.text)))


def _by_name(pairs: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    by_name: dict[str, set[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, set()).add(value)
    return by_name


def _of_sql(body: str) -> Iterator[tuple[str, Column]]:
    """Yield the columns of a CREATE TABLE, one a line or all on one."""
    lines = body if "\n" in body else body.replace(", ", ",\n")
    for match in _SQL_COLUMN.finditer(lines):
        rest = match[3].lower()
        if match[1].lower() not in _NO_COLUMN:
            is_key = "primary key" in rest
            yield (
                plain(match[1]),
                Column(
                    match[2],
                    is_key or "not null" in rest,
                    is_key,
                    "unique" in rest,
                    "references" in rest,
                    match[0].strip().rstrip(","),
                ),
            )


def _of_orm(text: str) -> Iterator[tuple[str, Column]]:
    """Yield the columns of a class of SQLAlchemy."""
    for match in _ORM_COLUMN.finditer(text):
        rest = match[2].replace(" ", "")
        is_key = "primary_key=True" in rest
        yield (
            plain(match[1]),
            Column(
                "",
                is_key or "nullable=False" in rest,
                is_key,
                "unique=True" in rest,
                "ForeignKey(" in rest,
                match[0].strip(),
            ),
        )
