"""Python classes across files: which class a name means, what it inherits, what it assigns."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.tables.expressions import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ANCESTORS = 60
REEXPORTS = 5


@dataclass(frozen=True)
class PythonClass:
    """A class where it stands."""

    file: str
    fact: dict[str, Any] = field(hash=False, compare=False)
    line: int = 0

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.fact["name"])

    @property
    def own(self) -> dict[str, dict[str, Any]]:
        """What its own body assigns, by name."""
        return {one["name"]: one for one in self.fact["assigned"]}

    def inner(self, name: str) -> dict[str, Any] | None:
        """Return a class inside it, such as Meta, by what it assigns."""
        for inside in self.fact["classes"]:
            if inside["name"] == name:
                return {given["name"]: given.get("value") for given in inside["assigned"]}
        return None


class Classes:
    """Every class of a repository, found by the names that files give them."""

    def __init__(self, modules: Mapping[str, dict[str, Any]]) -> None:
        """Take each file's fact."""
        self.modules = modules
        self.by_name: dict[str, list[PythonClass]] = defaultdict(list)
        self._by_module: dict[str, list[str]] = defaultdict(list)
        for file, module in modules.items():
            for fact in module["classes"]:
                self.by_name[fact["name"]].append(PythonClass(file, fact, fact["line"]))
            self._by_module[_dotted(file).rpartition(".")[2]].append(file)

    def __iter__(self) -> Iterator[PythonClass]:
        """Every class, file by file."""
        for file, module in self.modules.items():
            for fact in module["classes"]:
                yield PythonClass(file, fact, fact["line"])

    def imported(self, file: str, name: str) -> str:
        """Return the whole dotted name that a name of a file stands for."""
        first, _, rest = name.partition(".")
        whole = self.modules[file]["imports"].get(first, first)
        return f"{_absolute(whole, file)}.{rest}" if rest else _absolute(whole, file)

    def find(self, file: str, name: str, depth: int = 0) -> PythonClass | None:
        """Return the class that a name means in a file: its own, an imported, or the only one."""
        last = name.rpartition(".")[2]
        candidates = self.by_name.get(last, [])
        if not candidates:
            return None
        own = _within(candidates, [file])
        if own and "." not in name:
            return own[-1]
        wanted = self._files_of(self.imported(file, name).rpartition(".")[0])
        there = _within(candidates, wanted)
        if there:
            return there[-1]
        exporter = self._exporter(last, wanted, file) if depth < REEXPORTS else None
        if exporter is not None:
            return self.find(exporter, last, depth + 1)
        below = [each for each in candidates if _is_below(each.file, wanted)]
        if len(below) == 1:
            return below[0]
        # The only class of that name, unless the file has it from somewhere else.
        known = first_known(self.modules[file]["imports"], name)
        return candidates[0] if len(candidates) == 1 and (own or not known or wanted) else None

    def helper(self, file: str, name: str) -> dict[str, Any] | None:
        """Return the function that returns a column and that a name means in a file."""
        last = name.rpartition(".")[2]
        own: dict[str, Any] | None = self.modules[file]["helpers"].get(name)
        if own is not None or not last:
            return own
        if not first_known(self.modules[file]["imports"], name):
            return None
        for module in self._files_of(self.imported(file, name).rpartition(".")[0]):
            made: dict[str, Any] | None = self.modules[module]["helpers"].get(last)
            if made is not None:
                return made
        return None

    def _exporter(self, name: str, files: list[str], importer: str) -> str | None:
        """Return the first of some files that imports a name itself, to hand it on."""
        others = (file for file in files if file != importer)
        return next((file for file in others if name in self.modules[file]["imports"]), None)

    def _files_of(self, module: str) -> list[str]:
        files = []
        for file in self._by_module.get(module.rpartition(".")[2], ()):
            dotted = _dotted(file)
            if dotted == module or dotted.endswith(f".{module}") or module.endswith(f".{dotted}"):
                files.append(file)
        return files

    def ancestors(self, python_class: PythonClass) -> list[PythonClass | str]:
        """Return a class and what it inherits from, nearest first; unknown ones as dotted names."""
        lineage: list[PythonClass | str] = []
        pending: list[PythonClass | str] = [python_class]
        while pending and len(lineage) < ANCESTORS:
            current = pending.pop(0)
            if current in lineage:
                continue
            lineage.append(current)
            if isinstance(current, PythonClass):
                pending[:0] = [self._base(current, name) for name in base_names(current)]
        return lineage

    def _base(self, python_class: PythonClass, name: str) -> PythonClass | str:
        """Return what a base's name means, its dotted name where it stands outside."""
        base = self.find(python_class.file, name)
        return (
            self.imported(python_class.file, name) if base is None or base == python_class else base
        )


def _within(classes: list[PythonClass], files: list[str]) -> list[PythonClass]:
    return [each for each in classes if each.file in files]


def base_names(python_class: PythonClass) -> list[str]:
    """Return the dotted names of a class's bases."""
    names = [
        name_of(base) or str(base.get("call", "")) for base in python_class.fact["bases"] if base
    ]
    return [name for name in names if name]


def first_known(imports: Mapping[str, str], name: str) -> bool:
    """Tell whether the file imports the first part of a name."""
    return name.partition(".")[0] in imports


def _dotted(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _absolute(name: str, file: str) -> str:
    """Return a relative import's whole name."""
    if not name.startswith("."):
        return name
    dots = len(name) - len(name.lstrip("."))
    parts = _dotted(file).split(".")
    if file.endswith("/__init__.py"):
        dots -= 1
    package = parts[: len(parts) - dots] if dots else parts
    return ".".join([*package, name.lstrip(".")])


def _is_below(file: str, packages: list[str]) -> bool:
    return any(
        one.endswith("__init__.py") and file.startswith(one.removesuffix("__init__.py"))
        for one in packages
    )
