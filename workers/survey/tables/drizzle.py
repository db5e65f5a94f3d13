"""Tables that Drizzle declares: `pgTable("users", {id: serial("id").primaryKey()})`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.tables import script_source
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
    whole_call,
    words,
)
from workers.survey.tables.naming import snake_case
from workers.survey.tables.replay import keyed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from workers.survey.tables.expressions import Expression

CALLS = frozenset("pgTable mysqlTable sqliteTable singlestoreTable".split())
WORD = b"drizzle"
_SPREADS = 5
_SCHEMAS = frozenset({"pgSchema", "mysqlSchema", "singlestoreSchema"})
# What makes a column; another function is the repository's own, and may say more than it shows.
_BUILDERS = frozenset(
    "serial bigserial smallserial integer int bigint smallint tinyint mediumint boolean text"
    " varchar char numeric decimal real doublePrecision double float json jsonb uuid time timestamp"
    " date datetime year interval point line geometry vector halfvec sparsevec bit inet cidr"
    " macaddr8 binary varbinary blob tinytext mediumtext longtext mysqlEnum singlestoreEnum"
    " bytea macaddr".split()
)


def facts(root: Node, source: bytes) -> dict[str, Any] | None:
    """Return what tables may need of a file: objects that they spread, what makes tables.

    `creators` are what `pgTableCreator` or `pgSchema` made, with the beginning that it gives names,
    None for one that is not known; `made` are calls of something else with a name and an object.
    """
    if WORD not in source:
        return None
    fact: dict[str, Any] = {"objects": {}, "creators": {}, "made": {}}
    fact["snake"] = b"snake_case" in source and b"casing" in source
    if b"drizzle-orm" not in source:
        return fact
    for name, value in script_source.module_constants(root):
        made = script_source.expression(value)
        function = called(made)
        if is_map(made):
            fact["objects"][name] = made
        elif function.endswith("TableCreator"):
            fact["creators"][name] = _beginning(argument(made, 0))
        elif function in _SCHEMAS and string(argument(made, 0)):
            fact["creators"][name] = f"{string(argument(made, 0))}."
        elif function not in CALLS and string(argument(made, 0)) and _is_declared(made):
            fact["made"][name] = made
    return fact


def _beginning(function: Expression) -> str | None:
    """Return `app_` of (name) => `app_${name}`, None for what is more than that."""
    body = function.get("body") if isinstance(function, dict) else None
    written = body[-1].get("text", "") if body and isinstance(body[-1], dict) else ""
    before, mark, after = written.strip("`").partition("${")
    return before if mark and after == f"{function['function'][0]}}}" else None


def _is_declared(call: Expression) -> bool:
    second = argument(call, 1)
    return is_map(second) or (isinstance(second, dict) and bool(second.get("body")))


def _created(known: _Known, file: str, fact: dict[str, Any]) -> Iterator[tuple[str, Expression]]:
    """Yield the tables that a creator of the repository makes, with their whole names."""
    for variable, call in fact["made"].items():
        creator = whole_call(call).removesuffix(".table")
        by_file = known.creators.get(creator, {})
        beginning = by_file.get(file)
        if beginning is None and len(by_file) == 1:
            beginning = next(iter(by_file.values()))
        if beginning is not None:
            name = f"{beginning}{argument(call, 0)}".removeprefix("public.")
            yield variable, {**call, "args": [name, *arguments(call)[1:]]}


class _Known(NamedTuple):
    """What tables need: names by constant, objects and creators by constant and file."""

    names: dict[str, str]
    objects: dict[str, dict[str, Expression]]
    creators: dict[str, dict[str, str | None]]
    snake: bool


def tables(scripts: Mapping[str, dict[str, Any]]) -> Iterator[Table]:
    """Return the tables of all files; foreign keys name other files' constants."""
    facts_of = {file: script["drizzle"] for file, script in scripts.items() if script["drizzle"]}
    known = _Known({}, {}, {}, any(fact["snake"] for fact in facts_of.values()))
    for file, fact in facts_of.items():
        for name, value in fact["objects"].items():
            known.objects.setdefault(name, {})[file] = value
        for name, beginning in fact["creators"].items():
            known.creators.setdefault(name, {})[file] = beginning
    declared = [
        (file, variable, call)
        for file, script in scripts.items()
        for variable, call in script["tables"].items()
    ]
    for file, fact in facts_of.items():
        declared += [(file, *made) for made in _created(known, file, fact)]
    titled = [row for row in declared if string(argument(row[2], 0))]
    known.names.update((variable, argument(call, 0)) for _, variable, call in titled)
    for file, variable, call in titled:
        yield _table(known, file, variable, call)


def _table(known: _Known, file: str, variable: str, call: Expression) -> Table:
    columns: dict[str, Column] = {}
    keys: list[ForeignKey] = []
    whole = True
    declared = argument(call, 1)
    if isinstance(declared, dict) and declared.get("body"):  # (t) => ({...})
        declared = declared["body"][-1]
    for attribute, value in _entries(known, file, declared):
        calls = chain(value)
        if not calls or attribute.startswith("..."):
            whole = False
            continue
        column = _column(attribute, calls, snake=known.snake)
        whole = whole and column.nullable is not None
        columns[attribute] = column
        keys += _keys(known.names, column.name, calls)
    indexes, primary = _extras(argument(call, 2), columns)
    table = Table(
        argument(call, 0), file, line_of(call), "drizzle", variable,
        tuple(columns.values()), tuple(indexes), tuple(keys), whole=whole and bool(columns),
    )  # fmt: skip
    return keyed(table, primary)


def _entries(
    known: _Known, file: str, declared: Expression, depth: int = 0
) -> Iterator[tuple[str, Expression]]:
    """Yield the columns of an object, with those of the constants that it spreads."""
    for attribute, value in named(declared).items():
        by_file = known.objects.get(name_of(value), {}) if attribute.startswith("...") else {}
        inner = by_file.get(file) or (next(iter(by_file.values())) if len(by_file) == 1 else None)
        if inner is not None and depth < _SPREADS:
            yield from _entries(known, file, inner, depth + 1)
        else:
            yield attribute, value


def _column(attribute: str, calls: list[Expression], *, snake: bool) -> Column:
    first = calls[0]
    by_name = {called(one): one for one in calls[1:]}
    primary = "primaryKey" in by_name
    default = by_name.get("default") or by_name.get("$defaultFn")
    options = [one for one in arguments(first) if is_map(one) and "length" in named(one)]
    length = named(options[0])["length"] if options else None
    kind = f"{called(first)}({length})" if length is not None else called(first)
    name = string(argument(first, 0))
    nullable: bool | None = "notNull" not in by_name and not primary
    if nullable and name is None and called(first) not in _BUILDERS:
        nullable = None
    return Column(
        name or (snake_case(attribute) if snake else attribute),
        kind,
        nullable,
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
