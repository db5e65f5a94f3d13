"""The real Claude Code, scripted: a worker cannot stop before its report holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import claude_code as cc
from tests.fake_messages_api import input_texts
from tests.kit import waggle

pytestmark = pytest.mark.slow
SKIP = ("--dangerously-skip-permissions",)


@pytest.fixture(scope="module")
def claude() -> str:
    try:
        return cc.claude_binary()
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.fixture
def installed(root: Path) -> Path:
    run = waggle("install", "claude-code", cwd=root)
    assert run.returncode == 0, run.stderr
    return root


def test_a_worker_runs_the_phases_and_is_accepted(claude: str, installed: Path) -> None:
    script = [
        cc.worker(
            "a",
            cc.bash(cc.setup_line("a")),
            cc.read_both(installed, "a"),
            cc.write_both(installed, "a"),
            cc.bash(cc.NEXT),
            {"text": 'Session a: ${find:"status": "(completed)"}'},
        ),
        cc.main_agent(cc.call("a"), {"text": "It says: ${find:Session a: completed}"}),
    ]
    ran = cc.run_claude(claude, installed, script, *SKIP)
    assert ran.result["result"] == "It says: Session a: completed"
    assert cc.state_of(installed, "a")["status"] == "completed"
    assert cc.state_of(installed, "a")["attempts"] == 1
    assert len(ran.of("worker")) == 5


def test_an_untouched_template_is_sent_back_until_it_is_repaired(
    claude: str, installed: Path
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
    after_block = "\n".join(input_texts(ran.of("worker")[2]["body"])[-2:])
    assert "The report in session b is not accepted" in after_block
    assert "S05" in after_block
    assert "backend --output --session b" in after_block
    state = cc.state_of(installed, "b")
    assert (state["status"], state["attempts"], len(state["holds"])) == ("completed", 2, 1)
    assert ran.result["result"] == "fine"
