"""Columns that refer to another entity's table: what an attribute of one entity is stored in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Column, ForeignKey
from workers.survey.languages.jvm.declarations import listed, note, simple, value
from workers.survey.languages.jvm.jpa_columns import COLLECTIONS, is_true, table_name

if TYPE_CHECKING:
    from workers.survey.languages.jvm.drafts import Draft, Mapper
    from workers.survey.languages.jvm.entities import Attribute, Entities
    from workers.survey.languages.jvm.program import Declared

Marks = list[dict[str, Any]]
Pairs = list[tuple[str, Column | None]]  # columns, each with what it refers to


class Side(NamedTuple):
    """One side of an association: whose names are written how, and what it refers to."""

    owner: Declared
    prefix: str
    marks: Marks
    target: Declared | None


def join_columns(notes: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    """Return the annotations of columns that join, several in one as well."""
    single, plural = names
    several = listed(value(note(notes, plural), "value"))
    marks = [one[1] for one in several if one and one[0] == "note"]
    return marks or [one for one in notes["notes"] if simple(one["name"]) == single]


def inside(mark: dict[str, Any] | None, name: str) -> list[dict[str, Any]]:
    """Return the annotations that stand in another one under a name."""
    return [one[1] for one in listed(value(mark, name)) if one and one[0] == "note"]


def target_of(
    entities: Entities, attribute: Attribute, mark: dict[str, Any] | None
) -> Declared | None:
    """Return the entity that an attribute refers to: of a list or a map what is in it."""
    written = value(mark, "targetEntity")
    if written and written[0] == "type":
        return entities.entity(str(written[1]), attribute.owner)
    name, arguments, _ = attribute.kind
    inner = arguments[-1][0] if name in COLLECTIONS and arguments else name
    return entities.entity(str(inner), attribute.owner)


def add_one(mapper: Mapper, attribute: Attribute, draft: Draft) -> None:
    """Add the columns of an attribute that refers to one entity."""
    mark = note(attribute.notes, "ManyToOne", "OneToOne")
    if value(mark, "mappedBy") is not None:
        return
    marks = join_columns(attribute.notes, "JoinColumn", "JoinColumns")
    target = target_of(mapper.entities, attribute, mark)
    side = Side(attribute.owner, attribute.name, marks, target)
    is_elsewhere = note(attribute.notes, "JoinTable", "PrimaryKeyJoinColumn") is not None
    pairs = [] if is_elsewhere else joined(mapper, side)
    if not pairs:
        draft.whole = False
        return
    is_derived = note(attribute.notes, "Id", "MapsId") is not None
    if simple(mark["name"] if mark else "") == "OneToOne" and not is_derived:
        draft.whole = draft.whole and any(value(each, "unique") is not None for each in marks)
    for position, pair in enumerate(pairs):
        own = marks[position] if position < len(marks) else None
        column = _column(attribute, pair, own, is_derived=is_derived)
        # A column that is written by another attribute is declared there.
        if pair[0] not in draft.columns or value(own, "insertable") is None:
            draft.add(column)
        draft.by_attribute[attribute.name] = pair[0]
    if note(attribute.notes, "MapsId") is not None:
        _share_key(attribute, draft, {name for name, _ in pairs})
    _add_key(mapper.entities, attribute, draft, pairs, side)


def _column(
    attribute: Attribute,
    pair: tuple[str, Column | None],
    mark: dict[str, Any] | None,
    *,
    is_derived: bool,
) -> Column:
    name, referred = pair
    written = value(mark, "nullable")
    optional = value(note(attribute.notes, "ManyToOne", "OneToOne"), "optional")
    is_null = is_true(written) if written is not None else None
    is_required = bool(optional) and not is_true(optional)
    if is_derived or is_required or note(attribute.notes, "NotNull") is not None:
        is_null = False
    kind = referred.type if referred is not None else None
    return Column(name, kind, is_null, is_derived, is_true(value(mark, "unique")))


def _add_key(
    entities: Entities, attribute: Attribute, draft: Draft, pairs: Pairs, side: Side
) -> None:
    table = table_name(entities, side.target) if side.target is not None else None
    free = [each for each in side.marks if "ConstraintMode" in str(value(each, "foreignKey"))]
    if table is None or free:
        draft.whole = False
        return
    action = value(note(attribute.notes, "OnDelete"), "action")
    on_delete = simple(str(action[1])).replace("_", " ") if action else None
    draft.keys.append(reference(pairs, table, on_delete))


def reference(pairs: Pairs, table: str, on_delete: str | None = None) -> ForeignKey:
    """Return the key that columns are, with what they refer to where all of that is known."""
    referred = [each.name for _, each in pairs if each is not None]
    known = tuple(referred) if len(referred) == len(pairs) else ()
    return ForeignKey(tuple(name for name, _ in pairs), table, known, on_delete)


def _share_key(attribute: Attribute, draft: Draft, names: set[str]) -> None:
    """Leave out the columns of a key that is stored in the columns of an association."""
    written = value(note(attribute.notes, "MapsId"), "value")
    wanted = str(written[1]) if written and written[0] == "str" else None
    for path, column in list(draft.by_attribute.items()):
        is_meant = path.rpartition(".")[2] == wanted if wanted else True
        is_key = column in draft.columns and draft.columns[column].primary_key
        if is_key and is_meant and column not in names:
            del draft.columns[column]
            del draft.by_attribute[path]


def joined(mapper: Mapper, side: Side) -> Pairs:
    """Return the columns that refer to an entity; none where a name of them is not known."""
    entities, marks = mapper.entities, side.marks
    keys = mapper.key_of(side.target)
    if marks and len(marks) != len(keys or marks):
        return []
    pairs: Pairs = []
    for position in range(len(marks) or len(keys or [])):
        mark = marks[position] if marks else None
        referred = _referred(entities, side, keys or [], position)
        written = value(mark, "name")
        own = entities.text(written, side.owner) if written else None
        if own is None and (written or referred is None):
            return []
        default = f"{side.prefix}_{referred.name if referred else ''}"
        name = entities.naming(side.owner).physical(own or default)
        if name is None:
            return []
        pairs.append((name, referred))
    return pairs


def _referred(entities: Entities, side: Side, keys: list[Column], position: int) -> Column | None:
    mark = side.marks[position] if side.marks else None
    written = value(mark, "referencedColumnName")
    if written:
        own = entities.naming(side.owner).physical(entities.text(written, side.owner))
        known = next((each for each in keys if each.name == own), None)
        return known or (Column(own) if own else None)
    is_sure = position < len(keys) and (len(keys) == 1 or mark is None)
    return keys[position] if is_sure else None
