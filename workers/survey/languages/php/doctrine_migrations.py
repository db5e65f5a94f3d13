"""Steps of Doctrine's migrations: the SQL that `up` adds, and tables made by objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.values import (
    GAP,
    Constants,
    Instance,
    Scope,
    Value,
    argument,
    pairs_of,
    text_of,
    texts_of,
    value,
)
from workers.survey.languages.php.words import words
from workers.survey.tables import sql_source
from workers.survey.tables.replay import add_column, create

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.survey.languages.php.expressions import Expression
    from workers.survey.languages.php.source import Statement
    from workers.survey.tables.replay import Step

MOST_STEPS = 20_000
DEEPEST = 25
_ABOUT_ROWS = ("update ", "insert ", "delete ", "select ", "set ", "replace ", "pragma ")
_ON_TABLE = frozenset("addOption addComment setComment getColumn hasColumn getName".split())


class Migration:
    """Runs one file's migration."""

    def __init__(self, file: str, declared: dict[str, Any], constants: Constants) -> None:
        """Take the class of a migration."""
        self._methods = {one["name"]: one for one in declared["methods"] if "body" in one}
        self._scope = Scope(constants, file, declared["name"])
        self._active: list[str] = []
        self.steps: list[Step] = []

    def run(self) -> None:
        """Run what applies the migration."""
        self._method("up", [Instance(("schema",))])

    def _method(self, name: str, arguments: list[Value]) -> None:
        method = self._methods.get(name)
        if method is None or name in self._active or len(self._active) > DEEPEST:
            return
        scope = self._scope.inner()
        for position, (own, _) in enumerate(method["parameters"]):
            scope.variables[own] = arguments[position] if position < len(arguments) else None
        self._active.append(name)
        self._run(method["body"], scope)
        self._active.pop()

    def _run(self, statements: Iterable[Statement], scope: Scope) -> None:
        for statement in statements:
            if len(self.steps) > MOST_STEPS:
                return
            word = statement[0]
            if word in {"do", "return"}:
                self._expression(statement[1], scope)
            elif word == "block":
                self._run(statement[1], scope)
            elif word == "if":
                start = len(self.steps)
                self._run(statement[2], scope)
                self._run(statement[3], scope)
                tables = {one["table"] for one in self.steps[start:] if one.get("table")}
                self.steps += [{"do": "unknown", "table": one} for one in sorted(tables)]
            elif word == "each":
                self._each(statement, scope)

    def _each(self, statement: Statement, scope: Scope) -> None:
        _, listed, key, name, body = statement
        for worth_key, item in pairs_of(value(listed, scope))[:DEEPEST] or [(None, None)]:
            scope.variables |= {one: what for one, what in ((key, worth_key), (name, item)) if one}
            self._run(body, scope)

    def _expression(self, expression: Expression, scope: Scope) -> Value:
        if not isinstance(expression, list) or not expression:
            return None
        if expression[0] == "assign":
            worth = self._expression(expression[2], scope)
            if worth is None:
                worth = value(expression[2], scope)
            if expression[1]:
                scope.variables[expression[1]] = worth
            return worth
        if expression[0] != "chain":
            return None
        return self._chain(expression[1], expression[2], scope)

    def _chain(self, base: Expression, calls: list[Any], scope: Scope) -> Value:
        known = scope.variables.get(base[1]) if base and base[0] == "variable" else None
        name, arguments, line = calls[0]
        if base == ["variable", "this"] and name == "addSql":
            self._sql(text_of(argument(arguments, 0), scope), line)
        elif base == ["variable", "this"]:
            self._method(name, [value(one, scope) for _, one, _ in arguments])
        elif isinstance(known, Instance) and known[0] == "schema":
            return self._schema(calls, scope)
        elif isinstance(known, Instance) and known[0] == "table":
            self._table(known[1], calls, scope)
        return None

    def _sql(self, text: str, line: int) -> None:
        if text.lstrip().lower().startswith(_ABOUT_ROWS):
            return
        if GAP in text:
            self.steps.append({"do": "unknown_all"})
            return
        for step in sql_source.steps(text)[0]:
            self.steps.append({**step, "line": line} if "line" in step else step)

    def _schema(self, calls: list[Any], scope: Scope) -> Value:
        name, arguments, line = calls[0]
        table = text_of(argument(arguments, 0), scope)
        if name in {"createTable", "getTable"} and GAP not in table:
            if name == "createTable":
                self.steps.append({**create(table, line), "primary_key": [], "whole": True})
            self._table(table, calls[1:], scope)
            return Instance(("table", table))
        if name == "dropTable" and GAP not in table:
            self.steps.append({"do": "drop", "table": table})
        elif name == "renameTable":
            new = text_of(argument(arguments, 1), scope)
            if GAP not in table + new:
                self.steps.append({"do": "rename", "table": table, "to": new})
        elif name in {"createTable", "getTable", "dropTable"}:
            self.steps.append({"do": "unknown_all"})
        return None

    def _table(self, table: str, calls: list[Any], scope: Scope) -> None:
        """Return what calls on a table do; those on its columns leave it open."""
        for name, arguments, _ in calls[:1]:
            first = value(argument(arguments, 0), scope)
            names = texts_of(first)
            if name == "addColumn" and isinstance(first, str) and GAP not in first:
                self.steps.append(add_column(table, _column(first, arguments, scope)))
            elif name == "setPrimaryKey" and names:
                self.steps.append({"do": "add_primary", "table": table, "columns": names})
            elif name in {"addIndex", "addUniqueIndex", "addUniqueConstraint"} and names:
                own = value(argument(arguments, 1), scope)
                index = {
                    "name": own if isinstance(own, str) else None,
                    "columns": names,
                    "unique": "Unique" in name,
                }
                self.steps.append({"do": "add_index", "table": table, "index": index})
            elif name == "addForeignKeyConstraint" and isinstance(first, str):
                self.steps.append(_key(table, first, arguments, scope))
            elif name == "dropColumn" and isinstance(first, str):
                self.steps.append({"do": "drop_column", "table": table, "name": first})
            elif name not in _ON_TABLE:
                self.steps.append({"do": "unknown", "table": table})
        if len(calls) > 1:
            self.steps.append({"do": "unknown", "table": table})


def _column(name: str, arguments: list[Any], scope: Scope) -> dict[str, Any]:
    kind = argument(arguments, 1)
    written = kind if isinstance(kind, str) else None
    if isinstance(kind, list) and kind[:1] == ["member"]:
        written = kind[2].lower().replace("_mutable", "")
    options = argument(arguments, 2)
    pairs = options[1] if isinstance(options, list) and options[:1] == ["array"] else []
    known = {key: one for key, one in pairs if isinstance(key, str)}
    length = words(known["length"]) if "length" in known else None
    default = known.get("default")
    return {
        "name": name,
        "type": f"{written}({length})" if written and length else written,
        "nullable": value(known.get("notnull", ""), scope) == ("literal", "false"),
        "default": words(default) if default not in (None, ["literal", "null"]) else None,
    }


def _key(table: str, target: str, arguments: list[Any], scope: Scope) -> Step:
    own = texts_of(value(argument(arguments, 1), scope))
    other = texts_of(value(argument(arguments, 2), scope))
    options = value(argument(arguments, 3), scope)
    action = next((one for key, one in pairs_of(options) if key == "onDelete"), None)
    if not own or not other or GAP in target:
        return {"do": "unknown", "table": table}
    key = {
        "columns": own,
        "table": target,
        "referred": other,
        "on_delete": action if isinstance(action, str) else None,
    }
    return {"do": "add_key", "table": table, "foreign_key": key}
