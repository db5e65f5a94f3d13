"""The real coding agents, scripted and offline: what `install` writes works in each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.clients import CLIENTS, Client
from tests.driving import Ran, run_client
from tests.fake_llm_api import Script, Turn
from tests.kit import CLI, TASK, copy_sample, fill_in, waggle
from tests.offline import network

pytestmark = pytest.mark.slow
REPAIRED, NEVER = "repaired", "never"
ROLE = {"system": "# Backend worker"}


class Played(NamedTuple):
    """A client's two runs in one repository, and its files before, with and without the product.

    In the first run the worker repairs its report, in the second it never does.
    """

    client: Client
    root: Path
    first: Ran
    second: Ran
    before: dict[str, bytes]
    installed: dict[str, bytes]
    after: dict[str, bytes]

    def state(self, session: str) -> dict[str, Any]:
        file = self.root / "Docs/hive-mind/sessions" / session / "STATE.json"
        state: dict[str, Any] = json.loads(file.read_text())["workers"]["backend-worker"]
        return state


def _files(root: Path) -> dict[str, bytes]:
    """Read what may be installed into: neither sessions nor what git keeps."""
    return {
        path: file.read_bytes()
        for file in sorted(root.rglob("*"))
        if file.is_file()
        and not (path := str(file.relative_to(root))).startswith((".git/", "Docs/"))
    }


def _phase(client: Client, *words: str) -> Turn:
    return client.line(" ".join([sys.executable, str(CLI), "backend", *words]))


def _worker(client: Client, session: str, *later: Turn | Callable[[], Turn]) -> Script:
    setup = _phase(client, "--setup", "--session", session, "--task", f"'{TASK}'")
    reads = client.line("cat app/*.py migrations/*.sql")
    early = [client.stop("I am done.")] if client.has_gate else []
    turns = [setup, reads, *early, *later]
    match = {**ROLE, "any": f"session {session} now"}
    return [{"name": session, "match": match, "turns": turns}]


def _repairs(client: Client, root: Path) -> Script:
    """Return the first run: a tool, then a worker that fills its report in once it is held."""

    def fill() -> Turn:
        fill_in(root, REPAIRED)
        return _phase(client, "--output", "--session", REPAIRED)

    ends = (fill, client.stop("Now I am done."), client.stop("Once more."))
    main = [client.explain, *client.call(REPAIRED), {"text": "Thanks."}, {"text": "Noted."}]
    return [*_worker(client, REPAIRED, *ends), {"name": "main", "match": {}, "turns": main}]


def _never_repairs(client: Client) -> Script:
    again = [client.stop(f"Done for the {number}th time.") for number in range(4, 10)]
    main = [*client.call(NEVER), *({"text": f"All is well {n}."} for n in range(4))]
    return [*_worker(client, NEVER, *again), {"name": "main", "match": {}, "turns": main}]


@pytest.fixture(scope="module", params=CLIENTS, ids=str)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    client: Client = request.param
    root = copy_sample(tmp_path_factory.mktemp(client.target))
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    before = _files(root)
    install = waggle("install", client.target, cwd=root)
    assert install.returncode == 0, install.stderr.decode()
    installed = _files(root)
    try:
        first = run_client(client, root, _repairs(client, root))
        second = run_client(client, root, _never_repairs(client))
    except FileNotFoundError as error:
        pytest.skip(str(error))
    uninstall = waggle("uninstall", client.target, cwd=root)
    assert uninstall.returncode == 0, uninstall.stderr.decode()
    return Played(client, root, first, second, before, installed, _files(root))


def _is_loaded(played: Played) -> None:
    """It starts with what is installed, and ends well."""
    for ran in (played.first, played.second):
        assert ran.code == 0, ran.output[-2000:] + ran.errors[-2000:]
        assert ran.of("main")


def _is_listed(played: Played) -> None:
    """The main agent knows the worker from its first request on."""
    offered = [request for request in played.first.of("main") if request.asked.tools]
    assert "backend-worker" in json.dumps(offered[0].body)


def _tool_answers(played: Played) -> None:
    """An MCP tool is called in the first turn."""
    assert "A quotation is not in the cited file" in played.first.heard("main")


def _is_held(played: Played) -> None:
    """A worker with an untouched template is held as it stops, and reads why."""
    heard = played.first.heard(REPAIRED)
    assert f"The report in session {REPAIRED} is not accepted" in heard
    assert len(played.state(REPAIRED)["holds"]) == 1


def _is_accepted(played: Played) -> None:
    """Phase 3 accepts what the worker then hands in, and it may stop."""
    state = played.state(REPAIRED)
    # Once more than it was held: its own record of what it read leaves no doubt.
    assert (state["status"], state["attempts"]) == ("completed", 1 + len(state["holds"]))
    assert played.first.of("main")[-1].turn >= len(played.client.call(REPAIRED)) + 1


def _is_let_go(played: Played) -> None:
    """A worker that repairs nothing is held twice, then let go."""
    state = played.state(NEVER)
    assert state["status"] == "failed"
    agents = [agent for agent, _ in state["holds"]]
    assert agents.count(agents[0]) == 2


def _main_is_told(played: Played) -> None:
    """The main agent cannot stop without reading which report was not accepted."""
    assert f"backend-worker in session {NEVER}: NOT accepted" in played.second.heard("main")


def _is_gone(played: Played) -> None:
    """`uninstall` restores every byte; what the client wrote into a file itself stays."""
    assert played.installed != played.before
    left = {path for path in played.after if path not in played.before}
    assert left <= played.client.leaves
    assert played.after == played.before | {path: played.after[path] for path in left}
    for path in left:
        if path.endswith(".json"):
            assert "waggle" not in json.dumps(json.loads(played.after[path]))


CAPABILITIES: dict[str, Callable[[Played], None]] = {
    "starts": _is_loaded,
    "agent listed": _is_listed,
    "tool called": _tool_answers,
    "held": _is_held,
    "accepted": _is_accepted,
    "let go": _is_let_go,
    "main agent told": _main_is_told,
    "uninstalled": _is_gone,
}


# What a client without a hook at an agent's end cannot have.
OF_THE_GATE = {"held", "let go", "main agent told"}


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_what_is_installed_works(played: Played, capability: str) -> None:
    if capability not in OF_THE_GATE or played.client.has_gate:
        CAPABILITIES[capability](played)
        return
    # README says so: when it can be had, this says that README is out of date.
    with pytest.raises(AssertionError):
        CAPABILITIES[capability](played)


@pytest.fixture
def inside() -> Iterator[tuple[str, ...]]:
    with network() as net:
        if not net.is_offline:
            pytest.skip("no network of its own can be had here: clients ran in this machine's")
        yield net.inside


def test_a_client_reaches_nothing_but_loopback(inside: tuple[str, ...]) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 5)"
    command = [*inside, sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Network is unreachable" in run.stderr
