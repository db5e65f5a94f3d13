"""Cursor: subagents, hooks and the MCP server. After its documentation; nobody has run it."""

from __future__ import annotations

from workers.integrations.install.json_text import Entry
from workers.integrations.install.targets.content import (
    HOOK_SECONDS,
    Content,
    Place,
    Target,
    server_entry,
)
from workers.integrations.install.targets.frames import Frame, agent_files

_CLIENT = "cursor"
FRAME = Frame("the terminal")
_HOLDS = 5
_SEED = '{\n  "version": 1\n}\n'


def _content(place: Place) -> Content:
    matcher = "|".join(worker.full_name for worker in place.workers)
    gate = {
        "subagentStop": {"command": place.hook("subagent-stop", _CLIENT), "matcher": matcher},
        "stop": {"command": place.hook("stop", _CLIENT)},
    }
    entries = [
        Entry(("hooks", event), None, {**hook, "timeout": HOOK_SECONDS, "loop_limit": _HOLDS})
        for event, hook in gate.items()
    ]
    return Content(
        agent_files(place, ".cursor/agents/{}.md", FRAME),
        {".cursor/hooks.json": entries, ".cursor/mcp.json": [server_entry(place)]},
        seeds={".cursor/hooks.json": _SEED},
        notes=["Written after Cursor's documentation, and not tested with it."],
    )


CURSOR = Target("Cursor", _content)
