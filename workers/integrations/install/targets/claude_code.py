"""Claude Code: subagents, slash command, hooks, permissions and the MCP server."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from workers.integrations.install.json_text import Entry
from workers.integrations.install.ours import SERVER
from workers.integrations.install.targets import waiting
from workers.integrations.install.targets.content import (
    Content,
    Place,
    Target,
    hook_entries,
    server_entry,
)
from workers.integrations.install.targets.frames import CLAUDE, values
from workers.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.catalog import Worker


def agent_file(worker: Worker, command: str) -> str:
    """Return a subagent of Claude Code."""
    return render("claude/agent.md.j2", **values(worker, command, CLAUDE))


def command_file(command: str, workers: Sequence[Worker], prefix: str = "") -> str:
    """Return the slash command; `prefix` stands before agents of a plugin."""
    agents = [f"`{prefix}{worker.full_name}`" for worker in workers]
    return render(
        "claude/command.md.j2",
        command=command,
        names="|".join(worker.name for worker in workers),
        names_told=" or ".join(f"`{worker.name}`" for worker in workers),
        agents=", ".join(agents),
        first=agents[0].strip("`"),
        allowed=", ".join(permissions(command)),
    )


def hooks(
    command: str, workers: Sequence[Worker], prefix: str = "", client: str = ""
) -> dict[str, list[dict[str, Any]]]:
    """Return the hooks by event, as settings.json and a plugin's hooks.json hold them."""
    matcher = "|".join(f"{prefix}{worker.full_name}" for worker in workers)
    made: dict[str, list[dict[str, Any]]] = json.loads(
        render("claude/hooks.json.j2", command=command, matcher=matcher, client=client)
    )
    return made


def permissions(command: str) -> list[str]:
    """Return what a worker must be allowed: our commands, and the session's files."""
    return [f"Bash({command} *)", "Edit(/Docs/hive-mind/sessions/**)"]


def _content(place: Place) -> Content:
    folder = place.folder(".claude", "CLAUDE_CONFIG_DIR")
    settings = hook_entries(hooks(place.line, place.workers))
    settings += [Entry(("permissions", "allow"), None, rule) for rule in permissions(place.line)]
    content = Content(
        {
            **{
                f"{folder}/agents/{worker.full_name}.md": agent_file(worker, place.line)
                for worker in place.workers
            },
            f"{folder}/commands/worker.md": command_file(place.line, place.workers),
        },
        {f"{folder}/settings.json": settings},
    )
    if place.scope == "project":
        content.entries[".mcp.json"] = [server_entry(place)]
        copilots = place.base / ".github/mcp.json"
        if copilots.exists() and not (place.base / ".mcp.json").exists():
            content.notes.append(
                "Copilot CLI reads .github/mcp.json only where there is no .mcp.json: it will not"
                " see the servers in there any more."
            )
    else:  # Claude Code itself writes the file where a user's servers stand, at any moment
        add = ["claude", "mcp", "add", "--scope", "user", SERVER, "--", *place.command, "mcp"]
        content.notes.append(f"For the MCP server run: {shlex.join(add)}")
    return content


CLAUDE_CODE = Target("Claude Code", _content, waits=waiting.for_claude_code)
