"""Whether something that a route or a router asks guards: by what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Class,
    External,
    Function,
    Instance,
    LibraryObject,
    Value,
    spelled,
)
from workers.survey.endpoints.guards import library
from workers.survey.endpoints.guards.anonymous import Walk
from workers.survey.endpoints.guards.dependencies import dependencies, injected
from workers.survey.endpoints.guards.elsewhere import functions_of
from workers.survey.endpoints.guards.names import is_of_quiet_file
from workers.survey.endpoints.guards.signs import ABSENT, PASS_ON, UNKNOWN, Result
from workers.survey.endpoints.guards.words import is_credential_name, is_of_callers
from workers.survey.endpoints.routing import Asked, Router

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.guards.library import Kind
    from workers.survey.endpoints.guards.signs import Mode
    from workers.survey.endpoints.statements import Expression

_DEEP = 8
_REQUESTS = frozenset({"Request", "HTTPConnection", "WebSocket"})
# Functions of libraries that hand on what they are given: name -> its position.
_WRAPPERS = {
    "hono/factory.createMiddleware": 0,
    "hono/factory.createFactory().createMiddleware": 0,
    "django.utils.decorators.method_decorator": 0,
    "asgiref.sync.sync_to_async": 0,
    "asgiref.sync.async_to_sync": 0,
    "express-async-handler": 0,
    "fastify-plugin": 0,
    "koa-convert": 0,
    "litestar.middleware.DefineMiddleware": 0,
    "starlette.middleware.Middleware": 0,
    "fastapi.middleware.Middleware": 0,
}
# Name of the method by which each way of asking asks an object of a class, and how it is gone into.
_METHODS: dict[str, tuple[tuple[str, ...], Mode]] = {
    "next3": (("use", "handle", "execute"), "next"),
    "next2": (("use", "handle"), "wrap"),
    "bool": (("canActivate", "has_permission"), "bool"),
    "test": (("test_func",), "bool"),
    "view": (("dispatch",), "wrap"),
    "auth": (("authenticate", "__call__"), "bool"),
    "dependency": (("__call__",), "return"),
    "wrap": (("__call__",), "wrap"),
    "return": (("__call__", "handle"), "return"),
    "before": (("__call__",), "before"),
    "asgi": (("dispatch", "process_request", "process_view", "__call__"), "wrap"),
}


@dataclass(frozen=True)
class Judged:
    """What something comes to, and why where it is not known."""

    kind: Kind
    why: str = ""
    is_served: bool = True  # it answers a method by more than that it does not


@dataclass
class Request:
    """What is known of a request; `asks_path`: something asked for its path."""

    method: str | None = None
    path: str | None = None
    asks_path: bool = False


def judge(asked: Asked, request: Request) -> Judged:
    """Say whether something guards, asks nobody, or is not known."""
    if asked.way == "unread":
        return Judged("unknown", f"guards of {asked.name} are not read")
    return _judged(asked.value, asked, request, 0)


def _judged(value: Value, asked: Asked, request: Request, depth: int) -> Judged:
    if depth > _DEEP:
        return Judged("unknown", f"{asked.name} goes too deep")
    asked.program.asked.update(functions_of(value))
    if asked.way == "either":
        return _weakest([judge(one, request) for one in value])
    if isinstance(value, list):
        return _any_of([_judged(one, asked, request, depth + 1) for one in value])
    if isinstance(value, LibraryObject):
        return _of_object(value, asked, request, depth)
    if isinstance(value, External):
        return _of_name(value, asked, request)
    if isinstance(value, Function):
        return _of_function(value, asked, request, depth)
    if isinstance(value, Class | Instance):
        return _of_class(value, asked, request, depth)
    if isinstance(value, Router):
        return Judged("neutral")
    added = _added_later(asked) if value is None and asked.way == "return" else None
    if added is not None:
        return _judged(added, asked, request, depth + 1)
    return Judged("unknown", f"{asked.name} is not known")


def _added_later(asked: Asked) -> Value:
    """Return what Fastify was decorated with after a hook named it: `fastify.authenticate`."""
    added = asked.program.notes.get("fastify", {}).get(asked.name.rsplit(".", 1)[-1])
    made = asked.program.apply(added, []) if isinstance(added, Function) else None
    return made if isinstance(made, Function) else added


def _any_of(several: Sequence[Judged]) -> Judged:
    for kind in ("guard", "unknown"):
        for judged in several:
            if judged.kind == kind:
                return judged
    return Judged("neutral")


def _weakest(several: Sequence[Judged]) -> Judged:
    for kind in ("neutral", "unknown"):
        for judged in several:
            if judged.kind == kind:
                return judged
    return Judged("guard")


def judge_made(made: LibraryObject, program: Program) -> Kind | None:
    """Judge what a call of a library made, by its callback if it has one."""
    asked = Asked("next3", made, made.name, made.call.file, made.call.line, program)
    kind = library.kind_of_made(made)
    return judge(asked, Request()).kind if kind == "guard" else kind


def _of_object(made: LibraryObject, asked: Asked, request: Request, depth: int) -> Judged:
    if made.name in _WRAPPERS:
        return _judged(made.call.value(_WRAPPERS[made.name]), asked, request, depth + 1)
    kind = library.kind_of_made(made)
    if kind == "guard" and made.name.endswith("passport.authenticate"):
        decides = [one for one in made.call.values()[1:] if isinstance(one, Function)]
        if decides:
            return _run(asked, request, decides[0], [ABSENT], mode="return")
    if kind in {"guard", "neutral"}:
        return Judged(kind)
    inner = [one for one in made.call.values() if isinstance(one, Function)]
    if kind is None and inner and asked.way in {"next3", "next2"}:
        judged = _judged(inner[0], asked, request, depth + 1)
        return judged if judged.kind == "guard" else Judged("unknown", f"{made.name} is not known")
    return Judged("unknown", f"{made.name} is not known to guard or not")


def _of_name(value: External, asked: Asked, request: Request) -> Judged:
    if value.name in library.READ_BY_ALL:
        is_read = request.method in {"GET", "HEAD", "OPTIONS"}
        return Judged("neutral" if is_read else "unknown" if request.method == "ANY" else "guard")
    kind = library.kind_of(value.name, None)
    if kind is not None:
        return Judged(kind)
    if is_of_quiet_file(value.name, asked.program):
        return Judged("neutral")  # of a file without a word by which anything refuses
    return Judged("unknown", f"{value.name} is not known to guard or not")


def _of_function(function: Function, asked: Asked, request: Request, depth: int) -> Judged:
    if asked.way == "dependency":
        return _injected(function, asked, request, depth)
    if asked.way == "wrap":
        return _of_decorator(function, asked, request)
    return _of_middleware(function, asked, request)


def _injected(
    function: Function, asked: Asked, request: Request, depth: int, above: str | None = None
) -> Judged:
    """Judge a dependency by what it depends on, and by what it does itself."""
    below = [
        _judged(inner.value, inner, request, depth + 1)
        for inner in dependencies(function, asked.program)
    ]
    judged = _any_of(below)
    if judged.kind == "guard":
        return judged
    arguments = [
        _injected_value(parameter, function, asked) for parameter in _own_parameters(function)
    ]
    own = _run(asked, request, function, arguments, mode="return", above=above)
    return _any_of([own, judged])


def _own_parameters(function: Function) -> list[list[Value]]:
    parameters: list[list[Value]] = function.statement[2]
    return parameters[1:] if function.this is not None else parameters


def _says_who(name: str, annotation: Expression, default: Expression) -> bool:
    """Tell whether a parameter that nothing injects holds who is calling: a header, the request."""
    if (spelled(annotation) or "").rsplit(".", 1)[-1] in _REQUESTS:
        return True
    word = spelled(default[1]) if default is not None and default[0] == "c" else None
    is_header = (word or "").rsplit(".", 1)[-1] in {"Header", "Cookie"}
    return is_of_callers(name) if is_header else is_credential_name(name)


def _injected_value(parameter: list[Value], function: Function, asked: Asked) -> Value:
    """Return what a dependency is handed in: absent only what says who is calling."""
    name, annotation, default, _ = parameter
    program, line = asked.program, function.statement[5]
    below = injected(annotation, program, function.frame, line)
    below += injected(default, program, function.frame, line, annotation)
    if not below:
        return ABSENT if _says_who(str(name), annotation, default) else UNKNOWN
    value = below[0].value
    if isinstance(value, LibraryObject | External):
        return ABSENT if library.kind_of(value.name, None) == "guard" else UNKNOWN
    if isinstance(value, Function):
        arguments = [_injected_value(row, value, below[0]) for row in _own_parameters(value)]
        returned = Walk(program).run(value, arguments, "call").returned
        return ABSENT if returned and all(one is ABSENT for one in returned) else UNKNOWN
    return ABSENT if isinstance(value, Instance) else UNKNOWN


def _run(
    asked: Asked,
    request: Request,
    function: Function,
    arguments: Sequence[Value],
    *,
    mode: Mode,
    above: str | None = None,
) -> Judged:
    """Go through a function as a request without credentials does, and say what it comes to."""
    walk = Walk(asked.program, request.method, request.path, kind_of_made=judge_made)
    walk.metadata, walk.above = asked.metadata, above
    result = walk.run(function, arguments, mode)
    request.asks_path |= walk.asks_path
    return decided(result, asked.name)


def _of_decorator(function: Function, asked: Asked, request: Request) -> Judged:
    """Judge a decorator by the function that it puts in place of what it decorates."""
    wrapper = asked.program.apply(function, [PASS_ON])
    if isinstance(wrapper, LibraryObject):  # wraps(f)(wrapper)
        inner = [one for one in wrapper.call.values() if isinstance(one, Function)]
        wrapper = inner[0] if inner else wrapper
    if wrapper is PASS_ON or (wrapper is None and len(function.statement[2]) == 0):
        return Judged("neutral")
    if isinstance(wrapper, Function):
        return _run(asked, request, wrapper, [], mode="wrap")
    if isinstance(wrapper, LibraryObject):
        return Judged(library.kind_of_made(wrapper) or "unknown", f"{wrapper.name} is not known")
    return Judged("unknown", f"what {asked.name} puts in its place is not known")


def _of_middleware(function: Function, asked: Asked, request: Request) -> Judged:
    parameters = function.statement[2]
    if asked.way == "asgi":
        arguments, mode = [ABSENT, PASS_ON], "wrap"
    elif asked.way == "next3":
        if len(parameters) > 3:  # (error, request, response, next): asked after an error alone
            return Judged("neutral")
        arguments, mode = [ABSENT, ABSENT, PASS_ON], "next"
    elif asked.way == "next2":
        arguments, mode = [ABSENT, PASS_ON], "wrap"
    else:
        arguments, mode = [ABSENT, ABSENT, PASS_ON], asked.way
    if asked.way in {"next3", "next2"} and len(parameters) < len(arguments):
        return _without_next(function, asked, request)
    return _run(asked, request, function, arguments, mode=_mode(mode))


def _mode(name: str) -> Mode:
    modes: dict[str, Mode] = {"next": "next", "wrap": "wrap", "bool": "bool", "before": "before"}
    return modes.get(name, "return")


def _without_next(function: Function, asked: Asked, request: Request) -> Judged:
    """Judge a function that takes nothing to go on with: it makes a middleware, or it answers."""
    result = Walk(asked.program).run(function, [], "call")
    if result.refuses:
        return Judged("unknown", f"{asked.name} answers by itself")
    made = [one for one in result.returned if isinstance(one, Function | LibraryObject)]
    if made and not function.statement[2]:
        return _judged(made[0], asked, request, _DEEP - 1)
    return Judged("neutral")


def _of_class(value: Class | Instance, asked: Asked, request: Request, depth: int) -> Judged:
    program = asked.program
    of = value.of if isinstance(value, Instance) else value
    names, mode = _METHODS.get(asked.way, ((), "return"))
    if asked.way == "dependency" and isinstance(value, Class):
        maker = objects.method(program, of, "__init__")
        asks = dependencies(maker, program) if maker is not None else []
        return _any_of([_judged(inner.value, inner, request, depth + 1) for inner in asks])
    above = _base(value, asked, request, depth)
    method = next((m for name in names if (m := objects.method(program, of, name))), None)
    if method is None:
        return _without_method(of, asked, request, above)
    this = value if isinstance(value, Instance) else _object(program, of)
    bound = Function(method.statement, method.frame, this)
    if asked.way == "wrap":
        return _of_decorator(bound, asked, request)
    kind = "passes" if asked.way == "view" else above.kind if above is not None else None
    if asked.way == "dependency":
        return _injected(bound, asked, request, depth + 1, kind)
    if str(method.statement[1]).startswith("process_"):  # of Django: nothing returned goes on
        return _run(asked, request, bound, [], mode="before", above=kind)
    return _run(asked, request, bound, _arguments(asked.way), mode=mode, above=kind)


def _without_method(of: Class, asked: Asked, request: Request, above: Judged | None) -> Judged:
    """Judge a class that asks as its base does, unless it says what comes of that."""
    override = objects.method(asked.program, of, "handleRequest") if above is not None else None
    if override is not None:
        bound = Function(override.statement, override.frame, Instance(of))
        return _run(asked, request, bound, [], mode="return")
    return above or Judged("unknown", f"{of.name} is not known")


def _object(program: Program, of: Class) -> Instance:
    made = objects.instance(program, of, None)
    return made if isinstance(made, Instance) else Instance(of)


def _arguments(way: str) -> list[Value]:
    if way == "next3":
        return [ABSENT, ABSENT, PASS_ON]
    return [ABSENT, PASS_ON] if way in {"next2", "asgi"} else []


def _base(value: Class | Instance, asked: Asked, request: Request, depth: int) -> Judged | None:
    """Judge what a class of the repository extends of a library, None if nothing of it is known."""
    program = asked.program
    of = value.of if isinstance(value, Instance) else value
    made = value.call if isinstance(value, Instance) else None
    for each in (of, *(b for b in objects.bases(program, of) if isinstance(b, Class))):
        for form in each.statement[2]:
            base = program.value(form, each.frame)
            if isinstance(base, External) and made is not None:
                base = LibraryObject(base.name, made)
            if isinstance(base, LibraryObject | External):
                judged = _judged(base, asked, request, depth + 1)
                if judged.kind != "unknown":
                    return judged
    return None


def decided(result: Result, name: str) -> Judged:
    """Say what it comes to that a request without credentials went through a function."""
    if result.refuses and not result.passes:
        return Judged("guard")
    if result.refuses:
        return Judged("unknown", f"{name} refuses only under a condition")
    if result.stops and result.by_identity and not result.passes:
        return Judged("guard")  # sent to where one signs in
    if result.doubts:
        return Judged("unknown", f"in {name}, {result.doubts[0]}")
    if result.passes and not result.stops:
        return Judged("neutral")
    if result.passes:
        return Judged("unknown", f"{name} answers by itself under a condition")
    return Judged("unknown", f"{name} answers by itself", result.stops)
