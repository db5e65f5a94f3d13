"""What the properties of an entity declare: columns, and keys to other entities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Column, ForeignKey
from workers.survey.languages.php.plurals import snake
from workers.survey.languages.php.values import GAP, Scope, Value, argument, value
from workers.survey.languages.php.words import words

if TYPE_CHECKING:
    from workers.survey.languages.php.expressions import Expression

# What a property's own type says where the column names none.
_KINDS = {
    "int": "integer", "string": "string", "bool": "boolean", "float": "float", "array": "json",
    "DateTime": "datetime", "DateTimeInterface": "datetime",
    "DateTimeImmutable": "datetime_immutable", "DateInterval": "dateinterval",
    "Uuid": "uuid", "Ulid": "ulid",
}  # fmt: skip
_CONSTANTS = {
    "DATETIME_MUTABLE": "datetime", "DATE_MUTABLE": "date", "TIME_MUTABLE": "time",
    "DATETIMETZ_MUTABLE": "datetimetz",
}  # fmt: skip
_TYPES = frozenset(("Types", "Type"))


class Options:
    """The arguments of an attribute: by name, and by position."""

    def __init__(self, named: dict[str, Expression], listed: list[Any], line: int) -> None:
        """Take what an attribute says; `within` tells where it stands."""
        self._named = named
        self._listed = listed
        self.line = line
        self._scope: Scope | None = None

    def within(self, scope: Scope) -> Options:
        """Return the same in a scope."""
        self._scope = scope
        return self

    def has(self, name: str) -> bool:
        """Tell whether an argument is there by its name."""
        return name in self._named

    def expression(self, name: str, position: int = 99) -> Expression | None:
        """Return an argument by its name or its position."""
        own = self._named.get(name)
        return own if own is not None else argument(self._listed, position)

    def worth(self, name: str, position: int = 99) -> Value:
        """Return what an argument is worth."""
        expression = self.expression(name, position)
        return value(expression, self._scope) if expression is not None and self._scope else None

    def text(self, name: str, position: int = 99) -> str:
        """Return an argument that is a text, '' for none."""
        worth = self.worth(name, position)
        return worth if isinstance(worth, str) and GAP not in worth else ""

    def words(self, name: str, position: int = 99) -> str | None:
        """Return an argument as it is written."""
        expression = self.expression(name, position)
        return words(expression) if expression not in (None, ["literal", "null"]) else None

    def is_true(self, name: str, position: int = 99) -> bool | None:
        """Return an argument that is true or false, None where it is neither or not there."""
        worth = self.worth(name, position)
        return {"true": True, "false": False}.get(worth[1]) if isinstance(worth, tuple) else None

    def nested(self, name: str, position: int = 99) -> list[Options]:
        """Return the attributes that an argument lists: `indexes: [new Index(...)]`."""
        expression = self.expression(name, position)
        if not isinstance(expression, list) or self._scope is None:
            return []
        items = [one for _, one in expression[1]] if expression[:1] == ["array"] else [expression]
        return [
            options_of(one[2], self._scope, one[3])
            for one in items
            if isinstance(one, list) and one[:1] == ["new"]
        ]


def options_of(arguments: list[Any], scope: Scope, line: int) -> Options:
    """Return the arguments of an attribute."""
    named = {name: one for name, one, _ in arguments if name}
    return Options(named, arguments, line).within(scope)


class Mapped(NamedTuple):
    """What one property gives: a column, and the key that it holds."""

    field: str
    column: Column | None
    key: ForeignKey | None = None

    def nullable(self) -> Mapped:
        """Return the same in a table that it shares with other entities."""
        column = replace(self.column, nullable=True) if self.column else None
        return self._replace(column=column)

    def prefixed(self, prefix: str) -> Mapped:
        """Return the same of an object that is embedded."""
        if self.column is None:
            return self
        return self._replace(column=replace(self.column, name=prefix + self.column.name))


class Joined(NamedTuple):
    """A relation to another entity: its property, and the table and column that it refers to."""

    declared: dict[str, Any]
    referred: str
    table: str


def column_of(declared: dict[str, Any], says: Options, *, is_id: bool) -> Mapped:
    """Return the column of a property."""
    kind = _kind(declared, says)
    length = says.words("length", 2)
    precision, scale = says.words("precision", 3), says.words("scale", 4)
    if kind and length:
        kind = f"{kind}({length})"
    elif kind and precision:
        kind = f"{kind}({precision}, {scale or 0})"
    column = Column(
        says.text("name", 0).strip('`"') or snake(declared["name"]),
        kind,
        nullable=says.is_true("nullable", 6) is True and not is_id,
        primary_key=is_id,
        unique=says.is_true("unique", 5) is True,
        default=_default(says),
    )
    return Mapped(declared["name"], column)


def _kind(declared: dict[str, Any], says: Options) -> str | None:
    expression = says.expression("type", 1)
    if isinstance(expression, str):
        return expression
    if isinstance(expression, list) and expression[:1] == ["member"]:
        short = expression[1].rpartition("\\")[2]
        if short in _TYPES:
            return _CONSTANTS.get(expression[2], str(expression[2]).lower())
        return says.text("type", 1) or (str(short) if expression[2] == "class" else None)
    kind = declared["type"].lstrip("?\\").rpartition("\\")[2]
    return _KINDS.get(kind)


def _default(says: Options) -> str | None:
    expression = says.expression("options", 10)
    if isinstance(expression, list) and expression[:1] == ["array"]:
        return next((words(one) for key, one in expression[1] if key == "default"), None)
    return None


def joined_columns(
    what: Joined, joins: list[Options], *, is_id: bool, is_one: bool
) -> list[Mapped]:
    """Return the columns of a relation to one entity; without a table they refer to nothing."""
    default = f"{snake(what.declared['name'])}_{what.referred}"
    listed: list[Mapped] = []
    for join in joins or [Options({}, [], 0)]:
        name = join.text("name", 0).strip('`"') or default
        referred = join.text("referencedColumnName", 1) or what.referred
        nullable = join.is_true("nullable", 3)
        unique = join.is_true("unique", 2)
        column = Column(
            name,
            None,
            nullable=not is_id and nullable is not False,
            primary_key=is_id,
            unique=unique if unique is not None else is_one and len(joins) < 2,
        )
        action = join.text("onDelete", 4) or None
        key = ForeignKey((name,), what.table, (referred,), action) if what.table else None
        listed.append(Mapped(what.declared["name"], column, key))
    return listed
