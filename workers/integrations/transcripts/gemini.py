"""Transcripts of Gemini CLI: lines of JSON, a message with its calls and their results.

A message is written again when its calls are done: the later line counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.integrations.transcripts.messages import Message, answered, called

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = (b'"toolCalls"',)
SKIPPED = (b'{"$set"',)
NAMES = {
    "glob": "Glob",
    "grep_search": "Grep",
    "invoke_agent": "Agent",
    "list_directory": "LS",
    "read_file": "Read",
    "replace": "Edit",
    "run_shell_command": "Bash",
    "write_file": "Write",
}
_EXIT = lazy_pattern(r"^Exit Code: (\d{1,3})\n(?:Signal|Process Group)", re.MULTILINE)
# Without an exit code: it was stopped, or never begun, or it printed such a line itself.
_NOT_ENDED = lazy_pattern(r"^(?:Signal|Error): (?!\(none\)$)", re.MULTILINE)
_FOUND_IN = lazy_pattern(r'Found \d+ match[^\n]*? in path "([^"\n]{1,500})"')


def read(fields: dict[str, Any]) -> Iterator[Message]:
    """Yield the message of a line, if it is one."""
    if "kind" in fields and "type" not in fields:
        folders = fields.get("directories") or [None]
        yield Message(by_agent=False, blocks=(), folder=folders[0], begins=True)
    elif fields.get("type") == "user":
        yield Message(by_agent=False, blocks=tuple(_texts(fields.get("content"))))
    elif fields.get("type") == "gemini":
        blocks = list(_texts(fields.get("content")))
        for call in fields.get("toolCalls") or ():
            blocks.append(call_of(call))
            if call.get("result"):
                blocks += [answer_of(part["functionResponse"]) for part in call["result"]]
        yield Message(by_agent=True, blocks=tuple(blocks))


def call_of(call: dict[str, Any]) -> dict[str, Any]:
    """Return the block of a call."""
    values = dict(call.get("args") or {})
    if "dir_path" in values:
        values["path"] = values.pop("dir_path")
    return called(call["id"], _named(call["name"]), values)


def _named(tool: str) -> str:
    """Return a tool as Claude Code names it; one of MCP is `mcp_server_tool` here."""
    is_mcp = tool.startswith("mcp_") and not tool.startswith("mcp__")
    if is_mcp:
        server, _, name = tool.removeprefix("mcp_").rpartition("_")
        return f"mcp__{server}__{name}"
    return NAMES.get(tool, tool)


def answer_of(response: dict[str, Any]) -> dict[str, Any]:
    """Return a tool's answer; of a command that failed it names the exit code among the rest."""
    values = response["response"]
    text = str(values.get("output", values.get("error", "")))
    code: int | None = None
    failed = "output" not in values
    tool = _named(response.get("name", ""))
    if tool == "Grep":
        text = "\n".join(_lines_found(text))
    if tool == "Bash":
        lines = list(_EXIT.finditer(text))
        is_done = not failed and not _NOT_ENDED.search(text)
        code = int(lines[-1][1]) if lines else 0 if is_done else None
    return answered(response["id"], text, code, failed=failed)


def _lines_found(text: str) -> Iterator[str]:
    """Yield what a search found as `grep -n` prints it: here a line names the file of the next."""
    where = _FOUND_IN.match(text)
    file = folder = where[1] if where else "."
    for line in text.splitlines():
        if line.startswith("File: "):
            file = f"{folder}/{line.removeprefix('File: ')}"
            continue
        number, colon, code = line.removeprefix("L").partition(": ")
        is_found = bool(colon) and number.isdecimal()
        yield f"{file}:{number}:{code}" if is_found else line


def _texts(content: Any) -> Iterator[dict[str, Any]]:
    parts = [{"text": content}] if isinstance(content, str) else content or ()
    for part in parts:
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield {"type": "text", "text": part["text"]}
