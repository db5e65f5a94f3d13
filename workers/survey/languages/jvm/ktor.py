"""Endpoints of Ktor: blocks of `routing`, and the functions and lambdas that they are made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from workers.survey.languages.jvm.declarations import simple, unnamed
from workers.survey.languages.jvm.ktor_paths import Resources, below, parameters
from workers.survey.languages.jvm.paths import Path, endpoint
from workers.survey.languages.jvm.program import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.languages.jvm.paths import Found

VERBS = frozenset("get post put delete patch head options".split())
_SOCKETS = {"webSocket": "WEBSOCKET", "webSocketRaw": "WEBSOCKET", "sse": "GET"}
# What stands around routes and adds nothing to their path.
_AROUND = frozenset(
    "authenticate rateLimit header accept contentType param optionalParam host port localPort"
    " preferredLocale apply run also let with forEach createChild cors openApi tags"
    " withContext".split()
)
# What serves something else than routes, or sets something up.
_SILENT = frozenset(
    "install static staticFiles staticResources staticFileSystem staticZip swaggerUI openAPI"
    " singlePageApplication intercept trace environment log monitor files resources default"
    " defaultResource file staticBasePackage staticRootFolder describe".split()
)
_ROUTES = frozenset({"Route", "Routing", "RoutingNode", "RootRoute", "IRoute"})
_ROOTS = frozenset({"routing", "Routing"})
_UNKNOWN = "?"  # a verb that is computed
_DEEPEST = 60
_MOST_CALLS = 20_000


@dataclass(frozen=True)
class _Frame:
    """Where a statement stands: in a file, below a path, with what its names stand for."""

    scope: Scope
    front: Path | None = None
    verb: str | None = None
    depth: int = 0
    strings: Mapping[str, Any] = field(default_factory=dict)
    lambdas: Mapping[str, tuple[list[Any], _Frame]] = field(default_factory=dict)
    routes: Mapping[str, tuple[Path | None, str | None]] = field(default_factory=dict)


def add_endpoints(findings: Found) -> None:
    """Add the endpoints of every block of routes, and the ends of what none is seen to call."""
    reader = _Reader(findings)
    of_routes: list[tuple[str, dict[str, Any]]] = []
    for file, fact in findings.program.files.items():
        imported = [*fact["imports"].values(), *fact["wild"]]
        if not any(name.startswith("io.ktor") for name in imported):
            continue
        for made in fact["classes"]:
            reader.roots(made.get("init") or [], Scope(file, made["name"]))
        for function in fact["functions"]:
            if function["body"] is None:
                continue
            if _takes_route(function):
                of_routes.append((file, function))
            else:
                reader.roots(function["body"], Scope(file, function["class"]))
    for file, function in of_routes:
        if (file, function["line"]) not in reader.called:
            reader.function(function, _Frame(Scope(file, function["class"])))


def _takes_route(function: dict[str, Any]) -> bool:
    kinds = [kind[0] for _, kind in function["parameters"]]
    return function["receiver"] in _ROUTES or not _ROUTES.isdisjoint(kinds)


class _Reader:
    def __init__(self, findings: Found) -> None:
        self.findings = findings
        self.resources = Resources(findings)
        self.called: set[tuple[str, int]] = set()
        self.calls = 0
        self.functions: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for file, fact in findings.program.files.items():
            for function in fact["functions"]:
                if function["body"] is not None:
                    self.functions.setdefault(function["name"], []).append((file, function))

    def roots(self, body: list[Any], scope: Scope) -> None:
        """Go through the blocks of `routing` in a function, wherever they stand."""
        waiting: list[Any] = list(reversed(body))
        while waiting:
            argument = waiting.pop()
            if not isinstance(argument, list):
                continue
            is_call = argument[:1] == ["call"] and len(argument) == 6
            if is_call and (argument[2] in _ROOTS or argument[3][:1] == [["name", "Routing"]]):
                front = self.findings.settings.path(scope.file, "ktor.deployment.rootPath")
                frame = _Frame(scope, None if front is None else Path(front))
                for block in _lambdas(argument):
                    self.block(block[2], self._named(frame, block[1]))
            else:
                waiting.extend(reversed(argument))

    def _named(self, frame: _Frame, names: list[str]) -> _Frame:
        """Return the frame of a lambda whose parameter is the route itself."""
        own = dict.fromkeys(names[:1], (frame.front, frame.verb))
        return replace(frame, routes={**frame.routes, **own}) if own else frame

    def block(self, block: list[Any], frame: _Frame) -> None:
        """Go through statements."""
        strings = dict(frame.strings)
        frame = replace(frame, strings=strings, depth=frame.depth + 1)
        for statement in block if frame.depth < _DEEPEST else ():
            if not statement:
                continue
            if statement[0] == "let":
                text = self.findings.program.text(statement[2], frame.scope, strings)
                strings[statement[1]] = text
            self._statement(
                statement[-1] if statement[0] in {"let", "return"} else statement, frame
            )

    def _statement(self, statement: Any, frame: _Frame) -> None:
        if not statement:
            return
        if statement[0] == "block":
            self.block(statement[1], frame)
        elif statement[0] == "call":
            self.calls += 1
            if self.calls < _MOST_CALLS:
                self._call(statement, frame)

    def _call(self, call: list[Any], frame: _Frame) -> None:
        _, receiver, name, arguments, _, _ = call
        own = self._on(receiver, frame)
        if own is None:
            self._method(call, frame)
            return
        frame = own
        if self._is_route(call, frame):
            self._route(call, frame)
        elif name in {"route", "method", "resource", "createRouteFromPath"}:
            self._nested(call, frame)
        elif name in {"forEach", "onEach"}:
            self._repeated(call, frame)
        elif name in frame.lambdas:
            body, of = frame.lambdas[name]
            self.block(body, replace(of, front=frame.front, verb=frame.verb, depth=frame.depth))
        elif name in _SILENT or self._follow(call, frame):
            return
        else:
            inner = frame if name in _AROUND else replace(frame, front=None)
            self._inside(arguments, inner)

    def _is_route(self, call: list[Any], frame: _Frame) -> bool:
        """Tell whether a call declares a route, and not one of the repository's own functions."""
        _, _, name, arguments, _, types = call
        if name not in VERBS and name not in _SOCKETS and name != "handle":
            return False
        has_handler = any(one and one[0] in {"lambda", "ref"} for one in arguments)
        return has_handler or bool(types) or self._function(call, frame) is None

    def _on(self, receiver: Any, frame: _Frame) -> _Frame | None:
        """Return the frame of what a call is made on, None for what is no route."""
        if receiver is None:
            return frame
        name = str(receiver[1]) if receiver[0] == "name" else ""
        if name.startswith("this"):
            return frame
        if name in frame.routes:
            front, verb = frame.routes[name]
            return replace(frame, front=front, verb=verb)
        return None

    def _method(self, call: list[Any], frame: _Frame) -> None:
        """Follow a call on something else: a list, a chain behind a route, an object's routes."""
        _, receiver, name, arguments, _, _ = call
        if name in {"forEach", "onEach"}:
            self._repeated(call, frame)
        elif receiver[0] == "call" and not self._follow(call, frame):
            self._statement(receiver, frame)
            if name in _AROUND:
                self._inside(arguments, frame)
        elif receiver[0] == "call":
            return
        elif name in _AROUND:
            self._inside(arguments, frame)
        elif name not in VERBS:
            self._follow(call, frame)

    def _inside(self, arguments: list[Any], frame: _Frame) -> None:
        for body, of, names in self._bodies(arguments, frame):
            inner = replace(of, front=frame.front, verb=frame.verb, depth=frame.depth)
            self.block(body, self._named(inner, names))

    def _bodies(
        self, arguments: list[Any], frame: _Frame
    ) -> Iterator[tuple[list[Any], _Frame, list[str]]]:
        """Yield the lambdas among arguments, those that a name stands for as well."""
        for argument in arguments:
            value = argument[2] if argument and argument[0] == "named" else argument
            if value and value[0] == "lambda":
                yield value[2], frame, value[1]
            elif value and value[0] == "name" and value[1] in frame.lambdas:
                yield *frame.lambdas[value[1]], []

    def _repeated(self, call: list[Any], frame: _Frame) -> None:
        """Go through a loop over texts once for each; over anything else with an unknown name."""
        _, receiver, _, arguments, _, _ = call
        values = receiver[1] if receiver and receiver[0] == "list" else [None]
        for block in _lambdas(["call", None, "", arguments, 0, []]):
            name = block[1][0] if block[1] else "it"
            for value in values[:100]:
                text = self.findings.program.text(value, frame.scope, frame.strings)
                self.block(block[2], replace(frame, strings={**frame.strings, name: text}))

    def _path(self, call: list[Any], frame: _Frame) -> tuple[Path | None, bool]:
        """Return the path of a call, '' where it has none; and whether it is understood."""
        _, _, name, arguments, _, types = call
        first = arguments[0] if arguments else None
        first = unnamed(first)
        is_typed = bool(types) and (not first or first[0] in {"lambda", "ref"})
        if is_typed or name == "resource":
            path = self.resources.path(types[0][0], frame.scope) if types else None
            return path, path is not None
        if not first or first[0] in {"lambda", "ref"}:
            return Path(""), not arguments or first is not None
        if first[0] == "name" and first[1] in frame.lambdas:
            return Path(""), True
        path = self.findings.path(first, frame.scope, frame.strings)
        return path, path is not None

    def _route(self, call: list[Any], frame: _Frame) -> None:
        _, _, name, arguments, line, types = call
        if not arguments and not types:
            return
        if name == "handle":  # what it is typed by is read of a path that stands around it
            path, is_known, verb = Path(""), True, frame.verb or "ANY"
        else:
            found_path, is_known = self._path(call, frame)
            path = found_path or Path("")
            verb = _SOCKETS.get(name) or name.upper()
        whole = below(frame.front, path) if is_known and verb != _UNKNOWN else None
        if whole is None:
            reason = "a route whose path or method is computed"
            self.findings.miss(frame.scope.file, line, reason)
            return
        place = (frame.scope.file, line, "ktor")
        for text in parameters(whole.text):
            self.findings.add(endpoint(verb, Path(text, whole.is_full), "", place))

    def _nested(self, call: list[Any], frame: _Frame) -> None:
        """Go through what stands below a path or a verb."""
        _, _, name, arguments, _, _ = call
        verb, front = frame.verb, frame.front
        if name == "method":
            verb = _verb(arguments[0] if arguments else None) or _UNKNOWN
        else:
            path, is_known = self._path(call, frame)
            front = below(front, path) if is_known and path is not None else None
            for argument in arguments[1:-1]:
                verb = (
                    _verb(argument[2] if argument and argument[0] == "named" else argument)
                    or _UNKNOWN
                )
        self._inside(arguments, replace(frame, front=front, verb=verb))

    def _follow(self, call: list[Any], frame: _Frame) -> bool:
        """Follow a function of the repository that takes a route; tells whether it is one."""
        found_function = self._function(call, frame)
        if found_function is None:
            return False
        file, function = found_function
        self.called.add((file, function["line"]))
        if not _is_for_routes(function, call):
            return False
        own = self._function_frame(file, function, call[3], frame)
        self.function(function, own)
        return True

    def _function_frame(
        self, file: str, function: dict[str, Any], arguments: list[Any], frame: _Frame
    ) -> _Frame:
        """Return the frame of a function: its parameters stand for what it is called with."""
        names = [str(name) for name, _ in function["parameters"]]
        strings = self._defaults(file, function)
        lambdas: dict[str, tuple[list[Any], _Frame]] = {}
        for position, argument in enumerate(arguments[: len(names)]):
            value = unnamed(argument)
            is_last = bool(value) and value is not None and value[0] == "lambda"
            name = names[-1] if is_last else names[position]  # a lambda stands behind the call
            if argument is not value and argument:
                name = str(argument[1])
            if value and value[0] == "lambda":
                lambdas[name] = (value[2], frame)
            elif value and value[0] == "name" and value[1] in frame.lambdas:
                lambdas[name] = frame.lambdas[value[1]]
            else:
                strings[name] = self.findings.program.text(value, frame.scope, frame.strings)
        routes = dict.fromkeys(_routes_of(function), (frame.front, frame.verb))
        return _Frame(
            Scope(file, function["class"]), frame.front, frame.verb, frame.depth + 3,
            strings, lambdas, routes,
        )  # fmt: skip

    def _defaults(self, file: str, function: dict[str, Any]) -> dict[str, Any]:
        """Return what the parameters of a function are where a call leaves them out."""
        scope, defaults = Scope(file, function["class"]), function.get("defaults") or {}
        return {
            name: self.findings.program.text(defaults.get(name), scope)
            for name, _ in function["parameters"]
        }

    def function(self, function: dict[str, Any], frame: _Frame) -> None:
        """Go through a function that takes a route."""
        if not frame.strings:  # nobody is seen to call it
            unknown = dict.fromkeys(name for name, _ in function["parameters"])
            routes = dict.fromkeys(_routes_of(function), (frame.front, frame.verb))
            frame = replace(frame, strings=unknown, routes=routes)
        self.block(function["body"], frame)

    def _function(self, call: list[Any], frame: _Frame) -> tuple[str, dict[str, Any]] | None:
        """Return the function that a call means: of the file, imported, or the only one."""
        fact = self.findings.program.files[frame.scope.file]
        imported = fact["imports"].get(call[2])
        named = self.functions.get(simple(imported or call[2]), [])
        several = [one for one in named if _takes_route(one[1]) or not call[1]]
        choices = self._choices(several, frame.scope.file, imported)
        if not choices and call[1]:
            choices = several
        same = [one for one in choices if len(one[1]["parameters"]) == len(call[3])]
        nearest = sorted(same or choices, key=lambda one: -_shared(one[0], frame.scope.file))
        return nearest[0] if nearest else None

    def _choices(
        self, several: list[tuple[str, dict[str, Any]]], file: str, imported: str | None
    ) -> list[tuple[str, dict[str, Any]]]:
        """Return those functions of a name that a file sees: imported, its own, of its package."""
        files = self.findings.program.files
        packages = [files[file]["package"], *files[file]["wild"]]
        if imported:
            packages = [imported.rpartition(".")[0]]
        near = [] if imported else [one for one in several if one[0] == file]
        return near or [one for one in several if files[one[0]]["package"] in packages]


def _routes_of(function: dict[str, Any]) -> list[str]:
    """Return the parameters of a function that are routes."""
    return [name for name, kind in function["parameters"] if kind[0] in _ROUTES]


def _is_for_routes(function: dict[str, Any], call: list[Any]) -> bool:
    """Tell whether a function adds routes: it takes one, or what it is called with does."""
    return _takes_route(function) or any(one and one[0] == "lambda" for one in call[3])


def _lambdas(call: list[Any]) -> Iterator[list[Any]]:
    for argument in call[3]:
        value = argument[2] if argument and argument[0] == "named" else argument
        if value and value[0] == "lambda":
            yield value


def _verb(expression: Any) -> str | None:
    """Return the verb of `HttpMethod.Get`."""
    is_name = bool(expression) and expression[0] == "name"
    name = simple(str(expression[1])).upper() if is_name else ""
    return name if name.lower() in VERBS else None


def _shared(file: str, other: str) -> int:
    pairs = zip(file.split("/"), other.split("/"), strict=False)
    return next((number for number, (one, two) in enumerate(pairs) if one != two), len(file))
