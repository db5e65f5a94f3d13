"""install and uninstall: everything of others stays byte for byte, everything of ours goes."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.kit import BACKEND, CLI, waggle
from tests.refusals import tree
from workers.integrations.install import installation, json_text
from workers.integrations.install.json_text import Entry
from workers.integrations.install.targets import TARGETS, Place

JSON_FILES = (
    ".claude/settings.json .mcp.json .codex/hooks.json .gemini/settings.json .qwen/settings.json"
    " .github/mcp.json opencode.json .cursor/mcp.json .vscode/mcp.json"
).split()
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
    "no line end": '{"mcpServers":{"other":{"command":"x"}},"mcp":{},"servers":{}}',
    "version": '{"version": 1, "hooks": {"stop": [{"command": "notify-send done"}]}}\n',
    "escapes": '{"a \\" { // b": "/* no comment */ , }"}\n',
}


def everything(root: Path) -> dict[str, Any]:
    """Return all files with their modes, and all folders."""
    modes = {str(file.relative_to(root)): file.stat().st_mode for file in root.rglob("*")}
    return {"files": tree(root), "modes": modes}


def _place(root: Path) -> Place:
    return Place("project", root, (sys.executable, str(CLI)), (BACKEND,))


def install(target: str, root: Path, flag: str = "") -> dict[str, Any]:
    """Do what the command does, without a process; returns the fields of its document."""
    if flag == "--status":
        return installation.status(target, _place(root)).fields
    dry_run = flag == "--dry-run"
    return installation.install(target, _place(root), dry_run=dry_run).fields


def uninstall(target: str, root: Path) -> dict[str, Any]:
    return installation.uninstall(target, _place(root)).fields


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
    ("target", "variable", "file"),
    [
        ("claude-code", "CLAUDE_CONFIG_DIR", "settings.json"),
        ("codex", "CODEX_HOME", "config.toml"),
        ("gemini-cli", "GEMINI_CLI_HOME", ".gemini/settings.json"),
        ("qwen-code", "QWEN_HOME", "settings.json"),
        ("copilot", "COPILOT_HOME", "mcp-config.json"),
        ("opencode", "XDG_CONFIG_HOME", "opencode/opencode.json"),
    ],
)
def test_a_users_folder_that_was_moved_is_found(
    target: str, variable: str, file: str, root: Path, tmp_path: Path
) -> None:
    home, moved = tmp_path / "home", tmp_path / "elsewhere/deep"
    home.mkdir()
    moved.parent.mkdir()
    env = {**os.environ, "HOME": str(home), variable: str(moved)}
    run = waggle("install", target, "--scope", "user", cwd=root, env=env)
    assert run.returncode == 0, run.stderr
    assert "waggle" in (moved / file).read_text() or "cli.py" in (moved / file).read_text()
    run = waggle("uninstall", target, "--scope", "user", cwd=root, env=env)
    assert run.returncode == 0, run.stderr
    assert not moved.exists() or not any(moved.iterdir())
    assert list(home.iterdir()) == []


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


@pytest.mark.parametrize("target", ["claude", "", "../x", "zed\n"])
def test_an_unknown_target_is_answered_with_known_ones(target: str, root: Path) -> None:
    run = waggle("install", target, cwd=root)
    assert run.returncode == 2
    assert b"claude-code" in run.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_tells_the_three_phases(target: str, tmp_path: Path) -> None:
    content = TARGETS[target].content(
        Place("project", tmp_path, ("/usr/bin/python3", "/opt/w/cli.py"), (BACKEND,))
    )
    text = "\n".join([*content.files.values(), *content.sections.values()])
    whole = [text for text in content.files.values() if "--setup" in text]
    for phase in ("backend --setup", "backend --output", "backend --setup --task"):
        assert f"/usr/bin/python3 /opt/w/cli.py {phase}" in text
    assert "${" not in text
    assert max(map(len, whole)) / 4 < 900
    assert sum(map(len, content.sections.values())) / 4 < 100
    assert "cd " not in text


@pytest.mark.parametrize("made", [0, 1])
def test_an_entry_that_others_changed_is_not_taken_out(made: int) -> None:
    entry = Entry(("hooks", "Stop"), None, {"a": 1})
    text, piece = json_text.insert("{}", entry)
    assert json_text.remove_piece(text, entry, piece, made=2) == "{}"
    changed = text.replace('"a": 1', '"a": 2')
    assert json_text.remove_piece(changed, entry, piece, made) is None
    assert json_text.remove(changed, entry, made) is None


def test_a_member_that_others_put_before_ours_keeps_no_comma() -> None:
    """As opencode puts "$schema" before all that is there."""
    entry = Entry(("mcp",), "waggle", {"a": 1})
    text, piece = json_text.insert("{}", entry)
    changed = text.replace("{", '{\n  "$schema": "x",', 1)
    assert json_text.remove_piece(changed, entry, piece, made=1) is None
    assert json.loads(json_text.remove(changed, entry, made=1) or "") == {"$schema": "x"}


MANIFEST = ".waggle-install.json"


def as_old_version(manifest: dict[str, Any]) -> dict[str, Any]:
    """Write a target's record as version 0.1 did, which never said that it was complete."""
    parts = manifest["parts"].items()
    return {
        "files": {path: part["digests"][0] for path, part in parts if "digests" in part},
        "entries": {path: part["rows"] for path, part in parts if "rows" in part},
        "sections": {path: part["sections"][0] for path, part in parts if "sections" in part},
        "made_files": [path for path, part in parts if part.get("made")],
        "folders": manifest["folders"],
    }


