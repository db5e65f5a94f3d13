"""Transcripts of Qwen Code: lines as Claude Code writes them, with messages as Gemini's API has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.integrations.transcripts.gemini import answer_of, call_of
from workers.integrations.transcripts.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = (b'"functionCall"', b'"functionResponse"')
SKIPPED = ()
_KINDS = frozenset({"user", "assistant", "tool_result"})


def read(fields: dict[str, Any]) -> Iterator[Message]:
    """Yield the message of a line, if it is one."""
    if fields.get("type") not in _KINDS:
        return
    blocks: list[dict[str, Any]] = []
    for part in fields["message"].get("parts") or ():
        if "functionCall" in part:
            call = part["functionCall"]
            name = "invoke_agent" if call["name"] in {"agent", "task"} else call["name"]
            blocks.append(call_of({**call, "name": name}))
        elif "functionResponse" in part:
            blocks.append(answer_of(part["functionResponse"]))
        elif isinstance(part.get("text"), str):
            blocks.append({"type": "text", "text": part["text"]})
    is_first = "parentUuid" in fields and fields["parentUuid"] is None
    by_agent = fields["type"] == "assistant"
    yield Message(by_agent, tuple(blocks), fields.get("cwd"), begins=is_first)
