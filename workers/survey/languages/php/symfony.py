"""Routes of Symfony: what files of configuration import, from the application's first on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.languages.php import symfony_classes
from workers.survey.languages.php.declared import Declared, Place, braces
from workers.survey.languages.php.files import normal
from workers.survey.languages.php.symfony_classes import Classes, Paths, combined
from workers.survey.languages.php.values import GAP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.languages.php.values import Constants

SYMFONY = "symfony"
NO_SLASH = "\3"  # behind a prefix whose own path ends without a slash
DEEPEST = 15
# What an application loads by itself; a bundle's files are below `Resources`.
_BY_ENVIRONMENT = lazy_pattern(r"(?:^|/)config/routes/[\w-]+/[\w.-]+\.(?:ya?ml|php)$")
_IN_FOLDER = lazy_pattern(r"(?:^|/)config/routes/[\w.-]+\.(?:ya?ml|php)$")
_OF_TESTS = lazy_pattern(r"(?:^|/)config/routes/test")
_FIRST = lazy_pattern(r"(?:^|/)(?:config/routes|app/config/routing(?:_\w{1,20})?)\.(?:ya?ml|php)$")
_OF_KERNEL = lazy_pattern(r"^(?:/config)?/(?:\{?routes\}?)(?:/\*|\.|$|/$)")
_ATTRIBUTES = frozenset("attribute annotation tagged_services".split())
_PARAMETER = lazy_pattern(r"%[\w.()]{1,100}%")
_BRACES = lazy_pattern(r"\{([^{}]{0,500})\}")
_MOST_PATTERNS = 100


class Import(NamedTuple):
    """A line of configuration that takes over routes: of classes, of a file, of a folder."""

    resource: str
    kind: str
    paths: Paths
    prefix_of_names: str
    excluded: tuple[str, ...]
    file: str
    line: int
    slash_on_root: bool = True


class Entry(NamedTuple):
    """A route that configuration declares itself."""

    name: str
    paths: Paths
    methods: tuple[str, ...]
    handler: str
    file: str
    line: int


@dataclass
class Routing:
    """All configuration and all classes, and what was put together so far."""

    classes: Classes
    settings: Mapping[str, list[Import | Entry]]
    declared: Declared
    files: set[str]
    routes: dict[object, tuple[Paths, Entry]] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    active: list[str] = field(default_factory=list)

    def load(self, file: str, paths: Paths, names: str) -> None:
        """Take over a file of configuration below prefixes."""
        if file in self.active or len(self.active) > DEEPEST:
            return
        self.active.append(file)
        self.loaded.add(file)
        for each in self.settings[file]:
            if isinstance(each, Import):
                ending = "" if each.slash_on_root else NO_SLASH
                inner = {key: _slashed(one) + ending for key, one in each.paths.items()}
                self._import(each, combined(paths, inner), names + each.prefix_of_names)
            else:
                self._keep(f"{names}{each.name}", paths, each)
        self.active.pop()

    def _keep(self, name: object, prefixes: Paths, route: Entry) -> None:
        """Keep a route; a later one of the same name stands in its place."""
        key = (_root(self.active[0]) if self.active else "", name)
        self.routes.pop(key, None)
        self.routes[key] = (prefixes, route)

    def _import(self, each: Import, paths: Paths, names: str) -> None:
        target = self._target(each)
        if target is None:
            name = each.kind if each.resource in {"", "."} and each.kind else each.resource
            reason = f"routes of {' '.join(name.split())[:80]} are not here"
            if GAP in each.resource:
                rest = each.resource.rpartition(GAP)[2]
                if _OF_KERNEL.search(rest):  # what every kernel loads, and `_roots` as well
                    return
                reason = "it imports routes whose place is computed"
            self.declared.miss(each.file, each.line, reason)
            return
        files = [one for one in target if one in self.settings]
        for file in files:
            self.load(file, paths, names)
        wanted = {one for one in target if one not in self.settings}
        for name, (file, _) in self.classes.by_name.items():
            if file in wanted and not _is_excluded(file, each):
                self.take(name, paths, names)

    def take(self, name: str, paths: Paths, names: str) -> None:
        """Take over the routes of a class."""
        self.imported.add(name)
        for number, route in enumerate(self.classes.routes(name)):
            own = f"{names}{route.name}" if route.name else (name, names, number)
            entry = Entry("", route.paths, route.methods, route.handler, route.file, route.line)
            self._keep(own, paths, entry)

    def _target(self, each: Import) -> list[str] | None:
        """Return the files that a resource means, None for what is not in the repository."""
        resource = each.resource
        if resource == "routing.controllers" or each.kind == "tagged_services":
            return [one for one in self.files if one.startswith(_root(each.file))]
        if resource.startswith("@"):
            return self._of_bundle(resource)
        if GAP in resource:
            return None
        by_name = self.classes.by_name.get(resource.lstrip("\\"))
        if by_name is not None:
            return [by_name[0]]
        if "\\" in resource or resource in {"", "."}:
            return None
        folder = each.file.rpartition("/")[0]
        for base in (f"{folder}/", _root(each.file), ""):
            target = self._below(normal(base + resource))
            if target:
                return target
        is_local = "/" in resource and each.kind in {*_ATTRIBUTES, "", "directory", "glob"}
        return [] if is_local else None

    def _below(self, path: str) -> list[str]:
        known = self.files | set(self.settings)
        if path in known:
            return [path]
        if any(sign in path for sign in "*{"):
            patterns = _patterns(path)
            return sorted(one for one in known if any(_matches(one, each) for each in patterns))
        return sorted(one for one in known if one.startswith(f"{path}/"))

    def _of_bundle(self, resource: str) -> list[str] | None:
        name, _, rest = resource[1:].partition("/")
        for file in sorted(self.files):
            if file.endswith(f"/{name}.php") or file == f"{name}.php":
                folder = file.rpartition("/")[0]
                return self._below(normal(f"{folder}/{rest}"))
        return None


def follow(
    sources: Mapping[str, dict[str, Any]],
    settings: Mapping[str, list[Import | Entry]],
    constants: Constants,
    declared: Declared,
) -> None:
    """Put the routes of Symfony together."""
    classes = Classes(constants)
    classes.add(sources)
    routing = Routing(classes, settings, declared, set(sources))
    for file in _roots(settings):
        routing.load(file, {"": ""}, "")
    for file in sorted(settings):  # what imports the rest is not here
        if file not in routing.loaded and not _OF_TESTS.search(file):
            routing.load(file, {"": GAP}, "")
    _left(routing, sources)
    for paths, route in routing.routes.values():
        place = Place(route.file, route.line, SYMFONY)
        for path in combined(paths, route.paths).values():
            bare = path.removesuffix(f"{NO_SLASH}/").replace(NO_SLASH, "")
            whole = "/" + bare.strip().lstrip("/") if bare[:1] != GAP else bare
            written = braces(_PARAMETER.sub(GAP, whole))
            declared.add(route.methods, written, route.handler, place)
    symfony_classes.foreign(sources, declared)


def _left(routing: Routing, sources: Mapping[str, dict[str, Any]]) -> None:
    """Take over classes that nothing imports: their prefix is known only without configuration."""
    is_configured = {
        _root(file)
        for file, listed in routing.settings.items()
        if any(isinstance(one, Import) for one in listed)
    }
    bundles = {one.rpartition("/")[0] for one in sources if one.endswith("Bundle.php")}
    for name, (file, declared) in sorted(routing.classes.by_name.items()):
        if name in routing.imported or not symfony_classes.has_routes(declared):
            continue
        is_open = any(file.startswith(root) for root in is_configured) or any(
            file.startswith(f"{folder}/") or not folder for folder in bundles
        )
        is_kernel = name.endswith("Kernel")
        routing.take(name, {"": GAP if is_open and not is_kernel else ""}, "")


def _roots(settings: Mapping[str, list[Import | Entry]]) -> Iterator[str]:
    """Yield the files that an application loads by itself, in the order in which it does."""
    imported: set[str] = set()
    for file, listed in settings.items():
        folder = file.rpartition("/")[0]
        for each in listed:
            if isinstance(each, Import):
                imported.add(normal(f"{folder}/{each.resource}"))
    for pattern in (_BY_ENVIRONMENT, _IN_FOLDER, _FIRST):
        for file in sorted(settings):
            is_own = "Resources/" not in file and not _OF_TESTS.search(file)
            if pattern.search(file) and file not in imported and is_own:
                yield file


def _root(file: str) -> str:
    """Return the folder of the application that a file of configuration is of, with a slash."""
    match = re.search(r"(?:^|/)(?:app/)?config/", file)
    return file[: match.start() + 1] if match and match.start() else ""


def _slashed(prefix: str) -> str:
    """Return a prefix as an import puts it in front."""
    bare = prefix.strip().strip("/")
    if prefix.startswith(GAP):
        return prefix.rstrip("/")
    return f"/{bare}" if bare else ""


def _is_excluded(file: str, each: Import) -> bool:
    folder = each.file.rpartition("/")[0]
    for pattern in each.excluded:
        for path in _patterns(normal(f"{folder}/{pattern}")):
            if file.startswith(f"{path}/") or _matches(file, path) or file == path:
                return True
    return False


def _matches(file: str, pattern: str) -> bool:
    return fnmatchcase(file, pattern)


def _patterns(path: str) -> list[str]:
    """Return the patterns that `{a,b}` stands for."""
    patterns = [path]
    for _ in range(5):
        match = _BRACES.search(patterns[0])
        if match is None or len(patterns) > _MOST_PATTERNS:
            break
        patterns = [
            one[: m.start()] + each + one[m.end() :]
            for one in patterns
            if (m := _BRACES.search(one))
            for each in m[1].split(",")
        ]
    return patterns
