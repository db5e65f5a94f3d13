"""Follows code that puts routers together, from the functions that nobody calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.rust import attributes, calls, macros, results
from workers.survey.languages.rust.values import (
    Closure,
    Handler,
    Methods,
    Route,
    Router,
    Several,
    Text,
    joined,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.survey.languages.rust.expressions import Statement, Value
    from workers.survey.languages.rust.modules import Function, Modules, Path

_MOST_STEPS = 100_000
_DEEPEST = 30
_ROUTERS = ("Router", "Vec<Route>", "Vec<rocket::Route>", "Scope", "Resource", "ServiceConfig")
# What puts routes somewhere else.
_PLACING = frozenset({"nest", "merge", "nest_service", "service", "mount", "configure"})
_IN_PLACE = frozenset({"config", "list"})
_SERVING = frozenset({"axum", "app", "rocket"})
Birth = tuple[str, int, str]


@dataclass
class Scope:
    """What code sees: its variables, its module, its file, and the type that it is of."""

    names: dict[str, Any]
    module: Path
    file: str
    of: str | None = None
    left_with: Any = None  # what the function returns before its end


class Result(NamedTuple):
    """What a function makes by itself; loose routes only become some where they are mounted."""

    function: Function
    made: dict[Birth, dict[Route, None]]
    missed: list[NotUnderstood]
    is_loose: bool


@dataclass
class Follower:
    """Follows all functions; keeps of each the routes that it made, where they were put last."""

    modules: Modules
    missed: list[NotUnderstood] = field(default_factory=list)
    _steps: int = 0
    _stack: list[tuple[str, int]] = field(default_factory=list)
    _called: set[tuple[str, int]] = field(default_factory=set)
    _made: dict[Birth, dict[Route, None]] = field(default_factory=dict)

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints that are served, as far as is seen."""
        alone = [self._alone(function) for function in self.modules.with_bodies()]
        tops = [result for result in alone if result.function.key not in self._called]
        served = [result for result in tops if not _hands_out(result.function)]
        crates = {result.function.crate for result in served if result.made}
        self.missed = []
        unique: dict[Endpoint, None] = {}
        for result in tops:
            function = result.function
            is_served = not _hands_out(function) or function.crate not in crates
            if is_served:
                unique |= dict.fromkeys(results.as_endpoints(result.made))
                self.missed += [*results.roots_of_unknown(result.made), *result.missed]
            if result.is_loose or (result.made and not is_served):
                reason = f"nothing is seen to serve the routes of {function.fact['name']}"
                self.missed.append(NotUnderstood(function.file, function.fact["line"], reason))
        return results.without_ends(unique)

    def _alone(self, function: Function) -> Result:
        """Follow a function as if nobody called it."""
        self._made, self.missed = {}, []
        names = _parameters(function)
        returned = self.run(function, names)
        handed = [names.get(name) for name, _ in function.fact["parameters"]]
        is_loose = any(_is_loose(value) for value in (returned, *handed))
        return Result(function, self._made, self.missed, is_loose)

    def run(self, function: Function, names: dict[str, Any]) -> Any:
        """Follow a function with its parameters; returns what it returns."""
        if function.key in self._stack or len(self._stack) > _DEEPEST:
            return None
        self._stack.append(function.key)
        scope = Scope(names, function.module, function.file, function.fact["of"])
        returned = self._statements(function.fact["body"] or [], scope)
        self._stack.pop()
        return both(returned, scope.left_with)

    def _statements(self, listed: list[Statement], scope: Scope) -> Any:
        returned: Any = None
        for statement in listed:
            self._steps += 1
            if self._steps > _MOST_STEPS:
                break
            value = self.value(statement[-1], scope)
            self.keep(value)
            if statement[0] == "let":
                _bind(statement[1], value, scope)
            else:
                self._changed(statement[-1], value, scope)
                if statement[0] == "exit":
                    scope.left_with = both(scope.left_with, value)
                if statement[0] == "return" and value is not None:
                    returned = both(returned, value)
        return returned

    def keep(self, value: Any) -> None:
        """Keep where the routes of a value are now."""
        if isinstance(value, Several):
            for route in value.values:
                self.keep(route)
        if not isinstance(value, Router) or value.kind not in _SERVING:
            return
        moved: dict[Birth, dict[Route, None]] = {}
        for route in value.placed():
            moved.setdefault(route.birth, {})[route] = None
        self._made |= moved

    @staticmethod
    def _changed(written: Value, value: Any, scope: Scope) -> None:
        """Change the variable that a chain of calls begins with, where it is changed in place."""
        while written and written[0] == "method":
            written = written[1]
        name = written[1] if written and written[0] == "n" else None
        before = scope.names.get(name) if name else None
        is_changed = isinstance(before, Router) and before.kind in _IN_PLACE
        if is_changed and isinstance(value, Router):
            scope.names[str(name)] = value

    def value(self, value: Value, scope: Scope) -> Any:
        """Return what an expression stands for, None for what is not known."""
        self._steps += 1
        if value is None or self._steps > _MOST_STEPS:
            return None
        kind = value[0]
        if kind in {"call", "method", "macro"}:
            return self._invoked(value, scope)
        if kind == "s":
            return Text(value[1])
        if kind == "n":
            return self._name(value[1], scope)
        if kind == "fn":
            return Closure(value[1], value[2], scope.names, scope.module, scope.file)
        if kind == "block":
            return self._statements(value[1], scope)
        if kind == "list":
            return Several(tuple(self.value(one, scope) for one in value[1]))
        if kind == "any":
            return self._one_of(value[1], scope)
        return None

    def _invoked(self, value: list[Any], scope: Scope) -> Any:
        if value[0] == "macro":
            return macros.expanded(self, value, scope)
        made = self._call(value, scope) if value[0] == "call" else self._method(value, scope)
        if isinstance(made, Router):
            self._steps += len(made.routes) // 10
        return made

    def _one_of(self, sides: list[Value], scope: Scope) -> Any:
        """Follow each side of a branch; variables hold what any of them leaves in them."""
        before = dict(scope.names)
        after: dict[str, Any] = {}
        returned: Any = None
        for side in sides:
            scope.names.clear()
            scope.names.update(before)
            returned = both(returned, self.value(side, scope))
            for name, value in scope.names.items():
                after[name] = both(after[name], value) if name in after else value
        scope.names.clear()
        scope.names.update(before | after)
        for name, value in after.items():
            if isinstance(value, Router) and value != before.get(name):
                self.keep(value)
        return returned

    def _name(self, path: str, scope: Scope) -> Any:
        if path in scope.names:
            return scope.names[path]
        constant = self.modules.constant(_own(path, scope), scope.module)
        if constant is not None:
            written, module = constant
            if len(self._stack) < _DEEPEST:
                self._stack.append(("", 0))
                read = self.value(written, Scope({}, module, scope.file))
                self._stack.pop()
                return read
            return None
        return self.handler(path, scope)

    def handler(self, path: str, scope: Scope) -> Handler:
        """Return a function that is named, with the routes of its attributes."""
        function = self.modules.function(_own(path, scope), scope.module)
        if function is None:
            return Handler(path)
        return Handler(path, tuple(self._declared(function)))

    def _declared(self, function: Function) -> Iterable[Route]:
        """Yield the routes of a function's attributes; a module may give them a scope."""
        prefix = next(
            (
                prefixed.strip().strip('"')
                for cut in range(len(function.module), 0, -1)
                if (prefixed := self.modules.scopes.get(function.module[:cut])) is not None
            ),
            "",
        )
        for route in attributes.declared(function.fact["attributes"]):
            if route.path is None:
                reason = "the path of an attribute is computed"
                self.missed.append(NotUnderstood(function.file, route.line, reason))
                continue
            path = joined(prefix, route.path, "actix") if prefix else route.path
            name = function.fact["name"]
            yield Route(route.verb, path, name, function.file, route.line, route.kind)

    def _call(self, value: list[Any], scope: Scope) -> Any:
        _, path, written, line = value
        function = None
        if not calls.is_librarys(path, scope, self):
            function = self.modules.function(_own(path, scope), scope.module)
        if function is not None and function.fact["body"] is not None:
            return self.into(function, [None], written, scope, skip_self=False)
        arguments = [self.value(one, scope) for one in written]
        return calls.called(self, path, arguments, line, scope)

    def _method(self, value: list[Any], scope: Scope) -> Any:
        _, of, name, written, line = value
        receiver = self.value(of, scope)
        is_plain = receiver is None or isinstance(receiver, (Handler, Text))
        if is_plain and not calls.is_own_method(name):
            kind = scope.of if of == ["n", "self"] else None
            function = self.modules.method(name, kind, scope.module)
            if function is not None and function.fact["body"] is not None and _yields(function):
                return self.into(function, [receiver], written, scope, skip_self=True)
        before = set(self._made)
        arguments = [self.value(one, scope) for one in written]
        if name in _PLACING and not any(map(_is_known, arguments)):
            self._open(before)
        return calls.method(self, calls.Call(receiver, name, arguments, line, scope, written))

    def _open(self, before: set[Birth]) -> None:
        """Leave open where the routes are that were made since, and are put somewhere."""
        for birth in self._made.keys() - before:
            routes = self._made[birth]
            self._made[birth] = {one._replace(is_known=False): None for one in routes}

    def into(
        self,
        function: Function,
        receiver: list[Any],
        written: list[Value],
        scope: Scope,
        *,
        skip_self: bool,
    ) -> Any:
        """Follow a call; a configuration that is handed over comes back with what was added."""
        self._called.add(function.key)
        parameters = [argument[0] for argument in function.fact["parameters"]]
        arguments = [self.value(argument, scope) for argument in written]
        if skip_self or (parameters[:1] == ["self"] and len(parameters) > len(arguments)):
            arguments = [*receiver, *arguments]
        names = dict(zip(parameters, arguments, strict=False))
        returned = self.run(function, names)
        for name, argument in zip(
            parameters[len(arguments) - len(written) :], written, strict=False
        ):
            after = names.get(name)
            is_changed = isinstance(after, Router) and after.kind in _IN_PLACE
            if is_changed and argument and argument[0] == "n":
                scope.names[argument[1]] = after
        return returned

    def into_closure(self, closure: Closure, arguments: list[Any]) -> tuple[Any, dict[str, Any]]:
        """Follow a closure; returns what it returns and its variables."""
        names = {**closure.environment, **dict(zip(closure.names, arguments, strict=False))}
        if len(self._stack) > _DEEPEST:
            return None, names
        self._stack.append((closure.file, -len(self._stack)))
        scope = Scope(names, closure.module, closure.file)
        returned = self._statements(closure.statements, scope)
        self._stack.pop()
        return both(returned, scope.left_with), names

    def configured(self, target: Any, scope: Scope) -> Router | None:
        """Return what a function adds to a configuration that it is handed."""
        empty = Router(kind="config")
        if isinstance(target, Closure):
            _, names = self.into_closure(target, [empty])
            after = names.get(target.names[0]) if target.names else None
            return after if isinstance(after, Router) else None
        if isinstance(target, Handler):
            function = self.modules.function(_own(target.path, scope), scope.module)
            if function is None or not function.fact["parameters"]:
                return None
            self._called.add(function.key)
            names = {function.fact["parameters"][0][0]: empty}
            self.run(function, names)
            after = names[function.fact["parameters"][0][0]]
            return after if isinstance(after, Router) else None
        return target if isinstance(target, Router) else None

    def miss(self, scope: Scope, line: int, reason: str) -> None:
        """Keep a place that was not understood."""
        self.missed.append(NotUnderstood(scope.file, line, reason))


