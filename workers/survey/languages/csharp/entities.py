"""Tables that classes of EF Core say where no migration does: never the whole of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, NotUnderstood, Table
from workers.survey.languages.csharp.expressions import plain_type
from workers.survey.languages.csharp.fluent import Fluent, Told
from workers.survey.languages.csharp.names import argument
from workers.survey.tables.replay import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from workers.survey.languages.csharp.names import Names, Place

_VALUES = frozenset(
    "int long short byte sbyte uint ulong ushort bool decimal double float char Guid DateTime"
    " DateTimeOffset DateOnly TimeOnly TimeSpan Int32 Int64 Int16 Boolean Decimal Double".split()
)
_REFERENCES = frozenset({"string", "String", "byte[]", "Byte[]"})
_NO_TABLES = frozenset({"NotMapped", "Keyless", "Owned", "ComplexType"})


@dataclass
class Entities:
    """Finds the tables of contexts that have no migrations."""

    names: Names
    enums: frozenset[str]
    has_conventions: bool = False
    tables: list[Table] = field(default_factory=list)
    missed: list[NotUnderstood] = field(default_factory=list)

    def find(self, migrated: AbstractSet[str]) -> None:
        """Go through all contexts; `migrated` are those that have migrations."""
        for place in self.names.places:
            if place.type["kind"] != "class" or place.type["name"] in migrated:
                continue
            chain = [part for parts in self.names.chain(place) for part in parts]
            bases = [plain_type(base) for part in chain for base in part.type["bases"][:1]]
            if any(base in migrated for base in bases):
                continue
            if any(base.endswith("DbContext") and not self._is_own(base) for base in bases):
                self._context(place, chain)

    def _is_own(self, name: str) -> bool:
        return any(place.type["name"] == name for place in self.names.places)

    def _context(self, place: Place, chain: list[Place]) -> None:
        sets = [
            (one["name"], plain_type(one["type"].partition("<")[2].rstrip(">? ")), part)
            for part in chain
            for one in part.type["properties"]
            if plain_type(one["type"].partition("<")[0]) in {"DbSet", "IDbSet"}
        ]
        if not sets:
            return
        if self.has_conventions:
            reason = "tables of a context whose names are made by a convention"
            self.missed.append(NotUnderstood(place.file, place.type["line"], reason))
            return
        fluent = Fluent(self.names)
        for part in chain:
            fluent.context(part)
        for other in self.names.places:
            fluent.configuration(other)
        named = {entity: name for name, entity, _ in sets}
        tables = {entity: self._name(name, entity, place, fluent) for entity, name in named.items()}
        for entity in named:
            self._entity(entity, place, fluent, tables)

    def _name(self, name: str, entity: str, near: Place, fluent: Fluent) -> str | None:
        """Return the table of an entity; None where it has none, or its name is computed."""
        mapping = fluent.told.get(entity, Told())
        places = self.names.types(entity, near)
        if not mapping.is_table or not mapping.is_known or not places:
            return None
        own, schema = mapping.table, mapping.schema
        for part in places:
            for attribute, arguments, _ in part.type["attributes"]:
                if attribute in _NO_TABLES:
                    return None
                if attribute == "Table" and own is None:
                    own = self.names.text(argument(arguments, 0, "name"), part)
                    schema = self.names.text(_named(arguments, "Schema"), part) or schema
                    if own is None:
                        return None
        schema = schema or fluent.schema
        return plain(f"{schema}.{own or name}" if schema else own or name)

    def _entity(
        self, entity: str, near: Place, fluent: Fluent, tables: dict[str, str | None]
    ) -> None:
        name = tables[entity]
        places = self.names.types(entity, near)
        if name is None or not places:
            return
        chain = [part for parts in self.names.chain(places[0]) for part in parts]
        if any(part.type["name"] in tables for part in chain if part.type["name"] != entity):
            return  # it lies in the table of its base
        mapping = fluent.told.get(entity, Told())
        columns = {one["name"]: self._column(one, mapping, entity) for one in _properties(chain)}
        known = {own: column for own, column in columns.items() if column is not None}
        keys = list(self._keys(chain, mapping, known, tables))
        indexes = [
            Index(called, tuple(known[one].name for one in own), unique)
            for own, unique, called in mapping.indexes
            if own and all(one in known for one in own)
        ]
        first = places[0]
        self.tables.append(
            Table(
                name, first.file, first.type["line"], "efcore", entity,
                tuple(known.values()), tuple(indexes), tuple(keys),
            )
        )  # fmt: skip

    def _column(self, declared: dict[str, Any], mapping: Told, entity: str) -> Column | None:
        """Return the column of a property, None where it may have none."""
        name, written = declared["name"], declared["type"].replace(" ", "")
        marks = {attribute: arguments for attribute, arguments, _ in declared["attributes"]}
        if name in mapping.ignored or "NotMapped" in marks:
            return None
        bare = written.rstrip("?").rpartition(".")[2]
        is_value = bare in _VALUES or bare in self.enums
        if not (is_value or bare in _REFERENCES or name in mapping.columns):
            return None
        changes = mapping.columns.get(name, {})
        attribute = argument(marks.get("Column", []), 0, "name")
        own = changes.get("name") or (attribute[1] if attribute and attribute[0] == "s" else name)
        nullable = changes.get("nullable", _nullable(declared, marks, is_value=is_value))
        is_key = name in mapping.key if mapping.key else _is_key(name, entity, marks)
        kind = changes.get("type") or (None if "converted" in changes else written.rstrip("?"))
        return Column(own, kind, False if is_key else nullable, primary_key=is_key)

    def _keys(
        self,
        chain: list[Place],
        mapping: Told,
        known: dict[str, Column],
        tables: dict[str, str | None],
    ) -> Iterator[ForeignKey]:
        """Yield the references: what is said of them, else a property beside its `Id`."""
        types = {declared["name"]: plain_type(declared["type"]) for declared in _properties(chain)}
        done: set[tuple[str, ...]] = set()
        for to, own, action in mapping.references:
            table = tables.get(types.get(to, to))
            if table and all(declared in known for declared in own):
                columns = tuple(known[declared].name for declared in own)
                done.add(columns)
                yield ForeignKey(columns, table, (), action)
        for declared in _properties(chain):
            table = tables.get(types[declared["name"]])
            own_id = known.get(f"{declared['name']}Id")
            if (
                table
                and own_id
                and (own_id.name,) not in done
                and declared["name"] not in mapping.ignored
            ):
                yield ForeignKey((own_id.name,), table)


def _nullable(declared: dict[str, Any], marks: dict[str, Any], *, is_value: bool) -> bool | None:
    """Tell whether a property may be null; a reference without `?` depends on the project."""
    if "Required" in marks or "required" in declared["modifiers"]:
        return False
    if declared["type"].endswith("?"):
        return True
    return False if is_value else None


def _is_key(name: str, entity: str, marks: dict[str, Any]) -> bool:
    """Tell whether a property is a key without being called one."""
    return "Key" in marks or name.lower() in {"id", f"{entity.lower()}id"}


def _properties(chain: list[Place]) -> Iterator[dict[str, Any]]:
    """Yield what an entity and its bases may be stored by, each name once."""
    seen: set[str] = set()
    for part in chain:
        for declared in part.type["properties"]:
            is_stored = (
                declared["is_set"]
                and not declared["is_computed"]
                and "static" not in declared["modifiers"]
            )
            if is_stored and "public" in declared["modifiers"] and declared["name"] not in seen:
                seen.add(declared["name"])
                yield declared


def _named(arguments: list[list[Any]], wanted: str) -> Any:
    return next((value for name, value in arguments if name == wanted), None)
