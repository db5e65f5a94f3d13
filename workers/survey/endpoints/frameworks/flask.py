"""Flask, Quart and the extensions that add routes: RESTful, RESTX, Smorest, AppBuilder.

https://flask.palletsprojects.com/en/stable/api/#url-route-registrations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Function,
    LibraryObject,
    Value,
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
)
from workers.survey.endpoints.routing import ANY, Asked, Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Expression


def _application(_call: Call) -> Router:
    return Router("flask", root=True, join="slash")


def _blueprint(call: Call) -> Router:
    return Router("flask", prefix=call.text(None, "url_prefix", default=""), join="slash")


def _smorest_blueprint(call: Call) -> Router:
    return Router("flask-smorest", prefix=call.text(None, "url_prefix", default=""), join="slash")


def _api(call: Call) -> Router:
    """Flask-RESTful's and RESTX's Api, on an application or a blueprint."""
    prefix = call.text(None, "prefix", default="")
    api = Router("flask-restful", prefix=prefix, join="slash", asks=_restx_asks(call))
    _attach(api, call)
    return api


def _init_app(api: Router, _name: str, call: Call) -> Value:
    _attach(api, call)


def _attach(api: Router, call: Call) -> None:
    below = call.value(0, "app")
    if isinstance(below, Router):
        below.mount("", api)


def _namespace(call: Call) -> Router:
    name = call.text(0, "name", default="")
    prefix = call.text(None, "path", default=None if name is None else f"/{name}")
    return Router("flask-restx", prefix=prefix, join="slash", asks=_restx_asks(call))


def _verb(router: Router, name: str, call: Call) -> Value:
    _add(router, call, [name.upper()], call.text(0, "rule"))


def _route(router: Router, _name: str, call: Call) -> Value:
    if isinstance(call.decorated, Class):  # RESTX, Smorest: a class with a method a verb
        for path in call.values():
            if isinstance(path, str):
                _add(router, call, _class_methods(call.decorated, call.program), path)
    else:
        _add(router, call, _methods(call, ["GET"]), call.text(0, "rule"))


def _websocket(router: Router, _name: str, call: Call) -> Value:
    _add(router, call, ["WEBSOCKET"], call.text(0, "rule"))


def _url_rule(router: Router, _name: str, call: Call) -> Value:
    view = _class_of(call.value(2, "view_func"))
    default = _class_methods(view, call.program) if isinstance(view, Class) else ["GET"]
    _add(router, call, _methods(call, default), call.text(0, "rule"))


def _blueprint_below(router: Router, _name: str, call: Call) -> Value:
    child = call.value(0, "blueprint")
    if isinstance(child, Router):
        prefix = call.text(None, "url_prefix", default="")
        router.mount(prefix, child, instead=call.has(None, "url_prefix"))


def _namespace_below(router: Router, _name: str, call: Call) -> Value:
    child = call.value(0, "ns")
    if isinstance(child, Router):
        router.mount(call.text(1, "path", default=""), child, instead=call.has(1, "path"))


def _resource(router: Router, _name: str, call: Call) -> Value:
    resource = call.value(0, "resource")
    methods = _class_methods(resource, call.program) if isinstance(resource, Class) else [ANY]
    for path in call.values()[1:]:
        _add(router, call, methods, path if isinstance(path, str) else None, resource)


def _made_namespace(router: Router, _name: str, call: Call) -> Value:
    child = _namespace(call)
    router.mount("", child)
    return child


def _methods(call: Call, default: list[str]) -> list[str]:
    if not call.has(None, "methods"):
        return default
    return methods_of(call.value(None, "methods")) or [ANY]


def _class_of(view: Value) -> Value:
    """Return the class behind `View.as_view("name")`."""
    return view.of if isinstance(view, LibraryObject) and view.of is not None else view


def _class_methods(of: Class, program: Program) -> list[str]:
    defined = [name for name, _ in _defined(of, program)]
    return list(dict.fromkeys(name.upper() for name in defined if name in VERBS)) or [ANY]


def _defined(of: Class, program: Program) -> list[tuple[str, Function]]:
    """Return the methods of a class and of its bases in the repository, nearest first."""
    classes = [of, *(base for base in objects.bases(program, of) if isinstance(base, Class))]
    return [
        (s[1], Function(s, each.body, of))
        for each in classes
        for s in each.statement[3]
        if s[0] == "def"
    ]


def _add(
    router: Router, call: Call, methods: list[str], path: str | None, of: Value = None
) -> None:
    decorated = call.decorated
    view = of or decorated or _class_of(call.value(2, "view_func"))
    if isinstance(view, Class):
        handler = view.name
    else:
        handler = handler_of(call) if decorated else call.name(2, "view_func") or "(inline)"
    written = None if path is None else braced(path)
    for verb in methods:
        asks, does = _asked_of(view, verb, handler, call)
        route = Route(verb, written, handler, call.file, call.line, asks=asks, does=does)
        router.add(route)


def _asked_of(
    view: Value, verb: str, name: str, call: Call
) -> tuple[tuple[Asked, ...], Asked | None]:
    """Return what a view asks for a method, and its handler."""
    if isinstance(view, Function):
        return (*decorators_asked(view, call.program),), handled_by(view, name, call)
    if not isinstance(view, Class):
        decorator = call.form(2, "view_func")  # login_required(view)
        wrapped = decorator is not None and decorator[0] == "c" and not isinstance(view, Function)
        asks = [asking("wrap", decorator[1], call)] if wrapped and decorator else []
        return (*asks,), handled_by(view, name, call)
    asks = [*decorators_asked(view, call.program), *_listed(view, verb, call)]
    method = next((f for n, f in _defined(view, call.program) if n.upper() == verb), None)
    if method is not None:
        asks += decorators_asked(method, call.program)
    return (*asks,), handled_by(method, name, call)


def _listed(view: Class, verb: str, call: Call) -> list[Asked]:
    """Return what `decorators` and `method_decorators` ask: the list of the nearest class."""
    program = call.program
    for each in (view, *objects.bases(program, view)):
        if not isinstance(each, Class):
            continue
        for statement in each.statement[3]:
            if statement[0] == "=" and statement[1][-1] in {"decorators", "method_decorators"}:
                at = Call(program, each.body, [], {}, statement[3])
                return _of_list(statement[2], verb, at)
    return []


def _of_list(form: Expression, verb: str, call: Call) -> list[Asked]:
    if form is not None and form[0] == "d":
        form = next((one for key, one in form[1] if key == ["s", verb.lower()]), ["l", []])
    forms = form[1] if form is not None and form[0] == "l" else [form]
    return [asking("wrap", one, call) for one in forms]


def _before_request(router: Router, name: str, call: Call) -> Value:
    """Take up `@bp.before_request` and `app.before_request(f)`; `before_app_request` is for all."""
    function = call.decorated or call.value(0, "f")
    written = str(function.statement[1]) if isinstance(function, Function) else call.name(0) or name
    asked = asked_by("before", function, written, call)
    if "app_request" in name:
        call.program.notes.setdefault("flask", []).append(asked)
    else:
        router.asks.append(asked)
    return function


def _ask_of_all(program: Program) -> None:
    """Add what blueprints ask for the whole application."""
    for asked in program.notes.get("flask", ()):
        for router in program.routers:
            if router.framework == "flask" and router.root:
                router.asks.append(asked)


def _restx_asks(call: Call) -> list[Asked]:
    """Return what `Api(decorators=[...])` and `Namespace(decorators=[...])` ask."""
    form = call.form(None, "decorators")
    return [asking("wrap", one, call) for one in form[1]] if form and form[0] == "l" else []


def _exposed(_name: str, call: Call) -> None:
    """Take up `@expose("/x", methods=[...])` of Flask-AppBuilder, below its class's base."""
    function = call.decorated
    if not isinstance(function, Function) or not isinstance(function.this, Class):
        return
    of = function.this
    router = call.program.router_of(of)
    if router is None:
        router = Router("flask-appbuilder", join="slash", root=True)
        router.prefix = _base(of, call.program)
        call.program.own(of, router)
    _add(router, call, _methods(call, ["GET"]), call.text(0, "url", default="/"))


