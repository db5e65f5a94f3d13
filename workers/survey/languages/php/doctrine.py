"""Tables of Doctrine's entities: attributes and annotations, inheritance, embedded objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.languages.php.doctrine_columns import (
    Joined,
    Mapped,
    Options,
    column_of,
    joined_columns,
    options_of,
)
from workers.survey.languages.php.plurals import snake
from workers.survey.languages.php.values import Constants, Scope, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAPPING = "Doctrine\\ORM\\Mapping\\"
SOURCE = "doctrine"
_MOST_PARENTS = 20
_DEEPEST = 5
# What changes columns in ways that are not read here.
_OPEN = frozenset("AttributeOverrides AssociationOverrides AttributeOverride".split())


@dataclass
class Entities:
    """All classes with a mapping, by their full name."""

    constants: Constants
    classes: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def tables(self) -> Iterator[Table]:
        """Yield the tables of all entities, and those between them."""
        for name in sorted(self.classes):
            if self.is_a(name, "Entity") and not self.shares_table(name):
                yield self._table(name)
                yield from self._between(name)

    def is_a(self, name: str, word: str) -> bool:
        """Tell whether a class is an entity, a superclass, or to be embedded."""
        known = self.classes.get(name)
        if known is None:
            return False
        names = _names(word, name)
        return any(one[0] in names for one in known[1]["attributes"])

    def sharing(self) -> set[str]:
        """Return the files of entities that lie in their parent's table."""
        shared = (name for name in self.classes if self.is_a(name, "Entity"))
        return {self.classes[name][0] for name in shared if self.shares_table(name)}

    def attribute(self, declared: dict[str, Any], word: str) -> Options | None:
        """Return what an attribute says, None if it is not there."""
        return next(iter(self.attributes(declared, word)), None)

    def attributes(self, declared: dict[str, Any], word: str) -> list[Options]:
        """Return what all attributes of a name say."""
        owner = declared.get("owner") or declared["name"]
        scope, names = Scope(self.constants, "", owner), _names(word, owner)
        return [
            options_of(arguments, scope, line)
            for name, arguments, line in declared["attributes"]
            if name in names
        ]

    def parent_entity(self, name: str) -> str | None:
        """Return the nearest parent that is an entity."""
        current = self._parent(name)
        for _ in range(_MOST_PARENTS):
            if not current or self.is_a(current, "Entity"):
                return current
            current = self._parent(current)
        return None

    def _parent(self, name: str) -> str | None:
        known = self.classes.get(name)
        return known[1]["parent"] if known else None

    def root(self, name: str) -> str:
        """Return the first entity of an inheritance."""
        for _ in range(_MOST_PARENTS):
            parent = self.parent_entity(name)
            if not parent:
                break
            name = parent
        return name

    def inheritance(self, name: str) -> str:
        """Return how entities below a root are kept: '' where nothing says it."""
        known = self.classes.get(self.root(name))
        says = self.attribute(known[1], "InheritanceType") if known else None
        return says.text("value", 0).upper() if says else ""

    def shares_table(self, name: str) -> bool:
        """Tell whether an entity lies in the table of its parent."""
        return self.parent_entity(name) is not None and self.inheritance(name) == "SINGLE_TABLE"

    def table_name(self, name: str) -> str:
        """Return the name of an entity's table."""
        if self.shares_table(name):
            return self.table_name(self.root(name))
        known = self.classes.get(name)
        says = self.attribute(known[1], "Table") if known else None
        own = says.text("name", 0).strip('`"[]') if says else ""
        schema = says.text("schema", 1) if says else ""
        written = own or snake(name.rpartition("\\")[2])
        return f"{schema}.{written}" if schema else written

    def keys(self, name: str) -> list[str]:
        """Return the columns of an entity's primary key."""
        mapped, _ = self.mapped(name)
        return [one.column.name for one in mapped if one.column and one.column.primary_key] or [
            "id"
        ]

    def mapped(self, name: str) -> tuple[list[Mapped], bool]:
        """Return what the properties of a class and its superclasses declare; is it whole?"""
        listed: list[Mapped] = []
        is_whole = True
        for owner, shares in self._owners(name):
            known = self.classes.get(owner)
            if known is None:
                is_whole = False
                continue
            if any(one[0].removeprefix(MAPPING) in _OPEN for one in known[1]["attributes"]):
                is_whole = False
            for declared in known[1]["properties"]:
                found_parts, is_known = self._property(declared, 0)
                listed += [one.nullable() for one in found_parts] if shares else found_parts
                is_whole = is_whole and is_known
        return _each_once(listed), is_whole

    def _owners(self, name: str) -> Iterator[tuple[str, bool]]:
        """Yield the classes whose properties lie in a table, and whether a child shares it."""
        current: str | None = name
        for _ in range(_MOST_PARENTS):
            if not current or (current != name and self._ends(name, current)):
                break
            yield current, False
            known = self.classes.get(current)
            for trait in known[1]["traits"] if known else ():
                yield from self._traits(trait, 0)
            current = known[1]["parent"] if known else None
        if self.inheritance(name) == "SINGLE_TABLE":
            for other in sorted(self.classes):
                if other != name and self.is_a(other, "Entity") and self.root(other) == name:
                    yield other, True

    def _traits(self, trait: str, depth: int) -> Iterator[tuple[str, bool]]:
        yield trait, False
        known = self.classes.get(trait)
        for inner in known[1]["traits"] if known and depth < _DEEPEST else ():
            yield from self._traits(inner, depth + 1)

    def _ends(self, name: str, parent: str) -> bool:
        """Tell whether a parent has a table of its own, which its children do not repeat."""
        return self.is_a(parent, "Entity") and self.inheritance(name) in {"JOINED", ""}

    def _property(self, declared: dict[str, Any], depth: int) -> tuple[list[Mapped], bool]:
        """Return the columns of a property."""
        plain = self.attribute(declared, "Column")
        is_id = self.attribute(declared, "Id") is not None
        if plain is not None:
            return [column_of(declared, plain, is_id=is_id)], True
        embedded = self.attribute(declared, "Embedded")
        if embedded is not None and depth < _DEEPEST:
            return self._embedded(declared, embedded, depth)
        for word in ("ManyToOne", "OneToOne"):
            relation = self.attribute(declared, word)
            if relation is not None and not relation.text("mappedBy"):
                target = self.target(declared, relation)
                joins = self.attributes(declared, "JoinColumn")
                nested = self.attribute(declared, "JoinColumns")
                joins += nested.nested("value", 0) if nested else []
                referred = self._key_of(target, declared)
                what = Joined(declared, referred, self.table_name(target) if target else "")
                parts = joined_columns(what, joins, is_id=is_id, is_one=word == "OneToOne")
                return parts, bool(target)
        return [], True

    def _key_of(self, target: str, declared: dict[str, Any]) -> str:
        """Return the column that a relation refers to where it does not say which."""
        if not target or target not in self.classes or target == declared.get("owner"):
            return "id"
        for owner, _ in self._owners(self.root(target)):
            known = self.classes.get(owner)
            for each in known[1]["properties"] if known else ():
                if self.attribute(each, "Id") and (says := self.attribute(each, "Column")):
                    return says.text("name", 0).strip("`") or snake(each["name"])
        return "id"

    def target(self, declared: dict[str, Any], relation: Options) -> str:
        """Return the entity that a relation is to: what it says, or the property's type."""
        written = relation.text("targetEntity", 0)
        if not written:
            kind = declared["class"]
            return kind if kind in self.classes else ""
        if written in self.classes or "\\" in written:
            return written
        namespace = declared.get("owner", "").rpartition("\\")[0]
        return f"{namespace}\\{written}" if namespace else written

    def _embedded(
        self, declared: dict[str, Any], says: Options, depth: int
    ) -> tuple[list[Mapped], bool]:
        name = says.text("class", 0) or declared["class"]
        known = self.classes.get(name)
        if known is None:
            return [], False
        prefix = snake(declared["name"]) + "_"
        if says.has("columnPrefix"):
            prefix = says.text("columnPrefix", 1)
        listed: list[Mapped] = []
        is_whole = True
        for inner in known[1]["properties"]:
            parts, is_known = self._property(inner, depth + 1)
            listed += [part.prefixed(prefix) for part in parts]
            is_whole = is_whole and is_known
        return listed, is_whole

    def _table(self, name: str) -> Table:
        file, declared = self.classes[name]
        mapped, is_whole = self.mapped(name)
        columns = [one.column for one in mapped if one.column]
        keys = [one.key for one in mapped if one.key]
        parent = self.parent_entity(name)
        if parent and self.inheritance(name) in {"JOINED", ""}:
            mine = self.keys(self.root(name))
            own = {one.name for one in columns}
            columns = [
                Column(one, None, nullable=False, primary_key=True)
                for one in mine
                if one not in own
            ] + columns
            keys.append(ForeignKey(tuple(mine), self.table_name(parent), tuple(mine), "CASCADE"))
        columns += self._discriminator(name, declared)
        indexes, are_known = self._indexes(declared, mapped)
        return Table(
            self.table_name(name), file, declared["line"], SOURCE, name.rpartition("\\")[2],
            tuple(columns), tuple(indexes), tuple(keys), whole=is_whole and are_known,
        )  # fmt: skip

    def _discriminator(self, name: str, declared: dict[str, Any]) -> list[Column]:
        if self.root(name) != name or self.inheritance(name) not in {"SINGLE_TABLE", "JOINED"}:
            return []
        says = self.attribute(declared, "DiscriminatorColumn")
        length = says.words("length") if says else None
        kind = (says.text("type", 1) if says else "") or "string"
        return [
            Column(
                (says.text("name", 0) if says else "") or "dtype",
                f"{kind}({length or 255})" if kind == "string" else kind,
                nullable=False,
            )
        ]

    def _indexes(self, declared: dict[str, Any], mapped: list[Mapped]) -> tuple[list[Index], bool]:
        """Return the indexes of a class, in its table's attribute or beside it."""
        table = self.attribute(declared, "Table")
        by_field = {one.field: one.column.name for one in mapped if one.column}
        indexes: list[Index] = []
        is_whole = True
        for word, option, unique in (
            ("Index", "indexes", False), ("UniqueConstraint", "uniqueConstraints", True)
        ):  # fmt: skip
            listed = self.attributes(declared, word)
            listed += table.nested(option, 99) if table else []
            for says in listed:
                columns = texts_of(says.worth("columns", 1))
                fields = texts_of(says.worth("fields", 2)) or []
                columns = columns or [by_field.get(one, snake(one)) for one in fields]
                if columns:
                    names = tuple(one.strip("`") for one in columns)
                    indexes.append(Index(says.text("name", 0) or None, names, unique))
                else:
                    is_whole = False
        return indexes, is_whole

    def _between(self, name: str) -> Iterator[Table]:
        """Yield the tables of relations of many to many that an entity owns."""
        file, _ = self.classes[name]
        for owner, _ in self._owners(name):
            known = self.classes.get(owner)
            for declared in known[1]["properties"] if known else ():
                relation = self.attribute(declared, "ManyToMany")
                if relation is None or relation.text("mappedBy", 1):
                    continue
                target = self.target(declared, relation)
                if target:
                    yield self._join_table(name, (known[0] if known else file), declared, target)

    def _join_table(self, name: str, file: str, declared: dict[str, Any], target: str) -> Table:
        says = self.attribute(declared, "JoinTable")
        own, other = (snake(one.rpartition("\\")[2]) for one in (name, target))
        written = (says.text("name", 0).strip("`") if says else "") or f"{own}_{other}"
        columns: list[Column] = []
        keys: list[ForeignKey] = []
        sides = (
            (name, own, "JoinColumn", "joinColumns"),
            (target, other, "InverseJoinColumn", "inverseJoinColumns"),
        )
        for entity, short, word, option in sides:
            joins = (says.nested(option) if says else []) or self.attributes(declared, word)
            referred = self._key_of(entity, declared) if entity != name else self.keys(name)[0]
            ending = referred
            if name == target:  # a relation of a class to itself
                ending = "target" if word == "InverseJoinColumn" else "source"
            made = self._side(entity, joins, (f"{short}_{ending}", referred))
            columns += [
                Column(one.columns[0], None, nullable=False, primary_key=True) for one in made
            ]
            keys += made
        model = f"{name.rpartition(chr(92))[2]}.{declared['name']}"
        return Table(
            written, file, declared["line"], SOURCE, model, tuple(columns), (), tuple(keys)
        )

    def _side(
        self, entity: str, joins: list[Options], default: tuple[str, str]
    ) -> list[ForeignKey]:
        """Return the keys of one side of a table between two: a key for each of its columns."""
        keys: list[ForeignKey] = []
        for join in joins or [Options({}, [], 0)]:
            column = join.text("name", 0).strip("`") or default[0]
            referred = join.text("referencedColumnName", 1) or default[1]
            action = join.text("onDelete") or (None if joins else "CASCADE")
            keys.append(ForeignKey((column,), self.table_name(entity), (referred,), action))
        return keys


def _names(word: str, owner: str) -> tuple[str, str]:
    """Return what an attribute may be called in a class; old annotations needed no import."""
    namespace = owner.rpartition("\\")[0]
    return MAPPING + word, f"{namespace}\\{word}" if namespace else word


def _key_column(name: str) -> Column:
    return Column(name, None, nullable=False, primary_key=True)


def _each_once(listed: list[Mapped]) -> list[Mapped]:
    """Return the first of what has the same column: a class comes before what it inherits."""
    seen: set[str] = set()
    kept_parts: list[Mapped] = []
    for mapped in listed:
        name = mapped.column.name.lower() if mapped.column else ""
        if not name or name not in seen:
            kept_parts.append(mapped)
        seen.add(name)
    return kept_parts


def entities(files: Mapping[str, dict[str, Any]], constants: Constants) -> Entities:
    """Return the classes of files that hold a mapping, or may be inherited from."""
    known = Entities(constants)
    for file, source in files.items():
        for declared in source["classes"]:
            name = declared["name"]
            properties = [{**one, "owner": name} for one in declared["properties"]]
            if name:
                known.classes.setdefault(name, (file, {**declared, "properties": properties}))
    return known
