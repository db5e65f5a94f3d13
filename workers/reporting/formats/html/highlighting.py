"""Cited lines as HTML: coloured by pygments with classes, the cited ones and their words marked."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.render import plain
from workers.reporting.meant import meant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

    from workers.reporting.formats.judgement import Cited
    from workers.reporting.meant import Meant

_TAB = 4
_PIECE = lazy_pattern(r"<[^>]*>|&[a-z]+;|[^<&]")  # of escaped HTML: a tag, or one character
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


def code(place: Cited, message: str = "") -> Markup:
    """Return the lines of a place with their numbers, each in an element of its own.

    What a message says of the code is marked in the first cited line that has it.
    """
    from markupsafe import Markup

    last = place.end_line or place.line or 0
    rows, is_marked = [], False
    texts = tuple(plain(line.expandtabs(_TAB)) for line in place.lines)
    for number, coloured in enumerate(_lines(place.file, texts, place.inside), place.first):
        is_cited = (place.line or 0) <= number <= last
        tag, mark = ("mark", "&gt;") if is_cited else ("span", " ")
        words = meant(texts[number - place.first], message) if is_cited and not is_marked else ()
        is_marked = is_marked or bool(words)
        line = _marked(coloured, words) if words else coloured
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


def _marked(html: str, words: tuple[Meant, ...]) -> str:
    """Return a line with words marked, in as many elements as colours divide them into."""
    parts: list[str] = []
    at, inside = 0, None
    for piece in _PIECE.findall(html):
        is_tag = piece.startswith("<")
        meant_here = (one for one in words if one.start <= at < one.start + one.length)
        here = None if is_tag else next(meant_here, None)
        if here != inside:
            parts.append("</mark>" if inside else "")
            parts.append(_opening(here, is_first=here.start == at) if here else "")
            inside = here
        parts.append(piece)
        at += not is_tag
    return "".join((*parts, "</mark>" if inside else ""))


def _opening(words: Meant, *, is_first: bool) -> str:
    name, says = ("found", "the code has") if words.is_found else ("expected", "the report says")
    spoken = f'<span class="spoken">({says}) </span>' if is_first else ""
    return f'<mark class="{name}" title="{says}">{spoken}'


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
