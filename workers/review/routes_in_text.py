"""Routes and tables that source code declares, as far as the text around a line tells.

This reads text, not a syntax tree: it serves to hold a claim against the lines that are cited for
it. What it does not recognise is unknown, never refuted. No pattern has nested quantifiers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.repository.source import Source

ANY = "ANY"
# Those of workers/deliverables/backend.py, which is too dear to be imported for them.
METHODS = frozenset(
    "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY WEBSOCKET ANY".split()
)
_ARGUMENT_LINES = 10
_ABOVE_LINES = 10
_LINE_CHARACTERS = 2000
_METHODS = "get|post|put|patch|delete|head|options"
_VERBS = f"{_METHODS}|del"
# A strong form names its method: `@router.get(`, `@Get(`, `@GetMapping(`, `@GET`.
_DECORATOR = re.compile(
    rf"@(?:[A-Za-z_][\w.]*\.)?(?P<verb>{_METHODS}|websocket|all|any|route|api_route)(?:mapping)?\s*"
    r"(?P<open>\(|$)",
    re.IGNORECASE,
)
# `posts.get('/x'`, `r.GET("/x"`: a router may have any name, but what calls others over HTTP has
# one of those left out. A path begins with a slash, else `payload.get("name")` would be one.
_CALL = re.compile(
    r"\b(?!axios|client|http|requests?\.|session|fetch|ky\.|got\.)(?!\w{1,40}(?:api|client|http)\.)"
    rf"\w{{1,40}}\.(?P<verb>{_VERBS}|all)(?P<open>\()(?=\s*['\"`]/)",
    re.IGNORECASE,
)
_FACADE = re.compile(rf"\bRoute::(?P<verb>{_METHODS}|any)(?P<open>\()")
_RAILS = re.compile(r"^\s*(?P<verb>get|post|put|patch|delete)\s+(?P<open>(?=['\":]))")
_SPRING = re.compile(r"@(?P<verb>Request)Mapping\s*(?P<open>\()")
_WEAK = re.compile(
    r"\b(?P<verb>path|re_path|url|Route|WebSocketRoute|add_api_route|add_url_rule|add_route|register"
    r"|resources?|apiResource|match|use|route|include_router|expose|HandleFunc|Handle)\b\s*"
    r"(?P<open>\(|(?=['\":]))"
)
_STRONG = (_DECORATOR, _CALL, _FACADE, _RAILS)
_FORMS = (*_STRONG, _SPRING, _WEAK)
_OTHER_ARGUMENT = re.compile(r"\s*(?!value|path|url|rule|route)[A-Za-z_]{1,30}\s*=(?!=)")
_PATH_ARGUMENT = re.compile(r"\b(?:value|path|url|rule)\s*=")
# What may be absent: `/:id?`, `/{id?}`, `/cats(.:format)`.
_OPTIONAL = re.compile(r":\w+\?|\{\w+\?\}|\(\.:")
_LITERAL = re.compile(
    r"""\s*(?:[a-z]{1,20}\s*[:=]\s*)?[rb]?(?P<quote>['"`])(?P<text>[^'"`\n]*)(?P=quote)\s*(?P<next>.?)"""
)
_METHODS_LIST = re.compile(r"methods?\s*[=:]\s*[\[({]?([^\])}]{0,200})")
_STATUS = re.compile(
    r"status_code\s*=\s*(?:[\w.]*HTTP_)?([1-5][0-9]{2})|@HttpCode\(\s*([1-5][0-9]{2})"
)
_DEFINITION = re.compile(
    r"\s*(?:export\s+)?(?:public\s+)?(?:async\s+)?(?:def|function|class|func)\b"
)
_CLASS = re.compile(r"\s*(?:export\s+)?(?:public\s+)?(?:abstract\s+)?(?:final\s+)?class\b")
_ANNOTATION_PATH = re.compile(r"@Path\s*\((.*)")
_CLASS_PREFIX = re.compile(r"@(?:Controller|RequestMapping|Path)\s*\((.*)")
# `router = APIRouter(prefix="/orders")`, `bp = Blueprint("x", __name__, url_prefix="/orders")`
_ROUTER = re.compile(r"^\s*(\w+)\s*(?::[^=\n]{0,60})?=\s*[\w.]{0,80}(?:Router|Blueprint)\s*\(")
_PREFIX = re.compile(r"""\b(?:url_)?prefix\s*=\s*['"]([^'"\n]*)['"]""")
_PARAMETER = re.compile(r"[{}<>:*\[\]()$?+\\^]")
_VERSION = re.compile(r"v?[0-9][0-9.]*")


def is_route(method: str, path: str) -> bool:
    """Return whether a method and a path have the form of a route, whoever declares it."""
    return method in METHODS and path.startswith("/")


@dataclass(frozen=True)
class Route:
    """A route that lines declare; `path` is None when it is no literal.

    `prefix` is what its own file puts before the path: its router's or its class's. `methods` is
    empty when any or an unknown method may be meant; `strong` routes name theirs. `literal` routes
    end the paths that they serve: no other route is mounted below them.
    """

    line: int
    methods: frozenset[str]
    path: str | None
    prefix: str
    status: int | None
    strong: bool
    literal: bool

    @property
    def whole(self) -> str:
        """Prefix and path, as far as the file tells."""
        return f"{self.prefix.rstrip('/')}/{(self.path or '').lstrip('/')}"


def routes(source: Source, first: int, last: int) -> list[Route]:
    """Return the routes declared in lines `first` to `last` (from 1), with what belongs to them.

    Decorators above a cited definition belong to it.
    """
    lines, start = source.lines, first
    if first <= len(lines) and _DEFINITION.match(lines[first - 1][:_LINE_CHARACTERS]):
        while start > max(1, first - _ABOVE_LINES) and _is_above(lines[start - 2]):
            start -= 1
    return [route for route in all_routes(source) if start <= route.line <= last]


def _is_above(line: str) -> bool:
    """Tell whether a line above a definition belongs to it: a decorator or its arguments."""
    ends = line.rstrip().endswith(("}", ";"))
    return bool(line.strip()) and not _DEFINITION.match(line[:_LINE_CHARACTERS]) and not ends


@lru_cache(maxsize=2048)
def all_routes(source: Source) -> tuple[Route, ...]:
    """Return every route that a file declares, in order; each file is read once."""
    lines = source.lines
    found: list[Route] = []
    routers: dict[str, str] = {}
    of_class = ""
    for number, line in enumerate(lines, 1):
        if len(line) > _LINE_CHARACTERS:
            continue
        router = _ROUTER.match(line)
        if router:
            arguments = _arguments(
                [line[router.end() :], *lines[number : number + _ARGUMENT_LINES]]
            )
            prefix = _PREFIX.search(arguments)
            routers[router[1]] = prefix[1] if prefix else ""
        if _CLASS.match(line):
            of_class = _prefix_above(lines, number)
        matches = next((m for m in (list(form.finditer(line)) for form in _FORMS) if m), [])
        if _CLASS_PREFIX.search(line) and _is_above_class(lines, number):
            continue  # the prefix of a class, no route
        owner = re.match(r"\s*@(\w+)\.", line)
        prefix_text = routers.get(owner[1], "") if owner else of_class
        found += [_route(lines, number, match, prefix_text) for match in matches]
    return tuple(found)


def _is_above_class(lines: Sequence[str], number: int) -> bool:
    """Tell whether an annotation belongs to a class: the next line that is none opens it."""
    following = (line for line in lines[number : number + _ABOVE_LINES] if line.strip())
    first = next((line for line in following if not line.lstrip().startswith("@")), "")
    return _CLASS.match(first[:_LINE_CHARACTERS]) is not None


def _prefix_above(lines: Sequence[str], number: int) -> str:
    """Return the path of the annotations right above a class."""
    for line in reversed(lines[max(0, number - 1 - _ABOVE_LINES) : number - 1]):
        if not line.strip() or line.rstrip().endswith(("}", ";")):
            return ""
        match = _CLASS_PREFIX.search(line[:_LINE_CHARACTERS])
        if match:
            return _literal(match[1]) or ""
    return ""


def _route(lines: Sequence[str], number: int, match: re.Match[str], prefix: str) -> Route:
    rest = lines[number - 1][match.end() :]  # of a line with several, from each on
    following = lines[number : number + _ARGUMENT_LINES]
    arguments = _arguments([rest, *following]) if match["open"] == "(" else rest
    path = _literal(arguments)
    if match.re is _DECORATOR and match["open"] != "(":  # @GET, its path in an annotation beside it
        annotations = (_ANNOTATION_PATH.search(line[:_LINE_CHARACTERS]) for line in following[:3])
        beside = next((found for found in annotations if found), None)
        path = _literal(beside[1]) if beside else ""
    verb = match["verb"].upper().replace("DELETE", "DEL").replace("DEL", "DELETE")
    methods = frozenset({verb} if verb in {*_METHODS.upper().split("|"), "WEBSOCKET"} else ())
    named = _METHODS_LIST.search(arguments)
    if not methods and named:
        methods = frozenset(re.findall(rf"\b({_METHODS})\b", named[1].lower()))
        methods = frozenset(method.upper() for method in methods)
    elif verb == "ROUTE" and match.re is _DECORATOR and "[" not in arguments:
        # Over a class its methods say which.
        methods = frozenset() if _is_above_class(lines, number) else frozenset({"GET"})
    status = _STATUS.search(arguments)
    code = int(status[1] or status[2]) if status else None
    strong = match.re in _STRONG and bool(methods)
    is_path = match["verb"] == "path" and "include(" not in arguments and bool(path)
    return Route(number, methods, path, prefix, code, strong, strong or is_path)


def _arguments(lines: Sequence[str]) -> str:
    """Return what stands between the open parenthesis and its end, as far as counting tells."""
    depth, text = 1, ""
    for line in lines:
        for position, char in enumerate(line[:_LINE_CHARACTERS]):
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return text + line[:position]
        text += line[:_LINE_CHARACTERS] + "\n"
    return text


def _literal(arguments: str) -> str | None:
    if not arguments.strip():
        return ""
    if _OTHER_ARGUMENT.match(arguments):
        named = _PATH_ARGUMENT.search(arguments)
        if named is None:
            return ""
        arguments = arguments[named.end() :]
    match = _LITERAL.match(arguments)
    if match is None or match["next"] in {"+", "%", ".", "'", '"'}:
        return None
    if _OPTIONAL.search(match["text"]):
        return None
    if match["quote"] == "`" and "${" in match["text"]:
        return None
    return match["text"]


def segments(path: str) -> list[str]:
    """Split a path: a parameter of any notation is `{}`, the rest in lower case."""
    plain = re.sub(r"\(\?P?<(\w+)>[^)]*\)", r"{\1}", path.strip("^$ "))
    plain = re.sub(r"(:\w+)\?", r"\1", plain).split("?")[0]
    parts = [part for part in plain.split("/") if part]
    return ["{}" if _PARAMETER.search(part) else part.lower() for part in parts]


def parameters(path: str) -> list[str]:
    """Return the names of a path's parameters, in order, where they can be told."""
    return re.findall(r"(?:[{<:](?:[a-z]+:)?|\[)\.{0,3}([A-Za-z_]\w*)", path)


def is_suffix(literal: str, claimed: str) -> bool:
    """Tell whether a declared path can be the end of a claimed one."""
    declared, whole = segments(literal), segments(claimed)
    return declared == whole[len(whole) - len(declared) :] if len(declared) <= len(whole) else False


def telling_segments(path: str) -> list[str]:
    """Return the static words of a path that must stand somewhere in the code.

    Versions and `api` are often set by configuration outside of it.
    """
    words = [part for part in segments(path) if part not in {"{}", "api", "rest"}]
    return [word for word in words if not _VERSION.fullmatch(word)]


_TABLE = re.compile(
    r"""create\s+table\s+(?:if\s+not\s+exists\s+)?[`"\[]?(?:\w+[`"\]]?\.[`"\[]?)?"""
    r"""(?P<sql>\w+)(?!\w|\s\w+[`"\]])"""
    r"""|__tablename__\s*=\s*['"](?P<alchemy>\w+)['"]"""
    r"""|create_table\s*\(?\s*['":](?P<migration>\w+)"""
    r"""|createTable\s*\(\s*['"](?P<knex>\w+)['"]"""
    r"""|Schema::create\s*\(\s*['"](?P<laravel>\w+)['"]""",
    re.IGNORECASE,
)


def tables(text: str) -> Iterator[str]:
    """Yield the names of tables that a text declares literally, in lower case."""
    for match in _TABLE.finditer(text):
        name = next(name for name in match.groups() if name).lower()
        if name not in {"as", "if", "like", "with", "select"}:  # words of a sentence
            yield name
