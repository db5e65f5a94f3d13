"""Manifests and lock files of each stack: which packages are asked for, and which were locked."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from sessions.bounds import over_nesting
from sessions.patterns import lazy_pattern
from workers.survey.found import Dependency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCKED = "locked"
MANIFEST_BYTES = 4_000_000
DEPENDENCY_CHARACTERS = 4_000
_REQUIREMENT = lazy_pattern(
    r"\s*([A-Za-z0-9][A-Za-z0-9._-]{0,100})\s*(?:\[[^\]]{0,200}\])?\s*([^;#]*)"
)
_WORD = lazy_pattern(r"[@\w./-]+")
_GEM = lazy_pattern(r"^\s*gem\s*\(?\s*['\"]([\w.-]+)['\"](?:\s*,\s*['\"]([^'\"]*)['\"])?")
_GO = lazy_pattern(r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/[^\s]+|[\w.-]+\.[a-z]+/[^\s]+)\s+(v\S+)")
_YARN = lazy_pattern(r'^"?(@?[^@"\s]+)@[^\n]*:\n\s+version:?\s+"?([^"\n]+)', re.MULTILINE)
_PNPM = lazy_pattern(r"^ {2,8}'?/?(@?[^@'\s(]+)[@/]([0-9][^:('\s]*)[^:\n]*:\s*$", re.MULTILINE)
_GEM_LOCK = lazy_pattern(r"^ {4}([\w.-]+) \(([^)]+)\)$", re.MULTILINE)


class Unreadable(Exception):
    """A manifest that is not of its form."""


def folder(file: str) -> str:
    """Return the folder of a path, "" for the root."""
    return file.rpartition("/")[0]


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file is a manifest or lock file, by its name."""
    return _reader(file) is not None and len(source) <= MANIFEST_BYTES


def read(file: str, source: bytes) -> Iterator[Dependency]:
    """Return the packages of a manifest. Raises Unreadable."""
    reader = _reader(file)
    if reader is None:
        return
    text = source.decode("utf-8-sig", "replace")
    over = over_nesting(_language(file), text)
    if over is not None:
        raise Unreadable(f"it is not read: {over.what}")
    try:
        requirements = list(reader(text))
    except (ValueError, configparser.Error, RecursionError, AttributeError, TypeError) as error:
        kind = type(error).__name__
        raise Unreadable(f"it is not a well-formed manifest ({kind})") from error
    lines = _lines(text)
    for kind, name, version in requirements:
        yield Dependency(kind, name, file, lines.get(name, 1), version or None)


Requirement = tuple[str, str, str | None]


def _lines(text: str) -> dict[str, int]:
    """Return the first line on which each word stands that may be a package's name."""
    line_of: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for word in _WORD.findall(line):
            line_of.setdefault(word, number)
    return line_of


def _requirement(written: str, kind: str = "package") -> Iterator[Requirement]:
    match = _REQUIREMENT.match(written)
    if match:
        version = match[2].strip()
        yield kind, match[1], "" if "://" in version else version


def _requirements(text: str) -> Iterator[Requirement]:
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith(("#", "-", "git+", "http", ".", "/")):
            yield from _requirement(line)


def _pyproject(text: str) -> Iterator[Requirement]:
    document = tomllib.loads(text)
    project = document.get("project", {})
    for requirement in project.get("dependencies", []):
        yield from _requirement(requirement)
    extras = [*project.get("optional-dependencies", {}).values()]
    for requirement in (each for group in extras for each in group):
        yield from _requirement(requirement)
    for group in document.get("dependency-groups", {}).values():
        for requirement in (each for each in group if isinstance(each, str)):
            yield from _requirement(requirement, "development package")
    poetry = document.get("tool", {}).get("poetry", {})
    yield from _versions(poetry.get("dependencies", {}), "package")
    yield from _versions(poetry.get("dev-dependencies", {}), "development package")
    for group in poetry.get("group", {}).values():
        yield from _versions(group.get("dependencies", {}), "development package")


def _versions(table: dict[str, Any], kind: str) -> Iterator[Requirement]:
    """Return the entries of a table of names and versions."""
    for name, value in table.items():
        version = value.get("version") if isinstance(value, dict) else value
        if name.lower() not in {"python", "php"} and not name.startswith("ext-"):
            yield kind, name, version if isinstance(version, str) else None


def _pipfile(text: str) -> Iterator[Requirement]:
    document = tomllib.loads(text)
    yield from _versions(document.get("packages", {}), "package")
    yield from _versions(document.get("dev-packages", {}), "development package")


