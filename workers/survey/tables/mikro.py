"""Tables that MikroORM's entities declare: by decorators, `defineEntity` and `EntitySchema`.

Names are those of its UnderscoreNamingStrategy, which holds where none other is configured.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.found import Column, ForeignKey, Index, NotUnderstood, Table
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    chain,
    is_map,
    line_of,
    name_of,
    named,
    string,
    strings,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.tables.expressions import Expression

CALLS = frozenset({"defineEntity", "EntitySchema"})
WORD = b"@mikro-orm/"
_PROPERTIES = frozenset({"Property", "PrimaryKey", "SerializedPrimaryKey", "Enum"})
_TO_ONE = frozenset({"ManyToOne", "OneToOne", "m:1", "1:1", "manyToOne", "oneToOne"})
_TO_MANY = frozenset({"OneToMany", "ManyToMany", "1:m", "m:n", "oneToMany", "manyToMany"})
_ANCESTORS = 20
# What stands around an entity in the type of a property: `Ref<User> | null`.
_AROUND = lazy_pattern(r"^(?:LazyRef|Ref|Rel|IdentifiedReference|Reference)<\s*([A-Za-z_]\w*)")
_MARKS = lazy_pattern(r"\s*[&|]\s*(?:Opt|Hidden|null|undefined)\b(?:<[^<>]{0,80}>)?")


class _Property(NamedTuple):
    """A property of an entity, however it is declared; `kind` is the word that marks it."""

    name: str
    kind: str
    options: dict[str, Expression]
    type: str | None = None
    target: str | None = None
    optional: bool = False
    line: int = 1


@dataclass
class _Entity:
    """An entity or what others extend."""

    name: str
    file: str
    line: int
    options: dict[str, Expression]
    properties: list[_Property]
    base: str | None
    is_table: bool
    indexes: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    whole: bool = True


def underscored(name: str) -> str:
    """Return a name as MikroORM's default strategy writes it: `createdAt`, `created_at`."""
    return re.sub(r"([^A-Z_])([A-Z])", r"\1_\2", name).lower()


def tables(scripts: Mapping[str, dict[str, Any]]) -> Iterator[Table | NotUnderstood]:
    """Yield the tables of all entities, those behind relations, and relations not understood."""
    entities: dict[str, _Entity] = {}
    for file, script in scripts.items():
        if script.get("mikro") is None:
            continue
        for each in (*map(_of_class, script["classes"]), *map(_of_call, script["mikro"])):
            if each is not None:
                each.file = file
                entities.setdefault(each.name, each)
    reader = _Tables(entities)
    for entity in entities.values():
        if entity.is_table:
            yield from reader.of(entity)


def _of_class(fact: dict[str, Any]) -> _Entity:
    marks = {called(mark) or name_of(mark): mark for mark in fact["decorators"]}
    entity = marks.get("Entity")
    first = argument(entity, 0)
    options = named(first) if is_map(first) else {}
    properties = [made for member in fact["members"] for made in _of_member(member)]
    indexes = [
        (strings(named(argument(mark, 0)).get("properties")), called(mark) == "Unique")
        for mark in fact["decorators"]
        if called(mark) in {"Index", "Unique"}
    ]
    is_table = entity is not None and options.get("abstract") is not True
    return _Entity(
        fact["name"], "", fact["line"], options, properties,
        name_of(fact["base"]).rpartition(".")[2] or None, is_table,
        [(columns, unique) for columns, unique in indexes if columns],
    )  # fmt: skip


def _of_member(member: dict[str, Any]) -> Iterator[_Property]:
    marks = {called(mark) or name_of(mark): mark for mark in member["decorators"]}
    kind = next(
        (kind for kind in marks if kind in _PROPERTIES | _TO_ONE | _TO_MANY | {"Embedded"}), None
    )
    if kind is None:
        return
    options = _options(marks[kind], kind)
    for mark in ("Unique", "Index"):
        if mark in marks:
            options.setdefault(mark.lower(), True)
    written = member["type"]
    plain = _MARKS.sub("", written).strip() if written else None
    around = _AROUND.match(plain or "")
    yield _Property(
        member["name"], kind, options, plain,
        _target(options.get("entity")) or (around[1] if around else plain),
        member["optional"] or "null" in re.findall(r"\w+", written or ""), member["line"],
    )  # fmt: skip


def _options(mark: Expression, kind: str) -> dict[str, Expression]:
    """Return the options of a decorator; what stands before them goes by the names of these."""
    options: dict[str, Expression] = {}
    for part in arguments(mark):
        if is_map(part):
            options |= named(part)
    first, second = argument(mark, 0), argument(mark, 1)
    if first is not None and not is_map(first):
        options.setdefault("entity", first)
    if second is not None and not is_map(second) and kind in {"ManyToMany", "OneToOne"}:
        options.setdefault("mappedBy", second)
    return options


