"""FastAPI and Starlette: https://fastapi.tiangolo.com/reference/apirouter/ has all ways."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    Function,
    LibraryObject,
    Value,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.guards.decorators import decorators_asked, named
from workers.survey.endpoints.guards.dependencies import dependencies, injected, of_class
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
    from collections.abc import Callable

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.routing import Asked
    from workers.survey.endpoints.statements import Expression


def _application(framework: str) -> Callable[[Call], Router]:
    def make(call: Call) -> Router:
        asks = [*_middlewares(call), *_dependencies(call)]
        router = Router(framework, root=True, asks=asks)
        _take_routes(router, call.value(None, "routes"))
        return router

    return make


def _router(call: Call) -> Router:
    prefix = call.text(None, "prefix", default="")
    router = Router("fastapi", prefix=prefix, asks=_dependencies(call))
    _take_routes(router, call.value(None, "routes"))
    return router


def _plain_router(call: Call) -> Router:
    router = Router("starlette")
    _take_routes(router, call.value(0, "routes"))
    return router


def _verb(router: Router, name: str, call: Call) -> Value:
    _add(router, call, [name.upper()])


def _websocket(router: Router, _name: str, call: Call) -> Value:
    _add(router, call, ["WEBSOCKET"])


def _any_of(router: Router, _name: str, call: Call) -> Value:
    _add(router, call, _methods(call))


def _include(router: Router, _name: str, call: Call) -> Value:
    child = call.value(0, "router")
    if isinstance(child, Router):
        router.mount(call.text(None, "prefix", default=""), child, _dependencies(call))


def _mount_below(router: Router, name: str, call: Call) -> Value:
    child = call.value(1, "app")
    if isinstance(child, Router):
        router.mount(call.text(0, "path") if name == "mount" else "", child)


def _more_routes(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.routes.append(Route(...))`."""
    lists = [value if isinstance(value, list) else [value] for value in call.values()]
    _take_routes(router, [route for several in lists for route in several])


def _methods(call: Call) -> list[str]:
    if call.has(None, "methods"):
        return methods_of(call.value(None, "methods")) or [ANY]
    endpoint = call.decorated or call.value(1, "endpoint", "route")
    if isinstance(endpoint, Class):
        defined = [s[1] for s in endpoint.statement[3] if s[0] == "def"]
        return [name.upper() for name in defined if name in VERBS] or [ANY]
    return ["GET"]


def _add(router: Router, call: Call, methods: list[str]) -> None:
    path = call.text(0, "path")
    decorated = call.decorated
    endpoint = decorated or call.value(1, "endpoint", "route")
    handler = handler_of(call) if decorated else call.name(1, "endpoint", "route") or "(inline)"
    asks = _dependencies(call)
    request = response = None
    if isinstance(endpoint, Function):
        asks += [*dependencies(endpoint, call.program), *of_class(endpoint, call.program)]
        asks += decorators_asked(endpoint, call.program)
        request = _body_model(endpoint, call.program)
        response = type_name(endpoint.statement[6])
    if call.has(None, "response_model"):
        response = type_name(call.form(None, "response_model"))
    does = handled_by(endpoint, handler, call)
    for verb in methods:
        router.add(
            Route(
                verb,
                None if path is None else braced(path),
                handler,
                call.file,
                call.line,
                status_of(call.value(None, "status_code")),
                request,
                response,
                tuple(asks),
                does,
            )
        )


