"""The gate, asked by the hooks of other clients, with what their real programs said and wrote.

Transcripts: of Codex 0.171.0, Qwen Code 0.24.4, Gemini CLI 0.61.0 and Copilot CLI 1.0.102, long
texts shortened. The fields of the inputs are theirs, too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.kit import PROJECT, TASK, fill_in, waggle
from tests.test_gate import BAD_INPUTS, state_of
from workers.clients import CLIENTS, owner
from workers.integrations.transcripts import copilot as copilot_transcripts
from workers.integrations.transcripts import gemini as gemini_transcripts
from workers.integrations.witness.transcript import read_seen

TRANSCRIPTS = PROJECT / "tests/transcripts"
MAIN, AGENT = "01a22abe-399b", "541b58f8-8b54-45f0-a592-4f357ea878b5"
Fields = dict[str, Any]


class Case(NamedTuple):
    """A client: the session that its transcript names, where that is, and what its hook says."""

    client: str
    session: str
    file: str
    stop: Fields
    main: Fields


def _claude_like(**more: Any) -> Fields:
    return {"hook_event_name": "SubagentStop", "agent_type": "backend-worker", **more}


CASES = (
    Case(
        "codex",
        "coa",
        "rollout-worker.jsonl",
        _claude_like(
            session_id=MAIN,
            transcript_path="@/rollout-main.jsonl",
            agent_transcript_path="@/rollout-worker.jsonl",
            agent_id="01a22abe-3d3a",
        ),
        {"hook_event_name": "Stop", "session_id": MAIN, "transcript_path": "@/rollout-main.jsonl"},
    ),
    Case(
        "qwen-code",
        "qwa",
        f"subagents/{MAIN}/agent-backend-worker-call_2_0.jsonl",
        _claude_like(
            session_id=MAIN,
            transcript_path="@/chats/main.jsonl",
            agent_transcript_path="@/chats/main.jsonl",
            agent_id="backend-worker-call_2_0",
            background_tasks=[{"id": "backend-worker-call_2_0", "status": "running"}],
        ),
        {
            "hook_event_name": "Stop",
            "session_id": MAIN,
            "transcript_path": "@/chats/main.jsonl",
            "background_tasks": [],
        },
    ),
    Case(
        "gemini-cli",
        "gea",
        f"chats/{MAIN}/0864ae49.jsonl",
        {
            "hook_event_name": "BeforeTool",
            "session_id": MAIN,
            "transcript_path": "@/chats/session-main.jsonl",
            "tool_name": "complete_task",
            "tool_input": {"result": "I am done."},
        },
        {
            "hook_event_name": "AfterAgent",
            "session_id": MAIN,
            "transcript_path": "@/chats/session-main.jsonl",
            "prompt_response": "All done.",
        },
    ),
    Case(
        "copilot",
        "coa",
        "events.jsonl",
        {
            "sessionId": MAIN,
            "transcriptPath": "@/events.jsonl",
            "agentId": AGENT,
            "agentType": "backend-worker",
            "agentName": "backend-worker",
            "parentAgentId": MAIN,
            "stopReason": "end_turn",
        },
        {"sessionId": MAIN, "transcriptPath": "@/events.jsonl", "stopReason": "end_turn"},
    ),
)
SHELL = {
    "codex": {"CODEX_SESSION_ID": MAIN},
    "qwen-code": {"QWEN_CODE_SESSION_ID": MAIN},
    "gemini-cli": {"GEMINI_CLI": "1"},
    "copilot": {"COPILOT_AGENT_SESSION_ID": AGENT},
}
each_client = pytest.mark.parametrize("case", CASES, ids=[case.client for case in CASES])


def no_client() -> dict[str, str]:
    """Return this environment without the marks of a client that may run these tests."""
    ours = {name for client in CLIENTS.values() for name in client.session_variables}
    return {name: value for name, value in os.environ.items() if name not in ours}


def set_up(root: Path, session: str, client: str | None = None) -> None:
    """Run phase 1 as an agent of a client does in its shell."""
    env = no_client() | (SHELL[client] if client else {})
    run = waggle("backend", "--setup", "--session", session, "--task", TASK, cwd=root, env=env)
    assert run.returncode == 0, run.stderr


def lay_transcript(case: Case, root: Path) -> Path:
    """Write the client's transcript where it keeps it, and return that home."""
    home = root.parent / "home"
    name = case.client.removesuffix("-cli").removesuffix("-code")
    text = (TRANSCRIPTS / f"{name}.jsonl").read_text("utf-8").replace("@ROOT@", str(root))
    for main in ("rollout-main.jsonl", "chats/main.jsonl", "chats/session-main.jsonl"):
        (home / main).parent.mkdir(parents=True, exist_ok=True)
        (home / main).write_text("")
    (home / case.file).parent.mkdir(parents=True, exist_ok=True)
    (home / case.file).write_text(text)
    return home


