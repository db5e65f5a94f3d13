"""Columns of entities: what the attributes of a class, and of what it holds, are stored in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column
from workers.survey.languages.jvm.declarations import listed, note, simple, value

if TYPE_CHECKING:
    from workers.survey.languages.jvm.drafts import Draft
    from workers.survey.languages.jvm.entities import Attribute, Entities
    from workers.survey.languages.jvm.program import Declared

COLLECTIONS = frozenset(
    "List Set Map Collection SortedSet SortedMap MutableList MutableSet MutableMap"
    " MutableCollection Iterable ArrayList HashSet HashMap LinkedHashSet".split()
)
_NOT_STORED = frozenset({"Formula", "Transient", "JoinFormula"})
_ELSEWHERE = ("Any", "ManyToAny", "Columns", "CompositeType", "TypeDef", "Target")
_DEEPEST = 6  # of what holds what


def table_name(entities: Entities, declared: Declared) -> str | None:
    """Return the table of an entity, None where its name is not known."""
    naming = entities.naming(declared)
    mark = note(declared.fact, "Table")
    written = value(mark, "name")
    own = entities.text(written, declared) if written else None
    if written and own is None:
        return None
    called = value(note(declared.fact, "Entity"), "name")
    default = entities.text(called, declared) if called else simple(declared.name)
    name = naming.physical(own or default)
    schema = entities.text(value(mark, "schema") or value(mark, "catalog"), declared)
    below = naming.physical(schema) if schema else None
    return f"{below}.{name}" if name and below and below != "public" else name


def add_attributes(
    entities: Entities, declared: Declared, lineage: list[Declared], draft: Draft
) -> None:
    """Add the columns of what classes store, those above first."""
    by_getter = entities.by_getter(declared)
    overrides = columns_overridden(declared.fact)
    for one in lineage:
        overrides |= {
            key: mark for key, mark in columns_overridden(one.fact).items() if key not in overrides
        }
    for one in lineage:
        if any(simple(kind[0]) == "PanacheEntity" for kind in one.fact["supers"]):
            draft.add(Column("id", "Long", nullable=False, primary_key=True))
            draft.by_attribute["id"] = "id"
        for attribute in entities.attributes(one, by_getter=by_getter):
            add_attribute(entities, attribute, draft, overrides)


def columns_overridden(fact: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the columns that `@AttributeOverride` gives attributes of something inside."""
    several = listed(value(note(fact, "AttributeOverrides"), "value"))
    marks = [one[1] for one in several if one and one[0] in {"note", "call"}]
    marks += [one for one in fact["notes"] if simple(one["name"]) == "AttributeOverride"]
    overridden: dict[str, dict[str, Any]] = {}
    for mark in marks:
        name, column = value(mark, "name"), value(mark, "column")
        if name and name[0] == "str" and column and column[0] == "note":
            overridden[str(name[1])] = column[1]
    return overridden


def add_attribute(
    entities: Entities,
    attribute: Attribute,
    draft: Draft,
    overrides: dict[str, dict[str, Any]],
    depth: int = 0,
) -> None:
    """Add what one attribute is stored in."""
    from workers.survey.languages.jvm import jpa_joins

    names = {simple(one["name"]) for one in attribute.notes["notes"]}
    if names & _NOT_STORED:
        return
    if names & {*_ELSEWHERE} or depth > _DEEPEST:
        draft.whole = False
    elif names & {"OneToMany", "ManyToMany", "ElementCollection"}:
        jpa_joins.add_many(entities, attribute, draft)
    elif names & {"ManyToOne", "OneToOne"}:
        jpa_joins.add_one(entities, attribute, draft)
    elif attribute.kind[0] in COLLECTIONS:
        draft.whole = False
    else:
        held = entities.embeddable(attribute.kind[0], attribute.owner)
        if held is not None:
            _add_held(entities, attribute, held, draft, overrides, depth)
        elif names & {"Embedded", "EmbeddedId"} or not attribute.kind[0]:
            draft.whole = False
        else:
            _add_column(entities, attribute, draft, overrides.get(attribute.name))


