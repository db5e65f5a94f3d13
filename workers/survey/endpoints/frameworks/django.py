"""Django's URL configurations: docs.djangoproject.com/en/stable/topics/http/urls/ has all ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.django_views import (
    class_asks,
    default_permissions,
    generic_methods,
    listed_permissions,
    middleware_asks,
)
from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Function,
    LibraryObject,
    Module,
    Value,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.guards.decorators import decorators_asked
from workers.survey.endpoints.route_details import VERBS, asked_by, handled_by, methods_of
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced, of_regex

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.routing import Asked

_PATHS = frozenset({"path", "re_path", "url"})
_WRAPPED = 5
_VIEWS = {
    "TemplateView": "GET",
    "ListView": "GET",
    "DetailView": "GET",
    "RedirectView": "GET",
    "ArchiveIndexView": "GET",
    "FormView": "GET POST",
    "CreateView": "GET POST",
    "UpdateView": "GET POST",
    "DeleteView": "GET POST",
    "LoginView": "GET POST",
    "LogoutView": "POST",
    "GraphQLView": "GET POST",
}


def _url_lists(program: Program) -> None:
    """Make a router of every module's `urlpatterns`; the one that the settings name is served."""
    by_file = {file: patterns_of(program, file) for file in sorted(program.facts)}
    lists = {file: router for file, router in by_file.items() if router is not None}
    mounted = {id(m.child) for router in program.routers for m in router.mounts}
    roots = _root_files(program)
    asks = middleware_asks(program)
    for file, router in lists.items():
        router.root = file in roots if roots else id(router) not in mounted
        if id(router) not in mounted:
            router.asks += asks
        program.routers.append(router)


def _root_files(program: Program) -> set[str]:
    roots: set[str] = set()
    for file, frame in list(program.frames.items()):
        module = frame.names.get("ROOT_URLCONF")
        if isinstance(module, str) and (target := program.find(file, module)):
            roots.add(target)
    return roots


def patterns_of(program: Program, file: str) -> Router | None:
    """Return the router of a module's `urlpatterns`, None if it has none."""
    module = Module(file)
    known = program.router_of(module)
    if known is None:
        patterns = program.member(file, "urlpatterns")
        if isinstance(patterns, Router):
            patterns = [patterns]
        if not isinstance(patterns, list | LibraryObject):
            return None
        known = Router("django")
        program.own(module, known, listed=False)
        _take(known, patterns, program)
    return known


def _take(router: Router, items: Value, program: Program) -> None:
    """Add the entries of a list of URL patterns."""
    if isinstance(items, LibraryObject):
        items = [items]
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Router):
            router.mount("", item)
        elif isinstance(item, list):
            _take(router, item, program)
        elif isinstance(item, LibraryObject):
            kind = item.name.rsplit(".", 1)[-1]
            if kind in _PATHS and not item.name.startswith("os."):
                _path(router, item.call, kind)
            elif kind == "i18n_patterns":
                _translated(router, item.call, program)
            elif kind in {
                "format_suffix_patterns",
                "required",
                "decorator_include",
            }:
                _take(router, item.call.values(), program)


def _translated(router: Router, call: Call, program: Program) -> None:
    """Add what stands below a language's own prefix, which the default language may do without."""
    is_bare = call.value(None, "prefix_default_language") is False
    below = Router("django")
    _take(below, call.values(), program)
    router.mount("" if is_bare else None, below)


def _path(router: Router, call: Call, kind: str) -> None:
    route = call.text(0, "route", "regex")
    path = route if route is None or kind == "path" else of_regex(route)
    written = None if path is None else braced(path)
    view = call.value(1, "view")
    program = call.program
    if isinstance(view, LibraryObject) and view.name.endswith(("include", "decorator_include")):
        target = view.call.value(0 if view.name.endswith(".include") else 1, "arg")
        _mount(router, written, _included(target, program, call.file), call)
    elif isinstance(view, list | Router):  # (patterns, app, namespace), as admin.site.urls
        _mount(router, written, _included(view, program, call.file), call)
    elif isinstance(view, External) and view.name.endswith(".urls"):
        program.understood.add(call.file)  # a library's own
    else:
        name = _handler(call.name(1, "view"))
        for verb in _methods(view, program):
            asks, does = _asked(view, verb, name, call)
            added = Route(verb, written, name, call.file, call.line, asks=(*asks,), does=does)
            router.add(added)


def _mount(router: Router, prefix: str | None, child: Router | None, call: Call) -> None:
    if child is not None:
        router.mount(prefix, child)
        call.program.understood.add(call.file)


def _handler(name: str | None) -> str:
    return (name or "(inline)").removesuffix(".as_view")


def _included(target: Value, program: Program, importer: str) -> Router | None:
    if isinstance(target, Router):
        return target
    if isinstance(target, Module):
        return patterns_of(program, target.file)
    if isinstance(target, str):
        file = program.find(importer, target)
        return patterns_of(program, file) if file else None
    if isinstance(target, list):
        if target and isinstance(target[0], str | list | Module | Router):
            return _included(target[0], program, importer)
        child = Router("django")
        _take(child, target, program)
        return child
    return None


