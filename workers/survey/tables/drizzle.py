"""Tables that Drizzle declares: `pgTable("users", {id: serial("id").primaryKey()})`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    chain,
    is_map,
    line_of,
    name_of,
    named,
    string,
    words,
)
from workers.survey.tables.replay import keyed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.tables.expressions import Expression

CALLS = frozenset("pgTable mysqlTable sqliteTable singlestoreTable".split())


def tables(scripts: Mapping[str, dict[str, Any]]) -> Iterator[Table]:
    """Return the tables of all files; foreign keys name other files' constants."""
    names: dict[str, str] = {}
    for script in scripts.values():
        for variable, call in script["tables"].items():
            name = string(argument(call, 0))
            if name:
                names[variable] = name
    for file, script in scripts.items():
        for variable, call in script["tables"].items():
            if variable in names:
                yield _table(names, file, variable, call)


def _table(names: dict[str, str], file: str, variable: str, call: Expression) -> Table:
    columns: dict[str, Column] = {}
    keys: list[ForeignKey] = []
    whole = True
    declared = argument(call, 1)
    if isinstance(declared, dict) and declared.get("body"):  # (t) => ({...})
        declared = declared["body"][-1]
    for attribute, value in named(declared).items():
        calls = chain(value)
        if not calls or attribute.startswith("..."):
            whole = False
            continue
        column = _column(attribute, calls)
        columns[attribute] = column
        keys += _keys(names, column.name, calls)
    indexes, primary = _extras(argument(call, 2), columns)
    table = Table(
        names[variable], file, line_of(call), "drizzle", variable,
        tuple(columns.values()), tuple(indexes), tuple(keys), whole=whole and bool(columns),
    )  # fmt: skip
    return keyed(table, primary)


def _column(attribute: str, calls: list[Expression]) -> Column:
    first = calls[0]
    by_name = {called(one): one for one in calls[1:]}
    primary = "primaryKey" in by_name
    default = by_name.get("default") or by_name.get("$defaultFn")
    options = [one for one in arguments(first) if is_map(one) and "length" in named(one)]
    length = named(options[0])["length"] if options else None
    kind = f"{called(first)}({length})" if length is not None else called(first)
    return Column(
        string(argument(first, 0)) or attribute,
        kind,
        "notNull" not in by_name and not primary,
        primary,
        "unique" in by_name,
        words(argument(default, 0)) if default is not None else None,
    )


def _keys(names: dict[str, str], column: str, calls: list[Expression]) -> Iterator[ForeignKey]:
    for call in calls[1:]:
        if called(call) == "references":
            target = argument(call, 0)
            body = target.get("body") if isinstance(target, dict) else None
            variable, _, referred = name_of(body[-1] if body else None).rpartition(".")
            action = string(named(argument(call, 1)).get("onDelete"))
            if variable:
                table = names.get(variable.rpartition(".")[2], variable)
                yield ForeignKey((column,), table, (referred,), action)


def _extras(extras: Expression, columns: dict[str, Column]) -> tuple[list[Index], list[str]]:
    """Return the indexes and the primary key that the third argument adds."""
    body = extras["body"][-1] if isinstance(extras, dict) and extras.get("body") else extras
    listed = body if isinstance(body, list) else list(named(body).values())
    indexes: list[Index] = []
    primary: list[str] = []
    for extra in listed:
        calls = chain(extra)
        by_name = {called(each): each for each in calls}
        if "primaryKey" in by_name:
            parts = named(argument(by_name["primaryKey"], 0)).get("columns")
            primary += _names(parts if isinstance(parts, list) else [], columns)
        elif by_name.keys() & {"on", "using"} and calls:
            parts = arguments(by_name.get("on") or by_name["using"])
            kind = called(calls[0])
            name = string(argument(calls[0], 0))
            indexes.append(Index(name, tuple(_names(parts, columns)), kind.startswith("unique")))
    return indexes, primary


def _names(parts: list[Expression], columns: dict[str, Column]) -> list[str]:
    last = [name_of(one).rpartition(".")[2] for one in parts]
    return [columns[one].name for one in last if one in columns]
