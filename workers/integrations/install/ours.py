"""What an installation can have made: the rest of what a manifest says is not believed.

A manifest comes with a cloned repository. It must not make `uninstall` take out what the user, or
another tool, wrote.
"""

from __future__ import annotations

import os
import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.integrations.install.json_text import Entry

SERVER = "waggle"
BEGIN, END = "waggle:begin", "waggle:end"
_PROGRAM = r"(?:waggle|cli\.py|__main__\.py)['\"]?"
_HOOK = lazy_pattern(rf"(?:.*[\s/'\"])?{_PROGRAM} hook [a-z-]+(?: --client [a-z-]+)?", re.DOTALL)
_RULE = lazy_pattern(rf"Bash\((?:.*[\s/'\"])?{_PROGRAM} \*\)", re.DOTALL)
_SESSIONS = lazy_pattern(r"Edit\(/Docs/hive-mind/sessions/\*\*\)")
_SHARED = 0.25


def is_our_entry(entry: Entry) -> bool:
    """Tell whether an entry is one that some version of `install` puts into a JSON file."""
    if entry.key is not None:
        return entry.key == SERVER and entry.at in {("mcpServers",), ("mcp",), ("servers",)}
    if entry.at[0] == "hooks" and len(entry.at) == 2:
        return _is_our_hook(entry.value)
    rule = entry.value
    if entry.at != ("permissions", "allow") or not isinstance(rule, str):
        return False
    return bool(_RULE.fullmatch(rule) or _SESSIONS.fullmatch(rule))


def _is_our_hook(value: object) -> bool:
    hooks = value.get("hooks") if isinstance(value, dict) else None
    if not isinstance(hooks, list) or not hooks:
        return False
    commands = [hook.get("command") if isinstance(hook, dict) else None for hook in hooks]
    return all(isinstance(one, str) and _HOOK.fullmatch(one) for one in commands)


def is_our_section(text: str) -> bool:
    """Tell whether a text is one section between our marks, and nothing besides."""
    lines = text.strip().splitlines()
    marks = [number for number, line in enumerate(lines) if BEGIN in line or END in line]
    return marks == [0, len(lines) - 1] and BEGIN in lines[0] and END in lines[-1]


def is_our_file(data: bytes, wanted: bytes) -> bool:
    """Tell whether a file may be an earlier form of what `install` writes now."""
    lines = {line.strip() for line in wanted.splitlines()} - {b""}
    shared = lines & {line.strip() for line in data.splitlines()}
    return len(shared) >= _SHARED * len(lines)


def folders_for(paths: Iterable[str]) -> set[str]:
    """Return the folders that `install` makes for files: none above the base or the agent's own."""
    absolute = [path for path in paths if PurePath(path).is_absolute()]
    above = (
        os.path.commonpath([str(PurePath(path).parent) for path in absolute]) if absolute else ""
    )
    folders = set()
    for path in paths:
        for parent in PurePath(path).parents:
            if parent.is_absolute() and not parent.is_relative_to(above):
                break
            folders.add(str(parent))
    return folders - {"."}
