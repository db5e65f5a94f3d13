"""Tables of attributes with several values: those that join two, and those of plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.languages.jvm.declarations import note, simple, value
from workers.survey.languages.jvm.drafts import Draft
from workers.survey.languages.jvm.jpa_columns import columns_overridden, is_true, table_name
from workers.survey.languages.jvm.jpa_joins import (
    Side,
    inside,
    join_columns,
    joined,
    reference,
    target_of,
)

if TYPE_CHECKING:
    from workers.survey.languages.jvm.drafts import Mapper
    from workers.survey.languages.jvm.entities import Attribute
    from workers.survey.languages.jvm.program import Declared


def add_many(mapper: Mapper, attribute: Attribute, draft: Draft) -> None:
    """Add the table that an attribute with several values is stored in, if it is its own."""
    if note(attribute.notes, "ElementCollection") is not None:
        _add_elements(mapper, attribute, draft)
        return
    mark = note(attribute.notes, "OneToMany", "ManyToMany")
    if value(mark, "mappedBy") is not None:
        return
    target = target_of(mapper.entities, attribute, mark)
    is_list = simple(mark["name"] if mark else "") == "OneToMany"
    marks = join_columns(attribute.notes, "JoinColumn", "JoinColumns")
    if is_list and note(attribute.notes, "JoinTable") is None and marks:
        side = Side(attribute.owner, attribute.name, marks, draft.declared)
        _add_foreign(mapper, draft, side, target)
    elif target is None:
        draft.whole = False
    else:
        _add_join_table(mapper, attribute, draft, target, is_list=is_list)


def _add_foreign(mapper: Mapper, draft: Draft, side: Side, target: Declared | None) -> None:
    """Keep the column that a list has in the table of what it lists."""
    pairs = joined(mapper, side)
    if target is None or len(pairs) != 1:
        return
    ((name, referred),) = pairs
    written = value(side.marks[0], "nullable")
    is_null = is_true(written) if written else None
    column = Column(name, referred.type if referred else None, is_null)
    key = ForeignKey((name,), draft.name, (referred.name,) if referred else ())
    draft.foreign.append(((target.file, target.name), column, key))


def _add_join_table(
    mapper: Mapper, attribute: Attribute, draft: Draft, target: Declared, *, is_list: bool
) -> None:
    owner, entities = draft.declared, mapper.entities
    mark = note(attribute.notes, "JoinTable")
    other = table_name(entities, target)
    name = _name_of_join(mapper, attribute, draft, other)
    prefix = _inverse(attribute, target) or entities.entity_name(owner)
    left = joined(mapper, Side(owner, prefix, inside(mark, "joinColumns"), owner))
    inverse = inside(mark, "inverseJoinColumns")
    right = joined(mapper, Side(attribute.owner, attribute.name, inverse, target))
    if name is None or not left or not right or other is None:
        draft.whole = False
        return
    schema = entities.text(value(mark, "schema"), owner)
    is_set = attribute.kind[0] in {"Set", "MutableSet"} and not is_list
    columns = [
        Column(column, referred.type if referred else None, nullable=False, primary_key=is_set)
        for column, referred in [*left, *right]
    ]
    is_plain = note(attribute.notes, "OrderColumn", "MapKeyColumn", "MapKey") is None
    draft.joins.append(
        Table(
            f"{schema}.{name}" if schema and schema != "public" else name,
            attribute.owner.file, attribute.line, "jpa",
            f"{simple(owner.name)}.{attribute.name}", tuple(columns),
            (Index(None, (right[0][0],), unique=True),) if is_list and len(right) == 1 else (),
            (reference(left, draft.name), reference(right, other)),
            whole=is_plain and is_set,
        )
    )  # fmt: skip


def _name_of_join(
    mapper: Mapper, attribute: Attribute, draft: Draft, other: str | None
) -> str | None:
    """Return the name of a table that joins two: Spring calls it by the attribute."""
    owner, naming = draft.declared, mapper.entities.naming(draft.declared)
    written = value(note(attribute.notes, "JoinTable"), "name")
    if written:
        return naming.physical(mapper.entities.text(written, owner))
    second = attribute.name if naming.is_spring else other
    return naming.physical(f"{draft.name.rpartition('.')[2]}_{second}") if second else None


def _inverse(attribute: Attribute, target: Declared | None) -> str | None:
    """Return the attribute on the other side that is mapped by this one."""
    for entry in [*target.fact["fields"], *target.fact["methods"]] if target is not None else ():
        mark = note(entry, "ManyToMany")
        by = value(mark, "mappedBy")
        if by and by[0] == "str" and by[1] == attribute.name:
            return str(entry["name"])
    return None


def _add_elements(mapper: Mapper, attribute: Attribute, draft: Draft) -> None:
    """Add the table of plain values, or of what is held, that an attribute has several of."""
    owner, entities = draft.declared, mapper.entities
    mark = note(attribute.notes, "CollectionTable") or note(attribute.notes, "JoinTable")
    written = value(mark, "name")
    prefix = entities.entity_name(owner)
    own = entities.text(written, owner) if written else f"{prefix}_{attribute.name}"
    name = entities.naming(owner).physical(own)
    left = joined(mapper, Side(owner, prefix, inside(mark, "joinColumns"), owner))
    arguments = attribute.kind[1]
    if name is None or not left or not arguments:
        draft.whole = False
        return
    inner = Draft(name, owner)
    for column, referred in left:
        inner.add(Column(column, referred.type if referred else None, nullable=False))
    element = attribute._replace(kind=arguments[-1], notes=_of_element(attribute))
    mapper.add_attribute(element, inner, columns_overridden(attribute.notes))
    draft.joins.append(
        Table(
            name, attribute.owner.file, attribute.line, "jpa",
            f"{simple(owner.name)}.{attribute.name}", tuple(inner.columns.values()), (),
            (reference(left, draft.name),), whole=False,
        )
    )  # fmt: skip


def _of_element(attribute: Attribute) -> dict[str, Any]:
    """Return the annotations of a collection that are those of its elements."""
    names = {"ElementCollection", "CollectionTable", "JoinTable", "Id"}
    notes = [one for one in attribute.notes["notes"] if simple(one["name"]) not in names]
    return {**attribute.notes, "notes": notes}
