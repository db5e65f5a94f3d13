"""The endpoints of files that are routes by their place in an application."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.files import remix
from workers.survey.endpoints.files.applications import Applications, applications
from workers.survey.endpoints.files.layouts import LAYOUTS, Layout, patterns
from workers.survey.endpoints.files.segments import Excluded, Segment, paths, segments
from workers.survey.found import Endpoint, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.endpoints.modules import Modules

Fact = list[Any]
_ANY = "ANY"
_MOST = 50_000
_HANDED_ON = 5
_SUFFIX = lazy_pattern(r"\.[cm]?[jt]sx?$")
_FIRST_REMIX = lazy_pattern(r"^[~^=v ]{0,3}1\.")
# Modules for the server or the browser alone: what lies beside routes, and none itself.
_ONE_SIDE = lazy_pattern(r"\.(?:server|client)\.[cm]?[jt]sx?$")
_CONVENTIONS = {
    "flat": remix.flat, "hybrid": remix.hybrid, "auto": remix.auto, "nested": remix.nested,
}  # fmt: skip


class _Place(NamedTuple):
    """Where a file is served: its paths, the method that its name says, whether all is known."""

    paths: list[str]
    method: str | None
    is_whole: bool


def resolve(
    facts: Mapping[str, list[Fact]], names: Mapping[str, list[Fact]], modules: Modules
) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files that are routes, and what is not known of some.

    `facts` are those of `facts` by file, `names` all that is known of every file.
    """
    placing = _Placing(facts, names, modules)
    by_place: dict[tuple[str, str, str, int], Endpoint] = {}
    for file, listed in sorted(facts.items()):
        for fact in listed:
            for each in placing.endpoints(file, fact) if fact[0] == "exports" else ():
                if len(by_place) < _MOST:
                    by_place.setdefault((each.method, each.path, each.file, each.line), each)
    return list(by_place.values()), placing.missed


