"""The graph of imports between files of the repository, as far as deciders ask for it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.readers.imports import family_of, imports_in
from workers.repository.file_kinds import is_test
from workers.repository.source import Source
from workers.survey import endpoints
from workers.survey.endpoints.modules import Modules, aliases_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.readers.imports.record import FileImports, Import
    from workers.repository.repository import Repository

_SETTINGS = lazy_pattern(r"(?:^|/)(?:tsconfig(?:\.[\w-]{1,40})?|jsconfig|package)\.json$")
_MOST_SETTINGS = 400
_MANIFEST = "package.json"
_DOTTED = lazy_pattern(r"\w{1,80}(?:\.\w{1,80}){1,12}")
_GO_MODULE = lazy_pattern(r"(?m)^module\s+[\"`]?([^\s\"`]+)")
_NONE: frozenset[str] = frozenset()


class Edge(NamedTuple):
    """An import: the files that it may mean, none where it is of no file of the repository.

    `written` is the module as the line names it, with `/` between its parts.
    """

    line: int
    files: frozenset[str]
    written: str


@dataclass(frozen=True, eq=False)
class Graph:
    """Which file of a repository imports which; every file is read once, when it is asked for."""

    repository: Repository
    _edges: dict[str, tuple[Edge, ...]] = field(default_factory=dict)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files of the repository whose imports can be read."""
        return tuple(file for file in self.repository.files if family_of(file))

    @cached_property
    def _modules(self) -> Modules:
        """Which file a module of Python or of a script means, by configurations and manifests."""
        configurations: list[tuple[str, str, Mapping[str, list[str]]]] = []
        packages: dict[str, str] = {}
        settings = [file for file in self.repository.files if _SETTINGS.search(file)]
        for file in settings[:_MOST_SETTINGS]:
            for fact in endpoints.extract(file, self.text(file).encode()):
                if fact[0] == "aliases":
                    configurations.append((file, fact[1], fact[2]))
                elif fact[0] == "package":
                    packages[fact[1]] = file.rpartition("/")[0]
        files = frozenset(self.repository.files)
        return Modules(files, aliases_of(configurations), packages)

    @cached_property
    def _go_modules(self) -> list[tuple[str, str]]:
        """The modules of Go, the longest path first, each with its folder."""
        named = [
            (match[1], file.rpartition("/")[0])
            for file in self.repository.files
            if file.rpartition("/")[2] == "go.mod"
            for match in [_GO_MODULE.search(self.text(file))]
            if match
        ]
        return sorted(named, key=lambda pair: -len(pair[0]))

    @cached_property
    def _packages(self) -> dict[str, frozenset[str]]:
        """The files of each package of Java and Kotlin."""
        packages: dict[str, set[str]] = {}
        for file in self.files:
            if family_of(file) == "jvm":
                read = self.imports(file)
                packages.setdefault(read.package if read else "", set()).add(file)
        return {package: frozenset(files) for package, files in packages.items()}

    @cached_property
    def _folders(self) -> dict[str, frozenset[str]]:
        """The files of Go by their folder: a package is one."""
        folders: dict[str, set[str]] = {}
        for file in self.files:
            if family_of(file) == "go":
                folders.setdefault(posixpath.dirname(file), set()).add(file)
        return {folder: frozenset(files) for folder, files in folders.items()}

    def paths_of(self, name: str) -> tuple[str, ...]:
        """Return the files and folders that a name as imports write it may mean, tests last.

        That is a path below a module of Go, a package of a workspace, or a dotted name.
        """
        for module, folder in self._go_modules:
            if name == module or name.startswith(f"{module}/"):
                inside = posixpath.join(folder, name[len(module) :].strip("/")).rstrip("/")
                return (inside or ".",) if inside in self._folders else ()
        if name in self._modules.packages:
            return (self._modules.packages[name] or ".",)
        if name.startswith("@"):
            file = self._modules.script(_MANIFEST, name)
            return (file,) if file else ()
        if not _DOTTED.fullmatch(name):
            return ()
        end = re.compile(rf"((?:.*/)?{re.escape(name.replace('.', '/'))})(?:/|(\.\w+)$)")
        matches = filter(None, map(end.match, self.files))
        paths = {f"{match[1]}{match[2] or ''}" for match in matches}
        tests = self.repository.test_folders
        return tuple(sorted(paths, key=lambda path: (is_test(path, "", tests), len(path), path)))

    def text(self, file: str) -> str:
        """Return the text of a file of the repository, "" where it cannot be read."""
        source = self.repository.searched(file)
        return "\n".join(source.lines) if isinstance(source, Source) else ""

    def folder_of(self, name: str) -> str | None:
        """Return the folder of a package of a workspace, or of a path of Go, None for others."""
        folder = self._modules.packages.get(name)
        files = self._go(name) if folder is None and "/" in name else _NONE
        return posixpath.dirname(min(files)) if files else folder or None

    def imports(self, file: str) -> FileImports | None:
        """Return what a file imports, None where no reader knows its language."""
        return _imports(self, file)

    def edges(self, file: str) -> tuple[Edge, ...]:
        """Return the imports of a file, with the files that they mean."""
        if file not in self._edges:
            read = self.imports(file)
            family = family_of(file)
            self._edges[file] = tuple(
                edge
                for each in (read.imports if read else ())
                for edge in self._means(file, each, family)
            )
        return self._edges[file]

    def _means(self, file: str, each: Import, family: str | None) -> Iterator[Edge]:
        if family == "python":
            yield from self._python(file, each)
        elif family == "script":
            yield self._script(file, each)
        elif family == "go":
            yield Edge(each.line, self._go(each.module), each.module)
        elif family == "jvm":
            yield Edge(each.line, self._jvm(each.module), each.module.replace(".", "/"))

    def _python(self, file: str, each: Import) -> Iterator[Edge]:
        """Yield what a module means: each name of it may be one, all of them its package too."""
        joint = "" if each.module.endswith(".") else "."
        for dotted in [f"{each.module}{joint}{name}" for name in each.names] or [each.module]:
            parts = dotted
            known = self._modules.python(file, parts)
            if known is None and each.names:
                parts = each.module
                known = self._modules.python(file, parts)
            files = frozenset({known}) if known else _NONE
            yield Edge(each.line, files, dotted.lstrip(".").replace(".", "/"))

    def _script(self, file: str, each: Import) -> Edge:
        known = self._modules.script(file, each.module)
        if known is None and each.module.startswith("."):
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(file), each.module))
            exact = [beside, *(f"{beside}{end}" for end in (".vue", ".svelte", ".json"))]
            known = next((path for path in exact if path in self._modules.files), None)
        return Edge(each.line, frozenset({known}) if known else _NONE, each.module)

    def _go(self, path: str) -> frozenset[str]:
        for module, folder in self._go_modules:
            if path == module or path.startswith(f"{module}/"):
                inside = path[len(module) :].strip("/")
                return self._folders.get(posixpath.join(folder, inside).rstrip("/"), _NONE)
        return _NONE

    def _jvm(self, name: str) -> frozenset[str]:
        """Return the files that declare a name: those of its class, else all of its package."""
        if name.endswith(".*"):
            package = name[:-2]
            if package in self._packages:
                return self._packages[package]
            name = package
        parts = name.split(".")
        for count in range(len(parts) - 1, 0, -1):
            files = self._packages.get(".".join(parts[:count]))
            if files:
                stem = parts[count]
                named = {f for f in files if posixpath.splitext(posixpath.basename(f))[0] == stem}
                return frozenset(named) or files
        return _NONE


@lru_cache(maxsize=4096)
def _imports(graph: Graph, file: str) -> FileImports | None:
    return imports_in(file, graph.text(file))


@lru_cache(maxsize=4)
def graph_of(repository: Repository) -> Graph:
    """Return the graph of a repository, the same each time."""
    return Graph(repository)
