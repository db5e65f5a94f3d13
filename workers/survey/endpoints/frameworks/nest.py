"""NestJS: controllers, a global prefix, versions in the path, modules with a path.

https://docs.nestjs.com/controllers, https://docs.nestjs.com/techniques/versioning
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from workers.survey.endpoints import nest_guards
from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Frame,
    Function,
    Value,
    spelled,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.nest_applications import Prefix, Versioning, setting_for
from workers.survey.endpoints.route_details import (
    methods_of,
    status_of,
    type_name,
)
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.routing import Asked
    from workers.survey.endpoints.statements import Expression

_VERBS = {
    "Get": "GET",
    "Post": "POST",
    "Put": "PUT",
    "Patch": "PATCH",
    "Delete": "DELETE",
    "Head": "HEAD",
    "Options": "OPTIONS",
    "All": ANY,
    "Search": "SEARCH",
    "Sse": "GET",
}


@dataclass
class _Application:
    """What `main.ts` sets for all controllers, and what modules put before theirs.

    A repository may make several applications: each setting is kept with the folder that it is in.
    """

    made: set[str] = field(default_factory=set)  # folders in which applications are made
    prefixes: list[tuple[str, Prefix]] = field(default_factory=list)
    versioning: list[tuple[str, Versioning]] = field(default_factory=list)
    modules: list[Value] = field(default_factory=list)


def _application(program: Program) -> _Application:
    application: _Application = program.notes.setdefault("nestjs", _Application())
    return application


def _set_global_prefix(call: Call) -> None:
    """Take up `app.setGlobalPrefix("api", {exclude: [...]})`."""
    options = call.value(1)
    exclude = options.get("exclude") if isinstance(options, dict) else None
    paths = [_excluded(entry) for entry in exclude] if isinstance(exclude, list) else []
    excluded = tuple(path for path in paths if path is not None)
    setting = posixpath.dirname(call.file), Prefix(call.text(0), excluded)
    _application(call.program).prefixes.append(setting)


def _read_at_the_end(_name: str, _call: Call) -> None:
    """Leave `@Controller` and `@Get` to `_finish`: what stands before them is not known yet."""


def _excluded(entry: Value) -> str | None:
    path = entry.get("path") if isinstance(entry, dict) else entry
    return path.strip("/") if isinstance(path, str) else None


def _enable_versioning(call: Call) -> None:
    """Take up `app.enableVersioning({type: VersioningType.URI})`; other types change no path."""
    options = call.value(0)
    settings = options if isinstance(options, dict) else {}
    kind = settings.get("type")
    is_in_path = (isinstance(kind, External) and kind.name.endswith("URI")) or kind == 0
    if not settings or is_in_path:
        prefix = settings.get("prefix", "v")
        default = tuple(_versions(settings.get("defaultVersion")))
        made = Versioning(prefix if isinstance(prefix, str) else "", default)
        _application(call.program).versioning.append((posixpath.dirname(call.file), made))


def _make_application(call: Call) -> Value:
    """Take up `NestFactory.create(AppModule)`."""
    _application(call.program).made.add(posixpath.dirname(call.file))
    return nest_guards.make_application(call)


def _register_modules(call: Call) -> Value:
    """Take up `RouterModule.register([...])`."""
    _application(call.program).modules.append(call.value(0))


def _versions(value: Value) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(one) if isinstance(one, str | int) else "" for one in values if one is not None]


def _finish(program: Program) -> None:
    """Add the routes of all controllers, when everything that stands before them is known."""
    controllers = [of for of in program.classes.values() if _marks(of, "Controller", program)]
    if not controllers:
        return
    modules = [m for of in program.classes.values() for m in _marks(of, "Module", program)]
    for mark in modules:
        mark.value(0)  # among its imports may stand RouterModule.register([...])
    asking = _Asking(nest_guards.application_guards(program, modules), nest_guards.applied(program))
    application = _application(program)
    module_paths = _module_paths(application.modules, program)
    for of in controllers:
        _hear(of, program)
        before, numbered, known = _settings_for(application, of.frame.file)
        router = Router("nestjs", root=True, prefix=known, join="segments")
        program.router(router)
        module = module_paths.get(id(of.statement), "")
        for path, versions in _controller_paths(_marks(of, "Controller", program)[0]):
            for handler in _handlers(of, program):
                own = handler.versions
                wanted = own if own is not None else versions or numbered.default
                for segment in _segments(numbered, wanted):
                    place = _Place(of, before.path or "", before.excluded, segment, module, path)
                    _add(router, place, handler, asking)


def _settings_for(
    application: _Application, file: str
) -> tuple[Prefix, Versioning, Literal[""] | None]:
    """Return what holds for a controller's file, and "" where it is known to.

    Of several applications it may be any: what stands before the paths is not known then.
    """
    prefix = setting_for(file, application.prefixes, application.made, Prefix())
    versioning = setting_for(file, application.versioning, application.made, Versioning())
    is_known = prefix is not None and prefix.path is not None and versioning is not None
    return prefix or Prefix(), versioning or Versioning(), "" if is_known else None


@dataclass(frozen=True)
class _Asking:
    """What an application asks for all controllers, and for some paths."""

    guards: list[Asked]
    applied: list[nest_guards.Applied]

    def of(self, place: _Place, handler: _Handler, path: str | None) -> tuple[Asked, ...]:
        """Return what is asked before a route, guards with what its decorators say to them."""
        program = handler.call.program
        outer = nest_guards.marks_of(place.of.statement, place.of.frame, program)
        own = nest_guards.marks_of(handler.method, handler.call.frame, program)
        metadata = {**outer.metadata, **own.metadata}
        guards = [
            replace(asked, metadata=metadata) for asked in (*self.guards, *outer.asks, *own.asks)
        ]
        below = nest_guards.asks_below(self.applied, place.of, handler.verb, path, place.prefix)
        return (*below, *guards)


class _Place(NamedTuple):
    """What stands before the routes of a controller; None is what could not be worked out."""

    of: Class
    prefix: str
    excluded: tuple[str, ...]
    version: str | None
    module: str
    path: str | None

    def path_of(self, route: Value) -> str | None:
        """Return the whole path of a route as its decorator gives it, None if it is unknown."""
        if not isinstance(route, str) or self.path is None or self.version is None:
            return None
        inside = _segmented(self.module, self.path, route)
        prefix = "" if inside.strip("/") in self.excluded else self.prefix
        return braced(f"/{_segmented(prefix, self.version, inside)}")


def _segmented(*parts: str) -> str:
    return "/".join(part.strip("/") for part in parts if part)


class _Handler(NamedTuple):
    """A controller's method under one decorator: `@Get("x")`."""

    call: Call
    verb: str
    versions: list[str] | None  # None: it says none of its own
    method: list[Value]


