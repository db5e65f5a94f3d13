"""What calls on builders of routes mean: MapGet, MapGroup, UseEndpoints and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.csharp import templates
from workers.survey.languages.csharp.builders import (
    UNKNOWN_BUILDER,
    Builder,
    Closure,
    Listed,
    Text,
)
from workers.survey.languages.csharp.expressions import plain_type
from workers.survey.languages.csharp.names import argument

if TYPE_CHECKING:
    from workers.survey.languages.csharp.expressions import Value
    from workers.survey.languages.csharp.minimal import Minimal
    from workers.survey.languages.csharp.names import Names, Place

_VERBS = {
    "MapGet": "GET",
    "MapPost": "POST",
    "MapPut": "PUT",
    "MapDelete": "DELETE",
    "MapPatch": "PATCH",
}
_MAPPING = frozenset({*_VERBS, "MapMethods", "MapGroup", "Map", "MapFallback", "MapHealthChecks"})
# What adds routes that are not in the code, with how people call it.
_LIBRARY = {
    "MapHub": "a hub of SignalR",
    "MapGrpcService": "a service of gRPC",
    "MapRazorPages": "Razor pages",
    "MapRazorComponents": "Razor components",
    "MapIdentityApi": "the routes of ASP.NET Core Identity",
    "MapReverseProxy": "the routes of a reverse proxy",
    "MapGraphQL": "a server of GraphQL",
    "MapODataRoute": "routes of OData",
}
_BRANCHES = frozenset({"Use", "Run", "UseMiddleware", "UseRouting", "UseEndpoints"})
LEAST = 2  # a pattern and what handles it


class Call(NamedTuple):
    """A call of a method, with what it is called on."""

    of: Value
    receiver: Any
    name: str
    types: list[str]
    arguments: list[list[Any]]
    line: int
    environment: dict[str, Any]
    place: Place

    @property
    def at(self) -> tuple[str, int]:
        """Its file and line."""
        return self.place.file, self.line


def is_mapping(name: str) -> bool:
    """Tell whether a name is one of the framework's that add routes."""
    return name in _MAPPING


def takes(follower: Minimal, call: Call) -> bool:
    """Tell whether a call is the framework's: on a builder, or with a pattern on something."""
    if isinstance(call.receiver, Builder):
        return True
    if call.of is None or call.name in {"Map", "MapFallback"} or call.receiver is not None:
        return False
    pattern = _pattern(follower, call)
    return pattern is not None and (len(call.arguments) >= LEAST or call.name == "MapGroup")


def _pattern(follower: Minimal, call: Call) -> Text | None:
    written = argument(call.arguments, 0, "pattern", "prefix", "template")
    value = follower.value(written, call.environment, call.place)
    return value if isinstance(value, Text) else None


def mapped(follower: Minimal, call: Call) -> Any:
    """Do what a call of the framework does; returns what it returns."""
    builder = call.receiver if isinstance(call.receiver, Builder) else UNKNOWN_BUILDER
    pattern = _pattern(follower, call)
    if call.name == "MapGroup":
        if pattern is None:
            return UNKNOWN_BUILDER
        return Builder(templates.joined(builder.prefix, pattern.text), builder.is_known)
    if call.name == "Map":
        return _map(follower, call, builder, pattern)
    if call.name == "MapFallback" and len(call.arguments) < LEAST:
        return builder
    if pattern is None:
        follower.miss(call.at, "the path of a route is computed")
        return builder
    verbs = _verbs(follower, call)
    if not verbs:
        follower.miss(call.at, "the methods of a route are computed")
        return builder
    _add(follower, call, builder, pattern, verbs)
    return builder


def _add(
    follower: Minimal, call: Call, builder: Builder, pattern: Text, verbs: tuple[str, ...]
) -> None:
    path = templates.joined(builder.prefix, pattern.text)
    position = 2 if call.name == "MapMethods" else 1
    handler = argument(call.arguments, position, "handler", "requestdelegate")
    name = handler[1] if handler and handler[0] == "n" else ""
    name = "" if name in call.environment else name
    follower.add(verbs, path, name, pattern.origin or call.at, known=builder.is_known)


