"""Tables that Sequelize models declare: `define()`, `init()` and sequelize-typescript's classes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    is_map,
    line_of,
    name_of,
    named,
    string,
    strings,
    whole_call,
)
from workers.survey.tables.naming import snake_case
from workers.survey.tables.query_interface import interface_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.tables.expressions import Expression

CALLS = frozenset("define init belongsTo belongsToMany Sequelize hasMany hasOne".split())
ANCESTORS = 20
IRREGULAR = {"person": "people", "child": "children", "man": "men", "datum": "data"}
UNCOUNTABLE = ("data", "news", "series", "species", "information", "equipment", "money", "metadata")


@dataclass
class SequelizeModels:
    """Every model by its name, and the options that hold for all."""

    tables: dict[str, Table] = field(default_factory=dict)
    underscored: dict[str, bool] = field(default_factory=dict)
    defaults: dict[str, Expression] = field(default_factory=dict)


def plural(word: str) -> str:
    """Return the plural as Sequelize forms it, for the words that tables are named by."""
    lower = word.lower()
    for singular, many in IRREGULAR.items():
        if lower.endswith(singular):
            return word[: -len(singular)] + (
                many.capitalize() if word[-len(singular)].isupper() else many
            )
    if lower.endswith(UNCOUNTABLE):
        return word
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if lower.endswith(("sis",)):
        return word[:-2] + "es"
    if lower.endswith(("s", "x", "ch", "sh", "z")):
        return word if lower.endswith("s") and not lower.endswith(("ss", "us")) else word + "es"
    return word + "s"


def tables(scripts: Mapping[str, dict[str, Any]]) -> list[Table]:
    """Return the tables of all models, with the columns and tables that associations add."""
    models = SequelizeModels()
    calls = [(file, call) for file, script in scripts.items() for call in script["calls"]]
    for _, call in calls:
        if called(call) == "Sequelize":
            models.defaults |= _default_options(call)
    for file, call in calls:
        _add_defined(models, file, call)
    facts = [(file, fact) for file, script in scripts.items() for fact in script["classes"]]
    classes = {fact["name"]: fact for _, fact in facts}
    for file, fact in facts:
        _add_class(models, file, fact, classes)
    joined = [table for file, call in calls for table in _associate(models, file, call)]
    resolved = [_finish(models, table) for table in models.tables.values()]
    names = {table.name for table in resolved}
    return [*resolved, *(table for table in joined if table.name not in names)]


def _default_options(call: Expression) -> dict[str, Expression]:
    """Return what `new Sequelize(..., {define: {...}})` sets for all models."""
    for part in arguments(call):
        if is_map(part) and "define" in named(part):
            return named(named(part)["define"])
    return {}


def _add_defined(models: SequelizeModels, file: str, call: Expression) -> None:
    if (
        called(call) == "define"
        and isinstance(argument(call, 0), str)
        and is_map(argument(call, 1))
    ):
        if "sequelize" not in whole_call(call).lower() and not _has_types(argument(call, 1)):
            return
        _add(models, (file, line_of(call)), argument(call, 0), argument(call, 1), argument(call, 2))
    elif called(call) == "init" and is_map(argument(call, 0)):
        options = named(argument(call, 1))
        if "sequelize" not in options and not _has_types(argument(call, 0)):
            return
        name = string(options.get("modelName")) or whole_call(call).split(".")[0]
        if name in {"super", "this"}:
            name = str(call.get("class", name))
        _add(models, (file, line_of(call)), name, argument(call, 0), argument(call, 1))


def _has_types(attributes: Expression) -> bool:
    """Tell whether an object declares columns: `DataTypes.STRING`, `Sequelize.INTEGER`."""
    types = [named(one).get("type", one) for one in named(attributes).values()]
    names = [whole_call(one) or name_of(one) for one in types]
    return any("DataTypes." in f".{name}" or "Sequelize." in name for name in names)


def _add(
    models: SequelizeModels,
    place: tuple[str, int],
    name: str,
    attributes: Expression,
    settings: Expression,
) -> None:
    options = {**models.defaults, **named(settings)}
    underscored = options.get("underscored") is True
    columns, keys = _declared_columns(attributes, underscored=underscored)
    if not any(column.primary_key for column in columns):
        columns = [column for column in columns if column.name != "id"]
        columns.insert(0, Column("id", "INTEGER", nullable=False, primary_key=True))
    own = {column.name for column in columns}
    columns += [c for c in _timestamps(options, underscored=underscored) if c.name not in own]
    models.underscored[name] = underscored
    models.tables[name] = Table(
        _table_name(name, options, underscored=underscored), *place, "sequelize", name,
        tuple(columns), _declared_indexes(options), tuple(keys),
    )  # fmt: skip


def _declared_columns(
    attributes: Expression, *, underscored: bool
) -> tuple[list[Column], list[ForeignKey]]:
    columns: list[Column] = []
    keys: list[ForeignKey] = []
    for attribute, declared in named(attributes).items():
        kind = named(declared).get("type", declared)
        if attribute.startswith("...") or "VIRTUAL" in {called(kind), name_of(kind)[-7:]}:
            continue
        name = snake_case(attribute) if underscored else attribute
        column, key = interface_column(name, declared)
        columns.append(Column(**column))
        if key:
            referred, action = tuple(key["referred"]), key["on_delete"]
            keys.append(ForeignKey((column["name"],), key["table"], referred, action))
    return columns, keys


def _declared_indexes(options: Mapping[str, Expression]) -> tuple[Index, ...]:
    listed = options.get("indexes")
    indexes: list[Index] = []
    for declared in listed if isinstance(listed, list) else []:
        settings = named(declared)
        columns = strings(settings.get("fields"))
        if columns:
            unique = settings.get("unique") is True
            indexes.append(Index(string(settings.get("name")), columns, unique))
    return tuple(indexes)


def _table_name(name: str, options: Mapping[str, Expression], *, underscored: bool) -> str:
    table_name = string(options.get("tableName"))
    if table_name:
        return table_name
    if options.get("freezeTableName") is True:
        return name
    return plural(snake_case(name) if underscored else name)


def _timestamps(options: Mapping[str, Expression], *, underscored: bool) -> Iterator[Column]:
    if options.get("timestamps") is False:
        return
    for option in ("createdAt", "updatedAt"):
        setting = options.get(option, True)
        if setting is not False:
            name = setting if isinstance(setting, str) else option
            yield Column(snake_case(name) if underscored else name, "DATE", nullable=False)
    if options.get("paranoid") is True:
        setting = options.get("deletedAt", "deletedAt")
        name = setting if isinstance(setting, str) else "deletedAt"
        yield Column(snake_case(name) if underscored else name, "DATE", nullable=True)


def _members(
    classes: Mapping[str, dict[str, Any]], fact: dict[str, Any], depth: int = 0
) -> list[dict[str, Any]]:
    """Return the members of a class and of those that it extends, the own ones last."""
    base = name_of(fact["base"]) or whole_call(fact["base"])
    above = classes.get(base.rpartition(".")[2])
    if above is None or above is fact or depth > ANCESTORS:
        return list(fact["members"])
    return [*_members(classes, above, depth + 1), *fact["members"]]


def _add_class(
    models: SequelizeModels, file: str, fact: dict[str, Any], classes: Mapping[str, dict[str, Any]]
) -> None:
    """Add a class of sequelize-typescript: `@Table class User extends Model`."""
    marks = [mark for mark in fact["decorators"] if (called(mark) or name_of(mark)) == "Table"]
    base = fact["base"]
    if not marks or not (name_of(base) or whole_call(base)):
        return
    attributes: dict[str, Expression] = {}
    for member in _members(classes, fact):
        by_name = {called(mark) or name_of(mark): mark for mark in member["decorators"]}
        if "Column" in by_name:
            attributes[member["name"]] = {"map": _decorated_options(member, by_name)}
    name = string(named(argument(marks[0], 0)).get("modelName")) or fact["name"]
    _add(models, (file, fact["line"]), name, {"map": attributes}, argument(marks[0], 0))


def _decorated_options(
    member: dict[str, Any], by_name: dict[str, Expression]
) -> dict[str, Expression]:
    """Return what the decorators of a member say, as `define()` would have it."""
    first = argument(by_name["Column"], 0)
    options = dict(named(first)) if is_map(first) else {}
    if first is not None and not is_map(first):
        options["type"] = first
    options.setdefault("type", {"text": member["type"]} if member["type"] else None)
    if "PrimaryKey" in by_name:
        options["primaryKey"] = True
    if "Unique" in by_name:
        options["unique"] = True
    if "AllowNull" in by_name:
        options["allowNull"] = argument(by_name["AllowNull"], 0) is not False
    if "Default" in by_name:
        options["defaultValue"] = argument(by_name["Default"], 0)
    if "ForeignKey" in by_name:
        target = argument(by_name["ForeignKey"], 0)
        body = target.get("body") if isinstance(target, dict) else None
        options["references"] = {"map": {"model": body[-1] if body else target}}
    return options


def _associate(models: SequelizeModels, file: str, call: Expression) -> Iterator[Table]:
    """Add the column of `A.belongsTo(B)`, or return the table of `A.belongsToMany(B)`."""
    own = whole_call(call).split(".")[-2] if "." in whole_call(call) else ""
    other = name_of(argument(call, 0)).rpartition(".")[2]
    options = named(argument(call, 1))
    if called(call) in {"hasMany", "hasOne"}:
        own, other = other, own
    if own not in models.tables or other not in models.tables:
        return
    if called(call) == "belongsToMany":
        yield from _joined(models, file, call, (own, other))
        return
    key = _key_name(options)
    alias = string(options.get("as")) if called(call) == "belongsTo" else None
    column = key or _camel(alias or other) + "Id"
    table = models.tables[own]
    column = snake_case(column) if models.underscored[own] else column
    known = {one.name: one for one in table.columns}
    if column not in known:
        columns = (*table.columns, Column(column, None, nullable=True))
        table = replace(table, columns=columns)
    if (column,) not in {one.columns for one in table.foreign_keys}:
        action = string(options.get("onDelete"))
        made = ForeignKey((column,), models.tables[other].name, ("id",), action)
        table = replace(table, foreign_keys=(*table.foreign_keys, made))
    models.tables[own] = table


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _key_name(options: Mapping[str, Expression]) -> str | None:
    key = options.get("foreignKey")
    name = string(key) or string(named(key).get("name"))
    return name or string(named(key).get("fieldName"))


def _joined(
    models: SequelizeModels, file: str, call: Expression, sides: tuple[str, str]
) -> Iterator[Table]:
    """Return the table that `through` names, where it is no model of its own."""
    options = named(argument(call, 1))
    through = options.get("through")
    name = string(through) or string(named(through).get("model"))
    if not name or name in models.tables:
        return
    snake = models.underscored[sides[0]]
    own_names = (_key_name(options), string(options.get("otherKey")))
    names = [key or _camel(side) + "Id" for key, side in zip(own_names, sides, strict=True)]
    names = [snake_case(one) if snake else one for one in names]
    columns = [Column(one, None, nullable=False, primary_key=True) for one in names]
    columns += _timestamps(models.defaults, underscored=snake)
    keys = [
        ForeignKey((one,), models.tables[side].name, ("id",), "CASCADE")
        for one, side in zip(names, sides, strict=True)
    ]
    table = _table_name(name, models.defaults, underscored=snake)
    line = line_of(call)
    yield Table(table, file, line, "sequelize", None, tuple(columns), (), tuple(keys))


def _finish(models: SequelizeModels, table: Table) -> Table:
    """Put tables where foreign keys name models."""
    keys = []
    for key in table.foreign_keys:
        model = models.tables.get(key.table.removeprefix("@"))
        keys.append(replace(key, table=model.name if model else key.table.removeprefix("@")))
    return replace(table, foreign_keys=tuple(keys))