def cut_off(root: Path, gone: list[str], *, old: bool = False) -> None:
    """Leave the manifest of an installation that was killed before it wrote some files."""
    manifest = json.loads((root / MANIFEST).read_text())
    for target, record in manifest.items():
        record["complete"] = False
        if old:
            manifest[target] = as_old_version(record)
    (root / MANIFEST).write_text(json.dumps(manifest))
    for path in gone:
        (root / path).unlink()


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("target", TARGETS)
def test_what_was_cut_off_is_told_and_completed(target: str, *, old: bool, root: Path) -> None:
    before = everything(root)
    wrote = [row["path"] for row in install(target, root)["changes"]]
    whole = everything(root)["files"]
    for gone in ([wrote[-1]], wrote):
        cut_off(root, gone, old=old)
        told = install(target, root, "--status")
        assert (told["state"], told["installed"]) == ("incomplete", False)
        assert len(told["missing"]) >= len(gone)
        install(target, root)
        assert everything(root)["files"] == whole
        assert install(target, root, "--status")["state"] == "installed"
    cut_off(root, wrote, old=old)
    uninstall(target, root)
    assert everything(root) == before


def test_doctor_names_what_was_cut_off(root: Path) -> None:
    install("codex", root)
    assert waggle("doctor", cwd=root).returncode == 0
    cut_off(root, [".codex/config.toml"])
    run = waggle("doctor", cwd=root)
    assert run.returncode == 1
    assert b"run install codex again" in run.stdout


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_an_update_leaves_nothing_behind(settings: str, root: Path) -> None:
    for name in (".claude/settings.json", ".mcp.json"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(settings.encode())
    before = everything(root)
    older = Place("project", root, ("/usr/bin/python3", "/old place/cli.py"), (BACKEND,))
    installation.install("claude-code", older)
    told = installation.status("claude-code", _place(root)).fields
    assert (told["state"], told["missing"]) == ("outdated", [])
    install("claude-code", root)
    assert not any(b"/old place" in data for data in tree(root).values())
    uninstall("claude-code", root)
    assert everything(root) == before


@pytest.mark.parametrize("settings", [COMMENTED, "{}", '{"model": "opus"}'])
def test_an_update_that_was_cut_off_leaves_nothing_of_the_old_one(
    settings: str, root: Path
) -> None:
    (root / ".claude").mkdir()
    file = root / ".claude/settings.json"
    file.write_text(settings)
    before = everything(root)
    install("claude-code", root)
    new, manifest = file.read_text(), (root / MANIFEST).read_text()
    older = [text.replace("cli.py hook", "old/cli.py hook") for text in (new, manifest)]
    pending = json.loads(manifest)
    pending["claude-code"]["complete"] = False
    pending["claude-code"]["before"] = json.loads(older[1])["claude-code"]["parts"]
    for text in (older[0], new):  # killed before the settings were replaced, and after
        file.write_text(text)
        (root / MANIFEST).write_text(json.dumps(pending))
        install("claude-code", root)
        assert plain(file) == json.loads(json_text._plain(new))
        file.write_text(text)
        (root / MANIFEST).write_text(json.dumps(pending))
        uninstall("claude-code", root)
        assert everything(root) == before
        install("claude-code", root)


def test_one_permission_that_the_user_took_out_takes_no_other_with_it(root: Path) -> None:
    install("claude-code", root)
    file = root / ".claude/settings.json"
    settings = json.loads(file.read_text())
    allowed = settings["permissions"]["allow"]
    del allowed[0]
    file.write_text(json.dumps(settings))
    assert install("claude-code", root, "--status")["state"] == "changed"
    install("claude-code", root)
    assert json.loads(file.read_text())["permissions"]["allow"] == allowed


HOSTILE_ROWS = (
    {"at": ["permissions", "deny"], "key": None, "value": "Read(.env)"},
    {"at": ["permissions", "allow"], "key": None, "value": "Bash(ls)"},
    {"at": ["mcpServers"], "key": "other", "value": {"command": "x"}},
    {"at": ["hooks", "Stop"], "key": None, "value": {"hooks": [{"command": "notify-send done"}]}},
    {"at": ["env"], "key": "waggle", "value": "1"},
)


@pytest.mark.parametrize("command", ["install", "uninstall"])
@pytest.mark.parametrize("form", ["old", "new"])
def test_a_planted_manifest_takes_out_nothing_that_is_not_ours(
    command: str, form: str, root: Path, tmp_path: Path
) -> None:
    import hashlib

    mine: dict[str, Any] = {
        "permissions": {"deny": ["Read(.env)"], "allow": ["Bash(ls)"]},
        "mcpServers": {"other": {"command": "x"}},
        "hooks": {"Stop": [{"hooks": [{"command": "notify-send done"}]}]},
        "env": {"waggle": "1"},
    }
    agent, settings = root / ".claude/agents/backend-worker.md", root / ".claude/settings.json"
    agent.parent.mkdir(parents=True)
    agent.write_text("Rules of ours.\n")
    settings.write_text(json.dumps(mine))
    (root / "AGENTS.md").write_text("# Rules\n\nBe kind.\n")
    (root / "empty/inner").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    digest = hashlib.sha256(agent.read_bytes()).hexdigest()
    piece = ', "allow": ["Bash(ls)"]'
    rows = [{**row, "piece": piece, "made": 2} for row in HOSTILE_ROWS]
    folders = [str(tmp_path / "elsewhere"), "empty/inner", "empty", "../elsewhere", "linked"]
    text = (root / "AGENTS.md").read_text()
    old = {
        "files": {".claude/agents/backend-worker.md": digest},
        "entries": {".claude/settings.json": rows},
        "sections": {"AGENTS.md": text},
        "made_files": [".claude/settings.json", "AGENTS.md"],
        "folders": folders,
    }
    new = {
        "complete": True,
        "parts": {
            ".claude/agents/backend-worker.md": {"digests": [digest]},
            ".claude/settings.json": {"rows": rows, "made": True, "blank": "x"},
            "AGENTS.md": {"sections": [text], "made": True},
        },
        "folders": folders,
    }
    planted = {"old": old, "new": new}[form]
    targets = ("claude-code", "agents-md")
    (root / MANIFEST).write_text(json.dumps(dict.fromkeys(targets, planted)))
    for target in targets:
        assert waggle(command, target, cwd=root).returncode == 0
    assert agent.read_text() == "Rules of ours.\n"
    there = json.loads(settings.read_text())
    assert there["permissions"]["deny"] == ["Read(.env)"]
    assert there["permissions"]["allow"][0] == "Bash(ls)"
    assert there["hooks"]["Stop"][0] == mine["hooks"]["Stop"][0]
    assert (there["mcpServers"], there["env"]) == (mine["mcpServers"], mine["env"])
    assert (root / "AGENTS.md").read_text().startswith("# Rules\n\nBe kind.\n")
    assert (tmp_path / "elsewhere").is_dir()
    assert (root / "empty/inner").is_dir()
    assert (root / "linked").is_symlink()


def test_a_piece_takes_no_comment_of_the_user_with_it(root: Path) -> None:
    install("claude-code", root)
    file = root / ".claude/settings.json"
    text = file.read_text().replace('  "permissions"', '  // mine\n  "permissions"')
    file.write_text(text)
    manifest = json.loads((root / MANIFEST).read_text())
    for row in manifest["claude-code"]["parts"][".claude/settings.json"]["rows"]:
        row["piece"] = text
    (root / MANIFEST).write_text(json.dumps(manifest))
    uninstall("claude-code", root)
    assert "// mine" in file.read_text()


@pytest.mark.parametrize(
    ("link", "to", "target"),
    [
        (".claude/settings.json", "../dotfiles/claude.json", "claude-code"),
        (".mcp.json", "dotfiles/claude.json", "claude-code"),
        (".codex/config.toml", "../dotfiles/codex.toml", "codex"),
    ],
)
def test_a_link_that_stays_inside_is_followed(link: str, to: str, target: str, root: Path) -> None:
    for name, text in (
        ("CLAUDE.md", "# Rules\n"),
        ("dotfiles/claude.json", "{}\n"),
        ("dotfiles/codex.toml", ""),
    ):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    file = root / link
    file.parent.mkdir(exist_ok=True)
    file.symlink_to(to)
    before = everything(root)
    install(target, root)
    assert "cli.py" in file.read_text()
    assert file.is_symlink()
    uninstall(target, root)
    assert file.is_symlink()
    assert everything(root) == before


def test_instructions_that_are_a_link_are_followed(root: Path) -> None:
    (root / "CLAUDE.md").write_text("# Rules\n")
    (root / "AGENTS.md").symlink_to("CLAUDE.md")
    before = everything(root)
    install("agents-md", root)
    assert ".agents/skills/backend-report/SKILL.md" in (root / "CLAUDE.md").read_text()
    assert (root / "AGENTS.md").is_symlink()
    uninstall("agents-md", root)
    assert everything(root) == before


@pytest.mark.parametrize("to", ["../outside/rc", "/etc/hosts", ".git/config"])
def test_a_link_that_leads_elsewhere_is_refused(to: str, root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    for file in (outside / "rc", root / ".git/config"):
        file.write_text("theirs\n")
    (root / "AGENTS.md").symlink_to(to)
    before = everything(root)
    run = waggle("install", "agents-md", cwd=root)
    assert run.returncode == 3
    assert b"AGENTS.md' is a link" in run.stderr
    assert everything(root) == before
    assert (outside / "rc").read_text() == "theirs\n"


def test_a_link_to_itself_is_refused(root: Path) -> None:
    (root / "AGENTS.md").symlink_to("AGENTS.md")
    run = waggle("install", "agents-md", cwd=root)
    assert run.returncode == 3
    assert b"AGENTS.md' is " in run.stderr


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "\ufeff\r\n\r\n", "\t"])
def test_an_empty_file_counts_as_an_empty_object(text: str, root: Path) -> None:
    (root / ".claude").mkdir()
    for name in (".claude/settings.json", ".mcp.json"):
        (root / name).write_bytes(text.encode())
    before = everything(root)
    install("claude-code", root)
    assert plain(root / ".claude/settings.json")["hooks"]["Stop"]
    assert install("claude-code", root, "--status")["state"] == "installed"
    uninstall("claude-code", root)
    assert everything(root) == before


