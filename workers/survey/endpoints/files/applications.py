"""The applications of a repository: the folders where a framework is in use, and their settings."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.endpoints.files.layouts import ALSO_CONFIGURES, LAYOUTS, patterns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.endpoints.files.layouts import Layout
    from workers.survey.endpoints.files.settings import Setting

Fact = list[Any]
# An application of Nuxt has Nitro inside, at the places of Nuxt; a framework deploys as functions.
_INSIDE = {
    "nitro": frozenset({"nuxt"}),
    "vercel": frozenset({"nextjs", "nuxt", "nitro", "sveltekit", "astro", "remix"}),
}


@dataclass
class Applications:
    """By folder the frameworks that a manifest or a configuration there shows.

    `versions` are of packages, by folder; `settings` by folder and framework; `trees` are what
    files of routes say, by file.
    """

    frameworks: dict[str, set[str]] = field(default_factory=dict)
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: dict[tuple[str, str], dict[str, Setting]] = field(default_factory=dict)
    trees: dict[str, Fact] = field(default_factory=dict)

    def of(self, file: str) -> Iterator[tuple[str, Layout]]:
        """Yield the folders above a file where a framework is in use, innermost first."""
        for folder in ancestors(file):
            own = self.frameworks.get(folder, set())
            for layout in LAYOUTS if own else ():
                inner = _INSIDE.get(layout.framework, frozenset())
                if layout.framework in own and inner.isdisjoint(own):
                    yield folder, layout

    def setting(self, folder: str, layout: Layout, key: str) -> tuple[bool, Setting]:
        """Return whether a setting is there, and what it is."""
        known = self.settings.get((folder, layout.framework), {})
        return key in known, known.get(key)


def applications(facts: Mapping[str, list[Fact]], names: Mapping[str, object]) -> Applications:
    """Return the applications; `facts` are those of `facts`, `names` all files of the survey."""
    found_there = Applications()
    for file in names:
        _by_name(file, found_there)
    for file, listed in facts.items():
        folder = posixpath.dirname(file)
        for fact in listed:
            if fact[0] == "packages":
                found_there.versions[folder] = fact[1]
                own = {one.framework for one in LAYOUTS if fact[1].keys() & set(one.packages)}
                found_there.frameworks.setdefault(folder, set()).update(own)
            elif fact[0] == "settings":
                _set(file, fact[1], found_there)
            elif fact[0] == "tree":
                found_there.trees[file] = fact
    for file, listed in facts.items():
        for fact in listed:
            if fact[0] == "exports":
                _by_words(file, fact[3], found_there)
    return found_there


def ancestors(file: str) -> Iterator[str]:
    """Yield the folders that a file lies in, innermost first, "" for the root."""
    folder = posixpath.dirname(file)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _by_name(file: str, into: Applications) -> None:
    folder, _, name = file.rpartition("/")
    if ".config." not in name and not name.startswith("medusa-config."):
        return
    for layout in LAYOUTS:
        if name.startswith(f"{layout.config}."):
            into.frameworks.setdefault(folder, set()).add(layout.framework)
    also = ALSO_CONFIGURES.get(name.partition(".config.")[0] + ".config")
    if also:
        into.frameworks.setdefault(folder, set()).add(also)


def _set(file: str, known: dict[str, Setting], into: Applications) -> None:
    """Take up the settings of a configuration for what it configures."""
    folder, _, name = file.rpartition("/")
    stem = name.partition(".config.")[0] + ".config"
    own = {layout.framework for layout in LAYOUTS if layout.config == stem}
    if stem in ALSO_CONFIGURES:
        own.add("remix")
        if stem == "vite.config":
            known = {key: known[key] for key in known.keys() & {"basename", "convention"}}
    for framework in own:
        into.settings.setdefault((folder, framework), {}).update(known)


def _by_words(file: str, shown: list[int], into: Applications) -> None:
    """Where no manifest is near, believe what a route's own words and place say together."""
    if any(folder in into.versions or folder in into.frameworks for folder in ancestors(file)):
        return
    for position in shown:
        if position >= len(LAYOUTS) or not patterns()[position].search(file):
            continue
        layout = LAYOUTS[position]
        for folder, _ in sorted(layout.folders, key=lambda pair: -len(pair[0])):
            at = f"/{file}".find(f"/{folder}/")
            if at != -1:
                root = file[: max(0, at - 1)]
                into.frameworks.setdefault(root, set()).add(layout.framework)
                return
