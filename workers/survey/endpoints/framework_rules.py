"""The frameworks of each language, put together into the rules that a program is followed by."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.evaluate import joined_path
from workers.survey.endpoints.follower.program import Program, Rules
from workers.survey.endpoints.follower.values import Function, Path
from workers.survey.endpoints.frameworks import frameworks_of
from workers.survey.endpoints.routing import PAGES, Router

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workers.survey.endpoints.follower.values import Call, Frame, PathBuilder, Value
    from workers.survey.endpoints.framework import Framework, LanguageName
    from workers.survey.endpoints.modules import Modules
    from workers.survey.endpoints.statements import Expression, Statement

    Watch = Callable[[Call, Expression, Value], None]

_ROUTER_NAME = lazy_pattern(
    r"(?i)(^|_)(\w{0,40}router|app|application|server|fastify|api|blueprint|bp)$"
)


def python(
    facts: Mapping[str, list[Statement]], modules: Modules, watch: Watch | None = None
) -> Program:
    """Follow Python files."""
    return _followed(_PYTHON, facts, modules.python, watch)


def script(
    facts: Mapping[str, list[Statement]], modules: Modules, watch: Watch | None = None
) -> Program:
    """Follow JavaScript and TypeScript files."""
    return _followed(_SCRIPT, facts, modules.script, watch)


def _followed(
    language: _Language,
    facts: Mapping[str, list[Statement]],
    find: Callable[[str, str], str | None],
    watch: Watch | None,
) -> Program:
    frameworks = frameworks_of(language.name)
    known = _Known(
        language,
        facts,
        frameworks,
        by_name={f.name: f for f in frameworks},
        by_type={word: f for f in frameworks for word in f.types},
        by_parameter={name: f for f in frameworks for name in f.parameters},
        handed_in=[],
        imported={},
    )
    rules = Rules(
        {name: make for f in frameworks for name, make in f.constructors.items()},
        known.method,
        known.builder,
        known.external,
        known.parameter,
        known.unknown,
        known.decorated,
    )
    copies = _copies(facts, frameworks)

    def own(importer: str, module: str) -> str | None:
        file = find(importer, module)
        return None if file in copies else file

    program = Program(facts, own if copies else find, rules, watch=watch)
    program.follow()
    _hand_in(program, known.handed_in)
    for framework in frameworks:
        if framework.finish is not None:
            framework.finish(program)
    return program


def _hand_in(program: Program, handed_in: list[Router]) -> None:
    """Put what parameters were taken for below the application, where only one is made."""
    for name in {router.framework for router in handed_in}:
        roots = [one for one in program.routers if one.root and one.framework == name]
        if roots and len({root.made for root in roots}) == 1 and roots[0].made is not None:
            for router in handed_in:
                if router.framework == name and router.routes + router.mounts:
                    roots[0].mount("", router)


def _copies(
    facts: Mapping[str, list[Statement]], frameworks: tuple[Framework, ...]
) -> frozenset[str]:
    """Return the files that are copies of libraries: what is imported of them is a library's."""
    names = dict(framework.copy for framework in frameworks if framework.copy is not None)
    return frozenset(
        file
        for file, listed in facts.items()
        if (of := names.get(file.rsplit("/", 1)[-1])) is not None
        and any(statement[0] == "class" and statement[1] == of for statement in listed)
    )


class _Language(NamedTuple):
    """What holds for all frameworks of a language."""

    name: LanguageName
    root_module: Callable[[str], str]  # of an imported module, the one that names its framework
    parameters: frozenset[str]  # what an untyped parameter is called if it is a router
    # Names that read as a router's but mean something else where nobody was seen to make them.
    not_routers: frozenset[str]
    reads_as_route: Callable[[Call], bool]
    itself: frozenset[str]  # methods of any router that return it
    library: Mapping[str, Callable[[Call], Value]]


