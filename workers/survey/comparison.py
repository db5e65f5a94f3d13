"""What differs between two maps: endpoints and their guards, tables, columns, indexes and keys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from workers.survey.route_paths import shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from workers.survey.found import Column, Endpoint, ForeignKey, Index, Survey, Table


Row = TypeVar("Row")


class Change(NamedTuple):
    """What was added, removed or changed; `file` and `line` are those of the base where removed.

    `details` say what of it changed, each in words: `guards: none, now login_required`.
    """

    kind: Literal["endpoint", "table"]
    change: Literal["added", "removed", "changed"]
    name: str
    file: str
    line: int
    details: tuple[str, ...] = ()


_OF_ENDPOINTS: Mapping[str, Callable[[Endpoint], object]] = {
    "path": lambda one: one.path,
    "access": lambda one: one.access,
    "guards": lambda one: one.authentication,
    "status": lambda one: one.success_status,
    "request": lambda one: one.request,
    "response": lambda one: one.response,
}
_OF_COLUMNS: Mapping[str, Callable[[Column], object]] = {
    "type": lambda one: one.type,
    "nullable": lambda one: one.nullable,
    "primary key": lambda one: one.primary_key,
    "unique": lambda one: one.unique,
    "default": lambda one: one.default,
}


def changes(before: Survey, after: Survey) -> list[Change]:
    """Return what differs between two maps, endpoints first, in the order of their names."""
    return [*_endpoints(before, after), *_tables(before, after)]


def _endpoints(before: Survey, after: Survey) -> Iterator[Change]:
    old, new = _by_address(before.endpoints), _by_address(after.endpoints)
    for address in sorted(old.keys() | new.keys()):
        was, now = old.get(address, []), new.get(address, [])
        # Several may answer at one address, of several programs: they are held to their files.
        for endpoint, other in _paired(was, now):
            shown = other or endpoint
            if shown is None:
                continue
            name = f"{shown.method} {'' if shown.resolved == 'full' else '...'}{shown.path}"
            if endpoint is None or other is None:
                change: Literal["added", "removed"] = "added" if endpoint is None else "removed"
                yield Change("endpoint", change, name, shown.file, shown.line)
            elif details := tuple(_differences(endpoint, other, _OF_ENDPOINTS)):
                yield Change("endpoint", "changed", name, shown.file, shown.line, details)


def _by_address(endpoints: Iterable[Endpoint]) -> dict[tuple[str, str, str], list[Endpoint]]:
    by_address: dict[tuple[str, str, str], list[Endpoint]] = defaultdict(list)
    for endpoint in endpoints:
        by_address[shape(endpoint.path), endpoint.method, endpoint.resolved].append(endpoint)
    return by_address


def _paired(
    was: list[Endpoint], now: list[Endpoint]
) -> Iterator[tuple[Endpoint | None, Endpoint | None]]:
    """Pair the endpoints of one address: those of the same file first."""
    left = list(was)
    unpaired: list[Endpoint] = []
    for endpoint in now:
        same = next((old for old in left if old.file == endpoint.file), None)
        if same is None:
            unpaired.append(endpoint)
        else:
            left.remove(same)
            yield same, endpoint
    for endpoint in unpaired:
        yield (left.pop(0) if left else None), endpoint
    for endpoint in left:
        yield endpoint, None


def _tables(before: Survey, after: Survey) -> Iterator[Change]:
    old = {table.name.lower(): table for table in before.tables}
    new = {table.name.lower(): table for table in after.tables}
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if now is None and was is not None:
            yield Change("table", "removed", was.name, was.file, was.line)
        elif was is None and now is not None:
            columns = (f"{len(now.columns)} columns",)
            yield Change("table", "added", now.name, now.file, now.line, columns)
        elif was is not None and now is not None and (details := tuple(_of_table(was, now))):
            yield Change("table", "changed", now.name, now.file, now.line, details)


def _of_table(was: Table, now: Table) -> Iterator[str]:
    old = {column.name.lower(): column for column in was.columns}
    new = {column.name.lower(): column for column in now.columns}
    for name, column in new.items():
        if name not in old:
            yield f"column {column.name} added ({_declared(column)})"
        else:
            for difference in _differences(old[name], column, _OF_COLUMNS):
                yield f"column {column.name}: {difference}"
    yield from (f"column {column.name} removed" for name, column in old.items() if name not in new)
    yield from _gone_and_new("index", map(_index, was.indexes), map(_index, now.indexes))
    yield from _gone_and_new(
        "foreign key", map(_key, was.foreign_keys), map(_key, now.foreign_keys)
    )


def _gone_and_new(noun: str, was: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    old, new = list(was), list(now)
    yield from (f"{noun} {name} added" for name in new if name not in old)
    yield from (f"{noun} {name} removed" for name in old if name not in new)


def _declared(column: Column) -> str:
    words = [column.type or "type not known"]
    words += ["not null"] if column.nullable is False else []
    words += ["primary key"] if column.primary_key else []
    return ", ".join(words)


def _index(index: Index) -> str:
    return f"{'unique ' if index.unique else ''}({', '.join(index.columns)})"


def _key(key: ForeignKey) -> str:
    action = f" on delete {key.on_delete.lower()}" if key.on_delete else ""
    return f"({', '.join(key.columns)}) to {key.table}{action}"


def _differences(
    was: Row, now: Row, fields: Mapping[str, Callable[[Row], object]]
) -> Iterator[str]:
    for name, value in fields.items():
        old, new = value(was), value(now)
        if old != new:
            yield f"{name}: {_worded(old)}, now {_worded(new)}"


def _worded(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
