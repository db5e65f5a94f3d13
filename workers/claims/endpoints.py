"""Claims about endpoints: method and path, success status, what limits and caches them.

The map is asked first; where no reader knows the cited lines, what they declare in words decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.citations import cited_lines
from workers.claims.claim import UNDECIDED, Claim, Verdict, confirmed, doubted, place, refuted
from workers.claims.declarations import declared
from workers.claims.handlers import enclosing
from workers.claims.paths import (
    fits_method,
    is_route,
    is_suffix,
    parameters,
    segments,
    static_words,
    telling_segments,
)
from workers.delivery.delivery import is_there, problem, text_of
from workers.repository.source import Source, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.claims.declarations import Declaration
    from workers.claims.ground import Ground
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.survey.found import Endpoint

# Words of which one stands in every repository that has the measure.
MEASURES = {
    "rate_limited": (
        "throttle throttling throttler ratelimit rate_limit rate-limit limiter limit_req bucket4j"
        " resilience4j slowapi rack-attack rackattack tollbooth ulule governor bottleneck httprate"
        " limitby fixedwindow slidingwindow tokenbucket leakybucket ratelimiting"
    ).split(),
    "cached": (
        "cache cached caching cacheable cachecontrol cache-control etag memoize redis memcached"
        " varnish stale lru"
    ).split(),
}


# What puts routes of another place, or of a library, under a path, and what serves one by its name.
_MOUNTS = lazy_pattern(
    r"\b(?:Map|Use|Handle|Mount|mount|[Rr]egister|[Cc]onfigure|[Ee]xpose|[Ii]nclude|[Aa]ttach)"
    r"(?:[A-Z_]\w{0,60}|(?<=mount)|(?<=Mount)|(?<=Handle)|(?<=egister)|(?<=onfigure)|(?<=xpose)"
    r"|(?<=nclude)|(?<=ttach)|r(?=\())\s{0,4}(?:<[^<>\n]{0,100}>)?\("
    r"|\b(?:use|include|nest|merge|scope|namespace|group|pathPrefix|add_url_rule)\s{0,4}\("
    r"|\badd_?(?:resource|route|view|namespace|api|websocket)\w{0,30}\s{0,4}\("
    r"|\b\w{0,40}[Rr]out(?:es|er|ing)\s{0,4}\("
    r"|^\s*(?:mount|forward|devise_\w{1,20}|resources?|draw|concerns?|use_\w{1,20}|scope|namespace"
    r"|include|live)\b|::routes\s*\(|\bexposure\b"
    r"|\bexport\s+(?:default\b|(?:async\s+)?function\s+(?:loader|action)\b)"
    r"|\bRepository\s*<|RepositoryRest|GraphQL|graphql|Apollo|@(?:Query|Mutation|Subscription)\b"
    r"|\b(?:FastAPI|Flask|Admin|AdminSite|Yoga|Starlette|NextAuth)\s*\(|^\s*\[\"/",
    re.MULTILINE,
)
# What a path holds that its framework alone can read: `/auth/*`, `/{rest:path}`, `/:id?`, a regex.
_LITERALS = lazy_pattern(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")
_OPEN = lazy_pattern(r"[*(?\\^]|:path\b|<path:|\.\.\.")
_OPEN_CODE = lazy_pattern(r"\(\s*/\^|\bdefaults\s*=")
_ROUTE_LINES = 3


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the claims of the endpoints that are said to exist."""
    for pointer, entry in delivery.entries_of("endpoint"):
        method, path = text_of(entry, "method"), text_of(entry, "path")
        if not is_there(entry) or not is_route(method, path):
            continue  # the schema reports it
        cited = tuple(cited_lines(delivery, entry))
        subject = f"{method} {path}"
        yield Claim("endpoint", subject, subject, pointer, entry, cited)
        answer = entry.get("response_format")
        status = answer.get("success_status") if isinstance(answer, dict) else None
        if isinstance(status, int) and not isinstance(status, bool):
            yield Claim("success_status", subject, status, pointer, entry, cited)
        for key in ("requires_auth", *MEASURES):
            if isinstance(entry.get(key), bool):
                yield Claim(key, subject, entry[key], f"{pointer}/{key}", entry, cited)


