"""Tables that TypeORM, MikroORM and sequelize-typescript entities declare by decorators."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    line_of,
    name_of,
    named,
    string,
    strings,
    words,
)
from workers.survey.tables.naming import snake_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.tables.expressions import Expression

COLUMNS = {
    "Column", "PrimaryColumn", "PrimaryGeneratedColumn", "CreateDateColumn", "UpdateDateColumn",
    "DeleteDateColumn", "VersionColumn", "ObjectIdColumn", "ViewColumn", "Generated",
    "Property", "PrimaryKey", "SerializedPrimaryKey", "Enum", "TableInheritance",
}  # fmt: skip
DATES = {"CreateDateColumn", "UpdateDateColumn", "DeleteDateColumn"}
PRIMARY = {"PrimaryColumn", "PrimaryGeneratedColumn", "PrimaryKey", "ObjectIdColumn"}
TO_ONE = {"ManyToOne", "OneToOne"}
ANCESTORS = 20


@dataclass
class Entities:
    """Every class of a repository, and how its tables and columns are named."""

    classes: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    snake: bool = False

    def find(self, name: str, near: str) -> tuple[str, dict[str, Any]] | None:
        """Return the class of a name, the one in the nearest folder where there are several."""
        several = self.classes.get(name, [])
        return max(several, key=lambda one: _shared(one[0], near), default=None)

    def lineage(self, file: str, fact: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """Return a class and those that it extends."""
        classes = [(file, fact)]
        while len(classes) < ANCESTORS:
            base = name_of(classes[-1][1]["base"]).rpartition(".")[2]
            above = self.find(base, classes[-1][0]) if base else None
            if above is None or above in classes:
                break
            classes.append(above)
        return classes


def _shared(file: str, other: str) -> int:
    """Return how long a path two files share."""
    pairs = zip(file.split("/"), other.split("/"), strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), len(file))


def tables(scripts: Mapping[str, dict[str, Any]]) -> Iterator[Table]:
    """Return the tables of all entities, with those that join many to many."""
    entities = Entities(snake=any(script["snake"] for script in scripts.values()))
    for file, script in scripts.items():
        for fact in script["classes"]:
            entities.classes.setdefault(fact["name"], []).append((file, fact))
    for file, script in scripts.items():
        for fact in script["classes"]:
            if _decorator(fact, "Entity") is not None:
                yield from _entity(entities, file, fact)


def _decorator(fact: dict[str, Any], *names: str) -> Expression | None:
    marks = (one for one in fact["decorators"] if (called(one) or name_of(one)) in names)
    return next(marks, None)


def _table_name(entities: Entities, file: str, fact: dict[str, Any]) -> str:
    entity = _decorator(fact, "Entity") or _decorator(fact, "ChildEntity")
    options = [one for one in arguments(entity) if isinstance(one, dict)]
    settings = {**named(options[0])} if options else {}
    name = string(argument(entity, 0)) or string(settings.get("name"))
    name = name or string(settings.get("tableName")) or string(settings.get("collection"))
    if name is None:
        for _, above in entities.lineage(file, fact)[1:]:
            if _decorator(above, "TableInheritance") is not None:
                return _table_name(entities, file, above)
    schema = string(settings.get("schema"))
    name = name or snake_case(fact["name"])
    return f"{schema}.{name}" if schema and schema != "public" else name


def _entity(entities: Entities, file: str, fact: dict[str, Any]) -> Iterator[Table]:
    entity = _decorator(fact, "Entity")
    if any(named(one).get("abstract") is True for one in arguments(entity)):
        return
    columns: dict[str, Column] = {}
    keys: list[ForeignKey] = []
    indexes: list[Index] = []
    lineage = entities.lineage(file, fact)
    members = [(where, member) for where, each in reversed(lineage) for member in each["members"]]
    for where, member in members:
        columns |= {column.name: column for column in _columns(entities, where, member)}
        key = _key(entities, where, member)
        if key is not None:
            keys.append(key)
            is_null = _is_null(member, otherwise=True)
            new = [name for name in key.columns if name not in columns]
            columns |= {name: Column(name, None, is_null) for name in new}
    names = {name: name for name in columns}
    for _, each in lineage:
        indexes += _indexes(each, names)
    table = _table_name(entities, file, fact)
    yield Table(
        table, file, fact["line"], "typeorm", fact["name"],
        tuple(columns.values()), tuple(indexes), tuple(keys),
        whole=_is_whole(lineage),
    )  # fmt: skip
    for where, each in lineage:
        for member in each["members"]:
            joined = _joined(entities, where, member, table, fact)
            if joined is not None:
                yield joined


def _is_whole(lineage: list[tuple[str, dict[str, Any]]]) -> bool:
    """Tell whether all that a class inherits stands here, and no decorator of others adds to it."""
    members = [member for _, each in lineage for member in each["members"]]
    names = {called(mark) or name_of(mark) for member in members for mark in member["decorators"]}
    others = {name for name in names if name.endswith("Column")} - COLUMNS - {"JoinColumn"}
    return not others and not name_of(lineage[-1][1]["base"])


def _column_name(entities: Entities, name: str) -> str:
    return snake_case(name) if entities.snake else name


def _columns(entities: Entities, file: str, member: dict[str, Any]) -> Iterator[Column]:
    mark = _decorator(member, *COLUMNS)
    if mark is None:
        return
    options = _options(mark)
    first = argument(mark, 0)
    if isinstance(first, dict) and "function" in first:  # embedded: its columns with a prefix
        yield from _embedded(entities, file, member, first, options)
        return
    is_primary = called(mark) in PRIMARY or options.get("primary") is True
    kind = _declared_type(mark, member)
    default = options.get("default")
    unique = options.get("unique") is True or _decorator(member, "Unique") is not None
    name = options.get("name") or options.get("fieldName")
    yield Column(
        str(name or _column_name(entities, member["name"])),
        (kind if isinstance(kind, str) else words(kind)) if kind is not None else None,
        (_is_null(member) or called(mark) == "DeleteDateColumn") and not is_primary,
        is_primary,
        unique,
        words(default) if "default" in options else None,
    )


def _declared_type(mark: Expression, member: dict[str, Any]) -> Expression:
    """Return the type that a decorator says, else the one that the code has."""
    first = argument(mark, 0)
    kind = _options(mark).get("type", first if isinstance(first, str) else None)
    if called(mark) == "Property" and isinstance(kind, dict):
        kind = None  # MikroORM's types are classes: the code's own type says more
    return kind or (member["type"] if called(mark) not in DATES else "Date")


def _options(mark: Expression) -> dict[str, Expression]:
    """Return the options of a decorator: its last argument that is an object."""
    options: dict[str, Expression] = {}
    for part in arguments(mark):
        if isinstance(part, dict) and "map" in part:
            options = named(part)
    return options


def _embedded(
    entities: Entities,
    file: str,
    member: dict[str, Any],
    function: Expression,
    options: dict[str, Any],
) -> Iterator[Column]:
    target = name_of(function["body"][0]) if function["body"] else ""
    embedded = entities.find(target, file)
    if embedded is None:
        return
    prefix = options.get("prefix", member["name"])
    for inner in embedded[1]["members"]:
        for column in _columns(entities, embedded[0], inner):
            if prefix in {False, ""}:
                yield column
            else:
                joined = f"{prefix}{column.name[:1].upper()}{column.name[1:]}"
                name = f"{prefix}_{column.name}" if entities.snake else joined
                yield Column(name, column.type, column.nullable)


def _is_null(member: dict[str, Any], *, otherwise: bool = False) -> bool:
    """Tell whether a column may be null; a relation's may, where nothing is said."""
    settings = [_options(one).get("nullable") for one in member["decorators"]]
    return next((one for one in settings if isinstance(one, bool)), otherwise)