TOML = {
    "bom": ('\ufeffmodel = "x"\n', ""),
    "other server": ('[mcp_servers.docs]\ncommand = "x"\n', ""),
    "header": ("[mcp_servers]\n", ""),
    "dotted": ('mcp_servers.docs.command = "x"\n', ""),
    "own": ('[mcp_servers.waggle]\ncommand = "mine"\n', "mcp_servers.waggle"),
    "inline": ('mcp_servers = { docs = { command = "x" } }\n', None),
    "inline, dotted": ('mcp_servers.waggle = { command = "mine" }\n', "mcp_servers.waggle"),
    "own, inline": ('mcp_servers = { waggle = { command = "mine" } }\n', "mcp_servers.waggle"),
    "no toml": ("model = \n", None),
    "another kind": ("mcp_servers = 3\n", "mcp_servers"),
    "deep": (f"a{'.a' * 30_000} = 1\n", None),
}


@pytest.mark.parametrize(("text", "kept"), TOML.values(), ids=TOML)
def test_a_configuration_in_toml_is_edited_or_said_to_be_left(
    text: str, kept: str | None, root: Path
) -> None:
    (root / ".codex").mkdir()
    file = root / ".codex/config.toml"
    file.write_bytes(text.encode())
    before = everything(root)
    run = waggle("install", "codex", cwd=root)
    if kept is None:
        assert run.returncode == 3
        assert b".codex/config.toml" in run.stderr
        assert "inline" not in text or b"waggle = { command = " in run.stderr
        assert everything(root) == before
        return
    assert run.returncode == 0, run.stderr
    if kept:
        assert f"{kept} in .codex/config.toml is yours".encode() in run.stdout
        assert file.read_bytes() == text.encode()
    else:
        told = tomllib.loads(file.read_text("utf-8").removeprefix("\ufeff"))
        assert told["mcp_servers"]["waggle"]["args"][-1] == "mcp"
    uninstall("codex", root)
    assert everything(root) == before


