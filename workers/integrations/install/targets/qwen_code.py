"""Qwen Code: subagents, hooks with Claude Code's names, and the MCP server.

A hook's time is read as milliseconds from 1000 on, in older versions always.
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

_CLIENT = "qwen-code"
FRAME = Frame("`run_shell_command`", "`read_file`", is_held=True)


def _content(place: Place) -> Content:
    folder = place.folder(".qwen", "QWEN_HOME")
    matcher = "|".join(worker.full_name for worker in place.workers)
    gate = {
        "SubagentStop": [_hook(place, "subagent-stop", matcher=matcher)],
        "Stop": [_hook(place, "stop")],
    }
    return Content(
        agent_files(place, f"{folder}/agents/{{}}.md", FRAME),
        {f"{folder}/settings.json": [*hook_entries(gate), server_entry(place)]},
    )


def _hook(place: Place, event: str, **more: str) -> dict[str, object]:
    return in_milliseconds({"command": place.hook(event, _CLIENT)}, **more)


QWEN_CODE = Target("Qwen Code", _content, waits=waiting.for_qwen_code)
