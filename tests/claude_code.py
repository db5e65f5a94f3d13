"""Drives the real Claude Code by a script: its own tools, its flags and what it says at its end."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.clients import CLAUDE_CODE, Client
from tests.driving import Ran, run_client
from tests.fake_llm_api import Request
from tests.kit import CLI, HONEST, TASK


class Heard(NamedTuple):
    """What a run ended with, and what the service saw of it."""

    result: dict[str, Any]
    ran: Ran

    def of(self, conversation: str) -> list[Request]:
        return self.ran.of(conversation)

    def heard(self, conversation: str) -> str:
        return self.ran.heard(conversation)


def run_claude(
    client: Client,
    root: Path,
    script: list[dict[str, Any]],
    *flags: str,
    trusted: bool = False,
    path: str = "",
    variables: dict[str, str] | None = None,
) -> Heard:
    """Let Claude Code work below `root`; it must end well and within the script."""
    if trusted:
        home = root.parent / "home"
        home.mkdir(exist_ok=True)
        projects = {"projects": {str(root): {"hasTrustDialogAccepted": True}}}
        (home / ".claude.json").write_text(json.dumps(projects))
    words = (*flags, "--output-format", "json", "-p")
    ran = run_client(client, root, script, words=words, path=path, variables=variables)
    assert ran.code == 0, ran.output + ran.errors
    result = json.loads(ran.output)
    assert not result["is_error"], result
    strays = [one for one in ran.requests if not one.conversation or one.exhausted]
    assert not strays, [one.conversation for one in strays]
    return Heard(result, ran)


bash = CLAUDE_CODE.line


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

    def turn() -> dict[str, Any]:
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


NEXT = '${find:"next_command": ?"([^"]+)"}'


def worker(session: str, *turns: Any, name: str = "worker", **match: Any) -> dict[str, Any]:
    """Return the script of a worker, told apart by the session that its caller names."""
    wanted = {"system": "# Backend worker", "any": f"session {session} "}
    return {"name": name, "match": {**wanted, **match}, "turns": list(turns)}


def main_agent(*turns: Any) -> dict[str, Any]:
    return {"name": "main", "match": {"tool": "Agent"}, "turns": list(turns)}


def call(session: str, agent: str = "backend-worker") -> dict[str, Any]:
    (turn,) = CLAUDE_CODE.call(session)
    return {**turn, "input": {**turn["input"], "subagent_type": agent}}


def state_of(root: Path, session: str) -> dict[str, Any]:
    file = root / "Docs/hive-mind/sessions" / session / "STATE.json"
    state: dict[str, Any] = json.loads(file.read_text("utf-8"))["workers"]["backend-worker"]
    return state
