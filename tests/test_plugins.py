"""The folder of plugins: generated, the same version everywhere, and nothing of this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit import PROJECT
from tests.plugins import ENTRY, FOLDER, SKILL, plugins
from workers import __version__
from workers.catalog import built_in
from workers.clients import CLIENTS
from workers.integrations.gate.rulings import RULINGS

WRITTEN_BY_HAND = {"README.md", "LICENSE"}
FILES = sorted(file for file in FOLDER.rglob("*") if file.is_file())
HOOK = re.compile(r'"(?:command|bash)": "([^"]* hook [^"]*)"')
# A path from the root of a disk: no word or mark of another path stands before it.
ABSOLUTE = re.compile(r"(?<![\w.*:/<}`)])/(?!worker\b|waggle:)[a-z][\w.-]*/|[A-Z]:\\")


def test_they_are_current_and_none_is_left_over() -> None:
    made = plugins()
    for file, text in made.items():
        assert file.read_text("utf-8") == text, "run `make docs`"
    for file in FILES:
        assert file in made or file.name in WRITTEN_BY_HAND, f"{file} is not generated any more"


def machines_paths(text: str) -> list[str]:
    home = re.escape(str(Path.home()))
    return re.findall(f"{ABSOLUTE.pattern}|{home}/|{re.escape(str(PROJECT))}", text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_they_name_no_path_of_a_machine(file: Path) -> None:
    assert machines_paths(file.read_text("utf-8")) == []


@pytest.mark.parametrize("path", ["/usr/bin/waggle", "/opt/x/cli.py", f"{PROJECT}/cli.py"])
def test_a_path_of_a_machine_is_seen(path: str) -> None:
    assert machines_paths(f'"command": "{path} hook stop"')


def faults_of_hooks(text: str) -> Iterator[str]:
    """Yield what is wrong with the commands of a file of hooks."""
    commands = HOOK.findall(text)
    if not commands:
        yield "no hook"
    for command in commands:
        program, word, event, *rest = command.split()
        client = rest[1:] if rest[:1] == ["--client"] else ["claude-code"] if not rest else []
        if (program, word) != ("waggle", "hook") or event not in RULINGS:
            yield command
        if len(client) != 1 or client[0] not in CLIENTS:
            yield command


HOOKS = {
    "waggle/hooks/hooks.json": "",
    "waggle/hooks/codex.json": " --client codex",
    "copilot/hooks.json": " --client copilot",
    "gemini/hooks/hooks.json": " --client gemini-cli",
}


@pytest.mark.parametrize("name", HOOKS)
def test_hooks_name_what_the_gate_knows(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    assert list(faults_of_hooks(text)) == []
    assert f'waggle hook stop{HOOKS[name]}"' in text
    spoiled = [
        text.replace("hook stop", "hook stopped"),
        text.replace("waggle hook", "waggles hook"),
        text.replace(HOOKS[name], f"{HOOKS[name]}x") if HOOKS[name] else text.replace("hook ", ""),
    ]
    assert all(list(faults_of_hooks(one)) for one in spoiled)


def test_no_file_of_hooks_is_left_out() -> None:
    there = {str(file.relative_to(FOLDER)) for file in FILES if "hook" in str(file)}
    assert there == set(HOOKS)


def test_each_manifest_has_the_version() -> None:
    versions = {
        str(file.relative_to(FOLDER)): json.loads(file.read_text("utf-8")).get("version")
        for file in FILES
        if file.name in {"plugin.json", "gemini-extension.json", "server.json"}
    }
    assert len(versions) == 6
    assert set(versions.values()) == {__version__}
    (package,) = json.loads(ENTRY.read_text("utf-8"))["packages"]
    assert package["version"] == __version__


def test_the_entry_names_a_package_that_has_a_command_of_its_name() -> None:
    """`uvx NAME mcp` runs the command NAME of the package NAME."""
    project = (PROJECT / "pyproject.toml").read_text("utf-8")
    entry = json.loads(ENTRY.read_text("utf-8"))
    (package,) = entry["packages"]
    assert f'\nname = "{package["identifier"]}"' in project
    assert re.search(rf'^{package["identifier"]} = "waggle\.launch:main"', project, re.MULTILINE)
    assert len(entry["description"]) <= 100


def test_each_client_is_brought_every_worker() -> None:
    names = [worker.full_name for worker in built_in()]
    for folder, suffix in (("waggle", ".md"), ("gemini", ".md"), ("copilot", ".agent.md")):
        there = sorted(file.name for file in (FOLDER / folder / "agents").iterdir())
        assert there == sorted(f"{name}{suffix}" for name in names)
    skill = (FOLDER / SKILL).read_text("utf-8")
    assert all(f"- `{worker.name}`: " in skill for worker in built_in())