def ask(
    event: str, case: Case, fields: Fields, root: Path, **more: Any
) -> subprocess.CompletedProcess[bytes]:
    text = json.dumps({**fields, "cwd": str(root), **more})
    data = text.replace("@/", f"{root.parent}/home/").encode()
    words = ("hook", event, "--client", case.client)
    return waggle(*words, cwd=root, env=no_client(), stdin=None, input=data)


def reason_in(run: subprocess.CompletedProcess[bytes], client: str) -> str:
    """Return why an agent is held, from the form that the client takes; "" where it is let go."""
    if not CLIENTS[client].answers_json:
        assert run.returncode in {0, 2}
        return run.stderr.decode() if run.returncode == 2 else ""
    assert (run.returncode, run.stderr) == (0, b"")
    if not run.stdout:
        return ""
    answer = json.loads(run.stdout)
    return str(answer["reason"]) if answer.get("decision") == "block" else ""


@each_client
def test_a_worker_is_held_by_what_it_called_and_let_go_when_accepted(
    case: Case, root: Path
) -> None:
    """Another session is open: only the transcript says which one is the agent's."""
    set_up(root, case.session)
    set_up(root, "another")
    lay_transcript(case, root)
    reason = reason_in(ask("subagent-stop", case, case.stop, root), case.client)
    assert f"The report in session {case.session} is not accepted" in reason
    assert f"backend --output --session {case.session}" in reason.splitlines()[-1]
    assert state_of(root, case.session)["attempts"] == 1
    fill_in(root, case.session)
    again = ask("subagent-stop", case, case.stop, root, stop_hook_active=True)
    assert reason_in(again, case.client) == ""
    assert state_of(root, case.session)["status"] == "completed"
    assert state_of(root, "another")["attempts"] == 0


@each_client
def test_the_shell_of_a_client_says_whose_session_it_is(case: Case, root: Path) -> None:
    if case.client == "gemini-cli":
        pytest.skip("its shell says nothing: its transcripts do")
    set_up(root, "mine", case.client)
    set_up(root, "another")
    reason = reason_in(ask("subagent-stop", case, case.stop, root), case.client)
    assert "session mine is not accepted" in reason


@each_client
def test_the_main_agent_is_told_once(case: Case, root: Path) -> None:
    set_up(root, case.session, case.client)
    lay_transcript(case, root)
    reason = reason_in(ask("stop", case, case.main, root), case.client)
    assert f"backend-worker in session {case.session}: NOT accepted" in reason
    assert reason_in(ask("stop", case, case.main, root), case.client) == ""
    running = ask("stop", case, case.main, root, stop_hook_active=True)
    assert reason_in(running, case.client) == ""


@each_client
def test_other_agents_pass(case: Case, root: Path) -> None:
    set_up(root, "mine", case.client)
    home = lay_transcript(case, root)
    (home / case.file).write_text("")
    stop = {**case.stop, "agent_type": "poet", "agentType": "poet", "agentName": "poet"}
    run = ask("subagent-stop", case, stop, root)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert state_of(root, "mine")["attempts"] == 0