def _methods(view: Value, program: Program, depth: int = 0) -> list[str]:
    """Return the methods that a view answers."""
    if isinstance(view, LibraryObject) and depth < _WRAPPED:
        if view.of is not None:  # View.as_view(...)
            return _class_methods(view, program)
        methods = _methods(view.call.value(0), program, depth + 1)
        if methods == [ANY] and view.name.endswith(".as_view"):
            methods = _VIEWS.get(view.name.split(".")[-2], ANY).split()
        return _limited(view.name.rsplit(".", 1)[-1], view.call) or methods
    if isinstance(view, Function):
        for form in view.statement[4]:
            if form is not None and (limited := _of_decorator(form, view, program)):
                return limited
        return [ANY]
    if isinstance(view, Class):
        return _class_methods(
            LibraryObject("", Call(program, view.frame, [], {}, 0), view), program
        )
    return [ANY]


def _asked(
    view: Value, verb: str, name: str, call: Call, depth: int = 0
) -> tuple[list[Asked], Asked]:
    """Return what a view asks for a method, what it is wrapped in first, and its handler."""
    program = call.program
    if isinstance(view, LibraryObject) and view.of is None and depth < _WRAPPED:
        inner = view.call.value(0)
        if inner is not None:
            asks, does = _asked(inner, verb, name, call, depth + 1)
            wrapped = asked_by("wrap", External(view.name), view.name.rsplit(".", 1)[-1], call)
            return [wrapped, *asks], does
    of = view.of if isinstance(view, LibraryObject) else view
    if isinstance(of, Class):
        actions = view.call.value(0, "actions") if isinstance(view, LibraryObject) else None
        word = actions.get(verb.lower()) if isinstance(actions, dict) else None
        method = objects.method(program, of, word if isinstance(word, str) else verb.lower())
        asks = class_asks(of, program, verb, call.line, call.file)
        return asks, handled_by(method or of, name, call)
    if not isinstance(view, Function):
        return [], handled_by(view, name, call)
    asks = decorators_asked(view, program)
    return [*_without_permissions(asks), *_permissions(asks, view, call)], handled_by(
        view, name, call
    )


def _without_permissions(asks: list[Asked]) -> list[Asked]:
    return [one for one in asks if not _is_called(one, "permission_classes")]


def _permissions(asks: list[Asked], view: Function, call: Call) -> list[Asked]:
    """Return the permissions of a function under `@api_view`: its own, or the settings'."""
    if not any(_is_called(one, "api_view") for one in asks):
        return []
    for asked in asks:
        if _is_called(asked, "permission_classes"):
            form = asked.value.call.form(0, "permission_classes")
            return listed_permissions(form, view.frame, call.program, asked.file, asked.line)
    return default_permissions(call.program)


def _is_called(asked: Asked, name: str) -> bool:
    value = asked.value
    return isinstance(value, LibraryObject) and value.name == f"rest_framework.decorators.{name}"


def _of_decorator(form: list[Value], view: Function, program: Program) -> list[str] | None:
    named = program.value(form[1], view.frame)
    if not isinstance(named, External):
        return None
    call = Call(program, view.frame, form[2], form[3] or {}, form[4])
    return _limited(named.name.rsplit(".", 1)[-1], call)


def _limited(name: str, call: Call) -> list[str] | None:
    if name == "api_view":
        if not call.has(0, "http_method_names"):
            return ["GET"]
        return methods_of(call.value(0, "http_method_names"))
    if name == "require_http_methods":
        return methods_of(call.value(0, "request_method_list"))
    return {"require_GET": ["GET"], "require_POST": ["POST"], "require_safe": ["GET"]}.get(name)


def _class_methods(made: LibraryObject, program: Program) -> list[str]:
    of = made.of
    if of is None:
        return [ANY]
    mapping = made.call.value(0, "actions")
    if isinstance(mapping, dict) and mapping:
        return [verb.upper() for verb in mapping]
    names = [*_own_verbs(of, program), *_inherited_verbs(of, program)]
    allowed = objects.class_attribute(program, of, "http_method_names")
    if isinstance(allowed, list):
        names = [name for name in names if name in allowed]
    methods = list(dict.fromkeys(name.upper() for name in names))
    return methods or [ANY]


def _own_verbs(of: Class, program: Program) -> list[str]:
    """Return the verbs that a view and its bases in the repository define."""
    bases = [base for base in objects.bases(program, of) if isinstance(base, Class)]
    defined = [s[1] for each in (of, *bases) for s in each.statement[3] if s[0] == "def"]
    return [name for name in defined if name in VERBS]


def _inherited_verbs(of: Class, program: Program) -> list[str]:
    """Return the verbs that the generic views of libraries answer."""
    names: list[str] = []
    for base in objects.bases(program, of):
        if isinstance(base, External):
            word = base.name.rsplit(".", 1)[-1]
            names += [verb.lower() for verb in _VIEWS.get(word, generic_methods(word)).split()]
    return names


FRAMEWORKS = (
    Framework(
        name="django",
        language="python",
        tokens=(b"urlpatterns",),
        hints=(b"View", b"require_", b"ROOT_URLCONF"),
        finish=_url_lists,
    ),
)
