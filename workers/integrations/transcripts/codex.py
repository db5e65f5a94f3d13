"""Transcripts of Codex: its rollouts, lines of JSON with a type and a payload.

A command is written twice: as the model's call, and as what ran, with its folder and exit code.
Where code calls the tools there is only the second.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from workers.integrations.transcripts.messages import Message, answered, called

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = (b"_call", b'"CommandExecution"', b'"McpToolCall"')
SKIPPED = ()
_SHELLS = frozenset({"exec_command", "shell", "shell_command", "local_shell"})
_OUTPUT = "\nOutput:\n"
_EXIT = "Process exited with code "


def read(fields: dict[str, Any]) -> Iterator[Message]:
    """Yield the message of a line, if it is one."""
    payload = fields.get("payload")
    if not isinstance(payload, dict):
        return
    if fields.get("type") == "session_meta":
        # A fork begins with what another session has said.
        begins = not payload.get("forked_from_id")
        yield Message(by_agent=False, blocks=(), folder=payload.get("cwd"), begins=begins)
    elif fields.get("type") == "response_item":
        yield from _item(payload)
    elif fields.get("type") == "event_msg" and payload.get("type") == "item_completed":
        yield from _completed(payload["item"])


def _item(item: dict[str, Any]) -> Iterator[Message]:
    kind = item.get("type")
    if kind == "message":
        texts = [part.get("text", "") for part in item["content"] if isinstance(part, dict)]
        blocks = tuple({"type": "text", "text": str(text)} for text in texts)
        yield Message(item.get("role") == "assistant", blocks)
    elif kind in {"function_call", "custom_tool_call"}:
        arguments = item.get("arguments", item.get("input"))
        yield Message(by_agent=True, blocks=(_call(item, arguments),))
    elif kind in {"function_call_output", "custom_tool_call_output"}:
        output = item.get("output")
        text = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
        head, is_whole, rest = text.partition(_OUTPUT)
        code = head.partition(_EXIT)[2].split("\n")[0]
        block = answered(item["call_id"], rest if is_whole else text, _number(code))
        yield Message(by_agent=False, blocks=(block,))


def _call(item: dict[str, Any], arguments: Any) -> dict[str, Any]:
    try:
        values = json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:  # a patch, or code
        values = {"input": arguments}
    values = values if isinstance(values, dict) else {"input": values}
    name = str(item.get("name"))
    if name in _SHELLS:
        command = values.get("cmd", values.get("command"))
        command = command[-1] if isinstance(command, list) and command else command
        return called(item["call_id"], "Bash", {"command": command})
    if name in {"spawn_agent", "wait_agent", "send_input"}:
        return called(item["call_id"], "Agent", values)
    namespace = item.get("namespace")
    return called(item["call_id"], f"{namespace}__{name}" if namespace else name, values)


def _completed(item: dict[str, Any]) -> Iterator[Message]:
    """Yield what ran: the call and its answer, as it may have been called from code."""
    if item.get("type") == "CommandExecution":
        folder = unquote(urlsplit(str(item.get("cwd"))).path)
        use = called(item["id"], "Bash", {"command": item["command"][-1]})
        text = str(item.get("aggregated_output") or "")
        result = answered(item["id"], text, item.get("exit_code"))
        yield Message(by_agent=True, blocks=(use, result), folder=folder)
    elif item.get("type") == "McpToolCall":
        name = f"mcp__{item.get('server')}__{item.get('tool')}"
        use = called(item["id"], name, item.get("arguments") or {})
        text = json.dumps(item.get("result"), ensure_ascii=False)
        result = answered(item["id"], text, None, failed=item.get("status") == "failed")
        yield Message(by_agent=True, blocks=(use, result))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 4 else None
