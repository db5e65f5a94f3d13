"""AdonisJS: one router for all, groups by callbacks, resources: docs.adonisjs.com/guides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.values import Call, Function, Value, spelled
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import methods_of
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Expression

_LIBRARIES = ("@adonisjs/core/services/router", "@ioc:Adonis/Core/Route")
_VERBS = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "any": ANY,
}


class _Action(NamedTuple):
    """A route of a resource: where it is, seen from the resource, and whether it is for pages."""

    name: str
    method: str
    end: str
    of_pages: bool = False


_ACTIONS = (
    _Action("index", "GET", ""),
    _Action("create", "GET", "/create", of_pages=True),
    _Action("store", "POST", ""),
    _Action("show", "GET", "/{id}"),
    _Action("edit", "GET", "/{id}/edit", of_pages=True),
    _Action("update", "PUT", "/{id}"),
    _Action("update", "PATCH", "/{id}"),
    _Action("destroy", "DELETE", "/{id}"),
)
_IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman"}
_ENDINGS = (
    (lazy_pattern(r"ies$"), "y"),
    (lazy_pattern(r"(ss|sh|ch|x|zz|us)es$"), r"\1"),
    (lazy_pattern(r"([^su])s$"), r"\1"),
)


def _groups(program: Program) -> list[Router]:
    """Return the groups that are being filled, the router itself first."""
    known: list[Router] | None = program.notes.get("adonisjs")
    if known is None:
        known = program.notes["adonisjs"] = [
            program.router(Router("adonisjs", root=True, join="segments"))
        ]
    return known


def _inside(call: Call) -> Router:
    """Return a new router for what a call adds, below the group around it.

    What a function adds that nobody was seen to call may be in any group.
    """
    groups = _groups(call.program)
    if call.program.uncalled and len(groups) == 1:
        return call.program.router(Router("adonisjs", join="segments"))
    # A module that is imported while a group is filled adds to none.
    is_of_module = call.frame is call.program.frames.get(call.file)
    child = Router("adonisjs", join="segments")
    groups[0 if is_of_module else -1].mount("", child)
    call.program.understood.add(call.file)
    return child


def _verb(call: Call, method: str, position: int = 1) -> Value:
    router = _inside(call)
    if call.has(position):
        _add(router, call, method, call.value(0), _handler(call.form(position)))
    return router


def _add(router: Router, call: Call, method: str, path: Value, handler: str) -> None:
    written = braced(path) if isinstance(path, str) else None
    router.add(Route(method, written, handler, call.file, call.line))


def _handler(form: Expression) -> str:
    """Return the name of `[Controller, "method"]`, of a function, of `"Controller.method"`."""
    if form is not None and form[0] == "l":
        return ".".join(filter(None, map(spelled, form[1]))) or "(inline)"
    return spelled(form) or "(inline)"


def _route(call: Call) -> Value:
    """Take up `router.route("/x", ["GET", "POST"], handler)`."""
    router = _inside(call)
    for method in methods_of(call.value(1)) or []:
        _add(router, call, method, call.value(0), _handler(call.form(2)))
    return router


def _on(call: Call) -> Value:
    """Take up `router.on("/x")`, which redirects or renders in the end."""
    router = _inside(call)
    router.options["on"] = call
    return router


def _answer(router: Router, name: str, _call: Call) -> Value:
    on = router.options.get("on")
    if isinstance(on, Call):
        _add(router, on, "GET", on.value(0), name)
    return router


def _group(call: Call) -> Value:
    """Take up `router.group(() => {...})`: what its function adds is in it."""
    router, fill = _inside(call), call.value(0)
    if isinstance(fill, Function):
        groups = _groups(call.program)
        groups.append(router)
        try:
            call.program.apply(fill, [])
        finally:
            groups.pop()
    return router


def _prefix(router: Router, _name: str, call: Call) -> Value:
    """Put a prefix before what is in a group, and before its prefix."""
    prefix = call.value(0)
    known = isinstance(prefix, str) and router.prefix is not None
    router.prefix = f"/{braced(prefix)}/{router.prefix}".replace("//", "/") if known else None
    return router


def _resource(call: Call) -> Value:
    return _of_resource(call, is_shallow=False)


def _shallow_resource(call: Call) -> Value:
    return _of_resource(call, is_shallow=True)


class _Resource(NamedTuple):
    """What was said of a resource so far: the routes it has, and what its parameters are called."""

    call: Call
    is_shallow: bool
    names: frozenset[str]
    parameters: dict[str, Value]


def _of_resource(call: Call, *, is_shallow: bool) -> Router:
    router = _inside(call)
    if isinstance(call.value(0), str):
        names = frozenset(action.name for action in _ACTIONS)
        _fill(router, _Resource(call, is_shallow, names, {}))
    else:
        _add(router, call, ANY, None, "")
    return router


def _fill(router: Router, resource: _Resource) -> None:
    """Add the routes of a resource anew, by what was said of it so far."""
    router.options["resource"] = resource
    router.routes.clear()
    router.known.clear()
    call, parameters = resource.call, resource.parameters
    *outer, own = str(call.value(0)).strip("/").split(".")
    path = "".join(
        f"/{part}/{_parameter(parameters, part, f'{_singular(part)}_id')}" for part in outer
    )
    parameter = _parameter(parameters, own, "id")
    for action in _ACTIONS:
        if action.name in resource.names:
            before = "" if resource.is_shallow and "{id}" in action.end else path
            served = f"{before}/{own}{action.end.replace('{id}', parameter)}"
            handler = f"{_handler(call.form(1))}.{action.name}"
            _add(router, call, action.method, served, handler)


def _parameter(parameters: dict[str, Value], part: str, otherwise: str) -> str:
    own = parameters.get(part)
    return f"{{{own if isinstance(own, str) else otherwise}}}"


def _singular(word: str) -> str:
    plain = word.rpartition("/")[2].replace("-", "_")
    if plain in _IRREGULAR:
        return _IRREGULAR[plain]
    for pattern, ending in _ENDINGS:
        if pattern.search(plain):
            return pattern.sub(ending, plain)
    return plain


def _choose(router: Router, name: str, call: Call) -> Value:
    """Take up `.apiOnly()`, `.only([...])`, `.except([...])` and `.params({...})`."""
    resource = router.options.get("resource")
    if not isinstance(resource, _Resource):
        return router
    value = call.value(0)
    listed = frozenset(one for one in value if isinstance(one, str)) if _is_list(value) else None
    if name == "apiOnly":
        pages = frozenset(action.name for action in _ACTIONS if action.of_pages)
        resource = resource._replace(names=resource.names - pages)
    elif name == "params":
        resource = resource._replace(parameters=value if isinstance(value, dict) else {})
    elif listed is None:
        call.program.lost.add((call.file, call.line))
        resource = resource._replace(names=frozenset())
    else:
        names = resource.names & listed if name == "only" else resource.names - listed
        resource = resource._replace(names=names)
    _fill(router, resource)
    return router


def _is_list(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _takes(name: str, method: str) -> tuple[str, Callable[[Call], Value]]:
    def take(call: Call) -> Value:
        return _verb(call, method)

    return name, take


_EXTERNAL: dict[str, Callable[[Call], Value]] = {
    **dict(_takes(name, method) for name, method in _VERBS.items()),
    "route": _route,
    "on": _on,
    "group": _group,
    "resource": _resource,
    "shallowResource": _shallow_resource,
}
_METHODS = {
    **dict.fromkeys(
        ("redirect", "redirectToPath", "redirectToRoute", "render", "renderInertia"), _answer
    ),
    **dict.fromkeys(("apiOnly", "only", "except", "params"), _choose),
    "prefix": _prefix,
}
FRAMEWORKS = (
    Framework(
        name="adonisjs",
        language="script",
        statements=frozenset({*_EXTERNAL, "prefix"}),
        methods=_METHODS,
        is_chained=True,
        external={
            f"{library}.{name}": take for library in _LIBRARIES for name, take in _EXTERNAL.items()
        },
        imports=frozenset(_LIBRARIES),
        reads_guards=False,
    ),
)