def _take_routes(router: Router, items: Value) -> None:
    """Add Route(...), WebSocketRoute(...) and Mount(...) of a list."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Router):
            router.mount("", item)
        if not isinstance(item, LibraryObject):
            continue
        kind = item.name.rsplit(".", 1)[-1]
        if kind in {"Route", "APIRoute"}:
            _add(router, item.call, _methods(item.call))
        elif kind in {"WebSocketRoute", "APIWebSocketRoute"}:
            _add(router, item.call, ["WEBSOCKET"])
        elif kind in {"Mount", "Host"}:
            _mount(router, item.call, kind)


def _mount(router: Router, call: Call, kind: str) -> None:
    child = call.value(1, "app")
    if not isinstance(child, Router):
        child = Router("starlette")
        _take_routes(child, call.value(None, "routes"))
    router.mount(call.text(0, "path") if kind == "Mount" else "", child)


def _dependencies(call: Call) -> list[Asked]:
    return injected(call.form(None, "dependencies"), call.program, call.frame, call.line)


def _middlewares(call: Call) -> list[Asked]:
    """Return what `middleware=[Middleware(X)]` asks."""
    form = call.form(None, "middleware")
    listed = form[1] if form is not None and form[0] == "l" else []
    return [_of_middleware(one, call) for one in listed]


def _of_middleware(form: Expression, call: Call) -> Asked:
    """Return what `Middleware(X)` asks, by the name of X."""
    asked = asking("asgi", form, call)
    inner = form[2] if form is not None and form[0] == "c" else None
    return replace(asked, name=named(inner[0])) if inner else asked


def _add_middleware(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_middleware(X)`, which asks for every route."""
    router.asks.append(asking("asgi", call.form(0, "middleware_class"), call))


def _middleware(router: Router, _name: str, call: Call) -> Value:
    """Take up `@app.middleware("http")`."""
    if isinstance(call.decorated, Function):
        name = str(call.decorated.statement[1])
        router.asks.append(asked_by("asgi", call.decorated, name, call))


def _body_model(function: Function, program: Program) -> str | None:
    """Return the first parameter's type that is a data model of the repository."""
    for _, annotation, _, _ in function.statement[2]:
        if annotation is None or annotation[0] not in {"n", "a"}:
            continue
        value = program.value(annotation, function.frame)
        if isinstance(value, Class) and _is_model(value, program):
            return value.name
    return None


def _is_model(of: Class, program: Program) -> bool:
    models = {"BaseModel", "SQLModel", "RootModel"}
    bases = objects.bases(program, of)
    return any(not isinstance(b, Class) and b.name.rsplit(".", 1)[-1] in models for b in bases)


_METHODS = {
    **dict.fromkeys(VERBS, _verb),
    **dict.fromkeys(
        ("websocket", "websocket_route", "add_api_websocket_route", "add_websocket_route"),
        _websocket,
    ),
    **dict.fromkeys(("api_route", "route", "add_api_route", "add_route"), _any_of),
    "include_router": _include,
    "add_middleware": _add_middleware,
    "middleware": _middleware,
    **dict.fromkeys(("mount", "host"), _mount_below),
    **dict.fromkeys(("append", "extend", "insert"), _more_routes),
}
_FASTAPI = Framework(
    name="fastapi",
    language="python",
    tokens=(b"APIRouter", b"FastAPI(", b"add_api_route", b"include_router"),
    hints=(b"Depends", b"BaseModel", b"SQLModel"),
    constructors={
        "fastapi.FastAPI": _application("fastapi"),
        "fastapi.applications.FastAPI": _application("fastapi"),
        "fastapi.APIRouter": _router,
        "fastapi.routing.APIRouter": _router,
    },
    methods=_METHODS,
    types=frozenset({"FastAPI", "APIRouter"}),
    applications=frozenset({"FastAPI"}),
    imports=frozenset({"fastapi"}),
    guessed_by=frozenset("get post put patch delete websocket api_route".split()),
    join="concatenate",
)
_STARLETTE = Framework(
    name="starlette",
    language="python",
    tokens=(b"Starlette(", b" Route(", b" Mount(", b"[Route(", b"[Mount("),
    constructors={
        "starlette.applications.Starlette": _application("starlette"),
        "starlette.routing.Router": _plain_router,
    },
    methods=_METHODS,
    types=frozenset({"Starlette"}),
    join="concatenate",
)
FRAMEWORKS = (_FASTAPI, _STARLETTE)
