"""Names of Remix's and React Router's route files as paths, and the trees that list them.

See reactrouter.com/how-to/file-route-conventions. `nested` is how Remix began; `hybrid` is
remix-flat-routes, where what lies in a folder `users+` is one route with its name before a dot;
`auto` is react-router-auto-routes.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.files.segments import Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.files.route_tree import TreeNode

_PARTS = lazy_pattern(r"\[[^\[\]]{0,200}\]|[^\[\].]{1,200}|\.|[\[\]]")
_HYBRID_FILE = lazy_pattern(r"^(?:index|route|layout|page|_[^.]{0,100}|[^/]{1,200}\.route)$")
_DEEP = 60


def flat(stem: str) -> list[Segment] | None:
    """Return the segments of `users.$id` or `users.$id/route`, None for what is no route."""
    folder, slash, name = stem.partition("/")
    if slash and name not in {"route", "index"}:
        return None
    return _dotted(folder)


def hybrid(stem: str) -> list[Segment] | None:
    """Return the segments of `api+/health` or `users+/$id/route`, None for what is no route."""
    *folders, name = stem.split("/")
    if folders and not folders[-1].endswith("+"):
        if not _HYBRID_FILE.match(name):
            return None
        name = name.removesuffix(".route") if name.endswith(".route") else ""
    if name in {"index", "route", "layout", "page"}:
        name = ""
    parts = [folder.removesuffix("+") for folder in folders]
    return _dotted(".".join(part for part in [*parts, name] if part))


def auto(stem: str) -> list[Segment] | None:
    """Return the segments of `users/$id/index`, None for what lies beside routes."""
    *folders, name = stem.split("/")
    if any(part.startswith("+") for part in [*folders, name]):
        return None
    if name in {"index", "_layout", "_index"}:
        name = ""
    return _dotted(".".join(part for part in [*folders, name] if part))


def nested(stem: str) -> list[Segment]:
    """Return the segments of `users/$id`, as the first version of Remix laid them out."""
    folder, _, name = stem.rpartition("/")
    parts = [*folder.split("/"), "" if name == "index" else name.removesuffix(".index")]
    return _dotted(".".join(part for part in parts if part))


def _dotted(name: str) -> list[Segment]:
    """Read a name whose dots are slashes, but for those in brackets."""
    segments: list[Segment] = []
    raw, written = "", ""
    parts = [*_PARTS.findall(name), "."]
    for part in parts:
        if part != ".":
            raw += part
            is_escaped = len(part) > 1 and part[0] == "["
            written += part[1:-1] if is_escaped else part
            continue
        segment = _segment(raw, written)
        if segment is not None:
            segments.append(segment)
        raw, written = "", ""
    return segments


def _segment(raw: str, written: str) -> Segment | None:
    """Return one segment; `raw` has the brackets that escape what would be a mark."""
    if not raw or raw.startswith("_"):
        return None
    if raw == "$":
        return Segment("*")
    optional = raw.startswith("(") and raw.endswith(")")
    if optional:
        raw, written = raw[1:-1], written[1:-1]
    if raw.endswith("_"):
        written = written.removesuffix("_")
    if raw.startswith("$"):
        return Segment(f"{{{written[1:]}}}" if len(written) > 1 else "*", optional)
    return Segment(written, optional)


def listed(nodes: list[TreeNode], folder: str) -> Iterator[tuple[str, list[Segment]]]:
    """Yield the files of a tree of routes, each with its segments."""
    waiting: list[tuple[TreeNode, list[Segment], int]] = [(node, [], 0) for node in nodes[::-1]]
    while waiting:
        (path, file, children), above, depth = waiting.pop()
        own = [*above, *(_of_path(path) if path else [])]
        if file is not None:
            yield posixpath.normpath(f"{folder}/{file}"), own
        if depth < _DEEP:
            waiting += [(child, own, depth + 1) for child in children[::-1]]


def _of_path(path: str) -> Iterator[Segment]:
    """Yield the segments of `users/:id?`."""
    for part in path.strip("/").split("/"):
        optional = part.endswith("?")
        plain = part.removesuffix("?")
        yield Segment(f"{{{plain[1:]}}}" if plain.startswith(":") else plain, optional)
