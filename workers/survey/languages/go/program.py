"""The packages of a program: which folder an import means, and what a package declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.go import frameworks
from workers.survey.languages.go.values import Function, TypeKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.languages.go.frameworks import Typed
    from workers.survey.languages.go.types import Type

Fact = list[Any]
_EMBEDDED = 6
_PLACED = 3  # a named type has its package and name, and the file of its declaration if it moved


class Declared(NamedTuple):
    """A constant or a variable of a package."""

    file: str
    of: Type | None
    value: Any
    line: int


class Program:
    """What all files of Go declare, by folder; a folder is a package."""

    def __init__(self, facts: Mapping[str, list[Fact]]) -> None:
        """Take what all files say."""
        self.imports: dict[str, dict[str, str]] = {}
        self.values: dict[tuple[str, str], Declared] = {}
        self.types: dict[TypeKey, tuple[str, Type]] = {}
        self.functions: dict[tuple[str, str], Function] = {}
        self.methods: dict[TypeKey, dict[str, Function]] = {}
        self.all_functions: list[tuple[Function, TypeKey | None]] = []
        self.looks: dict[str, list[int]] = {}
        self.rewrites = False  # paths of requests are changed before a router sees them
        self._assigned: dict[str, set[str]] = {}
        self._modules: list[tuple[str, str]] = []
        self._folders: dict[str, str | None] = {}
        for file, listed in facts.items():
            for fact in listed:
                self._add(file, fact)
        self._own = {file.rpartition("/")[0] for file in self.imports}
        self._exported = set().union(*self._assigned.values()) if self._assigned else set()
        self._modules.sort(key=lambda pair: -len(pair[0]))

    def _add(self, file: str, fact: Fact) -> None:
        folder = folder_of(file)
        kind = fact[0]
        if kind == "module":
            self._modules.append((fact[1], folder))
        elif kind == "imports":
            self.imports[file] = fact[1]
        elif kind == "value":
            self.values.setdefault((folder, fact[1]), Declared(file, fact[2], fact[3], fact[4]))
        elif kind == "type":
            self.types.setdefault(TypeKey(folder, fact[1]), (file, fact[2]))
        elif kind == "assigned":
            self._assigned.setdefault(folder, set()).update(fact[1])
        elif kind == "rewrites":
            self.rewrites = True
        elif kind == "looks":
            self.looks[file] = fact[1]
        elif kind == "func":
            self._add_function(file, folder, fact)

    def _add_function(self, file: str, folder: str, fact: Fact) -> None:
        name, of, receiver, parameters, results, body, line = fact[1:]
        bound = (receiver or "", None) if of else None
        function = Function(name, file, parameters, results, body, line, folder, bound)
        key = TypeKey(folder, of) if of else None
        if key is not None:
            self.methods.setdefault(key, {}).setdefault(name, function)
        else:
            self.functions.setdefault((folder, name), function)
        self.all_functions.append((function, key))

    def is_assigned(self, folder: str, name: str) -> bool:
        """Tell whether a variable of a package may be given another value."""
        if name[:1].isupper():
            return name in self._exported
        return name in self._assigned.get(folder, ())

    def folder(self, path: str) -> str | None:
        """Return the folder that an import means, None for a package of another module."""
        if path not in self._folders:
            self._folders[path] = self._found(path)
        return self._folders[path]

    def _found(self, path: str) -> str | None:
        for module, below in self._modules:
            if path == module or path.startswith(f"{module}/"):
                folder = "/".join(part for part in (below, path[len(module) :].strip("/")) if part)
                return folder if folder in self._own else None
        if self._modules or "." not in path.split("/", maxsplit=1)[0]:
            return None
        # Without go.mod the module may be called anything that ends as the folder does.
        parts = path.split("/")[1:]
        for start in range(len(parts)):
            folder = "/".join(parts[start:])
            if folder in self._own:
                return folder
        return None

    def key(self, of: Type | None, file: str) -> TypeKey | None:
        """Return the type of the program that a type names."""
        if of and of[0] == "key":
            return TypeKey(of[1], of[2])
        if not of or of[0] != "t":
            return None
        file = of[3] if len(of) > _PLACED else file
        folder: str | None = folder_of(file)
        if of[1]:
            folder = self.folder(self.imports.get(file, {}).get(of[1], ""))
        key = TypeKey(folder, of[2]) if folder is not None else None
        return key if key in self.types else None

    def router_type(self, of: Type | None, file: str, depth: int = 0) -> Typed | None:
        """Return which router a type is, None for one that is none."""
        if not of or of[0] != "t" or depth > _EMBEDDED:
            return None
        file = of[3] if len(of) > _PLACED else file
        path = self.imports.get(file, {}).get(of[1], "") if of[1] else ""
        known = frameworks.TYPES.get((frameworks.plain(path), of[2])) if path else None
        if known is not None:
            return known
        key = self.key(of, file)
        if key is None:
            return None
        declared_in, under = self.types[key]
        if under[0] == "iface":
            return self._of_interface(under[1], declared_in)
        return self.router_type(under, declared_in, depth + 1)

    def _of_interface(self, names: list[str], file: str) -> Typed | None:
        """Return which router an interface is made for, by its methods and its file's imports."""
        paths = map(frameworks.plain, self.imports.get(file, {}).values())
        imported = {frameworks.PACKAGES[path] for path in paths if path in frameworks.PACKAGES}
        for methods, kinds in frameworks.INTERFACES:
            if methods.issubset(names):
                kind = next((one for one in kinds if one in imported), kinds[0])
                return frameworks.Typed(kind)
        return None

    def underlying(self, of: Type | None, file: str, depth: int = 0) -> tuple[Type | None, str]:
        """Return what a type is made of, and the file in which its names are to be looked up."""
        key = self.key(of, file)
        if key is None or depth > _EMBEDDED:
            return of, file
        declared_in, under = self.types[key]
        return self.underlying(under, declared_in, depth + 1)

    def fields(self, key: TypeKey) -> tuple[list[list[Any]], str]:
        """Return the fields of a struct, and the file of its declaration."""
        if key not in self.types:
            return [], ""
        file, under = self.types[key]
        of, file = self.underlying(under, file)
        return (of[1], file) if of and of[0] == "struct" else ([], file)

    def embedded(self, key: TypeKey) -> Iterator[tuple[str, Type, str]]:
        """Yield the embedded fields of a struct: name, type and file."""
        fields, file = self.fields(key)
        for name, of, is_embedded in fields:
            if is_embedded:
                yield name, of, file

    def method(self, key: TypeKey, name: str) -> Function | None:
        """Return a method of a type that is declared on it itself."""
        return self.methods.get(key, {}).get(name)


def placed(of: Type | None, file: str) -> Type | None:
    """Return a type with the file in which its names are to be looked up."""
    if of and of[0] == "t" and len(of) == _PLACED:
        return [*of, file]
    if of and of[0] in {"[]", "map", "..."}:
        return [of[0], placed(of[1], file)]
    return of


def folder_of(file: str) -> str:
    """Return the folder of a file, which is its package."""
    return file.rpartition("/")[0]
