"""What a user still has to do before an installation has an effect, as far as files show it.

Each client keeps in a small file of the user's what was trusted. Those are read, and in them the
keys that are named here; what cannot be read is taken for not done, and said as a condition.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.errors import WaggleError
from sessions.files import read_regular
from workers.integrations.install import json_text
from workers.integrations.install.ours import SERVER

if TYPE_CHECKING:
    from workers.integrations.install.targets.content import Place

_FILE_BYTES = 16 * 1024 * 1024
# As Codex spells events in the names under which it remembers what was trusted.
_CODEX_EVENTS = {"SubagentStop": "subagent_stop", "Stop": "stop", "SessionStart": "session_start"}


def _home() -> Path:
    return Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises without one


def _moved(variable: str, name: str) -> Path:
    return Path(os.environ.get(variable) or _home() / name)


def gemini_folder(place: Place) -> str:
    """Return the folder of Gemini CLI; its variable names the home in which that is."""
    home = os.environ.get("GEMINI_CLI_HOME") if place.scope == "user" else None
    return f"{home}/.gemini" if home else ".gemini"


def _read(file: Path) -> bytes | None:
    try:
        return read_regular(file, _FILE_BYTES, follow=True)
    except (OSError, WaggleError):
        return None


def _json(file: Path) -> dict[str, Any]:
    text = (_read(file) or b"").decode("utf-8", "replace")
    try:
        fields = json_text.meaning(text)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _toml(file: Path) -> dict[str, Any]:
    from workers.integrations.install.toml_text import meaning

    try:
        return meaning((_read(file) or b"").decode("utf-8", "replace"))
    except ValueError:
        return {}


def _at(fields: object, *keys: str) -> Any:
    for key in keys:
        fields = fields.get(key) if isinstance(fields, dict) else None
    return fields


def _folders(place: Place) -> list[str]:
    """Return the names under which a client may have remembered the folder, or one above it."""
    whole = [place.base, place.base.resolve()]
    return list(dict.fromkeys(str(one) for base in whole for one in (base, *base.parents)))


def for_claude_code(place: Place) -> list[str]:
    """Say that permissions wait for the folder to be trusted."""
    if place.scope == "user":
        return []
    projects = _at(_json(_moved("CLAUDE_CONFIG_DIR", "") / ".claude.json"), "projects")
    if any(_at(projects, name, "hasTrustDialogAccepted") is True for name in _folders(place)):
        return []
    return ["Claude Code asks once whether to trust this folder; permissions apply from then on."]


def for_codex(place: Place) -> list[str]:
    """Say that Codex reads nothing of a folder that it does not trust, nor runs a new hook."""
    folder = _moved("CODEX_HOME", ".codex")
    settings = _toml(folder / "config.toml")
    waits = []
    trusted = [_at(settings, "projects", name, "trust_level") for name in _folders(place)]
    if place.scope == "project" and "trusted" not in trusted:
        waits.append(
            "Codex reads this only in a project that it trusts: it asks once; without a terminal"
            " run codex exec --trust."
        )
    file = folder / "hooks.json" if place.scope == "user" else place.base / ".codex/hooks.json"
    if not _are_hooks_trusted(file, _at(settings, "hooks", "state")):
        waits.append(
            "Codex runs no hook that you have not reviewed: type /hooks there and trust those of"
            " Waggle, again after each change. Until then no worker is held, and Codex does not"
            " say so."
        )
    return waits


def _are_hooks_trusted(file: Path, state: object) -> bool:
    """Tell whether Codex has remembered a digest for each hook of ours; it checks it itself."""
    hooks = _at(_json(file), "hooks")
    names = [
        f"{file.resolve()}:{name}:{number}:0"
        for event, name in _CODEX_EVENTS.items()
        for number, hook in enumerate(_at(hooks, event) or ())
        if "--client codex" in json.dumps(hook)
    ]
    return bool(names) and all(_at(state, name, "trusted_hash") for name in names)


def for_gemini_cli(place: Place) -> list[str]:
    """Say that a project's agents have to be acknowledged, again after each change."""
    if place.scope == "user":
        return []
    home = Path(os.environ.get("GEMINI_CLI_HOME") or _home()) / ".gemini"
    known = _json(home / "acknowledgments/agents.json")
    waits = []
    for worker in place.workers:
        data = _read(place.base / f".gemini/agents/{worker.full_name}.md")
        digest = hashlib.sha256(data).hexdigest() if data is not None else ""
        if digest not in {_at(known, name, worker.full_name) for name in _own(place)}:
            waits.append(worker.full_name)
    notes = []
    if waits:
        notes.append(
            f"Gemini CLI does not find {', '.join(waits)} until you start it here once and"
            " acknowledge the new agents, again after each change; without a terminal it never"
            " does. Agents installed with --scope user need none of this."
        )
    file = os.environ.get("GEMINI_CLI_TRUSTED_FOLDERS_PATH")
    trusted = _json(Path(file) if file else home / "trustedFolders.json")
    if not any(str(trusted.get(name, "")).startswith("TRUST_") for name in _folders(place)):
        notes.append(
            "Trust this folder when Gemini CLI asks: otherwise it reads none of these files, and"
            " without a terminal it does not start (there is --skip-trust)."
        )
    return notes


def _own(place: Place) -> list[str]:
    return [str(place.base), str(place.base.resolve())]


def for_qwen_code(place: Place) -> list[str]:
    """Say that a project's MCP server has to be approved."""
    if place.scope == "user":
        return []
    file = os.environ.get("QWEN_CODE_MCP_APPROVALS_PATH")
    known = _json(Path(file) if file else _moved("QWEN_HOME", ".qwen") / "mcpApprovals.json")
    if any(_at(known, name, SERVER, "status") == "approved" for name in _own(place)):
        return []
    approve = f"approve it there, or run qwen mcp approve {SERVER}."
    return [f"Qwen Code asks once whether to start the MCP server of a project: {approve}"]


def for_copilot(place: Place) -> list[str]:
    """Say what Copilot has to be allowed; what it has trusted lies beside its credentials."""
    notes = []
    if place.scope == "project":
        notes.append(
            "Copilot CLI runs hooks and servers of a folder only when it trusts it: it asks once;"
            " without a terminal use --trust-folder."
        )
    if len(place.command) > 1:
        notes.append(
            "Copilot CLI refuses programs outside the repository: start it with --allow-all-paths,"
            " or have the command waggle on the PATH."
        )
    return notes
