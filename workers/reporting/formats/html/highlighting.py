"""Cited lines as HTML: coloured by pygments with classes, the cited ones marked."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from workers.render import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

    from workers.reporting.formats.judgement import Cited

_TAB = 4
# The first that a token is one of, in this order; the classes are those of style.css.
_CLASSES = (
    ("Comment", "c"),
    ("Literal.String.Doc", "c"),
    ("Literal.String", "s"),
    ("Literal.Number", "m"),
    ("Name.Function", "f"),
    ("Name.Decorator", "f"),
    ("Name.Class", "t"),
    ("Name.Tag", "t"),
    ("Keyword.Type", "t"),
    ("Keyword", "k"),
    ("Operator.Word", "k"),
)
# Files of several languages, cited where they are code; pygments reads them from their top only.
_PARTS = {".vue": "a.ts", ".svelte": "a.ts", ".astro": "a.ts"}


def code(place: Cited) -> Markup:
    """Return the lines of a place with their numbers, each in an element of its own."""
    from markupsafe import Markup

    last = place.end_line or place.line or 0
    rows = []
    texts = tuple(plain(line.expandtabs(_TAB)) for line in place.lines)
    for number, line in enumerate(_lines(place.file, texts, place.inside), place.first):
        is_cited = (place.line or 0) <= number <= last
        tag, mark = ("mark", "&gt;") if is_cited else ("span", " ")
        rows.append(f"<{tag}><i>{mark}{number:>5} </i>{line}\n</{tag}>")
    return Markup("".join(rows))  # noqa: S704 - of lines that `_lines` escaped


@lru_cache(maxsize=4096)
def _lines(file: str, texts: tuple[str, ...], inside: str) -> tuple[str, ...]:
    """Return lines of a file as escaped HTML, coloured by its language."""
    made = [""]
    for name, tokens in groupby(_tokens(file, (inside, *texts)), lambda token: _class_of(token[0])):
        first, *others = _escape("".join(text for _, text in tokens)).split("\n")
        made[-1] += _coloured(name, first)
        made += [_coloured(name, part) for part in others]
    made = made[1:]  # what is open where they begin
    # A lexer that took or added lines says nothing of these: they are shown without colours.
    return tuple(made) if len(made) == len(texts) else tuple(map(_escape, texts))


def _tokens(file: str, texts: tuple[str, ...]) -> Iterable[tuple[_TokenType, str]]:
    lexer = _lexer(_language(file, texts))
    if hasattr(lexer, "startinline"):  # PHP, from the middle of a file
        lexer.startinline = not any("<?" in text for text in texts)
    tokens: Iterable[tuple[_TokenType, str]] = lexer.get_tokens("\n".join(texts))
    return tokens


def _language(file: str, texts: tuple[str, ...]) -> str:
    """Return a file name that pygments knows the language of these lines by."""
    name = file.rsplit("/", 1)[-1]
    dot = name.rfind(".")
    suffix = name[dot:].lower() if dot > 0 else name
    if suffix in _PARTS:
        is_markup = any(text.lstrip().startswith("<") for text in texts)
        return "a.html" if is_markup else _PARTS[suffix]
    return f"a{suffix}" if dot > 0 else name


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer:
    """Return pygments' lexer for a file name; plain text for one that it does not know."""
    from pygments.lexers import get_lexer_for_filename
    from pygments.lexers.special import TextLexer
    from pygments.util import ClassNotFound

    try:
        return get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


def _coloured(name: str, escaped: str) -> str:
    return f'<b class="{name}">{escaped}</b>' if name and escaped.strip() else escaped


@lru_cache(maxsize=256)
def _class_of(kind: _TokenType) -> str:
    from pygments.token import string_to_tokentype

    return next((name for of, name in _CLASSES if kind in string_to_tokentype(of)), "")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
