"""Long calls of the MCP server: progress, cancelling, and a client that closes or is gone."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kit import SESSION
from tests.mcp_client import SERVE, Client, request

# A phase that says which process it is, and takes its time.
PHASE = """
import json, os, pathlib, signal, sys, time
{ignore}
beside = pathlib.Path(__file__)
beside.with_name(f"{{os.getpid()}}.tmp").write_text("")
beside.with_name(f"{{os.getpid()}}.tmp").rename(beside.with_name(f"{{os.getpid()}}.pid"))
time.sleep({seconds})
print(json.dumps({{"status": "completed", "problems": []}}))
"""
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"

Start = Callable[..., Client]


@pytest.fixture
def start(root: Path, tmp_path: Path) -> Iterator[Start]:
    made: list[Client] = []

    def start_with(seconds: float, ignore: str = "") -> Client:
        program = tmp_path / "phase.py"
        program.write_text(PHASE.format(seconds=seconds, ignore=ignore))
        made.append(Client(root, "-c", SERVE.format(str(program))))
        return made[-1].start()

    yield start_with
    for client in made:
        client.process.terminate()  # it ends its phases
        client.process.wait()
        for stream in (client.process.stdin, client.process.stdout, client.process.stderr):
            assert stream
            stream.close()


def output(number: object, **meta: object) -> bytes:
    arguments = {"session": SESSION}
    return request(number, "tools/call", name="output", arguments=arguments, _meta=meta)


def phases(folder: Path, count: int = 1) -> list[int]:
    """Return the processes of phases, when so many have begun."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        begun = [int(file.stem) for file in folder.glob("*.pid")]
        if len(begun) >= count:
            return begun
        time.sleep(0.02)
    raise AssertionError(f"{count} phases did not begin")


def is_gone(process: int, seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def close_input(client: Client) -> None:
    assert client.process.stdin
    client.process.stdin.close()


def test_a_long_call_reports_its_progress_to_whom_asks(start: Start) -> None:
    client = start(2.5)
    client.send(output("a", progressToken="p"), output("b"), request("c", "ping"))
    assert client.answer() == {"jsonrpc": "2.0", "id": "c", "result": {}}
    messages = [client.answer() for _ in range(4)]
    told = [one["params"] for one in messages if "method" in one]
    assert [(one["progressToken"], one["progress"]) for one in told] == [("p", 1), ("p", 2)]
    assert told[0]["message"] == "backend --output: 1 s"
    assert {one["id"] for one in messages if "id" in one} == {"a", "b"}
    assert client.close()[0] == b""


def test_a_cancelled_call_ends_its_process_and_is_not_answered(
    start: Start, tmp_path: Path
) -> None:
    client = start(60)
    client.send(output(7, progressToken=1))
    (process,) = phases(tmp_path)
    for number in ("7", True, None, 8):  # none of them is 7
        cancel = {"method": "notifications/cancelled", "params": {"requestId": number}}
        client.send(json.dumps({"jsonrpc": "2.0", **cancel}).encode())
    assert not is_gone(process, 0.5)
    client.send(
        b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7,"reason":"x"}}'
    )
    assert is_gone(process)
    left = client.close()[0].splitlines()
    assert [json.loads(line)["method"] for line in left] == ["notifications/progress"] * len(left)


def test_a_phase_that_does_not_end_when_asked_is_killed(start: Start, tmp_path: Path) -> None:
    client = start(60, STUBBORN)
    client.send(output(1))
    (process,) = phases(tmp_path)
    client.send(b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}')
    assert is_gone(process)
    assert client.close()[0] == b""


def test_a_client_that_only_closes_its_end_gets_the_answers(start: Start) -> None:
    client = start(1.5)
    client.send(*(output(number) for number in range(3)))
    left = client.close()[0].splitlines()
    assert sorted(json.loads(line)["id"] for line in left) == [0, 1, 2]


@pytest.mark.parametrize("closes_input", [True, False])
@pytest.mark.parametrize("ignore", ["", STUBBORN])
def test_nothing_outlives_a_client_that_is_gone(
    closes_input: bool, ignore: str, start: Start, tmp_path: Path
) -> None:
    client = start(60, ignore)
    client.send(*(output(number) for number in range(3)))
    processes = phases(tmp_path, 3)
    began = time.monotonic()
    if closes_input:
        close_input(client)
        time.sleep(0.3)
        assert client.process.poll() is None  # its answers could still be read
    assert client.process.stdout
    client.process.stdout.close()
    assert client.process.wait(timeout=10) == 0
    assert time.monotonic() - began < 5
    assert all(is_gone(process) for process in processes)


def test_a_server_that_is_ended_ends_its_phases(start: Start, tmp_path: Path) -> None:
    client = start(60)
    client.send(output(1))
    (process,) = phases(tmp_path)
    client.process.send_signal(signal.SIGINT)
    client.process.wait(timeout=10)
    assert is_gone(process)


def test_calls_that_wait_for_others_can_be_cancelled(start: Start, tmp_path: Path) -> None:
    client = start(60)
    client.send(*(output(number) for number in range(20)))
    processes = phases(tmp_path, 16)
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled"}
    client.send(
        *(json.dumps({**cancel, "params": {"requestId": n}}).encode() for n in reversed(range(20)))
    )
    assert client.ask("ping")["result"] == {}
    assert client.close()[0] == b""
    assert all(is_gone(process) for process in processes)
    assert len(phases(tmp_path)) == 16


def test_more_calls_than_anybody_sends_are_refused(start: Start) -> None:
    client = start(60)
    client.send(*(output(number) for number in range(1001)))
    refused = client.answer()
    assert (refused["id"], refused["error"]["code"]) == (1000, -32000)
