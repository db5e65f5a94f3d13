"""SQL as sqlglot reads it: whether a text is valid, and what tables it makes or changes."""

from __future__ import annotations

import difflib
import logging
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sessions.bounds import SQL_CHARACTERS, over_nesting

if TYPE_CHECKING:
    from collections.abc import Iterator


# A text is valid when one of these takes it: a report seldom says which database it speaks of.
DIALECTS = ("postgres", "mysql", "sqlite", "tsql", "oracle")
# Of a longer text only the likeliest is tried: each takes a second for some 100,000.
_TRIED_CHARACTERS = 100_000
_MYSQL = re.compile(
    r"`|\bENGINE\s*=|\bAUTO_INCREMENT\b|[(,]\s*(?:UNIQUE\s+)?(?:KEY|INDEX)\s+\w+\s*\(",
    re.IGNORECASE,
)
_CREATED = frozenset(
    "table index unique view materialized type extension function procedure trigger policy"
    " schema database sequence role user domain temp temporary or system default text access"
    " large aggregate collation publication subscription statistics foreign server rule"
    " operator cast event fulltext spatial clustered nonclustered global local unlogged"
    " recursive synonym package login tablespace".split()
)
_ALTERED = frozenset(
    "add drop alter rename set enable disable force no owner validate attach detach cluster"
    " replica inherit reset modify change convert engine auto_increment partition comment"
    " row_format default character collate algorithm lock order without with move shrink"
    " rebuild switch truncate discard import exchange coalesce reorganize analyze check"
    " optimize repair remove upgrade not of split merge * read nocheck".split()
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
_CANONICAL = {name: names.split()[0] for names in _TYPE_NAMES for name in names.split()}


_STATEMENTS = frozenset(
    "select insert update delete create alter drop with merge truncate grant revoke begin commit"
    " rollback set use explain comment values".split()
)


@dataclass(frozen=True)
class Column:
    """A column as SQL declares it; `type` is canonical, None if it cannot be compared."""

    name: str
    type: str | None
    not_null: bool
    primary: bool
    unique: bool
    has_default: bool
    references: str | None


@dataclass(frozen=True)
class Table:
    """A table that SQL creates, its name without schema and in lower case."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[tuple[str, ...], ...]
    # Columns that lead an index or unique key inside the table.
    indexed_columns: frozenset[str] = frozenset()
    without_on_delete: tuple[str, ...] = ()
    copied: bool = False  # AS SELECT, LIKE, PARTITION OF: its columns stand elsewhere


@dataclass(frozen=True)
class Index:
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
    statements: int = 0
    not_understood: int = 0


@dataclass(frozen=True)
class Invalid:
    """Why a text is no SQL; `line` counts from 1 within it."""

    reason: str
    line: int


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
def read(text: str) -> Script | Invalid:
    """Read SQL by the dialect that understands most; Invalid when none takes it."""
    if len(text) > SQL_CHARACTERS or over_nesting("sql", text) is not None:
        return Script(not_understood=1)
    first: Script | Invalid | None = None
    dialects = likely_dialects(text)
    for dialect in dialects if len(text) <= _TRIED_CHARACTERS else dialects[:1]:
        parsed = _parse(text, dialect)
        if isinstance(parsed, Script) and not parsed.not_understood:
            return parsed
        if first is None or (isinstance(first, Invalid) and isinstance(parsed, Script)):
            first = parsed
    return first or Invalid("no statement", 1)


def likely_dialects(text: str) -> list[str]:
    """Return the dialects to try, the likeliest first."""
    # PostgreSQL's grammar takes `KEY name (column)` for a column called KEY.
    first = "mysql" if _MYSQL.search(text) else DIALECTS[0]
    return sorted(DIALECTS, key=lambda dialect: dialect != first)


def _parse(text: str, dialect: str) -> Script | Invalid:
    from sqlglot import errors

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        return _parsed(text, dialect)
    except errors.ParseError as error:
        if "recursion" in str(error) or any(map(_is_unknown, _first_words(text))):
            return Script(statements=1, not_understood=1)
        detail: dict[str, Any] = error.errors[0] if error.errors else {}
        reason = str(detail.get("description") or error).split("\n")[0].rstrip(".")
        return Invalid(reason, int(detail.get("line") or 1))
    except errors.TokenError as error:
        return Invalid(str(error).split("\n")[0].split("'")[0].strip() or "cannot be read", 1)
    except MemoryError:  # a limit of memory never decides
        raise
    except Exception:  # noqa: BLE001 - what sqlglot fails at was not understood: no fault of the text
        return Script(statements=1, not_understood=1)


def _parsed(text: str, dialect: str) -> Script | Invalid:
    import sqlglot

    statements = [one for one in sqlglot.parse(text, read=dialect) if one is not None]
    script = Script()
    for statement in statements:
        fault = _add(script, statement)
        if fault and any(map(_is_unknown, _first_words(text))):
            return Script(statements=1, not_understood=1)
        if fault:
            return Invalid(fault, 1)
    if not script.statements and text.strip():
        return script if _only_comments(text) else Invalid("no statement", 1)
    return script


def _first_words(text: str) -> list[str]:
    """Return the word that each statement begins with, in lower case."""
    plain = re.sub(r"--[^\n]*", "", text)
    starts = (re.match(r"[\s(]*([A-Za-z_]+)", part) for part in plain.split(";"))
    return [start[1].lower() for start in starts if start]


@lru_cache(maxsize=4096)
def _is_unknown(word: str, known: frozenset[str] = _STATEMENTS) -> bool:
    """Tell whether a word is none of those known, and no misspelling of one."""
    if word in known:
        return False
    return len(word) > 30 or not difflib.get_close_matches(word, known, 1, cutoff=0.7)


def _only_comments(text: str) -> bool:
    return all(
        line.lstrip().startswith(("--", "#", "/*")) for line in text.split("\n") if line.strip()
    )


def _add(script: Script, statement: Any) -> str | None:
    """Add what a statement does; returns why it is no statement."""
    from sqlglot import exp

    script.statements += 1
    if isinstance(statement, exp.Command):
        script.not_understood += 1
        words = f"{statement.this} {statement.expression}".lower().replace("(", " ").split()
        return _command_fault(words)
    if isinstance(statement, exp.Column | exp.Alias | exp.Literal | exp.Identifier | exp.Dot):
        return "it is no statement"
    _collect(script, statement)
    return None


def _command_fault(words: list[str]) -> str | None:
    """Return why what sqlglot passes over cannot be a statement: a misspelt object or action."""
    if words[0] in {"create", "alter", "drop"} and len(words) > 1 and words[1] not in _CREATED:
        if _is_unknown(words[1], _CREATED):
            return None
        return f"{words[0].upper()} {words[1].upper()[:30]} is no statement"
    if words[:2] == ["alter", "table"]:
        rest = [word for word in words[2:] if word not in {"if", "exists", "only"}]
        if len(rest) > 1 and rest[1] not in _ALTERED and not _is_unknown(rest[1], _ALTERED):
            return f"ALTER TABLE {rest[1].upper()[:30]} is no statement"
    return None


def _collect(script: Script, statement: Any) -> None:
    from sqlglot import exp

    if isinstance(statement, exp.Create) and statement.args.get("kind") == "TABLE":
        script.tables.append(_table(statement))
    elif isinstance(statement, exp.Create) and statement.args.get("kind") == "INDEX":
        script.indexes.append(_index(statement))
    elif isinstance(statement, exp.Alter) and statement.args.get("kind") == "TABLE":
        name = statement.this.name.lower()
        script.added_columns += [
            (name, _column(action))
            for action in statement.args.get("actions") or []
            if isinstance(action, exp.ColumnDef)
        ]
        if any(True for _ in statement.find_all(exp.PrimaryKey)):
            script.keyed_later.add(name)
    kind = str(statement.args.get("kind") or "TABLE").upper()
    if isinstance(statement, exp.Create | exp.Drop) and kind not in {"TABLE", "INDEX", "VIEW"}:
        return  # a name there is no table's
    if isinstance(statement, exp.Drop) and kind == "INDEX":
        return
    with_names = {one.alias.lower() for one in statement.find_all(exp.CTE)}
    for table in statement.find_all(exp.Table):
        if table.name and table.name.lower() not in with_names and not table.args.get("db"):
            script.used_tables.add(table.name.lower())


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
    inline = statement.find_all(exp.IndexColumnConstraint)
    unique = {next(_names(one), "") for one in inline}  # KEY (a, b) of MySQL: it leads with a
    unique |= {
        name
        for one in statement.find_all(exp.UniqueColumnConstraint)
        if isinstance(one.this, exp.Schema)
        for name in _names(one.this)
    }
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
        frozenset(unique | {column.name for column in columns if column.unique}),
        tuple(silent),
        copied=not columns or statement.find(*_copying()) is not None,
    )


def _copying() -> tuple[type, ...]:
    from sqlglot import exp

    return exp.Like, exp.LikeProperty, exp.InheritsProperty


def _says_what_a_delete_does(reference: Any) -> bool:
    """Tell it from the tree: what writes SQL anew fails at some of what is read."""
    holders = (reference, reference.parent) if reference.parent is not None else (reference,)
    said = [str(one) for holder in holders for one in holder.args.get("options") or []]
    return any("ON DELETE" in one.upper() for one in said) or any(
        holder.args.get("delete") for holder in holders
    )


def _names(node: Any) -> Iterator[str]:
    return (name.lower() for name in names_in(node))


def names_in(node: Any) -> Iterator[str]:
    """Return the column that each part of a key or index begins with, as it is written."""
    from sqlglot import exp

    for one in node.expressions:
        found = one if isinstance(one, exp.Identifier) else one.find(exp.Identifier)
        if found is not None:
            yield str(found.name)


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

    found = reference.find(exp.Table)
    return found.name.lower() if found is not None else ""


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
