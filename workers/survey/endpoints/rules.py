"""The frameworks of each language, put together into the rules that a program is followed by."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.survey.endpoints.evaluate import joined_path
from workers.survey.endpoints.frameworks import (
    asgi,
    django,
    express,
    fastify,
    flask,
    litestar,
    nest,
    rest_framework,
)
from workers.survey.endpoints.program import Program, Rules
from workers.survey.endpoints.routing import Router

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workers.survey.endpoints.forms import Expression, Statement
    from workers.survey.endpoints.modules import Modules
    from workers.survey.endpoints.values import Call, Frame, Value

_METHODS: Mapping[str, Callable[[Router, str, Call], Value]] = {
    "fastapi": asgi.method,
    "starlette": asgi.method,
    "flask": flask.method,
    "flask-smorest": flask.method,
    "flask-restful": flask.method,
    "flask-restx": flask.method,
    "litestar": litestar.method,
    "django-rest-framework": rest_framework.method,
    "django-ninja": rest_framework.ninja,
    "express": express.method,
    "koa": express.method,
    "hono": express.method,
    "fastify": fastify.method,
}
_ROUTER_NAME = re.compile(
    r"(?i)(^|_)(\w{0,40}router|app|application|server|fastify|api|blueprint|bp)$"
)
_PYTHON_TYPES = {
    "FastAPI": "fastapi",
    "APIRouter": "fastapi",
    "Starlette": "starlette",
    "Flask": "flask",
    "Blueprint": "flask",
    "Quart": "flask",
    "NinjaAPI": "django-ninja",
    "Litestar": "litestar",
}
_JOINS = {
    "flask": "slash",
    "django-ninja": "slash",
    "fastapi": "concatenate",
    "starlette": "concatenate",
}


def python(facts: Mapping[str, list[Statement]], modules: Modules) -> Program:
    """Follow Python files."""

    def method(router: Router, name: str, call: Call) -> Value:
        if name == "as_asgi":
            return router
        take = _METHODS.get(router.framework)
        return take(router, name, call) if take else None

    def decorated(name: str, call: Call) -> None:
        if name.startswith("litestar."):
            litestar.decorated(name, call)
        elif name in {"flask_appbuilder.expose", "flask_appbuilder.api.expose"}:
            flask.exposed(call)

    def parameter(name: str, annotation: Expression, frame: Frame) -> Router | None:
        framework = _PYTHON_TYPES.get(_last(annotation))
        if framework is None and annotation is None and name in {"app", "router", "api"}:
            framework = _imported(facts.get(frame.file, []))
        return _guessed(framework) if framework else None

    def unknown(name: str, method_name: str, call: Call) -> Router | None:
        routes = {"get", "post", "put", "patch", "delete", "route", "websocket", "api_route"}
        if call.decorated is None or method_name not in routes or not _ROUTER_NAME.search(name):
            return None
        path = call.value(0, "path", "rule")
        framework = _imported(facts.get(call.file, [])) or (
            "flask" if method_name == "route" else "fastapi"
        )
        return _guessed(framework) if isinstance(path, str) and path[:1] in {"/", ""} else None

    constructors = {
        **asgi.CONSTRUCTORS,
        **flask.CONSTRUCTORS,
        **litestar.CONSTRUCTORS,
        **rest_framework.CONSTRUCTORS,
    }
    rules = Rules(
        constructors,
        method,
        lambda _builder, _name, _call: None,
        _no_external,
        parameter,
        unknown,
        decorated,
    )
    program = Program(facts, modules.python, rules)
    program.follow()
    django.url_lists(program)
    return program


def _guessed(framework: str) -> Router:
    join = _JOINS.get(framework, "segments")
    return Router(framework, join=join)  # type: ignore[arg-type]  # one of the three


def _last(annotation: Expression) -> str:
    if annotation is None or annotation[0] not in {"n", "a"}:
        return ""
    return str(annotation[1] if annotation[0] == "n" else annotation[2])


def _imported(statements: list[Statement]) -> str | None:
    """Return the framework that a file imports."""
    names = {one[2].split(".")[0] for one in statements if one[0] == "import"}
    known = {"fastapi": "fastapi", "flask": "flask", "quart": "flask", "ninja": "django-ninja"}
    return next((known[name] for name in known if name in names), None)


def _no_external(_name: str, _call: Call) -> Value:
    return None


@dataclass(frozen=True)
class _Script:
    """The rules of JavaScript and TypeScript, with what NestJS sets for a whole application."""

    facts: Mapping[str, list[Statement]]
    application: nest.Application

    def method(self, router: Router, name: str, call: Call) -> Value:
        if nest.configure(self.application, name, call):
            return router
        return _METHODS[router.framework](router, name, call)

    def external(self, name: str, call: Call) -> Value:
        word = name.rsplit(".", 1)[-1]
        if word in {"setGlobalPrefix", "enableVersioning"}:
            nest.configure(self.application, word, call)
        elif name == "@nestjs/core.RouterModule.register":
            self.application.modules.append(call.value(0))
        elif name in {"path.join", "path.resolve", "path.posix.join"}:
            return joined_path(call)
        elif name in {"url.fileURLToPath", "path.dirname"}:
            path = call.value(0)
            is_folder = name == "path.dirname" and isinstance(path, str)
            return posixpath.dirname(path) if is_folder else path
        return express.external(name, call)

    def parameter(self, name: str, annotation: Expression, frame: Frame) -> Router | None:
        typed = _last(annotation)
        framework = fastify.TYPES.get(typed) or express.TYPES.get(typed)
        if framework is None and annotation is None:
            framework = "fastify" if name in {"fastify", "instance"} else None
            if name in {"app", "router", "server"}:
                framework = _of_script(self.facts.get(frame.file, [])) or "express"
        return _guessed(framework) if framework else None

    def unknown(self, name: str, method_name: str, call: Call) -> Router | None:
        if nest.configure(self.application, method_name, call):
            return None
        if not _ROUTER_NAME.search(name) or name.lower() in {"api", "server"}:
            return None
        if method_name in {"get", "post", "put", "patch", "delete", "all"} and express.takes(call):
            framework = "fastify" if name == "fastify" else None
            return _guessed(framework or _of_script(self.facts.get(call.file, [])) or "express")
        return None


def script(facts: Mapping[str, list[Statement]], modules: Modules) -> Program:
    """Follow JavaScript and TypeScript files."""
    of = _Script(facts, nest.Application())
    constructors = {**express.CONSTRUCTORS, **fastify.CONSTRUCTORS}
    rules = Rules(
        constructors,
        of.method,
        express.partial,
        of.external,
        of.parameter,
        of.unknown,
        _undecorated,
    )
    program = Program(facts, modules.script, rules)
    program.follow()
    nest.finish(program, of.application)
    return program


def _undecorated(_name: str, _call: Call) -> None:
    return None


def _of_script(statements: list[Statement]) -> str | None:
    names = {one[2] for one in statements if one[0] == "import"}
    known = ("fastify", "hono", "koa", "express")
    return next((one for one in known if one in names), None)
