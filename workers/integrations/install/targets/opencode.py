"""opencode: subagents and the MCP server.

No plugin: nothing in it holds an agent before it stops, and a local plugin makes opencode fetch a
package from the network when it starts, for minutes where there is none.
"""

from __future__ import annotations

from workers.integrations.install.json_text import Entry
from workers.integrations.install.ours import SERVER
from workers.integrations.install.targets.content import Content, Place, Target
from workers.integrations.install.targets.frames import Frame, agent_files

FRAME = Frame("`bash`", "`read`")


def _content(place: Place) -> Content:
    folder, settings = ".opencode", "opencode.json"
    if place.scope == "user":
        folder = f"{place.folder('.config', 'XDG_CONFIG_HOME')}/opencode"
        settings = f"{folder}/opencode.json"
    files = agent_files(place, f"{folder}/agents/{{}}.md", FRAME, {"mode": "subagent"}, name=False)
    local = Entry(
        ("mcp",),
        SERVER,
        {"type": "local", "command": [*place.command, "mcp"], "enabled": True},
    )
    # It reads both and merges them: a second file beside the user's would surprise.
    names = [settings, f"{settings}c"]
    if (place.base / names[1]).exists() and not (place.base / settings).exists():
        names.reverse()
    content = Content(files, {names[0]: [local]}, former=(names[1],))
    if all((place.base / name).exists() for name in names):
        content.notes.append(f"{names[1]} is there too: opencode merges both files.")
    content.notes.append(
        "opencode has no hook that can hold a worker:"
        f" {place.line} status says whether a report was accepted."
    )
    return content


OPENCODE = Target("opencode", _content)
