"""Columns that a statement of SQL names as those of a table, read from sqlglot's tree.

Only lists of columns, and what a statement on one table selects, sets or compares: what a name
means elsewhere depends on more than the statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Words that databases know, and what they bring to every table.
_OF_DATABASES = frozenset(
    "ctid xmin xmax cmin cmax oid tableoid rowid _rowid_ rownum rowversion level sysdate"
    " systimestamp user current_user session_user current_date current_time current_timestamp"
    " localtime localtimestamp now default value true false null excluded new old inserted deleted"
    "".split()
)


def named_columns(statement: Any) -> Iterator[tuple[str, str]]:
    """Yield table and column, in lower case, of what a statement says of columns that are there."""
    for table, node in (*_of_keys(statement), *_of_references(statement), *_of_rows(statement)):
        name = node.name.lower()
        if table and name and name not in _OF_DATABASES:
            yield table, name


def new_columns(statement: Any) -> Iterator[tuple[str, str]]:
    """Yield table and column of what a statement gives a new name."""
    from sqlglot import exp

    if isinstance(statement, exp.Alter):
        for action in statement.args.get("actions") or []:
            if isinstance(action, exp.RenameColumn):
                yield statement.this.name.lower(), action.args["to"].name.lower()


def _of_keys(statement: Any) -> Iterator[tuple[str, Any]]:
    """Yield what indexes, keys and changes of columns name."""
    from sqlglot import exp

    kind = str(statement.args.get("kind") or "")
    if isinstance(statement, exp.Create) and kind == "INDEX":
        table, parameters = statement.this.args.get("table"), statement.this.args.get("params")
        for part in (parameters.args.get("columns") or []) if parameters and table else []:
            column = part.this if isinstance(part, exp.Ordered) else part
            column = column.this if isinstance(column, exp.Opclass) else column
            if isinstance(column, exp.Column):
                yield table.name.lower(), column
    elif isinstance(statement, exp.Alter) and kind == "TABLE":
        name = statement.this.name.lower()
        for action in statement.args.get("actions") or []:
            yield from ((name, node) for node in _changed(action))


def _changed(action: Any) -> Iterator[Any]:
    from sqlglot import exp

    if isinstance(action, exp.Drop) and action.args.get("kind") == "COLUMN":
        if not action.args.get("exists"):
            yield from action.args.get("tables") or []
    elif isinstance(action, exp.AlterColumn | exp.RenameColumn):
        yield action.this
    elif isinstance(action, exp.AddConstraint):
        for key in action.find_all(exp.ForeignKey):
            yield from key.expressions
        for primary in action.find_all(exp.PrimaryKey):
            yield from (one for one in primary.expressions if isinstance(one, exp.Identifier))
        for unique in action.find_all(exp.UniqueColumnConstraint):
            yield from unique.this.expressions if isinstance(unique.this, exp.Schema) else ()


def _of_references(statement: Any) -> Iterator[tuple[str, Any]]:
    """Yield the columns of other tables that foreign keys refer to."""
    from sqlglot import exp

    for reference in statement.find_all(exp.Reference):
        if isinstance(reference.this, exp.Schema):
            table = reference.this.this.name.lower()
            yield from ((table, node) for node in reference.this.expressions)


def _of_rows(statement: Any) -> Iterator[tuple[str, Any]]:
    """Yield what INSERT lists, what UPDATE sets, and what the conditions on one table name."""
    from sqlglot import exp

    if isinstance(statement, exp.Insert) and isinstance(statement.this, exp.Schema):
        table = statement.this.this.name.lower()
        yield from ((table, node) for node in statement.this.expressions)
    if not isinstance(statement, exp.Update | exp.Delete | exp.Select):
        return
    tables = list(statement.find_all(exp.Table))
    others = exp.Subquery, exp.CTE, exp.Join, exp.Lateral, exp.Unnest, exp.Values
    if len(tables) != 1 or statement.find(*others) is not None or not tables[0].name:
        return
    called = {tables[0].name.lower(), tables[0].alias.lower(), ""}
    aliases = {alias.alias.lower() for alias in statement.find_all(exp.Alias)} | called
    for column in _in_places_of_columns(statement):
        # In some dialects what stands in double quotes is a text.
        is_name = isinstance(column.this, exp.Identifier) and not column.this.args.get("quoted")
        if is_name and column.table.lower() in called and column.name.lower() not in aliases:
            yield tables[0].name.lower(), column


def _in_places_of_columns(statement: Any) -> Iterator[Any]:
    """Yield the columns that are selected or set, or stand left of a comparison: no other names."""
    from sqlglot import exp

    nodes = list(statement.expressions) if isinstance(statement, exp.Select) else []
    compared = exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Like
    nodes += [comparison.this for comparison in statement.find_all(*compared)]
    yield from (node for node in nodes if isinstance(node, exp.Column))
