"""In CI: the workflow and the action that `install github` writes, run on repositories."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import changing
from tests.actions import Ended, action_faults, read, run_action, workflow_faults
from tests.kit import BACKEND, CLI, PROJECT, SAMPLE, SESSION, TASK, fill_in, waggle
from tests.report_rules import junit_faults, sarif_faults
from tests.reports import false_path, judge
from workers import __version__
from workers.integrations.install.targets import SERVICES, TARGETS
from workers.integrations.install.targets.github import ACTION, WORKFLOW
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare

TEMPLATES = PROJECT / "templates" / "github"
GRANTED = {
    "contents": "read",
    "actions": "read",
    "pull-requests": "write",
    "security-events": "write",
}
PULL_REQUEST: dict[str, Any] = {"event": {"pull_request": {"head": {"repo": {"fork": False}}}}}
COMMAND = f"{sys.executable} {CLI}"
PAIR = "reports/backend notes.md", "reports/backend_output.json"


def git(root: Path, *words: str) -> str:
    user = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    run = subprocess.run(
        ["git", *user, *words], cwd=root, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def commit(root: Path) -> str:
    git(root, "add", "--force", "--all")
    git(root, "commit", "--quiet", "--message", "x")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> tuple[Path, str]:
    """Make a repository with one commit; returns it and the commit."""
    root = tmp_path / "service"
    shutil.copytree(SAMPLE, root)
    git(root, "init", "--quiet", "--initial-branch", "main")
    return root, commit(root)


def hand_in(root: Path, *changes: Callable[[dict[str, Any]], None]) -> None:
    """Have a report of a session judged."""
    prepare(Order(BACKEND, root, CLI, SESSION, TASK.encode()))
    fill_in(root, SESSION)
    judge(root, *changes)


def keep_reports(root: Path, session: str = SESSION) -> str:
    """Keep a session's report elsewhere, without the session; returns the line that names it."""
    workers = root / "Docs/hive-mind/sessions" / session / "workers"
    (root / "reports").mkdir()
    shutil.copy(workers / "notes/backend_notes.md", root / PAIR[0])
    shutil.copy(workers / "json/backend_output.json", root / PAIR[1])
    shutil.rmtree(root / "Docs")
    return f"  backend |{PAIR[0]} | {PAIR[1]}"


def run(
    root: Path, base: str = "", /, github: dict[str, Any] = PULL_REQUEST, **inputs: str
) -> Ended:
    temp = root.parent / f"runner {len(list(root.parent.iterdir()))}"
    given = {"command": COMMAND, "base": base, **inputs}
    return run_action(read(TEMPLATES / "action.yml"), root, temp, given, github)


def test_a_true_report_is_accepted(repository: tuple[Path, str]) -> None:
    root, base = repository
    hand_in(root)
    line = keep_reports(root)
    commit(root)
    ended = run(root, base, reports=f"{line}\n\n", comment="true")
    assert not ended.failed, ended.log
    assert ended.outputs["verdict"] == "accepted"
    assert ended.ran == ["Install", "Judge", "Upload to code scanning", "Comment", "Verdict"]
    assert ended.summary.startswith(f"# Report {PAIR[1]}\n\n## backend-worker: accepted")
    (sarif,) = ended.uploaded
    assert sarif_faults(sarif.read_text("utf-8")) == []
    (junit,) = (Path(ended.outputs["folder"]) / "junit").iterdir()
    assert junit_faults(junit.read_text("utf-8")) == []
    assert git(root, "status", "--porcelain", "--ignored") == ""


def test_a_false_report_fails(repository: tuple[Path, str]) -> None:
    root, base = repository
    hand_in(root, false_path)
    line = keep_reports(root)
    for upload in ("success", "failure"):
        github = {**PULL_REQUEST, "upload": upload}
        ended = run(root, base, github, reports=f"{line}\n{line}")
        assert ended.failed
        assert ended.outputs["verdict"] == "rejected"
        assert "K02" in ended.summary
        assert "::error title=Waggle::A report is not accepted" in ended.log
        assert ("Nothing was uploaded" in ended.log) is (upload == "failure")
        assert len(ended.uploaded) == 2
    stopped = re.search(r"^::stop-commands::(\S+)$", ended.log, re.MULTILINE)
    assert stopped
    assert f"\n::{stopped[1]}::\n" in ended.log


