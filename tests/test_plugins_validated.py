"""Validators of clients and of standards: each accepts the plugins, and none with a fault."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients import CLAUDE_CODE, CODEX, GEMINI_CLI, OLD_CLAUDE_CODE, Client
from tests.driving import environment, program_of
from tests.offline import network
from tests.plugins import FOLDER
from tests.validators import lint, objections

pytestmark = pytest.mark.slow
INSTALL = "waggle@waggle-workers"
# A file below the folder of plugins, what is in it, and what is put in its place.
Fault = tuple[str, str, str]


def spoil(folder: Path, fault: Fault) -> Path:
    """Copy the folder of plugins, with a fault put in; an empty one changes nothing."""
    copy = folder / "plugin"
    shutil.copytree(FOLDER, copy)
    name, old, new = fault
    if name:
        text = (copy / name).read_text("utf-8")
        assert old in text
        (copy / name).write_text(text.replace(old, new, 1))
    return copy


NO_FAULT: Fault = ("", "", "")


def run_offline(client: Client, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a client's own command in a network of its own; skip where it cannot be had."""
    try:
        program = program_of(client)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    env = {**environment(folder / "home"), "GEMINI_API_KEY": "no-key"}
    with network() as net:
        return subprocess.run(
            [*net.inside, program, *words],
            cwd=folder,
            env=env,
            input="",
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (NO_FAULT, "."),
        (NO_FAULT, "waggle"),
        ((".claude-plugin/marketplace.json", '"./waggle"', '"../waggle"'), "."),
        (("waggle/.claude-plugin/plugin.json", '"name": "waggle"', '"name": "wag gle"'), "waggle"),
        (("waggle/hooks/hooks.json", '"matcher": ', '"matcher" '), "waggle"),
    ],
)
@pytest.mark.parametrize("client", [CLAUDE_CODE, OLD_CLAUDE_CODE], ids=str)
def test_claude_code_validates_it(client: Client, fault: Fault, part: str, tmp_path: Path) -> None:
    folder = spoil(tmp_path, fault) / part
    run = run_offline(client, tmp_path, "plugin", "validate", "--strict", str(folder))
    assert (run.returncode == 0) == (fault == NO_FAULT), run.stdout + run.stderr
    assert ("Validation passed" in run.stdout) == (fault == NO_FAULT)


@pytest.mark.parametrize(
    "fault",
    [NO_FAULT, ("gemini/gemini-extension.json", '"name": "waggle"', '"name": "wag gle"')],
)
def test_gemini_cli_validates_it(fault: Fault, tmp_path: Path) -> None:
    folder = spoil(tmp_path, fault) / "gemini"
    run = run_offline(GEMINI_CLI, tmp_path, "extensions", "validate", str(folder))
    assert (run.returncode == 0) == (fault == NO_FAULT), run.stdout + run.stderr
    assert ("successfully validated" in run.stdout + run.stderr) == (fault == NO_FAULT)


@pytest.mark.parametrize(
    ("fault", "lacks"),
    [
        (NO_FAULT, set()),
        (
            ("waggle/.codex-plugin/plugin.json", "./hooks/codex.json", "./hooks/gone.json"),
            {"hooks"},
        ),
        (("waggle/skills/worker-report/SKILL.md", "description: ", "about: "), {"skill"}),
        (("waggle/.mcp.json", '"command"', '"commands"'), {"server"}),
        (("waggle/.codex-plugin/plugin.json", '"name": "waggle"', '"name": "wag gle"'), {"all"}),
    ],
)
def test_codex_takes_it_and_lists_what_it_brings(
    fault: Fault, lacks: set[str], tmp_path: Path
) -> None:
    store = spoil(tmp_path, fault)
    added = run_offline(CODEX, tmp_path, "plugin", "marketplace", "add", str(store))
    assert added.returncode == 0, added.stderr
    installed = run_offline(CODEX, tmp_path, "plugin", "add", INSTALL)
    if "all" in lacks:
        assert installed.returncode == 1
        assert "invalid plugin name" in installed.stderr
        return
    assert installed.returncode == 0, installed.stderr
    listed = run_offline(CODEX, tmp_path, "plugin", "list")
    assert re.search(rf"{INSTALL} +installed, enabled", listed.stdout)
    answers = _of_app_server(tmp_path)
    parts = {
        "hooks": answers["hooks/list"].count('"waggle hook ') == 2,
        "skill": '"waggle:worker-report"' in answers["skills/list"],
        "server": '"waggle"' in run_offline(CODEX, tmp_path, "mcp", "list", "--json").stdout,
    }
    assert {name for name, is_there in parts.items() if not is_there} == lacks


