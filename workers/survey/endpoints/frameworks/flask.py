"""Flask, Quart and the extensions that add routes: RESTful, RESTX, Smorest, AppBuilder.

https://flask.palletsprojects.com/en/stable/api/#url-route-registrations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints import objects
from workers.survey.endpoints.declared import VERBS, asks, decorator_names, handler_of, methods_of
from workers.survey.endpoints.routing import ANY, Route, Router, braced
from workers.survey.endpoints.values import Call, Class, External, Function, Made, Value

if TYPE_CHECKING:
    from workers.survey.endpoints.program import Program


def _application(_call: Call) -> Router:
    return Router("flask", root=True, join="slash")


def _blueprint(call: Call) -> Router:
    return Router("flask", prefix=call.text(None, "url_prefix", default=""), join="slash")


def _smorest_blueprint(call: Call) -> Router:
    return Router("flask-smorest", prefix=call.text(None, "url_prefix", default=""), join="slash")


def _api(call: Call) -> Router:
    """Flask-RESTful's and RESTX's Api, on an application or a blueprint."""
    api = Router("flask-restful", prefix=call.text(None, "prefix", default=""), join="slash")
    _attach(api, call)
    return api


def _attach(api: Router, call: Call) -> Value:
    below = call.value(0, "app")
    if isinstance(below, Router):
        below.mount("", api)


def _namespace(call: Call) -> Router:
    name = call.text(0, "name", default="")
    prefix = call.text(None, "path", default=None if name is None else f"/{name}")
    return Router("flask-restx", prefix=prefix, join="slash")


CONSTRUCTORS = {
    **dict.fromkeys(("flask.Flask", "quart.Quart", "apiflask.APIFlask"), _application),
    **dict.fromkeys(("flask_openapi3.OpenAPI", "connexion.FlaskApp"), _application),
    **dict.fromkeys(("flask.Blueprint", "quart.Blueprint", "apiflask.APIBlueprint"), _blueprint),
    **dict.fromkeys(("flask_openapi3.APIBlueprint", "flask.blueprints.Blueprint"), _blueprint),
    "flask_smorest.Blueprint": _smorest_blueprint,
    **dict.fromkeys(("flask_restful.Api", "flask_restx.Api", "flask_smorest.Api"), _api),
    "flask_restx.Namespace": _namespace,
}


def method(router: Router, name: str, call: Call) -> Value:
    """Take up what calling a method of an application, blueprint or Api adds to it."""
    if name in VERBS:
        _add(router, call, [name.upper()], call.text(0, "rule"))
        return None
    take = _TAKE.get(name)
    return take(router, call) if take else None


def _route(router: Router, call: Call) -> Value:
    if isinstance(call.decorated, Class):  # RESTX, Smorest: a class with a method a verb
        for path in [one for one in call.values() if isinstance(one, str)]:
            _add(router, call, _class_methods(call.decorated, call.program), path)
    else:
        _add(router, call, _methods(call, ["GET"]), call.text(0, "rule"))


def _websocket(router: Router, call: Call) -> Value:
    _add(router, call, ["WEBSOCKET"], call.text(0, "rule"))


def _url_rule(router: Router, call: Call) -> Value:
    view = _class_of(call.value(2, "view_func"))
    default = _class_methods(view, call.program) if isinstance(view, Class) else ["GET"]
    _add(router, call, _methods(call, default), call.text(0, "rule"))


def _blueprint_below(router: Router, call: Call) -> Value:
    child = call.value(0, "blueprint")
    if isinstance(child, Router):
        prefix = call.text(None, "url_prefix", default="")
        router.mount(prefix, child, instead=call.has(None, "url_prefix"))


def _namespace_below(router: Router, call: Call) -> Value:
    child = call.value(0, "ns")
    if isinstance(child, Router):
        router.mount(call.text(1, "path", default=""), child, instead=call.has(1, "path"))


def _resource(router: Router, call: Call) -> Value:
    resource = call.value(0, "resource")
    methods = _class_methods(resource, call.program) if isinstance(resource, Class) else [ANY]
    for position in range(1, len(call.arguments)):
        _add(router, call, methods, call.text(position), resource)


def _made_namespace(router: Router, call: Call) -> Value:
    child = _namespace(call)
    router.mount("", child)
    return child


_TAKE = {
    "route": _route,
    "websocket": _websocket,
    "add_url_rule": _url_rule,
    "register_blueprint": _blueprint_below,
    "register_api": _blueprint_below,
    "add_namespace": _namespace_below,
    "add_resource": _resource,
    "init_app": _attach,
    "namespace": _made_namespace,
}


def _methods(call: Call, default: list[str]) -> list[str]:
    if not call.has(None, "methods"):
        return default
    return methods_of(call.value(None, "methods")) or [ANY]


def _class_of(view: Value) -> Value:
    """Return the class behind `View.as_view("name")`."""
    return view.of if isinstance(view, Made) and view.of is not None else view


def _class_methods(of: Class, program: Program) -> list[str]:
    classes = [of, *(base for base in objects.bases(program, of) if isinstance(base, Class))]
    names = [s[1] for one in classes for s in one.statement[3] if s[0] == "def" and s[1] in VERBS]
    return list(dict.fromkeys(name.upper() for name in names)) or [ANY]


def _add(
    router: Router, call: Call, methods: list[str], path: str | None, of: Value = None
) -> None:
    decorated = call.decorated
    view = of or decorated or _class_of(call.value(2, "view_func"))
    if isinstance(view, Class):
        handler = view.name
    else:
        handler = handler_of(call) if decorated else call.name(2, "view_func") or "(inline)"
    names = decorator_names(view if isinstance(view, Function | Class) else None)
    for verb in methods:
        written = None if path is None else braced(path)
        router.add(Route(verb, written, handler, call.file, call.line, asks(names)))


def exposed(call: Call) -> None:
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
    given = objects.class_attribute(program, of, "route_base")
    if isinstance(given, str):
        return given
    name = objects.class_attribute(program, of, "resource_name")
    bases = [base.name for base in objects.bases(program, of) if isinstance(base, External)]
    if isinstance(name, str) or any(base.endswith("Api") for base in bases):
        version = objects.class_attribute(program, of, "version")
        named = name if isinstance(name, str) else of.name.lower()
        return f"/api/{version if isinstance(version, str) else 'v1'}/{named}"
    return f"/{of.name.lower()}"
