"""Reports on changes from the outside: the kind, proofs, approvals, what changed since the base."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import document, waggle
from workers.codes.changes import OWNERS
from workers.proofs import sandbox
from workers.review.checks.changes import parts_of

if TYPE_CHECKING:
    from pathlib import Path

FOR = ("--session", "s", "--worker", "backend")
TOML = """
[[proof]]
name = "tests"
run = "sh check.sh"
protected = ["check.sh", "tests/**"]

[[proof]]
name = "online"
run = "echo 1 passed in 0.01s"
network = true
required = false
"""
APP = '@app.get("/users")\ndef users():\n    return []\n'
NOTES = """# Backend changes: s

## Executive Summary

The list of orders was asked for; the application answers it now, as an empty list.

## Changes

{lines}

## Proofs

- the check passes

## Touched

`GET /orders` is new.

## Unresolved Issues & Handoff

None
"""


def git(root: Path, *words: str) -> None:
    names = ("-c", "user.name=x", "-c", "user.email=x@localhost")
    subprocess.run(["git", *names, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which phase 1 of a change was run."""
    if sandbox.kind() == "none":  # then nothing of a repository runs by itself
        monkeypatch.setenv("WAGGLE_ALLOW_PROOFS", "1")
    root = tmp_path / "service"
    (root / "app").mkdir(parents=True)
    (root / "app/main.py").write_text(f"from fastapi import FastAPI\n\napp = FastAPI()\n\n\n{APP}")
    (root / "check.sh").write_text(
        "grep -c users app/main.py >/dev/null && echo 2 passed in 0.01s\n"
    )
    (root / "waggle.toml").write_text(TOML)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    run = waggle(*SET_UP, "--task", "Add GET /orders", cwd=root)
    assert run.returncode == 0, run.stderr
    return root


SET_UP = ("backend", "--setup", "--kind", "change", "--session", "s")


def change(root: Path) -> None:
    with (root / "app/main.py").open("a") as file:
        file.write('\n\n@app.get("/orders")\ndef orders():\n    return []\n')


def report(root: Path, *changes: tuple[str, str], **more: Any) -> None:
    """Fill in both files: an endpoint that was added, and the changes as path and kind."""
    workers = root / "Docs/hive-mind/sessions/s/workers"
    file = workers / "json/backend_output.json"
    made = json.loads(file.read_text())
    listed = [
        {"id": f"CHG-{number:03}", "file": f"{root}/{path}", "kind": kind, "summary": f"for {path}"}
        for number, (path, kind) in enumerate(changes, 1)
    ]
    evidence = [{"file": f"{root}/app/main.py", "line": 11}]
    endpoint: dict[str, Any] = {
        "id": "API-001",
        "endpoint": "orders",
        "method": "GET",
        "path": "/orders",
    }
    endpoint |= {"status": "implemented", "description": "the orders", "evidence": evidence}
    metadata = {**made["analysis_metadata"], "files_analyzed": [f"{root}/app/main.py"]}
    filled = {
        "analysis_metadata": metadata,
        "outcome": {"status": "done"},
        "changes": listed,
        "api_specifications": [endpoint],
    }
    file.write_text(json.dumps(filled | more))
    lines = [f"- {row['id']} {row['kind']}: `{row['file']}`: {row['summary']}" for row in listed]
    notes = NOTES.format(lines="\n".join(lines))
    (workers / "notes/backend_notes.md").write_text(notes)


def judged(root: Path, *options: str) -> dict[str, Any]:
    run = waggle("backend", "--output", "--session", "s", "--json", *options, cwd=root)
    assert b"Traceback" not in run.stderr
    return document(run)


def codes(verdict: dict[str, Any]) -> list[str]:
    return [row["code"] for row in verdict["problems"]]


