"""The four protocols in which coding agents ask a model: what they send is read, answers written.

Responses (Codex), Chat (Qwen Code, opencode, Copilot), Gemini, Messages (Claude Code). An answer
is streamed as one piece or given whole, as the request asks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

USAGE = {"input_tokens": 100, "output_tokens": 20}
# What each calls the agent's own messages, and what instructs it besides the system prompt.
_ROLES = {"assistant": "model", "developer": "system"}


class Asked(NamedTuple):
    """What a request says: (role, text) by message; roles are system, user, tool and model."""

    system: str
    said: list[tuple[str, str]]
    tools: list[str]


class Answer(NamedTuple):
    """The turn that is played: its number makes ids."""

    number: int
    model: str
    text: str
    calls: list[dict[str, Any]]

    def id_of(self, index: int) -> str:
        return f"call_{self.number}_{index}"


class Protocol(NamedTuple):
    """`stream` makes of an answer, and of its whole form, the events that are sent."""

    read: Callable[[dict[str, Any]], Asked]
    whole: Callable[[Answer], dict[str, Any]]
    stream: Callable[[Answer, dict[str, Any]], Iterator[dict[str, Any]]]


def texts(value: Any) -> str:
    """Return every text in nested JSON, a line each."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return "\n".join(filter(None, map(texts, value)))
    return value if isinstance(value, str) else ""