def _add(router: Router, place: _Place, handler: _Handler, asking: _Asking) -> None:
    call, method = handler.call, handler.method
    declared = call.value(0) if call.has(0) else ""
    does = nest_guards.handler_of(place.of, method, call.frame, call)
    for route in declared if isinstance(declared, list) else [declared]:
        router.add(
            Route(
                handler.verb,
                place.path_of(route),
                f"{place.of.name}.{method[1]}",
                call.file,
                call.line,
                _declared_status(method, call),
                _body_type(method),
                type_name(method[6]),
                asking.of(place, handler, place.path_of(route)),
                does,
            )
        )


def _declared_status(method: list[Value], call: Call) -> int | None:
    """Return what `@HttpCode(204)` says."""
    for form in method[4]:
        if form and spelled(form[1]) == "HttpCode" and form[2]:
            return status_of(call.program.value(form[2][0], call.frame))
    return None


def _body_type(method: list[Value]) -> str | None:
    """Return the type of the first parameter under `@Body()` that has one."""
    for _, annotation, _, marks in method[2]:
        if any(mark and spelled(mark[1]) == "Body" for mark in marks):
            name = type_name(annotation)
            if name:
                return name
    return None


def _controller_paths(mark: Call) -> Iterator[tuple[str | None, list[str]]]:
    declared = mark.value(0) if mark.has(0) else ""
    versions: list[str] = []
    if isinstance(declared, dict):
        versions = _versions(declared.get("version"))
        declared = declared.get("path", "")
    for path in declared if isinstance(declared, list) else [declared]:
        yield (path if isinstance(path, str) else None), versions


def _segments(versioning: Versioning, versions: Iterable[str]) -> list[str | None]:
    """Return the path segments of some versions; one that is no text cannot be known."""
    if versioning.prefix is None:
        return [""]
    named = [f"{versioning.prefix}{one}" if one else "" for one in versions]
    return [*dict.fromkeys(named)] or [""]


