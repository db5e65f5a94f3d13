"""ECOSYSTEMS: which technologies are looked for in which files; the only list of them.

A new technology is a line in the module of its ecosystem; a new ecosystem is an entry here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from workers.survey.technologies import compiled, documents, python, script

if TYPE_CHECKING:
    from workers.survey.technologies.technology import Technology


class Ecosystem(NamedTuple):
    """Languages that share libraries; `manifests` end the names of files that name packages.

    Manifests that the readers of dependencies know are read by them, and not for words.
    """

    name: str
    suffixes: tuple[str, ...]
    manifests: tuple[str, ...]
    technologies: tuple[Technology, ...]
    is_read: tuple[str, ...] = ()  # manifests of it that the readers of dependencies know


ECOSYSTEMS = (
    Ecosystem(
        "python", (".py",), (), python.TECHNOLOGIES,
        ("pyproject.toml", "pipfile", "setup.cfg", ".txt", ".in"),
    ),
    Ecosystem(
        "script", (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"),
        ("deno.json", "deno.jsonc"), script.TECHNOLOGIES, ("package.json",),
    ),
    Ecosystem(
        "jvm", (".java", ".kt", ".kts", ".scala", ".groovy"),
        ("build.gradle", ".gradle.kts", ".sbt", "libs.versions.toml"),
        compiled.JVM, ("pom.xml",),
    ),
    Ecosystem("go", (".go",), (), compiled.GO, ("go.mod",)),
    Ecosystem("ruby", (".rb", ".ru"), (".gemspec",), compiled.RUBY, ("gemfile",)),
    Ecosystem("php", (".php",), (), compiled.PHP, ("composer.json",)),
    Ecosystem("dotnet", (".cs", ".fs", ".vb"), (".csproj", ".fsproj"), compiled.DOTNET),
    Ecosystem("rust", (".rs",), ("cargo.toml",), compiled.RUST),
    Ecosystem(
        "elixir", (".ex", ".exs", ".erl", ".gleam"),
        ("mix.exs", "rebar.config", "gleam.toml"), compiled.ELIXIR,
    ),
    Ecosystem("swift", (".swift",), ("package.swift",), compiled.SWIFT),
    Ecosystem("perl", (".pl", ".pm", ".psgi"), ("cpanfile",), compiled.PERL),
    Ecosystem("clojure", (".clj", ".cljc"), ("project.clj", "deps.edn"), compiled.CLOJURE),
    Ecosystem(
        "others",
        tuple(
            ".cc .cpp .cxx .h .hpp .hs .cr .dart .nim .lua .ml .r .jl .zig .d".split()
        ),
        (".cabal", "package.yaml", "shard.yml", "pubspec.yaml", ".nimble", "dune-project"),
        compiled.OTHERS,
    ),
)  # fmt: skip
# Documents are told apart by what they say, so that their ends only tell where to look.
DOCUMENTS = (".yaml", ".yml", ".json", ".proto")


@cache
def of_suffix() -> dict[str, Ecosystem]:
    """Return the ecosystem of each suffix."""
    return {suffix: each for each in ECOSYSTEMS for suffix in each.suffixes}


@cache
def by_name() -> dict[str, Technology]:
    """Return technologies by ecosystem and name, `python/Flask`; documents by `document/`."""
    named = {f"{each.name}/{t.name}": t for each in ECOSYSTEMS for t in each.technologies}
    return named | {f"document/{t.name}": t for t in documents.TECHNOLOGIES}


@cache
def by_package() -> dict[tuple[str, str], str]:
    """Return the key in `by_name` of what manifests of an ecosystem call a package."""
    known: dict[tuple[str, str], str] = {}
    for ecosystem in ECOSYSTEMS:
        for technology in ecosystem.technologies:
            for package in [*technology.packages.split(), *technology.clients.split()]:
                known[ecosystem.name, package.lower()] = f"{ecosystem.name}/{technology.name}"
    return known


@cache
def by_module(ecosystem: str) -> dict[str, str]:
    """Return the key in `by_name` of what code of Python or scripts imports."""
    of = next(each for each in ECOSYSTEMS if each.name == ecosystem)
    return {
        module: f"{ecosystem}/{technology.name}"
        for technology in of.technologies
        for module in technology.marks.split()
    }


@cache
def words(ecosystem: str) -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    """Return the keys in `by_name` with the words that code of other languages holds."""
    of = next(each for each in ECOSYSTEMS if each.name == ecosystem)
    return tuple(
        (f"{ecosystem}/{technology.name}", tuple(map(str.encode, technology.marks.split())))
        for technology in of.technologies
    )


@cache
def document_marks() -> tuple[tuple[str, bytes, re.Pattern[bytes]], ...]:
    """Return the keys in `by_name` of documents, each with its word and its pattern."""
    return tuple(
        (f"document/{t.name}", word.encode(), re.compile(pattern.encode(), re.MULTILINE))
        for t in documents.TECHNOLOGIES
        if t.marks
        for word, pattern in (t.marks.split(" ", 1),)
    )


@cache
def free_words() -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    """Return the keys in `by_name` with the words of scripts that need no import."""
    return tuple(
        (f"script/{technology.name}", tuple(map(str.encode, technology.words.split())))
        for technology in script.TECHNOLOGIES
        if technology.words
    )


@cache
def places() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Return the keys in `by_name` with the patterns of paths, and whether they are proof."""
    return tuple(
        (key, how, re.compile(pattern))
        for key, technology in by_name().items()
        for how, pattern in (("file", technology.files), ("place", technology.likely))
        if pattern
    )


@cache
def any_place() -> re.Pattern[str]:
    """Return a pattern of all these paths together, asked first."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for *_, pattern in places()))