def _is_known(value: Any) -> bool:
    return isinstance(value, (Router, Handler, Closure, Methods))


def _is_loose(value: Any) -> bool:
    """Tell whether a value holds routes that only become some where they are mounted."""
    return isinstance(value, Router) and value.kind not in _SERVING and bool(value.routes)


def both(first: Any, other: Any) -> Any:
    """Return what is known of a value that is one of two: of routers the routes of both."""
    if first is None or other is None:
        return other if first is None else first
    if isinstance(first, Router) and isinstance(other, Router):
        seen = set(first.routes)
        return first.with_routes(tuple(each for each in other.routes if each not in seen))
    return first if first == other else None


def _bind(names: list[str], value: Any, scope: Scope) -> None:
    if len(names) == 1:
        before = scope.names.get(names[0])
        if value is not None or before is None or not isinstance(before, Router):
            scope.names[names[0]] = value
        return
    values = value.values if isinstance(value, Several) else ()
    for position, name in enumerate(names):
        scope.names[name] = values[position] if position < len(values) else None


def _own(path: str, scope: Scope) -> str:
    """Return a path in which `Self` is the type."""
    return f"{scope.of}{path[4:]}" if scope.of and path.startswith("Self::") else path


def _parameters(function: Function) -> dict[str, Any]:
    """Return the parameters of a function that nobody calls: a configuration is empty."""
    return {
        name: Router(kind="config") if "ServiceConfig" in kind else None
        for name, kind in function.fact["parameters"]
    }


def _hands_out(function: Function) -> bool:
    """Tell whether a function only makes routes for others to serve."""
    if function.fact["name"] == "main":
        return False
    return any(word in function.fact["returns"] for word in _ROUTERS) or any(
        "ServiceConfig" in kind for _, kind in function.fact["parameters"]
    )


def _yields(function: Function) -> bool:
    returns = function.fact["returns"]
    return any(word in returns for word in (*_ROUTERS, "MethodRouter", "str", "String"))
