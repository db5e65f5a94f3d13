"""Routes that attributes of functions declare: of Actix Web, of Rocket, of utoipa."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.languages.rust.expressions import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator

VERBS = frozenset("get post put patch delete head options trace connect".split())
_STRING = lazy_pattern(r'r(#{0,3})"([^"]{0,2000})"\1|"((?:[^"\\]|\\.){0,2000})"', 16)
_METHOD = lazy_pattern(r'\bmethod\s{0,9}=\s{0,9}"?([A-Za-z]{1,20})"?')
_WORD = lazy_pattern(r"\s{0,99}(?:method\s{0,9}\(([\w\s,]{1,200})\)|([a-z]{1,20}))\s{0,99},")
_PATH = lazy_pattern(r"\bpath\s{0,9}=\s{0,9}")
_CONTEXT = lazy_pattern(r"\bcontext_path\b")
_NAMED = lazy_pattern(r"\s{0,99}(?:uri\s{0,9}=\s{0,9})?")


class Declared(NamedTuple):
    """A route that an attribute declares; no path where it is computed. `kind` is whose it is."""

    verb: str
    path: str | None
    line: int
    kind: str  # macro, or utoipa


def declared(attributes: list[list[Any]]) -> Iterator[Declared]:
    """Yield the routes of a function's attributes."""
    for path, inside, line in attributes:
        first, _, name = path.rpartition("::")
        if first == "utoipa" and name == "path":
            yield from _utoipa(inside, line)
        elif name in VERBS and first in {"", "rocket", "actix_web", "actix_web::web"}:
            yield Declared(name.upper(), _path(inside), line, "macro")
        elif name == "route" and first in {"", "rocket", "actix_web"}:
            yield from _route(inside, line)


def _path(inside: str) -> str | None:
    """Return the text that stands first: `"/x"`, `uri = "/x"`."""
    start = _NAMED.match(inside)
    match = _STRING.match(inside, start.end() if start else 0)
    return _text(match) if match else None


def _text(match: Any) -> str:
    return match[2] if match[2] is not None else unescaped(match[3])


def _route(inside: str, line: int) -> Iterator[Declared]:
    """Yield the routes of `#[route("/x", method = "GET")]` and `#[route(GET, uri = "/x")]`."""
    path = _path(inside)
    verbs = [one[1].upper() for one in _METHOD.finditer(inside)]
    if path is None:
        head, _, rest = inside.partition(",")
        if head.strip().isalpha() and head.strip().lower() in VERBS:
            verbs, path = [head.strip().upper()], _path(rest)
    for verb in verbs:
        yield Declared(verb, path, line, "macro")


def _utoipa(inside: str, line: int) -> Iterator[Declared]:
    word = _WORD.match(inside)
    if word is None:
        return
    verbs = [one.strip() for one in (word[1] or word[2]).split(",") if one.strip()]
    at = next((one for one in _PATH.finditer(inside) if not _is_context(inside, one.start())), None)
    match = _STRING.match(inside, at.end()) if at else None
    path = _text(match) if match else None
    if _CONTEXT.search(inside):
        path = None
    for verb in verbs:
        if verb in VERBS:
            yield Declared(verb.upper(), path, line, "utoipa")


def _is_context(inside: str, start: int) -> bool:
    return inside[:start].endswith("context_")