class _Placing:
    def __init__(
        self,
        facts: Mapping[str, list[Fact]],
        names: Mapping[str, list[Fact]],
        modules: Modules,
    ) -> None:
        self.exports = {
            file: fact for file, listed in facts.items() for fact in listed if fact[0] == "exports"
        }
        self.names, self.modules = names, modules
        self.applications: Applications = applications(facts, names)
        self.missed: list[NotUnderstood] = []
        self._trees: dict[str, dict[str, list[list[Segment]]]] = {}

    def endpoints(self, file: str, fact: Fact) -> Iterator[Endpoint]:
        """Yield the endpoints of a file."""
        for folder, layout in self.applications.of(file):
            rows = list(self._rows(file, fact, layout))
            if not rows and not fact[2]:
                continue
            place = self._place(file, folder, layout)
            if place is None:
                continue
            if fact[2] and layout.methods == "verbs" and not self._is_handed_on(file, fact):
                reason = "which methods it hands on from other modules is not known"
                self.missed.append(NotUnderstood(file, fact[2][0][1], reason))
            for method, handler, line in rows:
                named = place.method if layout.methods == "suffix" else None
                for path in place.paths:
                    yield Endpoint(
                        named or method, path, handler, file, line, layout.framework,
                        "full" if place.is_whole else "suffix",
                        access_reason=f"guards of {layout.title} are not read",
                    )  # fmt: skip
            return

    def _rows(self, file: str, fact: Fact, layout: Layout) -> Iterator[tuple[str, str, int]]:
        """Yield method, handler and line of what a file exports that a layout calls."""
        for name, local, line, methods in fact[1]:
            yield from ((each, local, line) for each in _methods(layout, name, methods))
        for module, line in fact[2] if layout.methods == "verbs" else ():
            names = (self._handed_on(file, module) or set()) & layout.verbs.keys()
            yield from ((layout.verbs[name], name, line) for name in sorted(names))

    def _is_handed_on(self, file: str, fact: Fact) -> bool:
        return all(self._handed_on(file, module) is not None for module, _ in fact[2])

    def _handed_on(self, file: str, module: str, depth: int = 0) -> set[str] | None:
        """Return what `export * from "x"` hands on, None where that is not known."""
        target = self.modules.script(file, module)
        if target is None or depth > _HANDED_ON:
            return None
        if target in self.exports:
            fact = self.exports[target]
            known = {name for name, *_ in fact[1] if name != "default"}
            inner = [module for module, _ in fact[2]]
        else:
            statements = self.names.get(target, [])
            if not statements or statements[0] == ["quiet"]:
                return None
            known = {s[1] for s in statements if s[0] in {"export", "reexport"}} - {"*", "default"}
            inner = [s[3] for s in statements if s[0] == "reexport" and s[1] == "*"]
        for each in inner:
            known |= self._handed_on(target, each, depth + 1) or set()
        return known

    def _place(self, file: str, folder: str, layout: Layout) -> _Place | None:
        """Return where an application serves a file, None where it does not."""
        if layout.methods == "loader":
            return self._of_remix(file, folder, layout)
        if not patterns()[LAYOUTS.index(layout)].search(file):
            return None
        for below, prefix in self._folders(folder, layout):
            start = _path(folder, below) + "/"
            if not file.startswith(start):
                continue
            stem = self._stem(file[len(start) :], folder, layout)
            if stem is None:
                return None
            try:
                parts, method = segments(layout.notation, stem)
            except Excluded:
                return None
            return self._placed(paths(parts, prefix), method, folder, layout)
        return None

    def _placed(self, below: list[str], method: str | None, folder: str, layout: Layout) -> _Place:
        """Put what stands before all paths of an application before some."""
        prefix, is_whole = "", True
        for key in layout.base:
            is_set, value = self.applications.setting(folder, layout, key)
            is_whole = is_whole and (not is_set or isinstance(value, str))
            prefix += f"/{value.strip('/')}" if isinstance(value, str) and value.strip("/") else ""
        joined = [f"{prefix}{path}".rstrip("/") or "/" for path in below]
        return _Place(joined, method, is_whole)

    def _folders(self, folder: str, layout: Layout) -> Iterator[tuple[str, str]]:
        """Yield the folders of routes below that of an application, settings first."""
        for key, template in layout.moved:
            value = self.applications.setting(folder, layout, key)[1]
            if not isinstance(value, str) or value.startswith(("/", "~", "@")):
                continue
            moved = posixpath.normpath(value if template == "=" else template.format(value))
            if moved.startswith(".."):
                continue
            tails = (
                (("/api", "/api"), ("/routes", "")) if layout.notation == "nitro" else (("", ""),)
            )
            for tail, prefix in tails:
                yield f"{moved}{tail}".removeprefix("./"), prefix
        yield from layout.folders

    def _stem(self, name: str, folder: str, layout: Layout) -> str | None:
        """Return the name of a route's file without its end, None where that end serves nothing."""
        if layout.framework == "nextjs" and layout.methods == "default":
            extensions = self.applications.setting(folder, layout, "pageExtensions")[1]
            if isinstance(extensions, list):
                ends = sorted((f".{one.lstrip('.')}" for one in extensions), key=len, reverse=True)
                return next((name.removesuffix(end) for end in ends if name.endswith(end)), None)
        return _SUFFIX.sub("", name)

    # Remix and React Router

    def _of_remix(self, file: str, folder: str, layout: Layout) -> _Place | None:
        if _ONE_SIDE.search(file):
            return None
        for below, _ in self._folders(folder, layout):
            app = _path(folder, below.removesuffix("/routes"))
            listing = next(
                (at for end in "ts js mts mjs".split()
                 if (at := f"{app}/routes.{end}") in self.applications.trees),
                None,
            )  # fmt: skip
            convention, nodes = "", []
            if listing is not None:
                _, convention, nodes = self.applications.trees[listing]
                several = self._listed(listing, nodes, app).get(file)
                if several:
                    below_all = [path for parts in several for path in paths(parts)]
                    return self._placed(list(dict.fromkeys(below_all)), None, folder, layout)
            start = _path(folder, below) + "/"
            if not file.startswith(start) or convention == "tree":
                continue
            reader = _CONVENTIONS.get(convention or self._convention(folder, start, layout))
            if reader is None:
                reason = "its routes are laid out by code that is not understood"
                self.missed.append(NotUnderstood(file, 1, reason))
                return None
            parts = reader(_SUFFIX.sub("", file[len(start) :]))
            if parts is not None:
                return self._placed(paths(parts), None, folder, layout)
        return None

    def _listed(self, listing: str, nodes: list[Any], app: str) -> dict[str, list[list[Segment]]]:
        """Return the segments of each file that a tree of routes lists."""
        if listing not in self._trees:
            by_file: dict[str, list[list[Segment]]] = {}
            for file, parts in remix.listed(nodes, app):
                by_file.setdefault(file, []).append(parts)
            self._trees[listing] = by_file
        return self._trees[listing]

    def _convention(self, folder: str, start: str, layout: Layout) -> str:
        """Return how routes are laid out where no file of them says it."""
        if self.applications.setting(folder, layout, "convention")[1] == "hybrid":
            return "hybrid"
        versions = self.applications.versions.get(folder, {})
        is_first = any(
            _FIRST_REMIX.match(version)
            for name, version in versions.items()
            if name.startswith("@remix-run/")
        )
        ends = ("/route", "/index")
        is_nested = is_first and any(
            "/" in (stem := _SUFFIX.sub("", file[len(start) :])) and not stem.endswith(ends)
            for file in self.exports
            if file.startswith(start)
        )
        return "nested" if is_nested else "flat"


def _methods(layout: Layout, name: str, methods: list[str] | None) -> list[str]:
    """Return what an export answers where a layout lies, nothing for one that it does not call."""
    if layout.methods in {"verbs", "function"} and name != "default":
        return [layout.verbs[name]] if name in layout.verbs else []
    if layout.methods == "loader":
        own = {"loader": ["GET"], "action": methods or [_ANY]}
        return own.get(name, [])
    is_called = name == "default" and layout.methods != "verbs"
    return (methods or [_ANY]) if is_called else []


def _path(folder: str, below: str) -> str:
    return f"{folder}/{below}" if folder else below
