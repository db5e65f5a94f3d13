"""What NestJS asks before a controller's method: guards, middleware, and what they read of it.

https://docs.nestjs.com/guards, https://docs.nestjs.com/middleware
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Frame,
    Function,
    Instance,
    LibraryObject,
    Value,
)
from workers.survey.endpoints.guards.decorators import named
from workers.survey.endpoints.guards.handlers import doubt_of
from workers.survey.endpoints.guards.paths import below
from workers.survey.endpoints.guards.signs import UNKNOWN
from workers.survey.endpoints.route_details import asked_by
from workers.survey.endpoints.routing import Asked
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Expression

_DEEP = 5
_COMMON = "@nestjs/common."


@dataclass(frozen=True)
class Applied:
    """A middleware, and for which routes: a path, methods, or a controller's own."""

    asked: Asked
    path: str | None = None
    methods: frozenset[str] | None = None
    controller: Class | None = None
    excluded: tuple[tuple[str | None, frozenset[str] | None], ...] = ()


@dataclass
class Noted:
    """What an application asks for all of its controllers."""

    guards: list[Asked] = field(default_factory=list)
    applications: set[str] = field(default_factory=set)  # files that make one


@dataclass(frozen=True)
class Marks:
    """What decorators say: what they ask, and the metadata that guards read."""

    asks: list[Asked]
    metadata: dict[str, Value]


def noted(program: Program) -> Noted:
    """Return what was taken up so far."""
    known: Noted = program.notes.setdefault("nestjs guards", Noted())
    return known


def use_global_guards(call: Call) -> None:
    """Take up `app.useGlobalGuards(new JwtAuthGuard())`."""
    for form, value in zip(call.arguments, call.values(), strict=False):
        noted(call.program).guards.append(asked_by("bool", value, named(form), call))


def make_application(call: Call) -> Value:
    """Take up `NestFactory.create(AppModule)`: where there are several, each has its own guards."""
    noted(call.program).applications.add(call.file)


def use_in_application(call: Call) -> Value:
    """Take up `app.use(middleware)` in `main.ts`."""
    for form, value in zip(call.arguments, call.values(), strict=False):
        if not isinstance(value, str):
            path = call.text(0) if isinstance(call.value(0), str) else ""
            asked = asked_by("next3", value, named(form), call, path=path)
            noted(call.program).guards.append(asked)


def application_guards(program: Program, modules: list[Call]) -> list[Asked]:
    """Return the guards of all controllers: those of `APP_GUARD`, and global ones."""
    asks = [*noted(program).guards]
    for mark in modules:
        settings = mark.value(0)
        providers = settings.get("providers") if isinstance(settings, dict) else None
        for provider in providers if isinstance(providers, list) else ():
            if not isinstance(provider, dict):
                continue
            token = provider.get("provide")
            if isinstance(token, External) and token.name.endswith("APP_GUARD"):
                values = [provider.get(key) for key in ("useClass", "useExisting", "useValue")]
                guard = next((value for value in values if value is not None), None)
                name = guard.name if isinstance(guard, Class | External) else "APP_GUARD"
                asks.append(asked_by("bool", guard, name, mark))
    several = len(noted(program).applications) > 1
    return [replace(asked, maybe=True) for asked in asks] if several else asks


def applied(program: Program) -> list[Applied]:
    """Return what `consumer.apply(X).exclude(...).forRoutes(...)` of all modules applies."""
    rows: list[Applied] = []
    for of in program.classes.values():
        for method in of.statement[3]:
            if method[0] == "def" and method[1] == "configure":
                for statement in method[3]:
                    if statement[0] in {"e", "r"}:
                        rows += _chain(statement[1], Frame(of.frame.file, [], of.body), program)
    return rows


def _chain(form: Expression, frame: Frame, program: Program) -> Iterator[Applied]:
    """Yield what each `forRoutes` of a chain applies: another `apply` may follow it."""
    routes: list[Call] = []
    excluded: list[tuple[str | None, frozenset[str] | None]] = []
    while form is not None and form[0] == "c" and form[1] and form[1][0] == "a":
        call = Call(program, frame, form[2], form[3] or {}, form[4])
        word = form[1][2]
        if word == "forRoutes":
            routes, excluded = [call], []
        elif word == "exclude":
            excluded += [_path_of(value) for value in call.values()]
        elif word == "apply":
            for middleware, value in zip(call.arguments, call.values(), strict=False):
                asked = asked_by("next3", value, named(middleware), call)
                for each in routes:
                    yield from _for_routes(asked, each, tuple(excluded))
        form = form[1][1]


def _for_routes(
    asked: Asked, call: Call, excluded: tuple[tuple[str | None, frozenset[str] | None], ...]
) -> Iterator[Applied]:
    for value in call.values():
        if isinstance(value, Class):
            yield Applied(asked, controller=value, excluded=excluded)
        else:
            path, methods = _path_of(value)
            yield Applied(asked, path, methods, None, excluded)


