"""Columns, indexes and keys as SQLAlchemy's calls declare them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    is_map,
    name_of,
    named,
    string,
    strings,
    whole_call,
    words,
)
from workers.survey.tables.replay import create, keyed, plain

if TYPE_CHECKING:
    from workers.survey.tables.expressions import Expression
    from workers.survey.tables.python_classes import PythonClass
    from workers.survey.tables.replay import Step

COLUMN_CALLS = {"Column", "mapped_column", "MappedColumn"}
WRAPPERS = {"deferred", "column_property", "use_existing_column"}
NOT_COLUMNS = {"relationship", "Relationship", "backref", "synonym", "association_proxy", "hybrid"}
CONSTRAINT_CALLS = frozenset(
    "Index UniqueConstraint PrimaryKeyConstraint ForeignKeyConstraint CheckConstraint".split()
)
NO_TYPES = {"ForeignKey", "Sequence", "Identity", "Computed", "FetchedValue", "CheckConstraint"}


@dataclass
class Draft:
    """A table while its parts are collected."""

    columns: list[Column] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    keys: list[tuple[tuple[str, ...], Expression, str | None]] = field(default_factory=list)
    primary: list[str] = field(default_factory=list)


def unwrapped(value: Expression) -> Expression:
    """Return the column inside `deferred()` and its like."""
    while called(value) in WRAPPERS and isinstance(argument(value, 0), dict):
        value = argument(value, 0)
    return value


def is_column(assigned: dict[str, Any]) -> bool:
    """Tell whether an attribute is a column."""
    value = unwrapped(assigned.get("value"))
    if called(value) in COLUMN_CALLS:
        return True
    return called(assigned.get("annotation")) == "Mapped" and called(value) not in NOT_COLUMNS


def _is_optional(annotation: Expression) -> bool:
    if called(annotation) == "Optional":
        return True
    if called(annotation) in {"|", "Union"}:
        return any(one is None or _is_optional(one) for one in arguments(annotation))
    return False


def stripped(annotation: Expression) -> Expression:
    """Return a type without the None beside it."""
    if called(annotation) == "Optional":
        return argument(annotation, 0)
    if called(annotation) in {"|", "Union"}:
        left = [one for one in arguments(annotation) if one is not None]
        return left[0] if len(left) == 1 else annotation
    return annotation


def add_column(
    draft: Draft,
    attribute: str,
    value: Expression,
    annotation: Expression,
    shared: Expression = None,
    *,
    is_sqlmodel: bool = False,
) -> None:
    """Add the column of an attribute: its call, its annotation, what an alias shares."""
    is_call = called(value) in {*COLUMN_CALLS, "Field"}
    options = {**named(shared), **(named(value) if is_call else {})}
    positional = [*arguments(shared), *(arguments(value) if is_call else [])]
    if called(value) == "Field":
        positional = []
    column = _column(attribute, value, annotation, options, positional, is_sqlmodel=is_sqlmodel)
    draft.columns[:] = [other for other in draft.columns if other.name != column.name]
    draft.columns.append(column)
    if options.get("index") is True:
        draft.indexes.append(Index(None, (column.name,), options.get("unique") is True))
    for part in positional:
        if called(part) == "ForeignKey":
            action = string(named(part).get("ondelete"))
            draft.keys.append(((column.name,), argument(part, 0), action))
    target = options.get("foreign_key")
    if target is not None:
        draft.keys.append(((column.name,), target, string(options.get("ondelete"))))


def _column(
    attribute: str,
    value: Expression,
    annotation: Expression,
    options: dict[str, Expression],
    positional: list[Expression],
    *,
    is_sqlmodel: bool,
) -> Column:
    first = positional[0] if positional else None
    primary = options.get("primary_key") is True
    nullable = options.get("nullable")
    if not isinstance(nullable, bool):
        nullable = _may_be_null(value, annotation, is_sqlmodel=is_sqlmodel)
    kind = _declared_type(annotation, options, positional)
    default = _declared_default(value, options)
    return Column(
        str(options.get("name") or (first if isinstance(first, str) else attribute)),
        words(kind) if kind is not None else None,
        nullable and not primary,
        primary,
        options.get("unique") is True,
        words(default) if default is not None else None,
    )


def _may_be_null(value: Expression, annotation: Expression, *, is_sqlmodel: bool) -> bool:
    """Tell whether a column that says nothing of NULL may be it: by its type where that counts."""
    is_call = called(value) in {*COLUMN_CALLS, "Field"}
    is_typed = called(value) == "mapped_column" or is_sqlmodel or not is_call
    return _is_optional(annotation) if annotation is not None and is_typed else True


def _declared_type(
    annotation: Expression, options: dict[str, Expression], positional: list[Expression]
) -> Expression:
    types = [part for part in positional if isinstance(part, dict) and called(part) not in NO_TYPES]
    kind = options.get("type_") or options.get("sa_type") or (types[0] if types else None)
    if kind is None and annotation is not None:
        kind = stripped(annotation)
    return kind


def _declared_default(value: Expression, options: dict[str, Expression]) -> Expression:
    if value is not None and called(value) not in {*COLUMN_CALLS, "Field"}:
        return value  # `name: Mapped[str] = "x"`
    keys = ("server_default", "default", "default_factory")
    return next((options[key] for key in keys if key in options), None)


def add_arguments(draft: Draft, each: PythonClass) -> str | None:
    """Add what `__table_args__` says; returns the schema that it names."""
    declared = each.own.get("__table_args__", {}).get("value")
    parts = declared if isinstance(declared, list) else [declared]
    schema = None
    for part in parts:
        if is_map(part):
            schema = string(named(part).get("schema")) or schema
        add_constraint(draft, part)
    return schema


def add_constraint(draft: Draft, constraint: Expression) -> None:
    """Add what an index or constraint of a table says."""
    name, positional = string(named(constraint).get("name")), arguments(constraint)
    if called(constraint) == "Index":
        columns = tuple(filter(None, map(_column_name, positional[1:])))
        unique = named(constraint).get("unique") is True
        draft.indexes.append(Index(string(positional[0]) if positional else None, columns, unique))
    elif called(constraint) == "UniqueConstraint":
        columns = tuple(filter(None, map(_column_name, positional)))
        draft.indexes.append(Index(name, columns, unique=True))
    elif called(constraint) == "PrimaryKeyConstraint":
        draft.primary += filter(None, map(_column_name, positional))
    elif called(constraint) == "ForeignKeyConstraint" and len(positional) > 1:
        action = string(named(constraint).get("ondelete"))
        draft.keys.append((strings(positional[0]), positional[1], action))


def _column_name(part: Expression) -> str:
    """Return the column that a part of an index names: a string, an attribute, `x.desc()`."""
    if isinstance(part, str):
        return part
    if name_of(part):
        return name_of(part).rpartition(".")[2]
    if called(part) in {"desc", "asc", "text", "lower", "func"}:
        owner = whole_call(part).rpartition(".")[0]
        return _column_name(argument(part, 0)) or owner.rpartition(".")[2]
    return _column_name(argument(part, 0)) if arguments(part) else ""


def core_table(value: Expression, file: str, line: int, model: str | None = None) -> Table | None:
    """Return the table of a `Table()` call, None where its name is no literal."""
    name = string(argument(value, 0))
    draft = Draft()
    for part in arguments(value)[1:]:
        if called(part) == "Column" and isinstance(argument(part, 0), str):
            add_column(draft, argument(part, 0), part, None)
        else:
            add_constraint(draft, part)
    if name is None or not draft.columns:
        return None
    schema = string(named(value).get("schema"))
    full = f"{schema}.{name}" if schema else name
    parts = arguments(value)[1:]
    whole = all(
        called(part) in CONSTRAINT_CALLS
        or (called(part) == "Column" and isinstance(argument(part, 0), str))
        for part in parts
    )
    return replace(built(draft, full, file, line, "sqlalchemy", model=model), whole=whole)


def core_step(name: str, parts: list[Expression], line: int) -> Step:
    """Return the step that makes a table of `Column()` and constraints, as Alembic writes it."""
    draft = Draft()
    for part in parts:
        if called(part) == "Column" and isinstance(argument(part, 0), str):
            add_column(draft, argument(part, 0), part, None)
        else:
            add_constraint(draft, part)
    table = built(draft, name, "", line, "alembic", model=None)
    keys = [one for one in table.foreign_keys if not one.table.startswith("@")]
    return create(name, line, table.columns, table.indexes, keys)


def built(
    draft: Draft, name: str, file: str, line: int, source: str, *, model: str | None
) -> Table:
    """Return the table of a draft."""
    keys = tuple(
        ForeignKey(columns, *_target(target), on_delete)
        for columns, target, on_delete in draft.keys
    )
    table = Table(
        plain(name), file, line, source, model, tuple(draft.columns), tuple(draft.indexes), keys
    )
    return keyed(table, draft.primary)


def _target(target: Expression) -> tuple[str, tuple[str, ...]]:
    """Return the table and columns of `"users.id"`, `User.id` or a list of them."""
    parts = target if isinstance(target, list) else [target]
    names = [one if isinstance(one, str) else name_of(one) for one in parts]
    tables = {name.rpartition(".")[0] for name in names if name}
    columns = tuple(name.rpartition(".")[2] for name in names if name)
    prefix = "" if isinstance(parts[0], str) else "@"  # @: a class's name, not a table's
    return prefix + (tables.pop() if len(tables) == 1 else ""), columns
