"""Columns of entities: what the attributes of a class, and of what it holds, are stored in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column
from workers.survey.languages.jvm.declarations import listed, note, simple, value

if TYPE_CHECKING:
    from workers.survey.languages.jvm.entities import Attribute, Entities
    from workers.survey.languages.jvm.program import Declared

COLLECTIONS = frozenset(
    "List Set Map Collection SortedSet SortedMap MutableList MutableSet MutableMap"
    " MutableCollection Iterable ArrayList HashSet HashMap LinkedHashSet".split()
)


def table_name(entities: Entities, declared: Declared) -> str | None:
    """Return the table of an entity, None where its name is not known."""
    naming = entities.naming(declared)
    mark = note(declared.fact, "Table")
    written = value(mark, "name")
    own = entities.text(written, declared) if written else None
    if written and own is None:
        return None
    name = naming.physical(own or entities.entity_name(declared))
    schema = entities.text(value(mark, "schema") or value(mark, "catalog"), declared)
    below = naming.physical(schema) if schema else None
    return f"{below}.{name}" if name and below and below != "public" else name


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
