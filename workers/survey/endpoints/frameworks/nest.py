"""NestJS: controllers, a global prefix, versions in the path, modules with a path.

https://docs.nestjs.com/controllers, https://docs.nestjs.com/techniques/versioning
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workers.survey.endpoints import objects
from workers.survey.endpoints.declared import (
    asks,
    decorator_names,
    methods_of,
    status_of,
    type_name,
)
from workers.survey.endpoints.routing import ANY, Route, Router, braced
from workers.survey.endpoints.values import Call, Class, External, Frame, Function, Value, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.program import Program

_VERBS = {
    "Get": "GET",
    "Post": "POST",
    "Put": "PUT",
    "Patch": "PATCH",
    "Delete": "DELETE",
    "Head": "HEAD",
    "Options": "OPTIONS",
    "All": ANY,
    "Sse": "GET",
}
_OPEN = frozenset({"Public", "SkipAuth", "AllowAnonymous", "NoAuth"})


@dataclass
class Application:
    """What `main.ts` sets for all controllers, and what modules put before theirs."""

    prefixes: list[tuple[str, str | None, list[str]]] = field(default_factory=list)  # folder, ...
    version_prefix: str | None = None
    default_version: list[str] = field(default_factory=list)
    modules: list[Value] = field(default_factory=list)


def configure(of: Application, name: str, call: Call) -> bool:
    """Take up `app.setGlobalPrefix("api")` and `app.enableVersioning(...)`; tell if it was one."""
    if name == "setGlobalPrefix":
        options = call.value(1)
        exclude = options.get("exclude") if isinstance(options, dict) else None
        excluded = [_excluded(one) for one in exclude] if isinstance(exclude, list) else []
        folder = posixpath.dirname(call.file)
        of.prefixes.append((folder, call.text(0), [one for one in excluded if one is not None]))
        return True
    if name == "enableVersioning":
        options = call.value(0)
        given = options if isinstance(options, dict) else {}
        kind = given.get("type")
        if not given or (isinstance(kind, External) and kind.name.endswith("URI")) or kind == 0:
            prefix = given.get("prefix", "v")
            of.version_prefix = prefix if isinstance(prefix, str) else ""
            of.default_version = _versions(given.get("defaultVersion"))
        return True
    return False


def _excluded(one: Value) -> str | None:
    path = one.get("path") if isinstance(one, dict) else one
    return path.strip("/") if isinstance(path, str) else None


def _versions(value: Value) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(one) if isinstance(one, str | int) else "" for one in values if one is not None]


def finish(program: Program, application: Application) -> None:
    """Add the routes of all controllers, when everything that stands before them is known."""
    controllers = [of for of in program.classes.values() if _marks(of, "Controller", program)]
    if not controllers:
        return
    for of in program.classes.values():
        for mark in _marks(of, "Module", program):
            mark.value(0)  # among its imports may stand RouterModule.register([...])
    of_modules = _module_paths(application.modules, program)
    for of in controllers:
        prefix, excluded = _global_prefix(application, of.frame.file)
        is_known = prefix is not None
        router = Router("nestjs", is_known, "" if is_known else None, "segments")
        program.router(router)
        marks = _marks(of, "Controller", program)
        before = of_modules.get(id(of.statement), "")
        for path, versions in _controller_paths(marks[0]):
            for call, verb, version, function in _methods(of, program):
                wanted = version if version is not None else versions or application.default_version
                for segment in _segments(application, wanted):
                    place = _Place(of, prefix or "", excluded, segment, before, path)
                    _add(router, place, call, verb, function)


@dataclass(frozen=True)
class _Place:
    """What stands before the routes of a controller; None is what could not be worked out."""

    of: Class
    prefix: str
    excluded: list[str]
    version: str | None
    module: str
    path: str | None


def _add(router: Router, place: _Place, call: Call, verb: str, method: list[Value]) -> None:
    of, prefix, version, before, path = (
        place.of,
        place.prefix,
        place.version,
        place.module,
        place.path,
    )
    given = call.value(0) if call.has(0) else ""
    marks = [*decorator_names(of), *decorator_names(call.decorated)]
    is_open = any(name in _OPEN for name in decorator_names(call.decorated))
    statuses = (form for form in method[4] if form and spelled(form[1]) == "HttpCode")
    status = next(
        (status_of(call.program.value(f[2][0], call.frame)) for f in statuses if f[2]), None
    )
    bodies = (one[1] for one in method[2] if any(m and spelled(m[1]) == "Body" for m in one[3]))
    request = next((name for name in map(type_name, bodies) if name), None)
    for one in given if isinstance(given, list) else [given]:
        below = [before, path, one] if isinstance(one, str) else [None]
        inside = "/".join(part.strip("/") for part in below if part)
        top = "" if inside.strip("/") in place.excluded else prefix
        known = None not in (*below, path, version)
        written = "/".join(part.strip("/") for part in (top, version, inside) if part)
        router.add(
            Route(
                verb,
                braced(f"/{written}") if known else None,
                f"{of.name}.{method[1]}",
                call.file,
                call.line,
                None if is_open else asks(marks),
                status,
                request,
                type_name(method[6]),
            )
        )


def _controller_paths(mark: Call) -> Iterator[tuple[str | None, list[str]]]:
    given = mark.value(0) if mark.has(0) else ""
    versions: list[str] = []
    if isinstance(given, dict):
        versions = _versions(given.get("version"))
        given = given.get("path", "")
    for path in given if isinstance(given, list) else [given]:
        yield (path if isinstance(path, str) else None), versions


def _segments(application: Application, versions: list[str]) -> list[str | None]:
    """Return the path segments of some versions; one that is no text cannot be known."""
    if application.version_prefix is None:
        return [""]
    named = [f"{application.version_prefix}{one}" if one else "" for one in versions]
    return [*dict.fromkeys(named)] or [""]


def _methods(
    of: Class, program: Program
) -> Iterator[tuple[Call, str, list[str] | None, list[Value]]]:
    """Yield the routes of a controller and of the classes it extends."""
    seen: set[str] = set()
    for one in (of, *(base for base in objects.bases(program, of) if isinstance(base, Class))):
        for statement in one.statement[3]:
            if statement[0] != "def" or statement[1] in seen:
                continue
            seen.add(statement[1])
            versions = [
                _versions(c.value(0)) for c in _calls(statement, one.body, program, "Version")
            ]
            for word, verb in _VERBS.items():
                for call in _calls(statement, one.body, program, word):
                    yield call, verb, versions[0] if versions else None, statement
            for call in _calls(statement, one.body, program, "RequestMapping"):
                given = call.value(0)
                for verb in (
                    (methods_of(given.get("method")) or [ANY]) if isinstance(given, dict) else ()
                ):
                    path = Call(
                        program,
                        one.body,
                        [["s", str(given.get("path", ""))]],
                        {},
                        call.line,
                        call.decorated,
                    )
                    yield path, verb, versions[0] if versions else None, statement


def _calls(statement: list[Value], frame: Frame, program: Program, word: str) -> Iterator[Call]:

    for form in statement[4]:
        if form is not None and spelled(form[1]) == word:
            named = program.value(form[1], frame)
            if isinstance(named, External) and named.name.startswith("@nestjs/common"):
                function = Function(statement, frame)
                yield Call(program, frame, form[2], form[3] or {}, form[4], function)


def _marks(of: Class, word: str, program: Program) -> list[Call]:
    return list(_calls(of.statement, of.frame, program, word))


def _global_prefix(application: Application, file: str) -> tuple[str | None, list[str]]:
    """Return the prefix that holds for a file: of several applications, the nearest one's."""
    if not application.prefixes:
        return "", []

    def nearness(entry: tuple[str, str | None, list[str]]) -> int:
        return len(posixpath.commonprefix([f"{entry[0]}/", file]))

    _, prefix, excluded = max(application.prefixes, key=nearness)
    return prefix, excluded


def _module_paths(modules: list[Value], program: Program) -> dict[int, str]:
    """Return what `RouterModule.register([...])` puts before the controllers of modules."""
    found: dict[int, str] = {}
    todo = [("", entry) for listed in modules if isinstance(listed, list) for entry in listed]
    while todo:
        above, entry = todo.pop()
        if not isinstance(entry, dict):
            if isinstance(entry, Class):
                found |= dict.fromkeys(_controllers(entry, program), above)
            continue
        path = entry.get("path", "")
        here = f"{above}/{path}" if isinstance(path, str) else above
        if isinstance(entry.get("module"), Class):
            found |= dict.fromkeys(_controllers(entry["module"], program), here)
        children = entry.get("children")
        todo += [(here, child) for child in children] if isinstance(children, list) else []
    return found


def _controllers(module: Class, program: Program) -> list[int]:
    listed: list[Value] = []
    for mark in _marks(module, "Module", program):
        given = mark.value(0)
        controllers = given.get("controllers") if isinstance(given, dict) else None
        listed += controllers if isinstance(controllers, list) else []
    return [id(one.statement) for one in listed if isinstance(one, Class)]
