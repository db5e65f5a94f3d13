"""Follows what a file of Rails routes draws, as `ActionDispatch::Routing::Mapper` does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.ruby import rails_calls
from workers.survey.languages.ruby.rails_scope import (
    CANONICAL,
    Resource,
    Scope,
    normalized,
)
from workers.survey.languages.ruby.values import (
    MOST_ITEMS,
    OPEN,
    UNKNOWN,
    Application,
    Environment,
    Node,
    Self,
    Symbol,
    Unknown,
    options_of,
    value_of,
)
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.ruby.inflections import Inflections

MOST_CALLS = 40_000  # that are followed of one application
_EACH = frozenset(
    "each each_pair each_with_index map flat_map each_key each_value each_entry".split()
)


class Drawn(NamedTuple):
    """A route that was drawn; its path is as Rails writes it."""

    method: str
    path: str
    handler: str
    file: str
    line: int


class Mount(NamedTuple):
    """An application that is mounted at a path."""

    name: str
    path: str
    file: str
    line: int


class Mapper:
    """Draws the routes of one application or engine; `file` is where it is at the moment."""

    def __init__(
        self, words: Inflections, files: dict[str, list[Node]], *, api: bool = False
    ) -> None:
        """Start outside of any scope; an `api` has no forms."""
        self.words = words
        self.files = files  # the statements of files that `draw` may name
        self.api = api
        self.scope = Scope()
        self.file = ""
        self.drawn: list[Drawn] = []
        self.mounts: list[Mount] = []
        self.missed: list[tuple[str, int, str]] = []
        self.used: set[str] = set()  # files that `draw` named
        self.functions: dict[str, Node] = {}
        self.extensions: dict[str, tuple[str, Node]] = {}  # what `extend X` runs, with its file
        self.concerns: dict[str, tuple[str, Node]] = {}
        self.depth = 0
        self.calls = 0

    def miss(self, line: int, reason: str) -> None:
        """Keep what was not understood."""
        self.missed.append((self.file, line, reason))

    def run(self, body: list[Node], names: Environment) -> None:
        """Follow statements; too many, or too deep, are left out."""
        if self.depth > NESTING // 4:
            self.miss(1, "routes that are nested too deeply")
            return
        self.depth += 1
        for node in body:
            self.statement(node, names)
        self.depth -= 1

    def within(self, scope: Scope, body: list[Node], names: Environment) -> None:
        """Follow statements in a scope."""
        before, self.scope = self.scope, scope
        self.run(body, names)
        self.scope = before

    def statement(self, node: Node, names: Environment) -> None:
        """Follow one statement."""
        self.calls += 1
        if self.calls > MOST_CALLS:
            if self.calls == MOST_CALLS + 1:
                self.miss(1, "more routes than are followed")
            return
        if node[0] == "call":
            self.call(node, names)
        elif node[0] == "=":
            names[node[1]] = value_of(node[2], names)
        elif node[0] == "if":
            for body in node[1]:
                self.run(body, names)
        elif node[0] == "def":
            self.functions[node[1].removeprefix("self.")] = node
        elif node[0] == "v" and node[1] not in names:
            self.call(["call", node[2], None, node[1], [], [], None], names)

    def call(self, node: Node, names: Environment) -> None:
        """Follow a call: of the mapper, of a function of the file, or of something else."""
        _, line, receiver, name, arguments, pairs, block = node
        defaults: dict[Any, Any] = {}
        if receiver is not None:
            own = value_of(receiver, names)
            if not isinstance(own, Self):
                self.on_value(own, node, names)
                return
            defaults = dict(own.options)
        values = _values(arguments, names)
        function = self.functions.get(name)
        if function is not None and name != "draw":
            bound = dict(zip(function[2], values, strict=False))
            self.run(function[3], {**names, **dict.fromkeys(function[2], UNKNOWN), **bound})
            return
        options = {**defaults, **options_of(pairs, names)}
        if values and isinstance(values[-1], dict) and not pairs:
            options |= values.pop()
        if name in {"send", "public_send"} and values and isinstance(values[0], str):
            name = str(values.pop(0))
        call = rails_calls.Call(name, line, values, options, block, names)
        rails_calls.CALLS.get(name, rails_calls.other)(self, call)

    def on_value(self, own: Any, node: Node, names: Environment) -> None:
        """Follow a call on a value: a loop, or a library that draws on this mapper."""
        _, line, receiver, name, arguments, _, block = node
        if block is None:
            if any(one[:2] == ["v", "self"] for one in arguments):
                self.miss(line, f"the routes of `{_called(receiver)}.{name}` are of a library")
            return
        if name in _EACH:
            for bound in _rounds(own, block[0], name):
                self.run(block[1], {**names, **bound})
        elif name in {"instance_exec", "instance_eval", "tap", "then"} or name.startswith("with_"):
            self.run(block[1], {**names, **dict.fromkeys(block[0], Self())})
        else:
            self.run(block[1], {**names, **dict.fromkeys(block[0], UNKNOWN)})

    def nested(self) -> Scope:
        """Return the scope of what is nested in the resource around."""
        resource = self.scope.resource
        if resource is None:
            return self.scope
        scope = self.scope._replace(level="nested")
        if self.is_shallow(resource) and self.scope.shallow_depth >= 1:
            scope = scope.at_shallow
        return scope.below(resource.nested_path)

    def is_shallow(self, resource: Resource) -> bool:
        """Tell whether what belongs to one of a resource is drawn at the shallow path."""
        return not resource.single and self.scope.shallow

    def member(self, resource: Resource) -> Scope:
        """Return the scope of what belongs to one of a resource."""
        scope = self.scope._replace(level="member")
        if self.is_shallow(resource):
            scope = scope.at_shallow
        return scope.below(resource.member_path)

    def collection(self, resource: Resource) -> Scope:
        """Return the scope of what belongs to all of a resource."""
        return self.scope._replace(level="collection").below(resource.path)

    def new(self, resource: Resource) -> Scope:
        """Return the scope of what belongs to one that is not made yet."""
        named = self.scope.named_path("new")
        return self.scope._replace(level="new").below(f"{resource.path}/{named}")

    def route(self, path: Any, options: dict[Any, Any], methods: list[str], line: int) -> None:
        """Draw a route of `get "x", ...` in the scope that it means."""
        on = options.get("on")
        resource = self.scope.resource
        if isinstance(on, str) and resource is not None:
            scope = {"member": self.member, "collection": self.collection, "new": self.new}.get(on)
            inner = scope(resource) if scope is not None else self.nested()
        elif self.scope.level == "resources":
            inner = self.nested()
        elif self.scope.level == "resource" and resource is not None:
            inner = self.member(resource)
        else:
            inner = self.scope
        before, self.scope = self.scope, inner
        self.add(path, {key: one for key, one in options.items() if key != "on"}, methods, line)
        self.scope = before

    def add(self, path: Any, options: dict[Any, Any], methods: list[str], line: int) -> None:
        """Draw a route in the scope that is there."""
        action = path if isinstance(path, str) else None
        own_path = options.get("path") if isinstance(path, Symbol) else path
        if own_path is not None:
            text = own_path if isinstance(own_path, str) else OPEN
            full = f"{self.scope.path}/{text}"
        elif action in CANONICAL and self.scope.level in {"collection", "member", "new"}:
            full = self.scope.path
        else:
            full = f"{self.scope.path}/{self.scope.named_path(str(action))}"
        wanted = options.get("format", self.scope.format)
        full = normalized(full) + (".:format" if wanted is True and ":format" not in full else "")
        handler = self.handler(action, options)
        for method in methods:
            self.drawn.append(Drawn(method, full, handler, self.file, line))

    def handler(self, path: str | None, options: dict[Any, Any]) -> str:
        """Return what answers, as `controller#action`."""
        to = options.get("to", self.scope.to)
        if isinstance(to, Application):
            return to.name
        action, controller = options.get("action"), options.get("controller", self.scope.controller)
        if isinstance(to, Symbol) or (isinstance(to, str) and "#" not in to):
            action, to = to, None
        if to is None and action is None:
            is_told = self.scope.controller and self.scope.action
            action = self.scope.action if is_told else None
            to = None if is_told else _shorthand(path)
        if isinstance(to, str):
            controller, _, action = to.partition("#")
            controller = controller or self.scope.controller
        action = action or self.scope.action or _action_of(path)
        if isinstance(to, Unknown) or not isinstance(action, str):
            return ""
        return self._within_module(controller, action)

    def _within_module(self, controller: Any, action: str) -> str:
        """Return a controller with the modules around it, and its action."""
        module = self.scope.module
        if controller is None and module:
            controller = f"/{module}"
        if not isinstance(controller, str):
            return action.replace(OPEN, "?")
        if module and not controller.startswith("/"):
            controller = f"{module}/{controller}"
        return f"{controller.removeprefix('/')}#{action}".replace(OPEN, "?")

    def mount(self, application: Any, path: Any, line: int) -> None:
        """Keep what is mounted below a path."""
        scope = self.nested() if self.scope.level in {"resources", "resource"} else self.scope
        where = normalized(f"{scope.path}/{path if isinstance(path, str) else OPEN}")
        name = application.name if isinstance(application, Application) else ""
        self.mounts.append(Mount(name, where, self.file, line))


def _values(arguments: list[Node], names: Environment) -> list[Any]:
    """Return what arguments come to, those of a splat among them, without a block."""
    values: list[Any] = []
    for argument in arguments:
        value = value_of(argument, names)
        if argument[0] == "*" and isinstance(value, list):
            values += value
        elif argument[0] != "&":
            values.append(value)
    return values


def _shorthand(path: str | None) -> str | None:
    """Return the `a#b` that `get "a/b"` stands for."""
    bare = path.removesuffix("(.:format)") if path and not isinstance(path, Symbol) else ""
    if re.match(r"/?[-\w]+/[-\w/]+$", bare) is None:
        return None
    return re.sub(r"/([^/]*)$", r"#\1", bare.removeprefix("/")).replace("-", "_")


def _action_of(path: str | None) -> str | None:
    own = path.strip("/") if path else ""
    return own.replace("-", "_") if re.match(r"[\w-]+$", own) else None


def _called(receiver: Node | None) -> str:
    return str(receiver[1]) if receiver and receiver[0] in {"c", "v"} else "it"


def _rounds(own: Any, parameters: list[str], name: str) -> Iterator[Environment]:
    """Yield what the parameters of a block are in each round of a loop."""
    if isinstance(own, dict) and name in {"each_key", "each_value"}:
        own = list(own if name == "each_key" else own.values())
    if isinstance(own, dict):
        own = [[key, value] for key, value in own.items() if isinstance(key, str)]
    if not isinstance(own, list):
        yield dict.fromkeys(parameters, UNKNOWN)
        return
    for position, value in enumerate(own[:MOST_ITEMS]):
        values = [value, position] if name == "each_with_index" else [value]
        if isinstance(value, list) and len(parameters) > 1:
            values = [*value, *values[1:]]
        bound: dict[str, Any] = dict.fromkeys(parameters, UNKNOWN)
        yield {**bound, **dict(zip(parameters, values, strict=False))}
