"""Routes of minimal APIs: code that adds routes is followed from where programs start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.csharp import mapping_calls, templates
from workers.survey.languages.csharp.builders import (
    GROUPS,
    ROOTS,
    UNKNOWN_BUILDER,
    Builder,
    Closure,
    Function,
    Listed,
    Null,
    Text,
    both,
    functions,
)
from workers.survey.languages.csharp.controllers import ACCESS_REASON, FRAMEWORK
from workers.survey.languages.csharp.names import argument, nearness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.survey.languages.csharp.expressions import Statement, Value
    from workers.survey.languages.csharp.names import Names, Place

_MOST_STEPS = 200_000
_DEEPEST = 24
_LONGEST = 2_000
_MOST_CALLED = 400
_MOST_ENDPOINTS = 20_000


@dataclass
class Minimal:
    """Follows code that adds routes, and keeps what it adds."""

    names: Names
    endpoints: list[Endpoint] = field(default_factory=list)
    missed: list[NotUnderstood] = field(default_factory=list)
    carter: list[Builder] = field(default_factory=list)
    settings: list[tuple[Place, Closure]] = field(default_factory=list)  # of FastEndpoints
    framework: str = FRAMEWORK
    _steps: int = 0
    _stack: list[tuple[str, int]] = field(default_factory=list)
    _reached: set[tuple[str, int]] = field(default_factory=set)
    _by_name: dict[str, list[Function]] = field(default_factory=dict)
    _is_dead: bool = False  # what nobody calls: only listed

    def find(self) -> None:
        """Follow every program, then what only a container calls."""
        everything = list(functions(self.names))
        for function in everything:
            if function.builders or function.method["returns"] in ROOTS:
                self._by_name.setdefault(function.method["name"], []).append(function)
        for function in everything:
            if not function.builders:
                self.run(function, {})
        for function in everything:
            if (
                function.builders
                and function.key not in self._reached
                and _is_called_by_framework(function)
            ):
                self.run(function, _bound(function))
        self._carter(everything)
        self._is_dead = True
        for function in everything:
            if (
                function.builders
                and function.key not in self._reached
                and not function.method["is_generic"]
            ):
                self.run(function, _bound(function))

    def _carter(self, everything: list[Function]) -> None:
        self.framework = "carter"
        for function in everything:
            is_module = function.builders and mapping_calls.is_carter(function.place)
            if is_module and function.method["name"] == "AddRoutes":
                prefix = mapping_calls.carter_prefix(function.place, self.names)
                for root in dict.fromkeys(self.carter or [UNKNOWN_BUILDER]):
                    own = templates.joined(root.prefix, prefix or "")
                    builder = Builder(own, root.is_known and prefix is not None)
                    self.run(
                        function, {function.method["parameters"][function.builders[0]][0]: builder}
                    )
        self.framework = FRAMEWORK

    def run(self, function: Function, environment: dict[str, Any]) -> Any:
        """Follow a method; returns what it returns."""
        if function.key in self._stack or len(self._stack) > _DEEPEST:
            return UNKNOWN_BUILDER
        self._stack.append(function.key)
        self._reached.add(function.key)
        returned = self._statements(function.method["body"], environment, function.place)
        self._stack.pop()
        if not isinstance(returned, Builder) and function.method["returns"] in ROOTS:
            return Builder("")
        return returned

    def _statements(
        self, listed: list[Statement], environment: dict[str, Any], place: Place
    ) -> Any:
        returned: Any = None
        for statement in listed:
            self._steps += 1
            if self._steps > _MOST_STEPS:
                break
            if statement[0] == "let":
                _, name, value, is_certain = statement
                new = self.value(value, environment, place)
                if not is_certain and name in environment:
                    new = both(environment[name], new)
                environment[name] = new
            else:
                value = self.value(statement[1], environment, place)
                if statement[0] == "return" and value is not None:
                    returned = value if returned is None else both(returned, value)
        return returned

    def value(self, value: Value, environment: dict[str, Any], place: Place) -> Any:
        """Return what an expression stands for, None for what is not known."""
        self._steps += 1
        if value is None or self._steps > _MOST_STEPS:
            return None
        kind = value[0]
        if kind == "call":
            return self._call(value, environment, place)
        if kind == "n":
            return self._name(value[1], environment, place)
        if kind in {"s", "i"}:
            return Text(str(value[1]))
        if kind == "+":
            return self._sum(value[1], environment, place)
        if kind == "fn":
            return Closure(value[1], value[2], environment, place)
        if kind in {"list", "new"}:
            inside = value[1] if kind == "list" else [one for _, one in value[3]]
            return Listed(tuple(self.value(one, environment, place) for one in inside))
        if kind == "null":
            return Null()
        return self._choice(value, environment, place)

    def _sum(self, parts: list[Value], environment: dict[str, Any], place: Place) -> Any:
        values = [self.value(one, environment, place) for one in parts]
        texts = [one.text for one in values if isinstance(one, Text)]
        is_short = sum(map(len, texts)) <= _LONGEST
        return Text("".join(texts)) if len(texts) == len(values) and is_short else None

    def _choice(self, value: list[Any], environment: dict[str, Any], place: Place) -> Any:
        if value[0] == "if":
            condition = self._condition(value[1], environment, place)
            sides = [self.value(one, environment, place) for one in value[2:4]]
            return both(*sides) if condition is None else sides[0 if condition else 1]
        if value[0] == "??":
            left = self.value(value[1], environment, place)
            if isinstance(left, (Text, Builder)):
                return left
            right = self.value(value[2], environment, place)
            return right if isinstance(left, Null) else both(left, right)
        return None

    def _condition(self, value: Value, environment: dict[str, Any], place: Place) -> bool | None:
        if value is None or value[0] != "isnull":
            return None
        tested = self.value(value[1], environment, place)
        return None if tested is None else isinstance(tested, Null) == value[2]

    def _name(self, dotted: str, environment: dict[str, Any], place: Place) -> Any:
        if dotted in environment:
            return environment[dotted]
        first, _, last = dotted.rpartition(".")
        if first == "HttpMethods" or first.endswith(".HttpMethods"):
            return Text(last.upper())
        if dotted in {"string.Empty", "String.Empty"}:
            return Text("")
        written = self.names.text(["n", dotted], place)
        if written is not None:
            return Text(written)
        listed = self.names.listed(dotted, place)
        return self.value(listed, {}, place) if listed else None

    def _call(self, value: list[Any], environment: dict[str, Any], place: Place) -> Any:
        _, of, name, types, arguments, line = value
        called = environment.get(name) if of is None else None
        if isinstance(called, Closure):
            return self.into_closure(
                called, [self.value(one, environment, place) for _, one in arguments]
            )
        receiver = self.value(of, environment, place)
        call = mapping_calls.Call(of, receiver, name, types, arguments, line, environment, place)
        if mapping_calls.is_mapping(name):
            user = self._overload(call)
            if user is not None:
                return self._into(user, call)
            if mapping_calls.takes(self, call):
                return mapping_calls.mapped(self, call)
        if name in self._by_name:
            return self._user(call)
        return mapping_calls.other(self, call)

    def _overload(self, call: mapping_calls.Call) -> Function | None:
        """Return the repository's own method that a call means, and not the framework's."""
        first = call.arguments[0][1] if call.arguments else None
        is_text = isinstance(self.value(first, call.environment, call.place), Text)
        is_short = len(call.arguments) < mapping_calls.LEAST
        for candidate in self._by_name.get(call.name, []):
            if not candidate.is_extension or candidate.key in self._stack:
                continue
            kinds = [each[1] for each in candidate.method["parameters"][1:2]]
            if not kinds or (kinds[0] == "string") != is_text or not _fits(candidate, call, 1):
                continue
            if not is_text or is_short or (call.types and candidate.method["is_generic"]):
                return candidate
        return None

    def _user(self, call: mapping_calls.Call) -> Any:
        """Follow a call into the repository's own methods of that name."""
        fitting = self._called(call)
        returned: Any = call.receiver if isinstance(call.receiver, Builder) else None
        for position, function in enumerate(fitting[:_MOST_CALLED]):
            value = self._into(function, call)
            returned = value if position == 0 and value is not None else returned
        if not fitting:
            return mapping_calls.other(self, call)
        return returned

    def _called(self, call: mapping_calls.Call) -> list[Function]:
        """Return the methods that a call may mean: of an interface those of all its types."""
        own = [one for one in self._fitting(call, 1) if one.is_extension]
        if own and isinstance(call.receiver, Builder):
            return _nearest(own, call.place)
        named = self._fitting(call, 0)
        if call.of is None:
            beside = [one for one in named if _is_beside(one.place, call.place)]
            return beside or (_nearest(named, call.place) if self._hands_builder(call) else [])
        inside = self._inside(call.of, named, call)
        if inside is not None or not self._hands_builder(call):
            return inside or []
        return [one for one in named if not one.is_extension]

    def _fitting(self, call: mapping_calls.Call, first: int) -> list[Function]:
        """Return the methods of a name that take so many arguments, from a parameter on."""
        return [one for one in self._by_name[call.name] if _fits(one, call, first)]

    def _inside(
        self, of: list[Any], named: list[Function], call: mapping_calls.Call
    ) -> list[Function] | None:
        """Return the methods of a type that is named, None for what is none."""
        if of[0] != "n":
            return None
        name = of[1].rpartition(".")[2]
        own = [one for one in named if one.place.type["name"] == name]
        is_type = own or self.names.types(name, call.place)
        return _nearest(own, call.place) if is_type else None

    def _hands_builder(self, call: mapping_calls.Call) -> bool:
        values = (self.value(value, call.environment, call.place) for _, value in call.arguments)
        return any(isinstance(value, Builder) for value in values)

    def _into(self, function: Function, call: mapping_calls.Call) -> Any:
        """Follow a call into a method, its parameters bound."""
        environment: dict[str, Any] = {}
        parameters = function.method["parameters"]
        is_on_builder = function.is_extension and isinstance(call.receiver, Builder)
        if is_on_builder and len(call.arguments) < len(parameters):
            environment[parameters[0][0]] = call.receiver
            parameters = parameters[1:]
        for position, (name, _, default, _) in enumerate(parameters):
            written = argument(call.arguments, position, name.lower())
            is_default = written is None and default is not None
            if is_default:
                passed = self.value(default, {}, function.place)
            else:
                passed = self.value(written, call.environment, call.place)
            is_here = not is_default or mapping_calls.is_mapping(call.name)
            if isinstance(passed, Text) and passed.origin is None and is_here:
                passed = Text(passed.text, call.at)
            environment[name] = passed
        for position in function.builders:
            name = function.method["parameters"][position][0]
            if not isinstance(environment.get(name), Builder):
                environment[name] = UNKNOWN_BUILDER
        return self.run(function, environment)

    def into_closure(self, closure: Closure, values: Iterable[Any]) -> Any:
        """Follow a lambda with what its parameters are."""
        if len(self._stack) > _DEEPEST:
            return None
        environment = dict(closure.environment)
        names = [one[0] for one in closure.parameters]
        environment |= dict(zip(names, values, strict=False))
        self._stack.append((closure.place.file, -len(self._stack)))
        returned = self._statements(closure.statements, environment, closure.place)
        self._stack.pop()
        return returned

    def function_named(self, name: str) -> Function | None:
        """Return the one method of a name that takes a builder, None for none or several."""
        listed = self._by_name.get(name.rpartition(".")[2], [])
        return listed[0] if len(listed) == 1 else None

    def add(
        self, verbs: Iterable[str], path: str, handler: str, at: tuple[str, int], *, known: bool
    ) -> None:
        """Keep an endpoint; one that nobody calls, or of which nothing is known, is only listed."""
        if self._is_dead:
            self.miss(at, "a route that no call leads to")
        elif not known and path == "/":
            self.miss(at, "the path of a route is computed")
        elif len(self.endpoints) < _MOST_ENDPOINTS:
            for verb in verbs:
                self.endpoints.append(
                    Endpoint(
                        verb, path, handler, *at, self.framework,
                        "full" if known else "suffix", access_reason=ACCESS_REASON,
                    )
                )  # fmt: skip

    def miss(self, at: tuple[str, int], reason: str) -> None:
        """Keep a place that was not understood."""
        self.missed.append(NotUnderstood(*at, reason))


def _bound(function: Function) -> dict[str, Any]:
    """Return what parameters are where nobody is seen to call: the application itself is whole."""
    parameters = function.method["parameters"]
    return {
        parameters[position][0]: Builder("", is_known=parameters[position][1] not in GROUPS)
        for position in function.builders
    }


def _is_called_by_framework(function: Function) -> bool:
    if mapping_calls.is_carter(function.place):
        return False
    return bool(function.place.type["bases"]) or function.method["name"] in {"Configure", "Main"}


def _is_beside(place: Place, other: Place) -> bool:
    """Tell whether a function is of the type that calls it, or of the same program."""
    path = place.type["path"]
    return bool(path == other.type["path"] and (path or place.file == other.file))


def _fits(function: Function, call: mapping_calls.Call, first: int) -> bool:
    parameters = function.method["parameters"][first:]
    needed = sum(1 for one in parameters if one[2] is None)
    return needed <= len(call.arguments) <= len(parameters)


def _nearest(listed: list[Function], near: Place) -> list[Function]:
    """Return the functions that are nearest to a call."""
    best = max((nearness(one.place, near) for one in listed), default=0)
    return [one for one in listed if nearness(one.place, near) == best]