@each_client
def test_what_an_agent_saw_is_read_from_its_transcript(case: Case, root: Path) -> None:
    home = lay_transcript(case, root)
    agent = AGENT if case.client == "copilot" else None
    seen = read_seen(home / case.file, str(root), (), "/none", client=case.client, agent=agent)
    assert seen.whole
    real = os.path.realpath(root)
    # `app/mail.py` by a search alone, `app/main.py` by the client's own way to read.
    assert {f"{real}/app/main.py", f"{real}/app/mail.py"} <= seen.paths
    codes = {ran.command: ran.exit_code for ran in seen.commands}
    assert codes["cat no-such-file.txt; exit 3"] == 3
    assert codes["head -50 app/*.py | tail -20"] == 0


def copilot() -> Case:
    return next(case for case in CASES if case.client == "copilot")


def gemini() -> Case:
    return next(case for case in CASES if case.client == "gemini-cli")


def test_both_events_of_copilot_judge_once(root: Path) -> None:
    case = copilot()
    set_up(root, case.session)
    lay_transcript(case, root)
    first = ask("stop", case, {**case.stop, "sessionId": AGENT}, root)
    assert (first.returncode, first.stdout) == (0, b"")
    assert reason_in(ask("subagent-stop", case, case.stop, root), case.client)
    state = state_of(root, case.session)
    assert (state["attempts"], len(state["holds"])) == (1, 1)


def test_of_several_subagents_of_gemini_the_one_that_ends_is_held(root: Path) -> None:
    case = gemini()
    home = lay_transcript(case, root)
    first = home / case.file
    other = first.with_name("zzz.jsonl")
    other.write_text(first.read_text("utf-8").replace("--session gea", "--session geb"))
    for session in ("gea", "geb"):
        set_up(root, session)
    for newest, is_held in ((first, "gea"), (other, "geb")):
        now = time.time()
        os.utime(first, (now, now - 9 + 9 * (newest == first)))
        os.utime(other, (now, now - 9 + 9 * (newest == other)))
        reason = reason_in(ask("subagent-stop", case, case.stop, root), case.client)
        assert f"session {is_held} is" in reason
    named = {**case.stop, "tool_input": {"result": "Session gea: accepted."}}
    assert "session gea is" in reason_in(ask("subagent-stop", case, named, root), case.client)
    shutil.copyfile(home / "chats/session-main.jsonl", first.with_name("poet.jsonl"))
    assert reason_in(ask("subagent-stop", case, named, root), case.client) == ""


@pytest.mark.parametrize("tool", ["run_shell_command", "invoke_agent", "", None])
def test_other_tools_of_gemini_pass(tool: str | None, root: Path) -> None:
    case = gemini()
    set_up(root, case.session)
    lay_transcript(case, root)
    run = ask("subagent-stop", case, {**case.stop, "tool_name": tool}, root)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


@each_client
def test_a_session_that_goes_on_hears_what_is_open_and_what_failed(case: Case, root: Path) -> None:
    set_up(root, case.session, case.client)
    lay_transcript(case, root)
    start = {**case.main, "hook_event_name": "SessionStart", "source": "resume"}
    for status in ("active", "failed"):
        assert state_of(root, case.session)["status"] == status
        out = ask("session-start", case, start, root).stdout.decode()
        if CLIENTS[case.client].context_json:
            out = json.loads(out)["hookSpecificOutput"]["additionalContext"]
        assert f"session {case.session}" in out
        assert "backend --output" in out
        for _ in range(3 * (status == "active")):  # held twice for the same, then let go
            ask("subagent-stop", case, case.stop, root)
    fill_in(root, case.session)
    judged = waggle("backend", "--output", "--session", case.session, cwd=root)
    assert judged.returncode == 0
    assert ask("session-start", case, start, root).stdout == b""


HOSTILE = {
    **BAD_INPUTS,
    "names that lead elsewhere": json.dumps(
        {"session_id": "../..", "agent_id": "../../x", "agent_type": "backend-worker"}
        | {"transcript_path": "/tmp/a.jsonl", "hook_event_name": "BeforeTool"}
        | {"tool_name": "complete_task", "tool_input": [1]}
    ).encode(),
}


