"""Express, Koa's routers and Hono: methods of a router take a path and handlers.

https://expressjs.com/en/guide/routing.html, https://hono.dev/docs/api/routing
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.values import (
    Call,
    External,
    Function,
    LibraryObject,
    PathBuilder,
    Value,
    spelled,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.guards.decorators import named
from workers.survey.endpoints.route_details import (
    ROUTER_VERBS,
    asked_by,
    asking,
    handled_by,
    methods_of,
)
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced, with_optional

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from workers.survey.endpoints.routing import Asked
    from workers.survey.endpoints.statements import Expression

_VERBS = {**{verb: verb.upper() for verb in ROUTER_VERBS}, "del": "DELETE", "all": ANY}
_PATH = lazy_pattern(r"(?i)path|prefix|url|base|route|version|endpoint")


def _made(framework: str, *, root: bool) -> Callable[[Call], Router]:
    def make(call: Call) -> Router:
        options = call.value(0)
        prefix = options.get("prefix", "") if isinstance(options, dict) else ""
        is_known = isinstance(prefix, str)
        written = braced(prefix) if is_known else None
        return Router(framework, root, written, "segments", in_order=True)

    return make


def _hono(call: Call) -> Router:
    del call
    return Router("hono", root=True, join="segments", in_order=True)


def _route(router: Router, _name: str, call: Call) -> Value:
    return PathBuilder(router, _braced(call.text(0)))


def _on(router: Router, _name: str, call: Call) -> Value:
    for verb in (methods_of(call.value(0)) or []) if call.has(2) else ():
        _add(router, call, verb, call.value(1), call.arguments[2:])
    return router


def _mount(router: Router, _name: str, call: Call) -> Value:
    child = call.value(1)
    if isinstance(child, Router):
        router.mount(_braced(call.text(0)), child)
    return router


def _base_path(router: Router, _name: str, call: Call) -> Value:
    child = Router("hono", prefix=_braced(call.text(0)), join="segments", in_order=True)
    router.mount("", child)
    return child


def _prefix(router: Router, _name: str, call: Call) -> Value:
    if call.has(0):
        router.prefix = _braced(call.text(0))
    return router


def _verb(router: Router, name: str, call: Call) -> Value:
    if not call.arguments:
        return router
    path, handlers = call.value(0), call.arguments[1:]
    if not handlers:
        return None  # app.get("setting")
    _add(router, call, _VERBS[name], path, handlers)
    return router


def _koa_verb(router: Router, name: str, call: Call) -> Value:
    if len(call.arguments) > 2 and isinstance(call.value(0), str):
        path = call.value(1)
        if isinstance(path, str):  # a route's name comes first
            _add(router, call, _VERBS[name], path, call.arguments[2:])
            return router
    return _verb(router, name, call)


def _hono_verb(router: Router, name: str, call: Call) -> Value:
    if not call.arguments:
        return router
    path, handlers = call.value(0), call.arguments[1:]
    first = call.arguments[0]
    if first and first[0] == "f":  # handlers alone: the router's own path
        path, handlers = "", call.arguments
    if handlers:
        _add(router, call, _VERBS[name], path, handlers)
    return router


def _nothing(_router: Router, _name: str, _call: Call) -> Value:
    return None


def _add(router: Router, call: Call, verb: str, path: Value, handlers: list[Expression]) -> None:
    forms = list(_flat(handlers))
    way = _WAYS.get(router.framework, "next3")
    handler = (spelled(forms[-1]) if forms else None) or "(inline)"
    asks = tuple(asking(way, form, call) for form in forms[:-1])
    value = call.program.value(forms[-1], call.frame) if forms else None
    does = handled_by(value, handler, call)
    for each in path if isinstance(path, list) else [path]:
        for written in with_optional(each) if isinstance(each, str) else [None]:
            served = _braced(written)
            route = Route(verb, served, handler, call.file, call.line, asks=asks, does=does)
            router.add(route)
            if verb == ANY and isinstance(value, Function) and value.statement[2]:
                # `app.all("/api/*", auth)` goes on to the routes after it.
                router.asks.append(asked_by(way, value, handler, call, path=served, exact=True))


# How a framework's middleware goes on: with its third parameter, or its second.
_WAYS = {"koa": "next2", "hono": "next2"}


def _flat(forms: Iterable[Expression]) -> Iterable[Expression]:
    """Yield handlers one by one: also those of a list."""
    for form in forms:
        if form is not None and form[0] == "l":
            yield from _flat(form[1])
        else:
            yield form[1] if form is not None and form[0] == "*" else form


def _use(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.use(path, middleware, router)`: each in the order in which it stands there."""
    path = call.value(0) if call.arguments else None
    has_path = _is_path(call.form(0), path)
    written = [_braced(each) for each in (path if isinstance(path, list) else [path])]
    paths = written if has_path else [""]
    way = _WAYS.get(router.framework, "next3")
    before: list[Asked] = []
    for form in _flat(call.arguments[has_path:]):
        for value in _flat_values([call.program.value(form, call.frame)]):
            made = _made_by(value, call)
            if isinstance(made, Router):
                for each in paths:
                    below = each.removesuffix("/*") if each is not None else None
                    router.mount("" if below == "*" else below, made, before)
            else:
                asked = asked_by(way, made, named(form), call, unless=_unless(made))
                before.append(asked)
    for each in paths:
        exact = router.framework == "hono" and bool(each) and not str(each).endswith("*")
        router.asks += [replace(asked, path=each, exact=exact) for asked in before]
    return router


