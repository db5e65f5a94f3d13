"""Tables of entities of JPA: one an entity, or one for all below a root, and those that join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, NotUnderstood
from workers.survey.languages.jvm.declarations import listed, note, simple, value
from workers.survey.languages.jvm.drafts import Draft
from workers.survey.languages.jvm.jpa_attributes import add_attributes, key_of
from workers.survey.languages.jvm.jpa_columns import table_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.jvm.entities import Entities
    from workers.survey.languages.jvm.program import Declared
    from workers.survey.tables.history import Declarations

Key = tuple[str, str]


def add_tables(entities: Entities, declarations: Declarations) -> None:
    """Add the tables of all entities."""
    drafts: dict[Key, Draft] = {}
    listed_entities = [
        one for one in entities.program.all_classes() if entities.is_a(one, "Entity")
    ]
    roots = {_key(one): _root(entities, one) for one in listed_entities}
    for declared in listed_entities:
        root = roots[_key(declared)]
        strategy = entities.strategy(root)
        if note(declared.fact, "Subselect") is not None:  # a query, and no table
            declarations.understood.add(declared.file)
            continue
        is_root = root == declared
        if strategy == "SINGLE_TABLE" and not is_root:
            continue
        if strategy == "TABLE_PER_CLASS" and "abstract" in declared.fact["modifiers"]:
            declarations.understood.add(declared.file)
            continue
        name = table_name(entities, declared)
        if name is None:
            reason = f"a table of {simple(declared.name)} whose name is not known"
            declarations.not_understood.append(
                NotUnderstood(declared.file, declared.fact["line"], reason)
            )
            continue
        drafts[_key(declared)] = _draft(entities, declared, root, strategy, name)
    for declared in listed_entities:
        root = roots[_key(declared)]
        if root != declared and entities.strategy(root) == "SINGLE_TABLE":
            declarations.understood.add(declared.file)
            _add_to_root(entities, declared, drafts.get(_key(root)))
    _add_foreign(drafts)
    for draft in drafts.values():
        declarations.declared += [draft.table(), *draft.joins]


def _key(declared: Declared) -> Key:
    return declared.file, declared.name


def _root(entities: Entities, declared: Declared) -> Declared:
    """Return the entity at the top of an entity's inheritance."""
    root = declared
    for _ in range(20):
        above = entities.parent(root)
        if above is None or above == declared:
            break
        root = above
    return root


def _draft(
    entities: Entities, declared: Declared, root: Declared, strategy: str, name: str
) -> Draft:
    draft = Draft(name, declared)
    draft.whole = entities.above(declared)[1] and not _has_more(declared)
    if entities.settings.uses(declared.file, "liquibase"):
        draft.whole = False  # its changes, which add indexes as well, are not read
    is_joined = strategy == "JOINED" and root != declared
    if is_joined:
        _add_key_of_parent(entities, declared, draft)
        lineage = entities.own_lineage(declared)
    else:
        lineage = _whole_lineage(entities, declared)
    add_attributes(entities, declared, lineage, draft)
    if strategy in {"SINGLE_TABLE", "JOINED"} and root == declared:
        _add_discriminator(entities, declared, draft)
    _add_indexes(entities, declared, draft)
    return draft


def _has_more(declared: Declared) -> bool:
    """Tell whether an entity has what is not read: other tables, columns of others' annotations."""
    names = ("SecondaryTable", "SecondaryTables", "AssociationOverride", "AssociationOverrides",
             "Access", "Audited", "IdClass")  # fmt: skip
    return note(declared.fact, *names) is not None


def _whole_lineage(entities: Entities, declared: Declared) -> list[Declared]:
    """Return an entity with all classes above it of which it has the columns, top first."""
    above = [
        one for one in entities.above(declared)[0]
        if entities.is_a(one, "MappedSuperclass") or entities.is_a(one, "Entity")
    ]  # fmt: skip
    return [*above[::-1], declared]


