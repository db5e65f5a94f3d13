"""VS Code: its MCP file, and the agents and hooks of Copilot CLI, which it reads as well.

After its documentation; nobody has run it.
"""

from __future__ import annotations

from workers.integrations.install.json_text import Entry
from workers.integrations.install.ours import SERVER
from workers.integrations.install.targets.content import Content, Place, Target, server
from workers.integrations.install.targets.copilot import agents_and_hooks


def _content(place: Place) -> Content:
    entry = Entry(("servers",), SERVER, {"type": "stdio", **server(place)})
    content = Content(agents_and_hooks(place, ".github"), {".vscode/mcp.json": [entry]})
    content.notes.append("Written from VS Code's documentation; not tested with it.")
    return content


VSCODE = Target(
    "VS Code",
    _content,
    scopes=("project",),
    elsewhere="VS Code keeps what is yours in its profile: run MCP: Open User Configuration there.",
)
