"""Feathers: a service is put at a path, its methods are its routes: feathersjs.com/api/services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    External,
    Function,
    Instance,
    LibraryObject,
    Module,
    Value,
    spelled,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.guards.decorators import named
from workers.survey.endpoints.routing import ANY, Route, Router, all_routers
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

# Method of a service -> what calls it, and what comes after the service's path.
_METHODS = {
    "find": ("GET", ""),
    "get": ("GET", "/{id}"),
    "create": ("POST", ""),
    "update": ("PUT", "/{id}"),
    "patch": ("PATCH", "/{id}"),
    "remove": ("DELETE", "/{id}"),
}
_VERBS = {
    **{verb: verb.upper() for verb in ("get", "post", "put", "patch", "delete")},
    "all": ANY,
}
_ADAPTER = lazy_pattern(r"^(?:feathers-|@feathersjs/(?:memory|knex|mongodb)\b)")
_AUTHENTICATION = lazy_pattern(r"^@feathersjs/authentication\b.{0,80}\.AuthenticationService$")
_LIBRARIES = frozenset({"@feathersjs/feathers", "@feathersjs/express", "@feathersjs/koa"})


def _application(_call: Call) -> Router:
    return Router("feathers", root=True, join="segments")


def _configure(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.configure(services)`: a function that is called with the application."""
    does = call.value(0)
    if isinstance(does, Module):
        does = call.program.exported(does.file, "default")
    if isinstance(does, Function):
        call.program.apply(does, [router])
    elif isinstance(does, LibraryObject) and does.name.endswith("rest"):
        call.program.notes["feathers"] = True
    return router


def _use(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.use("messages", new MessageService(), {methods: [...]})`."""
    path = call.value(0)
    if not call.has(1):
        return router
    values = call.values()[1:]
    for child in values:
        if isinstance(child, Router):
            router.mount(_written(path), child)
    services = [one for value in values if (one := _methods(value, call.program)) is not None]
    if services:
        _serve(router, call, path, services[0], values[-1])
    elif any(value is None for value in values):
        call.program.lost.add((call.file, call.line))
    return router


def _written(path: Value) -> str | None:
    return braced(path) if isinstance(path, str) else None


def _serve(router: Router, call: Call, path: Value, methods: list[str], options: Value) -> None:
    name = named(call.form(1))
    if isinstance(options, dict) and "methods" in options:
        listed = options["methods"]
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            path, listed = None, methods
        methods = [one for one in methods if one in listed]
    before = _written(path)
    for method in methods:
        verb, end = _METHODS[method]
        served = f"{before}{end}" if before is not None else None
        router.add(Route(verb, served, f"{name}.{method}", call.file, call.line))


def _methods(value: Value, program: Program) -> list[str] | None:
    """Return which methods a service has; None for what is none, or of which it is not known."""
    if isinstance(value, LibraryObject):
        return _of_library([value.name])
    if isinstance(value, dict):
        return [name for name in _METHODS if isinstance(value.get(name), Function)] or None
    if not isinstance(value, Instance):
        return None
    bases = [base.name for base in objects.bases(program, value.of) if isinstance(base, External)]
    own = [name for name in _METHODS if _has(program, value, name)]
    return _of_library(bases) or own or None


def _of_library(names: list[str]) -> list[str] | None:
    """Return the methods of a library's service, None for anything else."""
    if any(_AUTHENTICATION.search(name) for name in names):
        return ["create", "remove"]
    return list(_METHODS) if any(_ADAPTER.search(name) for name in names) else None


def _has(program: Program, service: Instance, name: str) -> bool:
    is_method = objects.method(program, service.of, name) is not None
    return is_method or isinstance(service.attributes.get(name), Function)


def _verb(router: Router, name: str, call: Call) -> Value:
    """Take up `app.get("/x", handler)` on Express; `app.get("x")` is a setting."""
    if call.has(1):
        handler = spelled(call.arguments[-1]) or "(inline)"
        path = _written(call.value(0))
        router.add(Route(_VERBS[name], path, handler, call.file, call.line))
    return router if call.has(1) else None


def _finish(program: Program) -> None:
    """Leave out what is served by no HTTP: `app.configure(rest())` does."""
    if program.notes.get("feathers"):
        return
    for router in all_routers(program.routers):
        if router.framework == "feathers":
            router.routes[:] = [route._replace(path=None) for route in router.routes]


FRAMEWORKS = (
    Framework(
        name="feathers",
        language="script",
        hints=(b"feathers", b"find(params", b"find (params"),
        statements=frozenset({*_VERBS, "use", "configure"}),
        # `feathers()` alone serves nothing: clients have one, too.
        constructors=dict.fromkeys(
            (
                "@feathersjs/express",
                "@feathersjs/express.express",
                "@feathersjs/koa.koa",
            ),
            _application,
        ),
        methods={**dict.fromkeys(_VERBS, _verb), "use": _use, "configure": _configure},
        is_chained=True,
        finish=_finish,
        types=frozenset({"Application"}),
        imports=_LIBRARIES,
        reads_guards=False,
    ),
)