def _add_key_of_parent(entities: Entities, declared: Declared, draft: Draft) -> None:
    """Add the key that a joined table shares with that of the entity above."""
    parent = entities.parent(declared)
    keys = key_of(entities, parent) if parent is not None else None
    table = table_name(entities, parent) if parent is not None else None
    if not keys or table is None:
        draft.whole = False
        return
    mark = note(declared.fact, "PrimaryKeyJoinColumn")
    own = entities.text(value(mark, "name"), declared)
    for key in keys:
        name = entities.naming(declared).physical(own) if own and len(keys) == 1 else key.name
        if name is None:
            draft.whole = False
            continue
        draft.add(Column(name, key.type, nullable=False, primary_key=True))
        draft.keys.append(ForeignKey((name,), table, (key.name,)))


def _add_discriminator(entities: Entities, declared: Declared, draft: Draft) -> None:
    """Add the column that tells the entities of one table apart; of joined ones only if asked."""
    mark = note(declared.fact, "DiscriminatorColumn")
    is_asked = mark is not None
    if note(declared.fact, "DiscriminatorFormula") is not None:
        draft.whole = False
        return
    has_below = note(declared.fact, "Inheritance") is not None
    is_single = entities.strategy(declared) == "SINGLE_TABLE"
    if not is_asked and not (is_single and has_below):
        return
    own = entities.text(value(mark, "name"), declared)
    name = entities.naming(declared).physical(own or "DTYPE")
    if name is not None:
        kind = value(mark, "discriminatorType")
        is_number = bool(kind) and kind is not None and str(kind[1]).endswith("INTEGER")
        draft.add(Column(name, "Integer" if is_number else "String", nullable=False))


def _add_to_root(entities: Entities, declared: Declared, draft: Draft | None) -> None:
    """Add the columns of an entity to the table that it shares with the one above."""
    if draft is None:
        return
    if note(draft.declared.fact, "Inheritance", "DiscriminatorColumn") is None:
        name = entities.naming(draft.declared).physical("DTYPE")
        if name is not None:
            draft.add(Column(name, "String", nullable=False))
    before = set(draft.columns)
    own, is_whole = draft.whole, entities.above(declared)[1]
    add_attributes(entities, declared, entities.own_lineage(declared), draft)
    draft.whole = draft.whole and own and is_whole
    draft.leave_open(draft.columns.keys() - before)


def _add_indexes(entities: Entities, declared: Declared, draft: Draft) -> None:
    mark = note(declared.fact, "Table")
    for part in listed(value(mark, "uniqueConstraints")):
        columns = listed(value(part[1], "columnNames")) if part and part[0] == "note" else []
        names = [entities.text(one, declared) for one in columns]
        _add_index(entities, declared, draft, names, part, is_unique=True)
    for part in listed(value(mark, "indexes")):
        text = entities.text(value(part[1], "columnList"), declared) if part else None
        names = list(_columns_of(text)) if text else [None]
        unique = value(part[1], "unique") if part and part[0] == "note" else None
        is_unique = bool(unique) and unique is not None and unique[1] == "true"
        _add_index(entities, declared, draft, names, part, is_unique=is_unique)


def _columns_of(text: str) -> Iterator[str | None]:
    """Yield the columns of `a, b DESC`."""
    for part in text.split(","):
        words = part.split()
        yield words[0] if words else None


def _add_index(
    entities: Entities, declared: Declared, draft: Draft, names: list[Any], part: Any,
    *, is_unique: bool,
) -> None:  # fmt: skip
    """Add an index whose columns are named as the database has them, or as attributes."""
    naming = entities.naming(declared)
    columns = [
        draft.by_attribute.get(one) or naming.physical(one) if one else None for one in names
    ]
    if not columns or None in columns or not {*columns} <= draft.columns.keys():
        draft.whole = False
        return
    own = entities.text(value(part[1], "name"), declared)
    draft.indexes.append(Index(own, tuple(str(one) for one in columns), is_unique))


def _add_foreign(drafts: dict[Key, Draft]) -> None:
    """Add the columns that the lists of other entities keep in a table."""
    for draft in drafts.values():
        for key, column, foreign in draft.foreign:
            target = drafts.get(key)
            if target is None:
                continue
            if column.name not in target.columns:
                target.add(column)
            if all(one.columns != foreign.columns for one in target.keys):
                target.keys.append(foreign)
