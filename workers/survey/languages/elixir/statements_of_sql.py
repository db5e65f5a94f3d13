"""SQL that migrations execute, as steps: read once with the file, for parsing it takes time."""

from __future__ import annotations

from typing import Any

from workers.survey.languages.elixir.values import OPEN, Names, Node, value_of
from workers.survey.syntax import NESTING
from workers.survey.tables import sql_source


def with_sql(body: list[Node]) -> list[Node]:
    """Return statements whose `execute "SQL"` are `["sql", line, steps, failed]`."""
    texts = _texts(body)
    return [_replaced(node, texts, 0) for node in body]


def _texts(body: list[Node]) -> Names:
    """Return the attributes and names that are texts; one that is set twice is not known."""
    texts: Names = {}
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if node[0] in {"@=", "="}:
            name = f"@{node[1]}" if node[0] == "@=" else node[1]
            value = value_of(node[2], {})
            texts[name] = None if name in texts or not isinstance(value, str) else value
        elif node[0] == "call":
            waiting += node[6] or []
    return {name: text for name, text in texts.items() if text is not None}


def _replaced(node: Node, texts: Names, depth: int) -> Node:
    if node[0] != "call" or depth > NESTING:
        return node
    if node[3] == "execute" and node[2] is None and node[4]:
        text = value_of(node[4][0], texts)
        if isinstance(text, str) and OPEN not in text:
            return _read(node[1], text)
    if node[6] is None:
        return node
    return [*node[:6], [_replaced(one, texts, depth + 1) for one in node[6]]]


def _with_keys(step: dict[str, Any]) -> list[dict[str, Any]]:
    """Drop a foreign key by the name that databases give it; a new one replaces its like."""
    table, name = str(step.get("table")), step.get("name")
    if step["do"] == "drop_constraint" and isinstance(name, str) and name.endswith("_fkey"):
        own = name.removeprefix(f"{table.rpartition('.')[2]}_").removesuffix("_fkey")
        return [{"do": "drop_key", "table": table, "columns": [own]}]
    if step["do"] == "add_key":
        columns = step["foreign_key"]["columns"]
        return [{"do": "drop_key", "table": table, "columns": columns}, step]
    return [step]


def _read(line: int, text: str) -> Node:
    steps, failed = sql_source.steps(text)
    placed: list[dict[str, Any]] = []
    for step in steps:
        placed += _with_keys({**step, "line": line} if "line" in step else step)
    return ["sql", line, placed, [why for _, why in failed]]
