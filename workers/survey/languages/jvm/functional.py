"""Endpoints of router functions: the builders of Java, and the DSL of Kotlin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.jvm.declarations import note, simple
from workers.survey.languages.jvm.paths import Path, endpoint, in_front, plain_parameters
from workers.survey.languages.jvm.program import Scope
from workers.survey.languages.jvm.spring_front import Fronts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.survey.languages.jvm.paths import Found

VERBS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
# What narrows a route by something else than its path.
_NARROWING = frozenset(
    "accept contentType queryParam param headers header all pathExtension version methods"
    " negate".split()
)
_NESTING = frozenset({"nest", "andNest", "path"})
_MORE = frozenset({"and", "andOther", "add"})
_ROUTERS = frozenset({"router", "coRouter"})
_DEEPEST = 60
_MOST_ROUTES = 2_000


class Route(NamedTuple):
    """A route below what is around it; no path means that it is not known."""

    verb: str
    path: Path | None
    handler: str
    line: int


class Predicate(NamedTuple):
    """What a route is asked for by: a verb or any, and a path or any."""

    verb: str | None
    path: Path | None
    is_known: bool = True
    line: int | None = None


_UNKNOWN = Predicate(None, None, is_known=False)


class _Method(NamedTuple):
    file: str
    owner: str
    fact: dict[str, Any]


def add_endpoints(findings: Found) -> None:
    """Add the endpoints of all router functions: of beans whole, of others the ends of paths."""
    methods = list(_methods(findings))
    reader = _Reader(findings, methods)
    fronts = Fronts(findings)
    beans = [one for one in methods if note(one.fact, "Bean") is not None]
    others = [one for one in methods if note(one.fact, "Bean") is None]
    for method in [*beans, *others]:
        is_bean = note(method.fact, "Bean") is not None
        if not is_bean and (method.file, method.fact["line"]) in reader.called:
            continue
        front = fronts.of_file(method.file) if is_bean else None
        for route in dict.fromkeys(reader.method(method)):
            place = (method.file, route.line, "spring")
            if route.path is None:
                findings.miss(method.file, route.line, "a route whose path is computed")
            else:
                text = plain_parameters(route.path.text) or "/"
                whole = in_front(front, Path(text, route.path.is_full))
                findings.add(endpoint(route.verb, whole, route.handler, place))


def _methods(findings: Found) -> Iterator[_Method]:
    """Yield the methods and functions that make router functions."""
    for file, fact in findings.program.files.items():
        for made in fact["classes"]:
            for method in made["methods"] if file.lower().endswith(".java") else ():
                if method.get("body") is not None and "addPathPrefix" not in str(method["body"]):
                    yield _Method(file, made["name"], method)
        for function in fact["functions"]:
            if function["body"] and _makes_router(function):
                yield _Method(file, function["class"], function)


def _makes_router(function: dict[str, Any]) -> bool:
    if function["type"][0].endswith("RouterFunction"):
        return True
    waiting: list[Any] = [*function["body"]]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, list):
            if entry[:1] == ["call"] and len(entry) == 6 and entry[2] in _ROUTERS and entry[3]:
                return True
            waiting.extend(entry)
    return False


@dataclass
class _Frame:
    """A method as it is gone through: where it stands, and what its names are."""

    scope: Scope
    locals: dict[str, list[Route]] = field(default_factory=dict)
    strings: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    depth: int = 0


@dataclass
class _Reader:
    findings: Found
    methods: list[_Method]
    called: set[tuple[str, int]] = field(default_factory=set)

    def method(self, method: _Method, depth: int = 0) -> list[Route]:
        """Return the routes that a method makes."""
        frame = _Frame(Scope(method.file, method.owner), depth=depth)
        return self._block(method.fact["body"], frame)[:_MOST_ROUTES]

    def _block(self, block: list[Any], frame: _Frame) -> list[Route]:
        routes: list[Route] = []
        for statement in block:
            if not statement:
                continue
            if statement[0] == "let":
                frame.values[statement[1]] = statement[2]
                frame.locals[statement[1]] = self._routes(statement[2], frame)
                text = self.findings.program.text(statement[2], frame.scope, frame.strings)
                if text is not None:
                    frame.strings[statement[1]] = text
            elif statement[0] == "block":
                routes += self._block(statement[1], frame)
            else:
                value = statement[1] if statement[0] == "return" else statement
                routes += self._routes(value, frame)
        return list(dict.fromkeys(routes))

    def _routes(self, expression: Any, frame: _Frame) -> list[Route]:
        """Return the routes of an expression."""
        if not expression or frame.depth > _DEEPEST:
            return []
        if expression[0] == "name":
            return frame.locals.get(expression[1], [])
        if expression[0] == "lambda":
            return self._block(expression[2], frame)
        if expression[0] == "block":
            return self._block(expression[1], frame)
        if expression[0] == "ref":
            return self._own_method(expression[1].rpartition("::")[2], frame)
        if expression[0] != "call":
            return []
        frame.depth += 1
        try:
            return self._call(expression, frame)[:_MOST_ROUTES]
        finally:
            frame.depth -= 1

    def _call(self, call: list[Any], frame: _Frame) -> list[Route]:
        _, receiver, name, arguments, line, _ = call
        if name == "invoke":
            return _made(self._predicates(receiver, frame), _handler(arguments), line)
        before = self._routes(receiver, frame)
        if name in _ROUTERS | _MORE:
            return [*before, *(r for one in arguments for r in self._routes(one, frame))]
        if name in VERBS:
            return [*before, *self._verb(name, arguments, line, frame)]
        if len(arguments) > 1 and name in {"route", "andRoute", "method"}:
            is_method = name == "method"  # method(HttpMethod.GET) { } of the DSL
            asked = ["call", None, name, arguments[:1], line, []] if is_method else arguments[0]
            made = _made(self._predicates(asked, frame), _handler(arguments[1:]), line)
            return [*before, *made]
        if name in _NESTING and arguments:
            return [*before, *self._nested(call, frame)]
        if receiver is None or receiver == ["name", "this"]:
            return self._own_method(name, frame)
        return before

    def _verb(self, name: str, arguments: list[Any], line: int, frame: _Frame) -> list[Route]:
        """Return what `GET("/x", handler)` adds; the path may be left out, or be a predicate."""
        if not arguments:
            return []
        first = arguments[0]
        if first and first[0] in {"ref", "lambda"}:
            return [Route(name, Path(""), _handler(arguments), line)]
        if first and (first[0] == "call" or self._is_predicate(first, frame)):
            own = self._predicates(first, frame)
            return _made([one._replace(verb=name) for one in own], _handler(arguments[1:]), line)
        path = self._path(first, frame)
        return [Route(name, path, _handler(arguments[1:]), line)]

    def _is_predicate(self, expression: Any, frame: _Frame) -> bool:
        """Tell whether a name is that of a predicate."""
        own = frame.values.get(expression[1]) if expression[0] == "name" else None
        return bool(own) and own is not None and own[0] == "call"

    def _path(self, expression: Any, frame: _Frame) -> Path | None:
        path = self.findings.path(expression, frame.scope, frame.strings)
        if path is None or not path.text or path.text.startswith("/"):
            return path
        return Path(f"/{path.text}", path.is_full)

    def _nested(self, call: list[Any], frame: _Frame) -> list[Route]:
        """Return the routes inside of what nests them, below its path."""
        _, receiver, name, arguments, line, _ = call
        inner = arguments[-1]
        is_dsl = name == "nest" and len(arguments) == 1
        asked = receiver if is_dsl else arguments[0]
        if name == "path" and (
            len(arguments) < 2 or not inner or inner[0] not in {"lambda", "ref"}
        ):
            return []
        predicates = self._predicates(asked, frame)
        routes = self._routes(inner, frame)
        if name == "path" and not routes and inner[0] == "lambda" and receiver is None:
            return _made(predicates, "", line)  # path("/x") { handler } of the DSL
        return [
            route._replace(path=_below(one, route.path)) for one in predicates for route in routes
        ]

    def _predicates(self, expression: Any, frame: _Frame) -> list[Predicate]:
        """Return what may be asked for: several where one or the other will do."""
        if not expression:
            return [_UNKNOWN]
        if expression[0] == "name" and (frame.values.get(expression[1]) or [""])[0] == "call":
            expression = frame.values[expression[1]]
        if expression[0] in {"str", "cat", "name"}:
            path = self._path(expression, frame)
            return [Predicate(None, path, is_known=path is not None)]
        if expression[0] != "call":
            return [_UNKNOWN]
        _, receiver, name, arguments, _, _ = expression
        frame.depth += 1
        try:
            if frame.depth > _DEEPEST:
                return [_UNKNOWN]
            if name in {"and", "or"} and arguments and receiver:
                left = self._predicates(receiver, frame)
                right = self._predicates(arguments[0], frame)
                if name == "or":
                    return [*left, *right]
                return [_both(one, two) for one in left for two in right][:_MOST_ROUTES]
            return [self._predicate(expression, frame)]
        finally:
            frame.depth -= 1

    def _predicate(self, call: list[Any], frame: _Frame) -> Predicate:
        _, receiver, name, arguments, line, _ = call
        if receiver and name != "negate" and receiver[-1] != "RequestPredicates":
            return _UNKNOWN  # a method of something else, which may be called alike
        if name in VERBS or name in {"path", "pathPrefix"}:
            path = self._path(arguments[0], frame) if arguments else None
            verb = name if name in VERBS else None
            return Predicate(verb, path, path is not None, line)
        if name == "method" and arguments and arguments[0] and arguments[0][0] == "name":
            return Predicate(simple(arguments[0][1]).upper(), Path(""))
        return Predicate(None, Path("")) if name in _NARROWING else _UNKNOWN

    def _own_method(self, name: str, frame: _Frame) -> list[Route]:
        """Return the routes of another method of the same class or file."""
        for method in self.methods:
            if method.file == frame.scope.file and method.fact["name"] == name:
                key = (method.file, method.fact["line"])
                if frame.depth + 5 > _DEEPEST or len(self.called) > _MOST_ROUTES:
                    return []
                self.called.add(key)
                return self.method(method, frame.depth + 5)
        return []


def _made(predicates: Iterable[Predicate], handler: str, line: int) -> list[Route]:
    return [
        Route(one.verb or "ANY", one.path if one.is_known else None, handler, one.line or line)
        for one in predicates
    ]


def _both(entry: Predicate, two: Predicate) -> Predicate:
    """Return what asks for two things at once; two paths at once are not understood."""
    if not (entry.is_known and two.is_known):
        return _UNKNOWN
    texts = [each.path for each in (entry, two) if each.path is not None and each.path.text]
    if len(texts) > 1:
        return _UNKNOWN
    line = entry.line or two.line
    return Predicate(entry.verb or two.verb, texts[0] if texts else Path(""), line=line)


def _below(outer: Predicate, path: Path | None) -> Path | None:
    if path is None or not path.is_full:
        return path
    if not outer.is_known or outer.path is None:
        return Path(path.text, is_full=False) if path.text else None
    return Path(outer.path.text.rstrip("/") + path.text, outer.path.is_full)


def _handler(arguments: list[Any]) -> str:
    """Return what answers a route, as far as it has a name."""
    for entry in arguments:
        if entry and entry[0] == "ref":
            return simple(str(entry[1]).replace("::", "."))
    return ""
