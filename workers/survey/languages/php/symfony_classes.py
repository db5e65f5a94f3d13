"""The routes that classes of Symfony declare by attributes and annotations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.php.values import (
    GAP,
    Constants,
    Scope,
    Value,
    argument,
    entry,
    has_entry,
    pairs_of,
    texts_of,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.languages.php.declared import Declared

_ROUTES = frozenset(
    r"Symfony\Component\Routing\Attribute\Route Symfony\Component\Routing\Annotation\Route"
    r" Sensio\Bundle\FrameworkExtraBundle\Configuration\Route"
    r" Symfony\Component\Routing\Attribute\DeprecatedAlias"
    r" FOS\RestBundle\Controller\Annotations\Route".split()
) - {r"Symfony\Component\Routing\Attribute\DeprecatedAlias"}
_METHOD = r"Sensio\Bundle\FrameworkExtraBundle\Configuration\Method"
_REST = "FOS\\RestBundle\\Controller\\Annotations\\"
_REST_METHODS = frozenset("Get Post Put Patch Delete Head Options Link Unlink".split())
_MOST_PARENTS = 20
# What declares routes by rules of its own, by the end of the attribute's name.
_FOREIGN = {
    "ApiPlatform\\Metadata\\ApiResource": "API Platform",
    "ApiPlatform\\Core\\Annotation\\ApiResource": "API Platform",
    "FOS\\RestBundle\\Controller\\Annotations\\RouteResource": "FOSRestBundle",
    "EasyCorp\\Bundle\\EasyAdminBundle\\Attribute\\AdminDashboard": "EasyAdmin",
    "EasyCorp\\Bundle\\EasyAdminBundle\\Attribute\\AdminCrud": "EasyAdmin",
}
UNKNOWN = ("?",)  # methods that are computed
Paths = dict[str, str]  # by locale, '' for none


class ClassRoute(NamedTuple):
    """A route of a class, below what imports it."""

    name: str | None
    paths: Paths
    methods: tuple[str, ...]
    handler: str
    file: str
    line: int


class Shared(NamedTuple):
    """What the attribute of a class gives all its routes."""

    paths: Paths
    methods: tuple[str, ...] = ()
    name: str | None = ""


@dataclass
class Classes:
    """The classes of all files, by their full name."""

    constants: Constants
    by_name: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def add(self, sources: Mapping[str, dict[str, Any]]) -> None:
        """Take over the classes of files."""
        for file, source in sources.items():
            for declared in source["classes"]:
                if declared["name"]:
                    self.by_name.setdefault(declared["name"], (file, declared))

    def routes(self, name: str) -> Iterator[ClassRoute]:
        """Yield the routes of a class; those that it inherits have its own prefix."""
        file, declared = self.by_name[name]
        if declared["abstract"]:
            return
        own = [_read(one, Scope(self.constants, file, name)) for one in _routes_of(declared)]
        shared = Shared({"": ""})
        if own:
            shared = Shared(own[0].paths or {"": ""}, own[0].methods, own[0].name or "")
        count = 0
        for owner_file, owner, method in self._methods(name):
            scope = Scope(self.constants, owner_file, owner)
            verbs = _verbs_beside(method, scope)
            for attribute in _routes_of(method):
                count += 1
                read = _read(attribute, scope)
                yield _joined(shared, read, verbs, (name, method["name"]), owner_file)
        if count == 0 and any(one["name"] == "__invoke" for one in declared["methods"]):
            verbs = _verbs_beside(declared, Scope(self.constants, file, name))
            for read in own:
                yield _joined(Shared({"": ""}), read, verbs, (name, ""), file)

    def _methods(self, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield the methods of a class with those that it inherits, the nearest of a name."""
        seen: set[str] = set()
        waiting = [name]
        for _ in range(_MOST_PARENTS):
            if not waiting:
                return
            current = waiting.pop(0)
            file, declared = self.by_name.get(current, ("", None))
            if declared is None:
                continue
            for method in declared["methods"]:
                if method["name"] not in seen:
                    seen.add(method["name"])
                    yield file, current, method
            waiting += declared["traits"]
            waiting += [declared["parent"]] if declared["parent"] else []


class _Read(NamedTuple):
    name: str | None
    paths: Paths
    methods: tuple[str, ...]
    line: int


