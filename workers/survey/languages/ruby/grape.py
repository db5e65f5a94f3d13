"""What a class of Grape answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.ruby.answers import Answer, Below
from workers.survey.languages.ruby.values import (
    MOST_ITEMS,
    OPEN,
    Application,
    Environment,
    Node,
    Self,
    Unknown,
    items,
    options_of,
    value_of,
)
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from workers.survey.languages.ruby.classes import Classes

_VERBS = frozenset("get post put patch delete options head".split())
_NAMESPACES = frozenset("namespace namespaces resource resources group segment".split())
_MOST_ANSWERS = 20_000


class Settings(NamedTuple):
    """What stands around a route: its parts come in this order."""

    prefix: str = ""
    versions: tuple[str, ...] = ()  # in the path
    namespace: str = ""


def answers(
    body: list[Node], file: str, settings: Any, classes: Classes
) -> tuple[list[Answer], list[Below]]:
    """Return the routes of a class's body, and the classes that it mounts."""
    del classes
    reader = _Reader(file)
    reader.run(body, settings or Settings(), {}, 0)
    return reader.answers, reader.below


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.answers: list[Answer] = []
        self.below: list[Below] = []
        self.count = 0

    def run(self, body: list[Node], settings: Settings, names: Environment, depth: int) -> None:
        """Follow statements; `prefix` and `version` count for what comes after them."""
        for node in body if depth < NESTING // 4 else ():
            self.count += 1
            if self.count > _MOST_ANSWERS:
                return
            if node[0] == "=":
                names[node[1]] = value_of(node[2], names)
            elif node[0] == "if":
                for inner in node[1]:
                    self.run(inner, settings, names, depth + 1)
            elif node[0] == "call":
                settings = self._call(node, settings, names, depth)
            elif node[0] == "v" and node[1] in _VERBS:
                self._route([node[1].upper()], [], settings, node[2])

    def _call(self, node: Node, settings: Settings, names: Environment, depth: int) -> Settings:
        """Follow a call; return the settings of what comes after it."""
        _, line, receiver, name, arguments, pairs, block = node
        if receiver is not None:
            self._loop(node, settings, names, depth)
            return settings
        values = [value_of(argument, names) for argument in arguments]
        if name == "prefix":
            return settings._replace(prefix=_text(values))
        if name == "version":
            return self._version(node, values, settings, depth)
        if block and (name in _NAMESPACES or name == "route_param"):
            path = _text(values) if values else ""
            path = f":{path}" if name == "route_param" else path
            inner = settings._replace(namespace=f"{settings.namespace}/{path}")
            self.run(block[1], inner, dict(names), depth + 1)
        elif name in _VERBS:
            self._route([name.upper()], values[:1], settings, line)
        elif name == "route" and values:
            self._route(_methods(values[0]), values[1:2], settings, line)
        elif name == "mount":
            self._mount(values, options_of(pairs, names), settings)
        return settings

    def _loop(self, node: Node, settings: Settings, names: Environment, depth: int) -> None:
        """Follow `%w[a b].each do |x|`."""
        own, block = value_of(node[2], names), node[6]
        if node[3] == "each" and block and isinstance(own, list):
            for value in own[:MOST_ITEMS]:
                bound = {**names, **dict.fromkeys(block[0], value)}
                self.run(block[1], settings, bound, depth + 1)

    def _version(self, node: Node, values: list[Any], settings: Settings, depth: int) -> Settings:
        """Follow `version "v1", using: :path`, whose block alone it counts for if it has one."""
        using = options_of(node[5], {}).get("using", "path")
        versions = tuple(one if isinstance(one, str) else OPEN for one in items(values))
        inner = settings._replace(versions=versions if using == "path" else ())
        if node[6] is None:
            return inner
        self.run(node[6][1], inner, {"self": Self()}, depth + 1)
        return settings

    def _mount(self, values: list[Any], options: dict[Any, Any], settings: Settings) -> None:
        for value in values:
            if isinstance(value, dict):
                options |= value
            elif isinstance(value, Application):
                self.below.append(Below(value.name, "", settings))
        for value, path in options.items():
            if isinstance(value, Application):
                self.below.append(
                    Below(value.name, path if isinstance(path, str) else OPEN, settings)
                )

    def _route(self, methods: list[str], values: list[Any], settings: Settings, line: int) -> None:
        paths = [_path(one) for one in items(values) if not isinstance(one, dict)] or [""]
        for version in settings.versions or ("",):
            for path in paths:
                whole = f"{settings.prefix}/{version}/{settings.namespace}/{path}"
                self.answers += [
                    Answer(method, whole, self.file, line) for method in methods if method != "HEAD"
                ]


def _methods(wanted: Any) -> list[str]:
    listed = items([wanted])
    return ["ANY" if one in {"any", "*"} else str(one).upper() for one in listed]


def _text(values: list[Any]) -> str:
    return values[0] if values and isinstance(values[0], str) else OPEN


def _path(value: Any) -> str:
    """Return a path without its format; one with an optional part is not known."""
    if isinstance(value, Unknown) or not isinstance(value, str):
        return OPEN
    path = value.removesuffix("(.:format)").removesuffix("(.json)")
    if "(" in path or "?" in path:
        return OPEN
    return path[:-1] + "*" if path.endswith("*") else path.replace("*", ":")