def _base(of: Class, program: Program) -> str | None:
    route_base = objects.class_attribute(program, of, "route_base")
    if isinstance(route_base, str):
        return route_base
    name = objects.class_attribute(program, of, "resource_name")
    bases = [base.name for base in objects.bases(program, of) if isinstance(base, External)]
    if isinstance(name, str) or any(base.endswith("Api") for base in bases):
        version = objects.class_attribute(program, of, "version")
        named = name if isinstance(name, str) else of.name.lower()
        return f"/api/{version if isinstance(version, str) else 'v1'}/{named}"
    return f"/{of.name.lower()}"


_METHODS = {
    **dict.fromkeys(VERBS, _verb),
    "route": _route,
    "websocket": _websocket,
    "add_url_rule": _url_rule,
    "register_blueprint": _blueprint_below,
    "register_api": _blueprint_below,
    "add_namespace": _namespace_below,
    "add_resource": _resource,
    "init_app": _init_app,
    "namespace": _made_namespace,
    **dict.fromkeys(("before_request", "before_app_request"), _before_request),
}
# The other two are only followed where a name or a routerlike argument had the call read.
_STATEMENTS = frozenset(_METHODS) - {"register_api", "namespace"}
_FLASK = Framework(
    name="flask",
    language="python",
    tokens=(b"Flask(", b"Quart(", b"Blueprint(", b"add_url_rule", b"register_blueprint"),
    statements=_STATEMENTS,
    constructors={
        **dict.fromkeys(("flask.Flask", "quart.Quart", "apiflask.APIFlask"), _application),
        **dict.fromkeys(("flask_openapi3.OpenAPI", "connexion.FlaskApp"), _application),
        **dict.fromkeys(("flask.Blueprint", "quart.Blueprint"), _blueprint),
        **dict.fromkeys(("apiflask.APIBlueprint", "flask_openapi3.APIBlueprint"), _blueprint),
        "flask.blueprints.Blueprint": _blueprint,
    },
    methods=_METHODS,
    types=frozenset({"Flask", "Blueprint", "Quart"}),
    applications=frozenset({"Flask", "Quart"}),
    imports=frozenset({"flask", "quart"}),
    guessed_by=frozenset({"route"}),
    join="slash",
    finish=_ask_of_all,
)
_SMOREST = Framework(
    name="flask-smorest",
    language="python",
    statements=_STATEMENTS,
    constructors={"flask_smorest.Blueprint": _smorest_blueprint},
    methods=_METHODS,
)
_RESTFUL = Framework(
    name="flask-restful",
    language="python",
    tokens=(b"add_resource",),
    statements=_STATEMENTS,
    constructors=dict.fromkeys(("flask_restful.Api", "flask_restx.Api", "flask_smorest.Api"), _api),
    methods=_METHODS,
)
_RESTX = Framework(
    name="flask-restx",
    language="python",
    statements=_STATEMENTS,
    constructors={"flask_restx.Namespace": _namespace},
    methods=_METHODS,
)
_APPBUILDER = Framework(
    name="flask-appbuilder",
    language="python",
    tokens=(b"@expose",),
    statements=frozenset("add_api add_view add_view_no_menu register_view".split()),
    decorated=dict.fromkeys(("flask_appbuilder.expose", "flask_appbuilder.api.expose"), _exposed),
)
FRAMEWORKS = (_FLASK, _SMOREST, _RESTFUL, _RESTX, _APPBUILDER)
