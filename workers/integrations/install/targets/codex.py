"""Codex: custom agents in TOML, hooks, and the MCP server as a section of its configuration."""

from __future__ import annotations

import json

from workers.integrations.install.ours import SERVER
from workers.integrations.install.targets import waiting
from workers.integrations.install.targets.claude_code import hooks
from workers.integrations.install.targets.content import (
    Content,
    Place,
    Target,
    hook_entries,
    server,
)
from workers.integrations.install.targets.frames import PLAIN, description, instructions


def _content(place: Place) -> Content:
    folder = place.folder(".codex", "CODEX_HOME")
    files = {
        f"{folder}/agents/{worker.full_name}.toml": "\n".join(
            [
                f"name = {json.dumps(worker.full_name)}",
                f"description = {json.dumps(description(worker, place.line, PLAIN))}",
                f"developer_instructions = '''\n{instructions(worker, place.line, PLAIN)}'''",
                "",
            ]
        )
        for worker in place.workers
    }
    made = server(place)
    table = "\n".join(
        [
            "# waggle:begin",
            f"[mcp_servers.{SERVER}]",
            f"command = {json.dumps(made['command'])}",
            f"args = {json.dumps(made['args'])}",
            "# waggle:end",
            "",
        ]
    )
    config = f"{folder}/config.toml"
    inline = f"command = {json.dumps(made['command'])}, args = {json.dumps(made['args'])}"
    by_hand = f"{SERVER} = {{ {inline} }} in mcp_servers"
    gate = hook_entries(hooks(place.line, place.workers, client="codex"))
    return Content(
        files,
        {f"{folder}/hooks.json": gate},
        sections={config: table},
        by_hand={config: by_hand},
    )


CODEX = Target("Codex", _content, waits=waiting.for_codex)
