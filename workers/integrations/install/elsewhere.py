"""Agents without a target of `install`: the target that serves them, and the rest by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from workers.integrations.install.ours import SERVER

if TYPE_CHECKING:
    from workers.integrations.install.targets import Place

# What each is called, the file in which it looks for MCP servers, and the key there.
ELSEWHERE: dict[str, tuple[str, str, str]] = {
    "zed": ("Zed", ".zed/settings.json", "context_servers"),
    "windsurf": ("Windsurf", "~/.codeium/windsurf/mcp_config.json", "mcpServers"),
    "claude-desktop": ("Claude Desktop", "claude_desktop_config.json", "mcpServers"),
}
_READS_NO_AGENTS_MD = {"claude-desktop"}


def how_to(name: str, place: Place) -> str:
    """Return what to do for an agent: the target that serves it, and its MCP server by hand."""
    title, file, key = ELSEWHERE[name]
    server = {"command": place.command[0], "args": [*place.command[1:], "mcp"]}
    lines = [f"For the MCP server put into {file}: {json.dumps({key: {SERVER: server}})}"]
    if name not in _READS_NO_AGENTS_MD:
        lines.insert(0, f"{title} reads AGENTS.md: run install agents-md.")
    return " ".join(lines)
