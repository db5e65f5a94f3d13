"""The frameworks of each language, put together into the rules that a program is followed by."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.evaluate import joined_path
from workers.survey.endpoints.follower.program import Program, Rules
from workers.survey.endpoints.follower.values import Function, Path, library
from workers.survey.endpoints.frameworks import frameworks_of
from workers.survey.endpoints.routing import PAGES, Asked, Router, all_routers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
    return _followed(_PYTHON, facts, modules.python, watch, {})


def script(
    facts: Mapping[str, list[Statement]],
    modules: Modules,
    watch: Watch | None = None,
    base_paths: Mapping[str, str] | None = None,
) -> Program:
    """Follow JavaScript and TypeScript files; `base_paths` are what configurations say."""
    return _followed(_SCRIPT, facts, modules.script, watch, base_paths or {})


def _followed(
    language: _Language,
    facts: Mapping[str, list[Statement]],
    find: Callable[[str, str], str | None],
    watch: Watch | None,
    base_paths: Mapping[str, str],
) -> Program:
    frameworks = frameworks_of(language.name)
    known = _Known(
        language,
        facts,
        frameworks,
        by_name={f.name: f for f in frameworks},
        by_type=_by_type(frameworks),
        by_parameter={name: f for f in frameworks for name in f.parameters},
        first_imported={},
        handed_in=[],
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

    program = Program(
        facts, own if copies else find, rules, watch=watch, notes={"base paths": base_paths}
    )
    program.follow()
    _hand_in(program, known.handed_in)
    for framework in frameworks:
        if framework.finish is not None:
            framework.finish(program)
    _leave_open_who_may_call(program, frozenset(f.name for f in frameworks if not f.reads_guards))
    return program


def _leave_open_who_may_call(program: Program, frameworks: frozenset[str]) -> None:
    """Say of all routers of some frameworks that what their routes ask is not known."""
    for router in all_routers(program.routers):
        if router.framework in frameworks:
            router.in_order = False
            router.asks.insert(0, Asked("unread", None, router.framework, "", 0, program))


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
    by_type: Mapping[str, list[Framework]]
    by_parameter: Mapping[str, Framework]
    first_imported: dict[str, Framework | None]  # by file, as far as it was asked for
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
        framework = self._of_type(_last_name(annotation), frame.file)
        if framework is not None and _last_name(annotation) in framework.applications:
            self.handed_in.append(_guessed(framework))
            return self.handed_in[-1]
        if framework is None and annotation is None:
            framework = self.by_parameter.get(name)
            if framework is not None and framework.is_named_where_imported:
                framework = framework if self._imported(frame.file) is framework else None
            if name in self.language.parameters:
                framework = self._imported(frame.file) or self._usual()
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
        usual = self._usual() or likely[0]
        usual = usual if method_name in usual.methods else likely[0]
        return _guessed(self.by_parameter.get(name) or self._imported(call.file) or usual)

    def _counts_anywhere(self, method_name: str, call: Call) -> bool:
        """Take up a method that counts whatever it is called on; tell whether it was one."""
        for framework in self.frameworks:
            if method_name in framework.anywhere:
                framework.anywhere[method_name](call)
                return True
        return False

    def _of_type(self, name: str, file: str) -> Framework | None:
        """Return the framework that has a type; of several the one in use, else the usual one."""
        known = self.by_type.get(name, [])
        if len(known) > 1:
            likely = self._imported(file) or self._usual()
            usual = next((f for f in known if f.is_usual), None)
            return likely if likely in known else usual
        return known[0] if known else None

    def _imported(self, file: str) -> Framework | None:
        """Return the first framework with routers that a file imports."""
        if file not in self.first_imported:
            named = set(_modules(self.facts.get(file, [])))
            modules = named | set(map(self.language.root_module, named))
            self.first_imported[file] = next(
                (f for f in self.frameworks if f.methods and not modules.isdisjoint(f.imports)),
                None,
            )
        return self.first_imported[file]

    def _usual(self) -> Framework | None:
        """Return the framework that is meant where nothing says which: the only one in use."""
        if "" not in self.first_imported:
            in_use = {f.name: f for file in self.facts if (f := self._imported(file)) is not None}
            only = next(iter(in_use.values())) if len(in_use) == 1 else None
            usual = next((f for f in self.frameworks if f.is_usual), None)
            self.first_imported[""] = only or usual
        return self.first_imported[""]


def _by_type(frameworks: Iterable[Framework]) -> dict[str, list[Framework]]:
    by_type: dict[str, list[Framework]] = {}
    for framework in frameworks:
        for word in framework.types:
            by_type.setdefault(word, []).append(framework)
    return by_type


def _modules(statements: list[Statement]) -> Iterator[str]:
    """Yield what a file imports or requires."""
    for statement in statements:
        if statement[0] == "import":
            yield statement[2]
            yield f"{statement[2]}.{statement[3]}"  # `from aiohttp import web`
        elif statement[0] == "=" and statement[2] is not None:
            form = statement[2][1] if statement[2][0] == "a" else statement[2]
            if form is not None and form[:2] == ["c", ["n", "require"]] and form[2]:
                required = form[2][0]
                if required is not None and required[0] == "s":
                    yield required[1]


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
    root_module=library,
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
