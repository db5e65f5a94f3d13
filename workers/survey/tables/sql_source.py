"""SQL files as steps: the statements that make or change tables, each parsed by itself.

A dump may hold gigabytes of rows: statements are told apart by a scan of quotes and comments, and
only those about tables and indexes reach the parser.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.sql import likely_dialects, names_in
from workers.survey.tables.replay import Step, create
from workers.survey.tables.sql_blocks import depth_after, unknown_steps
from workers.survey.tables.sql_statements import SqlStatement, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

STATEMENT_CHARACTERS = 200_000
STATEMENTS = 20_000
PARSED_CHARACTERS = 1_000_000  # of a file's statements about tables: some ten seconds
_PLACEHOLDER = lazy_pattern(r"\{\{[^{}\n]{0,200}\}\}|\$\{[^{}\n]{0,200}\}")  # {{.prefix}}users
_ABOUT_TABLES = lazy_pattern(
    r"\s*(?:CREATE\s+(?:UNLOGGED\s+|FOREIGN\s+)?TABLE|ALTER\s+TABLE|DROP\s+TABLE|RENAME\s+TABLE"
    r"|CREATE\s+(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+|CLUSTERED\s+|NONCLUSTERED\s+){0,4}INDEX"
    r"|DROP\s+INDEX|ALTER\s+INDEX)\b",
    re.IGNORECASE,
)
# What changes no column, key or index of a table.
_HARMLESS = lazy_pattern(
    r"\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?[\w.\"`\[\]]+\s+(?:OWNER\s+TO\b"
    r"|(?:ENABLE|DISABLE|(?:NO\s+)?FORCE)\s+ROW\s+LEVEL\s+SECURITY|(?:ENABLE|DISABLE)\s+KEYS"
    r"|(?:ENABLE|DISABLE)\s+TRIGGER\b|REPLICA\s+IDENTITY\b|CLUSTER\s+ON\b"
    r"|VALIDATE\s+CONSTRAINT\b)[^,]*$",
    re.IGNORECASE,
)
_COLUMN_RENAMED = lazy_pattern(
    r"\bRENAME\s+(?!(?:TO|AS|COLUMN|CONSTRAINT|INDEX|KEY)\b)[`\"\[]?(\w+)[`\"\]]?"
    r"\s+TO\s+[`\"\[]?(\w+)[`\"\]]?\s*$",
    re.IGNORECASE,
)
_TABLE_RENAMED = lazy_pattern(
    r"\bRENAME\s+(?:TO\s+|AS\s+)?[`\"\[]?[\w.]+[`\"\]]?\s*$", re.IGNORECASE
)
_TELLS_NULL = lazy_pattern(r"\b(?<!SET NOT )(?<!DROP NOT )NULL\b", re.IGNORECASE)
# What undoes a migration in the same file: goose, dbmate, sql-migrate, MyBatis; Play writes `#`.
_UNDO = lazy_pattern(
    r"^[ \t]*(?:#|--)[ \t-]*!Downs\b"
    r"|^[ \t]*--[ \t]*(?:\+goose Down|\+migrate Down|migrate:down|//@UNDO|\+micrate Down"
    r"|[-=>@#!*+ \t]{0,80}(?:down|rollback|undo|revert)(?:[ \t]+(?:migration|script))?"
    r"[-=:<>#* \t]{0,80}$)",
    re.IGNORECASE | re.MULTILINE,
)
_RENAMED = lazy_pattern(r"[`\"\[]?([\w.]+)[`\"\]]?\s+TO\s+[`\"\[]?([\w.]+)", re.IGNORECASE)
_TYPE = lazy_pattern(
    r"\s*([A-Za-z_][\w.]{0,100}(?:\s?\([^()]{0,2000}\))?"
    r"(?:\s{1,4}(?:unsigned|zerofill|varying|precision"
    r"|with time zone|without time zone)\b){0,3}(?:\s?\([^()]{0,100}\))?(?:\[[0-9]{0,9}\]){0,5})",
    re.IGNORECASE,
)
_DEFAULT = lazy_pattern(
    r"\bDEFAULT\s+(N?'(?:[^']|'')*'(?:::[\w.]+(?: varying| precision)?)?"
    r"|-?[\w.]+(?:\([^()]*\))?(?:::[\w.]+)?|\([^()]*\))",
    re.IGNORECASE,
)
_SQLITE_END = lazy_pattern(r"\)\s*(?:WITHOUT\s+ROWID|STRICT)\b[^()]{0,40}$", re.IGNORECASE)
_CREATE_TABLE = lazy_pattern(r"\s*CREATE\s+(?:UNLOGGED\s+|FOREIGN\s+)?TABLE\b", re.IGNORECASE)


def steps(text: str) -> tuple[list[Step], list[tuple[int, str]]]:
    """Return what the SQL of a file does to tables, and each line that was not understood."""
    text = _PLACEHOLDER.sub("", text)
    undo = _UNDO.search(text)
    read: list[Step] = []
    failed: list[tuple[int, str]] = []
    dialects = likely_dialects(text[:STATEMENT_CHARACTERS])[:3]
    left, depth = PARSED_CHARACTERS, 0
    for statement in statements(text[: undo.start()] if undo else text):
        within, depth = depth, depth_after(depth, statement.text)
        if not _ABOUT_TABLES.match(statement.text):
            read += unknown_steps(statement.text)
            continue
        left -= len(statement.text)
        if left < 0 or len(read) >= STATEMENTS:
            failed.append((statement.line, "too many statements: the rest was not read"))
            read.append({"do": "unknown_all"})
            break
        made = _read(statement, dialects)
        if made is not None and within:  # of a block: whether it runs is not known
            read += [step for step in made if step["do"] == "create"]
            read += unknown_steps(statement.text)
        elif made is not None:
            read += made
        elif _CREATE_TABLE.match(statement.text):
            failed.append((statement.line, "a CREATE TABLE that could not be parsed"))
            steps_of_it = unknown_steps(statement.text)  # it makes a table, and may change others
            read += [step for step in steps_of_it if step["do"] != "unknown_all"]
        elif not _HARMLESS.match(statement.text):
            read += unknown_steps(statement.text)
    return read, failed


def _read(statement: SqlStatement, dialects: list[str]) -> list[Step] | None:
    """Return a statement's steps by the first dialect that takes it, None when none does."""
    import sqlglot
    from sqlglot import errors, exp

    if len(statement.text) > STATEMENT_CHARACTERS:
        return None
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    if statement.text[:6].lower() == "rename":
        pairs = _RENAMED.findall(statement.text[:5000])
        return [{"do": "rename", "table": old, "to": new} for old, new in pairs]
    text = _SQLITE_END.sub(")", statement.text)
    for dialect in dialects:
        try:
            parsed = sqlglot.parse_one(text, read=dialect)
        except (errors.SqlglotError, RecursionError):
            continue
        if not isinstance(parsed, exp.Command):
            dialects.sort(key=lambda one: one != dialect)  # the rest is alike
            return list(_Reader(dialect, statement.line, text).read(parsed))
    return None