class _Known(NamedTuple):
    """The frameworks of a language, asked what a call means."""

    language: _Language
    facts: Mapping[str, list[Statement]]
    frameworks: tuple[Framework, ...]
    by_name: Mapping[str, Framework]
    by_type: Mapping[str, Framework]
    by_parameter: Mapping[str, Framework]
    imported: dict[str, Framework | None]
    handed_in: list[Router]  # what parameters of an application's type were taken for

    def method(self, router: Router, name: str, call: Call) -> Value:
        """Return what calling a method of a router gives, after what it does."""
        framework = self.by_name.get(router.framework)
        take = framework.methods.get(name) if framework is not None else None
        if take is None and (self._counts_anywhere(name, call) or name in self.language.itself):
            return router
        if framework is None:
            return None
        if take is not None:
            before = len(router.routes)
            returned = take(router, name, call)
            if len(router.routes) > before:
                _place(router, before, call)
            return returned
        return router if framework.is_chained else None

    def builder(self, builder: PathBuilder, name: str, call: Call) -> Value:
        """Return what calling a method of a router's path gives: `app.route("/x").get(f)`."""
        framework = self.by_name.get(builder.router.framework)
        take = framework.builder if framework is not None else None
        return take(builder, name, call) if take is not None else None

    def external(self, name: str, call: Call) -> Value:
        """Return what a library's function gives; None: an object that is not known."""
        self._counts_anywhere(name.rsplit(".", 1)[-1], call)
        if name in self.language.library:
            return self.language.library[name](call)
        for framework in self.frameworks:
            if name in framework.external:
                return framework.external[name](call)
        return None

    def decorated(self, name: str, call: Call) -> None:
        """Take up a decorator of a library."""
        for framework in self.frameworks:
            for known, take in framework.decorated.items():
                if name == known or name.startswith(f"{known}."):
                    take(name, call)
                    return

    def parameter(self, name: str, annotation: Expression, frame: Frame) -> Router | None:
        """Return the router that a parameter must be by its type or, untyped, by its name."""
        framework = self.by_type.get(_last_name(annotation))
        if framework is not None and _last_name(annotation) in framework.applications:
            self.handed_in.append(_guessed(framework))
            return self.handed_in[-1]
        if framework is None and annotation is None:
            framework = self.by_parameter.get(name)
            if framework is not None and framework.is_named_where_imported:
                framework = framework if self._imported(frame.file) is framework else None
            if name in self.language.parameters:
                usual = next((f for f in self.frameworks if f.is_usual), None)
                framework = self._imported(frame.file) or usual
        return _guessed(framework) if framework else None

    def unknown(self, name: str, method_name: str, call: Call) -> Router | None:
        """Return the router that an object must be by its name and by how it is used."""
        if self._counts_anywhere(method_name, call):
            return None
        if not _ROUTER_NAME.search(name) or name.lower() in self.language.not_routers:
            return None
        if PAGES.search(call.file) and self._imported(call.file) is None:
            return None  # a script that a browser runs
        likely = [f for f in self.frameworks if method_name in f.guessed_by]
        if not likely or not self.language.reads_as_route(call):
            return None
        return _guessed(self.by_parameter.get(name) or self._imported(call.file) or likely[0])

    def _counts_anywhere(self, method_name: str, call: Call) -> bool:
        """Take up a method that counts whatever it is called on; tell whether it was one."""
        for framework in self.frameworks:
            if method_name in framework.anywhere:
                framework.anywhere[method_name](call)
                return True
        return False

    def _imported(self, file: str) -> Framework | None:
        """Return the first framework that a file imports; looked up once."""
        if file not in self.imported:
            self.imported[file] = self._first_imported(file)
        return self.imported[file]

    def _first_imported(self, file: str) -> Framework | None:
        statements = self.facts.get(file, [])
        imported = [(s[2], s[3]) for s in statements if s[0] == "import"]
        modules = {self.language.root_module(module) for module, _ in imported}
        modules |= {module for module, _ in imported}
        modules |= {f"{module}.{name}" for module, name in imported}  # `from aiohttp import web`
        return next((f for f in self.frameworks if not modules.isdisjoint(f.imports)), None)


def _place(router: Router, start: int, call: Call) -> None:
    """Note of the routes that a call added where their path stands, or that it is not known."""
    if call.program.unknown_items and any(route.path is None for route in router.routes[start:]):
        call.program.lost.add((call.file, call.line))
    for form in call.arguments:
        if form is not None and form[0] in {"n", "a", "*"}:
            value = call.program.value(form[1] if form[0] == "*" else form, call.frame)
            first = value[0] if isinstance(value, list) and value else value
            if isinstance(first, Path):
                _know(router, start, first, call)
                return


def _know(router: Router, start: int, path: Path, call: Call) -> None:
    """Give the routes that a call added what is known of their path beside its text."""
    added = router.routes[start:]
    if path.place is not None:
        call.program.understood.add(call.file)
        file, line = path.place
        added = router.routes[start:] = [r._replace(file=file, line=line) for r in added]
    if path.is_end:
        del router.routes[start:]
        below = Router(router.framework, join=router.join)
        router.mount(None, below)
        below.routes.extend(added)


def _guessed(framework: Framework) -> Router:
    return Router(framework.name, join=framework.join, in_order=framework.in_order)


def _last_name(annotation: Expression) -> str:
    if annotation is None or annotation[0] not in {"n", "a"}:
        return ""
    return str(annotation[1] if annotation[0] == "n" else annotation[2])


def _decorates_a_path(call: Call) -> bool:
    """Tell whether a decorator on something unknown reads as a route: its path comes first."""
    if call.decorated is None:
        return False
    path = call.value(0, "path", "rule")
    return isinstance(path, str) and path[:1] in {"/", ""}


def _has_path_and_handler(call: Call) -> bool:
    """Tell whether a call on something unknown reads as a route: a path and a handler."""
    path = call.value(0) if call.arguments else None
    last = call.arguments[-1] if len(call.arguments) > 1 else None
    handles = last is not None and last[0] in {"f", "n", "a", "c", "l"}
    # A function that takes nothing and has no name may be a test's; it counts if it is known.
    if last is not None and last[0] == "f" and not last[1][2] and not last[1][1]:
        handles = isinstance(call.program.value(last, call.frame), Function)
    return isinstance(path, str) and path.startswith("/") and handles


def _path_itself(call: Call) -> Value:
    return call.value(0)


def _folder_of(call: Call) -> Value:
    path = call.value(0)
    return posixpath.dirname(path) if isinstance(path, str) else path


_PYTHON = _Language(
    name="python",
    root_module=lambda module: module.split(".")[0],
    parameters=frozenset({"app", "router", "api"}),
    not_routers=frozenset(),
    reads_as_route=_decorates_a_path,
    itself=frozenset({"as_asgi"}),
    library={},
)
_SCRIPT = _Language(
    name="script",
    root_module=lambda module: module,
    parameters=frozenset({"app", "router", "server"}),
    not_routers=frozenset({"api", "server"}),
    reads_as_route=_has_path_and_handler,
    itself=frozenset(),
    library={
        **dict.fromkeys(("path.join", "path.resolve", "path.posix.join"), joined_path),
        "url.fileURLToPath": _path_itself,
        "path.dirname": _folder_of,
    },
)
