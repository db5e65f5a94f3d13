"""Steps of Laravel's migrations: what `up` does to the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.laravel_columns import steps_of
from workers.survey.languages.php.values import (
    GAP,
    Constants,
    Instance,
    Scope,
    Value,
    argument,
    collected,
    entry,
    pairs_of,
    text_of,
    value,
)
from workers.survey.tables import sql_source
from workers.survey.tables.replay import create

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workers.survey.languages.php.expressions import Expression
    from workers.survey.languages.php.source import Statement
    from workers.survey.tables.replay import Step

MOST_STEPS = 20_000
MOST_TURNS = 500
DEEPEST = 25
_GUARDS = ("hasTable", "hasColumn", "hasColumns", "hasIndex")
_SQL = frozenset("statement unprepared".split())
_CHANGES_ROWS = ("update ", "insert ", "delete ", "select ", "set ", "use ", "pragma ")
_SCHEMA = frozenset(
    "create table dropIfExists drop rename dropColumns whenTableHasColumn"
    " whenTableDoesntHaveColumn".split()
)
COMPUTED = "a table whose name is computed"


class Migration:
    """Runs one file's migration; `configured` are the values of files of configuration."""

    def __init__(
        self, file: str, declared: dict[str, Any], constants: Constants, configured: Value
    ) -> None:
        """Take the class of a migration."""
        self._file = file
        self._methods = {one["name"]: one for one in declared["methods"] if "body" in one}
        self._configured = configured
        self._active: list[str] = []
        self._depth = 0
        self._is_guarded = False
        self.steps: list[Step] = []
        self.failed: list[tuple[int, str]] = []
        properties = {
            one["name"]: one["default"]
            for one in declared["properties"]
            if one["default"] is not None
        }
        self._scope = Scope(constants, file, declared["name"], {}, properties)

    def run(self) -> None:
        """Run what applies the migration."""
        self._method("up", [])

    def _method(self, name: str, arguments: list[Value]) -> bool:
        method = self._methods.get(name)
        if method is None or name in self._active or len(self._active) > DEEPEST:
            return method is not None
        scope = self._scope.inner()
        for position, (own, _) in enumerate(method["parameters"]):
            scope.variables[own] = arguments[position] if position < len(arguments) else None
        self._active.append(name)
        self._run(method["body"], scope)
        self._active.pop()
        return True

    def _run(self, statements: Iterable[Statement], scope: Scope) -> None:
        for statement in statements:
            if len(self.steps) > MOST_STEPS:
                return
            word = statement[0]
            if word in {"do", "return"}:
                self._expression(statement[1], scope)
            elif word == "if":
                self._condition(statement, scope)
            elif word == "block":
                self._run(statement[1], scope)
            elif word == "each":
                self._each(statement, scope)

    def _condition(self, statement: Statement, scope: Scope) -> None:
        """Run both branches; what only some databases do leaves a table open."""
        _, condition, then, other = statement
        guarded = self._is_guarded
        is_guard = any(_asks(condition, one) for one in _GUARDS)
        of_sqlite = _of_sqlite(condition)
        if of_sqlite is not None:  # what is done to SQLite alone is done to tests
            self._run(other if of_sqlite else then, scope)
            return
        self._is_guarded = guarded or is_guard
        start = len(self.steps)
        self._run(then, scope)
        self._run(other, scope)
        self._is_guarded = guarded
        if not is_guard:
            self._leave_open(start)

    def _leave_open(self, start: int) -> None:
        """Leave open what becomes of the tables that steps were about."""
        tables = {step["table"] for step in self.steps[start:] if step.get("table")}
        self.steps += [{"do": "unknown", "table": one} for one in sorted(tables)]

    def _each(self, statement: Statement, scope: Scope) -> None:
        _, listed, key, name, body = statement
        turns = pairs_of(self._worth(listed, scope))[:MOST_TURNS] or [(None, None)]
        for worth_key, item in turns:
            scope.variables |= {one: what for one, what in ((key, worth_key), (name, item)) if one}
            self._run(body, scope)

    def _worth(self, expression: Expression, scope: Scope) -> Value:
        """Return what an expression is worth; what is configured is looked up."""
        if isinstance(expression, list) and expression[:2] == ["chain", None]:
            name, arguments, _ = expression[2][0]
            if name == "config" and len(expression[2]) == 1:
                path = text_of(argument(arguments, 0), scope)
                worth = self._configured
                for part in path.split("."):
                    worth = entry(worth, part)
                return worth
        if isinstance(expression, list) and expression[:1] == ["either"]:
            worths = (self._worth(one, scope) for one in expression[1])
            return next((one for one in worths if one is not None), None)
        return value(expression, scope)

    def _expression(self, expression: Expression, scope: Scope) -> None:
        if not isinstance(expression, list) or not expression:
            return
        if expression[0] == "assign":
            name, inner = expression[1], expression[2]
            if name:
                scope.variables[name] = self._worth(inner, scope)
            self._expression(inner, scope)
        elif expression[0] == "either":
            start = len(self.steps)
            for each in expression[1]:
                self._expression(each, scope)
            self._leave_open(start)
        elif expression[0] == "chain":
            self._chain(expression[1], expression[2], scope)

    def _chain(self, base: Expression, calls: list[Any], scope: Scope) -> None:
        known = value(base, scope) if base and base[0] == "variable" else None
        if isinstance(known, Instance) and known[0] == "blueprint":
            self._blueprint(known[1], calls, scope)
            return
        name, arguments, line = calls[0]
        is_own = base in (["variable", "this"], ["class", "self"], ["class", "static"])
        if is_own and self._method(name, [value(one, scope) for _, one, _ in arguments]):
            return
        is_schema = _is_schema(base)
        for function, listed, at in calls:
            if function in _SCHEMA and (is_schema or _builds(function, listed)):
                self._schema(function, listed, at, scope)
                return
            if function in _SQL and base and base[0] == "class":
                self._sql(text_of(argument(listed, 0), scope), at)
                return
        self._handed_over(calls, line, scope)

    def _handed_over(self, calls: list[Any], line: int, scope: Scope) -> None:
        """Run closures; what gets a Blueprint may do anything to its table."""
        del line
        items = collected(calls, scope)
        for _, arguments, _ in calls:
            for _, expression, _ in arguments:
                worth = value(expression, scope)
                if isinstance(worth, Instance) and worth[0] == "blueprint":
                    self.steps.append({"do": "unknown", "table": worth[1]})
                elif isinstance(worth, Instance) and worth[0] == "closure":
                    for turn in items or [[]]:
                        self._closure(worth, turn)

    def _closure(self, closure: Value, arguments: list[Value]) -> None:
        if not isinstance(closure, Instance) or closure[0] != "closure" or self._depth > DEEPEST:
            return
        scope = closure[2].inner()
        for position, (own, _) in enumerate(closure[1][1]):
            scope.variables[own] = arguments[position] if position < len(arguments) else None
        self._depth += 1
        self._run(closure[1][2], scope)
        self._depth -= 1

    def _schema(self, function: str, arguments: list[Any], line: int, scope: Scope) -> None:
        worth = self._worth(argument(arguments, 0, "table"), scope)
        name = worth if isinstance(worth, str) else GAP
        if GAP in name or not name:
            self.failed.append((line, COMPUTED))
            if function != "create":
                self.steps.append({"do": "unknown_all"})
            return
        if function in {"create", "table"}:
            self._built(function, name, (argument(arguments, 1, "callback"), line), scope)
        elif function.startswith("whenTable"):
            self._built("table", name, (argument(arguments, 2, "callback"), line), scope)
        elif function == "rename":
            new = text_of(argument(arguments, 1), scope)
            self.steps.append({"do": "rename", "table": name, "to": new})
        elif function == "dropColumns":
            self._blueprint(name, [["dropColumn", arguments[1:], line]], scope)
        else:
            self.steps.append({"do": "drop", "table": name})

    def _built(
        self, function: str, name: str, builder: tuple[Expression, int], scope: Scope
    ) -> None:
        start = len(self.steps)
        callback, line = builder
        closure = value(callback, scope)
        self._closure(closure, [Instance(("blueprint", name))])
        if function == "table":
            return
        changes = self.steps[start:]
        del self.steps[start:]
        is_known = isinstance(closure, Instance)
        self.steps += _created(name, line, changes, if_absent=self._is_guarded, whole=is_known)

    def _blueprint(self, table: str, calls: list[Any], scope: Scope) -> None:
        name, arguments, _ = calls[0]
        closures = [value(one, scope) for _, one, _ in arguments]
        if name in {"after", "when"} and any(isinstance(one, Instance) for one in closures):
            for closure in closures:
                self._closure(closure, [Instance(("blueprint", table))])
            return
        self.steps += steps_of(table, calls, scope)

    def _sql(self, text: str, line: int) -> None:
        if text.lstrip().lower().startswith(_CHANGES_ROWS):
            return
        if GAP in text:
            self.steps.append({"do": "unknown_all"})
            return
        for step in sql_source.steps(text)[0]:
            self.steps.append({**step, "line": line} if "line" in step else step)


