"""Tables that Django's models make: derived names, columns of parents, many-to-many tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.tables.django_library import LIBRARY_FIELDS, UNIQUE
from workers.survey.tables.django_models import AUTH_USER
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    name_of,
    named,
    string,
    strings,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.tables.django_models import DjangoModel, DjangoModels
    from workers.survey.tables.expressions import Expression

ONE_TO_ONE = {"OneToOneField", "AutoOneToOneField"}
USER_MANY = {"AbstractUser", "PermissionsMixin"}


def is_many(value: Expression) -> bool:
    """Tell whether a field is kept in a table of its own."""
    return "ManyToMany" in called(value)


def is_key(value: Expression) -> bool:
    """Tell whether a field refers to another model by a column."""
    name = called(value)
    return name.endswith(("ForeignKey", "ParentalKey")) or name in ONE_TO_ONE


def tables(models: DjangoModels, settings: Mapping[str, str]) -> Iterator[Table]:
    """Return the tables of all models, with those of their many-to-many fields."""
    for model in models.values():
        yield _table(model, models, settings)
        for name, value in model.fields.items():
            if is_many(value) and "through" not in named(value):
                yield _many_to_many(model, name, value, models, settings)
        if set(model.library) & USER_MANY:
            for name, other in (("groups", "auth.Group"), ("user_permissions", "auth.Permission")):
                many = {"call": "ManyToManyField", "args": [other], "line": model.line}
                yield _many_to_many(model, name, many, models, settings)


def target(
    model: DjangoModel, value: Expression, models: DjangoModels, settings: Mapping[str, str]
) -> tuple[str, str]:
    """Return the app and lower-case name of the model that a field refers to."""
    to = argument(value, 0) if arguments(value) else named(value).get("to")
    name = to if isinstance(to, str) else name_of(to)
    if name.endswith(AUTH_USER) or called(to) in {"get_user_model", "swappable_dependency"}:
        name = settings.get(AUTH_USER, "auth.User")
    if name == "self":
        return model.key
    app, _, last = name.rpartition(".")
    if isinstance(to, str) and app:
        return app.rpartition(".")[2], last.lower()
    if (model.app, last.lower()) in models and isinstance(to, str):
        return model.app, last.lower()
    candidates = [key for key in models if key[1] == last.lower()]
    own = [key for key in candidates if key[0] == model.app]
    return (own or candidates or [(model.app, last.lower())])[0]


def table_of(key: tuple[str, str], models: DjangoModels) -> str:
    """Return the table of a model, derived where the model stands in a package outside."""
    return models[key].table if key in models else f"{key[0]}_{key[1]}"


def _table(model: DjangoModel, models: DjangoModels, settings: Mapping[str, str]) -> Table:
    columns, keys = _inherited_columns(model, models)
    indexes: list[Index] = []
    names: dict[str, str] = {}
    for name, value in model.fields.items():
        if is_many(value):
            continue
        column = _column(name, value)
        names[name] = column.name
        columns.append(column)
        if is_key(value):
            other = table_of(target(model, value, models, settings), models)
            action = named(value).get("on_delete") or argument(value, 1)
            keys.append(ForeignKey((column.name,), other, (), _action(action)))
        if _is_indexed(value) and not column.unique and not column.primary_key:
            indexes.append(Index(None, (column.name,)))
    if not any(column.primary_key for column in columns):
        columns.insert(0, Column("id", "AutoField", nullable=False, primary_key=True))
    if "order_with_respect_to" in model.options:
        columns.append(Column("_order", "OrderWrt", nullable=False))
    indexes += _meta_indexes(model, names)
    return Table(
        model.table, model.file, model.line, model.source, model.name,
        tuple(columns), tuple(indexes), tuple(keys), whole=model.whole,
    )  # fmt: skip


def _inherited_columns(
    model: DjangoModel, models: DjangoModels
) -> tuple[list[Column], list[ForeignKey]]:
    """Return the columns that lead to parents' tables, and those that packages add."""
    columns: list[Column] = []
    keys: list[ForeignKey] = []
    for parent in model.parents:
        name = f"{parent[1]}_ptr_id"
        columns.append(Column(name, "OneToOneField", nullable=False, primary_key=not keys))
        keys.append(ForeignKey((name,), table_of(parent, models), (), "CASCADE"))
    for library in reversed(model.library):
        for name, kind in LIBRARY_FIELDS[library]:
            if name.removesuffix("_id") not in model.fields:
                unique = (library, name) in UNIQUE
                columns.append(Column(name, kind.rstrip("?"), kind.endswith("?"), unique=unique))
    return columns, keys


