"""Files of routes in YAML as plain data: their entries with the line of each."""

from __future__ import annotations

from typing import Any

from workers.survey.yaml_nodes import Unreadable, composed

MOST_NODES = 20_000
DEEPEST = 12
LONGEST = 1_000_000

Entry = list[Any]  # name, line, what it says


def entries(source: bytes) -> list[Entry]:
    """Return the entries of a file, those of `when@dev` as well; none where it is no YAML."""
    text = source.decode("utf-8-sig", "replace")
    if len(text) > LONGEST:
        return []
    try:
        root = composed(text)
    except Unreadable:
        return []
    return _entries(root, [0])


def _entries(node: Any, count: list[int]) -> list[Entry]:
    import yaml

    listed: list[Entry] = []
    if not isinstance(node, yaml.MappingNode):
        return listed
    for key, worth in node.value:
        name = str(getattr(key, "value", ""))
        if name.startswith("when@test"):
            continue
        if name.startswith("when@"):
            listed += _entries(worth, count)
        elif isinstance(worth, yaml.MappingNode):
            listed.append([name, key.start_mark.line + 1, _plain(worth, count, 0)])
    return listed


def _plain(node: Any, count: list[int], depth: int) -> Any:
    """Return a node as plain data; aliases cannot make it larger than it may be."""
    import yaml

    count[0] += 1
    if count[0] > MOST_NODES or depth > DEEPEST:
        return None
    if isinstance(node, yaml.MappingNode):
        return {
            str(getattr(key, "value", "")): _plain(worth, count, depth + 1)
            for key, worth in node.value
        }
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, count, depth + 1) for one in node.value]
    if getattr(node, "tag", "") == "tag:yaml.org,2002:null":
        return None
    return str(node.value)
