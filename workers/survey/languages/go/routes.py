"""The routes of Go: reads files, follows the program, returns what its routers serve."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.go.follower import Follower
from workers.survey.languages.go.program import Program
from workers.survey.languages.go.routers import missed, served
from workers.survey.languages.go.source import declarations_of, facts_of, module_facts
from workers.survey.languages.go.values import Function, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workers.survey.found import Endpoint, NotUnderstood
    from workers.survey.languages.go.values import TypeKey, Value

Fact = list[Any]
# A file may say something of routes if it holds a word of routers or a path.
_TOKENS = (b"outer", b"oute", b"Route", b"ServeMux", b"Handle", b'"/', b"`/", b"func main(",
           b"gin-gonic", b"labstack/echo", b"gofiber", b"Mux", b"mux", b"ListenAndServe",
           b"http.Server", b".Group(", b"StripPrefix(")  # fmt: skip

_CONSTANT = lazy_pattern(
    rb'^(?:const |\t)[A-Z]\w{0,60}(?: {1,30}\w{1,40})? {1,30}= "', re.MULTILINE
)
_FIELD = lazy_pattern(
    rb"^\t\w{1,60} {1,40}\*?[a-z]\w{0,60}\.[A-Z]\w{0,60}[ \t]{0,40}$", re.MULTILINE
)


def concerns(file: str, source: bytes) -> bool:
    """Tell by cheap tokens whether a file may say something of routes."""
    return file.endswith("go.mod") or _has_token(source) or _may_be_needed(source)


def _may_be_needed(source: bytes) -> bool:
    """Tell whether a file has constants, or structs with fields of other packages' types."""
    if _CONSTANT.search(source) is not None:
        return True
    return b" struct {" in source and _FIELD.search(source) is not None


def _has_token(source: bytes) -> bool:
    return any(token in source for token in _TOKENS)


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what a file says, as JSON; raises TooSlow."""
    if file.endswith("go.mod"):
        return module_facts(source)
    # Of a file without a word of routes others may want parts of paths, and what holds routers.
    return facts_of(source) if _has_token(source) else declarations_of(source)


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and what looked like one and was not understood."""
    program = Program(facts)
    follower = Follower(program)
    _follow(follower)
    if (
        follower.loose or program.rewrites
    ):  # something is served below a prefix and is not known: any of these
        for router in follower.routers:
            router.root = router.root and router.served
    result = served(follower.routers)
    return result.endpoints, _missed(follower, result.computed, result.endpoints)


def _follow(follower: Follower) -> None:
    """Follow the program from its starts, then whatever was not reached."""
    functions = follower.program.all_functions
    for function, _ in functions:
        if function.name in {"main", "init"} and not function.parameters:
            follower.run(function, [])
    for folder, name in list(follower.program.values):
        follower.package_value(folder, name)
    _follow_open_calls(follower)
    follower.late = True
    called = _names_called(function for function, _ in functions)
    for may_be_called in (False, True):
        for function, key in functions:
            if function.place in follower.reached or function.body is None:
                continue
            if may_be_called or function.name not in called:
                follower.run(_bound(follower, function, key), [])
        _follow_open_calls(follower)


def _bound(follower: Follower, function: Function, key: TypeKey | None) -> Function:
    """Return a method with a receiver of its type."""
    if key is None or function.receiver is None:
        return function
    return function._replace(receiver=(function.receiver[0], follower.instance(key)))


def _follow_open_calls(follower: Follower) -> None:
    """Follow methods that were called on what is not known, with what they were given.

    A method that is called so from several places may be that of any of them.
    """
    calls: dict[str, list[list[Value]]] = {}
    for name, values in follower.open_calls:
        if values not in calls.setdefault(name, []):
            calls[name].append(values)
    follower.open_calls.clear()
    for function, key in follower.program.all_functions:
        ways = calls.get(function.name, []) if key is not None else []
        ways = [values for values in ways if len(values) == len(function.parameters)]
        if len(ways) != 1 or function.place in follower.reached or not _fits(follower, function):
            continue
        follower.run(_bound(follower, function, key), ways[0])


def _fits(follower: Follower, function: Function) -> bool:
    """Tell whether a function takes a router."""
    program = follower.program
    return any(program.router_type(of, function.file) for _, of in function.parameters)


def _names_called(functions: Iterable[Function]) -> set[str]:
    """Return the names of all functions that some function of the program names."""
    names: set[str] = set()
    waiting: list[Any] = [function.body for function in functions]
    while waiting:
        value = waiting.pop()
        if not isinstance(value, list):
            continue
        if len(value) > 1 and value[0] == "n" and isinstance(value[1], str):
            names.add(value[1])
        elif len(value) > 2 and value[0] == "." and isinstance(value[2], str):
            names.add(value[2])
        waiting += value
    return names


def _missed(
    follower: Follower, computed: set[Place], endpoints: list[Endpoint]
) -> list[NotUnderstood]:
    rows: list[NotUnderstood] = []
    placed = {Place(one.file, one.line) for one in endpoints}
    unheard = {
        Place(file, line)
        for file, lines in follower.program.looks.items()
        for line in lines
        if Place(file, line) not in follower.heard
    }
    for places, what in (
        (computed | follower.lost, "whose path is computed"),
        (follower.unmounted, "of a router that is mounted and not known"),
        (unheard, "of a router that is not known"),
    ):
        by_file: dict[str, set[int]] = {}
        for place in places - placed:
            by_file.setdefault(place.file, set()).add(place.line)
        rows += [missed(file, lines, what) for file, lines in sorted(by_file.items())]
    if follower.exhausted:
        first = min(follower.program.imports)
        rows.append(missed(first, [1], "and more: the program is too large to be followed"))
    return rows
