"""Libraries whose controllers are classes under decorators, beside NestJS.

routing-controllers, tsoa, Ts.ED, Inversify's express utilities, LoopBack 4: what stands before
their paths is said where a server is made of them; where none was seen to be made it is left open.
"""

from __future__ import annotations

import posixpath
from functools import partial
from typing import TYPE_CHECKING

from workers.survey.endpoints.decorated_classes import (
    Library,
    class_paths,
    finish,
    marks,
    nearness,
    prefix_of,
    serve,
)
from workers.survey.endpoints.follower.values import Call, Class, Value
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.routing import ANY, Router

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Expression, Statement

_DEEP = 8
_MOST_PARTS = 200_000


def _routing_controllers(position: int, call: Call) -> Value:
    """Take up `createExpressServer({routePrefix, controllers})`, `useExpressServer(app, {...})`."""
    options = call.value(position)
    if isinstance(options, dict):
        prefix = options.get("routePrefix", "")
        serve(call, "routing-controllers", prefix, options.get("controllers"))
    else:
        serve(call, "routing-controllers", "" if not call.has(position) else None, None)
    return None


def _inversify(call: Call) -> Value:
    """Take up `new InversifyExpressServer(container, router, {rootPath})`."""
    options = call.value(2)
    prefix = options.get("rootPath", "") if isinstance(options, dict) else ""
    is_known = isinstance(options, dict) or not call.has(2) or call.form(2) == ["z"]
    serve(call, "inversify-express-utils", prefix if is_known else None, None)
    return None


def _tsed(_name: str, call: Call) -> None:
    """Take up `@Configuration({mount: {"/rest": [...]}})`."""
    call.program.notes["tsed is used"] = True
    options = call.value(0)
    mount = options.get("mount") if isinstance(options, dict) else None
    for prefix, controllers in mount.items() if isinstance(mount, dict) else ():
        serve(call, "tsed", prefix, controllers)


def _tsed_prefix(program: Program, of: Class) -> str | None:
    """Return what is mounted above a controller, and above those that it is a child of."""
    library, path, at = _TSED, "", of
    for _ in range(_DEEP):
        above = _parent(library, at, program)
        if above is None:
            break
        at, outer = above
        if outer is None:
            return None
        path = f"{outer.rstrip('/')}/{path.lstrip('/')}"
    prefix = prefix_of("tsed", program, at)
    return None if prefix is None else f"{prefix.rstrip('/')}/{path.lstrip('/')}"


def _parent(library: Library, of: Class, program: Program) -> tuple[Class, str | None] | None:
    """Return the controller that names another one as its child, and its path."""
    parents: dict[int, tuple[Class, str | None]] | None = program.notes.get("tsed parents")
    if parents is None:
        parents = program.notes["tsed parents"] = {}
        for each in program.classes.values():
            paths = list(class_paths(library, each, program))
            for call, _ in marks(library, each.statement, each.frame, program, library.classes):
                options = call.value(0)
                children = options.get("children") if isinstance(options, dict) else None
                for child in children if isinstance(children, list) else ():
                    if isinstance(child, Class):
                        parents[id(child.statement)] = each, paths[0] if paths else None
    return parents.get(id(of.statement))


def _crud(call: Call) -> Value:
    """Note that a controller is made of a model: which routes it has is not said in the code."""
    call.program.lost.add((call.file, call.line))
    return None


def _tsoa_prefix(program: Program, of: Class) -> str | None:
    """Return what the nearest `tsoa.json` says, None where there is none."""
    paths: Mapping[str, str] = program.notes["base paths"]
    known = [(file, path) for file, path in paths.items() if _is_below(of.frame.file, file)]
    return max(known, key=lambda one: len(posixpath.dirname(one[0])))[1] if known else None


def _is_below(file: str, configuration: str) -> bool:
    folder = posixpath.dirname(configuration)
    return not folder or file.startswith(f"{folder}/")


def _registered(program: Program) -> Router | None:
    """Return the router below which `RegisterRoutes(router)` puts tsoa's routes, None for none."""
    for file, statements in program.facts.items():
        for statement in statements:
            form = statement[1] if statement[0] == "e" else None
            if form is not None and form[:2] == ["c", ["n", "RegisterRoutes"]] and form[2]:
                router = program.value(form[2][0], program.module(file))
                if isinstance(router, Router) and not router.root:
                    return router
    return None


def _loopback_prefix(program: Program, of: Class) -> str | None:
    """Return the base path of the nearest application that says one; without one there is none."""
    known: list[tuple[str, str | None]] | None = program.notes.get("loopback paths")
    if known is None:
        known = program.notes["loopback paths"] = list(_base_paths(program))
    if not known:
        return ""
    far = max(nearness(file, of) for file, _ in known)
    nearest = {path for file, path in known if nearness(file, of) == far}
    return nearest.pop() if len(nearest) == 1 else None