def _target(value: Expression) -> str | None:
    """Return the entity that a relation is to: `() => User`, `"User"`, `User`."""
    if isinstance(value, dict) and value.get("body"):
        value = value["body"][-1]
    return string(value) or name_of(value).rpartition(".")[2] or None


def _of_call(call: Expression) -> _Entity | None:
    """Return the entity of `defineEntity({...})` or `new EntitySchema({...})`."""
    options = named(argument(call, 0))
    name = string(options.get("name")) or name_of(options.get("class")).rpartition(".")[2]
    declared = options.get("properties")
    if isinstance(declared, dict) and declared.get("body"):  # (p) => ({...})
        declared = declared["body"][-1]
    if not name or not is_map(declared):
        return None
    properties: list[_Property] = []
    whole = True
    for key, value in named(declared).items():
        made = _of_entry(key, value)
        whole = whole and made is not None
        properties += [made] if made is not None else []
    indexes = [
        (strings(named(each).get("properties")), option == "uniques")
        for option in ("indexes", "uniques")
        for each in (options.get(option) or ())
    ]
    return _Entity(
        name, "", line_of(call), options, properties, _target(options.get("extends")),
        options.get("abstract") is not True, [each for each in indexes if each[0]], whole,
    )  # fmt: skip


def _of_entry(key: str, value: Expression) -> _Property | None:
    """Return a property of an object: `{type: "string"}`, `p.string().nullable()`."""
    if isinstance(value, dict) and value.get("body"):  # () => p.manyToOne(Author)
        value = value["body"][-1]
    if is_map(value):
        options = named(value)
        kind = string(options.get("kind")) or string(options.get("reference")) or "Property"
        kind = "Embedded" if kind == "embedded" else kind
        return _Property(
            key, kind, options, _type_of(options.get("type")), _target(options.get("entity"))
        )
    calls = chain(value)
    if not calls or key.startswith("..."):
        return None
    first = called(calls[0])
    options = {_OPTIONS.get(called(each), called(each)): _given(each) for each in calls[1:]}
    if first in _TO_ONE | _TO_MANY:
        return _Property(key, first, options, None, _target(argument(calls[0], 0)))
    if first == "embedded":
        return None
    kind = first if first != "type" else _type_of(argument(calls[0], 0)) or first
    return _Property(key, "Property", options, kind)


_OPTIONS = {"name": "fieldName"}  # methods of a builder that are called otherwise than options


def _given(call: Expression) -> Expression:
    first = argument(call, 0)
    return True if first is None else first


def _type_of(value: Expression) -> str | None:
    if value is None:
        return None
    return value if isinstance(value, str) else words(value)


