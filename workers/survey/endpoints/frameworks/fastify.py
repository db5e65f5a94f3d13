"""Fastify, whose plugins add routes to the instance they get: fastify.dev/docs/latest/."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import (
    Call,
    Function,
    LibraryObject,
    Module,
    Value,
    spelled,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import ROUTER_VERBS, asks, methods_of
from workers.survey.endpoints.routing import ANY, Route, Router, braced

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
    if call.text(0) in _HOOKS:
        router.authentication = asks([call.name(1)]) or router.authentication
    return router


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
    names = [name for hook in _HOOKS for name in _hook_names(call, hook)]
    request, response, status = _schema(route.get("schema"))
    for verb in methods:
        router.add(
            Route(
                verb,
                braced(path) if isinstance(path, str) else None,
                handler,
                call.file,
                call.line,
                asks(names) or router.authentication,
                status,
                request,
                response,
            )
        )


def _hook_names(call: Call, hook: str) -> list[str | None]:
    """Return the names of a hook's functions, from the options object as it is written."""
    for form in call.arguments:
        if form is not None and form[0] == "d":
            for key, value in form[1]:
                if key == ["s", hook] and value is not None:
                    return [spelled(one) for one in (value[1] if value[0] == "l" else [value])]
    return []


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
    if isinstance(plugin, LibraryObject):  # fp(plugin) of a library that is not known
        plugin = plugin.call.value(0)
    if isinstance(plugin, Function):
        _plug(router, plugin, settings.get("prefix", ""), settings, program)
    return router


def _plug(
    router: Router, plugin: Function, prefix: Value, options: Value, program: Program
) -> None:
    child = Router("fastify", join="segments", authentication=router.authentication)
    router.mount(braced(prefix) if isinstance(prefix, str) else None, child)
    program.apply(plugin, [child, options, None])


def _autoload(router: Router, options: dict[str, Value], program: Program) -> None:
    """Load every plugin below a folder, as @fastify/autoload does: folders are prefixes."""
    folder, more = options.get("dir"), options.get("options")
    base = more.get("prefix", "") if isinstance(more, dict) else ""
    if not isinstance(folder, str):
        return
    folder = folder.strip("/")
    is_prefix = options.get("dirNameRoutePrefix") is not False
    for file in sorted(program.facts):
        if not file.startswith(f"{folder}/"):
            continue
        plugin = program.exported(file, "default")
        if not isinstance(plugin, Function):
            continue
        inside = posixpath.dirname(file[len(folder) + 1 :])
        own = program.exported(file, "autoPrefix")
        parts = [f"{{{p[1:]}}}" if p.startswith("_") and p != "_" else p for p in inside.split("/")]
        below = own if isinstance(own, str) else "/".join(parts) if is_prefix else ""
        prefix = f"{base}/{below}" if isinstance(base, str) else None
        _plug(router, plugin, prefix, more, program)


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
    "withTypeProvider": _itself,
}
FRAMEWORKS = (
    Framework(
        name="fastify",
        language="script",
        tokens=(b"astify(",),
        hints=(b".register(",),
        # A hook is only followed inside a chain, where something else had the call read.
        statements=frozenset(_METHODS) - {"addHook", "withTypeProvider"},
        constructors=dict.fromkeys(("fastify", "fastify.fastify", "fastify.Fastify"), _application),
        methods=_METHODS,
        is_chained=True,
        external=dict.fromkeys(("fastify-plugin", "fastify-plugin.fastifyPlugin"), _plugin),
        types=frozenset({"FastifyInstance", "FastifyTypedInstance"}),
        parameters=frozenset({"fastify", "instance"}),
        imports=frozenset({"fastify"}),
    ),
)
