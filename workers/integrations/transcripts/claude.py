"""Transcripts of Claude Code: lines of JSON with messages and attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.integrations.transcripts.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = (b"tool_use", b"tool_result")
SKIPPED = (b'{"type":"api-request', b'{"type":"progress"', b'{"type":"file-history')
_KINDS = frozenset({"user", "assistant", "system", "attachment"})


def read(fields: dict[str, Any]) -> Iterator[Message]:
    """Yield the message of a line, if it is one."""
    kind = str(fields.get("type"))
    folder = fields.get("cwd")
    folder = folder if isinstance(folder, str) else None
    if kind == "attachment":
        block = {"type": "attachment", "attachment": fields.get("attachment")}
        yield Message(by_agent=False, blocks=(block,), folder=folder, begins=None)
    elif kind in _KINDS:
        blocks = tuple(_blocks(fields.get("message")))
        yield Message(kind == "assistant", blocks, folder, _begins(fields))


def _begins(fields: dict[str, Any]) -> bool:
    is_first = "parentUuid" in fields and fields["parentUuid"] is None
    return is_first and not fields.get("logicalParentUuid") and not fields.get("isCompactSummary")


def _blocks(message: Any) -> Iterator[dict[str, Any]]:
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        yield {"type": "text", "text": content}
    elif isinstance(content, list):
        yield from (block for block in content if isinstance(block, dict))
