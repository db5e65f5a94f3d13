"""Paths of endpoints as code and reports write them, made comparable."""

from __future__ import annotations

import re

from sessions.patterns import lazy_pattern

# Those of workers/deliverables/backend.py, which is too dear to be imported for them.
METHODS = frozenset(
    "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY SEARCH WEBSOCKET ANY".split()
)
_PARAMETER = lazy_pattern(r"[{}<>:*\[\]()$?+\\^]")
_VERSION = lazy_pattern(r"v?[0-9][0-9.]*")


def is_route(method: str, path: str) -> bool:
    """Return whether a method and a path have the form of a route, whoever declares it."""
    return method in METHODS and path.startswith("/")


def segments(path: str) -> list[str]:
    """Split a path: a parameter of any notation is `{}`, the rest in lower case."""
    text = re.sub(r"\(\?P?<(\w+)>[^)]*\)", r"{\1}", path.strip("^$ "))
    text = re.sub(r"(:\w+)\?", r"\1", text).split("?")[0]
    return ["{}" if _PARAMETER.search(part) else part.lower() for part in text.split("/") if part]


def parameters(path: str) -> list[str]:
    """Return the names of a path's parameters, in order, where they can be told."""
    return re.findall(r"(?:[{<:](?:[a-z]+:)?|\[)\.{0,3}([A-Za-z_]\w*)", path)


def is_suffix(literal: str, claimed: str) -> bool:
    """Tell whether a declared path can be the end of a claimed one."""
    declared, whole = segments(literal), segments(claimed)
    return declared == whole[len(whole) - len(declared) :] if len(declared) <= len(whole) else False


def static_words(path: str) -> list[str]:
    """Return the static segments of a path."""
    return [part for part in segments(path) if part != "{}"]


def telling_segments(path: str) -> list[str]:
    """Return the static words of a path that must stand somewhere in the code.

    Versions and `api` are often set by configuration outside of it.
    """
    words = [part for part in static_words(path) if part not in {"api", "rest"}]
    return [word for word in words if not _VERSION.fullmatch(word)]


def fits_method(declared: str, claimed: str) -> bool:
    """Tell whether a declared method answers a claimed one."""
    if declared in {claimed, "ANY", "ALL", "*"}:
        return True
    # GET answers HEAD, and a socket begins with a GET.
    return (claimed, declared) in {("HEAD", "GET"), ("GET", "WEBSOCKET"), ("WEBSOCKET", "GET")}
