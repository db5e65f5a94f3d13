"""Express, Koa's routers and Hono: methods of a router take a path and handlers.

https://expressjs.com/en/guide/routing.html, https://hono.dev/docs/api/routing
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.survey.endpoints.declared import VERBS, asks, methods_of
from workers.survey.endpoints.routing import ANY, Route, Router, braced
from workers.survey.endpoints.values import Call, External, Function, Made, Partial, Value, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from workers.survey.endpoints.forms import Expression

_METHODS = {**{verb: verb.upper() for verb in VERBS}, "del": "DELETE", "all": ANY}
_PATH = re.compile(r"(?i)path|prefix|url|base|route|version|endpoint")


def _made(framework: str, *, root: bool) -> Callable[[Call], Router]:
    def make(call: Call) -> Router:
        options = call.value(0)
        prefix = options.get("prefix", "") if isinstance(options, dict) else ""
        is_known = isinstance(prefix, str)
        return Router(framework, root, braced(prefix) if is_known else None, "segments")

    return make


def _hono(call: Call) -> Router:
    del call
    return Router("hono", root=True, join="segments")


CONSTRUCTORS = {
    **dict.fromkeys(
        ("express", "polka", "restana", "ultimate-express"), _made("express", root=True)
    ),
    **dict.fromkeys(
        ("express.Router", "express-promise-router", "router"), _made("express", root=False)
    ),
    "koa": _made("koa", root=True),
    **dict.fromkeys(
        ("koa-router", "@koa/router", "@koa/router.Router", "koa-router.Router", "koa-joi-router"),
        _made("koa", root=False),
    ),
    **dict.fromkeys(
        ("hono.Hono", "hono/quick.Hono", "hono/tiny.Hono", "@hono/zod-openapi.OpenAPIHono"), _hono
    ),
}
# What typed parameters are routers of; without a type, what their names say.
TYPES = {
    "Application": "express",
    "Express": "express",
    "Router": "express",
    "IRouter": "express",
    "Hono": "hono",
    "OpenAPIHono": "hono",
    "Koa": "koa",
}


def method(router: Router, name: str, call: Call) -> Value:
    """Take up what calling a method of an application or router adds to it."""
    if name in _METHODS:
        return _verb(router, name, call)
    if name == "allowedMethods":
        return None
    take = (_HONO if router.framework == "hono" else _EXPRESS).get(name)
    found = take(router, call) if take else None
    return router if found is None else found


def _route(router: Router, call: Call) -> Value:
    return Partial(router, _braced(call.text(0)))


def _on(router: Router, call: Call) -> Value:
    for verb in (methods_of(call.value(0)) or []) if call.has(2) else ():
        _add(router, call, verb, call.value(1), call.arguments[2:])


def _mount(router: Router, call: Call) -> Value:
    child = call.value(1)
    if isinstance(child, Router):
        router.mount(_braced(call.text(0)), child)


def _base_path(router: Router, call: Call) -> Value:
    child = Router("hono", prefix=_braced(call.text(0)), join="segments")
    router.mount("", child)
    return child


def _prefix(router: Router, call: Call) -> Value:
    if call.has(0):
        router.prefix = _braced(call.text(0))


def _verb(router: Router, name: str, call: Call) -> Value:
    if not call.arguments:
        return router
    path, handlers = call.value(0), call.arguments[1:]
    if router.framework == "koa" and handlers and len(handlers) > 1 and isinstance(path, str):
        second = call.value(1)
        if isinstance(second, str):  # a route's name comes first
            path, handlers = second, handlers[1:]
    if router.framework == "hono" and call.arguments[0] and call.arguments[0][0] == "f":
        path, handlers = "", call.arguments
    if not handlers:
        return router if router.framework == "hono" else None  # app.get("setting")
    _add(router, call, _METHODS[name], path, handlers)
    return router


def _add(router: Router, call: Call, verb: str, path: Value, handlers: list[Expression]) -> None:
    names = [name for form in _flat(handlers) for name in _names(form)]
    handler = (spelled(list(_flat(handlers))[-1]) if handlers else None) or "(inline)"
    asked = asks(names) or router.authentication
    for one in path if isinstance(path, list) else [path]:
        written = braced(one) if isinstance(one, str) else None
        router.add(Route(verb, written, handler, call.file, call.line, asked))


def _flat(forms: Iterable[Expression]) -> Iterable[Expression]:
    for form in forms:
        if form is not None and form[0] == "l":
            yield from form[1]
        else:
            yield form


def _names(form: Expression) -> list[str | None]:
    """Return the names that a middleware goes by: `auth`, `passport.authenticate("jwt")`."""
    if form is None or form[0] == "f":
        return []
    if form[0] == "c":
        return [spelled(form[1]), spelled(form)]
    return [spelled(form)]


def _use(router: Router, call: Call) -> Value:
    values = [_made_by(one, call) for one in _flat_values(call.values())]
    children = [one for one in values if isinstance(one, Router)]
    names = [name for form in _flat(call.arguments) for name in _names(form)]
    asked = asks(names) or router.authentication
    given = call.value(0) if call.arguments else None
    has_path = _is_path(call.form(0), given)
    first = values[0] if values else None
    paths = given if isinstance(given, list) else [given]
    for child in children:
        if not has_path:
            router.mount("", child, asked)
            continue
        for path in paths:
            router.mount(_braced(path) if isinstance(path, str) else None, child, asked)
    if not children and (not has_path or first in {"/", "*", "/*"}):
        router.authentication = asked


def _made_by(value: Value, call: Call) -> Value:
    """Return the router that a function without parameters makes, called when it is needed."""
    if isinstance(value, Function) and not value.statement[2]:
        made = call.program.apply(value, [])
        return made if isinstance(made, Router) else value
    return value


def _is_path(form: Expression, value: Value) -> bool:
    """Tell whether the first argument of `use` is a path: text, or an unknown that is named so."""
    if form is None or isinstance(value, str):
        return form is not None
    if isinstance(value, list):
        return any(isinstance(one, str) for one in value)
    if form[0] in {"+", "or"}:
        return True
    is_unknown = value is None or isinstance(value, External)
    return is_unknown and form[0] in {"n", "a", "[]"} and bool(_PATH.search(spelled(form) or ""))


def _flat_values(values: Iterable[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        found += value if isinstance(value, list) else [value]
    return found


def partial(builder: Partial, name: str, call: Call) -> Value:
    """Take up `router.route("/x").get(handler)`."""
    if name in _METHODS and call.arguments:
        _add(builder.router, call, _METHODS[name], builder.path, call.arguments)
    return builder


def _openapi(router: Router, call: Call) -> Value:
    route = call.value(0)
    options = route.call.value(0) if isinstance(route, Made) else route
    if isinstance(options, dict):
        for verb in methods_of(options.get("method")) or []:
            _add(router, call, verb, options.get("path"), call.arguments[1:])


def _braced(path: Value) -> str | None:
    return braced(path) if isinstance(path, str) else None


def external(name: str, call: Call) -> Value:
    """Return what middleware libraries make of routers: koa-mount, koa-compose."""
    if name == "koa-mount":
        router = Router("koa", join="segments", prefix=_braced(call.text(0)) if call.has(1) else "")
        child = call.value(1 if call.has(1) else 0)
        if isinstance(child, Router):
            router.mount("", child)
            return router
    if name in {"koa-compose", "express-async-handler"}:
        return call.value(0)
    return None


def takes(call: Call) -> bool:
    """Tell whether a call on something unknown reads as a route: a path and a handler."""
    path = call.value(0) if call.arguments else None
    last = call.arguments[-1] if len(call.arguments) > 1 else None
    handles = last is not None and last[0] in {"f", "n", "a", "c", "l"}
    if last is not None and last[0] == "f" and not last[1][2] and not last[1][1]:
        handles = isinstance(call.program.value(last, call.frame), Function)
    return isinstance(path, str) and path.startswith("/") and handles


_EXPRESS = {"use": _use, "lazyUse": _use, "route": _route, "prefix": _prefix}
_HONO = {
    "use": _use,
    "route": _mount,
    "mount": _mount,
    "on": _on,
    "basePath": _base_path,
    "openapi": _openapi,
}
