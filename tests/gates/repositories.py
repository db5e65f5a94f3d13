"""The repositories on which the gates run their commands; each is made by running the program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from tests.kit import SESSION, TASK, copy_sample, fill_in, waggle

if TYPE_CHECKING:
    from pathlib import Path

FOR = ("--session", SESSION)
BY = (*FOR, "--worker", "backend")
OWNER = "an-agent"  # what Claude Code calls its session
INPUT = "input~"  # no change of the code: editors leave such files
_INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "gates", "version": "1"},
}
_PROOF = """[[proof]]
name = "tests"
run = "echo '1 passed in 0.01s'"
"""
_GONE = 2**22 + 1  # more than any process's number


def _run(root: Path, *words: str, **env: str) -> None:
    run = waggle(*words, cwd=root, env={**os.environ, **env})
    if run.returncode:
        raise RuntimeError(run.stderr.decode())


def _session(root: Path) -> Path:
    return root / "Docs/hive-mind/sessions" / SESSION


def empty(folder: Path) -> Path:
    """Make a repository without a session."""
    return copy_sample(folder)


def untouched(folder: Path) -> Path:
    """Make a repository in which phase 1 was run."""
    root = empty(folder)
    _run(root, "backend", "--setup", *FOR, "--task", TASK, CLAUDE_CODE_SESSION_ID=OWNER)
    return root


def edited(folder: Path) -> Path:
    """Make a repository in which the honest report was filled in."""
    root = untouched(folder)
    fill_in(root, SESSION)
    return root


def changing(folder: Path) -> Path:
    """Make a small repository of git's, with a proof of one line."""
    root = folder / "service"
    root.mkdir()
    (root / "app.py").write_text("ANSWER = 42\n", "utf-8")
    (root / "waggle.toml").write_text(_PROOF, "utf-8")
    for words in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet", "-m", "x"),
    ):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    return root


def changed(folder: Path) -> Path:
    """Make a repository in which a worker changed a file since its base was recorded."""
    root = changing(folder)
    task = ("--task", TASK, "--kind", "change")
    _run(root, "backend", "--setup", *FOR, *task, XDG_CACHE_HOME=os.devnull)
    (root / "app.py").write_text("ANSWER = 43\n", "utf-8")
    return root


def archived(folder: Path) -> Path:
    """Make a repository whose session is archived."""
    root = edited(folder)
    _run(root, "session", "archive", SESSION)
    return root


def pruned(folder: Path) -> Path:
    """Make a repository with the archive of a session, and no longer the session."""
    root = archived(folder)
    shutil.rmtree(_session(root))
    return root


def damaged(folder: Path) -> Path:
    """Make a repository whose session lost what follows from its events, and has a leftover."""
    root = edited(folder)
    session = _session(root)
    (session / "STATE.json").write_bytes(b'{"schema_version": 1, "workers"')
    (session / "METRICS.json").unlink()
    (session / "SESSION.md").unlink()
    (session / f".STATE.json.{_GONE}.tmp").write_bytes(b"{")
    (session.parent / f".old.{_GONE}.deleted").mkdir()
    return root


def stopping(folder: Path) -> Path:
    """Make a repository in which a worker wants to stop before it wrote its report."""
    root = untouched(folder)
    told = {
        "session_id": OWNER,
        "hook_event_name": "SubagentStop",
        "agent_id": "a1",
        "agent_type": "backend-worker",
    }
    (root / INPUT).write_text(json.dumps(told), "utf-8")
    return root


def called(root: Path, tool: str, **arguments: Any) -> Path:
    """Let a repository hold what an MCP client sends to call a tool."""
    calls: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": _INITIALIZE},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": tool, "arguments": arguments}},
    ]
    lines = [json.dumps({"jsonrpc": "2.0", **call}) + "\n" for call in calls]
    (root / INPUT).write_text("".join(lines), "utf-8")
    return root


def calls_setup(folder: Path) -> Path:
    """Make a repository whose client calls phase 1."""
    return called(empty(folder), "setup", session=SESSION, task=TASK)


def calls_output(folder: Path) -> Path:
    """Make a repository whose client calls phase 3 on the honest report."""
    return called(edited(folder), "output", session=SESSION)


def calls_log(folder: Path) -> Path:
    """Make a repository whose client records an event."""
    return called(edited(folder), "log", session=SESSION, worker="backend", text="routes")
