"""Controllers that are classes under decorators: what these say, and what servers put before it.

What is said of a library is a `Library`; a framework's module has one and calls `finish` with it.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import Call, Class, External, Function, Value
from workers.survey.endpoints.route_details import methods_of
from workers.survey.endpoints.routing import Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Frame


class Library(NamedTuple):
    """A library: which decorators make a class a controller, which a method a route."""

    name: str
    modules: tuple[str, ...]
    classes: frozenset[str]
    verbs: Mapping[str, str]
    named: frozenset[str] = frozenset()  # decorators that are given the method before the path
    needs_class: bool = True  # a class without such a decorator is no controller
    is_inherited: bool = True  # routes of the classes that a controller extends are its own, too
    prefix: Callable[[Program, Class], str | None] = lambda _program, _of: None
    below: Callable[[Program], Router | None] = lambda _program: None


class _Server(NamedTuple):
    """What a server puts before which controllers; `of` None: which ones is not known."""

    prefix: str | None
    of: frozenset[int] | None
    file: str


def _servers(program: Program, library: str) -> list[_Server]:
    known: list[_Server] = program.notes.setdefault(library, [])
    return known


def serve(call: Call, library: str, prefix: Value, controllers: Value) -> None:
    """Note that a server puts a prefix before some controllers."""
    text = prefix if isinstance(prefix, str) else None
    call.program.understood.add(call.file)
    server = _Server(text, _listed(controllers), call.file)
    _servers(call.program, library).append(server)


def _listed(controllers: Value) -> frozenset[int] | None:
    """Return the classes of a list, None where it names anything else."""
    if not isinstance(controllers, list):
        return None
    if not all(isinstance(one, Class) for one in controllers):
        return None
    return frozenset(id(one.statement) for one in controllers)


def prefix_of(library: str, program: Program, of: Class) -> str | None:
    """Return what the servers put before a controller, None where they differ or there is none."""
    servers = _servers(program, library)
    own = [one for one in servers if one.of is not None and id(of.statement) in one.of]
    likely = own or [one for one in servers if one.of is None]
    if len(likely) > 1:  # of several applications, the nearest one's
        far = max(nearness(one.file, of) for one in likely)
        likely = [one for one in likely if nearness(one.file, of) == far]
    prefixes = {one.prefix for one in likely}
    return prefixes.pop() if len(prefixes) == 1 else None


def nearness(file: str, of: Class) -> int:
    """Tell how near to a class a file lies."""
    return len(posixpath.commonprefix([f"{posixpath.dirname(file)}/", of.frame.file]))


def finish(library: Library, program: Program) -> None:
    """Add the routes of all controllers of a library."""
    if not program.notes.get(f"{library.name} is used"):
        return
    below = library.below(program)
    for of in list(program.classes.values()):
        paths = list(class_paths(library, of, program))
        if library.needs_class and not paths:
            continue
        handlers = list(_handlers(library, of, program))
        if not handlers:
            continue
        router = program.router(Router(library.name, below is None, join="segments"))
        prefix = library.prefix(program, of)
        router.prefix = None if prefix is None else braced(prefix)
        if below is not None:
            below.mount("", router)
        for path in paths or [""]:
            for method, call, verb, route in handlers:
                _add(router, f"{of.name}.{method[1]}", call, verb, _joined(path, route))


def _add(router: Router, handler: str, call: Call, verb: str, path: str | None) -> None:
    written = None if path is None else braced(path)
    router.add(Route(verb, written, handler, call.file, call.line))


def _joined(outer: str | None, inner: Value) -> str | None:
    if outer is None or not isinstance(inner, str) or _is_pattern(inner):
        return None
    return f"{outer.rstrip('/')}/{inner.lstrip('/')}"


def _is_pattern(path: str) -> bool:
    """Tell whether a path is a regular expression: `/^x$/`."""
    return len(path) > 1 and path.endswith("/") and not {*"^$\\|("}.isdisjoint(path)


def class_paths(library: Library, of: Class, program: Program) -> Iterator[str | None]:
    """Yield the paths that the decorators of a controller give it."""
    for call, _ in marks(library, of.statement, of.frame, program, library.classes):
        declared = call.value(0) if call.has(0) else ""
        if isinstance(declared, dict):
            declared = declared.get("path", declared.get("basePath", ""))
        for path in declared if isinstance(declared, list) else [declared]:
            yield path if isinstance(path, str) and not _is_pattern(path) else None


def _handlers(
    library: Library, of: Class, program: Program
) -> Iterator[tuple[list[Value], Call, str, Value]]:
    """Yield the routes of a class: its method, where and how it is declared, verb and path."""
    bases = objects.bases(program, of) if library.is_inherited else []
    seen: set[str] = set()
    for each in (of, *bases):
        if not isinstance(each, Class):
            continue
        frame = each.frame  # not the class's own: a method `get` does not hide the decorator
        for method in each.statement[3]:
            if method[0] != "def" or method[1] in seen:
                continue
            seen.add(method[1])
            for call, name in marks(library, method, frame, program, frozenset(library.verbs)):
                yield method, call, library.verbs[name], call.value(0) if call.has(0) else ""
            for call, _ in marks(library, method, frame, program, library.named):
                path = call.value(1) if call.has(1) else ""
                for verb in methods_of(call.value(0)) or []:
                    yield method, call, verb, path


def marks(
    library: Library,
    statement: list[Value],
    frame: Frame,
    program: Program,
    names: frozenset[str],
) -> Iterator[tuple[Call, str]]:
    """Yield the decorators of a class or method that a library has by some names."""
    for form in statement[4]:
        if form is None:
            continue
        value = program.value(form[1], frame)
        module, _, name = value.name.rpartition(".") if isinstance(value, External) else ("",) * 3
        if name in names and module in library.modules:
            decorated = Function(statement, frame)
            yield Call(program, frame, form[2], form[3] or {}, form[4], decorated), name
