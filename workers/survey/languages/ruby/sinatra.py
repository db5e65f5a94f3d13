"""What a class of Sinatra answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workers.survey.languages.ruby.answers import Answer, Below
from workers.survey.languages.ruby.values import (
    MOST_ITEMS,
    OPEN,
    Application,
    Environment,
    Node,
    Self,
    value_of,
)
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from workers.survey.languages.ruby.classes import Classes

_VERBS = frozenset("get post put patch delete options link unlink".split())
_MOST_ANSWERS = 20_000


def answers(
    body: list[Node], file: str, settings: Any, classes: Classes
) -> tuple[list[Answer], list[Below]]:
    """Return the routes of a class's body, and the classes that it uses."""
    del settings
    reader = _Reader(file, classes)
    reader.run(body, "", {"self": Self()}, 0)
    return reader.answers, reader.below


class _Reader:
    def __init__(self, file: str, classes: Classes) -> None:
        self.file = file
        self.classes = classes
        self.answers: list[Answer] = []
        self.below: list[Below] = []
        self.count = 0

    def run(self, body: list[Node], prefix: str, names: Environment, depth: int) -> None:
        """Follow statements below a prefix."""
        for node in body if depth < NESTING // 4 else ():
            self.count += 1
            if self.count > _MOST_ANSWERS:
                return
            if node[0] == "=":
                names[node[1]] = value_of(node[2], names)
            elif node[0] == "if":
                for inner in node[1]:
                    self.run(inner, prefix, names, depth + 1)
            elif node[0] == "call":
                self._call(node, prefix, names, depth)

    def _call(self, node: Node, prefix: str, names: Environment, depth: int) -> None:
        _, _, receiver, name, arguments, _, block = node
        own = value_of(receiver, names) if receiver is not None else Self()
        if block and name == "each" and isinstance(own, list):
            for value in own[:MOST_ITEMS]:
                self.run(block[1], prefix, {**names, **dict.fromkeys(block[0], value)}, depth + 1)
        if not isinstance(own, Self):
            return
        if name == "register":
            self._register(arguments, prefix, names, depth)
            return
        values = [value_of(argument, names) for argument in arguments]
        if block is not None and name in {"namespace", "configure"}:
            path = values[0] if values and isinstance(values[0], str) else OPEN
            below = f"{prefix}/{path}" if name == "namespace" else prefix
            self.run(block[1], below, dict(names), depth + 1)
        elif values:
            self._declare(node, values, prefix)

    def _declare(self, node: Node, values: list[Any], prefix: str) -> None:
        """Keep a route, or a class that is used here."""
        name, line = node[3], node[1]
        if name in _VERBS and _answers(node):
            self._route([name.upper()], values[0], prefix, line)
        elif name == "route" and len(values) > 1 and node[6] is not None:
            methods = [str(one).upper() for one in values[:-1] if isinstance(one, str)]
            self._route(methods, values[-1], prefix, line)
        elif name == "use" and isinstance(values[0], Application):
            self.below.append(Below(values[0].name, prefix))

    def _register(self, arguments: list[Node], prefix: str, names: Environment, depth: int) -> None:
        """Follow what a module of these files draws on whatever registers it."""
        for argument in arguments:
            value = value_of(argument, names)
            name = self.classes.named(value.name) if isinstance(value, Application) else None
            for part in self.classes.parts[name] if name else ():
                for node in part.body:
                    if node[0] == "def" and node[1] in {"registered", "self.registered"}:
                        before, self.file = self.file, part.file
                        self.run(node[3], prefix, dict.fromkeys(node[2], Self()), depth + 1)
                        self.file = before

    def _route(self, methods: list[str], path: Any, prefix: str, line: int) -> None:
        paths = variants(path) if isinstance(path, str) else [OPEN]
        for method in methods:
            self.answers += [Answer(method, f"{prefix}/{own}", self.file, line) for own in paths]


def _answers(call: Node) -> bool:
    """Tell `get "/x" do` from a request that something else makes."""
    return call[6] is not None or any(argument[0] == "&" for argument in call[4])


def variants(path: str) -> list[str]:
    """Return the paths that `/a/:b?`, `/a/?` and `/a.?:format?` stand for; OPEN if not known."""
    path = re.sub(r"\.\??:format\?", "", path)
    path = re.sub(r"\(\.:format\)\??", "", path)
    path = path.removesuffix("/?")
    optional = re.search(r"/\??:(\w+)\?", path)
    if optional is not None and path.count("?") <= 6:
        before, after = path[: optional.start()], path[optional.end() :]
        return list(
            dict.fromkeys([*variants(before + after), *variants(f"{before}/:{optional[1]}{after}")])
        )
    path = path.replace("/?", "/")
    if re.search(r"[?()|\\^$\[\]+]", path):
        return [OPEN]
    return [path]