def _verbs(follower: Minimal, call: Call) -> tuple[str, ...]:
    if call.name in _VERBS:
        return (_VERBS[call.name],)
    if call.name != "MapMethods":
        return ("ANY",)
    written = argument(call.arguments, 1, "httpmethods")
    value = follower.value(written, call.environment, call.place)
    values = value.values if isinstance(value, Listed) else ()
    texts = tuple(one.text.upper() for one in values if isinstance(one, Text))
    return texts if len(texts) == len(values) else ()


def _map(follower: Minimal, call: Call, builder: Builder, pattern: Text | None) -> Any:
    """Follow `Map`: a route of all methods, or a branch of the pipeline below a path."""
    written = argument(call.arguments, 1, "handler", "requestdelegate", "configuration")
    handler = follower.value(written, call.environment, call.place)
    if len(call.arguments) != LEAST:
        return builder
    if pattern is None:
        follower.miss(call.at, "the path of a route is computed")
        return builder
    branch = Builder(templates.joined(builder.prefix, pattern.text), builder.is_known)
    if isinstance(handler, Closure):
        untyped = len(handler.parameters) == 1 and not handler.parameters[0][1]
        typed = [one[1] for one in handler.parameters]
        if typed == ["IApplicationBuilder"] or (untyped and _is_branch(handler)):
            follower.into_closure(handler, [branch])
            return builder
        _add(follower, call, builder, pattern, ("ANY",))
        return builder
    name = written[1] if written and written[0] == "n" else ""
    function = follower.function_named(name) if name else None
    if function is not None:
        parameter = (
            function.method["parameters"][function.builders[0]][0] if function.builders else ""
        )
        follower.run(function, {parameter: branch})
    else:
        follower.miss(call.at, "a branch of the pipeline, or a route: which one is not known")
    return builder


def _is_branch(closure: Closure) -> bool:
    """Tell whether a lambda goes on building: it calls a builder's methods on its parameter."""
    name = closure.parameters[0][0]
    for statement in closure.statements:
        value = statement[1] if statement[0] != "let" else statement[2]
        while value and value[0] == "call":
            is_builders = value[2] in _BRANCHES or value[2].startswith(("Use", "Map"))
            if is_builders and value[1] == ["n", name]:
                return True
            value = value[1]
    return False


def other(follower: Minimal, call: Call) -> Any:
    """Do what a call does that adds no route itself: hand on a builder, call a lambda with it."""
    builder = call.receiver if isinstance(call.receiver, Builder) else None
    if call.name in _LIBRARY:
        follower.miss(call.at, f"{_LIBRARY[call.name]} of {call.name} is not read")
    elif call.name == "MapCarter" and builder is not None:
        follower.carter.append(builder)
    for _, written in call.arguments:
        if written:
            _argument(follower, call, builder, written)
    if builder is not None:
        return builder
    is_application = call.of == ["n", "WebApplication"] and call.name == "Create"
    return Builder("") if is_application or call.name == "Build" else None


def _argument(follower: Minimal, call: Call, builder: Builder | None, written: list[Any]) -> None:
    """Follow an argument of a call: a lambda or a method gets the builder."""
    if written[0] == "fn":
        closure = Closure(written[1], written[2], call.environment, call.place)
        if call.name == "UseFastEndpoints":
            follower.settings.append((call.place, closure))
            return
        is_root = call.name == "Configure" and builder is None
        passed = Builder("") if is_root else builder
        follower.into_closure(closure, [passed] * len(closure.parameters))
    elif written[0] == "n" and call.name == "UseEndpoints":
        function = follower.function_named(written[1])
        if function is not None and function.builders:
            name = function.method["parameters"][function.builders[0]][0]
            follower.run(function, {name: builder or UNKNOWN_BUILDER})
    elif written[0] == "call":
        follower.value(written, call.environment, call.place)


def is_carter(place: Place) -> bool:
    """Tell whether a type is a module of Carter."""
    bases = {plain_type(base) for base in place.type["bases"]}
    return bool(bases & {"ICarterModule", "CarterModule"})


def carter_prefix(place: Place, names: Names) -> str | None:
    """Return the path that a module hands to its base: '' for none, None for an unknown one."""
    handed = list(place.type["base_arguments"])
    for method in place.type["methods"]:
        handed = method.get("base_arguments") or handed
    return names.text(handed[0][1], place) if handed else ""
