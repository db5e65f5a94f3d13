"""The coding agents that npm brings, as a table: how each is had, pointed at loopback and scripted.

Each has a home of its own and an environment that names every variable: nothing of this machine's
user is read, no account is needed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tests.fake_llm_api import Turn

_KEY = "no-key"


class Place(NamedTuple):
    """Where a client works, and the service that it asks."""

    root: Path
    home: Path
    url: str


class Client(NamedTuple):
    """A client: `ready` does what its user does once, and returns variables for it.

    `program` is a pattern below the folder that npm installs into; `variable` names a program that
    is had already. `stop` is how its subagent says that it is done. `leaves` are the files of the
    repository that the client writes to by itself; `has_gate` is whether it can hold an agent.
    """

    target: str
    package: str
    program: str
    variable: str
    ready: Callable[[Place], dict[str, str]]
    words: tuple[str, ...]
    line: Callable[[str], Turn]
    call: Callable[[str], list[Turn]]
    explain: Turn
    stop: Callable[[str], Turn]
    leaves: frozenset[str] = frozenset()
    has_gate: bool = True

    @property
    def version(self) -> str:
        return self.package.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.target} {self.version}"


def _write(file: Path, text: str | dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text if isinstance(text, str) else json.dumps(text))


def _says(text: str) -> Turn:
    return {"text": text}


def _order(session: str) -> str:
    return f"Work in session {session} now."


# Claude Code


def _claude_code(place: Place) -> dict[str, str]:
    return {
        "ANTHROPIC_BASE_URL": place.url,
        "ANTHROPIC_API_KEY": _KEY,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
        "CLAUDE_CODE_MAX_RETRIES": "0",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "ENABLE_TOOL_SEARCH": "false",
        "IS_SANDBOX": "1",
    }


def _agent_of_claude(session: str) -> list[Turn]:
    order = {"description": "audit", "prompt": _order(session)}
    return [{"tool": "Agent", "input": {"subagent_type": "backend-worker", **order}}]


CLAUDE_CODE = Client(
    target="claude-code",
    package="@anthropic-ai/claude-code@2.1.332",
    program="node_modules/**/claude-code-*/claude",
    variable="CLAUDE_BIN",
    ready=_claude_code,
    words=("--dangerously-skip-permissions", "-p"),
    line=lambda line: {"tool": "Bash", "input": {"command": line, "description": "a phase"}},
    call=_agent_of_claude,
    explain={"tool": "mcp__waggle__explain", "input": {"code": "E05"}},
    stop=_says,
)
# A hundred releases older.
OLD_CLAUDE_CODE = CLAUDE_CODE._replace(
    package="@anthropic-ai/claude-code@2.1.232", variable="CLAUDE_OLD_BIN"
)

# Codex


def _codex(place: Place) -> dict[str, str]:
    lines = [
        'model = "gpt-5.2"',  # one it has no catalogue of tools for: it is given plain ones
        'model_provider = "loopback"',
        "[features]",
        "plugins = false",
        "[model_providers.loopback]",
        'name = "loopback"',
        f'base_url = "{place.url}/v1"',
        'wire_api = "responses"',
        'env_key = "LOOPBACK_KEY"',
        f"[projects.{json.dumps(str(place.root))}]",
        'trust_level = "trusted"',
    ]
    _write(place.home / ".codex/config.toml", "\n".join(lines))
    return {"LOOPBACK_KEY": _KEY}


def _agent_of_codex(session: str) -> list[Turn]:
    order = {"agent_type": "backend-worker", "message": _order(session)}
    wait = {"targets": ['${find:agent_id"?: ?"([0-9a-f-]+)"}'], "timeout_ms": 120_000}
    return [
        {"tool": "spawn_agent", "namespace": "multi_agent_v1", "input": order},
        {"tool": "wait_agent", "namespace": "multi_agent_v1", "input": wait},
    ]


CODEX = Client(
    target="codex",
    package="@openai/codex@0.171.0",
    program="node_modules/@openai/codex/bin/codex.js",
    variable="CODEX_BIN",
    ready=_codex,
    # Whose hooks are trusted is asked in a dialog.
    words=("exec", "-s", "danger-full-access", "--dangerously-bypass-hook-trust"),
    line=lambda line: {"tool": "exec_command", "input": {"cmd": line, "yield_time_ms": 30_000}},
    call=_agent_of_codex,
    explain={"tool": "explain", "namespace": "mcp__waggle", "input": {"code": "E05"}},
    stop=_says,
)

# Gemini CLI and Qwen Code


def _gemini_cli(place: Place) -> dict[str, str]:
    settings = {
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "privacy": {"usageStatisticsEnabled": False},
        "general": {"enableAutoUpdate": False},
    }
    _write(place.home / ".gemini/settings.json", settings)
    # What its dialog about new agents writes when the user consents.
    agents = {
        file.stem: sha256(file.read_bytes()).hexdigest()
        for file in (place.root / ".gemini/agents").glob("*.md")
    }
    _write(place.home / ".gemini/acknowledgments/agents.json", {str(place.root): agents})
    return {
        "GEMINI_API_KEY": _KEY,
        "GOOGLE_GEMINI_BASE_URL": place.url,
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
    }


def _agent_of_gemini(session: str) -> list[Turn]:
    order = {"agent_name": "backend-worker", "prompt": _order(session)}
    return [{"tool": "invoke_agent", "input": order}]


GEMINI_CLI = Client(
    target="gemini-cli",
    package="@google/gemini-cli@0.61.0",
    program="node_modules/@google/gemini-cli/bundle/gemini.js",
    variable="GEMINI_BIN",
    ready=_gemini_cli,
    words=("-m", "gemini-2.5-flash", "--approval-mode", "yolo", "-p"),
    line=lambda line: {"tool": "run_shell_command", "input": {"command": line}},
    call=_agent_of_gemini,
    explain={"tool": "mcp_waggle_explain", "input": {"code": "E05"}},
    stop=lambda text: {"tool": "complete_task", "input": {"result": text}},
)


def _qwen_code(place: Place) -> dict[str, str]:
    settings = {
        "security": {"auth": {"selectedType": "openai"}},
        "privacy": {"usageStatisticsEnabled": False},
        "general": {"disableAutoUpdate": True},
    }
    _write(place.home / ".qwen/settings.json", settings)
    service = {"OPENAI_BASE_URL": f"{place.url}/v1", "OPENAI_MODEL": "fake-model"}
    return {"OPENAI_API_KEY": _KEY, **service}


def _line_of_qwen(line: str) -> Turn:
    return {"tool": "run_shell_command", "input": {"command": line, "is_background": False}}


def _agent_of_qwen(session: str) -> list[Turn]:
    order = {"description": "audit", "prompt": _order(session), "run_in_background": False}
    return [{"tool": "agent", "input": {"subagent_type": "backend-worker", **order}}]


QWEN_CODE = Client(
    target="qwen-code",
    package="@qwen-code/qwen-code@0.24.4",
    program="node_modules/@qwen-code/qwen-code/cli-entry.js",
    variable="QWEN_BIN",
    ready=_qwen_code,
    words=("--approval-mode", "yolo"),
    line=_line_of_qwen,
    call=_agent_of_qwen,
    explain={"tool": "mcp__waggle__explain", "input": {"code": "E05"}},
    stop=_says,
    leaves=frozenset({".qwen/settings.json"}),  # the version of its form
)

# opencode


def _opencode(place: Place) -> dict[str, str]:
    limits = {"context": 200_000, "output": 8000}
    provider = {
        "npm": "@ai-sdk/openai-compatible",  # it is in the program
        "options": {"baseURL": f"{place.url}/v1", "apiKey": _KEY},
        "models": {"fake-model": {"name": "Fake", "limit": limits, "tool_call": True}},
    }
    config = {
        "model": "loopback/fake-model",
        "small_model": "loopback/fake-model",
        "autoupdate": False,
        "share": "disabled",
        "provider": {"loopback": provider},
    }
    _write(place.home / ".config/opencode/opencode.json", config)
    # A plugin makes it ask npm for a package first: it shall give up soon.
    _write(place.home / ".npmrc", "offline=true\nfetch-retries=0\n")
    return {
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    }


def _agent_of_opencode(session: str) -> list[Turn]:
    order = {"description": "audit", "prompt": _order(session)}
    return [{"tool": "task", "input": {"subagent_type": "backend-worker", **order}}]


OPENCODE = Client(
    target="opencode",
    package="opencode-ai@1.18.33",
    program="node_modules/**/opencode-*/bin/opencode",
    variable="OPENCODE_BIN",
    ready=_opencode,
    words=("run", "--format", "json"),
    line=lambda line: {"tool": "bash", "input": {"command": line, "description": "a phase"}},
    call=_agent_of_opencode,
    explain={"tool": "waggle_explain", "input": {"code": "E05"}},
    stop=_says,
    leaves=frozenset({".opencode/.gitignore", "opencode.json"}),
    has_gate=False,
)

# Copilot CLI


def _copilot(place: Place) -> dict[str, str]:
    return {
        "COPILOT_PROVIDER_BASE_URL": f"{place.url}/v1",
        "COPILOT_PROVIDER_TYPE": "openai",
        "COPILOT_PROVIDER_API_KEY": _KEY,
        "COPILOT_MODEL": "fake-model",
        "COPILOT_OFFLINE": "true",
        "COPILOT_AUTO_UPDATE": "false",
    }


def _agent_of_copilot(session: str) -> list[Turn]:
    order = {"name": "audit", "description": "audit", "prompt": _order(session), "mode": "sync"}
    return [{"tool": "task", "input": {"agent_type": "backend-worker", **order}}]


def _line_of_copilot(line: str) -> Turn:
    words = {"command": line, "description": "a phase", "mode": "sync", "initial_wait": 60}
    return {"tool": "bash", "input": words}


COPILOT = Client(
    target="copilot",
    package="@github/copilot@1.0.102",
    program="node_modules/@github/copilot/npm-loader.js",
    variable="COPILOT_BIN",
    ready=_copilot,
    words=("--allow-all-tools", "--allow-all-paths", "--trust-folder", "--no-color", "-p"),
    line=_line_of_copilot,
    call=_agent_of_copilot,
    explain={"tool": "waggle-explain", "input": {"code": "E05"}},
    stop=_says,
)

CLIENTS = (CLAUDE_CODE, OLD_CLAUDE_CODE, CODEX, GEMINI_CLI, QWEN_CODE, OPENCODE, COPILOT)
