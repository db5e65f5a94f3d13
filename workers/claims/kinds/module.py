"""Modules: they are there, and their files import what they are said to depend on."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import shown
from workers.claims.claim import UNDECIDED, confirmed, doubted, refuted
from workers.claims.kinds.graph import graph_of
from workers.claims.kinds.places import rows_of
from workers.delivery.delivery import problem, text_of
from workers.readers.imports import family_of
from workers.repository.file_kinds import is_test
from workers.repository.repository import Refused
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.claims.kinds.graph import Edge, Graph
    from workers.delivery.delivery import Delivery

_MOST_FILES = 1_500
_REACHED_FILES = 4_000
_NAMED = 6
_ALIASES = frozenset("@~#$")  # what begins a name that the settings of a script map to a path
_ALIASES = frozenset("@~#$")  # what begins a name that the settings of a script map to a path
# What is a program, and has no reader of its imports here.
_OTHER_CODE = frozenset(
    ".rb .php .cs .rs .ex .exs .scala .swift .m .mm .c .h .cc .cpp .hpp .dart .lua .pl .clj .cljs"
    " .erl .hs .fs .vb .groovy .jl .r .zig .nim .cr .ml .elm".split()
)


class Module(NamedTuple):
    """A module by its path below the root, `.` for all; `files` are those that can import."""

    path: str
    files: tuple[str, ...]
    is_whole: bool

    def holds(self, file: str) -> bool:
        """Tell whether a file is in the module."""
        return self.path in {".", file} or file.startswith(f"{self.path}/")


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the modules, what they depend on, and the cycles that they are in."""
    for pointer, row, claim in rows_of(delivery, "module"):
        path = text_of(row, "path").strip()
        if not path:
            continue
        base = replace(claim, subject=path)
        yield replace(base, kind="module", says=path)
        for key in ("depends_on", "cycle_with"):
            others = row.get(key)
            for position, other in enumerate(others if isinstance(others, list) else []):
                if isinstance(other, str) and other.strip():
                    where = f"{pointer}/{key}/{position}"
                    yield replace(base, kind=key, says=other.strip(), pointer=where)


def decide_module(ground: Ground, claim: Claim) -> Verdict:
    """The path is a file or folder of the repository."""
    path = _path(ground, claim.says)
    if path is not None:
        return confirmed(path)
    if claim.says[0] in _ALIASES:
        return UNDECIDED
    if claim.says[0] in _ALIASES:
        return UNDECIDED
    message = f"the module {shown(claim.says, 100)} is no file or folder of the repository"
    hint = "Write its path, as in `app/services`, or `proposed` where it is still to come."
    return refuted(problem("K77", message, hint, ground.place(claim, "path")))


def decide_depends(ground: Ground, claim: Claim) -> Verdict:
    """A file of the module imports one of the other."""
    own, other = _module(ground, claim.subject), _module(ground, claim.says)
    if own is None or other is None:
        return _no_module(ground, claim) if own is not None else UNDECIDED
    edge = _import(ground, own, other)
    if edge is not None:
        return confirmed(*edge)
    if not own.is_whole or not own.files or not other.files or _may_import(ground, own, other):
        return UNDECIDED
    message = f"no file of {shown(own.path, 80)} imports {shown(other.path, 80)}"
    known = _imported(ground, own)
    hint = f"It imports {known}." if known else "It imports no other part of the repository."
    return refuted(problem("K78", message, hint, ground.place(claim)))


def decide_cycle(ground: Ground, claim: Claim) -> Verdict:
    """The modules import each other, on whatever way through those of the cycle."""
    own, other = _module(ground, claim.subject), _module(ground, claim.says)
    if own is None or other is None:
        return _no_module(ground, claim) if own is not None else UNDECIDED
    listed = claim.entry.get("cycle_with")
    named = (text for text in listed or [] if isinstance(text, str))
    modules = [own, *filter(None, (_module(ground, text) for text in named))]
    there, back = _reaches(ground, modules, own, other), _reaches(ground, modules, other, own)
    if there and back:
        return confirmed(own.path)
    if there is None or back is None:
        return UNDECIDED
    first, last = (own, other) if not there else (other, own)
    message = f"{shown(first.path, 80)} does not reach {shown(last.path, 80)} by its imports"
    hint = "Remove it from the cycle: what imports it does not come back."
    return refuted(problem("K79", message, hint, ground.place(claim)))


def _no_module(ground: Ground, claim: Claim) -> Verdict:
    """Answer of another module that is not there; without a `/` it may be a service or package."""
    if claim.says[0] in _ALIASES:
        return UNDECIDED
    if claim.says[0] in _ALIASES:
        return UNDECIDED
    message = f"{shown(claim.says, 100)} is no file or folder of the repository"
    where = ground.place(claim)
    if "/" in claim.says.strip("/") or syntax.language_of(claim.says):
        return refuted(problem("K77", message, "Write the path of the module.", where))
    hint = "List only modules of the repository; name others in the description."
    return doubted(problem("K75", message, hint, where))