def test_opencode_settings_with_comments_are_taken(root: Path) -> None:
    file = root / "opencode.jsonc"
    file.write_text("{\n  // ours\n}\n")
    before = everything(root)
    install("opencode", root)
    assert plain(file)["mcp"]["waggle"]
    assert not (root / "opencode.json").exists()
    uninstall("opencode", root)
    assert everything(root) == before
    (root / "opencode.json").write_text("{}\n")
    assert any("opencode.jsonc" in note for note in install("opencode", root)["notes"])
    assert file.read_text() == "{\n  // ours\n}\n"


def test_a_dry_run_shows_what_would_change(root: Path) -> None:
    (root / ".claude").mkdir()
    url = "postgres://me:hunter2hunter2@db/x"
    text = f'{{\n  "env": {{"URL": "{url}"}},\n  "x": "\\u202e\x7f"\n}}\n'
    (root / ".claude/settings.json").write_text(text)
    (root / ".mcp.json").write_text("{" + ",".join(f'\n"{n}": 1' for n in range(900)) + "\n}")
    run = waggle("install", "claude-code", "--dry-run", cwd=root)
    told = run.stdout.decode()
    assert run.returncode == 0, run.stderr
    for line in (
        "--- .claude/settings.json",
        "+++ .claude/settings.json",
        '+  "hooks": {',
        "--- /dev/null",
        "+++ .claude/commands/worker.md",
        "claude-code: 4 files would change",
    ):
        assert line in told.replace(f"below {root}", ""), line
    assert "hunter2" not in told
    assert "\x1b" not in told
    assert "\x7f" not in told
    assert len(told.splitlines()) < 400
    assert (root / ".claude/settings.json").read_text() == text
    out = waggle("uninstall", "claude-code", "--dry-run", cwd=root).stdout.decode()
    assert "0 files would change" in out


