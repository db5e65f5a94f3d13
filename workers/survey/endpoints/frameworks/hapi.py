"""hapi: routes are objects, handed to a server or exported for a plugin: https://hapi.dev/api/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    Function,
    Instance,
    Module,
    Record,
    Value,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import methods_of, value_name
from workers.survey.endpoints.routing import ANY, Route, Router, all_routers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Statement

_MOST = 5_000
_DEEP = 6
# `{id?}`, `{rest*}`, `{rest*2}`
_PARAMETER = lazy_pattern(r"\{(\w{1,80})(?:\?|\*\d{0,4})\}")
_LIBRARIES = frozenset({"@hapi/hapi", "hapi", "@hapi/glue", "glue", "@hapipal/haute-couture"})


def _server(call: Call) -> Router:
    del call
    return Router("hapi", root=True, join="segments")


def _route(router: Router, _name: str, call: Call) -> Value:
    """Take up `server.route({method, path, handler})`, or a list of such objects."""
    routes = list(_routes(call.value(0)))
    for route in routes:
        _add(router, route, (call.file, call.line))
    if not routes and call.form(0) is not None:
        call.program.lost.add((call.file, call.line))
    return router


def _routes(value: Value, depth: int = 0) -> Iterator[Value]:
    """Yield the objects of a list, None for each that is not known."""
    if isinstance(value, list) and depth < _DEEP:
        for item in value[:_MOST]:
            yield from _routes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
    elif isinstance(value, list) or value is None:
        yield None


def _add(router: Router, route: Value, at: tuple[str, int]) -> None:
    fields = route if isinstance(route, dict) else {}
    place = fields.place if isinstance(fields, Record) else at
    path = fields.get("path")
    written = _PARAMETER.sub(r"{\1}", path) if isinstance(path, str) else None
    for method in _methods(fields.get("method")) or [ANY]:
        known = written if _methods(fields.get("method")) else None
        router.add(Route(method, known, _handler(fields), *place))


def _methods(value: Value) -> list[str]:
    """Return the methods that a route names: a text, a list, `*` for all of them."""
    listed = value if isinstance(value, list) else [value]
    return methods_of([ANY if one == "*" else one for one in listed]) or []


def _handler(route: dict[str, Value]) -> str:
    for options in (route, route.get("options"), route.get("config")):
        if isinstance(options, dict) and "handler" in options:
            return value_name(options["handler"])
    return "(inline)"


def _register(router: Router, _name: str, call: Call) -> Value:
    """Take up `server.register({plugin, options, routes: {prefix}}, {routes: {prefix}})`."""
    shared = call.value(1)
    plugins = call.value(0)
    for plugin in plugins if isinstance(plugins, list) else [plugins]:
        _plug(router, plugin, shared, call.program)
    return router


def _plug(router: Router, entry: Value, shared: Value, program: Program) -> None:
    settings = entry if isinstance(entry, dict) and "plugin" in entry else {}
    plugin = settings.get("plugin", entry)
    if "plugin" not in settings and isinstance(entry, dict) and "register" in entry:
        settings = entry if isinstance(entry["register"], dict) else {}
        plugin = settings.get("register", entry)
    register = _registering(plugin, program)
    if register is not None:
        child = Router("hapi", join="segments")
        router.mount(_prefix(settings.get("routes"), _prefix(_of(shared, "routes"), "")), child)
        program.apply(register, [child, settings.get("options", {}), None])


def _of(value: Value, name: str) -> Value:
    return value.get(name) if isinstance(value, dict) else None


def _prefix(routes: Value, otherwise: str | None) -> str | None:
    """Return the prefix of `{routes: {prefix: "/x"}}`, None for one that is not known."""
    if not isinstance(routes, dict) or "prefix" not in routes:
        return otherwise
    prefix = routes["prefix"]
    return _PARAMETER.sub(r"{\1}", prefix) if isinstance(prefix, str) else None


def _registering(plugin: Value, program: Program, depth: int = 0) -> Function | None:
    """Return the function by which a plugin adds its routes."""
    if isinstance(plugin, Function):
        return plugin
    inner: list[Value] = []
    if isinstance(plugin, Module):
        names = ("plugin", "default", "register")
        inner = [program.exported(plugin.file, name) for name in names]
    elif isinstance(plugin, dict):
        inner = [plugin.get(name) for name in ("plugin", "default", "register")]
    elif isinstance(plugin, Instance | Class):
        of = plugin.of if isinstance(plugin, Instance) else plugin
        method = objects.method(program, of, "register")
        inner = [method and Function(method.statement, method.frame, plugin)]
    known = (_registering(one, program, depth + 1) for one in inner if depth < _DEEP)
    return next((one for one in known if one is not None), None)


def _after(router: Router, _name: str, call: Call) -> Value:
    """Take up `server.dependency("x", (server) => server.route(...))`."""
    for value in call.values():
        if isinstance(value, Function):
            call.program.apply(value, [router])
    return router


def _itself(router: Router, _name: str, _call: Call) -> Value:
    return router


def _finish(program: Program) -> None:
    """Add what files export for a plugin that gathers them: what stands before it is open."""
    if not any(_imports_hapi(listed) for listed in program.facts.values()):
        return
    added = (route for router in all_routers(program.routers) for route in router.routes)
    placed = {(route.file, route.line) for route in added}
    for file, statements in sorted(program.facts.items()):
        router = Router("hapi", join="segments")
        for route in _exported(program, file, statements):
            if route.place not in placed:
                _add(router, route, route.place)
        if router.routes:
            program.router(router)


def _imports_hapi(statements: list[Statement]) -> bool:
    for statement in statements:
        if statement[0] == "import" and statement[2] in _LIBRARIES:
            return True
        form = statement[2] if statement[0] == "=" else None
        if form is not None and form[:2] == ["c", ["n", "require"]] and form[2]:
            required = form[2][0]
            if required is not None and required[0] == "s" and required[1] in _LIBRARIES:
                return True
    return False


def _exported(program: Program, file: str, statements: Iterable[Statement]) -> Iterator[Record]:
    """Yield the objects that a file exports and that read as routes whole."""
    names = {s[1] for s in statements if s[0] == "export"}
    for name in sorted(names):
        for route in _routes(program.bound(f"export {name}", program.module(file))):
            if isinstance(route, Record) and _is_whole(route):
                yield route


def _is_whole(route: Record) -> bool:
    path, options = route.get("path"), route.get("options", route.get("config"))
    handles = "handler" in route or (isinstance(options, dict) and "handler" in options)
    has_path = isinstance(path, str) and path.startswith("/")
    is_own = not isinstance(route.get("handler"), str)
    return has_path and handles and is_own and bool(_methods(route.get("method")))


FRAMEWORKS = (
    Framework(
        name="hapi",
        language="script",
        hints=(b"hapi",),
        constructors=dict.fromkeys(
            tuple(
                f"{library}{name}"
                for library in ("@hapi/hapi", "hapi")
                for name in (".server", ".Server", ".createServer")
            ),
            _server,
        ),
        statements=frozenset({"route", "register", "dependency"}),
        methods={"route": _route, "register": _register, "select": _itself, "dependency": _after},
        finish=_finish,
        types=frozenset({"Server"}),
        imports=_LIBRARIES,
        reads_guards=False,
    ),
)
