"""aiohttp's server: docs.aiohttp.org/en/stable/web_quickstart.html and web_reference.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Function,
    LibraryObject,
    PathBuilder,
    Value,
    spelled,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import handler_of, not_judged, verbs_of
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

_VERBS = frozenset("get post put patch delete head options".split())


def _application(call: Call) -> Router:
    call.program.understood.add(call.file)
    return Router("aiohttp", root=True)


def _table(_call: Call) -> Router:
    return Router("aiohttp")


def _verb(router: Router, name: str, call: Call) -> Value:
    """Take up `app.router.add_get("/x", handler)` and `@routes.get("/x")`."""
    _add(router, call, name.removeprefix("add_").upper(), call.values(), "path")


def _view(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.router.add_view("/x", View)` and `@routes.view("/x")`."""
    _add(router, call, ANY, call.values(), "path")


def _any_verb(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.router.add_route("GET", "/x", handler)` and `@routes.route("GET", "/x")`."""
    values = call.values()
    method = values[0] if values else call.value(None, "method")
    verb = _method(method)
    if verb is None:
        call.program.lost.add((call.file, call.line))
    else:
        _add(router, call, verb, values[1:], "path")


def _method(value: Value) -> str | None:
    if not isinstance(value, str):
        return None
    return ANY if value == "*" else value.upper() if value.isalpha() else None


def _routes(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_routes([web.get("/x", handler)])`, or a table of routes."""
    _take(router, call.value(0, "routes"), call)


def _routes_anywhere(call: Call) -> None:
    """Take up `self.apps[0].add_routes([web.get("/x", handler)])`, of what is not known."""
    listed = call.value(0, "routes")
    items = listed if isinstance(listed, list) else []
    if any(isinstance(one, LibraryObject) and one.name.startswith("aiohttp.web.") for one in items):
        call.program.understood.add(call.file)
        _take(call.program.router(Router("aiohttp")), items, call)


def _take(router: Router, listed: Value, call: Call) -> None:
    if isinstance(listed, Router):
        router.mount("", listed)
    elif not isinstance(listed, list):
        call.program.lost.add((call.file, call.line))
    else:
        for item in listed:
            _take_one(router, item, call)


def _take_one(router: Router, item: Value, call: Call) -> None:
    if isinstance(item, Router | list):
        _take(router, item, call)
        return
    name = item.name.rpartition(".") if isinstance(item, LibraryObject) else ("", "", "")
    if not isinstance(item, LibraryObject) or name[0] not in {"aiohttp.web", "aiohttp"}:
        call.program.lost.add((call.file, call.line))
    elif name[2] in _VERBS:
        _verb(router, name[2], item.call)
    elif name[2] == "view":
        _view(router, "view", item.call)
    elif name[2] == "route":
        _any_verb(router, "route", item.call)


def _resource(router: Router, _name: str, call: Call) -> Value:
    path = call.text(0, "path")
    return PathBuilder(router, path)


def _of_resource(builder: PathBuilder, name: str, call: Call) -> Value:
    """Take up `resource.add_route("GET", handler)`."""
    values = call.values()
    verb = _method(values[0]) if name == "add_route" and values else None
    if verb is not None:
        _add(builder.router, call, verb, [builder.path, *values[1:]], "")


def _below(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_subapp("/admin", admin)` and `add_domain(domain, app)`."""
    child = call.value(1, "subapp")
    prefix = call.text(0, "prefix")
    if isinstance(child, Router):
        router.mount(None if prefix is None else prefix.rstrip("/"), child)


def _on_domain(router: Router, _name: str, call: Call) -> Value:
    child = call.value(1, "subapp")
    if isinstance(child, Router):
        router.mount("", child)


def _add(router: Router, call: Call, verb: str, values: list[Value], keyword: str) -> None:
    """Add a route; `values` are its path and its handler, as far as they stand in their places."""
    path = values[0] if values else call.value(None, keyword)
    handler = call.decorated or (values[1] if len(values) > 1 else call.value(None, "handler"))
    written = braced(path) if isinstance(path, str) else None
    verbs = [verb]
    if isinstance(handler, Class):
        own = verbs_of(handler, call.program)
        verbs = (own or [ANY]) if verb == ANY else [verb]
    for each in verbs:
        name = _name_of(handler, call)
        asks = (not_judged("aiohttp", call),)
        router.add(Route(each, written, name, call.file, call.line, asks=asks))


def _name_of(handler: Value, call: Call) -> str:
    if call.decorated is not None:
        return handler_of(call)
    if isinstance(handler, Class):
        return handler.name
    if isinstance(handler, Function) and handler.statement[1]:
        return str(handler.statement[1])
    form = call.arguments[-1] if call.arguments else call.form(None, "handler")
    return (spelled(form) if form is not None and form[0] in {"n", "a"} else None) or "(inline)"


def _home_assistant(program: Program) -> None:
    """Take up the views of Home Assistant, whose classes say their addresses themselves."""
    for of in list(program.classes.values()):
        if "HomeAssistantView" in map(_last, objects.bases(program, of)):
            verbs = verbs_of(of, program)
            line = next((s[3] for s in of.statement[3] if s[:2] == ["=", ["n", "url"]]), None)
            if verbs and line is not None:
                _serve(of, verbs, Call(program, of.body, [], {}, line))
            elif verbs and objects.class_attribute(program, of, "url") is None:
                program.lost.add((of.frame.file, of.statement[5]))


def _serve(of: Class, verbs: list[str], call: Call) -> None:
    """Add the routes of a class of views, whose `url` stands where the call does."""
    router = call.program.router(Router("aiohttp", root=True))
    call.program.understood.add(call.file)
    extra = objects.class_attribute(call.program, of, "extra_urls")
    url = objects.class_attribute(call.program, of, "url")
    for path in [url, *(extra if isinstance(extra, list) else [])]:
        for verb in verbs:
            asks = (not_judged("aiohttp", call),)
            written = braced(path) if isinstance(path, str) else None
            router.add(Route(verb, written, of.name, call.file, call.line, asks=asks))


def _last(base: Class | External) -> str:
    return base.name.rsplit(".", 1)[-1]


def _first(call: Call) -> Value:
    return call.value(0)


FRAMEWORKS = (
    Framework(
        name="aiohttp",
        language="python",
        tokens=(b"web.Application(", b"RouteTableDef", b".router.add_", b"add_subapp("),
        hints=(b"aiohttp import web", b"aiohttp.web", b"HomeAssistantView"),
        constructors={
            "aiohttp.web.Application": _application,
            "aiohttp.web.RouteTableDef": _table,
        },
        methods={
            **dict.fromkeys(_VERBS, _verb),
            **dict.fromkeys((f"add_{verb}" for verb in _VERBS), _verb),
            **dict.fromkeys(("view", "add_view"), _view),
            **dict.fromkeys(("route", "add_route"), _any_verb),
            "add_routes": _routes,
            "add_resource": _resource,
            "add_subapp": _below,
            "add_domain": _on_domain,
        },
        builder=_of_resource,
        anywhere={"add_routes": _routes_anywhere},
        # Others have `get` for a statement of its own.
        statements=frozenset(
            "add_route add_routes add_view add_resource add_subapp add_domain".split()
        )
        | {f"add_{verb}" for verb in _VERBS},
        finish=_home_assistant,
        external={
            "aiohttp_cors.setup().add": _first,
            "aiohttp_cors.setup.add": _first,
        },
        types=frozenset({"Application", "UrlDispatcher", "RouteTableDef"}),
        imports=frozenset({"aiohttp.web"}),
    ),
)