def _base_paths(program: Program) -> Iterator[tuple[str, str | None]]:
    """Yield what `app.basePath("/api")` and `{rest: {basePath: "/api"}}` say, with their files."""
    for file, statements in program.facts.items():
        for form in _parts(statements):
            path = _base_path_of_call(form) if form[0] == "c" else _base_path_of_object(form)
            if path is not None:
                program.understood.add(file)
                yield file, _text(path)


def _base_path_of_call(form: list[Value]) -> Expression:
    callee = form[1] if len(form) > 2 else None
    is_call = callee is not None and callee[0] == "a" and callee[2] == "basePath"
    return form[2][0] if is_call and form[2] else None


def _base_path_of_object(form: list[Value]) -> Expression:
    rest = _entry(form, "rest")
    return _entry(rest, "basePath") if rest is not None else None


def _entry(form: list[Value], key: str) -> Expression:
    pairs = form[1] if form[0] == "d" and len(form) > 2 else ()
    return next((value for written, value in pairs if written == ["s", key]), None)


def _text(form: Value) -> str | None:
    return str(form[1]) if form is not None and form[0] == "s" else None


def _parts(statements: Iterable[Statement]) -> Iterator[list[Value]]:
    """Yield every list in some statements that is headed by a word."""
    waiting: list[Value] = list(statements)
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if isinstance(part, list):
            if part and isinstance(part[0], str):
                yield part
            waiting.extend(part)


def _used(library: str, _name: str, call: Call) -> None:
    """Note that a library is used; what its decorators say is read at the end."""
    call.program.notes[f"{library} is used"] = True
    call.program.understood.add(call.file)


_UPPER = {
    **{
        verb.capitalize(): verb.upper() for verb in "get post put patch delete head options".split()
    },
    "All": ANY,
}
_ROUTING_CONTROLLERS = Library(
    "routing-controllers",
    ("routing-controllers",),
    frozenset({"Controller", "JsonController"}),
    {name: verb for name, verb in _UPPER.items() if name != "Options"},
    frozenset({"Method"}),
    prefix=partial(prefix_of, "routing-controllers"),
)
_TSOA = Library(
    "tsoa",
    ("tsoa", "@tsoa/runtime"),
    frozenset({"Route"}),
    {name: verb for name, verb in _UPPER.items() if name != "All"},
    is_inherited=False,
    prefix=_tsoa_prefix,
    below=_registered,
)
_TSED = Library(
    "tsed",
    ("@tsed/di", "@tsed/common", "@tsed/schema"),
    frozenset({"Controller", "RestController"}),
    _UPPER,
    frozenset({"Operation"}),
    prefix=_tsed_prefix,
)
_INVERSIFY = Library(
    "inversify-express-utils",
    ("inversify-express-utils",),
    frozenset({"controller"}),
    {
        **{f"http{name}": verb for name, verb in _UPPER.items() if name not in {"All", "Options"}},
        "all": ANY,
    },
    frozenset({"httpMethod"}),
    prefix=partial(prefix_of, "inversify-express-utils"),
)
_LOOPBACK = Library(
    "loopback",
    ("@loopback/rest", "@loopback/openapi-v3"),
    frozenset({"api"}),
    {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "del": "DELETE"},
    frozenset({"operation"}),
    needs_class=False,
    prefix=_loopback_prefix,
)


def _framework(
    library: Library,
    *,
    hints: tuple[bytes, ...] = (),
    external: Mapping[str, Callable[[Call], Value]] | None = None,
    decorated: Mapping[str, Callable[[str, Call], None]] | None = None,
    statements: frozenset[str] = frozenset(),
) -> Framework:
    used = dict.fromkeys(library.modules, partial(_used, library.name))
    return Framework(
        name=library.name,
        language="script",
        hints=hints,
        statements=statements,
        external=external or {},
        decorated={**(decorated or {}), **used},
        finish=partial(finish, library),
        imports=frozenset(library.modules),
        reads_guards=False,
    )


_SERVERS = {
    f"routing-controllers.{verb}{kind}Server": partial(_routing_controllers, position)
    for verb, position in (("create", 0), ("use", 1))
    for kind in ("Express", "Koa", "Fastify")
}
FRAMEWORKS = (
    _framework(
        _ROUTING_CONTROLLERS,
        hints=(b"routing-controllers",),
        external=_SERVERS,
        statements=frozenset(f"{name.rpartition('.')[2]}(" for name in _SERVERS),
    ),
    _framework(_TSOA),
    _framework(
        _TSED,
        hints=(b"@tsed/",),
        decorated=dict.fromkeys(("@tsed/di.Configuration", "@tsed/common.Configuration"), _tsed),
    ),
    _framework(
        _INVERSIFY,
        hints=(b"inversify-express-utils",),
        external={"inversify-express-utils.InversifyExpressServer": _inversify},
    ),
    _framework(
        _LOOPBACK,
        hints=(b"@loopback/",),
        external={"@loopback/rest-crud.defineCrudRestController": _crud},
        statements=frozenset({"basePath"}),
    ),
)
