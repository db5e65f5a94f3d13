"""What paths of Rust stand for: crates by their folders, modules by their files, and re-exports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.languages.rust.expressions import Value
    from workers.survey.languages.rust.source import Fact

Path = tuple[str, ...]  # a crate and the modules in it, then a name
_DEEPEST = 12
_LIBRARIES = frozenset(
    "std core alloc axum axum_extra actix_web actix rocket tokio web tower tower_http utoipa"
    " utoipa_axum Self Router App".split()
)
_ROOTS = frozenset({"lib", "main", "mod"})


class Function(NamedTuple):
    """A function with the module that it stands in."""

    file: str
    module: Path
    fact: dict[str, Any]

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from others."""
        return self.file, int(self.fact["line"])

    @property
    def crate(self) -> str:
        """The folder of its crate."""
        return self.module[0].partition("#")[0]


@dataclass
class Modules:
    """All items of a repository by their paths."""

    facts: Mapping[str, list[Fact]]
    functions: dict[Path, list[Function]] = field(default_factory=dict)
    scopes: dict[Path, str] = field(default_factory=dict)
    crates: dict[str, str] = field(default_factory=dict)  # folders by what crates are called
    _methods: dict[str, list[Function]] = field(default_factory=dict)
    _constants: dict[Path, tuple[Value, Path]] = field(default_factory=dict)
    _uses: dict[Path, dict[str, list[str]]] = field(default_factory=dict)
    _globs: dict[Path, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put the items of all files in their places."""
        for file, listed in self.facts.items():
            base = module_of(file)
            for kind, inside, *rest in listed:
                if kind == "package":
                    self.crates.setdefault(rest[0], file.rpartition("/")[0])
                    continue
                module = (*base, *(part for part in inside.split("::") if part))
                if kind == "fn":
                    self._function(file, module, rest[0])
                elif kind == "const":
                    path = (*module, *rest[0].split("::"))
                    self._constants.setdefault(path, (rest[1], module))
                elif kind == "scope":
                    self.scopes[module] = rest[0]
                elif kind == "use" and rest[0] == "*":
                    self._globs.setdefault(module, []).append(rest[1])
                elif kind == "use":
                    self._uses.setdefault(module, {}).setdefault(rest[0], []).append(rest[1])

    def _function(self, file: str, module: Path, fact: dict[str, Any]) -> None:
        function = Function(file, module, fact)
        of = (fact["of"],) if fact["of"] else ()
        self.functions.setdefault((*module, *of, fact["name"]), []).append(function)
        if of:
            self._methods.setdefault(fact["name"], []).append(function)

    def function(self, path: str, module: Path) -> Function | None:
        """Return the function that a path means in a module, None for none or several."""
        for target in self._targets(path, module):
            listed = self.functions.get(target, [])
            if len(listed) == 1:
                return listed[0]
            if listed:
                return None
        return self._by_tail(path, module)

    def with_bodies(self) -> list[Function]:
        """Return the functions whose bodies are read."""
        listed = [one for named in self.functions.values() for one in named]
        return [one for one in listed if one.fact["body"] is not None]

    def method(self, name: str, of: str | None, module: Path) -> Function | None:
        """Return the method of a name: of a type, else the only one of the crate."""
        listed = self._methods.get(name, [])
        own = [one for one in listed if one.fact["of"] == of] if of else listed
        near = [one for one in own if one.module[0] == module[0]] or own
        return near[0] if len(near) == 1 else None

    def constant(self, path: str, module: Path) -> tuple[Value, Path] | None:
        """Return a constant's value and the module that it stands in."""
        for target in self._targets(path, module):
            if target in self._constants:
                return self._constants[target]
        parts = path.split("::")
        if len(parts) == 1:
            return None
        tail = tuple(parts[-2:])
        named = [one for target, one in self._constants.items() if target[-2:] == tail]
        return named[0] if len(named) == 1 else None

    def used(self, name: str, module: Path) -> str | None:
        """Return the path that a module's `use` gives a name, of several that of a library."""
        listed = self._uses.get(module, {}).get(name, [])
        libraries = [one for one in listed if one.partition("::")[0] in _LIBRARIES]
        return next(iter([*libraries, *listed]), None)

    def _by_tail(self, path: str, module: Path) -> Function | None:
        """Return the only function of the crate whose path ends so, with its module or type."""
        parts = [part for part in path.split("::") if part not in {"crate", "self", "super"}]
        if len(parts) <= 1:
            return None
        tail = tuple(parts[-2:])
        named = [
            one
            for target, listed in self.functions.items()
            if target[-2:] == tail
            for one in listed
        ]
        near = [one for one in named if one.module[0] == module[0]] or named
        return near[0] if len(near) == 1 else None

    def _targets(self, path: str, module: Path) -> Iterator[Path]:
        """Yield the absolute paths that a path may mean, the likeliest first."""
        seen: set[Path] = set()
        waiting: list[tuple[Path, int]] = [
            (target, 0) for target in self._absolute(path.split("::"), module)
        ]
        while waiting:
            target, depth = waiting.pop(0)
            if target in seen or depth > _DEEPEST or len(seen) > 500:
                continue
            seen.add(target)
            yield target
            for cut in range(len(target) - 1, 0, -1):  # what a module on the way hands on
                home, rest = target[:cut], target[cut:]
                for used in self._uses.get(home, {}).get(rest[0], ()):
                    parts = [*used.split("::"), *rest[1:]]
                    waiting += [(each, depth + 1) for each in self._absolute(parts, home)]
                for glob in self._globs.get(home, ()):
                    parts = [*glob.split("::"), *rest]
                    waiting += [(each, depth + 1) for each in self._absolute(parts, home)]

    def _absolute(self, parts: list[str], module: Path) -> Iterator[Path]:
        """Yield what the parts of a path mean from a module."""
        if not parts:
            return
        first, rest = parts[0], tuple(parts[1:])
        if first == "crate":
            yield (module[0], *rest)
        elif first == "self":
            yield (*module, *rest)
        elif first == "super":
            up = module[:-1] or module
            while rest and rest[0] == "super":
                up, rest = up[:-1] or up, rest[1:]
            yield (*up, *rest)
        else:
            yield (*module, first, *rest)
            yield (module[0], first, *rest)
            if first in self.crates:
                yield (self.crates[first], *rest)
            elif rest and first not in _LIBRARIES:  # the name of its own package
                yield (module[0], *rest)
            library = module[0].rpartition("#")[0]
            if library:  # a binary calls the library of its crate by the crate's name
                yield (library, *rest)


def module_of(file: str) -> Path:
    """Return the crate and the module of a file: `src/a/mod.rs` and `src/a.rs` are both `a`.

    A binary beside a library is a crate of its own.
    """
    parts = file.removesuffix(".rs").split("/")
    at = next((n for n in range(len(parts) - 2, -1, -1) if parts[n] == "src"), None)
    folder = "/".join(parts[:at]) if at is not None else "/".join(parts[:-1])
    inside = parts[at + 1 :] if at is not None else parts[-1:]
    if inside[0] == "bin" and len(inside) > 1:
        inner = inside[2:] if len(inside) > 2 else []
        own = (f"{folder}#{inside[1]}", *inner)
        return own[:-1] if own[-1] in _ROOTS and len(own) > 1 else own
    if inside[-1] in _ROOTS:
        inside = inside[:-1]
    return (folder, *inside)
