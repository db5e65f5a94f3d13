"""What the follower made of one file's calls: for whoever adds a framework or misses a route."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Class,
    External,
    Function,
    Module,
    PathBuilder,
    Value,
    spelled,
)
from workers.survey.endpoints.frameworks import all_frameworks
from workers.survey.endpoints.routing import Router, all_routers, endpoints
from workers.survey.endpoints.statements import FLOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Call
    from workers.survey.endpoints.routing import Access, Route
    from workers.survey.endpoints.statements import Expression, Statement
    from workers.survey.found import Endpoint

_MOST_CALLS = 20_000
_LONGEST_NAME = 200
_TEXT = 2_000
_PATH = lazy_pattern(r"""["'`]/""")
_CALLS = {
    "python": "(call) @call",
    "script": "[(call_expression) (new_expression)] @call",
}


@dataclass(frozen=True)
class TracedCall:
    """A call of a file, and what it gave: `outcome` is one of route, router, mount, nothing.

    `reason` says why there is no route; `routes` have method, path and whether it is whole.
    """

    line: int
    call: str
    outcome: str
    reason: str
    routes: list[dict[str, str]] = field(default_factory=list)

    def fields(self) -> dict[str, Any]:
        """Return it for a JSON document."""
        return asdict(self)


@dataclass
class Recorder:
    """The calls of one file that the follower came to, each once."""

    file: str
    seen: dict[tuple[int, str], tuple[Call, Expression, Value]] = field(default_factory=dict)

    def watch(self, call: Call, callee: Expression, of: Value) -> None:
        """Record a call; one that was first unknown counts by what it was later."""
        if call.file != self.file or len(self.seen) >= _MOST_CALLS:
            return
        if of is None and callee == ["n", "require"]:
            return  # an import
        key = call.line, _name(callee)
        if key not in self.seen or self.seen[key][2] is None:
            self.seen[key] = call, callee, of


def traced(
    recorder: Recorder, programs: Sequence[Program], facts: list[Statement], source: bytes
) -> tuple[list[TracedCall], int]:
    """Return a file's calls in the order of their lines, and how many were left out unnamed.

    Left out are calls that the follower did not come to; those that hold a path are listed, since
    they may be routes of a framework that is not known.
    """
    routers = [router for program in programs for router in program.routers]
    routes = _Routes(recorder.file, programs, endpoints(routers, _not_judged))
    calls = [
        routes.take(call, callee, of)
        for call, callee, of in sorted(recorder.seen.values(), key=_rank)
    ]
    left_out = list(_left_out(recorder, set(_read_calls(facts)), source))
    calls += [call for call in left_out if call is not None]
    return sorted(calls, key=lambda call: (call.line, call.call)), left_out.count(None)


def _not_judged(*_: object) -> Access:
    """Leave open who may call an endpoint: a trace tells of routes."""
    return "unknown", (), None


def _rank(entry: tuple[Call, Expression, Value]) -> int:
    """Sort calls so that of one line's the one comes first that a route belongs to."""
    call, _, of = entry
    if isinstance(of, Router | PathBuilder):
        return 0
    return 1 if call.decorated is not None else 2


class _Routes:
    """The routes that stand in a file, each handed to the first call of its line that asks."""

    def __init__(self, file: str, programs: Sequence[Program], served: Iterable[Endpoint]) -> None:
        routers = all_routers(router for program in programs for router in program.routers)
        self._declared: dict[int, list[Route]] = {}
        for route in (route for router in routers for route in router.routes):
            if route.file == file:
                self._declared.setdefault(route.line, []).append(route)
        self._served: dict[int, list[Endpoint]] = {}
        for endpoint in served:
            if endpoint.file == file:
                self._served.setdefault(endpoint.line, []).append(endpoint)

    def take(self, call: Call, callee: Expression, of: Value) -> TracedCall:
        """Return what a call gave, with the routes of its line that no other call has."""
        name = f"@{_name(callee)}" if call.decorated is not None else _name(callee)
        served = self._served.pop(call.line, [])
        declared = self._declared.pop(call.line, [])
        if served:
            routes = [{"method": e.method, "path": e.path, "resolved": e.resolved} for e in served]
            return TracedCall(call.line, name, "route", "", routes)
        if any(route.path is None for route in declared):
            return TracedCall(call.line, name, "nothing", "the path is no constant")
        if declared:
            return TracedCall(call.line, name, "nothing", "its router is served nowhere")
        return TracedCall(call.line, name, *_without_route(call, callee, of))