class _Tables:
    def __init__(self, entities: Mapping[str, _Entity]) -> None:
        self.entities = entities

    def lineage(self, entity: _Entity) -> list[_Entity]:
        """Return what an entity extends and itself, the outermost first."""
        classes = [entity]
        while len(classes) < _ANCESTORS:
            base = self.entities.get(classes[-1].base or "")
            if base is None or base in classes:
                break
            classes.append(base)
        return classes[::-1]

    def name(self, entity: _Entity) -> str:
        """Return what the table of an entity is called."""
        options = entity.options
        name = string(options.get("tableName")) or string(options.get("collection"))
        name = name or underscored(entity.name)
        schema = string(options.get("schema"))
        return f"{schema}.{name}" if schema and schema not in {"public", "*"} else name

    def of(self, entity: _Entity) -> Iterator[Table | NotUnderstood]:
        """Yield the table of an entity and those of its many-to-many relations."""
        lineage = self.lineage(entity)
        if any("discriminatorColumn" in above.options for above in lineage[:-1]):
            return  # it lies in the table of what it extends
        properties = [each for above in lineage for each in above.properties]
        columns: dict[str, Column] = {}
        keys: list[ForeignKey] = []
        indexes: list[Index] = []
        by_property: dict[str, str] = {}
        for each in properties:
            column, key = self._column(each) if _is_stored(each) else (None, None)
            if column is None:
                continue
            by_property[each.name] = column.name
            columns[column.name] = column
            keys += [key] if key else []
            if each.options.get("index"):
                indexes.append(Index(string(each.options["index"]), (column.name,)))
        for listed, unique in (index for above in lineage for index in above.indexes):
            names = tuple(by_property.get(name, name) for name in listed)
            indexes.append(Index(None, names, unique))
        has_parts = any(each.kind == "Embedded" for each in properties)
        whole = entity.whole and bool(columns) and not has_parts and not _is_open(lineage)
        yield Table(
            self.name(entity), entity.file, entity.line, "mikro-orm", entity.name,
            tuple(columns.values()), tuple(indexes), tuple(keys), whole,
        )  # fmt: skip
        for each in properties:
            if each.kind in {"ManyToMany", "m:n", "manyToMany"}:
                yield from self._pivot(entity, each)

    def _column(self, each: _Property) -> tuple[Column | None, ForeignKey | None]:
        options = each.options
        is_primary = each.kind.endswith("PrimaryKey") or options.get("primary") is True
        nullable: bool | None = None if each.optional else False
        if isinstance(options.get("nullable"), bool):
            nullable = options["nullable"]
        default = options.get("default", options.get("defaultRaw"))
        name = string(options.get("fieldName")) or string(options.get("name"))
        unique = bool(options.get("unique"))
        if each.kind not in _TO_ONE:
            kind = string(options.get("columnType")) or _type_of(options.get("type")) or each.type
            made = Column(
                name or underscored(each.name), kind, False if is_primary else nullable, is_primary,
                unique, words(default) if default is not None else None,
            )  # fmt: skip
            return made, None
        is_one = each.kind in {"OneToOne", "1:1", "oneToOne"}
        if is_one and options.get("owner") is not True and "mappedBy" in options:
            return None, None
        target = self.entities.get(each.target or "")
        referred = self._primary(target)
        name = name or string(options.get("joinColumn"))
        name = name or f"{underscored(each.name)}_{referred}"
        table = self.name(target) if target else underscored(each.target or "")
        rule = string(options.get("deleteRule")) or string(options.get("onDelete"))
        key = ForeignKey((name,), table, (referred,), rule.upper() if rule else None)
        made = Column(name, None, nullable and not is_primary, is_primary, unique or is_one)
        return made, key if table else None

    def _primary(self, entity: _Entity | None) -> str:
        """Return the column of an entity's key."""
        for above in self.lineage(entity) if entity else ():
            for each in above.properties:
                if each.kind.endswith("PrimaryKey") or each.options.get("primary") is True:
                    return string(each.options.get("fieldName")) or underscored(each.name)
        return "id"

    def _pivot(self, entity: _Entity, each: _Property) -> Iterator[Table | NotUnderstood]:
        """Yield the table of a many-to-many relation at its owning side.

        Where an entity's table is not called as the entity is, versions differ in what they make
        of which name: then only what is named counts.
        """
        options = each.options
        if "pivotEntity" in options or ("mappedBy" in options and options.get("owner") is not True):
            return
        target = self.entities.get(each.target or "")
        at = each.line if each.line > 1 else entity.line
        name = string(options.get("pivotTable"))
        if name is None and self._is_usual(entity):
            name = f"{self.name(entity)}_{underscored(each.name)}"
        columns = self._pivot_columns(entity, target, options) if target is not None else []
        if name is None or target is None or not columns:
            yield NotUnderstood(entity.file, at, "the table of a relation of many to many")
            return
        sides = [(self.name(side), self._primary(side)) for side in (entity, target)]
        yield Table(
            name, entity.file, at, "mikro-orm", f"{entity.name}.{each.name}",
            tuple(Column(column, None, nullable=False, primary_key=True) for column in columns), (),
            tuple(
                ForeignKey((column,), table, (key,), "CASCADE")
                for column, (table, key) in zip(columns, sides, strict=True)
            ),
        )  # fmt: skip

    def _is_usual(self, entity: _Entity) -> bool:
        return self.name(entity) == underscored(entity.name)

    def _pivot_columns(
        self, entity: _Entity, target: _Entity, options: Mapping[str, Expression]
    ) -> list[str]:
        """Return the columns of the table of a relation, none where one is not known."""
        columns: list[str] = []
        for number, (side, option) in enumerate(
            ((entity, "joinColumn"), (target, "inverseJoinColumn")), 1
        ):
            name = string(options.get(option))
            if name is None and not self._is_usual(side):
                return []
            middle = f"_{number}_" if entity is target else "_"
            columns.append(name or f"{underscored(side.name)}{middle}{self._primary(side)}")
        return columns


def _is_stored(each: _Property) -> bool:
    """Tell whether a property is a column of its entity's own table."""
    return (
        each.options.get("persist") is not False
        and each.kind not in _TO_MANY
        and each.kind != "Embedded"
    )


def _is_open(lineage: list[_Entity]) -> bool:
    """Tell whether more columns may come from what is not known: a base, or what extends it."""
    return bool(lineage[0].base) or any("discriminatorColumn" in one.options for one in lineage)
