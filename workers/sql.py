"""SQL as sqlglot reads it: whether a text is valid, and what tables it makes or changes."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.bounds import SQL_CHARACTERS, over_nesting
from sessions.patterns import lazy_pattern
from workers import sql_names

if TYPE_CHECKING:
    from collections.abc import Iterator


# A text is valid when one of these takes it: a report seldom says which database it speaks of.
DIALECTS = ("postgres", "mysql", "sqlite", "tsql", "oracle")
# Of a longer text only the likeliest is tried: each takes a second for some 100,000.
_TRIED_CHARACTERS = 100_000
_MYSQL = lazy_pattern(
    r"`|\bENGINE\s*=|\bAUTO_INCREMENT\b|[(,]\s*(?:UNIQUE\s+)?(?:KEY|INDEX)\s+\w+\s*\(",
    re.IGNORECASE,
)
# Types of one line are the same type under other names; what stands nowhere is not compared.
_TYPE_NAMES = (
    "smallint int2 smallserial serial2",
    "int integer int4 serial serial4 mediumint",
    "bigint int8 bigserial serial8",
    "text varchar char character string nvarchar nchar clob citext longtext mediumtext tinytext",
    "timestamp timestamptz datetime datetime2 timestampltz timestampntz",
    "decimal numeric dec",
    "float double real float4 float8",
    "bool boolean",
    "json jsonb",
    "bytea blob binary varbinary bytes",
    "uuid uniqueidentifier guid",
    "date",
    "time timetz",
)
# Those of MySQL and MariaDB; other databases have engines as well, and tables without keys.
_KEYED_ENGINES = frozenset("innodb myisam memory heap aria rocksdb ndb ndbcluster tokudb".split())
_CANONICAL = {name: names.split()[0] for names in _TYPE_NAMES for name in names.split()}


class Column(NamedTuple):
    """A column as SQL declares it; `type` is canonical, None if it cannot be compared."""

    name: str
    type: str | None
    not_null: bool
    primary: bool
    unique: bool
    has_default: bool
    references: str | None


class Table(NamedTuple):
    """A table that SQL creates, its name without schema and in lower case."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[tuple[str, ...], ...]
    # Columns that lead an index or unique key inside the table.
    indexed_columns: frozenset[str] = frozenset()
    without_on_delete: tuple[str, ...] = ()
    copied: bool = False  # AS SELECT, LIKE, PARTITION OF: its columns stand elsewhere
    keyless: bool = False  # temporary, virtual, or of an engine that has no keys


class Index(NamedTuple):
    """An index that SQL creates."""

    name: str
    table: str
    columns: tuple[str, ...]
    concurrently: bool


@dataclass
class Script:
    """What a text of SQL does, as far as it is understood."""

    tables: list[Table] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    added_columns: list[tuple[str, Column]] = field(default_factory=list)
    keyed_later: set[str] = field(default_factory=set)
    used_tables: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)  # views, and new names of tables
    changed: set[str] = field(default_factory=set)  # tables that are altered or get an index
    named_columns: set[tuple[str, str]] = field(default_factory=set)  # (table, column) said to be
    new_columns: set[tuple[str, str]] = field(default_factory=set)  # by a new name
    statements: int = 0
    not_understood: int = 0


def last_part(name: str) -> str:
    """Return a table's name without its schema and quotes."""
    return name.strip("`\"'[](),;: ").split(".")[-1].strip("`\"'[] ")


def canonical_type(text: str) -> str | None:
    """Return a type's canonical name, None if it is none that can be compared."""
    match = re.match(r"\s*([A-Za-z][A-Za-z0-9]*)", text)
    if match is None or text.rstrip().endswith("]"):
        return None
    name = match[1].lower()
    if name == "double" or re.match(r"\s*timestamp\s+with", text, re.IGNORECASE):
        return {"double": "float"}.get(name, "timestamp")
    return _CANONICAL.get(name)