def _target(mark: Expression) -> str:
    """Return the class that a relation is to: `() => User`, `"User"`, `{entity: () => User}`."""
    first = argument(mark, 0)
    if isinstance(first, dict) and "map" in first:
        first = named(first).get("entity")
    if isinstance(first, dict) and first.get("body"):
        first = first["body"][-1]
    return string(first) or name_of(first).rpartition(".")[2]


def _key(entities: Entities, file: str, member: dict[str, Any]) -> ForeignKey | None:
    """Return the foreign key of a relation's owning side."""
    mark = _decorator(member, *TO_ONE)
    if mark is None:
        return None
    join = _decorator(member, "JoinColumn")
    if called(mark) == "OneToOne" and join is None and _options(mark).get("owner") is not True:
        return None
    target = entities.find(_target(mark), file)
    first = argument(join, 0)
    listed = first if isinstance(first, list) else [first]
    table = _table_name(entities, *target) if target else snake_case(_target(mark))
    options = _options(mark)
    primary = _primary(entities, target)
    pairs = [_join_columns(entities, member, named(one), options, primary) for one in listed]
    if len(listed) == 1 and not named(first) and len(primary) > 1:  # one column for each of the key
        pairs = [
            _join_columns(entities, member, {"referencedColumnName": one}, options, primary)
            for one in primary
        ]
    action = string(options.get("onDelete"))
    names, referred = zip(*pairs, strict=True)
    return ForeignKey(names, table, referred, action)


