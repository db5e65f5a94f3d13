"""Litestar, whose handlers are declared alone and listed later: docs.litestar.dev."""

from __future__ import annotations

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import Call, Class, Function, Value, spelled
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import (
    VERBS,
    asks,
    decorator_names,
    handler_of,
    methods_of,
    status_of,
    type_name,
)
from workers.survey.endpoints.routing import ANY, Route, Router, braced


def _application(call: Call) -> Router:
    path = call.text(None, "path", default="")
    return _filled(Router("litestar", root=True, prefix=path, join="segments"), call)


def _router(call: Call) -> Router:
    return _filled(
        Router("litestar", prefix=call.text(0, "path", default=""), join="segments"), call
    )


def _filled(router: Router, call: Call) -> Router:
    router.authentication = asks([spelled(call.form(None, "guards")), *_listed(call, "guards")])
    handlers = call.value(0 if router.root else None, "route_handlers")
    for handler in handlers if isinstance(handlers, list) else ():
        _put_below(router, handler, call)
    return router


def _listed(call: Call, name: str) -> list[str | None]:
    form = call.form(None, name)
    return [spelled(one) for one in form[1]] if form is not None and form[0] == "l" else []


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
    guards = [*_listed(call, "guards"), *decorator_names(function)]
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
                    asks(guards),
                    status_of(call.value(None, "status_code")),
                    type_name(parameters.get("data")),
                    type_name(function.statement[6]),
                )
            )


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
        call.program.own(owner, router)
    return router


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
