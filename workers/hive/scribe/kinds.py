"""COMPARERS: for each kind of entry what makes two entries the same thing, and what then differs.

A new kind of entry is a line here. Field names that nobody uses cost nothing: what is missing is
never compared. A kind without a line is compared by `UNKNOWN`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.claims.paths import is_suffix, segments
from workers.hive.scribe import values
from workers.hive.scribe.account import text_of, value_at
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from workers.hive.scribe.account import Entry
    from workers.hive.scribe.values import Agree, Agreement

    Key = tuple[Hashable, ...]

ENDPOINT, TABLE, OTHER = "X01", "X02", "X05"  # the codes of workers/codes/contradictions.py
NAMES = ("name", "title", "feature", "path")
# With another value of one of these, an entry is of another thing.
APART = tuple(
    "environment env stage namespace database theme mode region tenant api_version brand platform"
    " breakpoint locale service metric".split()
)


class Typed(NamedTuple):
    """A field that may contradict: where it is, when two values agree, the code of a problem.

    A row says nothing by it that has the flag `unless`: that a primary key is unique goes unsaid.
    """

    path: str
    agree: Agree
    code: str = OTHER
    unless: str = ""


class Rows(NamedTuple):
    """Rows within an entry, as the columns of a table: what each is, and its fields."""

    path: str
    key: Callable[[Mapping[str, Any]], Hashable | None]
    fields: tuple[Typed, ...]


class Comparer(NamedTuple):
    """How entries of a kind are compared.

    `key` says what an entry is of, None where that is not known. `fits` says of two with one key
    whether they are one thing: None where they may be, and what differs is then only doubted.
    `title` is how it is called. `has_status`: existing contradicts proposed; None: it is doubted.
    """

    key: Callable[[Entry], Key | None]
    title: Callable[[Entry], str]
    fields: tuple[Typed, ...] = ()
    rows: tuple[Rows, ...] = ()
    fits: Callable[[Entry, Entry], bool | None] = lambda _first, _second: True
    has_status: bool | None = False


def by(*fields: str | tuple[str, ...]) -> Callable[[Entry], Key | None]:
    """Return what identifies an entry by its fields, each under one of some keys; all are needed.

    `file` is the place's when the entry itself names none.
    """
    alternatives = [(field,) if isinstance(field, str) else field for field in fields]

    def key(entry: Entry) -> Key | None:
        parts = [_part(entry, several) for several in alternatives]
        return None if None in parts else tuple(parts)

    return key


def _part(entry: Entry, several: tuple[str, ...]) -> str | None:
    text = text_of(entry.row, *several)
    if "file" in several:
        text = entry.account.relative(text) or next((p.file for p in entry.cited), "")
        return text.lower() or None
    return plain(" ".join(text.split())) or None


def called(*fields: str) -> Callable[[Entry], str]:
    """Return how an entry is called: its kind, and the first of some fields that it has."""

    def title(entry: Entry) -> str:
        return f"{entry.kind.replace('_', ' ')} {text_of(entry.row, *fields) or '?'}"

    return title


def _protocol(entry: Entry) -> str:
    return text_of(entry.row, "protocol").lower() or "http"


def _route(path: str) -> tuple[str, ...]:
    """Return the segments of a path; what catches all is no parameter of one segment."""
    whole = [part for part in path.split("?", maxsplit=1)[0].split("/") if part]
    parts = segments(path)
    if len(parts) != len(whole):
        return tuple(parts)
    is_greedy = [part.startswith(("*", "[...", "{*")) or ":path" in part for part in whole]
    return tuple(
        "{*}" if all_of_it else part for part, all_of_it in zip(parts, is_greedy, strict=True)
    )


def _endpoint(entry: Entry) -> Key | None:
    row, protocol = entry.row, _protocol(entry)
    operation, path = text_of(row, "operation"), text_of(row, "path")
    if protocol != "http" and operation:
        return protocol, operation.lower()
    if not path:
        return None
    return protocol, text_of(row, "method").upper(), _route(path)


def _at_line(entry: Entry) -> Key | None:
    place = next(iter(entry.cited), None)
    if place is None or _protocol(entry) != "http":
        return None
    return text_of(entry.row, "method").upper(), place.file, place.line


def _is_mounted(first: Entry, second: Entry) -> bool:
    left, right = text_of(first.row, "path"), text_of(second.row, "path")
    if segments(left) == segments(right):
        return False
    return is_suffix(left, right) or is_suffix(right, left)


def _operation(entry: Entry) -> Key | None:
    operation = text_of(entry.row, "operation")
    return (_protocol(entry), operation.lower()) if operation else None


def _named_line(entry: Entry) -> Key | None:
    name, place = text_of(entry.row, "endpoint", "name"), next(iter(entry.cited), None)
    if not name or place is None or text_of(entry.row, "operation"):
        return None
    return _protocol(entry), plain(" ".join(name.split())), place.file, place.line


def _called_route(entry: Entry) -> str:
    row = entry.row
    operation = text_of(row, "operation")
    if _protocol(entry) != "http" and operation:
        return f"{_protocol(entry)} {operation}"
    return f"{text_of(row, 'method').upper()} {text_of(row, 'path')}".strip()


def _has_other_operation(first: Entry, second: Entry) -> bool:
    """Of routes a document gives each operation a name; other protocols say it by name alone."""
    return _protocol(first) == _protocol(second) == "http"


_GUARDS = (
    Typed("requires_auth", values.flag, ENDPOINT),
    Typed("rate_limited", values.flag, ENDPOINT),
    Typed("cached", values.flag, ENDPOINT),
    Typed("response_format.success_status", values.count, ENDPOINT),
)
_WHERE = (Typed("method", values.method, ENDPOINT), Typed("path", values.route, ENDPOINT))


def _table(entry: Entry) -> Key | None:
    name = values.table_name(entry.row.get("table_name") or entry.row.get("name"))
    return (name,) if name else None


def _is_same_schema(first: Entry, second: Entry) -> bool | None:
    """Tables of one name in two schemas are two; without a schema it may be either."""
    schemas = [
        values.schema_of(entry.row.get("table_name") or entry.row.get("name"))
        for entry in (first, second)
    ]
    if schemas[0] == schemas[1]:
        return True
    return False if all(schemas) else None


def _column(row: Mapping[str, Any]) -> Hashable | None:
    return values.table_name(row.get("name"))


def _indexed(row: Mapping[str, Any]) -> Hashable | None:
    columns = row.get("columns")
    listed = columns if isinstance(columns, list) else []
    return tuple(plain(str(name)) for name in listed) or None


def _related(row: Mapping[str, Any]) -> Hashable | None:
    key = values.table_name(row.get("foreign_key"))
    return (values.table_name(row.get("related_table")), key) if key else None


def _relation(first: Any, second: Any) -> Agreement:
    """One and many are easily seen from the other side."""
    return values.DOUBTED if values.word(first, second) is False else values.word(first, second)


_COLUMNS = Rows(
    "schema.columns",
    _column,
    (
        Typed("type", values.sql_type, TABLE),
        Typed("nullable", values.flag, TABLE),
        Typed("primary_key", values.flag, TABLE),
        Typed("unique", values.flag, TABLE, unless="primary_key"),
        Typed("references", values.reference, TABLE),
        Typed("default", values.default, TABLE),
    ),
)
_INDEXES = Rows("schema.indexes", _indexed, (Typed("unique", values.flag, TABLE),))
_RELATIONSHIPS = Rows("schema.relationships", _related, (Typed("type", _relation, TABLE),))


def _typed(agree: Agree, *paths: str) -> tuple[Typed, ...]:
    return tuple(Typed(path, agree) for path in paths)


def _plain(key: Callable[[Entry], Key | None], *fields: Typed, title: str = "name") -> Comparer:
    """Return the comparer of a kind whose name says what it is."""
    return Comparer(key, called(title, *NAMES), fields, has_status=True)


_NAME = ("name", "component", "component_name")
_COMPONENT = _plain(
    by(_NAME, "file"),
    *_typed(values.word, "kind", "type", "state_management", "rendering"),
    *_typed(values.flag, "has_tests", "client_only", "lazy"),
)
_CLIENT_ROUTE = _plain(
    lambda entry: (_route(text),) if (text := text_of(entry.row, "path", "route")) else None,
    *_typed(values.word, "component"),
    *_typed(values.flag, "requires_auth", "guarded", "lazy"),
    title="path",
)
_SUITE = _plain(
    by(("name", "suite"), "file"),
    *_typed(values.count, "tests", "passed", "failed", "skipped", "test_count"),
    *_typed(values.word, "framework", "runner", "level", "type"),
)
_COVERAGE = _plain(
    by(("source_file", "source", "report", "file"), ("scope", "name", "path")),
    *_typed(values.figure, "figure", "value", "percentage", "percent"),
    title="scope",
)
_PIPELINE = _plain(
    by("file", ("job", "name")),
    *_typed(values.word, "trigger", "runner", "runs_on", "stage"),
    *_typed(values.flag, "required", "manual", "allow_failure"),
    *_typed(values.names, "steps", "needs"),
    title="job",
)
_IMAGE = _plain(
    by("file", ("name", "image")),
    *_typed(values.exact, "tag", "digest"),
    *_typed(values.flag, "pinned", "runs_as_root"),
)
_VARIABLE = _plain(
    by(("name", "variable"), ("where", "file", "location")),
    *_typed(values.default, "default", "value"),
    *_typed(values.flag, "required", "secret", "has_default"),
)
_ENVIRONMENT = _plain(
    by("name", ("where", "file", "location")),
    *_typed(values.count, "replicas", "port"),
    *_typed(values.word, "region", "kind", "type"),
    *_typed(values.flag, "protected"),
)
_MODULE = _plain(
    by(("path", "module", "name")),
    *_typed(values.names, "depends_on", "dependencies"),
    *_typed(values.word, "layer", "language"),
    title="path",
)
_TOKEN = _plain(
    by(("name", "token")), *_typed(values.design_value, "value"), *_typed(values.word, "type")
)
_SOURCE = _plain(
    by(("address", "url", "source")),
    *_typed(values.moment, "date", "published"),
    *_typed(values.exact, "version"),
    title="address",
)
_VULNERABILITY = Comparer(by("file", "cwe"), called("title", "name", "category"), has_status=True)
_DEPENDENCY = _plain(
    by(("name", "package"), "file"), *_typed(values.exact, "version"), *_typed(values.flag, "dev")
)
_OPTION = _plain(by("name"), *_typed(values.flag, "in_use"))
_CONTRAST = _plain(
    by("foreground", "background", "level"),
    *_typed(values.figure, "ratio"),
)
_MEASURE = ("security_feature", "optimization", *NAMES)

COMPARERS: dict[str, tuple[Comparer, ...]] = {
    "endpoint": (
        Comparer(_endpoint, _called_route, _GUARDS, has_status=True),
        Comparer(_at_line, _called_route, _GUARDS, fits=_is_mounted),
        Comparer(_operation, _called_route, _WHERE, fits=_has_other_operation),
        Comparer(_named_line, _called_route, _WHERE),
    ),
    "table": (
        Comparer(
            _table,
            called("table_name", "name"),
            rows=(_COLUMNS, _INDEXES, _RELATIONSHIPS),
            fits=_is_same_schema,
            has_status=True,
        ),
    ),
    "service": (_plain(by(("service_name", "name")), title="service_name"),),
    "security": (
        Comparer(by(("security_feature", "name"), "category"), called(*_MEASURE), has_status=None),
    ),
    "performance": (
        Comparer(by(("optimization", "name"), "category"), called(*_MEASURE), has_status=None),
    ),
    "component": (_COMPONENT,),
    "client_route": (_CLIENT_ROUTE,),
    "suite": (_SUITE,),
    "coverage_figure": (_COVERAGE,),
    "pipeline": (_PIPELINE,),
    "image": (_IMAGE,),
    "environment_variable": (_VARIABLE,),
    "environment": (_ENVIRONMENT,),
    "module": (_MODULE,),
    "vulnerability": (_VULNERABILITY,),
    "dependency": (_DEPENDENCY,),
    "token": (_TOKEN,),
    "source": (_SOURCE,),
    "option": (_OPTION,),
    "contrast": (_CONTRAST,),
    # A user's own list: what its fields mean is not known, but for the name and `status`.
    "record": (Comparer(by("name"), called("name"), has_status=True),),
}
UNKNOWN = (Comparer(by(NAMES), called(*NAMES), has_status=None),)


def comparers_of(kind: str) -> tuple[Comparer, ...]:
    """Return how entries of a kind are compared."""
    return COMPARERS.get(kind, UNKNOWN)


def are_set_apart(first: Entry, second: Entry) -> bool:
    """Tell whether two entries say that they are of two environments, themes or services."""
    for name in APART:
        left, right = value_at(first.row, name), value_at(second.row, name)
        if isinstance(left, str) and isinstance(right, str) and plain(left) != plain(right):
            return True
    return False
