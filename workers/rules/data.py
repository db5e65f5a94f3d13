"""The database: queries in loops, keys, indexes, migrations that lead back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.contract import counted
from workers.rules import trees
from workers.rules.ground import Observation, Place
from workers.rules.queries import MAY_ASK, gives_rows, reads_now
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.rules.ground import Ground
    from workers.survey.found import Table

_AT_MOST = 12
_LOOPS = frozenset({"for_statement", "for_in_statement"})
_SCOPES = trees.FUNCTIONS | {"module", "program"}
_EXITS = frozenset({"break_statement", "return_statement"})
_BRANCHES = frozenset({"if_statement", "conditional_expression", "ternary_expression"})
# MySQL indexes foreign keys by itself, and so does Django's ORM.
_INDEXED_BY_ITSELF = ("mysql", "mysql2", "mysqlclient", "pymysql", "aiomysql", "mariadb")
_DJANGO = "django"


def queries_do_not_run_in_loops(ground: Ground) -> Iterator[Observation]:
    """No query is sent once for each row of another (N+1)."""
    places = [
        Place(file, first, last)
        for file, root in ground.trees(MAY_ASK, served=True)
        for first, last in _queries_in_loops(root)
    ]
    if places:
        yield Observation(
            "medium",
            "database",
            f"A query is sent for each row of another ({counted(len(places), 'loop')})",
            "The loop reads from the database once for each element (N+1): the number of queries,"
            " and with it the time, grows with the rows.",
            "Load what the loop needs with one query before it: a join, IN, or the ORM's eager"
            " loading.",
            "days",
            "Handling 100 rows sends as many queries as handling one.",
            tuple(places[:_AT_MOST]),
        )


def _queries_in_loops(root: Node) -> Iterator[tuple[int, int]]:
    """Yield the line of a loop over rows, and that of the query it sends for each of them."""
    for loop in trees.nodes(root, ()):
        body = loop.child_by_field_name("body") if loop.type in _LOOPS else None
        target, rows = loop.child_by_field_name("left"), loop.child_by_field_name("right")
        if body is None or target is None or rows is None or not _are_rows(rows, loop):
            continue
        if any(node.type in _EXITS for node in trees.nodes(body)):
            continue  # it may end at its first row
        variables = trees.identifiers(target)
        for call in trees.calls(body):
            arguments = trees.arguments_of_chain(call)
            uses_row = any(variables & trees.identifiers(argument) for argument in arguments)
            if uses_row and reads_now(call) and not _is_conditional(call, body):
                yield line(loop), line(call)
                break


def _are_rows(value: Node, loop: Node) -> bool:
    """Tell whether a loop goes over the rows of a query: its own, or what a local holds."""
    if gives_rows(value):
        return True
    scope = trees.above(loop, _SCOPES)
    if value.type != "identifier" or scope is None:
        return False
    name = text(value)
    values = [one for one in _assigned(scope, name) if one.start_byte < loop.start_byte]
    return bool(values) and all(map(gives_rows, values))


def _assigned(scope: Node, name: str) -> Iterator[Node]:
    """Yield what a scope assigns to a name; a parameter of that name is nothing known."""
    for node in trees.nodes(scope):
        target = node.child_by_field_name("left") or node.child_by_field_name("name")
        value = node.child_by_field_name("right") or node.child_by_field_name("value")
        if target is not None and value is not None and text(target) == name:
            yield value


def _is_conditional(call: Node, body: Node) -> bool:
    """Tell whether a query is sent for some rows only, as for those that are in no cache."""
    outer = call.parent
    while outer is not None and outer != body:
        if outer.type in _BRANCHES and outer.child_by_field_name("condition") != call:
            return True
        outer = outer.parent
    return False


def tables_have_primary_keys(ground: Ground) -> Iterator[Observation]:
    """Every table has a primary key."""
    without = [
        table
        for table in ground.survey.tables
        if table.source == "sql"
        and table.whole
        and table.columns
        and not any(column.primary_key or column.unique for column in table.columns)
        and not any(index.unique for index in table.indexes)
    ]
    if without:
        yield Observation(
            "medium",
            "database",
            f"{_names(without)} has no primary key",
            "Rows cannot be told apart: equal ones can be stored twice, and replication and most"
            " ORMs need a key.",
            "Add a primary key: an identity column, or the columns that name a row.",
            "days",
            "The table's description shows a primary key.",
            tuple(Place(table.file, table.line) for table in without[:_AT_MOST]),
        )


def foreign_keys_have_indexes(ground: Ground) -> Iterator[Observation]:
    """Every foreign key is the beginning of an index."""
    if ground.repository.has_word(*_INDEXED_BY_ITSELF) is not False:
        return
    bare: list[tuple[Table, str]] = []
    for table in ground.survey.tables:
        if table.whole and not table.source.startswith(_DJANGO):
            bare += [(table, column) for column in _without_index(table)]
    if bare:
        names = ", ".join(f"{table.name}.{column}" for table, column in bare[:3])
        more = f" and {len(bare) - 3} more" if len(bare) > 3 else ""
        tables = list(dict.fromkeys(table for table, _ in bare))
        yield Observation(
            "medium",
            "database",
            f"{names}{more} has no index",
            "A foreign key without an index makes each delete in the table it refers to, and each"
            " join over it, read the whole table.",
            "Add an index that begins with it; on PostgreSQL concurrently.",
            "hours",
            "EXPLAIN of a join over the column shows an index scan.",
            tuple(Place(table.file, table.line) for table in tables[:_AT_MOST]),
        )


def _without_index(table: Table) -> list[str]:
    """Return the first column of each foreign key with which no index of the table begins."""
    leads = {index.columns[0] for index in table.indexes if index.columns}
    leads |= {column.name for column in table.columns if column.unique or column.primary_key}
    firsts = [key.columns[0] for key in table.foreign_keys if key.columns]
    return [column for column in firsts if column not in leads]


_MAY_BE_ONE_WAY = lazy_pattern(rb"def downgrade\(|RunPython\(")
# What of Alembic changes tables; an index or rows alone need no way back.
_CHANGES_TABLES = frozenset(
    "create_table drop_table add_column drop_column alter_column rename_table create_foreign_key"
    " create_unique_constraint create_check_constraint create_primary_key drop_constraint".split()
)
_SAYS_NOTHING = frozenset({"downgrade schema", "downgrade", "downgrade database", "pass", "noop"})


def migrations_can_be_undone(ground: Ground) -> Iterator[Observation]:
    """Every migration has a way back, or says why it has none."""
    places = [
        Place(file, line(node))
        for file, root in ground.trees(_MAY_BE_ONE_WAY)
        if "/migrations/" in f"/{file}" or "/versions/" in f"/{file}"
        for node in _one_way(root)
    ]
    if places:
        yield Observation(
            "low",
            "database",
            f"{counted(len(places), 'migration')} without a way back",
            "A downgrade does nothing, or a RunPython has no reverse: a release that fails cannot"
            " be taken back with its schema.",
            "Write the way back, or say in the migration why there is none.",
            "days",
            "Up, down and up again leave the same schema.",
            tuple(places[:_AT_MOST]),
        )


def _one_way(root: Node) -> Iterator[Node]:
    functions = {text(one.child_by_field_name("name")): one for one in _functions(root)}
    down, up = functions.get("downgrade"), functions.get("upgrade")
    if down is not None and up is not None and _does_nothing(down) and _changes_tables(up):
        yield down
    for call in trees.calls(root, ()):
        if trees.last_name(call) == "RunPython" and not _has_reverse(call):
            forwards = functions.get(text(next(iter(trees.arguments(call)), None)))
            if not _is_explained(call) and (forwards is None or not _says_something(forwards)):
                yield call


def _changes_tables(upgrade: Node) -> bool:
    return any(trees.last_name(call) in _CHANGES_TABLES for call in trees.calls(upgrade, ()))


def _functions(root: Node) -> Iterator[Node]:
    return (one for one in trees.nodes(root) if one.type == "function_definition")


def _has_reverse(call: Node) -> bool:
    arguments = trees.arguments(call)
    return (
        sum(one.type != "keyword_argument" for one in arguments) != 1
        or trees.keyword(call, "reverse_code") is not None
        or trees.last_name(arguments[0]) == "noop"
    )


def _is_explained(call: Node) -> bool:
    """Tell whether a comment is in a call, above it or beside it, or above its statement."""
    listed = call.child_by_field_name("arguments")
    near = [call.next_sibling, *call.children, *(listed.children if listed is not None else ())]
    outer: Node | None = call
    while outer is not None and outer.type not in _SCOPES:
        near.append(outer.prev_sibling)
        outer = outer.parent
    return any(one is not None and one.type == "comment" for one in near)


def _does_nothing(function: Node) -> bool:
    """Tell whether a function holds nothing that runs and no word on why."""
    body = function.child_by_field_name("body")
    if body is None or _says_something(function):
        return False
    idle = {"pass_statement", "comment", "return_statement"}
    return all(one.type in idle or _is_text(one) for one in body.named_children)


def _is_text(statement: Node) -> bool:
    return statement.type == "expression_statement" and all(
        one.type in {"string", "ellipsis"} for one in statement.named_children
    )


def _says_something(function: Node) -> bool:
    """Tell whether a function has a comment or a docstring with more than its name."""
    body = function.child_by_field_name("body")
    around = (*trees.nodes(function, ()), *([body.next_sibling] if body is not None else []))
    words = [
        text(one).strip("#\"' .\n").lower()
        for one in around
        if one is not None
        and (one.type == "comment" or (one.type == "expression_statement" and _is_text(one)))
    ]
    return any(len(said.split()) > 1 and said not in _SAYS_NOTHING for said in words)


def _names(tables: list[Table]) -> str:
    more = f" and {len(tables) - 3} more" if len(tables) > 3 else ""
    return ", ".join(table.name for table in tables[:3]) + more
