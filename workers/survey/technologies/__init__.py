"""Which technologies a repository uses: known by what code imports, manifests and file names.

ECOSYSTEMS (`ecosystems`) is the table, a module an ecosystem. Here is what finds them: `concerns`
and `extract` look at one file, `resolve` at all. Nothing here knows what readers made of a file;
`workers.survey.unread` holds the two against each other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.found import Dependency, NotUnderstood, Technology
from workers.survey.syntax import suffix
from workers.survey.technologies import ecosystems, imports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# [key of the technology, line, how it is known, whether it serves there]
Fact = list[str | int | bool]
_BYTES = 1_000_000
_DOCUMENT_BYTES = 300_000
# What Deno and npm put around a package's name.
_AROUND = lazy_pattern(
    r"^(?:npm:|jsr:|https?://(?:deno\.land/(?:x/)?|esm\.sh/|jsr\.io/))|@v?\d[^/]*"
)
_MANIFEST_WORD = lazy_pattern(rb"[@\w][\w./:@-]*")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file shows a technology."""
    return next(_facts(file, source), None) is not None


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what a file shows, each technology once."""
    first: dict[tuple[str, str], Fact] = {}
    for key, offset, how, serves in _facts(file, source):
        line = source.count(b"\n", 0, offset) + 1
        fact = first.setdefault((key, how), [key, line, how, serves])
        fact[3] = fact[3] or serves
    return list(first.values())


def _facts(file: str, source: bytes) -> Iterator[tuple[str, int, str, bool]]:
    if ecosystems.any_place().search(file):
        for key, how, pattern in ecosystems.places():
            if pattern.search(file):
                yield key, 0, how, True
    end = suffix(file)
    ecosystem = ecosystems.of_suffix().get(end)
    if ecosystem is not None and len(source) <= _BYTES:
        if ecosystem.name == "python":
            yield from _imported(ecosystem.name, imports.imports_of(ecosystem.name, source), source)
        elif ecosystem.name == "script":
            yield from _imported(ecosystem.name, _packages(source), source)
            yield from _worded(ecosystems.free_words(), source)
        else:
            yield from _worded(ecosystems.words(ecosystem.name), source)
    elif end in ecosystems.DOCUMENTS and len(source) <= _DOCUMENT_BYTES:
        for key, word, mark in ecosystems.document_marks():
            match = mark.search(source) if word in source else None
            if match is not None:
                yield key, match.start(), "mark", True
    yield from _named_by_manifest(file, source)


def _imported(
    ecosystem: str, modules: Iterable[tuple[int, str]], source: bytes
) -> Iterator[tuple[str, int, str, bool]]:
    known = ecosystems.by_module(ecosystem)
    separator = "." if ecosystem == "python" else "/"
    for offset, module in modules:
        key = _longest(known, module, separator)
        if key is not None:
            uses = ecosystems.by_name()[key].uses.split()
            yield key, offset, "mark", not uses or any(use.encode() in source for use in uses)


def _longest(known: Mapping[str, str], module: str, separator: str) -> str | None:
    """Return what stands for a module or what it lies in: `aiohttp.web.Application`."""
    while module:
        if module in known:
            return known[module]
        module = module.rpartition(separator)[0]
    return None


def _packages(source: bytes) -> Iterator[tuple[int, str]]:
    """Yield what a script imports of packages, without what Deno puts around their names."""
    for at, specifier in imports.imports_of("script", source):
        if not specifier.startswith("."):
            yield at, _AROUND.sub("", specifier)


def _worded(
    known: Iterable[tuple[str, tuple[bytes, ...]]], source: bytes
) -> Iterator[tuple[str, int, str, bool]]:
    for key, marks in known:
        at = next((at for mark in marks if (at := source.find(mark)) != -1), None)
        if at is not None:
            yield key, at, "mark", True


def _named_by_manifest(file: str, source: bytes) -> Iterator[tuple[str, int, str, bool]]:
    """Yield the packages of manifests that no reader of dependencies knows."""
    name = file.rpartition("/")[2].lower()
    for ecosystem in ecosystems.ECOSYSTEMS:
        if name.endswith(ecosystem.manifests):
            for match in _MANIFEST_WORD.finditer(source):
                word = match[0].decode("utf-8", "replace")
                if ecosystem.name == "script":
                    word = _AROUND.sub("", word)
                key = _of_package(ecosystem.name, word)
                if key is not None:
                    yield key, match.start(), "package", False


def _of_package(ecosystem: str, package: str) -> str | None:
    """Return the technology that a package is: `github.com/labstack/echo/v4`."""
    plain = re.sub(r"/v\d+$", "", package.lower())
    known = ecosystems.by_package()
    # Gradle and Maven write group, name and version in one.
    return known.get((ecosystem, plain)) or known.get((ecosystem, plain.rpartition(":")[0]))


def of_dependency(dependency: Dependency) -> str | None:
    """Return the technology that a package of a manifest is, None for any other."""
    if dependency.kind != "package":
        return None
    name = dependency.file.rpartition("/")[2].lower()
    for ecosystem in ecosystems.ECOSYSTEMS:
        if ecosystem.is_read and name.endswith(ecosystem.is_read):
            return _of_package(ecosystem.name, dependency.name)
    return None


def resolve(
    facts: Mapping[str, list[Fact]],
) -> tuple[list[Technology], list[NotUnderstood]]:
    """Return the technologies with how many files show each, and nothing that was missed."""
    rows: dict[tuple[str, str], list[tuple[str, int, bool]]] = {}
    for file in sorted(facts):
        for key, line, how, serves in facts[file]:
            rows.setdefault((str(key), str(how)), []).append((file, int(line), bool(serves)))
    shown = [
        Technology(key, how, len(places), sum(serves for *_, serves in places), *places[0][:2])
        for (key, how), places in sorted(rows.items())
    ]
    return shown, []
