"""Django REST framework's routers and view sets, and Django Ninja.

https://www.django-rest-framework.org/api-guide/routers/, https://django-ninja.dev/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workers.survey.endpoints.django_views import class_asks, listed_permissions
from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Function,
    Module,
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
    type_name,
)
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.endpoints.statements import NOTHING
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.routing import Asked

_ACTIONS = {
    "list": ("GET", False),
    "create": ("POST", False),
    "retrieve": ("GET", True),
    "update": ("PUT", True),
    "partial_update": ("PATCH", True),
    "destroy": ("DELETE", True),
}
_MIXINS = {
    "ModelViewSet": tuple(_ACTIONS),
    "ReadOnlyModelViewSet": ("list", "retrieve"),
    "ListModelMixin": ("list",),
    "CreateModelMixin": ("create",),
    "RetrieveModelMixin": ("retrieve",),
    "UpdateModelMixin": ("update", "partial_update"),
    "DestroyModelMixin": ("destroy",),
}


def _router(call: Call) -> Router:
    slash = call.value(None, "trailing_slash") is not False
    return Router("django-rest-framework", options={"trailing": "/" if slash else ""})


def _nested(call: Call) -> Router:
    router = _router(call)
    parent, above, lookup = call.value(0), call.text(1), call.text(None, "lookup", default="parent")
    router.prefix = None if above is None or lookup is None else f"{above}/{{{lookup}_pk}}/"
    if isinstance(parent, Router):
        parent.mount("", router)
    return router


def _register_viewset(router: Router, _name: str, call: Call) -> Value:
    """Take up `router.register("users", UserViewSet)`."""
    prefix = call.text(0, "prefix")
    viewset = call.value(1, "viewset")
    if isinstance(viewset, Class):
        _register(router, prefix, viewset, call)


def _extend(router: Router, _name: str, call: Call) -> Value:
    """Take up `router.registry.extend(other.registry)`."""
    other = call.value(0)
    if isinstance(other, Router):
        router.mount("", other)


class _Registered(NamedTuple):
    """A view set below a router; `path` None is one that could not be worked out."""

    router: Router
    path: str | None
    viewset: Class
    call: Call
    allowed: frozenset[str] | None  # methods, in small letters

    def path_of(self, *, detail: bool) -> str | None:
        """Return the path of an action on one object, or on all of them."""
        if not detail or self.path is None:
            return self.path
        separator = "/" if self.path else ""
        return f"{self.path}{separator}{{{_lookup(self.viewset, self.call.program)}}}"

    def allows(self, verb: str) -> bool:
        """Tell whether the view set answers a method."""
        return self.allowed is None or verb.lower() in self.allowed


def _register(router: Router, prefix: str | None, viewset: Class, call: Call) -> None:
    program = call.program
    allowed = objects.class_attribute(program, viewset, "http_method_names")
    registered = _Registered(
        router,
        None if prefix is None else _plain(prefix),
        viewset,
        call,
        frozenset(filter(_is_text, allowed)) if isinstance(allowed, list) else None,
    )
    for action in actions_of(viewset, program):
        _add_action(registered, action)
    for extra in _extra_actions(viewset, program):
        _add_extra(registered, extra)


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


def _add_action(of: _Registered, action: str) -> None:
    verb, detail = _ACTIONS[action]
    if not of.allows(verb):
        return
    path = of.path_of(detail=detail)
    written = None if path is None else f"{path}{_slash(of.router)}"
    handler = f"{of.viewset.name}.{action}"
    asks, does = _asked(of, action, handler)
    route = Route(verb, written, handler, of.call.file, of.call.line, asks=asks, does=does)
    of.router.add(route)


def _asked(
    of: _Registered, action: str, handler: str, extra: Call | None = None
) -> tuple[tuple[Asked, ...], Asked]:
    """Return what an action asks, with its own permissions where it has some, and its handler."""
    program = of.call.program
    method = objects.method(program, of.viewset, action)
    asks = class_asks(of.viewset, program, action, of.call.line, of.call.file)
    if extra is not None and extra.has(None, "permission_classes"):
        form, at = extra.form(None, "permission_classes"), (extra.file, extra.line)
        asks = [one for one in asks if one.way not in {"bool", "either"}]
        asks += listed_permissions(form, extra.frame, program, *at)
    return (*asks,), handled_by(method or of.viewset, handler, of.call)


def _add_extra(of: _Registered, extra: _Extra) -> None:
    call, function = extra.call, extra.function
    start = of.path_of(detail=call.value(None, "detail") is True)
    method_name = function.statement[1]
    name = call.text(None, "url_path", default=str(method_name))
    written = None
    if start is not None and name is not None:
        written = f"{start}/{_plain(name)}{_slash(of.router)}"
    for verb in filter(of.allows, extra.verbs):
        handler = f"{of.viewset.name}.{method_name}"
        asks, does = _asked(of, str(method_name), handler, call)
        path = written and braced(written)
        file = function.frame.file
        of.router.add(Route(verb, path, handler, file, call.line, asks=asks, does=does))


def _slash(router: Router) -> str:
    return str(router.options.get("trailing", "/"))


def _plain(prefix: str) -> str:
    """Write a prefix, which is a regular expression, as a path."""
    done, at = "", 0
    while (start := prefix.find("(?P<", at)) != -1:
        name = prefix[start + 4 : prefix.find(">", start)]
        depth, end = 0, start
        for end in range(start, len(prefix)):
            depth += (prefix[end] == "(") - (prefix[end] == ")")
            if depth == 0:
                break
        done += f"{prefix[at:start]}{{{name}}}"
        at = end + 1
    return done + prefix[at:]


def _lookup(viewset: Class, program: Program) -> str:
    for name in ("lookup_url_kwarg", "lookup_field"):
        value = objects.class_attribute(program, viewset, name)
        if isinstance(value, str):
            return value
    return "pk"


def actions_of(viewset: Class, program: Program) -> list[str]:
    """Return the standard actions of a view set: its own, and those of the mixins it is made of."""
    names: set[str] = set()
    for each in (viewset, *objects.bases(program, viewset)):
        if isinstance(each, External):
            names.update(_MIXINS.get(each.name.rsplit(".", 1)[-1], ()))
        else:
            names.update(s[1] for s in each.statement[3] if s[0] == "def")
    return [name for name in _ACTIONS if name in names]


class _Extra(NamedTuple):
    """A method of a view set under `@action`, or one that maps another verb to such a method."""

    call: Call
    function: Function
    verbs: list[str]


def _extra_actions(viewset: Class, program: Program) -> Iterator[_Extra]:
    """Yield what view sets add to the standard actions; of methods of one name the nearest."""
    actions: dict[str, Call] = {}
    for each in (viewset, *objects.bases(program, viewset)):
        if isinstance(each, External):
            continue
        for statement in each.statement[3]:
            if statement[0] != "def" or statement[1] in actions:
                continue
            for form in statement[4]:
                if form is None or form[1] is None:
                    continue
                call = Call(program, each.body, form[2], form[3] or {}, form[4])
                function = Function(statement, each.body, each)
                word = (spelled(form[1]) or "").rsplit(".", 1)[-1]
                if word in {"action", "list_route", "detail_route"}:
                    actions[statement[1]] = call
                    yield _Extra(call, function, _verbs_of_action(call))
                elif word in VERBS and (mapped := _mapped(call, form[1], actions)):
                    yield _Extra(mapped, function, [word.upper()])


def _verbs_of_action(call: Call) -> list[str]:
    if not call.has(0, "methods"):
        return ["GET"]
    return methods_of(call.value(0, "methods")) or [ANY]


def _mapped(call: Call, decorator: list[Value], actions: dict[str, Call]) -> Call | None:
    """Read `@publish.mapping.delete`: the action's path and settings under another verb."""
    mapping = decorator[1]
    if not mapping or mapping[0] != "a" or mapping[2] != "mapping":
        return None
    name = spelled(mapping[1])
    action = actions.get(name or "")
    if action is None:
        return None
    keywords = {"url_path": ["s", name], **action.keywords}
    return Call(call.program, call.frame, action.arguments, keywords, call.line)


