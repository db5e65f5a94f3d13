"""What macros stand for: `routes!`, `services!`, `vec!`, `concat!` and `format!`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.rust.expressions import unescaped
from workers.survey.languages.rust.values import Handler, Router, Several, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.rust.follower import Follower, Scope

_TOKEN = lazy_pattern(
    r'//[^\n]*|/\*[^*]*\*/|r(#{0,3})"[^"]*"\1|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|[(\[{}\])]|,|[^"\'(\[{}\]),/r]+|.',
    16,
)
_LONGEST = 2_000
_PATH = lazy_pattern(r"^[A-Za-z_][\w:]{0,300}$")
_CALL = lazy_pattern(r"^([A-Za-z_][\w:]{0,300})\(\s*\)$")
_STRING = lazy_pattern(r'^"((?:[^"\\]|\\.)*)"$', 16)
_RAW = lazy_pattern(r'^r(#{0,3})"([^"]*)"\1$')
_NAMED = lazy_pattern(r"^(\w{1,100})\s*=(?!=)\s*(.*)$", 16)
_HOLE = lazy_pattern(r"\{\{|\}\}|\{([^{}]{0,100})\}")


def expanded(follower: Follower, value: list[Any], scope: Scope) -> Any:
    """Return what a macro stands for, None for what is not known."""
    _, name, source, line = value
    if name not in _MACROS:
        return None
    return _MACROS[name](follower, list(parts(source)), scope, line)


def parts(source: str) -> Iterator[str]:
    """Yield what commas divide, without comments."""
    depth = 0
    current: list[str] = []
    for match in _TOKEN.finditer(source):
        word = match[0]
        if word.startswith(("//", "/*")) and len(word) > 1:
            continue
        depth += (word in {"(", "[", "{"}) - (word in {")", "]", "}"})
        if word == "," and depth == 0:
            yield "".join(current).strip()
            current = []
        else:
            current.append(word)
    last = "".join(current).strip()
    if last:
        yield last


def _simple(follower: Follower, written: str, scope: Scope) -> Any:
    """Return what a part is: a text, a name, a call without arguments."""
    string, raw, call = _STRING.match(written), _RAW.match(written), _CALL.match(written)
    if string:
        return Text(unescaped(string[1]))
    if raw:
        return Text(raw[2])
    if call:
        return follower.value(["call", call[1], [], 0], scope)
    plain = "".join(written.lstrip("&").split())
    if _PATH.match(plain):
        return follower.value(["n", plain], scope)
    return None


def _routes(follower: Follower, listed: list[str], scope: Scope, line: int) -> Router:
    """Return the routes of handlers that are named: Rocket's, or those of utoipa."""
    routes = Router(kind="list")
    for written in listed:
        plain = "".join(written.split())
        handler = follower.handler(plain, scope) if _PATH.match(plain) else Handler(plain)
        own = [one for one in handler.routes if one.framework == "macro"]
        framework = "rocket" if own else "axum"
        if not handler.routes:
            follower.miss(scope, line, "a handler of routes! whose routes are not seen")
        routes = routes.with_routes(
            tuple(one._replace(framework=framework) for one in own or handler.routes)
        )
    return routes


def _listed(follower: Follower, listed: list[str], scope: Scope, line: int) -> Any:
    del line
    if not listed:
        return Router(kind="list")
    return Several(tuple(_simple(follower, one, scope) for one in listed))


def _concat(follower: Follower, listed: list[str], scope: Scope, line: int) -> Text | None:
    del line
    return together([_simple(follower, one, scope) for one in listed])


def together(values: list[Any]) -> Text | None:
    """Return texts one after another; of an unknown beginning only the end is known."""
    done = ""
    is_whole = True
    for position, value in enumerate(values):
        if isinstance(value, Text):
            done, is_whole = (
                (done + value.text, is_whole) if value.is_whole else (value.text, False)
            )
        elif position == 0:
            is_whole = False
        else:
            return None
    return Text(done, is_whole) if len(done) <= _LONGEST else None


def _format(follower: Follower, listed: list[str], scope: Scope, line: int) -> Text | None:
    del line
    start = _simple(follower, listed[0], scope) if listed else None
    if not isinstance(start, Text):
        return None
    named: dict[str, Any] = {}
    unnamed: list[Any] = []
    for written in listed[1:]:
        match = _NAMED.match(written)
        if match:
            named[match[1]] = _simple(follower, match[2], scope)
        else:
            unnamed.append(_simple(follower, written, scope))
    values: list[Any] = []
    at = position = 0
    for hole in _HOLE.finditer(start.text):
        if hole.start() > at:
            values.append(Text(start.text[at : hole.start()]))
        at = hole.end()
        if hole[1] is None:
            values.append(Text(hole[0][0]))
            continue
        name = hole[1].partition(":")[0].strip()
        if name == "" or name.isdecimal():
            number = int(name) if name else position
            position += 0 if name else 1
            values.append(unnamed[number] if number < len(unnamed) else None)
        else:
            values.append(named[name] if name in named else follower.value(["n", name], scope))
    if at < len(start.text):
        values.append(Text(start.text[at:]))
    return together(values)


_MACROS = {
    "routes": _routes,
    "openapi_get_routes": _routes,
    "services": _listed,
    "vec": _listed,
    "concat": _concat,
    "format": _format,
    "formatcp": _format,
    "concatcp": _concat,
}