def _unless(value: Value) -> tuple[str | None, ...]:
    """Return the paths of `jwt(...).unless({path: [...]})`, None for those that are not plain."""
    if not isinstance(value, LibraryObject) or not value.name.endswith("().unless"):
        return ()
    options = value.call.value(0)
    paths = options.get("path") if isinstance(options, dict) else None
    listed = paths if isinstance(paths, list) else [paths]
    plain = [each if isinstance(each, str) and "^" not in each else None for each in listed]
    return tuple(plain if set(options or ()) <= {"path"} else [*plain, None])


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
    flat: list[Value] = []
    for value in values:
        flat += value if isinstance(value, list) else [value]
    return flat


def _on_path(builder: PathBuilder, name: str, call: Call) -> Value:
    """Take up `router.route("/x").get(handler)`, also what `.all(auth)` asks before it."""
    if name in _VERBS and call.arguments:
        _add(builder.router, call, _VERBS[name], builder.path, call.arguments)
    return builder


def _openapi(router: Router, _name: str, call: Call) -> Value:
    route = call.value(0)
    options = route.call.value(0) if isinstance(route, LibraryObject) else route
    if isinstance(options, dict):
        for verb in methods_of(options.get("method")) or []:
            _add(router, call, verb, options.get("path"), call.arguments[1:])
    return router


def _braced(path: Value) -> str | None:
    return braced(path) if isinstance(path, str) else None


def _koa_mount(call: Call) -> Value:
    router = Router("koa", join="segments", prefix=_braced(call.text(0)) if call.has(1) else "")
    child = call.value(1 if call.has(1) else 0)
    if not isinstance(child, Router):
        return None
    router.mount("", child)
    return router


def _handed_on(call: Call) -> Value:
    return call.value(0)


_ROUTER_METHODS = {
    "use": _use,
    "lazyUse": _use,
    "route": _route,
    "prefix": _prefix,
    "allowedMethods": _nothing,  # `app.use(router.allowedMethods())` mounts no second router
}
_HONO_METHODS = {
    **dict.fromkeys(_VERBS, _hono_verb),
    "use": _use,
    "route": _mount,
    "mount": _mount,
    "on": _on,
    "basePath": _base_path,
    "openapi": _openapi,
    "allowedMethods": _nothing,
}
_HONO = Framework(
    name="hono",
    language="script",
    tokens=(b"new Hono", b"new OpenAPIHono", b".basePath("),
    statements=frozenset(_HONO_METHODS) - {"allowedMethods"},
    constructors=dict.fromkeys(
        (
            *(f"{place}.Hono" for place in ("hono", "hono/quick", "hono/tiny", "@hono/hono")),
            "@hono/zod-openapi.OpenAPIHono",
        ),
        _hono,
    ),
    methods=_HONO_METHODS,
    is_chained=True,
    types=frozenset({"Hono", "OpenAPIHono"}),
    imports=frozenset({"hono", "@hono/hono"}),
    in_order=True,
)
_KOA = Framework(
    name="koa",
    language="script",
    tokens=(b"new Koa",),
    statements=frozenset({*_VERBS, *_ROUTER_METHODS}) - {"allowedMethods"},
    constructors={
        "koa": _made("koa", root=True),
        **dict.fromkeys(
            (
                "koa-router",
                "@koa/router",
                "@koa/router.Router",
                "koa-router.Router",
                "koa-joi-router",
            ),
            _made("koa", root=False),
        ),
    },
    methods={**dict.fromkeys(_VERBS, _koa_verb), **_ROUTER_METHODS},
    is_chained=True,
    builder=_on_path,
    external={"koa-mount": _koa_mount, "koa-compose": _handed_on},
    types=frozenset({"Koa"}),
    imports=frozenset({"koa"}),
    in_order=True,
)
_EXPRESS = Framework(
    name="express",
    language="script",
    tokens=(b"outer(", b"express()", b".route("),
    hints=(b".use(",),
    objects=(b".router)", b".router,", b".routes)", b".routes()", b".getRouter()"),
    statements=frozenset({*_VERBS, *_ROUTER_METHODS}) - {"allowedMethods"},
    constructors={
        **dict.fromkeys(
            ("express", "polka", "restana", "ultimate-express", "@tinyhttp/app.App"),
            _made("express", root=True),
        ),
        **dict.fromkeys(
            ("express.Router", "express-promise-router", "router"), _made("express", root=False)
        ),
    },
    methods={**dict.fromkeys(_VERBS, _verb), **_ROUTER_METHODS},
    is_chained=True,
    builder=_on_path,
    external={"express-async-handler": _handed_on},
    types=frozenset({"Application", "Express", "Router", "IRouter"}),
    imports=frozenset({"express"}),
    in_order=True,
    guessed_by=frozenset("get post put patch delete all".split()),
    is_usual=True,
)
FRAMEWORKS = (_HONO, _KOA, _EXPRESS)
