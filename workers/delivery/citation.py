"""A citation as people and programs write it: `path:9-11`, and what means the same.

Only a notation that loses nothing is taken as it is meant. What may mean two things is not guessed:
`mended` writes it out, so that its author can choose.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from sessions.patterns import lazy_pattern

_NUMBER = r"[0-9]{1,9}"
_DASH = r"[ \t]*(?:[-\u2010-\u2015\u2212~]|\.\.\.?|\u2026|\b(?:to|through)\b)[ \t]*"
_CANONICAL = lazy_pattern(
    rf"(?P<path>[^\n]+?):(?P<line>{_NUMBER})(?:-(?P<end>{_NUMBER}))?(?::{_NUMBER})?"
)
# The column of an editor, before or after the dash, says nothing that is checked.
_COLUMN = rf"(?:[:.C]{_NUMBER})?"
_RANGE = rf"L?(?P<line>{_NUMBER}){_COLUMN}(?:{_DASH}L?(?P<end>{_NUMBER}){_COLUMN})?"
_WORD = r"(?:(?:at|on)[ \t]+)?(?:lines?|ln|ll?\.|L)(?:[ \t:.]*|(?=[0-9]))"
_OTHERS = tuple(
    lazy_pattern(pattern, re.IGNORECASE if "lines" in pattern else 0)
    for pattern in (
        rf"(?P<path>[^\n]+?)[ \t]*:[ \t]*{_RANGE}",
        rf"(?P<path>[^\n#]+?)#(?=L){_RANGE}",
        # `path (lines 9-11)`, `path, line 9`, `path:lines 9-11`, `path lines 9-11`
        rf"(?P<path>[^\n]+?)(?:[ \t]*[,:(\[][ \t]*|[ \t]+){_WORD}{_RANGE}[ \t]*[)\]]?",
        # `path(9)`, `path(9,5)`, as compilers write it
        rf"(?P<path>[^\n()]+?)\((?P<line>{_NUMBER})(?:,{_NUMBER}|{_DASH}(?P<end>{_NUMBER}))?\)",
    )
)
_OPENING, _CLOSING = "([<{\"'\u201c\u2018*_", ")]>}\"'\u201d\u2019*_.,;:!?"
_PLACE = rf"L?{_NUMBER}(?:{_DASH}L?{_NUMBER})?"
_MORE = rf"(?![0-9]|{_DASH}L?[0-9]|[ \t]*(?:[,;&/+]|\b(?:and|or)\b)[ \t]*(?:lines?[ \t]*)?L?[0-9])"
# Lines beside a file that is named in words: `models.py` lines 97-99, lines 97-99 of `models.py`.
AFTER = lazy_pattern(rf"[ \t]*[,:(\[]?[ \t]*{_WORD}{_PLACE}{_MORE}[ \t]*[)\]]?", re.IGNORECASE)
BEFORE = lazy_pattern(rf"\b({_WORD}{_PLACE})[ \t]+(?:of|in)[ \t]*$", re.IGNORECASE)
_FORGE = lazy_pattern(r"https?://[^/\s]+/[^\s]+?/(?:-/)?(?:blob|src|raw)/[^/\s]+/(?P<rest>[^\s?]+)")
# A path with several places: `path:9,11`, `path:9 and 20-22`, "path lines 9, 11".
_SEVERAL = lazy_pattern(
    rf"(?P<path>[^\s`]+?)[`]?(?:[:#][ \t]*|[ \t]*[,(]?[ \t]*{_WORD})"
    rf"(?P<places>{_PLACE}(?!\w)"
    rf"(?:(?:[ \t]*[,;&/+][ \t]*|[ \t]+and[ \t]+)(?:lines?[ \t]*)?{_PLACE}(?!\w))*)",
    re.IGNORECASE,
)
_IN_WORDS = _OTHERS[-2:]  # here `Order.total (line 3)` and `users.get(3)` are code
_IN_A_FOLDER = lazy_pattern(r"(?!.*://)(?:[^\s(]*/)[^/\s(]*\.\w{1,10}")
_LIKE_A_FILE = lazy_pattern(r"(?!.*://)(?:.*[/\\].*|.*\.\w{1,10})")
_WITH_A_LINE = lazy_pattern(r".*:[0-9]+")
# What costs nothing to look at first: most code spans are no citations.
_SEPARATED = lazy_pattern(r"[:#(\[, ]")
_ENDS = lazy_pattern(r"[0-9][^0-9A-Za-z]{0,8}$")
_LONGEST = 300  # of what is read as another notation
# In prose, backticks hold many things that look like a citation: `localhost:8000`, `12:30`,
# `std::vec:1`, `redis.internal:6379`. These endings and names are files wherever they stand.
_SOURCE_FILE = lazy_pattern(
    r"(?:[^\s:,]*[/\\])?(?:[^\s/\\:,]+\.(?:py|pyi|js|jsx|mjs|cjs|ts|tsx|java|kt|kts|go|rb|php|rs|cs|c"
    r"|h|cc|cpp|hpp|scala|swift|ex|exs|erl|clj|sql|prisma|graphql|gql|proto|json|jsonc|yaml|yml|toml"
    r"|ini|cfg|conf|env|xml|html|css|scss|md|rst|txt|sh|bash|ps1|tf|gradle|properties|lock|vue"
    r"|svelte)|Dockerfile|Makefile|Procfile|Gemfile|Rakefile|Jenkinsfile"
    r"|\.(?:git(?:ignore|attributes|modules)|dockerignore|env(?:\.\w+)?|flaskenv|editorconfig|npmrc"
    r"|nvmrc|eslintrc|prettierrc|babelrc|coveragerc|htaccess|python-version|ruby-version|rspec))"
)
# A place without a line of its own, or with several: meant as a citation, and not one.
_NEARLY = lazy_pattern(r"([^:#\s]+)\s*[:#]\s*L?[0-9][0-9L:,.\-\u2010-\u2015 ]{0,40}$")
_MENDED = 5


class Citation(NamedTuple):
    """A path with a line or range as the notes write it; `at` is the line of the notes.

    `written` is the text where it has another notation than `path:line-end`.
    """

    path: str
    line: int
    end_line: int | None
    at: int
    written: str | None = None

    @property
    def plain(self) -> str:
        """The citation as it is to be written."""
        end = "" if self.end_line is None else f"-{self.end_line}"
        return f"{self.path}:{self.line}{end}"


def read_citation(text: str, at: int) -> Citation | None:
    """Read `path:line`, `path:line-end`, `path:line:column`, or another notation of the same.

    None if it is none of them.
    """
    bare = text.strip()
    match = _CANONICAL.fullmatch(bare)
    if match is not None and not _WITH_A_LINE.fullmatch(match["path"]):
        return None if match["path"].endswith(":") else _made(match, at, None)
    if len(bare) > _LONGEST or not _SEPARATED.search(bare) or not _ENDS.search(bare[-20:]):
        return None
    for tried in (bare, bare.strip("`").lstrip(_OPENING).rstrip(_CLOSING)):
        for pattern in (_CANONICAL, *_OTHERS):
            match = pattern.fullmatch(tried)
            if match is not None and _may_be_meant(match["path"], surely=pattern in _IN_WORDS):
                return _made(match, at, bare)
    return None


def _made(match: re.Match[str], at: int, written: str | None) -> Citation:
    path = match["path"]
    if written is not None:
        path = path.rstrip(" \t,`").removeprefix("file://")
    end = int(match["end"]) if match["end"] else None
    return Citation(path, int(match["line"]), end, at, written)


def _may_be_meant(path: str, *, surely: bool) -> bool:
    """Return whether another notation is of a file: no host, no time, `surely` no name of code."""
    bare = path.rstrip(" \t,`").removeprefix("file://")
    if not bare or bare.endswith(":") or _WITH_A_LINE.fullmatch(bare):
        return False
    like = _IN_A_FOLDER if surely else _LIKE_A_FILE
    return is_source_file(bare) or like.fullmatch(bare) is not None


def beside_words(name: str, before: str, after: str) -> str | None:
    """Return a file that is named beside its lines in words as one text; None where it is not."""
    following = AFTER.match(after[:_LONGEST])
    if following is not None:
        return f"{name} {following[0].strip()}"
    leading = BEFORE.search(before[-100:])
    return f"{name} {leading[1]}" if leading else None


def of_link(target: str, at: int) -> Citation | None:
    """Read the target of a link, `path#L9-L11`, as a citation; None for one of another kind."""
    if "://" in target or target.startswith(("#", "..")):
        return None
    return read_citation(unquote(target), at)


def is_source_file(path: str) -> bool:
    """Tell whether a path is a file's by its ending or name."""
    return _SOURCE_FILE.fullmatch(path) is not None and "://" not in path


def is_nearly_citation(text: str) -> bool:
    """Tell whether a text means to cite a file and is not of the form."""
    match = _NEARLY.match(text)
    return match is not None and is_source_file(match[1]) and read_citation(text, 0) is None


def mended(text: str) -> list[str]:
    """Return the citations that a text may mean, written as they must be; at most a few.

    Costs up to a millisecond: not for every line of long notes.
    """
    citations: list[str] = []
    text = text[:_LONGEST]
    forge = _FORGE.search(text)
    if forge is not None:
        linked = of_link(forge["rest"].rstrip(_CLOSING), 0)
        return [linked.plain] if linked else []
    for match in _SEVERAL.finditer(text):
        path = match["path"].lstrip(_OPENING).rstrip(_CLOSING)
        if not is_source_file(path):
            continue
        for place in re.finditer(_PLACE, match["places"]):
            ends = re.findall(_NUMBER, place[0])
            citations.append(f"{path}:{'-'.join(ends[:2])}")
    return list(dict.fromkeys(citations))[:_MENDED]
