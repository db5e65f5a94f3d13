"""What the fleet's tests break things with: a server that crashes, machines, cables, disks, clocks.

A fault that does nothing would let every test of the fleet pass.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

import pytest

from tests.fleet import machines, networks, postgres
from tests.fleet.machines import Machine
from tests.fleet.networks import Namespaces, Network, Proxies
from tests.fleet.postgres import Postgres
from tests.fleet.processes import process_of, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.fleet,
    pytest.mark.skipif(postgres.missing() is not None, reason=str(postgres.missing())),
]
NETWORKS = [
    pytest.param(
        Namespaces,
        id="namespaces",
        marks=pytest.mark.skipif(
            networks.no_namespaces() is not None, reason=str(networks.no_namespaces())
        ),
    ),
    pytest.param(Proxies, id="proxies"),
]
needs_disks = pytest.mark.skipif(machines.no_disks() is not None, reason=str(machines.no_disks()))
needs_clocks = pytest.mark.skipif(
    machines.no_clocks() is not None, reason=str(machines.no_clocks())
)
HUNG_SECONDS = 2.0
# Sends again what was lost, ever more seldom: after a short cut soon.
ANSWER_SECONDS = 15.0
# Prints the time of day ten times a second, and so does a child of a child of it.
TICKING = """
import subprocess, sys, time
if sys.argv[1] != "0":
    child = [sys.executable, "-c", sys.argv[2], str(int(sys.argv[1]) - 1), sys.argv[2]]
    subprocess.Popen(child, start_new_session=True)
while True:
    print(sys.argv[1], time.time(), flush=True)
    time.sleep(0.1)
