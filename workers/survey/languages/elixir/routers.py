"""Follows what a router declares, of Phoenix or of Plug."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.elixir.values import (
    MOST_ITEMS,
    OPEN,
    UNKNOWN,
    Atom,
    Module,
    Names,
    Node,
    Unknown,
    options_of,
    value_of,
)
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CALLS = 40_000
VERBS = frozenset("get post put patch delete options connect trace head".split())
_ACTIONS = ("index", "edit", "new", "show", "create", "update", "delete")
# What a router holds beside routes.
_SILENT = frozenset(
    "use import alias require plug pipeline pipe_through def defp defmacro defmacrop defdelegate"
    " defstruct socket on_mount defguard defoverridable defimpl defprotocol raise unquote defmodule"
    " fetch_session send_resp".split()
)
_TRANSPARENT = frozenset("if unless case cond __block__ quote with".split())


class Scope(NamedTuple):
    """What stands around a route."""

    path: str = ""
    alias: str = ""

    def below(self, path: Any) -> Scope:
        """Return the scope of what stands below a path."""
        return self._replace(path=f"{self.path}/{path if isinstance(path, str) else OPEN}")

    def named(self, module: Any, *, aliased: bool = True) -> str:
        """Return the whole name of a module that is named here."""
        if not isinstance(module, Module):
            return ""
        own = module.name.removeprefix("Elixir.")
        return f"{self.alias}.{own}" if self.alias and aliased else own


class Declared(NamedTuple):
    """A route: its path is as Phoenix writes it."""

    method: str
    path: str
    handler: str
    line: int


class Forward(NamedTuple):
    """What a path is forwarded to: the name that it has by the scope, and as it is written."""

    path: str
    names: tuple[str, str]
    line: int


class Call(NamedTuple):
    """A call with its arguments worked out."""

    name: str
    line: int
    values: list[Any]
    options: dict[str, Any]
    body: list[Node] | None
    names: Names


class Router:
    """What one module declares."""

    def __init__(self, *, phoenix: bool, aliases: dict[str, str]) -> None:
        """Start outside of any scope."""
        self.phoenix = phoenix
        self.aliases = aliases
        self.scope = Scope()
        self.declared: list[Declared] = []
        self.forwards: list[Forward] = []
        self.missed: list[tuple[int, str]] = []
        self.depth = 0
        self.calls = 0

    def run(self, body: list[Node], names: Names) -> None:
        """Follow statements; too many, or too deep, are left out."""
        if self.depth > NESTING // 4:
            self.missed.append((1, "routes that are nested too deeply"))
            return
        self.depth += 1
        for node in body:
            self.calls += 1
            if self.calls > MOST_CALLS:
                if self.calls == MOST_CALLS + 1:
                    self.missed.append((1, "more routes than are followed"))
                break
            if node[0] == "@=":
                names[f"@{node[1]}"] = self.value(node[2], names)
            elif node[0] == "=":
                names[node[1]] = self.value(node[2], names)
            elif node[0] == "call":
                self.call(node, names)
        self.depth -= 1

    def value(self, node: Node, names: Names) -> Any:
        """Return what an expression comes to, modules by their whole names."""
        value = value_of(node, names)
        return self._expanded(value)

    def _expanded(self, value: Any) -> Any:
        if not isinstance(value, Module):
            return value
        first, dot, rest = value.name.partition(".")
        return Module(f"{self.aliases[first]}{dot}{rest}") if first in self.aliases else value

    def call(self, node: Node, names: Names) -> None:
        """Follow a call; one of another module is a function, or a macro that is not known."""
        _, line, module, name, arguments, pairs, body = node
        if module is not None:
            return
        if name == "for":
            self.loop(node, names)
        elif name in _TRANSPARENT or name.endswith("live_session"):
            self.run(body or [], names)
        elif name == "use":
            self._used(line, arguments, pairs)
        elif name not in _SILENT:
            self._route(node, names)

    def _route(self, node: Node, names: Names) -> None:
        _, line, _, name, arguments, pairs, body = node
        values = [self.value(_bare(argument), names) for argument in arguments]
        options = {key: self._expanded(value) for key, value in options_of(pairs, names).items()}
        if values and isinstance(values[-1], dict) and not pairs:
            options = values.pop()
        handler = (_PHOENIX if self.phoenix else _PLUG).get(name)
        if handler is not None:
            handler(self, Call(name, line, values, options, body, names))
        elif self.phoenix and body is not None:
            self.within(self.scope.below(OPEN), body, names)
        elif self.phoenix:
            self.missed.append((line, f"the routes of `{name}` are of a library"))

    def _used(self, line: int, arguments: list[Node], pairs: list[list[Any]]) -> None:
        """Keep that `use Library.Routes, scope: "/admin"` adds routes."""
        name = str(arguments[0][1]) if arguments and arguments[0][0] == "m" else ""
        if name.endswith("Routes") and any(pair[0] in {"scope", "path"} for pair in pairs):
            self.missed.append((line, f"the routes of `{name}` are of a library"))

    def loop(self, node: Node, names: Names) -> None:
        """Follow `for x <- list, y <- list do`."""
        rounds: list[Names] = [dict(names)]
        for generator in node[4]:
            if generator[0] != "+" or generator[1] != "<-":
                continue
            following: list[Names] = []
            for bound in rounds:
                listed = self.value(generator[3], bound)
                listed = list(listed.items()) if isinstance(listed, dict) else listed
                values = listed if isinstance(listed, list) else [UNKNOWN]
                following += [{**bound, **_bound(generator[2], value)} for value in values]
            rounds = following[:MOST_ITEMS]
        for bound in rounds:
            self.run(node[6] or [], bound)

    def within(self, scope: Scope, body: list[Node], names: Names) -> None:
        """Follow statements in a scope."""
        before, self.scope = self.scope, scope
        self.run(body, dict(names))
        self.scope = before

    def declare(self, method: str, path: Any, handler: str, line: int) -> None:
        """Keep a route."""
        self.declared.append(Declared(method, self.scope.below(path).path, handler, line))


def _bare(node: Node) -> Node:
    """Return a path without the guard of `"/x/:y" when ...`."""
    return node[2] if node[0] == "+" and node[1] == "when" else node


def _bound(pattern: Node, value: Any) -> Names:
    """Return what a pattern binds."""
    if pattern[0] == "v":
        return {pattern[1]: value}
    if pattern[0] == "t":
        values = value if isinstance(value, tuple) and len(value) == len(pattern[1]) else ()
        parts = [*values, *[UNKNOWN] * len(pattern[1])]
        return {one[1]: part for one, part in zip(pattern[1], parts, strict=False) if one[0] == "v"}
    return {}


def _scope(router: Router, call: Call) -> None:
    """Follow `scope "/x", Alias, as: :y do`, `scope path: "/x", alias: Alias do`."""
    options = dict(call.options)
    for value in call.values:
        if isinstance(value, Module):
            options["alias"] = value
        elif isinstance(value, (str, Unknown)) and not isinstance(value, Atom):
            options["path"] = value
    scope = router.scope
    if "path" in options:
        scope = scope.below(options["path"])
    alias = options.get("alias")
    if isinstance(alias, Module):
        scope = scope._replace(alias=scope.named(alias))
    elif alias is False:
        scope = scope._replace(alias="")
    router.within(scope, call.body or [], call.names)


def _verb(router: Router, call: Call) -> None:
    _route(router, call, call.name.upper(), call.values)


def _match(router: Router, call: Call) -> None:
    verbs = call.values[0] if call.values else UNKNOWN
    for verb in verbs if isinstance(verbs, list) else [verbs]:
        if isinstance(verb, str):
            method = "ANY" if verb == "*" else verb.upper()
            _route(router, call, method, call.values[1:])
        else:
            router.missed.append((call.line, "a route whose methods are computed"))


def _route(router: Router, call: Call, method: str, values: list[Any]) -> None:
    if not values or method == "HEAD":
        return
    router.declare(method, values[0], _handler(router, values, call.options), call.line)


def _handler(router: Router, values: list[Any], options: dict[str, Any]) -> str:
    module = values[1] if len(values) > 1 else UNKNOWN
    name = router.scope.named(module, aliased=options.get("alias") is not False)
    action = values[2] if len(values) > 2 else None
    return f"{name}.{action}" if name and isinstance(action, Atom) else name


def _live(router: Router, call: Call) -> None:
    _route(router, call, "GET", call.values)


def _resources(router: Router, call: Call) -> None:
    """Follow `resources "/users", UserController, only: [:index] do`."""
    path = call.values[0] if call.values else UNKNOWN
    controller = call.values[1] if len(call.values) > 1 else UNKNOWN
    options = call.options
    if len(call.values) > 2:  # options that are computed
        router.missed.append((call.line, "`resources` whose options are computed"))
        options = {"only": []}
    singleton = options.get("singleton") is True
    actions = _actions(options, singleton=singleton)
    if actions is None:
        router.missed.append((call.line, "`resources` whose actions are computed"))
        actions = []
    param, name = options.get("param", "id"), options.get("name")
    param = param if isinstance(param, str) else OPEN
    name = name if isinstance(name, str) else _resource_name(controller)
    root = router.scope.below(path)
    member = root.path if singleton else f"{root.path}/:{param}"
    named = router.scope.named(controller, aliased=options.get("alias") is not False)
    for method, own, action in (
        ("GET", root.path, "index"), ("GET", f"{member}/edit", "edit"),
        ("GET", f"{root.path}/new", "new"), ("GET", member, "show"),
        ("POST", root.path, "create"), ("PATCH", member, "update"), ("PUT", member, "update"),
        ("DELETE", member, "delete"),
    ):  # fmt: skip
        if action in actions:
            handler = f"{named}.{action}" if named else action
            router.declared.append(Declared(method, own, handler, call.line))
    inner = root if singleton else root.below(f":{name}_{param}")
    if isinstance(options.get("alias"), Module):
        inner = inner._replace(alias=router.scope.named(options["alias"]))
    router.within(inner, call.body or [], call.names)


def _actions(options: dict[str, Any], *, singleton: bool) -> list[str] | None:
    """Return the actions that `only` and `except` leave, None where they are computed."""
    only, excepted = options.get("only"), options.get("except", [])
    if not _is_known(only) or not _is_known(excepted):
        return None
    known = [action for action in _ACTIONS if not (singleton and action == "index")]
    wanted = known if only is None else only
    return [action for action in known if action in wanted and action not in excepted]


def _is_known(actions: Any) -> bool:
    return actions is None or (
        isinstance(actions, list) and all(isinstance(one, str) for one in actions)
    )


def _resource_name(controller: Any) -> str:
    """Return what Phoenix calls the resource of `UserListController`: `user_list`."""
    if not isinstance(controller, Module):
        return OPEN
    name = controller.name.rpartition(".")[2].removesuffix("Controller")
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z\d])([A-Z])", r"\1_\2", name).lower()


def _forward(router: Router, call: Call) -> None:
    """Follow `forward "/x", Module, options`, and `forward "/x", to: Module` of Plug."""
    path = call.values[0] if call.values else UNKNOWN
    target = call.values[1] if len(call.values) > 1 else call.options.get("to", UNKNOWN)
    written = target.name if isinstance(target, Module) else ""
    names = (router.scope.named(target), written)
    router.forwards.append(Forward(router.scope.below(path).path, names, call.line))


def _plug_route(router: Router, call: Call) -> None:
    """Follow `get "/x" do`, `get "/x", to: Module`, `match "/x", via: [:get]`, `match _ do`."""
    if not call.values or (isinstance(call.values[0], Unknown) and call.name == "match"):
        return  # `match _ do` answers what no route does
    to = call.options.get("to")
    handler = to.name if isinstance(to, Module) else ""
    if call.name != "match":
        methods = [call.name.upper()]
    else:
        via = call.options.get("via")
        listed = via if isinstance(via, list) else [via]
        methods = [str(one).upper() for one in listed if isinstance(one, str)] or ["ANY"]
        if via is not None and methods == ["ANY"]:
            router.missed.append((call.line, "a route whose methods are computed"))
            return
    for method in methods:
        if method != "HEAD":
            router.declare(method, call.values[0], handler, call.line)


_PHOENIX: dict[str, Callable[[Router, Call], None]] = {
    **dict.fromkeys(VERBS, _verb),
    "match": _match,
    "live": _live,
    "resources": _resources,
    "scope": _scope,
    "forward": _forward,
}
_PLUG: dict[str, Callable[[Router, Call], None]] = {
    **dict.fromkeys((*VERBS, "match"), _plug_route),
    "forward": _forward,
}
