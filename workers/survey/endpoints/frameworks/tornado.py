"""Tornado's applications: tornadoweb.org/en/stable/guide/structure.html.

A route is a pair of a regular expression and a class of handlers, whose methods answer. Lists of
such pairs lie in modules and are put together; one that no application was seen to take is told by
the ends of its paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    LibraryObject,
    Path,
    Row,
    Value,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import not_judged, verbs_of
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import of_regex

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

_RULES = frozenset({"url", "URLSpec", "Rule"})
# Classes of libraries that answer nothing by themselves; what they have, their children define.
_PLAIN = frozenset("RequestHandler JupyterHandler APIHandler IPythonHandler object ABC".split())
_LIBRARIES = ("tornado.", "jupyter_server.", "notebook.", "nbclassic.", "jupyterhub.")
_KNOWN = {"RedirectHandler": "GET", "FallbackHandler": ANY}
_NOT_LISTED = frozenset({"StaticFileHandler", "ErrorHandler", "AuthenticatedFileHandler"})


def _application(call: Call) -> Router:
    call.program.understood.add(call.file)
    router = Router("tornado", root=True)
    if call.has(0, "handlers"):
        _take(router, call.value(0, "handlers"), call)
    return router


def _init(router: Router, _name: str, call: Call) -> Value:
    """Take up `super().__init__(handlers)` in an application's own class."""
    if call.has(0, "handlers"):
        _take(router, call.value(0, "handlers"), call)


def _init_of_base(call: Call) -> Value:
    """Take up `tornado.web.Application.__init__(self, handlers)`."""
    router = call.value(0)
    if isinstance(router, Router) and call.has(1, "handlers"):
        _take(router, call.value(1, "handlers"), call)


