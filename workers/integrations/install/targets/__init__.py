"""What we can be installed into: a module and a line for each.

TARGETS are the coding agents; SERVICES are what judges the reports of others, and has no worker.
What each reads was looked up in its package and tried with the real program, but for Cursor and VS
Code. Change a client's files in its module; the texts are one template (`frames`).
"""

from __future__ import annotations

from workers.integrations.install.targets.claude_code import (
    CLAUDE_CODE,
    agent_file,
    command_file,
    hooks,
)
from workers.integrations.install.targets.codex import CODEX
from workers.integrations.install.targets.content import Content, Place, Scope, Target
from workers.integrations.install.targets.copilot import COPILOT
from workers.integrations.install.targets.cursor import CURSOR
from workers.integrations.install.targets.frames import description, instructions
from workers.integrations.install.targets.gemini_cli import GEMINI_CLI
from workers.integrations.install.targets.github import GITHUB
from workers.integrations.install.targets.opencode import OPENCODE
from workers.integrations.install.targets.qwen_code import QWEN_CODE
from workers.integrations.install.targets.skill import AGENTS_MD, SKILL, skill_name
from workers.integrations.install.targets.vscode import VSCODE

__all__ = [
    "INSTALLABLE",
    "SERVICES",
    "TARGETS",
    "Content",
    "Place",
    "Scope",
    "Target",
    "agent_file",
    "command_file",
    "description",
    "hooks",
    "instructions",
    "skill_name",
]

TARGETS: dict[str, Target] = {
    "claude-code": CLAUDE_CODE,
    "codex": CODEX,
    "gemini-cli": GEMINI_CLI,
    "qwen-code": QWEN_CODE,
    "copilot": COPILOT,
    "opencode": OPENCODE,
    "cursor": CURSOR,
    "vscode": VSCODE,
    "skill": SKILL,
    "agents-md": AGENTS_MD,
}

SERVICES: dict[str, Target] = {"github": GITHUB}
INSTALLABLE: dict[str, Target] = {**TARGETS, **SERVICES}
