"""Sanic, its blueprints and groups of them: sanic.dev/en/guide/basics/routing.html."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workers.survey.endpoints.follower.values import Call, Class, LibraryObject, Value
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import handler_of, methods_of, not_judged, verbs_of
from workers.survey.endpoints.routing import ANY, Route, Router

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

_VERBS = frozenset("get post put patch delete head options".split())
_NESTING = 10
_KEYWORDS = 6  # where a class statement has what it hands to its bases by name


class _Below(NamedTuple):
    """A blueprint or a group that an application was given, below a prefix of its own if any."""

    application: Router
    item: Value
    prefix: str | None
    has_prefix: bool
    version: str | None


def _application(call: Call) -> Router:
    call.program.understood.add(call.file)
    return Router("sanic", root=True, options={"version": ""})


def _blueprint(call: Call) -> Router:
    prefix = call.text(1, "url_prefix", default="")
    router = Router("sanic", prefix=_prefix(prefix))
    router.options |= {"version": _version(call), "versioned": {}}
    return router


def _prefix(prefix: str | None) -> str | None:
    return _written(prefix.rstrip("/")) if prefix else prefix


def _group(call: Call) -> Router:
    """Take up `Blueprint.group(a, b, url_prefix="/api", version=1)`."""
    prefix = call.text(None, "url_prefix", default="")
    router = Router("sanic", prefix=_prefix(prefix))
    items: list[Value] = []
    for value in call.values():
        items += value if isinstance(value, list) else [value]
    router.options |= {"version": _version(call), "group": items}
    call.program.understood.add(call.file)
    return router


def _version(call: Call) -> str | None:
    """Return what a version puts in front of all prefixes, None if that is not known."""
    if not call.has(None, "version"):
        return ""
    version = call.value(None, "version")
    front = call.text(None, "version_prefix", default="/v")
    if front is None or not isinstance(version, int | str):
        return None
    return f"{front}{str(version).strip('/').lstrip('v')}"


def _verb(router: Router, name: str, call: Call) -> Value:
    _add(router, call, [name.upper()], call.text(0, "uri"), call.decorated)


def _route(router: Router, _name: str, call: Call) -> Value:
    _add(router, call, _methods(call, ["GET"]), call.text(0, "uri"), call.decorated)


def _websocket(router: Router, _name: str, call: Call) -> Value:
    _add(router, call, ["WEBSOCKET"], call.text(0, "uri"), call.decorated)


def _add_route(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_route(handler, "/x")`, also of a class of views."""
    handler = call.value(0, "handler")
    of = handler.of if isinstance(handler, LibraryObject) else handler
    own = verbs_of(of, call.program) or [ANY] if isinstance(of, Class) else ["GET"]
    if isinstance(of, LibraryObject) and not call.has(None, "methods"):  # CompositionView()
        call.program.lost.add((call.file, call.line))
        return
    _add(router, call, _methods(call, own), call.text(1, "uri"), handler)


def _add_websocket(router: Router, _name: str, call: Call) -> Value:
    _add(router, call, ["WEBSOCKET"], call.text(1, "uri"), call.value(0, "handler"))


def _methods(call: Call, default: list[str]) -> list[str]:
    if not call.has(None, "methods"):
        return default
    return methods_of(call.value(None, "methods")) or [ANY]


def _add(router: Router, call: Call, methods: list[str], path: str | None, handler: Value) -> None:
    of = handler.of if isinstance(handler, LibraryObject) else handler
    name = of.name if isinstance(of, Class) else call.name(0, "handler") or "(inline)"
    if call.decorated is not None:
        name = handler_of(call)
    target, written = _of_version(router, call, None if path is None else _written(path))
    for verb in methods:
        asks = (not_judged("Sanic", call),)
        target.add(Route(verb, written, name, call.file, call.line, asks=asks))


def _of_version(router: Router, call: Call, path: str | None) -> tuple[Router, str | None]:
    """Return the router of a route that has a version of its own, and its path in that."""
    if not call.has(None, "version") or path is None:
        return router, path
    version = _version(call)
    if version is None:
        return router, None
    by_version = router.options.get("versioned")
    if not isinstance(by_version, dict):  # of the application itself
        return router, f"{version}{path}"
    if version not in by_version:
        own = Router("sanic", prefix=router.prefix, options={"version": version})
        by_version[version] = call.program.router(own)
    return by_version[version], path