def _add_held(
    entities: Entities, attribute: Attribute, held: Declared, draft: Draft,
    overrides: dict[str, dict[str, Any]], depth: int,
) -> None:  # fmt: skip
    """Add the columns of what an attribute holds; of a key all are the key."""
    own = columns_overridden(attribute.notes)
    outer = {
        name.partition(".")[2]: mark
        for name, mark in overrides.items()
        if name.startswith(f"{attribute.name}.")
    }
    before = set(draft.columns)
    is_key = note(attribute.notes, "EmbeddedId", "Id") is not None
    by_getter = not any(one["notes"] for one in held.fact["fields"]) and any(
        note(one, "Column") for one in held.fact["methods"]
    )
    above = [one for one in entities.above(held)[0] if entities.is_a(one, "MappedSuperclass")]
    for one in [*above[::-1], held]:
        for inner in entities.attributes(one, by_getter=by_getter):
            add_attribute(entities, inner, draft, {**outer, **own}, depth + 1)
            column = draft.by_attribute.pop(inner.name, None)
            if column is not None:
                draft.by_attribute[f"{attribute.name}.{inner.name}"] = column
    if is_key:
        for name in draft.columns.keys() - before:
            column_of = draft.columns[name]
            draft.add(Column(name, column_of.type, nullable=False, primary_key=True))


def _add_column(
    entities: Entities, attribute: Attribute, draft: Draft, override: dict[str, Any] | None
) -> None:
    column = column_of(entities, attribute, override)
    if column is None:
        draft.whole = False
        return
    draft.add(column)
    draft.by_attribute[attribute.name] = column.name


def column_of(
    entities: Entities, attribute: Attribute, override: dict[str, Any] | None = None
) -> Column | None:
    """Return the column of a plain attribute, None where its name is not known."""
    owner = attribute.owner
    mark = override or note(attribute.notes, "Column")
    written = value(mark, "name")
    own = entities.text(written, owner) if written else attribute.name
    name = entities.naming(owner).physical(own or (None if written else attribute.name))
    if name is None or value(mark, "table") is not None:
        return None
    definition = entities.text(value(mark, "columnDefinition"), owner)
    is_key = note(attribute.notes, "Id") is not None
    default = entities.text(value(note(attribute.notes, "ColumnDefault"), "value"), owner)
    return Column(
        name, definition or type_text(attribute), False if is_key else is_null(attribute, mark),
        is_key, is_true(value(mark, "unique")), default,
    )  # fmt: skip


def type_text(attribute: Attribute) -> str | None:
    """Return the type of an attribute in the words of the code."""
    name, arguments, _ = attribute.kind
    if name in attribute.owner.fact["parameters"] or not name:
        return None
    if name == "[]":
        return f"{arguments[0][0]}[]"
    return simple(str(name))


def is_null(attribute: Attribute, mark: dict[str, Any] | None) -> bool | None:
    """Tell whether a column may be null as far as the code says it."""
    written = value(mark, "nullable")
    if written is not None:
        return is_true(written)
    if note(attribute.notes, "NotNull") is not None:
        return False
    return True if attribute.kind[2] else None


def is_true(expression: Any) -> bool:
    """Tell whether an expression is `true`."""
    return bool(expression) and expression[1] == "true"


def key_of(entities: Entities, declared: Declared | None, depth: int = 0) -> list[Column] | None:
    """Return the columns of an entity's key, None where they are not known."""
    from workers.survey.languages.jvm import jpa_joins
    from workers.survey.languages.jvm.drafts import Draft

    if declared is None or depth > _DEEPEST:
        return None
    draft = Draft("", declared)
    by_getter = entities.by_getter(declared)
    overrides = columns_overridden(declared.fact)
    for one in [declared, *entities.above(declared)[0]]:
        if any(simple(kind[0]) == "PanacheEntity" for kind in one.fact["supers"]):
            draft.add(Column("id", "Long", nullable=False, primary_key=True))
        for attribute in entities.attributes(one, by_getter=by_getter):
            if note(attribute.notes, "Id", "EmbeddedId", "MapsId") is None:
                continue
            if note(attribute.notes, "ManyToOne", "OneToOne") is not None:
                jpa_joins.add_one(entities, attribute, draft, depth + 1)
            else:
                add_attribute(entities, attribute, draft, overrides)
    keys = [one for one in draft.columns.values() if one.primary_key]
    return keys if keys and draft.whole else None