def test_sessions_that_a_pull_request_changes_are_verified(repository: tuple[Path, str]) -> None:
    root, base = repository
    hand_in(root)
    commit(root)
    ended = run(root, base)
    assert (ended.failed, ended.outputs["verdict"]) == (False, "accepted"), ended.log
    later = commit_of_code(root)
    ended = run(root, later)  # it is not of this pull request
    assert (ended.failed, ended.outputs["verdict"]) == (False, "none"), ended.log
    ended = run(root, later, sessions=SESSION)  # a cited file was changed since
    assert (ended.failed, ended.outputs["verdict"]) == (True, "rejected")


def test_two_sessions_of_a_worker_are_two_categories(repository: tuple[Path, str]) -> None:
    root, base = repository
    hand_in(root)
    other = f"{SESSION}-2"
    prepare(Order(BACKEND, root, CLI, other, TASK.encode()))
    fill_in(root, other)
    assert finish(Request(BACKEND, root, CLI), other).status == "completed"
    commit(root)
    ended = run(root, base)
    runs = [json.loads(file.read_text("utf-8"))["runs"] for file in ended.uploaded]
    ids = [one["automationDetails"]["id"] for several in runs for one in several]
    assert ids == [f"waggle/backend-worker/{name}/" for name in (SESSION, other)]


def commit_of_code(root: Path) -> str:
    source = root / "app" / "orders.py"
    source.write_text(f"# later\n{source.read_text('utf-8')}", "utf-8")
    return commit(root)


def test_a_session_that_was_rejected_fails(repository: tuple[Path, str]) -> None:
    root, base = repository
    hand_in(root, false_path)
    commit(root)
    ended = run(root, base)
    assert (ended.failed, ended.outputs["verdict"]) == (True, "rejected"), ended.log
    (sarif,) = ended.uploaded
    (result,) = json.loads(sarif.read_text("utf-8"))["runs"][0]["results"]
    assert result["ruleId"] == "K02"


def test_a_report_on_changes_is_compared_with_the_base(tmp_path: Path) -> None:
    root = changing.make_repository(tmp_path)
    base = git(root, "rev-parse", "HEAD")
    prepare(Order(BACKEND, root, CLI, "discount", b"Discount.", kind="change"))
    changing.change_falsely(root)
    changing.report(root, "discount")
    line = keep_reports(root, "discount")
    commit(root)
    ended = run(root, base, reports=f"{line} | change")
    assert (ended.failed, ended.outputs["verdict"]) == (True, "rejected"), ended.log
    assert "W03" in ended.summary  # of three changed files the report lists two


def test_nothing_to_judge(repository: tuple[Path, str]) -> None:
    root, base = repository
    ended = run(root, base)
    assert (ended.failed, ended.outputs["verdict"], ended.uploaded) == (False, "none", [])
    assert "No report" in ended.summary
    ended = run(root, base, required="true")
    assert (ended.failed, ended.outputs["verdict"]) == (True, "error")


def test_what_cannot_be_judged_fails(repository: tuple[Path, str]) -> None:
    root, base = repository
    ended = run(root, base, reports="backend | no.md | no.json")
    assert (ended.failed, ended.outputs["verdict"]) == (True, "rejected")  # they are missing
    ended = run(root, base, reports="nobody | no.md | no.json")
    assert (ended.failed, ended.outputs["verdict"]) == (True, "error")
    assert "could not be judged (exit code 2)" in ended.summary
    ended = run(root, "0" * 40)
    assert (ended.failed, ended.outputs["verdict"]) == (True, "error")
    assert "fetch-depth: 0" in ended.summary


@pytest.mark.parametrize(
    "text",
    ["$(touch pwned)", "`touch pwned`", "; touch pwned;", "' touch pwned '", '" && touch pwned "'],
)
def test_an_input_is_never_run(repository: tuple[Path, str], text: str) -> None:
    root, _ = repository
    files = {"reports": f"backend | {text} | {text}", "sessions": text, "base": text}
    action = read(TEMPLATES / "action.yml")
    given = {"command": COMMAND, "rerun": text, "required": text, **files}
    ended = run_action(action, root, root.parent / "runner", given, PULL_REQUEST)
    assert ended.failed
    assert not list(root.parent.rglob("pwned*"))


def stub(folder: Path) -> tuple[Path, Path]:
    """Make a program that notes how it is called."""
    program, calls = folder / "stub", folder / "calls"
    program.write_text(f'#!/bin/sh\necho "$GITHUB_TOKEN $*" >> "{calls}"\n')
    program.chmod(0o755)
    return program, calls


