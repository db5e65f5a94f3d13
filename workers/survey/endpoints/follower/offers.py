"""Which names a script may export, by its statements alone: barrels of barrels are not searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import External, Frame, Imported, Value

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program


def from_stars(program: Program, frame: Frame, name: str) -> Value:
    """Return what a frame has by a name of the modules that it takes all names of."""
    plain = name.removeprefix("export ")
    for star in frame.names.get("*", ()):
        if _may_offer(program, frame.file, star, plain):
            value = program.imported(Imported(frame.file, star, plain), name, frame)
            if value is not None and not isinstance(value, External):
                return value
    return None


def _may_offer(program: Program, importer: str, module: str, name: str) -> bool:
    """Tell whether a module that a file takes all names of may have one; of Python any may."""
    file = program.find(importer, module)
    if file is None or file.endswith(".py"):
        return True
    if file not in program.offered:
        program.offered[file] = _offered(program, file)
    offered = program.offered[file]
    return offered is None or name in offered


def _offered(program: Program, start: str) -> frozenset[str] | None:
    """Return the names that a script and what it hands on export; None: it may be any."""
    names: set[str] = set()
    seen = {start}
    todo = [start]
    while todo:
        file = todo.pop()
        for statement in program.facts.get(file, ()):
            kind = statement[0]
            if (kind == "export" and statement[1] == "=") or kind == "for":
                return None
            if kind == "reexport" and statement[1] == "*":
                target = program.find(file, statement[3])
                if target is not None and target not in seen:
                    seen.add(target)
                    todo.append(target)
            elif kind in {"export", "reexport"}:
                names.add(statement[1])
    return frozenset(names)
