"""Cursor: subagents and the MCP server, from its documentation; it was not run.

No hooks: what they say, and the transcript that they name, could not be seen.
"""

from __future__ import annotations

from workers.integrations.install.targets.content import Content, Place, Target, server_entry
from workers.integrations.install.targets.frames import Frame, agent_files

FRAME = Frame("the terminal")


def _content(place: Place) -> Content:
    return Content(
        agent_files(place, ".cursor/agents/{}.md", FRAME),
        {".cursor/mcp.json": [server_entry(place)]},
        notes=[
            "Written from Cursor's documentation; not tested with it.",
            f"No hook holds a worker there: {place.line} status says whether it was accepted.",
        ],
    )


CURSOR = Target("Cursor", _content)