def _verb(router: Router, name: str, call: Call) -> Value:
    _operation(router, call, [name.upper()], call.text(0, "path"))


def _api_operation(router: Router, _name: str, call: Call) -> Value:
    methods = methods_of(call.value(0, "methods")) or [ANY]
    _operation(router, call, methods, call.text(1, "path"))


def _add_router(router: Router, _name: str, call: Call) -> Value:
    child = call.value(1, "router")
    if isinstance(child, str):  # "app.api.router"
        module, _, attribute = child.rpartition(".")
        file = call.program.find(call.file, module)
        child = call.program.exported(file, attribute) if file else None
    if isinstance(child, Module):
        child = call.program.exported(child.file, "router")
    if isinstance(child, Router):
        router.mount(call.text(0, "prefix"), child, _auth(call))


def _operation(router: Router, call: Call, methods: list[str], path: str | None) -> None:
    asks = _auth(call)
    if call.decorated is not None:
        asks += decorators_asked(call.decorated, call.program)
    does = handled_by(call.decorated, handler_of(call), call)
    response = type_name(call.form(None, "response"))
    for verb in methods:
        # Ninja has converters before the name, as Django has them: `{int:id}`.
        written = None if path is None else braced(re.sub(r"\{\w+:(\w+)\}", r"{\1}", path))
        handler = handler_of(call)
        details = (None, None, response, (*asks,), does)
        router.add(Route(verb, written, handler, call.file, call.line, *details))


