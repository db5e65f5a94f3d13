"""Migrations of EF Core: what `Up` does, as steps."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import Column, ForeignKey, Index, NotUnderstood
from workers.survey.languages.csharp.names import argument
from workers.survey.tables import replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from workers.survey.languages.csharp.expressions import Statement, Value
    from workers.survey.tables.replay import Step

Arguments = list[list[Any]]
_CHANGES_TABLES = lazy_pattern(
    r"\b(?:ALTER|CREATE|DROP|RENAME)\s{1,20}(?:TABLE|UNIQUE|INDEX|COLUMN)\b|\bsp_rename\b", 2
)
_ACTIONS = {
    "Cascade": "CASCADE",
    "SetNull": "SET NULL",
    "Restrict": "RESTRICT",
    "NoAction": "NO ACTION",
    "SetDefault": "SET DEFAULT",
}
# What changes no table, column, key or index.
_OTHER = frozenset(
    "EnsureSchema DropSchema InsertData UpdateData DeleteData CreateSequence AlterSequence"
    " DropSequence RenameSequence RestartSequence AlterDatabase AlterTable AddCheckConstraint"
    " DropCheckConstraint IsNpgsql IsSqlServer IsSqlite IsMySql".split()
)


@dataclass
class Migrations:
    """Turns the migrations of one history into steps, in their order; keys are known by name."""

    missed: list[NotUnderstood] = field(default_factory=list)
    _keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _primary: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _constants: dict[str, Value] = field(default_factory=dict)

    def steps(
        self, file: str, body: Iterable[Statement], constants: Iterable[tuple[str, Value]]
    ) -> list[Step]:
        """Return the steps of one `Up`; constants are those of its class."""
        self._constants = dict(constants)
        done: list[Step] = []
        for statement in body:
            value = statement[2] if statement[0] == "let" else statement[1]
            certain = statement[-1] if statement[0] in {"do", "let"} else True
            for call in _calls(value):
                for step in self._step(file, call):
                    done.append(step)
                    if not certain and step.get("table"):
                        done.append({"do": "unknown", "table": step["table"], "line": call[5]})
        return done

    def _step(self, file: str, call: list[Any]) -> list[Step]:
        name, line = call[2], call[5]
        passed = [[key, self._constant(value)] for key, value in call[4]]
        if name in _OTHER:
            return []
        if name == "Sql":
            return self._sql(file, passed, line)
        make = _STEPS.get(name)
        if make is None:
            return [{"do": "unknown_all", "table": None, "line": line}]
        try:
            steps = make(self, passed, call, line)
        except _Unnamed:
            self.missed.append(NotUnderstood(file, line, f"a name of {name} is computed"))
            return [{"do": "unknown_all", "table": None, "line": line}]
        return [{"line": line, **step} for step in steps]

    def _constant(self, value: Value) -> Value:
        return self._constants.get(value[1], value) if value and value[0] == "n" else value

    def _sql(self, file: str, passed: Arguments, line: int) -> list[Step]:
        """Raw SQL changes tables where it says so, or where it is not known."""
        written = argument(passed, 0, "sql")
        texts = list(_texts(written))
        if written and written[0] in {"s", "+"} and not any(map(_CHANGES_TABLES.search, texts)):
            return []
        if any(map(_CHANGES_TABLES.search, texts)):
            self.missed.append(NotUnderstood(file, line, "SQL in a migration that is not read"))
        return [{"do": "unknown_all", "table": None, "line": line}]

    def create(self, passed: Arguments, _call: list[Any], line: int) -> list[Step]:
        """Return the step of `CreateTable`."""
        table = _table(passed, 0, "name")
        listed = argument(passed, 1, "columns")
        columns: dict[str, Column] = {}
        whole = bool(listed) and listed is not None and listed[0] == "fn"
        for name, value in _fields(listed):
            made = _column(name, value)
            if made is None:
                whole = False
            else:
                columns[name], is_whole = made
                whole = whole and is_whole
        keys: list[ForeignKey] = []
        indexes: list[Index] = []
        primary: tuple[str, ...] = ()
        for constraint in _constraints(argument(passed, 3, "constraints")):
            kind, arguments = constraint[2], constraint[4]
            own = tuple(
                columns[each].name if each in columns else each
                for each in _picked(argument(arguments, 1, "column", "columns"))
            )
            if kind == "PrimaryKey":
                primary = own
            elif kind == "UniqueConstraint":
                indexes.append(Index(_text(argument(arguments, 0, "name")), own, unique=True))
            elif kind == "ForeignKey":
                key = _key(arguments, own)
                keys.append(key)
                self._keys[_name(arguments).lower()] = own
        step = replay.create(table, line, columns.values(), indexes, keys)
        self._primary[table.lower()] = primary
        return [{**step, "primary_key": list(primary), "whole": whole}]

    def add_column(self, passed: Arguments, call: list[Any], _line: int) -> list[Step]:
        """Return the step of `AddColumn`."""
        made = _column(_name(passed), call)
        table = _table(passed, 1, "table")
        if made is None:
            return [{"do": "unknown", "table": table}]
        column, is_whole = made
        step = replay.add_column(table, asdict(column))
        return [step] if is_whole else [step, {"do": "unknown", "table": table}]

    def alter_column(self, passed: Arguments, call: list[Any], _line: int) -> list[Step]:
        """Return the step of `AlterColumn`."""
        made = _column(_name(passed), call)
        table = _table(passed, 1, "table")
        if made is None:
            return [{"do": "unknown", "table": table}]
        column, _ = made
        changes = {"type": column.type, "nullable": column.nullable, "default": column.default}
        return [{"do": "change_column", "table": table, "name": column.name, "changes": changes}]

    def drop_column(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `DropColumn`."""
        return [{"do": "drop_column", "table": _table(passed, 1, "table"), "name": _name(passed)}]

    def rename_column(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `RenameColumn`; keys go on with the new name."""
        old, new = _name(passed), _required(argument(passed, 2, "newname"))
        for known in (self._keys, self._primary):
            for key, columns in known.items():
                known[key] = tuple(new if one == old else one for one in columns)
        table = _table(passed, 1, "table")
        return [{"do": "rename_column", "table": table, "name": old, "to": new}]

    def drop(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `DropTable`."""
        return [{"do": "drop", "table": _table(passed, 0, "name")}]

    def rename(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `RenameTable`, which may move it to another schema."""
        old = _table(passed, 0, "name")
        new = _text(argument(passed, 2, "newname")) or _name(passed)
        schema = _text(_named(passed, "newSchema"))  # without one it moves to the default schema
        to = f"{schema}.{new}" if schema else new
        self._primary[to.lower()] = self._primary.pop(old.lower(), ())
        return [{"do": "rename", "table": old, "to": to}] if to != old else []

    def create_index(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `CreateIndex`."""
        columns = _columns(argument(passed, 2, "column", "columns"))
        unique = argument(passed, 4, "unique") == ["b", True]
        index = {"name": _name(passed), "columns": columns, "unique": unique}
        return [{"do": "add_index", "table": _table(passed, 1, "table"), "index": index}]

    def drop_index(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `DropIndex`."""
        return [{"do": "drop_index", "name": _name(passed)}]

    def rename_index(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `RenameIndex`."""
        new = _required(argument(passed, 1, "newname"))
        return [{"do": "rename_index", "name": _name(passed), "to": new}]

    def add_key(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `AddForeignKey`."""
        columns = tuple(_columns(argument(passed, 2, "column", "columns")))
        self._keys[_name(passed).lower()] = columns
        key = asdict(_key(passed, columns))
        return [{"do": "add_key", "table": _table(passed, 1, "table"), "foreign_key": key}]

    def drop_key(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `DropForeignKey`: which columns it is of was said when it was made."""
        columns = self._keys.get(_name(passed).lower())
        table = _table(passed, 1, "table")
        if columns is None:
            return [{"do": "unknown", "table": table}]
        return [{"do": "drop_key", "table": table, "columns": list(columns)}]

    def add_primary(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `AddPrimaryKey`."""
        columns = _columns(argument(passed, 2, "column", "columns"))
        table = _table(passed, 1, "table")
        self._primary[table.lower()] = tuple(columns)
        return [{"do": "add_primary", "table": table, "columns": columns}]

    def drop_primary(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the steps of `DropPrimaryKey`: its columns are none of a key any more."""
        table = _table(passed, 1, "table")
        changes = {"primary_key": False}
        return [
            {"do": "change_column", "table": table, "name": one, "changes": changes}
            for one in self._primary.pop(table.lower(), ())
        ]

    def add_unique(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `AddUniqueConstraint`."""
        columns = _columns(argument(passed, 2, "column", "columns"))
        index = {"name": _name(passed), "columns": columns, "unique": True}
        return [{"do": "add_index", "table": _table(passed, 1, "table"), "index": index}]

    def drop_unique(self, passed: Arguments, _call: list[Any], _line: int) -> list[Step]:
        """Return the step of `DropUniqueConstraint`."""
        table = _table(passed, 1, "table")
        return [{"do": "drop_constraint", "table": table, "name": _name(passed)}]


_STEPS: dict[str, Callable[[Migrations, Arguments, list[Any], int], list[Step]]] = {
    "CreateTable": Migrations.create,
    "DropTable": Migrations.drop,
    "RenameTable": Migrations.rename,
    "AddColumn": Migrations.add_column,
    "AlterColumn": Migrations.alter_column,
    "DropColumn": Migrations.drop_column,
    "RenameColumn": Migrations.rename_column,
    "CreateIndex": Migrations.create_index,
    "DropIndex": Migrations.drop_index,
    "RenameIndex": Migrations.rename_index,
    "AddForeignKey": Migrations.add_key,
    "DropForeignKey": Migrations.drop_key,
    "AddPrimaryKey": Migrations.add_primary,
    "DropPrimaryKey": Migrations.drop_primary,
    "AddUniqueConstraint": Migrations.add_unique,
    "DropUniqueConstraint": Migrations.drop_unique,
}


class _Unnamed(Exception):
    """A table or a column whose name is computed."""


def _required(value: Value) -> str:
    text = _text(value)
    if text is None:
        raise _Unnamed
    return text


def _name(passed: Arguments) -> str:
    return _required(argument(passed, 0, "name"))


def _named(passed: Arguments, wanted: str) -> Value:
    return next((value for name, value in passed if name == wanted), None)


def _table(passed: Arguments, position: int, name: str) -> str:
    """Return a table with its schema in front, where it says one."""
    own = _required(argument(passed, position, name))
    written = _named(passed, "schema")
    schema = _text(written)
    if written is not None and schema is None and written[0] != "null":
        raise _Unnamed
    return f"{schema}.{own}" if schema else own


def _text(value: Value) -> str | None:
    return str(value[1]) if value and value[0] == "s" else None


def _texts(value: Value) -> Iterator[str]:
    if value and value[0] == "s":
        yield value[1]
    elif value and value[0] == "+":
        for part in value[1]:
            yield from _texts(part)


def _calls(value: Value) -> list[list[Any]]:
    """Return the call on the builder that a chain begins with: annotations follow it."""
    innermost = None
    while value and value[0] == "call":
        innermost, value = value, value[1]
    return [innermost] if innermost is not None else []


def _fields(columns: Value) -> Iterator[tuple[str, Value]]:
    """Yield the fields of `table => new { Id = table.Column<int>(...) }`."""
    body = columns[2] if columns and columns[0] == "fn" else []
    for statement in body:
        made = statement[1] if statement[0] == "return" else None
        if made and made[0] in {"obj", "new"}:
            for name, value in made[1] if made[0] == "obj" else made[3]:
                if name is not None:
                    yield name, value


def _constraints(constraints: Value) -> Iterator[list[Any]]:
    body = constraints[2] if constraints and constraints[0] == "fn" else []
    for statement in body:
        yield from _calls(statement[1] if statement[0] in {"do", "return"} else None)


def _column(name: str, value: Value) -> tuple[Column, bool] | None:
    """Return a column and whether all of it was understood; None for what is none."""
    call = next(iter(_calls(value)), None)
    if call is None:
        return None
    passed, types = call[4], call[3]
    is_column = call[2] in {"AddColumn", "AlterColumn"}
    first = 2 if is_column else 0
    own = name if is_column else _text(_named(passed, "name")) or name
    kind = _text(argument(passed, first, "type")) or (types[0].rstrip("?") if types else None)
    is_null = _named(passed, "nullable")
    nullable = is_null == ["b", True] if is_null is None or is_null[0] == "b" else None
    written = _named(passed, "defaultValue") or _named(passed, "defaultValueSql")
    default = _default(written)
    whole = (written is None or default is not None) and nullable is not None
    return Column(own, kind, nullable, default=default), whole


def _default(value: Value) -> str | None:
    if value is None or value[0] not in {"s", "i", "b", "n"}:
        return None
    return str(value[1]).lower() if value[0] == "b" else str(value[1])


def _picked(value: Value) -> list[str]:
    """Return the names of `x => x.Id` and `x => new { x.A, x.B }`."""
    body = value[2] if value and value[0] == "fn" else []
    names: list[str] = []
    for statement in body:
        made = statement[1] if statement[0] == "return" else None
        listed = [one[1] for one in made[1]] if made and made[0] == "obj" else [made]
        names += [one[1].rpartition(".")[2] for one in listed if one and one[0] == "n"]
    return names


def _columns(value: Value) -> list[str]:
    """Return the columns of `column: "a"` and `columns: new[] { "a", "b" }`."""
    listed = value[1] if value and value[0] == "list" else [value]
    return [_required(one) for one in listed]


def _key(passed: Arguments, columns: tuple[str, ...]) -> ForeignKey:
    table = _required(_named(passed, "principalTable") or argument(passed, 3, "principaltable"))
    schema = _text(_named(passed, "principalSchema"))
    referred = _named(passed, "principalColumn") or _named(passed, "principalColumns")
    action = _named(passed, "onDelete")
    name = action[1].rpartition(".")[2] if action and action[0] == "n" else ""
    return ForeignKey(
        columns,
        f"{schema}.{table}" if schema else table,
        tuple(_columns(referred)) if referred else (),
        _ACTIONS.get(name),
    )