"""


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Iterator[Network]:
    with request.param() as network:
        yield network


@pytest.fixture
def server(network: Network) -> Iterator[Postgres]:
    with Postgres(network.address, network.inside) as server:
        yield server


@pytest.fixture
def machine(network: Network, tmp_path: Path) -> Iterator[Machine]:
    with Machine("m1", network, tmp_path / "m1") as machine:
        yield machine


def ticking(machine: Machine, tmp_path: Path, **options: bool) -> Path:
    """Start what prints; returns where."""
    output = tmp_path / "ticks"
    machine.start([sys.executable, "-c", TICKING, "2", TICKING], tmp_path, None, output, **options)
    wait_until(lambda: {line[0] for line in lines(output)} == {*"012"}, 10, "not all have begun")
    return output


def lines(output: Path) -> list[str]:
    return output.read_text("utf-8").splitlines()


class Client:
    """A psql on a machine, connected as long as it lives."""

    def __init__(self, server: Postgres, machine: Machine) -> None:
        url = server.url("postgres", *machine.network.reach(machine.name, server.port))
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [*machine.prefix, "psql", "-X", "-q", "-A", "-t", url], stdin=pipe, stdout=pipe
        )
        os.set_blocking(self.out.fileno(), False)

    @property
    def out(self) -> IO[bytes]:
        assert self.process.stdout
        return self.process.stdout

    def ask(self, number: int) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"SELECT 'answer-{number}';\n".encode())
        self.process.stdin.flush()

    def answers(self, number: int, seconds: float) -> bool:
        with suppress(TimeoutError):
            wait_until(lambda: f"answer-{number}".encode() in (self.out.read() or b""), seconds, "")
            return True
        return False


@pytest.fixture
def client(server: Postgres, machine: Machine) -> Iterator[Client]:
    client = Client(server, machine)
    yield client
    client.process.kill()
    client.process.communicate()


def test_a_cut_cable_makes_connections_hang_and_no_more(client: Client, machine: Machine) -> None:
    client.ask(1)
    assert client.answers(1, ANSWER_SECONDS)
    machine.cut()
    client.ask(2)
    assert not client.answers(2, HUNG_SECONDS)
    assert client.process.poll() is None, "it was told that the connection is cut"
    machine.heal()
    assert client.answers(2, ANSWER_SECONDS), "the connection did not survive"


def test_who_connects_over_a_cut_cable_waits(server: Postgres, machine: Machine) -> None:
    machine.cut()
    url = server.url("postgres", *machine.network.reach(machine.name, server.port))
    command = [*machine.prefix, "psql", "-X", "-A", "-t", "-c", "SELECT 'there'", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as waiting:
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.communicate(timeout=HUNG_SECONDS)
        machine.heal()
        out, _ = waiting.communicate(timeout=ANSWER_SECONDS)
    assert (waiting.returncode, out.strip()) == (0, b"there")


def test_a_cut_is_of_one_machine_alone(
    server: Postgres, client: Client, network: Network, tmp_path: Path
) -> None:
    with Machine("m2", network, tmp_path / "m2") as other:
        connected = Client(server, other)
        other.cut()
        client.ask(1)
        assert client.answers(1, ANSWER_SECONDS)
        connected.process.kill()
        connected.process.communicate()


def test_what_was_committed_is_there_after_a_crash(server: Postgres, client: Client) -> None:
    client.ask(1)
    assert client.answers(1, ANSWER_SECONDS)
    server.make_database("fleet")
    server.psql("CREATE TABLE kept AS SELECT 7 AS number", "fleet")
    before = server.process
    assert before
    server.crash()
    assert before.returncode == -signal.SIGKILL
    with pytest.raises(subprocess.CalledProcessError):
        server.psql("SELECT 1")
    server.start()
    assert server.psql("SELECT number FROM kept", "fleet") == "7"
    client.ask(2)
    assert client.process.wait(ANSWER_SECONDS) != 0, "a connection outlived the server"


def test_a_server_leaves_nothing(network: Network) -> None:
    with Postgres(network.address, network.inside) as server:
        process = server.process
        assert process
        assert process_of(process.pid)
    assert process_of(process.pid) is None
    assert not server.folder.exists()


def test_a_machine_is_all_that_was_started_on_it(machine: Machine, tmp_path: Path) -> None:
    output = ticking(machine, tmp_path)
    pids = machine.pids()
    assert len(pids) == 3, "with those that are in sessions of their own"
    machine.stop()
    states = [process.state for process in map(process_of, pids) if process]
    assert states == ["T"] * 3
    before = lines(output)
    time.sleep(0.5)
    assert lines(output) == before
    machine.go_on()
    wait_until(lambda: len(lines(output)) > len(before) + 3, 10, "it does not go on")
    machine.kill()
    assert not machine.pids()
    assert not any(map(process_of, pids))


@needs_disks
def test_a_full_disk_is_full_for_a_machine_alone(machine: Machine, tmp_path: Path) -> None:
    script = "import os; open(os.environ['TMPDIR'] + '/new', 'wb', 0).write(b'1')"
    command = [sys.executable, "-c", script]
    machine.fill()
    assert machine.start(command, tmp_path).wait(10) == 1
    (tmp_path / "beside").write_bytes(b"1")
    machine.empty()
    assert machine.start(command, tmp_path).wait(10) == 0


def test_writes_are_refused_until_they_are_allowed(machine: Machine, tmp_path: Path) -> None:
    output, script = tmp_path / "rows", TICKING.replace("print(", "write(")
    write = (
        "def write(*words, flush):\n"
        "    try: open('rows', 'a', 1).write(f'{words}\\n')\n"
        "    except OSError: pass\n"
    )
    machine.start([sys.executable, "-c", write + script, "0", ""], tmp_path)
    wait_until(output.exists, 10, "nothing was written")
    machine.refuse_writes()
    time.sleep(0.3)
    before = len(lines(output))
    time.sleep(0.5)
    assert len(lines(output)) == before
    machine.allow_writes()
    wait_until(lambda: len(lines(output)) > before, 10, "nothing more was written")


@needs_clocks
def test_a_clock_is_wrong_for_a_machine_alone(machine: Machine, tmp_path: Path) -> None:
    output = ticking(machine, tmp_path, has_clock=True)

    def off() -> list[int]:
        shown = {line[0]: float(line.split()[1]) for line in lines(output)[-6:]}
        return [round((shown[name] - time.time()) / 100) for name in sorted(shown)]

    assert off() == [0, 0, 0]
    machine.set_clock(600)
    wait_until(lambda: off() == [6, 6, 6], 10, "the clock is right")
    machine.set_clock(-600)
    wait_until(lambda: off() == [-6, -6, -6], 10, "the clock is not behind")


def test_every_machine_reaches_the_database(
    network: Network, server: Postgres, tmp_path: Path
) -> None:
    with ExitStack() as opened:
        joined = [
            opened.enter_context(Machine(f"m{number}", network, tmp_path / f"m{number}"))
            for number in range(6)
        ]
        for machine in joined:
            url = server.url("postgres", *network.reach(machine.name, server.port))
            asked = machine.start(["psql", "-X", "-c", "SELECT 1", url], tmp_path)
            assert asked.wait(ANSWER_SECONDS) == 0, machine.name
