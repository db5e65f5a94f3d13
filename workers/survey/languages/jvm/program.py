"""All files together: classes and constants by their names, as the two languages find them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from workers.survey.languages.jvm.declarations import simple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_Entry = TypeVar("_Entry")
MOST_ANCESTORS = 40
MOST_STEPS = 60  # of constants that are made of constants
MOST_CHARACTERS = 2_000
_SOURCE_FOLDERS = ("/src/", "/app/", "/java/", "/kotlin/")


class Declared(NamedTuple):
    """A class and the file that declares it."""

    file: str
    fact: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name, with that of outer classes."""
        return str(self.fact["name"])


class Scope(NamedTuple):
    """Where a name stands: a file, and the class there, '' for none."""

    file: str
    name: str = ""


def module_of(file: str) -> str:
    """Return the folder that is built on its own: what stands before its sources."""
    at = f"/{file}".find("/src/")
    if at >= 0:
        return file[: max(0, at - 1)]
    return next(
        (file[: file.find(each)] for each in _SOURCE_FOLDERS if each in file),
        file.rpartition("/")[0],
    )


@dataclass
class Program:
    """The declarations of all files, by file, and what of them others name."""

    files: Mapping[str, dict[str, Any]]
    classes: dict[str, list[Declared]] = field(default_factory=dict)
    constants: dict[str, list[tuple[Scope, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index what is declared by its full name."""
        for file, fact in self.files.items():
            package = fact["package"]
            for name, value in fact["constants"].items():
                self._add_constant(_dotted(package, name), Scope(file), value)
            for made in fact["classes"]:
                full = _dotted(package, made["name"])
                self.classes.setdefault(full, []).append(Declared(file, made))
                # What a companion holds is named by its class.
                holder = full.removesuffix(".Companion")
                scope = Scope(file, made["name"])
                for name, value in made["constants"].items():
                    self._add_constant(f"{holder}.{name}", scope, value)
                    if holder != full:
                        self._add_constant(f"{full}.{name}", scope, value)

    def _add_constant(self, name: str, scope: Scope, value: Any) -> None:
        self.constants.setdefault(name, []).append((scope, value))

    def all_classes(self) -> Iterator[Declared]:
        """Yield every class, in the order of the files."""
        for file, fact in self.files.items():
            for made in fact["classes"]:
                yield Declared(file, made)

    def full_name(self, declared: Declared) -> str:
        """Return the name of a class with its package."""
        return _dotted(self.files[declared.file]["package"], declared.name)

    def find(self, name: str, scope: Scope) -> Declared | None:
        """Return the class that a name means where it stands, None for one that is not here."""
        for candidate in self._candidates(name, scope):
            several = self.classes.get(candidate)
            if several:
                return _nearest(several, scope.file, lambda one: one.file)
        return None

    def is_imported(self, name: str, scope: Scope, *packages: str) -> bool:
        """Tell whether a name may be of packages: imported from there, or by a wildcard."""
        fact = self.files[scope.file]
        if "." in name and not name[0].isupper():
            return name.startswith(packages)
        imported = fact["imports"].get(name.partition(".")[0])
        if imported is not None:
            return str(imported).startswith(packages)
        return any(f"{one}.".startswith(packages) for one in fact["wild"])

    def ancestors(self, declared: Declared) -> list[Declared]:
        """Return what a class inherits from and is here, nearest first."""
        listed = [declared]
        for current in listed:
            for above, *_ in current.fact["supers"]:
                found_class = self.find(above, Scope(current.file, current.name))
                if found_class and found_class not in listed and len(listed) < MOST_ANCESTORS:
                    listed.append(found_class)
        return listed[1:]

    def unknown_ancestors(self, declared: Declared) -> list[str]:
        """Return the full names of what a class inherits from and is not here, where known."""
        unknown = []
        for current in [declared, *self.ancestors(declared)]:
            imports = self.files[current.file]["imports"]
            for above, *_ in current.fact["supers"]:
                if self.find(above, Scope(current.file, current.name)) is None:
                    unknown.append(str(imports.get(above.partition(".")[0], above)))
        return unknown

    def constant(self, name: str, scope: Scope) -> tuple[Scope, Any] | None:
        """Return what a constant is, and where that stands."""
        for candidate in self._candidates(name, scope):
            several = self.constants.get(candidate)
            if several:
                return _nearest(several, scope.file, lambda one: one[0].file)
        return self._inherited_constant(name, scope)

    def _inherited_constant(self, name: str, scope: Scope) -> tuple[Scope, Any] | None:
        holder, _, last = name.rpartition(".")
        owner = self.find(holder or scope.name, scope) if holder or scope.name else None
        for above in self.ancestors(owner) if owner is not None else ():
            several = self.constants.get(f"{self.full_name(above)}.{last}")
            if several:
                return _nearest(several, above.file, lambda one: one[0].file)
        return None

    def _candidates(self, name: str, scope: Scope) -> Iterator[str]:
        """Yield the full names that a name may stand for, the nearest first."""
        fact = self.files[scope.file]
        first, _, rest = name.partition(".")
        outer = scope.name
        while outer:
            yield _dotted(fact["package"], f"{outer}.{name}")
            if simple(outer) == first:
                yield _dotted(fact["package"], f"{outer}.{rest}" if rest else outer)
            outer = outer.rpartition(".")[0]
        imported = fact["imports"].get(first)
        if imported is not None:
            yield f"{imported}.{rest}" if rest else imported
            return
        yield _dotted(fact["package"], name)
        for entry in fact["wild"]:
            yield f"{entry}.{name}"
        if rest:
            yield name

    def text(
        self, expression: Any, scope: Scope, names: Mapping[str, Any] | None = None
    ) -> str | None:
        """Return the text that an expression makes, None where that is not known."""
        return _Evaluation(self, names or {}).text(expression, scope)


@dataclass
class _Evaluation:
    program: Program
    names: Mapping[str, Any]  # what parameters and locals stand for
    steps: int = 0

    def text(self, expression: Any, scope: Scope) -> str | None:
        self.steps += 1
        if not expression or self.steps > MOST_STEPS:
            return None
        kind = expression[0]
        if kind in {"str", "lit"}:
            return str(expression[1]).strip("'") if kind == "lit" else str(expression[1])
        if kind == "cat":
            parts = [self.text(one, scope) for one in expression[1]]
            whole = "".join(part for part in parts if part is not None)
            return None if None in parts or len(whole) > MOST_CHARACTERS else whole
        if kind == "name":
            return self._named(str(expression[1]).removeprefix("this."), scope)
        return None

    def _named(self, name: str, scope: Scope) -> str | None:
        if name in self.names:
            value = self.names[name]
            return value if isinstance(value, str) else None
        constant = self.program.constant(name, scope)
        if constant is None or constant[1] == ["name", name]:
            return None
        return self.text(constant[1], constant[0])


def _nearest(several: list[_Entry], file: str, of: Callable[[_Entry], str]) -> _Entry:
    """Return what lies nearest to a file: modules may have classes of one name."""
    return max(several, key=lambda one: _shared(of(one), file)) if len(several) > 1 else several[0]


def _shared(file: str, other: str) -> int:
    pairs = zip(file.split("/"), other.split("/"), strict=False)
    return next((number for number, (one, two) in enumerate(pairs) if one != two), len(file))


def _dotted(package: str, name: str) -> str:
    return f"{package}.{name}" if package else name