@pytest.mark.parametrize("target", ["zed", "Zed", "windsurf"])
def test_an_agent_without_a_target_is_told_what_serves_it(target: str, root: Path) -> None:
    run = waggle("install", target, cwd=root)
    assert run.returncode == 2
    assert b"install agents-md" in run.stderr
    assert b'{"waggle": {"command": ' in run.stderr


def test_what_a_killed_install_left_is_named_and_removed(root: Path) -> None:
    dead = 2**22 - 1
    (root / ".claude").mkdir()
    left = [root / f".claude/.settings.json.{dead}.tmp", root / f".{MANIFEST}.{dead}.tmp"]
    others = [root / f".claude/.settings.json.{os.getppid()}.tmp", root / ".claude/.notes.1.tmp"]
    for file in [*left, *others]:
        file.write_text("half")
    run = waggle("doctor", "--json", cwd=root)
    assert run.returncode == 1
    assert json.loads(run.stdout)["leftovers"] == sorted(map(str, left))
    assert waggle("doctor", "--fix", cwd=root).returncode == 0
    assert not any(file.exists() for file in left)
    left[0].write_text("half")
    install("claude-code", root)
    assert not left[0].exists()
    assert all(file.exists() for file in others)


def test_a_checkout_says_that_its_files_fit_one_machine(root: Path) -> None:
    run = waggle("install", "claude-code", "--dry-run", cwd=root)
    assert b"do not commit them" in run.stdout
    assert b"use --team" in run.stdout


