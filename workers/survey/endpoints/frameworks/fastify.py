"""Fastify, whose plugins add routes to the instance they get: fastify.dev/docs/latest/."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import (
    Call,
    External,
    Function,
    LibraryObject,
    Module,
    Value,
    spelled,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.guards.decorators import named
from workers.survey.endpoints.route_details import ROUTER_VERBS, asked_by, handled_by, methods_of
from workers.survey.endpoints.routing import ANY, Asked, Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

_HOOKS = ("onRequest", "preHandler", "preValidation", "preParsing")
_VERBS = {**{verb: verb.upper() for verb in ROUTER_VERBS}, "all": ANY}


def _application(_call: Call) -> Router:
    return Router("fastify", root=True, join="segments")


def _verb(router: Router, name: str, call: Call) -> Value:
    if len(call.arguments) > 1:
        options = call.value(1) if len(call.arguments) > 2 or _is_options(call) else None
        last = call.form(len(call.arguments) - 1)
        route = {**(options if isinstance(options, dict) else {}), "url": call.value(0)}
        _add(router, call, [_VERBS[name]], route, _handler(last, options))
    return router


def _route(router: Router, _name: str, call: Call) -> Value:
    route = call.value(0)
    if isinstance(route, dict):
        methods = methods_of(route.get("method")) or [ANY]
        _add(router, call, methods, route, _named(call.form(0), "handler"))
    return router


def _hook(router: Router, _name: str, call: Call) -> Value:
    """Take up `addHook("onRequest", f)`, which asks for all routes of its plugin."""
    if call.text(0) in _HOOKS:
        router.asks.append(_asked(call.form(1), call))
    return router


def _asked(form: Value, call: Call) -> Asked:
    """Return what a hook asks; what an application was decorated with goes by its name."""
    added = _added(form, call)
    value = call.program.value(form, call.frame) if added is None else added
    return asked_by("return", value, named(form), call)


def _added(form: Value, call: Call) -> Value:
    """Return what an application was decorated with, or what that gives; None for anything else."""
    if form is None or form[0] == "a":
        return _decorations(call).get(form[2]) if form is not None else None
    if form[0] != "c" or not form[1] or form[1][0] != "a":
        return None
    if form[1][2] in {"auth", "verifyBearerAuth", "basicAuth"}:
        return _by_relation(form, call)
    made = _decorations(call).get(form[1][2])  # fastify.authorize("admin")
    arguments = [call.program.value(one, call.frame) for one in form[2]]
    return call.program.apply(made, arguments) if isinstance(made, Function) else None


def _decorations(call: Call) -> dict[str, Value]:
    known: dict[str, Value] = call.program.notes.setdefault("fastify", {})
    return known


def _decorate(router: Router, _name: str, call: Call) -> Value:
    name = call.text(0)
    if name is not None and call.has(1):
        _decorations(call).setdefault(name, call.value(1))
    return router


def _by_relation(form: Value, call: Call) -> Value:
    """Read `fastify.auth([a, b])`: guarded by one of them, as long as each of them guards."""
    listed = form[2][0] if form[2] else None
    forms = listed[1] if listed is not None and listed[0] == "l" else []
    values = [_asked(one, call).value for one in forms]
    return values if len(values) == 1 else None


def _is_options(call: Call) -> bool:
    return isinstance(call.value(1), dict)


def _handler(form: Value, options: Value) -> str:
    if isinstance(options, dict) and "handler" in options:
        return "handler"
    return spelled(form) or "(inline)"


def _named(form: Value, key: str) -> str:
    pairs = form[1] if form is not None and form[0] == "d" else ()
    name = next((spelled(value) for written, value in pairs if written == ["s", key]), None)
    return name or "(inline)"


def _add(
    router: Router, call: Call, methods: list[str], route: dict[str, Value], handler: str
) -> None:
    path = route.get("url", route.get("path"))
    asks = tuple(asked for hook in _HOOKS for asked in _hooks_of(call, route, hook))
    does = handled_by(_handles(call, route), handler, call)
    request, response, status = _schema(route.get("schema"))
    for verb in methods:
        router.add(
            Route(
                verb,
                braced(path) if isinstance(path, str) else None,
                handler,
                call.file,
                call.line,
                status,
                request,
                response,
                asks,
                does,
            )
        )


def _hooks_of(call: Call, route: dict[str, Value], hook: str) -> list[Asked]:
    """Return what a hook of the options asks, from the object as it is written or by its value."""
    for form in call.arguments:
        if form is not None and form[0] == "d":
            for key, value in form[1]:
                if key == ["s", hook]:
                    listed = value[1] if value is not None and value[0] == "l" else [value]
                    return [_asked(one, call) for one in listed]
    if hook in route:
        return [asked_by("return", route[hook], hook, call)]
    return []


def _handles(call: Call, route: dict[str, Value]) -> Value:
    return route.get("handler") or call.value(len(call.arguments) - 1)


def _schema(schema: Value) -> tuple[str | None, str | None, int | None]:
    """Return the references of request and response, and the one success status declared."""
    if not isinstance(schema, dict):
        return None, None, None
    response = schema.get("response")
    statuses = (
        [key for key in response if key.isdecimal() and key.startswith("2")]
        if isinstance(response, dict)
        else []
    )
    status = int(statuses[0]) if len(statuses) == 1 else None
    answer = response.get(statuses[0]) if status and isinstance(response, dict) else None
    return _reference(schema.get("body")), _reference(answer), status


def _reference(schema: Value) -> str | None:
    name = schema.get("$ref") if isinstance(schema, dict) else None
    return name if isinstance(name, str) else None


def _register(router: Router, _name: str, call: Call) -> Value:
    plugin, options = call.value(0), call.value(1)
    settings = options if isinstance(options, dict) else {}
    program = call.program
    if isinstance(plugin, Module):
        plugin = program.exported(plugin.file, "default")
    if isinstance(plugin, dict) and "default" in plugin:
        plugin = plugin["default"]
    name = getattr(plugin, "name", "")
    if name.startswith(("@fastify/autoload", "fastify-autoload")):
        _autoload(router, settings, program)
        return router
    served = program.rules.external(name, call) if isinstance(plugin, External) else None
    if isinstance(served, Router):  # another framework's routes
        router.mount(_text(settings.get("prefix", "")), served)
        return router
    if library_plugin := _library_plugin(plugin, call):
        router.asks.append(library_plugin)
        return router
    if isinstance(plugin, LibraryObject):  # fp(plugin) of a library that is not known
        plugin = plugin.call.value(0)
    if isinstance(plugin, Function):
        _plug(router, plugin, settings.get("prefix", ""), settings, program)
    return router


def _text(prefix: Value) -> str | None:
    return braced(prefix) if isinstance(prefix, str) else None


def _library_plugin(plugin: Value, call: Call) -> Asked | None:
    """Return what a library's plugin may ask for all routes: some add a hook."""
    if isinstance(plugin, External):
        made = LibraryObject(plugin.name, call)
        return asked_by("return", made, plugin.name, call)
    return None