@lru_cache(maxsize=256)
def read(text: str, dialect: str = "") -> Script:
    """Read SQL by its dialect, or by the one that understands most where none is known.

    Whether a text is valid is not told here (`workers.delivery.dialects` does): sqlglot takes some
    that no database does, and fails at some that one does.
    """
    if len(text) > SQL_CHARACTERS or over_nesting("sql", text) is not None:
        return Script(not_understood=1)
    first: Script | None = None
    dialects = [dialect] if dialect else likely_dialects(text)
    for candidate in dialects if len(text) <= _TRIED_CHARACTERS else dialects[:1]:
        script = _parse(text, candidate)
        if not script.not_understood:
            return script
        if first is None or (not first.tables and script.tables):
            first = script
    return first or Script()


def likely_dialects(text: str) -> list[str]:
    """Return the dialects to try, the likeliest first."""
    # PostgreSQL's grammar takes `KEY name (column)` for a column called KEY.
    first = "mysql" if _MYSQL.search(text) else DIALECTS[0]
    return sorted(DIALECTS, key=lambda dialect: dialect != first)


def _parse(text: str, dialect: str) -> Script:
    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    script = Script()
    try:
        for statement in sqlglot.parse(text, read=dialect):
            if statement is not None:
                _add(script, statement)
    except MemoryError:  # a limit of memory never decides
        raise
    except Exception:  # noqa: BLE001 - what sqlglot fails at was not understood: no fault of the text
        return Script(statements=1, not_understood=1)
    return script


def _add(script: Script, statement: Any) -> None:
    """Add what a statement does, as far as sqlglot knows its construct."""
    from sqlglot import exp

    script.statements += 1
    opaque = exp.Column | exp.Alias | exp.Literal | exp.Identifier | exp.Dot
    if isinstance(statement, exp.Command | opaque):
        script.not_understood += 1
    else:
        _collect(script, statement)


def _collect(script: Script, statement: Any) -> None:
    from sqlglot import exp

    script.named_columns.update(sql_names.named_columns(statement))
    script.new_columns.update(sql_names.new_columns(statement))
    kind = statement.args.get("kind")
    if isinstance(statement, exp.Create) and kind == "TABLE":
        script.tables.append(_table(statement))
    elif isinstance(statement, exp.Create) and kind == "INDEX":
        script.indexes.append(_index(statement))
        script.changed.add(script.indexes[-1].table)
        script.used_tables.add(script.indexes[-1].table)  # other names are operator classes
        return
    elif isinstance(statement, exp.Create) and kind == "VIEW":
        script.made.add(statement.this.find(exp.Table).name.lower())
    elif isinstance(statement, exp.Alter) and kind == "TABLE":
        _collect_changes(script, statement)
    if not _names_no_table(statement):
        script.used_tables.update(_tables_used(statement))


def _names_no_table(statement: Any) -> bool:
    """Tell whether a statement makes or drops what is no table: a name in it is no table's."""
    from sqlglot import exp

    kind = str(statement.args.get("kind") or "TABLE").upper()
    return isinstance(statement, exp.Create | exp.Drop) and kind not in {"TABLE", "VIEW"}


def _tables_used(statement: Any) -> Iterator[str]:
    from sqlglot import exp

    with_names = {one.alias.lower() for one in statement.find_all(exp.CTE)}
    for table in statement.find_all(exp.Table):
        if table.name and table.name.lower() not in with_names and not table.args.get("db"):
            yield table.name.lower()


def _collect_changes(script: Script, statement: Any) -> None:
    from sqlglot import exp

    name = statement.this.name.lower()
    script.changed.add(name)
    for action in statement.args.get("actions") or []:
        if isinstance(action, exp.ColumnDef):
            script.added_columns.append((name, _column(action)))
        if isinstance(action, exp.AlterRename):
            script.made.add(action.this.name.lower())
    if any(True for _ in statement.find_all(exp.PrimaryKey)):
        script.keyed_later.add(name)


