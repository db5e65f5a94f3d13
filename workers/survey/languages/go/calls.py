"""What calls do: functions of the program are followed, those of frameworks are known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.languages.go import frameworks, library, methods
from workers.survey.languages.go.routers import Builder, Router
from workers.survey.languages.go.values import (
    External,
    Function,
    Mapping,
    Method,
    Named,
    Place,
    Results,
    Scope,
    Seq,
    Struct,
    Text,
    Value,
    text,
)

if TYPE_CHECKING:
    from workers.survey.languages.go.follower import Follower

ROUTERS = (Router, Builder)
_MOST_ITEMS = 2_000
_METHODS = frozenset({"net/http", "github.com/gofiber/fiber", "github.com/valyala/fasthttp"})
_VERBS = frozenset("GET POST PUT PATCH DELETE HEAD OPTIONS CONNECT TRACE".split())
# What fills a struct that it is given with what the program does not say.
_FILLS = lazy_pattern(
    r"unmarshal|decode|parse|process|load|read|bind|scan|fill|merge|populate", re.IGNORECASE
)


class Call(NamedTuple):
    """A call whose arguments are known as far as they are."""

    follower: Follower
    name: str
    values: list[Value]
    expressions: list[Any]
    place: Place
    last: int
    scope: Scope

    def value(self, position: int) -> Value:
        """Return an argument, None for one that is not there or not known."""
        return self.values[position] if position < len(self.values) else None


def external(path: str, name: str) -> Value:
    """Return what a package of another module holds by a name: a method's name, or its own."""
    plain = frameworks.plain(path)
    if plain in _METHODS and name.startswith("Method"):
        return text(name.removeprefix("Method").upper())
    if plain == "github.com/labstack/echo" and name in _VERBS:
        return text(name)
    return External(plain, name)


def call(follower: Follower, expression: list[Any], scope: Scope) -> Value:
    """Return what a call returns, and do what it does."""
    _, of, arguments, at, last, spread = expression
    callee = follower.value_of(of, scope)
    values = [follower.value_of(one, scope) for one in arguments]
    if len(values) == 1 and isinstance(values[0], Results):
        values = list(values[0].values)
    if isinstance(callee, Named):
        return values[0] if values else None
    if spread and values and isinstance(values[-1], Seq) and not isinstance(callee, Function):
        values = [*values[:-1], *values[-1].items]
    place = Place(scope.file, at)
    return _called(Call(follower, _name_of(of), values, arguments, place, last, scope), callee, of)


def _name_of(function: Any) -> str:
    """Return what a function is called where it is called."""
    if function and function[0] in {"n", "."}:
        return str(function[1] if function[0] == "n" else function[2])
    return ""


def _called(made: Call, callee: Value, of: Any) -> Value:
    follower = made.follower
    if isinstance(callee, Function):
        follower.heard.add(made.place)
        return follower.run(callee, made.values, made.place)
    if isinstance(callee, Method):
        follower.heard.add(made.place)
        follower.effects += 1
        return methods.called(made, callee.of)
    if isinstance(callee, External):
        known, value = library.called(made, callee)
        return value if known else _given_away(made)
    return _appended(made.values) if of == ["n", "append"] else _unknown(made, of, made.scope)


def _appended(values: list[Value]) -> Value:
    first = values[0] if values else None
    if isinstance(first, Seq):
        items = [*first.items, *values[1:]]
        return Seq(items[:_MOST_ITEMS], first.open or len(items) > _MOST_ITEMS, first.element)
    return Seq(list(values[1:]), open=True) if values else None


def _unknown(made: Call, of: Any, scope: Scope) -> Value:
    """Call what is not known: a method of an interface may be that of any type that has it."""
    follower = made.follower
    if any(isinstance(value, Router) for value in made.values) and of and of[0] == ".":
        receiver = follower.value_of(of[1], scope) if of[1] and of[1][0] == "n" else None
        if not isinstance(receiver, Text | Seq | Mapping):
            follower.open_calls.append((made.name, made.values))
            follower.effects += 1
    return _given_away(made)


def _given_away(made: Call) -> Value:
    """Give values to code of others: it may call functions, fill structs and wrap a router."""
    routers = []
    for value in made.values:
        made.follower.hand_on(value)
        if isinstance(value, Struct) and _FILLS.search(made.name):
            value.open = True
        inner = methods.router_in(made.follower, value)
        routers += [inner] if inner is not None else []
    return routers[0] if len(routers) == 1 else None
