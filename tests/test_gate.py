"""The gate, called as Claude Code calls it: who is held, how often, and what never breaks it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sessions.session import open_session
from tests import changing
from tests.kit import CLI, SESSION, TASK, document, fill_in, waggle
from tests.refusals import tree
from workers.catalog import worker_called
from workers.integrations.gate import rulings
from workers.integrations.gate.stops import read_stop
from workers.integrations.transcripts.calls import Call, last_call, phase_in
from workers.phases.finish import Request, finish

OWNER = "claude-session-1"
AGENT = "a513a72f61d97b2a6"


def owned(root: Path, session: str = SESSION, owner: str = OWNER) -> Path:
    """Run phase 1 as an agent of a Claude Code session does."""
    env = {**os.environ, "CLAUDE_CODE_SESSION_ID": owner}
    run = waggle("backend", "--setup", "--session", session, "--task", TASK, cwd=root, env=env)
    assert run.returncode == 0, run.stderr
    return root


def told(**more: Any) -> bytes:
    fields = {
        "session_id": OWNER,
        "hook_event_name": "SubagentStop",
        "agent_id": AGENT,
        "agent_type": "backend-worker",
        "stop_hook_active": False,
        "background_tasks": [],
    }
    return json.dumps({**fields, **more}).encode()


def hook(
    event: str, data: bytes, root: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return waggle("hook", event, cwd=root, env=env, stdin=None, input=data)


def state_of(root: Path, session: str = SESSION) -> dict[str, Any]:
    file = root / "Docs/hive-mind/sessions" / session / "STATE.json"
    state: dict[str, Any] = json.loads(file.read_text("utf-8"))["workers"]["backend-worker"]
    return state


def transcript(folder: Path, *calls: tuple[str, str]) -> str:
    """Write a transcript of commands with what each printed."""
    lines: list[dict[str, Any]] = []
    for number, (command, printed) in enumerate(calls):
        use = {"type": "tool_use", "id": f"t{number}", "name": "Bash"}
        result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": printed}
        lines += [
            {"type": "assistant", "message": {"content": [{**use, "input": {"command": command}}]}},
            {"type": "user", "message": {"content": [result]}},
        ]
    file = folder / "agent.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(file)


def test_an_untouched_template_is_held_twice_then_let_go(root: Path) -> None:
    owned(root)
    for _ in range(2):
        run = hook("subagent-stop", told(), root)
        assert run.returncode == 2
        assert run.stdout == b""
        reason = run.stderr.decode()
        assert "S05" in reason
        assert f"--session {SESSION}" in reason.splitlines()[-1]
        assert len(reason) < 6000
        last = shlex.split(reason.splitlines()[-1].partition(": ")[2])
        assert subprocess.run(last, cwd="/", capture_output=True, check=False).returncode == 1
    run = hook("subagent-stop", told(), root)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert state_of(root)["status"] == "failed"
    assert hook("subagent-stop", told(), root).returncode == 0


def test_two_hooks_of_one_stop_count_and_tell_once(root: Path) -> None:
    """A plugin brings hooks, and `install` did: a client runs both at once."""
    owned(root)
    session, worker = open_session(root, SESSION), worker_called("backend", root)
    stop = read_stop(told(), "claude-code")
    output = finish(Request(worker, root, CLI), SESSION)
    rulings_of_both = [rulings._hold(session, stop, worker, output, 0) for _ in range(2)]
    assert [ruling.holds for ruling in rulings_of_both] == [True, False]
    assert [agent for agent, _ in state_of(root)["holds"]] == [AGENT]
    known = session.state().workers["backend-worker"]
    news = [rulings._news(session, stop, "backend-worker", known) for _ in range(2)]
    assert [len(lines) for lines in news] == [1, 0]
    again = rulings._hold(session, stop, worker, output, 1)  # the next stop
    assert again.holds
    assert "2 of at most 5 times" in again.told


@pytest.mark.parametrize("as_text", [False, True])
def test_two_hooks_of_one_stop_in_turn_count_once(as_text: bool, root: Path) -> None:
    owned(root)
    for number in (1, 2):
        now = datetime.now(UTC)
        text = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        data = told(timestamp=text if as_text else int(now.timestamp() * 1000))
        ends = [hook("subagent-stop", data, root).returncode for _ in range(2)]
        assert ends == [2, 0]
        assert len(state_of(root)["holds"]) == number
    for odd in ("yesterday", 10**30, True, None):
        read_stop(told(timestamp=odd), "copilot")
    assert hook("subagent-stop", told(timestamp="9999"), root).returncode == 0
    assert state_of(root)["status"] == "failed"


def test_judging_while_it_stops_lets_no_worker_go(root: Path) -> None:
    owned(root)
    assert hook("subagent-stop", told(), root).returncode == 2
    fired = int(datetime.now(UTC).timestamp() * 1000)
    assert finish(Request(worker_called("backend", root), root, CLI), SESSION).status == "failed"
    assert hook("subagent-stop", told(timestamp=fired), root).returncode == 2


def test_a_change_is_held_until_its_proofs_were_run(tmp_path: Path) -> None:
    """The gate runs nothing of the repository: it names the command, and then lets go."""
    root = changing.make_repository(tmp_path)
    env = {**os.environ, **changing.proving_environment(), "CLAUDE_CODE_SESSION_ID": OWNER}
    session, task = changing.CHANGE_SESSION, changing.CHANGE_TASK
    words = ["backend", "--setup", "--kind", "change", "--session", session, "--task", task]
    assert waggle(*words, cwd=root, env=env).returncode == 0
    changing.change_honestly(root)
    changing.report(root, session)
    run = hook("subagent-stop", told(), root, env)
    assert run.returncode == 2
    (line,) = [one for one in run.stderr.decode().splitlines() if one.startswith("- W14 ")]
    assert state_of(root, session)["proofs"] == []
    command = shlex.split(line.partition("Run: ")[2])
    assert (
        subprocess.run(command, cwd="/", env=env, capture_output=True, check=False).returncode == 0
    )
    assert hook("subagent-stop", told(), root, env).returncode == 0
    assert state_of(root, session)["outcome"] == "done"


def test_a_change_that_is_blocked_may_stop(tmp_path: Path) -> None:
    root = changing.make_repository(tmp_path)
    env = {**os.environ, **changing.proving_environment(), "CLAUDE_CODE_SESSION_ID": OWNER}
    session, task = changing.CHANGE_SESSION, changing.CHANGE_TASK
    words = ["backend", "--setup", "--kind", "change", "--session", session, "--task", task]
    assert waggle(*words, cwd=root, env=env).returncode == 0
    outcome = {"status": "blocked", "reason": "nobody knows the rate", "parts": []}
    changing.report(root, session, (), outcome=outcome, proofs=[])
    proved = waggle("prove", "--session", session, "--worker", "backend", cwd=root, env=env)
    assert proved.returncode == 0
    assert hook("subagent-stop", told(), root, env).returncode == 0
    assert state_of(root, session)["status"] == "blocked"
    assert hook("stop", told(agent_type=None), root, env).returncode == 0
    status = waggle("status", "--session", session, cwd=root).stdout.decode()
    assert "backend-worker (change): blocked" in status
    assert "accepted, outcome blocked" in status
    following = waggle("next", "--session", session, "--worker", "backend", cwd=root)
    assert "accepted with outcome blocked: nothing is left to do" in following.stdout.decode()
    assert hook("session-start", told(hook_event_name="SessionStart"), root, env).stdout == b""


@pytest.mark.slow
def test_a_worker_that_repairs_a_little_each_time_is_held_five_times(root: Path) -> None:
    owned(root)
    notes, _ = fill_in(root, SESSION)
    for number in range(7):
        notes.write_text(notes.read_text("utf-8") + f"\n`app/none{number}.py:{number + 1}`\n")
        run = hook("subagent-stop", told(), root)
        assert run.returncode == (2 if number < 5 else 0), run.stderr
    assert state_of(root)["status"] == "failed"
    # Another agent on the same session begins anew.
    owned(root)
    assert hook("subagent-stop", told(agent_id="b2"), root).returncode == 2


def test_an_accepted_report_passes_and_is_judged_again_when_it_changes(root: Path) -> None:
    owned(root)
    fill_in(root, SESSION)
    assert hook("subagent-stop", told(), root).returncode == 0
    before = tree(root)
    assert hook("subagent-stop", told(), root).returncode == 0
    assert tree(root) == before
    notes, _ = fill_in(root, SESSION)
    notes.write_text(notes.read_text("utf-8").replace("app/auth.py:17", "app/auth.py:12"))
    assert hook("subagent-stop", told(), root).returncode == 2
    assert state_of(root)["status"] == "active"


@pytest.mark.parametrize("agent", ["poet", "", "backend", "x:poet", None, 7])
def test_other_agents_pass_untouched(agent: object, root: Path) -> None:
    owned(root)
    before = tree(root)
    run = hook("subagent-stop", told(agent_type=agent), root)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert tree(root) == before


def test_a_worker_that_waits_for_another_passes(root: Path) -> None:
    owned(root)
    words = ("block", "which roles?", "--session", SESSION, "--worker", "backend")
    assert waggle(*words, cwd=root).returncode == 0
    assert hook("subagent-stop", told(), root).returncode == 0
    run = hook("stop", told(agent_id=None, agent_type=None), root)
    assert run.returncode == 2
    assert b"NOT accepted (blocked, never judged)" in run.stderr


def test_a_plugins_agent_is_ours_too(root: Path) -> None:
    owned(root)
    assert hook("subagent-stop", told(agent_type="waggle:backend-worker"), root).returncode == 2


def test_the_session_is_the_one_that_the_agent_called(root: Path, tmp_path: Path) -> None:
    for session in ("one", "two"):
        owned(root, session)
    assert hook("subagent-stop", told(), root).returncode == 0  # not clear which one
    for session in ("one", "two"):
        command = f"/usr/bin/python /opt/cli.py backend --setup --session {session}"
        path = transcript(tmp_path, (command, "..."))
        run = hook("subagent-stop", told(agent_transcript_path=path), root)
        assert run.returncode == 2
        assert f"session {session} is" in run.stderr.decode()


def test_a_file_that_an_agent_read_names_no_session(root: Path, tmp_path: Path) -> None:
    owned(root, "own")
    owned(root, "decoy", owner="another")
    run = waggle("backend", "--setup", "--session", "decoy", cwd=root)
    path = transcript(
        tmp_path,
        ("python cli.py backend --setup --session own", "..."),
        ("cat trap.md", run.stdout.decode()),
        ("echo 'python cli.py backend --setup --session decoy'", ""),
    )
    run = hook("subagent-stop", told(agent_transcript_path=path), root)
    assert "session own is" in run.stderr.decode()


def test_a_session_that_phase_1_named_is_found(root: Path, tmp_path: Path) -> None:
    run = waggle("backend", "--setup", "--task", TASK, cwd=root)
    session = document(run)["session_id"]
    command = f"python cli.py backend --setup --task '{TASK}'"
    path = transcript(tmp_path, (command, run.stdout.decode()))
    run = hook("subagent-stop", told(agent_transcript_path=path, session_id="x"), root)
    assert f"session {session} is" in run.stderr.decode()


def test_a_phase_called_as_an_mcp_tool_names_its_session(root: Path, tmp_path: Path) -> None:
    for session in ("one", "two"):
        owned(root, session)
    use = {"type": "tool_use", "id": "t", "name": "mcp__plugin_waggle_waggle__output"}
    content = [{**use, "input": {"session": "two"}}]
    line = {"type": "assistant", "message": {"content": content}}
    (tmp_path / "t.jsonl").write_text(json.dumps(line))
    run = hook("subagent-stop", told(agent_transcript_path=str(tmp_path / "t.jsonl")), root)
    assert "session two is" in run.stderr.decode()


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("python cli.py backend --setup --session a", Call("backend", "a", None)),
        ("python cli.py backend-worker --output --session=a --root /r", Call("backend", "a", "/r")),
        ("cd /x && python cli.py backend --output --session a; ls", Call("backend", "a", None)),
        ("python cli.py backend --setup --session a|tee x", Call("backend", "a", None)),
        ('waggle backend --setup --task "two words"', Call("backend", None, None)),
        ("waggle backend --setup --session ../x", Call("backend", None, None)),
        ("waggle status --session a", None),
        ("waggle next --session a --worker backend", None),
        ("echo backend; ls --setup", None),
        ("echo 'backend --setup --session a'", None),
        ("waggle backend --setup --session 'a", None),
        ("", None),
    ],
)
def test_the_phase_in_a_command(command: str, found: Call | None) -> None:
    assert phase_in(command, {"backend"}) == found


@pytest.mark.parametrize(
    "lines", [b"", b"\xff\n{", b'{"message": 1}\n["tool_use"]', b'"tool_use"\n' * 5, b"[" * 100_000]
)
def test_a_transcript_of_another_form_names_nothing(lines: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(lines)
    assert last_call(tmp_path / "t.jsonl", {"backend"}, "claude-code") is None


def test_the_main_agent_is_told_once_for_each_verdict(root: Path) -> None:
    owned(root)
    main = told(agent_id=None, agent_type=None, hook_event_name="Stop")
    run = hook("stop", main, root)
    assert run.returncode == 2
    assert b"NOT accepted (active, never judged)" in run.stderr
    assert hook("stop", main, root).returncode == 0
    assert waggle("backend", "--output", "--session", SESSION, cwd=root).returncode == 1
    assert b"rejected with" in hook("stop", main, root).stderr
    fill_in(root, SESSION)
    assert waggle("backend", "--output", "--session", SESSION, cwd=root).returncode == 0
    assert hook("stop", main, root).returncode == 0


@pytest.mark.parametrize(
    "more",
    [
        {"stop_hook_active": True},
        {"background_tasks": [{"id": "x"}]},
        {"session_id": "another"},
        {"session_id": ""},
    ],
    ids=str,
)
def test_the_main_agent_passes(more: dict[str, Any], root: Path) -> None:
    owned(root)
    run = hook("stop", told(agent_id=None, agent_type=None, **more), root)
    assert (run.returncode, run.stderr) == (0, b"")


def test_a_main_agent_that_is_the_worker_is_held_as_one(root: Path) -> None:
    owned(root)
    assert hook("stop", told(agent_id=None), root).returncode == 2


def test_after_a_compaction_the_work_is_restated(root: Path) -> None:
    owned(root)
    run = hook("session-start", told(source="compact", agent_type=None), root)
    assert run.returncode == 0
    assert TASK in run.stdout.decode()
    assert "backend --output" in run.stdout.decode()
    fill_in(root, SESSION)
    assert waggle("backend", "--output", "--session", SESSION, cwd=root).returncode == 0
    assert hook("session-start", told(agent_type=None), root).stdout == b""


PAYLOAD = "'''+__import__('os').system('touch PWNED')+'''"
BAD_INPUTS = {
    "empty": b"",
    "not json": b"nonsense",
    "invalid UTF-8": b'{"session_id": "\xff"}',
    "array": b"[]",
    "no fields": b"{}",
    "deep": b"[" * 100_000,
    "huge": b'{"session_id": "' + b"x" * (9 * 1024 * 1024) + b'"}',
    "wrong types": told(session_id=[1], agent_transcript_path={"a": 1}, agent_type=[], agent_id=1),
    "no such files": told(agent_transcript_path="/none/t.jsonl", cwd="/none", transcript_path=""),
    "NUL": told(agent_transcript_path="/a\0b", session_id="a\0b"),
    "a device": told(agent_transcript_path="/dev/zero"),
    "a folder": told(agent_transcript_path="/tmp"),
    "hostile names": told(
        session_id=PAYLOAD,
        cwd=PAYLOAD,
        agent_transcript_path=f"/{PAYLOAD}; touch PWNED",
        tool_input={"command": "$(touch PWNED); touch PWNED\ntouch PWNED"},
    ),
    "unknown event": told(hook_event_name="Nonsense"),
    "surrogate": b'{"agent_type": "\\ud800", "session_id": "\\ud800"}',
}


@pytest.mark.parametrize("event", ["subagent-stop", "stop", "session-start", "nonsense", ""])
@pytest.mark.parametrize("data", BAD_INPUTS.values(), ids=BAD_INPUTS)
def test_bad_input_never_breaks_a_session(event: str, data: bytes, root: Path) -> None:
    before = tree(root)
    run = hook(event, data, root)
    assert run.returncode == 0
    assert b"Traceback" not in run.stderr
    assert run.stdout == b""
    assert tree(root) == before
    assert not (root / "PWNED").exists()


@pytest.mark.parametrize(
    "words", [[], ["--nonsense"], ["stop", "extra", "--root"], ["stop", "--client"]], ids=str
)
def test_a_wrong_call_is_a_warning(words: list[str], root: Path) -> None:
    run = waggle("hook", *words, cwd=root)
    assert run.returncode == 0
    assert b"Traceback" not in run.stderr


def test_a_session_that_cannot_be_written_lets_go_with_a_warning(root: Path) -> None:
    owned(root)
    (root / "Docs/hive-mind/sessions" / SESSION / "workers/json/backend_problems.json").mkdir()
    run = hook("subagent-stop", told(), root)
    assert run.returncode == 0
    assert b"let go without a verdict" in run.stderr
    assert state_of(root)["status"] == "active"
    events = (root / "Docs/hive-mind/sessions" / SESSION / "EVENTS.jsonl").read_text("utf-8")
    assert "let go without a verdict" in events.splitlines()[-1]


def test_a_repository_that_does_not_use_the_program_is_left_alone(tmp_path: Path) -> None:
    for event in ("subagent-stop", "stop", "session-start"):
        run = hook(event, told(), tmp_path)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []


def test_a_shell_is_never_asked(root: Path, tmp_path: Path) -> None:
    import shutil
    import sys

    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    owned(root)
    for name in ("json", "sitecustomize", "click"):
        (root / f"{name}.py").write_text("open('PWNED', 'w')\n")
    path = transcript(tmp_path, (f"backend --output --session {SESSION} $(touch PWNED)", "x"))
    log = tmp_path / "calls"
    command = [strace, "-f", "-e", "trace=execve", "-o", str(log), sys.executable, str(CLI)]
    run = subprocess.run(
        [*command, "hook", "subagent-stop"],
        cwd=root,
        input=told(agent_transcript_path=path, cwd=PAYLOAD),
        capture_output=True,
        check=False,
    )
    if not log.exists() or b"Operation not permitted" in run.stderr:
        pytest.skip("strace may not trace here")
    assert run.returncode == 2
    called = [line for line in log.read_text().splitlines() if "execve(" in line and "= 0" in line]
    others = [line for line in called if '"git"' not in line]
    assert len(others) == 1, called
    # git lists the files and names the commit; what the repository configures is switched off.
    assert all('"core.fsmonitor=false"' in line for line in called if line not in others)
    assert not (root / "PWNED").exists()


@pytest.mark.alone
@pytest.mark.slow
def test_bad_input_is_answered_fast(root: Path) -> None:
    def seconds(*words: str, data: bytes = b"") -> float:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            # A start of its own: a program that is warm answers --help in no time.
            command = [sys.executable, str(CLI), *words]
            subprocess.run(command, cwd=root, input=data, capture_output=True, check=False)
            times.append(time.perf_counter() - start)
        return min(times)

    floor = seconds("--help")
    for data in BAD_INPUTS.values():
        assert seconds("hook", "subagent-stop", data=data) < 3 * floor