def _path_of(value: Value) -> tuple[str | None, frozenset[str] | None]:
    """Return path and methods of `"cats"`, `{path: "cats", method: RequestMethod.GET}`."""
    if isinstance(value, str):
        return braced(value), None
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str):
        return None, None
    method = value.get("method")
    if method is None:
        return braced(path), None
    word = method.name.rsplit(".", 1)[-1] if isinstance(method, External) else ""
    return (braced(path), None if word == "ALL" else frozenset({word})) if word else (None, None)


def asks_below(
    rows: list[Applied], of: Class, verb: str, path: str | None, prefix: str
) -> list[Asked]:
    """Return what is applied to a route; `maybe` where that depends on what is not known."""
    asks: list[Asked] = []
    for row in rows:
        answer = _reaches(row, of, verb, path, prefix)
        if answer is not False:
            asks.append(row.asked if answer else replace(row.asked, maybe=True))
    return asks


def _reaches(row: Applied, of: Class, verb: str, path: str | None, prefix: str) -> bool | None:
    if row.controller is not None:
        if row.controller.statement is not of.statement:
            return False
        answer: bool | None = True
    elif row.path is None or path is None:
        return None
    else:
        answer = _fits(row.path, row.methods, verb, path, prefix)
    for excluded, methods in row.excluded if answer is not False else ():
        fits = (
            None
            if excluded is None or path is None
            else _fits(excluded, methods, verb, path, prefix)
        )
        if fits is True:
            return False
        answer = None if fits is None else answer
    return answer


def _fits(
    above: str, methods: frozenset[str] | None, verb: str, path: str, prefix: str
) -> bool | None:
    """Tell whether a path fits: with a method it is the whole, without one what lies below, too."""
    if methods is not None and verb not in methods:
        return False
    answers = [
        below(f"{start}/{above.strip('/')}", path, exact=methods is not None)
        for start in dict.fromkeys((f"/{prefix.strip('/')}", ""))
    ]
    return True if True in answers else None if None in answers else False


def marks_of(statement: list[Value], frame: Frame, program: Program) -> Marks:
    """Return what the decorators of a class or method ask and say."""
    marks = Marks([], {})
    for form in statement[4]:
        if form is None or form[1] is None:
            marks.metadata["*"] = UNKNOWN
            continue
        call = Call(program, frame, form[2], form[3] or {}, form[4])
        _mark(program.value(form[1], frame), named(form[1]), call, marks, 0)
    return marks


def _mark(decorator: Value, name: str, call: Call, marks: Marks, depth: int) -> None:
    """Take up a decorator; one of the repository is what it returns."""
    if isinstance(decorator, Function) and depth < _DEEP:
        made = call.program.apply(decorator, call.values(), call)
        if isinstance(made, LibraryObject):
            _made(made, name, call, marks, depth)
        elif made is not None or len(decorator.statement) > 7:
            handler = Asked("handler", decorator, name, call.file, call.line, call.program)
            if doubt_of(handler):
                marks.asks.append(asked_by("bool", None, name, call))
    elif isinstance(decorator, External):
        _made(LibraryObject(decorator.name, call), name, call, marks, depth)
    elif isinstance(decorator, LibraryObject):  # Reflector.createDecorator()
        marks.metadata[key_of(decorator)] = call.value(0) if call.arguments else UNKNOWN
    elif decorator is None:
        marks.metadata["*"] = UNKNOWN


def key_of(value: Value) -> str:
    """Return the key of metadata: a text, or the decorator that says it."""
    return value if isinstance(value, str) else f"#{id(value)}"


def _made(made: LibraryObject, name: str, at: Call, marks: Marks, depth: int) -> None:
    """Take up a decorator of a library; `at` is where it stands."""
    word = made.name.removeprefix(_COMMON)
    if word == "UseGuards":
        for form, value in zip(made.call.arguments, made.call.values(), strict=False):
            marks.asks.append(asked_by("bool", value, named(form), at))
    elif word == "SetMetadata":
        key, value = made.call.value(0), made.call.value(1)
        marks.metadata["*" if key is None else key_of(key)] = UNKNOWN if value is None else value
    elif word == "applyDecorators":
        for form, value in zip(made.call.arguments, made.call.values(), strict=False):
            if isinstance(value, LibraryObject) and depth < _DEEP:
                _made(value, named(form), at, marks, depth + 1)
            elif value is None:
                marks.asks.append(asked_by("bool", None, named(form), at))
    elif not made.name.startswith(("@nestjs/", "class-", "nestjs-")):
        marks.asks.append(asked_by("bool", External(made.name), name, at))


def handler_of(of: Class, method: list[Value], frame: Frame, call: Call) -> Asked:
    """Return a controller's method as what answers."""
    function = Function(method, frame, Instance(of))
    name = f"{of.name}.{method[1]}"
    return Asked("handler", function, name, call.file, call.line, call.program)