def _routes_of(declared: dict[str, Any]) -> list[list[Any]]:
    return [one for one in declared["attributes"] if one[0] in _ROUTES or _rest_method(one[0])]


def _rest_method(name: str) -> str:
    """Return the method that an attribute of FOSRestBundle stands for, '' for none."""
    word = name.removeprefix(_REST)
    return word.upper() if name.startswith(_REST) and word in _REST_METHODS else ""


def has_routes(declared: dict[str, Any]) -> bool:
    """Tell whether a class or one of its methods has a route."""
    return bool(_routes_of(declared)) or any(_routes_of(one) for one in declared["methods"])


def _read(attribute: list[Any], scope: Scope) -> _Read:
    name, arguments, line = attribute
    worths = {key: value(one, scope) for key, one, _ in arguments if key}
    path = worths.get("path", worths.get("value"))
    first = value(argument(arguments, 0), scope)
    if "path" not in worths and "value" not in worths:
        path = first
        if has_entry(first, "value") or has_entry(first, "path"):  # an array of all that is said
            path = entry(first, "path") or entry(first, "value")
    called = worths.get("name", value(argument(arguments, 1), scope))
    is_named = "name" in worths or argument(arguments, 1) is not None
    methods = worths.get("methods", value(argument(arguments, 6), scope))
    has_methods = argument(arguments, 6, "methods") not in (None, ["literal", "null"])
    verb = _rest_method(name)
    return _Read(
        (called if isinstance(called, str) and GAP not in called else None) if is_named else "",
        _paths(path, is_there=_has_path(arguments)),
        (verb,) if verb else methods_of(methods, is_there=has_methods),
        line,
    )


def _has_path(arguments: list[Any]) -> bool:
    return any(key in {None, "path", "value"} for key, _, _ in arguments)


def _paths(worth: Value, *, is_there: bool) -> Paths:
    if isinstance(worth, str):
        return {"": worth}
    if isinstance(worth, list):
        return {
            key if isinstance(key, str) else str(number): one if isinstance(one, str) else GAP
            for number, (key, one) in enumerate(pairs_of(worth))
        }
    return {"": GAP} if is_there else {}


def methods_of(worth: Value, *, is_there: bool = True) -> tuple[str, ...]:
    """Return the methods of a list, of a text, or of `GET|POST`; UNKNOWN if they are computed."""
    listed = texts_of(worth)
    if listed is None and is_there:
        return UNKNOWN
    return tuple(dict.fromkeys(one.upper() for text in listed or () for one in text.split("|")))


def _verbs_beside(declared: dict[str, Any], scope: Scope) -> tuple[str, ...]:
    """Return the methods that an annotation of its own names: `@Method("GET")`."""
    for name, arguments, _ in declared["attributes"]:
        if name == _METHOD:
            return methods_of(value(argument(arguments, 0), scope))
    return ()


def _joined(
    shared: Shared, read: _Read, verbs: tuple[str, ...], handler: tuple[str, str], file: str
) -> ClassRoute:
    methods = tuple(dict.fromkeys((*shared.methods, *(read.methods or verbs))))
    short = handler[0].rpartition("\\")[2]
    name = f"{shared.name}{read.name}" if read.name and shared.name is not None else None
    own = read.paths or {"": ""}
    return ClassRoute(
        name, combined(shared.paths, own), methods or ("ANY",),
        f"{short}.{handler[1]}" if handler[1] else short, file, read.line,
    )  # fmt: skip


def combined(before: Paths, after: Paths) -> Paths:
    """Join prefixes and paths, those of one locale with each other."""
    if "" in before:
        return {locale: before[""] + path for locale, path in after.items()}
    if "" in after:
        return {locale: path + after[""] for locale, path in before.items()}
    return {locale: before[locale] + path for locale, path in after.items() if locale in before}


def foreign(sources: Mapping[str, dict[str, Any]], declared: Declared) -> None:
    """Tell of classes whose routes other libraries make by rules of their own."""
    for file, source in sources.items():
        for each in source["classes"]:
            for name, _, line in each["attributes"]:
                library = _FOREIGN.get(name)
                if library:
                    short = each["name"].rpartition("\\")[2]
                    declared.miss(file, line, f"routes of {library} for {short} are not known")
