"""Django REST framework's routers and view sets, and Django Ninja.

https://www.django-rest-framework.org/api-guide/routers/, https://django-ninja.dev/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.survey.endpoints import objects
from workers.survey.endpoints.declared import (
    VERBS,
    asks,
    decorator_names,
    handler_of,
    methods_of,
    type_name,
)
from workers.survey.endpoints.routing import ANY, Route, Router, braced
from workers.survey.endpoints.values import Call, Class, External, Function, Module, Value, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.program import Program

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
_GENERIC = {
    "List": "GET",
    "Create": "POST",
    "Retrieve": "GET",
    "Update": "PUT PATCH",
    "Destroy": "DELETE",
}


def generic_methods(name: str) -> str:
    """Return the methods of a generic view: `ListCreateAPIView` has GET and POST."""
    rest, found = name.removesuffix("APIView"), []
    if rest == name:
        return ""
    while rest:
        part = next((word for word in _GENERIC if rest.startswith(word)), None)
        if part is None:
            return ""
        found.append(_GENERIC[part])
        rest = rest.removeprefix(part)
    return " ".join(found)


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


def _ninja(call: Call) -> Router:
    return Router("django-ninja", join="slash", authentication=asks([call.name(None, "auth")]))


CONSTRUCTORS = {
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
    "ninja.NinjaAPI": _ninja,
    "ninja_extra.NinjaExtraAPI": _ninja,
    "ninja.Router": _ninja,
    "ninja.router.Router": _ninja,
}


def method(router: Router, name: str, call: Call) -> Value:
    """Take up `router.register("users", UserViewSet)`."""
    if name == "register":
        prefix = call.text(0, "prefix")
        viewset = call.value(1, "viewset")
        if isinstance(viewset, Class):
            _register(router, prefix, viewset, call)
    elif name == "extend":  # router.registry.extend(other.registry)
        other = call.value(0)
        if isinstance(other, Router):
            router.mount("", other)
    return None


def _register(router: Router, prefix: str | None, viewset: Class, call: Call) -> None:
    program = call.program
    slash = str(router.options.get("trailing", "/"))
    base = None if prefix is None else _plain(prefix)
    one = None if base is None else f"{base}{'/' if base else ''}{{{_lookup(viewset, program)}}}"
    asked = class_asks(viewset, program)
    allowed = objects.class_attribute(program, viewset, "http_method_names")
    for action in actions_of(viewset, program):
        verb, detail = _ACTIONS[action]
        if isinstance(allowed, list) and verb.lower() not in allowed:
            continue
        path = one if detail else base
        written = None if path is None else f"{path}{slash}"
        handler = f"{viewset.name}.{action}"
        router.add(Route(verb, written, handler, call.file, call.line, asked))
    for extra, function, verbs in _extra_actions(viewset, program):
        detail = extra.value(None, "detail") is True
        name = extra.text(None, "url_path", default=str(function.statement[1]))
        start = one if detail else base
        written = None if start is None or name is None else f"{start}/{_plain(name)}{slash}"
        for verb in verbs:
            if isinstance(allowed, list) and verb.lower() not in allowed:
                continue
            handler = f"{viewset.name}.{function.statement[1]}"
            own = asks([spelled(extra.form(None, "permission_classes"))]) or asked
            router.add(
                Route(
                    verb, written and braced(written), handler, function.frame.file, extra.line, own
                )
            )


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
    found: set[str] = set()
    for one in (viewset, *objects.bases(program, viewset)):
        if isinstance(one, External):
            found.update(_MIXINS.get(one.name.rsplit(".", 1)[-1], ()))
        else:
            found.update(s[1] for s in one.statement[3] if s[0] == "def" and s[1] in _ACTIONS)
    return [name for name in _ACTIONS if name in found]


def _extra_actions(viewset: Class, program: Program) -> Iterator[tuple[Call, Function, list[str]]]:
    """Yield methods under `@action`, and those that map another verb to one."""
    seen: dict[str, Call] = {}
    done: set[str] = set()
    for one in (viewset, *objects.bases(program, viewset)):
        if isinstance(one, External):
            continue
        for statement in one.statement[3]:
            if statement[0] != "def" or statement[1] in done:
                continue
            for form in statement[4]:
                if form is None or form[1] is None:
                    continue
                call = Call(program, one.body, form[2], form[3] or {}, form[4])
                function = Function(statement, one.body, one)
                word = (spelled(form[1]) or "").rsplit(".", 1)[-1]
                if word in {"action", "list_route", "detail_route"}:
                    seen[statement[1]] = call
                    done.add(statement[1])
                    verbs = (
                        methods_of(call.value(0, "methods")) if call.has(0, "methods") else ["GET"]
                    )
                    yield call, function, verbs or [ANY]
                elif (
                    word in VERBS
                    and form[1][1]
                    and form[1][1][0] == "a"
                    and form[1][1][2] == "mapping"
                ):
                    of = seen.get(spelled(form[1][1][1]) or "")
                    if of is not None:
                        original = {"url_path": ["s", spelled(form[1][1][1])], **of.keywords}
                        mapped = Call(program, one.body, of.arguments, original, form[4])
                        yield mapped, function, [word.upper()]


def class_asks(of: Class, program: Program) -> str | None:
    """Return what a view's class asks of who is calling: permissions, mixins, decorators."""
    names = [base.name.rsplit(".", 1)[-1] for base in objects.bases(program, of)]
    names += decorator_names(of)
    for one in (of, *objects.bases(program, of)):
        if isinstance(one, Class):
            given = [
                s for s in one.statement[3] if s[0] == "=" and s[1] == ["n", "permission_classes"]
            ]
            for statement in given:
                form = statement[2]
                listed = form[1] if form is not None and form[0] == "l" else [form]
                return asks([*names, *(spelled(item) for item in listed)])
    return asks(names)


def ninja(router: Router, name: str, call: Call) -> Value:
    """Take up what is added to Ninja's API or router."""
    if name in VERBS:
        _operation(router, call, [name.upper()], call.text(0, "path"))
    elif name == "api_operation":
        methods = methods_of(call.value(0, "methods")) or [ANY]
        _operation(router, call, methods, call.text(1, "path"))
    elif name == "add_router":
        child = call.value(1, "router")
        if isinstance(child, str):  # "app.api.router"
            module, _, attribute = child.rpartition(".")
            file = call.program.find(call.file, module)
            child = call.program.exported(file, attribute) if file else None
        if isinstance(child, Module):
            child = call.program.exported(child.file, "router")
        if isinstance(child, Router):
            router.mount(call.text(0, "prefix"), child, asks([call.name(None, "auth")]))
    return None


def _operation(router: Router, call: Call, methods: list[str], path: str | None) -> None:
    asked = asks([call.name(None, "auth"), *decorator_names(call.decorated)])
    response = type_name(call.form(None, "response"))
    for verb in methods:
        # Ninja has converters before the name, as Django has them: `{int:id}`.
        written = None if path is None else braced(re.sub(r"\{\w+:(\w+)\}", r"{\1}", path))
        handler = handler_of(call)
        router.add(Route(verb, written, handler, call.file, call.line, asked, None, None, response))