def decide_endpoint(ground: Ground, claim: Claim) -> Verdict:
    """The repository serves the method at the path, where it is cited."""
    method, path = claim.entry["method"], claim.entry["path"]
    if claim.entry.get("protocol") not in (None, "http"):
        return UNDECIDED
    there = mapped(ground, claim)
    if there:
        return _by_map(ground, claim, there)
    same = [one for one in ground.endpoints if is_route_of(one, method, path)]
    routes = declared(claim.cited, path)
    methods = {name for route in routes for name in route.methods}
    if len(methods) == 1 and not fits_method(next(iter(methods)), method):
        return _other_method(ground, claim, routes[0].file, routes[0].line, methods)
    if same:
        shows = routes or _names(claim, same[0].handler) or _shows(claim, path)
        warning = None if shows else _shows_nothing(ground, claim)
        return Verdict("confirmed", place(same[0].file, same[0].line), warning)
    return _by_words(ground, claim, routes)


def mapped(ground: Ground, claim: Claim) -> list[Endpoint]:
    """Return the endpoints of the map that cited lines declare, else those that they handle."""
    there = ground.endpoints_at(claim.cited)
    if there:
        return there
    handlers = {name for lines in claim.cited for name in enclosing(*lines)}
    files = {source.path for source, _, _ in claim.cited}
    return [
        one
        for file in files
        for one in ground.endpoints_in(file)
        if one.handler.rpartition(".")[2] in handlers
    ]


def is_route_of(route: Endpoint, method: str, path: str) -> bool:
    """Tell whether a route of the map serves a method at a path."""
    return (
        route.resolved == "full"
        and fits_method(route.method, method)
        and segments(route.path) == segments(path)
    )


def _by_map(ground: Ground, claim: Claim, there: Sequence[Endpoint]) -> Verdict:
    """Decide by what the map says of the cited lines, all of it."""
    method, path = claim.entry["method"], claim.entry["path"]
    same = next((one for one in there if is_route_of(one, method, path)), None)
    if same is not None:
        return _with_its_parameters(ground, claim, same)
    ending = [route for route in there if is_suffix(route.path, path)]
    methods = {route.method for route in ending}
    fitting = [route for route in ending if fits_method(route.method, method)]
    if method == "ANY" and len(methods) > 1:
        return UNDECIDED
    if ending and not fitting:
        return _other_method(ground, claim, ending[0].file, ending[0].line, methods)
    mild = _by_open_grammar(ground, claim, there) or _by_open_routes(claim, there, fitting)
    return mild or _other_path(ground, claim, there, fitting)


def _by_open_grammar(ground: Ground, claim: Claim, there: Sequence[Endpoint]) -> Verdict | None:
    """Decide by what the map does not keep of paths, and by a handler's other decorators."""
    if any(_is_open(ground, route) for route in there):
        return UNDECIDED
    beside = _of_the_same_handler(ground, claim, there)
    return confirmed(beside.file, beside.line) if beside else None


def _is_open(ground: Ground, route: Endpoint) -> bool:
    """Tell whether a route is written in a grammar of which the map keeps no more than a name."""
    source = ground.repository.source(route.file)
    if not isinstance(source, Source):
        return True
    lines = source.lines[route.line - 1 : route.line - 1 + _ROUTE_LINES]
    texts = [text[1:-1] for line in lines for text in _LITERALS.findall(line[:2000])]
    paths = [text for text in texts if "/" in text or text.startswith(("<", "{", "^", "*"))]
    if "[..." in route.file:  # a route that is a file, for all that follows
        return True
    return any(_OPEN.search(text) for text in (route.path, *paths)) or any(
        _OPEN_CODE.search(line) for line in lines
    )


