"""Steps of JavaScript migrations, Knex's schema builders first; and schemas that are objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.tables import sql_source
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    chain,
    is_map,
    line_of,
    named,
    string,
    strings,
    words,
)
from workers.survey.tables.query_interface import changed, interface_table, runner_table
from workers.survey.tables.replay import add_column, create

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from workers.survey.tables.expressions import Expression
    from workers.survey.tables.replay import Step

CALLS = frozenset(
    "createTable createTableIfNotExists dropTable dropTableIfExists renameTable alterTable table"
    " addColumn removeColumn changeColumn renameColumn addIndex removeIndex addColumns dropColumn"
    " addConstraint raw query addSql createIndex createForeignKey".split()
)
TYPES = frozenset(
    "increments bigIncrements smallIncrements tinyIncrements integer bigInteger bigint smallint"
    " tinyint mediumint text string float double decimal boolean date dateTime datetime time"
    " timestamp binary enum enu json jsonb uuid geometry geography point specificType char".split()
)
INCREMENTS = frozenset("increments bigIncrements smallIncrements tinyIncrements".split())


def steps(call: Expression) -> Iterator[Step]:
    """Return what a call, and those that it is chained to, do to tables."""
    for each in chain(call):
        function, first = called(each), argument(each, 0)
        if function in {"raw", "query", "addSql"}:
            for step in sql_source.steps(first)[0] if isinstance(first, str) else ():
                yield {**step, "line": line_of(each)} if "line" in step else step
        elif function in {"dropTable", "dropTableIfExists"} and isinstance(first, str):
            yield {"do": "drop", "table": first}
        elif function == "renameTable" and isinstance(argument(each, 1), str):
            if isinstance(first, str):
                yield {"do": "rename", "table": first, "to": argument(each, 1)}
        elif function in {"createTable", "createTableIfNotExists"}:
            yield from _created(each)
        elif function in {"table", "alterTable"} and isinstance(first, str):
            yield from _built(first, argument(each, 1))
        elif isinstance(first, str):
            yield from changed(function, first, each)


def _created(call: Expression) -> Iterator[Step]:
    first, second = argument(call, 0), argument(call, 1)
    if called(first) == "Table":  # queryRunner.createTable(new Table({...}))
        yield from runner_table(named(argument(first, 0)), line_of(call))
        return
    name = first if isinstance(first, str) else string(named(first).get("tableName"))
    if name is None:
        return
    if is_map(second):
        yield interface_table(name, second, line_of(call))
        return
    step = create(name, line_of(call))
    step["if_absent"] = called(call) == "createTableIfNotExists"
    step["primary_key"] = []
    for change in _built(name, second):
        if change["do"] == "add_column":
            step["columns"].append(change["column"])
            step["foreign_keys"] += change["foreign_keys"]
            step["indexes"] += change["indexes"]
        elif change["do"] == "add_index":
            step["indexes"].append(change["index"])
        elif change["do"] == "add_key":
            step["foreign_keys"].append(change["foreign_key"])
        elif change["do"] == "add_primary":
            step["primary_key"] += change["columns"]
    yield step


def _built(table: str, builder: Expression) -> Iterator[Step]:
    """Return what the calls on a table builder do, in order."""
    if not isinstance(builder, dict) or "function" not in builder or not builder["function"]:
        return
    variable = builder["function"][0]
    for statement in builder["body"]:
        calls = chain(statement)
        if calls and str(calls[0]["call"]).partition(".")[0] == variable:
            yield from _column_steps(table, calls)


def _column_steps(table: str, calls: list[Expression]) -> Iterator[Step]:
    """Return what one statement in a table builder does: a column, or a change to the table."""
    first, modifiers = calls[0], {called(one): one for one in calls[1:]}
    function, name = called(first), argument(first, 0)
    if function in TYPES and (isinstance(name, str) or function in INCREMENTS):
        column = _column(first, name if isinstance(name, str) else "id", modifiers)
        key = _key((column["name"],), modifiers)
        indexes = [{"name": None, "columns": [column["name"]]}] if "index" in modifiers else []
        added = add_column(table, column, [key] if key else [], indexes)
        changed = {"do": "change_column", "table": table, "name": column["name"], "changes": column}
        yield changed if "alter" in modifiers else added
    elif function == "foreign":
        key = _key(strings(name), modifiers)
        yield from [{"do": "add_key", "table": table, "foreign_key": key}] if key else []
    elif function in BUILDERS:
        yield from BUILDERS[function](table, first)


def _timestamps(table: str, call: Expression) -> Iterator[Step]:
    camel = named(argument(call, 0)).get("useCamelCase") is True or argument(call, 2) is True
    for name in ("createdAt", "updatedAt") if camel else ("created_at", "updated_at"):
        nullable = argument(call, 1) is not True
        yield add_column(table, {"name": name, "type": "timestamp", "nullable": nullable})


def _drop_columns(table: str, call: Expression) -> Iterator[Step]:
    first = argument(call, 0)
    names = strings(first) if isinstance(first, list) else strings(arguments(call))
    if called(call) == "dropTimestamps":
        names = ("created_at", "updated_at")
    yield from ({"do": "drop_column", "table": table, "name": one} for one in names)


def _rename_column(table: str, call: Expression) -> Iterator[Step]:
    old, new = string(argument(call, 0)), string(argument(call, 1))
    if old and new:
        yield {"do": "rename_column", "table": table, "name": old, "to": new}


def _nullable(table: str, call: Expression) -> Iterator[Step]:
    name = string(argument(call, 0))
    changes = {"nullable": called(call) == "setNullable"}
    if name:
        yield {"do": "change_column", "table": table, "name": name, "changes": changes}


def _primary(table: str, call: Expression) -> Iterator[Step]:
    yield {"do": "add_primary", "table": table, "columns": strings(argument(call, 0))}


def _index(table: str, call: Expression) -> Iterator[Step]:
    columns, name = strings(argument(call, 0)), string(argument(call, 1))
    index = {"name": name, "columns": columns, "unique": called(call) == "unique"}
    if columns:
        yield {"do": "add_index", "table": table, "index": index}


def _drop_index(_: str, call: Expression) -> Iterator[Step]:
    if isinstance(argument(call, 1), str):
        yield {"do": "drop_index", "name": argument(call, 1)}


def _drop_key(table: str, call: Expression) -> Iterator[Step]:
    yield {"do": "drop_key", "table": table, "columns": strings(argument(call, 0))}


BUILDERS: dict[str, Callable[[str, Expression], Iterator[Step]]] = {
    "timestamps": _timestamps,
    "dropColumn": _drop_columns,
    "dropColumns": _drop_columns,
    "dropTimestamps": _drop_columns,
    "renameColumn": _rename_column,
    "setNullable": _nullable,
    "dropNullable": _nullable,
    "primary": _primary,
    "index": _index,
    "unique": _index,
    "dropIndex": _drop_index,
    "dropUnique": _drop_index,
    "dropForeign": _drop_key,
}


def _column(first: Expression, name: str, modifiers: dict[str, Expression]) -> dict[str, Any]:
    function = called(first)
    sizes = [one for one in arguments(first)[1:] if not is_map(one)]
    kind = words({"call": function, "args": sizes})
    if function == "specificType" and sizes and isinstance(sizes[0], str):
        kind = sizes[0]
    primary = "primary" in modifiers or function in INCREMENTS
    default = modifiers.get("defaultTo")
    return {
        "name": name,
        "type": kind,
        "nullable": not primary and "notNullable" not in modifiers,
        "primary_key": primary,
        "unique": "unique" in modifiers,
        "default": words(argument(default, 0)) if default is not None else None,
    }


def _key(columns: tuple[str, ...], modifiers: dict[str, Expression]) -> dict[str, Any] | None:
    """Return the key of `.references("id").inTable("users")` or `.references("users.id")`."""
    column = argument(modifiers.get("references"), 0)
    referred = strings(column)
    table = string(argument(modifiers.get("inTable"), 0))
    if table is None and len(referred) == 1 and "." in referred[0]:
        table, _, last = referred[0].rpartition(".")
        referred = (last,)
    if table is None:
        return None
    action = string(argument(modifiers.get("onDelete"), 0))
    return {"columns": columns, "table": table, "referred": referred, "on_delete": action}


def tables_of_objects(scripts: Mapping[str, dict[str, Any]]) -> Iterator[Table]:
    """Return the tables of a schema that is an object: `{users: {id: {type: "string", ...}}}`."""
    for file, script in scripts.items():
        schema = script["schema"]
        for name, columns in named(schema).items():
            declared = [one for key, one in named(columns).items() if key[0] != "@"]
            kinds = [named(one).get("type") for one in declared]
            if declared and all(kind in TYPES for kind in kinds):
                yield _object_table(file, schema["lines"].get(name, 1), name, columns)


def _object_table(file: str, line: int, name: str, columns: Expression) -> Table:
    made: list[Column] = []
    keys: list[ForeignKey] = []
    for key, declared in named(columns).items():
        options = named(declared)
        if key.startswith("@@"):
            continue
        size = options.get("maxlength")
        primary = options.get("primary") is True
        default = options.get("defaultTo")
        made.append(
            Column(
                key,
                f"{options['type']}({size})" if size is not None else options["type"],
                options.get("nullable") is not False and not primary,
                primary,
                options.get("unique") is True,
                words(default) if default is not None else None,
            )
        )
        table, _, column = (string(options.get("references")) or "").rpartition(".")
        if table:
            action = "CASCADE" if options.get("cascadeDelete") is True else None
            keys.append(ForeignKey((key,), table, (column,), action))
    indexes = [
        Index(None, strings(one), option == "@@UNIQUE_CONSTRAINTS@@")
        for option in ("@@INDEXES@@", "@@UNIQUE_CONSTRAINTS@@")
        for one in _listed(named(columns).get(option))
    ]
    return Table(name, file, line, "knex", None, tuple(made), tuple(indexes), tuple(keys))


def _listed(value: Expression) -> list[Expression]:
    return [one for one in value if isinstance(one, list)] if isinstance(value, list) else []
