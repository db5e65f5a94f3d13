"""Falcon, whose resources answer by methods `on_get`: falcon.readthedocs.io/en/stable/api."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    Function,
    Instance,
    Module,
    Value,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import VERBS, defined_in, not_judged
from workers.survey.endpoints.routing import Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

_APPLICATIONS = (
    "falcon.App", "falcon.API", "falcon.app.App", "falcon.asgi.App", "falcon.asgi.app.App",
)  # fmt: skip
# What a resource may answer beside the methods that have a function of the same name everywhere.
_ANSWERS = VERBS - {"trace"} | {"websocket"}


def _application(call: Call) -> Router:
    call.program.understood.add(call.file)
    return Router("falcon", root=True)


def _route(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.add_route("/x/{id:int}", Resource(), suffix="all")`."""
    values = call.values()
    path = values[0] if values else call.value(None, "uri_template")
    resource = values[1] if len(values) > 1 else call.value(None, "resource")
    suffix = call.text(None, "suffix", default="")
    of = resource.of if isinstance(resource, Instance) else resource
    answers = None if suffix is None else _answers(of, suffix, call.program)
    if answers is None:
        call.program.lost.add((call.file, call.line))
        return
    written = braced(path) if isinstance(path, str) else None
    for verb, name in answers:
        asks = (not_judged("Falcon", call),)
        handler = f"{of.name}.{name}" if isinstance(of, Class) else name
        router.add(Route(verb, written, handler, call.file, call.line, asks=asks))


def _answers(of: Value, suffix: str, program: Program) -> list[tuple[str, str]] | None:
    """Return the methods that a resource answers, each with its function's name.

    A resource is an object, or a module with functions of the same names; else it is not known.
    """
    end = f"_{suffix}" if suffix else ""
    names = [f"on_{verb}{end}" for verb in sorted(_ANSWERS)]
    defined: dict[str, Function] = {}
    if isinstance(of, Class):
        defined = defined_in(of, program)
    elif isinstance(of, Module):
        offered = {name: program.exported(of.file, name) for name in names}
        defined = {name: one for name, one in offered.items() if isinstance(one, Function)}
    if not defined:
        return None
    return [
        (name.removeprefix("on_").removesuffix(end).upper(), name)
        for name in names
        if name in defined
    ]


FRAMEWORKS = (
    Framework(
        name="falcon",
        language="python",
        tokens=(b"falcon.App(", b"falcon.API(", b"falcon.asgi.App("),
        hints=(b"add_route(", b"def on_get", b"def on_post", b"def on_put", b"def on_delete"),
        constructors=dict.fromkeys(_APPLICATIONS, _application),
        methods={"add_route": _route},
        types=frozenset({"API", "App"}),
        imports=frozenset({"falcon"}),
    ),
)
