"""What applications are set up by, as far as paths and names of tables depend on it.

`application.properties`, `.yml` and `.conf` are read line by line: a template in them, which a
reader of YAML refuses, costs its own line and no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.jvm import web_xml
from workers.survey.languages.jvm.program import module_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Document = list[Any]  # the profile that it is of or None, and what it sets by key
MOST_SETTINGS = 5_000
_LINE_CHARACTERS = 400
_PROPERTY = lazy_pattern(r"^\s{0,40}([\w.%\[\]\"-]{1,200})\s{0,40}[=:]\s{0,40}(.*)$")
_YAML = lazy_pattern(r"^([ \t]{0,200})(?:- )?([\w.%/\"'-]{1,120})\s{0,20}:(?:\s{1,100}(.*))?$")
_HOCON_ROOT = lazy_pattern(r"\brootPath\s{0,20}[=:]\s{0,20}\"([^\"\n]{0,200})\"")
_SECRET = lazy_pattern(r"(?i)passw|secret|token|credential|private|apikey|api-key")
_PLACEHOLDER = lazy_pattern(r"[$#]\{([^{}:]{1,200})(?::([^{}]{0,200}))?\}")
_BUILD = lazy_pattern(r"(?:^|/)(?:pom\.xml|build\.gradle(?:\.kts)?)$")
_LIBRARIES = ("quarkus", "spring-boot", "springframework.boot", "spring-boot-starter-jersey",
              "micronaut", "dropwizard", "liquibase")  # fmt: skip
_PACKAGES = {"spring-boot": "org.springframework.boot", "quarkus": "io.quarkus."}
_PROFILE_KEYS = ("spring.config.activate.on-profile", "spring.profiles")


def build(source: bytes) -> list[list[str]]:
    """Return the libraries that a build asks for and that decide how things are called."""
    return [[word for word in _LIBRARIES if word.encode() in source]]


def documents(file: str, source: bytes) -> list[Document]:
    """Return what a file of settings sets, for every profile in it."""
    if _BUILD.search(file):
        return build(source)
    text = source.decode("utf-8-sig", "replace")
    name = file.rpartition("/")[2]
    of_file = re.match(r"(?:application|bootstrap)-([\w.-]{1,60})\.\w{1,10}$", name)
    if name == "web.xml":
        return _servlets(text)
    if name.endswith(".conf"):
        root = _HOCON_ROOT.search(text)
        return [[None, {"ktor.deployment.rootPath": root[1]}]] if root else []
    is_yaml = name.endswith(("yml", "yaml"))
    separator = r"(?m)^---[^\n]*$" if is_yaml else r"(?m)^[#!]---[^\n]*$"
    listed: list[Document] = []
    for part in re.split(separator, text):
        values = dict(_yaml(part) if is_yaml else _properties(part))
        profile = next((values[key] for key in _PROFILE_KEYS if key in values), None)
        listed += _documents(values, profile or (of_file[1] if of_file else None))
    return listed


def _servlets(text: str) -> list[Document]:
    """Return what is mapped once as settings, and what is mapped again as if by a profile."""
    plain: dict[str, str] = {}
    others: list[Document] = []
    for key, path in web_xml.mapped(text):
        if plain.setdefault(key, path) != path:
            others.append([path, {key: path}])
    return [[None, plain], *others]


def _documents(values: dict[str, str], profile: str | None) -> Iterator[Document]:
    """Yield the settings of a document, and those of profiles that Quarkus writes as `%dev.`."""
    plain = {key: value for key, value in values.items() if not key.startswith("%")}
    yield [profile, plain]
    for key, value in values.items():
        if key.startswith("%"):
            own, _, rest = key[1:].partition(".")
            yield [own, {rest: value}]


def _properties(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n")[:MOST_SETTINGS]:
        match = (
            None if line.lstrip()[:1] in {"#", "!"} else _PROPERTY.match(line[:_LINE_CHARACTERS])
        )
        if match and not _SECRET.search(match[1]):
            yield match[1].replace('"', ""), match[2].strip()


def _yaml(text: str) -> Iterator[tuple[str, str]]:
    """Yield the settings of a document, their keys joined by how far lines are indented."""
    above: list[tuple[int, str]] = []
    for line in text.split("\n")[:MOST_SETTINGS]:
        match = None if line.lstrip().startswith("#") else _YAML.match(line[:_LINE_CHARACTERS])
        if match is None:
            continue
        depth = len(match[1])
        while above and above[-1][0] >= depth:
            above.pop()
        key = match[2].strip("\"'")
        whole = ".".join([*(name for _, name in above[-20:]), key])
        above.append((depth, key))
        value = re.sub(r"\s#[^\n]*$", "", (match[3] or "").strip()).strip()
        if value and not value.startswith("#") and not _SECRET.search(whole):
            yield whole, _unquoted(value)


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


@dataclass
class Settings:
    """The settings of all files, by the module that they lie in."""

    by_module: dict[str, list[Document]] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)  # what builds ask for, by folder
    imported: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, files: Mapping[str, list[Document]]) -> Settings:
        """Return the settings of these files."""
        settings = cls()
        for file, listed in sorted(files.items()):
            if _BUILD.search(file):
                settings.used[file.rpartition("/")[0]] = {word for one in listed for word in one}
            else:
                settings.by_module.setdefault(module_of(file), []).extend(listed)
        return settings

    def add_imported(self, files: Mapping[str, dict[str, Any]]) -> None:
        """Take what code imports for what is built where no build here says it.

        A parent that is elsewhere may bring it in.
        """
        known = set().union(*self.used.values())
        for word, package in _PACKAGES.items():
            shown = any(
                str(name).startswith(package)
                for fact in files.values()
                for name in (*fact["imports"].values(), *fact["wild"])
            )
            if shown and word not in known:
                self.imported.add(word)

    def builds(self, module: str) -> bool:
        """Tell whether a module runs by itself: it has settings of its own."""
        return module in self.by_module

    def uses(self, file: str, word: str) -> bool:
        """Tell whether what builds a file's module, or a folder around it, asks for a library.

        Where a module is not built by a file that is here, any other's counts.
        """
        if word in self.imported:
            return True
        folder = module_of(file)
        around = [folder]
        while folder:
            folder = folder.rpartition("/")[0]
            around.append(folder)
        own = [self.used[one] for one in around if one in self.used]
        return any(word in one for one in own or self.used.values())

    def values(self, file: str, key: str) -> set[str | None]:
        """Return what a setting may be for a file, None for not set.

        What its own module says counts alone; where that says nothing at all, any other's.
        """
        own = self.by_module.get(module_of(file))
        if own is not None:
            return _values(own, key)
        return {value for listed in self.by_module.values() for value in _values(listed, key)} or {
            None
        }

    def filled(self, text: str, file: str) -> list[str | None]:
        """Return a text in parts: what placeholders stand for is filled in, None if unknown."""
        parts: list[str | None] = []
        at = 0
        for match in _PLACEHOLDER.finditer(text):
            parts += [text[at : match.start()], self._placeholder(match, file)]
            at = match.end()
        return [*parts, text[at:]]

    def _placeholder(self, match: re.Match[str], file: str) -> str | None:
        values = self.values(file, match[1].strip())
        if len(values) != 1:
            return None
        (value,) = values
        value = match[2] if value is None else value
        if value is None or _PLACEHOLDER.search(value) is None:
            return value
        # What a setting is set by in turn: an environment variable with a default.
        inner = [each[2] if each[2] is not None else None for each in _PLACEHOLDER.finditer(value)]
        return None if None in inner else _PLACEHOLDER.sub(lambda each: each[2] or "", value)

    def path(self, file: str, *keys: str) -> str | None:
        """Return what the settings put in front of a file's paths, None where that is not known."""
        front = ""
        for key in keys:
            values = {_slashed(value) for value in self.values(file, key)}
            if len(values) != 1:
                return None
            parts = self.filled(values.pop(), file)
            if None in parts:
                return None
            front += _slashed("".join(part or "" for part in parts))
        return front


def _slashed(value: str | None) -> str:
    """Return a path with a slash in front and none at its end, '' for none."""
    stripped = (value or "").strip().strip("/")
    return f"/{stripped}" if stripped else ""


def _values(listed: list[Document], key: str) -> set[str | None]:
    """Return what the plain settings say, and every profile that says something else."""
    relaxed = _relaxed(key)
    plain: str | None = None
    others: set[str | None] = set()
    for profile, values in listed:
        for name, value in values.items():
            if _relaxed(name) != relaxed:
                continue
            if profile is None:
                plain = value
            else:
                others.add(value)
    return {plain} | others


def _relaxed(key: str) -> str:
    """Return a key as Spring compares them: `contextPath` is `context-path`."""
    return key.replace("-", "").replace("_", "").lower()