@pytest.mark.parametrize("client", [*CLIENTS, "nonsense", ""])
def test_bad_input_of_a_client_never_breaks_a_session(client: str, root: Path) -> None:
    for data in HOSTILE.values():
        for event in ("subagent-stop", "stop"):
            words = ("hook", event, "--client", client)
            run = waggle(*words, cwd=root, stdin=None, input=data)
            assert (run.returncode, run.stdout) == (0, b"")
            assert b"Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ({"output": "Output: fine"}, 0),
        ({"output": "Output: no\nExit Code: 3\nProcess Group PGID: 7"}, 3),
        ({"error": "Output: no\nExit Code: 3\nSignal: (none)"}, 3),
        ({"output": "Output: Exit Code: 4\nfine"}, 0),
        ({"output": "Output: x\nSignal: 9\nProcess Group PGID: 7"}, None),
        ({"output": "Output: x\nError: spawn failed"}, None),
        ({"error": "the user denied it"}, None),
    ],
)
def test_a_command_of_gemini_whose_end_is_not_said_has_no_code(
    response: dict[str, str], code: int | None
) -> None:
    answer = {"id": "a", "name": "run_shell_command", "response": response}
    assert gemini_transcripts.answer_of(answer)["exit_code"] == code


@pytest.mark.parametrize(
    ("data", "code", "failed"),
    [
        ({"success": True, "shellExecution": {"exitCode": 3}}, 3, True),
        ({"success": True}, None, False),  # in the background
        ({"success": False, "error": {"content": "denied"}}, None, True),
    ],
)
def test_a_command_of_copilot_whose_end_is_not_said_has_no_code(
    data: Fields, code: int | None, failed: bool
) -> None:
    event = {"type": "tool.execution_complete", "data": {"toolCallId": "a", **data}}
    ((block,),) = (message.blocks for message in copilot_transcripts.read(event))
    assert (block["exit_code"], block["is_error"]) == (code, failed)


def test_a_damaged_worker_of_the_repository_keeps_no_main_agent(root: Path) -> None:
    """The main agent is told what is not accepted, without the worker's folder."""
    case = gemini()
    home = lay_transcript(case, root)
    assert waggle("workers", "new", "poet", cwd=root).returncode == 0
    words = ("poet", "--setup", "--session", "p", "--task", TASK)
    assert waggle(*words, cwd=root, env=no_client()).returncode == 0
    text = (home / case.file).read_text("utf-8")
    text = text.replace("backend --", "poet --").replace("--session gea", "--session p")
    (home / case.file).write_text(text)
    (root / ".waggle/workers/poet/worker.toml").write_text("[")
    told = ask("stop", case, case.main, root)
    assert "poet-worker in session p: NOT accepted" in reason_in(told, case.client)
    assert reason_in(ask("stop", case, case.main, root), case.client) == ""


LINES = [
    b"\xff\n{",
    b'{"type":"response_item","payload":{"type":"function_call"}}\n',
    b'{"type":"gemini","toolCalls":[{"id":1}]}\n{"type":"gemini","toolCalls":7}\n',
    b'{"type":"assistant","message":{"parts":[{"functionCall":[]}]}}\n',
    b'{"type":"tool.execution_start","data":{"toolName":[]}}\n',
    b'{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"McpToolCall"}}}\n',
    b"[" * 100_000,
]


@each_client
def test_a_transcript_of_another_form_says_nothing(case: Case, root: Path) -> None:
    set_up(root, case.session)
    home = lay_transcript(case, root)
    for lines in LINES:
        (home / case.file).write_bytes(lines)
        stop = ask("subagent-stop", case, case.stop, root)
        assert b"Traceback" not in stop.stderr
        assert not read_seen(home / case.file, str(root), (), "/none", client=case.client).whole


def test_one_agent_may_have_started_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for client in CLIENTS.values():
        for name in client.session_variables:
            monkeypatch.delenv(name, raising=False)
    assert owner() is None
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", "outer")
    monkeypatch.setenv("CODEX_SESSION_ID", "inner")
    assert (owner() or "").split() == ["outer", "inner"]
