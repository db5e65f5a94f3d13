"""The modules of a file, those inside others among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = list[Any]


def modules(statements: list[Node]) -> Iterator[tuple[str, list[Node]]]:
    """Yield the modules that statements define, by their whole names, with what stands in them."""
    waiting = [(node, "", 0) for node in reversed(statements)]
    while waiting:
        node, outer, depth = waiting.pop()
        if node[0] == "call" and node[3] == "defmodule" and node[4] and node[4][0][0] == "m":
            name = f"{outer}.{node[4][0][1]}" if outer else str(node[4][0][1])
            body = node[6] or []
            yield name, body
            if depth < NESTING:
                waiting += [(one, name, depth + 1) for one in reversed(body)]