def _of_app_server(folder: Path) -> dict[str, str]:
    """Return what Codex lists for a folder, by the name of the question."""
    asked = ["hooks/list", "skills/list"]
    about = {"clientInfo": {"name": "tests", "version": "1"}}
    messages = [{"id": 0, "method": "initialize", "params": about}, {"method": "initialized"}]
    params = {"cwds": [str(folder)]}
    messages += [{"id": n, "method": m, "params": params} for n, m in enumerate(asked, 1)]
    answers: dict[str, str] = {}
    with network() as net:
        command = [*net.inside, program_of(CODEX), "app-server"]
        pipe, env = subprocess.PIPE, environment(folder / "home")
        with subprocess.Popen(
            command, cwd=folder, env=env, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        ) as run:
            assert run.stdin
            assert run.stdout
            run.stdin.write("".join(json.dumps(one) + "\n" for one in messages).encode())
            run.stdin.flush()
            while len(answers) < len(asked):
                message = json.loads(run.stdout.readline())
                if message.get("id"):
                    answers[asked[message["id"] - 1]] = json.dumps(message["result"])
            run.kill()
    return answers


@pytest.mark.parametrize(
    "fault",
    [
        NO_FAULT,
        ("plugin.json", '"license"', '"licence"'),
        ("mcp.json", '"stdio"', '"pipe"'),
        ("skills/worker-report/SKILL.md", "name: worker-report", "name: other"),
        ("server.json", "io.github.waggle-workers/waggle", "waggle"),
        ("server.json", '"version": "', '"version": "^'),
        ("waggle/.codex-plugin/plugin.json", '"name": "waggle"', '"name": "wag gle"'),
    ],
)
def test_the_linter_of_the_standard_and_of_the_registry_finds_nothing(
    fault: Fault, tmp_path: Path
) -> None:
    store = spoil(tmp_path, fault)
    try:
        run = lint(store / "waggle" if fault[0].startswith("waggle") else store)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    assert (run.returncode == 0) == (fault == NO_FAULT), run.stdout + run.stderr
    if fault == NO_FAULT:
        assert "Repo type: agent-plugin, agentskills, marketplace, mcp-registry" in run.stdout


SCHEMAS: dict[str, tuple[str, Callable[[str], str]]] = {
    "plugin.json": (
        "agent_plugins/v1_0_0/plugin.schema.json",
        lambda text: text.replace('"license"', '"licence"'),
    ),
    "mcp.json": (
        "agent_plugins/v1_0_0/mcp.schema.json",
        lambda text: text.replace('"args"', '"arguments"'),
    ),
    "server.json": (
        "mcp_registry/v2025_12_11/server.schema.json",
        lambda text: text.replace("Gives a", f"Gives {'a' * 100}"),
    ),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_of_the_standard_and_of_the_registry_are_met(name: str) -> None:
    schema, spoiled = SCHEMAS[name]
    text = (FOLDER / name).read_text("utf-8")
    try:
        assert objections(schema, json.loads(text)) == []
    except FileNotFoundError as error:
        pytest.skip(str(error))
    assert objections(schema, json.loads(spoiled(text)))
