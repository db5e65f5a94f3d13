"""tRPC: each procedure of the router that is served is a path of its own: trpc.io/docs/rpc.

What is served where is said by an adapter; a router that no adapter was seen to serve is told by
the ends of its paths.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.values import (
    Call,
    Function,
    LibraryObject,
    Module,
    Record,
    Value,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.routing import Route, Router

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Expression

_METHODS = {"query": "GET", "mutation": "POST", "subscription": "GET"}
_MOST = 20_000
_DEEP = 12
# `pages/api/trpc/[trpc].ts` and `server/api/trpc/[...trpc].ts` are served at their place.
_PAGE = lazy_pattern(
    r"(?:^|/)(?:pages|server)/((?:[\w.-]{1,80}/){1,6})\[{1,2}(?:\.\.\.)?\w{1,80}\]"
)


class _Procedure(NamedTuple):
    """A procedure; `method` None is one of which it is not known what it is."""

    name: str
    method: str | None
    file: str
    line: int


@dataclass(eq=False)
class _Procedures:
    """The procedures of a router by their dotted names; `is_part` of another one."""

    listed: list[_Procedure] = field(default_factory=list)
    routers: int = 0  # how many others are parts of it
    is_part: bool = False
    is_served: bool = False


def _all(program: Program) -> list[_Procedures]:
    known: list[_Procedures] = program.notes.setdefault("trpc", [])
    return known


def _router(call: Call) -> Value:
    """Take up `t.router({users: usersRouter, list: procedure.query(...)})`."""
    made = _Procedures()
    _all(call.program).append(made)
    call.program.understood.add(call.file)
    form = call.form(0)
    if form is not None and form[0] == "d":
        _take_form(made, form, "", call, 0)
    else:
        _take_value(made, call.value(0), "", (call.file, call.line), 0)
    return made


def _merged(call: Call) -> Value:
    """Take up `mergeRouters(one, other)`."""
    made = _Procedures()
    _all(call.program).append(made)
    for value in call.values():
        _take_value(made, value, "", (call.file, call.line), 0)
    return made


def _take_form(made: _Procedures, form: list[Value], before: str, call: Call, depth: int) -> None:
    """Take the entries of an object as it is written, each with the line of its name."""
    lines = form[3] if len(form) > 3 else []
    for position, (key, value) in enumerate(form[1]):
        line = lines[position] if position < len(lines) else form[2]
        if key is None:  # a spread object
            spread = call.program.value(value, call.frame)
            _take_value(made, spread, before, (call.file, line), depth + 1)
            continue
        name = f"{before}{call.program.value(key, call.frame)}"
        if value is not None and value[0] == "d" and depth < _DEEP:
            _take_form(made, value, f"{name}.", call, depth + 1)
            continue
        method = _written_method(value)
        if method is not None:
            made.listed.append(_Procedure(name, method, call.file, line))
        else:
            of = call.program.value(value, call.frame)
            _take_value(made, of, name, (call.file, line), depth + 1)


def _written_method(form: Expression) -> str | None:
    """Return the method of `procedure.input(x).query(f)` as it is written."""
    if form is not None and form[0] == "c" and form[1] is not None and form[1][0] == "a":
        return _METHODS.get(form[1][2])
    return None


def _take_value(
    made: _Procedures, value: Value, name: str, place: tuple[str, int], depth: int
) -> None:
    """Take what a name stands for: a router, an object of procedures, a procedure."""
    if len(made.listed) > _MOST or depth > _DEEP:
        return
    inside = f"{name}." if name else ""
    if isinstance(value, _Procedures) and value is not made:
        value.is_part = True
        made.routers += 1
        for procedure in value.listed[:_MOST]:
            made.listed.append(procedure._replace(name=f"{inside}{procedure.name}"))
    elif isinstance(value, dict):
        for key, entry in value.items():
            at = value.place if isinstance(value, Record) else place
            at = (entry.call.file, entry.call.line) if isinstance(entry, LibraryObject) else at
            _take_value(made, entry, f"{inside}{key}", at, depth + 1)
    else:
        method = None
        if isinstance(value, LibraryObject):
            method = _METHODS.get(value.name.rpartition(".")[2])
        made.listed.append(_Procedure(name, method, *place))


def _lazy(call: Call) -> Value:
    """Take up `lazy(() => import("./users"))`: the one router that the module exports."""
    load = call.value(0)
    module = call.program.apply(load, []) if isinstance(load, Function) else None
    if not isinstance(module, Module):
        return module if isinstance(module, _Procedures) else None
    names = {s[1] for s in call.program.facts.get(module.file, []) if s[0] == "export"}
    exported = [call.program.exported(module.file, name) for name in sorted(names)]
    routers = {id(one): one for one in exported if isinstance(one, _Procedures)}
    return next(iter(routers.values())) if len(routers) == 1 else None


# Where it is served


def _served(call: Call, options: Value, prefix: str | None, *, root: bool) -> Router | None:
    """Return a router that serves what an adapter was given."""
    procedures = options.get("router") if isinstance(options, dict) else None
    if not isinstance(procedures, _Procedures):
        return None
    procedures.is_served = True
    router = Router("trpc", root, prefix, join="segments")
    for procedure in procedures.listed:
        _add(router, procedure, is_whole=True)
    return call.program.router(router)


def _add(router: Router, procedure: _Procedure, *, is_whole: bool) -> None:
    name, method, file, line = procedure
    path = name if is_whole and method is not None else None
    router.add(Route(method or "GET", path, name, file, line))


def _text(options: Value, key: str, otherwise: str | None) -> str | None:
    if not isinstance(options, dict) or key not in options:
        return otherwise
    value = options[key]
    return value if isinstance(value, str) else None


def _express(call: Call) -> Value:
    return _served(call, call.value(0), "", root=False)


def _fetch(call: Call) -> Value:
    options = call.value(0)
    _served(call, options, _text(options, "endpoint", None), root=True)
    return None


def _page(call: Call) -> Value:
    match = _PAGE.search(call.file)
    _served(call, call.value(0), f"/{match[1]}" if match else None, root=True)
    return None


def _standalone(call: Call) -> Value:
    options = call.value(0)
    _served(call, options, _text(options, "basePath", ""), root=True)
    return None


def _hono(call: Call) -> Value:
    """Take up `trpcServer({router, endpoint})`; without an endpoint it is where it is mounted."""
    options = call.value(0)
    endpoint = _text(options, "endpoint", None)
    served = _served(call, options, endpoint or "", root=endpoint is not None)
    return served if endpoint is None else None


def _fastify(call: Call) -> Value:
    """Take up `server.register(fastifyTRPCPlugin, {prefix, trpcOptions: {router}})`."""
    options = call.value(1)
    inner = options.get("trpcOptions") if isinstance(options, dict) else None
    return _served(call, inner, "", root=False)


def _elysia(call: Call) -> Value:
    endpoint = _text(call.value(1), "endpoint", "/trpc")
    return _served(call, {"router": call.value(0)}, endpoint, root=False)


def _svelte(call: Call) -> Value:
    options = call.value(0)
    _served(call, options, _text(options, "url", "/trpc"), root=True)
    return None


def _somewhere(call: Call) -> Value:
    _served(call, call.value(0), None, root=True)
    return None


def _finish(program: Program) -> None:
    """Tell the ends of the paths of what no adapter was seen to serve."""
    outer = [one for one in _all(program) if not one.is_part and not one.is_served]
    # Where others are served, one that is not may be there for its type alone.
    is_any_served = any(one.is_served for one in _all(program))
    for procedures in outer:
        router = Router("trpc", join="segments")
        # A part of something that was not understood: the beginning of its names is missing.
        is_whole = not is_any_served and (len(outer) == 1 or bool(procedures.routers))
        for procedure in procedures.listed:
            _add(router, procedure, is_whole=is_whole)
        program.router(router)


def _names() -> Iterator[tuple[str, Callable[[Call], Value]]]:
    for chain in ("", ".context()", ".meta()", ".context().meta()", ".meta().context()"):
        made = f"@trpc/server.initTRPC{chain}.create()"
        yield f"{made}.router", _router
        yield f"{made}.mergeRouters", _merged


_ADAPTERS = {
    "@trpc/server/adapters/express.createExpressMiddleware": _express,
    "@trpc/server/adapters/fetch.fetchRequestHandler": _fetch,
    "@trpc/server/adapters/next.createNextApiHandler": _page,
    "trpc-nuxt.createNuxtApiHandler": _page,
    "trpc-nuxt/server.createTRPCNuxtHandler": _fetch,
    "@trpc/server/adapters/standalone.createHTTPServer": _standalone,
    "@trpc/server/adapters/standalone.createHTTPHandler": _somewhere,
    "@trpc/server/adapters/aws-lambda.awsLambdaRequestHandler": _somewhere,
    "@trpc/server/adapters/node-http.nodeHTTPRequestHandler": _somewhere,
    "@trpc/server/adapters/fastify.fastifyTRPCPlugin": _fastify,
    "@hono/trpc-server.trpcServer": _hono,
    "@elysiajs/trpc.trpc": _elysia,
    "trpc-sveltekit.createTRPCHandle": _svelte,
}
FRAMEWORKS = (
    Framework(
        name="trpc",
        language="script",
        hints=(b"@trpc/server", b"trpc-", b"rocedure"),
        statements=frozenset(f"{name.rpartition('.')[2]}(" for name in _ADAPTERS),
        external={
            **dict(_names()),
            **_ADAPTERS,
            **dict.fromkeys(("@trpc/server.lazy", "@trpc/server.experimental_lazy"), _lazy),
        },
        finish=_finish,
        reads_guards=False,
    ),
)
