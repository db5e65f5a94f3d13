"""Litestar, whose handlers are declared alone and listed later: docs.litestar.dev."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Function,
    LibraryObject,
    Value,
    spelled,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.guards.decorators import decorators_asked
from workers.survey.endpoints.route_details import (
    VERBS,
    asked_by,
    asking,
    handled_by,
    handler_of,
    methods_of,
    status_of,
    type_name,
)
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from workers.survey.endpoints.routing import Asked
    from workers.survey.endpoints.statements import Expression


def _application(call: Call) -> Router:
    path = call.text(None, "path", default="")
    return _filled(Router("litestar", root=True, prefix=path, join="segments"), call)


def _router(call: Call) -> Router:
    return _filled(
        Router("litestar", prefix=call.text(0, "path", default=""), join="segments"), call
    )


def _filled(router: Router, call: Call) -> Router:
    router.asks += [*_guards(call), *_middlewares(call), *_of_plugins(call)]
    handlers = call.value(0 if router.root else None, "route_handlers")
    for handler in handlers if isinstance(handlers, list) else ():
        _put_below(router, handler, call)
    return router


def _guards(call: Call) -> list[Asked]:
    return _of_list(call.form(None, "guards"), "return", call)


def _middlewares(call: Call) -> list[Asked]:
    return _of_list(call.form(None, "middleware"), "asgi", call)


def _of_plugins(call: Call) -> list[Asked]:
    """Return what `on_app_init=[jwt_auth.on_app_init]` asks, but of what it excludes."""
    asks: list[Asked] = []
    for form in _forms(call.form(None, "on_app_init")):
        inner = form[1] if form is not None and form[0] == "a" else None
        owner = call.program.value(inner, call.frame)
        if isinstance(owner, LibraryObject):
            has_exclusions = owner.call.has(None, "exclude")
            unless: tuple[None, ...] = (None,) if has_exclusions else ()
            asks.append(asked_by("return", owner, spelled(inner) or "", call, unless=unless))
        else:
            asks.append(asked_by("return", None, spelled(form) or "on_app_init", call))
    return asks


def _of_list(form: Expression, way: str, call: Call) -> list[Asked]:
    return [asking(way, one, call) for one in _forms(form)]


def _forms(form: Expression) -> list[Expression]:
    if form is None:
        return []
    return list(form[1]) if form[0] == "l" else [form]


def _put_below(router: Router, handler: Value, call: Call) -> None:
    """Put a handler, a controller or a router below another one."""
    child = handler if isinstance(handler, Router) else None
    if isinstance(handler, Function | Class):
        child = call.program.router_of(handler)
    if child is not None:
        router.mount("", child)


def _register(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.register(handler)`."""
    _put_below(router, call.value(0, "value"), call)


def _decorated(name: str, call: Call) -> None:
    """Take up `@get("/x")`, of a function or of a controller's method."""
    function = call.decorated
    if not isinstance(function, Function):
        return
    methods = _methods(name.rsplit(".", 1)[-1], call)
    if not methods:
        return
    owner: Function | Class = function.this if isinstance(function.this, Class) else function
    router = _router_of(owner, call)
    declared = call.value(0, "path") if call.has(0, "path") else ""
    asks = (*_guards(call), *_middlewares(call), *_decorators(function, call))
    does = handled_by(function, handler_of(call), call)
    parameters = {p[0]: p[1] for p in function.statement[2] if isinstance(p[0], str)}
    for path in declared if isinstance(declared, list) else [declared]:
        for verb in methods:
            router.add(
                Route(
                    verb,
                    braced(path) if isinstance(path, str) else None,
                    handler_of(call),
                    call.file,
                    call.line,
                    status_of(call.value(None, "status_code")),
                    type_name(parameters.get("data")),
                    type_name(function.statement[6]),
                    asks,
                    does,
                )
            )


def _decorators(function: Function, call: Call) -> list[Asked]:
    """Return what a handler's other decorators ask; those of Litestar declare it."""
    asks = decorators_asked(function, call.program)
    return [one for one in asks if not _is_litestar(one.value)]


def _is_litestar(value: Value) -> bool:
    return isinstance(value, External | LibraryObject) and value.name.startswith("litestar.")


def _methods(word: str, call: Call) -> list[str]:
    """Return the methods that a decorator of Litestar declares, none if it declares no route."""
    if word.startswith("websocket"):
        return ["WEBSOCKET"]
    if word == "route":
        return methods_of(call.value(None, "http_method")) or [ANY]
    return [word.upper()] if word in VERBS else []


def _router_of(owner: Function | Class, call: Call) -> Router:
    """Return the router that a handler or a controller is, made when its first route is seen."""
    router = call.program.router_of(owner)
    if router is None:
        router = Router("litestar", join="segments")
        if isinstance(owner, Class):
            path = objects.class_attribute(call.program, owner, "path")
            router.prefix = path if isinstance(path, str) else ""
            router.asks += _of_controller(owner, call)
        call.program.own(owner, router)
    return router


def _of_controller(of: Class, call: Call) -> list[Asked]:
    """Return what `guards` and `middleware` of a controller ask."""
    asks: list[Asked] = []
    inside = Call(call.program, of.body, [], {}, of.statement[5])
    for statement in of.statement[3]:
        ways = {"guards": "return", "middleware": "asgi"}
        if statement[0] == "=" and statement[1][0] == "n" and statement[1][1] in ways:
            at = replace(inside, line=statement[3])
            asks += _of_list(statement[2], ways[statement[1][1]], at)
    return asks


FRAMEWORKS = (
    Framework(
        name="litestar",
        language="python",
        tokens=(b"itestar",),
        constructors={
            "litestar.Litestar": _application,
            "litestar.app.Litestar": _application,
            "litestar.Router": _router,
            "litestar.router.Router": _router,
        },
        methods={"register": _register},
        decorated={"litestar": _decorated},
        types=frozenset({"Litestar"}),
    ),
)
