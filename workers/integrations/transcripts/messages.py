"""The common form of a transcript: messages of blocks, spelled as Claude Code spells them.

A reader of another client translates a line of its own into it, the names of its tools included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Message(NamedTuple):
    """A message of a transcript.

    `blocks` are of the types `text`, `tool_use` (`id`, `name`, `input`), `tool_result`
    (`tool_use_id`, `content`, `is_error`, and where it is written down the `exit_code`) and
    `attachment`. `begins`: it is the first of a conversation, and of no summary of another; None
    where it does not say. `agent`: whose it is, in a file of several agents.
    """

    by_agent: bool
    blocks: tuple[dict[str, Any], ...]
    folder: str | None = None
    begins: bool | None = False
    agent: str | None = None


def called(call: str, tool: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the block of a call."""
    return {"type": "tool_use", "id": call, "name": tool, "input": values}


def answered(
    call: str, text: str, exit_code: int | None, *, failed: bool = False
) -> dict[str, Any]:
    """Return the block of what a call answered, with its exit code where that is known."""
    result = {"type": "tool_result", "tool_use_id": call, "content": text, "exit_code": exit_code}
    return {**result, "is_error": failed or bool(exit_code)}
