"""The real Claude Code, scripted: a worker cannot stop before its report holds."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import claude_code as cc
from tests.clients import CLAUDE_CODE, OLD_CLAUDE_CODE, Client
from tests.driving import program_of
from tests.kit import build_wheel, install_wheel, waggle

pytestmark = pytest.mark.slow
SKIP = ("--dangerously-skip-permissions",)


@pytest.fixture(scope="module", params=[CLAUDE_CODE, OLD_CLAUDE_CODE], ids=str)
def claude(request: pytest.FixtureRequest) -> Client:
    try:
        program_of(request.param)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    client: Client = request.param
    return client


@pytest.fixture
def installed(root: Path) -> Path:
    run = waggle("install", "claude-code", cwd=root)
    assert run.returncode == 0, run.stderr
    return root


def test_a_worker_runs_the_phases_and_is_accepted(claude: Client, installed: Path) -> None:
    script = [
        cc.worker(
            "a",
            cc.bash(cc.setup_line("a")),
            cc.bash("cat app/*.py migrations/*.sql"),
            cc.read_both(installed, "a"),
            cc.write_both(installed, "a"),
            cc.bash(cc.NEXT),
            {"text": 'Session a: ${find:"status": ?"(completed)"}'},
        ),
        cc.main_agent(cc.call("a"), {"text": "It says: ${find:Session a: completed}"}),
    ]
    ran = cc.run_claude(claude, installed, script, *SKIP)
    assert ran.result["result"] == "It says: Session a: completed"
    assert cc.state_of(installed, "a")["status"] == "completed"
    assert cc.state_of(installed, "a")["attempts"] == 1
    assert len(ran.of("worker")) == 6


def test_an_untouched_template_is_sent_back_until_it_is_repaired(
    claude: Client, installed: Path
) -> None:
    script = [
        cc.worker(
            "b",
            cc.bash(cc.setup_line("b")),
            {"text": "I am done."},
            cc.read_both(installed, "b"),
            cc.write_both(installed, "b"),
            {"text": "Now I am done."},
        ),
        cc.main_agent(cc.call("b"), {"text": "fine"}),
    ]
    ran = cc.run_claude(claude, installed, script, *SKIP)
    after_block = "\n".join(ran.of("worker")[2].heard[-2:])
    assert "The report in session b is not accepted" in after_block
    assert "S05" in after_block
    assert "backend --output --session b" in after_block
    state = cc.state_of(installed, "b")
    assert (state["status"], state["attempts"], len(state["holds"])) == ("completed", 2, 1)
    assert ran.result["result"] == "fine"


def test_the_transcript_is_held_against_the_report(claude: Client, installed: Path) -> None:
    proof = {"id": "PRF-001", "command": "python3 -m json.tool none", "claim": "", "exit_code": 0}

    def state_proof() -> dict[str, Any]:
        file = cc.files_of(installed, "w")[1]
        report = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps({**report, "proofs": [proof]}))
        return {"text": "I am done."}

    def take_it_out() -> dict[str, Any]:
        file = cc.files_of(installed, "w")[1]
        report = json.loads(file.read_text("utf-8"))
        del report["proofs"]
        file.write_text(json.dumps(report))
        return cc.bash("true")

    script = [
        cc.worker(
            "w",
            cc.bash(cc.setup_line("w")),
            cc.bash("cat app/[!m]*.py && head -200 app/main.py migrations/*.sql"),
            cc.bash("cd app && python3 -m json.tool none"),
            cc.read_both(installed, "w"),
            cc.write_both(installed, "w"),
            state_proof,
            take_it_out,
            cc.bash(cc.NEXT),
            {"text": "Now I am done."},
        ),
        cc.main_agent(cc.call("w"), {"text": "fine"}),
    ]
    ran = cc.run_claude(claude, installed, script, *SKIP)
    after_block = "\n".join(ran.of("worker")[6].heard[-2:])
    assert "W42 backend_output.json:" in after_block
    assert "its last run ended with exit code 2, not 0" in after_block
    assert cc.state_of(installed, "w")["status"] == "completed"
    # It was accepted by phase 3 that the worker ran; the gate looked again.
    problems_file = cc.files_of(installed, "w")[1].with_name("backend_problems.json")
    problems = json.loads(problems_file.read_text("utf-8"))["problems"]
    assert [one["code"] for one in problems] == ["W40"]
    assert problems[0]["message"].endswith(": `app/mail.py`")


def test_a_worker_that_never_repairs_is_let_go_and_the_main_agent_told(
    claude: Client, installed: Path
) -> None:
    done = {"text": "I am done."}
    script = [
        cc.worker("c", cc.bash(cc.setup_line("c")), done, done, done),
        cc.main_agent(cc.call("c"), {"text": "All done."}, {"text": "It was not accepted."}),
    ]
    ran = cc.run_claude(claude, installed, script, *SKIP)
    assert ran.result["result"] == "It was not accepted."
    assert "backend-worker in session c: NOT accepted (failed" in ran.heard("main")
    state = cc.state_of(installed, "c")
    assert state["status"] == "failed"
    assert [agent for agent, _ in state["holds"]] == [state["holds"][0][0]] * 2 + [state["owner"]]


def test_two_workers_at_once_are_each_gated_by_their_own_session(
    claude: Client, installed: Path
) -> None:
    def turns(session: str) -> list[object]:
        return [
            cc.bash(cc.setup_line(session)),
            {"text": f"Done with {session}."},
            cc.read_both(installed, session),
            cc.write_both(installed, session),
            {"text": f"Now done with {session}."},
        ]

    script = [
        cc.worker("d1", *turns("d1"), name="first"),
        cc.worker("d2", *turns("d2"), name="second"),
        cc.main_agent({"tools": [cc.call("d1"), cc.call("d2")]}, {"text": "both"}),
    ]
    ran = cc.run_claude(claude, installed, script, *SKIP)
    for conversation, own, other in (("first", "d1", "d2"), ("second", "d2", "d1")):
        assert f"The report in session {own} is not accepted" in ran.heard(conversation)
        assert f"The report in session {other} " not in ran.heard(conversation)
        assert cc.state_of(installed, own)["status"] == "completed"
    assert ran.result["result"] == "both"


def test_the_permissions_that_install_writes_are_enough(claude: Client, installed: Path) -> None:
    script = [
        cc.worker(
            "f",
            cc.bash(cc.setup_line("f")),
            cc.read_both(installed, "f"),
            cc.write_both(installed, "f"),
            cc.bash(cc.NEXT),
            {"text": "finished"},
        ),
        cc.main_agent(cc.call("f"), {"text": "fine"}),
    ]
    ran = cc.run_claude(claude, installed, script, trusted=True)
    assert ran.result["permission_denials"] == []
    assert cc.state_of(installed, "f")["status"] == "completed"


def test_what_the_installed_command_writes_gates_and_is_allowed(
    claude: Client, root: Path, tmp_path: Path
) -> None:
    program = install_wheel(build_wheel(tmp_path), tmp_path)
    path = f"{program.parent}:/usr/bin:/bin"
    env = {**os.environ, "PATH": path}
    subprocess.run([str(program), "install", "claude-code"], cwd=root, env=env, check=True)
    assert str(program) not in (root / ".claude/settings.json").read_text()
    script = [
        cc.worker(
            "j",
            cc.bash(cc.setup_line("j", "waggle")),
            {"text": "I am done."},
            cc.read_both(root, "j"),
            cc.write_both(root, "j"),
            cc.bash(cc.NEXT),
            {"text": "finished"},
        ),
        cc.main_agent(cc.call("j"), {"text": "fine"}),
    ]
    ran = cc.run_claude(claude, root, script, trusted=True, path=str(program.parent))
    assert "The report in session j is not accepted" in ran.heard("worker")
    assert ran.result["permission_denials"] == []
    assert cc.state_of(root, "j")["status"] == "completed"


def test_an_agent_that_is_not_ours_is_not_touched(claude: Client, installed: Path) -> None:
    agents = installed / ".claude/agents"
    (agents / "poet.md").write_text(
        "---\nname: poet\ndescription: Writes a line.\ntools: Read\n---\n\nYou are the Poet.\n"
    )
    script = [
        {
            "name": "poet",
            "match": {"system": "You are the Poet."},
            "turns": [{"text": "A line."}],
        },
        cc.main_agent(cc.call("g", "poet"), {"text": "heard"}),
    ]
    ran = cc.run_claude(claude, installed, script, *SKIP)
    assert len(ran.of("poet")) == 1
    assert len(ran.of("main")) == 2
    assert not (installed / "Docs").exists()


def test_a_worker_in_the_background_is_gated_as_well(claude: Client, installed: Path) -> None:
    done = {"text": "I am done."}
    script = [
        cc.worker(
            "h",
            cc.bash(cc.setup_line("h")),
            done,
            cc.read_both(installed, "h"),
            cc.write_both(installed, "h"),
            done,
        ),
        cc.main_agent(cc.call("h"), {"text": "It works."}, {"text": "It is done."}),
    ]
    variables = {"CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": ""}
    ran = cc.run_claude(claude, installed, script, *SKIP, variables=variables)
    assert "The report in session h is not accepted" in ran.heard("worker")
    assert cc.state_of(installed, "h")["status"] == "completed"


def test_the_tools_answer(claude: Client, installed: Path) -> None:
    explain = {"tool": "mcp__waggle__explain", "input": {"code": "E05"}}
    script = [cc.main_agent(explain, {"text": "I see."})]
    ran = cc.run_claude(claude, installed, script, *SKIP)
    assert "A quotation is not in the cited file" in ran.heard("main")