def _setup_cfg(text: str) -> Iterator[Requirement]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    yield from _requirements(parser.get("options", "install_requires", fallback=""))


def _package_json(text: str) -> Iterator[Requirement]:
    document = json.loads(text)
    for key in ("dependencies", "peerDependencies", "optionalDependencies"):
        yield from _versions(document.get(key) or {}, "package")
    yield from _versions(document.get("devDependencies") or {}, "development package")


def _composer(text: str) -> Iterator[Requirement]:
    document = json.loads(text)
    yield from _versions(document.get("require") or {}, "package")
    yield from _versions(document.get("require-dev") or {}, "development package")


def _go_mod(text: str) -> Iterator[Requirement]:
    for line in text.splitlines():
        match = _GO.match(line[:1000])
        if match and "// indirect" not in line and not line.startswith("module"):
            yield "package", match[1], match[2]


def _pom(text: str) -> Iterator[Requirement]:
    # No XML parser: entities of a stranger's document are not expanded.
    for part in text.split("<dependency>")[1:]:
        block = part.partition("</dependency>")[0][:DEPENDENCY_CHARACTERS]
        tags = {
            tag: found[1].strip()
            for tag in ("groupId", "artifactId", "version", "scope")
            if (found := re.search(rf"<{tag}>([^<]{{1,300}})</{tag}>", block))
        }
        kind = "development package" if tags.get("scope") == "test" else "package"
        if "artifactId" in tags:
            yield kind, tags["artifactId"], tags.get("version")


def _gemfile(text: str) -> Iterator[Requirement]:
    for line in text.splitlines():
        match = _GEM.match(line[:1000])
        if match:
            yield "package", match[1], match[2]


def _toml_lock(text: str) -> Iterator[Requirement]:
    for package in tomllib.loads(text).get("package", []):
        yield LOCKED, package["name"], str(package.get("version") or "")


def _npm_lock(text: str) -> Iterator[Requirement]:
    document = json.loads(text)
    for path, package in document.get("packages", {}).items():
        if path.startswith("node_modules/") and "/node_modules/" not in path:
            yield LOCKED, path.removeprefix("node_modules/"), package.get("version")
    for name, package in document.get("dependencies", {}).items():
        yield LOCKED, name, package.get("version")


def _pipfile_lock(text: str) -> Iterator[Requirement]:
    document = json.loads(text)
    for section in ("default", "develop"):
        for name, package in document.get(section, {}).items():
            yield LOCKED, name, package.get("version", "").lstrip("=")


def _composer_lock(text: str) -> Iterator[Requirement]:
    document = json.loads(text)
    for package in [*document.get("packages", []), *document.get("packages-dev", [])]:
        yield LOCKED, package["name"], package.get("version")


def _by_pattern(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Requirement]]:
    def found(text: str) -> Iterator[Requirement]:
        yield from ((LOCKED, name, version) for name, version in pattern.findall(text))

    return found


READERS: dict[str, Callable[[str], Iterator[Requirement]]] = {
    "pyproject.toml": _pyproject,
    "pipfile": _pipfile,
    "setup.cfg": _setup_cfg,
    "package.json": _package_json,
    "composer.json": _composer,
    "go.mod": _go_mod,
    "pom.xml": _pom,
    "gemfile": _gemfile,
    "poetry.lock": _toml_lock,
    "uv.lock": _toml_lock,
    "pipfile.lock": _pipfile_lock,
    "package-lock.json": _npm_lock,
    "yarn.lock": _by_pattern(_YARN),
    "pnpm-lock.yaml": _by_pattern(_PNPM),
    "gemfile.lock": _by_pattern(_GEM_LOCK),
    "composer.lock": _composer_lock,
}
_REQUIREMENTS = lazy_pattern(
    r"(?:^|/)(?:[\w.-]*requirements[\w.-]*|requirements/[\w.-]+)\.(?:txt|in)$"
)


def _language(file: str) -> str:
    """Return the language in which a manifest may be nested."""
    name = file.rpartition("/")[2].lower()
    is_json = name.endswith(".json") or name in {"pipfile.lock", "composer.lock"}
    is_toml = name.endswith(".toml") or name in {"pipfile", "poetry.lock", "uv.lock"}
    return "json" if is_json else "toml" if is_toml else ""


def _reader(file: str) -> Callable[[str], Iterator[Requirement]] | None:
    if _REQUIREMENTS.search(file):
        return _requirements
    return READERS.get(file.rpartition("/")[2].lower())
