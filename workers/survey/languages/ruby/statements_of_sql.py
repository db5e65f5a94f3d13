"""SQL that migrations execute, as steps: read once with the file, for parsing it takes time."""

from __future__ import annotations

from typing import Any

from workers.survey.languages.ruby.values import OPEN, Node, value_of
from workers.survey.syntax import NESTING
from workers.survey.tables import sql_source


def with_sql(node: Node, depth: int = 0) -> Node:
    """Return a statement whose `execute "SQL"` are `["sql", line, steps]`."""
    if depth > NESTING:
        return node
    if node[0] == "if":
        return ["if", [[with_sql(one, depth + 1) for one in body] for body in node[1]]]
    if node[0] == "def":
        return [*node[:3], [with_sql(one, depth + 1) for one in node[3]]]
    if node[0] != "call":
        return node
    if node[3] == "execute" and node[4]:
        text = value_of(node[4][0], {})
        if isinstance(text, str) and OPEN not in text:
            return _read(node[1], text)
    if node[6] is None:
        return node
    names, body = node[6]
    return [*node[:6], [names, [with_sql(one, depth + 1) for one in body]]]


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
    return ["sql", line, [*placed, *([{"do": "unknown_all"}] if failed else [])]]