def _hear(of: Class, program: Program) -> None:
    """Note of a controller that has no routes, decorated as they are, that this is all it says."""
    if not any(method[0] == "def" and method[4] for method in of.statement[3]):
        program.understood.add(of.frame.file)


def _handlers(of: Class, program: Program) -> Iterator[_Handler]:
    """Yield the routes of a controller and of the classes it extends."""
    bases = [base for base in objects.bases(program, of) if isinstance(base, Class)]
    seen: set[str] = set()
    for each in (of, *bases):
        for method in each.statement[3]:
            if method[0] == "def" and method[1] not in seen:
                seen.add(method[1])
                yield from _of_method(method, each.body, program)


def _of_method(method: list[Value], frame: Frame, program: Program) -> Iterator[_Handler]:
    marks = list(_calls(method, frame, program, "Version"))
    versions = _versions(marks[0].value(0)) if marks else None
    for word, verb in _VERBS.items():
        for call in _calls(method, frame, program, word):
            yield _Handler(call, verb, versions, method)
    for call in _calls(method, frame, program, "RequestMapping"):
        mapping = call.value(0)
        if isinstance(mapping, dict):
            path: Expression = ["s", str(mapping.get("path", ""))]
            mapped = Call(program, frame, [path], {}, call.line, call.decorated)
            for verb in methods_of(mapping.get("method")) or [ANY]:
                yield _Handler(mapped, verb, versions, method)


def _calls(statement: list[Value], frame: Frame, program: Program, word: str) -> Iterator[Call]:
    for form in statement[4]:
        if form is not None and spelled(form[1]) == word:
            named = program.value(form[1], frame)
            if isinstance(named, External) and named.name.startswith("@nestjs/common"):
                function = Function(statement, frame)
                yield Call(program, frame, form[2], form[3] or {}, form[4], function)


def _marks(of: Class, word: str, program: Program) -> list[Call]:
    return list(_calls(of.statement, of.frame, program, word))


def _module_paths(modules: list[Value], program: Program) -> dict[int, str]:
    """Return what `RouterModule.register([...])` puts before the controllers of modules."""
    paths: dict[int, str] = {}
    todo = [("", entry) for listed in modules if isinstance(listed, list) for entry in listed]
    while todo:
        above, entry = todo.pop()
        if not isinstance(entry, dict):
            if isinstance(entry, Class):
                paths |= dict.fromkeys(_controllers(entry, program), above)
            continue
        path = entry.get("path", "")
        here = f"{above}/{path}" if isinstance(path, str) else above
        if isinstance(entry.get("module"), Class):
            paths |= dict.fromkeys(_controllers(entry["module"], program), here)
        children = entry.get("children")
        todo += [(here, child) for child in children] if isinstance(children, list) else []
    return paths


def _controllers(module: Class, program: Program) -> list[int]:
    listed: list[Value] = []
    for mark in _marks(module, "Module", program):
        module_settings = mark.value(0)
        if isinstance(module_settings, dict):
            controllers = module_settings.get("controllers")
            listed += controllers if isinstance(controllers, list) else []
    return [id(entry.statement) for entry in listed if isinstance(entry, Class)]


FRAMEWORKS = (
    Framework(
        name="nestjs",
        language="script",
        tokens=(b"@Get(", b"@Post(", b"@Put(", b"@Patch(", b"@Delete(", b"@Controller("),
        hints=(b"GlobalPrefix(", b"enableVersioning(", b"@Module(", b"NestFactory"),
        # `listen` keeps what makes an application that sets nothing.
        statements=frozenset(
            {"setGlobalPrefix", "enableVersioning", "useGlobalGuards", "forRoutes", "listen"}
        ),
        decorated={"@nestjs/common": _read_at_the_end},
        external={
            "@nestjs/core.RouterModule.register": _register_modules,
            "@nestjs/core.NestFactory.create": _make_application,
            "@nestjs/core.NestFactory.create().use": nest_guards.use_in_application,
        },
        anywhere={
            "setGlobalPrefix": _set_global_prefix,
            "enableVersioning": _enable_versioning,
            "useGlobalGuards": nest_guards.use_global_guards,
        },
        finish=_finish,
    ),
)