@pytest.mark.parametrize("target", [name for name, one in TARGETS.items() if "user" in one.scopes])
def test_every_target_of_a_user_goes_without_a_trace(target: str, tmp_path: Path) -> None:
    place = Place("user", tmp_path, ("waggle",), (BACKEND,))
    installation.install(target, place)
    assert installation.status(target, place).fields["state"] == "installed"
    installation.uninstall(target, place)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("target", [name for name, one in TARGETS.items() if len(one.scopes) == 1])
def test_a_scope_that_an_agent_does_not_read_is_refused(target: str, root: Path) -> None:
    run = waggle("install", target, "--scope", "user", cwd=root)
    assert run.returncode == 2
    assert b"is not read in the scope user" in run.stderr
    assert TARGETS[target].elsewhere.encode() in run.stderr


SHARING = [
    ("claude-code", "copilot", ".mcp.json"),
    ("copilot", "vscode", ".github/agents/backend-worker.agent.md"),
    ("copilot", "vscode", ".github/hooks/waggle.json"),
    ("skill", "agents-md", ".agents/skills/backend-report/SKILL.md"),
]


@pytest.mark.parametrize("first_out", [0, 1])
@pytest.mark.parametrize("mcp", [None, '{"mcpServers": {"x": {"command": "x"}}}', ""])
@pytest.mark.parametrize(("one", "other", "path"), SHARING)
def test_what_two_targets_have_goes_with_the_last(
    one: str, other: str, path: str, *, first_out: int, mcp: str | None, root: Path
) -> None:
    if mcp is not None:
        (root / ".mcp.json").write_text(mcp)
    before = everything(root)
    pair = [one, other]
    for target in pair:
        install(target, root)
    first, last = pair[first_out], pair[1 - first_out]
    alone = (root / path).read_bytes()
    uninstall(first, root)
    assert (root / path).read_bytes() == alone
    assert install(last, root, "--status")["state"] == "installed"
    uninstall(last, root)
    assert everything(root) == before


@pytest.mark.parametrize(("one", "other", "path"), SHARING)
def test_an_update_of_one_is_known_to_the_other(
    one: str, other: str, path: str, root: Path
) -> None:
    before = everything(root)
    older = Place("project", root, ("/usr/bin/python3", "/old place/cli.py"), (BACKEND,))
    installation.install(one, older)
    installation.install(other, older)
    install(one, root)
    assert b"/old place" not in (root / path).read_bytes()
    install(other, root)
    assert install(other, root, "--status")["state"] == "installed"
    for target in (one, other):
        uninstall(target, root)
    assert everything(root) == before


def test_a_server_stays_where_copilot_still_looks(root: Path) -> None:
    (root / ".github").mkdir()
    (root / ".github/mcp.json").write_text('{"mcpServers": {"x": {"command": "x"}}}')
    before = everything(root)
    install("copilot", root)
    assert "waggle" in (root / ".github/mcp.json").read_text()
    assert any("Copilot CLI reads" in note for note in install("claude-code", root)["notes"])
    install("copilot", root)
    uninstall("claude-code", root)
    assert plain(root / ".mcp.json")["mcpServers"]["waggle"]
    uninstall("copilot", root)
    assert everything(root) == before


