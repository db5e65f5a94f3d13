"""Entities of JPA as data: which classes are one, what they inherit, their attributes in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.jvm.declarations import note, simple, value
from workers.survey.languages.jvm.naming import Naming, naming_of
from workers.survey.languages.jvm.program import Program, Scope, module_of

if TYPE_CHECKING:
    from workers.survey.found import Column
    from workers.survey.languages.jvm.program import Declared
    from workers.survey.languages.jvm.settings import Settings

PACKAGES = ("javax.persistence", "jakarta.persistence")
PERSISTENT = ("Entity", "MappedSuperclass", "Embeddable")
# Classes of libraries that add no column but those that are known.
LIBRARY_KEYS = {"PanacheEntity": "Long"}
EMPTY_ABOVE = frozenset(
    "Serializable Comparable Cloneable PanacheEntityBase Persistable UserDetails Object Any"
    " java.io.Serializable GrantedAuthority PanacheMongoEntityBase Principal RepresentationModel"
    " ReactivePanacheEntityBase".split()
)
_MOST_ABOVE = 30


class Attribute(NamedTuple):
    """A field or a getter that is stored: its annotations are those of whichever JPA looks at."""

    name: str
    kind: list[Any]
    notes: dict[str, Any]  # what `note` takes
    line: int
    owner: Declared


@dataclass
class Entities:
    """The classes that are stored, of all files."""

    program: Program
    settings: Settings
    strategies: dict[str, set[str]] = field(default_factory=dict)  # by module
    namings: dict[str, Naming] = field(default_factory=dict)
    keys: dict[tuple[str, str], list[Column] | None] = field(default_factory=dict)

    def naming(self, declared: Declared) -> Naming:
        """Return how the names of a class are written."""
        module = module_of(declared.file)
        if module not in self.namings:
            own = self.strategies.get(module)
            mentioned = own if own is not None else set().union(*self.strategies.values())
            self.namings[module] = naming_of(declared.file, self.settings, set(mentioned))
        return self.namings[module]

    def is_a(self, declared: Declared, name: str) -> bool:
        """Tell whether a class has an annotation of JPA."""
        mark = note(declared.fact, name)
        scope = Scope(declared.file, declared.name)
        return mark is not None and self.program.is_imported(mark["name"], scope, *PACKAGES)

    def find(self, name: str, near: Declared) -> Declared | None:
        """Return the class that a type means, seen from another class."""
        return self.program.find(name, Scope(near.file, near.name)) if name else None

    def entity(self, name: str, near: Declared) -> Declared | None:
        """Return the entity that a type means."""
        declared = self.find(name, near)
        return declared if declared is not None and self.is_a(declared, "Entity") else None

    def embeddable(self, name: str, near: Declared) -> Declared | None:
        """Return the class that a type means if others hold its attributes."""
        declared = self.find(name, near)
        return declared if declared is not None and self.is_a(declared, "Embeddable") else None

    def above(self, declared: Declared) -> tuple[list[Declared], bool]:
        """Return the classes above an entity, nearest first, and whether all of them are here."""
        listed: list[Declared] = []
        current, is_whole = declared, True
        for _ in range(_MOST_ABOVE):
            following = None
            for name, *_ in current.fact["supers"]:
                upper = self.find(name, current)
                if upper is not None and upper.fact["kind"] != "interface":
                    following = upper
                elif upper is None and not self._adds_nothing(name, current):
                    is_whole = False
            if following is None or following in listed:
                break
            listed.append(following)
            current = following
        return listed, is_whole

    def _adds_nothing(self, name: str, declared: Declared) -> bool:
        last = simple(name)
        if last in EMPTY_ABOVE or last in LIBRARY_KEYS:
            return True
        # Interfaces store nothing: of Java `implements` is not told apart from `extends` here.
        above = declared.fact.get("extends")
        return above is not None and above != name

    def parent(self, declared: Declared) -> Declared | None:
        """Return the nearest entity above an entity."""
        return next((one for one in self.above(declared)[0] if self.is_a(one, "Entity")), None)

    def own_lineage(self, declared: Declared) -> list[Declared]:
        """Return an entity and the mapped classes between it and the entity above, top first."""
        listed = [declared]
        for upper in self.above(declared)[0]:
            if self.is_a(upper, "Entity"):
                break
            if self.is_a(upper, "MappedSuperclass"):
                listed.append(upper)
        return listed[::-1]

    def bound(self, declared: Declared) -> dict[str, dict[str, Any]]:
        """Return what the type parameters of the classes above an entity stand for, by class."""
        known: dict[str, dict[str, Any]] = {}
        current = declared
        for above in self.above(declared)[0]:
            own = known.get(current.name, {})
            for name, arguments, _ in current.fact["supers"]:
                if self.find(name, current) == above:
                    kinds = [own.get(one[0], one) for one in arguments]
                    known[above.name] = dict(zip(above.fact["parameters"], kinds, strict=False))
            current = above
        return known

    def entity_name(self, declared: Declared) -> str:
        """Return what queries call an entity."""
        called = value(note(declared.fact, "Entity"), "name")
        own = self.text(called, declared) if called else None
        return own or simple(declared.name)

    def attributes(self, declared: Declared, *, by_getter: bool) -> list[Attribute]:
        """Return what a class stores, as it is declared: fields, or what getters return."""
        if by_getter:
            return [
                one for method in declared.fact["methods"] if (one := _getter(method, declared))
            ]
        return [
            Attribute(one["name"], one["type"], one, one["line"], declared)
            for one in declared.fact["fields"]
            if one.get("plain", True) and not {"static", "transient", "const"} & {*one["modifiers"]}
            if note(one, "Transient") is None
        ]

    def by_getter(self, declared: Declared) -> bool:
        """Tell whether JPA looks at the getters of an entity: where its key is marked."""
        lineage = [declared, *self.above(declared)[0]]
        for upper in lineage:
            if any(note(each, "Id", "EmbeddedId") for each in upper.fact["fields"]):
                return False
        return any(
            note(method, "Id", "EmbeddedId")
            for upper in lineage
            for method in upper.fact["methods"]
        )

    def text(self, expression: Any, near: Declared) -> str | None:
        """Return the text of a name."""
        return self.program.text(expression, Scope(near.file, near.name))

    def strategy(self, root: Declared) -> str:
        """Return how the entities below one are stored."""
        mark = note(root.fact, "Inheritance")
        own = value(mark, "strategy", "value")
        return simple(str(own[1])) if own and own[0] == "name" else "SINGLE_TABLE"


def _getter(method: dict[str, Any], declared: Declared) -> Attribute | None:
    name = method["name"]
    prefix = next((one for one in ("get", "is") if name.startswith(one) and name != one), None)
    is_stored = prefix and not method["parameters"] and "static" not in method["modifiers"]
    if not is_stored or note(method, "Transient") is not None or method["type"][0] == "void":
        return None
    rest = name[len(prefix or "") :]
    decapitalized = rest if rest[:2].isupper() else rest[0].lower() + rest[1:]
    return Attribute(decapitalized, method["type"], method, method["line"], declared)