def _plug(
    router: Router, plugin: Function, prefix: Value, options: Value, program: Program
) -> Router:
    child = Router("fastify", join="segments")
    router.mount(_text(prefix), child)
    program.apply(plugin, [child, options, None])
    return child


def _autoload(router: Router, options: dict[str, Value], program: Program) -> None:
    """Load every plugin below a folder, as @fastify/autoload does: folders are prefixes."""
    folder, more = options.get("dir"), options.get("options")
    base = more.get("prefix", "") if isinstance(more, dict) else ""
    if not isinstance(folder, str):
        return
    folder = folder.strip("/")
    is_prefix = options.get("dirNameRoutePrefix") is not False
    hooks = _hooks_by_folder(folder, options, program)
    for file in sorted(program.facts):
        if not file.startswith(f"{folder}/") or file in hooks.values():
            continue
        plugin = program.exported(file, "default")
        if not isinstance(plugin, Function):
            continue
        below = program.exported(file, "autoPrefix")
        if not isinstance(below, str):
            below = _folders(file[len(folder) + 1 :]) if is_prefix else ""
        prefix = f"{base}/{below}" if isinstance(base, str) else None
        child = _plug(router, plugin, prefix, more, program)
        for hook in _hooks_above(file, hooks, cascade=bool(options.get("cascadeHooks"))):
            program.apply(program.exported(hook, "default"), [child, more, None])


def _hooks_above(file: str, hooks: dict[str, str], *, cascade: bool) -> list[str]:
    """Return the files of hooks for a plugin: its folder's, and with `cascade` those above."""
    own = posixpath.dirname(file)
    return [
        hook
        for place, hook in hooks.items()
        if place == own or (cascade and own.startswith(f"{place}/"))
    ]


def _folders(file: str) -> str:
    """Return the prefix that a file's folders are: `_id` is a parameter."""
    parts = posixpath.dirname(file).split("/")
    return "/".join(
        f"{{{part[1:]}}}" if part.startswith("_") and part != "_" else part for part in parts
    )


def _hooks_by_folder(folder: str, options: dict[str, Value], program: Program) -> dict[str, str]:
    """Return the files of hooks that `autoHooks` loads, by the folder for which they are."""
    if options.get("autoHooks") is not True:
        return {}
    return {
        posixpath.dirname(file): file
        for file in sorted(program.facts)
        if file.startswith(f"{folder}/")
        and posixpath.basename(file).split(".")[0] in {"autohooks", "_autohooks"}
        and isinstance(program.exported(file, "default"), Function)
    }


def _plugin(call: Call) -> Value:
    """Return the plugin inside `fp(plugin)`, which adds its routes to the instance it is given."""
    return call.value(0)


def _itself(router: Router, _name: str, _call: Call) -> Value:
    return router


_METHODS = {
    **dict.fromkeys(_VERBS, _verb),
    "route": _route,
    "register": _register,
    "addHook": _hook,
    **dict.fromkeys(("decorate", "decorateRequest"), _decorate),
    "withTypeProvider": _itself,
}
FRAMEWORKS = (
    Framework(
        name="fastify",
        language="script",
        tokens=(b"astify(",),
        hints=(b".register(",),
        statements=frozenset(_METHODS) - {"withTypeProvider"},
        constructors=dict.fromkeys(("fastify", "fastify.fastify", "fastify.Fastify"), _application),
        methods=_METHODS,
        is_chained=True,
        external=dict.fromkeys(("fastify-plugin", "fastify-plugin.fastifyPlugin"), _plugin),
        types=frozenset({"FastifyInstance", "FastifyTypedInstance"}),
        parameters=frozenset({"fastify", "instance"}),
        imports=frozenset({"fastify"}),
    ),
)
