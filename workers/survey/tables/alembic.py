"""Alembic revisions: what `upgrade()` does, and in which order revisions follow each other."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.syntax import text
from workers.survey.tables import sql_source
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    named,
    string,
    strings,
    substituted,
    whole_call,
    words,
)
from workers.survey.tables.python_helpers import (
    bindings,
    expanded,
    filled,
    parameters,
)
from workers.survey.tables.python_source import calls_within, expression
from workers.survey.tables.sqlalchemy_columns import core_step

LOOPS = 200  # a loop over literal names is replayed, so many times at most
CALLS_DEEP = 5  # functions of a revision that call each other
MOST_CALLS = 5_000  # of one revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from workers.survey.tables.expressions import Expression
    from workers.survey.tables.python_helpers import Helper
    from workers.survey.tables.replay import Step


class _Revision(NamedTuple):
    """The functions of a revision's file: those that `upgrade()` calls are its own steps."""

    functions: Mapping[str, Node]
    helpers: Mapping[str, Helper]


def upgrade_steps(
    root: Node, constants: dict[str, str], helpers: Mapping[str, Helper]
) -> list[Step]:
    """Return what `upgrade()` does to tables; `constants` are the strings that the file names.

    `helpers` are its functions that return columns.
    """
    functions = {
        text(node.child_by_field_name("name")): node
        for node in root.named_children
        if node.type == "function_definition"
    }
    upgrade = functions.get("upgrade")
    body = upgrade.child_by_field_name("body") if upgrade is not None else None
    if body is None:
        return []
    calls = _operations(_Revision(functions, helpers), body, None, dict(constants))
    return [step for table, call in islice(calls, MOST_CALLS) for step in _step(table, call)]


def _operations(
    of: _Revision, body: Node, batch: str | None, bound: dict[str, Expression], depth: int = 0
) -> Iterator[tuple[str | None, Expression]]:
    """Return the calls of a body in order, each with the table of the batch that it stands in."""
    for node in body.named_children:
        block = node.child_by_field_name("body")
        if node.type == "with_statement" and block is not None:
            items = [substituted(call, bound) for _, call in calls_within(node.named_children[0])]
            batches = [one for one in items if called(one) == "batch_alter_table"]
            table = string(argument(batches[0], 0)) if batches else batch
            yield from _operations(of, block, table, bound, depth)
        elif node.type == "for_statement" and block is not None:
            listed = strings(expression(node.child_by_field_name("right"))) or ("",)
            variable = text(node.child_by_field_name("left"))
            for value in listed[:LOOPS]:
                inner = {**bound, variable: value} if value else bound
                yield from _operations(of, block, batch, inner, depth)
        elif node.type in {"expression_statement", "assignment", "return_statement"}:
            for _, call in calls_within(node):
                yield from _called(of, batch, filled(call, bound), depth)
        elif node.type != "function_definition":
            yield from _operations(of, node, batch, bound, depth)


def _called(
    of: _Revision, batch: str | None, call: Expression, depth: int
) -> Iterator[tuple[str | None, Expression]]:
    """Yield a call, or those that a function of the file makes in its place."""
    function = of.functions.get(whole_call(call))
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        yield batch, expanded(call, of.helpers)
    elif depth < CALLS_DEEP:
        bound = bindings(parameters(function), call)
        yield from _operations(of, body, batch, bound, depth + 1)


def _step(batch: str | None, call: Expression) -> Iterator[Step]:
    """Return the steps of one `op.` call; in a batch the table goes without saying."""
    function, positional, options = called(call), arguments(call), named(call)
    if function == "execute":
        yield from _statements(call)
    elif function in {"create_table", "rename_table", "drop_table"}:
        yield from _table_step(function, call)
    elif function in COLUMN_STEPS:
        yield from _column_step(batch, function, positional, options)


def _statements(call: Expression) -> Iterator[Step]:
    sql = string(argument(argument(call, 0), 0)) or string(argument(call, 0))
    for step in sql_source.steps(sql)[0] if sql else ():
        yield {**step, "line": call["line"]} if "line" in step else step


def _column_step(
    batch: str | None, function: str, positional: list[Expression], options: dict[str, Expression]
) -> Iterator[Step]:
    if batch is None:
        positional, options = _in_order(function, positional, options)
    own = string(options.get("table_name"))
    position = 1 if function in NAMED_FIRST else 0
    table = batch or own
    if table is None and own is None:
        table = string(positional[position]) if len(positional) > position else None
        positional = [*positional[:position], *positional[position + 1 :]]
    if table is not None or function in {"drop_index", "drop_constraint"}:
        yield from COLUMN_STEPS[function](table or "", positional, options)


def _in_order(
    function: str, positional: list[Expression], options: dict[str, Expression]
) -> tuple[list[Expression], dict[str, Expression]]:
    """Put arguments that are given by name where they would stand without."""
    listed = list(positional)
    for name in SIGNATURES.get(function, "").split()[len(positional) :]:
        if name not in options:
            break
        listed.append(options[name])
    taken = SIGNATURES.get(function, "").split()[len(positional) : len(listed)]
    return listed, {name: value for name, value in options.items() if name not in taken}


