"""Pyramid and Cornice: docs.pylonsproject.org/projects/pyramid/en/latest/narr/urldispatch.html.

A route has a name, by which views say that they are its. What is included is a function of another
module that gets the configurator, its routes below a prefix.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    Frame,
    Function,
    Module,
    Value,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import defined_in, handler_of, methods_of, not_judged
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Expression

_VERBS = frozenset("get post put patch delete head options".split())


class _View(NamedTuple):
    """A view of a route: its methods, None for those that are not known."""

    route: str
    methods: list[str] | None
    handler: str


class _Named(NamedTuple):
    """A route by its name; `methods` are those that it takes itself."""

    router: Router
    name: str
    path: str | None
    methods: list[str] | None
    call: Call


class _Scan(NamedTuple):
    """A folder or a file whose services a configurator takes up."""

    router: Router
    place: str


def _configurator(call: Call) -> Router:
    call.program.understood.add(call.file)
    prefix = call.text(None, "route_prefix", default="")
    return Router("pyramid", root=True, prefix=prefix, join="slash")


def _service(call: Call) -> Router:
    """Take up Cornice's `Service(name="users", path="/users/{id}")`."""
    path = call.text(1, "path")
    prefix = None if path is None else _written(path)
    return Router("cornice", prefix=prefix, join="slash", options={"file": call.file})


def _verb(router: Router, name: str, call: Call) -> Value:
    """Take up `@users.get()`, which Cornice has also without brackets."""
    _answer(router, name.upper(), "", handler_of(call), call)


def _added_view(router: Router, _name: str, call: Call) -> Value:
    """Take up `config.add_view(view, route_name="x")`, and Cornice's `add_view("GET", view)`."""
    if router.framework == "cornice":
        method = call.text(0, "method")
        if method is not None and method.isalpha():
            _answer(router, method.upper(), "", call.name(1, "view") or "(inline)", call)
        return
    route = call.text(None, "route_name")
    if route is not None:
        handler = call.name(0, "view") or "(inline)"
        _views(call.program).append(_View(route, _methods(call), handler))


def _answer(router: Router, verb: str, path: str, handler: str, call: Call) -> None:
    title = "Cornice" if router.framework == "cornice" else "Pyramid"
    asks = (not_judged(title, call),)
    router.add(Route(verb, path, handler, call.file, call.line, asks=asks))


def _add_route(router: Router, _name: str, call: Call) -> Value:
    """Take up `config.add_route("x", "/x/{id}")`; a static one only makes addresses."""
    name = call.text(0, "name")
    call.program.understood.add(call.file)
    if call.value(None, "static") is True:
        return
    path = call.text(1, "pattern", "path")
    if name is None:
        call.program.lost.add((call.file, call.line))
        return
    methods = _methods(call)
    written = None if path is None else _written(path)
    if router.options.get("prefixed") == call.file:
        below = call.program.router(Router("pyramid", join="slash"))
        router.mount(None, below)
        router = below
    _routes(call.program).append(_Named(router, name, written, methods, call))
    if call.has(None, "view"):
        handler = call.name(None, "view") or "(inline)"
        _views(call.program).append(_View(name, [ANY], handler))


def _prefixed(router: Router, _name: str, call: Call) -> Value:
    """Take up `with config.route_prefix_context("/api")`: where it ends was not read."""
    router.options["prefixed"] = call.file


def _routes(program: Program) -> list[_Named]:
    routes: list[_Named] = program.notes.setdefault("pyramid", [])
    return routes


def _views(program: Program) -> list[_View]:
    views: list[_View] = program.notes.setdefault("pyramid views", [])
    return views


def _methods(call: Call) -> list[str] | None:
    if call.has(None, "request_method"):
        return methods_of(call.value(None, "request_method"))
    # Of a view deriver that applications write for themselves; False turns it off.
    return methods_of(call.value(None, "require_methods")) or [ANY]


def _written(path: str) -> str:
    """Write `{id:[0-9]+}` and `*rest` as parameters."""
    return braced(re.sub(r"\*(\w{1,60})$", r"{\1}", path))


def _include(router: Router, _name: str, call: Call) -> Value:
    """Take up `config.include("package.routes", route_prefix="/api")`."""
    function = _includeme(call)
    call.program.understood.add(call.file)
    if function is None:
        return
    child = call.program.router(Router("pyramid", join="slash"))
    router.mount(call.text(1, "route_prefix", default=""), child)
    call.program.apply(function, [child])


def _includeme(call: Call) -> Function | None:
    """Return the function that an included module has for it, or that is included itself."""
    program = call.program
    value = call.value(0, "callable")
    if call.form(0, "callable") == ["n", "__name__"]:
        value = Module(call.file)
    if isinstance(value, str):
        value = _by_name(value, call)
    if isinstance(value, Module):
        value = program.exported(value.file, "includeme")
    return value if isinstance(value, Function) else None


def _by_name(name: str, call: Call) -> Value:
    module, _, last = name.partition(":")
    file = call.program.find(call.file, module)
    if file is not None:
        return call.program.exported(file, last) if last else Module(file)
    above, _, last = module.rpartition(".")
    file = call.program.find(call.file, above) if above.strip(".") else None
    return call.program.exported(file, last) if file is not None else None