def _add_handlers(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_handlers(host, [...])`."""
    _take(router, call.value(1, "host_handlers"), call)


def _add_anywhere(call: Call) -> None:
    """Take up `web_app.add_handlers(host, [...])` of an application that is not known."""
    if len(call.arguments) == 2:
        router = call.program.router(Router("tornado"))
        _take(router, call.value(1, "host_handlers"), call)


def _append_anywhere(call: Call) -> None:
    """Take up `handlers.append((r"/x", Handler))` of a list that somebody hands in."""
    form = call.form(0)
    if form is None or form[0] not in {"l", "n"}:
        return
    value = call.program.value(form, call.frame)
    items = value if isinstance(value, list) else []
    rules = [value] if isinstance(value, Row) else [one for one in items if isinstance(one, Row)]
    if rules and any(_is_rule(one, call.program) for one in rules):
        _take(call.program.router(Router("tornado")), rules, call)


def _take(router: Router, listed: Value, call: Call) -> None:
    """Add the rules of a list; what in it is not known is a route that is missing."""
    taken = call.program.notes.setdefault("tornado", set())
    for item in listed if isinstance(listed, list) else [None]:
        path, handler, place = _rule(item)
        place = place or (call.file, call.line)
        taken.add(place)
        if isinstance(handler, list) and _is_of_host(path):
            _take(router, handler, call)
            continue
        if handler is None or path is None or isinstance(handler, list):
            call.program.lost.add(place)
        else:
            _add(router, path, handler, place, call)


def _is_of_host(matcher: Value) -> bool:
    """Tell whether rules are those of a host: `(HostMatches("example.com"), [...])`."""
    return isinstance(matcher, LibraryObject) and matcher.name.endswith("HostMatches")


def _rule(item: Value) -> tuple[Value, Value, tuple[str, int] | None]:
    """Return the path of a rule, its handler, and where it stands."""
    if isinstance(item, LibraryObject) and item.name.rsplit(".", 1)[-1] in _RULES:
        inner = item.call
        path = inner.value(0, "pattern", "matcher")
        if isinstance(path, LibraryObject) and path.name.endswith("PathMatches"):
            path = path.call.value(0)
        handler = inner.value(1, "handler", "target")
        return path, handler, (inner.file, inner.line)
    if isinstance(item, list) and 2 <= len(item) <= 4:
        return item[0], item[1], item.place if isinstance(item, Row) else None
    return None, None, None


def _add(router: Router, path: str, handler: Value, place: tuple[str, int], call: Call) -> None:
    program = call.program
    if isinstance(handler, str):  # "package.module.Handler"
        handler = _by_name(handler, call)
    verbs = _verbs(handler, program) if isinstance(path, str) else None
    if verbs is None:
        program.lost.add(place)
        return
    if isinstance(path, Path) and path.is_end:
        below = Router("tornado")
        router.mount(None, below)
        router = below
    name = handler.name.rsplit(".", 1)[-1] if isinstance(handler, Class | External) else ""
    at = Call(program, call.frame, [], {}, place[1])
    for verb in verbs:
        asks = (not_judged("tornado", at),)
        router.add(Route(verb, _written(path), name or "(inline)", *place, asks=asks))
    program.understood.add(place[0])


def _written(path: str) -> str:
    written = of_regex(path)
    return written.replace("/?", "/").replace("?{}", "{}") if "?" in written else written


def _by_name(name: str, call: Call) -> Value:
    module, _, last = name.rpartition(".")
    file = call.program.find(call.file, module) if module else None
    return call.program.exported(file, last) if file else None


def _verbs(handler: Value, program: Program) -> list[str] | None:
    """Return the methods that a class of handlers answers, None where that is not known."""
    if isinstance(handler, External):
        last = handler.name.rsplit(".", 1)[-1]
        if last in _NOT_LISTED:
            return []
        return [_KNOWN[last]] if last in _KNOWN else None
    if not isinstance(handler, Class):
        return None
    bases = [b.name.rsplit(".", 1)[-1] for b in _libraries(handler, program)]
    if any(base.endswith(("WebSocketHandler", "WebSocketMixin")) for base in bases):
        return ["WEBSOCKET"]
    own = verbs_of(handler, program)
    if own:
        return own
    of_library = [_KNOWN[base] for base in bases if base in _KNOWN]
    if of_library:
        return of_library
    # What defines no method answers none: it refuses them all.
    return [] if _NOT_LISTED.union(_PLAIN).issuperset(bases) and bases else None


def _libraries(of: Class, program: Program) -> list[External]:
    return [base for base in objects.bases(program, of) if isinstance(base, External)]


def _lists_of_nobody(program: Program) -> None:
    """Take up the lists of handlers in modules that no application was seen to take."""
    taken: set[tuple[str, int]] = program.notes.setdefault("tornado", set())
    for file, frame in list(program.frames.items()):
        for name, value in list(frame.names.items()):
            if not isinstance(value, list) or not value or name.startswith("export "):
                continue
            rows = [one for one in value if _is_rule(one, program)]
            left = [row for row in rows if _rule(row)[2] not in taken]
            if left and all(_is_of(file, row) for row in left):
                router = program.router(Router("tornado"))
                _take(router, left, Call(program, frame, [], {}, 1))


def _is_of(file: str, row: Value) -> bool:
    place = _rule(row)[2]
    return place is not None and place[0] == file


def _is_rule(item: Value, program: Program) -> bool:
    """Tell whether something is a pair of a path and a class that handles requests by Tornado."""
    path, handler, _ = _rule(item)
    if not isinstance(path, str) or not isinstance(handler, Class):
        return False
    return any(base.name.startswith(_LIBRARIES) for base in _libraries(handler, program))


FRAMEWORKS = (
    Framework(
        name="tornado",
        language="python",
        tokens=(b"web.Application(", b"URLSpec(", b".add_handlers("),
        hints=(b"tornado", b"Handler)", b"default_handlers", b"Handler,"),
        constructors={
            "tornado.web.Application": _application,
        },
        methods={"add_handlers": _add_handlers, "__init__": _init},
        statements=frozenset({"add_handlers", "listen"}),
        external={"tornado.web.Application.__init__": _init_of_base},
        anywhere={
            "add_handlers": _add_anywhere,
            **dict.fromkeys(("append", "extend"), _append_anywhere),
        },
        finish=_lists_of_nobody,
        imports=frozenset({"tornado.web"}),
    ),
)
