"""What is generated for stores of plugins: a folder for each form in templates/plugin.

All of it calls the installed command `waggle`. A hook runs whenever an agent stops, and `uvx` would
look for a package each time; permissions name one word, too. Only the entry of the MCP registry
leads to `uvx`: whoever takes it has nothing installed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.kit import PROJECT
from workers import __version__
from workers.catalog import built_in
from workers.integrations.install import targets
from workers.integrations.install.ours import SERVER
from workers.integrations.install.targets.frames import PLAIN
from workers.invocation import COMMAND
from workers.render import render

FOLDER = PROJECT / "templates" / "plugin"  # itself a package of the standard: a skill, the server
CLAUDE = FOLDER / "waggle"  # for Claude Code and Codex, each with a manifest and hooks of its own
COPILOT = FOLDER / "copilot"
GEMINI = FOLDER / "gemini"
ENTRY = FOLDER / "server.json"
STANDARD = "https://agent-plugins.org/schemas/1.0.0"
REGISTRY = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
DISTRIBUTION = "waggle-workers"
SKILL = "skills/worker-report/SKILL.md"
_NAMED = {"name": "waggle", "description": "Workers whose reports are checked against the code"}
_AUTHOR = {"name": "The Waggle contributors"}
_ABOUT = {**_NAMED, "version": __version__, "author": _AUTHOR, "license": "MIT"}
_SERVER = {"command": COMMAND, "args": ["mcp"]}
_SERVERS = {"mcpServers": {SERVER: _SERVER}}
_HOLDS = {"description": "Holds a worker until its report is accepted"}


def plugins() -> dict[Path, str]:
    """Return each generated file below templates/plugin."""
    documents = {**_standard(), **_stores(), **_claude_and_codex(), **_gemini()}
    files = {file: json.dumps(made, indent=2) + "\n" for file, made in documents.items()}
    return {**files, **_texts()}


def _content(target: str) -> targets.Content:
    """Return what `install` would write, for every worker and no machine."""
    workers = tuple(built_in())
    place = targets.Place("project", FOLDER, (COMMAND,), workers, workers, team=True)
    return targets.TARGETS[target].content(place)


def _standard() -> dict[Path, dict[str, Any]]:
    """Return the manifests of the standard, and the entry of the registry of MCP servers."""
    typed = {SERVER: {"type": "stdio", **_SERVER}}
    package = {
        "registryType": "pypi",
        "identifier": DISTRIBUTION,
        "version": __version__,
        "runtimeHint": "uvx",
        "transport": {"type": "stdio"},
        "packageArguments": [{"type": "positional", "value": "mcp"}],
    }
    return {
        FOLDER / "plugin.json": {"$schema": f"{STANDARD}/plugin.schema.json", **_ABOUT},
        FOLDER / "mcp.json": {"$schema": f"{STANDARD}/mcp.schema.json", "mcpServers": typed},
        ENTRY: {
            "$schema": REGISTRY,
            "name": f"io.github.{DISTRIBUTION}/{SERVER}",
            "title": "Waggle",
            "description": "Gives a coding agent a task, and checks its report against the code",
            "version": __version__,
            "packages": [package],
        },
    }


def _stores() -> dict[Path, dict[str, Any]]:
    """Return the lists by which clients find their plugin; Copilot CLI prefers its own."""
    store = {"name": DISTRIBUTION, "description": _NAMED["description"], "owner": _AUTHOR}

    def listing(folder: Path) -> dict[str, Any]:
        source = f"./{folder.name}"
        return {**store, "plugins": [{**_NAMED, "source": source, "author": _AUTHOR}]}

    return {
        FOLDER / ".claude-plugin/marketplace.json": listing(CLAUDE),
        FOLDER / ".github/plugin/marketplace.json": listing(COPILOT),
    }


def _claude_and_codex() -> dict[Path, dict[str, Any]]:
    """Return what lies side by side: each of the two reads its own manifest and hooks."""
    gate = targets.hooks(COMMAND, built_in(), "waggle:")
    others = targets.hooks(COMMAND, built_in(), client="codex")
    del others["SubagentStop"]  # a plugin of Codex brings no agents
    return {
        CLAUDE / ".claude-plugin/plugin.json": _ABOUT,
        CLAUDE / ".codex-plugin/plugin.json": {**_ABOUT, "hooks": "./hooks/codex.json"},
        CLAUDE / "hooks/hooks.json": {**_HOLDS, "hooks": gate},
        CLAUDE / "hooks/codex.json": {**_HOLDS, "hooks": others},
        CLAUDE / ".mcp.json": _SERVERS,
    }


def _gemini() -> dict[Path, dict[str, Any]]:
    gate: dict[str, list[Any]] = {}
    for entries in _content("gemini-cli").entries.values():
        for entry in entries:
            if entry.at[:1] == ("hooks",):
                gate.setdefault(entry.at[1], []).append(entry.value)
    about = {key: value for key, value in _ABOUT.items() if key in {"name", "version"}}
    return {
        GEMINI / "gemini-extension.json": {**about, **_NAMED, **_SERVERS},
        GEMINI / "hooks/hooks.json": {**_HOLDS, "hooks": gate},
    }


def _texts() -> dict[Path, str]:
    """Return the agents, the commands and the skill."""
    texts = {CLAUDE / "commands/worker.md": targets.command_file(COMMAND, built_in(), "waggle:")}
    for worker in built_in():
        agent = f"agents/{worker.full_name}"
        texts[CLAUDE / f"{agent}.md"] = targets.agent_file(worker, COMMAND)
    for path, text in _content("copilot").files.items():
        name = path.removeprefix(".github/").replace("hooks/waggle.json", "hooks.json")
        texts[COPILOT / name] = text
    texts[COPILOT / "plugin.json"] = json.dumps(_ABOUT, indent=2) + "\n"
    for path, text in _content("gemini-cli").files.items():
        texts[GEMINI / path.removeprefix(".gemini/")] = text
    texts |= {folder / SKILL: _skill() for folder in (FOLDER, CLAUDE, GEMINI)}
    return texts


def _skill() -> str:
    """Return one skill for all workers: each description is paid for in every session."""
    workers = [f"- `{worker.name}`: {worker.summary}" for worker in built_in()]
    description = (
        "How to work as one of Waggle's workers: examine a part of the code and report in two files"
        " that a program judges against it. Use when no agent of that worker's name can be started."
    )
    body = render(
        "claude/instructions.md.j2",
        title="Waggle",
        summary="the field of WORKER, one of the workers at the end,",
        worker="WORKER",
        command=COMMAND,
        frame=PLAIN,
        reading="Read",
    )
    front = ["---", f"name: {Path(SKILL).parent.name}", f"description: {json.dumps(description)}"]
    return "\n".join([*front, "---", "", body, "## Workers", "", *workers, ""])
