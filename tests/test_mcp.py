"""The MCP server over its pipe: every line is answered, nothing else printed, nothing lost."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import changing
from tests.kit import CLI, SESSION, TASK, fill_in
from tests.mcp_client import INITIALIZE, SERVE, Client, request
from tests.test_bad_ids import BAD_IDS
from workers.integrations.mcp_messages import (
    Refused,
    check_message,
    read_line,
    refusal,
)
from workers.integrations.mcp_tools import TOOLS, Tools


@pytest.fixture
def client(root: Path) -> Iterator[Client]:
    made = Client(root)
    yield made.start()
    if made.process.returncode is None:
        left, _ = made.close()
        assert left == b""


def test_the_tools_are_few_and_cheap(client: Client) -> None:
    tools = client.ask("tools/list")["result"]["tools"]
    assert [tool["name"] for tool in tools] == list(TOOLS)
    assert len(tools) <= 7
    assert all(tool["description"] for tool in tools)
    assert len(json.dumps(tools)) / 4 < 600


def test_a_worker_can_do_its_work_by_tools(client: Client, root: Path) -> None:
    made = client.call("setup", task=TASK, session=SESSION)["structuredContent"]
    assert made["config"]["queen_prompt"] == TASK
    rejected = client.call("output", session=SESSION)
    assert rejected["isError"] is False
    assert rejected["structuredContent"]["status"] == "failed"
    assert rejected["structuredContent"]["problems"]
    note = {"session": SESSION, "worker": "backend"}
    assert client.call("log", **note, text="read the routes")["structuredContent"]["recorded"] == 1
    blocker = client.call("block", **note, why="which roles?")["structuredContent"]["id"]
    assert blocker.startswith("B")
    handed = client.call("handoff", **note, summary="the API", to="frontend-worker")
    assert handed["structuredContent"]["handoff"]["needs"] == "frontend-worker"
    status = client.call("status", session=SESSION)["structuredContent"]
    assert status["sessions"][0]["workers"][0]["status"] == "blocked"
    assert client.call("explain", code="E05")["structuredContent"]["codes"][0]["code"] == "E05"
    fill_in(root, SESSION)
    assert client.call("output", session=SESSION)["structuredContent"]["status"] == "completed"


def test_a_call_runs_no_proof_and_names_the_command(tmp_path: Path) -> None:
    root = changing.make_repository(tmp_path)
    client = Client(root).start()
    task = {"task": changing.CHANGE_TASK, "session": changing.CHANGE_SESSION}
    made = client.call("setup", kind="change", **task)["structuredContent"]
    assert (made["config"]["kind"], made["config"]["proofs"][0]["name"]) == ("change", "tests")
    changing.change_honestly(root)
    changing.report(root, changing.CHANGE_SESSION)
    judged = client.call("output", session=changing.CHANGE_SESSION)["structuredContent"]
    client.close()
    assert judged["status"] == "failed"
    (problem,) = [one for one in judged["problems"] if one["severity"] == "error"]
    assert problem["code"] == "W14"
    events = root / "Docs/hive-mind/sessions" / changing.CHANGE_SESSION / "EVENTS.jsonl"
    assert "proof_run" not in events.read_text("utf-8")
    command = shlex.split(problem["hint"].partition("Run: ")[2])
    env = {**os.environ, **changing.proving_environment()}
    assert (
        subprocess.run(command, cwd="/", env=env, capture_output=True, check=False).returncode == 0
    )


def test_the_owner_approves_and_no_tool_does() -> None:
    assert not {"approve", "prove"} & set(TOOLS)


def fault_of(line: bytes) -> dict[str, Any] | None:
    """Return what answers a line that is no request, None for one that may be one."""
    message = None
    try:
        message = read_line(line)
        check_message(message)
    except Refused as refused:
        return refusal(message, refused)
    return None


@pytest.mark.parametrize(
    ("line", "code", "number"),
    [
        (b"nonsense", -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"meth', -32700, None),
        (b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"ping"}', -32700, None),
        (b"", -32700, None),
        (b"\xff\xfe\x00", -32700, None),
        (b"[" * 100_000, -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"}{"a":1}', -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":NaN}}', -32700, None),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600, None),
        (b'"text"', -32600, None),
        (b'{"id":3,"method":"ping"}', -32600, 3),
        (b'{"jsonrpc":"1.0","id":"a","method":"ping"}', -32600, "a"),
        (b'{"jsonrpc":"2.0","id":4}', -32600, 4),
        (b'{"jsonrpc":"2.0","id":4,"method":""}', -32600, 4),
        (b'{"jsonrpc":"2.0","id":4,"method":7}', -32600, 4),
        (b'{"jsonrpc":"2.0","id":4,"method":"ping","params":"x"}', -32600, 4),
        (b'{"jsonrpc":"2.0","id":4,"method":"ping","params":[1]}', -32600, 4),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":"\\ud800"}}', -32600, 5),
        (b'{"jsonrpc":"2.0","id":true,"method":"ping"}', -32600, None),
    ],
)
def test_a_line_that_is_no_request_is_answered(line: bytes, code: int, number: object) -> None:
    fault = fault_of(line)
    assert fault is not None
    assert (fault["error"]["code"], fault["id"]) == (code, number)


@pytest.mark.parametrize(
    "line",
    [
        request(0, "ping"),
        request(-1, "ping"),
        request("a", "ping"),
        b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
        b'{"jsonrpc":"2.0","id":1,"result":{}}',
    ],
)
def test_a_line_that_may_be_one_is_passed_on(line: bytes) -> None:
    assert fault_of(line) is None


def test_the_server_lives_through_bad_lines(client: Client) -> None:
    for line in (b"nonsense", b"", b"\xff", b"[" * 100_000, b"[1]", b"x" * 9_000_000):
        client.send(line)
        assert client.answer()["error"]["code"] in {-32700, -32600}
        assert client.ask("ping")["result"] == {}


@pytest.mark.parametrize("number", [0, -1, "a", 2**63])
def test_an_id_comes_back(number: object, client: Client) -> None:
    for _ in range(2):
        client.send(request(number, "ping"))
        assert client.answer()["id"] == number


def test_unknown_methods_tools_and_orders_are_errors(root: Path) -> None:
    client = Client(root)
    assert client.ask("tools/call", name="explain", arguments={})["error"]["code"] in {
        -32600,
        -32602,
    }
    client.start()
    assert client.ask("nonsense")["error"]["code"] == -32601
    assert client.ask("tools/call", name="nonsense")["error"]["code"] == -32602
    assert client.ask("tools/call")["error"]["code"] == -32602
    again = client.ask("initialize", **INITIALIZE | {"protocolVersion": "1999-01-01"})
    assert again.get("error") or again["result"]["protocolVersion"] != "1999-01-01"
    client.send(b'{"jsonrpc":"2.0","method":"nonsense"}')
    assert client.ask("ping")["result"] == {}
    assert client.close()[0] == b""


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("setup", {"task": ["x"]}),
        ("setup", {}),
        ("setup", {"task": "x", "worker": "poet"}),
        ("setup", {"task": "x", "root": "/etc"}),
        ("output", {}),
        ("output", {"session": 7}),
        ("output", {"session": "none"}),
        ("log", {"session": "x", "worker": "b", "text": "t", "event_type": "output_accepted"}),
        ("block", {"session": "x", "worker": "../w", "why": "w"}),
        *(("output", {"session": one}) for bad in BAD_IDS.values() for one in bad),
        ("output", {"session": "/etc/passwd"}),
    ],
    ids=lambda value: str(value)[:30].encode("ascii", "replace").decode(),
)
def test_bad_arguments_are_told_as_data(
    tool: str, arguments: dict[str, Any], shared: Client
) -> None:
    told = shared.call(tool, **arguments)
    assert told["isError"] is True
    assert told["structuredContent"]["status"] == "blocked"
    (problem,) = told["structuredContent"]["problems"]
    assert problem["message"]
    assert problem["hint"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("shared")
    (folder / ".git").mkdir()
    made = Client(folder).start()
    yield made
    made.close()
    assert [entry.name for entry in folder.iterdir()] == [".git"]


def test_a_large_argument_is_refused_and_the_next_answered(client: Client) -> None:
    client.send(request(99, "tools/call", name="setup", arguments={"task": "x" * 50_000_000}))
    assert client.answer()["error"]["code"] == -32700
    assert client.call("setup", task="x" * 2_000_000)["isError"] is True
    assert client.ask("ping")["result"] == {}


SLOW_TO_READ = """
import json, signal, sys, time
signal.alarm(15)
time.sleep(1)
print(json.dumps({"read": len(sys.stdin.read())}))
"""


def test_a_long_task_reaches_a_phase_that_is_slow_to_read_it(tmp_path: Path) -> None:
    program = tmp_path / "slow.py"
    program.write_text(SLOW_TO_READ)
    assert Tools(program).setup(task="x" * 300_000) == {"read": 300_000}


@pytest.mark.alone
@pytest.mark.slow
def test_a_hundred_requests_at_once_and_two_servers_lose_nothing(set_up: Path) -> None:
    clients = [Client(set_up).start() for _ in range(2)]
    for one in clients:
        log = {"session": SESSION, "worker": "backend"}
        one.send(
            *(
                request(number, "tools/call", name="log", arguments={**log, "text": f"n{number}"})
                for number in range(100, 200)
            )
        )
    for one in clients:
        answers = [one.answer() for _ in range(100)]
        assert sorted(told["id"] for told in answers) == list(range(100, 200))
        assert not any(told["result"]["isError"] for told in answers)
        assert one.close()[0] == b""
    events = (set_up / "Docs/hive-mind/sessions" / SESSION / "EVENTS.jsonl").read_text("utf-8")
    seqs = [json.loads(line)["seq"] for line in events.splitlines()]
    assert events.count('"progress"') == 200
    assert seqs == list(range(1, len(seqs) + 1))


def test_all_that_was_sent_is_answered_before_the_end(root: Path) -> None:
    lines = [request(1, "initialize", **INITIALIZE)]
    lines += [request(n, "tools/call", name="explain", arguments={}) for n in range(2, 12)]
    run = subprocess.run(
        [sys.executable, str(CLI), "mcp"],
        cwd=root,
        input=b"\n".join([*lines, b'{"jsonrpc":"2.0","id":50,"me']),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0
    ids = [json.loads(line)["id"] for line in run.stdout.splitlines()]
    assert sorted(ids, key=str) == sorted([*range(1, 12), None], key=str)


def test_a_client_that_goes_away_is_no_traceback(root: Path) -> None:
    client = Client(root).start()
    assert client.process.stdout
    client.process.stdout.close()
    assert client.process.wait(timeout=30) == 0  # it sees that, and is sent nothing more
    assert client.process.stdin
    client.process.stdin.close()
    assert client.process.stderr
    with client.process.stderr as errors:
        assert errors.read() == b""


def test_the_server_imports_nothing_large(root: Path) -> None:
    heavy = "mcp pydantic anyio asyncio sqlglot jinja2 subprocess socket".split()
    probe = SERVE.format("x") + f"print([name for name in {heavy} if name in sys.modules])"
    lines = [request(1, "initialize", **INITIALIZE), request(2, "tools/list")]
    run = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=root,
        input=b"\n".join(lines),
        capture_output=True,
        check=False,
    )
    first, second, imported = run.stdout.splitlines()
    assert [json.loads(line)["id"] for line in (first, second)] == [1, 2]
    assert imported == b"[]", run.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_a_server_that_nobody_can_ask_or_hear_ends(closed: str) -> None:
    command = f"exec {shlex.join([sys.executable, str(CLI), 'mcp'])} {closed}"
    run = subprocess.run(["/bin/sh", "-c", command], input=b"", capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