def _of_the_same_handler(
    ground: Ground, claim: Claim, there: Sequence[Endpoint]
) -> Endpoint | None:
    """Return the claimed endpoint where another decorator of a cited handler declares it."""
    method, path = claim.entry["method"], claim.entry["path"]
    for route in there:
        for other in ground.endpoints_in(route.file):
            same = bool(route.handler) and other.handler == route.handler
            if (
                same
                and abs(other.line - route.line) < _ROUTE_LINES
                and is_route_of(other, method, path)
            ):
                return other
    return None


def _by_open_routes(
    claim: Claim, there: Sequence[Endpoint], fitting: Sequence[Endpoint]
) -> Verdict | None:
    """Decide by routes of which the map does not know what stands before them; None without one."""
    if any(route.resolved != "full" for route in fitting):
        return confirmed(fitting[0].file, fitting[0].line)
    path = claim.entry["path"]
    is_open = any(route.resolved != "full" and is_suffix(path, route.path) for route in there)
    return UNDECIDED if is_open else None


def _other_path(
    ground: Ground, claim: Claim, there: Sequence[Endpoint], fitting: Sequence[Endpoint]
) -> Verdict:
    """Refute a path, or doubt it where it only has more in front of the one that is declared."""
    method = claim.entry["method"]
    of_method = [route for route in (*fitting, *there) if fits_method(route.method, method)]
    first = (of_method or there)[0]
    path, declared_path = shown(claim.entry["path"], 80), shown(first.path, 80)
    where, at = ground.place(claim, "path"), place(first.file, first.line)
    if fitting and _may_be_in_front(ground, claim.entry["path"], fitting[0].path):
        message = f"`{at}` is served at {declared_path}, not at {path}"
        hint = f"Write {declared_path}; keep yours if something in front adds a prefix."
        return doubted(problem("K19", message, hint, where))
    message = f"`{at}` declares {declared_path}, not {path}"
    hint = _hint_of_path(ground, claim, declared_path, first)
    return refuted(problem("K02", message, hint, where), first.file, first.line)


def _hint_of_path(ground: Ground, claim: Claim, declared_path: str, first: Endpoint) -> str:
    """Return what to write for a path; an endpoint that is listed already is not listed again."""
    method, path = claim.entry["method"], shown(claim.entry["path"], 80)
    real = method if fits_method(first.method, method) else first.method
    listed = any(
        text_of(entry, "method") == real
        and segments(text_of(entry, "path")) == segments(first.path)
        for _, entry in ground.delivery.entries_of("endpoint")
    )
    if listed:
        return (
            f"Cite the line that declares {path}, or drop the entry in JSON and notes and count"
            " again."
        )
    write = declared_path if real == method else f"{real} {declared_path}"
    return f"Write {write}, or cite the line that declares {path}."


def _with_its_parameters(ground: Ground, claim: Claim, same: Endpoint) -> Verdict:
    """Confirm an endpoint, and say so where its parameters have other names in the code."""
    in_code, ours = parameters(same.path), parameters(claim.entry["path"])
    answer = confirmed(same.file, same.line)
    if len(ours) != len(in_code) or [*map(plain, in_code)] == [*map(plain, ours)]:
        return answer
    names = ", ".join(in_code)
    message = f"the path parameters are called {shown(names, 60)} in the code"
    warning = problem(
        "K03", message, f"Write {shown(same.path, 200)}.", ground.place(claim, "path")
    )
    return Verdict("confirmed", answer.at, warning)


def _may_be_in_front(ground: Ground, path: str, declared_path: str) -> bool:
    """Tell whether what a path has before the declared one stands somewhere: a proxy's prefix."""
    words, known = static_words(path), static_words(declared_path)
    leading = words[: len(words) - len(known)]
    return all(ground.repository.has_word(word) is not False for word in leading)


def _other_method(ground: Ground, claim: Claim, file: str, line: int, methods: set[str]) -> Verdict:
    names = ", ".join(sorted(methods))
    method = claim.entry["method"]
    refutation = problem(
        "K01",
        f"`{place(file, line)}` declares {names}, not {method}",
        f"Write {names}, or cite the line that declares {method}.",
        ground.place(claim, "method"),
    )
    return refuted(refutation, file, line)


