"""Transcripts of Copilot CLI: its events, one file for the main agent and all that it started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.integrations.transcripts.messages import Message, answered, called

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = (b'"tool.execution_',)
SKIPPED = (b'{"type":"hook.', b'{"type":"session.usage')
_NAMES = {
    "bash": "Bash",
    "create": "Write",
    "edit": "Edit",
    "glob": "Glob",
    "grep": "Grep",
    "task": "Agent",
    "view": "Read",
}


def read(fields: dict[str, Any]) -> Iterator[Message]:
    """Yield the message of a line, if it is one."""
    kind, data, agent = fields.get("type"), fields.get("data"), fields.get("agentId")
    if not isinstance(data, dict):
        return
    if kind == "session.start":
        folder = (data.get("context") or {}).get("cwd")
        yield Message(by_agent=False, blocks=(), folder=folder, begins=True)
    elif kind in {"user.message", "assistant.message"}:
        block = {"type": "text", "text": str(data.get("content") or "")}
        yield Message(kind == "assistant.message", (block,), begins=False, agent=agent)
    elif kind == "subagent.started":
        yield Message(by_agent=False, blocks=(), begins=True, agent=agent)
    elif kind == "tool.execution_start":
        values = dict(data.get("arguments") or {})
        if "paths" in values:
            values["path"] = values.pop("paths")
        use = called(data["toolCallId"], _name(data), values)
        yield Message(by_agent=True, blocks=(use,), agent=agent)
    elif kind == "tool.execution_complete":
        text = str((data.get("result") or data.get("error") or {}).get("content") or "")
        ran = data.get("shellExecution")
        code = ran.get("exitCode") if isinstance(ran, dict) else None
        block = answered(data["toolCallId"], text, code, failed=not data.get("success"))
        yield Message(by_agent=False, blocks=(block,), agent=agent)


def _name(data: dict[str, Any]) -> str:
    if data.get("mcpServerName"):
        return f"mcp__{data['mcpServerName']}__{data.get('mcpToolName')}"
    return _NAMES.get(data["toolName"], str(data["toolName"]))
