"""Gemini CLI: subagents, hooks and the MCP server.

A subagent has no event of its own when it ends: it calls the tool `complete_task`, and a hook
before that tool holds it. Hooks count in milliseconds.
"""

from __future__ import annotations

from workers.integrations.install.targets import waiting
from workers.integrations.install.targets.content import (
    Content,
    Place,
    Target,
    hook_entries,
    in_milliseconds,
    server_entry,
)
from workers.integrations.install.targets.frames import Frame, agent_files

_CLIENT = "gemini-cli"
FRAME = Frame(
    "`run_shell_command`",
    "`read_file`",
    ending="End with the tool `complete_task`, alone in its turn: its `result`",
    is_held=True,
)
# Its own limits, 30 turns and 10 minutes, cut an audit off before phase 3.
LIMITS = {"max_turns": 200, "timeout_mins": 60}


def _content(place: Place) -> Content:
    folder = waiting.gemini_folder(place)
    gate = {
        "BeforeTool": [_hook(place, "subagent-stop", matcher="complete_task")],
        "AfterAgent": [_hook(place, "stop")],
    }
    return Content(
        agent_files(place, f"{folder}/agents/{{}}.md", FRAME, LIMITS),
        {f"{folder}/settings.json": [*hook_entries(gate), server_entry(place)]},
    )


def _hook(place: Place, event: str, **more: str) -> dict[str, object]:
    command: dict[str, object] = {"name": f"waggle-{event}", "command": place.hook(event, _CLIENT)}
    return in_milliseconds(command, **more)


GEMINI_CLI = Target("Gemini CLI", _content, waits=waiting.for_gemini_cli)
