"""What cited lines declare of routes, in any language: a method, and a path where it is a literal.

This reads text, no syntax tree, so it knows few forms, those in which method or path stand as
words of a declaration. A call on a receiver that is not known as a router declares nothing. No
pattern has nested quantifiers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.claims.paths import is_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workers.claims.claim import Lines
    from workers.repository.source import Source

_LINE_CHARACTERS = 2000
_FOLLOWING_LINES = 8  # of a call that a formatter broke over lines
_VERB = "get|post|put|patch|delete|head|options"
# `@router.get(`, `@GetMapping(`, `[HttpGet("{id}")]`, `#[get("/x")]`, `@GET`.
_ATTRIBUTE = lazy_pattern(
    rf"(?:@(?:[A-Za-z_]\w{{0,40}}\.)?|#\[(?:\w{{1,20}}::)?|\[Http)(?P<verb>{_VERB}|del)(?:Mapping)?"
    r"(?P<after>\s*\(|\s*$|\s*\])",
    re.IGNORECASE,
)
# `users.GET("/:id", show)`, `$app->get('/x', ...)`, `app.MapGet("/x", ...)`, `r.With(auth).Get(`.
_CALL = lazy_pattern(
    r"^\s*(?P<receiver>\$?[A-Za-z_]\w{0,60})?"
    r"(?P<chain>(?:\.[A-Za-z]\w{0,40}\([^()\n]{0,200}(?:\([^()\n]{0,100}\)[^()\n]{0,100}){0,3}\)){0,3})"
    rf"(?:\.|->|::)(?:Map|add_)?(?P<verb>{_VERB}|del)\(\s*"
    r"(?P<literal>\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|`[^`\n]{0,300}`)\s*(?P<next>[,)])",
    re.IGNORECASE,
)
# Rails and Sinatra, in files of routes: `get "/x", to: "a#b"`; Ktor: `get("/x") {`.
_DSL = lazy_pattern(
    rf"(?:^|[{{|]|\bdo\b)\s*(?P<verb>{_VERB})\s*\(?\s*(?P<literal>\"[^\"\n]{{0,300}}\"|'[^'\n]{{0,300}}'|:\w{{1,60}})"
)
_DSL_FILE = lazy_pattern(
    r"(?:^|/)(?:routes?(?:/.*)?\.(?:rb|kt|php)|config/routes/.*\.rb|\w*router\.exs?)$|routing\.kt$",
    re.IGNORECASE,
)
# `"GET /x/{id}"` of net/http, `GET  /x  controllers.X` of Play.
_IN_STRING = lazy_pattern(r"[\"'`](?P<verb>[A-Z]{3,7}) (?P<path>/[^\"'`\s]{0,300})[\"'`]")
# `e.Add("GET", "/x", h)`, `r.Method("GET", "/x", h)`.
_TWO_STRINGS = lazy_pattern(
    r"\w\(\s*[\"'](?P<verb>[A-Z]{3,7})[\"']\s*,\s*[\"'](?P<path>/[^\"'\n]{0,300})[\"']\s*,"
)
_PLAY = lazy_pattern(
    r"^(?P<verb>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(?P<path>/\S{0,300})\s+\S"
)
# axum: `.route("/x", get(show).put(update))`.
_ROUTED = lazy_pattern(r"\.route\(\s*\"(?P<path>[^\"\n]{0,300})\"\s*,(?P<rest>[^;]{0,600})")
_ROUTED_VERB = lazy_pattern(rf"(?:^|[\s.:(])({_VERB})\(")
# `methods: ['GET']`, `.Methods("GET", "PUT")`, `method = RequestMethod.GET`.
_METHODS = lazy_pattern(
    r"\bmethods\s*[=:]>?\s*[\[({](?P<list>[^\])}]{0,200})|\.Methods\((?P<go>[^)]{0,200})\)"
    r"|\bmethod\s*=\s*\{?(?P<java>[^)\n]{0,200})",
)
_NAMED_VERB = lazy_pattern(rf"\b(?:Request)?(?:Method[.:]{{0,2}})?({_VERB})\b", re.IGNORECASE)
_ROUTING = lazy_pattern(rf"\brouting::(?P<verb>{_VERB})\(")
_EXPORTED = lazy_pattern(
    r"^\s*export\s+(?:async\s+)?(?:function|const)\s+(?P<verb>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b"
)
_DOCUMENTED = lazy_pattern(rf"^\s*[\"']?(?P<verb>{_VERB})[\"']?:\s*[{{]?\s*$")
_LITERAL = lazy_pattern(
    r"\s*(?:(?:path|value|template|url|uri)\s*=\s*)?(?P<quote>[\"'`])(?P<text>[^\"'`\n]{0,300})(?P=quote)"
    r"\s*(?P<next>.?)"
)
# What a literal holds that only its framework can read.
_OPEN = lazy_pattern(r"[*(?|\[~$#\\]|\$\{")
_ROUTER = (
    r"gin\.(?:Default|New)|echo\.New|chi\.NewRouter|mux\.NewRouter|fiber\.New|NewServeMux|\.Group\("
    r"|\.group\(|\.MapGroup\(|\.Subrouter\(|Router\(|WebApplication|RouteGroup|RouterGroup|gin\.Engine"
    r"|echo\.(?:Echo|Group)|chi\.Router|chi\.Mux|mux\.Router|fiber\.(?:App|Router)|http\.ServeMux"
    r"|EndpointRouteBuilder|RouteBuilder|RouteCollectorProxy|Slim\\App|AppFactory::create|express\("
    r"|new Hono|new Elysia|[Ff]astify|Javalin|RouteGroupInterface|RoutesBuilder|Router(?=\s*[,)])"
)


@dataclass(frozen=True)
class Declaration:
    """A route that lines declare: its methods, and its path where that is a plain literal."""

    file: str
    line: int
    methods: frozenset[str]
    path: str | None = None


def declared(cited: Iterable[Lines], claimed_path: str) -> list[Declaration]:
    """Return the routes that cited lines declare; unknown receivers only with the claimed path."""
    return [
        declaration
        for source, first, last in cited
        for declaration in _in_lines(source, first, last)
        if declaration.line <= last and _counts(source, declaration, claimed_path)
    ]


def _counts(source: Source, declaration: _Read, claimed_path: str) -> bool:
    if declaration.receiver in {None, "Route"} or declaration.receiver in _routers(source):
        return True
    fits = declaration.path is not None and is_suffix(declaration.path, claimed_path)
    return fits and bool(declaration.path and declaration.path.strip("/")) and declaration.several


@dataclass(frozen=True)
class _Read(Declaration):
    """A declaration as it was read: `receiver` of a call, None for what is no call on a name."""

    receiver: str | None = None
    several: bool = False  # it has more arguments than the path


def _in_lines(source: Source, first: int, last: int) -> Iterator[_Read]:
    lines = [line[:_LINE_CHARACTERS] for line in source.lines[first - 1 : last + _FOLLOWING_LINES]]
    for offset in range(last - first + 1):
        yield from _on_line(source, first + offset, lines[offset:])


def _on_line(source: Source, number: int, lines: Sequence[str]) -> Iterator[_Read]:
    """Yield what a line declares, its arguments on the lines below it included."""
    if not lines:
        return
    line, file = lines[0], source.path
    for form in (_attributes, _calls, _strings, _routed, _lists):
        yield from form(file, number, lines)
    exported = _EXPORTED.match(line)
    routing = _ROUTING.search(line)
    documented = _DOCUMENTED.match(line) if file.endswith((".yaml", ".yml", ".json")) else None
    for match in (exported, routing, documented):
        if match:
            yield _Read(file, number, _methods(match["verb"]))
    dsl = _DSL.search(line) if _DSL_FILE.search(file) else None
    if dsl:
        yield _Read(file, number, _methods(dsl["verb"]), _plain(dsl["literal"].strip("\"':")))


def _attributes(file: str, number: int, lines: Sequence[str]) -> Iterator[_Read]:
    for match in _ATTRIBUTE.finditer(lines[0]):
        path: str | None = ""
        if match["after"].strip() == "(":
            rest = "\n".join([lines[0][match.end() :], *lines[1:_FOLLOWING_LINES]])
            path = _first_literal(rest)
        yield _Read(file, number, _methods(match["verb"]), path or None)


def _calls(file: str, number: int, lines: Sequence[str]) -> Iterator[_Read]:
    opened = lines[0].rstrip().endswith("(")
    match = _CALL.match(lines[0] if not opened else " ".join(line.strip() for line in lines[:3]))
    if match:
        yield _Read(
            file,
            number,
            _methods(match["verb"]),
            None if _goes_on(file, match) else _plain(match["literal"][1:-1]),
            receiver=(match["receiver"] or "").lstrip("$"),
            several=match["next"] == ",",
        )


def _goes_on(file: str, call: re.Match[str]) -> bool:
    """Tell whether more arguments belong to the path, as in Vapor: `get("a", ":id", use: f)`."""
    rest = call.string[call.end() :]
    return file.endswith(".swift") and call["next"] == "," and re.match(r"\s*use:", rest) is None


def _strings(file: str, number: int, lines: Sequence[str]) -> Iterator[_Read]:
    play = _PLAY.match(lines[0]) if file.endswith("routes") else None
    forms = (*_IN_STRING.finditer(lines[0]), *_TWO_STRINGS.finditer(lines[0]))
    for match in (*forms, *([play] if play else [])):
        if match["verb"].lower() in _VERB.split("|"):
            yield _Read(file, number, _methods(match["verb"]), _plain(match["path"]))


def _routed(file: str, number: int, lines: Sequence[str]) -> Iterator[_Read]:
    if ".route(" not in lines[0]:
        return
    text = _call_text(lines)
    match = _ROUTED.search(text)
    verbs = _ROUTED_VERB.findall(match["rest"]) if match else []
    if match and verbs:
        methods = frozenset(verb.upper() for verb in verbs)
        yield _Read(file, number, methods, _plain(match["path"]))


def _call_text(lines: Sequence[str]) -> str:
    """Return the text of the first `.route(` call: to where its parentheses close."""
    text = "\n".join(lines)
    start = text.index(".route(")
    depth = 0
    for position in range(start, len(text)):
        depth += (text[position] == "(") - (text[position] == ")")
        if depth == 0 and text[position] == ")":
            return text[start : position + 1]
    return text[start:]


def _lists(file: str, number: int, lines: Sequence[str]) -> Iterator[_Read]:
    for match in _METHODS.finditer(lines[0]):
        if match["java"] is not None and "RequestMethod" not in match["java"]:
            continue
        text = match["list"] or match["go"] or match["java"] or ""
        methods = frozenset(verb.upper() for verb in _NAMED_VERB.findall(text))
        if methods:
            yield _Read(file, number, methods)


def _methods(verb: str) -> frozenset[str]:
    name = verb.upper()
    return frozenset({"DELETE" if name == "DEL" else name})


def _first_literal(arguments: str) -> str | None:
    """Return the path of an attribute's arguments, None where it is more than one plain literal."""
    match = _LITERAL.match(arguments)
    if match is None or match["next"] in {"+", "%", ".", "'", '"'}:
        return None
    return _plain(match["text"])


def _plain(path: str) -> str | None:
    return None if _OPEN.search(path) else path


@lru_cache(maxsize=256)
def _routers(source: Source) -> frozenset[str]:
    """Return the names that a file gives to routers: assigned from one, or typed as one."""
    names: set[str] = set()
    for line in source.lines:
        if len(line) > _LINE_CHARACTERS or not re.search(_ROUTER, line):
            continue
        names.update(re.findall(r"\$?\b([A-Za-z_]\w{0,60})\s*(?::=|=)(?!=)", line))
        names.update(
            re.findall(rf"\b([A-Za-z_]\w{{0,60}})\s*:?\s*[*&]?(?:\w{{1,20}}\.)?(?:{_ROUTER})", line)
        )
        names.update(re.findall(rf"(?:{_ROUTER})\s+\$?([A-Za-z_]\w{{0,60}})\b", line))
    return frozenset(names - {"return", "func", "new", "var", "const", "let"})
