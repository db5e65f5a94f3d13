"""What associations are stored in: columns that refer to a table, and tables that join two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.languages.jvm.declarations import listed, note, simple, value
from workers.survey.languages.jvm.drafts import Draft
from workers.survey.languages.jvm.jpa_columns import (
    COLLECTIONS,
    add_attribute,
    columns_overridden,
    is_true,
    key_of,
    table_name,
)

if TYPE_CHECKING:
    from workers.survey.languages.jvm.entities import Attribute, Entities
    from workers.survey.languages.jvm.program import Declared


def _columns(notes: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    """Return the annotations of columns that join, several in one as well."""
    single, plural = names
    several = listed(value(note(notes, plural), "value"))
    marks = [one[1] for one in several if one and one[0] == "note"]
    return marks or [one for one in notes["notes"] if simple(one["name"]) == single]


def _inside(mark: dict[str, Any] | None, name: str) -> list[dict[str, Any]]:
    """Return the annotations that stand in another one under a name."""
    return [one[1] for one in listed(value(mark, name)) if one and one[0] == "note"]


def _target(entities: Entities, attribute: Attribute, mark: dict[str, Any] | None) -> Declared | None:
    """Return the entity that an attribute refers to: of a list what is in it, of a map its values."""
    written = value(mark, "targetEntity")
    if written and written[0] == "type":
        return entities.entity(str(written[1]), attribute.owner)
    name, arguments, _ = attribute.kind
    inner = arguments[-1][0] if name in COLLECTIONS and arguments else name
    return entities.entity(str(inner), attribute.owner)


def add_one(entities: Entities, attribute: Attribute, draft: Draft, depth: int = 0) -> None:
    """Add the columns of an attribute that refers to one entity."""
    mark = note(attribute.notes, "ManyToOne", "OneToOne")
    if value(mark, "mappedBy") is not None:
        return
    is_derived = note(attribute.notes, "Id", "MapsId") is not None
    if note(attribute.notes, "JoinTable", "PrimaryKeyJoinColumn") is not None:
        draft.whole = False
        return
    marks = _columns(attribute.notes, "JoinColumn", "JoinColumns")
    target = _target(entities, attribute, mark)
    pairs = _joined(entities, attribute.owner, attribute.name, marks, target, depth)
    if not pairs:
        draft.whole = False
        return
    if simple(mark["name"] if mark else "") == "OneToOne" and not is_derived:
        draft.whole = draft.whole and any(value(one, "unique") is not None for one in marks)
    is_optional = not (value(mark, "optional") or [None, ""])[1] == "false"
    for position, (name, referred) in enumerate(pairs):
        own = marks[position] if position < len(marks) else None
        written = value(own, "nullable")
        is_null = is_true(written) if written is not None else None if is_optional else False
        if note(attribute.notes, "NotNull") is not None:
            is_null = False
        unique = is_true(value(own, "unique"))
        kind = referred.type if referred is not None else None
        is_double = name in draft.columns and value(own, "insertable") is not None
        if not is_double:
            draft.add(Column(name, kind, False if is_derived else is_null, is_derived, unique))
        draft.by_attribute[attribute.name] = name
    if note(attribute.notes, "MapsId") is not None:
        _share_key(entities, attribute, draft, {name for name, _ in pairs})
    _add_key(entities, attribute, draft, pairs, marks, target)


def _add_key(
    entities: Entities, attribute: Attribute, draft: Draft,
    pairs: list[tuple[str, Column | None]], marks: list[dict[str, Any]], target: Declared | None,
) -> None:  # fmt: skip
    table = table_name(entities, target) if target is not None else None
    if table is None or any("ConstraintMode" in str(value(one, "foreignKey")) for one in marks):
        draft.whole = False
        return
    referred = tuple(one.name for _, one in pairs if one is not None)
    action = value(note(attribute.notes, "OnDelete"), "action")
    on_delete = simple(str(action[1])).replace("_", " ") if action else None
    names = tuple(name for name, _ in pairs)
    draft.keys.append(ForeignKey(names, table, referred if len(referred) == len(names) else (),
                                 on_delete))  # fmt: skip


def _share_key(entities: Entities, attribute: Attribute, draft: Draft, names: set[str]) -> None:
    """Leave out the columns of a key that is stored in the columns of an association."""
    del entities
    written = value(note(attribute.notes, "MapsId"), "value")
    wanted = str(written[1]) if written and written[0] == "str" else None
    for path, column in list(draft.by_attribute.items()):
        is_meant = path.rpartition(".")[2] == wanted if wanted else True
        is_key = column in draft.columns and draft.columns[column].primary_key
        if is_key and is_meant and column not in names:
            del draft.columns[column]
            del draft.by_attribute[path]


def _joined(
    entities: Entities, owner: Declared, prefix: str, marks: list[dict[str, Any]],
    target: Declared | None, depth: int = 0,
) -> list[tuple[str, Column | None]]:  # fmt: skip
    """Return the columns that refer to an entity, each with what it refers to."""
    naming = entities.naming(owner)
    keys = key_of(entities, target, depth + 1) if target is not None else None
    if marks and len(marks) != len(keys or marks):
        return []
    pairs: list[tuple[str, Column | None]] = []
    for position in range(len(marks) or len(keys or [])):
        mark = marks[position] if marks else None
        referred = _referred(entities, owner, mark, keys, position)
        written = value(mark, "name")
        own = entities.text(written, owner) if written else None
        if own is None and (written or referred is None):
            return []
        name = naming.physical(own or f"{prefix}_{referred.name if referred else ''}")
        if name is None:
            return []
        pairs.append((name, referred))
    return pairs


def _referred(
    entities: Entities, owner: Declared, mark: dict[str, Any] | None,
    keys: list[Column] | None, position: int,
) -> Column | None:  # fmt: skip
    written = value(mark, "referencedColumnName")
    own = entities.naming(owner).physical(entities.text(written, owner)) if written else None
    if written:
        known = next((one for one in keys or [] if one.name == own), None)
        return known or (Column(own) if own else None)
    return keys[position] if keys and position < len(keys) and (len(keys) == 1 or not mark) else None


def add_many(entities: Entities, attribute: Attribute, draft: Draft) -> None:
    """Add the table that an attribute with several values is stored in, if it is its own."""
    if note(attribute.notes, "ElementCollection") is not None:
        _add_elements(entities, attribute, draft)
        return
    mark = note(attribute.notes, "OneToMany", "ManyToMany")
    if value(mark, "mappedBy") is not None:
        return
    target = _target(entities, attribute, mark)
    table = note(attribute.notes, "JoinTable")
    is_list = simple(mark["name"] if mark else "") == "OneToMany"
    marks = _columns(attribute.notes, "JoinColumn", "JoinColumns")
    if is_list and table is None and marks:
        _add_foreign(entities, attribute, draft, marks, target)
        return
    _add_join_table(entities, attribute, draft, table, target, is_list=is_list)


def _add_foreign(
    entities: Entities, attribute: Attribute, draft: Draft, marks: list[dict[str, Any]],
    target: Declared | None,
) -> None:  # fmt: skip
    """Keep the column that a list has in the table of what it lists."""
    pairs = _joined(entities, attribute.owner, attribute.name, marks, draft.declared)
    if target is None or len(pairs) != 1:
        return
    ((name, referred),) = pairs
    written = value(marks[0], "nullable")
    column = Column(
        name, referred.type if referred else None, is_true(written) if written else None
    )
    key = ForeignKey((name,), draft.name, (referred.name,) if referred else ())
    draft.foreign.append(((target.file, target.name), column, key))


def _add_join_table(
    entities: Entities, attribute: Attribute, draft: Draft, mark: dict[str, Any] | None,
    target: Declared | None, *, is_list: bool,
) -> None:  # fmt: skip
    owner = draft.declared
    naming = entities.naming(owner)
    other = table_name(entities, target) if target is not None else None
    written = value(mark, "name")
    own = entities.text(written, owner) if written else None
    default = f"{draft.name.rpartition('.')[2]}_{attribute.name if naming.is_spring else other}"
    name = naming.physical(own or (None if written or target is None else default))
    left = _joined(
        entities, owner, _inverse(attribute, target) or simple(owner.name),
        _inside(mark, "joinColumns"), owner,
    )  # fmt: skip
    right = _joined(
        entities, attribute.owner, attribute.name, _inside(mark, "inverseJoinColumns"), target
    )
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
            (_reference(left, draft.name), _reference(right, other)),
            whole=is_plain and is_set,
        )
    )  # fmt: skip


def _reference(pairs: list[tuple[str, Column | None]], table: str) -> ForeignKey:
    referred = [one.name for _, one in pairs if one is not None]
    return ForeignKey(
        tuple(name for name, _ in pairs), table,
        tuple(referred) if len(referred) == len(pairs) else (),
    )  # fmt: skip


def _inverse(attribute: Attribute, target: Declared | None) -> str | None:
    """Return the attribute on the other side that is mapped by this one."""
    for one in [*target.fact["fields"], *target.fact["methods"]] if target is not None else ():
        mark = note(one, "ManyToMany")
        by = value(mark, "mappedBy")
        if by and by[0] == "str" and by[1] == attribute.name:
            return str(one["name"])
    return None


def _add_elements(entities: Entities, attribute: Attribute, draft: Draft) -> None:
    """Add the table of plain values, or of what is held, that an attribute has several of."""
    owner, naming = draft.declared, entities.naming(draft.declared)
    mark = note(attribute.notes, "CollectionTable") or note(attribute.notes, "JoinTable")
    written = value(mark, "name")
    own = entities.text(written, owner) if written else None
    name = naming.physical(own or f"{simple(owner.name)}_{attribute.name}")
    left = _joined(
        entities, owner, simple(owner.name), _inside(mark, "joinColumns"), owner
    )
    arguments = attribute.kind[1]
    if name is None or (written and own is None) or not left or not arguments:
        draft.whole = False
        return
    inner = Draft(name, owner)
    for column, referred in left:
        inner.add(Column(column, referred.type if referred else None, nullable=False))
    element = attribute._replace(kind=arguments[-1], notes=_of_element(attribute))
    add_attribute(entities, element, inner, columns_overridden(attribute.notes))
    draft.joins.append(
        Table(
            name, attribute.owner.file, attribute.line, "jpa",
            f"{simple(owner.name)}.{attribute.name}", tuple(inner.columns.values()), (),
            (_reference(left, draft.name),), whole=False,
        )
    )  # fmt: skip


def _of_element(attribute: Attribute) -> dict[str, Any]:
    """Return the annotations of a collection that are those of its elements."""
    names = {"ElementCollection", "CollectionTable", "JoinTable", "Id"}
    notes = [one for one in attribute.notes["notes"] if simple(one["name"]) not in names]
    return {**attribute.notes, "notes": notes}

