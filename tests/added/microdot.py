"""Microdot, as whoever adds it would write it: microdot.readthedocs.io/en/stable/api.html."""

from __future__ import annotations

from workers.survey.endpoints.follower.values import Call, Value
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import handler_of, methods_of
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced

_VERBS = frozenset("get post put patch delete".split())


def _application(_call: Call) -> Router:
    return Router("microdot", root=True)


def _verb(router: Router, name: str, call: Call) -> Value:
    _add(router, call, [name.upper()])


def _route(router: Router, _name: str, call: Call) -> Value:
    methods = methods_of(call.value(1, "methods")) if call.has(1, "methods") else ["GET"]
    _add(router, call, methods or [ANY])


def _below(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.mount(other, url_prefix="/x")`; the other one is no application any more."""
    child = call.value(0, "subapp")
    if isinstance(child, Router):
        router.mount(call.text(1, "url_prefix", default=""), child)


def _add(router: Router, call: Call, methods: list[str]) -> None:
    path = call.text(0, "url_pattern")
    written = None if path is None else braced(path)
    for verb in methods:
        router.add(Route(verb, written, handler_of(call), call.file, call.line))


FRAMEWORKS = (
    Framework(
        name="microdot",
        language="python",
        tokens=(b"Microdot(",),
        constructors={"microdot.Microdot": _application},
        methods={**dict.fromkeys(_VERBS, _verb), "route": _route, "mount": _below},
        statements=frozenset({"mount"}),
        types=frozenset({"Microdot"}),
        imports=frozenset({"microdot"}),
    ),
)