@pytest.mark.parametrize(("fork", "comment"), [(False, True), (False, False), (True, True)])
def test_a_comment_is_sent_when_asked_for_and_allowed(
    repository: tuple[Path, str], *, fork: bool, comment: bool
) -> None:
    root, base = repository
    hand_in(root)
    commit(root)
    program, calls = stub(root.parent)
    github = {"event": {"pull_request": {"head": {"repo": {"fork": fork}}}}, "token": "s3cr3t"}
    run(root, base, github, command=str(program), comment=str(comment).lower())
    told = calls.read_text().splitlines()
    sent = [line for line in told if "publish" in line]
    assert sent == ([f"s3cr3t publish github --session={SESSION}"] if comment and not fork else [])
    assert len([line for line in told if "s3cr3t" in line]) == len(sent)


def test_a_summary_is_never_over_what_is_shown(repository: tuple[Path, str]) -> None:
    root, base = repository
    program = root.parent / "long"
    line = "x" * 99
    written = f'[ "$file" = "$word" ] || yes {line} | head -n 20000 > "$file"'
    program.write_text(f'#!/bin/bash\nfor word; do file="${{word#markdown=}}"; {written}; done\n')
    program.chmod(0o755)
    ended = run(root, base, reports="backend | a | b", command=str(program))
    assert not ended.failed
    assert 800_000 < len(ended.summary) < 1024 * 1024
    assert ended.summary.endswith("The rest was cut off.\n")


# What is written into a repository


def test_the_workflow_goes_in_and_out_without_a_trace(repository: tuple[Path, str]) -> None:
    root, _ = repository
    other = root / ".github" / "workflows" / "ci.yml"
    other.parent.mkdir(parents=True)
    other.write_text("on: push\n")
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    assert waggle("install", "github", cwd=root).returncode == 0
    assert (root / WORKFLOW).read_bytes() == (TEMPLATES / "workflow.yml").read_bytes()
    assert (root / ACTION).read_bytes() == (TEMPLATES / "action.yml").read_bytes()
    status = waggle("install", "github", "--status", cwd=root)
    assert b"github: installed" in status.stdout
    assert b"do not commit" not in status.stdout
    again = waggle("install", "github", cwd=root)
    assert b"0 files changed" in again.stdout
    assert waggle("uninstall", "github", cwd=root).returncode == 0
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before
    assert sorted(path.name for path in (root / ".github").iterdir()) == ["workflows"]


def test_a_workflow_that_was_changed_is_kept(repository: tuple[Path, str]) -> None:
    root, _ = repository
    waggle("install", "github", cwd=root)
    file = root / WORKFLOW
    file.write_text(file.read_text("utf-8").replace("timeout-minutes: 20", "timeout-minutes: 5"))
    again = waggle("install", "github", cwd=root)
    assert b"was changed by you: it is kept" in again.stdout
    waggle("uninstall", "github", cwd=root)
    assert "timeout-minutes: 5" in file.read_text("utf-8")
    assert not (root / ACTION).exists()


def test_an_installation_that_was_cut_off_is_completed(repository: tuple[Path, str]) -> None:
    root, _ = repository
    waggle("install", "github", cwd=root)
    manifest = root / ".waggle-install.json"
    record = json.loads(manifest.read_text("utf-8"))
    record["github"]["complete"] = False
    manifest.write_text(json.dumps(record))
    (root / ACTION).unlink()
    assert b"run install github again" in waggle("doctor", cwd=root).stdout
    waggle("install", "github", cwd=root)
    assert (root / ACTION).exists()
    assert waggle("doctor", cwd=root).returncode == 0


def test_a_service_is_no_coding_agent(repository: tuple[Path, str]) -> None:
    root, _ = repository
    assert not set(SERVICES) & set(TARGETS)
    run_of = waggle("install", "github", "--scope", "user", cwd=root)
    assert run_of.returncode == 2
    assert SERVICES["github"].elsewhere.encode() in run_of.stderr


# What they may do, and their form


def test_the_action_installs_this_version() -> None:
    package = read(TEMPLATES / "action.yml")["inputs"]["package"]["default"]
    assert package == f"waggle-workers=={__version__}"


def test_workflow_and_action_are_safe() -> None:
    assert action_faults(read(TEMPLATES / "action.yml")) == []
    assert workflow_faults(read(TEMPLATES / "workflow.yml"), GRANTED) == []


