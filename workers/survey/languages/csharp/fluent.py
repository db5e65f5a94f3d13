"""What the fluent interface of EF Core says of entities, in contexts and configurations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.languages.csharp.expressions import plain_type
from workers.survey.languages.csharp.names import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.csharp.expressions import Statement, Value
    from workers.survey.languages.csharp.names import Names, Place

_ACTIONS = {
    "Cascade": "CASCADE",
    "SetNull": "SET NULL",
    "Restrict": "RESTRICT",
    "NoAction": "NO ACTION",
}
_DEEPEST = 20
# After these a chain goes on with the entity.
_GO_ON = frozenset({"ToTable", "Ignore", "HasNoKey", "ToView"})


@dataclass
class Told:
    """What is said of one entity; properties by their names.

    A reference is the entity that it leads to or the property that does, its properties, and what
    a delete does.
    """

    table: str | None = None
    schema: str | None = None
    is_table: bool = True
    is_known: bool = True
    ignored: set[str] = field(default_factory=set)
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: list[str] = field(default_factory=list)
    indexes: list[tuple[list[str], bool, str | None]] = field(default_factory=list)
    references: list[tuple[str, list[str], str | None]] = field(default_factory=list)


@dataclass
class Fluent:
    """Collects what is said of entities, by the names of their classes."""

    names: Names
    told: dict[str, Told] = field(default_factory=dict)
    schema: str | None = None

    def configuration(self, place: Place) -> None:
        """Take in a class that configures one entity."""
        for base in place.type["bases"]:
            name, _, rest = base.partition("<")
            if plain_type(name) != "IEntityTypeConfiguration":
                continue
            entity = plain_type(rest.rstrip("> "))
            for method in place.type["methods"]:
                if method["name"] == "Configure" and method["parameters"]:
                    own = method["parameters"][0][0]
                    self._statements(method["body"] or [], {own: entity}, place, 0)

    def context(self, place: Place) -> None:
        """Take in what a context says when its model is made."""
        for method in place.type["methods"]:
            if method["name"] == "OnModelCreating":
                self._statements(method["body"] or [], {}, place, 0)

    def _statements(
        self, body: list[Statement], known: dict[str, str], place: Place, depth: int
    ) -> None:
        """Take in what a body says; `known` are the builders of entities by their names."""
        for statement in body if depth <= _DEEPEST else ():
            chain = list(_chain(statement[2] if statement[0] == "let" else statement[1]))
            if not chain:
                continue
            start = chain[0]
            entity = known.get(start[1][1]) if start[1] and start[1][0] == "n" else None
            if start[2] == "HasDefaultSchema":
                self.schema = self.names.text(argument(start[4], 0, "schema"), place)
            if entity is None and start[2] == "Entity" and start[3]:
                entity = plain_type(start[3][0])
                self._inside(start[4], entity, place, depth)
                if statement[0] == "let":
                    known[statement[1]] = entity
                chain = chain[1:]
            if entity is not None and chain:
                self._entity(self.told.setdefault(entity, Told()), chain, place)

    def _inside(self, passed: list[list[Any]], entity: str, place: Place, depth: int) -> None:
        """Take in the lambda of `Entity<T>(b => ...)`."""
        for _, value in passed:
            if value and value[0] == "fn" and value[1]:
                self._statements(value[2], {value[1][0][0]: entity}, place, depth + 1)

    def _entity(self, mapping: Told, chain: list[list[Any]], place: Place) -> None:
        """Take in one chain of calls on the builder of an entity."""
        name, passed = chain[0][2], chain[0][4]
        if name in _GO_ON and len(chain) > 1:
            self._entity(mapping, chain[:1], place)
            self._entity(mapping, chain[1:], place)
            return
        first = argument(passed, 0, "name", "keyexpression")
        if name == "ToTable":
            self._table(mapping, passed, place)
        elif name in {"ToView", "ToSqlQuery", "ToFunction", "HasNoKey"}:
            mapping.is_table = False
        elif name in {"Ignore", "OwnsOne", "OwnsMany", "ComplexProperty"}:
            mapping.ignored |= set(_picked(first))
        elif name == "HasKey":
            mapping.key = _picked(first)
        elif name == "Property":
            self._property(mapping, chain, place)
        elif name == "HasIndex":
            self._index(mapping, chain, place)
        elif name == "HasOne":
            self._reference(mapping, chain)

    def _table(self, mapping: Told, passed: list[list[Any]], place: Place) -> None:
        first, schema = argument(passed, 0, "name"), argument(passed, 1, "schema")
        mapping.table = self.names.text(first, place)
        mapping.is_known = mapping.table is not None or (first or ["fn"])[0] == "fn"
        if schema and schema[0] != "fn":
            mapping.schema = self.names.text(schema, place)
            mapping.is_known = mapping.is_known and mapping.schema is not None

    def _index(self, mapping: Told, chain: list[list[Any]], place: Place) -> None:
        unique = any(call[2] == "IsUnique" and not _is_false(call) for call in chain)
        called = next((call for call in chain if call[2] == "HasDatabaseName"), None)
        own = self.names.text(argument(called[4], 0), place) if called else None
        mapping.indexes.append((_picked(argument(chain[0][4], 0)), unique, own))

    def _property(self, mapping: Told, chain: list[list[Any]], place: Place) -> None:
        names = _picked(argument(chain[0][4], 0, "propertyexpression"))
        if len(names) != 1:
            return
        changes = mapping.columns.setdefault(names[0], {})
        for call in chain[1:]:
            written = self.names.text(argument(call[4], 0), place)
            if call[2] == "HasColumnName":
                changes["name"] = written
            elif call[2] == "HasColumnType":
                changes["type"] = written
            elif call[2] == "HasConversion":
                changes["converted"] = True
            elif call[2] == "IsRequired":
                changes["nullable"] = _is_false(call)

    @staticmethod
    def _reference(mapping: Told, chain: list[list[Any]]) -> None:
        types = chain[0][3]
        to = plain_type(types[0]) if types else next(iter(_picked(argument(chain[0][4], 0))), "")
        calls = {one[2]: one for one in chain}
        by = calls.get("HasForeignKey")
        columns = _picked(argument(by[4], 0)) if by else []
        if not to or not columns or "WithMany" not in calls:
            return
        action = argument(calls["OnDelete"][4], 0) if "OnDelete" in calls else None
        name = action[1].rpartition(".")[2] if action and action[0] == "n" else ""
        mapping.references.append((to, columns, _ACTIONS.get(name)))


def _chain(value: Value) -> Iterator[list[Any]]:
    """Yield the calls of a chain, the first one first."""
    calls: list[list[Any]] = []
    while value and value[0] == "call":
        calls.append(value)
        value = value[1]
    yield from reversed(calls)


def _picked(value: Value) -> list[str]:
    """Return the properties of `x => x.Id`, `x => new { x.A, x.B }` and `"Id"`."""
    if value and value[0] == "s":
        return [value[1]]
    names: list[str] = []
    for statement in value[2] if value and value[0] == "fn" else []:
        made = statement[1] if statement[0] == "return" else None
        listed = [one[1] for one in made[1]] if made and made[0] == "obj" else [made]
        names += [one[1].partition(".")[2] for one in listed if one and one[0] == "n"]
    return [name for name in names if name and "." not in name]


def _is_false(call: list[Any]) -> bool:
    return bool(call[4]) and call[4][0][1] == ["b", False]