def _by_words(ground: Ground, claim: Claim, routes: Sequence[Declaration]) -> Verdict:
    """Decide by what the cited lines declare in words, where no reader knows them."""
    path = claim.entry["path"]
    fitting = [
        route
        for route in routes
        if claim.entry["method"] in route.methods and route.path and is_suffix(route.path, path)
    ]
    if fitting:
        return confirmed(fitting[0].file, fitting[0].line)
    other = _only_literal(routes)
    if other is not None and not is_suffix(other.path or "", path):
        message = f"`{place(other.file, other.line)}` declares {shown(other.path or '', 80)}"
        hint = f"Write {shown(other.path or '', 80)}, after the prefix that it is mounted under;"
        hint += " or cite the line that declares yours."
        where = ground.place(claim, "path")
        refutation = problem("K02", f"{message}, not {shown(path, 80)}", hint, where)
        return refuted(refutation, other.file, other.line)
    absent = _absent_word(ground, path) if routes else None
    if absent:
        message = f"{shown(absent, 60)} of the path {shown(path, 80)} is nowhere in the repository"
        hint = "Name a path that the code serves, or drop the entry in JSON and notes and count"
        hint += " again."
        return refuted(problem("K05", message, hint, ground.place(claim, "path")))
    shows = bool(routes) or not claim.cited or _shows(claim, path)
    return UNDECIDED if shows else doubted(_shows_nothing(ground, claim))


def _only_literal(routes: Sequence[Declaration]) -> Declaration | None:
    """Return the one route that is declared, where its path is a literal that says something."""
    only = routes[0] if len(routes) == 1 else None
    return only if only and only.path and only.path.strip("/") else None


def _names(claim: Claim, handler: str) -> bool:
    """Tell whether cited lines name a handler."""
    name = re.escape(handler.rpartition(".")[2])
    return any(
        re.search(rf"(?<!\w){name}(?!\w)", line)
        for source, first, last in claim.cited
        for line in source.lines[first - 1 : last]
    )


def _shows_nothing(ground: Ground, claim: Claim) -> Problem:
    message = "the lines cited for an existing endpoint show neither its method nor its path"
    hint = "Cite the line that declares it: a decorator, an attribute or a router call."
    return problem("K04", message, hint, ground.place(claim, "evidence"))


def _absent_word(ground: Ground, path: str) -> str | None:
    """Return a word of a path that stands nowhere, in no form that a framework could derive."""
    for word in telling_segments(path):
        stem = word.split(".")[0]
        forms = {
            stem,
            stem.removesuffix("s"),
            stem.removesuffix("es"),
            f"{stem.removesuffix('ies')}y",
        }
        if ground.repository.has_word(*sorted(forms), inside=True) is False:
            return word
    return None


def _shows(claim: Claim, path: str) -> bool:
    """Tell whether cited lines hold a verb, a mount, or a word of the path's last segment."""
    text = "\n".join(
        line for source, first, last in claim.cited for line in source.lines[first - 1 : last]
    )
    if _MOUNTS.search(text):
        return True  # what a library serves there, no line says
    text = text.lower()
    words = static_words(path)
    telling = re.findall(r"[a-z]{3,}", words[-1]) if words else []
    known = {plain(word) for word in re.findall(r"[\w-]+", text)}
    return (
        re.search(r"(?<![a-z])(?:get|post|put|patch|delete|head|options|route|rpc)(?![a-z])", text)
        is not None
        or not telling
        or any(word.removesuffix("s") in name for word in telling for name in known)
    )


def decide_measure(ground: Ground, claim: Claim) -> Verdict:
    """What limits or caches an endpoint leaves a word somewhere; no word is worth a warning."""
    if claim.says is not True or claim.kind not in MEASURES:
        return UNDECIDED
    if ground.repository.has_word(*MEASURES[claim.kind], inside=True) is not False:
        return UNDECIDED
    message = f"`{claim.kind}` is true, and nothing in the repository says so"
    hint = "Write false, or null where something outside of the repository does it."
    return doubted(problem("K20", message, hint, ground.place(claim)))
