"""Paths of files as the paths that they are served at, in the notation of each framework."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

_MOST_OPTIONAL = 4
_INDEX = "index"
_NITRO_METHOD = lazy_pattern(
    r"(?:\.(connect|delete|get|head|options|patch|post|put|trace))?(?:\.(?:dev|prod|prerender))?$"
)
_ESCAPED = lazy_pattern(r"\[(?:x\+([0-9a-fA-F]{2})|u\+([0-9a-fA-F]{4,6}))\]")
_REST = lazy_pattern(r"\[\.\.\.([^\[\]=]{1,80})(?:=[^\[\]]{0,80})?\]")
_ONE = lazy_pattern(r"\[([^\[\]=.]{1,80})(?:=[^\[\]]{0,80})?\]")
_OPTIONAL = lazy_pattern(r"^\[\[(?:\.\.\.)?([^\[\]=]{1,80})(?:=[^\[\]]{0,80})?\]\]$")


class Segment(NamedTuple):
    """A segment of a path; an optional one may be left out."""

    text: str
    optional: bool = False


class Excluded(Exception):
    """What lies in such a folder is not served."""


def paths(parts: Iterable[Segment], prefix: str = "") -> list[str]:
    """Return the paths that segments stand for: without each optional one and with it."""
    ways: list[list[str]] = [[]]
    optional = 0
    for part in parts:
        optional += part.optional
        with_it = [[*way, part.text] for way in ways]
        both = part.optional and optional <= _MOST_OPTIONAL
        ways = [*ways, *with_it] if both else with_it
    return list(dict.fromkeys(f"{prefix}/{'/'.join(way)}".rstrip("/") or "/" for way in ways))


def segments(notation: str, stem: str) -> tuple[list[Segment], str | None]:
    """Return the segments of a route's file, and the method that its name ends with.

    `stem` is its path below the folder of routes, without the end of its name; raises Excluded.
    """
    method = None
    parts = stem.split("/")
    if notation == "nitro":
        match = _NITRO_METHOD.search(parts[-1])
        method = match[1].upper() if match and match[1] else None
        parts[-1] = parts[-1][: match.start()] if match else parts[-1]
    if notation in {"next", "svelte", "medusa"}:
        parts = parts[:-1]  # the file's own name says only that it is a route
    elif parts[-1] == _INDEX:
        parts = parts[:-1]
    read = _NOTATIONS[notation]
    return [segment for part in parts for segment in read(part)], method


def _plain(part: str) -> str:
    """Write `[id]`, `[id=integer]` and `[...rest]` as `{id}` and `{rest}`, wherever they stand."""
    return _ONE.sub(r"{\1}", _REST.sub(r"{\1}", part))


def _pages(part: str) -> list[Segment]:
    if part == "_middleware":
        raise Excluded
    optional = _OPTIONAL.match(part)
    if optional is not None:
        return [Segment(f"{{{optional[1]}}}", optional=True)]
    return [Segment(_plain(part))]


def _next(part: str) -> list[Segment]:
    if part.startswith(("_", "(.)", "(..)", "(...)")):  # private, or shown in place of another
        raise Excluded
    if part.startswith("@") or (part.startswith("(") and part.endswith(")")):
        return []
    return _pages(part.replace("%5F", "_").replace("%5f", "_"))


def _nuxt(part: str) -> list[Segment]:
    if part == _INDEX or (part.startswith("(") and part.endswith(")")):
        return []  # a folder of what its `index.vue` shows inside it, or a group
    return _pages(part)


def _nitro(part: str) -> list[Segment]:
    if part.startswith("-"):  # what Nuxt ignores
        raise Excluded
    if part.startswith("(") and part.endswith(")"):
        return []
    return [Segment(_plain(part.replace("[...]", "**")))]


def _svelte(part: str) -> list[Segment]:
    if part.startswith("(") and part.endswith(")"):
        return []
    optional = _OPTIONAL.match(part)
    if optional is not None:
        return [Segment(f"{{{optional[1]}}}", optional=True)]
    return [Segment(_plain(_ESCAPED.sub(_character, part)))]


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else match[0]


def _astro(part: str) -> list[Segment]:
    if part.startswith("_") or (part.startswith(".") and part != ".well-known"):
        raise Excluded
    return [Segment(_plain(part))]


def _medusa(part: str) -> list[Segment]:
    if part.startswith("_"):
        raise Excluded
    return [Segment(_plain(part))]


def _cloudflare(part: str) -> list[Segment]:
    if part.startswith("_"):
        raise Excluded
    several = _OPTIONAL.match(part)
    return [Segment(f"{{{several[1]}}}" if several else _plain(part))]


_NOTATIONS: dict[str, Callable[[str], list[Segment]]] = {
    "next": _next,
    "pages": _pages,
    "nuxt": _nuxt,
    "nitro": _nitro,
    "svelte": _svelte,
    "astro": _astro,
    "medusa": _medusa,
    "cloudflare": _cloudflare,
}
