"""What each coding agent gets: files of ours, entries in files of others. Data, nothing is written.

The instructions are one template; each agent's own convention is the frame around it.
"""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workers.integrations.install.json_text import Entry
from workers.integrations.install.ours import SERVER
from workers.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from workers.catalog import Worker

Scope = Literal["project", "user"]


class Place(NamedTuple):
    """Where to install, the words of the command that starts the program there, and for whom.

    `workers` are those that are named; of `known` some may have been installed before.
    """

    scope: Scope
    base: Path
    command: tuple[str, ...]
    workers: tuple[Worker, ...]
    known: tuple[Worker, ...] = ()

    @property
    def line(self) -> str:
        """The command as a line of a shell."""
        return shlex.join(self.command)


@dataclass(frozen=True)
class Content:
    """What a target gets; paths are relative to the base, or absolute.

    `files` are wholly ours, `entries` go into JSON files, `sections` to the end of text files,
    `by_hand` is what to write where a section cannot stand; `notes` is what the user has to do or
    know.
    """

    files: dict[str, str]
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    by_hand: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """All files that a target may touch."""
        return [*self.files, *self.entries, *self.sections]


def _values(worker: Worker, command: str) -> dict[str, Any]:
    return {
        "worker": worker.name,
        "full_name": worker.full_name,
        "title": worker.name.capitalize(),
        "summary": worker.summary,
        "command": command,
        "description": description(worker),
    }


def description(worker: Worker) -> str:
    """Return what tells a main agent when to call a worker."""
    return (
        f"Examines {worker.summary} and reports with evidence; its report is checked against the"
        f" code before it may stop. Use it to analyse or change a {worker.name}, with a task or"
        " session id."
    )


def instructions(worker: Worker, command: str) -> str:
    """Return how to work as a worker: the three phases as literal commands."""
    return render("claude/instructions.md.j2", **_values(worker, command))


def agent_file(worker: Worker, command: str) -> str:
    """Return a subagent of Claude Code."""
    return render("claude/agent.md.j2", **_values(worker, command))


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
    command: str, workers: Sequence[Worker], prefix: str = ""
) -> dict[str, list[dict[str, Any]]]:
    """Return the hooks by event, as settings.json and a plugin's hooks.json hold them."""
    matcher = "|".join(f"{prefix}{worker.full_name}" for worker in workers)
    made: dict[str, list[dict[str, Any]]] = json.loads(
        render("claude/hooks.json.j2", command=command, matcher=matcher)
    )
    return made


def permissions(command: str) -> list[str]:
    """Return what a worker must be allowed: our commands, and the session's files."""
    return [f"Bash({command} *)", "Edit(/Docs/hive-mind/sessions/**)"]


def server(place: Place) -> dict[str, Any]:
    """Return the MCP server as most agents write it down."""
    return {"command": place.command[0], "args": [*place.command[1:], "mcp"]}


def _folder(place: Place, name: str, variable: str) -> str:
    """Return an agent's folder: where a user has moved it to, that one."""
    moved = os.environ.get(variable) if place.scope == "user" else None
    return moved or name


def claude_code(place: Place) -> Content:
    """Return subagents, slash command, hooks, permissions and MCP server of Claude Code."""
    folder = _folder(place, ".claude", "CLAUDE_CONFIG_DIR")
    settings = [
        Entry(("hooks", event), None, one)
        for event, added in hooks(place.line, place.workers).items()
        for one in added
    ]
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
        content.entries[".mcp.json"] = [Entry(("mcpServers",), SERVER, server(place))]
        content.notes.append(
            "Claude Code asks once whether to trust this folder; permissions hold from then on."
        )
    else:  # Claude Code itself writes the file where a user's servers stand, at any moment
        add = ["claude", "mcp", "add", "--scope", "user", SERVER, "--", *place.command, "mcp"]
        content.notes.append(f"For the MCP server run: {shlex.join(add)}")
    return content


def agents_md(place: Place) -> Content:
    """Return a section for AGENTS.md, which many agents read."""
    text = "\n".join(
        render(
            "claude/section.md.j2",
            **_values(worker, place.line),
        )
        for worker in place.workers
    )
    return Content({}, sections={"AGENTS.md": text})


def codex(place: Place) -> Content:
    """Return custom agents and the MCP server of Codex."""
    folder = _folder(place, ".codex", "CODEX_HOME")
    files = {
        f"{folder}/agents/{worker.full_name}.toml": "\n".join(
            [
                f"name = {json.dumps(worker.full_name)}",
                f"description = {json.dumps(description(worker))}",
                f"developer_instructions = '''\n{instructions(worker, place.line)}'''",
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
    content = Content(files, sections={config: table}, by_hand={config: by_hand})
    if place.scope == "project":
        content.notes.append("Codex reads this only in a project that it trusts: it asks once.")
    return content


def gemini_cli(place: Place) -> Content:
    """Return subagents and the MCP server of Gemini CLI."""
    files = {
        f".gemini/agents/{worker.full_name}.md": _framed(
            worker, place, name=worker.full_name, description=description(worker)
        )
        for worker in place.workers
    }
    entry = Entry(("mcpServers",), SERVER, server(place))
    content = Content(files, {".gemini/settings.json": [entry]})
    if place.scope == "project":
        content.notes.append(
            "Gemini CLI asks once for each agent of a project; until then it is not found."
        )
    return content


def opencode(place: Place) -> Content:
    """Return subagents and the MCP server of opencode."""
    folder, settings = ".opencode", "opencode.json"
    if place.scope == "user":
        folder = f"{os.environ.get('XDG_CONFIG_HOME') or '.config'}/opencode"
        settings = f"{folder}/opencode.json"
    files = {
        f"{folder}/agents/{worker.full_name}.md": _framed(
            worker, place, description=description(worker), mode="subagent"
        )
        for worker in place.workers
    }
    local = {"type": "local", "command": [*place.command, "mcp"], "enabled": True}
    content = Content(files, {settings: [Entry(("mcp",), SERVER, local)]})
    with_comments = f"{settings}c"
    if (place.base / with_comments).exists():
        # opencode merges the two: without the first, a second file beside the user's surprises.
        if not (place.base / settings).exists():
            content.entries[with_comments] = content.entries.pop(settings)
        else:
            content.notes.append(f"{with_comments} is there too: opencode merges both files.")
    return content


def _framed(worker: Worker, place: Place, **front: str) -> str:
    lines = [f"{name}: {json.dumps(value)}" for name, value in front.items()]
    return "\n".join(["---", *lines, "---", "", instructions(worker, place.line)])


TARGETS: dict[str, Callable[[Place], Content]] = {
    "claude-code": claude_code,
    "agents-md": agents_md,
    "codex": codex,
    "gemini-cli": gemini_cli,
    "opencode": opencode,
}
