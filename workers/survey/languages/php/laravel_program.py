"""Follows programs of routes as PHP would run them: groups, files that are loaded, methods."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.php.values import (
    FILE,
    ROOT,
    Constants,
    Instance,
    Scope,
    Value,
    pairs_of,
    texts_of,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workers.survey.languages.php.declared import Declared
    from workers.survey.languages.php.expressions import Expression
    from workers.survey.languages.php.files import Files
    from workers.survey.languages.php.source import Statement

LARAVEL, SLIM = "laravel", "slim"
MOST_STEPS = 50_000
MOST_TURNS = 500
DEEPEST = 25  # of files, groups and methods inside each other
_ROUTER_CLASSES = frozenset(
    r"Illuminate\Routing\Router Illuminate\Contracts\Routing\Registrar Laravel\Lumen\Routing\Router"
    r" Laravel\Lumen\Application Illuminate\Routing\RouteRegistrar".split()
)
_APPLICATIONS = (["variable", "app"], ["property", ["variable", "this"], "app"])
_SLIM_CLASSES = frozenset(
    r"Slim\App Slim\Routing\RouteCollectorProxy Slim\Interfaces\RouteCollectorProxyInterface"
    r" Slim\Factory\AppFactory Slim\Interfaces\RouteCollectorInterface".split()
)
_FACADES = frozenset(
    r"Route Illuminate\Support\Facades\Route Illuminate\Support\Facades\Router Router".split()
)


class Group(NamedTuple):
    """What stands in front of routes: the prefix, and the controller that they share."""

    prefix: str = ""
    controller: str = ""


class Method(NamedTuple):
    """A method that can be run: where it stands, and of which class."""

    file: str
    owner: str
    declared: dict[str, Any]


@dataclass
class Program:
    """All files, and what following them has brought so far."""

    sources: Mapping[str, dict[str, Any]]
    files: Files
    constants: Constants
    declared: Declared
    chain: Callable[[Program, Expression, Group, Scope], Value]
    methods: dict[tuple[str, str], Method] = field(default_factory=dict)
    properties: dict[str, dict[str, Expression]] = field(default_factory=dict)
    verbs: dict[str, str] = field(default_factory=dict)
    confirms: bool = False
    base_path: str = ""  # what Slim puts in front of all routes
    loaded: set[str] = field(default_factory=set)
    called: set[tuple[str, str]] = field(default_factory=set)
    open_loads: set[str] = field(default_factory=set)  # files that load what is not known
    active: list[object] = field(default_factory=list)
    steps: int = 0

    def run(self, statements: Iterable[Statement], group: Group, scope: Scope) -> None:
        """Run statements in order, every branch of them."""
        for statement in statements:
            self.steps += 1
            if self.steps > MOST_STEPS:
                return
            word = statement[0]
            if word in {"do", "return"}:
                self.expression(statement[1], group, scope)
            elif word == "if":
                self.expression(statement[1], group, scope)
                self.run(statement[2], group, scope)
                self.run(statement[3], group, scope)
            elif word == "block":
                self.run(statement[1], group, scope)
            elif word == "each":
                self._each(statement, group, scope)

    def _each(self, statement: Statement, group: Group, scope: Scope) -> None:
        _, listed, key, name, body = statement
        worth = self.worth(listed, scope)
        turns: list[tuple[Value, Value]] = pairs_of(worth) or [(None, None)]
        if isinstance(worth, list) and not worth:
            return
        for number, (worth_key, item) in enumerate(turns[:MOST_TURNS]):
            if key:
                scope.variables[key] = str(number) if worth_key is None else worth_key
            if name:
                scope.variables[name] = item
            self.run(body, group, scope)

    def expression(self, expression: Expression, group: Group, scope: Scope) -> Value:
        """Run an expression for its effects; return what it is worth."""
        if not isinstance(expression, list) or not expression:
            return expression if isinstance(expression, str) else None
        word = expression[0]
        if word == "assign":
            worth = self.expression(expression[2], group, scope)
            if expression[1]:
                scope.variables[expression[1]] = worth
            return worth
        if word == "include":
            self.load(self.worth(expression[1], scope), group, scope, expression[2])
            return None
        if word == "chain":
            return self.chain(self, expression, group, scope)
        if word in {"either", "array"}:
            for each in expression[1]:
                self.expression(each if word == "either" else each[1], group, scope)
        if word == "new" and expression[1] in _SLIM_CLASSES:
            return Instance(("router", SLIM))
        return self.worth(expression, scope)

    def worth(self, expression: Expression, scope: Scope) -> Value:
        """Return what an expression is worth; `glob` lists the files that are there."""
        if isinstance(expression, list) and expression[:2] == ["chain", None]:
            name, arguments = expression[2][0][0], expression[2][0][1]
            if name == "glob" and len(expression[2]) == 1 and arguments:
                pattern = value(arguments[0][1], scope)
                listed = self.files.matching(pattern, scope.file)
                return None if listed is None else [(None, FILE + one) for one in listed]
        return value(expression, scope)

    def router(self, base: Expression, scope: Scope) -> str | None:
        """Return whose router an expression is, None if it is none."""
        if not isinstance(base, list):
            return None
        if base[0] == "class":
            return LARAVEL if base[1] in _FACADES or base[1].endswith("Facades\\Route") else None
        if base[0] == "variable":
            known = scope.variables.get(base[1])
            is_router = isinstance(known, Instance) and known[0] == "router"
            return str(known[1]) if is_router and known else None
        if base[0] in {"property", "index"}:
            return LARAVEL if base[2] == "router" and base[1] in _APPLICATIONS else None
        return SLIM if base[0] == "new" and base[1] in _SLIM_CLASSES else None

    def load(self, path: Value, group: Group, scope: Scope, line: int) -> None:
        """Run the files that a path, or a list of paths, means."""
        paths = texts_of(path)
        if paths is None:
            if group.prefix or isinstance(path, str):
                self.declared.miss(scope.file, line, "it loads a file whose name is computed")
            self.open_loads.add(scope.file)
            return
        for named in paths:
            file = self.files.named(named, scope.file)
            if file is not None:
                self.run_file(file, group, scope)
            elif named.startswith((ROOT, FILE)) and named.endswith("/"):
                self.open_loads.add(scope.file)

    def run_file(self, file: str, group: Group, caller: Scope | None = None) -> None:
        """Run a file in a group; what its caller knows it knows as well."""
        self.loaded.add(file)
        if file in self.active or len(self.active) > DEEPEST:
            return
        source = self.sources[file]
        known = dict(caller.variables) if caller is not None else {}
        kind = SLIM if source["slim"] else LARAVEL
        is_named = "route" in file.lower()
        if is_named or caller is not None:
            known.setdefault("router", Instance(("router", kind)))
        if source["slim"] or is_named:
            known.setdefault("app", Instance(("router", kind)))
        scope = Scope(self.constants, file, variables=known)
        self.active.append(file)
        self.run(source["body"], group, scope)
        if source["slim"]:
            self._returned(source["body"], group, scope)
        self.active.pop()

    def _returned(self, body: list[Statement], group: Group, scope: Scope) -> None:
        """Run the closure that a file of Slim's routes returns."""
        for statement in body:
            if statement[0] == "return" and statement[1][:1] == ["closure"]:
                self.call(Instance(("closure", statement[1], scope)), group)

    def call(
        self, closure: Value, group: Group, arguments: Iterable[Value] = (), kind: str | None = None
    ) -> None:
        """Run a closure; its first parameter is a router if it is called with one."""
        if not isinstance(closure, Instance) or closure[0] != "closure":
            return
        if len(self.active) > DEEPEST:
            return
        _, parameters, body, line = closure[1]
        scope: Scope = closure[2].inner()
        bind(scope, parameters, list(arguments), kind)
        if kind == SLIM:  # of Slim 3: a group's closure is bound to the router
            scope.variables["this"] = Instance(("router", SLIM))
        self.active.append(("closure", line))
        self.run(body, group, scope)
        self.active.pop()

    def method(self, owner: str, name: str, group: Group, arguments: Iterable[Value] = ()) -> bool:
        """Run a method of a class in the repository; tell whether there is one."""
        known = self._method_of(owner, name)
        if known is None:
            return False
        key = (known.owner, name)
        self.called.add(key)
        if key in self.active or len(self.active) > DEEPEST:
            return True
        scope = Scope(self.constants, known.file, owner, {}, self.properties.get(owner, {}))
        bind(scope, known.declared.get("parameters", []), list(arguments), None)
        self.active.append(key)
        self.run(known.declared["body"], group, scope)
        self.active.pop()
        return True

    def _method_of(self, owner: str, name: str) -> Method | None:
        current: str | None = owner
        for _ in range(DEEPEST):
            if not current:
                return None
            if (current, name) in self.methods:
                return self.methods[(current, name)]
            current = self.constants.parents.get(current)
        return None


def bind(
    scope: Scope, parameters: list[list[str]], arguments: list[Value], kind: str | None
) -> None:
    """Give parameters what they are called with; routers are known by their class as well."""
    for position, (name, declared) in enumerate(parameters):
        scope.variables[name] = arguments[position] if position < len(arguments) else None
        if declared in _SLIM_CLASSES:
            scope.variables[name] = Instance(("router", SLIM))
        elif declared in _ROUTER_CLASSES or (kind and position == 0):
            scope.variables[name] = Instance(("router", kind or LARAVEL))