def _join_columns(
    entities: Entities,
    member: dict[str, Any],
    joined: dict[str, Expression],
    options: dict[str, Expression],
    primary: list[str],
) -> tuple[str, str]:
    """Return a relation's column and the one that it refers to: by default `authorId` of `id`."""
    referred = string(joined.get("referencedColumnName")) or (primary or ["id"])[0]
    default = f"{member['name']}{referred[:1].upper()}{referred[1:]}"
    name = string(joined.get("name")) or string(options.get("fieldName"))
    name = name or string(options.get("joinColumn")) or _column_name(entities, default)
    return name, referred


def _primary(
    entities: Entities, target: tuple[str, dict[str, Any]] | None, *, named: bool = False
) -> list[str]:
    """Return the properties that are the key of an entity; `named` by what columns are called."""
    if target is None:
        return []
    return [
        _given_name(member) if named else member["name"]
        for _, each in reversed(entities.lineage(*target))
        for member in each["members"]
        if _decorator(member, *PRIMARY) is not None
        or (_options(_decorator(member, "Column")).get("primary") is True)
    ]


def _given_name(member: dict[str, Any]) -> str:
    options = _options(_decorator(member, *COLUMNS))
    return string(options.get("name")) or str(member["name"])


def _indexes(fact: dict[str, Any], names: dict[str, str]) -> Iterator[Index]:
    for mark in fact["decorators"]:
        if called(mark) in {"Index", "Unique"}:
            positional = arguments(mark)
            listed = next((each for each in positional if isinstance(each, list)), None)
            columns = strings(listed) or strings(_options(mark).get("columns"))
            columns = columns or strings(_options(mark).get("properties"))
            name = string(positional[0]) if positional else None
            unique = called(mark) == "Unique" or _options(mark).get("unique") is True
            if columns:
                yield Index(name, tuple(names.get(each, each) for each in columns), unique)
    for member in fact["members"]:
        mark = _decorator(member, "Index")
        if mark is not None:
            name = member["name"]
            yield Index(string(argument(mark, 0)), (name,), _options(mark).get("unique") is True)


def _joined(
    entities: Entities, file: str, member: dict[str, Any], table: str, fact: dict[str, Any]
) -> Table | None:
    """Return the table behind `@ManyToMany() @JoinTable()`."""
    many, join = _decorator(member, "ManyToMany"), _decorator(member, "JoinTable")
    if many is None or join is None:
        return None
    target = entities.find(_target(many), file)
    other = _table_name(entities, *target) if target else snake_case(_target(many))
    options = named(argument(join, 0))
    default = snake_case(f"{table}_{member['name'].replace('.', '_')}_{other}")
    name = string(argument(join, 0)) or string(options.get("name")) or default
    columns = []
    sides = (("joinColumn", table), ("inverseJoinColumn", other))
    keys = [(_primary(entities, one, named=True) or ["id"])[0] for one in ((file, fact), target)]
    for (option, side), key in zip(sides, keys, strict=True):
        joined = options.get(option, options.get(f"{option}s"))
        joined = joined[0] if isinstance(joined, list) and joined else joined
        columns.append(string(named(joined).get("name")) or _joined_column(entities, side, key))
    if columns[0] == columns[1]:
        columns = [f"{columns[0]}_1", f"{columns[1]}_2"]
    return Table(
        name, file, line_of(join, member["line"]), "typeorm", f"{fact['name']}.{member['name']}",
        tuple(Column(one, None, nullable=False, primary_key=True) for one in columns),
        tuple(Index(None, (one,)) for one in columns),
        tuple(
            ForeignKey((one,), side, (key,), "CASCADE")
            for one, (_, side), key in zip(columns, sides, keys, strict=True)
        ),
    )  # fmt: skip


def _joined_column(entities: Entities, table: str, key: str) -> str:
    if entities.snake:
        return f"{table}_{snake_case(key)}"
    first, *rest = [part for part in re.split(r"[_.\-]", f"{table}_{key}") if part]
    return first[:1].lower() + first[1:] + "".join(part[:1].upper() + part[1:] for part in rest)
