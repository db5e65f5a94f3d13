"""The database: queries in loops, keys, indexes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.contract import counted
from workers.repository.source import Source
from workers.rules import trees
from workers.rules.ground import Observation, Place
from workers.rules.queries import MAY_ASK, gives_rows, reads_now
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from workers.rules.ground import Ground
    from workers.survey.found import Table

_AT_MOST = 12
_LOOPS = frozenset({"for_statement", "for_in_statement"})
_SCOPES = trees.FUNCTIONS | {"module", "program"}
_EXITS = frozenset({"break_statement", "return_statement"})
_BRANCHES = trees.BRANCHES | {
    "boolean_operator",
    "binary_expression",
    "augmented_assignment_expression",
}
# MySQL indexes foreign keys by itself, and so does Django's ORM.
_INDEXED_BY_ITSELF = (
    "mysql",
    "mysql2",
    "mysqlclient",
    "pymysql",
    "aiomysql",
    "mariadb",
    "innodb",
    "spanner",
)
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
        if _may_end_at_once(body) or _is_small(rows) or _is_command(loop):
            continue
        query = next(_queries_for_each(body, trees.identifiers(target), loop), None)
        if query is not None:
            yield line(loop), line(query)


def _queries_for_each(body: Node, variables: set[str], loop: Node) -> Iterator[Node]:
    """Yield the queries that a loop sends for each row, in any case and for this row alone."""
    for call in trees.calls(body):
        arguments = trees.arguments_of_chain(call)
        uses_row = any(variables & trees.identifiers(argument) for argument in arguments)
        if not uses_row or not reads_now(call) or _asks_each_alone(call, body):
            continue
        if not _is_conditional(call, body) and not _may_be_loaded(call, loop):
            yield call


def _may_end_at_once(body: Node) -> bool:
    """Tell whether a loop may end at its first row."""
    if any(one.type in {"raise_statement", "throw_statement"} for one in body.children):
        return True
    return any(node.type in _EXITS for node in trees.nodes(body))


def _is_command(loop: Node) -> bool:
    """Tell whether a loop is in what somebody calls in a terminal, now and then."""
    function = trees.above(loop, trees.FUNCTIONS)
    holder = function.parent if function is not None else None
    if holder is None or holder.type != "decorated_definition":
        return False
    return any("command" in text(one).lower() for one in holder.children if one.type == "decorator")


def _is_small(rows: Node) -> bool:
    """Tell whether a loop goes over a bounded number of rows."""
    values = trees.local_values(rows, text(rows)) if rows.type == "identifier" else [rows]
    return any(one.type == "subscript" or _BOUND.search(text(one)) for one in values)


_BOUND = lazy_pattern(r"\b(?:pk|id)=|\btake\s*:|\blimit\s*[:(]|\bLIMIT\b")
# Each row locks, calls a function of the database, or is asked of another database.
_EACH_ALONE = lazy_pattern(
    r"\bFOR\s+(?:UPDATE|SHARE)\b|with_for_update|select_for_update|\block\s*:|\.using\("
)
_CALLS_DATABASE = lazy_pattern(r"SELECT\s+[\w.]+\([^()]*\)\s*;?[\"'`]", re.IGNORECASE)


def _asks_each_alone(call: Node, body: Node) -> bool:
    """Tell whether no single query could stand for those of all rows."""
    code = text(call)
    context = trees.above(call, {"with_statement", *trees.FUNCTIONS})
    is_entered = context is not None and context.type == "with_statement"
    is_inside = is_entered and context is not None and context.start_byte >= body.start_byte
    return bool(is_inside or _EACH_ALONE.search(code) or _CALLS_DATABASE.search(code))


def _may_be_loaded(call: Node, loop: Node) -> bool:
    """Tell whether `session.get` may find its row among those that were read before."""
    arguments = trees.arguments(call)
    scope = trees.above(loop, _SCOPES)
    if trees.last_name(call) != "get" or len(arguments) < 2 or scope is None:
        return False
    model = text(arguments[0])
    before = (one for one in trees.calls(scope) if one.end_byte <= loop.start_byte)
    return any(model in trees.identifiers(one) or "load" in text(one) for one in before)


def _are_rows(value: Node, loop: Node) -> bool:
    """Tell whether a loop goes over the rows of a query: its own, or what a local holds."""
    if gives_rows(value):
        return True
    if value.type != "identifier":
        return False
    assigned = trees.local_values(loop, text(value))
    values = [one for one in assigned if one.start_byte < loop.start_byte]
    return bool(values) and all(map(gives_rows, values))


def _is_conditional(call: Node, body: Node) -> bool:
    """Tell whether a query is sent for some rows only, as for those that are in no cache."""
    skips = (one for one in trees.nodes(body) if one.type == "continue_statement")
    if any(one.end_byte <= call.start_byte for one in skips):
        return True
    outer = call.parent
    while outer is not None and outer != body:
        if outer.type in _BRANCHES and outer.child_by_field_name("condition") != call:
            return True
        outer = outer.parent
    return False


def tables_have_primary_keys(ground: Ground) -> Iterator[Observation]:
    """Every table has a primary key."""
    if ground.repository.has_word("mergetree", "distkey", "diststyle", inside=True) is not False:
        return  # stores for analysis know no keys
    without = [table for table in ground.survey.tables if _has_no_key(ground, table)]
    made = _made_elsewhere(ground, _KEYS) if without else set()
    without = [table for table in without if (_bare_name(table.name), "key") not in made]
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


def _has_no_key(ground: Ground, table: Table) -> bool:
    """Tell whether a table of SQL has nothing by which its rows differ."""
    return (
        table.source == "sql"
        and table.whole
        and bool(table.columns)
        and not any(column.primary_key or column.unique for column in table.columns)
        and not any(index.unique for index in table.indexes)
        and not _may_have_key(ground, table)
    )


def _may_have_key(ground: Ground, table: Table) -> bool:
    """Tell whether a declaration says of a key in other words, or that its rows do not last."""
    source = ground.repository.source(table.file)
    lines = source.lines[table.line - 1 :] if isinstance(source, Source) else ()
    statement = "\n".join(lines[:300]).partition(";")[0]
    return _KEY_OR_SHORT_LIVED.search(statement) is not None


_KEY_OR_SHORT_LIVED = lazy_pattern(
    r"PRIMARY\s+KEY|UNIQUE|\bUNLOGGED\b|\bTEMP(?:ORARY)?\b|TABLE\s+\S*(?:staging|tmp|temp_)",
    re.IGNORECASE,
)
_KEYS = (
    lazy_pattern(
        rb"(?i)ALTER\s+TABLE\s+(?:(?:ONLY|IF\s+EXISTS)\s+)*([\w.\"`\[\]]+)"
        rb"[^;]{0,300}?PRIMARY\s+(KEY)"
    ),
    lazy_pattern(rb"create_primary_(?=key\([^,()]{0,99},\s*[\"'](\w+))(key)"),
)


def foreign_keys_have_indexes(ground: Ground) -> Iterator[Observation]:
    """Every foreign key is the beginning of an index."""
    if ground.repository.has_word(*_INDEXED_BY_ITSELF) is not False:
        return
    bare: list[tuple[Table, str]] = []
    for table in ground.survey.tables:
        if table.whole and not table.source.startswith(_DJANGO):
            bare += [(table, column) for column in _without_index(table)]
    elsewhere = _made_elsewhere(ground, _INDEXES) if bare else set()
    bare = [pair for pair in bare if not _is_indexed(ground, *pair, elsewhere)]
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


# An index that is made apart from its table: of which, and the column with which it begins.
_INDEXES = (
    lazy_pattern(
        rb"(?i)CREATE\s+(?:UNIQUE\s+)?INDEX\s[^;()]{0,200}?\bON\s+(?:ONLY\s+)?([\w.\"`\[\]\\]+)"
        rb"[^;()]{0,60}\([\s\"`\[\\]*(\w+)"
    ),
    lazy_pattern(
        rb"create_index\(\s*[^,()]{0,120}(?:\([^()]{0,100}\))?,\s*[\"'](\w+)[\"'],"
        rb"\s*\[\s*[\"'](\w+)"
    ),
    lazy_pattern(rb"addIndex\(\s*[\"'](\w+)[\"'],[^\[\]()]{0,80}(?:\[|fields:\s*\[)\s*[\"'](\w+)"),
    lazy_pattern(rb"\bIndex\(\s*[\"'][^\"']{1,120}[\"'],\s*(\w+)\.(?:c\.)?(\w+)"),
    lazy_pattern(
        rb"createIndex\(\s*[\"'](\w+)[\"'],\s*new TableIndex\(\{[^}]{0,200}?columnNames:\s*\["
        rb"\s*[\"'](\w+)"
    ),
)
_MAY_MAKE = lazy_pattern(rb"(?i)index|primary")


def _made_elsewhere(
    ground: Ground, statements: Iterable[re.Pattern[bytes]]
) -> set[tuple[str, str]]:
    """Return the tables, or models, and columns of what any file makes by some statements."""
    made = set()
    for file in (*ground.files, *(one for one in ground.repository.files if one.endswith(".sql"))):
        source = ground.repository.source(file)
        data = "\n".join(source.lines).encode() if isinstance(source, Source) else b""
        if _MAY_MAKE.search(data):
            made |= {
                (_bare_name(table.decode()), column.decode().lower())
                for pattern in statements
                for table, column in pattern.findall(data)
            }
    return made


def _declaration(code: str, first: int, column: str) -> str:
    """Return how a class of Python declares a column: an index may be no plain True there."""
    body = "\n".join(code.split("\n")[first - 1 :])
    start = re.search(rf"^[ \t]+{re.escape(column)}\b[^(\n]*=[^(\n]*\(", body, re.MULTILINE)
    if start is None:
        return ""
    depth = 1
    for end in range(start.end(), min(len(body), start.end() + 1000)):
        depth += {"(": 1, ")": -1}.get(body[end], 0)
        if depth == 0:
            return re.sub(r"\bindex\s*=\s*False", "", body[start.start() : end])
    return ""


def _bare_name(name: str) -> str:
    return name.rpartition(".")[2].strip('"`[]\\').lower()


def _is_indexed(ground: Ground, table: Table, column: str, made: set[tuple[str, str]]) -> bool:
    """Tell whether an index is made apart from its table, or may be: decorators name properties."""
    owners = {_bare_name(table.name), (table.model or "").lower()}
    if any((owner, column.lower()) in made for owner in owners):
        return True
    source = ground.repository.source(table.file)
    code = "\n".join(source.lines) if isinstance(source, Source) else ""
    if table.source != "typeorm":
        is_mongo = 'provider = "mongodb"' in " ".join(code.split())
        return is_mongo or "index" in _declaration(code, table.line, column)
    makes_its_own = "@OneToOne(" in code or "mikro-orm" in code
    leads = {index.columns[0].replace("_", "").lower() for index in table.indexes if index.columns}
    plain = column.replace("_", "").lower()
    return makes_its_own or any(
        plain.removeprefix(lead) in {"", "id", "uuid", "pk", "key"}
        for lead in leads
        if plain.startswith(lead)
    )


def _names(tables: list[Table]) -> str:
    more = f" and {len(tables) - 3} more" if len(tables) > 3 else ""
    return ", ".join(table.name for table in tables[:3]) + more