SIGNATURES = {
    "add_column": "table_name column",
    "drop_column": "table_name column_name",
    "alter_column": "table_name column_name",
    "create_index": "index_name table_name columns",
    "create_unique_constraint": "constraint_name table_name columns",
    "create_primary_key": "constraint_name table_name columns",
    "create_foreign_key": "constraint_name source_table referent_table local_cols remote_cols",
    "drop_index": "index_name table_name",
    "drop_constraint": "constraint_name table_name",
}
NAMED_FIRST = {
    "create_index", "drop_index", "create_unique_constraint", "create_foreign_key",
    "create_primary_key", "drop_constraint",
}  # fmt: skip


def _table_step(function: str, call: Expression) -> Iterator[Step]:
    first = string(argument(call, 0))
    schema = string(named(call).get("schema"))
    if first is None:
        return
    name = f"{schema}.{first}" if schema else first
    if function == "drop_table":
        yield {"do": "drop", "table": name}
    elif function == "rename_table" and string(argument(call, 1)):
        yield {"do": "rename", "table": name, "to": argument(call, 1)}
    else:
        step = core_step(name, arguments(call)[1:], call["line"])
        yield step


def _add_column(table: str, positional: list[Expression], _: dict[str, Any]) -> Iterator[Step]:
    made = core_step(table, positional, 1)
    for column in made["columns"]:
        yield {
            "do": "add_column",
            "table": table,
            "column": column,
            "foreign_keys": made["foreign_keys"],
            "indexes": made["indexes"],
        }


def _drop_column(table: str, positional: list[Expression], _: dict[str, Any]) -> Iterator[Step]:
    if positional and isinstance(positional[0], str):
        yield {"do": "drop_column", "table": table, "name": positional[0]}


def _alter_column(
    table: str, positional: list[Expression], options: dict[str, Any]
) -> Iterator[Step]:
    name = positional[0] if positional else options.get("column_name")
    if not isinstance(name, str):
        return
    changes: dict[str, Any] = {}
    if options.get("type_") is not None:
        changes["type"] = words(options["type_"])
    if isinstance(options.get("nullable"), bool):
        changes["nullable"] = options["nullable"]
    if "server_default" in options:
        default = options["server_default"]
        changes["default"] = None if default is None or default is False else words(default)
    yield {"do": "change_column", "table": table, "name": name, "changes": changes}
    new = string(options.get("new_column_name"))
    if new:
        yield {"do": "rename_column", "table": table, "name": name, "to": new}


def _create_index(
    table: str, positional: list[Expression], options: dict[str, Any]
) -> Iterator[Step]:
    name = positional[0] if positional else None
    columns = positional[1] if len(positional) > 1 else options.get("columns")
    if called(name) == "f":  # op.f("ix_name")
        name = argument(name, 0)
    index = {"name": string(name), "columns": strings(columns)}
    yield {
        "do": "add_index",
        "table": table,
        "index": {**index, "unique": options.get("unique") is True},
    }


def _create_unique(
    table: str, positional: list[Expression], options: dict[str, Any]
) -> Iterator[Step]:
    yield from _create_index(table, positional, {**options, "unique": True})


def _create_key(
    table: str, positional: list[Expression], options: dict[str, Any]
) -> Iterator[Step]:
    # In a batch: name, referred, columns, columns; else the source table was taken out.
    if len(positional) >= 4 and isinstance(positional[1], str):
        _, table_name, columns, referred = positional[:4]
        key = {
            "columns": strings(columns), "table": table_name, "referred": strings(referred),
            "on_delete": string(options.get("ondelete")),
        }  # fmt: skip
        yield {"do": "add_key", "table": table, "foreign_key": key}


def _create_primary(table: str, positional: list[Expression], _: dict[str, Any]) -> Iterator[Step]:
    if len(positional) > 1:
        yield {"do": "add_primary", "table": table, "columns": strings(positional[1])}


def _drop_index(_: str, positional: list[Expression], __: dict[str, Any]) -> Iterator[Step]:
    name = positional[0] if positional else None
    if called(name) == "f":  # op.f("ix_name")
        name = argument(name, 0)
    if isinstance(name, str):
        yield {"do": "drop_index", "name": name}


COLUMN_STEPS = {
    "add_column": _add_column,
    "drop_column": _drop_column,
    "alter_column": _alter_column,
    "create_index": _create_index,
    "create_unique_constraint": _create_unique,
    "create_foreign_key": _create_key,
    "create_primary_key": _create_primary,
    "drop_index": _drop_index,
    "drop_constraint": _drop_index,
}


def ordered(revisions: dict[str, dict[str, Any]]) -> list[str]:
    """Return files in the order of their revisions; branches keep the order of their names."""
    file_of = {one["revision"]: file for file, one in revisions.items()}
    done: list[str] = []
    seen: set[str] = set()
    for first in sorted(revisions):
        path = [first]
        while path:
            file = path[-1]
            below = [file_of[one] for one in revisions[file]["down"] if one in file_of]
            waiting = [one for one in below if one not in seen and one not in path]
            if waiting and file not in seen:
                path.append(waiting[0])
                continue
            path.pop()
            if file not in seen:
                seen.add(file)
                done.append(file)
    return done


def revision(assigned: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return a file's revision and those before it, None where it is none."""
    values = {one["name"]: one.get("value") for one in assigned}
    if "down_revision" not in values or string(values.get("revision")) is None:
        return None
    return {"revision": values["revision"], "down": strings(values["down_revision"])}