class _Reader(NamedTuple):
    """Turns one parsed statement into steps."""

    dialect: str
    line: int
    text: str

    def read(self, parsed: Any) -> Iterator[Step]:
        from sqlglot import exp

        kind = str(parsed.args.get("kind") or "").upper()
        if isinstance(parsed, exp.Create) and kind == "TABLE":
            yield from self._create(parsed)
        elif isinstance(parsed, exp.Create) and kind == "INDEX":
            yield from _created_index(parsed)
        elif isinstance(parsed, exp.Drop):
            yield from _dropped(parsed, kind)
        elif isinstance(parsed, exp.Alter) and kind == "TABLE":
            for action in parsed.args.get("actions") or []:
                yield from self._alter(_table_name(parsed.this), action)
        elif isinstance(parsed, exp.Alter) and kind == "INDEX":
            for action in parsed.args.get("actions") or []:
                if isinstance(action, exp.AlterRename):
                    old, new = parsed.this.name, action.this.name
                    yield {"do": "rename_index", "name": old, "to": new}

    def _create(self, parsed: Any) -> Iterator[Step]:
        from sqlglot import exp

        temporary = any(True for _ in parsed.find_all(exp.TemporaryProperty))
        schema = parsed.this
        if temporary:
            return
        if not isinstance(schema, exp.Schema):
            yield create(_table_name(schema), self.line)
            return
        table = _table_name(schema.this)
        step = create(table, self.line)
        step["if_absent"] = bool(parsed.args.get("exists"))
        step["primary_key"] = []
        step["whole"] = _is_whole(parsed)
        later: list[Step] = []
        for part in schema.expressions:
            if isinstance(part, exp.ColumnDef):
                column, key = self.column(part)
                step["columns"].append(column)
                step["foreign_keys"] += [key] if key else []
            else:
                later += self._constraint(table, part)
        for part in later:
            if part["do"] == "add_primary":
                step["primary_key"] += part["columns"]
            elif part["do"] == "add_index":
                step["indexes"].append(part["index"])
            elif part["do"] == "add_key":
                step["foreign_keys"].append(part["foreign_key"])
        yield step

    def column(self, definition: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Return a column, and the foreign key that its definition holds."""
        from sqlglot import exp

        kinds = [one.args.get("kind") for one in definition.args.get("constraints") or []]
        declared = definition.args.get("kind")
        nulls = [kind for kind in kinds if isinstance(kind, exp.NotNullColumnConstraint)]
        primary = any(isinstance(kind, exp.PrimaryKeyColumnConstraint) for kind in kinds)
        default = next(
            (kind.this for kind in kinds if isinstance(kind, exp.DefaultColumnConstraint)), None
        )
        reference = next((kind for kind in kinds if isinstance(kind, exp.Reference)), None)
        column = {
            "name": definition.name,
            "type": self._type(definition) if declared is not None else None,
            "nullable": not primary and all(bool(one.args.get("allow_null")) for one in nulls),
            "primary_key": primary,
            "unique": any(isinstance(kind, exp.UniqueColumnConstraint) for kind in kinds),
            "default": self._default(definition, default) if default is not None else None,
        }
        return column, _key([definition.name], reference) if reference is not None else None

    def _type(self, definition: Any) -> str:
        """Return a column's type in the words of the declaration."""
        words = _TYPE.match(self.text, definition.this.meta.get("end", len(self.text)) + 1)
        return " ".join(words[1].split()) if words else self._written(definition.args["kind"])

    def _default(self, definition: Any, default: Any) -> str:
        """Return a default in its own words: the first DEFAULT behind the name is the column's."""
        words = _DEFAULT.search(self.text, definition.this.meta.get("end", len(self.text)) + 1)
        return words[1] if words else self._written(default)

    def _written(self, node: Any) -> str:
        return str(node.sql(dialect=self.dialect, normalize_functions=False))

    def _alter(self, table: str, action: Any) -> Iterator[Step]:
        from sqlglot import exp

        if isinstance(action, exp.ColumnDef):
            column, key = self.column(action)
            keys = [key] if key else []
            yield {"do": "add_column", "table": table, "column": column, "foreign_keys": keys}
        elif isinstance(action, exp.AddConstraint):
            for constraint in action.expressions:
                yield from self._constraint(table, constraint)
        elif isinstance(action, exp.RenameColumn):
            new = action.args["to"].name
            yield {"do": "rename_column", "table": table, "name": action.this.name, "to": new}
        elif isinstance(action, exp.AlterRename):
            yield self._renamed(table, action)
        elif isinstance(action, exp.ModifyColumn):
            yield from self._modify_column(table, action)
        elif isinstance(action, exp.AlterColumn):
            yield from self._alter_column(table, action)
        elif isinstance(action, exp.Drop):
            yield from _part_dropped(table, action)
        else:
            yield {"do": "unknown", "table": table}

    def _renamed(self, table: str, action: Any) -> Step:
        """PostgreSQL lets COLUMN be left out: `RENAME buyer TO customer`."""
        column = _COLUMN_RENAMED.search(self.text)
        if column:
            return {"do": "rename_column", "table": table, "name": column[1], "to": column[2]}
        if _TABLE_RENAMED.search(self.text):
            return {"do": "rename", "table": table, "to": _table_name(action.this)}
        return {"do": "unknown", "table": table}

    def _modify_column(self, table: str, action: Any) -> Iterator[Step]:
        """MySQL's MODIFY and CHANGE, which state the whole column again."""
        old = action.args.get("rename_from")
        column, _ = self.column(action.this)
        name = column["name"]
        if old is not None:
            yield {"do": "rename_column", "table": table, "name": old.name, "to": name}
        changes = {key: column[key] for key in ("type", "nullable", "default")}
        yield {"do": "change_column", "table": table, "name": name, "changes": changes}

    def _alter_column(self, table: str, action: Any) -> Iterator[Step]:
        changed = action.args
        changes: dict[str, Any] = {}
        if changed.get("dtype") is not None:
            changes["type"] = self._written(changed["dtype"])
        if changed.get("default") is not None:
            changes["default"] = self._written(changed["default"])
        elif "allow_null" in changed and changed["allow_null"] is not None:
            changes["nullable"] = bool(changed["allow_null"])
        elif changed.get("drop"):
            changes["default"] = None
        yield {"do": "change_column", "table": table, "name": action.name, "changes": changes}
        if not changes or ("type" in changes and _TELLS_NULL.search(self.text)):
            yield {"do": "unknown", "table": table}

    def _constraint(self, table: str, constraint: Any, name: str | None = None) -> Iterator[Step]:
        from sqlglot import exp

        if isinstance(constraint, exp.Constraint):
            for inner in constraint.expressions:
                yield from self._constraint(table, inner, constraint.name)
        elif isinstance(constraint, exp.PrimaryKey):
            yield {"do": "add_primary", "table": table, "columns": list(names_in(constraint))}
        elif isinstance(constraint, exp.ForeignKey):
            reference = constraint.args.get("reference")
            if reference is not None:
                key = _key(list(names_in(constraint)), reference, constraint)
                yield {"do": "add_key", "table": table, "foreign_key": key}
        elif isinstance(constraint, exp.UniqueColumnConstraint) and isinstance(
            constraint.this, exp.Schema
        ):
            columns = list(names_in(constraint.this))
            index = {
                "name": constraint.this.this.name if constraint.this.this else name,
                "columns": columns,
            }
            yield {"do": "add_index", "table": table, "index": {**index, "unique": True}}
        elif isinstance(constraint, exp.IndexColumnConstraint):
            index = {"name": constraint.name or None, "columns": list(names_in(constraint))}
            yield {"do": "add_index", "table": table, "index": index}


def _is_whole(parsed: Any) -> bool:
    """Tell whether a CREATE TABLE says all of its columns itself: LIKE, INHERITS and others do not.

    What this does not know makes it false, never true.
    """
    from sqlglot import exp

    known = (
        exp.ColumnDef,
        exp.Constraint,
        exp.PrimaryKey,
        exp.ForeignKey,
        exp.UniqueColumnConstraint,
        exp.IndexColumnConstraint,
        exp.CheckColumnConstraint,
    )
    elsewhere = (exp.LikeProperty, exp.InheritsProperty, exp.PartitionedOfProperty)
    parts = parsed.this.expressions
    return (
        parsed.expression is None
        and all(isinstance(part, known) for part in parts)
        and any(isinstance(part, exp.ColumnDef) for part in parts)
        and parsed.find(*elsewhere) is None
    )


def _created_index(parsed: Any) -> Iterator[Step]:
    table = parsed.this.args.get("table")
    if table is not None:
        index = {
            "name": parsed.this.name or None,
            "columns": _index_columns(parsed.this),
            "unique": bool(parsed.args.get("unique")),
        }
        yield {"do": "add_index", "table": _table_name(table), "index": index}


def _dropped(parsed: Any, kind: str) -> Iterator[Step]:
    gone = parsed.args.get("tables") or [parsed.this]
    for name in (_table_name(table) for table in gone if table is not None):
        if kind == "TABLE":
            yield {"do": "drop", "table": name}
        elif kind == "INDEX":
            yield {"do": "drop_index", "name": name.rpartition(".")[2]}


def _part_dropped(table: str, action: Any) -> Iterator[Step]:
    for part in action.args.get("tables") or []:
        if action.args.get("kind") == "COLUMN":
            yield {"do": "drop_column", "table": table, "name": part.name}
        else:
            yield {"do": "drop_constraint", "table": table, "name": part.name}


def _key(columns: list[str], reference: Any, holder: Any = None) -> dict[str, Any]:
    """Return a foreign key; what a delete does stands in the reference or beside it."""
    from sqlglot import exp

    table = reference.find(exp.Table)
    schema = reference.this if isinstance(reference.this, exp.Schema) else None
    text = (holder or reference).sql().upper()
    action = re.search(r"ON DELETE (CASCADE|RESTRICT|SET NULL|SET DEFAULT|NO ACTION)", text)
    return {
        "columns": columns,
        "table": _table_name(table) if table is not None else "",
        "referred": list(names_in(schema)) if schema is not None else [],
        "on_delete": action[1] if action else None,
    }


def _table_name(node: Any) -> str:
    schema = node.args.get("db") if hasattr(node, "args") else None
    return f"{schema.name}.{node.name}" if schema is not None and schema.name else str(node.name)


def _index_columns(index: Any) -> list[str]:
    from sqlglot import exp

    parameters = index.args.get("params")
    columns = parameters.args.get("columns") if parameters is not None else None
    names = [one.find(exp.Identifier) for one in columns or []]
    return [name.name for name in names if name is not None]
