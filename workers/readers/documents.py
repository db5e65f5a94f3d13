"""Documents of YAML as nodes with their lines: several in a file, merged keys, lists of texts."""

from __future__ import annotations

from typing import Any, NamedTuple

from sessions.bounds import COMPOSE_BYTES, over_nesting
from workers.readers.declared import Unread
from workers.survey.yaml_nodes import Unreadable, entries, items, scalar

_MERGES = 40
_MERGED_KEYS = 5_000


class Entry(NamedTuple):
    """A key of a mapping: its line, from 1, and its value."""

    line: int
    node: Any


def documents(text: str) -> list[Any]:
    """Return the root node of every document of a text. Raises Unreadable."""
    import yaml

    if len(text) > COMPOSE_BYTES:
        raise Unreadable(f"it is larger than {COMPOSE_BYTES:,} characters")
    over = over_nesting("yaml", text)
    if over is not None:
        raise Unreadable(f"it is not read: {over.what}")
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return [root for root in yaml.compose_all(text, Loader=loader) if root is not None]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable("it is not well-formed YAML") from error


def mapping(node: Any) -> dict[str, Entry]:
    """Return the entries of a mapping, those that `<<` merges into it included."""
    merged: dict[str, Entry] = {}
    _merge_into(merged, node, set())
    return merged


def _merge_into(merged: dict[str, Entry], node: Any, seen: set[int]) -> None:
    if id(node) in seen or len(seen) > _MERGES or len(merged) > _MERGED_KEYS:
        return
    seen.add(id(node))
    own = [(key, Entry(line, value)) for key, line, value in entries(node) if key != "<<"]
    merged.update((key, value) for key, value in own if key not in merged)
    for key, _, value in entries(node):
        if key == "<<":
            for source in items(value) or [value]:
                _merge_into(merged, source, seen)


def child(node: Any, *keys: str) -> Any:
    """Return what lies below keys, one after the other; None where one is not there."""
    for key in keys:
        entry = mapping(node).get(key)
        node = entry.node if entry else None
    return node


def is_mapping(node: Any) -> bool:
    """Tell whether a node is a mapping, also an empty one."""
    return getattr(node, "id", "") == "mapping"


def is_list(node: Any) -> bool:
    """Tell whether a node is a list, also an empty one."""
    return getattr(node, "id", "") == "sequence"


def is_null(node: Any) -> bool:
    """Tell whether a node is a null of YAML."""
    return node is None or getattr(node, "tag", "").endswith(":null")


def first_line(node: Any) -> int:
    """Return the line of a node's start, from 1."""
    return int(node.start_mark.line) + 1


def last_line(node: Any, line: int) -> int:
    """Return the last line of a node that begins at a line: its end mark is behind it."""
    end = node.end_mark if node is not None else None
    if end is None:
        return line
    return max(line, int(end.line) + (1 if end.column else 0))


def texts(node: Any) -> list[tuple[str, int]]:
    """Return the scalars of a list, or of a single one, each with its line."""
    nodes = items(node) if is_list(node) else [node] if node is not None else []
    return [
        (scalar(each), first_line(each)) for each in nodes if getattr(each, "id", "") == "scalar"
    ]


def is_template(text: str) -> bool:
    """Tell whether a text is written in a language of templates, Helm's or Jinja's."""
    return "{{" in text.replace("${{", "") or "{%" in text


def unreadable(error: Unreadable, line: int = 1) -> tuple[Unread, ...]:
    """Return what a whole file that says nothing leaves unread."""
    return (Unread(None, str(error), line),)