def test_a_teams_files_name_no_program_of_this_machine(root: Path) -> None:
    before = everything(root)
    place = _place(root)
    for target in TARGETS:
        notes = installation.install(target, place._replace(team=True)).fields["notes"]
        assert "The files call the command waggle: everyone needs it on the PATH." in notes
    files = {name: data for name, data in tree(root).items() if name not in before["files"]}
    assert not any(sys.executable.encode() in data for data in files.values())
    assert not any(str(root).encode() in data for data in files.values())
    whole = everything(root)
    for target in TARGETS:  # later runs of a checkout leave it so
        assert install(target, root, "--status")["state"] == "installed"
        install(target, root)
    assert everything(root) == whole
    for target in TARGETS:
        uninstall(target, root)
    assert everything(root) == before


def waiting(target: str, root: Path) -> str:
    return " ".join(install(target, root, "--status")["notes"])


def test_what_the_user_has_to_do_is_said_until_a_file_shows_it(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    home = tmp_path / "home"
    for name in (".codex", ".gemini/acknowledgments", ".qwen"):
        (home / name).mkdir(parents=True)
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "QWEN_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    for target in ("claude-code", "codex", "gemini-cli", "qwen-code"):
        assert waiting(target, root) == ""
        notes = install(target, root)["notes"]
        assert waiting(target, root)
        assert waiting(target, root) in " ".join(notes)
    base = str(root)
    (home / ".claude.json").write_text(
        json.dumps({"projects": {base: {"hasTrustDialogAccepted": True}}})
    )
    hooks = [f"{base}/.codex/hooks.json:{name}:0:0" for name in ("subagent_stop", "stop")]
    tables = [f'[projects."{base}"]\ntrust_level = "trusted"\n']
    (home / ".codex/config.toml").write_text("".join(tables))
    assert "/hooks" in waiting("codex", root)
    assert "in a project that it trusts" not in waiting("codex", root)
    hooks.append(f"{base}/.codex/hooks.json:session_start:0:0")
    tables += [f'[hooks.state."{key}"]\ntrusted_hash = "sha256:0"\n' for key in hooks]
    (home / ".codex/config.toml").write_text("".join(tables))
    agent = root / ".gemini/agents/backend-worker.md"
    digest = hashlib.sha256(agent.read_bytes()).hexdigest()
    known = {base: {"backend-worker": digest}}
    (home / ".gemini/acknowledgments/agents.json").write_text(json.dumps(known))
    (home / ".gemini/trustedFolders.json").write_text(json.dumps({base: "TRUST_FOLDER"}))
    (home / ".qwen/mcpApprovals.json").write_text(
        json.dumps({base: {"waggle": {"hash": "0", "status": "approved"}}})
    )
    for target in ("claude-code", "codex", "gemini-cli", "qwen-code"):
        assert waiting(target, root) == "", target
    agent.write_text(agent.read_text().replace("max_turns: 200", "max_turns: 100"))
    assert "backend-worker" in waiting("gemini-cli", root)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"projects": 3}', "\x00", '{"projects": {"/": 1}}', "[projects\n"]
)
def test_a_clients_file_that_cannot_be_read_is_as_none(
    text: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (".claude.json", ".codex/config.toml", ".gemini/trustedFolders.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for target in TARGETS:
        assert install(target, root)["changes"]


GATED = {"claude-code", "gemini-cli", "qwen-code"}


@pytest.mark.parametrize("target", TARGETS)
def test_no_description_promises_a_gate_that_may_not_run(target: str, tmp_path: Path) -> None:
    content = TARGETS[target].content(Place("project", tmp_path, ("waggle",), (BACKEND,)))
    text = "\n".join(content.files.values())
    assert ("before it may stop" in text) == (target in GATED)
    whole = GATED | {"skill", "agents-md"}
    assert ("`waggle status` says whether it was accepted" in text) == (target not in whole)
    if target != "claude-code":
        assert "Bash" not in text
        assert "then Read the" not in text
        assert "sonnet" not in text


def test_a_worker_of_gemini_ends_as_it_has_to(tmp_path: Path) -> None:
    content = TARGETS["gemini-cli"].content(Place("project", tmp_path, ("waggle",), (BACKEND,)))
    (text,) = content.files.values()
    assert "max_turns: 200\ntimeout_mins: 60\n" in text
    assert "End with the tool `complete_task`" in text
    assert "last message" not in text