def _table(statement: Any) -> Table:
    from sqlglot import exp

    schema = statement.this
    if not isinstance(schema, exp.Schema):
        return Table(schema.name.lower(), (), (), (), copied=True)
    columns = tuple(_column(one) for one in schema.expressions if isinstance(one, exp.ColumnDef))
    primary = [name for key in statement.find_all(exp.PrimaryKey) for name in _names(key)]
    primary += [column.name for column in columns if column.primary]
    keys = [tuple(_names(key)) for key in statement.find_all(exp.ForeignKey)]
    keys += [(column.name,) for column in columns if column.references]
    silent = [
        _referenced(reference)
        for reference in statement.find_all(exp.Reference)
        if not _says_what_a_delete_does(reference)
    ]
    return Table(
        schema.this.name.lower(),
        columns,
        tuple(primary),
        tuple(keys),
        frozenset(_unique(statement, columns)),
        tuple(silent),
        copied=not columns or statement.find(*_copying()) is not None,
        keyless=_is_keyless(statement),
    )


def _unique(statement: Any, columns: tuple[Column, ...]) -> Iterator[str]:
    from sqlglot import exp

    yield from (column.name for column in columns if column.unique)
    for inline in statement.find_all(exp.IndexColumnConstraint):
        yield next(_names(inline), "")  # KEY (a, b) of MySQL: it leads with a
    for constraint in statement.find_all(exp.UniqueColumnConstraint):
        if isinstance(constraint.this, exp.Schema):
            yield from _names(constraint.this)


def _copying() -> tuple[type, ...]:
    from sqlglot import exp

    return exp.LikeProperty, exp.InheritsProperty, exp.PartitionedOfProperty, exp.Clone


def _is_keyless(statement: Any) -> bool:
    from sqlglot import exp

    if statement.find(exp.TemporaryProperty, exp.VirtualProperty) is not None:
        return True
    engine = statement.find(exp.EngineProperty)
    return engine is not None and engine.name.lower() not in _KEYED_ENGINES


def _says_what_a_delete_does(reference: Any) -> bool:
    """Tell it from the tree: writing SQL again fails for some of what is read."""
    holders = (reference, reference.parent) if reference.parent is not None else (reference,)
    words = [str(one) for holder in holders for one in holder.args.get("options") or []]
    return any("ON DELETE" in one.upper() for one in words) or any(
        holder.args.get("delete") for holder in holders
    )


def _names(node: Any) -> Iterator[str]:
    return (name.lower() for name in names_in(node))


def names_in(node: Any) -> Iterator[str]:
    """Return the column that each part of a key or index begins with, as it is written."""
    from sqlglot import exp

    for part in node.expressions:
        name = part if isinstance(part, exp.Identifier) else part.find(exp.Identifier)
        if name is not None:
            yield str(name.name)


def _column(definition: Any) -> Column:
    from sqlglot import exp

    kinds = [one.args.get("kind") for one in definition.args.get("constraints") or []]
    reference = next((kind for kind in kinds if isinstance(kind, exp.Reference)), None)
    not_null = [kind for kind in kinds if isinstance(kind, exp.NotNullColumnConstraint)]
    primary = any(isinstance(kind, exp.PrimaryKeyColumnConstraint) for kind in kinds)
    declared = definition.args.get("kind")
    type_name = declared.sql() if declared is not None else ""
    generated: tuple[type, ...] = (
        exp.DefaultColumnConstraint,
        exp.GeneratedAsIdentityColumnConstraint,
        exp.AutoIncrementColumnConstraint,
        exp.ComputedColumnConstraint,
    )
    return Column(
        definition.name.lower(),
        canonical_type(type_name) if type_name else None,
        not_null=primary or any(not one.args.get("allow_null") for one in not_null),
        primary=primary,
        unique=any(isinstance(kind, exp.UniqueColumnConstraint) for kind in kinds),
        has_default=any(isinstance(kind, generated) for kind in kinds)
        or "serial" in type_name.lower(),
        references=_referenced(reference) if reference is not None else None,
    )


def _referenced(reference: Any) -> str:
    from sqlglot import exp

    table = reference.find(exp.Table)
    return table.name.lower() if table is not None else ""


def _index(statement: Any) -> Index:
    from sqlglot import exp

    index = statement.this
    table = index.args.get("table")
    parameters = index.args.get("params")
    columns = parameters.args.get("columns") if parameters is not None else None
    names = [one.find(exp.Identifier) for one in columns or []]
    return Index(
        index.name.lower(),
        table.name.lower() if table is not None else "",
        tuple(name.name.lower() for name in names if name is not None),
        bool(statement.args.get("concurrently")),
    )
