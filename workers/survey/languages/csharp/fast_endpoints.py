"""Routes of FastEndpoints: a class for each, with groups, a global prefix and versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.csharp import templates
from workers.survey.languages.csharp.controllers import ACCESS_REASON
from workers.survey.languages.csharp.names import argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.survey.languages.csharp.builders import Closure
    from workers.survey.languages.csharp.names import Names, Place

FRAMEWORK = "fastendpoints"
_BASES = frozenset(
    "Endpoint EndpointWithoutRequest EndpointWithMapping EndpointWithMapper Ep BaseEndpoint"
    " EndpointWithoutResponse".split()
)
_VERBS = {name: name.upper() for name in ("Get", "Post", "Put", "Patch", "Delete", "Head")}
_TYPED = lazy_pattern(r"\{@[\w.]{1,60}\}")
_MOST_GROUPS = 10


@dataclass
class Settings:
    """What the program says of all routes; None where it cannot be worked out."""

    prefix: str | None = ""
    version_prefix: str | None = "v"
    default_version: int | None = 0
    is_prepended: bool = False


@dataclass
class Declared:
    """What `Configure` of an endpoint says."""

    verbs: list[str] = field(default_factory=list)
    routes: list[tuple[str | None, int]] = field(default_factory=list)
    group: str | None = None
    version: int | None = 0
    prefix: str | None = None
    is_known: bool = True


@dataclass
class FastEndpoints:
    """Finds the endpoints of FastEndpoints."""

    names: Names
    settings: list[tuple[Place, Closure]]
    endpoints: list[Endpoint] = field(default_factory=list)
    missed: list[NotUnderstood] = field(default_factory=list)

    def find(self) -> None:
        """Go through all types that derive from an endpoint."""
        of_all = _settings(self.names, self.settings)
        for place in self.names.places:
            chain = [part for parts in self.names.chain(place) for part in parts]
            if not _is_endpoint(place, chain):
                continue
            for part in chain:
                declared = self._declared(part)
                if declared.routes:
                    self._add(place, part, declared, of_all)
                    break

    def _declared(self, place: Place) -> Declared:
        declared = Declared()
        for name, arguments, line in place.type["attributes"]:
            verb = _VERBS.get(name.removeprefix("Http"))
            if verb and name.startswith("Http"):
                declared.verbs.append(verb)
                declared.routes.append((self.names.text(argument(arguments, 0), place), line))
        for method in place.type["methods"]:
            if method["name"] == "Configure" and not method["parameters"]:
                for statement in method["body"] or ():
                    value = statement[2] if statement[0] == "let" else statement[1]
                    for call in _calls(value):
                        self._said(call, declared, place)
        return declared

    def _said(self, call: list[Any], declared: Declared, place: Place) -> None:
        """Take in one call of `Configure`."""
        _, _, name, types, arguments, line = call
        if name in _VERBS:
            declared.verbs = [_VERBS[name]]
            declared.routes = self._paths(arguments, place, line)
        elif name == "Verbs":
            values = [value for _, value in arguments]
            declared.verbs = [one[1].rpartition(".")[2].upper() for one in values if _is_name(one)]
            declared.is_known = declared.is_known and len(declared.verbs) == len(values)
        elif name == "Routes":
            declared.routes = self._paths(arguments, place, line)
        elif name == "Group" and types:
            declared.group = types[0]
        elif name == "RoutePrefixOverride":
            declared.prefix = self.names.text(argument(arguments, 0), place)
            declared.is_known = declared.is_known and declared.prefix is not None
        elif name == "Version":
            written = self.names.text(argument(arguments, 0), place)
            declared.version = int(written) if written and written.isdecimal() else None

    def _paths(
        self, arguments: list[list[Any]], place: Place, line: int
    ) -> list[tuple[str | None, int]]:
        """Return the paths of a call; `{@id}` is named by what a lambda beside it picks."""
        picked: list[str] = []
        paths: list[str | None] = []
        for _, value in arguments:
            if value and value[0] == "fn":
                picked = [name for one in value[2] for name in _picked(one[1])]
            elif value and value[0] == "list":
                paths += [self.names.text(one, place) for one in value[1]]
            else:
                paths.append(self.names.text(value, place))
        names = iter(picked)
        return [
            (
                _TYPED.sub(lambda one: f"{{{next(names, one[0][2:-1])}}}", path) if path else path,
                line,
            )
            for path in paths
        ]

    def _add(self, place: Place, part: Place, declared: Declared, settings: Settings) -> None:
        front, behind = self._around(part, declared, settings)
        is_known = front is not None and behind is not None
        for route, line in declared.routes:
            if route is None or not declared.is_known or not declared.verbs:
                reason = "the path of a route is computed"
                self.missed.append(NotUnderstood(part.file, line, reason))
                continue
            path = templates.joined(front or "", route, behind or "")
            for verb in declared.verbs:
                self.endpoints.append(
                    Endpoint(
                        verb, path, place.type["name"], part.file, line, FRAMEWORK,
                        "full" if is_known else "suffix", access_reason=ACCESS_REASON,
                    )
                )  # fmt: skip

    def _around(
        self, part: Place, declared: Declared, settings: Settings
    ) -> tuple[str | None, str | None]:
        """Return what stands before and behind the routes of an endpoint, None for unknown."""
        group = self._group(declared.group, part) if declared.group else ""
        prefix = settings.prefix
        if declared.prefix is not None and prefix != "":
            prefix = declared.prefix
        version = self._version(declared, settings)
        first, last = (version, "") if settings.is_prepended else ("", version)
        if prefix is None or group is None or first is None:
            return None, last
        return templates.joined(prefix, first, group), last

    @staticmethod
    def _version(declared: Declared, settings: Settings) -> str | None:
        number = declared.version or settings.default_version
        if number is None or declared.version is None or settings.version_prefix is None:
            return None
        return f"{settings.version_prefix}{number}" if number else ""

    def _group(self, name: str, near: Place) -> str | None:
        """Return the path of a group, those of the groups that it lies in before it."""
        path = ""
        for _ in range(_MOST_GROUPS):
            places = self.names.types(name, near)
            own = self._of_group(places[0]) if places else None
            if own is None:
                return None
            path = templates.joined(own, path)
            above = [base for base in places[0].type["bases"] if base.startswith("SubGroup<")]
            if not above:
                return path
            name, near = above[0][len("SubGroup<") : -1], places[0]
        return None

    def _of_group(self, place: Place) -> str | None:
        for method in place.type["methods"]:
            for statement in method["body"] or ():
                for call in _calls(statement[1] if statement[0] != "let" else None):
                    if call[2] == "Configure":
                        return self.names.text(argument(call[4], 0, "routeprefix"), place)
        return None


def _settings(names: Names, closures: Iterable[tuple[Place, Closure]]) -> Settings:
    """Return what `UseFastEndpoints(c => ...)` says; of two that differ none is known."""
    settings = Settings()
    prefixes: set[str | None] = set()
    for place, closure in closures:
        prefix: str | None = ""
        for statement in closure.statements:
            if statement[0] != "let":
                continue
            written = names.text(statement[2], place)
            if statement[1].endswith("Endpoints.RoutePrefix"):
                prefix = written
            elif statement[1].endswith("Versioning.Prefix"):
                settings.version_prefix = written
            elif statement[1].endswith("Versioning.DefaultVersion"):
                settings.default_version = int(written) if written and written.isdecimal() else None
            elif statement[1].endswith("Versioning.PrependToRoute"):
                settings.is_prepended = statement[2] == ["b", True]
        prefixes.add(prefix)
    settings.prefix = prefixes.pop() if len(prefixes) == 1 else (None if prefixes else "")
    return settings


def _is_endpoint(place: Place, chain: list[Place]) -> bool:
    """Tell whether a class is made and derives from an endpoint of FastEndpoints."""
    own = place.type
    if own["kind"] != "class" or "abstract" in own["modifiers"] or own["is_generic"]:
        return False
    bases = (base.partition("<")[0].split(".") for part in chain for base in part.type["bases"])
    return any(_BASES.intersection(names) for names in bases)


def _calls(value: list[Any] | None) -> Iterator[list[Any]]:
    """Yield the calls of a chain that is called on the class itself, the first one first."""
    chain: list[list[Any]] = []
    while value and value[0] == "call":
        chain.append(value)
        value = value[1]
    yield from reversed(chain)


def _is_name(value: list[Any] | None) -> bool:
    return bool(value) and value is not None and value[0] == "n"


def _picked(value: list[Any] | None) -> list[str]:
    """Return the names of `new { x.Id, x.Name }`, or of `x.Id`."""
    if value and value[0] == "obj":
        return [(field[1] or ["n", "_"])[1].rpartition(".")[2] for field in value[1]]
    return [value[1].rpartition(".")[2]] if value and value[0] == "n" else []
