"""Drives the real Claude Code against a scripted service on loopback: no account, no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fake_messages_api import FakeMessagesAPI, input_texts
from tests.kit import CLI, HONEST, TASK

PACKAGE = "@anthropic-ai/claude-code@2.1.329"


def claude_binary() -> str:
    """Return the program: CLAUDE_BIN, or the npm package in a temporary folder.

    Raises FileNotFoundError with the reason where it cannot be had.
    """
    named = os.environ.get("CLAUDE_BIN")
    if named:
        return named
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not installed")
    folder = Path(tempfile.gettempdir()) / f"waggle-{os.getuid()}-{PACKAGE.rpartition('@')[2]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise FileNotFoundError(f"{folder} is another user's")
    pattern = "node_modules/@anthropic-ai/claude-code-*/claude"
    if not list(folder.glob(pattern)):
        command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", PACKAGE]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if run.returncode:
            raise FileNotFoundError(f"npm cannot install {PACKAGE}: {run.stderr[-300:]}")
    found = list(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"{PACKAGE} has no program for this system")
    return str(found[0])


def environment(home: Path, path: str = "", **more: str) -> dict[str, str]:
    """Return the environment of Claude Code: a home of its own, nothing of this machine's."""
    home.mkdir(exist_ok=True)
    return {
        "PATH": f"{path}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
        "CLAUDE_CODE_MAX_RETRIES": "0",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "IS_SANDBOX": "1",
        **more,
    }


@dataclass
class Ran:
    """What a run printed and which requests the service saw."""

    result: dict[str, Any]
    requests: list[dict[str, Any]]
    errors: str

    def of(self, conversation: str) -> list[dict[str, Any]]:
        return [one for one in self.requests if one.get("conversation") == conversation]

    def heard(self, conversation: str) -> str:
        """Return all that the agents of a conversation were told, by their last request."""
        return "\n".join(input_texts(self.of(conversation)[-1]["body"]))


def run_claude(
    binary: str,
    root: Path,
    conversations: list[dict[str, Any]],
    *flags: str,
    trusted: bool = False,
    path: str = "",
    env: dict[str, str] | None = None,
) -> Ran:
    """Let Claude Code work below `root`; it must end well and within the script."""
    home = root.parent / "home"
    with FakeMessagesAPI({"conversations": conversations}) as api:
        service = {"ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": "test-key"}
        whole = environment(home, path, **service) | (env or {})
        if trusted:
            projects = {"projects": {str(root): {"hasTrustDialogAccepted": True}}}
            (home / ".claude.json").write_text(json.dumps(projects))
        command = [binary, "-p", "Let the workers do it", "--output-format", "json", *flags]
        run = subprocess.run(
            command,
            cwd=root,
            env=whole,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        result = json.loads(run.stdout)
        assert not result["is_error"], result
        strays = [one for one in api.requests if one.get("unmatched") or one.get("exhausted")]
        assert not strays, [one["conversation"] for one in strays]
        return Ran(result, list(api.requests), run.stderr)


def bash(command: str) -> dict[str, Any]:
    return {"tool": "Bash", "input": {"command": command, "description": "a phase"}}


def setup_line(session: str, program: str = f"{sys.executable} {CLI}") -> str:
    return f"{program} backend --setup --session {session} --task '{TASK}'"


def files_of(root: Path, session: str) -> tuple[Path, Path]:
    workers = root / "Docs/hive-mind/sessions" / session / "workers"
    return workers / "notes/backend_notes.md", workers / "json/backend_output.json"


def read_both(root: Path, session: str) -> dict[str, Any]:
    reads = [
        {"tool": "Read", "input": {"file_path": str(file)}} for file in files_of(root, session)
    ]
    return {"tools": reads, "text": "I read both files."}


def write_both(root: Path, session: str) -> Any:
    """Return a turn that fills in the honest report, as late as it is played."""

    def turn(_request: dict[str, Any]) -> dict[str, Any]:
        files = files_of(root, session)
        made = json.loads(files[1].read_text("utf-8"))
        values = {
            "@ROOT@": str(root),
            "@SESSION@": session,
            "@TIME@": made["analysis_metadata"]["timestamp"],
        }
        writes = []
        for file in files:
            text = (HONEST / file.name).read_text("utf-8")
            for name, value in values.items():
                text = text.replace(name, value)
            writes.append({"tool": "Write", "input": {"file_path": str(file), "content": text}})
        return {"tools": writes, "text": "I fill in both."}

    return turn


NEXT = '${find:"next_command": "([^"]+)"}'


def worker(session: str, *turns: Any, name: str = "worker", **match: Any) -> dict[str, Any]:
    """Return the script of a worker, told apart by the session that its caller names."""
    wanted = {"system_contains": "# Backend worker", "any_user_contains": f"session {session} "}
    return {"name": name, "match": {**wanted, **match}, "turns": list(turns)}


def main_agent(*turns: Any) -> dict[str, Any]:
    return {"name": "main", "match": {"has_tool": "Agent"}, "turns": list(turns)}


def call(session: str, agent: str = "backend-worker") -> dict[str, Any]:
    return {
        "tool": "Agent",
        "input": {
            "subagent_type": agent,
            "description": "audit",
            "prompt": f"Work in session {session} now.",
        },
    }


def state_of(root: Path, session: str) -> dict[str, Any]:
    file = root / "Docs/hive-mind/sessions" / session / "STATE.json"
    state: dict[str, Any] = json.loads(file.read_text("utf-8"))["workers"]["backend-worker"]
    return state
