"""The classes of Ruby files that answer requests by themselves: those of Sinatra and of Grape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Node = list[Any]
CLASSIC = "Sinatra::Application"  # what routes at the top of a file belong to
_BASES = {
    "Sinatra::Base": "sinatra", "Sinatra::Application": "sinatra", "Grape::API": "grape",
    "Grape::API::Instance": "grape",
}  # fmt: skip
_DEEPEST = 20


class Part(NamedTuple):
    """What one file says of a class."""

    name: str
    superclass: str | None
    file: str
    body: list[Node]


class Classes:
    """The classes of all files, by their whole names."""

    def __init__(self, parts: Iterable[Part]) -> None:
        """Keep what several files say of one class together."""
        self.parts: dict[str, list[Part]] = {}
        self.ends: dict[str, set[str]] = {}
        for part in parts:
            self.parts.setdefault(part.name, []).append(part)
            self.ends.setdefault(part.name.rpartition("::")[2], set()).add(part.name)

    def named(self, name: str, within: str = "") -> str | None:
        """Return the class that a constant means inside a class, by the one with that end else."""
        name = name.removeprefix("::")
        scope = within
        while True:
            whole = f"{scope}::{name}" if scope else name
            if whole in self.parts and whole != within:
                return whole
            if not scope:
                break
            scope = scope.rpartition("::")[0]
        last = name.rpartition("::")[2]
        ends = [one for one in self.ends.get(last, ()) if one.endswith(f"::{name}")]
        return ends[0] if len(ends) == 1 else None

    def superclass(self, name: str) -> str | None:
        """Return the name of what a class inherits from, as it is written."""
        return next((part.superclass for part in self.parts[name] if part.superclass), None)

    def kind(self, name: str) -> str | None:
        """Return `sinatra` or `grape` by what a class inherits from, None for neither."""
        for _ in range(_DEEPEST):
            written = self.superclass(name)
            if written is None:
                return _BASES.get(name)
            if written.removeprefix("::") in _BASES:
                return _BASES[written.removeprefix("::")]
            above = self.named(written, name)
            if above is None:
                return None
            name = above
        return None

    def above(self, name: str) -> list[str]:
        """Return the classes of these files that a class inherits from."""
        listed: list[str] = []
        for _ in range(_DEEPEST):
            written = self.superclass(name)
            parent = self.named(written, name) if written else None
            if parent is None or parent in listed:
                break
            listed.append(parent)
            name = parent
        return listed


def classes_of(facts: Mapping[str, list[Node]]) -> Classes:
    """Return the classes of all files; what stands at the top of a file of Sinatra is one."""
    parts: list[Part] = []
    for file, statements in facts.items():
        parts += _parts(file, statements)
        if any(_requires_sinatra(node) for node in statements):
            parts.append(Part(CLASSIC, "Sinatra::Base", file, statements))
    return Classes(parts)


def _requires_sinatra(node: Node) -> bool:
    return node[0] == "call" and node[3] == "require" and ["s", "sinatra"] in node[4]


def _parts(file: str, statements: list[Node]) -> Iterable[Part]:
    waiting = [(node, "", 0) for node in statements]
    while waiting:
        node, outer, depth = waiting.pop()
        if node[0] != "class" or depth > NESTING:
            continue
        name = f"{outer}::{node[2]}" if outer else str(node[2]).removeprefix("::")
        yield Part(name, node[3], file, node[4])
        waiting += [(inner, name, depth + 1) for inner in node[4]]
