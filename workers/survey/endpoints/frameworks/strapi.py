"""Strapi, whose routes are objects of a module: docs.strapi.io/cms/backend-customization/routes.

What stands before their paths, `/api` unless it is configured, is left open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.routing import Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Frame
    from workers.survey.endpoints.statements import Expression

_METHODS = frozenset("GET POST PUT PATCH DELETE".split())


def _finish(program: Program) -> None:
    for file, statements in sorted(program.facts.items()):
        if "routes/" not in file:
            continue
        frame = program.module(file)
        exported = [s[2] for s in statements if s[0] == "export" and s[1] in {"=", "default"}]
        routes = [route for form in exported for route in _routes(program, form, frame)]
        if routes:
            router = program.router(Router("strapi", join="segments"))
            router.routes.extend(routes)


def _routes(program: Program, form: Expression, frame: Frame) -> Iterator[Route]:
    """Yield the routes of `{routes: [{method: "GET", path: "/x", handler: "x.find"}]}`."""
    for listed in (value for key, value in _pairs(form) if key == ["s", "routes"]):
        for item in listed[1] if listed is not None and listed[0] == "l" else ():
            fields = {key[1]: program.value(value, frame) for key, value in _pairs(item) if key}
            method, path, handler = (fields.get(name) for name in ("method", "path", "handler"))
            if not isinstance(path, str) or not isinstance(handler, str) or not item:
                continue
            if path.startswith("/") and method in _METHODS:
                yield Route(method, braced(path), handler, frame.file, item[2])


def _pairs(form: Expression) -> list[list[Any]]:
    return form[1] if form is not None and form[0] == "d" else []


FRAMEWORKS = (
    Framework(
        name="strapi", language="script", hints=(b"handler: '", b'handler: "'), finish=_finish
    ),
)