def _written(path: str) -> str:
    """Write `<id:int>` and `<name:[a-z]{3}>` as `{id}`."""
    path = path if path.startswith("/") or not path else f"/{path}"
    return re.sub(r"<([A-Za-z_]\w{0,60})(?::[^<>]{0,200})?>", r"{\1}", path)


def _blueprint_below(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.blueprint(bp, url_prefix="/x")`, also of a list; put below when all is known."""
    listed = call.value(0, "blueprint")
    has_prefix = call.has(None, "url_prefix")
    prefix = call.text(None, "url_prefix", default="")
    notes = call.program.notes.setdefault("sanic", [])
    for item in listed if isinstance(listed, list) else [listed]:
        notes.append(_Below(router, item, _prefix(prefix), has_prefix, _version(call)))
    call.program.understood.add(call.file)


def _appended(router: Router, name: str, call: Call) -> Value:
    """Take up `group.append(bp)`."""
    group = router.options.get("group")
    if isinstance(group, list):
        group += call.values() if name == "append" else call.values()[1:]


def _attached(program: Program) -> None:
    """Take up `class Users(HTTPMethodView, attach=app, uri="/users")`."""
    for of in list(program.classes.values()):
        keywords = of.statement[_KEYWORDS] if len(of.statement) > _KEYWORDS else {}
        if "attach" not in keywords:
            continue
        call = Call(program, of.frame, [], keywords, of.statement[5])
        router = call.value(None, "attach")
        if isinstance(router, Router) and router.framework == "sanic":
            methods = _methods(call, verbs_of(of, program) or [ANY])
            _add(router, call, methods, call.text(None, "uri", default=""), of)


def _put_below(program: Program) -> None:
    """Put blueprints below their applications, with the versions in front of all prefixes."""
    _attached(program)
    for below in program.notes.get("sanic", ()):
        if isinstance(below.item, Router) and below.item.framework == "sanic":
            prefixes = [below.prefix] if below.has_prefix else []
            _put(below.application, below.item, prefixes, below.version, is_given=below.has_prefix)


def _put(
    application: Router,
    item: Router,
    prefixes: list[str | None],
    version: str | None,
    *,
    is_given: bool,
    depth: int = 0,
) -> None:
    own, items = item.options.get("version", ""), item.options.get("group")
    # The nearest version counts, but for one that an application gives a blueprint itself.
    if own != "" and (depth or version == "" or isinstance(items, list)):
        version = str(own) if own is not None else None
    if isinstance(items, list):
        if depth < _NESTING:
            for inner in items:
                if isinstance(inner, Router) and inner.framework == "sanic":
                    inside = [*prefixes, item.prefix]
                    _put(application, inner, inside, version, is_given=False, depth=depth + 1)
        return
    # A prefix that the application gives a blueprint stands in place of its own.
    parts = prefixes if is_given else [*prefixes, item.prefix]
    versioned = item.options.get("versioned")
    _mount(application, item, parts, version)
    for known, router in (versioned if isinstance(versioned, dict) else {}).items():
        _mount(application, router, parts, known)


def _mount(
    application: Router, child: Router, parts: list[str | None], version: str | None
) -> None:
    known = [part for part in parts if part is not None]
    if version is None or len(known) < len(parts):
        application.mount(None, child, instead=True)
    else:
        prefix = "".join(f"/{part.strip('/')}" for part in known if part.strip("/"))
        application.mount(f"{version}{prefix}", child, instead=True)


FRAMEWORKS = (
    Framework(
        name="sanic",
        language="python",
        tokens=(b"Sanic(", b"Blueprint.group("),
        hints=(b"HTTPMethodView", b"sanic"),
        constructors={
            **dict.fromkeys(("sanic.Sanic", "sanic.app.Sanic"), _application),
            **dict.fromkeys(("sanic.Blueprint", "sanic.blueprints.Blueprint"), _blueprint),
            **dict.fromkeys(("sanic.Blueprint.group", "sanic.blueprints.Blueprint.group"), _group),
        },
        methods={
            **dict.fromkeys(_VERBS, _verb),
            "route": _route,
            "websocket": _websocket,
            "add_route": _add_route,
            "add_websocket_route": _add_websocket,
            "blueprint": _blueprint_below,
            **dict.fromkeys(("append", "insert"), _appended),
        },
        statements=frozenset("add_route add_websocket_route blueprint".split()),
        finish=_put_below,
        types=frozenset({"Sanic"}),
        imports=frozenset({"sanic"}),
    ),
)
