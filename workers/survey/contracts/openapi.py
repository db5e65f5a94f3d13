"""OpenAPI 2 and 3: an operation a path and method. AsyncAPI 2 and 3: one a channel and verb."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import Description
from workers.survey.syntax import suffix
from workers.survey.yaml_nodes import composed, entries, entry, items, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT_BYTES = 2 * 1024 * 1024
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_HEAD = lazy_pattern(
    rb"(?:^|[{,])\s{0,9}['\"]?(?:openapi|swagger|asyncapi)['\"]?\s?:\s?['\"]?[1-9]", re.MULTILINE
)
_METHODS = frozenset("get put post delete options head patch trace query".split())
# What AsyncAPI 2 calls sending and receiving, by the document's point of view.
_VERBS = ("publish", "subscribe")
_MOST = 5_000
_SERVER = lazy_pattern(r"^(?:[a-zA-Z][\w+.-]{0,20}:)?//[^/]{0,200}")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file says of itself that it is such a document."""
    if suffix(file) not in _SUFFIXES or len(source) > DOCUMENT_BYTES:
        return False
    is_named = b"openapi" in source or b"swagger" in source or b"asyncapi" in source
    return is_named and _HEAD.search(source) is not None


def read(file: str, source: bytes) -> Iterator[Description]:
    """Yield the operations of a document. Raises Unreadable."""
    root = composed(source.decode("utf-8-sig", "replace"))
    if scalar(entry(root, "asyncapi")):
        yield from _channels(file, root)
    elif scalar(entry(root, "openapi")) or scalar(entry(root, "swagger")):
        yield from _operations(file, root)


def _operations(file: str, root: Any) -> Iterator[Description]:
    bases = tuple(_bases(root))
    count = 0
    for path, _, item in entries(entry(root, "paths")):
        for name, line, _ in entries(item):
            if name in _METHODS and path.startswith("/") and count < _MOST:
                count += 1
                yield Description("openapi", name.upper(), path, file, line, bases)


def _bases(root: Any) -> Iterator[str]:
    """Yield what stands in front of all paths: the path of each server, `basePath` of version 2."""
    base = scalar(entry(root, "basePath")).strip("/")
    if base:
        yield f"/{base}"
    for server in items(entry(root, "servers"))[:20]:
        path = _SERVER.sub("", scalar(entry(server, "url"))).strip("/")
        if path and "{" not in path and ":" not in path:
            yield f"/{path}"


def _channels(file: str, root: Any) -> Iterator[Description]:
    """Yield what is sent and received: in version 2 by the channels, in 3 by the operations."""
    channels = list(entries(entry(root, "channels")))[:_MOST]
    addresses = {name: scalar(entry(item, "address")) or name for name, _, item in channels}
    for name, _, item in channels:
        for verb, line, _ in entries(item):
            if verb in _VERBS:
                yield Description("asyncapi", verb.upper(), name, file, line)
    for _, line, operation in list(entries(entry(root, "operations")))[:_MOST]:
        action = scalar(entry(operation, "action"))
        channel = scalar(entry(entry(operation, "channel"), "$ref")).rpartition("/")[2]
        if action and channel in addresses:
            yield Description("asyncapi", action.upper(), addresses[channel], file, line)