def test_what_is_unsafe_in_an_action_is_seen() -> None:
    for number, (key, value) in enumerate(
        [
            ("run", "echo ${{ inputs.reports }}"),
            ("shell", None),
            ("uses", "github/codeql-action/upload-sarif@v4"),
        ]
    ):
        action = read(TEMPLATES / "action.yml")
        action["runs"]["steps"][number][key] = value
        assert len(action_faults(action)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.update(permissions="write-all"),
        lambda made: made["jobs"]["reports"].pop("permissions"),
        lambda made: made["jobs"]["reports"]["permissions"].update(contents="write"),
        lambda made: made["jobs"]["reports"].pop("timeout-minutes"),
        lambda made: made.update(on={"pull_request_target": None}),
        lambda made: made["jobs"]["reports"]["steps"][0].update(uses="actions/checkout@v7"),
        lambda made: made["jobs"]["reports"]["steps"][0]["with"].pop("persist-credentials"),
        lambda made: made["jobs"]["reports"]["steps"].append(
            {"run": "echo ${{ github.event.pull_request.title }}"}
        ),
    ],
)
def test_what_is_unsafe_in_a_workflow_is_seen(change: Callable[[Any], Any]) -> None:
    made = read(TEMPLATES / "workflow.yml")
    change(made)
    assert workflow_faults(made, GRANTED) != []


def _checked(kind: str, file: Path) -> int:
    if not shutil.which("check-jsonschema", path=str(Path(sys.executable).parent)):
        pytest.skip("check-jsonschema is not installed here")
    command = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema"]
    run = subprocess.run([*command, kind, str(file)], capture_output=True, check=False)
    return run.returncode


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "old", "new"),
    [
        ("action.yml", "vendor.github-actions", "      shell: bash\n", ""),
        ("action.yml", "vendor.github-actions", "using: composite", "using: bash"),
        ("action.yml", "vendor.github-actions", "description:", "describe:"),
        ("workflow.yml", "vendor.github-workflows", "runs-on:", "run-on:"),
        (
            "workflow.yml",
            "vendor.github-workflows",
            "security-events: write",
            "security-events: all",
        ),
        ("workflow.yml", "vendor.github-workflows", "pull_request:", "pull_requests:"),
        (
            "workflow.yml",
            "custom.github-workflows-require-timeout",
            "timeout-minutes: 20",
            "name: x",
        ),
    ],
)
def test_github_takes_their_form(tmp_path: Path, name: str, kind: str, old: str, new: str) -> None:
    assert _checked(kind, TEMPLATES / name) == 0
    text = (TEMPLATES / name).read_text("utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1))
    assert _checked(kind, tmp_path / name) == 1


@pytest.mark.slow
def test_no_script_of_the_action_has_a_fault_of_shells(tmp_path: Path) -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed here")
    scripts = [
        one["run"] for one in read(TEMPLATES / "action.yml")["runs"]["steps"] if "run" in one
    ]
    for number, script in enumerate([*scripts, 'echo $1; read x; rm -rf "$y/"*\n']):
        file = tmp_path / f"{number}.sh"
        file.write_text(f"#!/bin/bash\n{script}")
        run = subprocess.run(["shellcheck", str(file)], capture_output=True, text=True, check=False)
        assert (run.returncode == 0) is (number < len(scripts)), run.stdout


# pre-commit


def test_pre_commit_hooks_start_the_program() -> None:
    hooks = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == ["waggle-check", "waggle-verify"]
    for hook in hooks:
        assert hook["entry"].split()[0] == "waggle"
        assert hook["pass_filenames"] is False
    pattern = re.compile(hooks[0]["files"])
    assert all(pattern.search(name) for name in hooks[0]["args"] if name.startswith("reports/"))


@pytest.mark.slow
def test_pre_commit_takes_the_manifest(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "pre-commit"
    if not program.exists():
        pytest.skip("pre-commit is not installed here")
    text = (PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8")
    for content, expected in ((text, 0), (text.replace("entry:", "enter:"), 1)):
        (tmp_path / "hooks.yaml").write_text(content)
        command = [str(program), "validate-manifest", str(tmp_path / "hooks.yaml")]
        run = subprocess.run(command, capture_output=True, check=False, env={"HOME": str(tmp_path)})
        assert run.returncode == expected, run.stdout
