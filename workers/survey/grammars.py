"""GRAMMARS: which files are parsed by which grammar, and which folder reads them; the only list."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class Grammar(NamedTuple):
    """A language by the ends of its file names.

    - `name`: what `syntax.parse` calls it
    - `suffixes`: the ends of its files, in lower case
    - `package`: the wheel's module, and the function of it that returns the grammar
    - `reader`: the folder of `languages` that reads it; None for the languages whose program is
      followed as a whole (`endpoints`): Python, JavaScript and TypeScript
    - `settings`: a pattern of other paths that its reader wants to see: a file of routes in YAML
    """

    name: str
    suffixes: tuple[str, ...]
    package: str
    function: str = "language"
    reader: str | None = None
    settings: str | None = None


GRAMMARS = (
    Grammar("python", (".py",), "tree_sitter_python"),
    Grammar("javascript", (".js", ".mjs", ".cjs", ".jsx"), "tree_sitter_javascript"),
    Grammar("typescript", (".ts", ".mts", ".cts"), "tree_sitter_typescript", "language_typescript"),
    Grammar("tsx", (".tsx",), "tree_sitter_typescript", "language_tsx"),
    Grammar("go", (".go",), "tree_sitter_go", reader="go", settings=r"(?:^|/)go\.mod$"),
    # Of `.kts`, what Gradle runs, nothing serves.
    Grammar(
        "java",
        (".java",),
        "tree_sitter_java",
        reader="jvm",
        settings=r"(?:^|/)(?:(?:application|bootstrap)(?:-[\w.-]{1,60})?\.(?:properties|ya?ml|conf)"
        r"|microprofile-config\.properties|WEB-INF/web\.xml|pom\.xml|build\.gradle(?:\.kts)?)$",
    ),
    Grammar("kotlin", (".kt",), "tree_sitter_kotlin", reader="jvm"),
    Grammar("ruby", (".rb", ".ru"), "tree_sitter_ruby", reader="ruby"),
    Grammar("elixir", (".ex", ".exs"), "tree_sitter_elixir", reader="elixir"),
    Grammar(
        "php",
        (".php",),
        "tree_sitter_php",
        "language_php",
        reader="php",
        settings=r"(?:^|/)(?:config/(?:packages/)?(?:[\w.-]{1,60}/)?[\w.-]{0,60}rout\w{0,20}"
        r"(?:/[\w./-]{1,200})?|Resources/config/[\w./-]{1,200}|config/routes/[\w./-]{1,200})"
        r"\.ya?ml$",
    ),
    Grammar("c_sharp", (".cs",), "tree_sitter_c_sharp", reader="csharp"),
    Grammar("rust", (".rs",), "tree_sitter_rust", reader="rust", settings=r"(?:^|/)Cargo\.toml$"),
)


@cache
def by_suffix() -> dict[str, Grammar]:
    """Return the grammar of each suffix."""
    return {suffix: grammar for grammar in GRAMMARS for suffix in grammar.suffixes}


@cache
def by_name() -> dict[str, Grammar]:
    """Return the grammars by what they are called."""
    return {grammar.name: grammar for grammar in GRAMMARS}


def reader_by_settings(file: str) -> str | None:
    """Return the folder of `languages` that wants to see a file of settings, None for none."""
    return next((reader for reader, pattern in _settings() if pattern.search(file)), None)


@cache
def _settings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (grammar.reader, re.compile(grammar.settings))
        for grammar in GRAMMARS
        if grammar.reader and grammar.settings
    )


@cache
def suffixes_by_reader() -> dict[str, tuple[str, ...]]:
    """Return the ends of the files that each folder of `languages` reads."""
    known: dict[str, tuple[str, ...]] = {}
    for grammar in GRAMMARS:
        if grammar.reader:
            known[grammar.reader] = (*known.get(grammar.reader, ()), *grammar.suffixes)
    return known
