"""The real clients, scripted and offline, with the plugin in place of `install`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.clients import (
    CLAUDE_CODE,
    CODEX,
    COPILOT,
    GEMINI_CLI,
    OLD_CLAUDE_CODE,
    Client,
    Place,
)
from tests.driving import Ran, environment, program_of, run_client
from tests.fake_llm_api import Script, Turn
from tests.kit import CLI, TASK, copy_sample, fill_in, waggle
from tests.offline import network
from tests.plugins import FOLDER

pytestmark = pytest.mark.slow
SESSION = "plugged"
_OF_CLAUDE = "mcp__plugin_waggle_waggle__status"


class Plugged(NamedTuple):
    """A client that takes the plugin: the words that add it, and what it calls what it brings.

    Without an `agent` its plugins carry none: the main agent works by the skill. Without a
    `status`, the tool, there is no server.
    """

    client: Client
    adds: tuple[tuple[str, ...], ...]
    agent: str | None
    status: Turn | None

    def __str__(self) -> str:
        return str(self.client)


def _added(*install: str) -> tuple[tuple[str, ...], ...]:
    return ("plugin", "marketplace", "add", "FOLDER"), ("plugin", *install)


CLAUDE = Plugged(
    CLAUDE_CODE,
    _added("install", "waggle@waggle-workers", "--scope", "project"),
    "waggle:backend-worker",
    {"tool": _OF_CLAUDE, "input": {}},
)
PLUGGED = (
    CLAUDE,
    CLAUDE._replace(client=OLD_CLAUDE_CODE),
    Plugged(
        CODEX,
        _added("add", "waggle@waggle-workers"),
        None,
        {"tool": "status", "namespace": "mcp__waggle", "input": {}},
    ),
    Plugged(COPILOT, _added("install", "waggle@waggle-workers"), "waggle:backend-worker", None),
    Plugged(
        GEMINI_CLI,
        (("extensions", "install", "--consent", "FOLDER/gemini"),),
        "backend-worker",
        {"tool": "mcp_waggle_status", "input": {}},
    ),
)


def _program(folder: Path) -> str:
    """Put a program `waggle` into a folder of its own, also for shells that log in."""
    place = folder / "bin"
    place.mkdir()
    program = place / "waggle"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{CLI}" "$@"\n')
    program.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    (home / ".bash_profile").write_text(f'PATH="{place}:$PATH"\n')
    return str(place)


def _ready(client: Client) -> Callable[[Place], dict[str, str]]:
    """Return what makes a client ready without undoing what was added to it before."""

    def ready(place: Place) -> dict[str, str]:
        config = place.home / ".codex/config.toml"
        added = config.read_text() if config.exists() else ""
        variables = client.ready(place)
        if added:
            text = config.read_text().replace("plugins = false\n", "")
            config.write_text(f"{text}\n{added}")
        return variables

    return ready


def plug_in(plugged: Plugged, root: Path, store: Path, path: str) -> Plugged:
    """Add the plugin as its user does; skips where the client cannot be had."""
    try:
        program = program_of(plugged.client)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    env = {**environment(root.parent / "home", path), "GEMINI_API_KEY": "no-key"}
    for words in plugged.adds:
        named = [word.replace("FOLDER", str(store)) for word in words]
        with network() as net:
            run = subprocess.run(
                [*net.inside, program, *named],
                cwd=root,
                env=env,
                input="y\n",  # Gemini CLI asks whether the folder is trusted
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        assert run.returncode == 0, run.stdout + run.stderr
    return plugged._replace(client=plugged.client._replace(ready=_ready(plugged.client)))


def script_of(plugged: Plugged, root: Path) -> Script:
    """Return a run in which an untouched report is handed in first, then an honest one."""
    client = plugged.client
    words = ["waggle", "backend", "--setup", "--session", SESSION, "--task", f"'{TASK}'"]

    def fill() -> Turn:
        fill_in(root, SESSION)
        return client.line(f"waggle backend --output --session {SESSION}")

    work = [client.line(" ".join(words)), client.stop("I am done."), fill, client.stop("Now.")]
    status = [plugged.status] if plugged.status else []
    ends: list[Turn] = [{"text": "Thanks."}, {"text": "Noted."}]
    if plugged.agent is None:
        return [{"name": "main", "match": {}, "turns": [*work[:3], *status, *ends]}]
    named = json.dumps(client.call(SESSION)).replace("backend-worker", plugged.agent)
    match = {"system": "# Backend worker", "any": f"session {SESSION} now"}
    return [
        {"name": "worker", "match": match, "turns": [*work, client.stop("Once more.")]},
        {"name": "main", "match": {}, "turns": [*json.loads(named), *status, *ends]},
    ]


def play(
    plugged: Plugged, folder: Path, store: Path, *, install: bool = False
) -> tuple[Ran, dict[str, Any]]:
    """Return the run, and what the session says of the worker then."""
    root = copy_sample(folder)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    if install:
        assert waggle("install", plugged.client.target, cwd=root).returncode == 0
    path = _program(folder)
    plugged = plug_in(plugged, root, store, path)
    ran = run_client(plugged.client, root, script_of(plugged, root), path=path)
    assert ran.code == 0, ran.output[-2000:] + ran.errors[-2000:]
    file = root / "Docs/hive-mind/sessions" / SESSION / "STATE.json"
    return ran, json.loads(file.read_text())["workers"]["backend-worker"]


@pytest.mark.parametrize("plugged", PLUGGED, ids=str)
def test_the_plugin_holds_a_worker_until_it_is_accepted(plugged: Plugged, tmp_path: Path) -> None:
    ran, state = play(plugged, tmp_path, FOLDER)
    first = next(one for one in ran.of("main") if one.asked.tools)
    brought = "worker-report" if plugged.agent is None else plugged.agent
    assert brought in json.dumps(first.body)
    if plugged.agent is None:
        assert f"backend-worker in session {SESSION}: NOT accepted" in ran.heard("main")
    else:
        assert f"The report in session {SESSION} is not accepted" in ran.heard("worker")
    assert len(state["holds"]) == 1
    assert state["status"] == "completed"
    if plugged.status:  # its server looks into the repository, not into the plugin
        assert SESSION in ran.heard("main")


HOOKS = {
    "claude-code": "waggle/hooks/hooks.json",
    "codex": "waggle/hooks/codex.json",
    "copilot": "copilot/hooks.json",
    "gemini-cli": "gemini/hooks/hooks.json",
}


@pytest.mark.parametrize(
    "plugged", [one for one in PLUGGED if one.client is not OLD_CLAUDE_CODE], ids=str
)
def test_without_its_hooks_nobody_is_held(plugged: Plugged, tmp_path: Path) -> None:
    store = tmp_path / "plugin"
    shutil.copytree(FOLDER, store)
    hooks = store / HOOKS[plugged.client.target]
    hooks.write_text(hooks.read_text().replace("waggle hook", "true waggle hook"))
    _, state = play(plugged, tmp_path, store)
    assert state["holds"] == []


@pytest.mark.parametrize("plugged", PLUGGED, ids=str)
def test_beside_install_a_stop_counts_and_is_told_once(plugged: Plugged, tmp_path: Path) -> None:
    ran, state = play(plugged, tmp_path, FOLDER, install=True)
    assert len(state["holds"]) == 1
    assert state["status"] == "completed"
    conversation = "main" if plugged.agent is None else "worker"
    text = "NOT accepted" if plugged.agent is None else "is not accepted"
    assert ran.heard(conversation).count(f"{text}") == 1


@pytest.mark.parametrize(
    ("plugged", "status"),
    [
        (PLUGGED[2], {"tool": "status", "namespace": "mcp__waggle", "input": {}}),
        (PLUGGED[3], {"tool": "waggle-status", "input": {}}),
    ],
    ids=["codex", "copilot"],
)
def test_the_package_of_the_standard_is_taken(
    plugged: Plugged, status: Turn, tmp_path: Path
) -> None:
    """By clients that know the standard; its server starts in the package, and writes nothing."""
    store = tmp_path / "store"
    shutil.copytree(FOLDER, store / "waggle")
    (store / "waggle/.claude-plugin").rename(store / ".claude-plugin")
    root, path = copy_sample(tmp_path), _program(tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    client = plug_in(plugged, root, store, path).client
    setup = {**status, "tool": status["tool"].replace("status", "setup"), "input": {"task": "x"}}
    script = [{"name": "main", "match": {}, "turns": [status, setup, {"text": "I see."}]}]
    ran = run_client(client, root, script, path=path)
    assert "worker-report" in json.dumps(ran.of("main")[0].body)
    assert ran.heard("main").count("does not say where the repository is") >= 2
    assert not list(tmp_path.rglob("Docs"))