def _ninja(call: Call) -> Router:
    return Router("django-ninja", join="slash", asks=_auth(call))


def _auth(call: Call) -> list[Asked]:
    """Return what `auth=` asks: it stands in place of what is asked further out."""
    if not call.has(None, "auth"):
        return []
    form = call.form(None, "auth")
    if form == NOTHING:
        return [asked_by("auth", [], "auth", call, instead=True)]
    return [asking("auth", form, call, instead=True)]


_NINJA_METHODS = {
    **dict.fromkeys(VERBS, _verb),
    "api_operation": _api_operation,
    "add_router": _add_router,
}
FRAMEWORKS = (
    Framework(
        name="django-rest-framework",
        language="python",
        # A class may inherit all but what it is of from another file, without a word of views.
        hints=(b"View", b"api_view", b"@action", b"serializer_class", b"queryset"),
        constructors={
            **dict.fromkeys(
                (
                    "rest_framework.routers.DefaultRouter",
                    "rest_framework.routers.SimpleRouter",
                    "rest_framework_nested.routers.SimpleRouter",
                    "rest_framework_nested.routers.DefaultRouter",
                    "rest_framework_extensions.routers.ExtendedSimpleRouter",
                    "rest_framework_bulk.routes.BulkRouter",
                ),
                _router,
            ),
            "rest_framework_nested.routers.NestedSimpleRouter": _nested,
            "rest_framework_nested.routers.NestedDefaultRouter": _nested,
        },
        methods={"register": _register_viewset, "extend": _extend},
    ),
    Framework(
        name="django-ninja",
        language="python",
        tokens=(b"ninja",),
        # `api_operation` only decorates.
        statements=frozenset(_NINJA_METHODS) - {"api_operation"},
        constructors={
            "ninja.NinjaAPI": _ninja,
            "ninja_extra.NinjaExtraAPI": _ninja,
            "ninja.Router": _ninja,
            "ninja.router.Router": _ninja,
        },
        methods=_NINJA_METHODS,
        types=frozenset({"NinjaAPI"}),
        imports=frozenset({"ninja"}),
        join="slash",
    ),
)
