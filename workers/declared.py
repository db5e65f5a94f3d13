"""Routes and tables that source code declares, as far as the text around a line tells.

This reads text, not a syntax tree: it serves to hold a claim against the lines that are cited for
it. What it does not recognise is unknown, never refuted. No pattern has nested quantifiers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ANY = "ANY"
_ARGUMENT_LINES = 10
_ABOVE_LINES = 10
_METHODS = "get|post|put|patch|delete|head|options|websocket|query"
# `@router.get(`, `app.post(`, `@Get(`, `@GetMapping(`, `r.GET(`, `Route::get(`: a strong form names
# its method; after a dot the receiver must be one that routes, else `payload.get(` would be one.
_DECORATOR = re.compile(
    rf"@(?:[A-Za-z_][\w.]*\.)?(?P<verb>{_METHODS}|all|any|route|api_route)(?:mapping)?\s*"
    r"(?P<open>\(|$)",
    re.IGNORECASE,
)
_RECEIVER = re.compile(
    r"\b(?:[\w.]*(?:app|router|routes?|server|fastify|api|blueprint|bp|group|mux))"
    rf"(?:\.|->|::)(?P<verb>{_METHODS}|all|any|handlefunc|handle)\s*(?P<open>\()",
    re.IGNORECASE,
)
_GO = re.compile(
    r"\b\w{1,20}\.(?P<verb>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|Get|Post|Put|Patch|Delete|Head"
    r"|Options)(?P<open>\()(?=\s*[\"`]/)"
)
_SPRING = re.compile(r"@(?P<verb>Request)Mapping\s*(?P<open>\()")
_WEAK = re.compile(
    r"\b(?P<verb>path|re_path|url|Route|WebSocketRoute|add_api_route|add_url_rule|add_route|register"
    r"|resources?|apiResource|match|use|route|include_router|expose)\b\s*(?P<open>\(|(?=['\":]))"
)
# A router may have any name; what calls others over HTTP has one of these.
_ROUTED = re.compile(
    r"\b(?!axios|client|http|requests?\b|session|fetch|ky\b|got\b)\w{1,40}\."
    r"(?P<verb>get|post|put|patch|delete|head|options|all)(?P<open>\()(?=\s*['\"`]/)"
)
_RAILS = re.compile(r"^\s*(?P<verb>get|post|put|patch|delete)\s+(?P<open>(?=['\":]))")
_LITERAL = re.compile(
    r"""\s*(?:[a-z]+\s*[:=]\s*)?[rb]?(?P<quote>['"`])(?P<text>[^'"`\n]*)(?P=quote)\s*(?P<next>.?)"""
)
_METHODS_LIST = re.compile(r"methods?\s*[=:]\s*[\[({]?([^\])}\n]{0,120})")
_STATUS = re.compile(
    r"status_code\s*=\s*(?:[\w.]*HTTP_)?([1-5][0-9]{2})|@HttpCode\(\s*([1-5][0-9]{2})"
)
_DEFINITION = re.compile(
    r"\s*(?:export\s+)?(?:public\s+)?(?:async\s+)?(?:def|function|class|func)\b"
)
_PARAMETER = re.compile(r"[{}<>:*\[\]()$?+\\^]")
_NUMERIC_VERSION = re.compile(r"v?[0-9][0-9.]*")
_STRONG = (_DECORATOR, _RECEIVER, _GO, _ROUTED, _RAILS)
_WEAK_FORMS = (_SPRING, _WEAK)
# `router = APIRouter(prefix="/orders")`, `bp = Blueprint("x", __name__, url_prefix="/orders")`
_PYTHON_ROUTER = re.compile(r"^\s*(\w+)\s*(?::[^=\n]{0,60})?=\s*[\w.]*(?:Router|Blueprint)\s*\(")
_PREFIX = re.compile(r"""\b(?:url_)?prefix\s*=\s*['"]([^'"\n]*)['"]""")
_CLASS_PREFIX = re.compile(r"@(?:Controller|RequestMapping|Path)\s*\((.*)")


@dataclass(frozen=True)
class Route:
    """A route that lines declare; `path` is None when it is no literal.

    `methods` is empty when any or an unknown method may be meant; `strong` routes name theirs.
    """

    line: int
    methods: frozenset[str]
    path: str | None
    status: int | None
    strong: bool


def routes(lines: Sequence[str], first: int, last: int) -> list[Route]:
    """Return the routes declared in lines `first` to `last` (from 1), with what belongs to them.

    Decorators above a cited definition belong to it.
    """
    start = first
    if first <= len(lines) and _DEFINITION.match(lines[first - 1]):
        while start > max(1, first - _ABOVE_LINES) and _is_above(lines[start - 2]):
            start -= 1
    found: list[Route] = []
    for number in range(start, min(last, len(lines)) + 1):
        line = lines[number - 1]
        if len(line) > 2000:
            continue
        match = next((m for m in (p.search(line) for p in _STRONG + _WEAK_FORMS) if m), None)
        if match:
            strong = match.re in _STRONG
            found.append(_route(lines, number, match, strong=strong))
    return found


def _is_above(line: str) -> bool:
    """Tell whether a line above a definition belongs to it: a decorator or its arguments."""
    return (
        bool(line.strip())
        and not _DEFINITION.match(line)
        and not line.rstrip().endswith(("}", ";"))
    )


def _route(lines: Sequence[str], number: int, match: re.Match[str], *, strong: bool) -> Route:
    rest = lines[number - 1][match.end() :]
    following = lines[number : number + _ARGUMENT_LINES]
    arguments = _arguments([rest, *following]) if match["open"] == "(" else rest
    verb = match["verb"].upper()
    methods = frozenset[str]()
    named = _METHODS_LIST.search(arguments)
    if verb in _METHODS.upper().split("|"):
        methods = frozenset({verb})
    elif named:
        methods = frozenset(re.findall(rf"\b({_METHODS})\b", named[1].lower()))
        methods = frozenset(method.upper() for method in methods)
    if verb in {"ROUTE", "API_ROUTE"} and not methods and not named:
        methods = frozenset({"GET"}) if match.re is _DECORATOR else methods
    status = _STATUS.search(arguments)
    return Route(
        number,
        methods,
        _literal(arguments),
        int(status[1] or status[2]) if status else None,
        strong and bool(methods),
    )


def _arguments(lines: Sequence[str]) -> str:
    """Return what stands between the open parenthesis and its end, as far as counting tells."""
    depth, text = 1, ""
    for line in lines:
        for position, char in enumerate(line[:2000]):
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return text + line[:position]
        text += line[:2000] + "\n"
    return text


def _literal(arguments: str) -> str | None:
    if not arguments.strip():
        return ""
    match = _LITERAL.match(arguments)
    if match is None or match["next"] in {"+", "%", "."}:
        return None
    if match["quote"] == "`" and "${" in match["text"]:
        return None
    return match["text"]


def segments(path: str) -> list[str]:
    """Split a path: a parameter of any notation is `{}`, the rest in lower case."""
    plain = re.sub(r"\(\?P?<(\w+)>[^)]*\)", r"{\1}", path.split("?", maxsplit=1)[0].strip("^$ "))
    parts = [part for part in plain.split("/") if part]
    return ["{}" if _PARAMETER.search(part) else part.lower() for part in parts]


def parameters(path: str) -> list[str]:
    """Return the names of a path's parameters, in order, where they can be told."""
    return re.findall(r"(?:[{<:](?:[a-z]+:)?|\[)\.{0,3}([A-Za-z_]\w*)", path)


def is_suffix(literal: str, claimed: str) -> bool:
    """Tell whether a declared path can be the end of a claimed one."""
    declared, whole = segments(literal), segments(claimed)
    if len(declared) > len(whole):
        return False
    end = whole[len(whole) - len(declared) :]
    return declared == end


def own_prefix(lines: Sequence[str], route: Route) -> str:
    """Return the literal prefix that a route's own file gives it, empty if none is seen.

    In Python that of the router whose decorator it is; else that of the class it stands in.
    """
    name = re.match(r"\s*@(\w+)\.", lines[route.line - 1])
    for number in range(route.line - 1, 0, -1):
        line = lines[number - 1][:2000]
        router = _PYTHON_ROUTER.match(line) if name else None
        if router and name and router[1] == name[1]:
            arguments = _arguments(
                [line[router.end() :], *lines[number : number + _ARGUMENT_LINES]]
            )
            prefix = _PREFIX.search(arguments)
            return prefix[1] if prefix else ""
        of_class = None if name else _CLASS_PREFIX.search(line)
        if of_class:
            return _literal(of_class[1]) or ""
    return ""


def telling_segments(path: str) -> list[str]:
    """Return the static words of a path that must stand somewhere in the code.

    Versions and `api` are often set by configuration outside of it.
    """
    return [
        part
        for part in segments(path)
        if part not in {"{}", "api", "rest"} and not _NUMERIC_VERSION.fullmatch(part)
    ]


_TABLE = re.compile(
    r"""create\s+table\s+(?:if\s+not\s+exists\s+)?[`"\[]?(?:\w+[`"\]]?\.[`"\[]?)?(?P<sql>\w+)"""
    r"""|__tablename__\s*=\s*['"](?P<alchemy>\w+)['"]"""
    r"""|create_table\s*\(?\s*['":](?P<migration>\w+)"""
    r"""|createTable\s*\(\s*['"](?P<knex>\w+)['"]"""
    r"""|Schema::create\s*\(\s*['"](?P<laravel>\w+)['"]""",
    re.IGNORECASE,
)


def tables(text: str) -> Iterator[str]:
    """Yield the names of tables that a text declares literally, in lower case."""
    for match in _TABLE.finditer(text):
        yield next(name for name in match.groups() if name).lower()