def _scan(router: Router, _name: str, call: Call) -> Value:
    """Take up `config.scan()`, by which the services of a package are served."""
    value = call.value(0, "package")
    file: str | None = call.file
    if isinstance(value, Module):
        file = value.file
    elif isinstance(value, str):
        file = call.program.find(call.file, value)
    elif call.has(0, "package"):
        file = None
    if file is not None:
        is_whole = not call.has(0, "package") or file.endswith("__init__.py")
        place = posixpath.dirname(file) if is_whole else file
        scans = call.program.notes.setdefault("cornice", [])
        scans.append(_Scan(router, place))


def _resource(_name: str, call: Call) -> None:
    """Take up Cornice's `@resource(collection_path="/users", path="/users/{id}")`."""
    of = call.decorated
    if not isinstance(of, Class):
        return
    router = Router("cornice", join="slash", options={"file": call.file})
    call.program.own(of, router)
    paths = {"": call.text(None, "path"), "collection_": call.text(None, "collection_path")}
    for name in defined_in(of, call.program):
        front = "collection_" if name.startswith("collection_") else ""
        verb, path = name.removeprefix(front), paths[front]
        if verb in _VERBS and path is not None:
            _answer(router, verb.upper(), _written(path), f"{of.name}.{name}", call)


def _put_together(program: Program) -> None:
    """Give the routes the views that name them, and the services to those who scan them."""
    routes = _routes(program)
    by_route: dict[str, list[_View]] = {}
    for view in [*_views(program), *(_declared(program) if routes else ())]:
        by_route.setdefault(view.route, []).append(view)
    for route in routes:
        _serve(route, by_route.get(route.name, []))
    scans: list[_Scan] = program.notes.get("cornice", [])
    for router in list(program.routers):
        file = router.options.get("file") if router.framework == "cornice" else None
        for scan in scans if isinstance(file, str) else ():
            if file == scan.place or str(file).startswith(f"{scan.place}/") or not scan.place:
                scan.router.mount("", router)


def _serve(route: _Named, views: list[_View]) -> None:
    if not views or route.path is None:  # a view that was not understood, or no view at all
        route.call.program.lost.add((route.call.file, route.call.line))
        return
    for view in views:
        methods = view.methods
        if methods == [ANY] and route.methods is not None:
            methods = route.methods
        for verb in methods or ():
            _answer(route.router, verb, route.path, view.handler, route.call)
        if methods is None or route.methods is None:
            route.call.program.lost.add((route.call.file, route.call.line))


def _declared(program: Program) -> Iterator[_View]:
    """Yield the views that decorators declare: `@view_config(route_name="x")` and their like."""
    for function in list(program.functions.values()):
        name = str(function.statement[1])
        yield from _of(function.statement[4], function.frame, {}, name, program)
    for of in list(program.classes.values()):
        defaults = _defaults(of, program)
        name = of.name
        yield from _of(of.statement[4], of.frame, defaults, name, program)
        for statement in of.statement[3]:
            if statement[0] == "def":
                method = f"{name}.{statement[1]}"
                yield from _of(statement[4], of.frame, defaults, method, program)


def _defaults(of: Class, program: Program) -> dict[str, Expression]:
    """Return what `@view_defaults` of a class, or of the nearest base, says of its views."""
    for each in (of, *objects.bases(program, of)):
        for form in each.statement[4] if isinstance(each, Class) else ():
            if _name_of(form) == "view_defaults":
                return dict(form[3] or {})
    return {}


def _name_of(form: Expression) -> str:
    callee = form[1] if form is not None else None
    return str(callee[-1]) if callee is not None and callee[0] in {"n", "a"} else ""


def _of(
    decorators: list[Expression],
    frame: Frame,
    defaults: dict[str, Expression],
    handler: str,
    program: Program,
) -> Iterator[_View]:
    for form in decorators:
        name = _name_of(form)
        if form is None or name == "view_defaults" or form[3] is None:
            continue
        is_plain = name in {"view_config", "forbidden_view_config", "notfound_view_config"}
        keywords = {**(defaults if is_plain else {}), **form[3]}
        if "route_name" not in keywords or (is_plain and name != "view_config"):
            continue
        call = Call(program, frame, [], keywords, form[4])
        route = call.text(None, "route_name")
        if route is not None:
            yield _View(route, _methods(call), handler)


_PYRAMID = Framework(
    name="pyramid",
    language="python",
    tokens=(b"Configurator(", b"config.add_route("),
    hints=(b"view_config", b"route_name", b"def includeme", b"view_defaults"),
    constructors={
        "pyramid.config.Configurator": _configurator,
    },
    methods={
        "add_route": _add_route,
        "add_view": _added_view,
        "include": _include,
        "scan": _scan,
        "route_prefix_context": _prefixed,
    },
    statements=frozenset({"add_route", "add_view", "include", "includeme", "scan"}),
    finish=_put_together,
    types=frozenset({"Configurator"}),
    parameters=frozenset({"config"}),
    imports=frozenset({"pyramid", "cornice"}),
    is_named_where_imported=True,
    join="slash",
)
_CORNICE = Framework(
    name="cornice",
    language="python",
    tokens=(b"cornice",),
    constructors=dict.fromkeys(("cornice.Service", "cornice.service.Service"), _service),
    methods={**dict.fromkeys(_VERBS, _verb), "add_view": _added_view},
    statements=frozenset({"add_view"}),
    decorated={"cornice.resource.resource": _resource},
)
FRAMEWORKS = (_PYRAMID, _CORNICE)
