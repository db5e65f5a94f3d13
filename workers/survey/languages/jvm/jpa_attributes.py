"""Attributes of entities: what those of a class, and of what it holds, are stored in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column
from workers.survey.languages.jvm import jpa_joins, jpa_lists
from workers.survey.languages.jvm.declarations import note, simple
from workers.survey.languages.jvm.drafts import Draft, Mapper
from workers.survey.languages.jvm.jpa_columns import (
    COLLECTIONS,
    column_of,
    columns_overridden,
)

if TYPE_CHECKING:
    from workers.survey.languages.jvm.entities import Attribute, Entities
    from workers.survey.languages.jvm.program import Declared

_NOT_STORED = frozenset({"Formula", "Transient", "JoinFormula"})
_ELSEWHERE = ("Any", "ManyToAny", "Columns", "CompositeType", "TypeDef", "Target")
_AS_ONE = ("Column", "Convert", "JdbcTypeCode", "Type")  # a collection in one column
_DEEPEST = 6  # of what holds what
Overrides = dict[str, dict[str, Any]]


def mapper_of(entities: Entities) -> Mapper:
    """Return what associations ask about the attributes of other entities."""

    def key(declared: Declared | None) -> list[Column] | None:
        return key_of(entities, declared)

    def add(attribute: Attribute, draft: Draft, overrides: Overrides) -> None:
        add_attribute(entities, attribute, draft, overrides)

    return Mapper(entities, key, add)


def add_attributes(
    entities: Entities, declared: Declared, lineage: list[Declared], draft: Draft
) -> None:
    """Add the columns of what classes store, those above first."""
    by_getter = entities.by_getter(declared)
    overrides = columns_overridden(declared.fact)
    for entry in lineage:
        overrides |= {
            key: mark
            for key, mark in columns_overridden(entry.fact).items()
            if key not in overrides
        }
    bound = entities.bound(declared)
    for entry in lineage:
        if any(simple(kind[0]) == "PanacheEntity" for kind in entry.fact["supers"]):
            draft.add(Column("id", "Long", nullable=False, primary_key=True))
            draft.by_attribute["id"] = "id"
        for attribute in entities.attributes(entry, by_getter=by_getter):
            kind = bound.get(entry.name, {}).get(attribute.kind[0], attribute.kind)
            add_attribute(entities, attribute._replace(kind=kind), draft, overrides)


def add_attribute(
    entities: Entities,
    attribute: Attribute,
    draft: Draft,
    overrides: Overrides,
    *,
    depth: int = 0,
) -> None:
    """Add what one attribute is stored in."""
    names = {simple(one["name"]) for one in attribute.notes["notes"]}
    if names & _NOT_STORED:
        return
    if names & {*_ELSEWHERE} or depth > _DEEPEST:
        draft.whole = False
    elif names & {"OneToMany", "ManyToMany", "ElementCollection"}:
        jpa_lists.add_many(mapper_of(entities), attribute, draft)
    elif names & {"ManyToOne", "OneToOne"}:
        jpa_joins.add_one(mapper_of(entities), attribute, draft)
    elif attribute.kind[0] in COLLECTIONS and note(attribute.notes, *_AS_ONE) is None:
        draft.whole = False
    else:
        embeddable = entities.embeddable(attribute.kind[0], attribute.owner)
        if embeddable is not None:
            _add_held(entities, attribute, draft, overrides, depth=depth + 1)
        elif names & {"Embedded", "EmbeddedId"} or not attribute.kind[0]:
            draft.whole = False
        else:
            _add_column(entities, attribute, draft, overrides.get(attribute.name))


def _add_held(
    entities: Entities, attribute: Attribute, draft: Draft, overrides: Overrides, *, depth: int
) -> None:
    """Add the columns of what an attribute holds; of a key all are the key."""
    embeddable = entities.embeddable(attribute.kind[0], attribute.owner)
    if embeddable is None:
        return
    own = columns_overridden(attribute.notes)
    outer = {
        name.partition(".")[2]: mark
        for name, mark in overrides.items()
        if name.startswith(f"{attribute.name}.")
    }
    before = set(draft.columns)
    is_key = note(attribute.notes, "EmbeddedId", "Id") is not None
    by_getter = not any(entry["notes"] for entry in embeddable.fact["fields"]) and any(
        note(entry, "Column") for entry in embeddable.fact["methods"]
    )
    uppers = entities.above(embeddable)[0]
    above = [entry for entry in uppers if entities.is_a(entry, "MappedSuperclass")]
    for entry in [*above[::-1], embeddable]:
        for inner in entities.attributes(entry, by_getter=by_getter):
            add_attribute(entities, inner, draft, {**outer, **own}, depth=depth)
            column = draft.by_attribute.pop(inner.name, None)
            if column is not None:
                draft.by_attribute[f"{attribute.name}.{inner.name}"] = column
    if is_key:
        for name in draft.columns.keys() - before:
            kind = draft.columns[name].type
            draft.add(Column(name, kind, nullable=False, primary_key=True))


def _add_column(
    entities: Entities, attribute: Attribute, draft: Draft, override: dict[str, Any] | None
) -> None:
    column = column_of(entities, attribute, override)
    if column is None:
        draft.whole = False
        return
    draft.add(column)
    draft.by_attribute[attribute.name] = column.name


def key_of(entities: Entities, declared: Declared | None) -> list[Column] | None:
    """Return the columns of an entity's key, None where they are not known."""
    if declared is None:
        return None
    key = (declared.file, declared.name)
    if key not in entities.keys:
        entities.keys[key] = None  # a key that depends on itself is not known
        entities.keys[key] = _key_of(entities, declared)
    return entities.keys[key]


def _key_of(entities: Entities, declared: Declared) -> list[Column] | None:
    if note(declared.fact, "PrimaryKeyJoinColumn", "PrimaryKeyJoinColumns") is not None:
        return None  # how others refer to a key of two names is left open
    draft = Draft("", declared)
    by_getter = entities.by_getter(declared)
    overrides = columns_overridden(declared.fact)
    bound = entities.bound(declared)
    for entry in [declared, *entities.above(declared)[0]]:
        if any(simple(kind[0]) == "PanacheEntity" for kind in entry.fact["supers"]):
            draft.add(Column("id", "Long", nullable=False, primary_key=True))
        for attribute in entities.attributes(entry, by_getter=by_getter):
            if note(attribute.notes, "Id", "EmbeddedId", "MapsId") is not None:
                kind = bound.get(entry.name, {}).get(attribute.kind[0], attribute.kind)
                add_attribute(entities, attribute._replace(kind=kind), draft, overrides)
    columns = [entry for entry in draft.columns.values() if entry.primary_key]
    return columns if columns and draft.whole else None
