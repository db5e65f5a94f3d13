"""Paths of Go's frameworks: how prefix and path make one, and parameters as `{name}`."""

from __future__ import annotations

from typing import NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.languages.go.values import Text, joined, text

# What writes parameters as `:id` and `*rest`; all others write `{id}`.
_COLONS = frozenset({"gin", "echo", "fiber", "httprouter"})
_COLON = lazy_pattern(r":([A-Za-z_]\w{0,80})(?:<[^<>/]{0,200}>)?\??")
_STAR = lazy_pattern(r"\*([A-Za-z_]\w{0,80})")
_NAME = lazy_pattern(r"\s{0,9}([^\s:{}]{1,80})\s{0,9}(?::|$)")
_WORD = lazy_pattern(r"[A-Z]{1,10}")
_METHOD = lazy_pattern(r"([A-Z]{3,10})[ \t]+")


def below(kind: str, prefix: Text, path: Text) -> Text:
    """Put a path below a prefix as a framework does."""
    if path.known == "":
        return prefix
    if kind == "echo" or prefix.known == "":
        return joined(prefix, path)
    first, last = path.parts[0], prefix.parts[-1]
    if kind in {"gin", "chi", "fiber"} and first is not None and not first.startswith("/"):
        path = joined(text("/"), path)
    if last is not None:
        prefix = Text((*prefix.parts[:-1], last.rstrip("/")), prefix.place)
    if kind == "chi" and path.known == "/":
        return prefix  # a mount answers with and without the slash
    return joined(prefix, path)


class End(NamedTuple):
    """A path, or what is known of its end."""

    path: str
    whole: bool


def ended(kind: str, path: Text) -> End | None:
    """Return a path with its parameters in braces, None where not even its end is known."""
    if path.known is not None:
        return End(_written(kind, path.known), whole=True)
    last = path.parts[-1]
    if last is None or "/" not in last:
        return None
    end = last[last.index("/") :]
    # A lone slash says nothing, nor does half a parameter.
    if end.strip("/*") == "" or end.count("{") != end.count("}"):
        return None
    return End(_written(kind, end), whole=False)


def _written(kind: str, path: str) -> str:
    if kind in _COLONS:
        path = _STAR.sub(r"{\1}", path) if kind in {"gin", "httprouter"} else path
        path = _COLON.sub(r"{\1}", path)
        path = path.replace("\\:", ":") if kind in {"echo", "fiber"} else path
    else:
        path = _in_braces(path)
    path = path.removesuffix("{$}") if kind == "net/http" else path
    return path if path.startswith("/") else f"/{path}"


def _in_braces(path: str) -> str:
    """Write `{id:[0-9]+}` and `{rest...}` as `{id}` and `{rest}`."""
    done: list[str] = []
    depth, begin, at = 0, 0, 0
    for position, character in enumerate(path):
        if character == "{":
            begin = position if depth == 0 else begin
            depth += 1
        elif character == "}" and depth:
            depth -= 1
            if depth == 0:
                done += [path[at:begin], _parameter(path[begin + 1 : position])]
                at = position + 1
    return "".join([*done, path[at:]])


def _parameter(inside: str) -> str:
    name = _NAME.match(inside)
    return f"{{{name[1].removesuffix('...').removesuffix('?')}}}" if name else f"{{{inside}}}"


def with_method(pattern: Text) -> tuple[str | None, Text]:
    """Split `GET example.com/x` of net/http: the method, ANY or None if not known, and the path."""
    first = pattern.parts[0] if pattern.parts else ""
    rest = pattern.parts[1:]
    if first is None:
        if rest and (rest[0] or "").startswith(" "):  # what stands there is the method
            return None, Text(((rest[0] or "").lstrip(), *rest[1:]), pattern.place)
        return "ANY", pattern
    method: str | None = "ANY"
    match = _METHOD.match(first)
    if match:
        method, first = match[1], first[match.end() :]
    elif " " in first or (rest and _WORD.fullmatch(first)):
        method = None
    if not first.startswith("/") and "/" in first:
        first = first[first.index("/") :]  # the host is left out
    return method, Text((first, *rest), pattern.place)
