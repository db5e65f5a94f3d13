"""The applications and engines of Rails in a repository, and what their files draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.ruby.inflections import Inflections, own_words, underscored
from workers.survey.languages.ruby.rails import Drawn, Mapper, Mount
from workers.survey.languages.ruby.rails_calls import CALLS
from workers.survey.languages.ruby.rails_scope import (
    Scope,
    braced,
    expanded,
    known_part,
    normalized,
)
from workers.survey.languages.ruby.values import OPEN, Self, value_of
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Node = list[Any]
OF_ROUTES = lazy_pattern(r"(?:^|/)config/routes(?:/.{1,200})?\.rb$")
_DRAW = frozenset({"draw", "append", "prepend"})
_EXTENDED = frozenset({"extended", "self.extended"})
_MOST_MOUNTS = 20
REASON = "guards of Rails are not read"


class Drawing(NamedTuple):
    """A block of routes: of the application where `engine` is ''."""

    engine: str
    file: str
    line: int
    body: list[Node]
    names: dict[str, Any]


@dataclass
class Declared:
    """What the files of a repository hold before routes are drawn."""

    drawings: list[Drawing] = field(default_factory=list)
    isolated: dict[str, str] = field(default_factory=dict)  # engine -> module of its controllers
    api_roots: list[str] = field(default_factory=list)
    words: Inflections = field(default_factory=Inflections)
    extensions: dict[str, tuple[str, Node]] = field(default_factory=dict)  # of `extend X`


def resolve(
    facts: Mapping[str, list[Node]],
) -> tuple[list[Endpoint], list[NotUnderstood], list[Mount]]:
    """Return the endpoints that Rails serves, what was not understood, and foreign mounts."""
    declared = Declared()
    for file, statements in facts.items():
        if file.endswith("config/initializers/inflections.rb"):
            irregular, uncountable = own_words(statements)
            declared.words.irregular += [(one, many) for one, many in irregular]
            declared.words.uncountable |= set(uncountable)
        names: dict[str, Any] = {"self": Self()}
        for node in statements:
            if node[0] == "=":
                names[node[1]] = value_of(node[2], names)
        for node, modules in _walked(statements):
            _notice(declared, file, node, modules, names)
    files = {file: listed for file, listed in facts.items() if OF_ROUTES.search(file)}
    return _Repository(declared, files).resolved()


def _walked(statements: list[Node]) -> Iterator[tuple[Node, str]]:
    """Yield the calls of a file, each with the modules around it."""
    waiting = [(node, "", 0) for node in reversed(statements)]
    while waiting:
        node, modules, depth = waiting.pop()
        if depth > NESTING:
            continue
        if node[0] in {"def", "="}:
            yield node, modules
        elif node[0] == "class":
            inner = f"{modules}::{node[2]}".removeprefix("::")
            waiting += [(one, inner, depth + 1) for one in reversed(node[4])]
        elif node[0] == "if":
            waiting += [
                (one, modules, depth + 1) for body in reversed(node[1]) for one in reversed(body)
            ]
        elif node[0] == "call":
            yield node, modules
            if node[6] and node[3] not in _DRAW and node[3] not in CALLS:
                waiting += [(one, modules, depth + 1) for one in reversed(node[6][1])]


def _notice(declared: Declared, file: str, node: Node, modules: str, names: dict[str, Any]) -> None:
    """Keep what a statement says of applications and engines."""
    if node[0] == "def":
        if node[1] in _EXTENDED:
            declared.extensions[modules] = (file, node)
    elif node[0] == "=":
        if node[1].endswith("config.api_only") and node[2] == ["b", True]:
            declared.api_roots.append(file.rpartition("config/")[0])
    elif node[3] == "isolate_namespace" and node[4] and node[4][0][0] == "c":
        declared.isolated[modules] = underscored(node[4][0][1])
    elif node[6]:
        engine = _drawn(node, modules)
        if engine is not None:
            parameters, body = node[6]
            inner = {**names, **dict.fromkeys(parameters, Self())}
            declared.drawings.append(Drawing(engine, file, node[1], body, inner))


def _drawn(call: Node, modules: str) -> str | None:
    """Return whose routes the block of a call draws, '' for the application, None if none."""
    receiver, name = call[2], call[3]
    if receiver is None:
        return None
    if name in _DRAW and receiver[0] == "call" and receiver[3] == "routes":
        return _engine(receiver[2], modules)
    return str(receiver[1]) if name == "add_routes" and receiver[0] == "c" else None


def _engine(receiver: Node | None, modules: str) -> str:
    """Return the constant of an engine, '' for the application."""
    if not receiver or receiver[0] != "c":
        return ""
    name = str(receiver[1])
    if name.endswith("Application"):
        return ""
    if name == "Engine" and modules:
        return f"{modules}::Engine"
    return name


class _Repository:
    """Draws every block of routes, engines where they are mounted."""

    def __init__(self, declared: Declared, files: dict[str, list[Node]]) -> None:
        self.declared = declared
        self.files = files
        self.drawn: list[Drawn] = []
        self.mounts: list[Mount] = []
        self.foreign: list[Mount] = []  # of what no engine of these files is
        self.missed: list[NotUnderstood] = []
        self.used: set[str] = {one.file for one in declared.drawings}

    def resolved(self) -> tuple[list[Endpoint], list[NotUnderstood], list[Mount]]:
        """Return the endpoints of all applications and engines, and what `resolve` tells."""
        engines = {drawing.engine for drawing in self.declared.drawings if drawing.engine}
        self._draw_all("", "/")
        mounted = self._draw_mounted(engines)
        for engine in sorted(engines - mounted):
            self._draw_all(engine, OPEN)
        for file, statements in self.files.items():
            draws = any(node[0] == "call" and node[3] in CALLS for node in statements)
            if draws and file not in self.used:
                reason = "routes that no `draw` of these files names"
                self.missed.append(NotUnderstood(file, 1, reason))
        endpoints = list(self._endpoints())
        return endpoints, list(dict.fromkeys(self.missed)), list(dict.fromkeys(self.foreign))

    def _draw_mounted(self, engines: set[str]) -> set[str]:
        """Draw engines where they are mounted; return those."""
        mounted: dict[str, list[str]] = {}
        for mount in self.mounts:  # grows while engines mount others
            engine = _same(mount.name, engines)
            if engine is None:
                self.foreign.append(mount)
                continue
            prefixes = mounted.setdefault(engine, [])
            if mount.path not in prefixes and len(prefixes) < _MOST_MOUNTS:
                prefixes.append(mount.path)
                self._draw_all(engine, mount.path)
        return set(mounted)

    def _draw_all(self, engine: str, prefix: str) -> None:
        """Draw the blocks of an engine, '' for the application; all know their concerns."""
        mapper = Mapper(self.declared.words, self.files)
        mapper.extensions = self.declared.extensions
        for drawing in self.declared.drawings:
            if drawing.engine != engine:
                continue
            module = self.declared.isolated.get(engine)
            mapper.file = drawing.file
            mapper.api = (
                not drawing.engine
                and drawing.file.rpartition("config/")[0] in self.declared.api_roots
            )
            mapper.scope = Scope(
                path=normalized(prefix), shallow_path=normalized(prefix), module=module
            )
            mapper.run(drawing.body, dict(drawing.names))
        self.drawn += mapper.drawn
        self.mounts += mapper.mounts
        self.used |= mapper.used
        self.missed += [NotUnderstood(*row) for row in mapper.missed]

    def _endpoints(self) -> Iterator[Endpoint]:
        seen: set[Drawn] = set()
        for drawn in self.drawn:
            for path in expanded(drawn.path):
                known, is_full = known_part(path)
                if "(" in known or (not is_full and not known.strip("/")):
                    self.missed.append(
                        NotUnderstood(drawn.file, drawn.line, "a route whose path is computed")
                    )
                    continue
                row = drawn._replace(path=path)
                if row in seen:
                    continue
                seen.add(row)
                yield Endpoint(
                    drawn.method, braced(known), drawn.handler, drawn.file, drawn.line, "rails",
                    "full" if is_full else "suffix", access_reason=REASON,
                )  # fmt: skip


def _same(name: str, engines: set[str]) -> str | None:
    """Return the engine that a constant names, by its whole name or by its end."""
    if name in engines:
        return name
    ends = [one for one in engines if name and (one.endswith(f"::{name}"))]
    return ends[0] if len(ends) == 1 else None