def _messages(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Read messages with a role, as Chat and Messages send them."""
    said = []
    for message in body.get("messages", []):
        content = [message.get("content"), message.get("tool_calls")]
        role = message.get("role", "user")
        said.append((_ROLES.get(role, role), texts(content)))
    return said


# Responses


def _read_responses(body: dict[str, Any]) -> Asked:
    said = []
    for item in body.get("input") or []:
        kind, role = item.get("type", "message"), item.get("role", "model")
        if kind != "message":
            role = "tool" if kind.endswith("_output") else "model"
        said.append((_ROLES.get(role, role), texts(item)))
    tools = []
    for tool in body.get("tools") or []:
        inner = [f"{tool.get('name')}.{one.get('name')}" for one in tool.get("tools", [])]
        tools += inner or [tool.get("name") or tool["type"]]
    return Asked(body.get("instructions") or "", said, tools)


def _responses(answer: Answer) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    if answer.text:
        content = [{"type": "output_text", "text": answer.text, "annotations": []}]
        items.append({"type": "message", "role": "assistant", "content": content})
    for index, call in enumerate(answer.calls):
        items.append(
            {
                "type": "function_call",
                "call_id": answer.id_of(index),
                "name": call["tool"],
                "arguments": json.dumps(call["input"]),
                **({"namespace": call["namespace"]} if "namespace" in call else {}),
            }
        )
    for index, item in enumerate(items):
        item |= {"id": f"item_{answer.number}_{index}", "status": "completed"}
    return {
        "id": f"resp_{answer.number}",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": answer.model,
        "output": items,
        "usage": {**USAGE, "total_tokens": 120},
    }


def _responses_stream(_answer: Answer, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    started = {**whole, "status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": started}
    for index, item in enumerate(whole["output"]):
        # An item is a message only once its text was streamed.
        if item["type"] == "message":
            text = item["content"][0]["text"]
            at = {"item_id": item["id"], "output_index": index, "content_index": 0}
            empty = {**item, "content": [], "status": "in_progress"}
            yield {"type": "response.output_item.added", "output_index": index, "item": empty}
            yield {"type": "response.output_text.delta", **at, "delta": text}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": "response.completed", "response": whole}


# Chat


def _read_chat(body: dict[str, Any]) -> Asked:
    said = _messages(body)
    system = "\n".join(text for role, text in said if role == "system")
    tools = [tool.get("function", {}).get("name", "") for tool in body.get("tools") or []]
    return Asked(system, said, tools)


def _chat(answer: Answer) -> dict[str, Any]:
    calls = [
        {
            "index": index,
            "id": answer.id_of(index),
            "type": "function",
            "function": {"name": call["tool"], "arguments": json.dumps(call["input"])},
        }
        for index, call in enumerate(answer.calls)
    ]
    message = {"role": "assistant", "content": answer.text or None}
    reason = "tool_calls" if calls else "stop"
    choice = {"message": message | ({"tool_calls": calls} if calls else {}), "index": 0}
    return {
        "id": f"chat_{answer.number}",
        "object": "chat.completion",
        "created": 1,
        "model": answer.model,
        "choices": [{**choice, "finish_reason": reason}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


def _chat_stream(_answer: Answer, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    chunk = {**whole, "object": "chat.completion.chunk", "usage": None}
    (choice,) = whole["choices"]
    first = {"index": 0, "delta": choice["message"], "finish_reason": None}
    last = {"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}
    yield {**chunk, "choices": [first]}
    yield {**chunk, "choices": [last]}
    yield {**chunk, "choices": [], "usage": whole["usage"]}


# Gemini


def _read_gemini(body: dict[str, Any]) -> Asked:
    said = []
    for content in body.get("contents", []):
        parts = content.get("parts") or []
        is_tool = any("functionResponse" in part for part in parts)
        said.append(("tool" if is_tool else content.get("role", "user"), texts(parts)))
    tools = [
        one["name"]
        for tool in body.get("tools") or []
        for one in tool.get("functionDeclarations", [])
    ]
    return Asked(texts(body.get("systemInstruction")), said, tools)


def _gemini(answer: Answer) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"text": answer.text}] if answer.text else []
    for index, call in enumerate(answer.calls):
        function = {"id": answer.id_of(index), "name": call["tool"], "args": call["input"]}
        parts.append({"functionCall": function})
    content = {"role": "model", "parts": parts}
    return {
        "candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 20},
        "modelVersion": answer.model,
        "responseId": f"r{answer.number}",
    }


def _gemini_stream(_answer: Answer, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield whole


# Messages


def _read_messages(body: dict[str, Any]) -> Asked:
    tools = [tool.get("name", "") for tool in body.get("tools") or []]
    return Asked(texts(body.get("system")), _messages(body), tools)


def _message(answer: Answer) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    if answer.text:
        blocks.append({"type": "text", "text": answer.text})
    for index, call in enumerate(answer.calls):
        use = {"type": "tool_use", "id": f"toolu_{answer.number}_{index}"}
        blocks.append({**use, "name": call["tool"], "input": call["input"]})
    return {
        "id": f"msg_{answer.number}",
        "type": "message",
        "role": "assistant",
        "model": answer.model,
        "content": blocks,
        "stop_reason": "tool_use" if answer.calls else "end_turn",
        "stop_sequence": None,
        "usage": {**USAGE, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0},
    }


def _messages_stream(_answer: Answer, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}
    for index, block in enumerate(whole["content"]):
        empty: dict[str, Any] = {"text": ""}
        if block["type"] == "text":
            delta = {"type": "text_delta", "text": block["text"]}
        else:
            empty = {"input": {}}
            written = json.dumps(block["input"])
            delta = {"type": "input_json_delta", "partial_json": written}
        at = {"index": index}
        yield {"type": "content_block_start", **at, "content_block": {**block, **empty}}
        yield {"type": "content_block_delta", **at, "delta": delta}
        yield {"type": "content_block_stop", **at}
    delta = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 20}}
    yield {"type": "message_stop"}


PROTOCOLS = {
    "/responses": Protocol(_read_responses, _responses, _responses_stream),
    "/chat/completions": Protocol(_read_chat, _chat, _chat_stream),
    ":generateContent": Protocol(_read_gemini, _gemini, _gemini_stream),
    ":streamGenerateContent": Protocol(_read_gemini, _gemini, _gemini_stream),
    "/messages": Protocol(_read_messages, _message, _messages_stream),
}
