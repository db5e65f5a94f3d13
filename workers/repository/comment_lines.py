"""Which lines are comments as a whole, in any language: markers by suffix, blocks, docstrings.

A comment that programs read (an annotation, a directive, an API description) is none, and neither
is one that shares its line with code. A block counts only where it begins its line: `"src/**"`
begins none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SLASHES = frozenset(
    "js mjs cjs jsx ts mts cts tsx java kt kts scala sc go mod work rs c h cc cpp cxx hh hpp cs"
    " swift dart groovy gradle php proto prisma jsonc json5 scss less zig sol m mm fs fsx vue"
    " svelte astro thrift avdl jenkinsfile cue bicep".split()
)
_HASHES = frozenset(
    "py pyi pyx rb rake gemspec ru cr sh bash zsh fish ksh yml yaml toml pl pm r ex exs nim jl"
    " graphql graphqls gql dockerfile containerfile makefile mk conf cfg env ps1 psm1 coffee cmake"
    " nix tcl awk gemfile rakefile procfile caddyfile service gitignore dockerignore bzl star"
    " bazel brewfile vagrantfile feature robot".split()
)
_MARKERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_HASHES, ("#",)),
    **dict.fromkeys(_SLASHES, ("//",)),
    **dict.fromkeys("sql ddl lua hs lhs elm adb ads cql".split(), ("--",)),
    **dict.fromkeys("clj cljs cljc edn lisp el scm rkt".split(), (";",)),
    **dict.fromkeys("erl hrl".split(), ("%",)),
    **dict.fromkeys("vb bas".split(), ("'",)),
    **dict.fromkeys("bat cmd".split(), ("rem ", "REM ", "::")),
    "php": ("//", "#"),
    **dict.fromkeys("tf tfvars hcl".split(), ("#", "//")),
    "ini": ("#", ";"),
    "properties": ("#", "!"),
    "haml": ("-#",),
    "pug": ("//",),
}
_BLOCKS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("/*", "*/", _SLASHES | frozenset("sql ddl cql tf hcl tfvars css".split())),
    (
        "<!--",
        "-->",
        frozenset(
            "html htm xml xhtml vue svelte astro csproj fsproj props targets config xsd cshtml"
            " erb heex eex blade hbs ejs".split()
        ),
    ),
    ("<%#", "%>", frozenset("erb ejs eex".split())),
    ("{{--", "--}}", frozenset({"blade"})),
    ("{{!--", "--}}", frozenset({"hbs"})),
    ("{#", "#}", frozenset("jinja jinja2 j2 twig njk".split())),
    ("@*", "*@", frozenset({"cshtml", "razor"})),
    ("{-", "-}", frozenset("hs lhs elm".split())),
    ("(*", "*)", frozenset({"ml", "mli", "fs", "fsx"})),
    ("--[[", "]]", frozenset({"lua"})),
    ("<#", "#>", frozenset({"ps1", "psm1"})),
    ("=begin", "=end", frozenset({"rb", "rake"})),
)
# Begins like a comment and is none: an attribute, an interpreter, an instruction to a tool.
_NO_COMMENT = lazy_pattern(
    r"#\[|#!|//go:|//\s?\+build|--\s?(?:name:|\+goose|migrate:|\+migrate|!)|///\s?<reference"
    r"|#(?:region|if|define|pragma|include)\b|/\*!|{-#"
)
_ANNOTATION = lazy_pattern(
    r"@(?:swagger|openapi|router|api|accept|produce|success|failure|security|OA\\|ORM\\|Assert\\"
    r"|[A-Za-z]\w{1,40}(?:\\[\w\\]{1,80})?\()",
    re.IGNORECASE,
)
_PYTHON_TOKEN = lazy_pattern(r"""[rRbBuUfF]{0,2}(?:\"{3}|'{3}|["'])|\#[^\n]*|[(\[{)\]}]|\\?\n""")
_TEXT = lazy_pattern(r"\w")


def comments_in(suffix: str, lines: Sequence[str]) -> frozenset[int]:
    """Return the positions of the lines that are comments and nothing else."""
    inside = _python_strings(lines) if suffix in {"py", "pyi"} else _Strings()
    blocks = (*inside.documentation, *_blocks(suffix, lines), *_runs(suffix, lines, inside))
    comments: set[int] = set()
    for block in blocks:
        if not any(_ANNOTATION.search(lines[position]) for position in block):
            comments.update(block)
    return frozenset(comments)


def open_marks(suffix: str, lines: Sequence[str]) -> dict[int, str]:
    """Return the positions of lines that begin inside a comment or string, with what opened it."""
    marks = dict(_python_strings(lines).begun) if suffix in {"py", "pyi"} else {}
    for block in _blocks(suffix, lines):
        text = lines[block.start].strip().removeprefix("{")
        opening = next((row[0] for row in _BLOCKS if text.startswith(row[0])), "")
        marks.update(dict.fromkeys(block[1:], opening))
    return marks


@dataclass
class _Strings:
    """Lines that begin inside a string, and the strings that are statements of their own."""

    begun: dict[int, str] = field(default_factory=dict)  # with the quote
    documentation: list[range] = field(default_factory=list)


def _runs(suffix: str, lines: Sequence[str], inside: _Strings) -> Iterator[range]:
    """Yield the lines that begin with a marker, those that follow each other together."""
    markers = _MARKERS.get(suffix)
    first = None
    for position, line in enumerate((*lines, "") if markers else ()):
        text = line.lstrip()
        is_comment = (
            position not in inside.begun
            and text.startswith(markers or ())
            and not _NO_COMMENT.match(text)
        )
        if is_comment and first is None:
            first = position
        elif not is_comment and first is not None:
            yield range(first, position)
            first = None


def _blocks(suffix: str, lines: Sequence[str]) -> Iterator[range]:
    """Yield the lines of each block comment that begins its line and ends."""
    for opening, closing, suffixes in _BLOCKS:
        if suffix not in suffixes:
            continue
        first = None
        for position, line in enumerate(lines):
            text = line.strip()
            if first is None:
                text = text.removeprefix("{") if opening == "/*" else text
                if not text.startswith(opening) or _NO_COMMENT.match(text):
                    continue
                first, text = position, text[len(opening) :]
            _, end, after = text.partition(closing)
            if end:  # code behind its end makes a line one of code
                is_code = _TEXT.search(after) and not after.strip().startswith((opening, "//"))
                yield range(first, position if is_code else position + 1)
                first = None


def _python_strings(lines: Sequence[str]) -> _Strings:
    """Follow the strings of a Python source; one that is a statement by itself documents."""
    text = "\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    strings = _Strings()
    at, depth, begins = 0, 0, True
    while match := _PYTHON_TOKEN.search(text, at):
        part = match[0]
        begins = begins and not text[at : match.start()].strip()
        at = match.end()
        if part == "\n":
            begins = begins or depth == 0
        elif part.startswith("#"):
            continue  # whatever it ends with: it may be a quote
        elif part[-1] in "\"'":
            quote = part.lstrip("rRbBuUfF")
            at = _end_of_string(text, at, quote)
            first, last = (bisect_right(starts, place) - 1 for place in (match.start(), at - 1))
            strings.begun.update(dict.fromkeys(range(first + 1, last + 1), quote))
            rest = text[at : starts[last + 1] - 1].strip() if last + 1 < len(starts) else ""
            if begins and depth == 0 and (not rest or rest.startswith("#")):
                strings.documentation.append(range(first, last + 1))
            begins = False
        else:
            depth = max(0, depth + (part in "([{") - (part in ")]}"))
            begins = False
    return strings


def _end_of_string(text: str, at: int, quote: str) -> int:
    """Return the offset behind a string that was opened before `at`; a short one ends its line."""
    pattern = re.compile(r"\\.|" + quote + ("" if len(quote) == 3 else r"|\n"), re.DOTALL)
    while match := pattern.search(text, at):
        at = match.end()
        if match[0] == quote:
            return at
        if match[0] == "\n":
            return at - 1
    return len(text)