def _is_indexed(value: Expression) -> bool:
    by_kind = is_key(value) and called(value) not in ONE_TO_ONE
    return named(value).get("db_index", by_kind or called(value) == "SlugField") is True


def _column(name: str, value: Expression) -> Column:
    options = named(value)
    db_column = string(options.get("db_column"))
    default = options.get("default", options.get("db_default"))
    plain = {key: each for key, each in options.items() if key in TYPE_OPTIONS}
    kind = {"call": called(value), "args": [], "named": plain}
    primary = options.get("primary_key") is True
    return Column(
        db_column or (f"{name}_id" if is_key(value) else name),
        words(kind),
        options.get("null") is True and not primary,
        primary,
        options.get("unique") is True or called(value) in ONE_TO_ONE,
        words(default) if default is not None else None,
    )


TYPE_OPTIONS = {"max_length", "max_digits", "decimal_places", "base_field"}


def _action(expression: Expression) -> str | None:
    name = name_of(expression) or called(expression)
    last = name.rpartition(".")[2]
    return (
        last.replace("_", " ") if last in {"CASCADE", "SET_NULL", "RESTRICT", "PROTECT"} else None
    )


def _meta_indexes(model: DjangoModel, names: dict[str, str]) -> Iterator[Index]:
    for option in ("unique_together", "index_together"):
        listed = model.options.get(option)
        groups = listed if isinstance(listed, list) else []
        if groups and all(isinstance(one, str) for one in groups):
            groups = [groups]
        for group in groups:
            columns = tuple(names.get(one, one) for one in strings(group))
            yield Index(None, columns, option == "unique_together")
    for option in ("indexes", "constraints"):
        listed = model.options.get(option)
        for declared in listed if isinstance(listed, list) else []:
            yield from index(declared, names)


def index(declared: Expression, names: Mapping[str, str]) -> Iterator[Index]:
    """Return the index that `models.Index()` or `models.UniqueConstraint()` makes."""
    is_unique = called(declared) == "UniqueConstraint"
    if not is_unique and not called(declared).endswith("Index"):
        return
    fields = [each.lstrip("-") for each in strings(named(declared).get("fields"))]
    name = string(named(declared).get("name"))
    columns = tuple(names.get(each, each) for each in fields)
    if columns or name:
        yield Index(name, columns, is_unique)


def _many_to_many(
    model: DjangoModel,
    name: str,
    value: Expression,
    models: DjangoModels,
    settings: Mapping[str, str],
) -> Table:
    other = target(model, value, models, settings)
    own, theirs = model.name.lower(), other[1]
    is_self = other == model.key
    first = f"from_{own}_id" if is_self else f"{own}_id"
    second = f"to_{theirs}_id" if is_self else f"{theirs}_id"
    columns = (
        Column("id", "AutoField", nullable=False, primary_key=True),
        Column(first, "ForeignKey", nullable=False),
        Column(second, "ForeignKey", nullable=False),
    )
    return Table(
        string(named(value).get("db_table")) or f"{model.table}_{name}",
        model.file, int(value.get("line", model.line)), model.source, f"{model.name}.{name}",
        columns,
        (Index(None, (first, second), unique=True), Index(None, (first,)), Index(None, (second,))),
        (
            ForeignKey((first,), model.table, (), "CASCADE"),
            ForeignKey((second,), table_of(other, models), (), "CASCADE"),
        ),
    )  # fmt: skip
