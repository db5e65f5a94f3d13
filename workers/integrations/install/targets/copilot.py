"""Copilot CLI: custom agents, hooks in a file of our own, and the MCP server.

Its agents are read by VS Code as well, so both targets write the same bytes.
"""

from __future__ import annotations

import json

from workers.integrations.install.targets import waiting
from workers.integrations.install.targets.content import (
    HOOK_SECONDS,
    Content,
    Place,
    Target,
    server_entry,
)
from workers.integrations.install.targets.frames import PLAIN, agent_files

_CLIENT = "copilot"
_EVENTS = {"agentStop": "stop", "subagentStop": "subagent-stop"}


def agents_and_hooks(place: Place, folder: str) -> dict[str, str]:
    """Return the files that are wholly ours."""
    gate = {
        name: [{"type": "command", "bash": place.hook(event, _CLIENT), "timeoutSec": HOOK_SECONDS}]
        for name, event in _EVENTS.items()
    }
    return {
        **agent_files(place, f"{folder}/agents/{{}}.agent.md", PLAIN),
        f"{folder}/hooks/waggle.json": json.dumps({"version": 1, "hooks": gate}, indent=2) + "\n",
    }


def _content(place: Place) -> Content:
    if place.scope == "user":
        folder = place.folder(".copilot", "COPILOT_HOME")
        return Content(
            agents_and_hooks(place, folder), {f"{folder}/mcp-config.json": [server_entry(place)]}
        )
    # Where both are there it reads .mcp.json alone.
    names = [".github/mcp.json", ".mcp.json"]
    if (place.base / names[1]).exists():
        names.reverse()
    return Content(
        agents_and_hooks(place, ".github"), {names[0]: [server_entry(place)]}, former=(names[1],)
    )


COPILOT = Target("Copilot CLI", _content, waits=waiting.for_copilot)