def test_phase_1_records_what_the_work_begins_with(service: Path) -> None:
    config = document(waggle(*SET_UP, "--all", "--json", cwd=service))["config"]
    assert config["kind"] == "change"
    assert config["base"]["vcs"] == "git"
    assert config["proofs"] == [
        {"name": "tests", "command": "sh check.sh"},
        {"name": "online", "command": "echo 1 passed in 0.01s"},
    ]
    change(service)
    again = document(waggle(*SET_UP, "--json", cwd=service))["config"]
    assert again["base"] == config["base"], "a later phase 1 keeps the base"
    fresh = document(waggle(*SET_UP, "--fresh", "--json", cwd=service))["config"]
    assert fresh["base"]["tree"] != config["base"]["tree"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("backend", "--setup", "--kind", "analysis", "--session", "s"), 3),
        ((*SET_UP, "--model", "survey"), 2),
        (("backend", "--output", "--session", "s", "--kind", "change"), 2),
        (("backend", "--setup", "--session", "s", "--no-proofs"), 2),
        (("backend", "--check", "a", "b", "--base", "HEAD"), 2),
        (("backend", "--check", "a", "b", "--kind", "change"), 2),
        (("prove", *FOR, "tests", "--", "true"), 2),
        (("prove", *FOR, "nothing"), 2),
        (("prove", "--session", "s", "--worker", "nobody"), 2),
        (("survey", "--session", "s", "--base", "HEAD"), 2),
        (("survey", "--session", "another"), 3),
        (("approve", *FOR, "W03", "--by", "a", "--reason", "b"), 2),
        (("approve", *FOR, "W16", "--by", "a", "--reason", "b"), 2),
        (("approve", *FOR, "W16", "--by", " ", "--reason", "b"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_answered_in_a_line(
    words: tuple[str, ...], code: int, service: Path
) -> None:
    run = waggle(*words, cwd=service)
    assert run.returncode == code, run.stderr
    assert b"Traceback" not in run.stderr
    assert run.stderr.strip()


def test_an_honest_change_is_accepted_with_its_proof(service: Path) -> None:
    change(service)
    report(service, ("app/main.py", "modified"))
    verdict = judged(service)
    assert verdict["problems"] == []
    assert verdict["status"] == "completed"
    assert verdict["scores"] is None
    assert verdict["changes"]["files"] == [{"file": "app/main.py", "kind": "modified"}]
    assert verdict["outcome"] == {"status": "done", "reason": None}


def test_a_required_proof_is_not_left_out(service: Path) -> None:
    change(service)
    report(service, ("app/main.py", "modified"))
    verdict = judged(service, "--no-proofs")
    assert codes(verdict) == ["W14"]
    hint = verdict["problems"][0]["hint"]
    assert hint.startswith("Run: ")
    assert hint.endswith(f"prove --session s --worker backend --root {service} tests")
    assert waggle("prove", *FOR, "tests", cwd=service).returncode == 0
    assert codes(judged(service, "--no-proofs")) == []
    (service / "app/main.py").write_text("nothing is left\n")
    assert "W14" in codes(judged(service, "--no-proofs")), "another tree, another run"


def test_a_command_is_recorded_as_it_ended(service: Path) -> None:
    change(service)
    run = waggle("prove", *FOR, "--", "sh", "-c", "echo 3 passed in 1s; exit 7", cwd=service)
    assert run.returncode == 1
    command = "sh -c 'echo 3 passed in 1s; exit 7'"
    proof = {"id": "PRF-001", "command": command, "exit_code": 0, "passed": 3}
    report(service, ("app/main.py", "modified"), proofs=[proof])
    verdict = judged(service)
    assert codes(verdict) == ["W11"]
    assert verdict["problems"][0]["pointer"] == "/proofs/0/exit_code"
    report(service, ("app/main.py", "modified"), proofs=[proof | {"exit_code": 7}])
    assert codes(judged(service)) == []
    report(service, ("app/main.py", "modified"), proofs=[proof | {"command": "make all"}])
    assert codes(judged(service)) == ["W09"]


def test_what_may_not_run_by_itself_is_allowed_once(service: Path, tmp_path: Path) -> None:
    env = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    env.pop("WAGGLE_ALLOW_PROOFS", None)
    refused = waggle("prove", *FOR, "online", cwd=service, env=env)
    assert refused.returncode == 2
    assert b"prove --session s --worker backend" in refused.stderr.replace(b"\n  ", b" ")
    assert waggle("prove", *FOR, "--allow", "online", cwd=service, env=env).returncode == 0
    assert waggle("prove", *FOR, "online", cwd=service, env=env).returncode == 0


def test_a_run_in_the_background_is_waited_for(service: Path) -> None:
    started = waggle("prove", *FOR, "--detach", "tests", "--json", cwd=service)
    assert started.returncode == 0, started.stderr
    waited = waggle("prove", *FOR, "--wait", "--json", cwd=service)
    assert [row["status"] for row in document(waited)["proofs"]] == ["passed"]


def test_the_owner_approves_what_no_program_can_decide(service: Path) -> None:
    change(service)
    (service / "app/main.py").write_text(
        (service / "app/main.py").read_text().replace("users", "u")
    )
    (service / "check.sh").write_text("echo 2 passed in 0.01s\n")
    report(service, ("app/main.py", "modified"), ("check.sh", "modified"))
    verdict = judged(service)
    assert verdict["status"] == "completed", verdict["problems"]
    assert [row["code"] for row in verdict["needs_approval"]] == ["W16"]
    assert {row["code"] for row in verdict["needs_approval"]} <= OWNERS
    words = ("approve", *FOR, "W16", "--by", "Ada", "--reason", "renamed on purpose")
    agent = waggle(*words, cwd=service, env={**os.environ, "CLAUDECODE": "1"})
    assert agent.returncode == 2
    assert b"coding agent" in agent.stderr
    assert waggle(*words, cwd=service).returncode == 0
    assert judged(service)["needs_approval"][0]["approved_by"] == "Ada"


def test_the_api_is_compared_with_a_session_s_base(service: Path) -> None:
    change(service)
    run = waggle("survey", "--session", "s", "--json", cwd=service)
    rows = document(run)["changes"]
    assert [(row["change"], row["name"]) for row in rows] == [("added", "GET /orders")]


def test_a_schema_for_each_kind(service: Path) -> None:
    for kind, key in (("analysis", "scores"), ("change", "changes")):
        run = waggle("schema", "backend", "--kind", kind, "--json", cwd=service)
        assert key in document(run)["schema"]["required"]


def test_two_files_are_compared_with_a_revision(service: Path) -> None:
    change(service)
    report(service, ("app/main.py", "modified"))
    workers = service / "Docs/hive-mind/sessions/s/workers"
    files = (workers / "notes/backend_notes.md", workers / "json/backend_output.json")
    words = ("backend", "--check", *files, "--kind", "change", "--base", "HEAD", "--json")
    assert set(codes(document(waggle(*words, cwd=service)))) == {"W14"}
    git(service, "checkout", "-q", "app/main.py")
    found_codes = codes(document(waggle(*words, cwd=service)))
    assert "W01" in found_codes


def test_a_file_that_changed_during_an_analysis_is_told(service: Path) -> None:
    words = ("backend", "--setup", "--session", "look", "--task", "Look at the users")
    assert waggle(*words, cwd=service).returncode == 0
    change(service)
    run = waggle("backend", "--output", "--session", "look", "--json", cwd=service)
    told_codes = codes(document(run))
    assert "W23" in told_codes
    assert "W03" not in told_codes


def test_a_base_that_is_gone_is_no_acceptance(service: Path) -> None:
    change(service)
    report(service, ("app/main.py", "modified"))
    subprocess.run(["rm", "-rf", "Docs/hive-mind/sessions/s/workers/base"], cwd=service, check=True)
    run = waggle("backend", "--output", "--session", "s", cwd=service)
    assert run.returncode == 3
    assert b"--setup --fresh" in run.stderr.replace(b"\n  ", b" ")


def test_settings_of_a_base_that_git_would_obey_are_refused(service: Path) -> None:
    change(service)
    folder = service / "Docs/hive-mind/sessions/s/workers/base/backend"
    with (folder / "config").open("a") as config:
        config.write('[core]\n\tfsmonitor = "touch PWNED"\n')
    run = waggle("backend", "--output", "--session", "s", cwd=service)
    assert run.returncode == 3
    assert not list(service.rglob("PWNED"))


def test_proofs_may_be_kept_elsewhere(service: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.mkdir()
    (policy / "proofs.toml").write_text('[[proof]]\nname = "there"\nrun = "echo 1 passed in 1s"\n')
    git(policy, "init", "-q")
    git(policy, "add", "-A")
    git(policy, "commit", "-qm", "policy")
    words = (*SET_UP, "--fresh", "--proofs-from", f"{policy}@HEAD:proofs.toml", "--json")
    config = document(waggle(*words, cwd=service))["config"]
    assert config["proofs"] == [{"name": "there", "command": "echo 1 passed in 1s"}]
    change(service)
    (policy / "proofs.toml").write_text("")
    git(policy, "commit", "-qam", "nothing is asked for any more")
    assert waggle("prove", *FOR, "there", cwd=service).returncode == 0
    report(service, ("app/main.py", "modified"))
    assert codes(judged(service)) == []
    wrong = (*SET_UP, "--fresh", "--proofs-from", "nowhere", "--json")
    assert waggle(*wrong, cwd=service).returncode == 2


def test_proofs_are_run_again_where_the_session_is_a_copy(service: Path, tmp_path: Path) -> None:
    change(service)
    report(service, ("app/main.py", "modified"))
    assert judged(service)["status"] == "completed"
    git(service, "add", "-A")
    git(service, "commit", "-qm", "the orders")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(service), str(clone))
    base = clone / "Docs/hive-mind/sessions/s/workers/base"
    assert not list(base.glob("*/objects")), "a base is of one machine"
    again = waggle("verify", "--session", "s", "--rerun", "--json", cwd=clone)
    assert [row["status"] for row in document(again)["proofs"]] == ["passed"], again.stderr
    (clone / "app/main.py").write_text("nothing is left\n")
    assert waggle("verify", "--session", "s", "--rerun", cwd=clone).returncode == 1


@pytest.mark.parametrize(
    ("task", "parts"),
    [
        ("1. add the list\n2. add a test\n", 2),
        ("- [ ] the list\n- [x] a test\n", 2),
        ("Please add:\n- the list\n- a test\n", 2),
        ("Do the following:\n* the list\n* a test\n* never touch the users\n", 2),
        ("Add the list.\n\nRequirements:\n- answers 200\n- is paged\n", 0),
        ("Add the list of orders - soon.\n", 0),
        ("1. add the list\n", 0),
    ],
)
def test_the_parts_of_a_task_are_those_that_it_lists(task: str, parts: int) -> None:
    assert len(parts_of(task)) == parts
