"""Tables that MikroORM's entities are, and those behind their many-to-many relations.

Names are those of its UnderscoreNamingStrategy, which holds where none other is configured.
"""

from __future__ import annotations

import re
from posixpath import commonprefix
from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, NotUnderstood, Table
from workers.survey.tables.expressions import string, words
from workers.survey.tables.mikro_entities import (
    TO_MANY,
    TO_ONE,
    Entity,
    Property,
    of_call,
    of_class,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.tables.expressions import Expression

_ANCESTORS = 20


def underscored(name: str) -> str:
    """Return a name as MikroORM's default strategy writes it: `createdAt`, `created_at`."""
    return re.sub(r"([^A-Z_])([A-Z])", r"\1_\2", name).lower()


def tables(scripts: Mapping[str, dict[str, Any]]) -> Iterator[Table | NotUnderstood]:
    """Yield the tables of all entities, those behind relations, and relations not understood."""
    entities: dict[str, list[Entity]] = {}
    for file, script in scripts.items():
        if script.get("mikro") is None:
            continue
        for each in (*map(of_class, script["classes"]), *map(of_call, script["mikro"])):
            if each is not None:
                each.file = file
                entities.setdefault(each.name, []).append(each)
    reader = _Tables(entities)
    for several in entities.values():
        for entity in several:
            if entity.is_table:
                yield from reader.of(entity)


class _Tables:
    def __init__(self, entities: Mapping[str, list[Entity]]) -> None:
        self.entities = entities

    def find(self, name: str | None, near: str) -> Entity | None:
        """Return the entity of a name, the one in the nearest folder where there are several."""
        several = self.entities.get(name or "", [])
        return max(several, key=lambda each: len(commonprefix([each.file, near])), default=None)

    def lineage(self, entity: Entity) -> list[Entity]:
        """Return what an entity extends and itself, the outermost first."""
        classes = [entity]
        while len(classes) < _ANCESTORS:
            base = self.find(classes[-1].base, classes[-1].file)
            if base is None or base in classes:
                break
            classes.append(base)
        return classes[::-1]

    def name(self, entity: Entity) -> str:
        """Return what the table of an entity is called."""
        options = entity.options
        name = string(options.get("tableName")) or string(options.get("collection"))
        name = name or underscored(entity.name)
        schema = string(options.get("schema"))
        return f"{schema}.{name}" if schema and schema not in {"public", "*"} else name

    def of(self, entity: Entity) -> Iterator[Table | NotUnderstood]:
        """Yield the table of an entity and those of its many-to-many relations."""
        lineage = self.lineage(entity)
        if any("discriminatorColumn" in above.options for above in lineage[:-1]):
            return  # it lies in the table of what it extends
        properties = [each for above in lineage for each in above.properties]
        columns, keys, indexes = self._parts(properties, entity.file)
        by_property = {each.name: column.name for each, column in columns}
        indexes += _indexes(lineage, by_property)
        by_name = {column.name: column for _, column in columns}
        has_parts = any(each.kind == "Embedded" for each in properties)
        whole = entity.whole and bool(by_name) and not has_parts and not _is_open(lineage)
        yield Table(
            self.name(entity), entity.file, entity.line, "mikro-orm", entity.name,
            tuple(by_name.values()), tuple(indexes), tuple(keys), whole,
        )  # fmt: skip
        for each in properties:
            if each.kind in {"ManyToMany", "m:n", "manyToMany"}:
                yield from self._pivot(entity, each)

    def _parts(
        self, properties: list[Property], near: str
    ) -> tuple[list[tuple[Property, Column]], list[ForeignKey], list[Index]]:
        """Return the columns that properties are, with the keys and indexes that these say."""
        columns: list[tuple[Property, Column]] = []
        keys: list[ForeignKey] = []
        indexes: list[Index] = []
        for each in properties:
            column, key = self._column(each, near) if _is_stored(each) else (None, None)
            if column is None:
                continue
            columns.append((each, column))
            keys += [key] if key else []
            if each.options.get("index"):
                indexes.append(Index(string(each.options["index"]), (column.name,)))
        return columns, keys, indexes

    def _column(self, each: Property, near: str) -> tuple[Column | None, ForeignKey | None]:
        """Return the column of a property, and the key of a relation's owning side."""
        if each.kind not in TO_ONE:
            return _plain_column(each), None
        options = each.options
        is_one = each.kind in {"OneToOne", "1:1", "oneToOne"}
        if is_one and options.get("owner") is not True and "mappedBy" in options:
            return None, None
        target = self.find(each.target, near)
        referred = self._primary(target)
        name = _field_name(options) or string(options.get("joinColumn"))
        name = name or f"{underscored(each.name)}_{referred}"
        table = self.name(target) if target else underscored(each.target or "")
        rule = string(options.get("deleteRule")) or string(options.get("onDelete"))
        key = ForeignKey((name,), table, (referred,), rule.upper() if rule else None)
        is_primary = _is_primary(each)
        nullable = False if is_primary else _nullable(each)
        made = Column(name, None, nullable, is_primary, bool(options.get("unique")) or is_one)
        return made, key if table else None

    def _primary(self, entity: Entity | None) -> str:
        """Return the column of an entity's key."""
        for above in self.lineage(entity) if entity else ():
            for each in above.properties:
                if _is_primary(each):
                    return string(each.options.get("fieldName")) or underscored(each.name)
        return "id"

    def _pivot(self, entity: Entity, each: Property) -> Iterator[Table | NotUnderstood]:
        """Yield the table of a many-to-many relation at its owning side.

        Where an entity's table is not called as the entity is, versions differ in what they make
        of which name: then only what is named counts.
        """
        options = each.options
        if "pivotEntity" in options or ("mappedBy" in options and options.get("owner") is not True):
            return
        target = self.find(each.target, entity.file)
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

    def _is_usual(self, entity: Entity) -> bool:
        return self.name(entity) == underscored(entity.name)

    def _pivot_columns(
        self, entity: Entity, target: Entity, options: Mapping[str, Expression]
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


def _plain_column(each: Property) -> Column:
    options = each.options
    default = options.get("default", options.get("defaultRaw"))
    is_primary = _is_primary(each)
    return Column(
        _field_name(options) or underscored(each.name),
        string(options.get("columnType")) or type_of(options.get("type")) or each.type,
        False if is_primary else _nullable(each),
        is_primary,
        bool(options.get("unique")),
        words(default) if default is not None else None,
    )


def _is_primary(each: Property) -> bool:
    return each.kind.endswith("PrimaryKey") or each.options.get("primary") is True


def _nullable(each: Property) -> bool | None:
    """Tell whether a column may be null; of `name?: string` how it is compiled decides."""
    setting = each.options.get("nullable")
    if isinstance(setting, bool):
        return setting
    return None if each.optional else False


def _field_name(options: Mapping[str, Expression]) -> str | None:
    return string(options.get("fieldName")) or string(options.get("name"))


def _indexes(lineage: list[Entity], by_property: Mapping[str, str]) -> Iterator[Index]:
    """Yield the indexes that entities declare, of columns and not of properties."""
    for above in lineage:
        for listed, unique in above.indexes:
            yield Index(None, tuple(by_property.get(name, name) for name in listed), unique)


def _is_stored(each: Property) -> bool:
    """Tell whether a property is a column of its entity's own table."""
    return (
        each.options.get("persist") is not False
        and each.kind not in TO_MANY
        and each.kind != "Embedded"
    )


def _is_open(lineage: list[Entity]) -> bool:
    """Tell whether more columns may come from what is not known: a base, or what extends it."""
    return bool(lineage[0].base) or any("discriminatorColumn" in one.options for one in lineage)
