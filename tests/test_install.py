"""install and uninstall: everything of others stays byte for byte, everything of ours goes."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.kit import waggle
from tests.refusals import tree
from workers.integrations.install import json_text
from workers.integrations.install.json_text import Entry
from workers.integrations.install.targets import TARGETS, Place

JSON_FILES = (".claude/settings.json", ".mcp.json", ".gemini/settings.json", "opencode.json")
COMMENTED = """{
  // our own rules, do not sort
  "permissions": {"allow": ["Bash(ls)" /* reading only */, ]},
  "hooks": {
    "Stop": [
      {"hooks": [{"type": "command", "command": "notify-send done"}]} // of another tool
    ],
  },
}
"""
SETTINGS = {
    "commented": COMMENTED,
    "empty object": "{}",
    "empty lists": '{"hooks": {"Stop": [ ], "SubagentStop": []}, "permissions": { }}\n',
    "tabs": '{\n\t"model": "opus",\n\t"hooks": {}\n}\n',
    "windows": '\ufeff{\r\n  "model": "opus"\r\n}\r\n',
    "no line end": '{"mcpServers":{"other":{"command":"x"}},"mcp":{}}',
    "escapes": '{"a \\" { // b": "/* no comment */ , }"}\n',
}


def everything(root: Path) -> dict[str, Any]:
    """Return all files with their modes, and all folders."""
    modes = {str(file.relative_to(root)): file.stat().st_mode for file in root.rglob("*")}
    return {"files": tree(root), "modes": modes}


def install(target: str, root: Path, *more: str, code: int = 0) -> dict[str, Any]:
    run = waggle("install", target, "--json", *more, cwd=root)
    assert run.returncode == code, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def uninstall(target: str, root: Path) -> dict[str, Any]:
    run = waggle("uninstall", target, "--json", cwd=root)
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def plain(file: Path) -> Any:
    """Return a JSON file with comments as what it means."""
    return json.loads(json_text._plain(file.read_text("utf-8")))


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_goes_in_and_out_without_a_trace(target: str, root: Path) -> None:
    before = everything(root)
    wrote = install(target, root)["changes"]
    assert wrote
    assert {row["action"] for row in wrote} == {"write"}
    installed = everything(root)
    assert {row["action"] for row in install(target, root)["changes"]} == {"unchanged"}
    assert everything(root) == installed
    uninstall(target, root)
    assert everything(root) == before


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS)
def test_files_of_others_are_as_before(text: str, root: Path) -> None:
    for name in JSON_FILES:
        file = root / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode())
        file.chmod(0o600)
    (root / "AGENTS.md").write_text("# Rules\n\nBe kind.")
    (root / ".codex").mkdir()
    (root / ".codex/config.toml").write_text('model = "x"\r\n')
    before = everything(root)
    for target in TARGETS:
        install(target, root)
    meant = plain(root / ".claude/settings.json")
    stops = [hook["command"] for entry in meant["hooks"]["Stop"] for hook in entry["hooks"]]
    assert stops[-1].endswith("hook stop")
    assert plain(root / ".mcp.json")["mcpServers"]["waggle"]["args"][-1] == "mcp"
    assert tomllib.loads((root / ".codex/config.toml").read_text())["mcp_servers"]["waggle"]
    assert (root / "AGENTS.md").read_text().startswith("# Rules\n\nBe kind.\n\n<!-- waggle")
    if text == COMMENTED:
        told = (root / ".claude/settings.json").read_text()
        for line in ("// our own rules, do not sort", "// of another tool", "/* reading only */"):
            assert line in told
    for target in reversed(TARGETS):
        uninstall(target, root)
    assert everything(root) == before


def test_what_the_user_changed_is_kept_and_told(root: Path) -> None:
    install("claude-code", root)
    agent = root / ".claude/agents/backend-worker.md"
    agent.write_text(agent.read_text().replace("model: sonnet", "model: opus"))
    settings = root / ".claude/settings.json"
    settings.write_text(settings.read_text().replace('"timeout": 30', '"timeout": 31'))
    changed = everything(root)
    again = {row["path"]: row for row in install("claude-code", root)["changes"]}
    assert again[".claude/agents/backend-worker.md"]["kept"]
    assert "hooks.SessionStart" in again[".claude/settings.json"]["kept"][0]
    assert everything(root)["files"] == changed["files"]
    uninstall("claude-code", root)
    assert "model: opus" in agent.read_text()
    assert list(json.loads(settings.read_text())["hooks"]) == ["SessionStart"]


def test_settings_that_were_formatted_anew_lose_ours_alone(root: Path) -> None:
    file = root / ".claude/settings.json"
    file.parent.mkdir()
    file.write_text(COMMENTED)
    meant = plain(file)
    install("claude-code", root)
    mine = plain(file)
    mine["enabledPlugins"] = {"x": True}
    file.write_text(json.dumps(mine, indent=4))
    uninstall("claude-code", root)
    assert plain(file) == {**meant, "enabledPlugins": {"x": True}}


def test_another_command_replaces_the_old_one(root: Path) -> None:
    install("claude-code", root)
    manifest = root / ".waggle-install.json"
    for file in (root / ".claude/settings.json", manifest):
        file.write_text(file.read_text().replace("hook stop", "hook old-stop"))
    install("claude-code", root)
    assert "old-stop" not in (root / ".claude/settings.json").read_text()
    uninstall("claude-code", root)
    assert not (root / ".claude").exists()


def test_files_that_were_there_before_are_the_users(root: Path) -> None:
    agent = root / ".claude/agents/backend-worker.md"
    agent.parent.mkdir(parents=True)
    agent.write_text("mine\n")
    (root / ".mcp.json").write_text('{"mcpServers": {"waggle": {"command": "mine"}}}\n')
    before = everything(root)
    rows = {row["path"]: row for row in install("claude-code", root)["changes"]}
    assert rows[".claude/agents/backend-worker.md"]["action"] == "kept"
    assert rows[".mcp.json"]["action"] == "kept"
    uninstall("claude-code", root)
    assert everything(root) == before


def test_a_dry_run_and_the_status_write_nothing(root: Path) -> None:
    before = everything(root)
    told = install("claude-code", root, "--dry-run")
    assert {row["action"] for row in told["changes"]} == {"write"}
    assert install("claude-code", root, "--status")["installed"] is False
    assert everything(root) == before
    install("claude-code", root)
    told = install("claude-code", root, "--status")
    assert (told["installed"], told["current"]) == (True, True)


def test_a_users_scope_stays_below_home(root: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = everything(root)
    env = {**os.environ, "HOME": str(home)}
    for command in ("install", "uninstall"):
        run = waggle(command, "claude-code", "--scope", "user", cwd=root, env=env)
        assert run.returncode == 0, run.stderr
        assert (home / ".claude/agents/backend-worker.md").exists() == (command == "install")
        assert not (home / ".mcp.json").exists()
    assert list(home.iterdir()) == []
    assert everything(root) == before


@pytest.mark.parametrize(
    "settings",
    ["not json", "[]", '{"hooks": []}', '{"permissions": {"allow": {}}}', '{"a": 1', "\x00"],
)
def test_settings_that_cannot_be_merged_stop_everything(settings: str, root: Path) -> None:
    (root / ".claude").mkdir()
    (root / ".claude/settings.json").write_text(settings)
    before = everything(root)
    run = waggle("install", "claude-code", cwd=root)
    assert run.returncode in {2, 3}
    assert b"Traceback" not in run.stderr
    assert b"settings.json" in run.stderr
    assert everything(root) == before


def test_links_out_of_the_repository_are_refused(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / ".claude").symlink_to(outside)
    assert waggle("install", "claude-code", cwd=root).returncode == 3
    assert list(outside.iterdir()) == []
    (root / ".claude").unlink()
    (root / ".claude").mkdir()
    (outside / "rc").write_text("{}")
    (root / ".claude/settings.json").symlink_to(outside / "rc")
    assert waggle("install", "claude-code", cwd=root).returncode == 3
    assert (outside / "rc").read_text() == "{}"


def test_a_manifest_that_a_repository_brings_reaches_nothing_else(root: Path) -> None:
    import hashlib

    victim = root / "app/auth.py"
    digest = hashlib.sha256(victim.read_bytes()).hexdigest()
    planted = {
        "files": {"app/auth.py": digest, "../x": digest},
        "folders": ["app", "../", "/tmp"],
        "entries": {"app/auth.py": [1], ".claude/settings.json": "x"},
        "made_files": ["app/auth.py"],
    }
    (root / ".waggle-install.json").write_text(json.dumps({"claude-code": planted}))
    before = tree(root / "app")
    uninstall("claude-code", root)
    assert tree(root / "app") == before


@pytest.mark.parametrize(
    "manifest",
    [
        "[]",
        "{",
        '{"claude-code": 1}',
        '{"claude-code": {"entries": {".claude/settings.json": [1, {"at": 1}]}, "made_files": 1}}',
        '{"claude-code": {"files": [], "sections": 1, "folders": {}}}',
    ],
)
@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_a_damaged_manifest_is_no_traceback(command: str, manifest: str, root: Path) -> None:
    (root / ".claude").mkdir()
    (root / ".claude/settings.json").write_text(COMMENTED)
    (root / ".waggle-install.json").write_text(manifest)
    run = waggle(command, "claude-code", cwd=root)
    assert run.returncode in {0, 3}
    assert b"Traceback" not in run.stderr
    assert "// our own rules" in (root / ".claude/settings.json").read_text()


@pytest.mark.parametrize("target", ["claude", "", "../x", "cursor\n"])
def test_an_unknown_target_is_answered_with_known_ones(target: str, root: Path) -> None:
    run = waggle("install", target, cwd=root)
    assert run.returncode == 2
    assert b"claude-code" in run.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_tells_the_three_phases(target: str, tmp_path: Path) -> None:
    content = TARGETS[target](Place("project", tmp_path, ("/usr/bin/python3", "/opt/w/cli.py")))
    text = "\n".join([*content.files.values(), *content.sections.values()])
    for phase in ("backend --setup", "backend --output", "backend --setup --task"):
        assert f"/usr/bin/python3 /opt/w/cli.py {phase}" in text
    assert "${" not in text
    assert len(text) / 4 < 1500
    assert "cd " not in text


@pytest.mark.parametrize("made", [0, 1])
def test_an_entry_that_others_changed_is_not_taken_out(made: int) -> None:
    entry = Entry(("hooks", "Stop"), None, {"a": 1})
    text, piece = json_text.insert("{}", entry)
    assert json_text.remove(text, entry, piece, made=2) == "{}"
    assert json_text.remove(text.replace('"a": 1', '"a": 2'), entry, piece, made) is None
