"""Paths of routes as the map writes them: joined from prefix and path, parameters as `{name}`."""

from __future__ import annotations

import re
from typing import Literal

from sessions.patterns import lazy_pattern

# How a prefix and a path make one: as they are, with one slash between, or as segments.
Join = Literal["concatenate", "slash", "segments"]
_MOST_GROUPS = 4
_PARAMETER = lazy_pattern(r"\{[^{}/]{0,200}\}")
# What Starlette writes after a parameter's name, and Django Ninja before it.
_TYPES = frozenset("int str string uuid slug path float".split())


def joined(prefix: str, path: str, join: Join) -> str:
    """Join a prefix and a path as the framework does."""
    if join == "concatenate":
        return prefix + path
    if join == "slash":
        if not path or not prefix:
            return prefix or path
        return f"{prefix.rstrip('/')}/{path.lstrip('/')}"
    parts = [part for part in (prefix.strip("/"), path.strip("/")) if part]
    return "/" + "/".join(parts)


def shape(path: str) -> str:
    """Return a path by which the names of parameters and a last slash do not count."""
    return re.sub(r"/+", "/", _PARAMETER.sub("{}", path)).rstrip("/") or "/"


def with_optional(path: str) -> list[str]:
    """Return the paths that `/user/:id{/:op}` stands for: without an optional group and with it."""
    group = re.search(r"\{([/.:*-][^{}\[\]\\()|+^$]*)\}", path)
    if group is None or path.count("{") > _MOST_GROUPS:
        return [path]
    before, after = path[: group.start()], path[group.end() :]
    paths = [*with_optional(before + after), *with_optional(before + group[1] + after)]
    return list(dict.fromkeys(one or "/" for one in paths))


def braced(path: str) -> str:
    """Write the parameters of a path as `{name}`: `:id`, `<int:id>`, `{id:int}`, `(?P<id>...)`."""
    if path.startswith("/") and path.endswith("/") and "\\" in path:  # a regular expression
        return path
    path = re.sub(r"<(?:[^<>:]{1,80}:)?([A-Za-z_]\w*)>", r"{\1}", path)
    return _colons(_converted(path))


def _converted(path: str) -> str:
    """Write `{id:int}`, `{int:id}`, `{path:path}` and `{id:[0-9]{4}}` as `{id}`."""
    done: list[str] = []
    at = 0
    for match in re.finditer(r"\{\*?([A-Za-z_]\w*):", path):
        if match.start() >= at:
            end = _after_pattern(path, match.start())
            first, last = match[1], path[match.end() : end - 1]
            is_type_first = first in _TYPES and last not in _TYPES and last.isidentifier()
            done += [path[at : match.start()], f"{{{last if is_type_first else first}}}"]
            at = end
    return "".join([*done, path[at:]])


def _colons(path: str) -> str:
    """Write `:id`, `:id?`, `:id([0-9]+)` and `:id{[0-9]+}` as `{id}`."""
    done: list[str] = []
    at = 0
    for match in re.finditer(r":([A-Za-z_]\w*)", path):
        if match.start() < at:
            continue
        done += [path[at : match.start()], f"{{{match[1]}}}"]
        at = _after_pattern(path, match.end())
        if path[at : at + 1] in {"?", "+", "*"}:
            at += 1
    return "".join([*done, path[at:]])


def _after_pattern(path: str, at: int) -> int:
    """Return where the pattern of a parameter ends, brackets counted."""
    pairs = {"(": ")", "{": "}"}
    closing = pairs.get(path[at : at + 1])
    if closing is None:
        return at
    opening, depth = path[at], 0
    for position in range(at, len(path)):
        depth += (path[position] == opening) - (path[position] == closing)
        if depth == 0:
            return position + 1
    return at


def of_regex(regex: str, depth: int = 0) -> str:
    """Write a route's regular expression as a path; a group without a name is `{}`."""
    text = regex.removeprefix("^").removesuffix("$").removesuffix("\\Z")
    text = text.removesuffix("/?") + ("/" if text.endswith("/?") else "")
    done: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "(":
            end = _closing(text, at)
            done.append(_of_group(text[at:end], depth + 1))
            at = end + (text[end : end + 1] in {"?", "*", "+"})
        else:
            at += text[at] == "\\" and at + 1 < len(text)
            done.append(text[at])
            at += 1
    return "".join(done)


def _of_group(group: str, depth: int) -> str:
    if group.startswith("(?:"):
        is_choice = "|" in group or depth > _MOST_GROUPS
        return "{}" if is_choice else of_regex(group[3:-1], depth)
    if group.startswith(("(?=", "(?!", "(?<=", "(?<!")):  # takes nothing of the path
        return ""
    named = re.match(r"\(\?P<(\w+)>", group)
    return f"{{{named[1]}}}" if named else "{}"


def _closing(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        escaped = at > 0 and text[at - 1] == "\\"
        depth += (text[at] == "(" and not escaped) - (text[at] == ")" and not escaped)
        if depth == 0:
            return at + 1
    return len(text)
