"""Chains of calls in programs of routes: on routers, on providers, on libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.laravel_program import LARAVEL, SLIM, Group
from workers.survey.languages.php.laravel_routes import VERBS, Call, Stand, below, on_router
from workers.survey.languages.php.values import (
    GAP,
    Instance,
    Scope,
    Value,
    argument,
    collected,
    text_of,
    texts_of,
    value,
)

if TYPE_CHECKING:
    from workers.survey.languages.php.expressions import Expression
    from workers.survey.languages.php.laravel_program import Program

_FOREIGN = frozenset(
    "Passport Fortify Jetstream Voyager Nova Horizon Telescope Spark Cashier Socialite"
    " Backpack Lfm Admin Log-viewer Folio Statamic Wave Filament Captcha".split()
)


def chain(program: Program, expression: Expression, group: Group, scope: Scope) -> Value:
    """Run a chain of calls; return what it is worth."""
    base, calls = expression[1], expression[2]
    kind = program.router(base, scope)
    if kind is not None and base[0] in {"property", "index"} and not _registers(calls[0]):
        kind = None  # Symfony's router, which makes addresses of routes
    if kind is None and base is None and calls[0][0] in {"app", "resolve"}:
        kind, calls = _resolved(calls, scope)
        if kind is not None and not calls:
            return Instance(("router", kind))
    if kind is not None:
        on_router(program, kind, calls, group, scope)
        return Instance(("router", kind)) if _stays(base, calls) else None
    return _elsewhere(program, base, calls, group, scope)


def _registers(call: Call) -> bool:
    """Tell whether a call on something that is called a router declares routes."""
    name, arguments = call[0].lower(), call[1]
    return name in {"group", "prefix", "middleware"} or (name in VERBS and len(arguments) > 1)


def _resolved(calls: list[Any], scope: Scope) -> tuple[str | None, list[Any]]:
    """Return whose router `app('router')` is, and the calls on it."""
    arguments = calls[0][1]
    worth = value(arguments[0][1], scope) if arguments else None
    is_router = worth == "router" or (isinstance(worth, str) and worth.endswith("\\Router"))
    return (LARAVEL, calls[1:]) if is_router else (None, calls)


def _stays(base: Expression, calls: list[Any]) -> bool:
    """Tell whether a chain returns the router that it began with."""
    return base is not None and base[:1] != ["class"] and calls[-1][0].lower() == "group"


def _elsewhere(
    program: Program, base: Expression, calls: list[Any], group: Group, scope: Scope
) -> Value:
    """Run a chain that does not begin with a router: a method, a library, a collection."""
    if base in (["variable", "this"], ["class", "self"], ["class", "static"]):
        return _own(program, calls, group, scope)
    name, arguments, line = calls[0]
    kind = base[0] if isinstance(base, list) else ""
    if kind == "class":
        _static(program, base[1], (name, arguments, line), (group, scope))
        if base[1].endswith("AppFactory"):
            return Instance(("router", SLIM))
    elif kind == "new":
        program.method(base[1], name, group, [value(one, scope) for _, one, _ in arguments])
    elif kind == "include":
        program.expression(base, group, scope)
    for call in calls:
        _loading(program, call, (group, scope))
    if kind != "class":
        _closures(program, calls, group, scope)
    return value(["chain", base, calls], scope)


def _loading(program: Program, call: Call, stand: Stand) -> None:
    """Load the files that a call names: of an application, or of a package beside its provider."""
    function, arguments, line = call
    group, scope = stand
    if function == "withRouting":
        _with_routing(program, arguments, line, stand)
    elif function in {"hasRoute", "hasRoutes"}:
        for _, expression, _ in arguments:
            for name in texts_of(value(expression, scope)) or ():
                path = f"{scope.folder}/../routes/{name}.php"
                program.load(path, group, scope, line)


def _closures(program: Program, calls: list[Any], group: Group, scope: Scope) -> None:
    """Run the closures that are handed over: `collect(...)->each(function ...)`."""
    items = collected(calls, scope)
    for name, arguments, _ in calls:
        for key, expression, _ in arguments:
            is_closure = isinstance(expression, list) and expression[:1] == ["closure"]
            if is_closure and name != "withRouting" and key is None:
                closure = value(expression, scope)
                for turn in items or [[]]:
                    program.call(closure, group, turn)


def _own(program: Program, calls: list[Any], group: Group, scope: Scope) -> Value:
    """Run what a provider calls on itself."""
    name, arguments, line = calls[0]
    worths = [value(one, scope) for _, one, _ in arguments]
    if name == "loadRoutesFrom":
        program.load(worths[0] if worths else None, group, scope, line)
    elif not program.method(scope.own_class, name, group, worths):
        _closures(program, calls, group, scope)
    return None


def _static(program: Program, owner: str, call: Call, stand: Stand) -> None:
    """Run a static call: of a library that declares routes, or of a class in the repository."""
    name, arguments, line = call
    group, scope = stand
    short = owner.rpartition("\\")[2]
    worths = [value(one, scope) for _, one, _ in arguments]
    if program.method(owner, name, group, worths):
        return
    if short == "Auth" and name == "routes":
        on_router(program, LARAVEL, [["auth", arguments, line]], group, scope)
    elif short == "Broadcast" and name == "routes":
        methods = ["array", [[None, "GET"], [None, "POST"]]]
        path = "broadcasting/auth"
        attributes = [["attributes", arguments, line]] if arguments else []
        matched = ["match", [[None, methods, line], [None, path, line]], line]
        on_router(program, LARAVEL, [*attributes, matched], group, scope)
    elif short == "Volt" and name == "route":
        on_router(program, LARAVEL, [["get", arguments, line]], group, scope)
    elif name == "routes" or (short in _FOREIGN and "oute" in name):
        program.declared.miss(scope.file, line, f"routes of {short}::{name}() are not known")
    for worth in worths:
        if isinstance(worth, Instance):
            program.call(worth, Group(GAP, group.controller), kind=None)


def _with_routing(program: Program, arguments: list[Any], line: int, stand: Stand) -> None:
    """Load the files that an application of Laravel 11 names."""
    group, scope = stand
    prefix = argument(arguments, 7, "apiPrefix")
    api_prefix = "api" if prefix is None else text_of(prefix, scope)
    positions = (("api", 2, api_prefix), ("web", 1, ""))
    for name, position, own in positions:
        expression = argument(arguments, position, name)
        if expression is not None and expression != ["literal", "null"]:
            inner = Group(below(group.prefix, own))
            program.load(program.worth(expression, scope), inner, scope, line)
    for each in arguments:
        if each[0] == "health" and isinstance(each[1], str):
            on_router(program, LARAVEL, [["get", [each], each[2]]], group, scope)
    for name, position in (("using", 0), ("then", 8)):
        program.call(value(argument(arguments, position, name), scope), group)
