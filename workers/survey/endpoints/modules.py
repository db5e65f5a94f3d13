"""Which file of the repository an import means."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SCRIPTS = (".ts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".mts", ".cts")
_AMBIGUOUS = 1


@dataclass
class Modules:
    """The files that can be imported; `aliases` are what TypeScript configurations map.

    What a specifier means is kept by folder: all files of one mean the same by it.
    """

    files: frozenset[str]
    aliases: Mapping[str, list[tuple[str, list[str]]]]  # folder -> (pattern, targets)
    packages: Mapping[str, str]  # name of a workspace's package -> its folder
    _tails: dict[str, list[str]] = field(default_factory=dict)
    _known: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index Python files by the last part of their module's name."""
        for file in self.files:
            if file.endswith(".py"):
                plain = file.removesuffix(".py").removesuffix("/__init__")
                self._tails.setdefault(plain.rsplit("/", 1)[-1], []).append(plain)

    def python(self, importer: str, dotted: str) -> str | None:
        """Return the file of a Python module as `importer` names it."""
        key = (importer.rpartition("/")[0], dotted)
        if key not in self._known:
            self._known[key] = self._python(importer, dotted)
        return self._known[key]

    def _python(self, importer: str, dotted: str) -> str | None:
        if dotted.startswith("."):
            up = len(dotted) - len(dotted.lstrip("."))
            folder = posixpath.dirname(importer)
            for _ in range(up - 1):
                folder = posixpath.dirname(folder)
            return self._python_file(_path(folder, dotted[up:].replace(".", "/")))
        path = dotted.replace(".", "/")
        for folder in _ancestors(importer):
            if file := self._python_file(_path(folder, path)):
                return file
        ends = [
            plain
            for plain in self._tails.get(path.rsplit("/", 1)[-1], ())
            if plain.endswith(f"/{path}")
        ]
        return self._python_file(ends[0]) if "/" in path and len(ends) == _AMBIGUOUS else None

    def _python_file(self, path: str) -> str | None:
        for candidate in (f"{path}.py", _path(path, "__init__.py")):
            if candidate in self.files:
                return candidate
        return None

    def script(self, importer: str, specifier: str) -> str | None:
        """Return the file of a JavaScript or TypeScript module as `importer` names it."""
        key = (importer.rpartition("/")[0], specifier)
        if key not in self._known:
            self._known[key] = self._script(importer, specifier)
        return self._known[key]

    def _script(self, importer: str, specifier: str) -> str | None:
        if specifier.startswith("."):
            folder = posixpath.dirname(importer)
            return self._script_file(posixpath.normpath(_path(folder, specifier)))
        for folder in _ancestors(importer):
            for pattern, targets in self.aliases.get(folder, ()):
                before, star, after = pattern.partition("*")
                if star and specifier.startswith(before) and specifier.endswith(after):
                    middle = specifier[len(before) : len(specifier) - len(after)]
                elif specifier == pattern:
                    middle = ""
                else:
                    continue
                for target in targets:
                    path = posixpath.normpath(_path(folder, target.replace("*", middle)))
                    if file := self._script_file(path):
                        return file
        return self._of_workspace(specifier) or self._below_a_root(importer, specifier)

    def _below_a_root(self, importer: str, specifier: str) -> str | None:
        """Return the file of `@/routes` where a bundler's settings alone say what `@` is."""
        mark, slash, rest = specifier.partition("/")
        if mark not in {"@", "~", "#"} or not slash:
            return None
        for folder in _ancestors(importer):
            for inside in (rest, f"src/{rest}", f"app/{rest}"):
                if file := self._script_file(_path(folder, inside)):
                    return file
        return None

    def _of_workspace(self, specifier: str) -> str | None:
        parts = specifier.split("/")
        for count in range(min(2, len(parts)), 0, -1):
            folder = self.packages.get("/".join(parts[:count]))
            if folder is not None:
                rest = "/".join(parts[count:])
                for inside in (rest, f"src/{rest}", "src/index", "index"):
                    if inside and (file := self._script_file(_path(folder, inside))):
                        return file
        return None

    def _script_file(self, path: str) -> str | None:
        path = path.removeprefix("./")
        if path in self.files:
            return path
        stem = path
        for ending in (".js", ".mjs", ".cjs", ".jsx"):  # TypeScript imports name what is built
            stem = stem.removesuffix(ending)
        for base in dict.fromkeys((path, stem)):
            for ending in _SCRIPTS:
                for candidate in (f"{base}{ending}", _path(base, f"index{ending}")):
                    if candidate in self.files:
                        return candidate
        return None


def _path(folder: str, inside: str) -> str:
    if folder in {"", "."}:
        return inside
    return f"{folder}/{inside}" if inside else folder


def _ancestors(file: str) -> Iterator[str]:
    folder = posixpath.dirname(file)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def aliases_of(
    configurations: Iterable[tuple[str, str, Mapping[str, list[str]]]],
) -> dict[str, list[tuple[str, list[str]]]]:
    """Return the aliases by folder, of (file, baseUrl, paths) of each TypeScript configuration."""
    aliases: dict[str, list[tuple[str, list[str]]]] = {}
    for file, base, paths in configurations:
        mapped = [
            (pattern, [_path(base, t) for t in targets]) for pattern, targets in paths.items()
        ]
        if base:
            mapped.append(("*", [_path(base, "*")]))
        aliases.setdefault(posixpath.dirname(file), []).extend(mapped)
    return aliases