def _asks(condition: Expression, name: str) -> bool:
    """Tell whether a condition calls a function by its name."""
    waiting, count = [condition], 0
    while waiting and count < MOST_TURNS:
        item = waiting.pop()
        count += 1
        if item == name:
            return True
        waiting += item if isinstance(item, list) else []
    return False


def _builds(function: str, arguments: list[Any]) -> bool:
    """Tell whether a call makes or changes a table by a closure, whatever it is called on."""
    is_built = function in {"create", "table"}
    return is_built and any(one[:1] == ["closure"] for _, one, _ in arguments if one)


def _of_sqlite(condition: Expression) -> bool | None:
    """Tell whether a condition holds for SQLite alone, or for all else; None for neither."""
    if not isinstance(condition, list) or condition[:1] != ["compare"]:
        return None
    operator, sides = condition[1], condition[2]
    if "sqlite" not in sides:
        return None
    return {"==": True, "===": True, "!=": False, "!==": False, "<>": False}.get(operator)


def _is_schema(base: Expression) -> bool:
    """Tell whether an expression is the schema: the facade, or a variable of that name."""
    if not base:
        return False
    if base[0] == "class":
        return base[1].rpartition("\\")[2] in {"Schema", "Capsule", "Manager"}
    return base[0] in {"variable", "property"} and base[-1].lower().endswith("schema")


