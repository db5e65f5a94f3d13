"""A conversation with tools as plain text: for a model that only takes and gives text."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from pydantic_ai.messages import (
    ModelRequest,
    RetryFeedbackPart,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_ai.messages import ModelMessage, ModelResponsePart
    from pydantic_ai.tools import ToolDefinition

_CALLS = lazy_pattern(r'\{\s*"tool_calls"\s*:')
_NAME = lazy_pattern(r'"name"\s*:\s*"(\w+)"')


def tools_text(
    tools: Sequence[ToolDefinition], schema: dict[str, object] | None, *, must_call: bool
) -> str:
    """Tell a model its tools, how to call them, and what its last answer must be."""
    lines = [
        "You have the tools below; they run outside, you see their results in the next message.",
        'To call some, answer with ONLY this JSON: {"tool_calls": [{"name": "...", "args": {}}]}',
        "End by calling one of the output tools." if must_call else "Else answer with text.",
    ]
    lines += [
        f"- {tool.name}: {_one_line(tool.description)}"
        f" args {json.dumps(tool.parameters_json_schema)}"
        for tool in tools
    ]
    if schema is not None:
        lines.append(f"Your last answer is JSON of this schema: {json.dumps(schema)}")
    return "\n".join(lines)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def render_messages(messages: Sequence[ModelMessage]) -> str:
    """Return a conversation as one prompt.

    Each part stands in a block whose mark is made from the whole text, so that nothing a tool
    read can end its block and speak as somebody else.
    """
    blocks = [block for message in messages for block in _blocks(message)]
    text = "\0".join(content for _, content in blocks)
    mark = hashlib.sha256(text.encode()).hexdigest()[:12]
    return "\n".join(f"<{who} {mark}>\n{content}\n</{who} {mark}>" for who, content in blocks)


def _blocks(message: ModelMessage) -> list[tuple[str, str]]:
    blocks: list[tuple[str, str]] = []
    for part in message.parts:
        if isinstance(part, TextPart):
            blocks.append(("assistant", part.content))
        elif isinstance(part, ToolCallPart):
            call = {"tool_calls": [{"name": part.tool_name, "args": _arguments(part)}]}
            blocks.append(("assistant", json.dumps(call, ensure_ascii=False)))
        elif isinstance(part, ToolReturnPart):
            returned = f"{part.tool_name}: {part.outcome}\n{part.model_response_str()}"
            blocks.append(("tool_result", returned))
        elif isinstance(part, RetryFeedbackPart):
            blocks.append(("user", part.model_response()))
        elif isinstance(part, SystemPromptPart):
            blocks.append(("system", part.content))
        elif isinstance(part, UserPromptPart) and isinstance(message, ModelRequest):
            content = (
                part.content
                if isinstance(part.content, str)
                else "\n".join(piece for piece in part.content if isinstance(piece, str))
            )
            blocks.append(("user", content))
    return blocks


def _arguments(call: ToolCallPart) -> object:
    if isinstance(call.args, dict):
        return call.args
    try:
        return json.loads(call.args or "{}")
    except ValueError:
        return call.args


def parts_of(text: str, tools: set[str]) -> list[ModelResponsePart]:
    """Read an answer: calls where it holds the JSON of calls, else text.

    Calls that are not well-formed become one call with its text as arguments: Pydantic AI tells
    the model what is wrong with it, where text would end the run.
    """
    calls = _CALLS.search(text) if tools else None
    if calls is None:
        return [TextPart(_bare(text))]
    try:
        value, _ = json.JSONDecoder().raw_decode(text, calls.start())
        return [_call(one) for one in value["tool_calls"]]
    except (ValueError, TypeError, KeyError):
        name = _NAME.search(text, calls.start())
        return [ToolCallPart(name[1] if name else "unnamed", text[calls.start() :])]


def _call(value: dict[str, object]) -> ToolCallPart:
    arguments = value.get("args") or {}
    if not isinstance(arguments, dict | str):
        raise TypeError("args")
    return ToolCallPart(str(value["name"]), arguments)


def _bare(text: str) -> str:
    """Return JSON without the fence that models put around it, any other text as it is."""
    stripped = text.strip()
    fenced = re.fullmatch(r"```(?:json)?\n(.*)\n```", stripped, re.DOTALL)
    return fenced[1] if fenced and fenced[1].lstrip().startswith(("{", "[")) else stripped