def _without_route(call: Call, callee: Expression, of: Value) -> tuple[str, str]:
    """Return the outcome of a call that added no route, and why."""
    if isinstance(of, Router):
        return _on_router(call, callee, of)
    if isinstance(of, External):
        return _of_library(call, of.name)
    if isinstance(of, Function):
        place = f"{of.frame.file}:{of.statement[5]}"
        return "nothing", f"a function of the repository, followed at {place}"
    if isinstance(of, Class):
        if callee is not None and callee[0] == "a" and callee[2] != of.name:
            return "nothing", f"a method that class {of.name} has from a library"
        return _of_class(call, of)
    if isinstance(of, Module):
        return "nothing", f"the module {of.file}"
    if isinstance(of, list | dict | str):
        return "nothing", f"a method of a plain {type(of).__name__}"
    receiver = spelled(callee[1]) if callee is not None and callee[0] == "a" else None
    if receiver is not None:
        return "nothing", f"unknown receiver `{receiver}`"
    return "nothing", f"`{_name(callee)}` is not known"


def _of_class(call: Call, of: Class) -> tuple[str, str]:
    constructor = objects.library_constructor(call.program, of)
    for framework in all_frameworks():
        if constructor is not None and constructor in framework.constructors.values():
            return "router", f"makes a router of {framework.name}, by class {of.name}"
    return "nothing", f"makes an object of class {of.name}"


def _on_router(call: Call, callee: Expression, router: Router) -> tuple[str, str]:
    method = callee[2] if callee is not None and callee[0] == "a" else _name(callee)
    framework = next((f for f in all_frameworks() if f.name == router.framework), None)
    children = [value for value in call.values() if isinstance(value, Router)]
    mounts = [mount for mount in router.mounts if mount.child in children]
    if mounts:
        prefix = "an unknown prefix" if mounts[0].prefix is None else f"`{mounts[0].prefix}`"
        return "mount", f"puts a router of {mounts[0].child.framework} below {prefix}"
    if framework is None or method not in framework.methods:
        return "nothing", f"`{method}` is no method by which {router.framework} adds routes"
    return "nothing", f"`{method}` of {router.framework} added no route"


def _of_library(call: Call, name: str) -> tuple[str, str]:
    for framework in all_frameworks():
        if name in framework.constructors:
            return "router", f"makes a router of {framework.name}"
        if name in framework.external:
            return "nothing", f"handed to {framework.name}"
        if call.decorated is not None and any(_begins(name, key) for key in framework.decorated):
            return "nothing", f"a decorator of {framework.name} that adds no route"
    if "()." in name:
        owner, _, _ = name.rpartition("().")
        return "nothing", f"on what `{owner}` made, which is no router"
    return "nothing", f"no framework acts on `{name}`"


def _begins(name: str, key: str) -> bool:
    return name == key or name.startswith(f"{key}.")


def _name(callee: Expression) -> str:
    return spelled(callee) or "(computed)"


def _read_calls(form: object) -> Iterator[tuple[int, str]]:
    """Yield line and last name of the calls that reading a file kept."""
    waiting = [form]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            if len(part) == 5 and part[0] == "c" and isinstance(part[4], int):
                yield part[4], (spelled(part[1]) or "").rpartition(".")[2]
            waiting.extend(part[:FLOW] if part and part[0] == "def" else part)
        elif isinstance(part, dict):
            waiting.extend(part.values())


def _left_out(
    recorder: Recorder, read: set[tuple[int, str]], source: bytes
) -> Iterator[TracedCall | None]:
    """Yield the calls of a source that the follower did not come to; None for each without a path.

    Of nested calls that reading left out only the outermost counts.
    """
    seen = {(line, name.rpartition(".")[2]) for line, name in recorder.seen}
    end = 0
    for node, name, line in _source_calls(recorder.file, source):
        last = name.rpartition(".")[2]
        if node.end_byte <= end or (line, last) in seen:
            continue
        seen.add((line, last))
        if (line, last) not in read:
            end = node.end_byte
        if _PATH.search(syntax.text(node.child_by_field_name("arguments"))[:_TEXT]) is None:
            yield None
        elif (line, last) not in read:
            yield TracedCall(line, name, "nothing", _why_left_out(last))
        elif name != "require":  # an import
            yield TracedCall(line, name, "nothing", "read, but the follower never came to it")


def _why_left_out(method: str) -> str:
    if any(method in framework.effects for framework in all_frameworks()):
        return "left out on reading: not a statement alone"
    return f"left out on reading: no framework has a method `{method}`"


def _source_calls(file: str, source: bytes) -> Iterator[tuple[Node, str, int]]:
    """Yield every call of a source with its name and line, outer calls first."""
    language = syntax.followed_language_of(file)
    if language is None:
        return
    query = _CALLS["python" if language == "python" else "script"]
    for _, node in syntax.captures(language, query, syntax.parse(language, source).root_node):
        callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if callee is not None and callee.end_byte - callee.start_byte < _LONGEST_NAME:
            last = callee.child_by_field_name("attribute") or callee.child_by_field_name("property")
            yield node, "".join(syntax.text(callee).split()), syntax.line(last or node)