def _created(
    name: str, line: int, changes: list[Step], *, if_absent: bool, whole: bool
) -> list[Step]:
    """Return the step that makes a table of what is done to it; and what is done to others."""
    step = create(name, line)
    step["if_absent"] = if_absent
    step["primary_key"] = []
    others: list[Step] = []
    for change in changes:
        if change.get("table") != name:
            others.append(change)
        elif change["do"] == "add_column":
            step["columns"].append(change["column"])
            step["foreign_keys"] += change["foreign_keys"]
            step["indexes"] += change["indexes"]
        elif change["do"] == "add_index":
            step["indexes"].append(change["index"])
        elif change["do"] == "add_key":
            step["foreign_keys"].append(change["foreign_key"])
        elif change["do"] == "add_primary":
            step["primary_key"] += change["columns"]
        elif change["do"] == "unknown":
            whole = False
    step["whole"] = whole
    return [step, *others]


def configured(sources: Mapping[str, dict[str, Any]], constants: Constants) -> Value:
    """Return what files of configuration return, by their names."""
    pairs: list[tuple[Value, Value]] = []
    for file, source in sources.items():
        if "config" not in file.split("/")[:-1]:
            continue
        for statement in source["body"]:
            if statement[0] == "return":
                name = file.rpartition("/")[2].removesuffix(".php")
                pairs.append((name, value(statement[1], Scope(constants, file))))
    return pairs