def _path(ground: Ground, written: str) -> str | None:
    """Return a module's path below the root, however it is named.

    `app.services` of Python is `app/services`; a package of a workspace, of Go or of Java is its
    folder; what is the end of one path alone is that path.
    """
    ways = (written, written.replace(".", "/"), f"{written.replace('.', '/')}.py")
    for text in ways:
        path = ground.repository.relative(text.rstrip("/") or text)
        if isinstance(path, Refused):
            continue
        path = posixpath.normpath(path)
        if path == "." or _is_there(ground, path):
            return path
    folder = graph_of(ground.repository).folder_of(written)
    ends = (f"/{text.strip('/')}" for text in ways if not text.startswith(("/", "..")))
    return folder or next(filter(None, (_with_end(ground, end) for end in ends)), None)


def _with_end(ground: Ground, end: str) -> str | None:
    """Return the only path that has an end, tests aside, None where several have."""
    known = {
        file[: at + len(end)]
        for file in ground.repository.files
        for at in [f"{file}/".rfind(f"{end}/")]
        if at > 0
    }
    tests = ground.repository.test_folders
    own = {path for path in known if not is_test(path, "", tests)} or known
    return own.pop() if len(own) == 1 else None


def _is_there(ground: Ground, path: str) -> bool:
    files = ground.repository.files
    return any(file == path or file.startswith(f"{path}/") for file in files)


def _module(ground: Ground, written: str) -> Module | None:
    path, graph = _path(ground, written), graph_of(ground.repository)
    if path is None:
        return None
    if len(graph.paths_of(written)) > 1:
        return Module(path, (), is_whole=False)  # which one is meant is not known
    return _module_at(graph, path)


@lru_cache(maxsize=256)
def _module_at(graph: Graph, path: str) -> Module:
    inside = Module(path, (), is_whole=False)
    files = [file for file in graph.repository.files if inside.holds(file)]
    readable = [file for file in files if family_of(file)]
    has_other = any(posixpath.splitext(file)[1].lower() in _OTHER_CODE for file in files)
    is_whole = not has_other and len(readable) <= _MOST_FILES
    return Module(path, tuple(readable[:_MOST_FILES]), is_whole)


def _import(ground: Ground, own: Module, other: Module) -> tuple[str, int] | None:
    """Return file and line of an import of one module by the other."""
    graph = graph_of(ground.repository)
    is_inside = other.holds(own.path)  # then the rest of the other is meant
    for file in _importing(own, other):
        for edge in graph.edges(file):
            targets = (target for target in edge.files if other.holds(target))
            if any(not (is_inside and own.holds(target)) for target in targets):
                return file, edge.line
    return None


def _importing(own: Module, other: Module) -> list[str]:
    """Return the files of a module that are not of the other, where that one lies in it."""
    return [file for file in own.files if other.holds(own.path) or not other.holds(file)]


def _may_import(ground: Ground, own: Module, other: Module) -> bool:
    """Tell whether something in a module may mean the other, without an import that was read."""
    graph = graph_of(ground.repository)
    packages = _packages(graph, other)
    name = posixpath.splitext(posixpath.basename(other.path))[0]
    dotted = re.compile(rf"[\"'`][\w./-]*(?:^|[./\"'`]){re.escape(name)}[./\"'`]")
    for file in _importing(own, other):
        read = graph.imports(file)
        if read is None or read.unread or (read.package and read.package in packages):
            return True
        if any(not edge.files and _names(edge, name) for edge in graph.edges(file)):
            return True
        if family_of(file) == "go":
            continue  # nothing but an import brings another package
        text = graph.text(file)
        if any(f"{package}." in text for package in packages if package) or dotted.search(text):
            return True
    return False


def _packages(graph: Graph, module: Module) -> set[str]:
    files = (file for file in module.files if family_of(file) == "jvm")
    return {read.package for read in map(graph.imports, files) if read is not None}


def _names(edge: Edge, name: str) -> bool:
    """Tell whether an import that leads to no file has a module's name in it."""
    parts = re.split(r"[/.]", edge.written)
    return name in parts or name.replace("-", "_") in parts


def _imported(ground: Ground, own: Module) -> str:
    """Return the folders of what a module imports, for a hint."""
    graph = graph_of(ground.repository)
    folders: dict[str, None] = {}
    for file in own.files:
        for edge in graph.edges(file):
            targets = sorted(target for target in edge.files if not own.holds(target))
            folders.update((posixpath.dirname(target) or target, None) for target in targets[:1])
    names = [shown(folder, 60)[1:-1] for folder in folders]
    return ", ".join(names[:_NAMED]) + (" ..." if len(names) > _NAMED else "")


def _reaches(ground: Ground, modules: list[Module], first: Module, last: Module) -> bool | None:
    """Tell whether one module comes to another by imports; None where that is not known.

    A module that is reached anywhere is gone on from in all of its files.
    """
    graph = graph_of(ground.repository)
    waiting, seen = list(first.files), set(first.files)
    is_whole = first.is_whole and bool(first.files)
    while waiting and len(seen) <= _REACHED_FILES:
        file = waiting.pop()
        read = graph.imports(file)
        is_whole = is_whole and read is not None and not (read.unread or read.package)
        targets = {target for edge in graph.edges(file) for target in edge.files} - seen
        if any(map(last.holds, targets)):
            return True
        for module in modules:
            if any(map(module.holds, targets)):
                is_whole = is_whole and module.is_whole
                targets |= set(module.files) - seen
        seen |= targets
        waiting += targets
    return None if waiting or not is_whole else False


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "module": decide_module,
    "depends_on": decide_depends,
    "cycle_with": decide_cycle,
}
